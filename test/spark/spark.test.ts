import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { assert } from '#errors';
import { ref, sql } from '#sql';
import { cases, inputOf, pages, settingsOf } from '../scenarios/cases.js';
import { PipelineRun } from '../scenarios/run-pipeline.js';
import { differences, rowsOfCase } from './compare.js';
import { outputsOf, type RepeatedRun, repeatOnSpark } from './spark.js';
import { nonsenseInput, streamsInput } from './streams.js';

const seed = 20_261_125;
const outputs = outputsOf(configSchema.parse({}));
const streams = `random streams of seed ${seed}`;
const nonsense = `nonsense of seed ${seed} after earlier sessions`;
const runs = new Map<string, RepeatedRun>();
const folder = mkdtempSync(join(tmpdir(), 'playhead-spark-'));

const runOf = (title: string) => {
  const found = runs.get(title)?.run;
  assert(found !== undefined, `"${title}" has run`);
  return found;
};

const add = (title: string, run: PipelineRun) => runs.set(title, { title, run });

beforeAll(async () => {
  const python = execFileSync('node', [join(import.meta.dirname, 'prepare.mjs')], { encoding: 'utf8' }).trim();
  for (const settings of new Set(cases.map(settingsOf))) {
    add(settings, await PipelineRun.of(inputOf(cases.filter(placed => settingsOf(placed) === settings))));
  }
  add(streams, await PipelineRun.of(streamsInput(seed, 200)));
  const before = await PipelineRun.of(nonsenseInput(seed + 1, 12, []));
  add(nonsense, await PipelineRun.of(nonsenseInput(seed, 12, await before.rows('sessions', ['session_id']))));
  await before.engine.close();
  await repeatOnSpark(python, folder, [...runs.values()]);
});

afterAll(async () => {
  for (const { run } of runs.values()) await run.engine.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('Spark gives the rows that DuckDB gives', () => {
  it.each(pages)('for the page %s', async page => {
    for (const placed of cases.filter(one => one.page === page)) {
      const { engine } = runOf(settingsOf(placed));
      for (const table of outputs) {
        expect(await differences(engine, table, rowsOfCase(table, placed.prefix)), placed.given.title).toBe('');
      }
    }
  });

  describe.each([streams, nonsense])('for %s', title => {
    it.each(outputs)('in %s', async table => {
      const { engine } = runOf(title);
      expect(await differences(engine, table)).toBe('');
      const [counted] = await engine.query(sql`select cast(count(*) as integer) as n from ${ref(`spark_${table}`)}`);
      expect(counted?.['n']).toBeGreaterThan(0);
    });
  });
});
