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

/** How texts, JSON and numbers of sources are read: the same text gives the same value on both engines. */
export interface Reading {
  /** BIGINT microseconds since 1970 of an instant; null of one beyond all calendars. */
  finiteUs(instant: Fragment): Fragment;
  /** BIGINT microseconds since 1970 of an ISO 8601 text, which has a date at least; UTC where it names no zone. */
  isoUs(text: Fragment): Fragment;
  /** The instant that a text says in a strptime pattern. @throws CONFIG_INVALID for a pattern that the engine cannot read */
  instantIn(text: Fragment, pattern: string): Fragment;
  /** The DOUBLE that a text says; NaN and infinities are some. */
  double(text: Fragment): Fragment;
  /** The BIGINT that a text says, `12.0` included. */
  whole(text: Fragment): Fragment;
  /** The BIGINT nearest to a number. */
  nearestWhole(number: Fragment): Fragment;
  /** The texts of a JSON list. */
  jsonList(text: Fragment): Fragment;
  /** The trimmed pieces of a text between what a regular expression matches. */
  pieces(text: Fragment, separator: string): Fragment;
  startsWith(text: Fragment, prefix: string): Fragment;
  /** One value with named parts. */
  struct(fields: Readonly<Record<string, Fragment>>): Fragment;
  /** A struct, map or list as JSON text. */
  json(value: Fragment): Fragment;
  /** `(select ...)` with a row for each object of a JSON list and a column for each key: many values in one parameter. */
  jsonRows(text: Fragment, columns: Readonly<Record<string, 'string' | 'bigint' | 'double' | 'string_list'>>): Fragment;
  /** JSON text taken apart once, so that `jsonAt` finds all `paths` in it; null where it is no JSON. */
  openJson(text: Fragment, paths: readonly JsonPath[]): Fragment;
  /** The text at one of the paths of an opened JSON text: of a string without quotes, of anything else as JSON. */
  jsonAt(opened: Fragment, paths: readonly JsonPath[], index: number): Fragment;
  /** A DOUBLE as text, spelled alike by both, since ids are made from it. */
  spelledDouble(value: Fragment): Fragment;
  /** A list of texts as text, likewise. */
  spelledList(value: Fragment): Fragment;
}

/** Keys and list indexes on the way into a JSON value. */
export type JsonPath = readonly (string | number)[];

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

  /** Of what a source writes; a value that is none gives null, never an error. */
  readonly reading: Reading;
  /** The engine's own parse tree of a statement, as JSON text; undefined where it gives none. */
  readonly parseTree?: ((statement: Fragment) => Fragment) | undefined;
}
