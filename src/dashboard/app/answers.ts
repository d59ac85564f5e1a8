/** Written by `npm run graphql` from documents/dashboard-*.graphql: not to be edited. Longer than 500 lines because nobody reads it. */
/** What `DashboardAcknowledge` answers. */
export interface AcknowledgeAnswer {
  readonly acknowledgeAlert:
    | {
        readonly __typename: 'AlertAcknowledged';
        readonly isNew: boolean;
        readonly alert: { readonly alertId: string; readonly acknowledgedBy: string | null };
      }
    | { readonly __typename: 'AlertNotFound'; readonly message: string }
    | { readonly __typename: 'AlertAlreadyResolved'; readonly message: string }
    | null;
}

export interface AcknowledgeVariables {
  readonly id: string;
  readonly note?: string | null | undefined;
}

/** What `DashboardAlertStream` answers. */
export interface AlertStreamAnswer {
  readonly alerts: {
    readonly alertId: string;
    readonly title: string;
    readonly state: 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';
  };
}

export type AlertStreamVariables = Readonly<Record<string, never>>;

/** What `DashboardAlerts` answers. */
export interface AlertsAnswer {
  readonly alerts: {
    readonly nodes: readonly {
      readonly id: string;
      readonly alertId: string;
      readonly rule: string;
      readonly title: string;
      readonly says: string;
      readonly severity: 'ERROR' | 'WARNING' | 'INFO';
      readonly state: 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';
      readonly videoId: string | null;
      readonly value: number | null;
      readonly threshold: number | null;
      readonly openedAt: string;
      readonly lastSeenAt: string;
      readonly repeatCount: number;
      readonly acknowledgedAt: string | null;
      readonly acknowledgedBy: string | null;
      readonly resolvedAt: string | null;
      readonly history:
        | readonly {
            readonly at: string;
            readonly kind: 'OPENED' | 'REPEATED' | 'REOPENED' | 'ACKNOWLEDGED' | 'RESOLVED' | 'EXPIRED';
            readonly by: string | null;
            readonly note: string | null;
            readonly value: number | null;
          }[]
        | null;
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  } | null;
}

export interface AlertsVariables {
  readonly states?: readonly ('OPEN' | 'ACKNOWLEDGED' | 'RESOLVED')[] | null | undefined;
  readonly first: number;
}

/** What `DashboardAudience` answers. */
export interface AudienceAnswer {
  readonly high: { readonly totalCount: number | null } | null;
  readonly medium: { readonly totalCount: number | null } | null;
  readonly low: { readonly totalCount: number | null } | null;
  readonly minimal: { readonly totalCount: number | null } | null;
}

export interface AudienceVariables {
  readonly range: { readonly from: string; readonly to: string };
}

/** What `DashboardExperiments` answers. */
export interface ExperimentsAnswer {
  readonly experiments:
    | readonly {
        readonly name: string;
        readonly controlVariant: string;
        readonly primaryMetric: string;
        readonly significanceLevel: number;
        readonly sampleRatioMismatch: boolean;
        readonly variants: readonly {
          readonly variant: string;
          readonly isControl: boolean;
          readonly verdict: 'BETTER' | 'WORSE' | 'UNDECIDED' | null;
          readonly exposedViewers: number;
          readonly exposedPlayRate: {
            readonly value: number | null;
            readonly low: number | null;
            readonly high: number | null;
            readonly difference: number | null;
            readonly differenceLow: number | null;
            readonly differenceHigh: number | null;
            readonly pValueAdjusted: number | null;
            readonly verdict: 'BETTER' | 'WORSE' | 'UNDECIDED' | null;
          };
          readonly watchTimePerViewerS: {
            readonly value: number | null;
            readonly low: number | null;
            readonly high: number | null;
            readonly difference: number | null;
            readonly differenceLow: number | null;
            readonly differenceHigh: number | null;
            readonly pValueAdjusted: number | null;
            readonly verdict: 'BETTER' | 'WORSE' | 'UNDECIDED' | null;
          };
        }[];
      }[]
    | null;
}

export type ExperimentsVariables = Readonly<Record<string, never>>;

/** What `DashboardExplanation` answers. */
export interface ExplanationAnswer {
  readonly explainSession: {
    readonly agrees: boolean;
    readonly events: readonly {
      readonly number: number;
      readonly eventType: string;
      readonly at: string;
      readonly offsetS: number;
      readonly positionS: number | null;
      readonly trustedPositionS: number | null;
      readonly isHidden: boolean;
      readonly stateAfter: string;
      readonly interval: {
        readonly verdict: string;
        readonly stateBefore: string;
        readonly wallS: number;
        readonly movedS: number | null;
        readonly rate: number;
        readonly watchedS: number;
        readonly uncertainS: number;
        readonly says: string;
      } | null;
    }[];
    readonly sums: readonly {
      readonly measure: string;
      readonly how: string | null;
      readonly total: string | null;
      readonly served: string | null;
      readonly agrees: boolean;
    }[];
    readonly decisions: readonly string[];
  } | null;
}

export interface ExplanationVariables {
  readonly sessionId: string;
}

/** What `DashboardLive` answers. */
export interface LiveAnswer {
  readonly liveStats: {
    readonly from: string;
    readonly to: string;
    readonly sessionCount: number;
    readonly playCount: number;
    readonly watchTimeS: number;
    readonly uniqueViewers: number;
    readonly openSessionCount: number;
    readonly minutes: readonly {
      readonly at: string;
      readonly sessionCount: number;
      readonly playCount: number;
      readonly watchTimeS: number;
    }[];
  };
}

export type LiveVariables = Readonly<Record<string, never>>;

/** What `DashboardOverview` answers. */
export interface OverviewAnswer {
  readonly totals: {
    readonly uniqueViewers: number;
    readonly sessionCount: number;
    readonly watchTimeS: number;
    readonly uncertainS: number;
    readonly estimatedTailS: number;
    readonly completionRate: number | null;
    readonly zeroWatchRate: number | null;
    readonly avgWatchTimeS: number | null;
    readonly replayCount: number;
    readonly resumedCount: number;
    readonly backgroundS: number;
    readonly previous: {
      readonly uniqueViewers: number;
      readonly sessionCount: number;
      readonly watchTimeS: number;
      readonly uncertainS: number;
      readonly estimatedTailS: number;
      readonly completionRate: number | null;
      readonly zeroWatchRate: number | null;
      readonly avgWatchTimeS: number | null;
      readonly replayCount: number;
      readonly resumedCount: number;
      readonly backgroundS: number;
    };
  } | null;
  readonly timeSeries: {
    readonly series: readonly {
      readonly metric:
        | 'UNIQUE_VIEWERS'
        | 'SESSION_COUNT'
        | 'PLAY_COUNT'
        | 'COMPLETED_SESSION_COUNT'
        | 'VALID_COMPLETION_COUNT'
        | 'ZERO_WATCH_COUNT'
        | 'REPLAY_COUNT'
        | 'RESUMED_COUNT'
        | 'WATCH_TIME_S'
        | 'UNCERTAIN_S'
        | 'ESTIMATED_TAIL_S'
        | 'CONTENT_S'
        | 'BACKGROUND_S'
        | 'PAUSE_COUNT'
        | 'PAUSE_TIME_S'
        | 'SKIP_FORWARD_COUNT'
        | 'SKIP_BACKWARD_COUNT'
        | 'SKIP_COUNT'
        | 'SKIPPED_S'
        | 'BUFFER_COUNT'
        | 'BUFFER_TIME_S'
        | 'REFRESH_COUNT'
        | 'TAB_SWITCH_COUNT'
        | 'BAD_POSITION_COUNT'
        | 'COMPLETION_RATE'
        | 'ZERO_WATCH_RATE'
        | 'AVG_WATCH_TIME_S';
      readonly points: readonly { readonly at: string; readonly value: number | null }[];
      readonly previousPoints: readonly { readonly value: number | null }[];
    }[];
    readonly annotations: readonly {
      readonly kind: 'RELEASE' | 'OUTAGE' | 'CAMPAIGN' | 'OTHER';
      readonly title: string;
      readonly at: string;
      readonly until: string | null;
    }[];
  } | null;
  readonly topVideos:
    | readonly {
        readonly videoId: string;
        readonly value: number | null;
        readonly video: { readonly title: string | null } | null;
        readonly metrics: {
          readonly sessionCount: number;
          readonly watchTimeS: number;
          readonly completionRate: number | null;
          readonly uniqueViewers: number;
        };
      }[]
    | null;
}

export interface OverviewVariables {
  readonly range: { readonly from: string; readonly to: string };
  readonly granularity: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';
  readonly rankBy:
    | 'UNIQUE_VIEWERS'
    | 'SESSION_COUNT'
    | 'PLAY_COUNT'
    | 'COMPLETED_SESSION_COUNT'
    | 'VALID_COMPLETION_COUNT'
    | 'ZERO_WATCH_COUNT'
    | 'REPLAY_COUNT'
    | 'RESUMED_COUNT'
    | 'WATCH_TIME_S'
    | 'UNCERTAIN_S'
    | 'ESTIMATED_TAIL_S'
    | 'CONTENT_S'
    | 'BACKGROUND_S'
    | 'PAUSE_COUNT'
    | 'PAUSE_TIME_S'
    | 'SKIP_FORWARD_COUNT'
    | 'SKIP_BACKWARD_COUNT'
    | 'SKIP_COUNT'
    | 'SKIPPED_S'
    | 'BUFFER_COUNT'
    | 'BUFFER_TIME_S'
    | 'REFRESH_COUNT'
    | 'TAB_SWITCH_COUNT'
    | 'BAD_POSITION_COUNT'
    | 'COMPLETION_RATE'
    | 'ZERO_WATCH_RATE'
    | 'AVG_WATCH_TIME_S';
  readonly minSessionCount: number;
}

/** What `DashboardQuality` answers. */
export interface QualityAnswer {
  readonly dataQuality: {
    readonly state: 'PASSED' | 'FAILED' | 'UNKNOWN';
    readonly failedCount: number;
    readonly checkedAt: string | null;
    readonly runId: string | null;
    readonly rules: readonly {
      readonly rule: string;
      readonly title: string;
      readonly says: string;
      readonly severity: 'ERROR' | 'WARNING' | 'INFO';
      readonly state: 'PASSED' | 'FAILED' | 'UNKNOWN';
      readonly value: number | null;
      readonly threshold: number | null;
      readonly checkedCount: number;
      readonly failedCount: number;
      readonly sampleIds: readonly string[];
    }[];
  } | null;
  readonly qualityTrends:
    | readonly {
        readonly rule: string;
        readonly points: readonly {
          readonly checkedAt: string;
          readonly state: 'PASSED' | 'FAILED' | 'UNKNOWN';
          readonly value: number | null;
          readonly threshold: number | null;
          readonly failedCount: number;
          readonly checkedCount: number;
        }[];
      }[]
    | null;
}

export interface QualityVariables {
  readonly runCount: number;
}

/** What `DashboardSession` answers. */
export interface SessionAnswer {
  readonly session: {
    readonly sessionId: string;
    readonly visitId: string;
    readonly videoId: string;
    readonly startedAt: string;
    readonly endedAt: string;
    readonly durationS: number | null;
    readonly isLive: boolean;
    readonly eventCount: number;
    readonly watchTimeS: number;
    readonly uncertainS: number;
    readonly estimatedTailS: number;
    readonly contentS: number;
    readonly uniqueWatchS: number;
    readonly percentViewedRatio: number | null;
    readonly pauseCount: number;
    readonly pauseTimeS: number;
    readonly skipForwardCount: number;
    readonly skipBackwardCount: number;
    readonly skippedS: number;
    readonly bufferCount: number;
    readonly bufferTimeS: number;
    readonly backgroundS: number;
    readonly completed: boolean;
    readonly completionValid: boolean;
    readonly endReason: 'ENDED' | 'UNLOAD' | 'SWITCHED' | 'OPEN' | 'PAUSED' | 'TIMEOUT';
    readonly isReplay: boolean;
    readonly resumed: boolean;
    readonly resumedFromS: number | null;
    readonly device: string | null;
    readonly country: string | null;
    readonly appVersion: string | null;
    readonly experiment: string | null;
    readonly variant: string | null;
    readonly engagement: { readonly score: number; readonly tier: 'HIGH' | 'MEDIUM' | 'LOW' | 'MINIMAL' };
    readonly video: { readonly title: string | null } | null;
  } | null;
}

export interface SessionVariables {
  readonly sessionId: string;
}

/** What `DashboardSessions` answers. */
export interface SessionsAnswer {
  readonly sessions: {
    readonly nodes: readonly {
      readonly sessionId: string;
      readonly startedAt: string;
      readonly device: string | null;
      readonly country: string | null;
      readonly watchTimeS: number;
      readonly uncertainS: number;
      readonly percentViewedRatio: number | null;
      readonly skipCount: number;
      readonly completed: boolean;
      readonly endReason: 'ENDED' | 'UNLOAD' | 'SWITCHED' | 'OPEN' | 'PAUSED' | 'TIMEOUT';
      readonly engagement: { readonly tier: 'HIGH' | 'MEDIUM' | 'LOW' | 'MINIMAL' };
    }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly endCursor: string | null;
    };
    readonly totalCount: number | null;
  } | null;
}

