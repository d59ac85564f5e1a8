import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { raw, sql } from '#sql';
import { tables } from '#tables';
import { comparable, complaints, load } from './rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from './small-lake.js';

let small: SmallLake;
let cube: CubeServer;
const seen = complaints();

beforeAll(async () => {
  small = await makeSmallLake();
  await writeSessions(small, 2000);
  await writeGold(small);
  await small.publish(1);
  cube = await startCube({ config: small.config, log: seen.log });
});
afterAll(async () => {
  await cube?.close();
  await small?.close();
});

const period = (granularity?: string) => ({
  timeDimensions: [
    {
      dimension: 'sessions.started_at',
      dateRange: ['2026-01-10', '2026-03-10'],
      ...(granularity === undefined ? {} : { granularity }),
    },
  ],
});

const viewDays = (view: string) => ({
  timeDimensions: [{ dimension: `${view}.started_at`, dateRange: ['2026-01-10', '2026-03-10'], granularity: 'week' }],
});

interface Question {
  readonly measures: readonly string[];
  readonly dimensions?: readonly string[];
  readonly filters?: readonly object[];
  readonly timeDimensions?: readonly object[];
}

/** What dashboards ask, and the rollup that has to answer. */
const questions: readonly [rollup: string, query: Question][] = [
  ['sessions.by_day', { measures: ['sessions.watch_time_s', 'sessions.completion_rate'], ...period() }],
  ['sessions.by_day', { measures: ['sessions.watch_time_s', 'sessions.session_count'], ...period('day') }],
  ['sessions.by_day', { measures: ['sessions.watch_time_s'], ...period('month') }],
  [
    'sessions.by_video_day',
    { measures: ['sessions.watch_time_s'], dimensions: ['sessions.video_id', 'videos.title'], ...period() },
  ],
  [
    'sessions.by_video_day',
    { measures: ['sessions.completion_rate'], dimensions: ['videos.category'], ...period('week') },
  ],
  [
    'sessions.by_video_day',
    {
      measures: ['video_performance.watch_time_s', 'video_performance.completion_rate'],
      dimensions: ['video_performance.title'],
    },
  ],
  [
    'sessions.by_audience_day',
    { measures: ['sessions.avg_watch_time_s'], dimensions: ['sessions.device'], ...period() },
  ],
  // A count over no rows is 0 and a sum is null, whoever answers.
  [
    'sessions.by_audience_day',
    {
      measures: ['sessions.session_count', 'sessions.play_count', 'sessions.watch_time_s', 'sessions.completion_rate'],
      filters: [{ member: 'sessions.device', operator: 'equals', values: ['a device that nobody has'] }],
      ...period(),
    },
  ],
  [
    'sessions.by_video_audience_day',
    {
      measures: ['sessions.session_count'],
      dimensions: ['sessions.country', 'sessions.end_reason'],
      filters: [{ member: 'sessions.video_id', operator: 'equals', values: ['v1'] }],
      ...period('day'),
    },
  ],
  ['sessions.viewers_by_day', { measures: ['sessions.unique_viewers'], ...period('day') }],
  // Different viewers do not add up: the rollup keeps who they are, so that any range and grouping of its days is exact.
  ['sessions.viewers_by_day', { measures: ['sessions.unique_viewers', 'sessions.plays_per_viewer'], ...period() }],
  ['sessions.viewers_by_day', { measures: ['audience.unique_viewers_approx'], ...viewDays('audience') }],
  [
    'sessions.viewers_by_video_audience_day',
    {
      measures: ['video_performance.unique_viewers', 'video_performance.watch_time_s'],
      dimensions: ['video_performance.title', 'video_performance.device'],
      ...viewDays('video_performance'),
    },
  ],
  [
    'sessions.viewers_by_video_hour',
    {
      measures: ['sessions.unique_viewers'],
      filters: [{ member: 'sessions.video_id', operator: 'equals', values: ['v1'] }],
      ...period('hour'),
    },
  ],
  ['sessions.by_hour', { measures: ['sessions.watch_time_s', 'sessions.session_count'], ...period('hour') }],
  [
    'sessions.by_video_hour',
    { measures: ['sessions.watch_time_s'], dimensions: ['sessions.video_id'], ...period('hour') },
  ],
  [
    'sessions.viewers_by_day',
    {
      measures: ['sessions.unique_viewers'],
      timeDimensions: [{ dimension: 'sessions.started_at', granularity: 'week' }],
    },
  ],
  [
    'sessions.viewers_by_day',
    {
      measures: ['audience.unique_viewers'],
      timeDimensions: [{ dimension: 'audience.started_at', granularity: 'month' }],
    },
  ],
  [
    'videos.totals',
    { measures: ['videos.watch_time_s', 'videos.completion_rate'], dimensions: ['videos.video_id', 'videos.title'] },
  ],
  ['users.by_tier', { measures: ['users.user_count'], dimensions: ['users.engagement_tier'] }],
  [
    'video_retention.curves',
    {
      measures: ['video_retention.retention_ratio', 'video_retention.viewers'],
      dimensions: ['video_retention.bucket'],
      filters: [{ member: 'video_retention.video_id', operator: 'equals', values: ['v2'] }],
    },
  ],
  [
    'quality_results.by_run',
    { measures: ['quality_results.rule_count'], dimensions: ['quality_results.rule', 'quality_results.state'] },
  ],
];

