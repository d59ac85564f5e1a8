/** The reports' questions to the gateway: published documents, as the dashboard's are (documents/manifest.json). */

export const periodDocument = /* GraphQL */ `
  query ReportPeriod($range: DateRange!, $before: DateRange!, $granularity: Granularity!) {
    freshness { state newestEventAt newestReceivedAt lastCommitAt runId dataVersion ageS limitS }
    totals(range: $range) { ...sums }
    totalsBefore: totals(range: $before) { ...sums }
    days: timeSeries(
      metrics: [WATCH_TIME_S, UNCERTAIN_S, ESTIMATED_TAIL_S, UNIQUE_VIEWERS, COMPLETION_RATE]
      range: $range, granularity: $granularity
    ) {
      series { metric points { at value } }
      annotations { title at until }
    }
    daysBefore: timeSeries(metrics: [WATCH_TIME_S, COMPLETION_RATE], range: $before, granularity: $granularity) {
      series { metric points { at value } }
    }
    mostWatched: topVideos(metric: WATCH_TIME_S, range: $range, first: 10) { ...ranked }
    bestCompleted: topVideos(metric: COMPLETION_RATE, range: $range, first: 5, minSessionCount: 5) { ...completed }
    leastCompleted: topVideos(
      metric: COMPLETION_RATE, range: $range, first: 5, minSessionCount: 5, direction: ASC
    ) { ...completed }
  }
  fragment sums on PeriodMetrics {
    uniqueViewers sessionCount playCount watchTimeS uncertainS estimatedTailS avgWatchTimeS completedSessionCount
    completionRate validCompletionCount zeroWatchCount zeroWatchRate replayCount bufferTimeS
  }
  fragment ranked on TopVideo {
    videoId value
    video { title productionCost watchTimeS uniqueViewers engagement { score tier } }
    metrics { sessionCount uniqueViewers completionRate }
  }
  fragment completed on TopVideo { videoId value video { title } metrics { sessionCount completedSessionCount } }
`;

export const audienceDocument = /* GraphQL */ `
  query ReportAudience($range: DateRange!) {
    freshness { dataVersion }
    sessionsHigh: sessions(filter: { range: $range, tiers: [HIGH] }, first: 1) { totalCount }
    sessionsMedium: sessions(filter: { range: $range, tiers: [MEDIUM] }, first: 1) { totalCount }
    sessionsLow: sessions(filter: { range: $range, tiers: [LOW] }, first: 1) { totalCount }
    sessionsMinimal: sessions(filter: { range: $range, tiers: [MINIMAL] }, first: 1) { totalCount }
    usersHigh: users(filter: { tiers: [HIGH] }, first: 1) { totalCount }
    usersMedium: users(filter: { tiers: [MEDIUM] }, first: 1) { totalCount }
    usersLow: users(filter: { tiers: [LOW] }, first: 1) { totalCount }
    usersMinimal: users(filter: { tiers: [MINIMAL] }, first: 1) { totalCount }
    videosHigh: videos(filter: { tiers: [HIGH] }, first: 1) { totalCount }
    videosMedium: videos(filter: { tiers: [MEDIUM] }, first: 1) { totalCount }
    videosLow: videos(filter: { tiers: [LOW] }, first: 1) { totalCount }
    videosMinimal: videos(filter: { tiers: [MINIMAL] }, first: 1) { totalCount }
  }
`;

export const retentionDocument = /* GraphQL */ `
  query ReportRetention($videoId: ID!) {
    freshness { dataVersion }
    retention(videoId: $videoId) {
      videoId starters
      video { title }
      buckets { fromS toS viewers plays retentionRatio playsPerViewer }
      dropOffPoints(first: 3) { atS viewersLost lostRatio }
    }
  }
`;

export const trustDocument = /* GraphQL */ `
  query ReportTrust {
    freshness { dataVersion }
    dataQuality {
      state failedCount checkedAt
      rules { rule title says severity state value threshold checkedCount failedCount }
    }
    experiments {
      name controlVariant primaryMetric significanceLevel sampleRatioMismatch
      variants {
        variant isControl verdict firstExposedAt lastExposedAt exposedViewers completionRate
        exposedPlayRate { ...result }
        watchTimePerViewerS { ...result }
        shownPlayRate { ...result }
      }
    }
  }
  fragment result on ExperimentResult { value low high difference differenceLow differenceHigh pValueAdjusted verdict }
`;

export const alertsDocument = /* GraphQL */ `
  query ReportAlerts($after: String) {
    alerts(first: 100, after: $after) {
      nodes { alertId rule title says severity state videoId openedAt acknowledgedBy resolvedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
