/** Engines that run SQL, and the lake: Delta tables that an engine reads and writes. Knows nothing of video. */
export { makeFolder } from '#delta';
export { carryRows } from './carry-rows.js';
export { CatalogLake, type CatalogLakeOptions, openCatalogLake } from './catalog/catalog-lake.js';
export { type DeltaSource, type DeltaSourceOptions, readDeltaTable } from './delta-source.js';
export { DuckdbEngine, type DuckdbOptions } from './duckdb-engine.js';
export type { Engine, Repeat, Row, RunOptions } from './engine.js';
export { FolderLake, type LakeOptions, openLake, type WriteResult } from './folder-lake.js';
export type {
  Lake,
  PartitionFilter,
  PartitionValues,
  ReadOptions,
  RunLock,
  Workspace,
  WriteOptions,
  Written,
} from './lake.js';
export { lockFolder, type Release } from './lock-folder.js';
export { type Optimized, type OptimizeOptions, optimizeTable } from './optimize.js';
export type { LakeFile } from './read-files.js';
export {
  type Cell,
  type CellStream,
  isoInstant,
  ReadingSession,
  type ReadingSessionOptions,
} from './reading-session.js';
export type {
  DatabricksAuth,
  DatabricksOptions,
  EngineClock,
  OpenSparkOptions,
  RetryOptions,
  SparkOptions,
} from './spark/options.js';
export { openSparkEngine, type SparkEngine, type SparkVersions } from './spark/spark-engine.js';
export type { TableSpec } from './table-spec.js';