// First, since its rollup is built when asked.
it('a rollup that a short range has built answers a longer one too', async () => {
  const upTo = async (day: string) => {
    const { rows, rollups } = await load(cube, {
      measures: ['sessions.session_count'],
      dimensions: ['sessions.device'],
      filters: [{ member: 'sessions.video_id', operator: 'equals', values: ['v0', 'v1', 'v2'] }],
      timeDimensions: [{ dimension: 'sessions.started_at', dateRange: ['2026-01-01', day] }],
    });
    expect(rollups).toEqual(['sessions.by_video_audience_day']);
    return rows.reduce((sum, row) => sum + Number(row['sessions.session_count']), 0);
  };
  expect(await upTo('2026-02-10')).toBe(41 * 24);
  expect(await upTo('2026-02-20')).toBe(51 * 24);
});

it.each(questions)('%s answers %j', async (rollup, query) => {
  const { rows, rollups } = await load(cube, query);
  expect(rollups).toEqual([rollup]);
  expect(rows.length).toBeGreaterThan(0);
  expect(seen.errors).toEqual([]);
});

it.each(questions)('%s holds the numbers of the files for %j', async (_rollup, query) => {
  const fromRollup = await load(cube, query);
  const fromFiles = await load(cube, withoutRollups(query));
  expect(fromFiles.rollups).toEqual([]);
  expect(comparable(fromRollup.rows)).toEqual(comparable(fromFiles.rows));
});

const sundays = 'cast(cast(started_at as date) - cast(dayofweek(started_at) as integer) as timestamp)';
const inRange = "started_at >= '2026-01-10' and started_at < '2026-03-10'";

