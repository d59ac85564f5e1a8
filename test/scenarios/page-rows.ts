import { assert } from '#errors';
import { type TableName, tables } from '#tables';
import type { Row } from '#warehouse';
import { ids, inputs, type PlacedCase, readRows } from './cases.js';

/** How the rows of a table are sorted before they are compared. */
const orders: Partial<Record<TableName, readonly string[]>> = {
  sessions: ['user_id', 'started_at', 'video_id', 'player_id', 'ended_at'],
  segments: ['user_id', 'started_at', 'from_s'],
  user_videos: ['user_id', 'video_id'],
  users: ['user_id'],
  videos: ['video_id'],
  video_days: ['video_id', 'session_date'],
  video_retention: ['video_id', 'bucket'],
  impressions: ['user_id', 'video_id'],
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

/** All rows of a table in that order, its instants as microseconds. */
export type RowReader = (table: TableName, order: readonly string[]) => Promise<Row[]>;

/**
 * The rows that a page expects, and those that came out in their place; of both only the columns of the page.
 * Inputs are left out, unless `withInputs`: where the job runs, they come out of it too.
 */
export async function besidePage(
  { prefix, given }: PlacedCase,
  read: RowReader,
  withInputs: readonly TableName[] = [],
): Promise<{ expected: Record<string, unknown>; actual: Record<string, unknown> }> {
  const expected: Record<string, unknown> = {};
  const actual: Record<string, unknown> = {};
  for (const [name, table] of given.tables) {
    assert(isTable(name), `${name} is a table`);
    if (inputs.has(name) && !withInputs.includes(name)) continue;
    expected[name] = readRows(name, table);
    actual[name] = seen(await read(name, orders[name] ?? []), prefix, table.columns);
  }
  return { expected, actual };
}
