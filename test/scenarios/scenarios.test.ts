import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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

/** The events of a case: what a page leaves out is one viewer, one video, one player. */
function eventsOf(given: ScenarioCase): Rows {
  const renamed: MarkdownTable = {
    columns: given.events.columns.map(
      name =>
        ({
          at: 'event_time',
          event: 'event_type',
          user: 'user_id',
          video: 'video_id',
          player: 'player_id',
          received: 'received_at',
          rate: 'playback_rate',
          id: 'event_id',
        })[name] ?? name,
    ),
    rows: given.events.rows,
  };
  return readRows('events', renamed).map((row, i) => {
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

async function runCase(given: ScenarioCase): Promise<PipelineRun> {
  const events = eventsOf(given);
  const newest = events.reduce((max, { event_time: at }) => (typeof at === 'bigint' && at > max ? at : max), 0n);
  const input = (name: TableName) => {
    const table = given.tables.get(name);
    return table === undefined ? [] : readRows(name, table);
  };
  return PipelineRun.of({
    events,
    catalog: input('video_catalog'),
    impressions: input('impressions'),
    newestReceivedUs: given.nowUs === undefined ? newest + dayUs : startUs + given.nowUs,
    config: configSchema.parse({ sessionization: given.settings }),
  });
}

/** Only the columns of the page; numbers to the microsecond. */
function seen(row: Row, columns: readonly string[]) {
  return Object.fromEntries(
    columns.map(column => {
      const value = row[column];
      if (typeof value === 'number') return [column, Math.round(value * 1e6) / 1e6];
      return [column, value];
    }),
  );
}

const pages = readdirSync(import.meta.dirname).filter(name => name.endsWith('.md') && name !== 'README.md');

describe.each(pages)('%s', page => {
  const runs: PipelineRun[] = [];
  afterAll(async () => {
    for (const { engine } of runs) await engine.close();
  });

  it.each(readScenario(join(import.meta.dirname, page)).map(given => [given.title, given] as const))(
    '%s',
    async (_title, given) => {
      const run = await runCase(given);
      runs.push(run);
      const expected: Record<string, unknown> = {};
      const actual: Record<string, unknown> = {};
      for (const [name, table] of given.tables) {
        if (inputs.has(name)) continue;
        assert(isTable(name), `${name} is a table`);
        expected[name] = readRows(name, table);
        actual[name] = (await run.rows(name, orders[name] ?? [])).map(row => seen(row, table.columns));
      }
      expect(actual, given.why).toEqual(expected);
    },
  );
});
