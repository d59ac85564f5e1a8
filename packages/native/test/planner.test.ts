import { describe, expect, test } from 'vitest';
import { readTables } from '../src/cube/index.js';
import { bindParameters, foldParameterized, type Plan, planStatement } from '../src/planner/index.js';
import { parseSql } from '../src/sql-api/parse-sql.js';

const tables = readTables([
  {
    name: 'orders',
    dimensions: [
      { name: 'orders.device', type: 'string' },
      { name: 'orders.status', type: 'string' },
      { name: 'orders.created_at', type: 'time' },
      { name: 'orders.is_first', type: 'boolean' },
      { name: 'orders.amount', type: 'number' },
      { name: 'orders.secret', type: 'string', isVisible: false },
    ],
    measures: [
      { name: 'orders.big_count', type: 'number', aggType: 'count' },
      { name: 'orders.count', type: 'number', aggType: 'count' },
      { name: 'orders.total', type: 'number', aggType: 'sum' },
      { name: 'orders.average', type: 'number', aggType: 'avg' },
      { name: 'orders.devices', type: 'number', aggType: 'countDistinct' },
      { name: 'orders.ratio', type: 'number', aggType: 'number' },
    ],
    segments: [{ name: 'orders.paid' }],
  },
  { name: 'users', dimensions: [{ name: 'users.country', type: 'string' }], measures: [] },
]);

async function plan(sql: string, ...values: string[]): Promise<Plan> {
  const [statement] = await parseSql(sql);
  if (statement === undefined) throw new Error('no statement');
  const bound = values.length > 0 ? bindParameters(statement.node, values, []) : foldParameterized(statement.node);
  return planStatement(bound, { tables, timezone: undefined });
}

async function query(sql: string, ...values: string[]): Promise<object> {
  const planned = await plan(sql, ...values);
  if (planned.kind !== 'direct') throw new Error(`expected one question to Cube, got ${planned.kind}`);
  const {
    measures = [],
    dimensions = [],
    timeDimensions = [],
    filters = [],
    segments = [],
    order = [],
    ...rest
  } = planned.scan.query ?? {};
  const lists = { measures, dimensions, timeDimensions, filters, segments, order };
  return { ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)), ...rest };
}

const where = async (condition: string, ...values: string[]): Promise<unknown> => {
  const { filters = [] } = (await query(`select measure(count) from orders where ${condition}`, ...values)) as {
    filters?: unknown[];
  };
  return filters;
};

describe('a grouped SELECT is one question to Cube', () => {
  test.each([
    [
      'select device, measure(count) from orders group by 1',
      { dimensions: ['orders.device'], measures: ['orders.count'] },
    ],
    ['select count(*) from orders', { measures: ['orders.count'] }],
    [
      'select count(*), sum(total), avg(average), count(distinct devices), max(ratio) from orders',
      { measures: ['orders.count', 'orders.total', 'orders.average', 'orders.devices', 'orders.ratio'] },
    ],
    ['select sum(cast(count as decimal)) from orders', { measures: ['orders.count'] }],
    [
      'select o.device as d, measure(o.total) from public.orders o group by d order by 2 desc, d limit 5 offset 10',
      {
        dimensions: ['orders.device'],
        measures: ['orders.total'],
        order: [
          ['orders.total', 'desc'],
          ['orders.device', 'asc'],
        ],
        limit: 5,
        offset: 10,
      },
    ],
    [
      'select measure(count) from orders group by device',
      { dimensions: ['orders.device'], measures: ['orders.count'] },
    ],
    ['select distinct device from orders', { dimensions: ['orders.device'] }],
    [
      "select date_trunc('week', created_at::timestamp) w, measure(count) from orders group by w",
      { measures: ['orders.count'], timeDimensions: [{ dimension: 'orders.created_at', granularity: 'week' }] },
    ],
    // What HAVING tests is asked for, too: Cube chooses a rollup by what a query shows.
    [
      'select device from orders group by 1 having measure(count) > 1.5',
      {
        dimensions: ['orders.device'],
        measures: ['orders.count'],
        filters: [{ member: 'orders.count', operator: 'gt', values: ['1.5'] }],
      },
    ],
    [
      'select device, country, measure(count) from orders cross join users group by 1, 2',
      { dimensions: ['orders.device', 'users.country'], measures: ['orders.count'] },
    ],
    [
      'select measure(count) from orders o join users u on o.__cubeJoinField = u.__cubeJoinField group by country',
      { dimensions: ['users.country'], measures: ['orders.count'] },
    ],
    [
      'select measure(count) from orders o left join users u on o.__cubeJoinField = u.__cubeJoinField group by country',
      { dimensions: ['users.country'], measures: ['orders.count'] },
    ],
    [
      'select measure(count) from orders where paid and device is not null',
      {
        measures: ['orders.count'],
        segments: ['orders.paid'],
        filters: [{ member: 'orders.device', operator: 'set' }],
      },
    ],
  ])('%s', async (sql, expected) => {
    expect(await query(sql)).toEqual(expected);
  });

  test('without GROUP BY and aggregates it is ungrouped', async () => {
    expect(await query('select device, amount from orders limit 3')).toEqual({
      dimensions: ['orders.device', 'orders.amount'],
      limit: 3,
      ungrouped: true,
    });
  });

  test('two bounds of a time become a date range, one bound stays a filter', async () => {
    const sql =
      "select date_trunc('month', created_at), measure(count) from orders where created_at >= '2024-01-01' and created_at < '2024-03-01' group by 1";
    expect(await query(sql)).toEqual({
      measures: ['orders.count'],
      timeDimensions: [
        {
          dimension: 'orders.created_at',
          granularity: 'month',
          dateRange: ['2024-01-01T00:00:00.000', '2024-02-29T23:59:59.999'],
        },
      ],
    });
    expect(await where("created_at >= timestamp '2024-01-01 10:00:00'")).toEqual([
      { member: 'orders.created_at', operator: 'afterOrOnDate', values: ['2024-01-01T10:00:00.000'] },
    ]);
  });

  test('a LIMIT 0 and a condition that is never true ask nothing', async () => {
    for (const sql of [
      'select device from orders limit 0',
      'select device from orders where 1 = 0',
      'select device from orders where device = null',
    ]) {
      const planned = await plan(sql);
      expect(planned.kind === 'direct' && planned.scan.query).toBeUndefined();
    }
  });
});

