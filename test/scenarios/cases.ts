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

/** An event of a page: its row, what its page showed, and with which run of the job it is taken in. */
interface PageEvent {
  readonly row: Rows[number];
  readonly shown: readonly string[];
  readonly batch: number;
}

/** Columns of a page's events that no event has: the number of the batch, and the videos that a page view showed. */
const besides = ['batch', 'shown'];

/** The events of a case: what a page leaves out is one viewer, one video, one player, one batch. */
function eventsOf({ prefix, given }: PlacedCase): PageEvent[] {
  const cellOf = (cells: readonly string[], name: string) => cells[given.events.columns.indexOf(name)] ?? '-';
  const own = given.events.columns.filter(name => !besides.includes(name));
  const columns = own.map(name => shortNames[name] ?? name);
  const rows = given.events.rows.map(cells => own.map(name => cellOf(cells, name)));
  return readRows('events', { columns, rows }).map((row, i) => {
    const at = row['event_time'];
    assert(typeof at === 'bigint', 'an event has a time');
    const cells = given.events.rows[i] ?? [];
    const shown = cellOf(cells, 'shown');
    const whole = {
      event_id: `e${String(i).padStart(3, '0')}`,
      user_id: 'ann',
      video_id: row['event_type'] === 'page_view' ? null : 'film',
      player_id: 'p1',
      received_at: at + 1_000_000n,
      duration_s: given.durationS ?? null,
      ...row,
    };
    return {
      row: prefixed(prefix, whole),
      shown: shown === '-' ? [] : shown.split(', ').map(id => `${prefix}${id}`),
      batch: hasBatches(given) ? Number(cellOf(cells, 'batch')) : 1,
    };
  });
}

/** Whether a page says in which order the events of a case arrive. */
export const hasBatches = (given: ScenarioCase): boolean => given.events.columns.includes('batch');

/** The events of cases that share their settings, by the run of the job that takes them in. */
export function batchesOf(sharing: readonly PlacedCase[]): PageEvent[][] {
  const events = sharing.flatMap(eventsOf);
  const numbers = [...new Set(events.map(({ batch }) => batch))].sort((a, b) => a - b);
  return numbers.map(number => events.filter(({ batch }) => batch === number));
}

/** What "now" is in a case, unless its page says so: two days after the start. */
export const nowOf = ({ given }: PlacedCase): bigint => startUs + (given.nowUs ?? 2n * dayUs);

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
    events: sharing.flatMap(placed => eventsOf(placed).map(({ row }) => row)),
    catalog: input('video_catalog'),
    impressions: input('impressions'),
    newestReceivedUs: sharing[0] === undefined ? startUs : nowOf(sharing[0]),
    config: configSchema.parse({ sessionization: sharing[0]?.given.settings ?? {} }),
  };
}
