import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as elapsed } from 'node:timers/promises';
import type {
  DownloadQueryResultsOptions,
  DownloadQueryResultsResult,
  DownloadTableData,
  StreamOptions,
  StreamTableData,
  TableStructure,
} from '@cubejs-backend/base-driver';
import { DuckDBDriver } from '@cubejs-backend/duckdb-driver';
// Neither is exported by name; the version is pinned exactly, and test/cube/drivers.test.ts would see them move.
import { DuckDBRowStream } from '@cubejs-backend/duckdb-driver/dist/src/RowStream.js';
import { buildTransform, convertDuckDBParams } from '@cubejs-backend/duckdb-driver/dist/src/Transform.js';
import { PlayheadError } from '#errors';
import type { DuckdbEngine } from '#warehouse';
import { Lane } from './lane.js';
import { Pool } from './pool.js';
import { namesPersonalColumn } from './pseudonyms.js';
import { buildRollup, type RollupParts } from './rollup-build.js';

export type Lanes = Pool<Lane>;

/** Connections in which unqualified names are looked up in `database`; several of them use all cores. */
export function openLanes({ instance }: DuckdbEngine, database: string, size: number): Lanes {
  return new Pool({
    size,
    open: async () => {
      const connection = await instance.connect();
      await connection.run(`USE ${database}`);
      // The dialect's time zones count on it: sessions would otherwise take the machine's.
      await connection.run("SET TimeZone = 'UTC'");
      return new Lane(connection);
    },
    close: lane => lane.close(),
  });
}

/** Rollup tables that are being built, by name. */
export type Builds = Map<string, Promise<void>>;

export interface SnapshotDriverOptions {
  readonly lanes: Lanes;
  readonly builds: Builds;
  /** Most rows of one answer. */
  readonly rowLimit: number;
  /** How rollups are built in parts; each is one statement without. */
  readonly parts?: RollupParts;
  /** A database whose rows differ in the columns of people only: a rollup without them is taken from there. */
  readonly twin?: { readonly database: string; readonly driver: SnapshotDriver } | undefined;
}

/**
 * Cube's driver over one snapshot: a database attached to the one shared DuckDB instance, which holds the views of
 * the snapshot and its rollups. The snapshot owns the connections, so `release` closes none.
 */
export class SnapshotDriver extends DuckDBDriver {
  readonly #lanes: Lanes;
  readonly #builds: Builds;
  readonly #rowLimit: number;
  readonly #parts: RollupParts | undefined;
  readonly #twin: SnapshotDriverOptions['twin'];

  constructor({ lanes, builds, rowLimit, parts, twin }: SnapshotDriverOptions) {
    super();
    this.#parts = parts;
    this.#twin = twin;
    this.#lanes = lanes;
    this.#builds = builds;
    this.#rowLimit = rowLimit;
  }

