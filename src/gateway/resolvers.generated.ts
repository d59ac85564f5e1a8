/* Written by `npm run graphql` from schema.graphql; do not edit. Longer than 500 lines because the contract is. */
import type * as contract from './contract.generated.js';
import type { PeriodMetric } from './members.js';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { VideoNode, UserNode, SessionNode, UserVideoNode, VisitNode, ExperimentNode, AlertNode } from './entities.js';
import type { TopVideo } from './top-videos.js';
import type { Period } from './period.js';
import type { Retention } from './retention.js';
import type { HeatMap } from './heat-map.js';
import type { Series, MetricSeries } from './time-series.js';
import type { MetricValue, MetricComponent } from './metric-value.js';
import type { DataQuality } from './quality.js';
import type { Connection } from './connection.js';
import type { GatewayContext } from './context.js';
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
export type EnumResolverSignature<T, AllowedValues = any> = { [key in keyof T]?: AllowedValues };


export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => contract.Maybe<TTypes> | Promise<contract.Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  AcknowledgeAlertResult:
    | ( Omit<contract.AlertAcknowledged, 'alert'> & { alert: _RefType['Alert'] } )
    | ( contract.AlertNotFound )
    | ( Omit<contract.AlertAlreadyResolved, 'alert'> & { alert: _RefType['Alert'] } )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( VideoNode )
    | ( UserNode )
    | ( SessionNode )
    | ( UserVideoNode )
    | ( VisitNode )
    | ( ExperimentNode )
    | ( AlertNode )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<contract.Scalars['DateTime']['output']>;
  Date: ResolverTypeWrapper<contract.Scalars['Date']['output']>;
  Seconds: ResolverTypeWrapper<contract.Scalars['Seconds']['output']>;
  Ratio: ResolverTypeWrapper<contract.Scalars['Ratio']['output']>;
  Count: ResolverTypeWrapper<contract.Scalars['Count']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<contract.Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<contract.PageInfo>;
  Boolean: ResolverTypeWrapper<contract.Scalars['Boolean']['output']>;
  DateRange: contract.DateRange;
  Period: ResolverTypeWrapper<contract.Period>;
  GapFilling: contract.GapFilling;
  Exactness: contract.Exactness;
  OrderDirection: contract.OrderDirection;
  Granularity: contract.Granularity;
  EngagementTier: contract.EngagementTier;
  EndReason: contract.EndReason;
  MeasureSource: contract.MeasureSource;
  PeriodMetric: PeriodMetric;
  BreakdownBy: contract.BreakdownBy;
  Engagement: ResolverTypeWrapper<contract.Engagement>;
  Float: ResolverTypeWrapper<contract.Scalars['Float']['output']>;
  Video: ResolverTypeWrapper<VideoNode>;
  User: ResolverTypeWrapper<UserNode>;
  Session: ResolverTypeWrapper<SessionNode>;
  Segment: ResolverTypeWrapper<contract.Segment>;
  UserVideo: ResolverTypeWrapper<UserVideoNode>;
  PeriodMetrics: ResolverTypeWrapper<Period>;
  Breakdown: ResolverTypeWrapper<contract.Breakdown>;
  BreakdownPart: ResolverTypeWrapper<contract.BreakdownPart>;
  TopVideo: ResolverTypeWrapper<TopVideo>;
  TimeSeries: ResolverTypeWrapper<Series>;
  MetricSeries: ResolverTypeWrapper<MetricSeries>;
  TimePoint: ResolverTypeWrapper<contract.TimePoint>;
  Retention: ResolverTypeWrapper<Retention>;
  RetentionBucket: ResolverTypeWrapper<contract.RetentionBucket>;
  DropOffPoint: ResolverTypeWrapper<contract.DropOffPoint>;
  QualityState: contract.QualityState;
  QualitySeverity: contract.QualitySeverity;
  DataQuality: ResolverTypeWrapper<DataQuality>;
  QualityRule: ResolverTypeWrapper<contract.QualityRule>;
  FreshnessState: contract.FreshnessState;
  Freshness: ResolverTypeWrapper<contract.Freshness>;
  TableVersion: ResolverTypeWrapper<contract.TableVersion>;
  Visit: ResolverTypeWrapper<VisitNode>;
  VisitConnection: ResolverTypeWrapper<Connection<VisitNode>>;
  VisitEdge: ResolverTypeWrapper<Omit<contract.VisitEdge, 'node'> & { node: ResolversTypes['Visit'] }>;
  VisitFilter: contract.VisitFilter;
  VisitOrderField: contract.VisitOrderField;
  VisitOrder: contract.VisitOrder;
  MetricValue: ResolverTypeWrapper<MetricValue>;
  MetricComponent: ResolverTypeWrapper<MetricComponent>;
  HeatMap: ResolverTypeWrapper<HeatMap>;
  HeatMapCell: ResolverTypeWrapper<contract.HeatMapCell>;
  ExperimentVerdict: contract.ExperimentVerdict;
  Experiment: ResolverTypeWrapper<ExperimentNode>;
  ExperimentVariant: ResolverTypeWrapper<contract.ExperimentVariant>;
  ExperimentResult: ResolverTypeWrapper<contract.ExperimentResult>;
  QualityTrend: ResolverTypeWrapper<contract.QualityTrend>;
  QualityPoint: ResolverTypeWrapper<contract.QualityPoint>;
  AnnotationKind: contract.AnnotationKind;
  Annotation: ResolverTypeWrapper<contract.Annotation>;
  LiveStats: ResolverTypeWrapper<contract.LiveStats>;
  LiveMinute: ResolverTypeWrapper<contract.LiveMinute>;
  AlertState: contract.AlertState;
  AlertEventKind: contract.AlertEventKind;
  Alert: ResolverTypeWrapper<AlertNode>;
  AlertEvent: ResolverTypeWrapper<contract.AlertEvent>;
  AlertConnection: ResolverTypeWrapper<Omit<contract.AlertConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AlertEdge']>, nodes: ReadonlyArray<ResolversTypes['Alert']> }>;
  AlertEdge: ResolverTypeWrapper<Omit<contract.AlertEdge, 'node'> & { node: ResolversTypes['Alert'] }>;
  AlertFilter: contract.AlertFilter;
  AcknowledgeAlertInput: contract.AcknowledgeAlertInput;
  AcknowledgeAlertResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['AcknowledgeAlertResult']>;
  AlertAcknowledged: ResolverTypeWrapper<Omit<contract.AlertAcknowledged, 'alert'> & { alert: ResolversTypes['Alert'] }>;
  AlertNotFound: ResolverTypeWrapper<contract.AlertNotFound>;
  AlertAlreadyResolved: ResolverTypeWrapper<Omit<contract.AlertAlreadyResolved, 'alert'> & { alert: ResolversTypes['Alert'] }>;
  SessionExplanation: ResolverTypeWrapper<contract.SessionExplanation>;
  ExplainedEvent: ResolverTypeWrapper<contract.ExplainedEvent>;
  ExplainedInterval: ResolverTypeWrapper<contract.ExplainedInterval>;
  ExplainedSkip: ResolverTypeWrapper<contract.ExplainedSkip>;
  ExplainedSum: ResolverTypeWrapper<contract.ExplainedSum>;
  MetricUnit: contract.MetricUnit;
  MetricDefinition: ResolverTypeWrapper<contract.MetricDefinition>;
  VideoConnection: ResolverTypeWrapper<Connection<VideoNode>>;
  VideoEdge: ResolverTypeWrapper<Omit<contract.VideoEdge, 'node'> & { node: ResolversTypes['Video'] }>;
  VideoFilter: contract.VideoFilter;
  VideoOrderField: contract.VideoOrderField;
  VideoOrder: contract.VideoOrder;
  UserConnection: ResolverTypeWrapper<Connection<UserNode>>;
  UserEdge: ResolverTypeWrapper<Omit<contract.UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  UserFilter: contract.UserFilter;
  UserOrderField: contract.UserOrderField;
  UserOrder: contract.UserOrder;
  SessionConnection: ResolverTypeWrapper<Connection<SessionNode>>;
  SessionEdge: ResolverTypeWrapper<Omit<contract.SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SessionFilter: contract.SessionFilter;
  SessionOrderField: contract.SessionOrderField;
  SessionOrder: contract.SessionOrder;
  UserVideoConnection: ResolverTypeWrapper<Connection<UserVideoNode>>;
  UserVideoEdge: ResolverTypeWrapper<Omit<contract.UserVideoEdge, 'node'> & { node: ResolversTypes['UserVideo'] }>;
  UserVideoFilter: contract.UserVideoFilter;
  UserVideoOrderField: contract.UserVideoOrderField;
  UserVideoOrder: contract.UserVideoOrder;
  ErrorCode: contract.ErrorCode;
  String: ResolverTypeWrapper<contract.Scalars['String']['output']>;
  Int: ResolverTypeWrapper<contract.Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: contract.Scalars['DateTime']['output'];
  Date: contract.Scalars['Date']['output'];
  Seconds: contract.Scalars['Seconds']['output'];
  Ratio: contract.Scalars['Ratio']['output'];
  Count: contract.Scalars['Count']['output'];
  Query: Record<PropertyKey, never>;
  ID: contract.Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: contract.PageInfo;
  Boolean: contract.Scalars['Boolean']['output'];
  DateRange: contract.DateRange;
  Period: contract.Period;
  Engagement: contract.Engagement;
  Float: contract.Scalars['Float']['output'];
  Video: VideoNode;
  User: UserNode;
  Session: SessionNode;
  Segment: contract.Segment;
  UserVideo: UserVideoNode;
  PeriodMetrics: Period;
  Breakdown: contract.Breakdown;
  BreakdownPart: contract.BreakdownPart;
  TopVideo: TopVideo;
  TimeSeries: Series;
  MetricSeries: MetricSeries;
  TimePoint: contract.TimePoint;
  Retention: Retention;
  RetentionBucket: contract.RetentionBucket;
  DropOffPoint: contract.DropOffPoint;
  DataQuality: DataQuality;
  QualityRule: contract.QualityRule;
  Freshness: contract.Freshness;
  TableVersion: contract.TableVersion;
  Visit: VisitNode;
  VisitConnection: Connection<VisitNode>;
  VisitEdge: Omit<contract.VisitEdge, 'node'> & { node: ResolversParentTypes['Visit'] };
  VisitFilter: contract.VisitFilter;
  VisitOrder: contract.VisitOrder;
  MetricValue: MetricValue;
  MetricComponent: MetricComponent;
  HeatMap: HeatMap;
  HeatMapCell: contract.HeatMapCell;
  Experiment: ExperimentNode;
  ExperimentVariant: contract.ExperimentVariant;
  ExperimentResult: contract.ExperimentResult;
  QualityTrend: contract.QualityTrend;
  QualityPoint: contract.QualityPoint;
  Annotation: contract.Annotation;
  LiveStats: contract.LiveStats;
  LiveMinute: contract.LiveMinute;
  Alert: AlertNode;
  AlertEvent: contract.AlertEvent;
  AlertConnection: Omit<contract.AlertConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AlertEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Alert']> };
  AlertEdge: Omit<contract.AlertEdge, 'node'> & { node: ResolversParentTypes['Alert'] };
  AlertFilter: contract.AlertFilter;
  AcknowledgeAlertInput: contract.AcknowledgeAlertInput;
  AcknowledgeAlertResult: ResolversUnionTypes<ResolversParentTypes>['AcknowledgeAlertResult'];
  AlertAcknowledged: Omit<contract.AlertAcknowledged, 'alert'> & { alert: ResolversParentTypes['Alert'] };
  AlertNotFound: contract.AlertNotFound;
  AlertAlreadyResolved: Omit<contract.AlertAlreadyResolved, 'alert'> & { alert: ResolversParentTypes['Alert'] };
  SessionExplanation: contract.SessionExplanation;
  ExplainedEvent: contract.ExplainedEvent;
  ExplainedInterval: contract.ExplainedInterval;
  ExplainedSkip: contract.ExplainedSkip;
  ExplainedSum: contract.ExplainedSum;
  MetricDefinition: contract.MetricDefinition;
  VideoConnection: Connection<VideoNode>;
  VideoEdge: Omit<contract.VideoEdge, 'node'> & { node: ResolversParentTypes['Video'] };
  VideoFilter: contract.VideoFilter;
  VideoOrder: contract.VideoOrder;
  UserConnection: Connection<UserNode>;
  UserEdge: Omit<contract.UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  UserFilter: contract.UserFilter;
  UserOrder: contract.UserOrder;
  SessionConnection: Connection<SessionNode>;
  SessionEdge: Omit<contract.SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SessionFilter: contract.SessionFilter;
  SessionOrder: contract.SessionOrder;
  UserVideoConnection: Connection<UserVideoNode>;
  UserVideoEdge: Omit<contract.UserVideoEdge, 'node'> & { node: ResolversParentTypes['UserVideo'] };
  UserVideoFilter: contract.UserVideoFilter;
  UserVideoOrder: contract.UserVideoOrder;
  String: contract.Scalars['String']['output'];
  Int: contract.Scalars['Int']['output'];
};

