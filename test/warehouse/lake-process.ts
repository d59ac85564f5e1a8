import { deepStrictEqual } from 'node:assert';
import { join } from 'node:path';
import { lit, sql } from '#sql';
import { DuckdbEngine, openLake, optimizeTable } from '#warehouse';

/**
 * A process of its own that writes to the table `t` of a lake: `<folder> <number> <rounds>`. Each round merges the keys 0 to
 * 9, all with the round's number, appends a row of its own and replaces its own partition; now and then it compacts.
 */
const [folder = '', number = '', rounds = ''] = process.argv.slice(2);
const spec = {
  name: 't',
  columns: { id: 'bigint', writer: 'bigint', round: 'bigint', part: 'string' },
  partitionBy: ['part'],
} as const;

const engine = await DuckdbEngine.open({ threads: 1 });
const lake = openLake({ folder, engine });
const writer = Number(number);
const row = (id: number, round: number, part: string) =>
  sql`select ${lit(id)} as id, ${lit(writer)} as writer, ${lit(round)} as round, ${lit(part)} as part`;

for (let round = 1; round <= Number(rounds); round += 1) {
  const keys = sql`select range as id, ${lit(writer)} as writer, ${lit(round)} as round, 'shared' as part from range(10)`;
  await lake.merge(spec, keys, ['id', 'part']);
  await lake.append(spec, row(round, round, 'appended'));
  const own = `of ${writer}`;
  await lake.replacePartitions(spec, row(0, round, own), [{ part: own }]);
  if (round % 4 === writer) {
    const done = await optimizeTable(engine, join(folder, 't')).catch(error => error);
    // Whoever was faster may have taken the files away; nothing else may go wrong.
    if (done instanceof Error) deepStrictEqual('code' in done && done.code, 'DELTA_CONFLICT');
  }
}
await engine.close();
