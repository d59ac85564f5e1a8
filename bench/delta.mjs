/**
 * What Delta costs: appending against DuckDB's own COPY, opening a long log, following it, merging into a large table.
 *
 *   npm run bench:delta -- [--rows 1000000] [--table 10000000] [--commits 10000] [--runs 5] [--folder DIR]
 *
 * Needs nothing but this package. Prints a table; docs/benchmark.md keeps the last one. Machines are noisy: read the ratios.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../scripts/build.mjs';
import { median } from './measure.mjs';

await buildAll();
const { commit, DeltaTable, stageAppend, writeCheckpoint } = await import('#delta');
const { DuckdbEngine, openLake } = await import('#warehouse');
const { lit, raw, sql } = await import('#sql');
const { tables } = await import('#tables');

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    table: { type: 'string', default: '10000000' },
    commits: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '5' },
    folder: { type: 'string', default: join(import.meta.dirname, '.cache', 'delta') },
  },
});
const [rowCount, tableRows, commitCount, runs] = [options.rows, options.table, options.commits, options.runs].map(
  Number,
);
rmSync(options.folder, { recursive: true, force: true });
mkdirSync(options.folder, { recursive: true });

const rows = [];
const report = (what, figure, goal) => {
  rows.push([what, figure, goal]);
  process.stderr.write(`${what}: ${figure} (goal: ${goal})\n`);
};
const ms = value => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
async function timed(work) {
  const started = performance.now();
  const result = await work();
  return { result, took: performance.now() - started };
}

/** A value for each column of the events table: ids that repeat, times of one day, numbers, a few words. */
const exampleOf = {
  string: name => raw(`concat('${name}-', range % 50000)`),
  bigint: () => raw('range * 7919'),
  integer: () => raw('cast(range % 1000 as integer)'),
  double: () => raw('(range % 36000) / 10.0'),
  boolean: () => raw('range % 3 = 0'),
  timestamp: () => raw("timestamptz '2026-01-01 00:00:00+00' + to_microseconds(range * 80000)"),
  date: () => raw("date '2026-01-01'"),
  string_list: () => raw('null::varchar[]'),
  double_pair_list: () => raw('null::struct(from_s double, to_s double)[]'),
};

async function measureAppend(engine) {
  const { name, columns, partitionBy } = tables.events;
  const spec = { name, columns, partitionBy };
  const list = Object.entries(columns).map(
    ([column, type]) => sql`${exampleOf[type](column)} as ${raw(`"${column}"`)}`,
  );
  const made = list.reduce((all, one) => sql`${all}, ${one}`);
  await engine.run(sql`create table made as select ${made} from range(${lit(rowCount)})`);
  const [copies, appends] = [[], []];
  const by = partitionBy.map(column => `"${column}"`).join(', ');
  // Files for the copy as the lake writes them: same codec, same partitions.
  const how = `format parquet, compression snappy${by === '' ? '' : `, partition_by (${by})`}`;
  for (let run = 0; run <= runs; run += 1) {
    const folder = join(options.folder, `copy-${run}`);
    const copy = await timed(() => engine.run(sql`copy made to ${lit(folder)} (${raw(how)})`));
    const lake = openLake({ folder: join(options.folder, `append-${run}`), engine });
    const append = await timed(() => lake.append(spec, sql`select * from made`));
    // The first run warms both up.
    if (run > 0) {
      copies.push(copy.took);
      appends.push(append.took);
    }
    rmSync(folder, { recursive: true });
    rmSync(join(options.folder, `append-${run}`), { recursive: true });
  }
  const [copy, append] = [median(copies), median(appends)];
  const text = `${ms(append)} against ${ms(copy)}: ${(append / copy).toFixed(2)} times`;
  report(`append ${rowCount.toLocaleString('en-US')} events with commit, against COPY`, text, '1.3 times');
  await engine.run(sql`drop table made`);
}

