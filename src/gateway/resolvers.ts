import { catalogue, type MetricName, type Unit } from '#metrics';
import { assertPageSize, type Connection, type PageArguments, readConnection } from './connection.js';
import type { GatewayContext } from './context.js';
import { type CubeFilter, equals } from './cube-query.js';
import type { EntityNode, SessionNode, UserNode, UserVideoNode, VideoNode } from './entities.js';
import { gatewayError } from './errors.js';
import {
  type SessionFilter,
  sessionFilters,
  type UserFilter,
  type UserVideoFilter,
  userFilters,
  userVideoFilters,
  type VideoFilter,
  videoFilters,
} from './filters.js';
import { readFreshness } from './freshness.js';
import { fromNodeId, ownId } from './ids.js';
import { sessionList, userList, userVideoList, videoList } from './lists.js';
import { isPeriodMetric, type PeriodMetric, periodMetrics, titleOf, toCamel } from './members.js';
import { assertRange, type DateRange, type Granularity, stepsOf } from './period.js';
import { type DataQuality, type QualityState, readDataQuality } from './quality.js';
import { dropOffPoints, type Retention } from './retention.js';
import { scalars } from './scalars.js';
import { readTopVideos, type TopVideoArguments } from './top-videos.js';

interface Listing<Filter> extends PageArguments {
  readonly filter?: Filter | null;
}

interface PeriodArguments {
  readonly range: DateRange;
  readonly videoId?: string | null;
}

interface TimeSeriesArguments extends PeriodArguments {
  readonly metrics: readonly string[];
  readonly granularity: Granularity;
}

/** Sums and rates of a period; each field asks for itself and the loader asks once for all. */
interface Period {
  readonly range: DateRange;
  readonly videoId: string | null;
}

const seriesCountMax = 10;

const Query = {
  node: (_root: unknown, { id }: { id: string }, context: GatewayContext) => readNode(id, context),
  video: (_root: unknown, { id }: { id: string }, { loaders }: GatewayContext) =>
    loaders.video.load(ownId('Video', id)),
  videos: (_root: unknown, args: Listing<VideoFilter>, { ask }: GatewayContext) =>
    readConnection(ask, { spec: videoList, filters: videoFilters(args.filter), page: args }),
  user: (_root: unknown, { id }: { id: string }, { loaders }: GatewayContext) => loaders.user.load(ownId('User', id)),
  users: (_root: unknown, args: Listing<UserFilter>, { ask }: GatewayContext) =>
    readConnection(ask, { spec: userList, filters: userFilters(args.filter), page: args }),
  session: (_root: unknown, { id }: { id: string }, { loaders }: GatewayContext) =>
    loaders.session.load(ownId('Session', id)),
  sessions: (_root: unknown, args: Listing<SessionFilter>, { ask }: GatewayContext) =>
    readConnection(ask, { spec: sessionList, filters: sessionFilters(args.filter), page: args }),
  userVideos: (_root: unknown, args: Listing<UserVideoFilter>, { ask }: GatewayContext) =>
    readUserVideos(args, userVideoFilters(args.filter), { ask }),
  totals: (_root: unknown, { range, videoId }: PeriodArguments): Period => toPeriod(range, videoId),
  topVideos: (_root: unknown, args: TopVideoArguments, context: GatewayContext) => readTopVideos(args, context),
  timeSeries: (_root: unknown, args: TimeSeriesArguments, context: GatewayContext) => readTimeSeries(args, context),
  retention: async (_root: unknown, args: { videoId: string }, { loaders }: GatewayContext) => {
    const videoId = ownId('Video', args.videoId);
    // A video that nobody played has no curve either: only `videos` tells the two apart.
    const [video, retention] = await Promise.all([loaders.video.load(videoId), loaders.retention.load(videoId)]);
    return video === null ? null : retention;
  },
  dataQuality: (_root: unknown, _args: unknown, { ask }: GatewayContext) => readDataQuality(ask),
  freshness: (_root: unknown, _args: unknown, context: GatewayContext) => readFreshness(context),
  metricDefinitions: () =>
    Object.entries(catalogue).map(([name, metric]) => ({ name, ...metric, unit: units[metric.unit] })),
};

async function readNode(id: string, { loaders }: GatewayContext): Promise<EntityNode | null> {
  const opaque = fromNodeId(id);
  const [key, second] = opaque?.key ?? [];
  if (opaque === undefined || key === undefined) return null;
  switch (opaque.type) {
    case 'Video':
      return loaders.video.load(key);
    case 'User':
      return loaders.user.load(key);
    case 'Session':
      return loaders.session.load(key);
    case 'UserVideo':
      return loaders.userVideo.load({ userId: key, videoId: second ?? '' });
  }
}

