import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeExplanation, explainSession, type SessionExplanation } from '#explain';
import { readRunHistory } from '#job';
import { sql } from '#sql';
import { tables } from '#tables';
import { type DataFolder, openDataFolder, type Reported } from '../job/data-folder.js';

let f: DataFolder;
let ids: Readonly<Record<string, string>>;
const hour = 3600;
const ann = { user: 'ann', video: 'v1', player: 'a1', duration_s: 100 };

// Ann watches 10 s, skips on, pauses, comes back from another video to the end; two hours later she starts over.
const story: readonly Reported[] = [
  { id: 'page', user: 'ann', type: 'page_view', at_s: -30, shown: ['v1', 'v2'] },
  { ...ann, id: 'e1', type: 'play', at_s: 0, position_s: 0 },
  { ...ann, id: 'e2', type: 'heartbeat', at_s: 10.25, position_s: 10.25 },
  { ...ann, id: 'e3', type: 'seek', at_s: 12, position_s: 60, seek_from_s: 12 },
  { ...ann, id: 'e4', type: 'play', at_s: 12.5, position_s: 11 },
  { ...ann, id: 'e5', type: 'pause', at_s: 22.5, position_s: 70 },
  { ...ann, id: 'e6', type: 'resume', at_s: 32.5, position_s: 70 },
  { ...ann, id: 'e7', type: 'heartbeat', at_s: 42.5, position_s: 73 },
  { ...ann, id: 'e8', type: 'ended', at_s: 69.5, position_s: 100 },
  { user: 'ann', video: 'v2', player: 'a1', id: 'o1', type: 'play', at_s: 80, position_s: 0 },
  { user: 'ann', video: 'v2', player: 'a1', id: 'o2', type: 'unload', at_s: 90, position_s: 10 },
  { user: 'ben', video: 'v1', player: 'b1', duration_s: 100, id: 'b1', type: 'play', at_s: 0, position_s: 0 },
];
const later: readonly Reported[] = [
  { ...ann, id: 'e2', type: 'heartbeat', at_s: 10.25, received_s: 3 * hour, position_s: 10.25 },
  { ...ann, player: 'a2', id: 'r1', type: 'play', at_s: 2 * hour, position_s: 0 },
  { ...ann, player: 'a2', id: 'r2', type: 'buffer_start', at_s: 2 * hour + 5, position_s: 5 },
  { ...ann, player: 'a2', id: 'r3', type: 'buffer_end', at_s: 2 * hour + 8, position_s: 5 },
  { ...ann, player: 'a2', id: 'r4', type: 'pause', at_s: 2 * hour + 18, position_s: 15 },
];

async function explain(sessionId: string, folder = f): Promise<SessionExplanation> {
  const { lake, config } = folder;
  const { finished } = await readRunHistory(lake, lake.engine);
  if (finished === undefined) throw new Error('no run has finished');
  return explainSession({ lake, engine: lake.engine, served: finished, config, sessionId });
}

beforeAll(async () => {
  f = await openDataFolder();
  await f.append(story);
  await f.run();
  await f.append(later);
  expect(await f.run()).toMatchObject({ mode: 'incremental' });
  const rows = await f.query(
    sql`select concat(user_id, ' ', video_id, ' ', player_id) as name, session_id from ${await f.lake.read(tables.sessions)} r`,
  );
  ids = Object.fromEntries(rows.map(row => [String(row['name']), String(row['session_id'])]));
});
afterAll(() => f.close());

