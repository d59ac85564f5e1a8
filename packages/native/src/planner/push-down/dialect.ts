import { sql, Template } from './template.js';

/** The types of expressions that are pushed down, by their PostgreSQL names. `numeric` holds whole numbers only. */
export type SqlType = 'bool' | 'text' | 'int4' | 'int8' | 'numeric' | 'float8' | 'timestamp' | 'date';

type Spell = (...parts: readonly Template[]) => Template;

/** One meaning, PostgreSQL's, in the words of each data source; `none` where it has no words for exactly that. */
interface Spelling {
  readonly duckdb: Spell | 'none';
  readonly spark: Spell | 'none';
}

const spelled = (duckdb: Spell | 'none', spark: Spell | 'none'): Spelling => ({ duckdb, spark });
const alike = (spell: Spell): Spelling => ({ duckdb: spell, spark: spell });
const call = (name: string): Spell =>
  function spell(...parts) {
    return Template.written([`${name}(`, ...parts.slice(1).map(() => ', '), ')'], parts);
  };
const infix = (operator: string): Spelling => alike((a, b) => Template.written(['(', ` ${operator} `, ')'], [a, b]));
const field = (duckdb: string, spark = duckdb): Spelling =>
  spelled(
    a => Template.written([`CAST(extract(${duckdb} FROM `, ') AS BIGINT)'], [a]),
    a => Template.written([`CAST(extract(${spark} FROM `, ') AS BIGINT)'], [a]),
  );
const truncated = (unit: string): Spelling =>
  spelled(
    a => Template.written([`CAST(date_trunc('${unit}', `, ') AS TIMESTAMP)'], [a]),
    a => Template.written([`CAST(date_trunc('${unit}', `, ') AS TIMESTAMP_NTZ)'], [a]),
  );

/** From the first code point of a range to its last. */
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const text = (codes: readonly number[]): string => String.fromCodePoint(...codes);

// Of 1.1 million code points these 69 pairs have two cases in DuckDB's tables and one in those of PGlite (musl):
// circled letters, Vithkuqi and a few new Latin ones. packages/native/test/push-down.test.ts walks through all.
const onlyLower = [
  ...range(0x24d0, 0x24e9),
  ...[0x2c5f, 0xa7c1, 0xa7c8, 0xa7ca, 0xa7d1, 0xa7d7, 0xa7d9, 0xa7f6],
  ...range(0x10597, 0x105a1),
  ...range(0x105a3, 0x105b1),
  ...range(0x105b3, 0x105b9),
  ...range(0x105bb, 0x105bc),
];
const onlyUpper = [
  ...range(0x24b6, 0x24cf),
  ...[0x2c2f, 0xa7c0, 0xa7c7, 0xa7c9, 0xa7d0, 0xa7d6, 0xa7d8, 0xa7f5],
  ...range(0x10570, 0x1057a),
  ...range(0x1057c, 0x1058a),
  ...range(0x1058c, 0x10592),
  ...range(0x10594, 0x10595),
];
// Characters that nobody may give a meaning to (the last of plane 16) keep their places meanwhile.
const placeholders = text(range(0x10ff00, 0x10ff00 + onlyLower.length - 1));

/** Text of one byte a character, nearly all there is, takes the short way. */
function exactCase(name: 'upper' | 'lower', kept: readonly number[]): Spell {
  const letters = text(kept);
  return a =>
    Template.written(
      [
        '(CASE WHEN strlen(',
        ') = length(',
        `) THEN ${name}(`,
        `) ELSE translate(${name}(translate(`,
        `, '${letters}', '${placeholders}')), '${placeholders}', '${letters}') END)`,
      ],
      [a, a, a, a],
    );
}

/**
 * Everything that may be pushed down. Arguments are templates already; what has to be a plain number (`n` below) is one
 * because the translator checks it. Spark's column is from general knowledge; nothing has run against it yet.
 */
