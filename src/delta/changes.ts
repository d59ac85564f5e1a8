import type { AddFile, RemoveFile } from './actions.js';
import { keyOf } from './snapshot.js';
import type { DeltaTable } from './table.js';

/** What became of a table between two of its versions. */
export interface Changes {
  /** Files with new rows that were not taken back again. */
  readonly added: readonly AddFile[];
  /** Files that lost their rows and were there before. */
  readonly removed: readonly RemoveFile[];
  /** Progress that applications committed: the newest version of each. */
  readonly txns: ReadonlyMap<string, bigint>;
  /** True when the schema, the partitioning or a property changed. */
  readonly changedMetaData: boolean;
}

/**
 * The net change from one version to a later one, read from the commits between. Commits that only move rows about
 * (`dataChange` false, as compaction writes) count as no change. `from` -1 stands for before the first commit.
 * @throws DELTA_MISSING_COMMIT when a commit between was cleaned up
 */
export async function changesBetween(table: DeltaTable, from: number, to: number): Promise<Changes> {
  const added = new Map<string, AddFile>();
  const removed = new Map<string, RemoveFile>();
  const txns = new Map<string, bigint>();
  let changedMetaData = false;
  for (const { actions } of await table.commits(from + 1, to)) {
    for (const { add, remove, txn, metaData } of actions) {
      if (metaData !== undefined) changedMetaData = true;
      if (txn !== undefined) txns.set(txn.appId, txn.version);
      if (remove?.dataChange === true && !added.delete(keyOf(remove))) removed.set(keyOf(remove), remove);
      if (add?.dataChange === true && !removed.delete(keyOf(add))) added.set(keyOf(add), add);
    }
  }
  return { added: [...added.values()], removed: [...removed.values()], txns, changedMetaData };
}
