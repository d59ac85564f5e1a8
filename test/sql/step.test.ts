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
