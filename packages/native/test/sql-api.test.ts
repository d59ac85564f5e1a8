import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { serialize } from 'pg-protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTinyCube, type TinyCube } from './tiny-cube.js';

let cube: TinyCube;
const open: Client[] = [];

beforeAll(async () => {
  cube = await startTinyCube();
});
afterAll(async () => {
  await Promise.allSettled(open.map(client => client.end()));
  await cube?.close();
});

async function client(user = 'ann', password = `${user}-secret`): Promise<Client> {
  const connected = new Client({ host: '127.0.0.1', port: cube.sqlPort, user, password, database: 'any' });
  open.push(connected);
  connected.on('error', () => undefined);
  await connected.connect();
  return connected;
}

const rowsOf = async (sql: string, values?: unknown[]): Promise<unknown[]> => {
  const connected = await client();
  const { rows } = await connected.query(sql, values);
  await connected.end();
  return rows;
};

describe('login', () => {
  test('a known password proves itself by SCRAM, and a wrong one is refused', async () => {
    await expect(client('ann')).resolves.toBeDefined();
    await expect(client('ann', 'nope')).rejects.toMatchObject({ code: '28P01' });
    await expect(client('nobody', 'x')).rejects.toMatchObject({ code: '28P01' });
  });

  test('an answer given without a password lets nobody in', async () => {
    await expect(client('ldap', 'right')).resolves.toBeDefined();
    await expect(client('ldap', 'wrong')).rejects.toMatchObject({ code: '28P01' });
  });
});