export type MetricDirectiveArgs = {
  name: contract.Scalars['String']['input'];
};

export type MetricDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = MetricDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CacheControlDirectiveArgs = {
  maxAge: contract.Scalars['Int']['input'];
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PersonalDirectiveArgs = { };

export type PersonalDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = PersonalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AsOfDirectiveArgs = {
  version?: contract.Maybe<contract.Scalars['Count']['input']>;
  time?: contract.Maybe<contract.Scalars['DateTime']['input']>;
};

export type AsOfDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = AsOfDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type NowDirectiveArgs = { };

export type NowDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = NowDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface SecondsScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Seconds'], any> {
  name: 'Seconds';
}

export interface RatioScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Ratio'], any> {
  name: 'Ratio';
}

export interface CountScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Count'], any> {
  name: 'Count';
}

export type QueryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  node?: Resolver<contract.Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<contract.QueryNodeArgs, 'id'>>;
  video?: Resolver<contract.Maybe<ResolversTypes['Video']>, ParentType, ContextType, RequireFields<contract.QueryVideoArgs, 'id'>>;
  videos?: Resolver<contract.Maybe<ResolversTypes['VideoConnection']>, ParentType, ContextType, RequireFields<contract.QueryVideosArgs, 'orderBy' | 'first'>>;
  user?: Resolver<contract.Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<contract.QueryUserArgs, 'id'>>;
  users?: Resolver<contract.Maybe<ResolversTypes['UserConnection']>, ParentType, ContextType, RequireFields<contract.QueryUsersArgs, 'orderBy' | 'first'>>;
  session?: Resolver<contract.Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<contract.QuerySessionArgs, 'id'>>;
  sessions?: Resolver<contract.Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<contract.QuerySessionsArgs, 'orderBy' | 'first'>>;
  userVideos?: Resolver<contract.Maybe<ResolversTypes['UserVideoConnection']>, ParentType, ContextType, RequireFields<contract.QueryUserVideosArgs, 'orderBy' | 'first'>>;
  visit?: Resolver<contract.Maybe<ResolversTypes['Visit']>, ParentType, ContextType, RequireFields<contract.QueryVisitArgs, 'id'>>;
  visits?: Resolver<contract.Maybe<ResolversTypes['VisitConnection']>, ParentType, ContextType, RequireFields<contract.QueryVisitsArgs, 'orderBy' | 'first'>>;
  metric?: Resolver<contract.Maybe<ResolversTypes['MetricValue']>, ParentType, ContextType, RequireFields<contract.QueryMetricArgs, 'name' | 'range'>>;
  totals?: Resolver<contract.Maybe<ResolversTypes['PeriodMetrics']>, ParentType, ContextType, RequireFields<contract.QueryTotalsArgs, 'range'>>;
  breakdown?: Resolver<contract.Maybe<ResolversTypes['Breakdown']>, ParentType, ContextType, RequireFields<contract.QueryBreakdownArgs, 'by' | 'range' | 'first'>>;
  topVideos?: Resolver<contract.Maybe<ReadonlyArray<ResolversTypes['TopVideo']>>, ParentType, ContextType, RequireFields<contract.QueryTopVideosArgs, 'metric' | 'range' | 'first' | 'direction' | 'minSessionCount'>>;
  timeSeries?: Resolver<contract.Maybe<ResolversTypes['TimeSeries']>, ParentType, ContextType, RequireFields<contract.QueryTimeSeriesArgs, 'metrics' | 'range' | 'granularity' | 'fill'>>;
  retention?: Resolver<contract.Maybe<ResolversTypes['Retention']>, ParentType, ContextType, RequireFields<contract.QueryRetentionArgs, 'videoId'>>;
  heatMap?: Resolver<contract.Maybe<ResolversTypes['HeatMap']>, ParentType, ContextType, RequireFields<contract.QueryHeatMapArgs, 'videoId'>>;
  experiment?: Resolver<contract.Maybe<ResolversTypes['Experiment']>, ParentType, ContextType, RequireFields<contract.QueryExperimentArgs, 'id'>>;
  experiments?: Resolver<contract.Maybe<ReadonlyArray<ResolversTypes['Experiment']>>, ParentType, ContextType>;
  dataQuality?: Resolver<contract.Maybe<ResolversTypes['DataQuality']>, ParentType, ContextType>;
  qualityTrends?: Resolver<contract.Maybe<ReadonlyArray<ResolversTypes['QualityTrend']>>, ParentType, ContextType, RequireFields<contract.QueryQualityTrendsArgs, 'first'>>;
  annotations?: Resolver<contract.Maybe<ReadonlyArray<ResolversTypes['Annotation']>>, ParentType, ContextType, RequireFields<contract.QueryAnnotationsArgs, 'range'>>;
  explainSession?: Resolver<contract.Maybe<ResolversTypes['SessionExplanation']>, ParentType, ContextType, RequireFields<contract.QueryExplainSessionArgs, 'id'>>;
  liveStats?: Resolver<contract.Maybe<ResolversTypes['LiveStats']>, ParentType, ContextType>;
  alert?: Resolver<contract.Maybe<ResolversTypes['Alert']>, ParentType, ContextType, RequireFields<contract.QueryAlertArgs, 'id'>>;
  alerts?: Resolver<contract.Maybe<ResolversTypes['AlertConnection']>, ParentType, ContextType, RequireFields<contract.QueryAlertsArgs, 'first'>>;
  freshness?: Resolver<contract.Maybe<ResolversTypes['Freshness']>, ParentType, ContextType>;
  metricDefinitions?: Resolver<contract.Maybe<ReadonlyArray<ResolversTypes['MetricDefinition']>>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acknowledgeAlert?: Resolver<contract.Maybe<ResolversTypes['AcknowledgeAlertResult']>, ParentType, ContextType, RequireFields<contract.MutationAcknowledgeAlertArgs, 'input'>>;
};