/** Times as tools write them over the SQL API, the rollup that has to answer, and the same over the files. */
const writtenTimes: readonly [rollup: string, sql: string, files: string][] = [
  [
    'sessions.by_day',
    `select cast(date_trunc('week', (started_at + interval '1 day')) as timestamp) + interval '-1 day', sum(session_count)
       from sessions where ${inRange} group by 1`,
    `select ${sundays}, count(*) from sessions where ${inRange} group by 1`,
  ],
  [
    'sessions.by_audience_day',
    `select device, date_trunc('day', cast(started_at as date)) + (-extract(dow from started_at) * interval '1 day'), sum(watch_time_s)
       from video_performance group by 1, 2`,
    `select device, ${sundays}, sum(watch_time_s) from sessions group by 1, 2`,
  ],
  [
    'sessions.by_day',
    `select floor(extract(epoch from started_at) / 86400) * 86400, sum(session_count), measure(completion_rate)
       from sessions where started_at between '2026-01-10T00:00:00Z' and '2026-02-28T23:59:59.999Z' group by 1`,
    `select epoch(date_trunc('day', started_at)), count(*), count(*) filter (completed) / count(*)
       from sessions where started_at >= '2026-01-10' and started_at < '2026-03-01' group by 1`,
  ],
  [
    'sessions.by_hour',
    `select floor(extract(epoch from started_at)/3600)*3600 as "time", sum(watch_time_s) from sessions where ${inRange} group by 1`,
    `select epoch(date_trunc('hour', started_at)), sum(watch_time_s) from sessions where ${inRange} group by 1`,
  ],
  [
    'sessions.by_hour',
    `select extract(hour from started_at), sum(session_count) from sessions group by 1`,
    'select hour(started_at), count(*) from sessions group by 1',
  ],
  [
    'sessions.viewers_by_day',
    `select cast(started_at as date), measure(unique_viewers) from sessions group by 1`,
    'select cast(started_at as date), count(distinct user_id) from sessions group by 1',
  ],
  [
    'sessions.by_day',
    `select cast(trunc(extract(year from started_at)) as integer), cast(trunc(extract(quarter from started_at)) as integer), sum(session_count)
       from sessions where extract(dow from started_at) in (0, 6) group by 1, 2`,
    'select year(started_at), quarter(started_at), count(*) from sessions where dayofweek(started_at) in (0, 6) group by 1, 2',
  ],
  [
    'sessions.by_audience_day',
    'select device, end_reason, grouping(device, end_reason), measure(completion_rate) from sessions group by grouping sets((device, end_reason), (device), (end_reason))',
    `select device, end_reason, grouping(device, end_reason), count(*) filter (completed) / count(*)
       from sessions group by grouping sets((device, end_reason), (device), (end_reason))`,
  ],
];

it.each(writtenTimes)(
  '%s answers the SQL %s',
  async (rollup, text, files) => {
    const login = { user: 'playhead', password: 'playhead', database: 'playhead' };
    const client = new pg.Client({ host: '127.0.0.1', port: cube.sqlPort, ...login });
    await client.connect();
    try {
      const plan = await client.query(`explain ${text}`);
      const rollups = plan.rows.flatMap(row => /^ *Rollup: (.*)$/.exec(row['QUERY PLAN'])?.[1] ?? []);
      expect(new Set(rollups), JSON.stringify(plan.rows)).toEqual(new Set([rollup]));
      const answer = await client.query({ text, rowMode: 'array', types: { getTypeParser: () => String } });
      const wanted = await small.engine.query(sql`with sessions as (
        select * replace (cast(started_at as timestamp) as started_at) from ${await small.lake.read(tables.sessions)}
      ) ${raw(files)}`);
      expect(answer.rows.map(plainRow).toSorted()).toEqual(wanted.map(row => plainRow(Object.values(row))).toSorted());
      expect(wanted.length).toBeGreaterThan(0);
    } finally {
      await client.end();
    }
    // The first waits for the SQL API's catalogue and for the rollups that are built when asked.
  },
  240_000,
);

/** Instants and numbers of any type as one. */
const plainRow = (row: readonly unknown[]): string =>
  JSON.stringify(
    row.map(value => {
      const text =
        value instanceof Date ? value.toISOString().slice(0, 19).replace('T', ' ') : String(value).replace(/\+00$/, '');
      const day = /^\d{4}-\d\d-\d\d(?= 00:00:00$)/.exec(text)?.[0] ?? text;
      return Number.isNaN(Number(day)) ? day : Number(Number(day).toPrecision(12));
    }),
  );

const tested = [
  'watch_time_s',
  'unique_viewers',
  'completion_rate',
  'avg_engagement_score',
  'plays_per_viewer',
  'skipped_s',
];

it.each(tested)('a condition on %s, which is not shown, holds the groups of the files', async name => {
  const filters = [{ member: `sessions.${name}`, operator: 'gt', values: ['0'] }];
  for (const shape of [
    { dimensions: ['sessions.device'] },
    { dimensions: ['sessions.country', 'sessions.end_reason'] },
    { timeDimensions: [{ dimension: 'sessions.started_at', granularity: 'week' }] },
  ]) {
    const query = { measures: ['sessions.session_count'], filters, ...shape };
    const answer = await load(cube, query);
    expect(comparable(answer.rows)).toEqual(comparable((await load(cube, withoutRollups(query))).rows));
    expect(answer.rows.length).toBeGreaterThan(0);
  }
});

