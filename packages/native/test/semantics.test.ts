import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparable, Oracle } from './oracle.js';
import { startTinyCube, type TinyCube } from './tiny-cube.js';

let cube: TinyCube;
let oracle: Oracle;
let client: Client;

beforeAll(async () => {
  [cube, oracle] = await Promise.all([startTinyCube(), Oracle.start()]);
  client = new Client({ host: '127.0.0.1', port: cube.sqlPort, user: 'ann', password: 'ann-secret', database: 'any' });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await Promise.all([cube?.close(), oracle?.close()]);
});

const ask = async (sql: string): Promise<unknown[]> => (await client.query({ text: sql, rowMode: 'array' })).rows;

describe('a statement means what it means to PostgreSQL over the rows', () => {
  test.each([
    // Weeks from Sunday, fiscal quarters, time zones
    `select date_trunc('day', started_at) + (-extract(dow from started_at) * interval '1 day') as w, sum(total), count(*) from plays group by 1`,
    `select cast(date_trunc('week', (started_at + interval '1 day')) as timestamp) + interval '-1 day' as w, measure(total) from plays group by 1 order by 1`,
    `select extract(year from started_at + interval '3 months') as y, extract(quarter from started_at + interval '3 months') as q, sum(total) from plays group by 1, 2`,
    `select date_trunc('month', started_at at time zone 'UTC' at time zone 'America/New_York') as m, count(*) from plays group by 1`,
    `select extract(hour from started_at at time zone 'utc' at time zone 'Asia/Kolkata') as h, sum(total) from plays group by 1`,
    `select cast(trunc(extract(year from started_at)) as integer) as y, cast(extract(quarter from started_at) as integer) as q, count(*) from plays group by 1, 2`,
    `select to_char(date_trunc('month', started_at), 'YYYYMM') as m, extract(isoyear from started_at) as y, count(*) from plays group by 1, 2`,
    `select extract(week from started_at) as w, extract(doy from started_at) as d, sum(total) from plays group by 1, 2`,
    `select date_trunc('week', started_at) as w, date_trunc('quarter', started_at) as q, measure(average), measure(people) from plays group by 1, 2`,
    `select left(cast(extract(year from started_at) as varchar), 4000) || '-' || extract(month from started_at) as k, count(*) from plays group by 1`,
    `select floor(extract(epoch from started_at) / 86400) * 86400 as time, sum(total) from plays where started_at between '2023-03-01' and '2024-03-01' group by 1 order by 1`,
    `select count(*) from plays where extract(month from started_at) in (1, 2, 3)`,
    `select date_part('dow', started_at) as d, count(*) from plays where cast(started_at as date) >= date '2023-07-01' group by 1`,
    `select sum(total) from plays where date_trunc('month', started_at) = timestamp '2023-05-01'`,
    // Conditions as CASE, nulls, case
    `select device, sum(total) from plays where (case when device in ('web', 'tv') or device is null then false else true end) group by 1`,
    `select sum(total) from plays where case when is_done then amount > 1 else amount < 0.5 end`,
    `select case when device in ('tv', 'TV') then 'tv' when device is null then 'none' else 'other' end as g, sum(total), count(*) from plays group by 1`,
    `select count(*) from plays where not (device = 'web' or person is null)`,
    `select count(*) from plays where (device = 'web') is not true`,
    `select count(*) from plays where is_done is distinct from true`,
    `select device, count(*) from plays where strpos(cast(lower(cast(device as text)) as text), 't') > 0 group by 1`,
    `select count(*) from plays where strpos((case when device is not null then device else '' end), 'V') > 0`,
    `select count(*) from plays where device not in ('web', 'tv')`,
    `select count(*) from plays where coalesce(device, 'none') = 'none'`,
    `select count(*) from plays where amount between 0.25 and 1.5 and person > 'b'`,
    `select person, sum(total) from plays group by 1 having not sum(total) is null and count(*) between 5 and 100 order by 2 desc, 1 nulls first limit 3`,
    // Aggregates over an inner SELECT that cuts, orders or makes rows distinct
    `select sum(total), count(*), min(lowest), max(highest) from (select total, lowest, highest from plays where id < 40 order by id limit 20) t`,
    `select device, sum(total), avg(average) from (select * from plays order by id limit 31 offset 4) t group by 1`,
    `select count(*) from (select * from plays limit 25) t`,
    `select count(*), sum(x) from (select distinct device, amount as x from plays) t`,
    `select sum(x) from (select device, sum(total) as x from plays group by 1 order by 2 desc nulls last limit 2) t`,
    `select device, sum(total) from (select * from plays order by started_at) t group by 1`,
    `select id from (select id, amount from plays where amount > 1 order by id desc) t`,
    // Subselects around subselects
    `select "_"."a0", "_"."d" from (select "rows"."d" as "d", sum(cast("rows"."t" as decimal)) as "a0" from
       (select "_"."device" as "d", "_"."total" as "t" from (select "$Table"."device" as "device", "$Table"."total" as "total",
         "$Table"."started_at" as "started_at" from "public"."plays" "$Table") "_" where "_"."started_at" >= timestamp '2023-04-01 00:00:00'
         and "_"."started_at" < timestamp '2024-09-01 00:00:00') "rows" group by "d") "_" where not "_"."a0" is null limit 1000001`,
    `select count(distinct person) + max(case when person is null then 1 else 0 end) from plays`,
    `select max(started_at), min(started_at), count(started_at) from plays`,
    `with a as (select device, sum(total) as x from plays group by 1), b as (select * from a where x > 1) select count(*), max(x) from b`,
    `select device, sum(total) from plays group by 1 union all select plan, sum(fees) from members group by 1`,
    `select device, rank() over (order by sum(total) desc nulls last), sum(total) from plays group by 1`,
  ])('%s', async sql => {
    const isOrdered = /order by[^)]*$/i.test(sql);
    const wanted = comparable(await oracle.rows(sql), isOrdered);
    expect(comparable(await ask(sql), isOrdered)).toEqual(wanted);
    expect(wanted.length, 'a comparison of nothing proves nothing').toBeGreaterThan(0);
  });

  test.each(['ratio', 'people'])('%s row by row is no part of any sum', async measure => {
    await expect(ask(`select max(${measure}) from (select ${measure} from plays limit 5) t`)).rejects.toMatchObject({
      code: '0A000',
      message: expect.stringContaining('cannot be aggregated again'),
    });
  });
});

