import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { complaints, load } from './rest.js';
import { makeSmallLake, type SmallLake, writeEvents, writeGold, writeSessions } from './small-lake.js';

/** A file a cube or view. */
const modelFiles = ['cubes', 'views'].flatMap(kind => readdirSync(join(import.meta.dirname, '../../model', kind)));

let small: SmallLake;
beforeAll(async () => {
  small = await makeSmallLake({ serve: { rollups: false, row_limit_max: 1000 } });
  await writeSessions(small, 1100);
  await writeGold(small);
  await writeEvents(small, 900);
  await small.publish(1);
});
afterAll(() => small?.close());

const totals = { measures: ['sessions.session_count'] };
const status = async (cube: CubeServer, path: string, init?: RequestInit) =>
  (await fetch(cube.url + path, init)).status;

describe('in development', () => {
  let cube: CubeServer;
  const seen = complaints();
  beforeAll(async () => {
    cube = await startCube({ config: small.config, log: seen.log });
  });
  afterAll(() => cube?.close());

  it('says that it is ready and alive', async () => {
    expect(await status(cube, '/readyz')).toBe(200);
    expect(await status(cube, '/livez')).toBe(200);
    expect(await status(cube, '/healthz')).toBe(200);
  });

  it('shows the Playground', async () => {
    const page = await (await fetch(`${cube.url}/`)).text();
    expect(page).toContain('Cube Playground');
  });

  it("answers Cube's own GraphQL without a token", async () => {
    const response = await fetch(`${cube.url}/cubejs-api/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ cube { sessions { session_count unique_viewers } } }' }),
    });
    expect(await response.json()).toMatchObject({
      data: { cube: [{ sessions: { session_count: 1100, unique_viewers: 11 } }] },
    });
  });

  it('refuses an answer that would be cut, and gives a page that is asked for', async () => {
    const query = { dimensions: ['sessions.session_id'] };
    await expect(load(cube, query)).rejects.toThrow(/more than 1000 rows/);
    expect((await load(cube, { ...query, limit: 1000 })).rows).toHaveLength(1000);
    expect((await load(cube, { ...query, limit: 1000, offset: 1000 })).rows).toHaveLength(100);
    await expect(load(cube, { ...query, limit: 5000 })).rejects.toThrow(/limit/i);
  });

  it('answers SQL with user and password, on its own address only', async () => {
    const login = { host: '127.0.0.1', port: cube.sqlPort, user: 'playhead', database: 'playhead' };
    const client = new pg.Client({ ...login, password: 'playhead' });
    await client.connect();
    const { rows } = await client.query(
      'SELECT device, MEASURE(session_count) AS n FROM sessions GROUP BY 1 ORDER BY 1',
    );
    await client.end();
    expect(rows.map(row => [row.device, Number(row.n)])).toEqual([
      ['desktop', 550],
      ['phone', 550],
    ]);
    await expect(new pg.Client({ ...login, password: 'wrong' }).connect()).rejects.toThrow(/password/);
    await expect(new pg.Client({ ...login, user: 'nobody', password: 'playhead' }).connect()).rejects.toThrow(
      /password/,
    );
    await expect(new pg.Client({ ...login, host: '127.0.0.2', password: 'playhead' }).connect()).rejects.toThrow();
  });

  it('answers SELECT * of every cube and view over SQL', async () => {
    const errorsBefore = seen.errors.length;
    const login = { host: '127.0.0.1', port: cube.sqlPort, user: 'playhead', password: 'playhead' };
    const client = new pg.Client({ ...login, database: 'playhead' });
    await client.connect();
    const relations = await client.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace");
    expect(relations.rowCount).toBe(modelFiles.length);
    const windows = 'viewing_trends';
    for (const { relname } of relations.rows.filter(row => row.relname !== windows)) {
      const { rows, fields } = await client.query(`SELECT * FROM ${relname} LIMIT 2`);
      expect(rows.length, relname).toBeGreaterThan(0);
      expect(fields.length, relname).toBeGreaterThan(3);
    }
    const runs = await client.query('SELECT sequence, run_count, last_finished_at, finished_at FROM job_runs');
    expect(runs.rows).toEqual([expect.objectContaining({ sequence: 1, last_finished_at: runs.rows[0]?.finished_at })]);
    const last = await client.query('SELECT MEASURE(last_finished_at) AS last, COUNT(*) AS runs FROM job_runs');
    expect(last.rows).toEqual([{ last: runs.rows[0]?.finished_at, runs: '1' }]);
    expect(seen.errors.slice(errorsBefore)).toEqual([]);
    // The one view whose measures mean nothing without a range says so.
    await expect(client.query(`SELECT * FROM ${windows} LIMIT 2`)).rejects.toThrow('needs a date range');
    await client.end();
  });

  it('refuses a second Cube in the same process', async () => {
    await expect(startCube({ config: small.config })).rejects.toThrow('one Cube a process');
  });
});

describe('in production', () => {
  const secret = 'a-secret-of-this-test-0123456789';
  let cube: CubeServer;
  const seen = complaints();
  beforeAll(async () => {
    const config = { ...small.config, environment: 'production' as const };
    cube = await startCube({ config: { ...config, secrets: { ...config.secrets, api: secret } }, log: seen.log });
  });
  afterAll(() => cube?.close());

  const token = (key: string, claims = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(key));

  it('refuses REST and GraphQL without a token, with a foreign one and with an unsigned one', async () => {
    await expect(load(cube, totals)).rejects.toThrow('403');
    await expect(load(cube, totals, await token('another-secret-0123456789'))).rejects.toThrow('403');
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{}')}.`.replaceAll('=', '');
    await expect(load(cube, totals, unsigned)).rejects.toThrow('403');
    expect(await status(cube, '/cubejs-api/graphql?query=%7Bcube%7Bsessions%7Bsession_count%7D%7D%7D')).toBe(403);
    expect(await status(cube, '/cubejs-api/v1/meta')).toBe(403);
  });

  it('answers with a token, from rollups too', async () => {
    const { rows, rollups } = await load(cube, totals, await token(secret));
    expect(rows).toEqual([{ 'sessions.session_count': '1100' }]);
    expect(rollups).toEqual(['sessions.by_day']);
  });

  it('has no Playground and tells nothing without a token but its health', async () => {
    expect(await (await fetch(`${cube.url}/`)).text()).not.toContain('Cube Playground');
    expect(await status(cube, '/playground/context')).toBe(404);
    expect(await status(cube, '/readyz')).toBe(200);
    expect(seen.errors.filter(error => !/auth|token|jwt/i.test(error))).toEqual([]);
  });
});

it('says which port is taken, and leaves nothing running', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const config = { ...small.config, ports: { ...small.config.ports, cube: port } };
  await expect(startCube({ config })).rejects.toMatchObject({ code: 'PORT_IN_USE', at: `127.0.0.1:${port}` });
  await new Promise(resolve => other.close(resolve));
  const cube = await startCube({ config: small.config });
  await cube.close();
});
