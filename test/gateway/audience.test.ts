import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { type Gateway, startGateway } from '#gateway';
import { raw, sql } from '#sql';
import { tables } from '#tables';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from '../cube/small-lake.js';
import { ask } from './ask.js';

let small: SmallLake;
let cube: CubeServer;
let gateway: Gateway;

beforeAll(async () => {
  small = await makeSmallLake({ serve: { rollups: false } });
  await writeSessions(small, 1_000);
  await small.write('sessions', await withNewcomers(small));
  await writeGold(small);
  await small.write(
    'videos',
    sql`select * replace (0 as impression_viewers, 0 as played_impression_viewers, 'Low' as engagement_tier,
        0 as engagement_watch_points, 0 as engagement_completion_points, 0 as engagement_session_points, 1 as engagement_version)
      from ${await small.lake.read(tables.videos)} as written`,
  );
  await small.publish(1);
  cube = await startCube({ config: small.config, log: () => undefined });
  gateway = await startGateway({ config: small.config, cubeUrl: cube.url });
});
afterAll(async () => {
  await gateway?.close();
  await cube?.close();
  await small?.close();
});

/**
 * A session an hour: new users come all the time and old ones come back, some devices, countries and durations are not
 * told. Somebody comes for the first time within the last millisecond of January (s743).
 */
const withNewcomers = async ({ lake }: SmallLake) => sql`
  select * exclude (i) replace (
    case when i = 743 then 'u5000' when i % 3 = 0 then 'u' || i else 'u' || (i * 7919 % 97) end as user_id,
    case when i % 11 = 0 then null when i % 5 = 0 then 'tv' else device end as device,
    case when i % 13 = 0 then null when i % 4 = 0 then 'SE' else country end as country,
    ['High', 'Medium', 'Low', 'Minimal'][1 + i % 4] as engagement_tier,
    case when i % 6 > 0 then i % 29 / 29 end as percent_viewed_ratio)
  from (select *, cast(substr(session_id, 2) as integer) as i from ${await lake.read(tables.sessions)} as written)`;

const january = { from: '2026-01-12', to: '2026-01-31' };

const partSchema = z.object({
  value: z.string().nullable(),
  uniqueViewers: z.number(),
  sessionCount: z.number(),
  playCount: z.number(),
  completedSessionCount: z.number(),
  watchTimeS: z.number(),
  completionRate: z.number().nullable(),
});
const breakdownSchema = z.object({ breakdown: z.object({ parts: z.array(partSchema), hasMore: z.boolean() }) });

async function breakdown(by: string, more: Record<string, unknown> = {}) {
  const query = `query ($by: BreakdownBy!, $range: DateRange!, $videoId: ID, $first: Int! = 10) {
    breakdown(by: $by, range: $range, videoId: $videoId, first: $first) {
      parts { value uniqueViewers sessionCount playCount completedSessionCount watchTimeS completionRate } hasMore } }`;
  const { errors, data } = await ask(gateway.url, { query, variables: { by, range: january, ...more } });
  expect(errors).toBeUndefined();
  return breakdownSchema.parse(data).breakdown;
}

/** The parts as a person would count them over the sessions alone. */
async function byHand(value: string, condition = 'true') {
  const rows = await small.engine.query(sql`
    with everything as (
      select *, min(session_date) over (partition by user_id) as first_day from ${await small.lake.read(tables.sessions)} as s),
    period as (
      select *, ${raw(value)} as part from everything
      where session_date between date '2026-01-12' and date '2026-01-31' and ${raw(condition)})
    select part as value, count(distinct user_id) as "uniqueViewers", count(*) as "sessionCount",
      count(*) filter (has_played) as "playCount", count(*) filter (completed) as "completedSessionCount",
      sum(watch_time_s) as "watchTimeS", count(*) filter (completed) / count(*) as "completionRate"
    from period group by part order by 2 desc, 1`);
  return rows.map(row =>
    partSchema.parse(
      Object.fromEntries(
        Object.entries(row).map(([name, held]) => [name, typeof held === 'bigint' ? Number(held) : held]),
      ),
    ),
  );
}
const byName = (parts: readonly z.infer<typeof partSchema>[]) =>
  parts.toSorted((a, b) => ((a.value ?? '') < (b.value ?? '') ? -1 : 1));