describe('a session', () => {
  it('is what its events add up to, after an incremental run', async () => {
    for (const id of Object.values(ids)) {
      const { differences, sums, agrees } = await explain(id);
      expect({ differences, wrong: sums.filter(sum => !sum.agrees), agrees }).toEqual({
        differences: [],
        wrong: [],
        agrees: true,
      });
    }
  });

  it('shows its events as they were reported, the state after each and the verdict on each interval', async () => {
    const { events } = await explain(ids['ann v1 a1'] ?? '');
    expect(
      events.map(({ number, eventId, positionS, stateAfter, interval }) => [
        number,
        eventId,
        positionS,
        stateAfter,
        interval?.verdict,
        interval?.watchedS,
        interval?.uncertainS,
      ]),
    ).toEqual([
      [1, 'e1', 0, 'playing', undefined, undefined, undefined],
      [2, 'e2', 10.25, 'playing', 'steady', 10.25, 0],
      [3, 'e3', 60, 'playing', 'steady', 1.75, 0],
      [4, 'e4', 11, 'playing', 'seek_settling', 0, 0.5],
      [5, 'e5', 70, 'paused', 'steady', 10, 0],
      [6, 'e6', 70, 'playing', 'paused', 0, 0],
      [7, 'e7', 73, 'playing', 'behind', 3, 7],
      [8, 'e8', 100, 'ended', 'steady', 27, 0],
    ]);
    expect(events[3]).toMatchObject({ positionS: 11, trustedPositionS: 60 });
    expect(events[6]?.interval).toMatchObject({
      wS: 10,
      pS: 70,
      qS: 73,
      dS: 3,
      r: 1,
      tolS: 2,
      segment: { fromS: 70, toS: 73 },
    });
    expect(events[6]?.interval?.says).toBe(
      'behind: d 3 s is less than r*w = 10 s allows (tol 2 s): 3 s are proven, 7 s are uncertain.',
    );
    expect(events[2]?.interval?.says).toContain('seek_reported: the seek says that it left at q 12');
  });

  it('adds up term by term', async () => {
    const { sums } = await explain(ids['ann v1 a1'] ?? '');
    const sum = (measure: string) => sums.find(one => one.measure === measure);
    expect(sum('watch_time_s')).toMatchObject({
      terms: [
        { value: 10.25, from: 'event 2' },
        { value: 1.75, from: 'event 3' },
        { value: 10, from: 'event 5' },
        { value: 3, from: 'event 7' },
        { value: 27, from: 'event 8' },
      ],
      total: 52,
      served: 52,
    });
    expect(sum('unique_watch_s')).toMatchObject({ total: 52, served: 52 });
    expect(sum('skipped_s')).toMatchObject({ terms: [{ value: 48, from: 'skip 1' }], total: 48 });
    expect(sum('skip_forward_count')).toMatchObject({ total: 1 });
    expect(sum('pause_time_s')).toMatchObject({ terms: [{ value: 10, from: 'event 6' }], total: 10 });
  });

  it('says which copies were left out, and what else happened in the visit', async () => {
    const { duplicates, visit } = await explain(ids['ann v1 a1'] ?? '');
    expect(duplicates).toEqual([
      { eventId: 'e2', at: '2026-01-01T00:00:10.25Z', receivedAt: '2026-01-01T03:00:00Z', positionS: 10.25 },
    ]);
    expect(visit.pageViews).toEqual([{ eventId: 'page', at: '2025-12-31T23:59:30Z', shown: 2 }]);
    expect(visit.otherSessions).toMatchObject([{ sessionId: ids['ann v2 a1'], videoId: 'v2', watchTimeS: 10 }]);
  });

  it('names the earlier session that makes it a replay', async () => {
    const { earlier, decisions, visit } = await explain(ids['ann v1 a2'] ?? '');
    expect(earlier).toMatchObject([{ sessionId: ids['ann v1 a1'], completed: true, lastPositionS: 100, gapS: 7130.5 }]);
    expect(decisions).toContain(
      `is_replay = true, replay_index = 1: session ${ids['ann v1 a1']} was completed before.`,
    );
    expect(visit.otherSessions).toEqual([]);
  });

  it('is explained under the definitions that it was made with, whatever today is configured', async () => {
    const { lake } = f;
    const { finished } = await readRunHistory(lake, lake.engine);
    if (finished === undefined) throw new Error('no run has finished');
    const config = { ...f.config, sessionization: { ...f.config.sessionization, zero_watch_s: 60 } };
    const sessionId = ids['ann v1 a1'] ?? '';
    const explanation = await explainSession({ lake, engine: lake.engine, served: finished, config, sessionId });
    expect(explanation).toMatchObject({ agrees: true, definitions: { source: 'recorded' } });
    const withoutRecord = { ...finished, definitions: null };
    expect(await explainSession({ lake, engine: lake.engine, served: withoutRecord, config, sessionId })).toMatchObject(
      {
        agrees: false,
        definitions: { source: 'today' },
        differences: [{ column: 'zero_watch', computed: true, served: false }],
      },
    );
  });

  it('leaves no relation of its own behind', async () => {
    await explain(ids['ann v1 a1'] ?? '');
    expect(await f.query(sql`select table_name from duckdb_tables()`)).toEqual([]);
  });

  it('reads from top to bottom', async () => {
    const text = describeExplanation(await explain(ids['ann v1 a1'] ?? ''));
    expect(text).toContain(
      'watch_time_s = 52 = 10.25 (event 2) + 1.75 (event 3) + 10 (event 5) + 3 (event 7) + 27 (event 8)',
    );
    expect(text).toContain('skip 1: event 3: 12 to 60; 48 s');
    expect(text).toContain('to the last digit.');
    expect(text).not.toContain('!!!');
  });
});

it('says loudly when the served row is not what the events add up to', async () => {
  const g = await openDataFolder({}, f);
  const sessionId = ids['ann v1 a1'] ?? '';
  const rows = await g.lake.read(tables.sessions);
  await g.lake.overwrite(
    tables.sessions,
    sql`select * replace (case when session_id = ${sessionId} then watch_time_s + 1e-6 else watch_time_s end as watch_time_s) from ${rows} r`,
  );
  const { finished } = await readRunHistory(g.lake, g.lake.engine);
  if (finished === undefined) throw new Error('no run has finished');
  const version = await g.lake.version('sessions');
  const served = {
    ...finished,
    versions: { ...finished.versions, ...(version === undefined ? {} : { sessions: version }) },
  };
  const explanation = await explainSession({
    lake: g.lake,
    engine: g.lake.engine,
    served,
    config: g.config,
    sessionId,
  });
  expect(explanation).toMatchObject({
    agrees: false,
    differences: [{ of: 'sessions', column: 'watch_time_s', computed: 52, served: 52.000001 }],
  });
  expect(describeExplanation(explanation)).toContain('IS NOT WHAT THE EVENTS ADD UP TO');
  await g.close();
});

it('refuses an id that nothing has, and tells a visit from a session', async () => {
  await expect(explain('nonsense')).rejects.toMatchObject({ code: 'EXPLAIN_UNKNOWN_ID', at: 'session nonsense' });
  const { visit } = await explain(ids['ann v1 a1'] ?? '');
  await expect(explain(visit.visitId)).rejects.toMatchObject({
    code: 'EXPLAIN_UNKNOWN_ID',
    message: `this is a visit; it has 2 sessions, the first is ${ids['ann v1 a1']}`,
  });
});