const spellings = {
  // Logic and comparison
  and: infix('AND'),
  or: infix('OR'),
  not: alike(a => sql`(NOT ${a})`),
  isNull: alike(a => sql`(${a} IS NULL)`),
  isTrue: alike(a => sql`coalesce(${a}, FALSE)`),
  isFalse: alike(a => sql`coalesce(NOT ${a}, FALSE)`),
  '=': infix('='),
  '<>': infix('<>'),
  '<': infix('<'),
  '<=': infix('<='),
  '>': infix('>'),
  '>=': infix('>='),
  distinct: spelled(
    (a, b) => sql`(${a} IS DISTINCT FROM ${b})`,
    (a, b) => sql`(NOT (${a} <=> ${b}))`,
  ),
  in: alike((a, list) => sql`(${a} IN (${list}))`),
  like: spelled(
    (a, pattern) => sql`like_escape(${a}, ${pattern}, '\\')`,
    (a, pattern) => sql`(${a} LIKE ${pattern} ESCAPE '\\')`,
  ),
  // Conditional expressions; the branches arrive as one list.
  coalesce: alike(list => sql`coalesce(${list})`),
  greatest: alike(list => sql`greatest(${list})`),
  least: alike(list => sql`least(${list})`),
  nullif: alike(call('nullif')),
  when: alike((condition, result) => sql`WHEN ${condition} THEN ${result}`),
  case: alike((whens, otherwise) => sql`(CASE ${whens} ELSE ${otherwise} END)`),
  // Numbers
  '+': infix('+'),
  '-': infix('-'),
  '*': infix('*'),
  '/': infix('/'),
  // Both cut towards zero, as PostgreSQL does.
  quotient: spelled(
    (a, b) => sql`(${a} // ${b})`,
    (a, b) => sql`(${a} DIV ${b})`,
  ),
  remainder: infix('%'),
  negate: alike(a => sql`(- ${a})`),
  abs: alike(call('abs')),
  floor: spelled(call('floor'), a => sql`CAST(floor(${a}) AS DOUBLE)`),
  ceil: spelled(call('ceil'), a => sql`CAST(ceil(${a}) AS DOUBLE)`),
  // PostgreSQL rounds float8 half to even.
  round: spelled(a => sql`round_even(${a}, 0)`, call('rint')),
  trunc: spelled(call('trunc'), 'none'),
  // Text. Spark's upper and lower turn one letter into several.
  upper: spelled(exactCase('upper', onlyLower), 'none'),
  lower: spelled(exactCase('lower', onlyUpper), 'none'),
  length: spelled(a => sql`CAST(length(${a}) AS INTEGER)`, call('char_length')),
  position: spelled(
    (a, part) => sql`CAST(strpos(${a}, ${part}) AS INTEGER)`,
    (a, part) => sql`locate(${part}, ${a})`,
  ),
  startsWith: spelled(call('starts_with'), call('startswith')),
  left: alike((a, n) => sql`left(${a}, ${n})`),
  right: alike((a, n) => sql`right(${a}, ${n})`),
  substring: alike((a, from, n) => sql`substring(${a}, ${from}, ${n})`),
  trim: spelled(
    (a, characters) => sql`trim(${a}, ${characters})`,
    (a, characters) => sql`trim(BOTH ${characters} FROM ${a})`,
  ),
  trimLeft: spelled(
    (a, characters) => sql`ltrim(${a}, ${characters})`,
    (a, characters) => sql`trim(LEADING ${characters} FROM ${a})`,
  ),
  trimRight: spelled(
    (a, characters) => sql`rtrim(${a}, ${characters})`,
    (a, characters) => sql`trim(TRAILING ${characters} FROM ${a})`,
  ),
  replace: alike(call('replace')),
  '||': alike((a, b) => sql`(${a} || ${b})`),
  // Times are wall clocks in UTC, as Cube hands them out.
  instant: spelled(
    a => sql`make_timestamp(epoch_us(${a}))`,
    a => sql`convert_timezone(current_timezone(), 'UTC', CAST(${a} AS TIMESTAMP_NTZ))`,
  ),
  addDays: spelled(
    (a, n) => sql`(${a} + to_days(CAST(${n} AS INTEGER)))`,
    (a, n) => sql`(${a} + make_dt_interval(CAST(${n} AS INT)))`,
  ),
  addMonths: spelled(
    (a, n) => sql`(${a} + to_months(CAST(${n} AS INTEGER)))`,
    (a, n) => sql`(${a} + make_ym_interval(0, CAST(${n} AS INT)))`,
  ),
  addSeconds: spelled(
    (a, n) => sql`(${a} + to_seconds(${n}))`,
    (a, n) => sql`(${a} + make_dt_interval(0, 0, 0, ${n}))`,
  ),
  addDaysToDate: spelled(
    (a, n) => sql`CAST(${a} + CAST(${n} AS INTEGER) AS DATE)`,
    (a, n) => sql`date_add(${a}, CAST(${n} AS INT))`,
  ),
  daysBetween: spelled(
    (a, b) => sql`CAST(${a} - ${b} AS INTEGER)`,
    (a, b) => sql`datediff(${a}, ${b})`,
  ),
  'extract year': field('YEAR'),
  'extract quarter': field('QUARTER'),
  'extract month': field('MONTH'),
  'extract week': field('WEEK'),
  'extract day': field('DAY'),
  'extract doy': field('DOY'),
  'extract isoyear': field('ISOYEAR', 'YEAROFWEEK'),
  'extract hour': field('HOUR'),
  'extract minute': field('MINUTE'),
  'extract isodow': field('ISODOW', 'DOW_ISO'),
  // Spark counts days of the week from 1.
  'extract dow': spelled(
    a => sql`CAST(extract(DOW FROM ${a}) AS BIGINT)`,
    a => sql`CAST(dayofweek(${a}) - 1 AS BIGINT)`,
  ),
  'trunc minute': truncated('minute'),
  'trunc hour': truncated('hour'),
  'trunc day': truncated('day'),
  'trunc week': truncated('week'),
  'trunc month': truncated('month'),
  'trunc quarter': truncated('quarter'),
  'trunc year': truncated('year'),
  // Casts
  'as bool': alike(a => sql`CAST(${a} AS BOOLEAN)`),
  'as text': spelled(
    a => sql`CAST(${a} AS VARCHAR)`,
    a => sql`CAST(${a} AS STRING)`,
  ),
  'as int4': alike(a => sql`CAST(${a} AS INTEGER)`),
  'as int8': alike(a => sql`CAST(${a} AS BIGINT)`),
  'as numeric': alike(a => sql`CAST(${a} AS BIGINT)`),
  'as float8': alike(a => sql`CAST(${a} AS DOUBLE)`),
  'as timestamp': spelled(
    a => sql`CAST(${a} AS TIMESTAMP)`,
    a => sql`CAST(${a} AS TIMESTAMP_NTZ)`,
  ),
  'as date': alike(a => sql`CAST(${a} AS DATE)`),
  // Aggregates
  count: alike(a => sql`count(${a})`),
  countRows: alike(() => sql`count(*)`),
  countDistinct: alike(a => sql`count(DISTINCT ${a})`),
  sum: alike(call('sum')),
  avg: alike(call('avg')),
  min: alike(call('min')),
  max: alike(call('max')),
  boolAnd: alike(call('bool_and')),
  boolOr: alike(call('bool_or')),
  filter: alike((aggregate, condition) => sql`${aggregate} FILTER (WHERE ${condition})`),
} as const;

export type Word = keyof typeof spellings;

/** The words of one data source. @returns nothing where it has none that means exactly that */
export type Dialect = (word: Word) => Spell | undefined;

const dialectOf =
  (source: keyof Spelling): Dialect =>
  word => {
    const spelling: Spelling = spellings[word];
    const spell = spelling[source];
    return spell === 'none' ? undefined : spell;
  };

export const duckdb: Dialect = dialectOf('duckdb');
export const spark: Dialect = dialectOf('spark');

/** The dialect for Cube's name of a data source; nothing where expressions cannot go down. */
export const dialectFor = (dbType: string | undefined): Dialect | undefined =>
  dbType === 'duckdb' ? duckdb : undefined;
