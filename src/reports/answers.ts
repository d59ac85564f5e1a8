import { z } from 'zod';

/** What the gateway says to the questions of documents.ts. Null as schema.graphql has it. */
const instant = z.string().nullable();
const title = z.object({ title: z.string().nullable() }).nullable();

export const freshnessSchema = z.object({
  state: z.enum(['FRESH', 'STALE', 'EMPTY']),
  newestEventAt: instant,
  newestReceivedAt: instant,
  lastCommitAt: instant,
  runId: z.string().nullable(),
  dataVersion: z.number().nullable(),
  ageS: z.number().nullable(),
  limitS: z.number(),
});

export const sumsSchema = z.object({
  uniqueViewers: z.number(),
  sessionCount: z.number(),
  playCount: z.number(),
  watchTimeS: z.number(),
  uncertainS: z.number(),
  estimatedTailS: z.number(),
  avgWatchTimeS: z.number().nullable(),
  completedSessionCount: z.number(),
  completionRate: z.number().nullable(),
  validCompletionCount: z.number(),
  zeroWatchCount: z.number(),
  zeroWatchRate: z.number().nullable(),
  replayCount: z.number(),
  bufferTimeS: z.number(),
});
export type Sums = z.infer<typeof sumsSchema>;

const seriesSchema = z.array(
  z.object({ metric: z.string(), points: z.array(z.object({ at: z.string(), value: z.number().nullable() })) }),
);
export const daysSchema = z.object({
  series: seriesSchema,
  annotations: z.array(z.object({ title: z.string(), at: z.string(), until: instant })).default([]),
});
export type DaysAnswer = z.infer<typeof daysSchema>;

const tier = z.enum(['HIGH', 'MEDIUM', 'LOW', 'MINIMAL']);
export const rankedSchema = z.array(
  z.object({
    videoId: z.string(),
    value: z.number().nullable(),
    video: z
      .object({
        title: z.string().nullable(),
        productionCost: z.number().nullable(),
        watchTimeS: z.number(),
        uniqueViewers: z.number(),
        engagement: z.object({ score: z.number(), tier }).nullable(),
      })
      .nullable(),
    metrics: z.object({
      sessionCount: z.number(),
      uniqueViewers: z.number(),
      completionRate: z.number().nullable(),
    }),
  }),
);
export type RankedVideo = z.infer<typeof rankedSchema>[number];

export const completedSchema = z.array(
  z.object({
    videoId: z.string(),
    value: z.number().nullable(),
    video: title,
    metrics: z.object({ sessionCount: z.number(), completedSessionCount: z.number() }),
  }),
);
export type CompletedVideo = z.infer<typeof completedSchema>[number];

export const tiers = ['High', 'Medium', 'Low', 'Minimal'] as const;
export const countSchema = z.object({ totalCount: z.number().nullable() });

export const retentionSchema = z.object({
  videoId: z.string(),
  starters: z.number(),
  video: title,
  buckets: z.array(
    z.object({
      fromS: z.number(),
      toS: z.number(),
      viewers: z.number(),
      plays: z.number(),
      retentionRatio: z.number(),
      playsPerViewer: z.number().nullable(),
    }),
  ),
  dropOffPoints: z.array(z.object({ atS: z.number(), viewersLost: z.number(), lostRatio: z.number() })),
});
export type Retention = z.infer<typeof retentionSchema>;

const severity = z.enum(['ERROR', 'WARNING', 'INFO']);
export const qualitySchema = z.object({
  state: z.enum(['PASSED', 'FAILED', 'UNKNOWN']),
  failedCount: z.number(),
  checkedAt: instant,
  rules: z.array(
    z.object({
      rule: z.string(),
      title: z.string(),
      says: z.string(),
      severity,
      state: z.enum(['PASSED', 'FAILED', 'UNKNOWN']),
      value: z.number().nullable(),
      threshold: z.number().nullable(),
      checkedCount: z.number(),
      failedCount: z.number(),
    }),
  ),
});
export type Quality = z.infer<typeof qualitySchema>;

const verdict = z.enum(['BETTER', 'WORSE', 'UNDECIDED']).nullable();
const result = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  difference: z.number().nullable(),
  differenceLow: z.number().nullable(),
  differenceHigh: z.number().nullable(),
  pValueAdjusted: z.number().nullable(),
  verdict,
});
export type ExperimentResult = z.infer<typeof result>;
export const experimentsSchema = z.array(
  z.object({
    name: z.string(),
    controlVariant: z.string(),
    primaryMetric: z.string(),
    significanceLevel: z.number(),
    sampleRatioMismatch: z.boolean(),
    variants: z.array(
      z.object({
        variant: z.string(),
        isControl: z.boolean(),
        verdict,
        firstExposedAt: instant,
        lastExposedAt: instant,
        exposedViewers: z.number(),
        completionRate: z.number().nullable(),
        exposedPlayRate: result,
        watchTimePerViewerS: result,
        shownPlayRate: result,
      }),
    ),
  }),
);
export type Experiment = z.infer<typeof experimentsSchema>[number];

export const alertPageSchema = z.object({
  nodes: z.array(
    z.object({
      alertId: z.string(),
      rule: z.string(),
      title: z.string(),
      says: z.string(),
      severity,
      state: z.enum(['OPEN', 'ACKNOWLEDGED', 'RESOLVED']),
      videoId: z.string().nullable(),
      openedAt: z.string(),
      acknowledgedBy: z.string().nullable(),
      resolvedAt: instant,
    }),
  ),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});
export type Alert = z.infer<typeof alertPageSchema>['nodes'][number];
