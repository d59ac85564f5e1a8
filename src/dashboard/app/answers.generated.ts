/* Written by `npm run graphql` from schema.graphql; do not edit. Longer than 500 lines because the contract is. */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A period in whole UTC days, both included. `from` after `to` is a BAD_USER_INPUT error. */
export type DateRange = {
  /** First day. */
  readonly from: string;
  /** Last day, included. */
  readonly to: string;
};

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

/** A metric that can be summed up over any period. */
export type PeriodMetric =
  /** Different users with at least one session. */
  | 'UNIQUE_VIEWERS'
  /** Viewings of one video by one user within a visit. */
  | 'SESSION_COUNT'
  /** Sessions in which the video started to play. */
  | 'PLAY_COUNT'
  /** Sessions that the player reported as ended. */
  | 'COMPLETED_SESSION_COUNT'
  /** Completed sessions in which at least 75 % of the video was watched. */
  | 'VALID_COMPLETION_COUNT'
  /** Sessions in which less than one second was watched. */
  | 'ZERO_WATCH_COUNT'
  /** Sessions in which a completed video was played again from its start, completed before or within the session. */
  | 'REPLAY_COUNT'
  /** Sessions that took up the video where an earlier one had stopped. */
  | 'RESUMED_COUNT'
  /** Seconds on the clock during which the playhead was really advancing, as far as the events prove it. */
  | 'WATCH_TIME_S'
  /** Seconds on the clock that may have been watched but that the events do not prove. */
  | 'UNCERTAIN_S'
  /** Seconds that may have played after the last event, by the configured tail policy. */
  | 'ESTIMATED_TAIL_S'
  /** Seconds of the video that played, repeats included; at double speed twice the watch time. */
  | 'CONTENT_S'
  /** Watch time while the page was hidden. */
  | 'BACKGROUND_S'
  /** How often play was paused. */
  | 'PAUSE_COUNT'
  /** Seconds spent paused, up to the last event of the session. */
  | 'PAUSE_TIME_S'
  /** Leaps of the playhead towards the end of the video. */
  | 'SKIP_FORWARD_COUNT'
  /** Leaps of the playhead towards the start of the video. */
  | 'SKIP_BACKWARD_COUNT'
  /** Leaps of the playhead in either direction. */
  | 'SKIP_COUNT'
  /** Seconds of the video leapt over in either direction, sizes added. */
  | 'SKIPPED_S'
  /** How often the player began to wait for data. */
  | 'BUFFER_COUNT'
  /** Seconds during which the player waited for data. */
  | 'BUFFER_TIME_S'
  /** How often the page was loaded again within or into the session. */
  | 'REFRESH_COUNT'
  /** How often the viewer left the tab. */
  | 'TAB_SWITCH_COUNT'
  /** Events whose position lies outside the video. */
  | 'BAD_POSITION_COUNT'
  /** Completed sessions as a share of all sessions. */
  | 'COMPLETION_RATE'
  /** Sessions with less than one second watched, as a share of all sessions. */
  | 'ZERO_WATCH_RATE'
  /** Watch time divided by sessions. */
  | 'AVG_WATCH_TIME_S'
  /** Sessions whose percent viewed is known: what their average percent viewed is taken over. */
  | 'MEASURED_SESSION_COUNT'
  /** Percent viewed to nine digits, averaged over the sessions whose duration is known. */
  | 'AVG_SESSION_PERCENT_VIEWED_RATIO';

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

/** How new the served data is. */
export type FreshnessState =
  /** The newest event arrived within the freshness limit. */
  | 'FRESH'
  /** The newest event arrived longer ago than the freshness limit. */
  | 'STALE'
  /** The job has not run yet. */
  | 'EMPTY';

/** What an A/B test came to, for one variant beside its control. */
export type ExperimentVerdict =
  /** More than the control, and hardly by chance. */
  | 'BETTER'
  /** Less than the control, and hardly by chance. */
  | 'WORSE'
  /** Chance alone may have made the difference, or there are too few viewers, or they were assigned wrongly. */
  | 'UNDECIDED';

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