describe('__user and __cubeJoinField', () => {
  test('are who asks and null, and change nothing', async () => {
    expect(await ask('select "__user", "__cubeJoinField", measure(count) from orders group by 1, 2')).toEqual([
      ['ann', null, '4'],
    ]);
    expect(await ask("select measure(count) from orders where __user = 'ann' and __user in ('ann')")).toEqual([['4']]);
    expect(await ask('select measure(count) from orders where __user = current_user and __user is not null')).toEqual([
      ['4'],
    ]);
  });

  test.each(["__user = 'owner'", "'owner' = o.__user", "__user in ('ann', 'owner')", "id = 1 or __user = 'owner'"])(
    'nobody asks as somebody else: %s',
    async condition => {
      await expect(ask(`select measure(count) from orders o where ${condition}`)).rejects.toMatchObject({
        code: '42501',
      });
    },
  );

  test('nor by a parameter', async () => {
    const sql = 'select measure(count) from orders where __user = $1';
    await expect(client.query(sql, ['owner'])).rejects.toMatchObject({ code: '42501' });
    expect((await client.query(sql, ['ann'])).rows).toEqual([{ count: '4' }]);
  });
});

describe('EXPLAIN', () => {
  const explain = async (sql: string): Promise<string> => (await ask(`explain ${sql}`)).flat().join('\n');

  test('names the rollup that serves a question, and that all was pushed down', async () => {
    const text = await explain('select plan, sum(fees) from members group by 1');
    expect(text).toContain('Pushed down: everything.');
    expect(text).toContain('"members.fees"');
    expect(text).toContain('Rollup: members.by_plan');
  });

  test('shows the SQL above Cube, and each question on its own', async () => {
    const text = await explain(`select p.device, sum(p.total) from plays p
      join (select person, sum(fees) as x from members group by 1 order by 2 desc limit 2) t on p.person = t.person group by 1`);
    expect(text).toMatch(/Pushed down: all but the SQL above[\s\S]*\$1:[\s\S]*\$2:/);
    expect(text).toContain('json_to_recordset');
    expect(text.match(/Rollup: none, the source answers\./g)).toHaveLength(2);
    expect(text).toContain('"limit": 2');
  });

  test('says what is streamed, what is known and what Cube is not asked', async () => {
    expect(await explain('select n from grains')).toContain('Rows are streamed, past the limit of 100.');
    expect(await explain('select n from grains limit 0')).toContain('No question: the answer is known.');
    expect(await explain('select 1')).toBe('Catalogue: Postgres answers, Cube is not asked.');
  });
});

describe('errors say what is wrong, where, and what to write instead', () => {
  test.each([
    ['select 1 from oders', '42P01', 'Perhaps you meant "orders".', 15],
    ['select devise from orders', '42703', 'Perhaps you meant the column "device".', 8],
    // A column that the role may not see is never suggested.
    ['select total_cots from orders', '42703', expect.not.stringContaining('total_cost'), 8],
    [
      'select device, total_amount from orders group by 1',
      '42803',
      'It is a measure: write MEASURE(total_amount).',
      16,
    ],
    ['select status, measure(count) from orders', '42803', 'Add status to GROUP BY.', 8],
    [
      'select device from orders group by device having count(*) > 1 and status = 1',
      '42803',
      'Add status to GROUP BY.',
      67,
    ],
    ['select sum(average_amount) from orders', '42804', 'Write MEASURE(average_amount).', 8],
    ['select measure(device) from orders', '42804', expect.stringContaining('COUNT(DISTINCT'), 8],
    ['select lowr(device) from orders group by 1', '42883', expect.any(String), undefined],
    ['select measure(count), from orders', '42601', undefined, 24],
    ["select device from orders where device = 'x", '42601', undefined, 42],
    ['select device from orders group by 3', '42P10', undefined, 36],
    ['select device from orders for update', '0A000', 'Leave FOR UPDATE out.', undefined],
    ['create table x (a int)', '0A000', 'Use SELECT.', undefined],
    [
      'select device from orders where total_amount > 1',
      '0A000',
      expect.stringContaining('HAVING MEASURE(total_amount)'),
      33,
    ],
    ['select paid from orders', '0A000', expect.stringContaining('WHERE'), 8],
  ])('%s: %s', async (sql, code, hint, at) => {
    const error: unknown = await client.query(sql).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, hint });
    if (at !== undefined) expect(error).toMatchObject({ position: String(at) });
  });
});
