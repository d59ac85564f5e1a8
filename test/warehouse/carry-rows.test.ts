import { expect, it } from 'vitest';
import { raw, sql } from '#sql';
import { carryRows, DuckdbEngine } from '#warehouse';

const columns = {
  id: 'bigint',
  n: 'integer',
  instant: 'timestamp',
  day: 'date',
  real: 'double',
  is_on: 'boolean',
  text: 'string',
  list: 'string_list',
} as const;

const values = [
  `(1, 7, '2026-01-01 00:00:00.123456Z', '2026-01-01', 0.1, true, 'it''s "so" \\n', ['a', 'b"c', null, ''])`,
  `(-9223372036854775808, -1, '1969-12-31 23:59:59.999999Z', '0001-01-01', '-0.0', false, '', [])`,
  `(9223372036854775807, null, '9999-12-31 23:59:59.999999Z', '9999-12-31', 'nan', null, 'ünï \u{1F389}', null)`,
  `(null, 0, null, null, '-inf', null, null, ['null'])`,
  `(2, 2147483647, '2026-01-01 00:00:00Z', '2026-01-01', 5e-324, true, '[1]', ['[', '\\'])`,
  `(2, 2147483647, '2026-01-01 00:00:00Z', '2026-01-01', 1.7976931348623157e308, true, 'null', ['x'])`,
];

it('brings every value whole, and each row as often as it is there', async () => {
  const from = await DuckdbEngine.open({ threads: 1 });
  const to = await from.connect();
  try {
    const types =
      'id bigint, n integer, instant timestamptz, day date, "real" double, is_on boolean, text varchar, list varchar[]';
    await from.run(raw(`create table given (${types})`));
    // More than travel at once.
    await from.run(raw(`insert into given select v.* from (values ${values.join(', ')}) v, range(1000)`));
    expect(await carryRows({ from, to }, sql`select * from given`, { name: 'carried', columns })).toBe(6000);
    const differ = (one: string, other: string) =>
      to.query(
        raw(
          `select * from (select *, cast("real" as varchar) from ${one} except all select *, cast("real" as varchar) from ${other})`,
        ),
      );
    expect(await differ('given', 'carried')).toEqual([]);
    expect(await differ('carried', 'given')).toEqual([]);
    expect(await carryRows({ from, to }, sql`select * from given where n = 3`, { name: 'carried', columns })).toBe(0);
    expect(await to.query(sql`select count(*) as n from carried`)).toEqual([{ n: 0n }]);
  } finally {
    await to.close();
    await from.close();
  }
});
