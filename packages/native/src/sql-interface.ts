import type { Writable } from 'node:stream';
import { SqlError } from './postgres/index.js';
import type { ConvertedQuery, SqlApi } from './sql-api/index.js';

// Loaded when first used: Cube requires this package in each of its transpiler threads, which need none of it.
const sqlApi = () => import('./sql-api/index.js');

/** What Cube keeps and hands back; opaque to it. */
export type SqlInterfaceInstance = SqlApi;

/** Starts the SQL API: Cube's gateway calls it once, from `listen()`. */
export async function registerInterface(options: unknown): Promise<SqlInterfaceInstance> {
  const { SqlApi } = await sqlApi();
  return SqlApi.start(options);
}

/** Stops listening and says goodbye to the clients; the same for all of Cube's modes, since nothing is written. */
export async function shutdownInterface(instance: SqlInterfaceInstance | null, _mode?: string): Promise<void> {
  await instance?.close();
}

/** POST /v1/cubesql. `stream` is the HTTP response; nothing is written to it before the answer is there. */
export async function execSql(
  instance: SqlInterfaceInstance,
  sqlQuery: string,
  stream: Writable,
  securityContext?: unknown,
  cacheMode?: string,
  timezone?: string,
  throwContinueWait?: boolean,
  requestId?: string,
): Promise<void> {
  const { describeError, streamRows } = await sqlApi();
  const question = { securityContext, cacheMode, timezone, throwContinueWait, requestId };
  try {
    await streamRows(instance, sqlQuery, stream, question);
  } catch (error) {
    // HTTP clients see only the message, so it has to carry the hint.
    throw error instanceof SqlError ? new Error(describeError(error), { cause: error }) : error;
  }
}

interface SqlOfSql {
  readonly query_type: { readonly regular: boolean; readonly post_processing: boolean; readonly pushdown: boolean };
  readonly sql?: string;
  readonly values?: readonly (string | null)[];
  readonly error?: string;
}

/** GET /v1/sql?format=sql: the data source's SQL behind a SQL API statement, where Cube answers it alone. */
export async function sql4sql(
  instance: SqlInterfaceInstance,
  sqlQuery: string,
  _disablePostProcessing: boolean,
  securityContext?: unknown,
): Promise<SqlOfSql> {
  const { describeError, planFor } = await sqlApi();
  try {
    const plan = await planFor(instance, sqlQuery, { securityContext });
    if (plan.kind === 'outer') {
      return {
        query_type: { regular: false, post_processing: true, pushdown: false },
        error: 'Postgres works on the rows after Cube, so there is no single statement for the data source.',
      };
    }
    const query_type = { regular: true, post_processing: false, pushdown: false };
    if (plan.scan.query === undefined) return { query_type, error: 'The answer is known without asking.' };
    return {
      query_type,
      ...(await instance.cube.sqlOf(plan.scan.query, { session: { user: null, superuser: false, securityContext } })),
    };
  } catch (error) {
    return {
      query_type: { regular: false, post_processing: false, pushdown: false },
      error: describeError(error),
    };
  }
}

/** POST /v1/convert-query, from SQL to REST. */
export async function rest4sql(
  instance: SqlInterfaceInstance,
  sqlQuery: string,
  securityContext?: unknown,
): Promise<ConvertedQuery> {
  const { convertToRest } = await sqlApi();
  return convertToRest(instance, sqlQuery, { securityContext });
}
