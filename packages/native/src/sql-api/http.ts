import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Asker, FedRow, RowFeed } from '../cube/index.js';
import { type PgType, SqlError, sqlState } from '../postgres/index.js';
import { notAsked } from './explain.js';
import { type ParsedStatement, parseSql } from './parse-sql.js';
import { fedColumn, feedOf, loadScan, type RunContext, readColumn, readTexts, runOuter } from './run-plan.js';
import type { CubePlan } from './select.js';
import type { SqlApi } from './sql-api.js';

const columnTypes: Readonly<Record<PgType, string>> = {
  int8: 'Int64',
  float8: 'Double',
  text: 'String',
  bool: 'Boolean',
  timestamp: 'Timestamp',
};

// The catalogue's types beside our own, in the words of Cube's HTTP answer.
const typesByOid: Readonly<Record<number, string>> = {
  16: 'Boolean',
  20: 'Int64',
  21: 'Int64',
  23: 'Int32',
  700: 'Double',
  701: 'Double',
  1700: 'Decimal',
  1114: 'Timestamp',
  1184: 'Timestamp',
  1082: 'Date',
};

const chunkRows = 1000;

export interface HttpQuestion {
  readonly securityContext: unknown;
  readonly cacheMode?: string | undefined;
  readonly timezone?: string | undefined;
  readonly throwContinueWait?: boolean | undefined;
  readonly requestId?: string | undefined;
}

interface Lines {
  readonly schema: readonly { readonly name: string; readonly column_type: string }[];
  readonly lastRefreshTime: string | undefined;
  readonly chunks: AsyncIterable<readonly Row[]>;
  readonly close: () => void;
}

type Row = readonly (string | null)[];

/** Answers POST /v1/cubesql: a line with the schema, then lines with up to 1,000 rows, all values as text. */
export async function streamRows(api: SqlApi, sql: string, out: Writable, question: HttpQuestion): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort(new Error('the client has gone'));
  out.once('close', leave);
  const { schema, lastRefreshTime, chunks, close } = await answer(api, sql, question, gone.signal).catch(
    (error: unknown) => {
      out.off('close', leave);
      throw error;
    },
  );
  const write = async (line: object): Promise<void> => {
    if (out.destroyed) throw new Error('the client has gone');
    // A client that goes away never drains.
    if (!out.write(`${JSON.stringify(line)}\n`)) await Promise.race([once(out, 'drain'), once(out, 'close')]);
  };
  try {
    await write({ schema, ...(lastRefreshTime !== undefined && { lastRefreshTime }) });
    for await (const data of chunks) await write({ data });
    out.end();
  } finally {
    out.off('close', leave);
    close();
  }
}

async function answer(api: SqlApi, sql: string, question: HttpQuestion, signal: AbortSignal): Promise<Lines> {
  const statement = await onlyStatement(sql);
  const context = { ...(await contextFor(api, question)), signal };
  const { runner } = api.selects;
  const plan = await api.selects.plan(statement.node, context);
  if (plan.kind === 'direct') {
    const schema = plan.columns.map(({ name, type }) => ({ name, column_type: columnTypes[type] }));
    const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
    const feed = await feedOf(plan, runner, context);
    if (feed !== undefined) {
      const fed = plan.columns.map(column => fedColumn(column, plan.scan));
      const row = (values: FedRow) => fed.map(read => text(read(values)));
      return { schema, lastRefreshTime: undefined, chunks: fedChunks(feed, row), close: () => feed.close() };
    }
    const loaded = await loadScan(plan.scan, runner, context);
    const readers = plan.columns.map(column => readColumn(column, plan.scan, loaded));
    const row = (index: number) => readers.map(read => text(read(index)));
    const { lastRefreshTime, rowCount } = loaded;
    return { schema, lastRefreshTime, chunks: chunksOf(rowCount, row), close: () => undefined };
  }
  const { fields = [], rows } =
    plan.kind === 'outer'
      ? await runOuter(plan, [], runner, context)
      : await runner.catalog.run({ text: statement.text }, context.tables);
  return {
    schema: fields.map(({ name, oid }) => ({ name, column_type: typesByOid[oid] ?? 'String' })),
    lastRefreshTime: undefined,
    chunks: chunksOf(rows.length, index => readTexts(rows[index])),
    close: () => undefined,
  };
}

async function* fedChunks(feed: RowFeed, row: (values: FedRow) => Row): AsyncGenerator<Row[]> {
  for (let batch = await feed.next(); batch.length > 0; batch = await feed.next()) yield batch.map(row);
}

async function* chunksOf(rowCount: number, row: (index: number) => Row): AsyncGenerator<Row[]> {
  for (let at = 0; at < rowCount; at += chunkRows) {
    yield Array.from({ length: Math.min(chunkRows, rowCount - at) }, (_, index) => row(at + index));
  }
}

export interface ConvertedQuery {
  readonly status: 'ok' | 'error';
  readonly query: object | null;
  readonly error?: string;
}

/** Answers POST /v1/convert-query: the REST query that means the same, where one does. */
export async function convertToRest(api: SqlApi, sql: string, question: HttpQuestion): Promise<ConvertedQuery> {
  try {
    const plan = await planFor(api, sql, question);
    if (plan.kind !== 'direct') {
      return {
        status: 'error',
        query: null,
        error: 'Postgres has to work on the rows, so no single REST query means the same.',
      };
    }
    if (plan.scan.query === undefined)
      return { status: 'error', query: null, error: 'The answer is known to be empty.' };
    return { status: 'ok', query: plan.scan.query };
  } catch (error) {
    return { status: 'error', query: null, error: describeError(error) };
  }
}

/** An error's message with its hint, for answers that have no place of their own for hints. */
export const describeError = (error: unknown): string => {
  if (error instanceof SqlError && error.hint !== undefined) return `${error.message}. ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
};

/** Whether a statement is one question to Cube, and which. */
export async function planFor(api: SqlApi, sql: string, question: HttpQuestion): Promise<CubePlan> {
  const { node } = await onlyStatement(sql);
  const plan = await api.selects.plan(node, await contextFor(api, question));
  if (plan.kind !== 'catalog') return plan;
  throw new SqlError(sqlState.notSupported, notAsked, { hint: 'Name a cube or view in FROM.' });
}

async function onlyStatement(sql: string): Promise<ParsedStatement> {
  const [statement, ...more] = await parseSql(sql);
  if (statement !== undefined && more.length === 0 && Object.hasOwn(statement.node, 'SelectStmt')) return statement;
  throw new SqlError(sqlState.notSupported, 'one SELECT is expected', { hint: 'Send statements one by one.' });
}

async function contextFor(api: SqlApi, question: HttpQuestion): Promise<RunContext> {
  const { securityContext, cacheMode, timezone, throwContinueWait, requestId } = question;
  const asker: Asker = {
    session: { user: null, superuser: false, securityContext },
    requestId: requestId ?? randomUUID(),
    ...(cacheMode !== undefined && { cacheMode }),
    ...(throwContinueWait !== undefined && { throwContinueWait }),
  };
  const tables = await api.cube.tables(asker);
  return { asker, tables, timezone, place: undefined, signal: undefined };
}
