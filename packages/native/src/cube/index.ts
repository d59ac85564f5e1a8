/** Cube's gateway as the SQL API sees it: tables, queries, rows. */
export { assertInterfaceOptions, type InterfaceOptions, type SqlSession } from './callbacks.js';
export { type Asker, Cube, type CubeLimits, type LoadedRows, messageOf } from './cube.js';
export type { CubeFilter, CubeQuery, CubeTimeDimension, MemberFilter } from './query.js';
export type { FedRow, RowFeed } from './row-feed.js';
export { type AggregateType, type Member, type MetaCube, readTables, type Table } from './tables.js';
