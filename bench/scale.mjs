/**
 * A hundred times the expected load on one machine, for as long as it holds: a day of many events, cut into batches as
 * they would arrive, taken in and sessionized one after the other; then the next day.
 *
 *   node bench/scale.mjs [--events 20000000] [--days 3] [--batches 4] [--folder DIR] [--hours-max 6]
 *
 * It holds while a batch is done before the next arrives (a day's time over the number of batches). Needs python3 with
 * PyPI for the events (../shared/rival/make_events.py). Prints a table; docs/scaling.md keeps the last one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { buildAll } from '../scripts/build.mjs';
import { measure } from './measure.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '20000000' },
    days: { type: 'string', default: '3' },
    batches: { type: 'string', default: '4' },
    folder: { type: 'string', default: join(root, 'bench', '.cache', 'scale') },
    config: { type: 'string' },
    'hours-max': { type: 'string', default: '6' },
  },
});
const [eventCount, dayCount, batchCount] = [options.events, options.days, options.batches].map(Number);
const { folder } = options;
const playhead = join(root, 'bin', 'playhead.mjs');
const data = join(folder, 'data');
const dayS = 86_400;

function madeEvents() {
  const made = join(folder, `events-${eventCount}.parquet`);
  if (existsSync(made)) return made;
  const venv = join(folder, 'venv');
  if (!existsSync(join(venv, 'bin', 'python'))) execFileSync('python3', ['-m', 'venv', venv]);
  execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', 'duckdb'], { stdio: 'inherit' });
  const maker = process.env.PLAYHEAD_RIVAL ?? join(root, '..', 'shared', 'rival');
  // A run that was ended while it made them must not be taken for one that has.
  const unfinished = `${made}.part`;
  const args = [join(maker, 'make_events.py'), '--events', String(eventCount), '--out', unfinished];
  execFileSync(join(venv, 'bin', 'python'), args, { stdio: 'inherit' });
  renameSync(unfinished, made);
  return made;
}

/** The month of events as one day: each user is another one on each day of it. A later day is the same, with ids of its own. */
async function batchesOf(made, day) {
  const database = await DuckDBInstance.create();
  const connection = await database.connect();
  await connection.run("set TimeZone = 'UTC'");
  const files = [];
  for (let batch = 0; batch < batchCount; batch += 1) {
    const path = join(folder, `batch-${batch}.parquet`);
    const inBatch = `epoch_us(event_time) % 86400000000 // ${Math.ceil(86_400_000_000 / batchCount)} = ${batch}`;
    await connection.run(`copy (
      select * replace (
        event_id || '-${day}' as event_id,
        user_id || '-' || cast(cast(event_time as date) as varchar) as user_id,
        timestamptz '2026-11-01 00:00:00+00' + to_days(${day}) + to_microseconds(epoch_us(event_time) % 86400000000) as event_time,
        timestamptz '2026-11-01 00:00:00+00' + to_days(${day}) + to_microseconds(epoch_us(event_time) % 86400000000)
          + (received_at - event_time) as received_at)
      from read_parquet('${made}') where ${inBatch}) to '${path}' (format parquet)`);
    files.push(path);
  }
  connection.closeSync();
  database.closeSync();
  return files;
}

const folderGb = () => Number(execFileSync('du', ['-sk', data], { encoding: 'utf8' }).split('\t')[0]) / 2 ** 20;

async function main() {
  mkdirSync(folder, { recursive: true });
  rmSync(data, { recursive: true, force: true });
  await buildAll();
  const made = madeEvents();
  const limitS = dayS / batchCount;
  const endAt = Date.now() + Number(options['hours-max']) * 3_600_000;
  const given = options.config === undefined ? [] : ['--config', options.config];
  const rows = [];
  let isHolding = true;
  for (let day = 0; day < dayCount && isHolding && Date.now() < endAt; day += 1) {
    for (const [batch, file] of (await batchesOf(made, day)).entries()) {
      const ingest = await measure('node', [playhead, 'ingest', file, '--quiet', '--json', '--data', data, ...given]);
      const job = await measure('node', [playhead, 'sessionize', '--quiet', '--json', '--data', data, ...given]);
      rmSync(file);
      const { new_event_count: events, timings_ms: timings } = JSON.parse(job.out);
      const [slowest, ms] = Object.entries(timings).toSorted(([, a], [, b]) => b - a)[0];
      const wallS = ingest.wallS + job.wallS;
      rows.push([
        `day ${day + 1}, batch ${batch + 1}`,
        `${(events / 1e6).toFixed(2)} M`,
        `${ingest.wallS.toFixed(0)} s`,
        `${job.wallS.toFixed(0)} s`,
        `${((ingest.cpuS + job.cpuS) / (events / 1e6)).toFixed(1)}`,
        `${Math.max(ingest.peakMib, job.peakMib)} MiB`,
        `${folderGb().toFixed(1)} GB`,
        `${((100 * wallS) / limitS).toFixed(1)} %`,
        `${slowest} ${(ms / 1000).toFixed(0)} s`,
      ]);
      process.stderr.write(`${rows.at(-1).join(' | ')}\n`);
      isHolding = wallS < limitS;
      if (!isHolding || Date.now() > endAt) break;
    }
  }
  const head = [
    'batch',
    'events',
    'ingest',
    'job',
    'processor s per M events',
    'peak',
    'on disk',
    'of the time it has',
    'slowest step',
  ];
  const table = [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
  process.stdout.write(`${table}\n${isHolding ? 'It held.' : 'It no longer held.'}\n`);
}

await main();
