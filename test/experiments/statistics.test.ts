import { describe, expect, it } from 'vitest';
import {
  compareEstimates,
  compareMeans,
  compareProportions,
  correctForMany,
  type Moments,
  meanInterval,
  proportionInterval,
  sampleRatioPValue,
} from '../../src/experiments/statistics.js';

const momentsOf = (values: readonly number[]): Moments => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: values.length, mean, variance: squares / (values.length - 1) };
};

describe('the interval of a share', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: the score method without continuity correction.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i among %i is Wilson's", (successes, trials, low, high) => {
    const interval = proportionInterval({ successes, trials }, 0.05);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
});

describe('the difference of two shares', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
  ])("of %i/%i and %i/%i has Newcombe's interval", (a, m, b, n, low, high) => {
    const { low: foundLow, high: foundHigh } = compareProportions(
      { successes: a, trials: m },
      { successes: b, trials: n },
      0.05,
    );
    expect(foundLow).toBeCloseTo(low, 4);
    expect(foundHigh).toBeCloseTo(high, 4);
  });

  it('has the p-value of the pooled z-test', () => {
    // SciPy 1.17: 2 * norm.sf(|z|), z = (0.8 - 0.6) / sqrt(p (1 - p) (1/70 + 1/80)), p = 104/150.
    const { difference, pValue } = compareProportions(
      { successes: 56, trials: 70 },
      { successes: 48, trials: 80 },
      0.05,
    );
    expect(difference).toBeCloseTo(0.2, 12);
    expect(pValue).toBeCloseTo(0.00804508136819658, 9);
  });

  it('says nothing where all played on both sides', () => {
    const all = { successes: 10, trials: 10 };
    expect(compareProportions(all, all, 0.05).pValue).toBeNull();
  });
});

const first = [27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4];
const second = [27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4];
const few = [19.8, 20.4, 19.6, 17.8, 18.5, 18.9, 18.3, 18.9, 19.5, 22];
const wide = [
  ...[28.2, 26.6, 20.1, 23.3, 25.2, 22.1, 17.7, 27.6, 20.6, 13.7],
  ...[23.2, 17.5, 20.6, 18, 23.9, 21.6, 24.3, 20.4, 24, 13.2],
];

// SciPy 1.17: ttest_ind(a, b, equal_var=False) and its confidence_interval(0.95); t.interval for the mean below.
describe('the difference of two means', () => {
  it.each([
    ['equal numbers', first, second, -3.984096267140929, -0.3492370661924069, 0.021378001462866992],
    ['unequal numbers and variances', few, wide, -4.282393535504645, -0.15760646449535276, 0.03597227102979692],
    [
      'three values beside four',
      [490.2, 340, 433.9],
      [3, 4, 1, 2.1],
      230.40135134335262,
      607.2819819899806,
      0.010751561149784488,
    ],
  ])("of %s is Welch's", (_title, a, b, low, high, pValue) => {
    const found = compareMeans(momentsOf(a), momentsOf(b), 0.05);
    expect(found?.pValue).toBeCloseTo(pValue, 8);
    expect(found?.low).toBeCloseTo(low, 5);
    expect(found?.high).toBeCloseTo(high, 5);
  });

  it('is none for a single viewer', () => {
    expect(compareMeans({ count: 1, mean: 3, variance: 0 }, momentsOf(first), 0.05)).toBeUndefined();
    expect(meanInterval({ count: 1, mean: 3, variance: 0 }, 0.05)).toBeUndefined();
  });

  it('has no p-value where nothing varies', () => {
    const still = { count: 5, mean: 3, variance: 0 };
    expect(compareMeans(still, still, 0.05)).toEqual({ difference: 0, low: 0, high: 0, pValue: null });
  });
});

it("the interval of a mean is Student's", () => {
  const interval = meanInterval(momentsOf(few), 0.05);
  expect(interval?.low).toBeCloseTo(18.508893302934553, 6);
  expect(interval?.high).toBeCloseTo(20.23110669706545, 6);
});

it('the difference of two estimates adds their errors in squares', () => {
  // 0.12 - 0.1 with errors 0.006 and 0.008: error 0.01, z = 2, p = 0.0455002638964 (a table of the normal distribution).
  const found = compareEstimates({ value: 0.12, error: 0.006 }, { value: 0.1, error: 0.008 }, 0.05);
  expect(found.pValue).toBeCloseTo(0.0455002638964, 10);
  expect(found.low).toBeCloseTo(0.02 - 1.959963984540054 * 0.01, 8);
});

describe('asking of many variants', () => {
  it("is corrected by Holm's steps", () => {
    // 0.01 * 4, 0.015 * 3, then 0.03 * 2, and 0.04 * 1 which may not be below the one before it.
    expect(correctForMany([0.04, 0.01, 0.03, 0.015]).map(p => Number(p.toFixed(10)))).toEqual([
      0.06, 0.04, 0.06, 0.045,
    ]);
  });

  it('leaves one alone and never exceeds 1', () => {
    expect(correctForMany([0.3])).toEqual([0.3]);
    expect(correctForMany([0.7, 0.9])).toEqual([1, 1]);
    expect(correctForMany([])).toEqual([]);
  });
});

describe('the sample ratio', () => {
  it('is judged by chi-square against equal shares', () => {
    // (15 752 - 15 500)^2 / 15 500 * 2 = 8.194...; SciPy 1.17: scipy.stats.chisquare.
    expect(
      sampleRatioPValue([
        { count: 15_752, share: 1 },
        { count: 15_248, share: 1 },
      ]),
    ).toBeCloseTo(0.004202765957738056, 9);
  });

  it('is judged against the planned shares', () => {
    expect(
      sampleRatioPValue([
        { count: 900, share: 9 },
        { count: 100, share: 1 },
      ]),
    ).toBeCloseTo(1, 12);
  });

  it('is none for a single variant', () => {
    expect(sampleRatioPValue([{ count: 5, share: 1 }])).toBeUndefined();
  });
});
