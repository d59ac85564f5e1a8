import type { ExperimentsConfig } from '#config';
import type { Arm } from './arm.js';
import {
  compareEstimates,
  compareMeans,
  compareProportions,
  correctForMany,
  type Difference,
  type Estimate,
  type Interval,
  type Moments,
  meanInterval,
  normalInterval,
  proportionInterval,
  sampleRatioPValue,
} from './statistics.js';

export type Verdict = 'better' | 'worse' | 'undecided';

/** What is asked of every variant; each is a column of `experiments` and the stem of those of its comparison. */
export type ExperimentMetric = ExperimentsConfig['primary_metric'];

/** One metric of one variant, and how it differs from the control's; null on the control itself. */
export interface JudgedMetric {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly difference: number | null;
  readonly differenceLow: number | null;
  readonly differenceHigh: number | null;
  readonly pValue: number | null;
  readonly pValueAdjusted: number | null;
  readonly verdict: Verdict | null;
}

/** One row of `experiments`, its statistics named by what they mean. */
export interface JudgedArm {
  readonly arm: Arm;
  readonly controlVariant: string;
  readonly isControl: boolean;
  readonly sampleRatioPValue: number | null;
  readonly isSampleRatioMismatch: boolean;
  readonly metrics: Readonly<Record<ExperimentMetric, JudgedMetric>>;
  readonly primaryMetric: ExperimentMetric;
  readonly level: number;
  /** That of the primary metric, unless the sample ratio says that the assignment cannot be trusted. */
  readonly verdict: Verdict | null;
}

/** How one metric is estimated and compared. */
interface Question {
  readonly digits: number;
  readonly estimate: (arm: Arm, level: number) => { readonly value: number; readonly interval?: Interval } | undefined;
  readonly compare: (treated: Arm, control: Arm, level: number) => Difference | undefined;
}

const playedOf = (arm: Arm) => ({ successes: Number(arm.played_viewers), trials: Number(arm.exposed_viewers) });

/** Mean and variance of watch time per viewer in seconds, from exact sums. */
function watchOf(arm: Arm): Moments {
  const n = arm.exposed_viewers;
  const squares = arm.whole_squares * 1_000_000_000_000n + 2n * arm.mixed_products * 1_000_000n + arm.rest_squares;
  const spread = Number(n * squares - arm.watch_us ** 2n) / 1e12;
  const count = Number(n);
  return {
    count,
    mean: Number(arm.watch_us) / count / 1e6,
    variance: count < 2 ? 0 : spread / count / (count - 1),
  };
}

/** Played as a share of shown, over all pairs of a viewer and a video; undefined where nothing was shown. */
function shownRateOf(arm: Arm): number | undefined {
  return arm.shown_count === 0n ? undefined : Number(arm.played_shown_count) / Number(arm.shown_count);
}

/**
 * That share with its error. The pairs of one viewer are not independent, so the error comes from the viewers' residuals
 * (the delta method for a ratio of sums), which a single viewer does not have.
 */
function shownOf(arm: Arm): Estimate | undefined {
  const count = Number(arm.exposed_viewers);
  const shown = Number(arm.shown_count);
  const value = shownRateOf(arm);
  if (value === undefined || count < 2) return undefined;
  const { played_shown_count: played, shown_count: all } = arm;
  // The sum of squared residuals, times the square of the number shown so that it is exact: the terms nearly cancel out.
  const residuals =
    arm.played_squares * all ** 2n - 2n * played * all * arm.shown_products + played ** 2n * arm.shown_squares;
  const spread = Number(residuals) / shown ** 2;
  return { value, error: Math.sqrt(((count / (count - 1)) * spread) / shown ** 2) };
}

const questions: Readonly<Record<ExperimentMetric, Question>> = {
  exposed_play_rate: {
    digits: 9,
    estimate: (arm, level) => {
      const played = playedOf(arm);
      if (played.trials === 0) return undefined;
      return { value: played.successes / played.trials, interval: proportionInterval(played, level) };
    },
    compare: (treated, control, level) => {
      const [a, b] = [playedOf(treated), playedOf(control)];
      return a.trials === 0 || b.trials === 0 ? undefined : compareProportions(a, b, level);
    },
  },
  watch_time_per_viewer_s: {
    digits: 6,
    estimate: (arm, level) => {
      const watch = watchOf(arm);
      if (watch.count === 0) return undefined;
      const interval = meanInterval(watch, level);
      return { value: watch.mean, ...(interval === undefined ? {} : { interval }) };
    },
    compare: (treated, control, level) => compareMeans(watchOf(treated), watchOf(control), level),
  },
  shown_play_rate: {
    digits: 9,
    estimate: (arm, level) => {
      const value = shownRateOf(arm);
      const shown = shownOf(arm);
      if (value === undefined) return undefined;
      return { value, ...(shown === undefined ? {} : { interval: normalInterval(shown, level) }) };
    },
    compare: (treated, control, level) => {
      const [a, b] = [shownOf(treated), shownOf(control)];
      return a === undefined || b === undefined ? undefined : compareEstimates(a, b, level);
    },
  },
};

