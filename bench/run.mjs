/**
 * The benchmark: Playhead beside the jobs it is measured against, on the same events, in one run.
 *
 *   npm run bench -- [--events 10000000] [--runs 3] [--day 200000] [--folder DIR] [--spark]
 *
 * Needs python3 with PyPI for the events (../shared/rival/make_events.py) and, with --spark, for PySpark.
 * Prints a table; docs/benchmark.md keeps the last one. Machines are noisy: read the ratios.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildAll } from '../scripts/build.mjs';
import { measure, median } from './measure.mjs';
import { measureServing } from './serving.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const rival = process.env.PLAYHEAD_RIVAL ?? join(root, '..', 'shared', 'rival');
const playhead = join(root, 'bin', 'playhead.mjs');
const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '10000000' },
    day: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
    folder: { type: 'string', default: join(root, 'bench', '.cache') },
    spark: { type: 'boolean', default: false },
  },
});
const eventCount = Number(options.events);
const dayCount = Number(options.day);
const runs = Number(options.runs);
const folder = options.folder;
const at = (...parts) => join(folder, ...parts);

const rows = [];
const say = text => process.stderr.write(`${text}\n`);
const report = (what, figure, note = '') => {
  rows.push([what, figure, note]);
  say(`${what}: ${figure} ${note}`);
};
const perSecond = seconds => `${Math.round(eventCount / seconds).toLocaleString('en-US')} events/s`;
const fixed = seconds => `${seconds.toFixed(2)} s`;

function python(...packages) {
  const venv = at('venv');
  if (!existsSync(join(venv, 'bin', 'python'))) execFileSync('python3', ['-m', 'venv', venv]);
  execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', ...packages], { stdio: 'inherit' });
  return join(venv, 'bin', 'python');
}

/** History and one more day, made once: the day is the newest events by arrival. */
async function makeEvents() {
  const all = at(`events-${eventCount}+${dayCount}.parquet`);
  const history = at(`history-${eventCount}.parquet`);
  const day = at(`day-${dayCount}.parquet`);
  if (existsSync(day) && existsSync(history)) return { history, day };
  const python3 = python('duckdb');
  say(`making ${eventCount + dayCount} events`);
  execFileSync(python3, [join(rival, 'make_events.py'), '--events', String(eventCount + dayCount), '--out', all]);
  const split = `import duckdb; d = duckdb.connect(); d.execute("SET TimeZone='UTC'"); d.execute("SET preserve_insertion_order=true")
d.execute("COPY (FROM read_parquet('${all}') LIMIT ${eventCount}) TO '${history}' (FORMAT parquet)")
d.execute("COPY (FROM read_parquet('${all}') OFFSET ${eventCount}) TO '${day}' (FORMAT parquet)")`;
  execFileSync(python3, ['-c', split]);
  return { history, day };
}

async function sessionize(data, ...args) {
  const figures = await measure('node', [playhead, 'sessionize', '--json', '--data', data, ...args]);
  return { ...figures, result: JSON.parse(figures.out) };
}

async function main() {
  mkdirSync(folder, { recursive: true });
  await buildAll();
  const { history, day } = await makeEvents();

  const data = at('data');
  rmSync(data, { recursive: true, force: true });
  const ingested = await measure('node', [playhead, 'ingest', history, '--json', '--data', data]);
  report('ingest, Parquet', fixed(ingested.wallS), `${perSecond(ingested.wallS)}, peak ${ingested.peakMib} MiB`);

  const ours = [];
  const naive = [];
  const spark = [];
  const python3 = options.spark ? python('pyspark==4.0.5') : undefined;
  for (let run = 0; run < runs; run += 1) {
    ours.push(await sessionize(data, '--full'));
    naive.push(
      await measure('node', [
        join(root, 'bench', 'rival-duckdb.mjs'),
        join(rival, 'duckdb_naive.sql'),
        history,
        at('naive'),
      ]),
    );
    if (python3 !== undefined)
      spark.push(await measure(python3, [join(rival, 'pyspark_job.py'), history, at('spark'), '--format', 'parquet']));
  }
  const wall = list => median(list.map(run => run.wallS));
  const peak = list => Math.max(...list.map(run => run.peakMib));
  report('full sessionization, whole command', fixed(wall(ours)), `${perSecond(wall(ours))}, peak ${peak(ours)} MiB`);
  for (const [step, ms] of Object.entries(ours.at(-1).result.timings_ms ?? {}))
    report(`  step ${step}`, fixed(ms / 1000));
  report(
    'rival, plain DuckDB SQL',
    fixed(wall(naive)),
    `${perSecond(wall(naive))}, peak ${peak(naive)} MiB; Playhead takes ${(wall(ours) / wall(naive)).toFixed(2)} times as long`,
  );
  if (spark.length > 0)
    report(
      'rival, PySpark to Parquet',
      fixed(wall(spark)),
      `${perSecond(wall(spark))}, peak ${peak(spark)} MiB; Playhead takes ${(wall(ours) / wall(spark)).toFixed(2)} times as long`,
    );

  await measure('node', [playhead, 'ingest', day, '--json', '--data', data]);
  const incremental = await sessionize(data);
  report(`incremental, ${dayCount} new events on top`, fixed(incremental.wallS), `peak ${incremental.peakMib} MiB`);
  for (const [step, ms] of Object.entries(incremental.result.timings_ms ?? {}))
    report(`  step ${step}`, fixed(ms / 1000));
  const nothing = await sessionize(data);
  report('incremental, nothing new', fixed(nothing.wallS));

  for (const [what, figure, note] of await measureServing({ playhead, data, root })) report(what, figure, note);

  const cells = [['what', 'figure', 'remark'], ['---', '---', '---'], ...rows];
  process.stdout.write(`${cells.map(row => `| ${row.join(' | ')} |`).join('\n')}\n`);
}

await main();
