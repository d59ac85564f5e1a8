import { type Fragment, lit, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { DuckdbEngine, Row } from '#warehouse';

/** Rows whose user (or video, where a row has no user) belongs to a scenario case. */
export const rowsOfCase = (table: TableName, prefix: string): Fragment =>
  sql`starts_with(${ref(Object.hasOwn(tables[table].columns, 'user_id') ? 'user_id' : 'video_id')}, ${lit(prefix)})`;

/**
 * What differs between a table and its twin `spark_<table>`, as text for a person: columns and types, then rows as
 * multisets, to the last digit. Empty where both are the same.
 */
export async function differences(
  engine: DuckdbEngine,
  table: TableName,
  where: Fragment = sql`true`,
): Promise<string> {
  const declared = Object.entries(tables[table].columns).map(([name, type]) => `${name} ${engine.dialect.type(type)}`);
  for (const [made, by] of [
    [table, 'DuckDB'],
    [`spark_${table}`, 'Spark'],
  ] as const) {
    const columns = await describe(engine, made);
    if (columns.join() !== spelled(declared).join()) {
      return `${table} is declared as ${spelled(declared).join(', ')}\n${by} made ${columns.join(', ')}`;
    }
  }
  const only = (one: string, other: string) =>
    engine.query(
      sql`from ${ref(one)} where ${where} except all from ${ref(other)} where ${where} order by all limit 5`,
    );
  const duckdbRows = await only(table, `spark_${table}`);
  const sparkRows = await only(`spark_${table}`, table);
  return [
    ...duckdbRows.map(row => inFull('DuckDB', row, sparkRows, table)),
    ...sparkRows.map(row => inFull('Spark', row, duckdbRows, table)),
  ].join('\n');
}

async function describe(engine: DuckdbEngine, table: string): Promise<string[]> {
  const rows = await engine.query(
    sql`select column_name, data_type from duckdb_columns() where table_name = ${table} order by column_index`,
  );
  return spelled(rows.map(row => `${String(row['column_name'])} ${String(row['data_type'])}`));
}

/** DuckDB reads its own short name back as the long one. */
const spelled = (columns: readonly string[]) =>
  columns.map(column => column.replace('TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE'));

/** A row that only one engine has: its key, and the columns in which it differs from the other's row of that key. */
function inFull(by: string, row: Row, others: readonly Row[], table: TableName): string {
  const key: readonly string[] = tables[table].key;
  const other = others.find(found => key.every(name => text(found[name]) === text(row[name])));
  const told = Object.keys(row).filter(
    name => key.includes(name) || other === undefined || text(row[name]) !== text(other[name]),
  );
  return `${by.padEnd(6)} ${table} ${told.map(name => `${name}=${text(row[name])}`).join(' ')}`;
}

const text = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v));
