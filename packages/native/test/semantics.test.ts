import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { castTo, integer } from '../src/planner/partials.js';
import { duckdb, sql, Types, Values } from '../src/planner/push-down/index.js';
import { selectOf, target } from '../src/planner/relations.js';
import { deparse } from '../src/sql-api/run-plan.js';
import { comparable } from './oracle.js';
import { type SideBySide, startSideBySide } from './side-by-side.js';

let side: SideBySide;

beforeAll(async () => {
  side = await startSideBySide();
});
afterAll(() => side?.close());

/** The parts of a list, commas inside parentheses aside. */
const splitList = (list: string): string[] => list.split(/,(?![^(]*\))/);

const ask = async (sql: string): Promise<unknown[]> => (await side.client.query({ text: sql, rowMode: 'array' })).rows;

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
    // Aggregates of which no model knows
    `select device, stddev_pop(amount), stddev_samp(amount), var_pop(amount), var_samp(amount) from plays group by 1`,
    `select device, corr(amount, id), covar_pop(amount, id), regr_slope(amount, id), regr_count(amount, id) from plays group by 1`,
    `select device, mode() within group (order by person), bit_or(id::int), any_value(device) from plays group by 1`,
    // Rows without a column of theirs, and whether there are any
    `select 1 as one from plays`,
    `select 1 as ok, true as t from plays where device = 'web' limit 3`,
    `select count(*) from (select 1 from plays where amount > 1) t`,
    `select exists (select 1 from plays where device = 'web') as a, exists (select from plays where device = 'none') as b, exists (select * from plays) as c`,
    `select device, count(*) from plays where exists (select 1 from members where plan = 'nothing') or device = 'tv' group by 1`,
    // Tableau's number of records, Metabase's counts with a condition
    `select sum(1) as "sum:Number of Records:ok" from plays having (count(1) > 0)`,
    `select device, sum(1) as n, measure(people), sum(1) filter (where is_done) as d from plays group by 1 having sum(1) > 3 order by sum(1) desc, 1 nulls first`,
    `select sum(1), count(1) from plays where device = 'nothing'`,
    `select device, sum(case when is_done then 1 else 0.0 end) as n, cast(sum(case when is_done then 1 else 0.0 end) as float) / count(*) as share, measure(people) from plays group by 1`,
    // Looker's bounds of a time
    `select measure(people), measure(ratio) from plays where started_at >= ((select (date_trunc('day', timestamp '2024-03-01') + (-200 || ' day')::interval)))
       and started_at < ((select ((date_trunc('day', timestamp '2024-03-01') + (-200 || ' day')::interval) + (200 || ' day')::interval)))`,
    `select (select 5) as five, count(*) from plays where amount > (select 0.5 + 0.5)`,
    // Lists as arrays
    `select device, measure(people) from plays where device = any('{web,tv}') and id <> all(array[1, 2, 3]) group by 1`,
    `select measure(people) from plays where not (device = any(array['web', 'tv']::text[])) and id = any('{4,5,6,7,8,9,10,11}'::int[])`,
  ])('%s', async sql => {
    const isOrdered = /order by[^)]*$/i.test(sql);
    const wanted = comparable(await side.oracle.rows(sql), isOrdered);
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

describe('what no finer groups tell is asked for set by set, and condition by condition', () => {
  test.each([
    'select device, is_done, grouping(device, is_done) as g, measure(average), measure(people), count(*) from plays group by rollup(device, is_done)',
    `select upper(device) as u, is_done, measure(ratio) as r, sum(total) from plays where amount > 0 group by cube(upper(device), is_done)
       having count(*) > 3 or grouping(is_done) = 1`,
    `select device, extract(year from started_at) as y, rank() over (order by measure(average) desc nulls last, grouping(device), device, extract(year from started_at))
       from plays group by grouping sets((device, extract(year from started_at)), (device), ())`,
    `select coalesce(device, 'all') as d, is_done, measure(people) from plays group by is_done, rollup(device) order by 3 desc, 1, 2 nulls last limit 5`,
    `select device, measure(average), count(*), grouping(device) from plays where device = 'nothing' group by rollup(device)`,
    `select device, measure(average), count(*) filter (where is_done), measure(people) filter (where amount > 1) as p, sum(total) filter (where person is null) as t
       from plays group by 1 having count(*) filter (where is_done) > 2 order by 1`,
    `select measure(average) filter (where device = 'nothing'), count(*) filter (where device = 'nothing'), measure(people), bool_or(is_done) from plays`,
    `select device, measure(average), count(*) filter (where lower(person) = 'eve') as n from plays group by rollup(device)`,
    // Days written differently are the same groups.
    'select cast(started_at as date) - 1 as d, measure(average), measure(people) from plays group by 1 having measure(people) > 0',
    `select floor(extract(epoch from started_at) / 86400) * 86400 as "time", measure(ratio) from plays where extract(dow from started_at) = 0 group by 1 order by 1`,
    `select date_bin(interval '2 days', started_at, timestamp '2020-01-01') as b, sum(total) from plays group by 1`,
    `select extract(year from date_trunc('year', started_at) + interval '365 days') as y, measure(average) from plays group by 1`,
  ])('%s', async sql => {
    const isOrdered = /order by[^)]*$/i.test(sql);
    const wanted = comparable(await side.oracle.rows(sql), isOrdered);
    expect(comparable(await ask(sql), isOrdered)).toEqual(wanted);
    expect(wanted.length, 'a comparison of nothing proves nothing').toBeGreaterThan(0);
  });

  test.each([
    ['0A000', 'select device, measure(ratio) filter (where is_done) from plays group by 1'],
    [
      '54000',
      `select measure(average) from plays group by cube(${'device, person, is_done, amount, id, started_at, upper(device)'})`,
    ],
    ['0A000', 'select p.device, sum(m.fees) from plays p join members m on p.person = m.person group by 1'],
  ])('%s: %s', async (code, sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ code, hint: expect.stringMatching(/\w/) });
  });

  test('two cubes are joined as grouped subselects', async () => {
    const sql = `select s.device, m.plan, sum(s.t) as t from (select device, person, sum(total) as t from plays group by 1, 2) s
      join (select person, plan from members group by 1, 2) m on s.person = m.person group by 1, 2`;
    expect(comparable(await ask(sql), false)).toEqual(comparable(await side.oracle.rows(sql), false));
  });
});

