import { catalogue, isMetricName } from '#metrics';
import { type AcknowledgeInput, type AlertPage, acknowledgeAlert, readAlert, readAlerts } from './alerts.js';
import { annotationsIn } from './annotations.js';
import { assertPageSize, type Connection, type PageArguments, readConnection } from './connection.js';
import type { GatewayContext } from './context.js';
import { type CubeFilter, equals } from './cube-query.js';
import type { AlertNode, EntityNode, SessionNode, UserNode, UserVideoNode, VideoNode, VisitNode } from './entities.js';
import { gatewayError } from './errors.js';
import { readExperiments } from './experiments.js';
import { readExplanation } from './explain.js';
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
import { type HeatMap, hottest, toHeatMap } from './heat-map.js';
import { fromNodeId, ownId } from './ids.js';
import { sessionList, userList, userVideoList, videoList } from './lists.js';
import { readLiveStats } from './live.js';
import { type PeriodMetric, periodMetrics, toCamel } from './members.js';
import { toMetricValue } from './metric-value.js';
import { assertRange, type DateRange, previousOf } from './period.js';
import { type DataQuality, type QualityState, readDataQuality } from './quality.js';
import { readQualityTrends } from './quality-trends.js';
import { dropOffPoints, type Retention } from './retention.js';
import { assertNow } from './run-asked.js';
import { scalars } from './scalars.js';
import { Subscription } from './subscriptions.js';
import { readTimeSeries, type TimeSeriesArguments } from './time-series.js';
import { readTopVideos, type TopVideoArguments } from './top-videos.js';
import { definitionOf } from './units.js';
import { type VisitFilter, visitFilters, visitList } from './visits.js';

interface Listing<Filter> extends PageArguments {
  readonly filter?: Filter | null;
}

interface PeriodArguments {
  readonly range: DateRange;
  readonly videoId?: string | null;
}

/** Sums and rates of a period; each field asks for itself and the loader asks once for all. */
interface Period {
  readonly range: DateRange;
  readonly videoId: string | null;
}

interface IdArgument {
  readonly id: string;
}

const Query = {
  node: (_root: unknown, { id }: IdArgument, context: GatewayContext) => readNode(id, context),
  video: (_root: unknown, { id }: IdArgument, { loaders }: GatewayContext) => loaders.video.load(ownId('Video', id)),
  videos: (_root: unknown, args: Listing<VideoFilter>, { ask }: GatewayContext) =>
    readConnection(ask, { spec: videoList, filters: videoFilters(args.filter), page: args }),
  user: (_root: unknown, { id }: IdArgument, { loaders }: GatewayContext) => loaders.user.load(ownId('User', id)),
  users: (_root: unknown, args: Listing<UserFilter>, { ask }: GatewayContext) =>
    readConnection(ask, { spec: userList, filters: userFilters(args.filter), page: args }),
  session: (_root: unknown, { id }: IdArgument, { loaders }: GatewayContext) =>
    loaders.session.load(ownId('Session', id)),
  sessions: (_root: unknown, args: Listing<SessionFilter>, { ask }: GatewayContext) =>
    readConnection(ask, { spec: sessionList, filters: sessionFilters(args.filter), page: args }),
  userVideos: (_root: unknown, args: Listing<UserVideoFilter>, { ask }: GatewayContext) =>
    readUserVideos(args, userVideoFilters(args.filter), { ask }),
  visit: (_root: unknown, { id }: IdArgument, { loaders }: GatewayContext) => loaders.visit.load(ownId('Visit', id)),
  visits: (_root: unknown, args: Listing<VisitFilter>, { ask }: GatewayContext) =>
    readConnection(ask, { spec: visitList, filters: visitFilters(args.filter), page: args }),
  metric: (_root: unknown, { name, ...period }: PeriodArguments & { readonly name: PeriodMetric }) =>
    toMetricValue({ metric: name, ...toPeriod(period.range, period.videoId) }),
  totals: (_root: unknown, { range, videoId }: PeriodArguments): Period => toPeriod(range, videoId),
  topVideos: (_root: unknown, args: TopVideoArguments, context: GatewayContext) => readTopVideos(args, context),
  timeSeries: (_root: unknown, args: TimeSeriesArguments, context: GatewayContext) => readTimeSeries(args, context),
  retention: (_root: unknown, { videoId }: { videoId: string }, context: GatewayContext) =>
    readRetention(videoId, context),
  heatMap: async (_root: unknown, { videoId }: { videoId: string }, context: GatewayContext) => {
    const retention = await readRetention(videoId, context);
    return retention === null ? null : toHeatMap(retention);
  },
  experiment: async (_root: unknown, { id }: IdArgument, { ask }: GatewayContext) =>
    (await readExperiments(ask, [ownId('Experiment', id)]))[0] ?? null,
  experiments: (_root: unknown, _args: unknown, { ask }: GatewayContext) => readExperiments(ask),
  dataQuality: (_root: unknown, _args: unknown, { ask }: GatewayContext) => readDataQuality(ask),
  qualityTrends: (
    _root: unknown,
    args: { readonly rules?: readonly string[] | null; readonly first: number },
    { ask }: GatewayContext,
  ) => readQualityTrends(ask, args),
  annotations: (_root: unknown, { range }: { readonly range: DateRange }, { annotations }: GatewayContext) =>
    annotationsIn(annotations, range),
  explainSession: (_root: unknown, { id }: IdArgument, context: GatewayContext) =>
    readExplanation(ownId('Session', id), context),
  liveStats: (_root: unknown, _args: unknown, { ask, clock }: GatewayContext) => readLiveStats(ask, clock()),
  alert: (_root: unknown, { id }: IdArgument, { services }: GatewayContext) => readAlert(services, ownId('Alert', id)),
  alerts: (_root: unknown, args: AlertPage, { services }: GatewayContext) => readAlerts(services, args),
  freshness: (_root: unknown, _args: unknown, { freshness }: GatewayContext) => freshness(),
  metricDefinitions: () => Object.keys(catalogue).filter(isMetricName).map(definitionOf),
};

