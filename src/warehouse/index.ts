/** Engines that run SQL, and the lake: Delta tables that an engine reads and writes. Knows nothing of video. */
export { DuckdbEngine, type DuckdbOptions } from './duckdb-engine.js';
export type { Engine, Row } from './engine.js';
