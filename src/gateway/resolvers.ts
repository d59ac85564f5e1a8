import { catalogue, isMetricName } from '#metrics';
import { acknowledgeAlert, readAlert, readAlerts } from './alerts.js';
import { annotationsIn } from './annotations.js';
import { assertSeesFirstDays, readBreakdown } from './breakdown.js';
import { underCamel } from './camel.js';
import { assertPageSize, type Connection, type PageArguments, readConnection } from './connection.js';
import type { GatewayContext } from './context.js';
import type { DateRange } from './contract.generated.js';
import { type CubeFilter, equals } from './cube-query.js';
import type { EntityNode, UserVideoNode } from './entities.js';
import { gatewayError } from './errors.js';
import { readExperiments } from './experiments.js';
import { readExplanation } from './explain.js';
import { sessionFilters, userFilters, userVideoFilters, videoFilters } from './filters.js';
import { hottest, toHeatMap } from './heat-map.js';
import { fromNodeId, ownId } from './ids.js';
import { sessionList, userList, userVideoList, videoList } from './lists.js';
import { readLiveStats } from './live.js';
import { type PeriodMetric, periodMetrics, periodRates, periodSums } from './members.js';
import { type MetricComponent, toMetricValue } from './metric-value.js';
import { assertRange, type Period, previousOf } from './period.js';
import { readDataQuality } from './quality.js';
import { readQualityTrends } from './quality-trends.js';
import type {
  MetricSeriesResolvers,
  MetricValueResolvers,
  MutationResolvers,
  PeriodMetricsResolvers,
  QueryResolvers,
  Resolvers,
  RetentionResolvers,
  SessionResolvers,
  TimeSeriesResolvers,
  VideoResolvers,
  VisitResolvers,
} from './resolvers.generated.js';
import { dropOffPoints, type Retention as RetentionCurve } from './retention.js';
import { assertNow } from './run-asked.js';
import { scalars } from './scalars.js';
import { Subscription } from './subscriptions.js';
import { readTimeSeries } from './time-series.js';
import { readTopVideos } from './top-videos.js';
import { definitionOf } from './units.js';
import { visitFilters, visitList } from './visits.js';

const Query: QueryResolvers = {
  node: (_root, { id }, context) => readNode(id, context),
  video: (_root, { id }, { loaders }) => loaders.video.load(ownId('Video', id)),
  videos: (_root, args, { ask }) =>
    readConnection(ask, { spec: videoList, filters: videoFilters(args.filter), page: args }),
  user: (_root, { id }, { loaders }) => loaders.user.load(ownId('User', id)),
  users: (_root, args, { ask }) =>
    readConnection(ask, { spec: userList, filters: userFilters(args.filter), page: args }),
  session: (_root, { id }, { loaders }) => loaders.session.load(ownId('Session', id)),
  sessions: (_root, args, { ask }) =>
    readConnection(ask, { spec: sessionList, filters: sessionFilters(args.filter), page: args }),
  userVideos: (_root, args, { ask }) => readUserVideos(args, userVideoFilters(args.filter), { ask }),
  visit: (_root, { id }, { loaders }) => loaders.visit.load(ownId('Visit', id)),
  visits: (_root, args, { ask }) =>
    readConnection(ask, { spec: visitList, filters: visitFilters(args.filter), page: args }),
  metric: (_root, { name, ...period }) => toMetricValue({ metric: name, ...toPeriod(period.range, period.videoId) }),
  totals: (_root, { range, videoId }) => toPeriod(range, videoId),
  breakdown: (_root, { by, first, range, videoId }, context) =>
    readBreakdown({ by, first, ...toPeriod(range, videoId) }, context),
  topVideos: (_root, args, context) => readTopVideos(args, context),
  timeSeries: (_root, args) => readTimeSeries(args),
  retention: (_root, { videoId }, context) => readRetention(videoId, context),
  heatMap: async (_root, { videoId }, context) => {
    const retention = await readRetention(videoId, context);
    return retention === null ? null : toHeatMap(retention);
  },
  experiment: async (_root, { id }, { ask }) => (await readExperiments(ask, [ownId('Experiment', id)]))[0] ?? null,
  experiments: (_root, _args, { ask }) => readExperiments(ask),
  dataQuality: (_root, _args, { ask }) => readDataQuality(ask),
  qualityTrends: (_root, args, { ask }: GatewayContext) => readQualityTrends(ask, args),
  annotations: (_root, { range }, { annotations }) => annotationsIn(annotations, range),
  explainSession: (_root, { id }, context) => readExplanation(ownId('Session', id), context),
  liveStats: (_root, _args, { ask, clock }) => readLiveStats(ask, clock()),
  alert: (_root, { id }, { services }) => readAlert(services, ownId('Alert', id)),
  alerts: (_root, args, { services }) => readAlerts(services, args),
  freshness: (_root, _args, { freshness }) => freshness(),
  metricDefinitions: () => Object.keys(catalogue).filter(isMetricName).map(definitionOf),
};

const Mutation: MutationResolvers = {
  acknowledgeAlert: (_root, { input }, context) => acknowledgeAlert(input, context),
};

async function readNode(id: string, context: GatewayContext): Promise<EntityNode | null> {
  const { loaders, ask, services, run, maySeePersons } = context;
  const opaque = fromNodeId(id);
  const [key, second] = opaque?.key ?? [];
  if (opaque === undefined || key === undefined) return null;
  switch (opaque.type) {
    case 'Video':
      return loaders.video.load(key);
    case 'User':
    case 'UserVideo':
      if (!maySeePersons) throw gatewayError('FORBIDDEN', 'the caller may not see persons');
      return opaque.type === 'User'
        ? loaders.user.load(key)
        : loaders.userVideo.load({ userId: key, videoId: second ?? '' });
    case 'Session':
      return loaders.session.load(key);
    case 'Visit':
      return loaders.visit.load(key);
    case 'Experiment':
      return (await readExperiments(ask, [key]))[0] ?? null;
    case 'Alert':
      assertNow(run, 'an alert');
      return readAlert(services, key);
  }
}

