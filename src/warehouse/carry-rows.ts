import { PlayheadError } from '#errors';
import { type Columns, type ColumnType, type Dialect, type Fragment, join, raw, ref, sql } from '#sql';
import type { DuckdbEngine } from './duckdb-engine.js';
import type { Engine } from './engine.js';

/** Rows that travel in one parameter. */
const rowsAtOnce = 5000;

/**
 * Brings rows of a query on one engine to DuckDB, as a temporary table with these columns and types: every value whole, since
 * all of them travel as text. For small results. Returns how many came.
 */
export async function carryRows(
  { from, to }: { readonly from: Engine; readonly to: DuckdbEngine },
  rows: Fragment,
  { name, columns }: { readonly name: string; readonly columns: Columns },
): Promise<number> {
  const names = Object.keys(columns);
  const told = Object.entries(columns).map(
    ([column, type]) => sql`${textOf(ref('r', column), type, from.dialect)} as ${ref(column)}`,
  );
  const found = await from.query(sql`select ${join(told)} from (${rows}) r`);
  const texts = Object.fromEntries(names.map(column => [column, 'string' as const]));
  const typed = Object.entries(columns).map(
    ([column, type]) =>
      sql`cast(${typedOf(ref('t', column), type, to.dialect)} as ${raw(to.dialect.type(type))}) as ${ref(column)}`,
  );
  const select = (values: readonly object[]) => {
    const text = JSON.stringify(values, (_key, value: unknown) => (typeof value === 'number' ? spelled(value) : value));
    return sql`select ${join(typed)} from ${to.dialect.reading.jsonRows(sql`${text}`, texts)} t`;
  };
  await to.run(sql`create or replace temporary table ${ref(name)} as ${select([])}`);
  for (let i = 0; i < found.length; i += rowsAtOnce) {
    await to.run(sql`insert into ${ref(name)} ${select(found.slice(i, i + rowsAtOnce))}`);
  }
  return found.length;
}

/** A value as text; a double stays a number, whose digits the wire keeps and each engine would spell in its own way. */
function textOf(value: Fragment, type: ColumnType, d: Dialect): Fragment {
  switch (type) {
    case 'double':
    case 'string':
      return value;
    case 'timestamp':
      return asText(d.epochUs(value), d);
    case 'string_list':
      return d.reading.json(value);
    case 'double_pair_list':
      throw new PlayheadError({ code: 'INTERNAL', message: 'rows with a list of pairs do not travel' });
    default:
      return asText(value, d);
  }
}

const asText = (value: Fragment, d: Dialect): Fragment => sql`cast(${value} as ${raw(d.type('string'))})`;

function typedOf(text: Fragment, type: ColumnType, d: Dialect): Fragment {
  if (type === 'timestamp') return d.instantOfUs(sql`cast(${text} as bigint)`);
  return type === 'string_list' ? d.reading.jsonList(text) : text;
}

/** All that a double can be; JSON has neither an infinity nor a zero below zero. */
const spelled = (value: number): string => (Object.is(value, -0) ? '-0.0' : String(value));
