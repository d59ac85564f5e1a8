import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { SqlError, sqlState } from '../postgres/index.js';
import { type LoadedRows, readMeta, readRows, readStatementRows } from './answers.js';
import type { InterfaceOptions, SqlRequest, SqlSession } from './callbacks.js';
import { cubeError, messageOf } from './errors.js';
import { asMemberExpressions, bindable, pushedError, readStatement, withMemberNames } from './pushed.js';
import type { CubeQuery } from './query.js';
import { feedFrom, type RowFeed } from './row-feed.js';
import { readTables, type Table } from './tables.js';

/** Who asks, and in which words Cube's log shows it. */
export interface Asker {
  readonly session: SqlSession;
  readonly appName?: string;
  /** Custom settings of the session, those with a dot in their name. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly cacheMode?: string;
  readonly requestId?: string;
  /** Fails with "Continue wait" at once instead of asking again: for HTTP clients that do so themselves. */
  readonly throwContinueWait?: boolean;
}

export interface CubeLimits {
  /** Rows of one answer of Cube. */
  readonly rowsMax: number;
  /** Answers whose rows are fed one by one at a time; each holds a place in Cube's queue until it has been read. */
  readonly feedsMax: number;
}

// The most that every source takes for a LIMIT.
const streamedRowsMax = 2 ** 31 - 1;
const feedNumbers = 1000;
const continueWait = 'Continue wait';
const knownTablesMax = 100;
// Asking Cube whether its model has changed costs it a good part of a query; clients send statements in bursts.
const checkMs = 1000;

interface KnownTables {
  readonly compilerId: string;
  readonly tables: readonly Table[];
  readonly checkedAtMs: number;
}

/** Cube's gateway, seen from the SQL API: the tables that somebody may see, and the rows of a query. */
export class Cube {
  private readonly options: InterfaceOptions;
  private readonly known = new Map<string, KnownTables>();
  readonly rowsMax: number;
  private readonly feedsMax: number;
  private feedCount = 0;
  private lastFeed = 0;
  private canFeed = true;

  constructor(options: InterfaceOptions, { rowsMax, feedsMax }: CubeLimits) {
    this.options = options;
    this.rowsMax = rowsMax;
    this.feedsMax = feedsMax;
  }

  /** The tables that this user may see, after access policies; at most a second behind the model. */
  async tables(asker: Asker): Promise<readonly Table[]> {
    const key = JSON.stringify([asker.session.user, asker.session.securityContext]);
    const request = this.request(asker);
    const known = this.known.get(key);
    const now = performance.now();
    if (known !== undefined) {
      if (now - known.checkedAtMs < checkMs) return known.tables;
      const { compilerId } = readMeta(await this.call(() => this.meta(request, asker, true)));
      if (compilerId === known.compilerId) {
        this.known.set(key, { ...known, checkedAtMs: now });
        return known.tables;
      }
    }
    const { compilerId, cubes } = readMeta(await this.call(() => this.meta(request, asker, false)));
    const tables = readTables(cubes ?? []);
    this.known.delete(key);
    if (this.known.size >= knownTablesMax) this.known.clear();
    this.known.set(key, { compilerId, tables, checkedAtMs: now });
    return tables;
  }

  /** The rows of a query. More rows than Cube gives at once are an error: an answer is never cut in silence. */
  async load(query: CubeQuery, asker: Asker, signal?: AbortSignal): Promise<LoadedRows> {
    await this.assertScope(asker);
    const wanted = query.limit;
    const isCapped = wanted === undefined || wanted > this.rowsMax;
    const asked = { ...query, limit: isCapped ? this.rowsMax : wanted };
    const loaded = await this.loadOnce(asked, asker, signal);
    if (isCapped && loaded.rowCount >= this.rowsMax) {
      const next = { ...asked, limit: 1, offset: (query.offset ?? 0) + this.rowsMax };
      if ((await this.loadOnce(next, asker, signal)).rowCount > 0) throw this.tooManyRows(query);
    }
    return loaded;
  }

  /** The rollups that serve a query. Cube decides when it answers, so one row is asked for. */
  async rollupsOf({ offset: _, ...query }: CubeQuery, asker: Asker): Promise<readonly string[]> {
    return (await this.loadOnce({ ...query, limit: 1 }, asker)).rollups;
  }

  /** Whether a query's rows may be fed one by one: plain rows, more of them than Cube answers at once. */
  isFed({ ungrouped, limit, pushed }: CubeQuery): boolean {
    return ungrouped === true && pushed === undefined && (limit === undefined || limit > this.rowsMax) && this.canFeed;
  }

  /** The rows of a query as a feed, past the row limit; nothing where all feeds are taken or the source has none. */
  async feed(query: CubeQuery, asker: Asker, signal?: AbortSignal): Promise<RowFeed | undefined> {
    await this.assertScope(asker);
    if (this.feedCount >= this.feedsMax) return undefined;
    this.feedCount += 1;
    this.lastFeed = (this.lastFeed + 1) % feedNumbers;
    const release = (): void => {
      this.feedCount -= 1;
    };
    try {
      // Cube hands equal questions one stream, whose rows they would share out: no two at a time have the same limit.
      const asked = query.limit === undefined ? streamedRowsMax - this.lastFeed : query.limit + this.lastFeed;
      const stream = await this.openStream({ ...query, limit: asked }, asker, signal);
      return feedFrom(stream, { asked, rowsMax: query.limit, release });
    } catch (error) {
      release();
      if (asker.throwContinueWait && messageOf(error) === continueWait) throw error;
      if (!isWithoutStreams(error)) throw cubeError(error);
      this.canFeed = false;
      return undefined;
    }
  }

