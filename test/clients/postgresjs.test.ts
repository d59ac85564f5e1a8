import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { playhead } from '../doors/product.js';

/** postgres.js, which sends all it has at once and prepares every statement; compared with SQL over the Delta files. */
const { sqlPort, folder } = inject('served');
let sql: postgres.Sql;
let devices: { device: string; w: number; n: string }[];
let count: number;

const deviceSchema = z.array(z.object({ device: z.string(), w: z.coerce.number(), n: z.coerce.string() }));

beforeAll(async () => {
  const text = `select device, sum(cast(round(watch_time_s * 1e6) as bigint)) / 1e6 as w, count(*) as n
    from sessions group by 1 order by 1`;
  devices = deviceSchema.parse(JSON.parse(await playhead('--data', folder, 'query', '--format', 'json', text)));
  count = devices.reduce((sum, { n }) => sum + Number(n), 0);
  sql = postgres({
    ...{ host: '127.0.0.1', port: sqlPort, user: 'playhead', password: 'playhead', database: 'playhead' },
    ...{ max: 1, onnotice: () => undefined },
  });
});
afterAll(async () => {
  await sql?.end();
});

const byDevice = () =>
  sql`select device, measure(watch_time_s) as w, measure(session_count) as n from sessions group by 1 order by 1`;

it('has the numbers of the files, with the types that they should have', async () => {
  const rows = await byDevice();
  expect([...rows]).toEqual(devices);
  expect(rows.columns.map(({ name, type }) => [name, type])).toEqual([
    ['device', 25],
    ['w', 701],
    ['n', 20],
  ]);
});

it('sends many at once over one connection, and an error among them is that of one', async () => {
  const answers = await Promise.allSettled([
    byDevice(),
    sql`select nothing from sessions`,
    sql`select 1 as one`,
    byDevice(),
  ]);
  const [first, second, third, fourth] = answers.map(answer =>
    answer.status === 'fulfilled' ? [...answer.value] : z.object({ code: z.string() }).parse(answer.reason).code,
  );
  expect([first, second, third, fourth]).toEqual([devices, '42703', [{ one: 1 }], devices]);
});

it('a statement is prepared once and asked with one value after the other', async () => {
  const ask = (device: string) => sql`select measure(session_count) as n from sessions where device = ${device}`;
  for (const { device, n } of [...devices, ...devices]) expect([...(await ask(device))]).toEqual([{ n }]);
  expect([...(await ask('nothing'))]).toEqual([{ n: '0' }]);
});

it('takes dates, lists and numbers as parameters', async () => {
  const names = devices.slice(0, 2).map(({ device }) => device);
  const rows = await sql`
    select device, measure(session_count) as n from sessions
    where device in ${sql(names)} and started_at >= ${new Date('2020-01-01')} and session_watch_time_s > ${-1.5}
    group by 1 order by 1`;
  expect([...rows]).toEqual(devices.slice(0, 2).map(({ device, n }) => ({ device, n })));
});

it('reads arrays of the catalogue', async () => {
  const [row] =
    await sql`select array['a', 'b,"c'] as texts, array[1, 2]::int[] as numbers, current_schemas(false) as schemas`;
  expect(row).toEqual({ texts: ['a', 'b,"c'], numbers: [1, 2], schemas: ['public'] });
});

it('fetches in parts by a cursor, to the end and only as far as it wants', async () => {
  const parts: number[] = [];
  await sql`select session_id from sessions order by 1`.cursor(100, rows => {
    parts.push(rows.length);
  });
  expect(parts.reduce((sum, length) => sum + length, 0)).toBe(count);
  expect(new Set(parts.slice(0, -1))).toEqual(new Set([100]));

  const seen: unknown[] = [];
  for await (const rows of sql`select session_id from sessions order by 1`.cursor(10)) {
    seen.push(...rows);
    if (seen.length >= 30) break;
  }
  expect(seen).toHaveLength(30);
  expect([...(await byDevice())]).toEqual(devices);
});

it('transactions and savepoints end as they should', async () => {
  const inner = sql.begin(async transaction => {
    await transaction`select 1`;
    const failed = transaction.savepoint(savepoint => savepoint`select nothing from sessions`);
    await expect(failed).rejects.toMatchObject({ code: '42703' });
    return [...(await transaction`select measure(session_count) as n from sessions`)];
  });
  expect(await inner).toEqual([{ n: String(count) }]);
  await expect(sql.begin(transaction => transaction`select * from nowhere`)).rejects.toMatchObject({ code: '42P01' });
  expect([...(await byDevice())]).toEqual(devices);
});

it('several statements at once, and what a statement needs told before it runs', async () => {
  const [first, second] = await sql.unsafe('select 1 as a; select measure(session_count) as n from sessions').simple();
  expect([first, second].map(rows => [...z.array(z.unknown()).parse(rows)])).toEqual([
    [{ a: 1 }],
    [{ n: String(count) }],
  ]);
  const told =
    await sql`select device, measure(watch_time_s) from sessions where device = ${'tv'} group by 1`.describe();
  expect([told.types, told.columns.map(({ type }) => type)]).toEqual([[25], [25, 701]]);
});