const metricNames = ['exposed_play_rate', 'watch_time_per_viewer_s', 'shown_play_rate'] as const;

/** Judges every experiment: its variants against their control, in the order of `arms` (experiment, variant). */
export function judgeExperiments(arms: readonly Arm[], config: ExperimentsConfig): JudgedArm[] {
  const names = [...new Set(arms.map(({ experiment }) => experiment))];
  return names.flatMap(name =>
    judgeExperiment(
      arms.filter(({ experiment }) => experiment === name),
      name,
      config,
    ),
  );
}

function judgeExperiment(arms: readonly Arm[], name: string, config: ExperimentsConfig): JudgedArm[] {
  const own = config.by_name[name] ?? {};
  const level = config.significance_level;
  const primaryMetric = own.primary_metric ?? config.primary_metric;
  const controlVariant = own.control ?? controlOf(arms.map(({ variant }) => variant));
  const counts = new Map(
    arms.filter(hasViewers).map(({ variant, exposed_viewers }) => [variant, Number(exposed_viewers)]),
  );
  // A planned variant that nobody got is a mismatch too, the largest there is; a stray name that came second is none.
  const variants = new Set([...counts.keys(), ...Object.keys(own.shares ?? {})]);
  const ratioPValue = sampleRatioPValue(
    [...variants].map(variant => ({ count: counts.get(variant) ?? 0, share: own.shares?.[variant] ?? 1 })),
  );
  const isMismatch = ratioPValue !== undefined && ratioPValue < config.sample_ratio_level;
  const judged = Object.fromEntries(
    metricNames.map(metric => [metric, judgeMetric(questions[metric], arms, controlVariant, config)]),
  );
  return arms.map((arm, i) => {
    const metricOf = (metric: ExperimentMetric): JudgedMetric => judged[metric]?.[i] ?? nothing;
    const metrics = {
      exposed_play_rate: metricOf('exposed_play_rate'),
      watch_time_per_viewer_s: metricOf('watch_time_per_viewer_s'),
      shown_play_rate: metricOf('shown_play_rate'),
    };
    const isControl = arm.variant === controlVariant;
    const verdict = isMismatch ? 'undecided' : (metrics[primaryMetric].verdict ?? 'undecided');
    return {
      arm,
      controlVariant,
      isControl,
      sampleRatioPValue: ratioPValue === undefined ? null : rounded(ratioPValue, pDigits),
      isSampleRatioMismatch: isMismatch,
      metrics,
      primaryMetric,
      level,
      verdict: isControl ? null : verdict,
    };
  });
}

const hasViewers = ({ exposed_viewers }: Arm): boolean => exposed_viewers > 0n;

/** Which variant the others are measured against when nobody says: one named control, one named A, else the first. */
function controlOf(variants: readonly string[]): string {
  const named = (word: string) => variants.find(variant => variant.toLowerCase() === word);
  return named('control') ?? named('a') ?? variants[0] ?? '';
}

const pDigits = 12;
const nothing: JudgedMetric = {
  value: null,
  low: null,
  high: null,
  difference: null,
  differenceLow: null,
  differenceHigh: null,
  pValue: null,
  pValueAdjusted: null,
  verdict: null,
};

function judgeMetric(
  question: Question,
  arms: readonly Arm[],
  controlVariant: string,
  config: ExperimentsConfig,
): JudgedMetric[] {
  const level = config.significance_level;
  const control = arms.find(({ variant }) => variant === controlVariant);
  const differences = arms.map(arm =>
    control === undefined || arm === control ? undefined : question.compare(arm, control, level),
  );
  const known = differences.map(difference => difference?.pValue ?? null);
  const corrected = correctForMany(known.filter(pValue => pValue !== null));
  const hasEnough = (arm: Arm) => arm.exposed_viewers >= BigInt(config.viewers_min);
  return arms.map((arm, i) => {
    const estimate = question.estimate(arm, level);
    const difference = differences[i];
    const pValue = known[i] ?? null;
    const pValueAdjusted =
      pValue === null ? null : (corrected[known.slice(0, i).filter(p => p !== null).length] ?? null);
    const isDecided =
      pValueAdjusted !== null &&
      pValueAdjusted < level &&
      hasEnough(arm) &&
      control !== undefined &&
      hasEnough(control);
    const direction = (difference?.difference ?? 0) > 0 ? 'better' : 'worse';
    const measured = (value: number | undefined) => (value === undefined ? null : rounded(value, question.digits));
    return {
      value: measured(estimate?.value),
      low: measured(estimate?.interval?.low),
      high: measured(estimate?.interval?.high),
      difference: measured(difference?.difference),
      differenceLow: measured(difference?.low),
      differenceHigh: measured(difference?.high),
      pValue: pValue === null ? null : rounded(pValue, pDigits),
      pValueAdjusted: pValueAdjusted === null ? null : rounded(pValueAdjusted, pDigits),
      verdict: arm === control ? null : isDecided ? direction : 'undecided',
    };
  });
}

/** Digits beyond these are those of the arithmetic; a minus before a zero too. */
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;