export type SubscriptionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  liveStats?: SubscriptionResolver<ResolversTypes['LiveStats'], "liveStats", ParentType, ContextType>;
  alerts?: SubscriptionResolver<ResolversTypes['Alert'], "alerts", ParentType, ContextType>;
};

export type NodeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Video' | 'User' | 'Session' | 'UserVideo' | 'Visit' | 'Experiment' | 'Alert', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PeriodResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Period'] = ResolversParentTypes['Period']> = {
  from?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
};

export type PeriodMetricResolvers = EnumResolverSignature<{ UNIQUE_VIEWERS?: any, SESSION_COUNT?: any, PLAY_COUNT?: any, COMPLETED_SESSION_COUNT?: any, VALID_COMPLETION_COUNT?: any, ZERO_WATCH_COUNT?: any, REPLAY_COUNT?: any, RESUMED_COUNT?: any, WATCH_TIME_S?: any, UNCERTAIN_S?: any, ESTIMATED_TAIL_S?: any, CONTENT_S?: any, BACKGROUND_S?: any, PAUSE_COUNT?: any, PAUSE_TIME_S?: any, SKIP_FORWARD_COUNT?: any, SKIP_BACKWARD_COUNT?: any, SKIP_COUNT?: any, SKIPPED_S?: any, BUFFER_COUNT?: any, BUFFER_TIME_S?: any, REFRESH_COUNT?: any, TAB_SWITCH_COUNT?: any, BAD_POSITION_COUNT?: any, COMPLETION_RATE?: any, ZERO_WATCH_RATE?: any, AVG_WATCH_TIME_S?: any, MEASURED_SESSION_COUNT?: any, AVG_SESSION_PERCENT_VIEWED_RATIO?: any }, ResolversTypes['PeriodMetric']>;

