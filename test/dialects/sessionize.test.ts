import { describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { scoreColumns } from '#engagement';
import { armCounts, exposures } from '#experiments';
import { buildGoldPipeline, buildSessionPipeline } from '#sessionize';
import { duckdb, planPipeline, type Step, spark } from '#sql';

const { sessionization, engagement } = configSchema.parse({});
const score = scoreColumns(engagement);
const pipelines: readonly (readonly [string, readonly Step[]])[] = [
  ['sessions', Object.values(buildSessionPipeline(sessionization, score).outputs)],
  ['gold', Object.values(buildGoldPipeline(sessionization, score).outputs)],
  ['experiments', [exposures, armCounts]],
];

describe.each([duckdb, spark])('the text for $name', dialect => {
  it.each(pipelines)('of the %s pipeline', async (name, outputs) => {
    const text = planPipeline(outputs, dialect)
      .map(statement => `${statement.text};\n`)
      .join('\n');
    await expect(text).toMatchFileSnapshot(`__snapshots__/${name}.${dialect.name}.sql`);
  });

  it.each(pipelines)('of the %s pipeline binds no values, so that it can be pasted', (_name, outputs) => {
    expect(planPipeline(outputs, dialect).flatMap(({ values }) => values)).toEqual([]);
  });
});

// What Spark 4.0 does not parse (run on both, see docs/decisions/0002): a text without them is a plausible Spark text.
describe('the text for spark', () => {
  const text = pipelines
    .flatMap(([, outputs]) => planPipeline(outputs, spark).map(statement => statement.text))
    .join('\n');

  it.each([
    ['QUALIFY', /\bqualify\b/i],
    ['nulls passed over inside the call', /ignore nulls\)/i],
    ['FILTER without WHERE', /\bfilter\s*\(/i],
    ['names in double quotes', /"/],
    ['casts by colons', /::/],
    ['* EXCLUDE', /\bexclude\b/i],
    ["DuckDB's hash", /\bhash\(/],
    ["DuckDB's epoch_us", /epoch_us/],
  ])('has no %s', (_what, pattern) => {
    expect(text).not.toMatch(pattern);
  });
});