const Mutation = {
  acknowledgeAlert: (_root: unknown, { input }: { readonly input: AcknowledgeInput }, context: GatewayContext) =>
    acknowledgeAlert(input, context),
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
async function readRetention(id: string, { loaders }: GatewayContext): Promise<Retention | null> {
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

type VideoOwner = Pick<SessionNode, 'videoId'>;
type UserOwner = Pick<SessionNode, 'userId'>;
const videoOf = ({ videoId }: VideoOwner, _args: unknown, { loaders }: GatewayContext) => loaders.video.load(videoId);
const userOf = ({ userId }: UserOwner, _args: unknown, { loaders }: GatewayContext) => loaders.user.load(userId);

const PeriodMetrics = {
  ...Object.fromEntries(
    periodMetrics.map(metric => [
      toCamel(metric),
      ({ range, videoId }: Period, _args: unknown, { loaders }: GatewayContext) =>
        loaders.period.load({ metric, range, videoId }),
    ]),
  ),
  previous: ({ range, videoId }: Period): Period => ({ range: previousOf(range), videoId }),
};

/** Every resolver of schema.graphql that is more than reading a property. */
export const resolvers = {
  ...scalars,
  Query,
  Mutation,
  Subscription,
  Node: { __resolveType: (node: EntityNode) => node.__typename },
  PeriodMetric: Object.fromEntries(
    periodMetrics.map((metric): [string, PeriodMetric] => [metric.toUpperCase(), metric]),
  ),
  Video: {
    metrics: ({ videoId }: VideoNode, { range }: { range: DateRange }) => toPeriod(range, videoId),
    retention: ({ videoId }: VideoNode, _args: unknown, { loaders }: GatewayContext) => loaders.retention.load(videoId),
    heatMap: async ({ videoId }: VideoNode, _args: unknown, { loaders }: GatewayContext) =>
      toHeatMap(await loaders.retention.load(videoId)),
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
    visit: ({ visitId }: SessionNode, _args: unknown, { loaders }: GatewayContext) => loaders.visit.load(visitId),
    segments: ({ sessionId }: SessionNode, _args: unknown, { loaders }: GatewayContext) =>
      loaders.segments.load(sessionId),
  },
  Visit: {
    sessions: ({ visitId }: VisitNode, _args: unknown, { loaders }: GatewayContext) =>
      loaders.visitSessions.load(visitId),
    endedAt: async ({ visitId }: VisitNode, _args: unknown, { loaders }: GatewayContext) => {
      const sessions = await loaders.visitSessions.load(visitId);
      return (
        sessions
          .map(({ endedAt }) => endedAt)
          .toSorted()
          .at(-1) ?? null
      );
    },
  },
  UserVideo: { video: videoOf, user: userOf },
  TopVideo: { video: videoOf },
  Alert: {
    video: ({ videoId }: AlertNode, _args: unknown, { loaders }: GatewayContext) =>
      videoId === null ? null : loaders.video.load(videoId),
    history: ({ alertId }: AlertNode, _args: unknown, { loaders }: GatewayContext) =>
      loaders.alertHistory.load(alertId),
  },
  PeriodMetrics,
  HeatMap: {
    video: videoOf,
    hottest: (map: HeatMap, { first }: { first: number }) => hottest(map, first),
  },
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
