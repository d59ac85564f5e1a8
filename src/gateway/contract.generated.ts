/* Written by `npm run graphql` from schema.graphql; do not edit. Longer than 500 lines because the contract is. */
import type { PeriodMetric } from './members.js';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant in UTC, ISO 8601 with milliseconds: `2026-11-24T22:15:03.250Z`. As input any ISO 8601 instant with a zone. */
  DateTime: { input: string; output: string; }
  /** A UTC calendar day: `2026-11-24`. */
  Date: { input: string; output: string; }
  /** A length of time or a position on a video's timeline, in seconds with fractions; never negative. */
  Seconds: { input: number; output: number; }
  /** A share from 0 to 1. */
  Ratio: { input: number; output: number; }
  /** A whole number from 0 on, exact up to 2^53 (GraphQL's Int ends at 2^31). */
  Count: { input: number; output: number; }
};

/** Everything that can be asked. */
export type Query = {
  /** The thing with this opaque id (the `id` of any type that implements `Node`); null when it does not exist (any more). */
  readonly node: Maybe<Node>;
  /** One video with its all-time metrics; null when no session, page view or catalogue names it. */
  readonly video: Maybe<Video>;
  /** Videos with their all-time metrics. */
  readonly videos: Maybe<VideoConnection>;
  /** One user with all-time metrics; null when the user has no session. */
  readonly user: Maybe<User>;
  /** Users with their all-time metrics. */
  readonly users: Maybe<UserConnection>;
  /** One session; null when it does not exist (late events can change where a session starts, and with it its id). */
  readonly session: Maybe<Session>;
  /** Sessions: one user's viewing of one video within a visit. */
  readonly sessions: Maybe<SessionConnection>;
  /** Pairs of a user and a video: what one user watched of one video over all sessions. */
  readonly userVideos: Maybe<UserVideoConnection>;
  /** One visit; null when no session belongs to it (a visit of page views only is none here). */
  readonly visit: Maybe<Visit>;
  /** Visits: one user's activity without a gap longer than the session timeout. Only visits with a session. */
  readonly visits: Maybe<VisitConnection>;
  /** One metric of a period with all that is needed to trust it: what it is made of, how exact it is, which data it is from. */
  readonly metric: Maybe<MetricValue>;
  /** The sums and rates over all sessions of a period. */
  readonly totals: Maybe<PeriodMetrics>;
  /**
   * Who watched in a period: its viewers and sessions by device, country, tier, or by whether they are new. NEW_OR_RETURNING
   * is FORBIDDEN to callers who may not see when a user first came: tenants, and analysts from whom users are hidden.
   */
  readonly breakdown: Maybe<Breakdown>;
  /** The videos with the most (or least) of a metric in a period. Videos without a session in the period are not listed. */
  readonly topVideos: Maybe<ReadonlyArray<TopVideo>>;
  /** Metrics over time, one series a metric, without gaps: every step of the period has a point. */
  readonly timeSeries: Maybe<TimeSeries>;
  /** How many viewers each hundredth of a video keeps, over all time; null when the video does not exist. */
  readonly retention: Maybe<Retention>;
  /** Where in a video most was watched, and watched again; null when the video does not exist. */
  readonly heatMap: Maybe<HeatMap>;
  /** One A/B test with its verdict; null when no event carries its name. */
  readonly experiment: Maybe<Experiment>;
  /** All A/B tests, by name; at most 200. */
  readonly experiments: Maybe<ReadonlyArray<Experiment>>;
  /** What the data-quality rules found in the newest run of the job. */
  readonly dataQuality: Maybe<DataQuality>;
  /** What the data-quality rules found run by run, by name of the rule. */
  readonly qualityTrends: Maybe<ReadonlyArray<QualityTrend>>;
  /** What operators told of: releases, outages and the like that touch the period, oldest first. */
  readonly annotations: Maybe<ReadonlyArray<Annotation>>;
  /**
   * How a session came about: its events, the verdict on each interval, its sums; null when it is not served. Costly: the
   * steps that made the session are run again. FORBIDDEN for analysts: it names viewers by the ids that players report.
   */
  readonly explainSession: Maybe<SessionExplanation>;
  /** The last hour, minute by minute, by the clock of the server. */
  readonly liveStats: Maybe<LiveStats>;
  /** One alert; null when it does not exist. NOT_FOUND where this installation keeps no alerts. */
  readonly alert: Maybe<Alert>;
  /** Alerts, newest first. NOT_FOUND where this installation keeps no alerts. */
  readonly alerts: Maybe<AlertConnection>;
  /** How new the served data is. */
  readonly freshness: Maybe<Freshness>;
  /** What each metric means: title, unit, sentence and rule. */
  readonly metricDefinitions: Maybe<ReadonlyArray<MetricDefinition>>;
};


/** Everything that can be asked. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryVideoArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryVideosArgs = {
  filter?: InputMaybe<VideoFilter>;
  orderBy?: VideoOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be asked. */
