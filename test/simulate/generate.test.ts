import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type GenerateManifest, type GenerateOptions, generate } from '#simulate';

const eventSchema = z.looseObject({
  event_id: z.string(),
  user_id: z.string().nullable(),
  video_id: z.string().nullish(),
  player_id: z.string().optional(),
  event_type: z.string(),
  event_time: z.string(),
  received_at: z.string(),
  sequence: z.number().optional(),
  position_s: z.union([z.number(), z.string()]).optional(),
  variant: z.string().optional(),
  impressions: z.array(z.string()).optional(),
});
const sessionSchema = z.looseObject({
  viewing_id: z.string(),
  user_id: z.string(),
  video_id: z.string(),
  watched_s: z.number(),
  content_s: z.number(),
  unique_s: z.number(),
  unreported_tail_s: z.number(),
  completed: z.boolean(),
});
const stretchSchema = z.looseObject({
  viewing_id: z.string(),
  from_s: z.number(),
  to_s: z.number(),
  rate: z.number(),
  started_at: z.string(),
  reported_to_s: z.number(),
});

const base = { users: 120, videos: 15, days: 14, seed: 7, until: new Date('2026-11-01T00:00:00Z'), dirtyRatio: 0.02 };
const root = mkdtempSync(join(tmpdir(), 'playhead-simulate-'));
const run = (name: string, more: Partial<GenerateOptions> = {}) =>
  generate({ ...base, ...more, folder: join(root, name) });
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .filter(line => line !== '');
const rows = <T extends z.ZodType>(schema: T, name: string, file: string): z.infer<T>[] =>
  lines(readFileSync(join(root, name, file), 'utf8')).map(line => schema.parse(JSON.parse(line)));
