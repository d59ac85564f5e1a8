/* Written by `npm run graphql` from schema.graphql; do not edit. Longer than 500 lines because the contract is. */
import type { Document } from './client.js';

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

/** Rising or falling. */
export type OrderDirection =
  /** Smallest first. */
  | 'ASC'
  /** Largest first. */
  | 'DESC';

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

/** Where an alert stands. */
export type AlertState =
  /** Nobody has looked at it. */
  | 'OPEN'
  /** Somebody looks after it. */
  | 'ACKNOWLEDGED'
  /** What it was about is over. */
  | 'RESOLVED';

/** Which sessions. All conditions must hold; a list holds when one of its members fits. */
export type SessionFilter = {
  /** These ids; at most 100. */
  readonly sessionIds?: ReadonlyArray<string> | null | undefined;
  /** Of this user, as players report it. */
  readonly userId?: string | null | undefined;
  /** Of this video, as players report it. */
  readonly videoId?: string | null | undefined;
  /** Of this visit. */
  readonly visitId?: string | null | undefined;
  /** Started in this period. */
  readonly range?: DateRange | null | undefined;
  /** Completed or not. */
  readonly completed?: boolean | null | undefined;
  /** Replay or not. */
  readonly isReplay?: boolean | null | undefined;
  /** Under one second watched or not. */
  readonly zeroWatch?: boolean | null | undefined;
  /** Ended so. */
  readonly endReasons?: ReadonlyArray<EndReason> | null | undefined;
  /** One of these engagement tiers. */
  readonly tiers?: ReadonlyArray<EngagementTier> | null | undefined;
  /** On one of these devices. */
  readonly devices?: ReadonlyArray<string> | null | undefined;
  /** From one of these countries. */
  readonly countries?: ReadonlyArray<string> | null | undefined;
  /** Of this A/B test. */
  readonly experiment?: string | null | undefined;
  /** Of this variant. */
  readonly variant?: string | null | undefined;
  /** At least so much watch time. */
  readonly minWatchTimeS?: number | null | undefined;
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

export type AcknowledgeAlertMutationVariables = Exact<{
  id: string;
  note?: string | null | undefined;
}>;


export type AcknowledgeAlertMutation = { readonly acknowledgeAlert:
    | { readonly __typename: 'AlertAcknowledged', readonly isNew: boolean, readonly alert: { readonly state: AlertState, readonly acknowledgedBy: string | null } }
    | { readonly __typename: 'AlertNotFound', readonly message: string }
    | { readonly __typename: 'AlertAlreadyResolved', readonly message: string }
   | null };

export type AlertsQueryVariables = Exact<{
  states?: ReadonlyArray<AlertState> | AlertState | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type AlertsQuery = { readonly alerts: { readonly nodes: ReadonlyArray<{ readonly alertId: string, readonly title: string, readonly says: string, readonly severity: QualitySeverity, readonly state: AlertState, readonly openedAt: string, readonly videoId: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ExperimentsQueryVariables = Exact<{ [key: string]: never; }>;


export type ExperimentsQuery = { readonly experiments: ReadonlyArray<{ readonly name: string, readonly controlVariant: string, readonly sampleRatioMismatch: boolean, readonly variants: ReadonlyArray<{ readonly variant: string, readonly isControl: boolean, readonly verdict: ExperimentVerdict | null, readonly exposedViewers: number, readonly watchTimePerViewerS: { readonly value: number | null, readonly low: number | null, readonly high: number | null, readonly difference: number | null, readonly pValueAdjusted: number | null } }> }> | null };

export type ExplainSessionQueryVariables = Exact<{
  id: string;
}>;


export type ExplainSessionQuery = { readonly explainSession: { readonly agrees: boolean, readonly runId: string, readonly decisions: ReadonlyArray<string>, readonly events: ReadonlyArray<{ readonly number: number, readonly eventType: string, readonly offsetS: number, readonly trustedPositionS: number | null, readonly stateAfter: string, readonly interval: { readonly verdict: string, readonly watchedS: number, readonly uncertainS: number, readonly says: string } | null }>, readonly sums: ReadonlyArray<{ readonly measure: string, readonly total: string | null, readonly served: string | null, readonly agrees: boolean }> } | null };

export type DataStateQueryVariables = Exact<{ [key: string]: never; }>;


export type DataStateQuery = { readonly freshness: { readonly state: FreshnessState, readonly newestReceivedAt: string | null, readonly dataVersion: number | null, readonly ageS: number | null } | null, readonly dataQuality: { readonly state: QualityState, readonly failedCount: number } | null };

export type SessionsQueryVariables = Exact<{
  filter?: SessionFilter | null | undefined;
  orderBy?: SessionOrder;
  first?: number;
  after?: string | null | undefined;
}>;


export type SessionsQuery = { readonly sessions: { readonly nodes: ReadonlyArray<{ readonly sessionId: string, readonly videoId: string, readonly startedAt: string, readonly watchTimeS: number, readonly completed: boolean, readonly endReason: EndReason }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type TotalsAsOfQueryVariables = Exact<{
  range: DateRange;
  version?: number | null | undefined;
  time?: string | null | undefined;
}>;


export type TotalsAsOfQuery = { readonly totals: { readonly sessionCount: number, readonly watchTimeS: number, readonly completionRate: number | null } | null, readonly freshness: { readonly dataVersion: number | null, readonly lastCommitAt: string | null } | null };

export type TotalsQueryVariables = Exact<{
  range: DateRange;
  videoId?: string | null | undefined;
}>;


export type TotalsQuery = { readonly totals: { readonly uniqueViewers: number, readonly sessionCount: number, readonly watchTimeS: number, readonly uncertainS: number, readonly estimatedTailS: number, readonly completionRate: number | null, readonly zeroWatchRate: number | null, readonly avgWatchTimeS: number | null } | null };

export type VideoPageQueryVariables = Exact<{
  videoId: string;
  range: DateRange;
}>;


export type VideoPageQuery = { readonly video: { readonly videoId: string, readonly title: string | null, readonly durationS: number | null, readonly uniqueViewers: number, readonly watchTimeS: number, readonly completionRate: number | null, readonly engagement: { readonly score: number, readonly tier: EngagementTier } | null, readonly metrics: { readonly sessionCount: number, readonly watchTimeS: number }, readonly retention: { readonly starters: number, readonly buckets: ReadonlyArray<{ readonly fromS: number, readonly viewers: number, readonly retentionRatio: number }>, readonly dropOffPoints: ReadonlyArray<{ readonly atS: number, readonly viewersLost: number }> } | null } | null };

/** Text: documents/manifest.json. */
export const AcknowledgeAlert: Document<AcknowledgeAlertMutation, AcknowledgeAlertMutationVariables> = { id: 'a0f2aa4f8ec3f2aa3897e288310c66f09f018c2ca85f3350cb1330bb021480aa', kind: 'mutation' };

/** Text: documents/manifest.json. */
export const Alerts: Document<AlertsQuery, AlertsQueryVariables> = { id: 'a3160b75550e7e42a23c89637ba0775e32702609b8b94a9b19debe464ff1015c', kind: 'query' };

/** Text: documents/manifest.json. */
export const Experiments: Document<ExperimentsQuery, ExperimentsQueryVariables> = { id: '8bc7b0bafed70ec25ba946c1b57c8b9708a2d85d569c1cbb778831eaabb28acb', kind: 'query' };

/** Text: documents/manifest.json. */
export const ExplainSession: Document<ExplainSessionQuery, ExplainSessionQueryVariables> = { id: '599573ce547d76a05e70db29cb584253872c69e155972135e9e3c41bafffd16c', kind: 'query' };

/** Text: documents/manifest.json. */
export const DataState: Document<DataStateQuery, DataStateQueryVariables> = { id: 'b08c8add55a8e8383f03d1640d1ff2d70dc8bf91f57ae8d86451d3774dc247e5', kind: 'query' };

/** Text: documents/manifest.json. */
export const Sessions: Document<SessionsQuery, SessionsQueryVariables> = { id: '0b2f6712d7a86ffc92a9b4d2791b665009fc229f9bd30e86c41b64e0cf596779', kind: 'query' };

/** Text: documents/manifest.json. */
export const TotalsAsOf: Document<TotalsAsOfQuery, TotalsAsOfQueryVariables> = { id: '85130ae12b5f46f63dba4fb9a783428ad9765f7d784f36e62488bed1159f9db5', kind: 'query' };

/** Text: documents/manifest.json. */
export const Totals: Document<TotalsQuery, TotalsQueryVariables> = { id: '84c69a7e1e001e57b4c1c14bf41308b99f2a42da97d7a753082a49eb9f83bb9d', kind: 'query' };

/** Text: documents/manifest.json. */
export const VideoPage: Document<VideoPageQuery, VideoPageQueryVariables> = { id: 'c22b0c24194b6f986d8d35a845006b8fa4c48fc96f68e88fa20ef069390bef59', kind: 'query' };