export type DashboardAcknowledgeMutationVariables = Exact<{
  id: string;
  note?: string | null | undefined;
}>;


export type DashboardAcknowledgeMutation = { readonly acknowledgeAlert:
    | { readonly __typename: 'AlertAcknowledged', readonly isNew: boolean, readonly alert: { readonly alertId: string, readonly acknowledgedBy: string | null } }
    | { readonly __typename: 'AlertNotFound', readonly message: string }
    | { readonly __typename: 'AlertAlreadyResolved', readonly message: string }
   | null };

export type DashboardAlertStreamSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type DashboardAlertStreamSubscription = { readonly alerts: { readonly alertId: string, readonly title: string, readonly state: AlertState } };

export type DashboardAlertsQueryVariables = Exact<{
  states?: ReadonlyArray<AlertState> | AlertState | null | undefined;
  first: number;
}>;


export type DashboardAlertsQuery = { readonly alerts: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly alertId: string, readonly rule: string, readonly title: string, readonly says: string, readonly severity: QualitySeverity, readonly state: AlertState, readonly videoId: string | null, readonly value: number | null, readonly threshold: number | null, readonly openedAt: string, readonly lastSeenAt: string, readonly repeatCount: number, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly resolvedAt: string | null, readonly history: ReadonlyArray<{ readonly at: string, readonly kind: AlertEventKind, readonly by: string | null, readonly note: string | null, readonly value: number | null }> | null }>, readonly pageInfo: { readonly hasNextPage: boolean } } | null };

export type AlertLineFragment = { readonly id: string, readonly alertId: string, readonly rule: string, readonly title: string, readonly says: string, readonly severity: QualitySeverity, readonly state: AlertState, readonly videoId: string | null, readonly value: number | null, readonly threshold: number | null, readonly openedAt: string, readonly lastSeenAt: string, readonly repeatCount: number, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly resolvedAt: string | null };

export type DashboardAudienceQueryVariables = Exact<{
  range: DateRange;
}>;


export type DashboardAudienceQuery = { readonly tiers: { readonly parts: ReadonlyArray<{ readonly value: string | null, readonly sessionCount: number }> } | null, readonly devices: { readonly hasMore: boolean, readonly parts: ReadonlyArray<{ readonly value: string | null, readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly completionRate: number | null }> } | null, readonly countries: { readonly hasMore: boolean, readonly parts: ReadonlyArray<{ readonly value: string | null, readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly completionRate: number | null }> } | null, readonly newcomers: { readonly hasMore: boolean, readonly parts: ReadonlyArray<{ readonly value: string | null, readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly completionRate: number | null }> } | null };

export type PartsFragment = { readonly hasMore: boolean, readonly parts: ReadonlyArray<{ readonly value: string | null, readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly completionRate: number | null }> };

export type DashboardExperimentsQueryVariables = Exact<{ [key: string]: never; }>;


export type DashboardExperimentsQuery = { readonly experiments: ReadonlyArray<{ readonly name: string, readonly controlVariant: string, readonly primaryMetric: string, readonly significanceLevel: number, readonly sampleRatioMismatch: boolean, readonly variants: ReadonlyArray<{ readonly variant: string, readonly isControl: boolean, readonly verdict: ExperimentVerdict | null, readonly exposedViewers: number, readonly exposedPlayRate: { readonly value: number | null, readonly low: number | null, readonly high: number | null, readonly difference: number | null, readonly differenceLow: number | null, readonly differenceHigh: number | null, readonly pValueAdjusted: number | null, readonly verdict: ExperimentVerdict | null }, readonly watchTimePerViewerS: { readonly value: number | null, readonly low: number | null, readonly high: number | null, readonly difference: number | null, readonly differenceLow: number | null, readonly differenceHigh: number | null, readonly pValueAdjusted: number | null, readonly verdict: ExperimentVerdict | null } }> }> | null };

