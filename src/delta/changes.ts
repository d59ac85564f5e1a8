import { PlayheadError } from '#errors';
import type { AddFile, MetaData, RemoveFile } from './actions.js';
import { parseSchema, typeText } from './schema.js';
import { keyOf } from './snapshot.js';
import type { Commit, DeltaTable } from './table.js';

/** What became of a table between two of its versions. */
export interface Changes {
  /** Files with new rows that were not taken back again. */
  readonly added: readonly AddFile[];
  /** Files that lost their rows and were there before. */
  readonly removed: readonly RemoveFile[];
  /** Progress that applications committed: the newest version of each. */
  readonly txns: ReadonlyMap<string, bigint>;
  /** True when the schema, the partitioning, a property or a description was written anew. */
  readonly changedMetaData: boolean;
  /** True when a column came, went or has another name, type or place in the partitioning than at some version before. */
  readonly changedSchema: boolean;
}

/**
 * The net change from one version to a later one, read from the commits between: the rows of `from` without those of
 * `removed` and with those of `added` are the rows of `to`. Commits that only move rows about (`dataChange` false, as
 * compaction writes) count as no change, so an added file may have been compacted since and be gone after a vacuum. A file
 * whose deletion vector changed is removed with the old and added with the new one. `from` -1 stands for before the first
 * commit.
 * @throws DELTA_MISSING_COMMIT with the version when a commit between was cleaned up, DELTA_VERSION_NOT_FOUND when `to` is
 *   newer than the table
 */
export async function changesBetween(table: DeltaTable, from: number, to: number): Promise<Changes> {
  if (to > from) await assertReached(table, to);
  const added = new Map<string, AddFile>();
  const removed = new Map<string, RemoveFile>();
  const txns = new Map<string, bigint>();
  const shapes: MetaData[] = [];
  for (const { actions } of await commitsBetween(table, from, to)) {
    for (const { add, remove, txn, metaData } of actions) {
      if (metaData !== undefined) shapes.push(metaData);
      if (txn !== undefined) txns.set(txn.appId, txn.version);
      if (remove?.dataChange === true && !added.delete(keyOf(remove))) removed.set(keyOf(remove), remove);
      if (add?.dataChange === true && !removed.delete(keyOf(add))) added.set(keyOf(add), add);
    }
  }
  const changedSchema = shapes.length > 0 && (await isOtherShape(table, from, shapes));
  const changedMetaData = shapes.length > 0;
  return { added: [...added.values()], removed: [...removed.values()], txns, changedMetaData, changedSchema };
}

async function assertReached(table: DeltaTable, to: number): Promise<void> {
  const newest = await table.version();
  if (newest !== undefined && newest >= to) return;
  throw new PlayheadError({
    code: 'DELTA_VERSION_NOT_FOUND',
    at: table.path,
    message: `there is no version ${to}; the newest is ${newest ?? 'none'}`,
  });
}

async function commitsBetween(table: DeltaTable, from: number, to: number): Promise<Commit[]> {
  try {
    return await table.commits(from + 1, to);
  } catch (error) {
    if (!(error instanceof PlayheadError) || error.code !== 'DELTA_MISSING_COMMIT') throw error;
    throw new PlayheadError({
      code: 'DELTA_MISSING_COMMIT',
      at: error.at,
      message: `${error.message}: what changed from version ${from} to ${to} cannot be told`,
      hint: 'log clean-up deletes old commits; read the whole version instead of its changes',
      cause: error,
    });
  }
}

async function isOtherShape(table: DeltaTable, from: number, shapes: readonly MetaData[]): Promise<boolean> {
  const texts = new Set(shapes.map(shape => shapeText(table.path, shape)));
  if (from < 0) return texts.size > 1;
  try {
    texts.add(shapeText(table.path, (await table.snapshot(from)).metaData));
  } catch (error) {
    // The commits after `from` are there and what it was made from is not: nobody can say that it was the same.
    if (error instanceof PlayheadError) return true;
    throw error;
  }
  return texts.size > 1;
}

function shapeText(at: string, { schemaString, partitionColumns }: MetaData): string {
  const schema = parseSchema(schemaString, at);
  const physical = schema.fields.map(({ metadata }) => metadata['delta.columnMapping.physicalName'] ?? null);
  return JSON.stringify([typeText(schema), physical, partitionColumns]);
}
