import { type Dialect, type Fragment, join, lit, ref, sql } from '#sql';
import type { CanonicalColumn } from './canonical.js';
import { canonicalNames } from './canonical.js';
import type { ResolvedMapping } from './mapping.js';
import { jsonPath, type SourcePath } from './source-path.js';
import { booleanOf, firstOf, type Value, type ValueKind } from './value.js';

/** Rows of a source that is not yet understood. */
export type SourceRows = JsonRows | TableRows;

/** Texts that should be JSON objects: columns `record` (text) and `line` (BIGINT, null where it is not known). */
export interface JsonRows {
  readonly kind: 'json';
  readonly from: Fragment;
}

/** A relation with typed columns, and `line` (BIGINT) beside them. */
export interface TableRows {
  readonly kind: 'table';
  readonly from: Fragment;
  /** Column name -> what it holds, in the order of the source. */
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** The column that tells the line. */
  readonly lineColumn: string;
  /** The column that holds the text of rows that could not be taken apart, null in all others. */
  readonly brokenColumn?: string;
}

/** `nested`: JSON, structs, maps, lists of anything but text; a path leads into it. */
export type ColumnKind = ValueKind | 'nested';

/** What each canonical column reads, found in one relation: `from` has `line`, `record` and the values. */
export interface FoundValues {
  readonly from: Fragment;
  readonly values: Readonly<Partial<Record<CanonicalColumn, Value>>>;
  /** The value at one of the deciding paths. */
  readonly valueOf: (path: SourcePath) => Value | undefined;
  /** The text of a row that cannot be taken apart at all, else null. */
  readonly broken: Fragment;
  /** The original row as JSON text, over `record`; dear for tables, so only for the rows that need it. */
  readonly recordText: Fragment;
}

/** Finds every value that the mapping names, each source row being parsed once. */
export function findValues(
  rows: SourceRows,
  mapping: ResolvedMapping,
  decidingPaths: readonly SourcePath[],
  d: Dialect,
): FoundValues {
  const wanted = [...canonicalNames.flatMap(name => mapping.columns[name]), ...decidingPaths];
  const found = locate(rows, wanted);
  const valuesAt = (path: SourcePath): Value[] => {
    const value = found.valueOf(path);
    if (value === undefined) return [];
    return path.isNegated ? [{ kind: 'boolean', sql: sql`not (${booleanOf(value, d)})` }] : [value];
  };
  const values: Partial<Record<CanonicalColumn, Value>> = {};
  for (const name of canonicalNames) {
    const constant = mapping.constants[name];
    const sources = mapping.columns[name].flatMap(valuesAt);
    const fixed: Value[] = constant === undefined ? [] : [{ kind: 'text', sql: lit(constant) }];
    const value = firstOf([...sources, ...fixed], d);
    if (value !== undefined) values[name] = value;
  }
  return {
    from: found.from,
    values,
    valueOf: path => valuesAt(path)[0],
    broken: found.broken,
    recordText: found.recordText,
  };
}

/** Where each wanted value stands: `from` has `line`, `record` and whatever the values need. */
export interface Located {
  readonly from: Fragment;
  readonly valueOf: (path: SourcePath) => Value | undefined;
  readonly broken: Fragment;
  readonly recordText: Fragment;
}

/** Finds the values of some paths, each source row being parsed once. */
export const locate = (rows: SourceRows, wanted: readonly SourcePath[]): Located =>
  rows.kind === 'json' ? fromJson(rows, wanted) : fromTable(rows, wanted);

const extracted = (column: Fragment, paths: readonly string[]): Fragment =>
  sql`try(json_extract_string(${column}, [${join(paths.map(lit))}]))`;

const nth = (list: Fragment, index: number): Fragment => sql`${list}[${lit(index + 1)}]`;

