import { createHash } from 'node:crypto';
import { join, ref, sql } from '../../../src/sql/index.js';
import { type DuckdbEngine, readDeltaTable } from '../../../src/warehouse/index.js';

/** Columns by their Delta type, in the table's order. */
export type Columns = readonly { readonly name: string; readonly type: string }[];

/**
 * One spelling of a value for every engine: instants in microseconds since 1970, whole numbers and decimals as text, days
 * as text, structs as their members in order, maps as pairs. Numbers inside others are texts too: not all engines tell
 * whole ones from doubles there.
 */
export function spelled(value: unknown, isInside = false): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) && !isInside ? value : String(value);
  }
  if (typeof value === 'string') return { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[value] ?? value;
  if (Array.isArray(value))
    return value.map(item => (isEntry(item) ? [item.key, spelled(item.value, true)] : spelled(item, true)));
  if (typeof value === 'object') return Object.entries(value).map(([name, member]) => [name, spelled(member, true)]);
  return value;
}

/** How DuckDB hands out the entries of a map. */
const isEntry = (item: unknown): item is { key: unknown; value: unknown } =>
  typeof item === 'object' && item !== null && Object.keys(item).join() === 'key,value';

/** Rows in one spelling and one order, one text each. */
export const texts = (rows: readonly Readonly<Record<string, unknown>>[], columns: readonly string[]): string[] =>
  rows.map(row => JSON.stringify(columns.map(name => spelled(row[name])))).sort();

/** One text for equal rows, however many they are. */
export function hashOf(rows: readonly string[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${row}\n`);
  return `${rows.length} rows ${hash.digest('hex').slice(0, 16)}`;
}

/** The rows of a table as Playhead reads them. @param list how a list that is null is shown: ClickHouse has only empty ones */
export async function ours(engine: DuckdbEngine, path: string, version?: number, list: 'null' | 'empty' = 'null') {
  const { relation, columns } = await readDeltaTable(path, { version });
  const shown = columns.map(({ name, type }) => {
    const column = ref(name);
    if (type === 'TIMESTAMPTZ') return sql`cast(epoch_us(${column}) as varchar) as ${column}`;
    if (type === 'TIMESTAMP') return sql`cast(epoch_us(${column}) as varchar) as ${column}`;
    if (type === 'BLOB') return sql`lower(hex(${column})) as ${column}`;
    if (/^(BIGINT|INTEGER|SMALLINT|TINYINT|DATE|DECIMAL.*)$/.test(type)) {
      return sql`cast(${column} as varchar) as ${column}`;
    }
    return list === 'empty' && type.endsWith('[]') ? sql`coalesce(${column}, []) as ${column}` : column;
  });
  const rows = await engine.query(sql`select ${join(shown)} from ${relation} as t`);
  return {
    columns,
    rows: texts(
      rows,
      columns.map(({ name }) => name),
    ),
  };
}
