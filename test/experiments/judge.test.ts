import { describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { type Arm, armSchema, judgeExperiments } from '#experiments';

/** A variant of which `played` of 1000 viewers played, each of them for 60 s or for nothing. */
function armOf(experiment: string, variant: string, played: number, exposed = 1000): Arm {
  return armSchema.parse({
    experiment,
    variant,
    exposed_viewers: BigInt(exposed),
    mixed_viewers: 0n,
    first_exposed_us: 0n,
    last_exposed_us: 0n,
    played_viewers: BigInt(played),
    session_count: BigInt(played),
    play_count: BigInt(played),
    completed_session_count: 0n,
    watch_us: BigInt(played) * 60_000_000n,
    whole_squares: String(played * 3600),
    mixed_products: '0',
    rest_squares: '0',
    shown_count: BigInt(exposed * 4),
    played_shown_count: BigInt(played),
    shown_squares: String(exposed * 16),
    shown_products: String(played * 4),
    played_squares: String(played),
  });
}

const settings = (experiments: object = {}) => configSchema.parse({ experiments }).experiments;
const verdicts = (arms: readonly Arm[], experiments: object = {}) =>
  judgeExperiments(arms, settings(experiments)).map(({ arm, verdict }) => [arm.variant, verdict]);

describe('the control', () => {
  const controlOf = (variants: readonly string[], experiments: object = {}) =>
    judgeExperiments(
      variants.map(variant => armOf('e', variant, 500)),
      settings(experiments),
    ).find(({ isControl }) => isControl)?.arm.variant;

  it('is the variant that the configuration names', () => {
    expect(controlOf(['A', 'control', 'plain'], { by_name: { e: { control: 'plain' } } })).toBe('plain');
  });

  it('is else the one named control, else the one named A, else the first by name', () => {
    expect(controlOf(['A', 'Control', 'bold'])).toBe('Control');
    expect(controlOf(['1st', 'a', 'b'])).toBe('a');
    expect(controlOf(['blue', 'green'])).toBe('blue');
  });

  it('leaves all undecided where nobody saw it', () => {
    const arms = [armOf('e', 'blue', 500), armOf('e', 'green', 900)];
    expect(verdicts(arms, { by_name: { e: { control: 'gone' } } })).toEqual([
      ['blue', 'undecided'],
      ['green', 'undecided'],
    ]);
  });
});

describe('the verdict', () => {
  it('is better, worse or undecided against the control, which has none', () => {
    const arms = [
      armOf('e', 'bold', 600),
      armOf('e', 'control', 500),
      armOf('e', 'dull', 400),
      armOf('e', 'same', 505),
    ];
    expect(verdicts(arms)).toEqual([
      ['bold', 'better'],
      ['control', null],
      ['dull', 'worse'],
      ['same', 'undecided'],
    ]);
  });

  it('takes into account how many variants are asked', () => {
    // 545 against 500 of 1000: z = 0.045 / 0.022338 = 2.0145, p = 0.0440; among four variants Holm asks for 0.0125.
    const arms = [armOf('e', 'b', 545), armOf('e', 'control', 500)];
    expect(verdicts(arms)).toEqual([
      ['b', 'better'],
      ['control', null],
    ]);
    const others = ['c', 'd', 'f'].map(variant => armOf('e', variant, 501));
    const [b] = judgeExperiments([...arms, ...others], settings());
    expect(b?.metrics.exposed_play_rate.pValue).toBeCloseTo(0.044, 4);
    expect(b?.metrics.exposed_play_rate.pValueAdjusted).toBeCloseTo(4 * 0.044, 3);
    expect(b?.verdict).toBe('undecided');
  });

  it('follows the level and the primary metric of the configuration', () => {
    const arms = [armOf('e', 'b', 545), armOf('e', 'control', 500)];
    expect(verdicts(arms, { significance_level: 0.01 })[0]).toEqual(['b', 'undecided']);
    const [b] = judgeExperiments(arms, settings({ by_name: { e: { primary_metric: 'watch_time_per_viewer_s' } } }));
    expect(b?.primaryMetric).toBe('watch_time_per_viewer_s');
    expect(b?.verdict).toBe(b?.metrics.watch_time_per_viewer_s.verdict);
  });

  it('needs some viewers on both sides', () => {
    const arms = [armOf('e', 'b', 29, 29), armOf('e', 'control', 5, 35)];
    expect(verdicts(arms)[0]).toEqual(['b', 'undecided']);
    expect(verdicts(arms, { viewers_min: 29 })[0]).toEqual(['b', 'better']);
  });

  it('is undecided where the numbers of viewers say that the assignment went wrong', () => {
    const arms = [armOf('e', 'b', 900, 1200), armOf('e', 'control', 500, 1000)];
    const [b] = judgeExperiments(arms, settings());
    // (1200 - 1100)^2 / 1100 * 2 = 18.18, far out for one degree of freedom.
    expect(b?.isSampleRatioMismatch).toBe(true);
    expect(b?.metrics.exposed_play_rate.verdict).toBe('better');
    expect(b?.verdict).toBe('undecided');
    expect(verdicts(arms, { by_name: { e: { shares: { b: 1.2, control: 1 } } } })[0]).toEqual(['b', 'better']);
  });

  it('is undecided where a planned variant has nobody', () => {
    const arms = [armOf('e', 'b', 600), armOf('e', 'control', 500)];
    const shares = { b: 1, control: 1, lost: 1 };
    const [b] = judgeExperiments(arms, settings({ by_name: { e: { shares } } }));
    // 2000 viewers, 667 expected in each of three: (333^2 * 2 + 667^2) / 667 = 1000, two degrees of freedom.
    expect(b?.sampleRatioPValue).toBe(0);
    expect(b?.isSampleRatioMismatch).toBe(true);
    expect(b?.verdict).toBe('undecided');
    // One viewer so far, and two variants planned: an even chance each, chi-square 1 with one degree of freedom.
    const [only] = judgeExperiments([armOf('e', 'b', 1, 1)], settings({ by_name: { e: { shares: { b: 1, c: 1 } } } }));
    expect(only?.sampleRatioPValue).toBeCloseTo(0.317310508, 8);
    expect(only?.isSampleRatioMismatch).toBe(false);
  });

  it('keeps experiments apart', () => {
    const arms = [armOf('e', 'b', 600), armOf('e', 'control', 500), armOf('f', 'b', 500), armOf('f', 'control', 600)];
    expect(judgeExperiments(arms, settings()).map(({ verdict }) => verdict)).toEqual(['better', null, 'worse', null]);
  });
});

describe('the metrics', () => {
  const judged = judgeExperiments([armOf('e', 'b', 600), armOf('e', 'control', 500)], settings());

  it('of watch time are the mean and variance of the exact sums', () => {
    // 600 of 1000 viewers watched 60 s: mean 36, variance 1000 / 999 * 0.6 * 0.4 * 3600 = 864.86...
    const watch = judged[0]?.metrics.watch_time_per_viewer_s;
    expect(watch?.value).toBe(36);
    const half = 1.9623414611 * Math.sqrt(864.8648648649 / 1000); // t with 999 degrees of freedom
    expect(watch?.low).toBeCloseTo(36 - half, 4);
    expect(watch?.high).toBeCloseTo(36 + half, 4);
    expect(watch?.difference).toBe(6);
  });

  it('of shown videos take the error from the viewers', () => {
    // Everybody saw 4 videos, so the share is a mean of y / 4: variance 1000 / 999 * 0.6 * 0.4 / 16.
    const shown = judged[0]?.metrics.shown_play_rate;
    expect(shown?.value).toBe(0.15);
    const half = 1.959963985 * Math.sqrt((1000 / 999) * (0.24 / 16 / 1000));
    expect(shown?.low).toBeCloseTo(0.15 - half, 8);
  });

  it('are empty where nothing was shown', () => {
    const arms = [armOf('e', 'b', 600), armOf('e', 'control', 500)].map(arm => ({ ...arm, shown_count: 0n }));
    const [b] = judgeExperiments(arms, settings());
    expect(b?.metrics.shown_play_rate).toMatchObject({ value: null, pValue: null, verdict: 'undecided' });
  });
});

it('says of a single viewer what was played, and no interval', () => {
  const [one] = judgeExperiments([armOf('e', 'b', 1, 1), armOf('e', 'control', 500)], settings());
  expect(one?.metrics.shown_play_rate).toMatchObject({ value: 0.25, low: null, high: null, difference: null });
  expect(one?.metrics.watch_time_per_viewer_s).toMatchObject({ value: 60, low: null, high: null, difference: null });
});

it("says nothing of a variant that was nobody's first, and lets it disturb nobody", () => {
  const arms = [armOf('e', 'b', 600), armOf('e', 'control', 500), armOf('e', 'stray', 0, 0)];
  const [b, , stray] = judgeExperiments(arms, settings());
  const empty = { value: null, low: null, high: null, difference: null, pValue: null, verdict: 'undecided' };
  expect(Object.values(stray?.metrics ?? {})).toEqual([1, 2, 3].map(() => expect.objectContaining(empty)));
  expect(stray?.verdict).toBe('undecided');
  expect(b).toMatchObject({ isSampleRatioMismatch: false, verdict: 'better' });
  const shares = { b: 1, control: 1, stray: 1 };
  expect(judgeExperiments(arms, settings({ by_name: { e: { shares } } }))[0]?.isSampleRatioMismatch).toBe(true);
});

it("compares with nobody where the control was nobody's first", () => {
  const [b] = judgeExperiments([armOf('e', 'b', 600), armOf('e', 'control', 0, 0)], settings());
  expect(b?.controlVariant).toBe('control');
  expect(b?.metrics.exposed_play_rate).toMatchObject({
    value: 0.6,
    difference: null,
    pValue: null,
    verdict: 'undecided',
  });
});

/** Viewers who differ in how readily they play, all drawn alike: whatever differs between two variants is chance. */
function randomArm(random: () => number, variant: string): Arm {
  const viewers = Array.from({ length: 200 }, () => {
    const readiness = random() ** 2;
    const shown = 1 + Math.floor(random() * 6);
    const played = Array.from({ length: shown }, random).filter(draw => draw < readiness).length;
    return { shown, played, watchedS: played * Math.ceil(random() * 300) };
  });
  const sum = (of: (viewer: (typeof viewers)[number]) => number) =>
    viewers.reduce((total, viewer) => total + of(viewer), 0);
  return {
    ...armOf('same', variant, 0, viewers.length),
    played_viewers: BigInt(sum(({ played }) => Math.min(played, 1))),
    watch_us: BigInt(sum(({ watchedS }) => watchedS)) * 1_000_000n,
    whole_squares: BigInt(sum(({ watchedS }) => watchedS ** 2)),
    shown_count: BigInt(sum(({ shown }) => shown)),
    played_shown_count: BigInt(sum(({ played }) => played)),
    shown_squares: BigInt(sum(({ shown }) => shown ** 2)),
    shown_products: BigInt(sum(({ shown, played }) => shown * played)),
    played_squares: BigInt(sum(({ played }) => played ** 2)),
  };
}

it('calls chance a difference no more often than the level says', () => {
  const random = randomOf(20_261_125);
  const runs = 1500;
  const found = { exposed_play_rate: 0, watch_time_per_viewer_s: 0, shown_play_rate: 0 };
  for (let i = 0; i < runs; i++) {
    const [treated] = judgeExperiments([randomArm(random, 'b'), randomArm(random, 'control')], settings());
    for (const metric of ['exposed_play_rate', 'watch_time_per_viewer_s', 'shown_play_rate'] as const) {
      if (treated?.metrics[metric].verdict !== 'undecided') found[metric] += 1;
    }
  }
  // 5 % of 1500 is 75, give or take 3 times sqrt(1500 * 0.05 * 0.95) = 25.
  for (const count of Object.values(found)) {
    expect(count).toBeGreaterThan(75 - 26);
    expect(count).toBeLessThan(75 + 26);
  }
});

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

it('refuses settings outside their range', () => {
  expect(() => settings({ significance_level: 0 })).toThrow();
  expect(() => settings({ primary_metric: 'likes' })).toThrow();
  expect(() => settings({ by_name: { e: { shares: { b: 0 } } } })).toThrow();
  expect(() => settings({ viewers_min: 1 })).toThrow();
});
