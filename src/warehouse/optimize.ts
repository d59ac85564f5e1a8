import { rm } from 'node:fs/promises';
import {
  assertWritable,
  type Bin,
  commit,
  type DeltaTable,
  indexedColumns,
  openTable,
  planCompaction,
  rowCountOf,
  type Snapshot,
  type Store,
  stageCompaction,
} from '#delta';
import { PlayheadError } from '#errors';
import { join, ref, sql } from '#sql';
import type { Engine } from './engine.js';
import { fileSet, relationOf } from './read-files.js';
import { columnsOf, specOfSchema, type TableSpec } from './table-spec.js';
import { prepareWrites, type WrittenFiles, writeFiles } from './write-files.js';

export interface OptimizeOptions {
  /** How large the new files should become. Bytes; default 128 MiB. */
  readonly targetBytes?: number;
  /** Sorts the rows of each new file, so that statistics can rule files out; every file is written anew then. */
  readonly sortBy?: readonly string[];
  /** Only tells what would be done. */
  readonly isDryRun?: boolean;
  readonly nowMs?: number;
  readonly store?: Store;
}

export interface Optimized {
  /** The version that the compaction made, or the newest where there was nothing to do. */
  readonly version: number;
  readonly removedFileCount: number;
  readonly addedFileCount: number;
  readonly removedBytes: number;
  readonly addedBytes: number;
}

const targetDefault = 128 * 1024 * 1024;

/**
 * Puts the small files of a Delta table together; no row changes. One commit, so that readers see all of it or nothing.
 * @throws DELTA_CONFLICT when another writer removed one of the files meanwhile, DELTA_UNSUPPORTED for tables that this
 *   product cannot write, QUERY_INVALID for a column to sort by that the table has not
 */
export async function optimizeTable(engine: Engine, path: string, options: OptimizeOptions = {}): Promise<Optimized> {
  const { targetBytes = targetDefault, sortBy = [], isDryRun = false, nowMs = Date.now() } = options;
  const table = await openTable(path, options.store);
  const snapshot = await table.snapshot();
  assertWritable(snapshot, table.path);
  const spec = specOfSchema(table.path, snapshot.schema, snapshot.metaData.partitionColumns);
  assertColumns(table.path, spec, sortBy);
  const bins = planCompaction(snapshot, { targetBytes, isEveryFile: sortBy.length > 0 });
  const moved = bins.flat();
  const removedBytes = moved.reduce((sum, file) => sum + file.size, 0);
  if (isDryRun || bins.length === 0) {
    const addedFileCount = isDryRun ? bins.length : 0;
    return { version: snapshot.version, removedFileCount: moved.length, addedFileCount, removedBytes, addedBytes: 0 };
  }
  const written: WrittenFiles[] = [];
  try {
    await engine.run(prepareWrites);
    for (const bin of bins) written.push(await rewrite(engine, table, snapshot, spec, bin, sortBy));
    await table.store.sync(written.flatMap(({ paths }) => paths));
    const files = written.flatMap(part => part.files);
    const { version } = await commit(table, stageCompaction(snapshot, moved, files, { nowMs, sortBy, targetBytes }));
    const addedBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    return { version, removedFileCount: moved.length, addedFileCount: files.length, removedBytes, addedBytes };
  } catch (error) {
    const live = new Set([...((await table.newest())?.files.values() ?? [])].map(file => file.path));
    const isCommitted = written.some(({ files }) => files.some(file => live.has(file.path)));
    if (!isCommitted) await Promise.all(written.flatMap(({ paths }) => paths).map(file => rm(file, { force: true })));
    throw error;
  }
}

async function rewrite(
  engine: Engine,
  table: DeltaTable,
  snapshot: Snapshot,
  spec: TableSpec,
  bin: Bin,
  sortBy: readonly string[],
): Promise<WrittenFiles> {
  const { path } = table;
  const shape = { partitionBy: snapshot.metaData.partitionColumns, columns: columnsOf(spec) };
  const rows = relationOf(await fileSet(table, bin, shape));
  const order = sortBy.length === 0 ? sql`` : sql` order by ${join(sortBy.map(name => ref(name)))}`;
  const ordered = sql`select * from ${rows} as r${order}`;
  const written = await writeFiles(engine, path, spec, ordered, indexedColumns(snapshot));
  const counts = bin.map(rowCountOf);
  const expected = counts.reduce(
    (sum: number | undefined, n) => (sum === undefined || n === undefined ? undefined : sum + n),
    0,
  );
  if (expected === undefined || expected === written.rowCount) return written;
  await Promise.all(written.paths.map(file => rm(file, { force: true })));
  throw new PlayheadError({
    code: 'DELTA_CORRUPT_LOG',
    at: path,
    message: `the files hold ${written.rowCount} rows where the log counts ${expected}; nothing was changed`,
  });
}

function assertColumns(at: string, spec: TableSpec, names: readonly string[]): void {
  const unknown = names.find(name => !(name in spec.columns));
  if (unknown === undefined) return;
  throw new PlayheadError({
    code: 'QUERY_INVALID',
    at,
    message: `there is no column "${unknown}" to sort by`,
    hint: `the columns are: ${Object.keys(spec.columns).join(', ')}`,
  });
}
