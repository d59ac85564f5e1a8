import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '#config';
import { assert } from '#errors';
import { type TableName, tables } from '#tables';
import { type MarkdownTable, offsetUs, readScenario, type ScenarioCase } from './read-scenario.js';
import type { PipelineInput, Rows } from './run-pipeline.js';

/** Noon, so that offsets up to twelve hours stay within one UTC day. */
const startUs = BigInt(Date.UTC(2026, 2, 2, 12)) * 1000n;
const dayUs = 86_400_000_000n;

/** Tables of a page that go into the pipelines instead of coming out. */
export const inputs = new Set(['video_catalog', 'impressions']);
/** Columns whose values are prefixed per case. */
export const ids = new Set(['event_id', 'user_id', 'video_id']);

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

/** The rows of a table of a page. */
export function readRows(table: TableName, { columns, rows }: MarkdownTable) {
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

/** A case of a page, with the prefix of its ids. */
export interface PlacedCase {
  readonly page: string;
  readonly prefix: string;
  readonly given: ScenarioCase;
}

export const pages = readdirSync(import.meta.dirname).filter(name => name.endsWith('.md') && name !== 'README.md');
export const cases: readonly PlacedCase[] = pages.flatMap(page =>
  readScenario(join(import.meta.dirname, page)).map((given, i) => ({
    page,
    prefix: `${page.slice(0, 2)}.${i}/`,
    given,
  })),
);

/** Configuration and clock of a case: one run of the pipelines serves all cases that share them. */
export const settingsOf = ({ given }: PlacedCase): string => `${JSON.stringify(given.settings)} ${given.nowUs}`;

/** What the pipelines read for cases that share their settings. */
export function inputOf(sharing: readonly PlacedCase[]): PipelineInput {
  const input = (table: TableName): Rows =>
    sharing.flatMap(({ prefix, given }) => {
      const rows = given.tables.get(table);
      return rows === undefined ? [] : readRows(table, rows).map(row => prefixed(prefix, row));
    });
  return {
    events: sharing.flatMap(({ prefix, given }) => eventsOf(given).map(row => prefixed(prefix, row))),
    catalog: input('video_catalog'),
    impressions: input('impressions'),
    newestReceivedUs: startUs + (sharing[0]?.given.nowUs ?? 2n * dayUs),
    config: configSchema.parse({ sessionization: sharing[0]?.given.settings ?? {} }),
  };
}
