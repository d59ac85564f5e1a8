import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assert } from '#errors';
import { cases, inputOf, pages, settingsOf } from './cases.js';
import { besidePage } from './page-rows.js';
import { PipelineRun } from './run-pipeline.js';

const runs = new Map<string, PipelineRun>();

beforeAll(async () => {
  for (const settings of new Set(cases.map(settingsOf))) {
    runs.set(settings, await PipelineRun.of(inputOf(cases.filter(placed => settingsOf(placed) === settings))));
  }
});

afterAll(async () => {
  for (const { engine } of runs.values()) await engine.close();
});

describe.each(pages)('%s', page => {
  const own = cases.filter(placed => placed.page === page);
  it.each(own.map(placed => [placed.given.title, placed] as const))('%s', async (_title, placed) => {
    const run = runs.get(settingsOf(placed));
    assert(run !== undefined, 'every case has run');
    const { expected, actual } = await besidePage(placed, (table, order) => run.rows(table, order));
    expect(actual, placed.given.why).toEqual(expected);
  });
});
