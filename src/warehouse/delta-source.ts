import { changesBetween, DeltaTable, mayMatch, type Predicate } from '#delta';
import type { Fragment } from '#sql';
import { fileSet, type LakeFile, lakeFile, relationOf } from './read-files.js';
import { columnsOfTable } from './table-spec.js';

/** Any Delta table, read in the columns of its own schema. */
export interface DeltaSource {
  /** The table's own id: the same under every path. */
  readonly id: string;
  readonly version: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** `(select ...)` over its rows, to stand in FROM. */
  readonly relation: Fragment;
  readonly files: readonly LakeFile[];
}

export interface DeltaSourceOptions {
  readonly version?: number | undefined;
  /** Only the rows of files that came with a later version than this; a file of which rows were deleted since counts as come. */
  readonly addedAfter?: number | undefined;
  /** Only files that may hold a row like this, as far as partitions and statistics tell; their other rows are read too. */
  readonly where?: Predicate | undefined;
}

/** Opens the Delta table of a folder, whoever wrote it, at a version or the newest. @throws DELTA_... */
export async function readDeltaTable(
  path: string,
  { version, addedAfter, where }: DeltaSourceOptions = {},
): Promise<DeltaSource> {
  const table = new DeltaTable(path);
  const snapshot = await table.snapshot(version);
  const all =
    addedAfter === undefined
      ? [...snapshot.files.values()]
      : [...(await changesBetween(table, addedAfter, snapshot.version)).added];
  const files = where === undefined ? all : all.filter(file => mayMatch(file, where, snapshot.schema));
  const columns = columnsOfTable(snapshot);
  const set = await fileSet(table, files, { partitionBy: snapshot.metaData.partitionColumns, columns });
  return {
    id: snapshot.metaData.id,
    version: snapshot.version,
    columns: columns.map(({ name, type }) => ({
      name,
      type: type.parts.map(p => (p.kind === 'text' ? p.text : '')).join(''),
    })),
    relation: relationOf(set),
    files: files.map(file => lakeFile(table.path, file)),
  };
}
