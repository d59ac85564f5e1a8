import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assert } from '#errors';
import { type TableName, tables } from '#tables';
import type { Row } from '#warehouse';
import { cases, ids, inputOf, inputs, pages, readRows, settingsOf } from './cases.js';
import { PipelineRun } from './run-pipeline.js';

/** How the rows of a table are sorted before they are compared. */
const orders: Partial<Record<TableName, readonly string[]>> = {
  sessions: ['user_id', 'started_at', 'video_id', 'player_id'],
  segments: ['user_id', 'started_at', 'from_s'],
  user_videos: ['user_id', 'video_id'],
  users: ['user_id'],
  videos: ['video_id'],
  video_days: ['video_id', 'session_date'],
  video_retention: ['video_id', 'bucket'],
};

const isTable = (name: string): name is TableName => Object.hasOwn(tables, name);

/** The rows of one case, only the columns of the page; numbers to the microsecond. */
function seen(rows: readonly Row[], prefix: string, columns: readonly string[]) {
  return rows
    .filter(row => String(row['user_id'] ?? row['video_id']).startsWith(prefix))
    .map(row =>
      Object.fromEntries(
        columns.map(column => {
          const value = row[column];
          if (typeof value === 'number') return [column, Math.round(value * 1e6) / 1e6];
          return [column, typeof value === 'string' && ids.has(column) ? value.slice(prefix.length) : value];
        }),
      ),
    );
}

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
    const expected: Record<string, unknown> = {};
    const actual: Record<string, unknown> = {};
    for (const [name, table] of placed.given.tables) {
      if (inputs.has(name)) continue;
      assert(isTable(name), `${name} is a table`);
      expected[name] = readRows(name, table);
      actual[name] = seen(await run.rows(name, orders[name] ?? []), placed.prefix, table.columns);
    }
    expect(actual, placed.given.why).toEqual(expected);
  });
});
