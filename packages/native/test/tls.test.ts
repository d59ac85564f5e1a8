import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Authenticator,
  dataRow,
  type Engine,
  encodeValue,
  fieldOf,
  type Login,
  PostgresServer,
  type Tls,
  wrongPassword,
} from '../src/postgres/index.js';
import { readLimits } from '../src/sql-api/limits.js';
import { readTls } from '../src/sql-api/tls.js';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const files = {
  CUBEJS_PG_SQL_TLS_CERT: fixture('localhost.cert.pem'),
  CUBEJS_PG_SQL_TLS_KEY: fixture('localhost.key.pem'),
};
const ca = readFileSync(files.CUBEJS_PG_SQL_TLS_CERT, 'utf8');

const ann: Login = { user: 'ann', superuser: false, securityContext: {} };
const authenticator: Authenticator = {
  withKnownPassword: async user => (user === 'ann' ? { password: 'right', login: ann } : undefined),
  withPassword: async user => {
    throw wrongPassword(user);
  },
  welcome: () => undefined,
};
/** Answers every statement with so many rows as it says. */
const engine: Engine = {
  split: async text => [{ text, node: text }],
  prepare: async ({ text }) => ({
    parameterOids: [],
    fields: [fieldOf('text', 'text')],
    execute: async ({ resultFormats }) => ({
      rows: Array.from({ length: Number(text) }, () =>
        dataRow([encodeValue('x'.repeat(1_000), 'text', resultFormats, 0)]),
      ),
      tag: count => `SELECT ${count}`,
    }),
  }),
};

let server: PostgresServer;
let log: string[];
async function listen(tls: Tls | undefined): Promise<void> {
  log = [];
  const limits = { ...readLimits({}), loginMsMax: 2_000 };
  server = await PostgresServer.listen({
    port: 0,
    host: '127.0.0.1',
    engine,
    authenticator,
    limits,
    tls,
    log: type => log.push(type),
  });
}
beforeEach(() => {
  open.length = 0;
});
const open: Client[] = [];
afterEach(async () => {
  await Promise.allSettled(open.map(client => client.end()));
  await server?.close();
});

async function come(more: ClientConfig = {}): Promise<Client> {
  const client = new Client({
    host: 'localhost',
    port: server.port,
    user: 'ann',
    password: 'right',
    database: 'd',
    ...more,
  });
  open.push(client);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

describe('with a certificate', () => {
  test('a client that checks it comes in, and much goes through', async () => {
    await listen(readTls(files));
    const client = await come({ ssl: { ca } });
    expect((await client.query('20000')).rowCount).toBe(20_000);
    expect((await client.query('1')).rows).toEqual([{ text: 'x'.repeat(1_000) }]);
    await expect(come({ ssl: { ca }, password: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
    await expect(come({ ssl: true })).rejects.toThrow(/self-signed/);
  });

  test('whoever does not encrypt may come in, unless that is required', async () => {
    await listen(readTls(files));
    expect((await (await come()).query('2')).rowCount).toBe(2);
    await server.close();
    await listen(readTls({ ...files, CUBEJS_PG_SQL_TLS_REQUIRED: 'true' }));
    await expect(come()).rejects.toMatchObject({ code: '28000', hint: expect.stringContaining('sslmode=require') });
    expect((await (await come({ ssl: { ca } })).query('2')).rowCount).toBe(2);
  });

  test.each([
    ['nonsense instead of a handshake', Buffer.from('select 1; select 2; select 3;')],
    ['the start-up packet in plain text', Buffer.from([0, 0, 0, 9, 0, 3, 0, 0, 0])],
    ['nothing more', undefined],
  ])('%s after it was agreed to ends that connection and no other', async (_, bytes) => {
    await listen(readTls(files));
    const socket = connect(server.port, '127.0.0.1');
    const ended = new Promise<void>(resolve => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    const answer = await new Promise<Buffer>(resolve => socket.once('data', resolve));
    expect(answer.toString()).toBe('S');
    if (bytes !== undefined) socket.write(bytes);
    socket.resume();
    await ended;
    expect((await (await come({ ssl: { ca } })).query('1')).rowCount).toBe(1);
  });

  test('bytes sent along with the wish to encrypt are refused, not taken for encrypted ones', async () => {
    await listen(readTls(files));
    const socket = connect(server.port, '127.0.0.1');
    socket.write(Buffer.concat([Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), Buffer.from('more')]));
    const answer = await new Promise<Buffer>(resolve => socket.once('data', resolve));
    expect(answer.toString()).toContain('08P01');
    socket.destroy();
  });
});

test('without a certificate a client that wants one is told so', async () => {
  await listen(readTls({}));
  await expect(come({ ssl: { ca } })).rejects.toThrow('does not support SSL');
});

test.each([
  [{ CUBEJS_PG_SQL_TLS_CERT: files.CUBEJS_PG_SQL_TLS_CERT }, 'go together'],
  [{ ...files, CUBEJS_PG_SQL_TLS_KEY: '/nowhere/key.pem' }, '/nowhere/key.pem'],
  [{ ...files, CUBEJS_PG_SQL_TLS_KEY: files.CUBEJS_PG_SQL_TLS_CERT }, 'cannot be used'],
])('%j is refused before anything listens', (environment, message) => {
  expect(() => readTls(environment)).toThrow(message);
});