  /** Rows as Cube wants them. The promise can be cancelled: when a query takes too long, or nobody waits for it. */
  override query<R = unknown>(query: string, values: unknown[] = []): Promise<R[]> {
    let running: Lane | undefined;
    let isCancelled = false;
    const rows = this.#lanes.with(async lane => {
      if (isCancelled) throw cancelled();
      running = lane;
      try {
        const read = await lane.query<R>(query, values);
        // Cube asks for one row more than the limit (environment.ts): an answer is complete or an error.
        if (read.length > this.#rowLimit) throw tooLarge(this.#rowLimit);
        return read;
      } finally {
        running = undefined;
      }
    });
    const cancel = async () => {
      isCancelled = true;
      // DuckDB forgets an interrupt that comes before the statement has begun.
      while (running !== undefined) {
        running.connection.interrupt();
        await elapsed(interruptAgainMs);
      }
    };
    return Object.assign(rows, { cancel });
  }

  override async stream(query: string, values: unknown[], { highWaterMark }: StreamOptions): Promise<StreamTableData> {
    const lane = await this.#lanes.acquire();
    const giveBack = once(() => this.#lanes.release(lane));
    try {
      const result = await lane.connection.stream(query, convertDuckDBParams(values));
      const transform = buildTransform(result.columnNames(), result.columnTypes());
      const rowStream: Readable = new DuckDBRowStream(result, transform, giveBack, highWaterMark);
      const release = async () => {
        rowStream.destroy();
        await finished(rowStream, { cleanup: true }).catch(() => {
          // Whoever reads the stream has this error already.
        });
      };
      return { rowStream, release };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** Makes Cube build rollups by a query, without a table of the same name in the source first. */
  override readOnly(): boolean {
    return true;
  }

  /** Hands the query on unread: the store runs it in place, and no row passes through JavaScript. */
  override async downloadQueryResults(
    query: string,
    values: unknown[],
    _options: DownloadQueryResultsOptions,
  ): Promise<DownloadQueryResultsResult> {
    return new QueryInPlace(query, values);
  }

  override async createSchemaIfNotExists(schemaName: string): Promise<void> {
    await this.query(`CREATE SCHEMA IF NOT EXISTS ${schemaName}`);
  }

  // The instance holds one database a snapshot; every list of tables has to keep to its own.
  override informationSchemaQuery(): string {
    return `${super.informationSchemaQuery()} AND columns.table_catalog = current_database()`;
  }

  override getTablesQuery(schemaName: string): Promise<{ table_name?: string; TABLE_NAME?: string }[]> {
    return this.query(
      'SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database() AND table_schema = ?',
      [schemaName],
    );
  }

  /**
   * Creates and fills a rollup in one statement, or in few where the rows come from another source. A table's name
   * holds the hash of its content, so whoever comes second waits for the first and takes what it made.
   */
  override async uploadTableWithIndexes(
    table: string,
    columns: TableStructure,
    data: DownloadTableData,
  ): Promise<void> {
    const running = this.#builds.get(table);
    if (running !== undefined) return running;
    const build = this.#build(table, columns, data).finally(() => this.#builds.delete(table));
    this.#builds.set(table, build);
    return build;
  }

  // The models' indexes are for Cube Store: DuckDB skips row groups by their bounds, an index would only cost memory.
  async #build(table: string, columns: TableStructure, data: DownloadTableData): Promise<void> {
    if (this.#twin !== undefined && data instanceof QueryInPlace && !namesPersonalColumn(data.query)) {
      await this.#twin.driver.uploadTableWithIndexes(table, columns, data);
      await this.query(`CREATE VIEW IF NOT EXISTS ${table} AS FROM ${this.#twin.database}.${table}`);
    } else if (data instanceof QueryInPlace && this.#parts !== undefined) {
      const run = (text: string, values?: unknown[]) => this.query<unknown>(text, values);
      await buildRollup({ ...this.#parts, table, query: data.query, values: data.values, run });
    } else if (data instanceof QueryInPlace) {
      await this.query(`CREATE TABLE IF NOT EXISTS ${table} AS ${data.query}`, data.values);
    } else {
      await this.#createFromRows(table, columns, await rowsOf(data));
    }
  }

  async #createFromRows(table: string, columns: TableStructure, rows: readonly unknown[]): Promise<void> {
    await this.createTable(table, columns);
    const structure = columns.map(column => `"${column.name}":"${this.fromGenericType(column.type)}"`).join(',');
    const names = columns.map(column => this.quoteIdentifier(column.name)).join(', ');
    for (let from = 0; from < rows.length; from += uploadBatchRows) {
      const batch = JSON.stringify(rows.slice(from, from + uploadBatchRows));
      await this.query(
        `INSERT INTO ${table} (${names}) SELECT ${names} FROM (SELECT unnest(from_json(?, '[{${structure}}]'), recursive := true))`,
        [batch],
      );
    }
  }

  /** What stands under a rollup's name may be a view over its parts. */
  override async dropTable(tableName: string): Promise<void> {
    const [schema, name] = tableName.split('.');
    const kinds = await this.query<{ table_type: string }>(
      'SELECT table_type FROM information_schema.tables WHERE table_catalog = current_database() AND table_schema = ? AND table_name = ?',
      [schema, name],
    );
    for (const { table_type: kind } of kinds)
      await this.query(`DROP ${kind === 'VIEW' ? 'VIEW' : 'TABLE'} ${tableName}`);
  }

  override async testConnection(): Promise<void> {
    await this.query('SELECT 1');
  }

  override async release(): Promise<void> {}
}

const uploadBatchRows = 20_000;

/** Rows that are still a query over the same DuckDB instance. */
class QueryInPlace {
  /** Empty: whoever receives this runs the query instead. */
  readonly rows: Record<string, unknown>[] = [];
  readonly types: TableStructure = [];
  readonly query: string;
  readonly values: unknown[];

  constructor(query: string, values: unknown[]) {
    this.query = query;
    this.values = values;
  }
}

async function rowsOf(data: DownloadTableData): Promise<readonly unknown[]> {
  if ('rows' in data && Array.isArray(data.rows)) return data.rows;
  if ('rowStream' in data) {
    const rows: unknown[] = [];
    for await (const row of data.rowStream) rows.push(row);
    return rows;
  }
  throw new Error('the source hands over neither rows nor a stream of rows');
}

const interruptAgainMs = 20;

function cancelled(): PlayheadError {
  return new PlayheadError({ code: 'QUERY_CANCELLED', message: 'the query was cancelled before it began' });
}

function tooLarge(limit: number): PlayheadError {
  return new PlayheadError({
    code: 'RESULT_TOO_LARGE',
    message: `the query has more than ${limit} rows`,
    hint: 'filter or group it, or read it in pages with limit and offset',
  });
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
