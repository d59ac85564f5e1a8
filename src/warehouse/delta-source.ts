import { openTable } from '#delta';
import type { Fragment } from '#sql';
import { type LakeFile, lakeFile, relationOf } from './read-files.js';
import { columnsOfSchema } from './table-spec.js';

/** Any Delta table, read in the columns of its own schema. */
export interface DeltaSource {
  readonly version: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** `(select ...)` over its rows, to stand in FROM. */
  readonly relation: Fragment;
  readonly files: readonly LakeFile[];
}

/** Opens the Delta table of a folder, whoever wrote it, at a version or the newest. @throws DELTA_... */
export async function readDeltaTable(
  path: string,
  { version }: { readonly version?: number | undefined } = {},
): Promise<DeltaSource> {
  const table = await openTable(path);
  const snapshot = await table.snapshot(version);
  const files = [...snapshot.files.values()];
  const columns = columnsOfSchema(snapshot.schema);
  return {
    version: snapshot.version,
    columns: columns.map(({ name, type }) => ({
      name,
      type: type.parts.map(p => (p.kind === 'text' ? p.text : '')).join(''),
    })),
    relation: relationOf({ table: table.path, files, partitionBy: snapshot.metaData.partitionColumns, columns }),
    files: files.map(file => lakeFile(table.path, file)),
  };
}
