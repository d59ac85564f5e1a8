import type { Action, AddFile } from './actions.js';
import { addOf, commitInfoOf, type NewFile, removeOf } from './file-actions.js';
import type { Snapshot } from './snapshot.js';
import type { StagedCommit } from './stage.js';

export interface CompactionOptions {
  /** How large the new files should become. Bytes. */
  readonly targetBytes: number;
  /** Only partitions that the question admits. */
  readonly partitions?: (values: AddFile['partitionValues']) => boolean;
  /** True to rewrite single and large files too, as sorting needs. */
  readonly isEveryFile?: boolean;
}

/** Files of one partition whose rows are to move into one new file. */
export type Bin = readonly [AddFile, ...AddFile[]];

/**
 * Small files put together, partition by partition, into bins of about the target size, smallest files first. Files of the
 * target size already, and small ones that would stay alone, are left as they are.
 */
export function planCompaction({ files }: Snapshot, options: CompactionOptions): Bin[] {
  const { targetBytes, partitions = () => true, isEveryFile = false } = options;
  const byPartition = new Map<string, AddFile[]>();
  for (const file of files.values()) {
    if (!partitions(file.partitionValues) || (!isEveryFile && file.size >= targetBytes)) continue;
    const key = JSON.stringify(Object.entries(file.partitionValues).sort(([a], [b]) => (a < b ? -1 : 1)));
    byPartition.set(key, [...(byPartition.get(key) ?? []), file]);
  }
  const bins: Bin[] = [];
  for (const group of byPartition.values()) {
    let open: AddFile[] = [];
    let size = 0;
    const close = () => {
      const [first, ...rest] = open;
      if (first !== undefined && (isEveryFile || rest.length > 0)) bins.push([first, ...rest]);
      open = [];
      size = 0;
    };
    for (const file of group.sort((a, b) => a.size - b.size || (a.path < b.path ? -1 : 1))) {
      if (size > 0 && size + file.size > targetBytes) close();
      open.push(file);
      size += file.size;
    }
    close();
  }
  return bins;
}

/**
 * Works out the commit that puts new files in the place of those whose rows they hold. No row changes (`dataChange` is
 * false), so readers of changes see nothing, and it goes together with every other change but one to the same files.
 */
export function stageCompaction(
  snapshot: Snapshot,
  moved: readonly AddFile[],
  files: readonly NewFile[],
  {
    nowMs,
    sortBy,
    targetBytes,
  }: { readonly nowMs: number; readonly sortBy: readonly string[]; readonly targetBytes: number },
): StagedCommit {
  const sum = (sizes: readonly number[]) => String(sizes.reduce((a, b) => a + b, 0));
  const actions: Action[] = [
    {
      commitInfo: commitInfoOf({
        snapshot,
        nowMs,
        operation: 'OPTIMIZE',
        operationParameters: { predicate: '[]', sortBy: JSON.stringify(sortBy), targetSize: String(targetBytes) },
        isBlindAppend: false,
        metrics: {
          numRemovedFiles: String(moved.length),
          numRemovedBytes: sum(moved.map(file => file.size)),
          numAddedFiles: String(files.length),
          numAddedBytes: sum(files.map(file => file.sizeBytes)),
        },
      }),
    },
    ...moved.map(file => ({ remove: removeOf(file, nowMs, false) })),
    ...files.map(file => ({ add: addOf(file, false) })),
  ];
  return { basis: snapshot.version, actions, reads: 'nothing', progress: undefined };
}
