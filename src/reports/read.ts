import type { z } from 'zod';
import { PlayheadError } from '#errors';
import {
  type Alert,
  alertPageSchema,
  type CompletedVideo,
  completedSchema,
  countSchema,
  type DaysAnswer,
  daysSchema,
  type Experiment,
  experimentsSchema,
  freshnessSchema,
  type Quality,
  qualitySchema,
  type RankedVideo,
  type Retention,
  rankedSchema,
  retentionSchema,
  type Sums,
  sumsSchema,
  tiers,
} from './answers.js';
import type { Answered, Ask, Unanswered } from './ask.js';
import { alertsDocument, audienceDocument, periodDocument, retentionDocument, trustDocument } from './documents.js';
import { endOf, type Period } from './period.js';

/** A part of the answer, or why it is not there: the report is made all the same and says so. */
export type Part<T> = { readonly kind: 'answered'; readonly value: T } | ({ readonly kind: 'missing' } & Unanswered);

export interface TierCounts {
  readonly tier: (typeof tiers)[number];
  /** Sessions of the period. Null: not counted. */
  readonly sessions: number | null;
  /** Users and videos as they stand now, over all time. */
  readonly users: number | null;
  readonly videos: number | null;
}

/** Everything that a report says, as the gateway answered it, all of one data version. */
export interface ReportFacts {
  readonly period: Period;
  readonly madeAt: Date;
  readonly freshness: z.infer<typeof freshnessSchema>;
  readonly totals: Sums;
  readonly totalsBefore: Part<Sums>;
  /** By day; by hour for a single day. */
  readonly days: Part<DaysAnswer>;
  readonly daysBefore: Part<DaysAnswer>;
  readonly mostWatched: Part<readonly RankedVideo[]>;
  readonly bestCompleted: Part<readonly CompletedVideo[]>;
  readonly leastCompleted: Part<readonly CompletedVideo[]>;
  /** Of the most watched videos. */
  readonly retention: Part<readonly Retention[]>;
  readonly tiers: Part<readonly TierCounts[]>;
  readonly experiments: Part<readonly Experiment[]>;
  readonly quality: Part<Quality>;
  /** Those that were open at some moment of the period, newest first. */
  readonly alerts: Part<readonly Alert[]>;
}

/** Videos whose retention a report shows. */
const retentionCount = 3;
/** Pages of alerts that are looked through: 100 each. */
const alertPagesMax = 50;
/** A run that ends while the report is being asked makes it begin again. */
const attemptsMax = 5;

/**
 * Asks the gateway for everything that a report says. All of it is of one run of the job.
 * @throws REPORT_UNANSWERED when totals or freshness are not to be had, or runs end faster than the report is asked
 */
export async function readReport(ask: Ask, period: Period, madeAt: Date): Promise<ReportFacts> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const versions = new Set<unknown>();
    const facts = await readOnce(noting(ask, versions), period, madeAt);
    if (versions.size <= 1) return facts;
  }
  throw new PlayheadError({
    code: 'REPORT_UNANSWERED',
    at: period.name,
    message: `${attemptsMax} times a new run became visible while the report was being asked`,
    hint: 'make it again when the job has come to rest',
  });
}

/** Keeps the data version of every answer. */
const noting =
  (ask: Ask, versions: Set<unknown>): Ask =>
  async (document, variables) => {
    const answered = await ask(document, variables);
    const freshness = freshnessSchema.pick({ dataVersion: true }).nullish().parse(answered.data['freshness']);
    if (freshness != null) versions.add(freshness.dataVersion);
    return answered;
  };