export type EngagementResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Engagement'] = ResolversParentTypes['Engagement']> = {
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  tier?: Resolver<ResolversTypes['EngagementTier'], ParentType, ContextType>;
  watchPoints?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  completionPoints?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  sessionPoints?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  formulaVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type VideoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Video'] = ResolversParentTypes['Video']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  videoId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  category?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  durationS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  publishedAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  productionCost?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  firstSeenAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastSeenAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  uniqueViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completedSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  validCompletionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  zeroWatchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  replayCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  resumedCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  uncertainS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  estimatedTailS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  contentS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  backgroundS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  pauseCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  pauseTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  skipForwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipBackwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skippedS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  bufferCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bufferTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  refreshCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  tabSwitchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  badPositionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  uniqueWatchS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  avgWatchTimeS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  avgPercentViewedRatio?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  completionRate?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  zeroWatchRate?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  playsPerViewer?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  impressionViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playedImpressionViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playRate?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  engagement?: Resolver<contract.Maybe<ResolversTypes['Engagement']>, ParentType, ContextType>;
  metrics?: Resolver<ResolversTypes['PeriodMetrics'], ParentType, ContextType, RequireFields<contract.VideoMetricsArgs, 'range'>>;
  retention?: Resolver<contract.Maybe<ResolversTypes['Retention']>, ParentType, ContextType>;
  heatMap?: Resolver<contract.Maybe<ResolversTypes['HeatMap']>, ParentType, ContextType>;
  viewers?: Resolver<contract.Maybe<ResolversTypes['UserVideoConnection']>, ParentType, ContextType, RequireFields<contract.VideoViewersArgs, 'orderBy' | 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  videoCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  activeDayCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completedSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  validCompletionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  zeroWatchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  replayCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  resumedCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  uncertainS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  estimatedTailS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  contentS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  backgroundS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  pauseCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  pauseTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  skipForwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipBackwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skippedS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  bufferCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bufferTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  refreshCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  tabSwitchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  badPositionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  exclusiveWatchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  uniqueWatchS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  completionRate?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  engagement?: Resolver<ResolversTypes['Engagement'], ParentType, ContextType>;
  videos?: Resolver<contract.Maybe<ResolversTypes['UserVideoConnection']>, ParentType, ContextType, RequireFields<contract.UserVideosArgs, 'orderBy' | 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  visitId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  videoId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  playerId?: Resolver<contract.Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sessionDate?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  durationS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  isLive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  eventCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  uncertainS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  estimatedTailS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  contentS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  backgroundS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  pauseCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  pauseTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  skipForwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipBackwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skippedS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  bufferCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bufferTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  refreshCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  tabSwitchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  badPositionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  uniqueWatchS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  percentViewedRatio?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  firstPositionS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  maxPositionS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  lastPositionS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  rateAvg?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  hasPlayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  completed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  completionValid?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  zeroWatch?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endReason?: Resolver<ResolversTypes['EndReason'], ParentType, ContextType>;
  isReplay?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  replayIndex?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  resumed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  resumedFromS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  autoplay?: Resolver<contract.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  refreshSource?: Resolver<ResolversTypes['MeasureSource'], ParentType, ContextType>;
  tabSwitchSource?: Resolver<ResolversTypes['MeasureSource'], ParentType, ContextType>;
  backgroundSource?: Resolver<ResolversTypes['MeasureSource'], ParentType, ContextType>;
  endReasonSource?: Resolver<ResolversTypes['MeasureSource'], ParentType, ContextType>;
  lastPositionSource?: Resolver<ResolversTypes['MeasureSource'], ParentType, ContextType>;
  resumedSource?: Resolver<ResolversTypes['MeasureSource'], ParentType, ContextType>;
  autoplaySource?: Resolver<ResolversTypes['MeasureSource'], ParentType, ContextType>;
  isConcurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  engagement?: Resolver<ResolversTypes['Engagement'], ParentType, ContextType>;
  device?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  country?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  referrer?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  appVersion?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  experiment?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  variant?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  video?: Resolver<contract.Maybe<ResolversTypes['Video']>, ParentType, ContextType>;
  user?: Resolver<contract.Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  segments?: Resolver<contract.Maybe<ReadonlyArray<ResolversTypes['Segment']>>, ParentType, ContextType>;
  visit?: Resolver<contract.Maybe<ResolversTypes['Visit']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SegmentResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Segment'] = ResolversParentTypes['Segment']> = {
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fromS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  toS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  playbackRate?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type UserVideoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UserVideo'] = ResolversParentTypes['UserVideo']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  videoId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completedSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  validCompletionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  zeroWatchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  replayCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  resumedCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  uncertainS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  estimatedTailS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  contentS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  backgroundS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  pauseCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  pauseTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  skipForwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipBackwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skippedS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  bufferCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bufferTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  refreshCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  tabSwitchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  badPositionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  uniqueWatchS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  percentViewedRatio?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  maxPositionS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  lastPositionS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  completed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  completionValid?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  engagement?: Resolver<ResolversTypes['Engagement'], ParentType, ContextType>;
  user?: Resolver<contract.Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  video?: Resolver<contract.Maybe<ResolversTypes['Video']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PeriodMetricsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PeriodMetrics'] = ResolversParentTypes['PeriodMetrics']> = {
  range?: Resolver<ResolversTypes['Period'], ParentType, ContextType>;
  previous?: Resolver<ResolversTypes['PeriodMetrics'], ParentType, ContextType>;
  uniqueViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  newViewers?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
  returningViewers?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completedSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  validCompletionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  zeroWatchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  replayCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  resumedCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  uncertainS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  estimatedTailS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  contentS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  backgroundS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  pauseCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  pauseTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  skipForwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipBackwardCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skipCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  skippedS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  bufferCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bufferTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  refreshCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  tabSwitchCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  badPositionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completionRate?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  zeroWatchRate?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  avgWatchTimeS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  measuredSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  avgSessionPercentViewedRatio?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
};