function readUserVideos(
  page: PageArguments,
  filters: readonly CubeFilter[],
  { ask }: Pick<GatewayContext, 'ask'>,
): Promise<Connection<UserVideoNode>> {
  return readConnection(ask, { spec: userVideoList, filters, page });
}

function toPeriod(range: DateRange, videoId: string | null | undefined): Period {
  assertRange(range);
  return { range, videoId: typeof videoId === 'string' ? ownId('Video', videoId) : null };
}

async function readTimeSeries(args: TimeSeriesArguments, { loaders }: GatewayContext) {
  const { granularity } = args;
  if (args.metrics.length > seriesCountMax) {
    throw gatewayError('LIMIT_EXCEEDED', `at most ${seriesCountMax} metrics in one time series`);
  }
  if (args.metrics.length === 0) throw gatewayError('BAD_USER_INPUT', '`metrics` names no metric');
  // Refused here once, and not once for each metric.
  stepsOf(args.range, granularity);
  const { range, videoId } = toPeriod(args.range, args.videoId);
  const series = await Promise.all(
    args.metrics.filter(isPeriodMetric).map(async metric => ({
      metric,
      title: titleOf(metric),
      unit: unitOf(metric),
      points: await loaders.series.load({ metric, range, granularity, videoId }),
    })),
  );
  return { granularity, from: range.from, to: range.to, series };
}

const units = {
  s: 'SECONDS',
  count: 'COUNT',
  ratio: 'RATIO',
  score: 'SCORE',
  rate: 'RATE',
  boolean: 'BOOLEAN',
  word: 'WORD',
  instant: 'INSTANT',
} as const satisfies Record<Unit, string>;

const unitOf = (metric: MetricName): string => units[catalogue[metric].unit];

type VideoOwner = Pick<SessionNode, 'videoId'>;
type UserOwner = Pick<SessionNode, 'userId'>;
const videoOf = ({ videoId }: VideoOwner, _args: unknown, { loaders }: GatewayContext) => loaders.video.load(videoId);
const userOf = ({ userId }: UserOwner, _args: unknown, { loaders }: GatewayContext) => loaders.user.load(userId);

const PeriodMetrics = Object.fromEntries(
  periodMetrics.map(metric => [
    toCamel(metric),
    ({ range, videoId }: Period, _args: unknown, { loaders }: GatewayContext) =>
      loaders.period.load({ metric, range, videoId }),
  ]),
);

/** Every resolver of schema.graphql that is more than reading a property. */
export const resolvers = {
  ...scalars,
  Query,
  Node: { __resolveType: (node: EntityNode) => node.__typename },
  PeriodMetric: Object.fromEntries(
    periodMetrics.map((metric): [string, PeriodMetric] => [metric.toUpperCase(), metric]),
  ),
  Video: {
    metrics: ({ videoId }: VideoNode, { range }: { range: DateRange }) => toPeriod(range, videoId),
    retention: ({ videoId }: VideoNode, _args: unknown, { loaders }: GatewayContext) => loaders.retention.load(videoId),
    viewers: ({ videoId }: VideoNode, page: PageArguments, { ask }: GatewayContext) =>
      readUserVideos(page, [equals('user_videos.video_id', [videoId])], { ask }),
  },
  User: {
    videos: ({ userId }: UserNode, page: PageArguments, { ask }: GatewayContext) =>
      readUserVideos(page, [equals('user_videos.user_id', [userId])], { ask }),
  },
  Session: {
    video: videoOf,
    user: userOf,
    segments: ({ sessionId }: SessionNode, _args: unknown, { loaders }: GatewayContext) =>
      loaders.segments.load(sessionId),
  },
  UserVideo: { video: videoOf, user: userOf },
  TopVideo: { video: videoOf },
  PeriodMetrics,
  Retention: {
    video: videoOf,
    dropOffPoints: (retention: Retention, { first }: { first: number }) => {
      assertPageSize(first);
      return dropOffPoints(retention, first);
    },
  },
  DataQuality: {
    rules: ({ rules }: DataQuality, { states }: { states?: readonly QualityState[] | null }) =>
      states === null || states === undefined ? rules : rules.filter(rule => states.includes(rule.state)),
  },
};
