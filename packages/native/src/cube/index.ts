/** Cube's gateway as the SQL API sees it: tables, queries, rows. */

export type { LoadedRows } from './answers.js';
export { assertInterfaceOptions, type InterfaceOptions, type SqlSession } from './callbacks.js';
export { type Asker, Cube, type CubeLimits } from './cube.js';
export { messageOf } from './errors.js';
export type {
  CubeFilter,
  CubeQuery,
  CubeTimeDimension,
  MemberFilter,
  PushedExpression,
  PushedExpressions,
  PushedMeasure,
} from './query.js';
export type { FedRow, RowFeed } from './row-feed.js';
export { type AggregateType, type Member, type MetaCube, readTables, type Table } from './tables.js';
