import type { Dialect, Fragment } from '#sql';

/** A row as plain JavaScript: BIGINT is bigint, timestamps are Date or bigint microseconds as the caller casts them. */
export type Row = Readonly<Record<string, unknown>>;

/** Something that runs SQL: DuckDB in process, later a Spark or Databricks connection. */
export interface Engine {
  readonly dialect: Dialect;
  /** Runs a statement for its effect. @throws QUERY_INVALID with the engine's message. */
  run(statement: Fragment): Promise<void>;
  /** Runs a query and returns all its rows: for small results. */
  query(statement: Fragment): Promise<Row[]>;
  close(): Promise<void>;
}
