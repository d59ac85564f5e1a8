import { setTimeout as delay } from 'node:timers/promises';
import type { DBSQLClient } from '@databricks/sql';
import { PlayheadError } from '#errors';
import { compile, type Fragment, lit, ref, spark, sql } from '#sql';
import type { Engine, Repeat, Row, RunOptions } from '../engine.js';
import { connectClient, type Operation, type Session } from './client.js';
import { failureOf } from './failures.js';
import type { EngineClock, SparkOptions } from './options.js';
import { persist } from './retry.js';
import { parametersOf, rowsOf } from './values.js';

/** What answers at the other end, as it says itself. */
export interface SparkVersions {
  readonly spark: string;
  /** The Databricks Runtime or the warehouse's version; null for an open Spark. */
  readonly databricks: string | null;
}

const systemClock: EngineClock = {
  now: () => performance.now(),
  wait: async (ms, signal) => {
    // Its only other end is the signal's abort, which is what the caller waits for.
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
};

/** How long the cancelling of a statement may take before its caller is told anyway. */
const cancelWaitMs = 5000;

/** What the sessions of one connection share. */
interface Connection {
  readonly client: DBSQLClient;
  readonly options: SparkOptions;
  readonly clock: EngineClock;
}

/**
 * Connects to a Databricks SQL warehouse or an open Spark, opens a session in UTC and ANSI mode and looks whether it is.
 * The driver is loaded here and nowhere else.
 * @throws ENGINE_UNREACHABLE, ENGINE_UNAUTHORIZED, ENGINE_UNAVAILABLE, ENGINE_SETTINGS, TABLE_NOT_FOUND (the schema)
 */
export async function openSparkEngine(options: SparkOptions): Promise<SparkEngine> {
  const driver = await import('@databricks/sql');
  const clock = options.clock ?? systemClock;
  const place = { engine: placeOf(options) };
  let client: DBSQLClient;
  try {
    client = await connectClient(driver, options);
  } catch (cause) {
    throw failureOf(cause, place).error;
  }
  try {
    return await SparkEngine.open({ client, options, clock }, true);
  } catch (error) {
    // The first failure is the news.
    await client.close().catch(() => undefined);
    throw error;
  }
}

/**
 * A session on a Databricks warehouse or an open Spark. Temporary views belong to the session; `connect` opens another one.
 * Statements of one session may run at once.
 */
export class SparkEngine implements Engine {
  readonly dialect = spark;
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #ownsClient: boolean;
  #interrupted = new AbortController();

  private constructor(connection: Connection, session: Session, ownsClient: boolean) {
    this.#connection = connection;
    this.#session = session;
    this.#ownsClient = ownsClient;
  }

  /** Opens a session. @internal */
  static async open(connection: Connection, ownsClient: boolean): Promise<SparkEngine> {
    const { client, options, clock } = connection;
    const session = await persist(
      {
        clock,
        retry: options.retry,
        place: { engine: placeOf(options) },
        repeat: 'always',
        hasConnected: !ownsClient,
        signal: options.signal ?? neverAborted,
      },
      () => client.openSession(),
    );
    const engine = new SparkEngine(connection, session, ownsClient);
    await engine.#settle();
    return engine;
  }

  /** Another session over the same connection, with temporary views of its own. */
  connect(): Promise<SparkEngine> {
    return SparkEngine.open(this.#connection, false);
  }

  async run(statement: Fragment, { repeat = 'never' }: RunOptions = {}): Promise<void> {
    await this.#execute(statement, repeat, async operation => operation.finished());
  }

  query(statement: Fragment): Promise<Row[]> {
    return this.#execute(statement, 'always', async operation => {
      // The driver would ask a statement without rows for its columns.
      await operation.finished();
      const schema = await operation.getSchema();
      return schema === null ? [] : rowsOf(await operation.fetchAll(), schema);
    });
  }

  interrupt(): void {
    this.#interrupted.abort();
    this.#interrupted = new AbortController();
  }

  async close(): Promise<void> {
    try {
      await (this.#ownsClient ? this.#connection.client.close() : this.#session.close());
    } catch (cause) {
      // A session that is gone is as closed as it gets; what else may fail here is worth a word.
      const { error } = failureOf(cause, { engine: placeOf(this.#connection.options) });
      if (!error.code.startsWith('ENGINE_')) throw error;
    }
  }

  /** What answers. */
  async versions(): Promise<SparkVersions> {
    const isDatabricks = this.#connection.options.kind === 'databricks';
    const [row] = await this.query(sql`select version() as spark`);
    const databricks = isDatabricks ? await this.#databricksVersion() : null;
    return { spark: String(row?.['spark']).split(' ')[0] ?? '', databricks };
  }

  async #databricksVersion(): Promise<string | null> {
    try {
      const [row] = await this.query(
        sql`select coalesce(current_version().dbsql_version, current_version().dbr_version) as version`,
      );
      return row === undefined ? null : String(row['version']);
    } catch (error) {
      // Only Databricks has the function: where it is missing, an open Spark answers under a warehouse's name.
      if (error instanceof PlayheadError && error.code === 'QUERY_INVALID') return null;
      throw error;
    }
  }

  /** The session's settings, and the schema that names are looked up in. */
  async #settle(): Promise<void> {
    const { options } = this.#connection;
    const always: RunOptions = { repeat: 'always' };
    await this.run(sql`set time zone 'UTC'`, always);
    if (options.kind === 'databricks') {
      // What a warehouse calls it; a cluster knows the other name and takes this one without a word.
      await this.run(sql`set ansi_mode = true`, always);
      await this.run(sql`set statement_timeout = ${lit(timeoutOf(options))}`, always);
    } else {
      await this.run(sql`set spark.sql.ansi.enabled = true`, always);
    }
    if (options.schema !== undefined) {
      const path = options.catalog === undefined ? [options.schema] : [options.catalog, options.schema];
      await this.run(sql`use ${ref(...path)}`, always);
    }
    if (!(await this.#isAnsi()) && options.kind === 'databricks') {
      await this.run(sql`set spark.sql.ansi.enabled = true`, always);
    }
    await this.#verify();
  }

  async #verify(): Promise<void> {
    const [row] = await this.query(sql`select current_timezone() as time_zone`);
    const zone = String(row?.['time_zone']);
    const isUtc = ['UTC', 'Etc/UTC', 'Z', 'GMT', '+00:00'].includes(zone);
    if (isUtc && (await this.#isAnsi())) return;
    throw new PlayheadError({
      code: 'ENGINE_SETTINGS',
      at: placeOf(this.#connection.options),
      message: isUtc ? 'the session is not in ANSI mode' : `the session's time zone is ${zone}`,
      hint: 'take a warehouse or a Spark whose sessions may set ANSI mode and the time zone UTC',
    });
  }

  /** ANSI mode makes the text a number here, the older rules make the number a text. */
  async #isAnsi(): Promise<boolean> {
    const [row] = await this.query(sql`select typeof(coalesce(1, '1')) as type`);
    return row?.['type'] !== 'string';
  }

  #execute<T>(statement: Fragment, repeat: Repeat, read: (operation: Operation) => Promise<T>): Promise<T> {
    const { options, clock } = this.#connection;
    const { text, values } = compile(statement, spark);
    const parameters = parametersOf(values);
    const signal = AbortSignal.any([this.#interrupted.signal, options.signal ?? neverAborted]);
    const place = { engine: placeOf(options), statement: text };
    return persist({ clock, retry: options.retry, place, repeat, hasConnected: true, signal }, async () => {
      if (signal.aborted) throw cancelled(place.engine);
      const timeout = timeoutOf(options);
      const start = () => this.#session.executeStatement(text, { namedParameters: parameters, queryTimeout: timeout });
      const ended = await runUntil({ start, read, clock, timeoutMs: timeout * 1000, signal });
      switch (ended.kind) {
        case 'done':
          return ended.value;
        case 'interrupted':
          throw cancelled(place.engine);
        case 'late':
          throw new PlayheadError({
            code: 'ENGINE_TIMEOUT',
            at: `${place.engine}, SQL: ${text.slice(0, 200)}`,
            message: `the statement took longer than ${timeout} s and was cancelled`,
            hint: 'raise engine.statement_timeout_s, or take a larger warehouse',
          });
      }
    });
  }
}

type Ended<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'late' };

interface Running<T> {
  readonly start: () => Promise<Operation>;
  readonly read: (operation: Operation) => Promise<T>;
  readonly clock: EngineClock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs one statement until it ends, is interrupted or has taken too long; in the last two cases it is cancelled over there. */
async function runUntil<T>({ start, read, clock, timeoutMs, signal }: Running<T>): Promise<Ended<T>> {
  let running: Operation | undefined;
  let isGivenUp = false;
  const work = async (): Promise<Ended<T>> => {
    const operation = await start();
    running = operation;
    try {
      // Its end was asked for before it had a name that it could be cancelled by.
      if (isGivenUp) await operation.cancel();
      return { kind: 'done', value: await read(operation) };
    } finally {
      // The rows are here, or the failure is known: what else its closing says is no news. The session's end closes it too.
      await operation.close().catch(() => undefined);
    }
  };
  const timer = new AbortController();
  const limit = async (): Promise<Ended<T>> => {
    await clock.wait(timeoutMs, AbortSignal.any([signal, timer.signal]));
    return { kind: signal.aborted ? 'interrupted' : 'late' };
  };
  const working = work();
  try {
    const ended = await Promise.race([working, limit()]);
    if (ended.kind === 'done') return ended;
    isGivenUp = true;
    // Whatever the cancelled statement ends with, its caller is told why it was cancelled.
    const over = Promise.allSettled([working, running?.cancel()]);
    await Promise.race([over, clock.wait(cancelWaitMs, timer.signal)]);
    return ended;
  } finally {
    timer.abort();
  }
}

const neverAborted = new AbortController().signal;

const timeoutOf = ({ statementTimeoutS = 3600 }: SparkOptions): number => statementTimeoutS;

const placeOf = ({ kind, host, path }: SparkOptions): string => `${kind} ${host}/${path.replace(/^\//, '')}`;

const cancelled = (at: string): PlayheadError =>
  new PlayheadError({ code: 'QUERY_CANCELLED', message: 'the statement was cancelled', at });