/** JSON text is parsed once a row into the list of all wanted values, and JSON inside text once more. */
function fromJson({ from }: JsonRows, wanted: readonly SourcePath[]): Located {
  const outer = [...new Set(wanted.map(outerPath))];
  const nested = [...new Set(wanted.filter(path => path.inner !== undefined).map(outerPath))];
  const innerOf = (holder: string) => [
    ...new Set(wanted.filter(path => outerPath(path) === holder).flatMap(path => innerPath(path) ?? [])),
  ];
  const outerValue = (path: string) => nth(ref('found'), outer.indexOf(path));
  const insideColumns = nested.map(
    (holder, i) => sql`, ${extracted(outerValue(holder), innerOf(holder))} as ${ref(`inside_${i}`)}`,
  );
  return {
    from: sql`(select *${join(insideColumns, '')} from (select line, record, case when starts_with(ltrim(record), ${lit('{')}) then ${extracted(sql`record`, outer)} end as found from ${from}))`,
    valueOf: path => {
      const inner = innerPath(path);
      const holder = outerPath(path);
      if (inner === undefined) return { kind: 'text', sql: outerValue(holder) };
      return { kind: 'text', sql: nth(ref(`inside_${nested.indexOf(holder)}`), innerOf(holder).indexOf(inner)) };
    },
    broken: sql`case when found is null then record end`,
    recordText: sql`record`,
  };
}

const outerPath = (path: SourcePath): string => jsonPath([path.column, ...path.steps]);
const innerPath = (path: SourcePath): string | undefined =>
  path.inner === undefined ? undefined : jsonPath(path.inner);

/** Typed columns are taken as they are; JSON text and structs are looked into once a row. */
function fromTable({ from, columns, lineColumn, brokenColumn }: TableRows, wanted: readonly SourcePath[]): Located {
  const used = [...new Set(wanted.flatMap(path => columnNamed(path.column, columns) ?? []))];
  const pathsInto = (column: string) => [
    ...new Set(wanted.filter(path => columnNamed(path.column, columns) === column).flatMap(path => pathIn(path) ?? [])),
  ];
  const opened = used.filter(column => pathsInto(column).length > 0);
  const values = used.map((column, i) => sql`, ${ref('input', column)} as ${ref(`value_${i}`)}`);
  const inside = opened.map(
    (column, i) => sql`, ${extracted(jsonTextOf(column, columns), pathsInto(column))} as ${ref(`inside_${i}`)}`,
  );
  const broken = brokenColumn === undefined ? sql`` : sql`, ${ref('input', brokenColumn)} as broken`;
  const fields = Object.keys(columns).map(name => sql`${ref(name)} := ${ref('input', name)}`);
  return {
    from: sql`(select ${ref('input', lineColumn)} as line, struct_pack(${join(fields)}) as record${broken}${join([...values, ...inside], '')} from ${from} as input)`,
    valueOf: path => {
      const column = columnNamed(path.column, columns);
      const kind = column === undefined ? undefined : columns[column];
      if (column === undefined || kind === undefined) return undefined;
      const inner = pathIn(path);
      if (inner !== undefined) {
        return { kind: 'text', sql: nth(ref(`inside_${opened.indexOf(column)}`), pathsInto(column).indexOf(inner)) };
      }
      const value = ref(`value_${used.indexOf(column)}`);
      return kind === 'nested' ? { kind: 'text', sql: sql`cast(to_json(${value}) as varchar)` } : { kind, sql: value };
    },
    recordText:
      brokenColumn === undefined ? rowAsJson : sql`case when broken is null then ${rowAsJson} else broken end`,
    broken: brokenColumn === undefined ? sql`cast(null as varchar)` : sql`broken`,
  };
}

const rowAsJson = sql`cast(to_json(record) as varchar)`;

/** Structs become JSON; text is taken for JSON. */
function jsonTextOf(column: string, columns: TableRows['columns']): Fragment {
  const value = ref('input', column);
  return columns[column] === 'text' ? value : sql`to_json(${value})`;
}

/** The path below the column of a table; JSON inside text needs no second step there. */
function pathIn(path: SourcePath): string | undefined {
  const steps = [...path.steps, ...(path.inner ?? [])];
  return steps.length === 0 ? undefined : jsonPath(steps);
}

/** The column of that name, else the one that differs in case only. */
export function columnNamed(name: string, columns: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.hasOwn(columns, name)) return name;
  return Object.keys(columns).find(column => column.toLowerCase() === name.toLowerCase());
}
