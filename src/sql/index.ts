/** SQL as values: fragments with parameters, named steps, and the two dialects. Knows no video. */
export type { ColumnType, Dialect, JsonPath, Reading } from './dialect.js';
export { duckdb } from './dialects/duckdb.js';
export { spark } from './dialects/spark.js';
export { compile, type Fragment, join, lit, raw, ref, type SqlValue, type Statement, sql } from './fragment.js';
export {
  type Columns,
  type PlannedStatement,
  planPipeline,
  type Relation,
  type Source,
  type Step,
  source,
  step,
} from './step.js';
