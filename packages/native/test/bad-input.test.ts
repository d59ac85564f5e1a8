import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const nul = Buffer.from('a\0b');
const half = Buffer.from([0x61, 0xc3]);
const surrogate = Buffer.from([0xed, 0xa0, 0x80]);
/** A plain condition of Cube, one that goes down to the data source, and one that PostgreSQL tests. */
const positions = [
  'select count(*) from orders where device = $1',
  'select measure(average_amount) from orders where lower(device) = $1',
  'select count(*) from orders having max(status) || $1 is not null',
  'select $1::text as t',
];

describe('what is no text is 22021, and the next statement is answered', () => {
  test.each(positions)('as a parameter: %s', async sql => {
    const client = await open();
    for (const [index, value] of [nul, half, surrogate].entries()) {
      client.send(
        frontend.parse(sql, '', [25]),
        frontend.bind({ values: [value], parameterFormats: [index % 2] }),
        ...[frontend.execute(), frontend.sync()],
      );
      expect((await client.ready()).map(tell)).toEqual(['1', 'E ERROR 22021', 'Z I']);
    }
    client.send(frontend.query('select count(*) from orders'));
    expect((await client.ready()).map(tell)).toContain('D 4');
    client.end();
  });

  test.each(positions)('inside of the statement: %s', async sql => {
    const client = await open();
    const literal = (written: string | Buffer) => {
      const [before = '', after = ''] = sql.split('$1');
      return Buffer.concat([Buffer.from(`${before}'`), Buffer.from(written), Buffer.from(`'${after}`)]);
    };
    for (const bytes of [half, surrogate, Buffer.from([0xff])]) {
      client.send(frontend.query(literal(bytes)), frontend.parse(literal(bytes)), frontend.sync());
      expect((await client.ready()).map(tell)).toEqual(['E ERROR 22021', 'Z I']);
      expect((await client.ready()).map(tell)).toEqual(['E ERROR 22021', 'Z I']);
    }
    // As in PostgreSQL the text ends at its first NUL, so that what follows has no place in the message.
    client.send(frontend.query(literal(nul)));
    expect((await client.ready()).map(tell)).toEqual(['E ERROR 08P01', 'Z I']);
    const escaped = ['\\x00', '\\xff', '\\xed\\xa0\\x80', '\\000'];
    for (const written of escaped) {
      client.send(frontend.query(sql.replace('$1', `E'${written}'`)));
      expect((await client.ready()).map(tell)).toEqual(['E ERROR 22021', 'Z I']);
    }
    for (const written of ["E'\\u0000'", "E'\\ud800'", "U&'\\0000'", "U&'\\DC00'"]) {
      client.send(frontend.query(sql.replace('$1', written)));
      expect((await client.ready()).map(tell)).toEqual(['E ERROR 42601', 'Z I']);
    }
    client.send(frontend.query(sql.replace('$1', `'\u{1f600} \ufffe'`)));
    expect((await client.ready()).map(tell).some(reply => reply.startsWith('D '))).toBe(true);
    client.end();
  });

  test('in the JSON of HTTP', async () => {
    for (const query of ["select count(*) from orders where device = 'a\0b'", "select '\ud800'"]) {
      const response = await fetch(`http://127.0.0.1:${cube.httpPort}/cubejs-api/v1/cubesql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'token' },
        body: JSON.stringify({ query }),
      });
      expect(await response.text()).toContain('invalid byte sequence for encoding');
    }
  });

  test('in the middle of a pipeline and of a transaction: all up to Sync is skipped, the transaction has failed', async () => {
    const client = await open();
    client.send(frontend.query('begin'));
    await client.ready();
    client.send(frontend.parse('select 1', 'kept'), frontend.parse(Buffer.from([0xff])), frontend.parse('select 2'));
    client.send(frontend.sync());
    expect((await client.ready()).map(tell)).toEqual(['1', 'E ERROR 22021', 'Z E']);
    client.send(frontend.query('rollback'), frontend.bind({ statement: 'kept' }), frontend.execute(), frontend.sync());
    expect((await client.ready()).map(tell)).toEqual(['C ROLLBACK', 'Z I']);
    expect((await client.ready()).map(tell)).toEqual(['2', 'D 1', 'C SELECT 1', 'Z I']);
    client.end();
  });
});