export type ResultFragment = { readonly value: number | null, readonly low: number | null, readonly high: number | null, readonly difference: number | null, readonly differenceLow: number | null, readonly differenceHigh: number | null, readonly pValueAdjusted: number | null, readonly verdict: ExperimentVerdict | null };

export type DashboardExplanationQueryVariables = Exact<{
  sessionId: string;
}>;


export type DashboardExplanationQuery = { readonly explainSession: { readonly agrees: boolean, readonly decisions: ReadonlyArray<string>, readonly events: ReadonlyArray<{ readonly number: number, readonly eventType: string, readonly at: string, readonly offsetS: number, readonly positionS: number | null, readonly trustedPositionS: number | null, readonly isHidden: boolean, readonly stateAfter: string, readonly interval: { readonly verdict: string, readonly stateBefore: string, readonly wallS: number, readonly movedS: number | null, readonly rate: number, readonly watchedS: number, readonly uncertainS: number, readonly says: string } | null }>, readonly skips: ReadonlyArray<{ readonly sizeS: number | null, readonly counts: boolean }>, readonly sums: ReadonlyArray<{ readonly measure: string, readonly how: string | null, readonly total: string | null, readonly served: string | null, readonly agrees: boolean }> } | null };

export type DashboardLiveSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type DashboardLiveSubscription = { readonly liveStats: { readonly from: string, readonly to: string, readonly sessionCount: number, readonly playCount: number, readonly watchTimeS: number, readonly uniqueViewers: number, readonly openSessionCount: number, readonly minutes: ReadonlyArray<{ readonly at: string, readonly sessionCount: number, readonly playCount: number, readonly watchTimeS: number }> } };

export type DashboardOverviewQueryVariables = Exact<{
  range: DateRange;
  granularity: Granularity;
  rankBy: PeriodMetric;
  minSessionCount: number;
}>;


export type DashboardOverviewQuery = { readonly totals: { readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly uncertainS: number, readonly estimatedTailS: number, readonly completionRate: number | null, readonly zeroWatchRate: number | null, readonly avgWatchTimeS: number | null, readonly replayCount: number, readonly resumedCount: number, readonly backgroundS: number, readonly avgSessionPercentViewedRatio: number | null, readonly previous: { readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly uncertainS: number, readonly estimatedTailS: number, readonly completionRate: number | null, readonly zeroWatchRate: number | null, readonly avgWatchTimeS: number | null, readonly replayCount: number, readonly resumedCount: number, readonly backgroundS: number, readonly avgSessionPercentViewedRatio: number | null } } | null, readonly timeSeries: { readonly series: ReadonlyArray<{ readonly metric: PeriodMetric, readonly points: ReadonlyArray<{ readonly at: string, readonly value: number | null }>, readonly previousPoints: ReadonlyArray<{ readonly value: number | null }> }>, readonly annotations: ReadonlyArray<{ readonly kind: AnnotationKind, readonly title: string, readonly at: string, readonly until: string | null }> } | null, readonly topVideos: ReadonlyArray<{ readonly videoId: string, readonly value: number | null, readonly video: { readonly title: string | null } | null, readonly metrics: { readonly sessionCount: number, readonly watchTimeS: number, readonly completionRate: number | null, readonly uniqueViewers: number } }> | null };

export type FiguresFragment = { readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly uncertainS: number, readonly estimatedTailS: number, readonly completionRate: number | null, readonly zeroWatchRate: number | null, readonly avgWatchTimeS: number | null, readonly replayCount: number, readonly resumedCount: number, readonly backgroundS: number, readonly avgSessionPercentViewedRatio: number | null };

export type DashboardQualityQueryVariables = Exact<{
  runCount: number;
}>;


