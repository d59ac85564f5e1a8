import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeParameter } from '../src/postgres/index.js';
import { comparable } from './oracle.js';
import { type SideBySide, startSideBySide } from './side-by-side.js';

let side: SideBySide;

beforeAll(async () => {
  side = await startSideBySide();
});
afterAll(() => side?.close());

const ask = async (text: string, values: unknown[]): Promise<unknown[]> =>
  (await side.client.query({ text, values, rowMode: 'array' })).rows;

describe('a parameter means what its value means as a literal', () => {
  test.each<[string, unknown[], string]>([
    [
      'select count(*) from plays where started_at >= $1::timestamptz',
      ['2024-01-01 00:00:00+05'],
      "select count(*) from plays where started_at >= timestamptz '2024-01-01 00:00:00+05'",
    ],
    [
      'select device, measure(people) from plays where device = any($1) group by 1',
      [['web', 'tv', 'a "b", \\c']],
      "select device, measure(people) from plays where device in ('web', 'tv') group by 1",
    ],
    [
      'select device, count(*) from plays where device <> all($1::text[]) group by 1',
      [['web', 'tv']],
      "select device, count(*) from plays where device not in ('web', 'tv') group by 1",
    ],
    [
      'select device, count(*) from plays where device <> all($1) group by 1',
      [[]],
      'select device, count(*) from plays group by 1',
    ],
    [
      'select id from plays where id = any($1::int[]) order by 1',
      [[3, null, 5]],
      'select id from plays where id in (3, 5) order by 1',
    ],
    [
      'select count(*) from plays where started_at::date > $1',
      ['2024-01-15'],
      "select count(*) from plays where started_at::date > '2024-01-15'",
    ],
    [
      'select * from (select device, count(*) as n from plays group by 1) t where n > $1 order by n, device limit $2',
      [10, 3],
      'select * from (select device, count(*) as n from plays group by 1) t where n > 10 order by n, device limit 3',
    ],
    [
      'select device, sum(total) / $1 as x from plays group by 1 having count(*) > $2 * 2 and device <> $3 order by 1',
      [60, 4, 'tv'],
      "select device, sum(total) / 60 as x from plays group by 1 having count(*) > 4 * 2 and device <> 'tv' order by 1",
    ],
    [
      'select count(*), $2 as note from plays where $1 is null or device = $1',
      ['web', 'a note'],
      "select count(*), 'a note' as note from plays where device = 'web'",
    ],
  ])('%s', async (sql, values, literal) => {
    const wanted = comparable(await side.oracle.rows(literal), /order by/.test(sql));
    expect(comparable(await ask(sql, values), /order by/.test(sql))).toEqual(wanted);
    expect(wanted.length, 'a comparison of nothing proves nothing').toBeGreaterThan(0);
  });
});

describe('binary parameters', () => {
  const int32 = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [index, value] of values.entries()) bytes.writeInt32BE(value, 4 * index);
    return bytes;
  };

  test('an array is its items, quoted, with its nulls', () => {
    const text = Buffer.from('a"\\');
    const items = Buffer.concat([int32(1, 1, 25, 3, 1, text.length), text, int32(-1, 0)]);
    expect(decodeParameter(items, 1, 1009)).toBe('{"a\\"\\\\",NULL,""}');
    expect(decodeParameter(int32(1, 0, 23, 2, 1, 4, 7, 4, -8), 1, 1007)).toBe('{"7","-8"}');
    expect(decodeParameter(int32(0, 0, 23), 1, 1007)).toBe('{}');
    expect(() => decodeParameter(int32(2, 0, 23, 1, 1, 1, 1, 4, 7), 1, 1007)).toThrow('arrays of arrays');
  });

  test('an instant has its zone, whatever that of the session', () => {
    expect(decodeParameter(Buffer.alloc(8), 1, 1184)).toBe('2000-01-01T00:00:00.000+00');
  });

  test('an interval is its three parts', () => {
    const bytes = Buffer.concat([Buffer.alloc(8), int32(3, 2)]);
    bytes.writeBigInt64BE(1_500_000n);
    expect(decodeParameter(bytes, 1, 1186)).toBe('2 months 3 days 1500000 microseconds');
  });
});
