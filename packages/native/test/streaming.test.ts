import { connect } from 'node:net';
import { Client } from 'pg';
import { serialize } from 'pg-protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { grainCount, startTinyCube, type TinyCube } from './tiny-cube.js';

let cube: TinyCube;
const open: Client[] = [];

beforeAll(async () => {
  cube = await startTinyCube();
});
afterAll(async () => {
  await Promise.allSettled(open.map(client => client.end()));
  await cube?.close();
});

async function client(): Promise<Client> {
  const connected = new Client({
    ...{ host: '127.0.0.1', port: cube.sqlPort, user: 'ann', password: 'ann-secret', database: 'any' },
  });
  open.push(connected);
  connected.on('error', () => undefined);
  await connected.connect();
  return connected;
}

const nothingOpen = (): Promise<void> => vi.waitFor(() => expect(cube.streamed.openCount).toBe(0), { timeout: 30_000 });

/** Rows that may wait on the way: in Cube's streams (three, of 8,192 each) and in two parcels of ours. */
const onTheWayMax = 3 * 8192 + 2 * 1000 + 2048;

/** Enough for several batches of all that batches. */
const fewCount = 12_000;

const columns = 'n, word, at, total, count, words';

describe('plain rows past the row limit', () => {
  test('all of them come, once and in order, with the values that a limited answer has', async () => {
    const connected = await client();
    const { rows } = await connected.query({
      text: `select ${columns} from grains where n < ${fewCount} order by n`,
      rowMode: 'array',
    });
    expect(rows).toHaveLength(fewCount);
    expect(rows.every(([n, word], index) => n === index && word === `grain ${index}`)).toBe(true);
    const limited = await connected.query({
      text: `select ${columns} from grains order by n limit 50`,
      rowMode: 'array',
    });
    expect(rows.slice(0, 50)).toEqual(limited.rows);
    expect(limited.rows[7]).toEqual([7, 'grain 7', new Date('2024-01-01T00:00:07Z'), 7, '1', '1']);
    await connected.end();
    await nothingOpen();
  });

  test('LIMIT above the row limit, OFFSET, WHERE and parameters', async () => {
    const connected = await client();
    const { rows } = await connected.query({
      text: 'select n from grains where n >= $1 order by n desc limit 2345 offset 10',
      values: [1000],
      rowMode: 'array',
    });
    expect(rows.map(([n]) => n)).toEqual(Array.from({ length: 2345 }, (_, at) => grainCount - 11 - at));
    expect((await connected.query('select * from (select * from grains where n < 200) t')).rows).toHaveLength(200);
    await connected.end();
    await nothingOpen();
  });

  test('clients who ask the same at the same time get all rows each; above the limit of streams there is an error', async () => {
    const [first, second, third] = await Promise.all([client(), client(), client()]);
    await first.query('begin; declare c cursor for select n from grains; fetch 10 from c');
    await second.query('begin; declare c cursor for select n from grains; fetch 10 from c');
    expect(cube.streamed.openCount).toBe(2);
    await expect(third.query('select n from grains')).rejects.toMatchObject({
      code: '54000',
      hint: expect.stringContaining('CUBE_SQL_STREAMS_MAX (now 2)'),
    });
    for (const connected of [first, second]) {
      let count = 10;
      while (true) {
        const { rowCount } = await connected.query('fetch 100 from c');
        if (rowCount === 0 || count > 2000) break;
        count += rowCount ?? 0;
      }
      expect(count).toBeGreaterThan(2000);
      await connected.query('rollback');
    }
    await nothingOpen();
    const [one, two] = await Promise.all(
      [first, second].map(connected =>
        connected.query({ text: `select n from grains where n < ${fewCount}`, rowMode: 'array' }),
      ),
    );
    const sum = (rows: readonly number[][] = []): number => rows.reduce((total, [n = 0]) => total + n, 0);
    const wanted = (fewCount * (fewCount - 1)) / 2;
    expect([sum(one?.rows), sum(two?.rows)]).toEqual([wanted, wanted]);
    await nothingOpen();
  });

  test('a cursor goes on and back a little, and says so where it cannot', async () => {
    const connected = await client();
    await connected.query('begin');
    await connected.query('declare c cursor for select n from grains order by n');
    const fetch = async (what: string): Promise<number[]> =>
      (await connected.query({ text: `fetch ${what} from c`, rowMode: 'array' })).rows.map(([n]) => Number(n));
    expect(await fetch('3')).toEqual([0, 1, 2]);
    expect(await fetch('prior')).toEqual([1]);
    expect(await fetch('absolute 50')).toEqual([49]);
    for (let at = 0; at < 20; at += 1) expect(await fetch('90')).toHaveLength(90);
    expect(await fetch('backward 2')).toEqual([1848, 1847]);
    await connected.query('savepoint s');
    await expect(fetch('absolute 5')).rejects.toMatchObject({ code: '55000' });
    await connected.query('rollback to s');
    await expect(fetch('all')).rejects.toMatchObject({ code: '54000' });
    await connected.query('rollback');
    await nothingOpen();
    await connected.end();
  });

  test('/v1/cubesql gives them, too', async () => {
    const answer = await fetch(`http://127.0.0.1:${cube.httpPort}/cubejs-api/v1/cubesql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'token' },
      body: JSON.stringify({ query: `select n from grains where n < ${fewCount} order by n` }),
    });
    const [schema, ...chunks] = (await answer.text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(schema).toEqual({ schema: [{ name: 'n', column_type: 'Double' }] });
    const values = chunks.flatMap(({ data }: { data: string[][] }) => data.map(([n]) => Number(n)));
    expect(values).toHaveLength(fewCount);
    expect(values.at(-1)).toBe(fewCount - 1);
    await nothingOpen();
  });
});

describe('rows are read as fast as the client takes them', () => {
  /** A client that speaks the protocol by hand, so that it can stop reading. */
  async function byHand(): Promise<{ send(bytes: Buffer): void; until(type: string): Promise<number>; end(): void }> {
    const socket = connect(cube.sqlPort, '127.0.0.1');
    let pending = Buffer.alloc(0);
    let types = '';
    let wake = (): void => undefined;
    socket.on('error', () => undefined);
    socket.on('data', chunk => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 5 && pending.length > pending.readInt32BE(1)) {
        const type = String.fromCharCode(pending[0] ?? 0);
        if (type === 'R' && pending.readInt32BE(5) === 3) socket.write(serialize.password('right'));
        types += type;
        pending = pending.subarray(1 + pending.readInt32BE(1));
      }
      wake();
    });
    /** Waits for a message, and answers how many rows came before it. */
    const until = async (type: string): Promise<number> => {
      while (!types.includes(type)) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      const seen = types.slice(0, types.indexOf(type));
      types = types.slice(seen.length + 1);
      return seen.split('D').length - 1;
    };
    socket.write(serialize.startup({ user: 'ldap' }));
    await until('Z');
    return { send: bytes => socket.write(bytes), until, end: () => socket.destroy() };
  }

  const asked = Buffer.concat([serialize.parse({ text: 'select word from grains' }), serialize.bind({})]);

  test('a suspended portal leaves the rest in the source, and closing it gives the source back', async () => {
    const [hand, other] = [await byHand(), await client()];
    const before = cube.streamed.rowCount;
    hand.send(Buffer.concat([asked, serialize.execute({ rows: 1500 }), serialize.flush()]));
    expect(await hand.until('s')).toBe(1500);
    for (let at = 0; at < 20; at += 1) await other.query('select measure(count) from orders');
    expect(cube.streamed.rowCount - before).toBeLessThanOrEqual(1500 + onTheWayMax);
    hand.send(Buffer.concat([serialize.execute({ rows: 700 }), serialize.flush()]));
    expect(await hand.until('s')).toBe(700);
    expect(cube.streamed.openCount).toBe(1);
    hand.send(Buffer.concat([serialize.close({ type: 'P' }), serialize.sync()]));
    await hand.until('Z');
    await nothingOpen();
    hand.end();
  });

  test('a client that goes away gives the source back', async () => {
    const hand = await byHand();
    hand.send(Buffer.concat([asked, serialize.execute({ rows: 10 }), serialize.flush()]));
    expect(await hand.until('s')).toBe(10);
    expect(cube.streamed.openCount).toBe(1);
    hand.end();
    await nothingOpen();
  });

  test('a cancelled stream ends with 57014, and the session goes on', async () => {
    const connected = await client();
    // More than the sockets' buffers hold, and nobody reads: it cannot have ended when the cancel comes.
    const socket = Reflect.get(Reflect.get(connected, 'connection'), 'stream');
    const running = connected.query(`select ${Array.from({ length: 60 }, () => 'word').join(', ')} from grains`);
    running.catch(() => undefined);
    socket.pause();
    const key = Buffer.alloc(16);
    key.writeInt32BE(16, 0);
    key.writeInt32BE(80_877_102, 4);
    key.writeInt32BE(Reflect.get(connected, 'processID'), 8);
    key.writeInt32BE(Reflect.get(connected, 'secretKey'), 12);
    await vi.waitFor(() => expect(cube.streamed.openCount).toBe(1), { timeout: 30_000 });
    await new Promise<void>(resolve =>
      connect(cube.sqlPort, '127.0.0.1')
        .end(key)
        .on('close', () => resolve()),
    );
    socket.resume();
    await expect(running).rejects.toMatchObject({ code: '57014' });
    expect((await connected.query('select measure(count) n from orders')).rows).toEqual([{ n: '4' }]);
    await nothingOpen();
  });
});
