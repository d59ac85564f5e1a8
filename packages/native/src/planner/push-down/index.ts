/** Expressions over members in the words of the data source. */
export { type AddColumn, readAggregate } from './aggregates.js';
export { type Dialect, dialectFor, duckdb, type SqlType, spark } from './dialect.js';
export { Expressions } from './expressions.js';
export { sql, Template, Values } from './template.js';
export { Types } from './typed.js';
