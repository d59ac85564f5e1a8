/** The page's questions to the gateway. Front ends may copy them: they are the published documents of the dashboard. */

export const freshnessDocument = /* GraphQL */ `
  query Freshness {
    freshness { state newestEventAt newestReceivedAt lastCommitAt dataVersion limitS }
    dataQuality {
      state failedCount checkedAt
      rules { rule title says severity state value threshold checkedCount failedCount }
    }
    videos(first: 100, orderBy: { field: WATCH_TIME_S, direction: DESC }) { nodes { videoId title } totalCount }
  }
`;

export interface FreshnessAnswer {
  readonly freshness: Freshness | null;
  readonly dataQuality: Quality | null;
  readonly videos: { readonly nodes: readonly VideoName[]; readonly totalCount: number | null } | null;
}

export interface VideoName {
  readonly videoId: string;
  readonly title: string | null;
}

export interface Freshness {
  readonly state: 'FRESH' | 'STALE' | 'EMPTY';
  readonly newestEventAt: string | null;
  readonly newestReceivedAt: string | null;
  readonly lastCommitAt: string | null;
  readonly dataVersion: number | null;
  readonly limitS: number;
}

export interface Quality {
  readonly state: 'PASSED' | 'FAILED' | 'UNKNOWN';
  readonly failedCount: number;
  readonly checkedAt: string | null;
  readonly rules: readonly QualityRule[];
}

export interface QualityRule {
  readonly rule: string;
  readonly title: string;
  readonly says: string;
  readonly severity: 'ERROR' | 'WARNING' | 'INFO';
  readonly state: 'PASSED' | 'FAILED' | 'UNKNOWN';
  readonly value: number | null;
  readonly threshold: number | null;
  readonly checkedCount: number;
  readonly failedCount: number;
}

export const overviewDocument = /* GraphQL */ `
  query Overview($range: DateRange!, $before: DateRange!, $granularity: Granularity!) {
    totals(range: $range) { ...cards }
    before: totals(range: $before) { ...cards }
    timeSeries(metrics: [WATCH_TIME_S, UNIQUE_VIEWERS], range: $range, granularity: $granularity) {
      series { metric title points { at value } }
    }
    mostWatched: topVideos(metric: WATCH_TIME_S, range: $range, first: 10) { ...ranked }
    bestCompleted: topVideos(metric: COMPLETION_RATE, range: $range, first: 10, minSessionCount: 5) { ...ranked }
  }
  fragment cards on PeriodMetrics {
    uniqueViewers sessionCount watchTimeS uncertainS estimatedTailS completionRate zeroWatchRate avgWatchTimeS
  }
  fragment ranked on TopVideo {
    videoId value video { title } metrics { sessionCount }
  }
`;

export interface Cards {
  readonly uniqueViewers: number;
  readonly sessionCount: number;
  readonly watchTimeS: number;
  readonly uncertainS: number;
  readonly estimatedTailS: number;
  readonly completionRate: number | null;
  readonly zeroWatchRate: number | null;
  readonly avgWatchTimeS: number | null;
}

export interface RankedVideo {
  readonly videoId: string;
  readonly value: number | null;
  readonly video: { readonly title: string | null } | null;
  readonly metrics: { readonly sessionCount: number };
}

export interface SeriesPoint {
  readonly at: string;
  readonly value: number | null;
}

export interface OverviewAnswer {
  readonly totals: Cards | null;
  readonly before: Cards | null;
  readonly timeSeries: {
    readonly series: readonly {
      readonly metric: string;
      readonly title: string;
      readonly points: readonly SeriesPoint[];
    }[];
  } | null;
  readonly mostWatched: readonly RankedVideo[] | null;
  readonly bestCompleted: readonly RankedVideo[] | null;
}

export const retentionDocument = /* GraphQL */ `
  query Retention($videoId: ID!) {
    retention(videoId: $videoId) {
      videoId starters
      video { title durationS }
      buckets { bucket fromS toS viewers plays retentionRatio playsPerViewer }
      dropOffPoints(first: 5) { atS viewersLost lostRatio }
    }
  }
`;

export interface RetentionBucket {
  readonly bucket: number;
  readonly fromS: number;
  readonly toS: number;
  readonly viewers: number;
  readonly plays: number;
  readonly retentionRatio: number;
  readonly playsPerViewer: number | null;
}

export interface RetentionAnswer {
  readonly retention: {
    readonly videoId: string;
    readonly starters: number;
    readonly video: { readonly title: string | null; readonly durationS: number | null } | null;
    readonly buckets: readonly RetentionBucket[];
    readonly dropOffPoints: readonly {
      readonly atS: number;
      readonly viewersLost: number;
      readonly lostRatio: number;
    }[];
  } | null;
}
