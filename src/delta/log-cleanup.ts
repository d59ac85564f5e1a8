import { join } from 'node:path';
import { completeCheckpoints } from './checkpoint-read.js';
import { durationMs } from './interval.js';
import { parseLogName } from './log-path.js';
import { assertWritable } from './snapshot.js';
import type { DeltaTable } from './table.js';

/** Delta's default of `delta.logRetentionDuration`. */
const logRetentionDefaultMs = 30 * 24 * 3_600_000;

export interface LogCleanup {
  /** The oldest version that can still be read. */
  readonly oldestVersion: number;
  /** Names of the log files that were deleted, or would be. */
  readonly names: readonly string[];
}

export interface LogCleanupOptions {
  /** Default: the table's `delta.logRetentionDuration`, else 30 days. */
  readonly retentionMs?: number;
  /** Only tells what would be deleted. */
  readonly isDryRun?: boolean;
  readonly nowMs?: number;
}

/**
 * Deletes commits and checkpoints that no version within the retention needs (Delta, "Metadata Cleanup"): everything
 * before the newest checkpoint that is itself older than the retention. Such a checkpoint holds all that the deleted
 * commits said, so every version from it on can still be read. Deletes oldest first: a kill leaves no gap behind.
 * @throws DELTA_UNSUPPORTED when the table needs a writer feature that is not implemented
 */
export async function cleanLog(table: DeltaTable, options: LogCleanupOptions = {}): Promise<LogCleanup> {
  const snapshot = await table.snapshot();
  assertWritable(snapshot, table.path);
  const property = durationMs(snapshot.metaData.configuration['delta.logRetentionDuration']);
  const retentionMs = options.retentionMs ?? property ?? logRetentionDefaultMs;
  const oldestMs = (options.nowMs ?? Date.now()) - retentionMs;
  const files = (await table.store.list(table.log)).map(parseLogName).filter(file => file !== undefined);
  const modifiedMs = async (name: string) => (await table.store.facts(join(table.log, name)))?.modifiedMs;
  let boundary: number | undefined;
  for (const { version, names } of completeCheckpoints(files)) {
    const times = await Promise.all(names.map(modifiedMs));
    if (times.every(ms => ms !== undefined && ms <= oldestMs)) {
      boundary = version;
      break;
    }
  }
  const kept = files.filter(file => file.kind === 'commit').map(file => file.version);
  const oldest = boundary ?? kept.reduce((a, b) => Math.min(a, b), snapshot.version);
  const expired = boundary === undefined ? [] : files.filter(file => file.version < boundary);
  const names = expired.sort((a, b) => a.version - b.version).map(({ name }) => name);
  if (options.isDryRun !== true) for (const name of names) await table.store.remove(join(table.log, name));
  return { oldestVersion: oldest, names };
}
