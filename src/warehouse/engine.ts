import type { Dialect, Fragment } from '#sql';

/** A row as plain JavaScript: BIGINT is bigint, timestamps are Date or bigint microseconds as the caller casts them. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * When an engine at the other end of a network may run a statement once more by itself:
 * - `never`: the caller decides;
 * - `conflict`: another writer's commit was in the way, so this one wrote nothing, and running it on the newer rows is right;
 * - `always`: even if nobody knows whether it ran (the connection broke), since running it twice is as good as once.
 * A statement that the engine did not take at all (it starts, or is busy) is asked again in every case.
 */
export type Repeat = 'never' | 'conflict' | 'always';

export interface RunOptions {
  /** Default: `never`. */
  readonly repeat?: Repeat | undefined;
}

/** Something that runs SQL: DuckDB in process, or a Databricks warehouse or a Spark at the other end of a connection. */
export interface Engine {
  readonly dialect: Dialect;
  /** Runs a statement for its effect. @throws QUERY_INVALID with the engine's message, and as the engine says. */
  run(statement: Fragment, options?: RunOptions): Promise<void>;
  /** Runs a query and returns all its rows: for small results. Asked again when the connection breaks. */
  query(statement: Fragment): Promise<Row[]>;
  /** Cancels what runs on this connection; its promises are rejected with QUERY_CANCELLED. */
  interrupt(): void;
  close(): Promise<void>;
}
