import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '#sql';
import { tables } from '#tables';
import { lockFolder } from '#warehouse';
import { type DataFolder, openDataFolder, type Reported } from './data-folder.js';

const thumbnails = { experiment: 'thumbnails', variant: 'bold' };

/** Two days of two viewers; the second batch adds a viewer, a late pause and a page view, so that every table changes. */
const first: Reported[] = [
  { id: '1', user: 'ann', video: 'v1', player: 'a', type: 'play', at_s: 0, position_s: 0, duration_s: 100 },
  { id: '2', user: 'ann', video: 'v1', player: 'a', type: 'ended', at_s: 100, position_s: 100, duration_s: 100 },
  { id: '3', user: 'ben', video: 'v1', player: 'b', type: 'play', at_s: 90_000, position_s: 0, duration_s: 100 },
  { id: '4', user: 'ben', video: 'v1', player: 'b', type: 'unload', at_s: 90_050, position_s: 50, duration_s: 100 },
  { id: '5', user: 'ben', video: null, type: 'page_view', at_s: 89_990, shown: ['v1', 'v2'] },
];
const second: Reported[] = [
  { id: '6', user: 'ann', video: 'v1', player: 'a', type: 'pause', at_s: 40, position_s: 40, received_s: 99_000 },
  { id: '7', user: 'cat', video: 'v2', player: 'c', type: 'play', at_s: 98_000, position_s: 0, duration_s: 60 },
  { id: '8', user: 'cat', video: 'v2', player: 'c', type: 'unload', at_s: 98_030, position_s: 30, duration_s: 60 },
  { id: '9', user: 'cat', video: null, type: 'page_view', at_s: 97_990, shown: ['v2'], ...thumbnails },
];

let prepared: DataFolder;
let expected: Record<string, string[]>;

beforeAll(async () => {
  prepared = await openDataFolder();
  await prepared.append(first);
  await prepared.run();
  await prepared.append(second);
  const whole = await openDataFolder({}, prepared);
  await whole.run();
  expected = await whole.rows();
  await whole.close();
});
afterAll(() => prepared.close());

const commits = [
  'job_runs',
  'impressions',
  'segments',
  'sessions',
  'exposures',
  'experiments',
  'user_videos',
  'users',
  'videos',
  'video_days',
  'video_retention',
  'quality_results',
];

it('ends an interrupted run with the events it had begun with, and takes what came since in another', async () => {
  const f = await openDataFolder({}, prepared);
  await expect(f.run({ onCommit: committed => assertOther(committed, 'sessions') })).rejects.toThrow('killed');
  await f.append([{ id: '10', user: 'dan', video: 'v1', player: 'd', type: 'play', at_s: 99_500, position_s: 0 }]);
  const runs = await f.lake.read(tables.job_runs);
  expect(await f.query(sql`select max(sequence) as served from ${runs} r where state = 'finished'`)).toEqual([
    { served: 1n },
  ]);
  expect(await f.run()).toMatchObject({ wasResumed: true, sequence: 3, newEventCount: 1 });
  const after = await f.lake.read(tables.job_runs);
  expect(
    await f.query(sql`select sequence, new_event_count from ${after} r where state = 'finished' order by 1`),
  ).toEqual([
    { sequence: 1n, new_event_count: 5n },
    { sequence: 2n, new_event_count: 4n },
    { sequence: 3n, new_event_count: 1n },
  ]);
  await f.close();
});

it('leaves the rows of an uninterrupted run, killed after each of its commits', async () => {
  const f = await openDataFolder({}, prepared);
  for (const table of commits) {
    const killed = f.run({ onCommit: committed => assertOther(committed, table) });
    await expect(killed, table).rejects.toThrow('killed');
  }
  await f.run();
  expect(await f.rows()).toEqual(expected);
  await f.close();
});

it('begins anew when the rules change while a run is interrupted', async () => {
  const f = await openDataFolder({ sessionization: { zero_watch_s: 45 } }, prepared);
  await expect(f.run({ isFull: true, onCommit: committed => assertOther(committed, 'sessions') })).rejects.toThrow(
    'killed',
  );
  const g = await openDataFolder({}, f);
  expect(await g.run()).toMatchObject({ mode: 'full', wasResumed: false });
  expect(await g.rows()).toEqual(expected);
  await f.close();
  await g.close();
});

it('lets only one job at a time into a data folder', async () => {
  const f = await openDataFolder({}, prepared);
  const release = await lockFolder(f.path, new Date());
  await expect(f.run()).rejects.toMatchObject({ code: 'DATA_LOCKED' });
  await release();
  expect(await f.run()).toMatchObject({ hasRun: true });
  await f.close();
});

it('takes over the lock of a job that has died', async () => {
  const f = await openDataFolder({}, prepared);
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  await writeFile(
    join(f.path, '.playhead-job.lock'),
    JSON.stringify({ pid: dead, host: hostname(), since: '2026-01-01' }),
  );
  expect(await f.run()).toMatchObject({ hasRun: true });
  await f.close();
});

function assertOther(committed: string, table: string): void {
  if (committed === table) throw new Error('killed');
}
