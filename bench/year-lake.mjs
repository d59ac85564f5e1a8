/**
 * A served lake of a year, made of a small one without running the job: every session, segment and user of the small
 * lake stands in it many times, a month earlier each twelfth time, under other ids; what stands above the sessions is
 * added up. Users differ from copy to copy, so that numbers of different users add up too. Written and published
 * through Playhead's own Delta writer. `events` stay those of the small lake: no door but the cube `events` reads them.
 */
import { cp } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { join, lit, raw, ref, sql } from '../dist/sql/index.js';
import { derivedTables, tables } from '../dist/tables/index.js';
import { DuckdbEngine, openLake } from '../dist/warehouse/index.js';

export const monthCount = 12;
const monthDays = 30;
/** The videos of the small lake stand in so many catalogues. */
const videoSets = 10;

const ids = new Set(['user_id', 'session_id', 'visit_id', 'player_id']);

/** Another value for a column of copy `c`, `m` months earlier. */
function copied(column, type) {
  const name = ref('base', column);
  if (ids.has(column)) return sql`c || '-' || m || '-' || ${name} as ${ref(column)}`;
  if (column === 'video_id') return sql`${name} || '-' || (c % ${lit(videoSets)}) as video_id`;
  if (type === 'timestamp') return sql`${name} - to_days(cast(m * ${lit(monthDays)} as integer)) as ${ref(column)}`;
  if (type === 'date') return sql`cast(${name} - cast(m * ${lit(monthDays)} as integer) as date) as ${ref(column)}`;
  return sql`${name} as ${ref(column)}`;
}

const isSum = (column, type) =>
  type === 'bigint' || (type === 'double' && column.endsWith('_s') && !/^(duration|avg|from|to)_/.test(column));

/** Several copies as one row: sums, and shares weighted by sessions where there are any. */
function added(column, type, weight) {
  const name = ref(column);
  if (column.startsWith('first_')) return sql`min(${name}) as ${name}`;
  if (column.startsWith('last_')) return sql`max(${name}) as ${name}`;
  if (isSum(column, type)) return sql`cast(sum(${name}) as ${raw(type)}) as ${name}`;
  if (type === 'double' && weight !== undefined && column !== 'duration_s' && column !== 'production_cost')
    return sql`sum(${name} * ${ref(weight)}) / nullif(sum(case when ${name} is not null then ${ref(weight)} end), 0) as ${name}`;
  return sql`any_value(${name}) as ${name}`;
}

/** Tables of which several copies fall into one row, and their keys. */
const merged = new Set(['videos', 'video_days', 'video_retention', 'experiments']);

/**
 * @param small folder of a lake that the job has written
 * @param folder where the year is made
 * @param sessionCount about so many sessions
 */
export async function makeYear({ small, folder, sessionCount, memoryLimit = '3GB', log = () => {} }) {
  const engine = await DuckdbEngine.open({ memoryLimit, temporaryFolder: joinPath(folder, '.tmp') });
  const from = openLake({ folder: small, engine });
  const to = openLake({ folder, engine });
  const [{ n }] = await engine.query(sql`select count(*) as n from ${await from.read(tables.sessions)} as s`);
  const copies = Math.max(1, Math.round(sessionCount / Number(n) / monthCount));
  const versions = {};
  try {
    for (const name of derivedTables) {
      const spec = tables[name];
      const columns = Object.entries(spec.columns);
      const base = await from.read(spec);
      const rows = (c, m) => sql`
        select ${join(columns.map(([column, type]) => copied(column, type)))}
        from ${base} as base, range(${lit(c)}) as copies(c), (select unnest(${m}) as m) as months`;
      const all = sql`range(0, ${lit(monthCount)})`;
      const begun = performance.now();
      if (name === 'quality_results') {
        await to.overwrite(spec, sql`select ${join(columns.map(([column]) => ref(column)))} from ${base} as base`);
      } else if (merged.has(name)) {
        const weight = 'session_count' in spec.columns ? 'session_count' : undefined;
        const values = columns.map(([column, type]) =>
          spec.key.includes(column) ? ref(column) : added(column, type, weight),
        );
        // A video of set 3 is in every tenth copy; a sum over copies counts each once.
        await to.overwrite(
          spec,
          sql`select ${join(values)} from (${rows(copies, all)}) as copied group by ${join(spec.key.map(key => ref(key)))}`,
        );
      } else if (spec.partitionBy.length > 0) {
        // Month by month, oldest first, so that few days are open at a time.
        for (let m = monthCount - 1; m >= 0; m -= 1)
          await (m === monthCount - 1
            ? to.overwrite(spec, rows(copies, sql`[${lit(m)}]`))
            : to.append(spec, rows(copies, sql`[${lit(m)}]`)));
      } else {
        await to.overwrite(spec, rows(copies, all));
      }
      versions[name] = await to.version(name);
      log(`${name}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    }
    await cp(joinPath(small, 'events'), joinPath(folder, 'events'), { recursive: true });
    versions.events = await to.version('events');
    await publish(to, from, versions, 1);
    const [{ count }] = await engine.query(sql`select count(*) as count from ${await to.read(tables.sessions)} as s`);
    return { copies, sessions: Number(count), versions };
  } finally {
    await engine.close();
  }
}

/** Ends a run: these versions are what is served from now on. */
async function publish(lake, like, versions, sequence) {
  const columns = Object.keys(tables.job_runs.columns).map(column => {
    if (column === 'run_id') return sql`${lit(`year-${sequence}`)} as run_id`;
    if (column === 'sequence') return sql`cast(${lit(sequence)} as bigint) as sequence`;
    if (column === 'table_versions') return sql`${lit(JSON.stringify(versions))} as table_versions`;
    if (column === 'finished_at') return sql`now() as finished_at`;
    return ref(column);
  });
  const runs = await like.read(tables.job_runs);
  await lake.append(
    tables.job_runs,
    sql`select ${join(columns)} from (select * from ${runs} as r where state = 'finished' order by sequence limit 1) as run`,
  );
}

/** A run that changed the sessions of the newest day: what the job does for events of today. */
export async function changeNewestDay({ folder, versions, sequence }) {
  const engine = await DuckdbEngine.open({
    memoryLimit: '1GB',
    threads: 1,
    temporaryFolder: joinPath(folder, '.tmp2'),
  });
  const lake = openLake({ folder, engine });
  try {
    const sessions = await lake.read(tables.sessions);
    const [{ day }] = await engine.query(sql`select cast(max(session_date) as varchar) as day from ${sessions} as s`);
    const rows = await lake.read(tables.sessions, { partitions: [{ session_date: day }] });
    const columns = Object.keys(tables.sessions.columns).map(column =>
      column === 'watch_time_s' ? sql`watch_time_s + 1 as watch_time_s` : ref(column),
    );
    await lake.replacePartitions(tables.sessions, sql`select ${join(columns)} from ${rows} as s`, [
      { session_date: day },
    ]);
    const now = { ...versions, sessions: await lake.version('sessions') };
    await publish(lake, lake, now, sequence);
    return now;
  } finally {
    await engine.close();
  }
}
