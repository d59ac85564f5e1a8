/** Engines that run SQL, and the lake: Delta tables that an engine reads and writes. Knows nothing of video. */
export { makeFolder } from '#delta';
export { type DeltaSource, type DeltaSourceOptions, readDeltaTable } from './delta-source.js';
export { DuckdbEngine, type DuckdbOptions } from './duckdb-engine.js';
export type { Engine, Repeat, Row, RunOptions } from './engine.js';
export {
  Lake,
  type LakeOptions,
  openLake,
  type PartitionFilter,
  type PartitionValues,
  type ReadOptions,
  type WriteOptions,
  type WriteResult,
} from './lake.js';
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
