import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, configSchema } from '#config';
import { scoreColumns } from '#engagement';
import { join, lit, ref, sql } from '#sql';
import { DuckdbEngine, type Row } from '#warehouse';
import { PipelineRun } from '../scenarios/run-pipeline.js';
import { randomEvents } from '../sessionize/random-events.js';

const numberOf = (row: Row, column: string): number => Number(row[column]);

/** What must hold of every row with a score, at every level, under every configuration. */
function assertWhole(row: Row, { version, tiers, weights }: Config['engagement']): void {
  const score = numberOf(row, 'engagement_score');
  const components = [
    [numberOf(row, 'engagement_watch_points'), weights.watch_ratio],
    [numberOf(row, 'engagement_completion_points'), weights.completions],
    [numberOf(row, 'engagement_session_points'), weights.sessions],
  ] as const;
  // As decimals of four digits, which is what is stored: no digit may be missing.
  const whole = (points: number) => BigInt(points.toFixed(4).replace('.', ''));
  expect(whole(score)).toBe(components.reduce((sum, [points]) => sum + whole(points), 0n));
  for (const [points, weight] of [...components, [score, 100] as const]) {
    expect(points).toBe(Number(points.toFixed(4)));
    expect(points).toBeGreaterThanOrEqual(0);
    expect(points).toBeLessThanOrEqual(weight + 1e-4);
  }
  const tier = score >= tiers.high ? 'High' : score >= tiers.medium ? 'Medium' : score >= tiers.low ? 'Low' : 'Minimal';
  expect(row['engagement_tier']).toBe(tier);
  expect(row['engagement_version']).toBe(version);
}

describe.each(['sessions', 'user_videos', 'users', 'videos'] as const)('the score of a row of %s', table => {
  const config = configSchema.parse({
    engagement: {
      version: 3,
      weights: { watch_ratio: 41.7, completions: 25.1, sessions: 33.2 },
      saturation: { watch_ratio: 0.7, completions: 3, sessions: 7 },
      tiers: { high: 55.5, medium: 33.3, low: 11.1 },
    },
  });
  let run: PipelineRun;
  beforeAll(async () => {
    const newestReceivedUs = BigInt(Date.UTC(2026, 2, 4)) * 1000n;
    run = await PipelineRun.of({ events: randomEvents(11, 12, 60), newestReceivedUs, config });
  });
  afterAll(() => run.engine.close());

  it('comes apart into components that add up to it, and says its tier and version', async () => {
    const rows = await run.rows(table, ['engagement_score']);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) assertWhole(row, config.engagement);
  });
});

/** Weights that add up to 100, in thousandths, and bounds that fall. */
const formulas = fc
  .record({
    cuts: fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 100_000 })),
    saturation: fc.record({
      watch_ratio: fc.double({ min: 0.01, max: 2, noNaN: true }),
      completions: fc.double({ min: 0.1, max: 50, noNaN: true }),
      sessions: fc.double({ min: 0.1, max: 50, noNaN: true }),
    }),
    bounds: fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 3 }),
    version: fc.integer({ min: 1, max: 99 }),
  })
  .map(({ cuts, saturation, bounds, version }) => {
    const [first, second] = cuts[0] < cuts[1] ? cuts : [cuts[1], cuts[0]];
    const [low = 0, medium = 0, high = 0] = bounds.toSorted((a, b) => a - b).map(bound => bound / 10);
    const weights = {
      watch_ratio: first / 1000,
      completions: (second - first) / 1000,
      sessions: (100_000 - second) / 1000,
    };
    return configSchema.parse({ engagement: { version, weights, saturation, tiers: { low, medium, high } } })
      .engagement;
  });

const values = fc.record({
  watchRatio: fc.option(fc.double({ min: -0.5, max: 1.5, noNaN: true })),
  completions: fc.option(fc.integer({ min: 0, max: 60 })),
  sessions: fc.option(fc.double({ min: 0, max: 60, noNaN: true })),
});

describe('any formula over any values', () => {
  let engine: DuckdbEngine;
  beforeAll(async () => {
    engine = await DuckdbEngine.open({ threads: 1 });
  });
  afterAll(() => engine.close());

  it('gives components that add up to the score, and the tier that the score has', async () => {
    await fc.assert(
      fc.asyncProperty(formulas, fc.array(values, { minLength: 1, maxLength: 40 }), async (formula, given) => {
        const columns = scoreColumns(formula)({
          watchRatio: ref('watch_ratio'),
          completions: ref('completions'),
          sessions: ref('sessions'),
        });
        const rows = given.map(
          one =>
            sql`(cast(${one.watchRatio} as double), cast(${one.completions} as bigint), cast(${one.sessions} as double))`,
        );
        const scored = await engine.query(
          sql`select ${columns} from (values ${join(rows)}) as given(watch_ratio, completions, sessions)`,
        );
        expect(scored).toHaveLength(given.length);
        for (const row of scored) assertWhole(row, formula);
      }),
      { seed: 20_261_125, numRuns: 150 },
    );
  });

  it('is 100 points and High where everything is saturated, 0 and Minimal where nothing is known', async () => {
    const columns = scoreColumns(configSchema.parse({}).engagement);
    const scoreOf = async (value: number | null) =>
      (
        await engine.query(
          sql`select ${columns({ watchRatio: lit(value), completions: lit(value), sessions: lit(value) })}`,
        )
      )[0];
    expect(await scoreOf(5)).toMatchObject({ engagement_score: 100, engagement_tier: 'High' });
    expect(await scoreOf(null)).toMatchObject({ engagement_score: 0, engagement_tier: 'Minimal' });
  });

  it('puts a score at a bound into the upper tier', async () => {
    // 60 points of watching at 50 % are 30, 2 of 5 sessions are 4 of 10: 34 of the bound 34.
    const { engagement } = configSchema.parse({ engagement: { tiers: { high: 70, medium: 34, low: 15 } } });
    const [row] = await engine.query(
      sql`select ${scoreColumns(engagement)({ watchRatio: lit(0.5), completions: lit(0), sessions: lit(2) })}`,
    );
    expect(row).toMatchObject({ engagement_score: 34, engagement_tier: 'Medium' });
  });
});

describe('the configuration of the score', () => {
  it.each([
    ['weights that do not add up to 100', { weights: { watch_ratio: 60, completions: 30, sessions: 20 } }],
    ['a negative weight', { weights: { watch_ratio: 110, completions: -10, sessions: 0 } }],
    ['a saturation of 0', { saturation: { sessions: 0 } }],
    ['bounds that do not fall', { tiers: { high: 40, medium: 40, low: 15 } }],
    ['a bound above 100', { tiers: { high: 101 } }],
    ['a version that is no whole number', { version: 1.5 }],
    ['a component that the formula has not', { weights: { watch_ratio: 60, completions: 30, likes: 10 } }],
  ])('refuses %s', (_title, engagement) => {
    expect(() => configSchema.parse({ engagement })).toThrow();
  });
});