describe('plain subselects are looked through', () => {
  test.each([
    [
      'select "_"."d", "_"."n" from (select "rows"."d" as "d", sum("rows"."c") as "n" from (select "$Table"."device" as "d", "$Table"."count" as "c", "$Table"."amount" as "a" from "public"."orders" "$Table") "rows" where "rows"."a" > 1 group by "d") "_" limit 1001',
      'outer',
    ],
    ['select count(*) from (select * from orders) t', { measures: ['orders.count'] }],
    [
      "select d, sum(total) from (select device as d, * from orders where amount > 1) t where status = 'paid' group by d order by d",
      {
        dimensions: ['orders.device'],
        measures: ['orders.total'],
        filters: [
          { member: 'orders.amount', operator: 'gt', values: ['1'] },
          { member: 'orders.status', operator: 'equals', values: ['paid'] },
        ],
        order: [['orders.device', 'asc']],
      },
    ],
    [
      'select * from (select device as d, amount from orders) t limit 2',
      { dimensions: ['orders.device', 'orders.amount'], limit: 2, ungrouped: true },
    ],
    [
      "select date_trunc('month', at) as at, measure(n) from (select created_at as at, count as n from orders) t group by 1 order by at",
      {
        measures: ['orders.count'],
        timeDimensions: [{ dimension: 'orders.created_at', granularity: 'month' }],
        order: [['orders.created_at', 'asc']],
      },
    ],
  ])('%s', async (sql, expected) => {
    if (expected === 'outer')
      expect(await plan(sql)).toMatchObject({
        kind: 'outer',
        scans: [{ query: { dimensions: ['orders.device'], measures: ['orders.count'] } }],
      });
    else expect(await query(sql)).toEqual(expected);
  });

  test('their column names stay', async () => {
    const planned = await plan('select * from (select device as d, amount from orders) t');
    expect(planned.kind === 'direct' && planned.columns.map(({ name }) => name)).toEqual(['d', 'amount']);
  });
});

describe('conditions keep the meaning that SQL gives them', () => {
  const filter = (member: string, operator: string, ...values: string[]) => ({
    member: `orders.${member}`,
    operator,
    ...(values.length > 0 && { values }),
  });
  test.each([
    ["device = 'web'", [filter('device', 'equals', 'web')]],
    ["'web' = device", [filter('device', 'equals', 'web')]],
    // Cube's notEquals lets nulls through.
    ["device <> 'web'", [filter('device', 'notEquals', 'web'), filter('device', 'set')]],
    [
      "not (device = 'web' or amount >= 2)",
      [filter('device', 'notEquals', 'web'), filter('device', 'set'), filter('amount', 'lt', '2')],
    ],
    ["device in ('a', 'b', null)", [filter('device', 'equals', 'a', 'b')]],
    ["device not in ('a', 'b')", [filter('device', 'notEquals', 'a', 'b'), filter('device', 'set')]],
    ["device = any(array['a', 'b'])", [filter('device', 'equals', 'a', 'b')]],
    ['amount between 1 and 2.5', [filter('amount', 'gte', '1'), filter('amount', 'lte', '2.5')]],
    ['amount > -3', [filter('amount', 'gt', '-3')]],
    ['is_first', [filter('is_first', 'equals', 'true')]],
    ['not is_first', [filter('is_first', 'equals', 'false')]],
    ['is_first is not true', [filter('is_first', 'notEquals', 'true')]],
    ["device is not distinct from 'x'", [filter('device', 'equals', 'x')]],
    ["device ilike '%We%'", [filter('device', 'contains', 'We')]],
    ["device ilike 'we%'", [filter('device', 'startsWith', 'we')]],
    ["device not ilike '%we'", [filter('device', 'notEndsWith', 'we'), filter('device', 'set')]],
    ["device like '%12%'", [filter('device', 'contains', '12')]],
    ["device like 'Web'", [filter('device', 'equals', 'Web')]],
    [
      "device = 'a' or (status = 'b' and amount < 1)",
      [
        {
          or: [
            filter('device', 'equals', 'a'),
            { and: [filter('status', 'equals', 'b'), filter('amount', 'lt', '1')] },
          ],
        },
      ],
    ],
    [
      "created_at = '2024-01-01'",
      [filter('created_at', 'inDateRange', '2024-01-01T00:00:00.000', '2024-01-01T00:00:00.000')],
    ],
    ["device = 'a`b'' --'", [filter('device', 'equals', "a`b' --")]],
  ])('%s', async (condition, expected) => {
    expect(await where(condition)).toEqual(expected);
  });

  test.each([
    [`device = any('{web,"t v",NULL}')`, [filter('device', 'equals', 'web', 't v')]],
    [
      "device <> all(array['web', 'tv']::text[])",
      [filter('device', 'notEquals', 'web', 'tv'), { member: 'orders.device', operator: 'set' }],
    ],
    ["amount = any('{1,2}'::int[])", [filter('amount', 'equals', '1', '2')]],
  ])('%s is a list', async (condition, expected) => {
    expect(await where(condition)).toEqual(expected);
  });

  test('parameters are announced by what they are compared with, and bound as values', async () => {
    const sql =
      'select device, measure(count) from orders where created_at > $1 and amount < $2 and is_first = $3 and device = $4 group by 1 limit $5';
    const planned = await plan(sql);
    const [timestamp, float8, bool, text, int8] = [1114, 701, 16, 25, 20];
    expect(planned.kind === 'direct' && [...planned.parameterTypes.values()]).toEqual([
      ...[timestamp, float8, bool, text, int8],
    ]);
    expect(await where('device = $1', "x' or '1'='1")).toEqual([filter('device', 'equals', "x' or '1'='1")]);
  });
});

