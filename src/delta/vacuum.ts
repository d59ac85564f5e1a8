import { relative } from 'node:path';
import { PlayheadError } from '#errors';
import { retentionDefaultMs } from './commit.js';
import { filesOf } from './deletion-vector.js';
import { durationMs } from './interval.js';
import { assertWritable } from './snapshot.js';
import { temporaryPrefix } from './store.js';
import type { DeltaTable } from './table.js';

export interface VacuumOptions {
  /** Files younger than this stay, whoever needs them. Default: the table's `delta.deletedFileRetentionDuration`, else 7 days. */
  readonly retentionMs?: number;
  /** Allows a retention below the table's own. */
  readonly isForced?: boolean;
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
 * @throws DELTA_RETENTION_TOO_SHORT for a retention below the table's own, unless forced: a reader of an older version and a
 *   writer whose files no commit names yet would lose them
 */
export async function vacuum(table: DeltaTable, options: VacuumOptions = {}): Promise<Vacuumed> {
  const snapshot = await table.snapshot();
  assertWritable(snapshot, table.path);
  const property = durationMs(snapshot.metaData.configuration['delta.deletedFileRetentionDuration']);
  const leastMs = property ?? retentionDefaultMs;
  const retentionMs = options.retentionMs ?? leastMs;
  if (retentionMs < leastMs && options.isForced !== true) throw tooShort(table.path, retentionMs, leastMs);
  const oldestMs = (options.nowMs ?? Date.now()) - retentionMs;
  const tombstones = [...snapshot.tombstones.values()].filter(file => (file.deletionTimestamp ?? 0) > oldestMs);
  const needed = new Set([...snapshot.files.values(), ...tombstones].flatMap(file => filesOf(table.path, file)));
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

function tooShort(at: string, retentionMs: number, leastMs: number): PlayheadError {
  const hours = (ms: number) => `${ms / 3_600_000} hours`;
  return new PlayheadError({
    code: 'DELTA_RETENTION_TOO_SHORT',
    at,
    message: `a retention of ${hours(retentionMs)} is below the table's ${hours(leastMs)}; nothing was deleted`,
    hint: 'force it when nobody reads older versions or writes now, or set delta.deletedFileRetentionDuration',
  });
}

/** Folders that begin with `_` or `.` belong to other things than data, unless they name a partition (`_day=1`). */
const isDataFolder = (name: string): boolean => !/^[_.]/.test(name) || name.includes('=');
const isHidden = (name: string): boolean => /^[_.]/.test(name.split('/').at(-1) ?? '') && !/\.parquet$/.test(name);