export type DashboardQualityQuery = { readonly dataQuality: { readonly state: QualityState, readonly failedCount: number, readonly checkedAt: string | null, readonly runId: string | null, readonly rules: ReadonlyArray<{ readonly rule: string, readonly title: string, readonly says: string, readonly severity: QualitySeverity, readonly state: QualityState, readonly value: number | null, readonly threshold: number | null, readonly checkedCount: number, readonly failedCount: number, readonly sampleIds: ReadonlyArray<string> }> } | null, readonly qualityTrends: ReadonlyArray<{ readonly rule: string, readonly points: ReadonlyArray<{ readonly checkedAt: string, readonly state: QualityState, readonly value: number | null, readonly threshold: number | null, readonly failedCount: number, readonly checkedCount: number }> }> | null };

export type DashboardSessionQueryVariables = Exact<{
  sessionId: string;
}>;


export type DashboardSessionQuery = { readonly session: { readonly sessionId: string, readonly visitId: string, readonly videoId: string, readonly startedAt: string, readonly endedAt: string, readonly durationS: number | null, readonly isLive: boolean, readonly eventCount: number, readonly watchTimeS: number, readonly uncertainS: number, readonly estimatedTailS: number, readonly contentS: number, readonly uniqueWatchS: number, readonly percentViewedRatio: number | null, readonly pauseCount: number, readonly pauseTimeS: number, readonly skipForwardCount: number, readonly skipBackwardCount: number, readonly skippedS: number, readonly bufferCount: number, readonly bufferTimeS: number, readonly backgroundS: number, readonly completed: boolean, readonly completionValid: boolean, readonly endReason: EndReason, readonly isReplay: boolean, readonly resumed: boolean, readonly resumedFromS: number | null, readonly device: string | null, readonly country: string | null, readonly appVersion: string | null, readonly experiment: string | null, readonly variant: string | null, readonly engagement: { readonly score: number, readonly tier: EngagementTier }, readonly video: { readonly title: string | null } | null } | null };

export type DashboardSessionsQueryVariables = Exact<{
  videoId: string;
  range: DateRange;
  after?: string | null | undefined;
}>;


export type DashboardSessionsQuery = { readonly sessions: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly sessionId: string, readonly startedAt: string, readonly device: string | null, readonly country: string | null, readonly watchTimeS: number, readonly uncertainS: number, readonly percentViewedRatio: number | null, readonly skipCount: number, readonly completed: boolean, readonly endReason: EndReason, readonly engagement: { readonly tier: EngagementTier } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly endCursor: string | null } } | null };

export type DashboardStateQueryVariables = Exact<{ [key: string]: never; }>;


export type DashboardStateQuery = { readonly freshness: { readonly state: FreshnessState, readonly newestEventAt: string | null, readonly newestReceivedAt: string | null, readonly lastCommitAt: string | null, readonly dataVersion: number | null, readonly ageS: number | null, readonly limitS: number } | null, readonly dataQuality: { readonly state: QualityState, readonly failedCount: number, readonly checkedAt: string | null } | null };

export type DashboardVideoQueryVariables = Exact<{
  videoId: string;
  range: DateRange;
  granularity: Granularity;
}>;


export type DashboardVideoQuery = { readonly video: { readonly videoId: string, readonly title: string | null, readonly category: string | null, readonly durationS: number | null, readonly publishedAt: string | null, readonly uniqueViewers: number, readonly watchTimeS: number, readonly completionRate: number | null, readonly avgPercentViewedRatio: number | null, readonly playRate: number | null, readonly playsPerViewer: number | null, readonly engagement: { readonly score: number, readonly tier: EngagementTier, readonly watchPoints: number, readonly completionPoints: number, readonly sessionPoints: number, readonly formulaVersion: number } | null } | null, readonly totals: { readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly uncertainS: number, readonly estimatedTailS: number, readonly completionRate: number | null, readonly zeroWatchRate: number | null, readonly avgWatchTimeS: number | null, readonly previous: { readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly uncertainS: number, readonly estimatedTailS: number, readonly completionRate: number | null, readonly zeroWatchRate: number | null, readonly avgWatchTimeS: number | null } } | null, readonly retention: { readonly starters: number, readonly buckets: ReadonlyArray<{ readonly fromS: number, readonly toS: number, readonly viewers: number, readonly plays: number, readonly retentionRatio: number, readonly playsPerViewer: number | null }>, readonly dropOffPoints: ReadonlyArray<{ readonly atS: number, readonly viewersLost: number, readonly lostRatio: number }> } | null, readonly heatMap: { readonly cells: ReadonlyArray<{ readonly fromS: number, readonly toS: number, readonly viewers: number, readonly plays: number, readonly rewatches: number, readonly heat: number }>, readonly hottest: ReadonlyArray<{ readonly fromS: number, readonly toS: number, readonly viewers: number, readonly plays: number }> } | null, readonly timeSeries: { readonly series: ReadonlyArray<{ readonly metric: PeriodMetric, readonly points: ReadonlyArray<{ readonly at: string, readonly value: number | null }>, readonly previousPoints: ReadonlyArray<{ readonly value: number | null }> }>, readonly annotations: ReadonlyArray<{ readonly kind: AnnotationKind, readonly title: string, readonly at: string, readonly until: string | null }> } | null };