export interface SessionsVariables {
  readonly videoId: string;
  readonly range: { readonly from: string; readonly to: string };
  readonly after?: string | null | undefined;
}

/** What `DashboardState` answers. */
export interface StateAnswer {
  readonly freshness: {
    readonly state: 'FRESH' | 'STALE' | 'EMPTY';
    readonly newestEventAt: string | null;
    readonly newestReceivedAt: string | null;
    readonly lastCommitAt: string | null;
    readonly dataVersion: number | null;
    readonly ageS: number | null;
    readonly limitS: number;
  } | null;
  readonly dataQuality: {
    readonly state: 'PASSED' | 'FAILED' | 'UNKNOWN';
    readonly failedCount: number;
    readonly checkedAt: string | null;
  } | null;
}

export type StateVariables = Readonly<Record<string, never>>;

/** What `DashboardVideo` answers. */
export interface VideoAnswer {
  readonly video: {
    readonly videoId: string;
    readonly title: string | null;
    readonly category: string | null;
    readonly durationS: number | null;
    readonly publishedAt: string | null;
    readonly uniqueViewers: number;
    readonly watchTimeS: number;
    readonly completionRate: number | null;
    readonly avgPercentViewedRatio: number | null;
    readonly playRate: number | null;
    readonly playsPerViewer: number | null;
    readonly engagement: {
      readonly score: number;
      readonly tier: 'HIGH' | 'MEDIUM' | 'LOW' | 'MINIMAL';
      readonly watchPoints: number;
      readonly completionPoints: number;
      readonly sessionPoints: number;
      readonly formulaVersion: number;
    } | null;
  } | null;
  readonly totals: {
    readonly uniqueViewers: number;
    readonly sessionCount: number;
    readonly watchTimeS: number;
    readonly uncertainS: number;
    readonly estimatedTailS: number;
    readonly completionRate: number | null;
    readonly zeroWatchRate: number | null;
    readonly avgWatchTimeS: number | null;
    readonly previous: {
      readonly uniqueViewers: number;
      readonly sessionCount: number;
      readonly watchTimeS: number;
      readonly uncertainS: number;
      readonly estimatedTailS: number;
      readonly completionRate: number | null;
      readonly zeroWatchRate: number | null;
      readonly avgWatchTimeS: number | null;
    };
  } | null;
  readonly retention: {
    readonly starters: number;
    readonly buckets: readonly {
      readonly fromS: number;
      readonly toS: number;
      readonly viewers: number;
      readonly plays: number;
      readonly retentionRatio: number;
      readonly playsPerViewer: number | null;
    }[];
    readonly dropOffPoints: readonly {
      readonly atS: number;
      readonly viewersLost: number;
      readonly lostRatio: number;
    }[];
  } | null;
  readonly heatMap: {
    readonly cells: readonly {
      readonly fromS: number;
      readonly toS: number;
      readonly viewers: number;
      readonly plays: number;
      readonly rewatches: number;
      readonly heat: number;
    }[];
    readonly hottest: readonly {
      readonly fromS: number;
      readonly toS: number;
      readonly viewers: number;
      readonly plays: number;
    }[];
  } | null;
  readonly timeSeries: {
    readonly series: readonly {
      readonly metric:
        | 'UNIQUE_VIEWERS'
        | 'SESSION_COUNT'
        | 'PLAY_COUNT'
        | 'COMPLETED_SESSION_COUNT'
        | 'VALID_COMPLETION_COUNT'
        | 'ZERO_WATCH_COUNT'
        | 'REPLAY_COUNT'
        | 'RESUMED_COUNT'
        | 'WATCH_TIME_S'
        | 'UNCERTAIN_S'
        | 'ESTIMATED_TAIL_S'
        | 'CONTENT_S'
        | 'BACKGROUND_S'
        | 'PAUSE_COUNT'
        | 'PAUSE_TIME_S'
        | 'SKIP_FORWARD_COUNT'
        | 'SKIP_BACKWARD_COUNT'
        | 'SKIP_COUNT'
        | 'SKIPPED_S'
        | 'BUFFER_COUNT'
        | 'BUFFER_TIME_S'
        | 'REFRESH_COUNT'
        | 'TAB_SWITCH_COUNT'
        | 'BAD_POSITION_COUNT'
        | 'COMPLETION_RATE'
        | 'ZERO_WATCH_RATE'
        | 'AVG_WATCH_TIME_S';
      readonly points: readonly { readonly at: string; readonly value: number | null }[];
      readonly previousPoints: readonly { readonly value: number | null }[];
    }[];
    readonly annotations: readonly {
      readonly kind: 'RELEASE' | 'OUTAGE' | 'CAMPAIGN' | 'OTHER';
      readonly title: string;
      readonly at: string;
      readonly until: string | null;
    }[];
  } | null;
}

export interface VideoVariables {
  readonly videoId: string;
  readonly range: { readonly from: string; readonly to: string };
  readonly granularity: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';
}

/** What `DashboardVideos` answers. */
export interface VideosAnswer {
  readonly videos: {
    readonly nodes: readonly {
      readonly videoId: string;
      readonly title: string | null;
      readonly category: string | null;
      readonly durationS: number | null;
      readonly watchTimeS: number;
      readonly uniqueViewers: number;
      readonly sessionCount: number;
      readonly completionRate: number | null;
      readonly engagement: { readonly tier: 'HIGH' | 'MEDIUM' | 'LOW' | 'MINIMAL' } | null;
    }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly endCursor: string | null;
    };
    readonly totalCount: number | null;
  } | null;
}

export interface VideosVariables {
  readonly search?: string | null | undefined;
  readonly after?: string | null | undefined;
}