/** A table of many commits, one file each, with a checkpoint of the last. */
async function makeLongLog(path) {
  const fields = ['a', 'b', 'c', 'day'].map(name => ({
    name,
    type: name === 'a' ? 'long' : 'string',
    nullable: true,
    metadata: {},
  }));
  const shape = {
    schema: { type: 'struct', fields },
    partitionColumns: ['day'],
    properties: { 'delta.checkpointInterval': '1000000000' },
  };
  const file = i => ({
    path: `day=2026-01-${String((i % 28) + 1).padStart(2, '0')}/playhead-${String(i).padStart(8, '0')}.parquet`,
    partitionValues: { day: `2026-01-${String((i % 28) + 1).padStart(2, '0')}` },
    sizeBytes: 1_000_000 + i,
    modifiedMs: 1_700_000_000_000 + i,
    stats: JSON.stringify({
      numRecords: 10_000,
      minValues: { a: i, b: 'aaaa', c: 'c' },
      maxValues: { a: i + 9_999, b: 'zzzz', c: 'd' },
      nullCount: { a: 0, b: 0, c: 17 },
    }),
  });
  const table = new DeltaTable(path);
  await commit(table, stageAppend(undefined, path, [file(0)], { shape, nowMs: 1 }));
  const basis = await table.snapshot();
  for (let version = 1; version < commitCount; version += 1) {
    const { actions } = stageAppend(basis, path, [file(version)], { nowMs: 1 });
    const name = `${String(version).padStart(20, '0')}.json`;
    writeFileSync(join(table.log, name), actions.map(action => `${JSON.stringify(action)}\n`).join(''));
  }
  await writeCheckpoint(table, await table.snapshot());
  return { table, next: version => stageAppend(basis, path, [file(version)], { nowMs: 1 }) };
}

async function measureLog() {
  const path = join(options.folder, 'long');
  const { table, next } = await makeLongLog(path);
  const program = `const { DeltaTable } = await import('#delta'); const started = performance.now();
    await new DeltaTable(process.argv[1]).snapshot(); console.log(performance.now() - started);`;
  const args = ['--input-type=module', '--eval', program, path];
  const inRoot = { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' };
  const opened = Array.from({ length: runs }, () => Number(execFileSync(process.execPath, args, inRoot)));
  const log = `${commitCount.toLocaleString('en-US')} commits and a checkpoint`;
  report(`open a table of ${log}, fresh process`, ms(median(opened)), 'under 300 ms');
  const refreshed = [];
  const reader = new DeltaTable(path);
  await reader.snapshot();
  for (let run = 0; run < runs; run += 1) {
    await commit(table, next(commitCount + run));
    refreshed.push((await timed(() => reader.snapshot())).took);
  }
  report('refresh after one new commit', ms(median(refreshed)), 'under 10 ms');
}

async function measureMerge(engine) {
  const [days, keys] = [100, 10_000];
  const spec = {
    name: 'large',
    columns: { id: 'bigint', points: 'double', note: 'string', day: 'date' },
    partitionBy: ['day'],
  };
  const lake = openLake({ folder: options.folder, engine });
  const perDay = Math.floor(tableRows / days);
  // Ids grow with the day, a file a day.
  await lake.append(
    spec,
    sql`select range as id, range * 0.5 as points, concat('note ', range % 1000) as note,
      date '2026-01-01' + cast(range // ${lit(perDay)} as integer) as day from range(${lit(perDay * days)})`,
  );
  const before = await lake.files('large');
  // Keys of three days in a row, half of each day's touched part known and half new.
  const held = sql`select ${lit(perDay * 50 - keys / 2)} + range as id, -1.0 as points, 'merged' as note,
    date '2026-01-01' + cast((${lit(perDay * 50 - keys / 2)} + range) // ${lit(perDay)} as integer) as day from range(${lit(keys)})`;
  const { took } = await timed(() => lake.merge(spec, held, ['id']));
  const after = new Set((await lake.files('large')).map(file => file.path));
  const gone = before.filter(file => !after.has(file.path));
  const holding = await engine.query(sql`select count(distinct day) as days from (${held}) as h`);
  const text = `${gone.length} of ${before.length} files written anew, ${ms(took)}`;
  report(
    `merge ${keys.toLocaleString('en-US')} keys into ${(perDay * days).toLocaleString('en-US')} rows`,
    text,
    `the ${holding[0].days} files that hold them`,
  );
}

const engine = await DuckdbEngine.open({ threads: 2 });
await measureAppend(engine);
await measureLog();
await measureMerge(engine);
await engine.close();
rmSync(options.folder, { recursive: true, force: true });

const line = cells => `| ${cells.join(' | ')} |`;
console.log([line(['What', 'Measured', 'Goal']), line(['---', '---', '---']), ...rows.map(line)].join('\n'));
