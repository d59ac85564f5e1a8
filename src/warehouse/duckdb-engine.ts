import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { PlayheadError } from '#errors';
import { compile, duckdb, type Fragment } from '#sql';
import type { Engine, Row } from './engine.js';

/** Limits of one DuckDB instance. */
export interface DuckdbOptions {
  readonly threads?: number | undefined;
  /** As DuckDB writes sizes: `3GB`. Beyond it DuckDB spills to `temporaryFolder`. */
  readonly memoryLimit?: string | undefined;
  readonly temporaryFolder?: string | undefined;
}

/** DuckDB in this process. One instance may serve many connections. */
export class DuckdbEngine implements Engine {
  readonly dialect = duckdb;
  readonly instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.#connection = connection;
  }

  static async open({ threads, memoryLimit, temporaryFolder }: DuckdbOptions = {}): Promise<DuckdbEngine> {
    const instance = await DuckDBInstance.create(':memory:', {
      ...(threads === undefined ? {} : { threads: String(threads) }),
      ...(memoryLimit === undefined ? {} : { memory_limit: memoryLimit }),
      ...(temporaryFolder === undefined ? {} : { temp_directory: temporaryFolder }),
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new DuckdbEngine(instance, connection);
  }

  async run(statement: Fragment): Promise<void> {
    const { text, values } = compile(statement, duckdb);
    try {
      await this.#connection.run(text, [...values]);
    } catch (cause) {
      throw engineError(cause, text);
    }
  }

  async query(statement: Fragment): Promise<Row[]> {
    const { text, values } = compile(statement, duckdb);
    try {
      const reader = await this.#connection.runAndReadAll(text, [...values] as DuckDBValue[]);
      return reader.getRowObjectsJS();
    } catch (cause) {
      throw engineError(cause, text);
    }
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.instance.closeSync();
  }
}

function engineError(cause: unknown, text: string): PlayheadError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new PlayheadError({ code: 'QUERY_INVALID', message, at: `SQL: ${text.slice(0, 200)}`, cause });
}
