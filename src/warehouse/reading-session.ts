import type { DuckDBConnection, DuckDBInstance, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { compile, duckdb, type Fragment, ref, sql } from '#sql';
import { dataFileError } from './data-file-error.js';
import { duckdbLibrary } from './duckdb-library.js';

/** A value as a client sees it: instants are ISO 8601 in UTC, days are YYYY-MM-DD, whole numbers may be bigint. */
export type Cell = null | boolean | number | bigint | string | readonly Cell[] | { readonly [field: string]: Cell };

/** The answer to one query, a batch of rows at a time: memory does not grow with the number of rows. */
export interface CellStream {
  readonly columns: readonly string[];
  readonly batches: AsyncIterable<readonly (readonly Cell[])[]>;
}

export interface ReadingSessionOptions {
  /** The relations that can be asked, by name. */
  readonly views: Readonly<Record<string, Fragment>>;
  /** Nothing outside this folder can be read. */
  readonly folder: string;
  readonly threads?: number | undefined;
  readonly memoryLimit?: string | undefined;
  /** Where large sorts and groupings spill to; without it they fail at the memory limit. */
  readonly temporaryFolder?: string | undefined;
}

/**
 * A database of its own in which strangers may ask anything and change nothing: one SELECT at a time, over the given
 * views; no file outside the folder, no extension, no setting can be reached.
 */
export class ReadingSession {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open({ views, folder, ...limits }: ReadingSessionOptions): Promise<ReadingSession> {
    const instance = await duckdbLibrary().DuckDBInstance.create(':memory:', {
      ...(limits.threads === undefined ? {} : { threads: String(limits.threads) }),
      ...(limits.memoryLimit === undefined ? {} : { memory_limit: limits.memoryLimit }),
      ...(limits.temporaryFolder === undefined ? {} : { temp_directory: limits.temporaryFolder }),
    });
    const connection = await instance.connect();
    const run = (statement: Fragment) => connection.run(compile(statement, duckdb).text);
    await run(sql`set TimeZone = 'UTC'`);
    for (const [name, relation] of Object.entries(views)) {
      try {
        await run(sql`create view ${ref(name)} as select * from ${relation}`);
      } catch (cause) {
        // That binding fails otherwise is a bug of ours.
        throw (await dataFileError(cause)) ?? cause;
      }
    }
    // In this order: the views are bound, the folder stays open, everything else closes, and the lock comes last.
    await connection.run(`set allowed_directories = [${duckdb.literal(`${folder}/`)}]`);
    await connection.run('set enable_external_access = false');
    await connection.run('set lock_configuration = true');
    return new ReadingSession(instance, connection);
  }

  /** Runs one reading statement. @throws QUERY_NOT_READ_ONLY, QUERY_INVALID, DELTA_MISSING_FILE, DELTA_CORRUPT_FILE */
  async ask(text: string): Promise<CellStream> {
    await this.#assertReads(text);
    try {
      const result = await this.#connection.stream(text);
      return { columns: result.deduplicatedColumnNames(), batches: cellBatches(result) };
    } catch (cause) {
      throw await failure(cause);
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #assertReads(text: string): Promise<void> {
    const reader = await this.#connection.runAndReadAll('select json_serialize_sql($1::varchar)', [text]);
    const parsed = serialized.parse(JSON.parse(String(reader.getRows()[0]?.[0])));
    if (parsed.error && parsed.error_type === 'parser') throw invalid(parsed.error_message);
    if (!parsed.error && parsed.statements.length === 1) return;
    if (!parsed.error && parsed.statements.length === 0) throw invalid('the statement is empty');
    throw new PlayheadError({
      code: 'QUERY_NOT_READ_ONLY',
      message: parsed.error ? 'only SELECT statements can be run' : 'only one statement can be run at a time',
      hint: 'write one SELECT, VALUES, SHOW, DESCRIBE or SUMMARIZE',
    });
  }
}

const serialized = z.discriminatedUnion('error', [
  z.object({ error: z.literal(false), statements: z.array(z.unknown()) }),
  z.object({ error: z.literal(true), error_type: z.string(), error_message: z.string().default('') }),
]);

async function* cellBatches(result: DuckDBResult): AsyncGenerator<Cell[][]> {
  try {
    for await (const rows of result.yieldRows()) yield rows.map(row => row.map(cellOf));
  } catch (cause) {
    throw await failure(cause);
  }
}

function cellOf(value: DuckDBValue | undefined): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value;
  const library = duckdbLibrary();
  if (value instanceof library.DuckDBTimestampTZValue || value instanceof library.DuckDBTimestampValue) {
    return isoInstant(value.micros);
  }
  if (value instanceof library.DuckDBDateValue) return value.toString();
  if (value instanceof library.DuckDBDecimalValue) return decimalCell(value.toString());
  if (value instanceof library.DuckDBListValue) return value.items.map(cellOf);
  if (value instanceof library.DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, field]) => [name, cellOf(field)]));
  }
  if (value instanceof library.DuckDBMapValue) {
    return Object.fromEntries(value.entries.map(({ key, value: held }) => [String(key), cellOf(held)]));
  }
  return value.toString();
}

/** ISO 8601 in UTC; the fraction only where there is one, milliseconds or microseconds as needed. */
export function isoInstant(micros: bigint): string {
  const fraction = Number(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n);
  const seconds = Number((micros - BigInt(fraction)) / 1_000_000n);
  const date = new Date(seconds * 1000);
  // DuckDB's infinity and years beyond JavaScript's calendar.
  if (Number.isNaN(date.getTime())) return micros > 0n ? 'infinity' : '-infinity';
  const second = date.toISOString().slice(0, -'.000Z'.length);
  return fraction === 0 ? `${second}Z` : `${second}.${String(fraction).padStart(6, '0')}Z`;
}

/** A number where it says the same as the decimal, else the decimal's text. */
function decimalCell(text: string): number | string {
  const digits = text.replace(/^-?0*\.?0*/, '').replace('.', '');
  return digits.length <= 15 ? Number(text) : text;
}

/** What the tables cannot give is no fault of the question. */
const failure = async (cause: unknown): Promise<PlayheadError> => (await dataFileError(cause)) ?? invalid(cause);

function invalid(cause: unknown): PlayheadError {
  const message = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
  return new PlayheadError({ code: 'QUERY_INVALID', message, cause });
}
