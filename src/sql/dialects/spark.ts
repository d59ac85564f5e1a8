import type { ColumnType, Dialect } from '../dialect.js';
import { join, lit, raw, ref, type SqlValue, sql } from '../fragment.js';
import { sparkReading } from './spark-reading.js';

const types: Record<ColumnType, string> = {
  string: 'STRING',
  bigint: 'BIGINT',
  integer: 'INT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  string_list: 'ARRAY<STRING>',
  double_pair_list: 'ARRAY<STRUCT<from_s: DOUBLE, to_s: DOUBLE>>',
};

function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  switch (typeof value) {
    case 'string':
      return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    case 'number':
      if (!Number.isFinite(value)) return `cast('${value}' as double)`;
      return Number.isInteger(value) ? String(value) : `${value}e0`;
    default:
      return String(value);
  }
}

/**
 * Spark 4 and Databricks SQL, ANSI mode, session time zone UTC. The members say what it writes otherwise than DuckDB.
 * What both write alike but mean differently, and what the steps therefore do (test/spark compares the rows):
 * - nulls come first here and last in DuckDB, inside OVER too: every ORDER BY that can meet one says which;
 * - `x / 0` is an error here and infinity in DuckDB: the divisor is `nullif(b, 0)`;
 * - a cast from double to integer cuts off here and rounds in DuckDB: `round` or `floor` comes first;
 * - `round(x, 4)` rounds the decimal text here, the binary value in DuckDB: `round(x * 1e4) / 1e4`;
 * - `max_by` may return null here, DuckDB passes over rows whose value is null: the value is coalesced;
 * - `row_number` is an INTEGER here, `sum` of BIGINT a HUGEINT in DuckDB, a decimal's scale differs: published columns are cast;
 * - a sum of doubles depends on the order of the rows, which differs: integers are summed;
 * - hashes differ: no row may depend on the order of keys, and published ids are `md5`;
 * - QUALIFY, FILTER, `* EXCLUDE`, `::` are not here (FILTER wants WHERE, and no window): they are not used.
 */
export const spark: Dialect = {
  name: 'spark',
  // Backticks are names; double quotes are text.
  quoteName: name => `\`${name.replaceAll('`', '``')}\``,
  // A backslash escapes, so it is escaped.
  literal,
  // Parameters go by name.
  placeholder: position => `:p${position}`,
  // Common table expressions are inlined anyway, and the hint is unknown.
  inlineHint: '',
  type: type => types[type],
  epochUs: instant => sql`unix_micros(${instant})`,
  instantOfUs: us => sql`timestamp_micros(${us})`,
  dateOfUs: us => sql`cast(timestamp_micros(${us}) as date)`,
  md5: text => sql`md5(${text})`,
  // xxhash64 passes over nulls, so each value brings along whether it is one.
  hash64: values => sql`xxhash64(${join(values.map(value => sql`isnull(${value}), ${value}`))})`,
  tryCast: (value, type) => sql`try_cast(${value} as ${raw(types[type])})`,
  // IGNORE NULLS stands behind the call only.
  ignoringNulls: (name, argument, over) => sql`${raw(name)}(${argument}) ignore nulls over ${over}`,
  floorDiv: (a, b) => sql`cast(floor(${a} / ${b}) as bigint)`,
  lastBy: (value, order) =>
    sql`max_by(${value}, case when ${value} is not null then ${sparkReading.struct(order)} end)`,
  listOf: value => sql`nullif(collect_list(${value}), array())`,
  // min takes no count, and no list at all is an empty one here.
  smallest: (value, condition, count) =>
    sql`nullif(slice(array_sort(collect_list(case when ${condition} then ${value} end)), 1, ${lit(count)}), array())`,
  reading: sparkReading,
  unnest: (list, alias, column) => sql`lateral view explode(${list}) ${ref(alias)} as ${ref(column)}`,
  // sequence counts down when its end lies before its start, so that case is told apart.
  series: (from, to, alias, column) =>
    sql`lateral view explode(case when ${from} <= ${to} then sequence(${from}, ${to}) else array() end) ${ref(alias)} as ${ref(column)}`,
};