async function readOnce(ask: Ask, period: Period, madeAt: Date): Promise<ReportFacts> {
  const { from, to, before } = period;
  const range = { from, to };
  const main = await ask(periodDocument, {
    range,
    before,
    granularity: period.kind === 'daily' ? 'HOUR' : 'DAY',
  });
  const mostWatched = partOf(main, 'mostWatched', rankedSchema);
  const audience = await ask(audienceDocument, { range });
  const trust = await ask(trustDocument, {});
  return {
    period,
    madeAt,
    freshness: needed(partOf(main, 'freshness', freshnessSchema), 'freshness'),
    totals: needed(partOf(main, 'totals', sumsSchema), 'totals'),
    totalsBefore: partOf(main, 'totalsBefore', sumsSchema),
    days: partOf(main, 'days', daysSchema),
    daysBefore: partOf(main, 'daysBefore', daysSchema),
    mostWatched,
    bestCompleted: partOf(main, 'bestCompleted', completedSchema),
    leastCompleted: partOf(main, 'leastCompleted', completedSchema),
    retention: await readRetention(ask, mostWatched),
    tiers: tiersOf(audience),
    experiments: partOf(trust, 'experiments', experimentsSchema),
    quality: partOf(trust, 'dataQuality', qualitySchema),
    alerts: await readAlerts(ask, period),
  };
}

function partOf<T extends z.ZodType>({ data, missing }: Answered, name: string, schema: T): Part<z.infer<T>> {
  const held = data[name];
  if (held != null) return { kind: 'answered', value: schema.parse(held) };
  const why = missing.get(name) ?? { code: 'NOT_FOUND', message: 'the gateway knows nothing of it' };
  return { kind: 'missing', ...why };
}

function needed<T>(part: Part<T>, name: string): T {
  if (part.kind === 'answered') return part.value;
  throw new PlayheadError({
    code: 'REPORT_UNANSWERED',
    at: name,
    message: `${part.code}: ${part.message}`,
    hint: 'the gateway answers, but not this; its log has the request',
  });
}

async function readRetention(ask: Ask, ranked: Part<readonly RankedVideo[]>): Promise<Part<readonly Retention[]>> {
  if (ranked.kind === 'missing') return ranked;
  const curves: Retention[] = [];
  for (const { videoId } of ranked.value.slice(0, retentionCount)) {
    const answered = await ask(retentionDocument, { videoId });
    const curve = partOf(answered, 'retention', retentionSchema);
    // A video without a known duration has no curve: null without an error.
    if (curve.kind === 'answered') curves.push(curve.value);
    else if (answered.missing.has('retention')) return curve;
  }
  return { kind: 'answered', value: curves };
}

function tiersOf(answered: Answered): Part<readonly TierCounts[]> {
  const counts = tiers.map(tier => {
    const [sessions, users, videos] = (['sessions', 'users', 'videos'] as const).map(what =>
      partOf(answered, `${what}${tier}`, countSchema),
    );
    const count = (part: typeof sessions) => (part?.kind === 'answered' ? part.value.totalCount : null);
    return { row: { tier, sessions: count(sessions), users: count(users), videos: count(videos) }, sessions };
  });
  const missing = counts.map(({ sessions }) => sessions).find(part => part?.kind === 'missing');
  return missing?.kind === 'missing' ? missing : { kind: 'answered', value: counts.map(({ row }) => row) };
}

async function readAlerts(ask: Ask, period: Period): Promise<Part<readonly Alert[]>> {
  const begin = Date.parse(`${period.from}T00:00:00Z`);
  const end = endOf(period).getTime();
  const touches = ({ openedAt, resolvedAt }: Alert) =>
    Date.parse(openedAt) < end && (resolvedAt === null || Date.parse(resolvedAt) >= begin);
  const found: Alert[] = [];
  let after: string | null = null;
  for (let page = 0; page < alertPagesMax; page += 1) {
    const part = await readAlertPage(ask, after);
    if (part.kind === 'missing') return part;
    const { nodes, pageInfo } = part.value;
    found.push(...nodes);
    if (!pageInfo.hasNextPage) return { kind: 'answered', value: found.filter(touches) };
    after = pageInfo.endCursor;
  }
  return { kind: 'missing', code: 'LIMIT_EXCEEDED', message: `there are more than ${found.length} incidents` };
}

const readAlertPage = async (ask: Ask, after: string | null): Promise<Part<z.infer<typeof alertPageSchema>>> =>
  partOf(await ask(alertsDocument, { after }), 'alerts', alertPageSchema);