export type BreakdownResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Breakdown'] = ResolversParentTypes['Breakdown']> = {
  by?: Resolver<ResolversTypes['BreakdownBy'], ParentType, ContextType>;
  range?: Resolver<ResolversTypes['Period'], ParentType, ContextType>;
  parts?: Resolver<ReadonlyArray<ResolversTypes['BreakdownPart']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type BreakdownPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['BreakdownPart'] = ResolversParentTypes['BreakdownPart']> = {
  value?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  uniqueViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completedSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  completionRate?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
};

export type TopVideoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TopVideo'] = ResolversParentTypes['TopVideo']> = {
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  videoId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  video?: Resolver<contract.Maybe<ResolversTypes['Video']>, ParentType, ContextType>;
  metrics?: Resolver<ResolversTypes['PeriodMetrics'], ParentType, ContextType>;
};

export type TimeSeriesResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TimeSeries'] = ResolversParentTypes['TimeSeries']> = {
  granularity?: Resolver<ResolversTypes['Granularity'], ParentType, ContextType>;
  range?: Resolver<ResolversTypes['Period'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  series?: Resolver<ReadonlyArray<ResolversTypes['MetricSeries']>, ParentType, ContextType>;
  annotations?: Resolver<ReadonlyArray<ResolversTypes['Annotation']>, ParentType, ContextType>;
};

