import { join as joinPath } from 'node:path';
import { type AddFile, locateFile, readStats } from '#delta';
import { type Fragment, join, lit, ref, sql } from '#sql';
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
  if (files.length === 0) return sql`(${noRows(columns)})`;
  const shown = columns.map(({ name, type }) => {
    const held = partitionBy.includes(name) ? partitionValue(set, { name, type }) : sql`d.${ref(name)}`;
    return sql`cast(${held} as ${type}) as ${ref(name)}`;
  });
  return sql`(select ${join(shown)} from ${filesWithPartitions(set)})`;
}

/** `(select playhead_file, ...)`: columns that lie in the files themselves, and which file each row lies in (its path). */
export function rowsByFile(set: FileSet): Fragment {
  const named = join([
    fileColumn,
    ...set.columns.map(({ name, type }) => sql`cast(${ref(name)} as ${type}) as ${ref(name)}`),
  ]);
  return sql`(select ${named} from ${dataRows(set, sql`hive_partitioning = false, filename = ${lit(fileColumnName)}`)} as d)`;
}

const noRows = (columns: readonly RelationColumn[]): Fragment =>
  sql`select ${join(columns.map(({ name, type }) => sql`cast(null as ${type}) as ${ref(name)}`))} where false`;

/**
 * Whether every file is known to hold every column, so that the engine need not open them all to plan: a file's null counts
 * name its columns. Other writers leave columns beyond the 32nd without statistics, so only our own files tell.
 */
function isUniform({ files, columns, partitionBy }: FileSet): boolean {
  const names = columns.map(({ name }) => name).filter(name => !partitionBy.includes(name));
  return files.every(file => {
    const { nullCount } = readStats(file);
    return file.path.includes(ownFilePrefix) && names.every(name => name in nullCount);
  });
}

/** How the names of files that the lake writes begin. */
export const ownFilePrefix = 'playhead-';

/** `<rows> as d`, or `<rows> as d join <partition values> as p`. */
function filesWithPartitions(set: FileSet): Fragment {
  const { files, partitionBy } = set;
  if (partitionBy.length === 0) return sql`${dataRows(set, sql`hive_partitioning = false`)} as d`;
  if (isOneFile(set)) return sql`${dataRows(set, sql`hive_partitioning = false`)} as d`;
  if (areFolders(set)) {
    const types = partitionBy.map(name => sql`${lit(name)}: ${lit(typeText(set.columns, name))}`);
    return sql`${dataRows(set, sql`hive_partitioning = true, hive_types = {${join(types)}}`)} as d`;
  }
  const values = files.map(file => {
    const of = partitionValuesOf(file);
    return sql`(${join([lit(locateFile(set.table, file.path)), ...partitionBy.map(name => lit(of[name] ?? null))])})`;
  });
  const texts = partitionBy.map(name => sql`cast(${ref(name)} as varchar) as ${ref(name)}`);
  const named = join([fileColumn, ...partitionBy.map(name => ref(name))]);
  const known = sql`(select ${join([fileColumn, ...texts])} from (values ${join(values)}) as v(${named}))`;
  const data = dataRows(set, sql`hive_partitioning = false, filename = ${lit(fileColumnName)}`);
  return sql`${data} as d join ${known} as p using (${fileColumn})`;
}

/** Names the file of a row in `rowsByFile`. */
export const fileColumnName = 'playhead_file';
const fileColumn = ref(fileColumnName);

/** All columns of the files as they are, and those that some or all of them lack as null. */
function dataRows(set: FileSet, options: Fragment): Fragment {
  const { files, table, columns, partitionBy } = set;
  const list = sql`[${join(files.map(file => lit(escapeGlob(locateFile(table, file.path)))))}]`;
  if (isUniform(set)) return sql`read_parquet(${list}, ${options})`;
  const declared = noRows(columns.filter(({ name }) => !partitionBy.includes(name)));
  return sql`(${declared} union all by name select * from read_parquet(${list}, ${options}, union_by_name = true))`;
}

function partitionValue(set: FileSet, { name, type }: RelationColumn): Fragment {
  const [only] = set.files;
  if (isOneFile(set) && only !== undefined) {
    const value = lit(partitionValuesOf(only)[name] ?? null);
    return typeText([{ name, type }], name) === 'BLOB' ? sql`encode(${value})` : value;
  }
  if (areFolders(set)) return sql`d.${ref(name)}`;
  // The log spells bytes as text; a cast would take backslashes for hexadecimal digits.
  return typeText([{ name, type }], name) === 'BLOB' ? sql`encode(p.${ref(name)})` : sql`p.${ref(name)}`;
}

/**
 * With one file DuckDB 1.5.5 answers min and max from the file's own statistics, and ends with an internal error for a
 * partition column, which the file does not hold; a literal stands there instead.
 */
const isOneFile = (set: FileSet): boolean => set.files.length === 1;

/** Whether the folder names of all files say just what the log says. */
const areFolders = (set: FileSet): boolean => set.files.every(file => isInItsFolder(set, file));

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