export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryUsersArgs = {
  filter?: InputMaybe<UserFilter>;
  orderBy?: UserOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be asked. */
export type QuerySessionArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QuerySessionsArgs = {
  filter?: InputMaybe<SessionFilter>;
  orderBy?: SessionOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be asked. */
export type QueryUserVideosArgs = {
  filter?: InputMaybe<UserVideoFilter>;
  orderBy?: UserVideoOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be asked. */
export type QueryVisitArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryVisitsArgs = {
  filter?: InputMaybe<VisitFilter>;
  orderBy?: VisitOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be asked. */
export type QueryMetricArgs = {
  name: PeriodMetric;
  range: DateRange;
  videoId?: InputMaybe<Scalars['ID']['input']>;
};


/** Everything that can be asked. */
export type QueryTotalsArgs = {
  range: DateRange;
  videoId?: InputMaybe<Scalars['ID']['input']>;
};


/** Everything that can be asked. */
export type QueryBreakdownArgs = {
  by: BreakdownBy;
  range: DateRange;
  videoId?: InputMaybe<Scalars['ID']['input']>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryTopVideosArgs = {
  metric?: PeriodMetric;
  range: DateRange;
  first?: Scalars['Int']['input'];
  direction?: OrderDirection;
  minSessionCount?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryTimeSeriesArgs = {
  metrics: ReadonlyArray<PeriodMetric>;
  range: DateRange;
  granularity?: Granularity;
  videoId?: InputMaybe<Scalars['ID']['input']>;
  fill?: GapFilling;
};


/** Everything that can be asked. */
export type QueryRetentionArgs = {
  videoId: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryHeatMapArgs = {
  videoId: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryExperimentArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryQualityTrendsArgs = {
  rules?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be asked. */
export type QueryAnnotationsArgs = {
  range: DateRange;
};


/** Everything that can be asked. */
export type QueryExplainSessionArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryAlertArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be asked. */
export type QueryAlertsArgs = {
  filter?: InputMaybe<AlertFilter>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Everything that can be changed: no metric is, ever. */
export type Mutation = {
  /** Says that somebody looks after an alert; it then repeats no more. NOT_FOUND where this installation keeps no alerts, FORBIDDEN for analysts. */
  readonly acknowledgeAlert: Maybe<AcknowledgeAlertResult>;
};


/** Everything that can be changed: no metric is, ever. */
export type MutationAcknowledgeAlertArgs = {
  input: AcknowledgeAlertInput;
};

/** What is sent on without being asked again: by server-sent events at `/graphql/stream` (the GraphQL-SSE protocol, one connection each). */
export type Subscription = {
  /** The last hour, now and whenever it has changed (looked at every 5 seconds). */
  readonly liveStats: LiveStats;
  /** Every alert that opens, repeats, is acknowledged or is resolved from now on (looked at every 2 seconds). */
  readonly alerts: Alert;
};

/** Something with an id that `node` finds again. */
export type Node = {
  /** Opaque id, unique over all types. */
  readonly id: Scalars['ID']['output'];
};

/** Where a page stands in its list. */
export type PageInfo = {
  /** True when more follows after `endCursor`. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** True when the page was asked for with `after`: something came before. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge; null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
  /** Cursor of the last edge, the `after` of the next page; null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
};

/** A period in whole UTC days, both included. `from` after `to` is a BAD_USER_INPUT error. */
export type DateRange = {
  /** First day. */
  readonly from: Scalars['Date']['input'];
  /** Last day, included. */
  readonly to: Scalars['Date']['input'];
};

/** A period in whole UTC days, both included. */
export type Period = {
  /** First day. */
  readonly from: Scalars['Date']['output'];
  /** Last day, included. */
  readonly to: Scalars['Date']['output'];
};

/** What stands at steps of a series where nothing happened. */
export type GapFilling =
  /** Every step has a point: sums and counts are 0, rates and averages null. */
  | 'ZERO'
  /** Every step has a point, null where no session started. */
  | 'NULL'
  /** Only steps in which a session started have a point. */
  | 'NONE';

/** How near a metric is to what happened. */
export type Exactness =
  /** Counted or added up from what players reported, nothing left out and nothing guessed. */
  | 'EXACT'
  /** What the events prove; it can have been more, by `UNCERTAIN_S` and `ESTIMATED_TAIL_S` at most. */
  | 'LOWER_BOUND'
  /** By a rule, where players do not report it. */
  | 'ESTIMATE';

/** Rising or falling. */
export type OrderDirection =
  /** Smallest first. */
  | 'ASC'
  /** Largest first. */
  | 'DESC';

/** The length of a step of a time series. */
export type Granularity =
  /** UTC hours, by the session's start. */
  | 'HOUR'
  /** UTC days. */
  | 'DAY'
  /** Weeks from Monday; the first and last one hold only the days that lie in the period. */
  | 'WEEK'
  /** Calendar months; the first and last one hold only the days that lie in the period. */
  | 'MONTH';

/** The engagement tiers, by bounds on the score. */
export type EngagementTier =
  /** Top tier. */
  | 'HIGH'
  /** Second tier. */
  | 'MEDIUM'
  /** Third tier. */
  | 'LOW'
  /** Below all bounds. */
  | 'MINIMAL';

/** How a session ended. */
export type EndReason =
  /** The player reported the end of the video. */
  | 'ENDED'
  /** The page was closed. */
  | 'UNLOAD'
  /** Another video followed in the same player. */
  | 'SWITCHED'
  /** The session timeout has not passed yet: more may come. */
  | 'OPEN'
  /** Paused, and nothing came after. */
  | 'PAUSED'
  /** Nothing came any more. */
  | 'TIMEOUT';

/** How a measure of a session is known that not every player's events decide. */
export type MeasureSource =
  /** Events of the player say so. */
  | 'OBSERVED'
  /** A guess by a rule, from events that do not say it. */
  | 'INFERRED'
  /** The events cannot tell: the value is no evidence either way. */
  | 'UNKNOWN';

export type { PeriodMetric };

/** By what the audience of a period is told apart. */
export type BreakdownBy =
  /** The device of the session, as players report it. A viewer on two devices counts in both. */
  | 'DEVICE'
  /** The country of the session, as players report it. A viewer in two countries counts in both. */
  | 'COUNTRY'
  /** The engagement tier of the session alone. A viewer with sessions of two tiers counts in both. */
  | 'ENGAGEMENT_TIER'
  /** Viewers whose first session ever lies in the period, and all others: two parts that add up to the whole. */
  | 'NEW_OR_RETURNING';

/** An engagement score from 0 to 100 and what it is made of; the three parts add up to the score. */
export type Engagement = {
  /** A weighted sum, 0 to 100, of watch ratio, completions and sessions. */
  readonly score: Scalars['Float']['output'];
  /** High, Medium, Low or Minimal, by bounds on the score. */
  readonly tier: EngagementTier;
  /** The part of the engagement score that the watch ratio contributes. */
  readonly watchPoints: Scalars['Float']['output'];
  /** The part of the engagement score that completions contribute. */
  readonly completionPoints: Scalars['Float']['output'];
  /** The part of the engagement score that the number of sessions contributes. */
  readonly sessionPoints: Scalars['Float']['output'];
  /** The version of the formula that made the score. */
  readonly formulaVersion: Scalars['Int']['output'];
};

/** A video with its metrics over all time; `metrics(range:)` has them for a period. */
export type Video = Node & {
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The id that players report. */
  readonly videoId: Scalars['ID']['output'];
  /** Title; null when the video catalogue has none. */
  readonly title: Maybe<Scalars['String']['output']>;
  /** Category; null when the video catalogue has none. */
  readonly category: Maybe<Scalars['String']['output']>;
  /** Length in seconds; null when neither the catalogue nor any player tells it, or when the video is live. */
  readonly durationS: Maybe<Scalars['Seconds']['output']>;
  /** When it was published; null when the video catalogue does not say. */
  readonly publishedAt: Maybe<Scalars['DateTime']['output']>;
  /** What it cost to make, in the catalogue's currency; null when the catalogue does not say. */
  readonly productionCost: Maybe<Scalars['Float']['output']>;
  /** Start of its first session; null when it was never opened. */
  readonly firstSeenAt: Maybe<Scalars['DateTime']['output']>;
  /** Last event of its latest session; null when it was never opened. */
  readonly lastSeenAt: Maybe<Scalars['DateTime']['output']>;
  /** Different users with at least one session. */
  readonly uniqueViewers: Scalars['Count']['output'];
  /** Viewings of one video by one user within a visit. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Sessions in which the video started to play. */
  readonly playCount: Scalars['Count']['output'];
  /** Sessions that the player reported as ended. */
  readonly completedSessionCount: Scalars['Count']['output'];
  /** Completed sessions in which at least 75 % of the video was watched. */
  readonly validCompletionCount: Scalars['Count']['output'];
  /** Sessions in which less than one second was watched. */
  readonly zeroWatchCount: Scalars['Count']['output'];
  /** Sessions in which a completed video was played again from its start, completed before or within the session. */
  readonly replayCount: Scalars['Count']['output'];
  /** Sessions that took up the video where an earlier one had stopped. */
  readonly resumedCount: Scalars['Count']['output'];
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Seconds on the clock that may have been watched but that the events do not prove. */
  readonly uncertainS: Scalars['Seconds']['output'];
  /** Seconds that may have played after the last event, by the configured tail policy. */
  readonly estimatedTailS: Scalars['Seconds']['output'];
  /** Seconds of the video that played, repeats included; at double speed twice the watch time. */
  readonly contentS: Scalars['Seconds']['output'];
  /** Watch time while the page was hidden. */
  readonly backgroundS: Scalars['Seconds']['output'];
  /** How often play was paused. */
  readonly pauseCount: Scalars['Count']['output'];
  /** Seconds spent paused, up to the last event of the session. */
  readonly pauseTimeS: Scalars['Seconds']['output'];
  /** Leaps of the playhead towards the end of the video. */
  readonly skipForwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead towards the start of the video. */
  readonly skipBackwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead in either direction. */
  readonly skipCount: Scalars['Count']['output'];
  /** Seconds of the video leapt over in either direction, sizes added. */
  readonly skippedS: Scalars['Seconds']['output'];
  /** How often the player began to wait for data. */
  readonly bufferCount: Scalars['Count']['output'];
  /** Seconds during which the player waited for data. */
  readonly bufferTimeS: Scalars['Seconds']['output'];
  /** How often the page was loaded again within or into the session. */
  readonly refreshCount: Scalars['Count']['output'];
  /** How often the viewer left the tab. */
  readonly tabSwitchCount: Scalars['Count']['output'];
  /** Events whose position lies outside the video. */
  readonly badPositionCount: Scalars['Count']['output'];
  /** Seconds of the video that played at least once. */
  readonly uniqueWatchS: Scalars['Seconds']['output'];
  /** Watch time divided by sessions. Null without sessions. */
  readonly avgWatchTimeS: Maybe<Scalars['Seconds']['output']>;
  /** Percent viewed, averaged over the user-video pairs whose duration is known. Null when the duration is unknown or nobody opened it. */
  readonly avgPercentViewedRatio: Maybe<Scalars['Ratio']['output']>;
  /** Completed sessions as a share of all sessions. Null without sessions. */
  readonly completionRate: Maybe<Scalars['Ratio']['output']>;
  /** Sessions with less than one second watched, as a share of all sessions. Null without sessions. */
  readonly zeroWatchRate: Maybe<Scalars['Ratio']['output']>;
  /** Plays divided by unique viewers; above 1 the video is watched again. Null without viewers. */
  readonly playsPerViewer: Maybe<Scalars['Float']['output']>;
  /** Different users to whom a page showed the video. */
  readonly impressionViewers: Scalars['Count']['output'];
  /** Users to whom a page showed the video and who played it. */
  readonly playedImpressionViewers: Scalars['Count']['output'];
  /** Viewers who played the video, as a share of those to whom it was shown. Null when no page showed it. */
  readonly playRate: Maybe<Scalars['Ratio']['output']>;
  /** Engagement over all its viewers; 0 and MINIMAL for a video that was never opened, null where the run has no score for it. */
  readonly engagement: Maybe<Engagement>;
  /** The sums and rates over its sessions of a period. */
  readonly metrics: PeriodMetrics;
  /** Its retention curve, over all time; null only when it failed (see `errors`). */
  readonly retention: Maybe<Retention>;
  /** Where most of it was watched, and watched again. */
  readonly heatMap: Maybe<HeatMap>;
  /** Its viewers, one entry a user; null only when it failed (see `errors`). */
  readonly viewers: Maybe<UserVideoConnection>;
};


/** A video with its metrics over all time; `metrics(range:)` has them for a period. */
export type VideoMetricsArgs = {
  range: DateRange;
};


/** A video with its metrics over all time; `metrics(range:)` has them for a period. */
export type VideoViewersArgs = {
  orderBy?: UserVideoOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A user with metrics over all time. */
export type User = Node & {
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The id that players report. */
  readonly userId: Scalars['ID']['output'];
  /** Different videos with at least one session. */
  readonly videoCount: Scalars['Count']['output'];
  /** Different UTC days on which a session started. */
  readonly activeDayCount: Scalars['Count']['output'];
  /** Start of the first session. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** Last event of the latest session. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** Viewings of one video by one user within a visit. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Sessions in which the video started to play. */
  readonly playCount: Scalars['Count']['output'];
  /** Sessions that the player reported as ended. */
  readonly completedSessionCount: Scalars['Count']['output'];
  /** Completed sessions in which at least 75 % of the video was watched. */
  readonly validCompletionCount: Scalars['Count']['output'];
  /** Sessions in which less than one second was watched. */
  readonly zeroWatchCount: Scalars['Count']['output'];
  /** Sessions in which a completed video was played again from its start, completed before or within the session. */
  readonly replayCount: Scalars['Count']['output'];
  /** Sessions that took up the video where an earlier one had stopped. */
  readonly resumedCount: Scalars['Count']['output'];
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Seconds on the clock that may have been watched but that the events do not prove. */
  readonly uncertainS: Scalars['Seconds']['output'];
  /** Seconds that may have played after the last event, by the configured tail policy. */
  readonly estimatedTailS: Scalars['Seconds']['output'];
  /** Seconds of the video that played, repeats included; at double speed twice the watch time. */
  readonly contentS: Scalars['Seconds']['output'];
  /** Watch time while the page was hidden. */
  readonly backgroundS: Scalars['Seconds']['output'];
  /** How often play was paused. */
  readonly pauseCount: Scalars['Count']['output'];
  /** Seconds spent paused, up to the last event of the session. */
  readonly pauseTimeS: Scalars['Seconds']['output'];
  /** Leaps of the playhead towards the end of the video. */
  readonly skipForwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead towards the start of the video. */
  readonly skipBackwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead in either direction. */
  readonly skipCount: Scalars['Count']['output'];
  /** Seconds of the video leapt over in either direction, sizes added. */
  readonly skippedS: Scalars['Seconds']['output'];
  /** How often the player began to wait for data. */
  readonly bufferCount: Scalars['Count']['output'];
  /** Seconds during which the player waited for data. */
  readonly bufferTimeS: Scalars['Seconds']['output'];
  /** How often the page was loaded again within or into the session. */
  readonly refreshCount: Scalars['Count']['output'];
  /** How often the viewer left the tab. */
  readonly tabSwitchCount: Scalars['Count']['output'];
  /** Events whose position lies outside the video. */
  readonly badPositionCount: Scalars['Count']['output'];
  /** Watch time with overlapping tabs counted once: the union of watched wall-clock time. */
  readonly exclusiveWatchTimeS: Scalars['Seconds']['output'];
  /** Seconds of the video that played at least once. */
  readonly uniqueWatchS: Scalars['Seconds']['output'];
  /** Completed sessions as a share of all sessions. Null without sessions. */
  readonly completionRate: Maybe<Scalars['Ratio']['output']>;
  /** Engagement over all videos. */
  readonly engagement: Engagement;
  /** What the user watched, one entry a video; null only when it failed (see `errors`). */
  readonly videos: Maybe<UserVideoConnection>;
};


/** A user with metrics over all time. */
export type UserVideosArgs = {
  orderBy?: UserVideoOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One user's viewing of one video within a visit. */
export type Session = Node & {
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The session's own id: a hash of user, video, player and start. */
  readonly sessionId: Scalars['ID']['output'];
  /** The visit that it belongs to: the user's activity without a gap above the session timeout. */
  readonly visitId: Scalars['ID']['output'];
  /** The id of its user, as players report it. */
  readonly userId: Scalars['ID']['output'];
  /** The id of its video, as players report it. */
  readonly videoId: Scalars['ID']['output'];
  /** The player instance (tab, page load); null when the source does not tell. */
  readonly playerId: Maybe<Scalars['ID']['output']>;
  /** Its first event. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** Its last event. */
  readonly endedAt: Scalars['DateTime']['output'];
  /** The UTC day to which it belongs. */
  readonly sessionDate: Scalars['Date']['output'];
  /** Length of the video as known to this session; null when unknown. */
  readonly durationS: Maybe<Scalars['Seconds']['output']>;
  /** True when positions are the clock's time: only the wall clock counts. */
  readonly isLive: Scalars['Boolean']['output'];
  /** Player events, copies left out. */
  readonly eventCount: Scalars['Count']['output'];
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Seconds on the clock that may have been watched but that the events do not prove. */
  readonly uncertainS: Scalars['Seconds']['output'];
  /** Seconds that may have played after the last event, by the configured tail policy. */
  readonly estimatedTailS: Scalars['Seconds']['output'];
  /** Seconds of the video that played, repeats included; at double speed twice the watch time. */
  readonly contentS: Scalars['Seconds']['output'];
  /** Watch time while the page was hidden. */
  readonly backgroundS: Scalars['Seconds']['output'];
  /** How often play was paused. */
  readonly pauseCount: Scalars['Count']['output'];
  /** Seconds spent paused, up to the last event of the session. */
  readonly pauseTimeS: Scalars['Seconds']['output'];
  /** Leaps of the playhead towards the end of the video. */
  readonly skipForwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead towards the start of the video. */
  readonly skipBackwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead in either direction. */
  readonly skipCount: Scalars['Count']['output'];
  /** Seconds of the video leapt over in either direction, sizes added. */
  readonly skippedS: Scalars['Seconds']['output'];
  /** How often the player began to wait for data. */
  readonly bufferCount: Scalars['Count']['output'];
  /** Seconds during which the player waited for data. */
  readonly bufferTimeS: Scalars['Seconds']['output'];
  /** How often the page was loaded again within or into the session. */
  readonly refreshCount: Scalars['Count']['output'];
  /** How often the viewer left the tab. */
  readonly tabSwitchCount: Scalars['Count']['output'];
  /** Events whose position lies outside the video. */
  readonly badPositionCount: Scalars['Count']['output'];
  /** Seconds of the video that played at least once. */
  readonly uniqueWatchS: Scalars['Seconds']['output'];
  /** Unique seconds watched, as a share of the duration. Null when the duration is unknown. */
  readonly percentViewedRatio: Maybe<Scalars['Ratio']['output']>;
  /** Where the first play began; null when nothing played or no position is known. */
  readonly firstPositionS: Maybe<Scalars['Seconds']['output']>;
  /** The furthest point of the video that was reached by playing or seeking. Null when no position is known. */
  readonly maxPositionS: Maybe<Scalars['Seconds']['output']>;
  /** Where the playhead was last known to be. Null when no position is known. */
  readonly lastPositionS: Maybe<Scalars['Seconds']['output']>;
  /** The reported playback rate, weighted by watch time. Null when nothing was watched. */
  readonly rateAvg: Maybe<Scalars['Float']['output']>;
  /** True when the video started to play. */
  readonly hasPlayed: Scalars['Boolean']['output'];
  /** The player reported that the video ended. */
  readonly completed: Scalars['Boolean']['output'];
  /** Completed, and at least 75 % of the video was really watched. */
  readonly completionValid: Scalars['Boolean']['output'];
  /** Less than one second was watched. */
  readonly zeroWatch: Scalars['Boolean']['output'];
  /** How the session ended: ended, unload, switched, open, paused or timeout. */
  readonly endReason: EndReason;
  /** The video was started again from its beginning after it had been completed. */
  readonly isReplay: Scalars['Boolean']['output'];
  /** The how-many-th replay of this user and video this is; 0 for the first viewing. */
  readonly replayIndex: Scalars['Int']['output'];
  /** Play began where an earlier session of this user and video had stopped. */
  readonly resumed: Scalars['Boolean']['output'];
  /** The position at which a resumed session took up the video. Null when not resumed. */
  readonly resumedFromS: Maybe<Scalars['Seconds']['output']>;
  /** The player started by itself; empty when the player does not say. */
  readonly autoplay: Maybe<Scalars['Boolean']['output']>;
  /** observed, inferred or unknown: how the page refreshes are known. */
  readonly refreshSource: MeasureSource;
  /** observed, inferred or unknown: how the tab switches are known. */
  readonly tabSwitchSource: MeasureSource;
  /** observed or unknown: whether the player told when the page was hidden. */
  readonly backgroundSource: MeasureSource;
  /** observed when an event told the end, inferred from silence, unknown while the session is open. */
  readonly endReasonSource: MeasureSource;
  /** observed when the playhead stood where it was last told to be, inferred when it played on, else unknown. */
  readonly lastPositionSource: MeasureSource;
  /** observed, inferred or unknown: how it is known whether the session was resumed. */
  readonly resumedSource: MeasureSource;
  /** observed or unknown: whether the player told if it started by itself. */
  readonly autoplaySource: MeasureSource;
  /** Another session of the same user overlaps in time. */
  readonly isConcurrent: Scalars['Boolean']['output'];
  /** Engagement of this session alone. */
  readonly engagement: Engagement;
  /** Device of its first event; null when unknown. */
  readonly device: Maybe<Scalars['String']['output']>;
  /** Country of its first event; null when unknown. */
  readonly country: Maybe<Scalars['String']['output']>;
  /** Referrer of its first event; null when unknown. */
  readonly referrer: Maybe<Scalars['String']['output']>;
  /** Version of the player application; null when unknown. */
  readonly appVersion: Maybe<Scalars['String']['output']>;
  /** A/B test that its first event names; null when none. */
  readonly experiment: Maybe<Scalars['String']['output']>;
  /** Variant of the A/B test; null when none. */
  readonly variant: Maybe<Scalars['String']['output']>;
  /** Its video; null only when the look-up failed (see `errors`). */
  readonly video: Maybe<Video>;
  /** Its user; null only when the look-up failed (see `errors`). */
  readonly user: Maybe<User>;
  /** The stretches that were played, in the order of play; empty when nothing played; null only when it failed (see `errors`). */
  readonly segments: Maybe<ReadonlyArray<Segment>>;
  /** The visit that it belongs to; null only when the look-up failed (see `errors`). */
  readonly visit: Maybe<Visit>;
};

/** A stretch of a video's timeline that was played without a break: from `fromS`, up to but without `toS`. */
export type Segment = {
  /** Its place in the order of play, from 0. */
  readonly index: Scalars['Int']['output'];
  /** Position at its start. */
  readonly fromS: Scalars['Seconds']['output'];
  /** Position at its end. */
  readonly toS: Scalars['Seconds']['output'];
  /** When it began, on the clock. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** When it ended, on the clock. */
  readonly endedAt: Scalars['DateTime']['output'];
  /** Speed of play, 1 is normal. */
  readonly playbackRate: Scalars['Float']['output'];
};

/** What one user watched of one video, over all sessions. */
export type UserVideo = Node & {
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The user's id, as players report it. */
  readonly userId: Scalars['ID']['output'];
  /** The video's id, as players report it. */
  readonly videoId: Scalars['ID']['output'];
  /** Start of the first session. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** Last event of the latest session. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** Length of the video; null when unknown. */
  readonly durationS: Maybe<Scalars['Seconds']['output']>;
  /** Viewings of one video by one user within a visit. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Sessions in which the video started to play. */
  readonly playCount: Scalars['Count']['output'];
  /** Sessions that the player reported as ended. */
  readonly completedSessionCount: Scalars['Count']['output'];
  /** Completed sessions in which at least 75 % of the video was watched. */
  readonly validCompletionCount: Scalars['Count']['output'];
  /** Sessions in which less than one second was watched. */
  readonly zeroWatchCount: Scalars['Count']['output'];
  /** Sessions in which a completed video was played again from its start, completed before or within the session. */
  readonly replayCount: Scalars['Count']['output'];
  /** Sessions that took up the video where an earlier one had stopped. */
  readonly resumedCount: Scalars['Count']['output'];
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Seconds on the clock that may have been watched but that the events do not prove. */
  readonly uncertainS: Scalars['Seconds']['output'];
  /** Seconds that may have played after the last event, by the configured tail policy. */
  readonly estimatedTailS: Scalars['Seconds']['output'];
  /** Seconds of the video that played, repeats included; at double speed twice the watch time. */
  readonly contentS: Scalars['Seconds']['output'];
  /** Watch time while the page was hidden. */
  readonly backgroundS: Scalars['Seconds']['output'];
  /** How often play was paused. */
  readonly pauseCount: Scalars['Count']['output'];
  /** Seconds spent paused, up to the last event of the session. */
  readonly pauseTimeS: Scalars['Seconds']['output'];
  /** Leaps of the playhead towards the end of the video. */
  readonly skipForwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead towards the start of the video. */
  readonly skipBackwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead in either direction. */
  readonly skipCount: Scalars['Count']['output'];
  /** Seconds of the video leapt over in either direction, sizes added. */
  readonly skippedS: Scalars['Seconds']['output'];
  /** How often the player began to wait for data. */
  readonly bufferCount: Scalars['Count']['output'];
  /** Seconds during which the player waited for data. */
  readonly bufferTimeS: Scalars['Seconds']['output'];
  /** How often the page was loaded again within or into the session. */
  readonly refreshCount: Scalars['Count']['output'];
  /** How often the viewer left the tab. */
  readonly tabSwitchCount: Scalars['Count']['output'];
  /** Events whose position lies outside the video. */
  readonly badPositionCount: Scalars['Count']['output'];
  /** Seconds of the video that played at least once. */
  readonly uniqueWatchS: Scalars['Seconds']['output'];
  /** Unique seconds watched, as a share of the duration. Null when the duration is unknown. */
  readonly percentViewedRatio: Maybe<Scalars['Ratio']['output']>;
  /** The furthest point of the video that was reached by playing or seeking. Null when no position is known. */
  readonly maxPositionS: Maybe<Scalars['Seconds']['output']>;
  /** Where the playhead was last known to be. Null when no position is known. */
  readonly lastPositionS: Maybe<Scalars['Seconds']['output']>;
  /** The player reported that the video ended. */
  readonly completed: Scalars['Boolean']['output'];
  /** Completed, and at least 75 % of the video was really watched. */
  readonly completionValid: Scalars['Boolean']['output'];
  /** Engagement of this user with this video. */
  readonly engagement: Engagement;
  /** The user; null only when the look-up failed (see `errors`). */
  readonly user: Maybe<User>;
  /** The video; null only when the look-up failed (see `errors`). */
  readonly video: Maybe<Video>;
};

/** Sums and rates over the sessions of a period. Rates and averages are null when the period has no session to divide by. */
export type PeriodMetrics = {
  /** The period. */
  readonly range: Period;
  /** The same over as many days right before the period: what to compare with. */
  readonly previous: PeriodMetrics;
  /** Different users with at least one session. */
  readonly uniqueViewers: Scalars['Count']['output'];
  /**
   * Different users with a session in the period whose first session ever, of any video, lies in it too. Null only when the
   * look-up failed (see `errors`): FORBIDDEN for tenants, and for analysts from whom users are hidden.
   */
  readonly newViewers: Maybe<Scalars['Count']['output']>;
  /**
   * Different users with a session in the period who had one before it, of any video. Null only when the look-up failed
   * (see `errors`), as for `newViewers`.
   */
  readonly returningViewers: Maybe<Scalars['Count']['output']>;
  /** Viewings of one video by one user within a visit. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Sessions in which the video started to play. */
  readonly playCount: Scalars['Count']['output'];
  /** Sessions that the player reported as ended. */
  readonly completedSessionCount: Scalars['Count']['output'];
  /** Completed sessions in which at least 75 % of the video was watched. */
  readonly validCompletionCount: Scalars['Count']['output'];
  /** Sessions in which less than one second was watched. */
  readonly zeroWatchCount: Scalars['Count']['output'];
  /** Sessions in which a completed video was played again from its start, completed before or within the session. */
  readonly replayCount: Scalars['Count']['output'];
  /** Sessions that took up the video where an earlier one had stopped. */
  readonly resumedCount: Scalars['Count']['output'];
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Seconds on the clock that may have been watched but that the events do not prove. */
  readonly uncertainS: Scalars['Seconds']['output'];
  /** Seconds that may have played after the last event, by the configured tail policy. */
  readonly estimatedTailS: Scalars['Seconds']['output'];
  /** Seconds of the video that played, repeats included; at double speed twice the watch time. */
  readonly contentS: Scalars['Seconds']['output'];
  /** Watch time while the page was hidden. */
  readonly backgroundS: Scalars['Seconds']['output'];
  /** How often play was paused. */
  readonly pauseCount: Scalars['Count']['output'];
  /** Seconds spent paused, up to the last event of the session. */
  readonly pauseTimeS: Scalars['Seconds']['output'];
  /** Leaps of the playhead towards the end of the video. */
  readonly skipForwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead towards the start of the video. */
  readonly skipBackwardCount: Scalars['Count']['output'];
  /** Leaps of the playhead in either direction. */
  readonly skipCount: Scalars['Count']['output'];
  /** Seconds of the video leapt over in either direction, sizes added. */
  readonly skippedS: Scalars['Seconds']['output'];
  /** How often the player began to wait for data. */
  readonly bufferCount: Scalars['Count']['output'];
  /** Seconds during which the player waited for data. */
  readonly bufferTimeS: Scalars['Seconds']['output'];
  /** How often the page was loaded again within or into the session. */
  readonly refreshCount: Scalars['Count']['output'];
  /** How often the viewer left the tab. */
  readonly tabSwitchCount: Scalars['Count']['output'];
  /** Events whose position lies outside the video. */
  readonly badPositionCount: Scalars['Count']['output'];
  /** Completed sessions as a share of all sessions. Null without sessions. */
  readonly completionRate: Maybe<Scalars['Ratio']['output']>;
  /** Sessions with less than one second watched, as a share of all sessions. Null without sessions. */
  readonly zeroWatchRate: Maybe<Scalars['Ratio']['output']>;
  /** Watch time divided by sessions. Null without sessions. */
  readonly avgWatchTimeS: Maybe<Scalars['Seconds']['output']>;
  /** Sessions whose percent viewed is known: what their average percent viewed is taken over. */
  readonly measuredSessionCount: Scalars['Count']['output'];
  /** Percent viewed to nine digits, averaged over the sessions whose duration is known. Null when no session has one. */
  readonly avgSessionPercentViewedRatio: Maybe<Scalars['Ratio']['output']>;
};

/** The audience of a period in parts. */
export type Breakdown = {
  /** By what it is told apart. */
  readonly by: BreakdownBy;
  /** The period. */
  readonly range: Period;
  /** Those with the most viewers first; NEW before RETURNING. Empty when no session started in the period. */
  readonly parts: ReadonlyArray<BreakdownPart>;
  /** True when there are more parts than `first`. */
  readonly hasMore: Scalars['Boolean']['output'];
};

/** A part of the audience of a period. */
export type BreakdownPart = {
  /** The device, the country, the tier (HIGH, MEDIUM, LOW, MINIMAL), NEW or RETURNING; null for sessions whose players report none. */
  readonly value: Maybe<Scalars['String']['output']>;
  /** Different users with at least one session. */
  readonly uniqueViewers: Scalars['Count']['output'];
  /** Viewings of one video by one user within a visit. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Sessions in which the video started to play. */
  readonly playCount: Scalars['Count']['output'];
  /** Sessions that the player reported as ended. */
  readonly completedSessionCount: Scalars['Count']['output'];
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Completed sessions as a share of all sessions. Null without sessions. */
  readonly completionRate: Maybe<Scalars['Ratio']['output']>;
};

/** A video's place in a ranking. */
export type TopVideo = {
  /** From 1; equal values keep their places in the order of the ids. */
  readonly rank: Scalars['Int']['output'];
  /** The id that players report. */
  readonly videoId: Scalars['ID']['output'];
  /** The metric that was ranked by, in its own unit; null when there is nothing to divide by (listed last). */
  readonly value: Maybe<Scalars['Float']['output']>;
  /** The video; null only when the look-up failed (see `errors`). */
  readonly video: Maybe<Video>;
  /** All sums and rates of the video in the same period. */
  readonly metrics: PeriodMetrics;
};

/** Metrics over time. */
export type TimeSeries = {
  /** The length of a step. */
  readonly granularity: Granularity;
  /** The period. */
  readonly range: Period;
  /**
   * First day of the period.
   * @deprecated Since 2026-11-25: use `range { from }`. Gone on 2027-06-30.
   */
  readonly from: Scalars['Date']['output'];
  /**
   * Last day of the period, included.
   * @deprecated Since 2026-11-25: use `range { to }`. Gone on 2027-06-30.
   */
  readonly to: Scalars['Date']['output'];
  /** One series for each metric asked, in the order asked. */
  readonly series: ReadonlyArray<MetricSeries>;
  /** Releases, outages and the like that touch the period, oldest first. */
  readonly annotations: ReadonlyArray<Annotation>;
};

/** One metric over time. */
export type MetricSeries = {
  /** Which metric. */
  readonly metric: PeriodMetric;
  /** Its title for people. */
  readonly title: Scalars['String']['output'];
  /** The unit of `value`. */
  readonly unit: MetricUnit;
  /** The steps of the period, oldest first; all of them unless `fill` is NONE. */
  readonly points: ReadonlyArray<TimePoint>;
  /** The same over as many days right before the period, by its own steps: the n-th point is to be held against the n-th of `points`. */
  readonly previousPoints: ReadonlyArray<TimePoint>;
};

/** One step of a series. */
export type TimePoint = {
  /** Start of the step, UTC. */
  readonly at: Scalars['DateTime']['output'];
  /** Where nothing happened sums and counts are 0, and rates and averages null; with the gap filling NULL all are null. */
  readonly value: Maybe<Scalars['Float']['output']>;
};

/** How many viewers each hundredth of a video keeps, over all time. */
export type Retention = {
  /** The id that players report. */
  readonly videoId: Scalars['ID']['output'];
  /** The video; null only when the look-up failed (see `errors`). */
  readonly video: Maybe<Video>;
  /** Viewers with any segment: what `retentionRatio` is a share of; 0 where there are no buckets. */
  readonly starters: Scalars['Count']['output'];
  /** The hundredths of the duration, in order; empty when nobody played it, or when its duration is unknown. */
  readonly buckets: ReadonlyArray<RetentionBucket>;
  /** Where most viewers were lost, largest loss first. */
  readonly dropOffPoints: ReadonlyArray<DropOffPoint>;
};


/** How many viewers each hundredth of a video keeps, over all time. */
export type RetentionDropOffPointsArgs = {
  first?: Scalars['Int']['input'];
};

/** One hundredth of a video's duration: from `fromS`, up to but without `toS`. */
export type RetentionBucket = {
  /** From 0. */
  readonly bucket: Scalars['Int']['output'];
  /** Position at its start. */
  readonly fromS: Scalars['Seconds']['output'];
  /** Position at its end. */
  readonly toS: Scalars['Seconds']['output'];
  /** Different users whose segments cover part of this hundredth of the video. */
  readonly viewers: Scalars['Count']['output'];
  /** Segments that cover part of this hundredth of the video. */
  readonly plays: Scalars['Count']['output'];
  /** Viewers of the bucket as a share of all viewers who started the video. */
  readonly retentionRatio: Scalars['Ratio']['output'];
  /** Viewers of the bucket as a share of the viewers of the first bucket. Above 1 where more watched than the first bucket; null when nobody watched that. */
  readonly firstBucketRetentionRatio: Maybe<Scalars['Float']['output']>;
  /** Viewers lost from the bucket before to this one; negative where viewers joined. */
  readonly dropOff: Scalars['Int']['output'];
  /** Plays of the bucket divided by its viewers: above 1 it was watched again; null without viewers. */
  readonly playsPerViewer: Maybe<Scalars['Float']['output']>;
};

/** A loss of viewers from one bucket to the next. */
export type DropOffPoint = {
  /** The bucket in which they are missing. */
  readonly bucket: Scalars['Int']['output'];
  /** Position at that bucket's start. */
  readonly atS: Scalars['Seconds']['output'];
  /** Viewers lost from the bucket before. */
  readonly viewersLost: Scalars['Count']['output'];
  /** Viewers lost, as a share of all who started the video. */
  readonly lostRatio: Scalars['Ratio']['output'];
};

/** What a quality rule, or all of them, came to. */
export type QualityState =
  /** Within its threshold. */
  | 'PASSED'
  /** Beyond its threshold. */
  | 'FAILED'
  /** There was nothing to check. */
  | 'UNKNOWN';

/** How grave a failed rule is. */
export type QualitySeverity =
  /** Numbers cannot be trusted. */
  | 'ERROR'
  /** Numbers may be off. */
  | 'WARNING'
  /** For information. */
  | 'INFO';

/** The data-quality rules of the newest run that checked them. */
export type DataQuality = {
  /** FAILED when a rule of severity ERROR or WARNING failed, else PASSED; UNKNOWN when nothing was checked yet. */
  readonly state: QualityState;
  /** Rules of severity ERROR or WARNING that failed. */
  readonly failedCount: Scalars['Int']['output'];
  /** When the rules were checked; null when never. */
  readonly checkedAt: Maybe<Scalars['DateTime']['output']>;
  /** The run of the job that checked them; null when none did. */
  readonly runId: Maybe<Scalars['ID']['output']>;
  /** Every rule, failed ones first, then by severity and name. */
  readonly rules: ReadonlyArray<QualityRule>;
};


/** The data-quality rules of the newest run that checked them. */
export type DataQualityRulesArgs = {
  states?: InputMaybe<ReadonlyArray<QualityState>>;
};

/** One data-quality rule and what it found. */
export type QualityRule = {
  /** Its name. */
  readonly rule: Scalars['ID']['output'];
  /** Its title for people. */
  readonly title: Scalars['String']['output'];
  /** What it checks, in one sentence. */
  readonly says: Scalars['String']['output'];
  /** How grave it is when it fails. */
  readonly severity: QualitySeverity;
  /** What it came to. */
  readonly state: QualityState;
  /** What was measured; null when there was nothing to check. */
  readonly value: Maybe<Scalars['Float']['output']>;
  /** What it is held against; null when the rule has no threshold. */
  readonly threshold: Maybe<Scalars['Float']['output']>;
  /** Rows that were checked. */
  readonly checkedCount: Scalars['Count']['output'];
  /** Rows that broke the rule. */
  readonly failedCount: Scalars['Count']['output'];
  /** Some ids of rows that broke it. */
  readonly sampleIds: ReadonlyArray<Scalars['ID']['output']>;
  /** When it was checked. */
  readonly checkedAt: Scalars['DateTime']['output'];
};

/** How new the served data is. */
export type FreshnessState =
  /** The newest event arrived within the freshness limit. */
  | 'FRESH'
  /** The newest event arrived longer ago than the freshness limit. */
  | 'STALE'
  /** The job has not run yet. */
  | 'EMPTY';

/** How new the served data is. */
export type Freshness = {
  /** FRESH or STALE by `limitS`, EMPTY when there is no data yet. */
  readonly state: FreshnessState;
  /** Newest event, by the time it happened; null when there is no data yet. */
  readonly newestEventAt: Maybe<Scalars['DateTime']['output']>;
  /** Newest event, by the time it arrived; null when there is no data yet. */
  readonly newestReceivedAt: Maybe<Scalars['DateTime']['output']>;
  /** When the job last published; null when there is no data yet. */
  readonly lastCommitAt: Maybe<Scalars['DateTime']['output']>;
  /** The run of the job whose tables are served; null when there is no data yet. */
  readonly runId: Maybe<Scalars['ID']['output']>;
  /** Number of that run: grows with every published change of the data; null when there is no data yet. */
  readonly dataVersion: Maybe<Scalars['Count']['output']>;
  /** Seconds since the newest event arrived; null when there is no data yet. */
  readonly ageS: Maybe<Scalars['Seconds']['output']>;
  /** From this age on the data counts as stale (configuration `quality.freshness_s_max`). */
  readonly limitS: Scalars['Seconds']['output'];
  /** The version of each served table. */
  readonly tableVersions: ReadonlyArray<TableVersion>;
};

/** The served version of a table. */
export type TableVersion = {
  /** Name of the table. */
  readonly table: Scalars['String']['output'];
  /** Its Delta version. */
  readonly version: Scalars['Count']['output'];
};

/** One user's activity without a gap longer than the session timeout. */
export type Visit = Node & {
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The visit's own id. */
  readonly visitId: Scalars['ID']['output'];
  /** Whose visit it was. */
  readonly userId: Scalars['ID']['output'];
  /** First event of the visit, page views included. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** Last event of its sessions. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** Viewings of one video by one user within a visit. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Sessions in which the video started to play. */
  readonly playCount: Scalars['Count']['output'];
  /** Sessions that the player reported as ended. */
  readonly completedSessionCount: Scalars['Count']['output'];
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Its sessions, oldest first; at most 500. Null only when the look-up failed (see `errors`). */
  readonly sessions: Maybe<ReadonlyArray<Session>>;
};

/** A page of visits. */
export type VisitConnection = {
  /** The visits with their cursors. */
  readonly edges: ReadonlyArray<VisitEdge>;
  /** The visits. */
  readonly nodes: ReadonlyArray<Visit>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many match the filter on all pages; null only when counting failed (see `errors`). */
  readonly totalCount: Maybe<Scalars['Count']['output']>;
};

/** A visit in a list. */
export type VisitEdge = {
  /** For `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The visit. */
  readonly node: Visit;
};

/** Which visits. All conditions must hold. */
export type VisitFilter = {
  /** Of this user, as players report it. */
  readonly userId?: InputMaybe<Scalars['ID']['input']>;
  /** Started in this period. */
  readonly range?: InputMaybe<DateRange>;
};

/** By what visits are ordered. */
export type VisitOrderField =
  /** When it started, to the second. */
  | 'STARTED_AT';

/** The order of visits. */
export type VisitOrder = {
  /** By what. */
  readonly field: VisitOrderField;
  /** Rising or falling. */
  readonly direction?: OrderDirection;
};

/** A metric of a period, and how far it can be trusted. */
export type MetricValue = {
  /** Which metric. */
  readonly metric: PeriodMetric;
  /** Its title for people. */
  readonly title: Scalars['String']['output'];
  /** The unit of `value`. */
  readonly unit: MetricUnit;
  /** Null when there is nothing to divide by. */
  readonly value: Maybe<Scalars['Float']['output']>;
  /** How near it is to what happened. */
  readonly exactness: Exactness;
  /** What it is made of, or what is to be known beside it: numerator and denominator of a rate, parts of a sum, the doubtful seconds beside proven ones. */
  readonly components: ReadonlyArray<MetricComponent>;
  /** The period. */
  readonly range: Period;
  /** What it means. */
  readonly definition: MetricDefinition;
  /** Number of the run of the job that it is from; null when there is no data yet. */
  readonly dataVersion: Maybe<Scalars['Count']['output']>;
  /** When that run published; null when there is no data yet. */
  readonly asOf: Maybe<Scalars['DateTime']['output']>;
};

/** A metric that another one is made of. */
export type MetricComponent = {
  /** Which metric. */
  readonly metric: PeriodMetric;
  /** Its title for people. */
  readonly title: Scalars['String']['output'];
  /** The unit of `value`. */
  readonly unit: MetricUnit;
  /** Over the same period. */
  readonly value: Maybe<Scalars['Float']['output']>;
};

/** Where in a video most was watched, over all time. */
export type HeatMap = {
  /** The id that players report. */
  readonly videoId: Scalars['ID']['output'];
  /** The video; null only when the look-up failed (see `errors`). */
  readonly video: Maybe<Video>;
  /** Equal shares of the duration, in order; empty when nobody played it, or when its duration is unknown. */
  readonly cells: ReadonlyArray<HeatMapCell>;
  /** The cells that were watched again most, most plays per viewer first. */
  readonly hottest: ReadonlyArray<HeatMapCell>;
};


/** Where in a video most was watched, over all time. */
export type HeatMapHottestArgs = {
  first?: Scalars['Int']['input'];
};

/** One share of a video's duration: from `fromS`, up to but without `toS`. */
export type HeatMapCell = {
  /** Position at its start. */
  readonly fromS: Scalars['Seconds']['output'];
  /** Position at its end. */
  readonly toS: Scalars['Seconds']['output'];
  /** Different users who watched any of it. */
  readonly viewers: Scalars['Count']['output'];
  /** How often it was played. */
  readonly plays: Scalars['Count']['output'];
  /** Plays beyond the first of each viewer. */
  readonly rewatches: Scalars['Count']['output'];
  /** Plays, as a share of those of the cell that was played most. */
  readonly heat: Scalars['Ratio']['output'];
};

/** What an A/B test came to, for one variant beside its control. */
export type ExperimentVerdict =
  /** More than the control, and hardly by chance. */
  | 'BETTER'
  /** Less than the control, and hardly by chance. */
  | 'WORSE'
  /** Chance alone may have made the difference, or there are too few viewers, or they were assigned wrongly. */
  | 'UNDECIDED';

/** An A/B test. */
export type Experiment = Node & {
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Its name, as events carry it. */
  readonly name: Scalars['String']['output'];
  /** The variant that the others of the experiment are measured against. */
  readonly controlVariant: Scalars['String']['output'];
  /** The metric whose verdict is that of the experiment, by configuration. */
  readonly primaryMetric: Scalars['String']['output'];
  /** A difference counts when its adjusted p-value lies below this; confidence intervals cover the rest. */
  readonly significanceLevel: Scalars['Ratio']['output'];
  /** How likely numbers of viewers this far from the planned shares are by chance. Null with a single variant, unless others are planned. */
  readonly sampleRatioPValue: Maybe<Scalars['Ratio']['output']>;
  /** The numbers of viewers do not fit the planned shares: the assignment went wrong, and no verdict is given. */
  readonly sampleRatioMismatch: Scalars['Boolean']['output'];
  /** Every variant that was seen, the control first, then by name. */
  readonly variants: ReadonlyArray<ExperimentVariant>;
};

/** One variant of an A/B test. */
export type ExperimentVariant = {
  /** Its name, as events carry it. */
  readonly variant: Scalars['String']['output'];
  /** This variant is the one that the others are measured against. */
  readonly isControl: Scalars['Boolean']['output'];
  /** Better, worse or undecided by the primary metric; null for the control. */
  readonly verdict: Maybe<ExperimentVerdict>;
  /** When a user first saw it; null when nobody has. */
  readonly firstExposedAt: Maybe<Scalars['DateTime']['output']>;
  /** When the newest of its viewers first saw it; null when nobody has. */
  readonly lastExposedAt: Maybe<Scalars['DateTime']['output']>;
  /** Users whose first variant of the experiment this was: any event that carries experiment and variant exposes, a page view too. */
  readonly exposedViewers: Scalars['Count']['output'];
  /** Exposed viewers who saw another variant of the same experiment later; they stay with the first. */
  readonly mixedViewers: Scalars['Count']['output'];
  /** Exposed viewers who played any video since they first saw the variant. */
  readonly playedViewers: Scalars['Count']['output'];
  /** Viewings of one video by one user within a visit. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Sessions in which the video started to play. */
  readonly playCount: Scalars['Count']['output'];
  /** Sessions that the player reported as ended. */
  readonly completedSessionCount: Scalars['Count']['output'];
  /** Completed sessions as a share of all sessions. Null without sessions. */
  readonly completionRate: Maybe<Scalars['Ratio']['output']>;
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Pairs of an exposed viewer and a video that a page showed since the viewer first saw the variant. */
  readonly shownCount: Scalars['Count']['output'];
  /** Those pairs in which the viewer played the video since then. */
  readonly playedShownCount: Scalars['Count']['output'];
  /** Exposed viewers who played, as a share of all exposed viewers. */
  readonly exposedPlayRate: ExperimentResult;
  /** Watch time since the first exposure, divided by all exposed viewers, those who watched nothing included. */
  readonly watchTimePerViewerS: ExperimentResult;
  /** Pairs of an exposed viewer and a shown video in which the video was played, as a share of all such pairs. */
  readonly shownPlayRate: ExperimentResult;
};

/** A metric of a variant with its confidence interval, and how it differs from the control's. What cannot be computed is null; on the control all differences are. */
export type ExperimentResult = {
  /** What was measured; null without viewers. */
  readonly value: Maybe<Scalars['Float']['output']>;
  /** Lower end of its confidence interval. */
  readonly low: Maybe<Scalars['Float']['output']>;
  /** Upper end of its confidence interval. */
  readonly high: Maybe<Scalars['Float']['output']>;
  /** The value less the control's. */
  readonly difference: Maybe<Scalars['Float']['output']>;
  /** Lower end of the difference's confidence interval. */
  readonly differenceLow: Maybe<Scalars['Float']['output']>;
  /** Upper end of the difference's confidence interval. */
  readonly differenceHigh: Maybe<Scalars['Float']['output']>;
  /** How often chance alone would show a difference this large. */
  readonly pValue: Maybe<Scalars['Ratio']['output']>;
  /** The p-value, corrected by Holm's method for the number of variants. */
  readonly pValueAdjusted: Maybe<Scalars['Ratio']['output']>;
  /** What this metric says beside the control; null for the control. */
  readonly verdict: Maybe<ExperimentVerdict>;
};

/** One data-quality rule, run by run. */
export type QualityTrend = {
  /** Its name. */
  readonly rule: Scalars['ID']['output'];
  /** Its title for people. */
  readonly title: Scalars['String']['output'];
  /** How grave it is when it fails. */
  readonly severity: QualitySeverity;
  /** What it came to in each run, oldest first. */
  readonly points: ReadonlyArray<QualityPoint>;
};

/** What a data-quality rule came to in one run. */
export type QualityPoint = {
  /** The run of the job. */
  readonly runId: Scalars['ID']['output'];
  /** When it was checked. */
  readonly checkedAt: Scalars['DateTime']['output'];
  /** What it came to. */
  readonly state: QualityState;
  /** What was measured; null when there was nothing to check. */
  readonly value: Maybe<Scalars['Float']['output']>;
  /** What it was held against; null when the rule has no threshold. */
  readonly threshold: Maybe<Scalars['Float']['output']>;
  /** Rows that were checked. */
  readonly checkedCount: Scalars['Count']['output'];
  /** Rows that broke the rule. */
  readonly failedCount: Scalars['Count']['output'];
};

/** What kind of thing an annotation tells of. */
export type AnnotationKind =
  /** New software went out. */
  | 'RELEASE'
  /** Something did not work. */
  | 'OUTAGE'
  /** Something was promoted. */
  | 'CAMPAIGN'
  /** Anything else. */
  | 'OTHER';

/** Something that happened around the data (configuration `annotations`). */
export type Annotation = {
  /** What kind of thing. */
  readonly kind: AnnotationKind;
  /** What happened, in a few words. */
  readonly title: Scalars['String']['output'];
  /** When it happened, or began. */
  readonly at: Scalars['DateTime']['output'];
  /** When it ended; null for what has no length, or lasts. */
  readonly until: Maybe<Scalars['DateTime']['output']>;
  /** Where to read more; null when nowhere. */
  readonly url: Maybe<Scalars['String']['output']>;
};

/** The last hour by the clock of the server. Sessions count in the minute in which they started. */
export type LiveStats = {
  /** Start of the first minute. */
  readonly from: Scalars['DateTime']['output'];
  /** Now. */
  readonly to: Scalars['DateTime']['output'];
  /** Sixty whole minutes and the one that has begun, oldest first. */
  readonly minutes: ReadonlyArray<LiveMinute>;
  /** Viewings of one video by one user within a visit. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Sessions in which the video started to play. */
  readonly playCount: Scalars['Count']['output'];
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  readonly watchTimeS: Scalars['Seconds']['output'];
  /** Different users with at least one session. */
  readonly uniqueViewers: Scalars['Count']['output'];
  /** Sessions, whenever they started, that may go on: the session timeout has not passed, as seen from the newest event. */
  readonly openSessionCount: Scalars['Count']['output'];
};

/** One minute of the last hour. */
export type LiveMinute = {
  /** Start of the minute. */
  readonly at: Scalars['DateTime']['output'];
  /** Sessions that started in it. */
  readonly sessionCount: Scalars['Count']['output'];
  /** Those that played. */
  readonly playCount: Scalars['Count']['output'];
  /** What was watched in the sessions that started in it, up to now. */
  readonly watchTimeS: Scalars['Seconds']['output'];
};

/** Where an alert stands. */
export type AlertState =
  /** Nobody has looked at it. */
  | 'OPEN'
  /** Somebody looks after it. */
  | 'ACKNOWLEDGED'
  /** What it was about is over. */
  | 'RESOLVED';

/** What can happen to an alert. */
export type AlertEventKind =
  /** It was found. */
  | 'OPENED'
  /** It was found again. */
  | 'REPEATED'
  /** It was found again soon after it was over. */
  | 'REOPENED'
  /** Somebody looks after it. */
  | 'ACKNOWLEDGED'
  /** It was no longer found. */
  | 'RESOLVED'
  /** Nobody could judge it for so long that it was closed. */
  | 'EXPIRED';

/** Something that went wrong with the data or with what viewers do, from when it was found to when it was over. */
export type Alert = Node & {
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The alert's own id. */
  readonly alertId: Scalars['ID']['output'];
  /** The rule that found it. */
  readonly rule: Scalars['ID']['output'];
  /** Its title for people. */
  readonly title: Scalars['String']['output'];
  /** What happened, in one sentence. */
  readonly says: Scalars['String']['output'];
  /** How grave it is. */
  readonly severity: QualitySeverity;
  /** Where it stands. */
  readonly state: AlertState;
  /** The video that it is about; null when it is about all, and when the look-up failed (see `errors`). */
  readonly video: Maybe<Video>;
  /** The id of that video, as players report it; null when it is about all. */
  readonly videoId: Maybe<Scalars['ID']['output']>;
  /** What was measured when it was last found; null when the rule measures nothing. */
  readonly value: Maybe<Scalars['Float']['output']>;
  /** What it was held against; null when the rule has no threshold. */
  readonly threshold: Maybe<Scalars['Float']['output']>;
  /** When it was first found. */
  readonly openedAt: Scalars['DateTime']['output'];
  /** When it was last found. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** How often it was found again. */
  readonly repeatCount: Scalars['Count']['output'];
  /** When it was acknowledged; null when it was not. */
  readonly acknowledgedAt: Maybe<Scalars['DateTime']['output']>;
  /** By whom, as the token names the person (else its role); null when it was not. */
  readonly acknowledgedBy: Maybe<Scalars['String']['output']>;
  /** When it was over; null while it is not. */
  readonly resolvedAt: Maybe<Scalars['DateTime']['output']>;
  /** Everything that happened to it, oldest first; null only when the look-up failed (see `errors`). */
  readonly history: Maybe<ReadonlyArray<AlertEvent>>;
};

/** Something that happened to an alert. */
export type AlertEvent = {
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** What. */
  readonly kind: AlertEventKind;
  /** Who acknowledged it; null for all else. */
  readonly by: Maybe<Scalars['String']['output']>;
  /** What that person said; null when nothing. */
  readonly note: Maybe<Scalars['String']['output']>;
  /** What was measured then; null when nothing. */
  readonly value: Maybe<Scalars['Float']['output']>;
};

/** A page of alerts. */
export type AlertConnection = {
  /** The alerts with their cursors. */
  readonly edges: ReadonlyArray<AlertEdge>;
  /** The alerts. */
  readonly nodes: ReadonlyArray<Alert>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** An alert in a list. */
export type AlertEdge = {
  /** For `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The alert. */
  readonly node: Alert;
};

/** Which alerts. All conditions must hold; a list holds when one of its members fits. */
export type AlertFilter = {
  /** In one of these states. */
  readonly states?: InputMaybe<ReadonlyArray<AlertState>>;
  /** Of one of these rules; at most 100. */
  readonly rules?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** About this video, as players report it. */
  readonly videoId?: InputMaybe<Scalars['ID']['input']>;
};

/** Which alert is acknowledged, and what is to be said about it. */
export type AcknowledgeAlertInput = {
  /** The alert's own id, or the opaque `Alert.id`. */
  readonly id: Scalars['ID']['input'];
  /** What is kept in its history; at most 1,000 characters. */
  readonly note?: InputMaybe<Scalars['String']['input']>;
};

/** What became of acknowledging an alert. */
export type AcknowledgeAlertResult = AlertAcknowledged | AlertNotFound | AlertAlreadyResolved;

/** The alert is acknowledged. */
export type AlertAcknowledged = {
  /** The alert as it is now. */
  readonly alert: Alert;
  /** False when somebody had acknowledged it before: that one's name stays. */
  readonly isNew: Scalars['Boolean']['output'];
};

/** There is no such alert. */
export type AlertNotFound = {
  /** The id as it was given. */
  readonly alertId: Scalars['ID']['output'];
  /** The same in words. */
  readonly message: Scalars['String']['output'];
};

/** It was over before: there is nothing to look after. */
export type AlertAlreadyResolved = {
  /** The alert as it is now. */
  readonly alert: Alert;
  /** The same in words. */
  readonly message: Scalars['String']['output'];
};

/** How a session came about, by the rules of section 4.3 of the design. */
export type SessionExplanation = {
  /** The session's own id. */
  readonly sessionId: Scalars['ID']['output'];
  /** The run whose rows are explained. */
  readonly runId: Scalars['ID']['output'];
  /** True where what the events add up to is what is served, to the last digit. */
  readonly agrees: Scalars['Boolean']['output'];
  /** Its events in order, each with the verdict on the interval that it ends. */
  readonly events: ReadonlyArray<ExplainedEvent>;
  /** Leaps of the playhead, those too small to count among them. */
  readonly skips: ReadonlyArray<ExplainedSkip>;
  /** What was played without a break. */
  readonly segments: ReadonlyArray<Segment>;
  /** Each measure of the session, and how it follows. */
  readonly sums: ReadonlyArray<ExplainedSum>;
  /** What is said of the session beside its sums, in one sentence each: why it is a replay, why it ended as it did. */
  readonly decisions: ReadonlyArray<Scalars['String']['output']>;
};

/** One event of an explained session. */
export type ExplainedEvent = {
  /** From 1, within the session. */
  readonly number: Scalars['Int']['output'];
  /** Its id. */
  readonly eventId: Scalars['ID']['output'];
  /** Its kind, as in section 3 of the design. */
  readonly eventType: Scalars['String']['output'];
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Since the session's first event. */
  readonly offsetS: Scalars['Float']['output'];
  /** The position that the player reported; null when it reported none. */
  readonly positionS: Maybe<Scalars['Float']['output']>;
  /** Where the playhead is taken to be; null where that is unknown. */
  readonly trustedPositionS: Maybe<Scalars['Float']['output']>;
  /** The rate that the player reported; null when it reported none. */
  readonly playbackRate: Maybe<Scalars['Float']['output']>;
  /** The page was hidden until it: the interval that ends here passed in the background. */
  readonly isHidden: Scalars['Boolean']['output'];
  /** The player's state from here on. */
  readonly stateAfter: Scalars['String']['output'];
  /** The interval that ends here; null for the first event. */
  readonly interval: Maybe<ExplainedInterval>;
};

/** What was made of the time between two events. */
export type ExplainedInterval = {
  /** The verdict, as in section 4.3 of the design. */
  readonly verdict: Scalars['String']['output'];
  /** The player's state during it. */
  readonly stateBefore: Scalars['String']['output'];
  /** Its length on the clock. */
  readonly wallS: Scalars['Float']['output'];
  /** How far the position moved; null where that is unknown. */
  readonly movedS: Maybe<Scalars['Float']['output']>;
  /** The playback rate in force. */
  readonly rate: Scalars['Float']['output'];
  /** How far off counts as steady. */
  readonly toleranceS: Scalars['Seconds']['output'];
  /** What counts as watched. */
  readonly watchedS: Scalars['Seconds']['output'];
  /** What may have been watched but is not proven. */
  readonly uncertainS: Scalars['Seconds']['output'];
  /** The verdict in one sentence. */
  readonly says: Scalars['String']['output'];
};

/** A leap of the playhead, put together from its parts. */
export type ExplainedSkip = {
  /** From 1. */
  readonly number: Scalars['Int']['output'];
  /** From the first origin to the last target; negative backwards, null where that is unknown. */
  readonly sizeS: Maybe<Scalars['Float']['output']>;
  /** False below one second: then it is none. */
  readonly counts: Scalars['Boolean']['output'];
};

/** A measure of a session, and how it follows from its events. */
export type ExplainedSum = {
  /** Name of the measure, as in tables. */
  readonly measure: Scalars['String']['output'];
  /** For a measure that is no sum: how it follows from others. */
  readonly how: Maybe<Scalars['String']['output']>;
  /** What the events add up to, as text; null where that is unknown. */
  readonly total: Maybe<Scalars['String']['output']>;
  /** What is served, as text. */
  readonly served: Maybe<Scalars['String']['output']>;
  /** True where both are equal. */
  readonly agrees: Scalars['Boolean']['output'];
};

/** The unit of a metric. */
export type MetricUnit =
  /** Seconds. */
  | 'SECONDS'
  /** A whole number. */
  | 'COUNT'
  /** A share from 0 to 1. */
  | 'RATIO'
  /** Points from 0 to 100. */
  | 'SCORE'
  /** A factor; 1 is normal. */
  | 'RATE'
  /** True or false. */
  | 'BOOLEAN'
  /** One of a few words. */
  | 'WORD'
  /** An instant. */
  | 'INSTANT';

/** What a metric means. */
export type MetricDefinition = {
  /** Its name in tables, in the semantic layer and in `@metric`. */
  readonly name: Scalars['String']['output'];
  /** Its title for people. */
  readonly title: Scalars['String']['output'];
  /** Its unit. */
  readonly unit: MetricUnit;
  /** What it means, in one sentence. */
  readonly says: Scalars['String']['output'];
  /** Where the rule stands in the design. */
  readonly rule: Scalars['String']['output'];
};

/** A page of videos. */
export type VideoConnection = {
  /** The videos with their cursors. */
  readonly edges: ReadonlyArray<VideoEdge>;
  /** The videos. */
  readonly nodes: ReadonlyArray<Video>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many match the filter on all pages; null only when counting failed (see `errors`). */
  readonly totalCount: Maybe<Scalars['Count']['output']>;
};

/** A video in a list. */
export type VideoEdge = {
  /** For `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The video. */
  readonly node: Video;
};

/** Which videos. All conditions must hold; a list holds when one of its members fits. */
export type VideoFilter = {
  /** These ids, as players report them; at most 100. */
  readonly videoIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Title contains this text, without regard to case; at most 200 characters. */
  readonly search?: InputMaybe<Scalars['String']['input']>;
  /** One of these categories. */
  readonly categories?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** One of these engagement tiers. */
  readonly tiers?: InputMaybe<ReadonlyArray<EngagementTier>>;
  /** At least so much watch time. */
  readonly minWatchTimeS?: InputMaybe<Scalars['Seconds']['input']>;
  /** At least so many sessions. */
  readonly minSessionCount?: InputMaybe<Scalars['Int']['input']>;
};

/** By what videos are ordered. Nulls come last. */
export type VideoOrderField =
  /** The id that players report. */
  | 'VIDEO_ID'
  /** The title. */
  | 'TITLE'
  /** Watch time. */
  | 'WATCH_TIME_S'
  /** Sessions. */
  | 'SESSION_COUNT'
  /** Unique viewers. */
  | 'UNIQUE_VIEWERS'
  /** Completion rate. */
  | 'COMPLETION_RATE'
  /** Engagement score. */
  | 'ENGAGEMENT_SCORE';

/** The order of videos. */
export type VideoOrder = {
  /** By what. */
  readonly field: VideoOrderField;
  /** Rising or falling. */
  readonly direction?: OrderDirection;
};

/** A page of users. */
export type UserConnection = {
  /** The users with their cursors. */
  readonly edges: ReadonlyArray<UserEdge>;
  /** The users. */
  readonly nodes: ReadonlyArray<User>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many match the filter on all pages; null only when counting failed (see `errors`). */
  readonly totalCount: Maybe<Scalars['Count']['output']>;
};

/** A user in a list. */
export type UserEdge = {
  /** For `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The user. */
  readonly node: User;
};

/** Which users. All conditions must hold; a list holds when one of its members fits. */
export type UserFilter = {
  /** These ids, as players report them; at most 100. */
  readonly userIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** One of these engagement tiers. */
  readonly tiers?: InputMaybe<ReadonlyArray<EngagementTier>>;
  /** At least so much watch time. */
  readonly minWatchTimeS?: InputMaybe<Scalars['Seconds']['input']>;
  /** At least so many sessions. */
  readonly minSessionCount?: InputMaybe<Scalars['Int']['input']>;
};

/** By what users are ordered. Nulls come last. */
export type UserOrderField =
  /** The id that players report. */
  | 'USER_ID'
  /** Watch time. */
  | 'WATCH_TIME_S'
  /** Sessions. */
  | 'SESSION_COUNT'
  /** Different videos. */
  | 'VIDEO_COUNT'
  /** Completion rate. */
  | 'COMPLETION_RATE'
  /** Engagement score. */
  | 'ENGAGEMENT_SCORE';

/** The order of users. */
export type UserOrder = {
  /** By what. */
  readonly field: UserOrderField;
  /** Rising or falling. */
  readonly direction?: OrderDirection;
};

/** A page of sessions. */
export type SessionConnection = {
  /** The sessions with their cursors. */
  readonly edges: ReadonlyArray<SessionEdge>;
  /** The sessions. */
  readonly nodes: ReadonlyArray<Session>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many match the filter on all pages; null only when counting failed (see `errors`). */
  readonly totalCount: Maybe<Scalars['Count']['output']>;
};

/** A session in a list. */
export type SessionEdge = {
  /** For `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The session. */
  readonly node: Session;
};

/** Which sessions. All conditions must hold; a list holds when one of its members fits. */
export type SessionFilter = {
  /** These ids; at most 100. */
  readonly sessionIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Of this user, as players report it. */
  readonly userId?: InputMaybe<Scalars['ID']['input']>;
  /** Of this video, as players report it. */
  readonly videoId?: InputMaybe<Scalars['ID']['input']>;
  /** Of this visit. */
  readonly visitId?: InputMaybe<Scalars['ID']['input']>;
  /** Started in this period. */
  readonly range?: InputMaybe<DateRange>;
  /** Completed or not. */
  readonly completed?: InputMaybe<Scalars['Boolean']['input']>;
  /** Replay or not. */
  readonly isReplay?: InputMaybe<Scalars['Boolean']['input']>;
  /** Under one second watched or not. */
  readonly zeroWatch?: InputMaybe<Scalars['Boolean']['input']>;
  /** Ended so. */
  readonly endReasons?: InputMaybe<ReadonlyArray<EndReason>>;
  /** One of these engagement tiers. */
  readonly tiers?: InputMaybe<ReadonlyArray<EngagementTier>>;
  /** On one of these devices. */
  readonly devices?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** From one of these countries. */
  readonly countries?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Of this A/B test. */
  readonly experiment?: InputMaybe<Scalars['String']['input']>;
  /** Of this variant. */
  readonly variant?: InputMaybe<Scalars['String']['input']>;
  /** At least so much watch time. */
  readonly minWatchTimeS?: InputMaybe<Scalars['Seconds']['input']>;
};

/** By what sessions are ordered. Nulls come last. */
export type SessionOrderField =
  /** When it started, to the second. */
  | 'STARTED_AT'
  /** Watch time. */
  | 'WATCH_TIME_S'
  /** Percent viewed. */
  | 'PERCENT_VIEWED_RATIO'
  /** Engagement score. */
  | 'ENGAGEMENT_SCORE';

/** The order of sessions. */
export type SessionOrder = {
  /** By what. */
  readonly field: SessionOrderField;
  /** Rising or falling. */
  readonly direction?: OrderDirection;
};

/** A page of user-video pairs. */
export type UserVideoConnection = {
  /** The pairs with their cursors. */
  readonly edges: ReadonlyArray<UserVideoEdge>;
  /** The pairs. */
  readonly nodes: ReadonlyArray<UserVideo>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many match the filter on all pages; null only when counting failed (see `errors`). */
  readonly totalCount: Maybe<Scalars['Count']['output']>;
};

/** A user-video pair in a list. */
export type UserVideoEdge = {
  /** For `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The pair. */
  readonly node: UserVideo;
};

/** Which user-video pairs. All conditions must hold; a list holds when one of its members fits. */
export type UserVideoFilter = {
  /** Of this user, as players report it. */
  readonly userId?: InputMaybe<Scalars['ID']['input']>;
  /** Of this video, as players report it. */
  readonly videoId?: InputMaybe<Scalars['ID']['input']>;
  /** Completed or not. */
  readonly completed?: InputMaybe<Scalars['Boolean']['input']>;
  /** One of these engagement tiers. */
  readonly tiers?: InputMaybe<ReadonlyArray<EngagementTier>>;
  /** At least so much watch time. */
  readonly minWatchTimeS?: InputMaybe<Scalars['Seconds']['input']>;
};

/** By what user-video pairs are ordered. Nulls come last. */
export type UserVideoOrderField =
  /** Watch time. */
  | 'WATCH_TIME_S'
  /** Sessions. */
  | 'SESSION_COUNT'
  /** Percent viewed. */
  | 'PERCENT_VIEWED_RATIO'
  /** Engagement score. */
  | 'ENGAGEMENT_SCORE';

/** The order of user-video pairs. */
export type UserVideoOrder = {
  /** By what. */
  readonly field: UserVideoOrderField;
  /** Rising or falling. */
  readonly direction?: OrderDirection;
};

/** What `extensions.code` of an error can be. */
export type ErrorCode =
  /** The request carries no token, or one that is not valid. */
  | 'UNAUTHENTICATED'
  /** The token does not allow this. */
  | 'FORBIDDEN'
  /** There is no such path, operation or thing, or this installation has none of the kind. */
  | 'NOT_FOUND'
  /** The request is not understood: HTTP body, syntax, unknown field, wrong variable, inverted range, foreign cursor. */
  | 'BAD_USER_INPUT'
  /** The request is too large: page, depth, aliases, tokens, steps of a series, body. */
  | 'LIMIT_EXCEEDED'
  /** The request would cost more than one request may; `extensions.cost` has the numbers. */
  | 'COST_EXCEEDED'
  /** The semantic layer did not answer in time; the same request may succeed later. */
  | 'UPSTREAM_TIMEOUT'
  /** The semantic layer cannot be reached or answered nonsense; `extensions.retryAfterS` says when to try again. */
  | 'UPSTREAM_UNAVAILABLE'
  /** No finished run has the number or lies before the time that the request wants answers from, or its files were cleaned up. */
  | 'VERSION_NOT_FOUND'
  /** The data is older than the request allows. Not given out yet. */
  | 'STALE_DATA'
  /** A bug in Playhead; the log has the cause under the `requestId`. */
  | 'INTERNAL';