/** A video that nobody played has no curve either: only `videos` tells the two apart. */
async function readRetention(id: string, { loaders }: GatewayContext): Promise<RetentionCurve | null> {
  const videoId = ownId('Video', id);
  const [video, retention] = await Promise.all([loaders.video.load(videoId), loaders.retention.load(videoId)]);
  return video === null ? null : retention;
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

interface VideoOwner {
  readonly videoId: string;
}
interface UserOwner {
  readonly userId: string;
}
const videoOf = ({ videoId }: VideoOwner, _args: unknown, { loaders }: GatewayContext) => loaders.video.load(videoId);
const userOf = ({ userId }: UserOwner, _args: unknown, { loaders }: GatewayContext) => loaders.user.load(userId);
const periodValue = ({ period }: MetricComponent, _args: unknown, { loaders }: GatewayContext) =>
  loaders.period.load(period);

const PeriodMetrics: PeriodMetricsResolvers = {
  ...underCamel(
    periodSums,
    metric =>
      async ({ range, videoId }: Period, _args: unknown, { loaders }: GatewayContext) =>
        (await loaders.period.load({ metric, range, videoId })) ?? 0,
  ),
  ...underCamel(
    periodRates,
    metric =>
      ({ range, videoId }: Period, _args: unknown, { loaders }: GatewayContext) =>
        loaders.period.load({ metric, range, videoId }),
  ),
  newViewers: async (period, _args, context) => {
    assertSeesFirstDays(context);
    return (await context.loaders.newcomers.load(period)).uniqueViewers;
  },
  returningViewers: async (period, _args, context) => {
    assertSeesFirstDays(context);
    const { loaders } = context;
    const [viewers, newcomers] = await Promise.all([
      loaders.period.load({ metric: 'unique_viewers', ...period }),
      loaders.newcomers.load(period),
    ]);
    return (viewers ?? 0) - newcomers.uniqueViewers;
  },
  previous: ({ range, videoId }) => ({ range: previousOf(range), videoId }),
};

const Video: VideoResolvers = {
  metrics: ({ videoId }, { range }) => toPeriod(range, videoId),
  retention: ({ videoId }, _args, { loaders }) => loaders.retention.load(videoId),
  heatMap: async ({ videoId }, _args, { loaders }) => toHeatMap(await loaders.retention.load(videoId)),
  viewers: ({ videoId }, page, { ask }) => readUserVideos(page, [equals('user_videos.video_id', [videoId])], { ask }),
};

const Session: SessionResolvers = {
  video: videoOf,
  user: userOf,
  visit: ({ visitId }, _args, { loaders }) => loaders.visit.load(visitId),
  segments: ({ sessionId }, _args, { loaders }) => loaders.segments.load(sessionId),
};

const Visit: VisitResolvers = {
  sessions: ({ visitId }, _args, { loaders }) => loaders.visitSessions.load(visitId),
  endedAt: async ({ visitId }, _args, { loaders }) => {
    const sessions = await loaders.visitSessions.load(visitId);
    return (
      sessions
        .map(({ endedAt }) => endedAt)
        .toSorted()
        .at(-1) ?? null
    );
  },
};

const TimeSeries: TimeSeriesResolvers = {
  annotations: ({ range }, _args, { annotations }) => annotationsIn(annotations, range),
};

const MetricSeries: MetricSeriesResolvers = {
  points: ({ key }, _args, { loaders }) => loaders.series.load(key),
  previousPoints: ({ key }, _args, { loaders }) => loaders.series.load({ ...key, range: previousOf(key.range) }),
};

const MetricValue: MetricValueResolvers = {
  value: periodValue,
  dataVersion: async (_metric, _args, { freshness }) => (await freshness()).dataVersion,
  asOf: async (_metric, _args, { freshness }) => (await freshness()).lastCommitAt,
};

const Retention: RetentionResolvers = {
  video: videoOf,
  dropOffPoints: (retention, { first }) => {
    assertPageSize(first);
    return dropOffPoints(retention, first);
  },
};

/** Every resolver of schema.graphql that is more than reading a property. */
export const resolvers: Resolvers = {
  ...scalars,
  Query,
  Mutation,
  Subscription,
  Node: { __resolveType: node => node.__typename },
  PeriodMetric: Object.fromEntries(
    periodMetrics.map((metric): [string, PeriodMetric] => [metric.toUpperCase(), metric]),
  ),
  Video,
  User: {
    videos: ({ userId }, page, { ask }) => readUserVideos(page, [equals('user_videos.user_id', [userId])], { ask }),
  },
  Session,
  Visit,
  UserVideo: { video: videoOf, user: userOf },
  TopVideo: { video: videoOf },
  Alert: {
    video: ({ videoId }, _args, { loaders }) => (videoId === null ? null : loaders.video.load(videoId)),
    history: ({ alertId }, _args, { loaders }) => loaders.alertHistory.load(alertId),
  },
  PeriodMetrics,
  TimeSeries,
  MetricSeries,
  MetricValue,
  MetricComponent: { value: periodValue },
  HeatMap: { video: videoOf, hottest: (map, { first }) => hottest(map, first) },
  Retention,
  DataQuality: {
    rules: ({ rules }, { states }) =>
      states === null || states === undefined ? rules : rules.filter(rule => states.includes(rule.state)),
  },
};
