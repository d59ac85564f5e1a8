import { afterEach, expect, it } from 'vitest';
import { join, lit, ref, sql } from '#sql';
import { tables } from '#tables';
import { type DataFolder, openDataFolder, type Reported } from './data-folder.js';

const open: DataFolder[] = [];
async function folder(settings?: object): Promise<DataFolder> {
  const made = await openDataFolder(settings);
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const made of open.splice(0)) await made.close();
});

/** One viewer plays a video of 100 s for `watched_s`, then closes the page. */
function viewing(user: string, video: string, start_s: number, watched_s: number): Reported[] {
  const shared = { user, video, player: `${user}-${start_s}`, duration_s: 100 };
  return [
    { ...shared, id: `${user}-${start_s}-1`, type: 'play', at_s: start_s, position_s: 0 },
    { ...shared, id: `${user}-${start_s}-2`, type: 'unload', at_s: start_s + watched_s, position_s: watched_s },
  ];
}
const hour = 3600;
const day = 24 * hour;

it('turns events into all tables and serves their versions with the last row of the run', async () => {
  const f = await folder();
  await f.append([...viewing('ann', 'v1', 0, 40), ...viewing('ben', 'v1', 10, 60)]);
  const result = await f.run();
  expect(result).toMatchObject({
    hasRun: true,
    mode: 'full',
    newEventCount: 4,
    touchedUserCount: 2,
    rebuiltSessionCount: 2,
  });
  const [video] = await f.query(sql`select watch_time_s, unique_viewers from ${await f.lake.read(tables.videos)}`);
  expect(video).toEqual({ watch_time_s: 100, unique_viewers: 2n });
  for (const [name, version] of Object.entries(result.versions)) expect(await f.lake.version(name)).toBe(version);
});

it('changes nothing when run twice', async () => {
  const f = await folder();
  await f.append(viewing('ann', 'v1', 0, 40));
  const first = await f.run();
  const second = await f.run();
  expect(second).toMatchObject({ hasRun: false, runId: first.runId, committed: [] });
  expect(await f.lake.version('job_runs')).toBe(1);
});

it('rebuilds only the users that new events touch and only the days that change', async () => {
  const f = await folder();
  await f.append([...viewing('ann', 'v1', 0, 40), ...viewing('ben', 'v1', 0, 60), ...viewing('ben', 'v2', 2 * day, 5)]);
  await f.run();
  await f.append(viewing('ben', 'v1', 3 * day, 10));
  const filesBefore = await f.lake.files('sessions');
  const result = await f.run();
  expect(result).toMatchObject({ mode: 'incremental', newEventCount: 2, touchedUserCount: 1, rebuiltSessionCount: 1 });
  const filesAfter = await f.lake.files('sessions');
  const paths = (files: typeof filesBefore) => files.map(file => file.path);
  expect(paths(filesAfter)).toEqual(expect.arrayContaining(paths(filesBefore)));
  expect(filesAfter.length).toBe(filesBefore.length + 1);
});

it('gives the same rows from a late event as a full run', async () => {
  const f = await folder();
  const [play, unload] = viewing('ann', 'v1', 0, 90);
  if (play === undefined || unload === undefined) throw new Error('two events');
  await f.append([play, unload, ...viewing('ann', 'v1', day, 20)]);
  await f.run();
  await f.append([{ ...play, id: 'late', type: 'pause', at_s: 30, received_s: 2 * day, position_s: 30 }]);
  await f.run();
  const incremental = await f.rows();
  expect(await f.query(sql`select sum(pause_count) as pauses from ${await f.lake.read(tables.sessions)}`)).toEqual([
    { pauses: 1n },
  ]);
  await f.run({ isFull: true });
  expect(await f.rows()).toEqual(incremental);
});

it('asks for a full run when a definition changes, and changes nothing without it', async () => {
  const f = await folder();
  await f.append(viewing('ann', 'v1', 0, 40));
  await f.run();
  const g = await openDataFolder({ sessionization: { zero_watch_s: 50 } }, f);
  const before = await g.rows();
  await expect(g.run()).rejects.toMatchObject({
    code: 'JOB_DEFINITIONS_CHANGED',
    line: expect.stringContaining('sessionization.zero_watch_s was 1, is 50; run `playhead sessionize --full`'),
  });
  expect(await g.rows()).toEqual(before);
  expect(await g.run({ isFull: true })).toMatchObject({ hasRun: true, mode: 'full' });
  expect(await g.query(sql`select zero_watch from ${await g.lake.read(tables.sessions)}`)).toEqual([
    { zero_watch: true },
  ]);
  expect(await g.run()).toMatchObject({ hasRun: false });
  await g.close();
});

it('advises to raise the version of the score with its formula', async () => {
  const f = await folder();
  await f.append(viewing('ann', 'v1', 0, 40));
  await f.run();
  const saturation = { sessions: 3 };
  for (const [engagement, advice] of [
    [{ saturation }, 'raise engagement.version too'],
    [{ saturation, version: 2 }, 'the old tables are served'],
  ] as const) {
    const g = await openDataFolder({ engagement }, f);
    await expect(g.run()).rejects.toMatchObject({ hint: expect.stringMatching(new RegExp(`${advice}[^;]*$`)) });
    await g.close();
  }
});

it('rebuilds by itself what another version of the pipeline has built, or one that kept no definitions', async () => {
  const f = await folder();
  await f.append(viewing('ann', 'v1', 0, 40));
  await f.run();
  const expected = await f.rows();
  // What an older version would have left: its own hash, and no key that came later.
  const finished = await f.query(
    sql`select definitions from ${await f.lake.read(tables.job_runs)} where state = 'finished'`,
  );
  const old = String(finished[0]?.['definitions']).replace('"zero_watch_s":1,', '');
  for (const [sequence, definitions] of [
    [2, old],
    [4, null],
  ] as const) {
    const columns = Object.keys(tables.job_runs.columns).map(name => {
      if (name === 'sequence') return sql`cast(${lit(sequence)} as bigint) as sequence`;
      if (name === 'rules_hash') return sql`'older' as rules_hash`;
      return name === 'definitions' ? sql`cast(${lit(definitions)} as varchar) as definitions` : ref(name);
    });
    const rows = await f.lake.read(tables.job_runs);
    await f.lake.append(
      tables.job_runs,
      sql`select ${join(columns)} from ${rows} r where state = 'finished' order by r.sequence desc limit 1`,
    );
    expect(await f.run()).toMatchObject({ hasRun: true, mode: 'full', sequence: sequence + 1 });
    expect(await f.rows()).toEqual(expected);
  }
});
