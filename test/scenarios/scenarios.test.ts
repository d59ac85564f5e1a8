import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { assert } from '#errors';
import { type TableName, tables } from '#tables';
import type { Row } from '#warehouse';
import { type MarkdownTable, offsetUs, readScenario, type ScenarioCase } from './read-scenario.js';
import { PipelineRun, type Rows } from './run-pipeline.js';

/** Noon, so that offsets up to twelve hours stay within one UTC day. */
const startUs = BigInt(Date.UTC(2026, 2, 2, 12)) * 1000n;
const dayUs = 86_400_000_000n;

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
const inputs = new Set(['video_catalog', 'impressions']);
const ids = new Set(['event_id', 'user_id', 'video_id']);

/** What the pages call columns of `events` by shorter names. */
const shortNames: Readonly<Record<string, string>> = {
  at: 'event_time',
  event: 'event_type',
  user: 'user_id',
  video: 'video_id',
  player: 'player_id',
  received: 'received_at',
  rate: 'playback_rate',
  id: 'event_id',
};

const isTable = (name: string): name is TableName => Object.hasOwn(tables, name);

/** A cell of a page as a value of a column: `-` is null, yes and no, offsets for instants. */
function readCell(cell: string, type: string): string | number | bigint | boolean | null {
  if (cell === '-' || cell === '') return null;
  switch (type) {
    case 'boolean':
      assert(cell === 'yes' || cell === 'no', `"${cell}" is yes or no`);
      return cell === 'yes';
    case 'timestamp':
      return startUs + offsetUs(cell);
    case 'bigint':
      return BigInt(cell);
    case 'integer':
    case 'double':
      return Number(cell);
    default:
      return cell;
  }
}

function readRows(table: TableName, { columns, rows }: MarkdownTable) {
  const types: Readonly<Record<string, string>> = tables[table].columns;
  return rows.map(cells =>
    Object.fromEntries(
      columns.map((column, i) => {
        const type = types[column];
        assert(type !== undefined, `${table} has a column ${column}`);
        return [column, readCell(cells[i] ?? '', type)] as const;
      }),
    ),
  );
}

/** Ids of a case are told from those of the others by a prefix, so that one run serves all cases of the same settings. */
const prefixed = (prefix: string, row: Rows[number]): Rows[number] =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'string' && ids.has(column) ? `${prefix}${value}` : value,
    ]),
  );

/** The events of a case: what a page leaves out is one viewer, one video, one player. */
function eventsOf(given: ScenarioCase): Rows {
  const columns = given.events.columns.map(name => shortNames[name] ?? name);
  return readRows('events', { columns, rows: given.events.rows }).map((row, i) => {
    const at = row['event_time'];
    assert(typeof at === 'bigint', 'an event has a time');
    return {
      event_id: `e${String(i).padStart(3, '0')}`,
      user_id: 'ann',
      video_id: row['event_type'] === 'page_view' ? null : 'film',
      player_id: 'p1',
      received_at: at + 1_000_000n,
      duration_s: given.durationS ?? null,
      ...row,
    };
  });
}

/** Runs cases that share their settings. */
function runCases(cases: readonly PlacedCase[]): Promise<PipelineRun> {
  const input = (table: TableName): Rows =>
    cases.flatMap(({ prefix, given }) => {
      const rows = given.tables.get(table);
      return rows === undefined ? [] : readRows(table, rows).map(row => prefixed(prefix, row));
    });
  return PipelineRun.of({
    events: cases.flatMap(({ prefix, given }) => eventsOf(given).map(row => prefixed(prefix, row))),
    catalog: input('video_catalog'),
    impressions: input('impressions'),
    newestReceivedUs: startUs + (cases[0]?.given.nowUs ?? 2n * dayUs),
    config: configSchema.parse({ sessionization: cases[0]?.given.settings ?? {} }),
  });
}

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

interface PlacedCase {
  readonly page: string;
  readonly prefix: string;
  readonly given: ScenarioCase;
}

const pages = readdirSync(import.meta.dirname).filter(name => name.endsWith('.md') && name !== 'README.md');
const cases: PlacedCase[] = pages.flatMap(page =>
  readScenario(join(import.meta.dirname, page)).map((given, i) => ({
    page,
    prefix: `${page.slice(0, 2)}.${i}/`,
    given,
  })),
);
const settingsOf = ({ given }: PlacedCase) => `${JSON.stringify(given.settings)} ${given.nowUs}`;
const runs = new Map<string, PipelineRun>();

beforeAll(async () => {
  for (const settings of new Set(cases.map(settingsOf))) {
    runs.set(settings, await runCases(cases.filter(placed => settingsOf(placed) === settings)));
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
