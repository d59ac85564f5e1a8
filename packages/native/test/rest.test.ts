import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparable, Oracle } from './oracle.js';
import { startTinyCube, type TinyCube } from './tiny-cube.js';

let cube: TinyCube;
let oracle: Oracle;

beforeAll(async () => {
  [cube, oracle] = await Promise.all([startTinyCube(), Oracle.start()]);
});
afterAll(async () => {
  await Promise.all([cube?.close(), oracle?.close()]);
});

type Json = Record<string, unknown>;

interface Answer {
  readonly data: unknown;
  readonly results: readonly { readonly data: readonly Json[] }[];
}

async function load(query: object, more: object = {}): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${cube.httpPort}/cubejs-api/v1/load`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'token' },
    body: JSON.stringify({ query, ...more }),
  });
  expect(answer.status).toBe(200);
  const body: Answer = Object(await answer.json());
  return body;
}

const same = async (rows: readonly unknown[], sql: string): Promise<void> => {
  const wanted = comparable(await oracle.rows(sql), false);
  expect(wanted.length).toBeGreaterThan(0);
  expect(comparable(rows, false)).toEqual(wanted);
};

const byDevice = { dimensions: ['plays.device'], measures: ['plays.total', 'plays.count', 'plays.people'] };
const sql = 'select device, sum(total), count(*), count(distinct people) from plays group by 1';
const wantedMembers = ['plays.device', 'plays.total', 'plays.count', 'plays.people'];

describe('an answer has the shape that is asked for, and the numbers of the rows', () => {
  test('default: objects', async () => {
    const { data } = await load(byDevice);
    expect(Array.isArray(data)).toBe(true);
    if (Array.isArray(data))
      await same(
        data.map(row => wantedMembers.map(member => row[member])),
        sql,
      );
  });

  test('compact: members once, rows as lists', async () => {
    const { data } = await load({ ...byDevice, responseFormat: 'compact' });
    expect(data).toMatchObject({ members: wantedMembers, dataset: expect.any(Array) });
    await same(Object(data).dataset, sql);
  });

  test('columnar: members once, a list for each', async () => {
    const { data } = await load({ ...byDevice, responseFormat: 'columnar' });
    expect(data).toMatchObject({ members: wantedMembers, columns: expect.any(Array) });
    const columns: unknown[][] = Object(data).columns;
    await same(
      (columns[0] ?? []).map((_, row) => columns.map(column => column[row])),
      sql,
    );
  });
});

describe('several questions in one', () => {
  test('compareDateRange answers each range, and says which is which', async () => {
    const ranges = [
      ['2023-01-01', '2023-12-31'],
      ['2024-01-01', '2024-12-31'],
    ] as const;
    const query = {
      measures: ['plays.total', 'plays.count'],
      timeDimensions: [{ dimension: 'plays.started_at', compareDateRange: ranges }],
    };
    const { results } = await load(query, { queryType: 'multi' });
    expect(results).toHaveLength(2);
    for (const [at, [from, to]] of ranges.entries()) {
      const rows = results[at]?.data ?? [];
      expect(rows.map(row => row['compareDateRange'])).toEqual([`${from}T00:00:00.000 - ${to}T23:59:59.999`]);
      await same(
        rows.map(row => [row['plays.total'], row['plays.count']]),
        `select sum(total), count(*) from plays where started_at >= '${from}' and started_at < date '${to}' + 1`,
      );
    }
  });

  test('blended queries share their time axis', async () => {
    const one = (filter: string) => ({
      measures: ['plays.total'],
      timeDimensions: [{ dimension: 'plays.started_at', granularity: 'year', dateRange: ['2023-01-01', '2024-12-31'] }],
      filters: [{ member: 'plays.device', operator: 'equals', values: [filter] }],
    });
    const { results } = await load([one('web'), one('tv')], { queryType: 'multi' });
    for (const [at, device] of ['web', 'tv'].entries()) {
      const rows = results[at]?.data ?? [];
      await same(
        rows.map(row => [`${row['time.year']}Z`, row['plays.total']]),
        `select date_trunc('year', started_at), sum(total) from plays where device = '${device}' group by 1`,
      );
    }
  });
});

describe('SQL over HTTP', () => {
  test('/v1/cubesql and the statement of /v1/sql mean the same rows', async () => {
    const post = (path: string, body: object): Promise<Response> =>
      fetch(`http://127.0.0.1:${cube.httpPort}/cubejs-api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'token' },
        body: JSON.stringify(body),
      });
    const lines = (await (await post('cubesql', { query: sql })).text()).trim().split('\n');
    await same(
      lines.slice(1).flatMap(line => JSON.parse(line).data),
      sql,
    );
    const joined =
      'select p.device, sum(p.total) from plays p join (select person from members group by 1) m on p.person = m.person group by 1';
    const more = (await (await post('cubesql', { query: joined })).text()).trim().split('\n');
    await same(
      more.slice(1).flatMap(line => JSON.parse(line).data),
      joined,
    );
    expect(await (await post('sql', { format: 'sql', query: joined })).json()).toMatchObject({
      sql: { query_type: { post_processing: true }, error: expect.stringContaining('Postgres works on the rows') },
    });
  });
});