export type MetricSeriesResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MetricSeries'] = ResolversParentTypes['MetricSeries']> = {
  metric?: Resolver<ResolversTypes['PeriodMetric'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['MetricUnit'], ParentType, ContextType>;
  points?: Resolver<ReadonlyArray<ResolversTypes['TimePoint']>, ParentType, ContextType>;
  previousPoints?: Resolver<ReadonlyArray<ResolversTypes['TimePoint']>, ParentType, ContextType>;
};

export type TimePointResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TimePoint'] = ResolversParentTypes['TimePoint']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type RetentionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Retention'] = ResolversParentTypes['Retention']> = {
  videoId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  video?: Resolver<contract.Maybe<ResolversTypes['Video']>, ParentType, ContextType>;
  starters?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  buckets?: Resolver<ReadonlyArray<ResolversTypes['RetentionBucket']>, ParentType, ContextType>;
  dropOffPoints?: Resolver<ReadonlyArray<ResolversTypes['DropOffPoint']>, ParentType, ContextType, RequireFields<contract.RetentionDropOffPointsArgs, 'first'>>;
};

export type RetentionBucketResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['RetentionBucket'] = ResolversParentTypes['RetentionBucket']> = {
  bucket?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fromS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  toS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  viewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  plays?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  retentionRatio?: Resolver<ResolversTypes['Ratio'], ParentType, ContextType>;
  firstBucketRetentionRatio?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  dropOff?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  playsPerViewer?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type DropOffPointResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['DropOffPoint'] = ResolversParentTypes['DropOffPoint']> = {
  bucket?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  atS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  viewersLost?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  lostRatio?: Resolver<ResolversTypes['Ratio'], ParentType, ContextType>;
};

export type DataQualityResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['DataQuality'] = ResolversParentTypes['DataQuality']> = {
  state?: Resolver<ResolversTypes['QualityState'], ParentType, ContextType>;
  failedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  checkedAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  runId?: Resolver<contract.Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  rules?: Resolver<ReadonlyArray<ResolversTypes['QualityRule']>, ParentType, ContextType, Partial<contract.DataQualityRulesArgs>>;
};

export type QualityRuleResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['QualityRule'] = ResolversParentTypes['QualityRule']> = {
  rule?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  says?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['QualitySeverity'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['QualityState'], ParentType, ContextType>;
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  threshold?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  checkedCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  failedCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  sampleIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  checkedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type FreshnessResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Freshness'] = ResolversParentTypes['Freshness']> = {
  state?: Resolver<ResolversTypes['FreshnessState'], ParentType, ContextType>;
  newestEventAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  newestReceivedAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastCommitAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  runId?: Resolver<contract.Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  dataVersion?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
  ageS?: Resolver<contract.Maybe<ResolversTypes['Seconds']>, ParentType, ContextType>;
  limitS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  tableVersions?: Resolver<ReadonlyArray<ResolversTypes['TableVersion']>, ParentType, ContextType>;
};

export type TableVersionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TableVersion'] = ResolversParentTypes['TableVersion']> = {
  table?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
};

export type VisitResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Visit'] = ResolversParentTypes['Visit']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  visitId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completedSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  sessions?: Resolver<contract.Maybe<ReadonlyArray<ResolversTypes['Session']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type VisitConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['VisitConnection'] = ResolversParentTypes['VisitConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['VisitEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Visit']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
};

export type VisitEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['VisitEdge'] = ResolversParentTypes['VisitEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Visit'], ParentType, ContextType>;
};