const firstDay = "case when first_day >= date '2026-01-12' then 'NEW' else 'RETURNING' end";

describe('a breakdown of the audience is what the sessions say, counted by hand:', () => {
  it.each([
    ['DEVICE', 'device'],
    ['COUNTRY', 'country'],
    ['ENGAGEMENT_TIER', 'upper(engagement_tier)'],
    ['NEW_OR_RETURNING', firstDay],
  ])('by %s', async (by, value) => {
    const expected = await byHand(value);
    expect(expected.length).toBeGreaterThan(1);
    const { parts, hasMore } = await breakdown(by);
    expect(byName(parts)).toEqual(byName(expected));
    expect(hasMore).toBe(false);
  });

  it.each([
    ['DEVICE', 'device'],
    ['NEW_OR_RETURNING', firstDay],
  ])('by %s, of one video', async (by, value) => {
    const { parts } = await breakdown(by, { videoId: 'v2' });
    expect(byName(parts)).toEqual(byName(await byHand(value, "video_id = 'v2'")));
  });

  it('with those first who have the most viewers', async () => {
    const [most] = await byHand('device');
    expect(await breakdown('DEVICE', { first: 1 })).toEqual({ parts: [most], hasMore: true });
  });

  it('without a part where nobody came', async () => {
    const range = { from: '2020-01-01', to: '2020-01-02' };
    expect(await breakdown('DEVICE', { range })).toEqual({ parts: [], hasMore: false });
    expect(await breakdown('NEW_OR_RETURNING', { range })).toEqual({ parts: [], hasMore: false });
  });
});

it('a user is new on the day of the first session, to its last microsecond, and returns on all later ones', async () => {
  const of = async (from: string, to: string) => {
    const query = `query ($range: DateRange!) { totals(range: $range) { uniqueViewers newViewers returningViewers } }`;
    return (await ask(gateway.url, { query, variables: { range: { from, to } } })).data?.['totals'];
  };
  const expected = async (from: string, to: string) => {
    const [row] = await small.engine.query(sql`
      select count(distinct user_id) as viewers, count(distinct user_id) filter (first_day >= ${from}) as new_viewers,
        count(distinct user_id) filter (first_day < ${from}) as returning_viewers
      from (select *, min(session_date) over (partition by user_id) as first_day from ${await small.lake.read(tables.sessions)} as s)
      where session_date between ${from} and ${to}`);
    const [uniqueViewers, newViewers] = [Number(row?.['viewers']), Number(row?.['new_viewers'])];
    return { uniqueViewers, newViewers, returningViewers: Number(row?.['returning_viewers']) };
  };
  for (const [from, to] of [
    ['2026-01-31', '2026-01-31'],
    ['2026-02-01', '2026-02-03'],
    ['2026-01-01', '2026-02-28'],
  ] as const) {
    expect(await of(from, to), from).toEqual(await expected(from, to));
  }
});

it('percent viewed of a period is the mean over the sessions that know it', async () => {
  const query = `query ($range: DateRange!) {
    totals(range: $range) { measuredSessionCount avgSessionPercentViewedRatio }
    timeSeries(metrics: [AVG_SESSION_PERCENT_VIEWED_RATIO], range: $range) { series { points { value } } }
    topVideos(range: $range, metric: AVG_SESSION_PERCENT_VIEWED_RATIO, first: 1) { videoId value } }`;
  const { data, errors } = await ask(gateway.url, { query, variables: { range: january } });
  expect(errors).toBeUndefined();
  const sessions = sql`(select * from ${await small.lake.read(tables.sessions)} as s
    where session_date between date '2026-01-12' and date '2026-01-31')`;
  const mean = sql`sum(cast(round(percent_viewed_ratio * 1e9) as bigint)) / count(percent_viewed_ratio) / 1e9`;
  const [all] = await small.engine.query(
    sql`select count(percent_viewed_ratio) as measured_session_count, ${mean} as avg_session_percent_viewed_ratio,
      avg(percent_viewed_ratio) as plain from ${sessions}`,
  );
  const days = await small.engine.query(
    sql`select ${mean} as mean from ${sessions} group by session_date order by session_date`,
  );
  const [best] = await small.engine.query(
    sql`select video_id, ${mean} as mean from ${sessions} group by 1 order by 2 desc limit 1`,
  );
  expect(Number(all?.['avg_session_percent_viewed_ratio'])).toBeCloseTo(Number(all?.['plain']), 8);
  expect(data).toEqual({
    totals: {
      measuredSessionCount: Number(all?.['measured_session_count']),
      avgSessionPercentViewedRatio: Number(all?.['avg_session_percent_viewed_ratio']),
    },
    timeSeries: { series: [{ points: days.map(day => ({ value: Number(day['mean']) })) }] },
    topVideos: [{ videoId: best?.['video_id'], value: Number(best?.['mean']) }],
  });
});

