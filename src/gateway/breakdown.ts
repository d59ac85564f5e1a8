import DataLoader from 'dataloader';
import type { Ask } from './ask.js';
import { assertPageSize } from './connection.js';
import type { Breakdown, BreakdownBy, BreakdownPart } from './contract.generated.js';
import { type CubeFilter, type CubeQuery, equals } from './cube-query.js';
import { keyOf } from './entities.js';
import { gatewayError } from './errors.js';
import { groupBy } from './group-by.js';
import type { PeriodMetric } from './members.js';
import { assertRange, type Period } from './period.js';
import type { PeriodLoader } from './period-loader.js';
import { type CubeRow, RowReader } from './row.js';

/** All of them stand in the rollups of viewers. */
const measures = ['unique_viewers', 'session_count', 'play_count', 'completed_session_count', 'watch_time_s'].map(
  name => `sessions.${name}`,
);

const dimensions = {
  DEVICE: 'device',
  COUNTRY: 'country',
  ENGAGEMENT_TIER: 'engagement_tier',
} as const satisfies Partial<Record<BreakdownBy, string>>;

/** The viewers and sessions of a period, without a name. */
type Audience = Omit<BreakdownPart, 'value' | 'completionRate'>;

/** Of a period, those whose users had their first session ever in it. */
export type NewcomerLoader = DataLoader<Period, Audience, string>;

/** Of a request, what breakdowns ask with. */
interface BreakdownContext {
  readonly loaders: { readonly period: PeriodLoader; readonly newcomers: NewcomerLoader };
  /** False where the caller may not learn when a user first came. */
  readonly maySeeFirstDays: boolean;
}

export interface BreakdownQuestion extends Period {
  readonly by: BreakdownBy;
  readonly first: number;
}

/** The audience of a period in parts; one Cube query, two for new and returning viewers. @throws FORBIDDEN */
export async function readBreakdown(
  { by, first, ...period }: BreakdownQuestion,
  context: BreakdownContext & { readonly ask: Ask },
): Promise<Breakdown> {
  assertPageSize(first);
  assertRange(period.range);
  const { ask } = context;
  const parts =
    by === 'NEW_OR_RETURNING'
      ? await newAndReturning(period, context)
      : await byDimension(ask, period, { name: dimensions[by], first });
  return { by, range: period.range, parts: parts.slice(0, first), hasMore: parts.length > first };
}

async function byDimension(
  ask: Ask,
  period: Period,
  { name, first }: { readonly name: string; readonly first: number },
): Promise<BreakdownPart[]> {
  const { rows } = await ask({
    ...questionOf(period),
    dimensions: [`sessions.${name}`],
    order: [
      ['sessions.unique_viewers', 'desc'],
      [`sessions.${name}`, 'asc'],
    ],
    limit: first + 1,
  });
  return rows.map(row => {
    const value = new RowReader(row, 'sessions').textOrNull(name);
    // Tiers are written `High` in the tables, and HIGH in the contract.
    return toPart(name === 'engagement_tier' ? (value?.toUpperCase() ?? null) : value, toAudience(row));
  });
}

/** Both of them, or neither where nobody came. The whole is asked together with the totals of the request. */
async function newAndReturning(period: Period, { loaders, ...context }: BreakdownContext): Promise<BreakdownPart[]> {
  assertSeesFirstDays(context);
  const sum = async (metric: PeriodMetric) => (await loaders.period.load({ metric, ...period })) ?? 0;
  const [newcomers, uniqueViewers, sessionCount, playCount, completedSessionCount, watchTimeS] = await Promise.all([
    loaders.newcomers.load(period),
    sum('unique_viewers'),
    sum('session_count'),
    sum('play_count'),
    sum('completed_session_count'),
    sum('watch_time_s'),
  ]);
  const all = { uniqueViewers, sessionCount, playCount, completedSessionCount, watchTimeS };
  return sessionCount === 0 ? [] : [toPart('NEW', newcomers), toPart('RETURNING', without(all, newcomers))];
}

