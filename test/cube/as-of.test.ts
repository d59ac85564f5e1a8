import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { complaints } from './rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from './small-lake.js';

let small: SmallLake;
let cube: CubeServer;
const clients: pg.Client[] = [];

// Run n holds n hundred sessions.
beforeAll(async () => {
  small = await makeSmallLake();
  for (const sequence of [1, 2, 3]) {
    await writeSessions(small, sequence * 100);
    await writeGold(small);
    await small.publish(sequence);
  }
  cube = await startCube({ config: small.config, log: complaints().log });
});
afterAll(async () => {
  await endClients();
  await cube?.close();
  await small?.close();
});

const endClients = () => Promise.all(clients.splice(0).map(client => client.end()));
const connect = async () => {
  const access = { user: 'playhead', password: 'playhead', database: 'playhead' };
  const client = new pg.Client({ host: '127.0.0.1', port: cube.sqlPort, ...access });
  await client.connect();
  clients.push(client);
  return client;
};
const count = async (client: pg.Client) => {
  const { rows } = await client.query('SELECT MEASURE(session_count) AS n FROM sessions');
  return Number(rows[0].n);
};
const post = (path: string, body: object, version?: string) =>
  fetch(`${cube.url}/cubejs-api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(version !== undefined && { 'x-playhead-version': version }) },
    body: JSON.stringify(body),
  });
const answered = z.object({
  error: z.string().optional(),
  data: z.array(z.record(z.string(), z.unknown())).optional(),
});
const restCount = async (version?: string): Promise<number> => {
  const response = await post('load', { query: { measures: ['sessions.session_count'] } }, version);
  const answer = answered.parse(await response.json());
  if (answer.error === 'Continue wait') return restCount(version);
  return Number(answer.data?.[0]?.['sessions.session_count']);
};

describe('an older run', () => {
  it('is what a session of the SQL API sees after SET playhead.version, until RESET', async () => {
    const [old, other] = [await connect(), await connect()];
    await old.query('SET playhead.version = 1');
    expect(await count(old)).toBe(100);
    expect((await old.query('SHOW playhead.version')).rows).toEqual([{ 'playhead.version': '1' }]);
    expect(await count(other)).toBe(300);
    await old.query("SET playhead.version TO '2'");
    expect(await count(old)).toBe(200);
    expect((await old.query('SELECT max(sequence) AS newest FROM job_runs')).rows[0].newest).toBe(2);
    await old.query('RESET playhead.version');
    expect(await count(old)).toBe(300);
  });

  it('is what REST answers from under the header x-playhead-version', async () => {
    expect(await Promise.all([restCount('1'), restCount(), restCount('2'), restCount('1')])).toEqual([
      100, 300, 200, 100,
    ]);
  });

  it('is what SQL over HTTP answers from under the same header', async () => {
    const response = await post('cubesql', { query: 'SELECT MEASURE(session_count) FROM sessions' }, '2');
    expect(await response.text()).toContain('"200"');
  });

  it('is what the source computes expressions over', async () => {
    const client = await connect();
    const ask = async () => {
      const { rows } = await client.query(
        "SELECT upper(device) AS d, MEASURE(unique_viewers) AS n, MEASURE(session_count) AS s FROM sessions WHERE lower(video_id) <> 'x' GROUP BY 1",
      );
      return rows.reduce((sum, row) => sum + Number(row.s), 0);
    };
    const counts: number[] = [];
    for (const version of ['1', '2', '1']) {
      await client.query(`SET playhead.version = ${version}`);
      counts.push(await ask());
    }
    await client.query('RESET playhead.version');
    expect([...counts, await ask()]).toEqual([100, 200, 100, 300]);
  });

  it('gives what it gave as the newest, through rollups too', async () => {
    const client = await connect();
    const statement = 'SELECT device, MEASURE(watch_time_s) AS s FROM sessions GROUP BY 1 ORDER BY 1';
    await client.query('SET playhead.version = 3');
    const { rows } = await client.query(statement);
    await client.query('RESET ALL');
    expect((await client.query(statement)).rows).toEqual(rows);
  });
});

describe('a version that is none', () => {
  it.each([['99'], ['0'], ['-1'], ['latest'], ['1; drop table sessions']])(
    '%s is refused by every door',
    async given => {
      const client = await connect();
      await client.query(`SET playhead.version = '${given}'`);
      await expect(count(client)).rejects.toMatchObject({
        code: '22023',
        message: expect.stringMatching(/^VERSION_NOT_FOUND/),
      });
      const response = await post('load', { query: { measures: ['sessions.session_count'] } }, given);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('VERSION_NOT_FOUND');
    },
  );

  // Last: it breaks run 1.
  it('is one whose files were vacuumed', async () => {
    const [file] = await small.lake.files('users', { version: 0 });
    await rm(file?.path ?? '');
    const fresh = await startAnother();
    expect(fresh).toContain('VERSION_NOT_FOUND: version 1: its files were cleaned up');
  });
});

/** Asks another Cube, which has not opened run 1 yet. */
async function startAnother(): Promise<string> {
  await endClients();
  await cube.close();
  cube = await startCube({ config: small.config, log: complaints().log });
  const response = await post('load', { query: { measures: ['sessions.session_count'] } }, '1');
  expect(response.status).toBe(400);
  return response.text();
}