describe('what is more than one question goes to Postgres over the rows', () => {
  test.each([
    ['an expression of groups', 'select upper(device), measure(count) from orders group by 1'],
    ['an exact LIKE', "select device, measure(count) from orders where device like 'We%' group by 1"],
    ['nested selects', 'select max(c) from (select device, measure(count) c from orders group by 1) t'],
    [
      'explicit NULLS FIRST',
      'select device, measure(count) from orders group by 1 order by 2 desc nulls first limit 3',
    ],
    ['an aggregate of a dimension', 'select min(created_at) from orders'],
    ['a window', 'select device, rank() over (order by measure(total)) from orders group by 1'],
    ['a condition that Cube has no filter for', 'select measure(total) from orders where length(device) > 3'],
  ])('%s', async (_, sql) => {
    expect(await plan(sql)).toMatchObject({ kind: 'outer' });
  });

  test('the catalogue is left alone', async () => {
    expect(await plan('select * from pg_catalog.pg_class')).toEqual({ kind: 'catalog' });
    expect(await plan('select 1')).toEqual({ kind: 'catalog' });
  });
});

describe('refusals say what and where', () => {
  test.each([
    ['select devise from orders', '42703', 'Perhaps you meant the column "device".'],
    [
      'select secret from orders',
      '42703',
      'The columns are: device, status, created_at, is_first, amount, big_count, count, total, average, devices, ratio.',
    ],
    ['select * from order_s', '42P01', 'Perhaps you meant "orders".'],
    ['select x.device from orders o', '42P01', undefined],
    ['select device, measure(count) from orders', '42803', 'Add device to GROUP BY.'],
    ['select device, count from orders group by 1', '42803', 'It is a measure: write MEASURE(count).'],
    ['select avg(total) from orders', '42804', 'Write MEASURE(total).'],
    ['select measure(device) from orders', '42804', 'Aggregate dimensions with COUNT(DISTINCT ...), MIN or MAX.'],
    [
      'select measure(average), upper(device) from orders group by 2',
      '0A000',
      expect.stringContaining('Group by plain columns'),
    ],
    ['select device from orders where count > 1', '0A000', 'Write HAVING MEASURE(count) ...'],
    ['select device from orders where measure(count) > 1', '42803', 'Use HAVING.'],
    ["select device from orders where created_at > 'yesterday-ish'", '22007', expect.anything()],
    ['select device from orders group by 4', '42P10', undefined],
    ['select paid from orders', '0A000', 'Write WHERE with its name.'],
    [
      'select device from orders join users on orders.device = users.country',
      '0A000',
      expect.stringContaining('CROSS JOIN'),
    ],
    ['select distinct on (status) device from orders group by 1', '42803', 'Add status to GROUP BY.'],
    ['select status, measure(count) from orders group by rollup (device)', '42803', 'Add status to GROUP BY.'],
    ['select max(ratio) from (select * from orders limit 5) t', '0A000', expect.stringContaining('inner SELECT')],
  ])('%s', async (sql, state, hint) => {
    await expect(plan(sql)).rejects.toMatchObject({ state, ...(hint !== undefined && { hint }) });
  });

  test('a syntax error has its position', async () => {
    await expect(parseSql('select 1 frm x y')).rejects.toMatchObject({ state: '42601', at: 13 });
  });
});
