import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { ingestFiles, ingestVideos, openJobLake, runJob } from '#job';
import { generate, type Score, score } from '#simulate';
import { tables } from '#tables';

const until = new Date('2026-11-01T00:00:00Z');
const root = mkdtempSync(join(tmpdir(), 'playhead-score-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function scoreOf(name: string, heartbeats: boolean): Promise<Score> {
  const folder = join(root, name);
  const sizes = { users: 200, videos: 20, days: 10, seed: 42, dirtyRatio: 0.005 };
  const manifest = await generate({ ...sizes, folder, until, heartbeats });
  const config = configSchema.parse({ data: join(folder, 'data'), engine: { threads: 1 } });
  const { lake, engine, close } = await openJobLake(config);
  try {
    await ingestVideos({ lake, engine, file: join(folder, manifest.catalog_file) });
    const files = manifest.event_files.map(file => join(folder, file));
    await ingestFiles({ lake, engine, config, files, clock: () => until });
    await runJob({ lake, engine, config, mode: 'full', clock: () => until });
    return await score(
      engine,
      { sessions: await lake.read(tables.sessions), segments: await lake.read(tables.segments) },
      folder,
    );
  } finally {
    await close();
  }
}

describe.each([
  ['players that tell only what changes', false],
  ['players with heartbeats', true],
] as const)('%s', (name, heartbeats) => {
  let result: Score;
  beforeAll(async () => {
    result = await scoreOf(name.replaceAll(' ', '-'), heartbeats);
  });

  it('misses the provable watch time by less than 1 %', () => {
    expect(Math.abs(result.watch_time_error_ratio)).toBeLessThan(0.01);
    expect(result.provable_s).toBeGreaterThan(100_000);
  });

  it('does not get there by errors that cancel out', () => {
    expect(result.absolute_error_ratio).toBeLessThan(0.02);
  });

  it('finds the unique seconds within 2 % and nearly all completions', () => {
    expect(Math.abs(result.unique_error_ratio)).toBeLessThan(0.02);
    expect(result.completion_agreement_ratio).toBeGreaterThan(0.995);
  });

  it('knows no viewer that the truth has not', () => {
    expect(result.unknown_player_count).toBe(0);
  });

  it('tells apart what no event can prove', () => {
    expect(result.unreported_tail_s).toBeGreaterThan(0);
    expect(result.provable_s + result.unreported_tail_s).toBeCloseTo(result.true_watched_s, 3);
  });
});
