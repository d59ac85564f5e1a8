import type { ColumnType, Dialect } from '../dialect.js';
import { type Fragment, join, lit, raw, ref, type SqlValue, sql } from '../fragment.js';

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

/** DuckDB 1.5; sessions run with TimeZone = 'UTC'. */
export const duckdb: Dialect = {
  name: 'duckdb',
  quoteName: name => `"${name.replaceAll('"', '""')}"`,
  literal,
  placeholder: position => `$${position}`,
  inlineHint: 'not materialized ',
  type: type => types[type],
  epochUs: instant => sql`epoch_us(${instant})`,
  instantOfUs: us => sql`make_timestamptz(${us})`,
  dateOfUs: us => sql`cast(make_timestamp(${us}) as date)`,
  md5: text => sql`md5(${text})`,
  hash64: values => sql`hash(${join(values)})`,
  tryCast: (value, type) => sql`try_cast(${value} as ${raw(types[type])})`,
  ignoringNulls: (name, argument, over) => sql`${raw(name)}(${argument} ignore nulls) over ${over}`,
  floorDiv: (a, b) => sql`cast(floor(${a} / ${b}) as bigint)`,
  lastBy: (value, order) => sql`max_by(${value}, case when ${value} is not null then ${structOf(order)} end)`,
  smallest: (value, condition, count) => sql`min(${value}, ${lit(count)}) filter (where ${condition})`,
  unnest: (list, alias, column) => sql`cross join unnest(${list}) as ${ref(alias)}(${ref(column)})`,
  series: (from, to, alias, column) => sql`cross join generate_series(${from}, ${to}) as ${ref(alias)}(${ref(column)})`,
};

function structOf(fields: Readonly<Record<string, Fragment>>): Fragment {
  return sql`struct_pack(${join(Object.entries(fields).map(([name, value]) => sql`${ref(name)} := ${value}`))})`;
}
