import type { ColumnType, Dialect } from '../dialect.js';
import { type Fragment, join, lit, raw, ref, type SqlValue, sql } from '../fragment.js';

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

/** Spark 4 and Databricks SQL, ANSI mode, session time zone UTC. */
export const spark: Dialect = {
  name: 'spark',
  quoteName: name => `\`${name.replaceAll('`', '``')}\``,
  literal,
  placeholder: position => `:p${position}`,
  inlineHint: '',
  type: type => types[type],
  epochUs: instant => sql`unix_micros(${instant})`,
  instantOfUs: us => sql`timestamp_micros(${us})`,
  dateOfUs: us => sql`cast(timestamp_micros(${us}) as date)`,
  md5: text => sql`md5(${text})`,
  // xxhash64 passes over nulls, so each value brings along whether it is one.
  hash64: values => sql`xxhash64(${join(values.map(value => sql`isnull(${value}), ${value}`))})`,
  tryCast: (value, type) => sql`try_cast(${value} as ${raw(types[type])})`,
  ignoringNulls: (name, argument, over) => sql`${raw(name)}(${argument}) ignore nulls over ${over}`,
  floorDiv: (a, b) => sql`cast(floor(${a} / ${b}) as bigint)`,
  lastBy: (value, order) => sql`max_by(${value}, case when ${value} is not null then ${structOf(order)} end)`,
  smallest: (value, condition, count) =>
    sql`nullif(slice(array_sort(collect_list(case when ${condition} then ${value} end)), 1, ${lit(count)}), array())`,
  unnest: (list, alias, column) => sql`lateral view explode(${list}) ${ref(alias)} as ${ref(column)}`,
  series: (from, to, alias, column) =>
    sql`lateral view explode(case when ${from} <= ${to} then sequence(${from}, ${to}) else array() end) ${ref(alias)} as ${ref(column)}`,
};

function structOf(fields: Readonly<Record<string, Fragment>>): Fragment {
  return sql`named_struct(${join(Object.entries(fields).map(([name, value]) => sql`${raw(literal(name))}, ${value}`))})`;
}
