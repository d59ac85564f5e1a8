import { expect, it } from 'vitest';
import { type ColumnType, lit, raw, type SqlValue, sql } from '#sql';
import type { Engine } from '#warehouse';

/** What every engine must do alike, so that the job need not ask which one it has. */
export function engineContract(engineOf: () => Engine): void {
  const one = async (expression: ReturnType<typeof sql>) => {
    const rows = await engineOf().query(sql`select ${expression} as x`);
    expect(rows).toHaveLength(1);
    return rows[0]?.['x'];
  };

  it.each<readonly [string, SqlValue, ColumnType, unknown]>([
    ['text with quotes, backslashes and line breaks', 'O\'Brien "x" \\n \\\' ; -- \n 🎬', 'string', undefined],
    ['text that would be SQL', "'; drop table users; --", 'string', undefined],
    ['a BIGINT beyond 53 bits', 9007199254740993n, 'bigint', undefined],
    ['the least BIGINT', -9223372036854775808n, 'bigint', undefined],
    ['a double', 0.1, 'double', undefined],
    ['a whole number as a double', 3, 'double', undefined],
    ['a tiny double', 1.5e-300, 'double', undefined],
    ['a boolean', true, 'boolean', undefined],
    ['null', null, 'string', null],
  ])('takes as a parameter and gives back %s', async (_, value, type, expected) => {
    const spelled = raw(engineOf().dialect.type(type));
    expect(await one(sql`cast(${value} as ${spelled})`)).toEqual(expected === undefined ? value : expected);
  });

  it('takes many parameters, each in its place', async () => {
    const rows = await engineOf().query(
      sql`select cast(${1n} as bigint) + cast(${10n} as bigint) as a, ${'x'} as b where ${'y'} = 'y' and ${true}`,
    );
    expect(rows).toEqual([{ a: 11n, b: 'x' }]);
  });

  it('gives instants and dates as Date, in UTC', async () => {
    const { dialect } = engineOf();
    const us = sql`cast(${1_772_446_501_250_000n} as bigint)`;
    expect(await one(dialect.instantOfUs(us))).toEqual(new Date('2026-03-02T10:15:01.250Z'));
    expect(await one(dialect.dateOfUs(us))).toEqual(new Date('2026-03-02T00:00:00Z'));
    expect(await one(dialect.epochUs(dialect.instantOfUs(us)))).toBe(1_772_446_501_250_000n);
  });

  it('gives a decimal as a number, an integer as a number, a count as bigint', async () => {
    expect(await one(sql`cast(1.25 as decimal(10, 2))`)).toBe(1.25);
    expect(await one(sql`cast(7 as integer)`)).toBe(7);
    expect(await one(sql`cast(count(*) as bigint)`)).toBe(1n);
  });

  it('gives rows in columns by their names, nulls among them', async () => {
    const rows = await engineOf().query(sql`
      select * from (
        select cast(1 as bigint) as n, 'a' as t, true as b, cast(null as double) as d, cast(null as bigint) as nothing
        union all select null, null, null, 2.5e0, null
      ) as two order by n nulls last`);
    expect(rows).toEqual([
      { n: 1n, t: 'a', b: true, d: null, nothing: null },
      { n: null, t: null, b: null, d: 2.5, nothing: null },
    ]);
  });

  it('gives all rows of more than one batch', async () => {
    const { dialect } = engineOf();
    const rows = await engineOf().query(
      sql`select cast(n as bigint) as n from (select 1 as x) as one ${dialect.series(lit(1), lit(120_000), 's', 'n')} order by n`,
    );
    expect(rows).toHaveLength(120_000);
    expect(rows.at(-1)).toEqual({ n: 120_000n });
  });

  it('gives no rows and no error for a query without any', async () => {
    expect(await engineOf().query(sql`select 1 as x where 1 = 2`)).toEqual([]);
  });

  it('reads the work of earlier statements', async () => {
    const engine = engineOf();
    const kind = raw(engine.dialect.name === 'spark' ? 'view' : 'table');
    await engine.run(
      sql`create or replace temporary ${kind} contract_rows as select ${lit(1)} as x union all select 2`,
    );
    expect(await engine.query(sql`select cast(sum(x) as bigint) as total from contract_rows`)).toEqual([{ total: 3n }]);
  });

  it('says what is wrong with a query, by a code', async () => {
    await expect(engineOf().query(sql`select (1 as x`)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(engineOf().run(sql`select * from nowhere_at_all`)).rejects.toMatchObject({
      code: expect.stringMatching(/^(QUERY_INVALID|TABLE_NOT_FOUND)$/),
      message: expect.stringContaining('nowhere_at_all'),
    });
    expect(await engineOf().query(sql`select 1 as x`)).toHaveLength(1);
  });
}
