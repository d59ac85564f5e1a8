import { join } from 'node:path';
import { PlayheadError } from '#errors';
import type { Action } from './actions.js';
import { encodeCheckpoint } from './checkpoint-write.js';
import { assertNoConflict, isAlreadyMade } from './conflict.js';
import { writeExactJson } from './exact-json.js';
import { durationMs } from './interval.js';
import { cleanLog } from './log-cleanup.js';
import { checkpointFileName, commitFileName } from './log-path.js';
import { assertWritable, hasInCommitTimestamps, type Snapshot } from './snapshot.js';
import type { StagedCommit } from './stage.js';
import type { DeltaTable } from './table.js';

/** What became of a staged change. */
export interface Committed {
  readonly version: number;
  /** True when the table had reached the change's progress before: nothing was written. */
  readonly wasMade: boolean;
  /** Why the checkpoint that was due could not be written. The change itself is made; the next due commit tries again. */
  readonly checkpointFailure?: unknown;
}

/** How often a commit that lost the race for a version number tries the next one. */
const attemptsMax = 100;
const checkpointIntervalDefault = 10;
/** Delta's default of `delta.deletedFileRetentionDuration`. */
export const retentionDefaultMs = 7 * 24 * 3_600_000;

/**
 * Makes a staged change: the one place where a table changes. Data files must be durable before.
 * @throws DELTA_CONFLICT when another writer's commit came in between and the two do not go together,
 *   DELTA_UNSUPPORTED when the table needs a writer feature that is not implemented, DATA_NOT_WRITABLE, DATA_DISK_FULL
 */
export async function commit(table: DeltaTable, staged: StagedCommit): Promise<Committed> {
  let seen = staged.basis;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const current = await table.newest();
    if (current !== undefined) {
      if (isAlreadyMade(staged, current)) return { version: current.version, wasMade: true };
      assertWritable(current, table.path);
      for (const winner of await table.commits(seen + 1, current.version)) assertNoConflict(staged, winner, table.path);
      seen = current.version;
    } else if (staged.basis >= 0) {
      throw new PlayheadError({ code: 'DELTA_CONFLICT', at: table.path, message: 'the table was deleted meanwhile' });
    }
    const version = seen + 1;
    const actions = await withTimestamp(table, current, staged.actions);
    const content = actions.map(action => `${writeExactJson(action)}\n`).join('');
    if (!(await table.store.putIfAbsent(join(table.log, commitFileName(version)), content))) continue;
    try {
      const snapshot = await table.adopt(version, actions);
      if (isCheckpointDue(version, snapshot)) {
        await writeCheckpoint(table, snapshot);
        // Delta, "Metadata Cleanup": part of checkpointing, unless the table says otherwise.
        if (snapshot.metaData.configuration['delta.enableExpiredLogCleanup'] !== 'false') await cleanLog(table);
      }
    } catch (checkpointFailure) {
      return { version, wasMade: false, checkpointFailure };
    }
    return { version, wasMade: false };
  }
  throw new PlayheadError({
    code: 'DELTA_CONFLICT',
    at: table.path,
    message: `other writers were faster ${attemptsMax} times`,
    hint: 'try again when fewer programs write to this table',
  });
}

/** Delta, "In-Commit Timestamps": where the table keeps them, each commit carries a time later than the one before. */
async function withTimestamp(
  table: DeltaTable,
  current: Snapshot | undefined,
  actions: readonly Action[],
): Promise<readonly Action[]> {
  if (current === undefined || !hasInCommitTimestamps(current)) return actions;
  const { timestampMs } = await table.commit(current.version);
  const info = actions.find(action => action.commitInfo !== undefined)?.commitInfo;
  const inCommitTimestamp = Math.max(info?.timestamp ?? Date.now(), timestampMs + 1);
  const commitInfo = { timestamp: inCommitTimestamp, operation: undefined, ...info, inCommitTimestamp };
  return [{ commitInfo }, ...actions.filter(action => action.commitInfo === undefined)];
}

function isCheckpointDue(version: number, { metaData }: Snapshot): boolean {
  const interval = Number(metaData.configuration['delta.checkpointInterval'] ?? checkpointIntervalDefault);
  return version > 0 && Number.isInteger(interval) && interval > 0 && version % interval === 0;
}

/** Writes a classic checkpoint of a snapshot and the `_last_checkpoint` hint to it. */
export async function writeCheckpoint(table: DeltaTable, snapshot: Snapshot, nowMs = Date.now()): Promise<void> {
  const retention = snapshot.metaData.configuration['delta.deletedFileRetentionDuration'];
  const keepAfter = nowMs - (durationMs(retention) ?? retentionDefaultMs);
  const { bytes, rowCount, addCount } = await encodeCheckpoint(snapshot, keepAfter);
  await table.store.put(join(table.log, checkpointFileName(snapshot.version)), bytes);
  const hint = { version: snapshot.version, size: rowCount, sizeInBytes: bytes.length, numOfAddFiles: addCount };
  await table.store.put(join(table.log, '_last_checkpoint'), JSON.stringify(hint));
}
