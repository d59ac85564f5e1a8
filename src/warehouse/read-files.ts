import { join as joinPath } from 'node:path';
import { type AddFile, locateFile, readStats } from '#delta';
import { type Fragment, join, lit, raw, ref, sql } from '#sql';
import type { RelationColumn } from './table-spec.js';

/** A data file of a table, for those who read it by other means. */
export interface LakeFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** As the log spells them; null is null. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly rowCount: number | undefined;
}

/** What a relation over data files is made from. */
export interface FileSet {
  /** Absolute path of the table's folder. */
  readonly table: string;
  readonly files: readonly AddFile[];
  readonly partitionBy: readonly string[];
  readonly columns: readonly RelationColumn[];
}

export function lakeFile(table: string, file: AddFile): LakeFile {
  return {
    path: locateFile(table, file.path),
    sizeBytes: file.size,
    partitionValues: partitionValuesOf(file),
    rowCount: readStats(file).numRecords,
  };
}

/** Partition values with Delta's empty text read as what it means: null. */
export function partitionValuesOf(file: Pick<AddFile, 'partitionValues'>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(file.partitionValues).map(([name, value]) => [name, value === '' ? null : value]),
  );
}

/**
 * `(select ...)` with exactly the given columns in their types: those that no file holds are null, partition columns come
 * from the log. An empty relation of these types where there are no files.
 */
export function relationOf(set: FileSet): Fragment {
  const { files, columns, partitionBy } = set;
  if (files.length === 0) {
    const nulls = columns.map(({ name, type }) => sql`cast(null as ${type}) as ${ref(name)}`);
    return sql`(select ${join(nulls)} where false)`;
  }
  const held = heldColumns(set);
  const dataColumns = columns.filter(({ name }) => !partitionBy.includes(name));
  const isUniform =
    held !== undefined && dataColumns.every(({ name }) => held.byAll.has(name) || !held.byAny.has(name));
  const shown = columns.map(({ name, type }) => {
    const isThere = partitionBy.includes(name) || held === undefined || held.byAny.has(name);
    return isThere ? sql`cast(${ref(name)} as ${type}) as ${ref(name)}` : sql`cast(null as ${type}) as ${ref(name)}`;
  });
  return sql`(select ${join(shown)} from ${filesWithPartitions(set, isUniform)})`;
}

/** Which columns all files, and any file, hold: a file's null counts name its columns. Undefined where a writer left none. */
function heldColumns({ files }: FileSet): { readonly byAll: Set<string>; readonly byAny: Set<string> } | undefined {
  const counts = new Map<string, number>();
  for (const file of files) {
    const names = Object.keys(readStats(file).nullCount);
    // Writers may leave columns beyond the 32nd without statistics, so only our own files tell for certain.
    if (!file.path.includes(ownFilePrefix) || names.length === 0) return undefined;
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const byAny = new Set(counts.keys());
  const byAll = new Set([...byAny].filter(name => counts.get(name) === files.length));
  return { byAll, byAny };
}

/** How the names of files that the lake writes begin. */
export const ownFilePrefix = 'playhead-';

function filesWithPartitions(set: FileSet, isUniform: boolean): Fragment {
  const { files, table, partitionBy, columns } = set;
  const paths = files.map(file => locateFile(table, file.path));
  const list = sql`[${join(paths.map(path => lit(escapeGlob(path))))}]`;
  const union = isUniform ? sql`` : sql`, union_by_name = true`;
  if (partitionBy.length === 0) return sql`read_parquet(${list}, hive_partitioning = false${union})`;
  if (files.every(file => isInItsFolder(set, file))) {
    const types = partitionBy.map(name => sql`${lit(name)}: ${lit(typeText(columns, name))}`);
    return sql`read_parquet(${list}, hive_partitioning = true, hive_types = {${join(types)}}${union})`;
  }
  const named = partitionBy.map(name => ref(name));
  const values = files.map((file, i) => {
    const of = partitionValuesOf(file);
    return sql`(${join([lit(paths[i] ?? ''), ...partitionBy.map(name => lit(of[name] ?? null))])})`;
  });
  const known = sql`(select * from (values ${join(values)}) as v(${join([raw('playhead_file'), ...named])}))`;
  const data = sql`read_parquet(${list}, hive_partitioning = false, filename = 'playhead_file'${union})`;
  return sql`${data} as d join ${known} as p using (playhead_file)`;
}

/** The type's text inside `hive_types`, which takes names of types as text. */
function typeText(columns: readonly RelationColumn[], name: string): string {
  const type = columns.find(column => column.name === name)?.type;
  return type?.parts.map(part => (part.kind === 'text' ? part.text : '')).join('') ?? 'VARCHAR';
}

const hiveNull = '__HIVE_DEFAULT_PARTITION__';

/** Whether the folder names say just what the log says; then the engine may take them from there and skip whole files. */
function isInItsFolder({ table, partitionBy }: FileSet, file: AddFile): boolean {
  const segments = locateFile(table, file.path).split('/').slice(0, -1);
  const expected = partitionBy.map(name => `${name}=${file.partitionValues[name] || hiveNull}`);
  const prefix = joinPath(table).split('/');
  if (prefix.some(segment => segment.includes('='))) return false;
  const found = segments.slice(prefix.length);
  return found.length === expected.length && found.every((segment, i) => decodeURIComponent(segment) === expected[i]);
}

/** File names are patterns to `read_parquet`. */
export const escapeGlob = (path: string): string => path.replaceAll(/[[*?]/g, '[$&]');
