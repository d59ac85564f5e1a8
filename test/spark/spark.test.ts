import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { assert } from '#errors';
import { ref, spark, sql } from '#sql';
import { DuckdbEngine } from '#warehouse';
import { cases, pages } from '../scenarios/cases.js';
import type { PipelineRun } from '../scenarios/run-pipeline.js';
import { columnsOf, type Difference, declaredColumnsOf, differences, twinOf } from './compare.js';
import { allInputs, defaultRun, runOfCase } from './inputs.js';
import { repeatOnSpark } from './spark.js';
import { outputsOf, runOnDuckdb } from './steps.js';

/** `PLAYHEAD_SPARK_SEED=7 PLAYHEAD_SPARK_STREAMS=1000` takes other random events, and more. */
const seed = Number(process.env['PLAYHEAD_SPARK_SEED'] ?? 20_261_125);
const streams = Number(process.env['PLAYHEAD_SPARK_STREAMS'] ?? 200);
const outputs = outputsOf(configSchema.parse({}), spark);
const runs = new Map<string, PipelineRun>();
/** By run: what differs in any output. */
const found = new Map<string, readonly Difference[]>();
const folder = mkdtempSync(join(tmpdir(), 'playhead-spark-'));

function findPython(): { python: string } | { missing: string } {
  try {
    const told = execFileSync(process.execPath, [join(import.meta.dirname, 'prepare.mjs')], { encoding: 'utf8' });
    return { python: told.trim() };
  } catch (cause) {
    const told = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    return { missing: told.trim() };
  }
}

const environment = findPython();
const isMissing = 'missing' in environment;
const why = isMissing ? ` (skipped: ${environment.missing})` : '';

const engineOf = (run: string) => {
  const engine = runs.get(run)?.engine;
  assert(engine !== undefined, `"${run}" has run`);
  return engine;
};

const withoutType = (column: string) => column.split(' ')[0];

describe.skipIf(isMissing)(`Spark gives the rows that DuckDB gives${why}`, () => {
  beforeAll(async () => {
    assert('python' in environment, 'there is a Python');
    for (const [title, input] of await allInputs(seed, streams)) runs.set(title, await runOnDuckdb(input));
    await repeatOnSpark(environment.python, folder, runs);
    for (const [title, { engine }] of runs) {
      const ofTables = [];
      for (const table of outputs) ofTables.push(...(await differences(engine, table)));
      found.set(title, ofTables);
    }
  });

  afterAll(async () => {
    for (const { engine } of runs.values()) await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(outputs)('in the same columns of %s, with the types that are declared', async table => {
    const engine = engineOf(defaultRun);
    const [ofDuckdb, ofSpark] = [await columnsOf(engine, table), await columnsOf(engine, twinOf(table))];
    const declared = declaredColumnsOf(engine, table);
    // What is not published declares no types: row_number, say, is a BIGINT here and an INTEGER there.
    const compared = (columns: readonly string[]) => (declared === undefined ? columns.map(withoutType) : columns);
    expect(compared(ofSpark)).toEqual(compared(ofDuckdb));
    if (declared !== undefined) expect(ofDuckdb).toEqual(declared);
    const [counted] = await engine.query(sql`select cast(count(*) as integer) as n from ${ref(twinOf(table))}`);
    expect(counted?.['n']).toBeGreaterThan(0);
  });

  it.each(pages)('for the page %s', page => {
    const differing = cases
      .filter(placed => placed.page === page)
      .flatMap(placed =>
        (found.get(runOfCase(placed)) ?? [])
          .filter(({ owner }) => owner.startsWith(placed.prefix))
          .map(({ text }) => `${placed.given.title}: ${text}`),
      );
    expect(differing).toEqual([]);
  });

  it(`for random events of seed ${seed}, and for all else`, () => {
    const isOfPage = ({ owner }: Difference) => cases.some(({ prefix }) => owner.startsWith(prefix));
    const differing = [...found.values()].flat().filter(difference => !isOfPage(difference));
    expect(differing.map(({ text }) => text)).toEqual([]);
  });
});

it('would notice a different last digit, and a row too many', async () => {
  const engine = await DuckdbEngine.open({ threads: 1 });
  await engine.run(sql`create table users as select 'ann' as user_id, 0.1e0 as watch_time_s`);
  await engine.run(sql`create table spark_users as
    select 'ann' as user_id, 0.10000000000000002e0 as watch_time_s union all select 'bob', 1e0`);
  expect((await differences(engine, 'users')).map(({ text }) => text)).toEqual([
    'DuckDB users user_id="ann" watch_time_s=0.1',
    'Spark  users user_id="ann" watch_time_s=0.10000000000000002',
    'Spark  users user_id="bob" watch_time_s=1',
  ]);
  await engine.close();
});
