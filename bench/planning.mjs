/**
 * What planning a statement of the SQL API costs, parsing included: `npm run build && node bench/planning.mjs`.
 * The goal is 20 ms; machines are noisy, so read the ratios to the plain statement.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.mjs';

const native = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages', 'native', 'dist');
const load = createRequire(import.meta.url);
const { readTables } = load(join(native, 'cube', 'index.js'));
const { planStatement, foldConstants } = load(join(native, 'planner', 'index.js'));
const { parseSql } = load(join(native, 'sql-api', 'parse-sql.js'));

const upTo = (count, make) => Array.from({ length: count }, (_, at) => make(at));
const tables = readTables([
  {
    name: 'orders',
    dimensions: [
      ...upTo(60, at => ({ name: `orders.d${at}`, type: 'string' })),
      { name: 'orders.created_at', type: 'time' },
    ],
    measures: upTo(20, at => ({ name: `orders.m${at}`, type: 'number', aggType: 'sum' })),
  },
]);

const wrap = (sql, depth) =>
  depth === 0 ? sql : `select * from (${wrap(sql, depth - 1)}) "t${depth}" where "t${depth}"."d${depth}" is not null`;
const statements = {
  plain: 'select d0, measure(m0) from orders group by 1',
  '1,000 IN values': `select d0, measure(m0) from orders where d1 in (${upTo(1000, at => `'value ${at}'`).join(', ')}) group by 1`,
  '60 columns': `select ${upTo(60, at => `d${at}`).join(', ')}, ${upTo(20, at => `sum(m${at})`).join(', ')} from orders group by ${upTo(60, at => at + 1).join(', ')}`,
  'six nested selects': `select d0, sum(m0) from (${wrap('select * from orders', 6)}) x group by 1 order by 2 desc limit 1000001`,
  'a join with a top n': `select a.d0, sum(a.m0) from orders a join (select d1, sum(m1) as x from orders group by 1 order by 2 desc limit 10) b on a.d1 = b.d1 where a.d2 in (${upTo(1000, at => `'${at}'`).join(', ')}) group by 1`,
};

const runs = Number(process.argv[2] ?? 30);
const plan = async sql => {
  const [{ node }] = await parseSql(sql);
  const folded = await foldConstants(node, async () => {
    throw new Error('nothing here has to be computed');
  });
  return planStatement(folded, { tables, timezone: undefined });
};

const msOf = {};
for (const [name, sql] of Object.entries(statements)) {
  for (let run = 0; run < 5; run += 1) await plan(sql);
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    const cpu = process.cpuUsage();
    await plan(sql);
    const { user, system } = process.cpuUsage(cpu);
    times.push((user + system) / 1000);
  }
  msOf[name] = median(times);
}
console.log('| statement | CPU ms (median) | of plain |\n| --- | --- | --- |');
for (const [name, ms] of Object.entries(msOf)) {
  console.log(`| ${name} | ${ms.toFixed(1)} | ${(ms / msOf.plain).toFixed(1)} |`);
}
