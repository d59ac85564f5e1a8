import jstat from 'jstat';

const { normal, studentt, chisquare } = jstat.jStat;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A difference to the control; without a p-value where the numbers do not vary and so nothing can be said. */
export interface Difference extends Interval {
  readonly difference: number;
  readonly pValue: number | null;
}

/** Number, mean and variance (n - 1) of what was measured of the viewers of a variant. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

/** An estimate with its standard error, normal for many viewers. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** Successes among trials. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

/** The share of the normal distribution that lies further out than `z` on either side. */
const twoSided = (z: number): number => 2 * normal.cdf(-Math.abs(z), 0, 1);

const zOf = (level: number): number => normal.inv(1 - level / 2, 0, 1);

/** Wilson's score interval: stays within 0 and 1 and is right for small numbers and shares near either. */
export function proportionInterval({ successes, trials }: Proportion, level: number): Interval {
  const z = zOf(level);
  const share = successes / trials;
  const middle = (share + z ** 2 / (2 * trials)) / (1 + z ** 2 / trials);
  const half = (z / (1 + z ** 2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  // At 0 and 1 the ends are exact; subtraction would leave a crumb.
  return { low: successes === 0 ? 0 : middle - half, high: successes === trials ? 1 : middle + half };
}

/**
 * Difference of two shares: Newcombe's interval from the two score intervals (his method 10), and the z-test with the
 * pooled share.
 */
export function compareProportions(treated: Proportion, control: Proportion, level: number): Difference {
  const a = treated.successes / treated.trials;
  const b = control.successes / control.trials;
  const ofA = proportionInterval(treated, level);
  const ofB = proportionInterval(control, level);
  const pooled = (treated.successes + control.successes) / (treated.trials + control.trials);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / treated.trials + 1 / control.trials));
  return {
    difference: a - b,
    low: a - b - Math.hypot(a - ofA.low, ofB.high - b),
    high: a - b + Math.hypot(ofA.high - a, b - ofB.low),
    pValue: error === 0 ? null : twoSided((a - b) / error),
  };
}

/** The interval of a mean by Student's t; none for a single viewer. */
export function meanInterval({ count, mean, variance }: Moments, level: number): Interval | undefined {
  if (count < 2) return undefined;
  const half = studentt.inv(1 - level / 2, count - 1) * Math.sqrt(variance / count);
  return { low: mean - half, high: mean + half };
}

/** Difference of two means by Welch's t-test, which lets the variances differ. */
export function compareMeans(treated: Moments, control: Moments, level: number): Difference | undefined {
  if (treated.count < 2 || control.count < 2) return undefined;
  const a = treated.variance / treated.count;
  const b = control.variance / control.count;
  const difference = treated.mean - control.mean;
  if (a + b === 0) return { difference, low: difference, high: difference, pValue: null };
  const error = Math.sqrt(a + b);
  const freedom = (a + b) ** 2 / (a ** 2 / (treated.count - 1) + b ** 2 / (control.count - 1));
  const half = studentt.inv(1 - level / 2, freedom) * error;
  return {
    difference,
    low: difference - half,
    high: difference + half,
    pValue: 2 * studentt.cdf(-Math.abs(difference / error), freedom),
  };
}

/** The interval of an estimate that is normal for many viewers. */
export function normalInterval({ value, error }: Estimate, level: number): Interval {
  return { low: value - zOf(level) * error, high: value + zOf(level) * error };
}

/** Difference of two such estimates. */
export function compareEstimates(treated: Estimate, control: Estimate, level: number): Difference {
  const difference = treated.value - control.value;
  const error = Math.hypot(treated.error, control.error);
  return {
    difference,
    ...normalInterval({ value: difference, error }, level),
    pValue: error === 0 ? null : twoSided(difference / error),
  };
}

/** Holm's correction of the p-values of one question asked of several variants, in their order. */
export function correctForMany(pValues: readonly number[]): number[] {
  const corrected = [...pValues];
  let reached = 0;
  [...pValues.keys()]
    .sort((i, j) => (pValues[i] ?? 1) - (pValues[j] ?? 1))
    .forEach((index, rank) => {
      reached = Math.max(reached, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)));
      corrected[index] = reached;
    });
  return corrected;
}

/**
 * How likely numbers this far from the planned shares are when nothing went wrong with the assignment: Pearson's
 * chi-square. None for a single variant.
 */
export function sampleRatioPValue(
  arms: readonly { readonly count: number; readonly share: number }[],
): number | undefined {
  if (arms.length < 2) return undefined;
  const total = arms.reduce((sum, { count }) => sum + count, 0);
  const shares = arms.reduce((sum, { share }) => sum + share, 0);
  const distance = arms.reduce((sum, { count, share }) => {
    const expected = (total * share) / shares;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return 1 - chisquare.cdf(distance, arms.length - 1);
}
