import type { DuckDBConnection, DuckDBInstance, DuckDBResult } from '@duckdb/node-api';
import { PlayheadError } from '#errors';
import { compile, duckdb, type Fragment } from '#sql';
import { dataFileError } from './data-file-error.js';
import { duckdbLibrary } from './duckdb-library.js';
import type { Engine, Row } from './engine.js';

/** Limits of one DuckDB instance. */
export interface DuckdbOptions {
  readonly threads?: number | undefined;
  /** As DuckDB writes sizes: `3GB`. Beyond it DuckDB spills to `temporaryFolder`. */
  readonly memoryLimit?: string | undefined;
  readonly temporaryFolder?: string | undefined;
}

/**
 * DuckDB in this process: one connection to an instance. `connect` gives further connections to the same instance, each
 * with temporary tables of its own. Statements of one connection run one after the other, those of several at once.
 */
export class DuckdbEngine implements Engine {
  readonly dialect = duckdb;
  readonly instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #ownsInstance: boolean;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, ownsInstance: boolean) {
    this.instance = instance;
    this.#connection = connection;
    this.#ownsInstance = ownsInstance;
  }

  /** Opens an instance of its own, in memory. */
  static async open({ threads, memoryLimit, temporaryFolder }: DuckdbOptions = {}): Promise<DuckdbEngine> {
    const instance = await duckdbLibrary().DuckDBInstance.create(':memory:', {
      // What an extension is needed for must fail with a sentence, not with an attempt to reach the network.
      autoinstall_known_extensions: 'false',
      ...(threads === undefined ? {} : { threads: String(threads) }),
      ...(memoryLimit === undefined ? {} : { memory_limit: memoryLimit }),
      ...(temporaryFolder === undefined ? {} : { temp_directory: temporaryFolder }),
    });
    return new DuckdbEngine(instance, await connectInUtc(instance), true);
  }

  /** An engine over an instance that someone else owns and closes. */
  static async over(instance: DuckDBInstance): Promise<DuckdbEngine> {
    return new DuckdbEngine(instance, await connectInUtc(instance), false);
  }

  /** Another connection to the same instance. Closing it leaves the instance open. */
  connect(): Promise<DuckdbEngine> {
    return DuckdbEngine.over(this.instance);
  }

  async run(statement: Fragment): Promise<void> {
    const { text, values } = compile(statement, duckdb);
    try {
      await this.#connection.run(text, [...values]);
    } catch (cause) {
      throw await engineError(cause, text);
    }
  }

  async query(statement: Fragment): Promise<Row[]> {
    const { text, values } = compile(statement, duckdb);
    try {
      const reader = await this.#connection.runAndReadAll(text, [...values]);
      return reader.getRowObjectsJS();
    } catch (cause) {
      throw await engineError(cause, text);
    }
  }

  /**
   * The rows of a query in batches of some thousand, as they are asked for: memory does not grow with the result.
   * Leaving the loop early cancels the query. Nothing else may run on this connection meanwhile.
   */
  async *stream(statement: Fragment): AsyncGenerator<readonly Row[], void, undefined> {
    const { text, values } = compile(statement, duckdb);
    let isDone = false;
    try {
      const result: DuckDBResult = await this.#connection.stream(text, [...values]);
      for await (const rows of result.yieldRowObjectJs()) yield rows;
      isDone = true;
    } catch (cause) {
      isDone = true;
      throw await engineError(cause, text);
    } finally {
      if (!isDone) this.#connection.interrupt();
    }
  }

  /** Cancels the statement that runs on this connection; its promise is rejected with QUERY_CANCELLED. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    if (this.#ownsInstance) this.instance.closeSync();
  }
}

async function connectInUtc(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  return connection;
}

async function engineError(cause: unknown, text: string): Promise<PlayheadError> {
  const message = cause instanceof Error ? cause.message : String(cause);
  const at = `SQL: ${text.slice(0, 200)}`;
  if (/^INTERRUPT/i.test(message)) {
    return new PlayheadError({ code: 'QUERY_CANCELLED', message: 'the query was cancelled', at, cause });
  }
  return (await dataFileError(cause)) ?? new PlayheadError({ code: 'QUERY_INVALID', message, at, cause });
}