describe('statements', () => {
  test('dimensions and measures, grouped, filtered, ordered, limited', async () => {
    const sql =
      "select device, measure(count) as n, sum(total_amount) as total from orders where created_at < '2024-03-01' group by 1 order by 2 desc limit 5";
    expect(await rowsOf(sql)).toEqual([
      { device: 'web', n: '2', total: 30.5 },
      { device: 'App', n: '1', total: 5.25 },
    ]);
  });

  test('FILTER on an aggregate, of measures and of dimensions', async () => {
    const all = `select count(*) filter (where status = 'paid') as paid, sum(total_amount) filter (where device = 'web') as web,
      sum(total_amount) filter (where device = 'none') as none, measure(total_amount) as total, max(status) filter (where device = 'App') as app
      from orders`;
    expect(await rowsOf(all)).toEqual([{ paid: '3', web: 30.5, none: null, total: 42.75, app: 'paid' }]);
    const grouped = `select device, count(*) filter (where status = 'new') as n from orders group by 1
      having count(*) filter (where status = 'paid') > 0 order by sum(total_amount) filter (where status = 'paid')`;
    expect(await rowsOf(grouped)).toEqual([
      { device: 'App', n: '0' },
      { device: null, n: '0' },
      { device: 'web', n: '1' },
    ]);
    // (10.5 + 20.0) / 2, of which finer groups tell nothing.
    expect(await rowsOf("select avg(average_amount) filter (where device = 'web') as web from orders")).toEqual([
      { web: 15.25 },
    ]);
    await expect(rowsOf('select count(*) filter (where total_amount > 3) from orders')).rejects.toMatchObject({
      code: '0A000',
    });
  });

  test('a sum beside aggregates of dimensions has the digits that it has alone', async () => {
    const sql = `select device, sum(tenths) as tenths, max(status) as status, bool_or(is_first) as first
      from orders group by 1 order by 1`;
    expect(await rowsOf(sql)).toEqual([
      { device: 'App', tenths: 0.3, status: 'paid', first: null },
      { device: 'web', tenths: 0.3, status: 'paid', first: true },
      { device: null, tenths: 0.4, status: 'paid', first: true },
    ]);
  });

  test('DISTINCT ON keeps the first row of each in the order that is asked for', async () => {
    const sql = 'select distinct on (d) device as d, status, order_amount from orders order by d, order_amount desc';
    expect(await rowsOf(sql)).toEqual([
      { d: 'App', status: 'paid', order_amount: 5.25 },
      { d: 'web', status: 'paid', order_amount: 20 },
      { d: null, status: 'paid', order_amount: 7 },
    ]);
    const grouped =
      'select distinct on (1) status, device, measure(count) as n from orders group by 1, 2 order by 1, 2 nulls first';
    expect(await rowsOf(grouped)).toEqual([
      { status: 'new', device: 'web', n: '1' },
      { status: 'paid', device: null, n: '1' },
    ]);
  });

  test('ROLLUP, CUBE and GROUPING SETS over sums and counts', async () => {
    const rollup = `select device, status, measure(count) as n, sum(total_amount) as total, grouping(device, status) as g
      from orders group by rollup (device, 2) order by g, device, status`;
    expect(await rowsOf(rollup)).toEqual([
      { device: 'App', status: 'paid', n: '1', total: 5.25, g: 0 },
      { device: 'web', status: 'new', n: '1', total: 10.5, g: 0 },
      { device: 'web', status: 'paid', n: '1', total: 20, g: 0 },
      { device: null, status: 'paid', n: '1', total: 7, g: 0 },
      { device: 'App', status: null, n: '1', total: 5.25, g: 1 },
      { device: 'web', status: null, n: '2', total: 30.5, g: 1 },
      { device: null, status: null, n: '1', total: 7, g: 1 },
      { device: null, status: null, n: '4', total: 42.75, g: 3 },
    ]);
    const sets = `select date_trunc('month', created_at) as month, status, measure(count) as n from orders
      where device is not null group by grouping sets ((month), (status), ()) order by n desc, month, status`;
    expect((await rowsOf(sets)).map(row => JSON.stringify(row))).toEqual([
      '{"month":null,"status":null,"n":"3"}',
      '{"month":"2024-01-01T00:00:00.000Z","status":null,"n":"2"}',
      '{"month":null,"status":"paid","n":"2"}',
      '{"month":"2024-02-01T00:00:00.000Z","status":null,"n":"1"}',
      '{"month":null,"status":"new","n":"1"}',
    ]);
    expect(await rowsOf('select measure(count) as n from orders group by cube (device, status)')).toHaveLength(
      4 + 3 + 2 + 1,
    );
    // An average is asked for each set by itself: it is no average of averages.
    expect(
      await rowsOf('select device, avg(average_amount) as a from orders group by rollup (device) order by device, a'),
    ).toEqual([
      { device: 'App', a: 5.25 },
      { device: 'web', a: 15.25 },
      { device: null, a: 7 },
      { device: null, a: 10.6875 },
    ]);
  });

  test('an unnamed measure is called what the model calls it', async () => {
    expect(await rowsOf('select measure(count), measure(total_amount) from orders')).toEqual([
      { count: '4', total_amount: 42.75 },
    ]);
    expect(
      await rowsOf('select lower(device) as d, measure(total_amount) from orders group by 1 order by 1 limit 1'),
    ).toEqual([{ d: 'app', total_amount: 5.25 }]);
  });

  test('user and database are those of the connection', async () => {
    const who =
      'select current_user, session_user, current_catalog, current_database() as db, ' +
      "(select catalog_name from information_schema.schemata where schema_name = 'public') as schema_catalog";
    const names = (user: string) => ({
      ...{ current_user: user, session_user: user, current_catalog: 'any', db: 'any', schema_catalog: 'any' },
    });
    expect(await rowsOf(who)).toEqual([names('ann')]);
    const owner = await client('owner');
    expect((await owner.query(who)).rows).toEqual([names('owner')]);
    await owner.end();
    expect(await rowsOf("select current_user as me, measure(count) from orders where 'ann' = current_user")).toEqual([
      { me: 'ann', count: '4' },
    ]);
  });

  test('parameters of the extended protocol', async () => {
    const sql = 'select measure(count) as n from orders where created_at >= $1 and order_amount > $2 and status = $3';
    expect(await rowsOf(sql, [new Date('2024-01-10T00:00:00Z'), 6, 'paid'])).toEqual([{ n: '2' }]);
  });

  test('SELECT * gives every column, without groups', async () => {
    const rows = await rowsOf('select * from sales order by created_at limit 1');
    expect(rows).toEqual([{ device: 'web', created_at: expect.any(Date), total_amount: 10.5, count: '1' }]);
  });

  test('SQL equality and LIKE keep nulls and case apart, whatever Cube thinks', async () => {
    expect(await rowsOf("select measure(count) n from orders where device <> 'web'")).toEqual([{ n: '1' }]);
    expect(await rowsOf("select measure(count) n from orders where device like 'a%'")).toEqual([{ n: '0' }]);
    expect(await rowsOf("select measure(count) n from orders where device ilike 'a%'")).toEqual([{ n: '1' }]);
  });

  test('what is left to do with the rows is done by Postgres', async () => {
    const sql =
      "select extract(month from created_at)::int as month, count(*), round(sum(total_amount)::numeric, 1) as total from orders where created_at > timestamp '2024-03-01' - interval '2 months' group by 1 order by 1";
    expect(await rowsOf(sql)).toEqual([
      { month: 1, count: '2', total: '30.5' },
      { month: 2, count: '1', total: '5.3' },
      { month: 3, count: '1', total: '7.0' },
    ]);
  });

  test('an answer that Cube would cut is an error', async () => {
    await expect(rowsOf('select n from ticks group by 1')).rejects.toMatchObject({ code: '54000' });
    await expect(rowsOf('select n + 1 from ticks')).rejects.toMatchObject({
      code: '54000',
      hint: expect.stringContaining('CUBEJS_DB_QUERY_LIMIT (now 100)'),
    });
    expect(await rowsOf('select n from ticks order by 1 limit 100')).toHaveLength(100);
    expect(await rowsOf('select n from ticks where n < 100')).toHaveLength(100);
  });

  test.each([
    ['selct 1', '42601'],
    ['select * from nowhere', '42P01'],
    ['select nope from orders', '42703'],
    ['select device, measure(count) from orders', '42803'],
    ['select nope(device) from orders', '42883'],
    ['insert into orders (device) values (1)', '0A000'],
    ['copy orders to stdout', '0A000'],
  ])('%s is refused with %s, and the session goes on', async (sql, code) => {
    const connected = await client();
    await expect(connected.query(sql)).rejects.toMatchObject({ code });
    expect((await connected.query('select measure(count) n from orders')).rows).toEqual([{ n: '4' }]);
  });

  test('a cursor goes wherever it is sent, and says so when it may not', async () => {
    const connected = await client();
    await connected.query('begin');
    await connected.query('declare c scroll cursor for select device from orders group by 1 order by 1');
    const fetch = async (what: string) =>
      (await connected.query(`fetch ${what} from c`)).rows.map(({ device }) => device);
    expect(await fetch('2')).toEqual(['App', 'web']);
    expect(await fetch('prior')).toEqual(['App']);
    expect((await connected.query('move last from c')).rowCount).toBe(1);
    expect(await fetch('backward all')).toEqual(['web', 'App']);
    expect(await fetch('absolute -1')).toEqual([null]);
    await connected.query('declare n no scroll cursor for select device from orders group by 1 order by 1');
    await connected.query('fetch 2 from n');
    await expect(connected.query('fetch -1 from n')).rejects.toMatchObject({ code: '55000' });
    await connected.query('rollback');
    await connected.end();
  });

  test('transactions, settings, cursors and several statements in one text', async () => {
    const connected = await client();
    await connected.query("begin; set application_name = 'test'");
    expect((await connected.query('show application_name')).rows).toEqual([{ application_name: 'test' }]);
    await connected.query('declare c cursor for select device from orders group by 1 order by 1 nulls first');
    expect((await connected.query('fetch 2 from c')).rows).toEqual([{ device: null }, { device: 'App' }]);
    expect((await connected.query('fetch all from c')).rows).toEqual([{ device: 'web' }]);
    await expect(connected.query('select nope')).rejects.toMatchObject({ code: '42703' });
    await expect(connected.query('select 1')).rejects.toMatchObject({ code: '25P02' });
    await connected.query('rollback');
    await connected.query("set timezone = 'Europe/Berlin'");
    expect(
      (
        await connected.query({
          text: 'select created_at from orders order by 1 limit 1',
          types: { getTypeParser: () => String },
        })
      ).rows,
    ).toEqual([{ created_at: '2024-01-01 11:00:00' }]);
  });
});

