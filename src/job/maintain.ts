import { vacuum } from '#delta';
import { type TableName, tables, unpinnedTables } from '#tables';
import { type Engine, type FolderLake, lockFolder, optimizeTable } from '#warehouse';
import { readRunHistory } from './run-log.js';

export interface MaintainOptions {
  readonly lake: FolderLake;
  readonly engine: Engine;
  readonly now: Date;
}

/** Tables to which every run or ingest adds a small file; all others are written anew where they change. */
const growing = [
  'events',
  'events_rejected',
  'quality_results',
  'job_runs',
  'alerts',
] as const satisfies readonly TableName[];

/** What became of one table. */
export interface Maintained {
  readonly table: TableName;
  readonly fileCount: number;
  readonly sizeBytes: number;
}

/** Puts the small files of growing tables together. No row changes. @throws DATA_LOCKED, DELTA_... */
export async function optimizeTables({ lake, engine, now }: MaintainOptions): Promise<Maintained[]> {
  const release = await lockFolder(lake.folder, now);
  try {
    const done: Maintained[] = [];
    for (const table of growing) {
      if ((await lake.version(table)) === undefined) continue;
      const { removedFileCount, removedBytes } = await optimizeTable(engine, lake.table(table).path, {
        nowMs: now.getTime(),
      });
      if (removedFileCount > 0) done.push({ table, fileCount: removedFileCount, sizeBytes: removedBytes });
    }
    return done;
  } finally {
    await release();
  }
}

/**
 * Deletes files that no version within the retention needs. A table whose served version is not its newest is left for
 * later: what is served could be older than the retention. @throws DATA_LOCKED, DELTA_...
 */
export async function vacuumTables({ lake, engine, now }: MaintainOptions): Promise<Maintained[]> {
  const release = await lockFolder(lake.folder, now);
  try {
    const { finished, unfinished } = await readRunHistory(lake, engine);
    const done: Maintained[] = [];
    for (const table of tableNames) {
      const newest = await lake.version(table);
      if (newest === undefined) continue;
      const isPinned = !unpinnedTables.some(name => name === table);
      if (isPinned && (unfinished !== undefined || finished?.versions[table] !== newest)) continue;
      const { paths, sizeBytes } = await vacuum(lake.table(table), { nowMs: now.getTime() });
      if (paths.length > 0) done.push({ table, fileCount: paths.length, sizeBytes });
    }
    return done;
  } finally {
    await release();
  }
}

const isTableName = (name: string): name is TableName => name in tables;
const tableNames = Object.keys(tables).filter(isTableName);