describe('the first screen', () => {
  const document = (name: string) => readFileSync(`documents/dashboard-${name}.graphql`, 'utf8');
  const costSchema = z.object({ cost: z.object({ cubeQueries: z.number() }) });
  const queriesOf = async (query: string, variables: Record<string, unknown> = {}) => {
    const { errors, extensions } = await ask(gateway.url, { query, variables });
    expect(errors).toBeUndefined();
    return costSchema.parse(extensions).cost.cubeQueries;
  };

  it.each([
    ['DAY', '2026-01-05', '2026-02-01'],
    ['WEEK', '2026-01-05', '2026-02-01'],
  ])('asks Cube eight times at most when nothing is kept, by %s', async (granularity, from, to) => {
    const variables = { range: { from, to }, granularity, rankBy: 'WATCH_TIME_S', minSessionCount: 3 };
    const asked = (await queriesOf(document('state'))) + (await queriesOf(document('overview'), variables));
    expect(asked).toBeGreaterThan(4);
    expect(asked).toBeLessThanOrEqual(8);
  });

  it('and five times for its audience, when that comes into view', async () => {
    expect(await queriesOf(document('audience'), { range: january })).toBe(5);
  });
});

it('series of neighbouring periods are asked in one question, unless a step lies in both', async () => {
  const query = `query ($range: DateRange!, $by: Granularity!) {
    timeSeries(metrics: [UNIQUE_VIEWERS, WATCH_TIME_S], range: $range, granularity: $by) {
      series { points { at value } previousPoints { at value } } } }`;
  const alone = `query ($range: DateRange!, $by: Granularity!) {
    timeSeries(metrics: [UNIQUE_VIEWERS, WATCH_TIME_S], range: $range, granularity: $by) { series { points { at value } } } }`;
  const schema = z.object({
    timeSeries: z.object({ series: z.array(z.object({ points: z.array(z.unknown()), previousPoints: z.unknown() })) }),
  });
  for (const [by, from, to, before, count] of [
    ['DAY', '2026-01-20', '2026-01-22', { from: '2026-01-17', to: '2026-01-19' }, 1],
    ['WEEK', '2026-01-19', '2026-02-01', { from: '2026-01-05', to: '2026-01-18' }, 1],
    ['WEEK', '2026-01-21', '2026-02-03', { from: '2026-01-07', to: '2026-01-20' }, 2],
    ['MONTH', '2026-02-01', '2026-02-10', { from: '2026-01-22', to: '2026-01-31' }, 1],
  ] as const) {
    const both = await ask(gateway.url, { query, variables: { range: { from, to }, by } });
    expect(both.extensions?.['cost'], `${by} ${from}`).toMatchObject({ cubeQueries: count });
    const { series } = schema.parse(both.data).timeSeries;
    const earlier = await ask(gateway.url, { query: alone, variables: { range: before, by } });
    expect(earlier.data, `${by} ${from}`).toEqual({
      timeSeries: { series: series.map(({ previousPoints }) => ({ points: previousPoints })) },
    });
    const later = await ask(gateway.url, { query: alone, variables: { range: { from, to }, by } });
    expect(later.data, `${by} ${from}`).toEqual({ timeSeries: { series: series.map(({ points }) => ({ points })) } });
  }
});
