import { namedPeriod, type ReportFacts, type ReportKind } from '#reports';

const sums = {
  uniqueViewers: 3,
  sessionCount: 8,
  playCount: 7,
  watchTimeS: 3600.125,
  uncertainS: 12.5,
  estimatedTailS: 0,
  avgWatchTimeS: 450.015625,
  completedSessionCount: 4,
  completionRate: 0.5,
  validCompletionCount: 3,
  zeroWatchCount: 1,
  zeroWatchRate: 0.125,
  replayCount: 0,
  bufferTimeS: 0,
} as const;
export const noSums = {
  ...Object.fromEntries(Object.keys(sums).map(name => [name, 0])),
  avgWatchTimeS: null,
  completionRate: null,
  zeroWatchRate: null,
} as const;

const answered = <T>(value: T) => ({ kind: 'answered', value }) as const;
const dayMs = 86_400_000;
const steps = (from: string, count: number, values: (i: number) => number | null) =>
  Array.from({ length: count }, (_, i) => ({
    at: new Date(Date.parse(`${from}T00:00:00Z`) + i * dayMs).toISOString(),
    value: values(i),
  }));

export interface FactOptions {
  readonly kind?: ReportKind;
  readonly period?: string;
  /** Of the video that was watched most. */
  readonly title?: string;
  readonly cost?: number | null;
}

/** What a gateway may say of a week with two videos, one of them without a cost. */
export function someFacts({
  kind = 'weekly',
  period: name = '2026-W43',
  title = 'Sea',
  cost = 100,
}: FactOptions = {}): ReportFacts {
  const period = namedPeriod(kind, name);
  const { from, before } = period;
  return {
    period,
    madeAt: new Date('2026-10-26T06:00:00Z'),
    freshness: {
      state: 'FRESH',
      newestEventAt: '2026-10-26T05:00:00.000Z',
      newestReceivedAt: '2026-10-26T05:00:00.000Z',
      lastCommitAt: '2026-10-26T05:01:00.000Z',
      runId: 'run-000007',
      dataVersion: 7,
      ageS: 3600,
      limitS: 10_800,
    },
    totals: sums,
    totalsBefore: answered({ ...sums, watchTimeS: 1800.0625, completionRate: 0.25 }),
    days: answered({
      series: [
        { metric: 'WATCH_TIME_S', points: steps(from, 7, i => (i === 2 ? 3000.125 : 100)) },
        { metric: 'UNCERTAIN_S', points: steps(from, 7, i => i) },
        { metric: 'ESTIMATED_TAIL_S', points: steps(from, 7, () => 0) },
        { metric: 'UNIQUE_VIEWERS', points: steps(from, 7, () => 2) },
        { metric: 'COMPLETION_RATE', points: steps(from, 7, i => (i === 0 ? null : 0.5)) },
      ],
      annotations: [{ title: 'Player <4.2>', at: '2026-10-21T08:00:00.000Z', until: null }],
    }),
    daysBefore: answered({
      series: [{ metric: 'WATCH_TIME_S', points: steps(before.from, 7, () => 50) }],
      annotations: [],
    }),
    mostWatched: answered([
      {
        videoId: 'v1',
        value: 3000.125,
        video: { title, productionCost: cost, watchTimeS: 7200, uniqueViewers: 4, engagement: null },
        metrics: { sessionCount: 6, uniqueViewers: 3, completionRate: 0.5 },
      },
      {
        videoId: 'v2',
        value: 600,
        video: { title: null, productionCost: null, watchTimeS: 600, uniqueViewers: 1, engagement: null },
        metrics: { sessionCount: 2, uniqueViewers: 1, completionRate: 0.5 },
      },
    ]),
    bestCompleted: answered([
      { videoId: 'v1', value: 0.5, video: { title }, metrics: { sessionCount: 6, completedSessionCount: 3 } },
    ]),
    leastCompleted: answered([
      { videoId: 'v1', value: 0.5, video: { title }, metrics: { sessionCount: 6, completedSessionCount: 3 } },
    ]),
    retention: answered([
      {
        videoId: 'v1',
        starters: 4,
        video: { title },
        buckets: [4, 3, 3, 1].map((viewers, i) => ({
          fromS: i * 25,
          toS: (i + 1) * 25,
          viewers,
          plays: i === 2 ? 6 : viewers,
          retentionRatio: viewers / 4,
          playsPerViewer: i === 2 ? 2 : 1,
        })),
        dropOffPoints: [{ atS: 75, viewersLost: 2, lostRatio: 0.5 }],
      },
    ]),
    tiers: answered(
      (['High', 'Medium', 'Low', 'Minimal'] as const).map((tier, i) => ({ tier, sessions: 2, users: i, videos: 1 })),
    ),
    experiments: answered([
      {
        name: 'thumbs',
        controlVariant: 'A',
        primaryMetric: 'watch_time_per_viewer_s',
        significanceLevel: 0.05,
        sampleRatioMismatch: false,
        variants: (['A', 'B'] as const).map(variant => {
          const isControl = variant === 'A';
          const result = {
            value: isControl ? 60 : 90,
            low: isControl ? 50 : 80,
            high: isControl ? 70 : 100,
            difference: isControl ? null : 30,
            differenceLow: isControl ? null : 10,
            differenceHigh: isControl ? null : 50,
            pValueAdjusted: isControl ? null : 0.01,
            verdict: isControl ? null : ('BETTER' as const),
          };
          return {
            variant,
            isControl,
            verdict: result.verdict,
            firstExposedAt: '2026-10-01T00:00:00.000Z',
            lastExposedAt: '2026-10-22T00:00:00.000Z',
            exposedViewers: 40,
            completionRate: 0.5,
            exposedPlayRate: result,
            watchTimePerViewerS: result,
            shownPlayRate: result,
          };
        }),
      },
    ]),
    quality: answered({
      state: 'FAILED',
      failedCount: 1,
      checkedAt: '2026-10-26T05:01:00.000Z',
      rules: [
        {
          rule: 'rejected_rows',
          title: 'Few rejected rows',
          says: 'Most rows can be used.',
          severity: 'WARNING',
          state: 'FAILED',
          value: 0.03,
          threshold: 0.02,
          checkedCount: 100,
          failedCount: 3,
        },
      ],
    }),
    alerts: answered([
      {
        alertId: 'alert-1',
        rule: 'anomaly_volume',
        title: `${title}: unusual sessions`,
        says: 'Twice as many.',
        severity: 'WARNING',
        state: 'RESOLVED',
        videoId: 'v1',
        openedAt: '2026-10-22T06:00:00.000Z',
        acknowledgedBy: null,
        resolvedAt: '2026-10-23T06:00:00.000Z',
      },
    ]),
  };
}

/** A week in which nothing happened. */
export function noFacts(): ReportFacts {
  const facts = someFacts();
  const none = answered([]);
  return {
    ...facts,
    totals: { ...sums, ...noSums },
    mostWatched: none,
    bestCompleted: none,
    leastCompleted: none,
    retention: none,
    experiments: none,
    alerts: none,
    quality: answered({ state: 'UNKNOWN' as const, failedCount: 0, checkedAt: null, rules: [] }),
  };
}
