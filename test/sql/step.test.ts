import { expect, it } from 'vitest';
import { duckdb, lit, planPipeline, ref, source, sql, step } from '#sql';
import { DuckdbEngine } from '#warehouse';

it('runs a pipeline of steps: staged steps become tables, the others stay inside', async () => {
  const numbers = source({ name: 'numbers', grain: 'number', columns: { n: 'bigint' } });
  const doubled = step({
    name: 'doubled',
    grain: 'number',
    from: [numbers],
    rule: 'test',
    columns: { n: 'bigint' },
    sql: () => sql`select n * ${lit(2)} as n from ${ref('numbers')}`,
  });
  const total = step({
    name: 'total',
    grain: 'all numbers',
    from: [doubled],
    rule: 'test',
    columns: { n: 'bigint' },
    sql: () => sql`select cast(sum(n) as bigint) as n from ${ref('doubled')}`,
  });
  const engine = await DuckdbEngine.open();
  await engine.run(sql`create temporary table numbers as select unnest([1, 2, 3]) as n`);
  for (const { text } of planPipeline([total], duckdb)) await engine.run({ parts: [{ kind: 'text', text }] });
  expect(await engine.query(sql`select n from total where n > ${3}`)).toEqual([{ n: 12n }]);
  await engine.close();
});

it('says after which statement a working table is no longer read', () => {
  const numbers = source({ name: 'numbers', grain: 'number', columns: { n: 'bigint' } });
  const made = (name: string, from: Parameters<typeof step>[0]['from'], staged = false) =>
    step({
      name,
      grain: 'number',
      from,
      rule: 'test',
      columns: { n: 'bigint' },
      staged,
      sql: () => sql`select 1 as n`,
    });
  const kept = made('kept', [numbers], true);
  const working = made('working', [kept], true);
  const first = made('first', [working]);
  const second = made('second', [working, kept]);
  const statements = planPipeline([kept, first, second], duckdb).map(({ name, frees }) => [name, frees]);
  expect(statements).toEqual([
    ['kept', []],
    ['working', []],
    ['first', []],
    ['second', ['working']],
  ]);
});