describe('what the data source computes means what it means to PostgreSQL', () => {
  /** No finer groups tell these two, so the key or condition beside them has to go down. */
  const measures = 'measure(average), measure(people), measure(ratio)';
  const keys = [
    'upper(device)',
    "coalesce(device, 'none')",
    'left(device, 1) || length(device)',
    "substr(device, 2, 1) || '/' || is_done",
    "trim(both from device) || replace(person, 'e', '')",
    "strpos(device, 'e'), right(person, 2)",
    "case device when 'tv' then 1 when 'web' then 2 end",
    "case when amount > 1 then 'many' when amount is null then null else 'few' end",
    'amount > 1, nullif(is_done, true)',
    'amount * 2 - 0.5, -amount',
    'amount / 3, amount / nullif(amount, 0)',
    'round(amount), floor(amount), ceil(amount), trunc(amount), abs(amount)',
    'cast(amount as bigint), cast(id as integer) % 7, cast(id as integer) / -4',
    'greatest(amount, 1), least(device, person)',
    'extract(dow from started_at), extract(week from started_at), extract(isoyear from started_at)',
    "date_part('quarter', started_at), extract(doy from started_at), extract(hour from started_at)",
    'cast(started_at as date), cast(started_at as date) - 3',
    "date_trunc('week', started_at + interval '1 day') - interval '1 day'",
    "date_trunc('month', started_at) + interval '3 months'",
    "started_at + interval '90 minutes'",
    "cast(started_at as date) + (-extract(dow from started_at) * interval '1 day')",
    'cast(trunc(extract(year from started_at)) as integer)',
    'cast(cast(started_at as date) as text)',
    'device < person, device is distinct from person',
  ];
  test.each(keys)('group by %s', async list => {
    const names = splitList(list);
    const sql = `select ${list}, ${measures} from plays group by ${names.map((_, index) => index + 1).join(', ')}`;
    expect(comparable(await ask(sql), false)).toEqual(comparable(await side.oracle.rows(sql), false));
  });

  const conditions = [
    "lower(device) = 'tv' or device is null",
    "not (lower(device) = 'tv')",
    "(upper(person) like 'A%') is not true",
    "device ilike 't_'",
    "device like 'T\\V' and person not ilike '%E%'",
    'amount between 0.5 and id or amount in (0.25, id)',
    "extract(month from started_at) not in (1, 2) and date_trunc('quarter', started_at) <> timestamp '2023-04-01'",
    "cast(started_at as date) >= '2023-07-01' and starts_with(person, 'b')",
    "coalesce(is_done, false) and device || person > 'tv'",
    "case when is_done then device = 'web' else amount > 1 end",
    "started_at + interval '1 month' > timestamp '2024-02-29 10:00:00.5'",
    '(is_done is unknown) or (amount > 1) is false',
  ];
  test.each(conditions)('where %s', async condition => {
    const sql = `select ${measures}, avg(amount), avg(length(device)), count(distinct lower(device)), sum(case when is_done then 1 else 0 end), bool_and(amount > 0), max(upper(person)), min(length(person)), measure(average) filter (where device = 'web'), count(person) filter (where is_done) from plays where ${condition}`;
    const wanted = await side.oracle.rows(sql);
    expect(comparable(await ask(sql), false)).toEqual(comparable(wanted, false));
  });

  test.each([
    `select upper(device) as d, ${measures} from plays where lower(person) <> 'bob' group by 1 having measure(average) > 0.2 and count(distinct amount) > 2 order by measure(ratio) desc, d limit 3`,
    `select upper(device) as d, rank() over (order by measure(average)) from plays group by 1`,
    `select avg(a) from (select upper(device) as d, measure(average) as a from plays group by 1) t`,
    `select distinct on (1) upper(device), measure(people), is_done from plays group by 1, 3 order by 1, 2 desc, 3`,
  ])('%s', async sql => {
    const isOrdered = /order by[^)]*$/i.test(sql);
    expect(comparable(await ask(sql), isOrdered)).toEqual(comparable(await side.oracle.rows(sql), isOrdered));
  });

  test('upper and lower agree on every character', async () => {
    const values = new Values();
    const types = new Types(duckdb, values);
    const connection = await (await DuckDBInstance.create()).connect();
    // All characters in one text; private ones at the end of the last plane hold places inside the translation.
    const codes = '(code) where code not between 55296 and 57343 and code < 1113856';
    for (const word of ['upper', 'lower'] as const) {
      // As Cube reads it: a template of JavaScript.
      const text: unknown = new Function(`return \`${types.say(word, sql`letters`).text}\``)();
      const read = await connection.runAndReadAll(
        `select md5(${text}) from (select string_agg(chr(code::integer), '' order by code) as letters from range(1, 1114112) as codes${codes})`,
      );
      const wanted = await side.oracle.rows(
        `select md5(${word}(string_agg(chr(code), '' order by code))) from generate_series(1, 1114111) as codes${codes}`,
      );
      expect(read.getRows()).toEqual(wanted);
    }
    connection.closeSync();
  });

  test.each([
    // Another meaning in the data source, or an error there that is none here
    `reverse(device)`,
    'cast(amount as text)',
    'substr(device, -1, 3)',
    'amount / (amount - 1)',
    "to_char(started_at, 'YYYY')",
    'extract(epoch from started_at)',
    'device collate "C"',
    "regexp_replace(device, 't', '')",
  ])('%s stays with PostgreSQL: sums by it work, averages are refused', async key => {
    await expect(ask(`select ${key}, measure(average) from plays group by 1`)).rejects.toMatchObject({
      code: '0A000',
      message: 'measure "average" cannot be computed from finer groups: it is not additive',
    });
  });
});