export type MetricValueResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MetricValue'] = ResolversParentTypes['MetricValue']> = {
  metric?: Resolver<ResolversTypes['PeriodMetric'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['MetricUnit'], ParentType, ContextType>;
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  exactness?: Resolver<ResolversTypes['Exactness'], ParentType, ContextType>;
  components?: Resolver<ReadonlyArray<ResolversTypes['MetricComponent']>, ParentType, ContextType>;
  range?: Resolver<ResolversTypes['Period'], ParentType, ContextType>;
  definition?: Resolver<ResolversTypes['MetricDefinition'], ParentType, ContextType>;
  dataVersion?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
  asOf?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type MetricComponentResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MetricComponent'] = ResolversParentTypes['MetricComponent']> = {
  metric?: Resolver<ResolversTypes['PeriodMetric'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['MetricUnit'], ParentType, ContextType>;
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type HeatMapResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['HeatMap'] = ResolversParentTypes['HeatMap']> = {
  videoId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  video?: Resolver<contract.Maybe<ResolversTypes['Video']>, ParentType, ContextType>;
  cells?: Resolver<ReadonlyArray<ResolversTypes['HeatMapCell']>, ParentType, ContextType>;
  hottest?: Resolver<ReadonlyArray<ResolversTypes['HeatMapCell']>, ParentType, ContextType, RequireFields<contract.HeatMapHottestArgs, 'first'>>;
};

export type HeatMapCellResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['HeatMapCell'] = ResolversParentTypes['HeatMapCell']> = {
  fromS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  toS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  viewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  plays?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  rewatches?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  heat?: Resolver<ResolversTypes['Ratio'], ParentType, ContextType>;
};

export type ExperimentResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Experiment'] = ResolversParentTypes['Experiment']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  controlVariant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  primaryMetric?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  significanceLevel?: Resolver<ResolversTypes['Ratio'], ParentType, ContextType>;
  sampleRatioPValue?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  sampleRatioMismatch?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  variants?: Resolver<ReadonlyArray<ResolversTypes['ExperimentVariant']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ExperimentVariantResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ExperimentVariant'] = ResolversParentTypes['ExperimentVariant']> = {
  variant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isControl?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  verdict?: Resolver<contract.Maybe<ResolversTypes['ExperimentVerdict']>, ParentType, ContextType>;
  firstExposedAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastExposedAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  exposedViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  mixedViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playedViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completedSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  completionRate?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  shownCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playedShownCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  exposedPlayRate?: Resolver<ResolversTypes['ExperimentResult'], ParentType, ContextType>;
  watchTimePerViewerS?: Resolver<ResolversTypes['ExperimentResult'], ParentType, ContextType>;
  shownPlayRate?: Resolver<ResolversTypes['ExperimentResult'], ParentType, ContextType>;
};

export type ExperimentResultResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ExperimentResult'] = ResolversParentTypes['ExperimentResult']> = {
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  low?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  high?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  difference?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  differenceLow?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  differenceHigh?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  pValue?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  pValueAdjusted?: Resolver<contract.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType>;
  verdict?: Resolver<contract.Maybe<ResolversTypes['ExperimentVerdict']>, ParentType, ContextType>;
};

export type QualityTrendResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['QualityTrend'] = ResolversParentTypes['QualityTrend']> = {
  rule?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['QualitySeverity'], ParentType, ContextType>;
  points?: Resolver<ReadonlyArray<ResolversTypes['QualityPoint']>, ParentType, ContextType>;
};

export type QualityPointResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['QualityPoint'] = ResolversParentTypes['QualityPoint']> = {
  runId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  checkedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['QualityState'], ParentType, ContextType>;
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  threshold?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  checkedCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  failedCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
};

export type AnnotationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Annotation'] = ResolversParentTypes['Annotation']> = {
  kind?: Resolver<ResolversTypes['AnnotationKind'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  until?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  url?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type LiveStatsResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LiveStats'] = ResolversParentTypes['LiveStats']> = {
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  minutes?: Resolver<ReadonlyArray<ResolversTypes['LiveMinute']>, ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  uniqueViewers?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  openSessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
};

export type LiveMinuteResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LiveMinute'] = ResolversParentTypes['LiveMinute']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sessionCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  playCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  watchTimeS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
};

export type AlertResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Alert'] = ResolversParentTypes['Alert']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  alertId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  says?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['QualitySeverity'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AlertState'], ParentType, ContextType>;
  video?: Resolver<contract.Maybe<ResolversTypes['Video']>, ParentType, ContextType>;
  videoId?: Resolver<contract.Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  threshold?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  openedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  repeatCount?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  acknowledgedAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  acknowledgedBy?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  resolvedAt?: Resolver<contract.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  history?: Resolver<contract.Maybe<ReadonlyArray<ResolversTypes['AlertEvent']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AlertEventResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertEvent'] = ResolversParentTypes['AlertEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AlertEventKind'], ParentType, ContextType>;
  by?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  note?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  value?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type AlertConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertConnection'] = ResolversParentTypes['AlertConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AlertEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Alert']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AlertEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertEdge'] = ResolversParentTypes['AlertEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
};

export type AcknowledgeAlertResultResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AcknowledgeAlertResult'] = ResolversParentTypes['AcknowledgeAlertResult']> = {
  __resolveType: TypeResolveFn<'AlertAcknowledged' | 'AlertNotFound' | 'AlertAlreadyResolved', ParentType, ContextType>;
};

export type AlertAcknowledgedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertAcknowledged'] = ResolversParentTypes['AlertAcknowledged']> = {
  alert?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
  isNew?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AlertNotFoundResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertNotFound'] = ResolversParentTypes['AlertNotFound']> = {
  alertId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AlertAlreadyResolvedResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AlertAlreadyResolved'] = ResolversParentTypes['AlertAlreadyResolved']> = {
  alert?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionExplanationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SessionExplanation'] = ResolversParentTypes['SessionExplanation']> = {
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  runId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  agrees?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  events?: Resolver<ReadonlyArray<ResolversTypes['ExplainedEvent']>, ParentType, ContextType>;
  skips?: Resolver<ReadonlyArray<ResolversTypes['ExplainedSkip']>, ParentType, ContextType>;
  segments?: Resolver<ReadonlyArray<ResolversTypes['Segment']>, ParentType, ContextType>;
  sums?: Resolver<ReadonlyArray<ResolversTypes['ExplainedSum']>, ParentType, ContextType>;
  decisions?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ExplainedEventResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ExplainedEvent'] = ResolversParentTypes['ExplainedEvent']> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  eventType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  offsetS?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  positionS?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  trustedPositionS?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  playbackRate?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  isHidden?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  stateAfter?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  interval?: Resolver<contract.Maybe<ResolversTypes['ExplainedInterval']>, ParentType, ContextType>;
};