const eventRows = (name: string, { event_files }: GenerateManifest) =>
  event_files.flatMap(file =>
    lines(gunzipSync(readFileSync(join(root, name, file))).toString()).map(line => eventSchema.parse(JSON.parse(line))),
  );

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a simulated fortnight', () => {
  let manifest: GenerateManifest;
  beforeAll(async () => {
    manifest = await run('fortnight');
  });

  it('is the same, byte for byte, for the same seed, and another for another', async () => {
    const again = await run('again');
    const other = await run('other', { seed: 8 });
    for (const file of [...manifest.event_files, 'videos.ndjson', 'truth/sessions.ndjson', 'truth/watched.ndjson']) {
      expect(readFileSync(join(root, 'again', file)).equals(readFileSync(join(root, 'fortnight', file)))).toBe(true);
    }
    expect(again).toEqual(manifest);
    expect(other.watched_s).not.toBe(manifest.watched_s);
  });

  it('tells a truth that adds up: stretches, viewings, videos, total', () => {
    const sessions = rows(sessionSchema, 'fortnight', 'truth/sessions.ndjson');
    const stretches = rows(stretchSchema, 'fortnight', 'truth/watched.ndjson');
    const watched = new Map<string, number>();
    for (const s of stretches) {
      watched.set(s.viewing_id, (watched.get(s.viewing_id) ?? 0) + (s.to_s - s.from_s) / s.rate);
    }
    for (const session of sessions) expect(watched.get(session.viewing_id) ?? 0).toBeCloseTo(session.watched_s, 3);
    const total = sessions.reduce((sum, session) => sum + session.watched_s, 0);
    expect(total).toBeCloseTo(manifest.watched_s, 3);
    expect(Object.values(manifest.watched_by_video_s).reduce((a, b) => a + b, 0)).toBeCloseTo(manifest.watched_s, 3);
    expect(sessions.length).toBe(manifest.viewings);
  });

  it('never plays beyond a video, before its start or the wrong way', () => {
    const catalog = rows(z.looseObject({ video_id: z.string(), duration_s: z.number() }), 'fortnight', 'videos.ndjson');
    const durations = new Map(catalog.map(video => [video.video_id, video.duration_s]));
    for (const session of rows(sessionSchema, 'fortnight', 'truth/sessions.ndjson')) {
      expect(session.unique_s).toBeLessThanOrEqual(
        Math.min(session.content_s, durations.get(session.video_id) ?? 0) + 1e-5,
      );
      expect(session.unreported_tail_s).toBeLessThanOrEqual(session.watched_s + 1e-5);
    }
    const backwards = rows(stretchSchema, 'fortnight', 'truth/watched.ndjson').filter(
      s => s.from_s < 0 || s.to_s < s.from_s || s.reported_to_s < s.from_s - 1e-6 || s.reported_to_s > s.to_s,
    );
    expect(backwards).toEqual([]);
  });

  it("keeps each player's own order and never receives an event before it happened", () => {
    const last = new Map<string, { time: string; sequence: number }>();
    const seen = new Set<string>();
    const usable = eventRows('fortnight', manifest)
      .filter(e => e.sequence !== undefined && e.player_id !== undefined && !Number.isNaN(Date.parse(e.event_time)))
      .sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    const disorder = usable.filter(e => {
      if (seen.has(e.event_id) || e.user_id === null) return false;
      seen.add(e.event_id);
      const before = last.get(e.player_id ?? '');
      last.set(e.player_id ?? '', { time: e.event_time, sequence: e.sequence ?? 0 });
      return before !== undefined && e.event_time < before.time;
    });
    expect(disorder).toEqual([]);
    expect(Math.max(...eventRows('fortnight', manifest).map(e => Date.parse(e.received_at)))).toBeLessThanOrEqual(
      base.until.getTime(),
    );
  });

  it('makes as many unusable rows as its manifest says, and copies with the same id', () => {
    const all = eventRows('fortnight', manifest);
    const unusable = all.filter(
      e =>
        e.user_id === null ||
        e.video_id === null ||
        e.event_type === 'plaay' ||
        Number.isNaN(Date.parse(e.event_time)) ||
        e.position_s === 'NaN',
    );
    expect(unusable.length).toBe(manifest.rejected_rows);
    expect(unusable.length).toBeGreaterThan(0);
    expect(all.length - new Set(all.map(e => e.event_id)).size).toBe(manifest.dirt['duplicates']);
    expect(all.length).toBe(manifest.event_rows);
  });

  it('clicks the bold thumbnail more often: the experiment has a true effect', async () => {
    const large = await run('large', { users: 3000, days: 3, dirtyRatio: 0 });
    const clicked = { control: 0, bold: 0 };
    const shown = { control: 0, bold: 0 };
    const page = new Map<string, readonly string[]>();
    const all = eventRows('large', large).sort((a, b) => a.event_time.localeCompare(b.event_time));
    for (const e of all) {
      const variant = e.variant === 'bold' ? 'bold' : 'control';
      if (e.event_type === 'page_view') {
        page.set(e.player_id ?? e.user_id ?? '', e.impressions ?? []);
        shown[variant]++;
      } else if (e.event_type === 'load') {
        const impressions = page.get(e.player_id ?? e.user_id ?? '');
        page.delete(e.player_id ?? e.user_id ?? '');
        if (impressions?.includes(e.video_id ?? '')) clicked[variant]++;
      }
    }
    expect(clicked.bold / shown.bold / (clicked.control / shown.control)).toBeGreaterThan(1.08);
  });

  it('has a long tail of videos and viewings that no event closes', () => {
    const watched = Object.values(manifest.watched_by_video_s).sort((a, b) => b - a);
    expect(watched.slice(0, 5).reduce((a, b) => a + b, 0)).toBeGreaterThan(0.4 * manifest.watched_s);
    expect(manifest.unreported_tail_s).toBeGreaterThan(0);
  });

  it('writes heartbeats only where they are asked for', async () => {
    const withHeartbeats = await run('heartbeats', { heartbeats: true, users: 20 });
    expect(eventRows('heartbeats', withHeartbeats).some(e => e.event_type === 'heartbeat')).toBe(true);
    expect(eventRows('fortnight', manifest).some(e => e.event_type === 'heartbeat')).toBe(false);
  });

  it('takes away the event files of an earlier run in the same folder', async () => {
    const first = await run('twice', { users: 5, days: 5 });
    const second = await run('twice', { users: 5, days: 2 });
    expect(first.event_files.length).toBe(5);
    expect(readdirSync(join(root, 'twice')).filter(name => name.startsWith('events-'))).toEqual(second.event_files);
  });

  // What is written to /dev/full finds no space.
  it.runIf(existsSync('/dev/full'))('says that the disk is full', async () => {
    const folder = join(root, 'full');
    mkdirSync(folder);
    symlinkSync('/dev/full', join(folder, 'videos.ndjson'));
    await expect(generate({ ...base, folder })).rejects.toMatchObject({ code: 'DATA_DISK_FULL' });
  });

  it('says where it cannot write', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    await expect(generate({ ...base, folder: join(file, 'below') })).rejects.toMatchObject({
      code: 'DATA_NOT_WRITABLE',
    });
  });
});