it('a day holds the session that starts in its last millisecond', async () => {
  const day = { dimension: 'sessions.started_at', dateRange: ['2026-01-31', '2026-01-31'] };
  const query = { measures: ['sessions.session_count'], dimensions: ['sessions.video_id'], timeDimensions: [day] };
  const { rows, rollups } = await load(cube, query);
  expect(rollups).toEqual(['sessions.by_video_day']);
  expect(rows.reduce((sum, row) => sum + Number(row['sessions.session_count']), 0)).toBe(24);
});

/** Ranges of whole periods, ranges that cut a period, cut a day, and cut an hour, which no rollup may answer. */
const viewerRanges: readonly [granularity: string, from: string, to: string, rollups: readonly string[]][] = [
  ['week', '2026-01-14T00:00:00.000', '2026-02-11T23:59:59.999', ['sessions.viewers_by_day']],
  ['month', '2026-01-30T00:00:00.000', '2026-03-02T23:59:59.999', ['sessions.viewers_by_day']],
  ['day', '2026-01-10T20:00:00.000', '2026-01-12T03:59:59.999', ['sessions.viewers_by_video_hour']],
  ['day', '2026-01-10T20:15:00.000', '2026-01-12T03:59:59.999', []],
  ['week', '2026-01-12T00:00:00.000', '2026-02-08T23:59:59.999', ['sessions.viewers_by_day']],
  ['month', '2026-01-01T00:00:00.000', '2026-02-28T23:59:59.999', ['sessions.viewers_by_day']],
  ['day', '2026-01-10T00:00:00.000', '2026-01-12T23:59:59.999', ['sessions.viewers_by_day']],
];

it.each(viewerRanges)(
  'unique viewers by %s from %s to %s are those of the files',
  async (granularity, from, to, by) => {
    const { rows, rollups } = await load(cube, {
      measures: ['sessions.unique_viewers'],
      timeDimensions: [{ dimension: 'sessions.started_at', granularity, dateRange: [from, to] }],
    });
    const expected = await small.engine.query(sql`
    select strftime(date_trunc(${granularity}, started_at), '%Y-%m-%dT%H:%M:%S.000') as period,
      count(distinct user_id) as unique_viewers
    from ${await small.lake.read(tables.sessions)}
    where date_trunc('millisecond', started_at) between cast(${`${from}Z`} as timestamptz) and cast(${`${to}Z`} as timestamptz)
    group by 1`);
    const pairs = rows.map(row => [row[`sessions.started_at.${granularity}`], Number(row['sessions.unique_viewers'])]);
    expect(pairs.toSorted()).toEqual(expected.map(row => [row['period'], Number(row['unique_viewers'])]).toSorted());
    expect(rollups).toEqual(by);
  },
);

it.each([
  ['2026-01-10T20:00:00.000', ['sessions.by_hour']],
  ['2026-01-10T20:15:00.000', []],
])('sums from %s on come from the files where no hour begins there', async (from, by) => {
  const day = { dimension: 'sessions.started_at', dateRange: [from, '2026-01-12T03:59:59.999'] };
  const { rows, rollups } = await load(cube, { measures: ['sessions.session_count'], timeDimensions: [day] });
  expect(rows.map(row => Number(row['sessions.session_count']))).toEqual([32]);
  expect(rollups).toEqual(by);
});

/** Members that no rollup has and that are never empty: a filter on one sends a question to the files. */
const alwaysSet: Readonly<Record<string, string>> = {
  sessions: 'sessions.session_id',
  video_performance: 'sessions.session_id',
  audience: 'sessions.session_id',
  videos: 'videos.first_seen_at',
  users: 'users.user_id',
  video_retention: 'videos.first_seen_at',
  quality_results: 'quality_results.quality_result_checked_count',
};

function withoutRollups(query: { readonly measures: readonly string[]; readonly filters?: readonly object[] }): object {
  const name = query.measures[0]?.split('.')[0] ?? '';
  return { ...query, filters: [...(query.filters ?? []), { member: alwaysSet[name], operator: 'set' }] };
}
