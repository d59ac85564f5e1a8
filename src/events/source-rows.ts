import { type Dialect, type Fragment, type JsonPath, join, lit, raw, ref, sql } from '#sql';
import type { CanonicalColumn } from './canonical.js';
import { canonicalNames } from './canonical.js';
import type { ResolvedMapping } from './mapping.js';
import type { SourcePath } from './source-path.js';
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
  const found = locate(rows, wanted, d);
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
export const locate = (rows: SourceRows, wanted: readonly SourcePath[], d: Dialect): Located =>
  rows.kind === 'json' ? fromJson(rows, wanted, d) : fromTable(rows, wanted, d);

/** Paths into one JSON text, each once, and where each of them stands. */
class Paths {
  readonly list: JsonPath[] = [];
  readonly #places = new Map<string, number>();

  constructor(paths: readonly JsonPath[]) {
    for (const path of paths) {
      const key = JSON.stringify(path);
      if (this.#places.has(key)) continue;
      this.#places.set(key, this.list.length);
      this.list.push(path);
    }
  }

  indexOf(path: JsonPath): number {
    return this.#places.get(JSON.stringify(path)) ?? -1;
  }
}

/** JSON text is parsed once a row into the list of all wanted values, and JSON inside text once more. */
function fromJson({ from }: JsonRows, wanted: readonly SourcePath[], { reading }: Dialect): Located {
  const outer = new Paths(wanted.map(outerPath));
  const nested = new Paths(wanted.filter(path => path.inner !== undefined).map(outerPath));
  const innerOf = nested.list.map(
    holder =>
      new Paths(wanted.filter(path => isSame(outerPath(path), holder)).flatMap(({ inner }) => (inner ? [inner] : []))),
  );
  const outerValue = (path: JsonPath) => reading.jsonAt(ref('found'), outer.list, outer.indexOf(path));
  const insideColumns = nested.list.map(
    (holder, i) => sql`, ${reading.openJson(outerValue(holder), innerOf[i]?.list ?? [])} as ${ref(`inside_${i}`)}`,
  );
  return {
    from: sql`(select *${join(insideColumns, '')} from (select line, record, case when ${reading.startsWith(sql`ltrim(record)`, '{')} then ${reading.openJson(sql`record`, outer.list)} end as found from ${from}))`,
    valueOf: path => {
      const holder = outerPath(path);
      if (path.inner === undefined) return { kind: 'text', sql: outerValue(holder) };
      const i = nested.indexOf(holder);
      const inner = innerOf[i] ?? new Paths([]);
      return { kind: 'text', sql: reading.jsonAt(ref(`inside_${i}`), inner.list, inner.indexOf(path.inner)) };
    },
    broken: sql`case when found is null then record end`,
    recordText: sql`record`,
  };
}

const outerPath = (path: SourcePath): JsonPath => [path.column, ...path.steps];
const isSame = (one: JsonPath, other: JsonPath): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Typed columns are taken as they are; JSON text and structs are looked into once a row. */
function fromTable(
  { from, columns, lineColumn, brokenColumn }: TableRows,
  wanted: readonly SourcePath[],
  d: Dialect,
): Located {
  const { reading } = d;
  const used = [...new Set(wanted.flatMap(path => columnNamed(path.column, columns) ?? []))];
  const pathsInto = (column: string) =>
    new Paths(wanted.filter(path => columnNamed(path.column, columns) === column).flatMap(path => pathIn(path) ?? []));
  const opened = new Map(
    used.map(column => [column, pathsInto(column)] as const).filter(([, { list }]) => list.length > 0),
  );
  const insideOf = (column: string) => ref(`inside_${[...opened.keys()].indexOf(column)}`);
  const values = used.map((column, i) => sql`, ${ref('input', column)} as ${ref(`value_${i}`)}`);
  const noText = sql`cast(null as ${raw(d.type('string'))})`;
  const jsonTextOf = (column: string) => {
    if (columns[column] === 'text') return ref('input', column);
    // A path into a number or an instant leads nowhere.
    const isOpen = columns[column] === 'nested' || columns[column] === 'text_list';
    return isOpen ? reading.json(ref('input', column)) : noText;
  };
  const inside = [...opened].map(
    ([column, { list }]) => sql`, ${reading.openJson(jsonTextOf(column), list)} as ${insideOf(column)}`,
  );
  const broken = brokenColumn === undefined ? sql`` : sql`, ${ref('input', brokenColumn)} as broken`;
  const record = reading.struct(Object.fromEntries(Object.keys(columns).map(name => [name, ref('input', name)])));
  const rowAsJson = reading.json(sql`record`);
  return {
    from: sql`(select ${ref('input', lineColumn)} as line, ${record} as record${broken}${join([...values, ...inside], '')} from ${from} as input)`,
    valueOf: path => {
      const column = columnNamed(path.column, columns);
      const kind = column === undefined ? undefined : columns[column];
      if (column === undefined || kind === undefined) return undefined;
      const inner = pathIn(path);
      const paths = opened.get(column);
      if (inner !== undefined && paths !== undefined) {
        return { kind: 'text', sql: reading.jsonAt(insideOf(column), paths.list, paths.indexOf(inner[0])) };
      }
      const value = ref(`value_${used.indexOf(column)}`);
      return kind === 'nested' ? { kind: 'text', sql: reading.json(value) } : { kind, sql: value };
    },
    recordText:
      brokenColumn === undefined ? rowAsJson : sql`case when broken is null then ${rowAsJson} else broken end`,
    broken: brokenColumn === undefined ? noText : sql`broken`,
  };
}

/** The path below the column of a table; JSON inside text needs no second step there. */
function pathIn(path: SourcePath): readonly [JsonPath] | undefined {
  const steps = [...path.steps, ...(path.inner ?? [])];
  return steps.length === 0 ? undefined : [steps];
}

/** The column of that name, else the one that differs in case only. */
export function columnNamed(name: string, columns: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.hasOwn(columns, name)) return name;
  return Object.keys(columns).find(column => column.toLowerCase() === name.toLowerCase());
}
