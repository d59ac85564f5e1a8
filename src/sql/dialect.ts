import type { Fragment, Notation } from './fragment.js';

/** The column types of all tables and steps; each dialect spells them. */
export type ColumnType =
  | 'string'
  | 'bigint'
  | 'integer'
  | 'double'
  | 'boolean'
  | 'timestamp'
  | 'date'
  | 'string_list'
  | 'double_pair_list';

/** Where two engines differ; `dialects/` says why, member by member. Everything else is written once. */
export interface Dialect extends Notation {
  readonly name: 'duckdb' | 'spark';
  type(type: ColumnType): string;
  /** Between `as` and a common table expression, so that it is merged into its readers instead of being kept. */
  readonly inlineHint: string;

  /** Microseconds since 1970 of an instant: BIGINT. */
  epochUs(instant: Fragment): Fragment;
  /** The instant of BIGINT microseconds since 1970. */
  instantOfUs(us: Fragment): Fragment;
  /** The UTC date of BIGINT microseconds since 1970. */
  dateOfUs(us: Fragment): Fragment;
  /** 32 hexadecimal digits. */
  md5(text: Fragment): Fragment;
  /** A 64-bit key of a row of values, null told from every value: BIGINT or UBIGINT, only for grouping inside a pipeline. */
  hash64(values: readonly Fragment[]): Fragment;
  /** null instead of an error. */
  tryCast(value: Fragment, type: ColumnType): Fragment;
  /** `name(argument) ... over` with nulls passed over; `over` is the text behind OVER. */
  ignoringNulls(name: 'first_value' | 'last_value', argument: Fragment, over: Fragment): Fragment;
  /** Integer division that rounds down: BIGINT. */
  floorDiv(a: Fragment, b: Fragment): Fragment;
  /** An aggregate: the value of the row that comes last by these columns, rows without a value passed over. */
  lastBy(value: Fragment, order: Readonly<Record<string, Fragment>>): Fragment;
  /** An aggregate: the values in the order of the rows, as a list; null where there are no rows. */
  listOf(value: Fragment): Fragment;
  /** The `count` least values of a column among the rows where `condition` holds, as a list; null where there are none. */
  smallest(value: Fragment, condition: Fragment, count: number): Fragment;
  /** `FROM` item with one row per element of a list, cross-joined to what stands before it: `alias.name`. */
  unnest(list: Fragment, alias: string, column: string): Fragment;
  /** `FROM` item with the integers from..to, none when to < from. */
  series(from: Fragment, to: Fragment, alias: string, column: string): Fragment;
  /** The engine's own parse tree of a statement, as JSON text; undefined where it gives none. */
  readonly parseTree?: ((statement: Fragment) => Fragment) | undefined;
}
