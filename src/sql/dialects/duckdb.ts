import type { ColumnType, Dialect } from '../dialect.js';
import { join, lit, raw, ref, type SqlValue, sql } from '../fragment.js';
import { duckdbReading } from './duckdb-reading.js';

const types: Record<ColumnType, string> = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  integer: 'INTEGER',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMPTZ',
  date: 'DATE',
  string_list: 'VARCHAR[]',
  double_pair_list: 'STRUCT(from_s DOUBLE, to_s DOUBLE)[]',
};

function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  switch (typeof value) {
    case 'string':
      return `'${value.replaceAll("'", "''")}'`;
    case 'number':
      if (!Number.isFinite(value)) return `cast('${value}' as double)`;
      // A plain 1.5 is a DECIMAL on both engines; the exponent makes it a DOUBLE.
      return Number.isInteger(value) ? String(value) : `${value}e0`;
    default:
      return String(value);
  }
}

/**
 * DuckDB 1.5; sessions run with TimeZone = 'UTC'. What it writes otherwise than Spark, each with its reason; what both
 * write alike but mean differently is listed in `spark.ts`.
 */
export const duckdb: Dialect = {
  name: 'duckdb',
  // Double quotes are names here and text in Spark.
  quoteName: name => `"${name.replaceAll('"', '""')}"`,
  // Backslashes are plain characters; a quote is doubled.
  literal,
  // Parameters go by position.
  placeholder: position => `$${position}`,
  // It keeps the rows of what is read twice, but a whole table of them is better made by a staged step.
  inlineHint: 'not materialized ',
  // TIMESTAMPTZ, since a plain TIMESTAMP written to Parquet is one without time zone to Spark.
  type: type => types[type],
  epochUs: instant => sql`epoch_us(${instant})`,
  instantOfUs: us => sql`make_timestamptz(${us})`,
  // By way of the plain TIMESTAMP: the date of an instant would depend on the time zone of the session.
  dateOfUs: us => sql`cast(make_timestamp(${us}) as date)`,
  md5: text => sql`md5(${text})`,
  // Takes nulls and several values of any type. Another number than Spark's: keys never leave a pipeline.
  hash64: values => sql`hash(${join(values)})`,
  tryCast: (value, type) => sql`try_cast(${value} as ${raw(types[type])})`,
  // IGNORE NULLS stands inside the call only.
  ignoringNulls: (name, argument, over) => sql`${raw(name)}(${argument} ignore nulls) over ${over}`,
  floorDiv: (a, b) => sql`cast(floor(${a} / ${b}) as bigint)`,
  // Rows are compared as structs, which each engine makes by a function of its own.
  lastBy: (value, order) =>
    sql`max_by(${value}, case when ${value} is not null then ${duckdbReading.struct(order)} end)`,
  // No list at all is null here, and an empty one in Spark.
  listOf: value => sql`array_agg(${value})`,
  // Spark's min takes no count.
  smallest: (value, condition, count) => sql`min(${value}, ${lit(count)}) filter (where ${condition})`,
  // Lists become rows in FROM; Spark has LATERAL VIEW.
  unnest: (list, alias, column) => sql`cross join unnest(${list}) as ${ref(alias)}(${ref(column)})`,
  reading: duckdbReading,
  // Spark has no function for it.
  parseTree: statement => sql`cast(json_serialize_sql(cast(${statement} as varchar)) as varchar)`,
  // Gives no rows when it would have to count down.
  series: (from, to, alias, column) => sql`cross join generate_series(${from}, ${to}) as ${ref(alias)}(${ref(column)})`,
};
