import { relative } from 'node:path';
import { retentionDefaultMs } from './commit.js';
import { locateFile } from './file-path.js';
import { durationMs } from './interval.js';
import { assertWritable } from './snapshot.js';
import { temporaryPrefix } from './store.js';
import type { DeltaTable } from './table.js';

export interface VacuumOptions {
  /** Files younger than this stay, whoever needs them. Default: the table's `delta.deletedFileRetentionDuration`, else 7 days. */
  readonly retentionMs?: number;
  /** Only tells what would be deleted. */
  readonly isDryRun?: boolean;
  readonly nowMs?: number;
}

export interface Vacuumed {
  /** Relative to the table's folder. */
  readonly paths: readonly string[];
  readonly sizeBytes: number;
}

/**
 * Deletes data files that neither the newest version needs nor a version within the retention could need: what failed
 * writes have left, and what was removed long ago. Older versions can no longer be read afterwards.
 */
export async function vacuum(table: DeltaTable, options: VacuumOptions = {}): Promise<Vacuumed> {
  const snapshot = await table.snapshot();
  assertWritable(snapshot, table.path);
  const property = durationMs(snapshot.metaData.configuration['delta.deletedFileRetentionDuration']);
  const retentionMs = options.retentionMs ?? property ?? retentionDefaultMs;
  const oldestMs = (options.nowMs ?? Date.now()) - retentionMs;
  const needed = new Set([...snapshot.files.values()].map(file => locateFile(table.path, file.path)));
  for (const file of snapshot.tombstones.values()) {
    if ((file.deletionTimestamp ?? 0) > oldestMs) needed.add(locateFile(table.path, file.path));
  }
  const paths: string[] = [];
  let sizeBytes = 0;
  for (const { path, facts } of await table.store.walk(table.path, isDataFolder)) {
    const name = relative(table.path, path);
    if (needed.has(path) || isHidden(name) || facts.modifiedMs > oldestMs) continue;
    if (options.isDryRun !== true) await table.store.remove(path);
    paths.push(name);
    sizeBytes += facts.sizeBytes;
  }
  for (const { path, facts } of await table.store.walk(table.log, () => false)) {
    const isLeftOver = relative(table.log, path).startsWith(temporaryPrefix) && facts.modifiedMs <= oldestMs;
    if (isLeftOver && options.isDryRun !== true) await table.store.remove(path);
  }
  return { paths, sizeBytes };
}

/** Folders that begin with `_` or `.` belong to other things than data, unless they name a partition (`_day=1`). */
const isDataFolder = (name: string): boolean => !/^[_.]/.test(name) || name.includes('=');
const isHidden = (name: string): boolean => /^[_.]/.test(name.split('/').at(-1) ?? '') && !/\.parquet$/.test(name);
