import { randomUUID } from 'node:crypto';
import type { AddFile, CommitInfo, RemoveFile } from './actions.js';
import type { Snapshot } from './snapshot.js';

/** A new data file, already on disk. */
export interface NewFile {
  /** As the log spells it: relative to the table, percent-encoded. */
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly stats?: string | undefined;
}

/** The `add` of a new file. `dataChange` is false where its rows only moved (compaction). */
export const addOf = (file: NewFile, dataChange: boolean): AddFile => ({
  path: file.path,
  partitionValues: { ...file.partitionValues },
  size: file.sizeBytes,
  modificationTime: file.modifiedMs,
  dataChange,
  stats: file.stats,
  tags: undefined,
  deletionVector: undefined,
  baseRowId: undefined,
  defaultRowCommitVersion: undefined,
  clusteringProvider: undefined,
});

/** The `remove` of a live file. */
export const removeOf = (file: AddFile, deletionTimestamp: number, dataChange: boolean): RemoveFile => ({
  path: file.path,
  deletionTimestamp,
  dataChange,
  extendedFileMetadata: true,
  partitionValues: file.partitionValues,
  size: file.size,
  deletionVector: file.deletionVector,
});

export interface CommitFacts {
  readonly snapshot: Snapshot | undefined;
  readonly nowMs: number;
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, string>>;
  readonly isBlindAppend: boolean;
  readonly metrics: Readonly<Record<string, string>>;
  readonly userMetadata?: string | undefined;
}

/** What a commit says of itself (Delta, "Commit Provenance Information"). */
export const commitInfoOf = ({ snapshot, nowMs, userMetadata, metrics, ...facts }: CommitFacts): CommitInfo => ({
  timestamp: nowMs,
  inCommitTimestamp: undefined,
  ...facts,
  ...(snapshot === undefined ? {} : { readVersion: snapshot.version }),
  isolationLevel: 'WriteSerializable',
  operationMetrics: metrics,
  engineInfo: 'playhead',
  txnId: randomUUID(),
  ...(userMetadata === undefined ? {} : { userMetadata }),
});
