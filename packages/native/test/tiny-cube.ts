import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { playsModel } from './plays.js';

/** Far more than all buffers on the way hold. */
export const grainCount = 60_000;

const model = `
cubes:
  - name: orders
    description: Orders of a small shop
    sql: >
      SELECT * FROM (VALUES
        (1, 'web', 'new', 10.5, TIMESTAMP '2024-01-01 10:00:00', true, 7),
        (2, 'web', 'paid', 20.0, TIMESTAMP '2024-01-15 11:30:00', false, 8),
        (3, 'App', 'paid', 5.25, TIMESTAMP '2024-02-01 00:00:00', NULL, 9),
        (4, NULL, 'paid', 7.0, TIMESTAMP '2024-03-10 23:59:59.999', true, 10)
      ) AS t(id, device, status, amount, created_at, is_first, cost)
    dimensions:
      - { name: id, sql: id, type: number, primary_key: true }
      - { name: device, sql: device, type: string, description: What it was ordered on }
      - { name: status, sql: status, type: string }
      - { name: created_at, sql: created_at, type: time }
      - { name: is_first, sql: is_first, type: boolean }
      - { name: order_amount, sql: amount, type: number }
    measures:
      - { name: count, type: count }
      - { name: total_amount, type: sum, sql: amount }
      - { name: average_amount, type: avg, sql: amount }
      - { name: tenths, type: sum, sql: "id::double / 10" }
      - { name: total_cost, type: sum, sql: cost }
    segments:
      - { name: paid, sql: "{CUBE}.status = 'paid'" }
    access_policy:
      - group: "*"
        member_level: { includes: "*", excludes: [total_cost] }
      - group: owner
        member_level: { includes: "*" }
  - name: ticks
    sql: SELECT range AS n FROM range(120)
    dimensions:
      - { name: n, sql: n, type: number, primary_key: true, public: true }
    measures:
      - { name: count, type: count }
  - name: grains
    sql: SELECT range AS n, 'grain ' || range AS word, TIMESTAMP '2024-01-01' + INTERVAL (range) SECOND AS at FROM range(${grainCount})
    dimensions:
      - { name: n, sql: n, type: number, primary_key: true, public: true }
      - { name: word, sql: word, type: string }
      - { name: at, sql: at, type: time }
    measures:
      - { name: count, type: count }
      - { name: total, type: sum, sql: n }
      - { name: words, type: count_distinct, sql: word }
${playsModel}views:
  - name: sales
    cubes:
      - { join_path: orders, includes: [device, created_at, total_amount, count] }
`;

const environment = {
  CUBEJS_TESSERACT_SQL_PLANNER: 'false',
  CUBEJS_CACHE_AND_QUEUE_DRIVER: 'memory',
  CUBEJS_TELEMETRY: 'false',
  CUBEJS_DB_TYPE: 'duckdb',
  CUBEJS_EXTERNAL_DEFAULT: 'false',
  CUBEJS_SCHEDULED_REFRESH_TIMER: 'false',
  CUBEJS_PRE_AGGREGATIONS_BUILDER: 'true',
  CUBEJS_CONCURRENCY: '4',
  CUBE_SQL_STREAMS_MAX: '2',
  CUBEJS_DB_QUERY_LIMIT: '100',
  CUBEJS_DB_QUERY_DEFAULT_LIMIT: '100',
  CUBEJS_LOG_LEVEL: 'error',
  NODE_ENV: 'production',
};

export interface TinyCube {
  readonly sqlPort: number;
  readonly httpPort: number;
  readonly logged: readonly unknown[];
  /** What the data source has streamed so far. */
  readonly streamed: Streamed;
  close(): Promise<unknown>;
}

export interface Streamed {
  readonly rowCount: number;
  readonly openCount: number;
}

interface Streaming {
  readonly rowStream: Readable;
}

interface Driver {
  stream(query: string, values: unknown[], options: object): Promise<Streaming>;
}

interface Server {
  listen(): Promise<unknown>;
  shutdown(signal: string, isGraceful: boolean): Promise<number>;
}

/** A real Cube server over DuckDB in memory, with four orders, and this package as its native add-on. */
export async function startTinyCube(): Promise<TinyCube> {
  const [sqlPort, httpPort] = [await freePort(), await freePort()];
  Object.assign(process.env, environment, { PORT: String(httpPort) });
  const load = createRequire(import.meta.url);
  const { CubejsServer }: { CubejsServer: new (options: object) => Server } = load('@cubejs-backend/server');
  const { DuckDBDriver }: { DuckDBDriver: new (options: object) => Driver } = load('@cubejs-backend/duckdb-driver');
  const streamed = { rowCount: 0, openCount: 0 };
  const driver = new DuckDBDriver({});
  const stream = driver.stream.bind(driver);
  driver.stream = async (query, values, options) => {
    const source = await stream(query, values, options);
    streamed.openCount += 1;
    source.rowStream.on('data', () => {
      streamed.rowCount += 1;
    });
    // Whoever pipes it decides when it flows.
    source.rowStream.pause();
    source.rowStream.once('close', () => {
      streamed.openCount -= 1;
    });
    return source;
  };
  const passwords: Readonly<Record<string, string>> = { ann: 'ann-secret', owner: 'owner-secret' };
  const logged: unknown[] = [];
  const server = new CubejsServer({
    apiSecret: 'secret',
    pgSqlPort: sqlPort,
    gracefulShutdown: 1,
    repositoryFactory: () => ({
      localPath: () => 'model',
      dataSchemaFiles: async () => [{ fileName: 'orders.yml', content: model }],
    }),
    driverFactory: () => driver,
    logger: (message: string, detail: unknown) => logged.push([message, detail]),
    checkAuth: (request: { securityContext?: unknown }) => {
      request.securityContext = { groups: [] };
    },
    contextToGroups: ({ securityContext }: { securityContext: { groups?: string[] } }) => securityContext?.groups ?? [],
    checkSqlAuth: async (_request: unknown, user: string, password: string | null) => {
      const securityContext = { groups: user === 'owner' ? ['owner'] : [] };
      // Like many real functions: it lets everybody pass whom it is not given a password for.
      if (user === 'ldap') return { password: null, securityContext, skipPasswordCheck: password !== 'wrong' };
      if (passwords[user] === undefined) throw new Error('who?');
      return { password: passwords[user], securityContext };
    },
  });
  await server.listen();
  return { sqlPort, httpPort, logged, streamed, close: () => server.shutdown('SIGTERM', true) };
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