export type ExplainedIntervalResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ExplainedInterval'] = ResolversParentTypes['ExplainedInterval']> = {
  verdict?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  stateBefore?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  wallS?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  movedS?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  rate?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  toleranceS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  watchedS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  uncertainS?: Resolver<ResolversTypes['Seconds'], ParentType, ContextType>;
  says?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ExplainedSkipResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ExplainedSkip'] = ResolversParentTypes['ExplainedSkip']> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sizeS?: Resolver<contract.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  counts?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ExplainedSumResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ExplainedSum'] = ResolversParentTypes['ExplainedSum']> = {
  measure?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  how?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  total?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  served?: Resolver<contract.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  agrees?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MetricDefinitionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MetricDefinition'] = ResolversParentTypes['MetricDefinition']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['MetricUnit'], ParentType, ContextType>;
  says?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type VideoConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['VideoConnection'] = ResolversParentTypes['VideoConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['VideoEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Video']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
};

export type VideoEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['VideoEdge'] = ResolversParentTypes['VideoEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Video'], ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Session']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type UserVideoConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UserVideoConnection'] = ResolversParentTypes['UserVideoConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserVideoEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['UserVideo']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<contract.Maybe<ResolversTypes['Count']>, ParentType, ContextType>;
};

export type UserVideoEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UserVideoEdge'] = ResolversParentTypes['UserVideoEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['UserVideo'], ParentType, ContextType>;
};

export type Resolvers<ContextType = GatewayContext> = {
  DateTime?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  Seconds?: GraphQLScalarType;
  Ratio?: GraphQLScalarType;
  Count?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Period?: PeriodResolvers<ContextType>;
  PeriodMetric?: PeriodMetricResolvers;
  Engagement?: EngagementResolvers<ContextType>;
  Video?: VideoResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  Segment?: SegmentResolvers<ContextType>;
  UserVideo?: UserVideoResolvers<ContextType>;
  PeriodMetrics?: PeriodMetricsResolvers<ContextType>;
  Breakdown?: BreakdownResolvers<ContextType>;
  BreakdownPart?: BreakdownPartResolvers<ContextType>;
  TopVideo?: TopVideoResolvers<ContextType>;
  TimeSeries?: TimeSeriesResolvers<ContextType>;
  MetricSeries?: MetricSeriesResolvers<ContextType>;
  TimePoint?: TimePointResolvers<ContextType>;
  Retention?: RetentionResolvers<ContextType>;
  RetentionBucket?: RetentionBucketResolvers<ContextType>;
  DropOffPoint?: DropOffPointResolvers<ContextType>;
  DataQuality?: DataQualityResolvers<ContextType>;
  QualityRule?: QualityRuleResolvers<ContextType>;
  Freshness?: FreshnessResolvers<ContextType>;
  TableVersion?: TableVersionResolvers<ContextType>;
  Visit?: VisitResolvers<ContextType>;
  VisitConnection?: VisitConnectionResolvers<ContextType>;
  VisitEdge?: VisitEdgeResolvers<ContextType>;
  MetricValue?: MetricValueResolvers<ContextType>;
  MetricComponent?: MetricComponentResolvers<ContextType>;
  HeatMap?: HeatMapResolvers<ContextType>;
  HeatMapCell?: HeatMapCellResolvers<ContextType>;
  Experiment?: ExperimentResolvers<ContextType>;
  ExperimentVariant?: ExperimentVariantResolvers<ContextType>;
  ExperimentResult?: ExperimentResultResolvers<ContextType>;
  QualityTrend?: QualityTrendResolvers<ContextType>;
  QualityPoint?: QualityPointResolvers<ContextType>;
  Annotation?: AnnotationResolvers<ContextType>;
  LiveStats?: LiveStatsResolvers<ContextType>;
  LiveMinute?: LiveMinuteResolvers<ContextType>;
  Alert?: AlertResolvers<ContextType>;
  AlertEvent?: AlertEventResolvers<ContextType>;
  AlertConnection?: AlertConnectionResolvers<ContextType>;
  AlertEdge?: AlertEdgeResolvers<ContextType>;
  AcknowledgeAlertResult?: AcknowledgeAlertResultResolvers<ContextType>;
  AlertAcknowledged?: AlertAcknowledgedResolvers<ContextType>;
  AlertNotFound?: AlertNotFoundResolvers<ContextType>;
  AlertAlreadyResolved?: AlertAlreadyResolvedResolvers<ContextType>;
  SessionExplanation?: SessionExplanationResolvers<ContextType>;
  ExplainedEvent?: ExplainedEventResolvers<ContextType>;
  ExplainedInterval?: ExplainedIntervalResolvers<ContextType>;
  ExplainedSkip?: ExplainedSkipResolvers<ContextType>;
  ExplainedSum?: ExplainedSumResolvers<ContextType>;
  MetricDefinition?: MetricDefinitionResolvers<ContextType>;
  VideoConnection?: VideoConnectionResolvers<ContextType>;
  VideoEdge?: VideoEdgeResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  UserVideoConnection?: UserVideoConnectionResolvers<ContextType>;
  UserVideoEdge?: UserVideoEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = GatewayContext> = {
  metric?: MetricDirectiveResolver<any, any, ContextType>;
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
  personal?: PersonalDirectiveResolver<any, any, ContextType>;
  asOf?: AsOfDirectiveResolver<any, any, ContextType>;
  now?: NowDirectiveResolver<any, any, ContextType>;
};
