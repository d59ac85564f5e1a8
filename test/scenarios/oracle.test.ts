import { beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { assert } from '#errors';
import { type EventType, eventTypes, type TableName, tables } from '#tables';
import type { Row } from '#warehouse';
import { expectedRows, type TableRows } from '../oracle/compare.js';
import type { OracleEvent } from '../oracle/event.js';
import type { OracleInput } from '../oracle/oracle.js';
import { batchesOf, cases, inputOf, type PlacedCase, pages, settingsOf } from './cases.js';
import { besidePage } from './page-rows.js';
import type { Rows } from './run-pipeline.js';

type Value = Rows[number][string];

const textOf = (value: Value | undefined) => (typeof value === 'string' ? value : null);
const numberOf = (value: Value | undefined) =>
  typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;

/** An event of a page as the oracle reads it; rows that are no events of a player (ads) are left out before it. */
function oracleEvent(row: Rows[number], shown: readonly string[]): OracleEvent[] {
  const type: EventType | undefined = eventTypes.find(name => name === row['event_type']);
  const us = numberOf(row['event_time']);
  const receivedUs = numberOf(row['received_at']);
  assert(us !== null && receivedUs !== null, 'an event of a page has its times');
  if (type === undefined) return [];
  return [
    {
      event_id: String(row['event_id']),
      user_id: String(row['user_id']),
      video_id: textOf(row['video_id']),
      player_id: textOf(row['player_id']),
      event_type: type,
      us,
      received_us: receivedUs,
      sequence: numberOf(row['sequence']),
      position_s: numberOf(row['position_s']),
      seek_from_s: numberOf(row['seek_from_s']),
      duration_s: numberOf(row['duration_s']),
      playback_rate: numberOf(row['playback_rate']),
      autoplay: typeof row['autoplay'] === 'boolean' ? row['autoplay'] : null,
      device: textOf(row['device']),
      country: textOf(row['country']),
      experiment: textOf(row['experiment']),
      variant: textOf(row['variant']),
      impressions: shown.length === 0 ? null : shown,
    },
  ];
}

function oracleInput(sharing: readonly PlacedCase[]): OracleInput {
  const { catalog = [], newestReceivedUs, config = configSchema.parse({}) } = inputOf(sharing);
  return {
    events: batchesOf(sharing)
      .flat()
      .flatMap(({ row, shown }) => oracleEvent(row, shown)),
    catalog: new Map(catalog.map(row => [String(row['video_id']), numberOf(row['duration_s']) ?? 0])),
    newestReceivedUs: Number(newestReceivedUs),
    config,
  };
}

/** Rows as a warehouse would give them: whole numbers as BIGINT where the table says so, in the page's order. */
function asRead(rows: TableRows, table: TableName, order: readonly string[]): Row[] {
  assert(table in rows, `the oracle judges ${table}`);
  const own: readonly Row[] = Object.entries(rows).find(([name]) => name === table)?.[1] ?? [];
  const types: Readonly<Record<string, string>> = tables[table].columns;
  const typed = own.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => {
        const isWhole = types[column] === 'bigint' || types[column] === 'timestamp';
        return [column, isWhole && typeof value === 'number' ? BigInt(value) : value];
      }),
    ),
  );
  return typed.sort((a, b) => order.map(column => compareValues(a[column], b[column])).find(sign => sign !== 0) ?? 0);
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : Number(a > b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : Number(left > right);
}

describe('the oracle, which knows no SQL, gives the rows of the pages', () => {
  const judged = new Map<string, TableRows>();

  beforeAll(() => {
    for (const settings of new Set(cases.map(settingsOf))) {
      const sharing = cases.filter(placed => settingsOf(placed) === settings);
      judged.set(settings, expectedRows(oracleInput(sharing)).expected);
    }
  });

  describe.each(pages)('%s', page => {
    const own = cases.filter(placed => placed.page === page);
    it.each(own.map(placed => [placed.given.title, placed] as const))('%s', async (_title, placed) => {
      const rows = judged.get(settingsOf(placed));
      assert(rows !== undefined, 'every case has been judged');
      const { expected, actual } = await besidePage(placed, async (table, order) => asRead(rows, table, order));
      expect(actual, placed.given.why).toEqual(expected);
    });
  });
});
