import { ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { DuckdbEngine, Row } from '#warehouse';

/** A row that only one of two engines made. */
export interface Difference {
  /** The user of the row, or what else it is about: tells whose rows differ. */
  readonly owner: string;
  readonly text: string;
}

/** Where Spark's rows of a table lie. */
export const twinOf = (table: string): string => `spark_${table}`;

/** The rows of a table and its twin that the other does not have, as multisets and to the last digit. */
export async function differences(engine: DuckdbEngine, table: string): Promise<Difference[]> {
  const only = (one: string, other: string) =>
    engine.query(sql`from ${ref(one)} except all from ${ref(other)} order by all`);
  const byDuckdb = await only(table, twinOf(table));
  const bySpark = await only(twinOf(table), table);
  const told = (by: string, rows: readonly Row[], others: readonly Row[]) =>
    rows.map(row => ({
      owner: String(row['user_id'] ?? row['video_id'] ?? row['session_id'] ?? row['experiment']),
      text: `${by} ${table} ${inFull(row, others, keyOf(table))}`,
    }));
  return [...told('DuckDB', byDuckdb, bySpark), ...told('Spark ', bySpark, byDuckdb)];
}

const isPublished = (table: string): table is TableName => Object.hasOwn(tables, table);

/** What tells the rows of a table apart; of what is not published, the names that do so there. */
const keyOf = (table: string): readonly string[] =>
  isPublished(table) ? tables[table].key : ['experiment', 'variant', 'session_id', 'n'];

/** The key of a row, and the columns in which it differs from the other engine's row of that key. */
function inFull(row: Row, others: readonly Row[], key: readonly string[]): string {
  const other = others.find(found => key.every(name => text(found[name]) === text(row[name])));
  return Object.keys(row)
    .filter(name => key.includes(name) || other === undefined || text(row[name]) !== text(other[name]))
    .map(name => `${name}=${text(row[name])}`)
    .join(' ');
}

const text = (value: unknown) =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner));

/** Names and types of the columns of a table, in their order. */
export async function columnsOf(engine: DuckdbEngine, table: string): Promise<string[]> {
  const rows = await engine.query(
    sql`select column_name, data_type from duckdb_columns() where table_name = ${table} order by column_index`,
  );
  return rows.map(row => `${String(row['column_name'])} ${String(row['data_type'])}`);
}

/** The columns that a table is declared with; undefined for what is not published. */
export function declaredColumnsOf(engine: DuckdbEngine, table: string): string[] | undefined {
  if (!isPublished(table)) return undefined;
  const longNames: Readonly<Record<string, string>> = { TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE' };
  return Object.entries(tables[table].columns).map(([name, type]) => {
    const spelled = engine.dialect.type(type);
    return `${name} ${longNames[spelled] ?? spelled}`;
  });
}
