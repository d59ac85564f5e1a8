/**
 * What a new version costs: rollups built whole, and only where files have changed; and how soon after a commit the last
 * hour is answered. `node bench/rollups.mjs [sessions] [days]`; needs dist/ (`node scripts/build.mjs`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SnapshotDriver } from '../dist/cube/drivers.js';
import { RollupStore } from '../dist/cube/rollup-store.js';
import { databaseOf, openSnapshot } from '../dist/cube/snapshot.js';
import { raw, sql } from '../dist/sql/index.js';
import { tables } from '../dist/tables/index.js';
import { DuckdbEngine, openLake } from '../dist/warehouse/index.js';

const [count = 1_000_000, days = 120] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'playhead-bench-'));
const engine = await DuckdbEngine.open();
const lake = openLake({ folder, engine });
await engine.run(sql`attach ':memory:' as parts`);
const store = new RollupStore({
  database: 'parts',
  drop: table => engine.run(sql`drop table ${raw(table)}`),
  keepMs: 0,
  now: Date.now,
});

const columns = raw(
  Object.keys(tables.sessions.columns)
    .map(name => `"${name}"`)
    .join(', '),
);
const sessions = (from, to, more) => sql`
  select ${columns} from (select * from ${raw('typed')} union all by name
    select 's' || i as session_id, 'u' || md5(cast(hash(i) % 200000 as varchar)) as user_id, 'v' || (hash(i * 7) % 500) as video_id,
      timestamptz '2026-01-01 00:00:00+00' + to_seconds(i * ${raw(String((days * 86400) / count))}) as started_at,
      cast(timestamp '2026-01-01' + to_seconds(i * ${raw(String((days * 86400) / count))}) as date) as session_date,
      i % 400 * 1.5 + ${raw(String(more))} as watch_time_s, i % 3 as pause_count, i % 4 = 0 as completed, i % 9 > 0 as has_played,
      ['phone', 'desktop', 'tv'][1 + i % 3] as device, ['NO', 'DE', 'US', 'FR'][1 + i % 4] as country
    from range(${raw(String(from))}, ${raw(String(to))}) as numbers(i))`;
await engine.run(
  sql`create temp table typed as select * from ${await lake.read(tables.sessions, { version: -1 })} as r`,
);
await lake.overwrite(tables.sessions, sessions(0, count, 0));

const by = {
  by_day: "date_trunc('day', make_timestamp(epoch_us(started_at)))",
  by_video_day: "video_id, date_trunc('day', make_timestamp(epoch_us(started_at)))",
  by_audience_day: "device, country, date_trunc('day', make_timestamp(epoch_us(started_at)))",
  viewers_by_day: "user_id, date_trunc('day', make_timestamp(epoch_us(started_at)))",
};
const sums =
  'count(*) AS n, sum(watch_time_s) AS watched, sum(pause_count) AS pauses, count(CASE WHEN completed THEN 1 END) AS completed';

let sequence = 0;
async function next(parts) {
  sequence += 1;
  const info = {
    versions: { sessions: await lake.version('sessions') },
    runId: `r${sequence}`,
    sequence,
    committedAt: new Date(),
  };
  const opened = performance.now();
  const snapshot = await openSnapshot({ engine, lake, info, store, laneCount: 2, isAsOf: false, id: `s${sequence}` });
  const database = databaseOf(snapshot, 'plain');
  const driver = new SnapshotDriver({ ...database, rowLimit: 1e6, ...(parts ? {} : { parts: undefined }) });
  const openMs = performance.now() - opened;
  const from = new Date(Date.UTC(2026, 0, 1 + days) - 3600_000).toISOString();
  const asked = performance.now();
  await driver.query(
    `SELECT count(*) AS n, count(distinct user_id) AS viewers FROM sessions WHERE started_at >= TIMESTAMPTZ '${from}'`,
  );
  const hourMs = performance.now() - asked;
  const begun = performance.now();
  for (const [name, keys] of Object.entries(by)) {
    const text = `SELECT ${keys}, ${sums} FROM sessions AS "sessions" GROUP BY ALL`;
    await driver.uploadTableWithIndexes(`rollups.${name}`, [], await driver.downloadQueryResults(text, [], {}));
  }
  const buildMs = performance.now() - begun;
  const read = [];
  for (let i = 0; i < 30; i += 1) {
    const at = performance.now();
    await driver.query(`SELECT count(distinct user_id) AS n FROM rollups.viewers_by_day WHERE n > ${-i}`);
    read.push(performance.now() - at);
  }
  return { openMs, hourMs, buildMs, readMs: read.toSorted((a, b) => a - b)[15], parts: store.size };
}

const show = (what, { openMs, hourMs, buildMs, readMs, parts }) =>
  console.log(
    `| ${what} | ${Math.round(openMs)} | ${Math.round(hourMs)} | ${Math.round(buildMs)} | ${readMs.toFixed(1)} | ${parts} |`,
  );
console.log(`${count} sessions over ${days} days, four rollups`);
console.log(
  '| version | open, ms | last hour from the files, ms | rollups built, ms | different viewers of all days, ms | parts |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
show('first, whole', await next(false));
show('first, in parts', await next(true));
const lastDay = new Date(Date.UTC(2026, 0, days)).toISOString().slice(0, 10);
const perDay = count / days;
await lake.replacePartitions(tables.sessions, sessions(Math.ceil(count - perDay), count, 1), [
  { session_date: lastDay },
]);
show('one day changed, whole', await next(false));
show('one day changed, in parts', await next(true));
show('nothing changed, in parts', await next(true));
await engine.close();
await rm(folder, { recursive: true, force: true });