/** Cube would not refuse a tenant but find nobody new: a user's first day may be that of another tenant's video. @throws FORBIDDEN */
export function assertSeesFirstDays({ maySeeFirstDays }: Pick<BreakdownContext, 'maySeeFirstDays'>): void {
  if (!maySeeFirstDays) throw gatewayError('FORBIDDEN', 'the caller may not see when viewers first came');
}

/** Each user is either new or not, so the rest is a difference; seconds are whole microseconds. */
const without = (all: Audience, part: Audience): Audience => ({
  uniqueViewers: all.uniqueViewers - part.uniqueViewers,
  sessionCount: all.sessionCount - part.sessionCount,
  playCount: all.playCount - part.playCount,
  completedSessionCount: all.completedSessionCount - part.completedSessionCount,
  watchTimeS: (Math.round(all.watchTimeS * 1e6) - Math.round(part.watchTimeS * 1e6)) / 1e6,
});

const toPart = (value: string | null, audience: Audience): BreakdownPart => ({
  value,
  ...audience,
  completionRate: audience.sessionCount === 0 ? null : audience.completedSessionCount / audience.sessionCount,
});

/** One Cube query for all videos of a period. */
export function createNewcomerLoader(ask: Ask): NewcomerLoader {
  const keyOfPeriod = ({ range, videoId }: Period) => JSON.stringify([range.from, range.to, videoId]);
  return new DataLoader<Period, Audience, string>(
    async periods => {
      const groups = groupBy(periods, ({ range, videoId }) => JSON.stringify([range.from, range.to, videoId === null]));
      const found = await Promise.all([...groups.values()].map(group => readNewcomers(ask, group)));
      const audiences = new Map(found.flat().map(({ period, audience }) => [keyOfPeriod(period), audience]));
      return periods.map(period => audiences.get(keyOfPeriod(period)) ?? nobody);
    },
    { cacheKeyFn: keyOfPeriod },
  );
}

async function readNewcomers(ask: Ask, periods: readonly Period[]) {
  const [first] = periods;
  if (first === undefined) return [];
  const { range } = first;
  const videoIds = periods.flatMap(({ videoId }) => (videoId === null ? [] : [videoId]));
  const isNew: CubeFilter = { member: 'users.first_seen_at', operator: 'inDateRange', values: [range.from, range.to] };
  const { rows } = await ask({
    ...questionOf({ range, videoId: null }),
    ...(videoIds.length > 0 ? { dimensions: ['sessions.video_id'] } : {}),
    filters: [...(videoIds.length > 0 ? [equals('sessions.video_id', videoIds)] : []), isNew],
    limit: Math.max(1, videoIds.length),
  });
  return rows.map(row => {
    const videoId = videoIds.length > 0 ? keyOf(row, 'sessions', 'video_id') : null;
    return { period: { range, videoId }, audience: toAudience(row) };
  });
}

const questionOf = ({ range: { from, to }, videoId }: Period): Omit<CubeQuery, 'limit'> => ({
  measures,
  timeDimensions: [{ dimension: 'sessions.started_at', dateRange: [from, to] }],
  ...(videoId === null ? {} : { filters: [equals('sessions.video_id', [videoId])] }),
});

const nobody: Audience = { uniqueViewers: 0, sessionCount: 0, playCount: 0, completedSessionCount: 0, watchTimeS: 0 };

function toAudience(row: CubeRow): Audience {
  const read = new RowReader(row, 'sessions');
  return {
    uniqueViewers: read.numberOrNull('unique_viewers') ?? 0,
    sessionCount: read.numberOrNull('session_count') ?? 0,
    playCount: read.numberOrNull('play_count') ?? 0,
    completedSessionCount: read.numberOrNull('completed_session_count') ?? 0,
    watchTimeS: read.numberOrNull('watch_time_s') ?? 0,
  };
}
