import { join as joinPath } from 'node:path';
import { type AddFile, type DeltaTable, keyOf, locateFile, readDeletions, readStats, rowCountOf } from '#delta';
import { type Fragment, join, lit, raw, ref, sql } from '#sql';
import { deletedBlocks, rowsOfBlock } from './deleted-rows.js';
import type { RelationColumn } from './table-spec.js';

/** A data file of a table, for those who read it by other means. */
export interface LakeFile {
  /** Names the file's rows, within its table: another id where rows of it were deleted. */
  readonly id: string;
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
  /** Deleted rows of those files that have any, by `keyOf` the file. */
  readonly deletions: ReadonlyMap<string, readonly number[]>;
}

/** Files with what must be known to read them. @throws DELTA_CORRUPT_LOG, DELTA_MISSING_FILE for a deletion vector */
export async function fileSet(
  { path, store }: Pick<DeltaTable, 'path' | 'store'>,
  files: readonly AddFile[],
  { partitionBy, columns }: Pick<FileSet, 'partitionBy' | 'columns'>,
): Promise<FileSet> {
  return { table: path, files, partitionBy, columns, deletions: await readDeletions(store, path, files) };
}

export function lakeFile(table: string, file: AddFile): LakeFile {
  return {
    id: keyOf(file),
    path: locateFile(table, file.path),
    sizeBytes: file.size,
    partitionValues: partitionValuesOf(file),
    rowCount: rowCountOf(file),
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
  const { files, columns } = set;
  if (files.length === 0) return sql`(${noRows(columns)})`;
  const whole = files.filter(file => file.deletionVector === undefined);
  if (whole.length === files.length) return sql`(${shownRows(set, filesWithPartitions(set))})`;
  const cut = { ...set, files: files.filter(file => file.deletionVector !== undefined) };
  const left = shownRows(set, sql`${rowsWithPartitions(cut, withRowNumber)} where ${isNotDeleted}`);
  if (whole.length === 0) return sql`(${left})`;
  return sql`(${left} union all select * from ${relationOf({ ...set, files: whole })} as w)`;
}

function shownRows(set: FileSet, rows: Fragment): Fragment {
  const shown = set.columns.map(column => {
    const value = set.partitionBy.includes(column.name) ? partitionValue(set, column) : storedValue(column);
    return sql`cast(${value} as ${column.type}) as ${ref(column.name)}`;
  });
  return sql`select ${join(shown)} from ${rows}`;
}

function storedValue({ name, stored }: RelationColumn): Fragment {
  return stored === undefined ? sql`d.${ref(name)}` : stored.shown(sql`d.${ref(stored.name)}`);
}

/** `(select playhead_file, ...)`: columns that lie in the files themselves, and which file each row lies in (its path); deleted rows too. */
export function rowsByFile(set: Omit<FileSet, 'deletions'>): Fragment {
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
function isUniform({ files, columns, partitionBy }: Omit<FileSet, 'deletions'>): boolean {
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
  const { partitionBy } = set;
  if (partitionBy.length === 0) return sql`${dataRows(set, sql`hive_partitioning = false`)} as d`;
  if (isOneFile(set)) return sql`${dataRows(set, sql`hive_partitioning = false`)} as d`;
  if (areFolders(set)) {
    const types = partitionBy.map(name => sql`${lit(name)}: ${lit(typeText(set.columns, name))}`);
    return sql`${dataRows(set, sql`hive_partitioning = true, hive_types = {${join(types)}}`)} as d`;
  }
  return rowsWithPartitions(set, sql`filename = ${lit(fileColumnName)}`);
}

/** `<rows> as d join <partition values> as p`, with the deleted rows of each file beside. */
function rowsWithPartitions(set: FileSet, options: Fragment): Fragment {
  const { files, partitionBy, columns, deletions } = set;
  const values = files.map((file, i) => {
    const of = partitionValuesOf(file);
    const names = partitionBy.map(name => columns.find(column => column.name === name)?.stored?.name ?? name);
    return sql`(${join([lit(locateFile(set.table, file.path)), raw(String(i)), ...names.map(name => lit(of[name] ?? null))])})`;
  });
  const texts = partitionBy.map(name => sql`cast(${ref(name)} as varchar) as ${ref(name)}`);
  const named = join([fileColumn, fileNumber, ...partitionBy.map(name => ref(name))]);
  const known = sql`(select ${join([fileColumn, fileNumber, ...texts])} from (values ${join(values)}) as v(${named}))`;
  const data = dataRows(set, sql`hive_partitioning = false, ${options}`);
  const rows = sql`${data} as d join ${known} as p using (${fileColumn})`;
  if (options !== withRowNumber) return rows;
  const blocks = deletedBlocks(files.map(file => deletedRowsOf(file, deletions)));
  return sql`${rows} left join ${blocks} as x on x.${fileNumber} = p.${fileNumber} and x.block = d.file_row_number // ${raw(String(rowsOfBlock))}`;
}

/** @throws Error when the rows were not loaded: reading on would bring them back */
function deletedRowsOf(file: AddFile, deletions: FileSet['deletions']): readonly number[] {
  const rows = deletions.get(keyOf(file));
  if (rows === undefined) throw new Error(`the deleted rows of ${file.path} were not loaded`);
  return rows;
}

const isNotDeleted = sql`(x.bits is null or get_bit(x.bits, cast(d.file_row_number % ${raw(String(rowsOfBlock))} as integer)) = 0)`;

/** Names the file of a row in `rowsByFile`. */
export const fileColumnName = 'playhead_file';
const fileColumn = ref(fileColumnName);
const fileNumber = ref('playhead_file_number');
const withRowNumber = sql`filename = ${lit(fileColumnName)}, file_row_number = true`;

/** All columns of the files as they are, and those that some or all of them lack as null. */
function dataRows(set: Omit<FileSet, 'deletions'>, options: Fragment): Fragment {
  const { files, table, columns, partitionBy } = set;
  const list = sql`[${join(files.map(file => lit(escapeGlob(locateFile(table, file.path)))))}]`;
  if (isUniform(set)) return sql`read_parquet(${list}, ${options})`;
  const inFiles = columns.filter(({ name }) => !partitionBy.includes(name));
  const read = hasBytes(inFiles) ? options : sql`${options}, binary_as_string = true`;
  const fields = inFiles.map(({ stored }) => fieldById(stored));
  if (inFiles.length > 0 && fields.every(field => field !== undefined)) {
    return sql`read_parquet(${list}, ${read}, schema = map {${join(fields)}})`;
  }
  const declared = noRows(inFiles.map(({ name, type, stored }) => stored ?? { name, type }));
  return sql`(${declared} union all by name select * from read_parquet(${list}, ${read}, union_by_name = true))`;
}

/** Some writers (ClickHouse) do not mark texts inside lists as such; where no column holds bytes, all that looks so is text. */
const hasBytes = (columns: readonly RelationColumn[]): boolean =>
  columns.some(({ type }) => partsText(type).includes('BLOB'));

/** How `read_parquet` is told which field of the files is a column. */
function fieldById(stored: RelationColumn['stored']): Fragment | undefined {
  if (stored?.id === undefined) return undefined;
  const type = lit(partsText(stored.type));
  return sql`${raw(String(stored.id))}: {name: ${lit(stored.name)}, type: ${type}, default_value: null}`;
}

function partitionValue(set: FileSet, { name, type, stored }: RelationColumn): Fragment {
  const [only] = set.files;
  if (isOneFile(set) && only !== undefined && only.deletionVector === undefined) {
    const value = lit(partitionValuesOf(only)[stored?.name ?? name] ?? null);
    return typeText([{ name, type }], name) === 'BLOB' ? sql`encode(${value})` : value;
  }
  if (set.files.every(file => file.deletionVector === undefined) && areFolders(set)) return sql`d.${ref(name)}`;
  // The log spells bytes as text; a cast would take backslashes for hexadecimal digits.
  return typeText([{ name, type }], name) === 'BLOB' ? sql`encode(p.${ref(name)})` : sql`p.${ref(name)}`;
}

/**
 * With one file DuckDB 1.5.5 answers min and max from the file's own statistics, and ends with an internal error for a
 * partition column, which the file does not hold; a literal stands there instead.
 */
const isOneFile = (set: FileSet): boolean => set.files.length === 1;

/** Whether the folder names of all files say just what the log says. */
const areFolders = (set: FileSet): boolean =>
  set.columns.every(({ stored }) => stored === undefined) && set.files.every(file => isInItsFolder(set, file));

/** The type's text inside `hive_types`, which takes names of types as text. */
function typeText(columns: readonly RelationColumn[], name: string): string {
  const type = columns.find(column => column.name === name)?.type;
  return type === undefined ? 'VARCHAR' : partsText(type);
}

const partsText = ({ parts }: Fragment): string => parts.map(part => (part.kind === 'text' ? part.text : '')).join('');

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
