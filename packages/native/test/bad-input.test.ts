import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTinyCube, type TinyCube } from './tiny-cube.js';
import { errorFields, frontend, rowValues, tell, WireClient } from './wire-client.js';

/** Statements and clients that are too large, too slow or gone. Wrong passwords and broken SQL: sql-api.test.ts. */
let cube: TinyCube;
beforeAll(async () => {
  cube = await startTinyCube();
});
afterAll(() => cube?.close());

const open = () => WireClient.login(cube.sqlPort, 'ldap', 'right');
const megabytes = (count: number) => 'x'.repeat(count * 1024 * 1024);

test('a statement of 10 MB is answered, whether it is about cubes or not', async () => {
  const client = await open();
  client.send(frontend.query(`select length('${megabytes(10)}') as n`));
  expect((await client.ready()).map(tell)).toEqual(['T n:23/4', 'D 10485760', 'C SELECT 1', 'Z I']);
  client.send(frontend.query(`select count(*) from orders where device <> '${megabytes(10)}'`));
  expect((await client.ready()).map(tell)).toEqual(['T count:20/8', 'D 3', 'C SELECT 1', 'Z I']);
  client.send(frontend.query(`select count(*) from orders where nope = '${megabytes(10)}'`));
  expect((await client.ready()).map(tell)).toEqual(['E ERROR 42703', 'Z I']);
  client.end();
}, 240_000);

test('a statement above the limit ends the connection with 54000, and no other', async () => {
  const [client, other] = [await open(), await open()];
  client.send(frontend.query(`select '${megabytes(17)}'`));
  const [error] = await client.closed();
  expect(error === undefined ? {} : errorFields(error)).toMatchObject({ C: '54000', V: 'FATAL' });
  other.send(frontend.query('select count(*) from orders'));
  expect((await other.ready()).map(tell)).toContain('D 4');
  other.end();
});

test('a client that goes while its rows stream takes nobody with it', async () => {
  const other = await open();
  for (let round = 0; round < 5; round += 1) {
    const client = await open();
    client.send(frontend.query("select n, repeat('x', 1000) as x from generate_series(1, 10000) as n"));
    await client.until(({ type }) => type === 'D');
    client.socket.destroy();
    await client.closed();
    other.send(frontend.query('select count(*) from orders'));
    expect((await other.ready()).map(tell)).toContain('D 4');
  }
  other.end();
  expect(JSON.stringify(cube.logged)).not.toContain('Connection Error');
});

test('a client that does not read does not stop the others', async () => {
  const [slow, other] = [await open(), await open()];
  slow.socket.pause();
  slow.send(frontend.query("select n, repeat('x', 1000) as x from generate_series(1, 10000) as n"));
  other.send(frontend.query('select count(*) from orders'));
  expect((await other.ready()).map(tell)).toContain('D 4');
  slow.socket.resume();
  const rows = (await slow.ready()).filter(({ type }) => type === 'D');
  expect(rows.map(row => rowValues(row)[0]?.toString())).toEqual(
    Array.from({ length: 10_000 }, (_, index) => `${index + 1}`),
  );
  for (const client of [slow, other]) client.end();
});

test('a cancelled statement leaves its session as it was, and a wrong key cancels nothing', async () => {
  const client = await open();
  client.send(frontend.query("begin; set application_name = 'kept'"));
  await client.ready();
  client.send(frontend.query('savepoint a'), frontend.query('select pg_sleep(600)'));
  await client.ready();
  const { processId, secret } = client.key;
  const answered = client.ready();
  let isAnswered = false;
  void answered.then(() => {
    isAnswered = true;
  });
  const ask = async (key: number): Promise<void> => {
    const asking = await WireClient.connect(cube.sqlPort);
    asking.send(frontend.cancel(processId, key));
    await asking.closed();
  };
  await ask(secret + 1);
  await ask(secret + 2);
  expect(isAnswered).toBe(false);
  // Asked again and again: a request that comes before the statement finds nothing to cancel.
  while (!isAnswered) await ask(secret);
  expect((await answered).map(tell)).toEqual(['T pg_sleep:2278/4', 'E ERROR 57014', 'Z E']);
  // PGlite cannot be interrupted: whoever asks it next must not wait for the ten minutes to pass.
  const other = await open();
  other.send(frontend.query('select 1 as one'));
  expect((await other.ready()).map(tell)).toEqual(['T one:23/4', 'D 1', 'C SELECT 1', 'Z I']);
  other.end();
  client.send(frontend.query('rollback to savepoint a; commit; show application_name'));
  expect((await client.ready()).map(tell)).toContain('D kept');
  client.end();
});
