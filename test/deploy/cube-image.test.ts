import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBDriver } from '@cubejs-backend/duckdb-driver';
import { DuckDBInstance } from '@duckdb/node-api';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Gateway, startGateway } from '#gateway';
import { raw, sql } from '#sql';
import { type TableName, tables } from '#tables';
import cubeConfig from '../../cube.js';
import { applyEnvironment } from '../../src/cube/environment.js';
import type { SmallLake } from '../cube/small-lake.js';
import { ask } from '../gateway/ask.js';
import { makeGatewayLake } from '../gateway/lake.js';

/**
 * What Cube's own image does with cube.js and model/: its server over a database that holds the tables of the job, without
 * anything of src/cube. The gateway stands before it as in deploy/at-scale.
 */
const { CubejsServer }: typeof import('@cubejs-backend/server') = createRequire(import.meta.url)(
  '@cubejs-backend/server',
);

let small: SmallLake;
let folder: string;
let server: InstanceType<typeof CubejsServer>;
let gateway: Gateway;
let cubeUrl: string;
let rollupStore: DuckDBDriver;
let restore: () => void;

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

beforeAll(async () => {
  small = await makeGatewayLake();
  folder = await mkdtemp(join(tmpdir(), 'playhead-image-'));
  const database = join(folder, 'catalog.duckdb');
  await fillCatalog(database);
  const port = await freePort();
  restore = applyEnvironment({
    NODE_ENV: 'production',
    CUBEJS_DEV_MODE: 'false',
    CUBEJS_API_SECRET: small.config.secrets.api,
    CUBEJS_TELEMETRY: 'false',
    CUBEJS_LOG_LEVEL: 'error',
    CUBEJS_DB_TYPE: 'duckdb',
    CUBEJS_DB_DUCKDB_DATABASE_PATH: database,
    CUBEJS_CACHE_AND_QUEUE_DRIVER: 'memory',
    CUBEJS_PRE_AGGREGATIONS_BUILDER: 'true',
    CUBEJS_SCHEDULED_REFRESH_DEFAULT: 'false',
    CUBEJS_DB_QUERY_LIMIT: String(small.config.serve.row_limit_max + 1),
    CUBEJS_DB_QUERY_DEFAULT_LIMIT: String(small.config.serve.row_limit_max + 1),
    PORT: String(port),
  });
  // Cube Store is not to be had here; a DuckDB in memory keeps the rollups in its place.
  rollupStore = new DuckDBDriver({ initSql: "SET TimeZone = 'UTC'" });
  server = new CubejsServer({ ...cubeConfig, externalDbType: 'duckdb', externalDriverFactory: () => rollupStore });
  await server.listen();
  cubeUrl = `http://127.0.0.1:${port}`;
  gateway = await startGateway({ config: small.config, cubeUrl });
});

afterAll(async () => {
  await gateway?.close();
  await server?.shutdown('SIGTERM', false);
  restore?.();
  await small?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The tables of the job as a catalog has them, and the view that tells which run is served. */
async function fillCatalog(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const name of Object.keys(tables) as TableName[]) {
    const at = join(folder, `${name}.parquet`);
    const rows = await small.lake.read(tables[name]);
    await small.engine.run(sql`copy (select * from ${rows} r) to '${raw(at)}' (format parquet)`);
    await connection.run(`create table "${name}" as select * from read_parquet('${at}')`);
  }
  await connection.run(await readFile('deploy/at-scale/snapshot.sql', 'utf8'));
  connection.closeSync();
  instance.closeSync();
}

const tokenOf = (claims: Record<string, unknown>) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(small.config.secrets.api));

const answer = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

async function load(query: object, claims: Record<string, unknown>): Promise<{ status: number; body: unknown }> {
  for (;;) {
    const response = await fetch(`${cubeUrl}/cubejs-api/v1/load`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await tokenOf(claims) },
      body: JSON.stringify({ query }),
    });
    const body: unknown = await response.json();
    if (!z.object({ error: z.literal('Continue wait') }).safeParse(body).success) {
      return { status: response.status, body };
    }
  }
}

describe("Cube's own server with cube.js", () => {
  it('gives the numbers of the tables', async () => {
    const { body } = await load(
      { measures: ['sessions.watch_time_s', 'sessions.session_count', 'sessions.unique_viewers'] },
      { role: 'admin' },
    );
    const [row] = await small.engine.query(sql`
      select sum(watch_time_s) as watched, count(*) as sessions, count(distinct user_id) as viewers
      from ${await small.lake.read(tables.sessions)} s`);
    const [told] = answer.parse(body).data;
    expect(Number(told?.['sessions.watch_time_s'])).toBeCloseTo(Number(row?.['watched']), 9);
    expect(Number(told?.['sessions.session_count'])).toBe(Number(row?.['sessions']));
    expect(Number(told?.['sessions.unique_viewers'])).toBe(Number(row?.['viewers']));
  });

  it('shows users to admins and to no analyst', async () => {
    const query = { dimensions: ['sessions.user_id'], measures: ['sessions.session_count'] };
    expect(await load(query, { role: 'admin' })).toMatchObject({ status: 200 });
    for (const claims of [{ role: 'analyst' }, { role: 'nobody' }, {}]) {
      const { status, body } = await load(query, claims);
      expect(status).not.toBe(200);
      expect(JSON.stringify(body)).not.toContain('u1');
    }
  });

  it('answers nobody without a token', async () => {
    const response = await fetch(`${cubeUrl}/cubejs-api/v1/meta`);
    expect(response.status).toBe(403);
  });
});

describe('the gateway before it', () => {
  it('answers from it', async () => {
    const given = await ask(gateway.url, {
      query: '{ sessions(first: 3) { totalCount nodes { sessionId watchTimeS } } }',
    });
    expect(given.errors).toBeUndefined();
    const [row] = await small.engine.query(
      sql`select cast(count(*) as integer) as n from ${await small.lake.read(tables.sessions)} s`,
    );
    expect(given.data).toMatchObject({ sessions: { totalCount: row?.['n'] } });
  });

  it('gives no newest number for one of an older run', async () => {
    const given = await ask(gateway.url, {
      query: 'query @asOf(version: 1) { videos(first: 1) { nodes { videoId } } }',
    });
    expect(given.errors?.map(error => error.extensions?.['code'])).toEqual(['VERSION_NOT_FOUND']);
  });
});