describe('who may see what', () => {
  test('a member that the access policy excludes exists for nobody else', async () => {
    await expect(rowsOf('select measure(total_cost) from orders')).rejects.toMatchObject({ code: '42703' });
    const columns =
      "select column_name from information_schema.columns where table_name = 'orders' and column_name like 'total%'";
    expect(await rowsOf(columns)).toEqual([{ column_name: 'total_amount' }]);
    const owner = await client('owner');
    expect((await owner.query('select measure(total_cost) c from orders')).rows).toEqual([{ c: 34 }]);
    expect((await owner.query(columns)).rows).toHaveLength(2);
  });
});

describe('the wire', () => {
  /** Speaks the protocol by hand, and answers the types of the messages that came back. */
  async function pipeline(messages: Buffer, until: (types: string) => boolean): Promise<string> {
    const socket = connect(cube.sqlPort, '127.0.0.1');
    let types = '';
    let pending = Buffer.alloc(0);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('data', chunk => {
        pending = Buffer.concat([pending, chunk]);
        while (pending.length >= 5 && pending.length > pending.readInt32BE(1)) {
          const end = 1 + pending.readInt32BE(1);
          const type = String.fromCharCode(pending[0] ?? 0);
          if (type === 'R' && pending.readInt32BE(5) === 3) socket.write(serialize.password('right'));
          if (type === 'Z' && !types.includes('Z')) socket.write(messages);
          types += type;
          pending = pending.subarray(end);
        }
        if (until(types)) {
          socket.destroy();
          resolve(types.slice(types.indexOf('Z') + 1));
        }
      });
      socket.write(serialize.startup({ user: 'ldap' }));
    });
  }

  test('after an error everything up to Sync is passed over, then there is one ReadyForQuery', async () => {
    const step = (text: string): Buffer[] => [
      serialize.parse({ text }),
      serialize.bind({}),
      serialize.describe({ type: 'P' }),
      serialize.execute({}),
    ];
    const messages = Buffer.concat([
      ...step('select measure(count) from orders'),
      ...step('select nope from orders'),
      ...step('select 1'),
      serialize.sync(),
      ...step('select device from orders group by 1 limit 0'),
      serialize.sync(),
    ]);
    expect(await pipeline(messages, types => types.split('Z').length > 3)).toBe('12TDCEZ12TCZ');
  });

  test('a portal with a row limit is suspended and goes on', async () => {
    const messages = Buffer.concat([
      serialize.parse({ text: 'select n from ticks limit 5' }),
      serialize.bind({}),
      serialize.execute({ rows: 2 }),
      serialize.execute({ rows: 2 }),
      serialize.execute({ rows: 2 }),
      serialize.sync(),
    ]);
    expect(await pipeline(messages, types => types.split('Z').length > 2)).toBe('12DDsDDsDCZ');
  });

  test('a running statement is cancelled with 57014', async () => {
    const connected = await client();
    const running = connected.query('select pg_sleep(3)');
    const key = Buffer.alloc(16);
    key.writeInt32BE(16, 0);
    key.writeInt32BE(80_877_102, 4);
    key.writeInt32BE(Reflect.get(connected, 'processID'), 8);
    key.writeInt32BE(Reflect.get(connected, 'secretKey'), 12);
    const cancel = setInterval(() => connect(cube.sqlPort, '127.0.0.1').end(key), 100);
    await expect(running).rejects.toMatchObject({ code: '57014' });
    clearInterval(cancel);
  });
});