describe('what is too many rows for one answer', () => {
  test('is computed by the source where that makes fewer', async () => {
    expect(await ask('select left(word, 6) as w, count(*), sum(total) from grains group by 1')).toEqual([
      ['grain ', '60000', 1_799_970_000],
    ]);
    expect(await ask('select sum(n), max(upper(word)) from grains')).toEqual([[1_799_970_000, 'GRAIN 9999']]);
    expect(
      await ask("select n from grains where upper(word) like 'GRAIN 5999_' and length(word) > 10 order by 1 limit 2"),
    ).toEqual([[59_990], [59_991]]);
  });

  test('is an error where it stays as many, as is a list of too many values', async () => {
    for (const statement of [
      'select upper(word), measure(words) from grains group by 1',
      'select upper(word), count(*) from grains group by 1',
      'select measure(g.words) from grains g join (select n from grains group by 1) t on g.n = t.n',
    ])
      await expect(ask(statement), statement).rejects.toMatchObject({ code: '54000', hint: expect.any(String) });
  });
});

describe('what a client writes never becomes code or SQL of the data source', () => {
  const placeholder = (code: string) => `$\{${code}}`;
  const nasty = [
    placeholder('globalThis.pwned = true'),
    '`+(globalThis.pwned = true)+`',
    '\\`;globalThis.pwned = true;`',
    `\\${placeholder('globalThis.pwned = true')}`,
    "' or 1 = 1 --",
    `$0$ $1$ ? ${placeholder('plays.id')}`,
    '"; select 1; --',
    'tv\u2028',
    '\u2028😀é{CUBE}.device',
  ];
  const positions: readonly ((text: string, name: string) => string)[] = [
    text => `select coalesce(device, ${text}) as k, measure(people) from plays group by 1`,
    text =>
      `select case when lower(device) = ${text} then ${text} else device || ${text} end as k, measure(average) from plays group by 1`,
    text =>
      `select measure(people), count(distinct replace(device, 't', ${text})) from plays where lower(device) in (${text}, 'tv')`,
    text => `select measure(people) from plays where upper(device) not like ${text} and device not ilike ${text}`,
    text =>
      `select upper(device) as k, measure(average) from plays group by 1 having max(person || ${text}) <> ${text} order by ${text} || upper(device)`,
    text =>
      `select measure(average) filter (where lower(device) <> ${text}), strpos(max(upper(device)), ${text}) from plays`,
    text => `select measure(average) from plays where nullif(lower(device), ${text}) is distinct from ${text}`,
    (_, name) => `select upper(device) as ${name}, measure(average) as "m" from plays group by ${name}`,
    (_, name) =>
      `select upper(${name}.device), measure(people) from plays ${name} where lower(${name}.device) = 'tv' group by 1`,
  ];
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const named = (text: string): string => `"${text.replaceAll('"', '""').slice(0, 40)}"`;

  test.each(nasty)('%j as text and as a name', async text => {
    for (const position of positions) {
      const statement = position(quoted(text), named(text));
      expect(comparable(await ask(statement), false), statement).toEqual(
        comparable(await side.oracle.rows(statement), false),
      );
    }
    expect(Reflect.get(globalThis, 'pwned')).toBeUndefined();
  });

  test.each(nasty)('%j as a parameter', async text => {
    const { rows } = await side.client.query(
      'select coalesce(nullif(lower(device), $1), $1) as k, measure(people) from plays where upper(device) <> $1 group by 1',
      [text],
    );
    expect(rows.map(row => row.k).sort()).toEqual(['app', 'tv', 'web']);
    expect(Reflect.get(globalThis, 'pwned')).toBeUndefined();
  });

  test.each(nasty)('%j as a column, a function, a unit or a type is an error', async text => {
    const name = named(text);
    for (const key of [name, `${name}(device)`, `date_trunc(${quoted(text)}, started_at)`, `cast(device as ${name})`]) {
      await expect(ask(`select upper(${key}), measure(people) from plays group by 1`), key).rejects.toMatchObject({
        code: expect.stringMatching(/^(0A000|42|22)/),
      });
    }
    expect(Reflect.get(globalThis, 'pwned')).toBeUndefined();
  });

  test('what the role may not see is unknown to expressions as to all else', async () => {
    for (const statement of [
      'select upper(device), measure(average_amount) from orders where total_cost > 1 group by 1',
      'select upper(device), measure(average_amount) from orders group by 1 having measure(total_cost) > 1',
      'select upper(device), measure(average_amount) filter (where cost > 1) from orders group by 1',
      'select upper(device), measure(average_amount) from orders group by 1 order by max(total_cost)',
      'select max(cost + 1), measure(average_amount) from orders where lower(device) <> status',
    ])
      await expect(ask(statement), statement).rejects.toMatchObject({ code: '42703' });
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
    await expect(side.client.query(sql, ['owner'])).rejects.toMatchObject({ code: '42501' });
    expect((await side.client.query(sql, ['ann'])).rows).toEqual([{ count: '4' }]);
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

  test('prints the expressions that the source computes, their values apart, and that no rollup serves them', async () => {
    const text = await explain(
      "select upper(device), measure(people) from plays where lower(device) <> 'tv' group by 1",
    );
    expect(text).toContain('Pushed down: expressions, too;');
    expect(text).toMatch(/Group by d\d: .*upper\(CAST\(\(\$\{plays\.device\}\) AS VARCHAR\)\)/);
    expect(text).toMatch(/Where: \(.*lower\(.* <> CAST\(\$0\$ AS VARCHAR\)\)/);
    expect(text).toContain('Values: $0$ = "tv"');
    expect(text).toContain('Rollup: none serves expressions, the source computes them.');
  });

  test('says what is streamed, what is known and what Cube is not asked', async () => {
    expect(await explain('select n from grains')).toContain('Rows are streamed, past the limit of 100.');
    expect(await explain('select n from grains limit 0')).toContain('No question: the answer is known.');
    expect(await explain('select 1')).toBe('Catalogue: Postgres answers, Cube is not asked.');
  });
});

describe('what Postgres refuses to read is refused, not taken for nothing', () => {
  test.each([
    ['2026-02-30', '22008'],
    ['2026-13-01', '22008'],
    ['2026-01-01 25:00:00', '22008'],
    ['2026-01-01 10:61:00', '22008'],
    ['soon', '22007'],
  ])('%s: %s', async (written, code) => {
    await expect(side.oracle.rows(`select count(*) from plays where started_at < '${written}'`)).rejects.toMatchObject({
      code,
    });
    await expect(ask(`select count(*) from plays where started_at < '${written}'`)).rejects.toMatchObject({ code });
  });

  test('an expression that is nested too deeply to be written', () => {
    let nested = integer(1);
    for (let depth = 0; depth < 50_000; depth += 1) nested = castTo(nested, 'int8');
    const statement = { SelectStmt: selectOf([target(nested, 'deep')]) };
    expect(() => deparse(statement)).toThrow(expect.objectContaining({ state: '54001' }));
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
    const error: unknown = await side.client.query(sql).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, hint });
    if (at !== undefined) expect(error).toMatchObject({ position: String(at) });
  });
});
