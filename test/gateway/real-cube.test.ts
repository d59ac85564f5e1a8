import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { type Gateway, startGateway } from '#gateway';
import { sql } from '#sql';
import { tables } from '#tables';
import type { SmallLake } from '../cube/small-lake.js';
import { ask } from './ask.js';
import { everyField } from './every-field.js';
import { makeGatewayLake } from './lake.js';

let small: SmallLake;
let cube: CubeServer;
let gateway: Gateway;

beforeAll(async () => {
  small = await makeGatewayLake();
  cube = await startCube({ config: small.config, log: () => undefined });
  gateway = await startGateway({ config: small.config, cubeUrl: cube.url });
});

afterAll(async () => {
  await gateway?.close();
  await cube?.close();
  await small?.close();
});

const data = async (query: string, variables: Record<string, unknown> = {}) => {
  const answer = await ask(gateway.url, { query, variables });
  expect(answer.errors).toBeUndefined();
  return answer.data ?? {};
};

const page = z.object({
  list: z.object({
    totalCount: z.number(),
    nodes: z.array(z.record(z.string(), z.unknown())),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

/** Walks a list to its end, a few rows at a time. */
async function walk(field: string, args: string, id: string, first: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
    const query = `query ($first: Int!, $after: String) {
      list: ${field}(first: $first, after: $after, ${args}) { totalCount nodes { ${id} } pageInfo { hasNextPage endCursor } } }`;
    const { list } = page.parse(await data(query, { first, after }));
    found.push(...list.nodes.map(node => node[id]));
    ({ hasNextPage, endCursor: after } = list.pageInfo);
  }
  return found;
}

const column = async (query: Parameters<SmallLake['engine']['query']>[0]): Promise<unknown[]> =>
  (await small.engine.query(query)).map(row => row['id']);

describe('the gateway over the real Cube', () => {
  it.each(['video(id: "v0")', 'user(id: "u3")', 'session(id: "s7")', 'userVideos { nodes'])(
    'answers every field of %s',
    async root => {
      const [field = '', tail = ''] = root.split(/ \{ (?=nodes)/);
      const type = { video: 'Video', user: 'User', session: 'Session', userVideos: 'UserVideo' }[
        field.replace(/\(.*/, '')
      ];
      const selection = await everyField(type ?? '');
      const body = tail === '' ? `${field} { ${selection} }` : `${field} { ${tail} { ${selection} } }`;
      const answer = await data(`{ ${body} }`);
      expect(Object.values(answer)[0]).toBeTruthy();
    },
  );

  it('says what the tables say', async () => {
    const { rows } = {
      rows: await small.engine.query(sql`
      select sum(watch_time_s) as watch_time_s, count(*) as session_count, count(distinct user_id) as unique_viewers,
        sum(cast(completed as integer)) / count(*) as completion_rate
      from ${await small.lake.read(tables.sessions)} as s
      where session_date between date '2026-01-02' and date '2026-01-05'`),
    };
    const [expected] = rows;
    const answer = await data(`{
      totals(range: { from: "2026-01-02", to: "2026-01-05" }) { watchTimeS sessionCount uniqueViewers completionRate } }`);
    expect(answer['totals']).toEqual({
      watchTimeS: Number(expected?.['watch_time_s']),
      sessionCount: Number(expected?.['session_count']),
      uniqueViewers: Number(expected?.['unique_viewers']),
      completionRate: Number(expected?.['completion_rate']),
    });
  });

  it('counts the users of a cut month as those of its days in the period', async () => {
    const expected = await small.engine.query(sql`
      select count(distinct user_id) as viewers from ${await small.lake.read(tables.sessions)} as s
      where session_date between date '2026-01-02' and date '2026-01-02'`);
    const query = `{ timeSeries(metrics: [UNIQUE_VIEWERS], granularity: MONTH, range: { from: "2026-01-02", to: "2026-01-02" }) {
      series { points { at value } } } }`;
    expect(await data(query)).toEqual({
      timeSeries: {
        series: [{ points: [{ at: '2026-01-01T00:00:00.000Z', value: Number(expected[0]?.['viewers']) }] }],
      },
    });
  });

  it('walks all sessions in order of start, though several start within a second', async () => {
    const expected = await column(sql`
      select session_id as id from ${await small.lake.read(tables.sessions)} as s
      order by date_trunc('second', started_at) desc, session_id`);
    const found = await walk('sessions', 'orderBy: { field: STARTED_AT, direction: DESC }', 'sessionId', 41);
    expect(found).toEqual(expected);
  });

  it('walks sessions by a number with ties, upwards', async () => {
    const expected = await column(sql`
      select session_id as id from ${await small.lake.read(tables.sessions)} as s
      where user_id = 'u3' order by watch_time_s, session_id`);
    const args = 'orderBy: { field: WATCH_TIME_S, direction: ASC }, filter: { userId: "u3" }';
    expect(await walk('sessions', args, 'sessionId', 7)).toEqual(expected);
  });

  it('walks user-video pairs, whose key has two parts', async () => {
    const expected = Array.from({ length: 11 }, (_, user) => [0, 1, 2].map(() => `u${user}`))
      .flat()
      .toSorted();
    expect(await walk('userVideos', 'orderBy: { field: WATCH_TIME_S }', 'userId', 4)).toEqual(expected);
  });

  it('puts videos without a value last, whichever way the list runs', async () => {
    const by = (direction: string) =>
      walk('videos', `orderBy: { field: COMPLETION_RATE, direction: ${direction} }`, 'videoId', 1);
    expect(await by('ASC')).toEqual(['v0', 'v2', 'v1']);
    expect(await by('DESC')).toEqual(['v2', 'v0', 'v1']);
  });

  it('walks visits, newest first, with the sums of their sessions', async () => {
    const expected = await column(sql`
      select visit_id as id from ${await small.lake.read(tables.sessions)} as s
      group by visit_id, visit_started_at order by visit_started_at desc, visit_id`);
    expect(await walk('visits', 'orderBy: { field: STARTED_AT }', 'visitId', 37)).toEqual(expected);
    const answer =
      await data(`{ visits(first: 3, filter: { userId: "u3", range: { from: "2026-01-02", to: "2026-01-09" } }) {
      nodes { watchTimeS sessionCount endedAt userId sessions { watchTimeS endedAt visit { visitId } } } totalCount } }`);
    const visits = z
      .object({
        visits: z.object({
          totalCount: z.number(),
          nodes: z.array(
            z.object({
              watchTimeS: z.number(),
              sessionCount: z.number(),
              endedAt: z.string(),
              userId: z.literal('u3'),
              sessions: z.array(z.object({ watchTimeS: z.number(), endedAt: z.string() })),
            }),
          ),
        }),
      })
      .parse(answer).visits;
    expect(visits.nodes).toHaveLength(3);
    expect(visits.totalCount).toBe(8);
    for (const { sessions, watchTimeS, sessionCount, endedAt } of visits.nodes) {
      expect(sessions).toHaveLength(sessionCount);
      expect(sessions.reduce((sum, session) => sum + session.watchTimeS, 0)).toBeCloseTo(watchTimeS, 6);
      expect(
        sessions
          .map(session => session.endedAt)
          .toSorted()
          .at(-1),
      ).toBe(endedAt);
    }
  });

  it('answers live statistics, experiments, trends and comparison from members that the models have', async () => {
    const answer = await data(`{
      liveStats { sessionCount minutes { at } uniqueViewers openSessionCount }
      experiments { name variants { variant exposedPlayRate { value } } }
      qualityTrends(first: 5) { rule points { runId state } }
      heatMap(videoId: "v1") { cells { heat } hottest(first: 1) { fromS } }
      metric(name: COMPLETION_RATE, range: { from: "2026-01-02", to: "2026-01-05" }) { value components { value } dataVersion }
      totals(range: { from: "2026-01-04", to: "2026-01-05" }) { previous { sessionCount } } }`);
    expect(answer).toMatchObject({
      liveStats: { sessionCount: 0, openSessionCount: 0 },
      experiments: [],
      qualityTrends: [{ rule: 'rule_0' }, { rule: 'rule_1' }, { rule: 'rule_2' }],
      metric: { value: 0.25, components: [{ value: 24 }, { value: 96 }], dataVersion: 1 },
      totals: { previous: { sessionCount: 48 } },
    });
  });

  it('filters', async () => {
    const query = `{
      title: videos(filter: { search: "film 0" }) { nodes { videoId } }
      none: videos(filter: { videoIds: [] }) { totalCount nodes { videoId } }
      tier: users(filter: { tiers: [HIGH] }) { totalCount }
      day: sessions(filter: { range: { from: "2026-01-02", to: "2026-01-02" }, completed: true }) { totalCount }
    }`;
    expect(await data(query)).toEqual({
      title: { nodes: [{ videoId: 'v0' }] },
      none: { totalCount: 0, nodes: [] },
      tier: { totalCount: 0 },
      // Sessions 24 to 47 start on that day, and every fourth is completed.
      day: { totalCount: 6 },
    });
  });

  it.each(['100%', '0%', '_b', 'a_', '\\', 'C:\\A_B'])(
    'finds %s in a title as it stands, and nothing else',
    async search => {
      const found = await data(
        'query ($search: String!) { videos(filter: { search: $search }) { totalCount nodes { videoId } } }',
        {
          search,
        },
      );
      expect(found['videos']).toEqual({ totalCount: 1, nodes: [{ videoId: 'v0' }] });
    },
  );

  it.each(['1_0', 'F%m', '%%', '__', 'film\\'])('takes no sign of %s for any other text', async search => {
    const found = await data('query ($search: String!) { videos(filter: { search: $search }) { totalCount } }', {
      search,
    });
    expect(found['videos']).toEqual({ totalCount: 0 });
  });

  it('draws retention, quality and freshness', async () => {
    const query = `{
      retention(videoId: "v1") { starters buckets { bucket viewers } dropOffPoints(first: 1) { bucket atS viewersLost lostRatio } }
      unplayed: retention(videoId: "v0") { starters buckets { bucket } }
      nobody: retention(videoId: "nothing") { starters }
      dataQuality { state failedCount runId rules { rule state severity sampleIds } }
      freshness { state newestReceivedAt dataVersion runId tableVersions { table version } }
    }`;
    const answer = await data(query);
    expect(answer).toMatchObject({
      retention: { starters: 100, dropOffPoints: [{ bucket: 1, atS: 1.1, viewersLost: 1, lostRatio: 0.01 }] },
      unplayed: { starters: 0, buckets: [] },
      nobody: null,
      dataQuality: {
        state: 'FAILED',
        failedCount: 1,
        runId: 'run-1',
        rules: [
          { rule: 'rule_1', state: 'FAILED', severity: 'ERROR', sampleIds: ['a', 'b'] },
          { rule: 'rule_2', state: 'FAILED', severity: 'INFO', sampleIds: ['a', 'b'] },
          { rule: 'rule_0', state: 'PASSED', severity: 'ERROR', sampleIds: ['a', 'b'] },
        ],
      },
      freshness: { newestReceivedAt: '2026-03-01T00:00:00.000Z', dataVersion: 1, runId: 'run-1' },
    });
    expect(answer['freshness']).toHaveProperty('tableVersions.0.table');
  });

  it('answers a dashboard of six panels with at most eight Cube queries', async () => {
    const range = { from: '2026-01-01', to: '2026-01-10' };
    const query = `query ($range: DateRange!) {
      totals(range: $range) { watchTimeS sessionCount completionRate }
      timeSeries(metrics: [WATCH_TIME_S, UNIQUE_VIEWERS], range: $range) { series { points { at value } } }
      topVideos(range: $range) { videoId value video { title } }
      best: topVideos(metric: COMPLETION_RATE, range: $range, minSessionCount: 5) { videoId value video { title } }
      dataQuality { state } freshness { state } }`;
    const answer = await ask(gateway.url, { query, variables: { range } });
    expect(answer.errors).toBeUndefined();
    expect(answer.extensions?.['cost']).toEqual(
      expect.objectContaining({ cubeQueries: expect.toSatisfy((n: number) => n <= 8) }),
    );
  });
});