describe('HTTP', () => {
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${cube.httpPort}/cubejs-api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'token' },
      body: JSON.stringify(body),
    });

  test('/cubesql streams a schema and rows', async () => {
    const text = await (
      await post('cubesql', {
        query: 'select device, measure(count) n from orders where device is not null group by 1 order by 1',
      })
    ).text();
    const [schema, data] = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(schema.schema).toEqual([
      { name: 'device', column_type: 'String' },
      { name: 'n', column_type: 'Int64' },
    ]);
    expect(data).toEqual({
      data: [
        ['App', '1'],
        ['web', '2'],
      ],
    });
  });

  test('/convert-query tells the REST query, /sql the statement', async () => {
    const query = 'select device, measure(count) from orders group by 1';
    const converted = await (await post('convert-query', { input: 'sql', output: 'rest', query })).json();
    expect(converted).toMatchObject({
      status: 'ok',
      query: { dimensions: ['orders.device'], measures: ['orders.count'] },
    });
    const sql = await (await post('sql', { format: 'sql', query })).json();
    expect(sql).toMatchObject({
      sql: {
        query_type: { regular: true, post_processing: false, pushdown: false },
        sql: expect.stringContaining('GROUP BY 1'),
        values: [],
      },
    });
  });

  test('/cubesql says in its error what to write instead', async () => {
    const answer = await post('cubesql', { query: 'select devise from orders' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.json()).toMatchObject({
      error: expect.stringContaining('Perhaps you meant the column "device".'),
    });
  });

  test('REST refuses an excluded member, in an empty answer too', async () => {
    for (const filters of [[], [{ member: 'orders.device', operator: 'equals', values: ['none'] }]]) {
      const answer = await post('load', { query: { measures: ['orders.total_cost'], filters } });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  });
});

const run = promisify(execFile);
const hasPsql = await run('psql', ['--version']).then(
  () => true,
  () => false,
);

describe.skipIf(!hasPsql)('psql', () => {
  const psql = async (command: string): Promise<string> => {
    const address = `postgresql://ann@127.0.0.1:${cube.sqlPort}/any`;
    const { stdout } = await run('psql', [address, '-X', '-A', '-t', '-c', command], {
      env: { ...process.env, PGPASSWORD: 'ann-secret' },
    });
    return stdout.trim();
  };

  test('\\d lists the cubes and views, \\d+ what they are', async () => {
    expect((await psql('\\d')).split('\n')).toEqual([
      ...['grains', 'members', 'orders', 'plays'].map(name => `public|${name}|table|ann`),
      'public|sales|view|ann',
      'public|ticks|table|ann',
    ]);
    expect(await psql('\\d+ orders')).toContain('device|text||||extended|||What it was ordered on');
  });

  test('and answers a question', async () => {
    expect(
      await psql(
        'select device, measure(count) from orders where device is not null group by 1 order by 2 desc limit 1',
      ),
    ).toBe('web|2');
  });
});