export type VideoFiguresFragment = { readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly uncertainS: number, readonly estimatedTailS: number, readonly completionRate: number | null, readonly zeroWatchRate: number | null, readonly avgWatchTimeS: number | null };

export type DashboardVideosQueryVariables = Exact<{
  search?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type DashboardVideosQuery = { readonly videos: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly videoId: string, readonly title: string | null, readonly category: string | null, readonly durationS: number | null, readonly watchTimeS: number, readonly uniqueViewers: number, readonly sessionCount: number, readonly completionRate: number | null, readonly engagement: { readonly tier: EngagementTier } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly endCursor: string | null } } | null };

/** What `DashboardAcknowledge` answers. */
export type AcknowledgeAnswer = DashboardAcknowledgeMutation;
export type AcknowledgeVariables = DashboardAcknowledgeMutationVariables;

/** What `DashboardAlertStream` answers. */
export type AlertStreamAnswer = DashboardAlertStreamSubscription;
export type AlertStreamVariables = DashboardAlertStreamSubscriptionVariables;

/** What `DashboardAlerts` answers. */
export type AlertsAnswer = DashboardAlertsQuery;
export type AlertsVariables = DashboardAlertsQueryVariables;

/** What `DashboardAudience` answers. */
export type AudienceAnswer = DashboardAudienceQuery;
export type AudienceVariables = DashboardAudienceQueryVariables;

/** What `DashboardExperiments` answers. */
export type ExperimentsAnswer = DashboardExperimentsQuery;
export type ExperimentsVariables = DashboardExperimentsQueryVariables;

/** What `DashboardExplanation` answers. */
export type ExplanationAnswer = DashboardExplanationQuery;
export type ExplanationVariables = DashboardExplanationQueryVariables;

/** What `DashboardLive` answers. */
export type LiveAnswer = DashboardLiveSubscription;
export type LiveVariables = DashboardLiveSubscriptionVariables;

/** What `DashboardOverview` answers. */
export type OverviewAnswer = DashboardOverviewQuery;
export type OverviewVariables = DashboardOverviewQueryVariables;

/** What `DashboardQuality` answers. */
export type QualityAnswer = DashboardQualityQuery;
export type QualityVariables = DashboardQualityQueryVariables;

/** What `DashboardSession` answers. */
export type SessionAnswer = DashboardSessionQuery;
export type SessionVariables = DashboardSessionQueryVariables;

/** What `DashboardSessions` answers. */
export type SessionsAnswer = DashboardSessionsQuery;
export type SessionsVariables = DashboardSessionsQueryVariables;

/** What `DashboardState` answers. */
export type StateAnswer = DashboardStateQuery;
export type StateVariables = DashboardStateQueryVariables;

/** What `DashboardVideo` answers. */
export type VideoAnswer = DashboardVideoQuery;
export type VideoVariables = DashboardVideoQueryVariables;

/** What `DashboardVideos` answers. */
export type VideosAnswer = DashboardVideosQuery;
export type VideosVariables = DashboardVideosQueryVariables;