  private async openStream(query: CubeQuery, asker: Asker, signal?: AbortSignal): Promise<Readable> {
    const request = this.request(asker, signal);
    while (true) {
      signal?.throwIfAborted();
      const opening = this.options.sqlApiLoad({
        request,
        session: asker.session,
        query,
        queryKey: query,
        sqlQuery: null,
        streaming: true,
        cacheMode: 'stale-if-slow',
      });
      try {
        return readStream(await orAborted(opening, signal));
      } catch (error) {
        // It may still be waiting in Cube's queue, and nobody would read it.
        if (signal?.aborted) void opening.then(answer => readStream(answer).destroy()).catch(() => undefined);
        if (!messageOf(error).includes(continueWait)) throw error;
        if (asker.throwContinueWait) throw Object.assign(new Error(continueWait), { error: continueWait });
      }
    }
  }

  /** The data source's statement for a query, with its values. */
  async sqlOf(query: CubeQuery, asker: Asker): Promise<{ sql: string; values: (string | null)[] }> {
    const payload = {
      request: this.request(asker),
      session: asker.session,
      query,
      memberToAlias: {},
      expressionParams: [],
    };
    const { sql, values } = readStatement(await this.call(() => this.options.sql(payload)));
    return { sql, values: values.map(value => (value === null ? null : String(value))) };
  }

  private loadOnce(query: CubeQuery, asker: Asker, signal?: AbortSignal): Promise<LoadedRows> {
    const { pushed, ...plain } = query;
    return pushed === undefined
      ? this.ask(plain, null, asker, signal).then(readRows)
      : this.loadPushed({ ...plain, pushed }, asker, signal);
  }

  /** Cube writes the statement for expressions, and runs it when it is handed back: two questions, one request. */
  private async loadPushed(query: CubeQuery, asker: Asker, signal?: AbortSignal): Promise<LoadedRows> {
    const { pushed, ...plain } = query;
    const asked = asMemberExpressions(plain, pushed);
    const payload = {
      request: this.request(asker),
      session: asker.session,
      query: asked,
      memberToAlias: {},
      // Cube appends its own values to this list.
      expressionParams: [...(pushed?.values ?? [])],
    };
    signal?.throwIfAborted();
    const statement = readStatement(
      await this.options.sql(payload).catch((error: unknown) => Promise.reject(pushedError(error))),
    );
    const answer = await this.ask(asked, bindable(statement), asker, signal);
    return withMemberNames(readStatementRows(answer), statement);
  }

  private async ask(
    query: unknown,
    sqlQuery: readonly [string, readonly unknown[]] | null,
    asker: Asker,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const request = this.request(asker, signal);
    while (true) {
      signal?.throwIfAborted();
      try {
        return await this.options.sqlApiLoad({
          request,
          session: asker.session,
          query,
          queryKey: query,
          sqlQuery,
          streaming: false,
          cacheMode: asker.cacheMode ?? 'stale-if-slow',
        });
      } catch (error) {
        if (!messageOf(error).includes(continueWait)) throw cubeError(error);
        // Cube's gateway knows this error by its property.
        if (asker.throwContinueWait) throw Object.assign(new Error(continueWait), { error: continueWait });
      }
    }
  }

  private tooManyRows({ ungrouped }: CubeQuery): SqlError {
    const isFull = ungrouped === true && this.feedCount >= this.feedsMax;
    return new SqlError(
      sqlState.limitExceeded,
      `the query has more than ${this.rowsMax} rows, which is what Cube answers at once`,
      {
        hint: isFull
          ? `${this.feedsMax} larger answers are being read: wait for one, or raise CUBE_SQL_STREAMS_MAX (now ${this.feedsMax}).`
          : `Add a LIMIT or a narrower WHERE, or raise CUBEJS_DB_QUERY_LIMIT (now ${this.rowsMax}).`,
      },
    );
  }

  /** The SQL API reads data, so whoever lacks Cube's `data` scope, or `sql` where it is in use, may not. */
  private async assertScope(asker: Asker): Promise<void> {
    const { securityContext } = asker.session;
    const scopes = await this.call(() => this.options.contextToApiScopes({ securityContext }));
    if (!scopes.includes('data')) {
      throw new SqlError(sqlState.insufficientPrivilege, 'permission denied: the API scope "data" is missing');
    }
  }

  private meta(request: SqlRequest, asker: Asker, onlyCompilerId: boolean): Promise<unknown> {
    return this.options.meta({ request, session: asker.session, onlyCompilerId });
  }

  private request({ appName, settings, requestId }: Asker, signal?: AbortSignal): SqlRequest {
    return {
      id: requestId ?? `${randomUUID()}-span-1`,
      meta: {
        protocol: 'postgres',
        apiType: 'sql',
        ...(appName && { appName }),
        ...(settings && { settings }),
        ...(signal && { signal }),
      },
    };
  }

  private async call<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw cubeError(error);
    }
  }
}

const isWithoutStreams = (error: unknown): boolean =>
  /stream is not a function|Streaming queries to Cube Store|not support stream/i.test(messageOf(error));

function readStream(answer: unknown): Readable {
  const stream: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'stream') : undefined;
  if (stream instanceof Readable) return stream;
  throw new Error('sqlApiLoad: expected a stream');
}

const orAborted = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
  signal === undefined
    ? work
    : Promise.race([
        work,
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
      ]);
