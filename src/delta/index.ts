/** Delta Lake tables: files and the protocol. Knows nothing of video and of any engine. */
export type { Action, AddFile, MetaData, Protocol, RemoveFile } from './actions.js';
export { type Changes, changesBetween } from './changes.js';
export { type ColumnMapping, columnId, columnMappingOf, physicalName, physicalType } from './column-mapping.js';
export { type Committed, commit, writeCheckpoint } from './commit.js';
export { type Bin, type CompactionOptions, planCompaction, stageCompaction } from './compaction.js';
export { encodeDeletionVector, readDeletions } from './deletion-vector.js';
export { type FeatureSupport, features } from './features.js';
export type { NewFile } from './file-actions.js';
export { encodeLogPath, locateFile } from './file-path.js';
export { makeFolder } from './folder.js';
export { cleanLog, type LogCleanup, type LogCleanupOptions } from './log-cleanup.js';
export type { ColumnPath, ComparisonOperator, Predicate, PredicateValue } from './predicate.js';
export { indexedColumns, type PropertyChange, stageProperties } from './properties.js';
export { isAtVersion, stageRestore } from './restore.js';
export {
  type ArrayType,
  column,
  type DeltaType,
  type Field,
  type MapType,
  type StructType,
  typeText,
} from './schema.js';
export { mayMatch } from './skipping.js';
export { assertWritable, keyOf, type Snapshot } from './snapshot.js';
export {
  type ChangeOptions,
  type Progress,
  type Reads,
  type StagedCommit,
  stageAppend,
  stageMerge,
  stageOverwrite,
  stageReplacePartitions,
  type TableShape,
} from './stage.js';
export { type ColumnStats, cutMax, cutMin, type FileStats, readStats, rowCountOf, writeStats } from './stats.js';
export { createLocalStore, type FileFacts, localStore, type Store, storageError, type WriteMoment } from './store.js';
export { type Commit, DeltaTable, openTable } from './table.js';
export { type Vacuumed, type VacuumOptions, vacuum } from './vacuum.js';
