import { PlayheadError } from '#errors';
import { keyOf, type Snapshot } from './snapshot.js';
import type { StagedCommit } from './stage.js';
import type { Commit } from './table.js';

/**
 * Whether a staged change still holds after another writer's commit. The rules are those of Delta's write-serializable
 * isolation: appends that looked at nothing go together with everything that leaves the table's shape alone.
 * @throws DELTA_CONFLICT with the reason
 */
export function assertNoConflict(staged: StagedCommit, winner: Commit, at: string): void {
  const refuse = (why: string): never => {
    throw new PlayheadError({
      code: 'DELTA_CONFLICT',
      at: `${at} version ${winner.version}`,
      message: `another writer ${why}`,
      hint: 'read the table again and repeat the change',
    });
  };
  const ours = staged.actions;
  const changesShape = ours.some(action => action.metaData !== undefined || action.protocol !== undefined);
  const removes = new Set(ours.flatMap(action => (action.remove === undefined ? [] : [keyOf(action.remove)])));
  const isBlindAppend = winner.info?.isBlindAppend === true;
  const hasRead = (file: { readonly partitionValues?: Readonly<Record<string, string | null>> | undefined }) => {
    if (staged.reads === 'nothing') return false;
    if (staged.reads === 'everything' || file.partitionValues === undefined) return true;
    return staged.reads({ partitionValues: file.partitionValues });
  };

  for (const { protocol, metaData, add, remove, txn } of winner.actions) {
    if (protocol !== undefined) refuse('created the table or changed its protocol');
    if (metaData !== undefined && (changesShape || staged.reads !== 'nothing' || ours.some(a => a.add !== undefined))) {
      refuse("changed the table's schema or properties");
    }
    if (txn !== undefined && txn.appId === staged.progress?.appId) refuse(`committed progress of ${txn.appId}`);
    if (remove !== undefined && removes.has(keyOf(remove))) refuse('removed a file that this change removes too');
    if (remove?.dataChange === true && hasRead(remove)) refuse('removed rows that this change has read');
    if (add?.dataChange === true && !isBlindAppend && hasRead(add))
      refuse('added rows that this change should have read');
  }
}

/** True when the table already holds the progress that a change would commit: it was made before. */
export function isAlreadyMade(staged: StagedCommit, snapshot: Snapshot): boolean {
  if (staged.progress === undefined) return false;
  const reached = snapshot.txns.get(staged.progress.appId);
  return reached !== undefined && reached >= BigInt(staged.progress.version);
}
