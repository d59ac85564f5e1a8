import {
  buildTransform,
  convertDuckDBParams,
  transformChunk,
} from '@cubejs-backend/duckdb-driver/dist/src/Transform.js';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { DuckdbEngine } from '#warehouse';

type Connection = Awaited<ReturnType<DuckdbEngine['instance']['connect']>>;
type Prepared = Awaited<ReturnType<Connection['prepare']>>;

/** Statements that a connection keeps prepared; a plan takes some tens of kilobytes. */
const preparedMax = 20;

const isQuestion = /^\s*(select|with)\b/i;

/**
 * One connection of the shared instance, used by one caller at a time. It reads as Cube's own driver does, but keeps
 * questions prepared: those of one shape differ in their values only, and DuckDB need not plan them again. It plans by itself
 * anew when a table has come or gone, or a value has another type.
 */
export class Lane {
  readonly connection: Connection;
  readonly #prepared = new LRUCache<string, Prepared>({
    max: preparedMax,
    dispose: statement => statement.destroySync(),
  });

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Rows as Cube's driver gives them; who asks names their type. */
  async query<R>(text: string, values: unknown[]): Promise<R[]> {
    const result = await this.#run(text, values);
    const transform = buildTransform(result.columnNames(), result.columnTypes());
    const rows: unknown[] = [];
    // The result is in memory as a whole: fetching its chunks one by one would cost a change of threads each.
    for (let index = 0; index < result.chunkCount; index += 1) {
      for (const row of transformChunk(result.getChunk(index), transform)) rows.push(row);
    }
    return z.custom<R[]>(Array.isArray).parse(rows);
  }

  async #run(text: string, values: unknown[]) {
    const given = convertDuckDBParams(values);
    if (given.length === 0 || !isQuestion.test(text)) return this.connection.run(text, given);
    const statement = this.#prepared.get(text) ?? (await this.connection.prepare(text));
    try {
      statement.bind(given);
      const result = await statement.run();
      this.#prepared.set(text, statement);
      return result;
    } catch (error) {
      if (!this.#prepared.delete(text)) statement.destroySync();
      throw error;
    }
  }

  close(): void {
    this.#prepared.clear();
    this.connection.closeSync();
  }
}
