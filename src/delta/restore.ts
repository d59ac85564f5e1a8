import { PlayheadError } from '#errors';
import type { Action } from './actions.js';
import { filesOf } from './deletion-vector.js';
import { commitInfoOf, removeOf } from './file-actions.js';
import { keyOf, type Snapshot } from './snapshot.js';
import type { StagedCommit } from './stage.js';
import type { DeltaTable } from './table.js';

/**
 * Works out the commit that brings a table back to what it was at an older version: files that came since are removed,
 * files that went since are added again, schema and properties are those of then. The protocol stays, since a table must
 * not promise less than its files need; progress of applications (`txn`) stays too, as it cannot be taken back.
 * @throws DELTA_MISSING_FILE when vacuum has deleted data files of that version, DELTA_UNSUPPORTED for append-only tables
 */
export async function stageRestore(table: DeltaTable, target: Snapshot, nowMs: number): Promise<StagedCommit> {
  const now = await table.snapshot();
  const removed = [...now.files].filter(([key]) => !target.files.has(key)).map(([, file]) => file);
  const added = [...target.files].filter(([key]) => !now.files.has(key)).map(([, file]) => file);
  if (removed.length > 0 && now.metaData.configuration['delta.appendOnly'] === 'true') {
    throw new PlayheadError({
      code: 'DELTA_UNSUPPORTED',
      at: table.path,
      message: 'the table is append-only (property delta.appendOnly): it cannot go back to an older version',
    });
  }
  for (const path of added.flatMap(file => filesOf(table.path, file))) {
    if ((await table.store.facts(path)) !== undefined) continue;
    throw new PlayheadError({
      code: 'DELTA_MISSING_FILE',
      at: path,
      message: `a data file of version ${target.version} is gone: the version cannot come back`,
      hint: 'restore a newer version, or bring the file back from a backup',
    });
  }
  const isOtherShape = JSON.stringify(now.metaData) !== JSON.stringify(target.metaData);
  const actions: Action[] = [
    {
      commitInfo: commitInfoOf({
        snapshot: now,
        nowMs,
        operation: 'RESTORE',
        operationParameters: { version: String(target.version), timestamp: '' },
        isBlindAppend: false,
        metrics: {
          numRestoredFiles: String(added.length),
          numRemovedFiles: String(removed.length),
          restoredFilesSize: String(added.reduce((sum, file) => sum + file.size, 0)),
          removedFilesSize: String(removed.reduce((sum, file) => sum + file.size, 0)),
        },
      }),
    },
    ...(isOtherShape ? [{ metaData: target.metaData }] : []),
    ...removed.map(file => ({ remove: removeOf(file, nowMs, true) })),
    ...added.map(file => ({ add: { ...file, dataChange: true } })),
  ];
  return { basis: now.version, actions, reads: 'everything', progress: undefined };
}

/** Whether a restore would change anything. */
export const isAtVersion = (now: Snapshot, target: Snapshot): boolean =>
  now.files.size === target.files.size &&
  [...target.files.values()].every(file => now.files.has(keyOf(file))) &&
  JSON.stringify(now.metaData) === JSON.stringify(target.metaData);
