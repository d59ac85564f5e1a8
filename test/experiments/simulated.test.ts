import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { ingestFiles, ingestVideos, openJobLake, runJob } from '#job';
import { generate, readManifest } from '#simulate';
import { sql } from '#sql';
import { tables } from '#tables';
import type { Row } from '#warehouse';

const until = new Date('2026-11-01T00:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'playhead-experiment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the simulator's test of thumbnails", () => {
  let arms: readonly Row[];
  beforeAll(async () => {
    const sizes = { users: 6000, videos: 60, days: 4, seed: 7, dirtyRatio: 0.002 };
    const manifest = await generate({ ...sizes, folder, until, heartbeats: false });
    const config = configSchema.parse({ data: join(folder, 'data'), engine: { threads: 1 } });
    const { lake, engine, close } = await openJobLake(config);
    try {
      await ingestVideos({ lake, engine, file: join(folder, manifest.catalog_file) });
      const files = manifest.event_files.map(file => join(folder, file));
      await ingestFiles({ lake, engine, config, files, clock: () => until });
      await runJob({ lake, engine, config, mode: 'full', clock: () => until });
      arms = await engine.query(
        sql`select * from ${await lake.read(tables.experiments)} r order by experiment, variant`,
      );
    } finally {
      await close();
    }
  });

  it('is found to be better, as the simulator has planted it', () => {
    const { experiment } = readManifest(folder);
    expect(experiment.click_effect).toEqual({ control: 1, bold: 1.3 });
    const isBetter = {
      verdict: 'better',
      exposed_play_rate_verdict: 'better',
      shown_play_rate_verdict: 'better',
      watch_time_per_viewer_s_verdict: 'better',
    };
    expect(arms).toMatchObject([
      { experiment: experiment.name, variant: 'bold', control_variant: 'control', ...isBetter },
      { experiment: experiment.name, variant: 'control', is_control: true, verdict: null },
    ]);
  });

  it('has assigned viewers evenly, and none of them twice', () => {
    for (const arm of arms) expect(arm).toMatchObject({ sample_ratio_mismatch: false, mixed_viewers: 0n });
  });
});
