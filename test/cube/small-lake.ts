import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { type Config, configSchema } from '#config';
import { type Fragment, lit, raw, sql } from '#sql';
import { derivedTables, type TableName, tables } from '#tables';
import { DuckdbEngine, type FolderLake, openLake } from '#warehouse';

/** A lake that the job could have written: rows by plain SQL, published under one run after the other. */
export interface SmallLake {
  readonly folder: string;
  readonly engine: DuckdbEngine;
  readonly lake: FolderLake;
  readonly config: Config;
  /** Replaces the rows of a table; columns that `rows` does not name are null. */
  write(name: TableName, rows: Fragment): Promise<void>;
  /** Ends a run: what is in the tables now is what is served. Returns the instant just after the commit. */
  publish(sequence: number): Promise<number>;
  close(): Promise<void>;
}

export async function makeSmallLake(overrides: Record<string, unknown> = {}): Promise<SmallLake> {
  const folder = await mkdtemp(joinPath(tmpdir(), 'playhead-cube-'));
  const engine = await DuckdbEngine.open({ threads: 1 });
  const lake = openLake({ folder, engine });
  const config = configSchema.parse({ data: folder, ports: { cube: 0, sql: 0, gateway: 0 }, ...overrides });

  const write = async (name: TableName, rows: Fragment) => {
    const columns = Object.keys(tables[name].columns).map(column => `"${column}"`);
    await engine.run(sql`create or replace temp table given as ${await typed(lake, name)} limit 0`);
    await engine.run(sql`insert into given by name ${rows}`);
    await lake.overwrite(tables[name], sql`select ${raw(columns.join(', '))} from given`);
  };
  const publish = async (sequence: number) => {
    const versions = await Promise.all(
      [...derivedTables, 'events'].map(async name => [name, await lake.version(name)] as const),
    );
    const known = Object.fromEntries(versions.filter(([, version]) => version !== undefined));
    await engine.run(sql`create or replace temp table given as ${await typed(lake, 'job_runs')} limit 0`);
    await engine.run(sql`
      insert into given by name
      select ${`run-${sequence}`} as run_id, ${lit(sequence)} as sequence, 'finished' as state, 'full' as mode,
        now() as started_at, now() as finished_at, ${JSON.stringify(known)} as table_versions,
        timestamptz '2026-03-01 00:00:00+00' as newest_received_at`);
    await lake.append(tables.job_runs, sql`select * from given`);
    return Date.now();
  };
  const close = async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, engine, lake, config, write, publish, close };
}

const typed = async (lake: FolderLake, name: TableName) =>
  sql`select * from ${await lake.read(tables[name], { version: -1 })} as nothing`;

/** Sessions of a few users and videos over three months, with a value in every column that a measure adds up. */
export async function writeSessions(small: SmallLake, count: number, seconds = 1.5): Promise<void> {
  await small.write(
    'sessions',
    sql`
    select
      's' || i as session_id, 'visit' || (i // 2) as visit_id, 'u' || (i % 11) as user_id, 'v' || (i % 3) as video_id,
      -- Microseconds, one of them in the last millisecond of a month: Cube's ranges are in milliseconds.
      case when i = 743 then timestamptz '2026-01-31 23:59:59.999700+00'
        else timestamptz '2026-01-01 00:30:00.000600+00' + to_hours(cast(i as integer)) end as started_at,
      timestamptz '2026-01-01 00:40:00+00' + to_hours(cast(i as integer)) as ended_at,
      cast(timestamp '2026-01-01 00:30:00' + to_hours(cast(i as integer)) as date) as session_date,
      100 + (i % 3) * 10 as duration_s, false as is_live, 4 + i % 3 as event_count,
      i % 40 * ${lit(seconds)} as watch_time_s, i % 5 * 0.5 as uncertain_s, 0 as estimated_tail_s,
      i % 37 * ${lit(seconds)} as exclusive_watch_time_s,
      i % 40 * 1.25 as content_s, i % 4 as background_s, i % 3 as pause_count, i % 3 * 2.5 as pause_time_s,
      i % 4 as skip_forward_count, i % 2 as skip_backward_count, i % 4 + i % 2 as skip_count, i % 4 * 7.5 as skipped_s,
      i % 2 as buffer_count, i % 2 * 0.75 as buffer_time_s, 0 as refresh_count, i % 6 as tab_switch_count,
      0 as bad_position_count, i % 40 * 1.0 as unique_watch_s, i % 40 / 100 as percent_viewed_ratio,
      i % 40 > 0 as has_played, i % 4 = 0 as completed, i % 8 = 0 as completion_valid, i % 40 = 0 as zero_watch,
      case when i % 4 = 0 then 'ended' else 'timeout' end as end_reason, i % 10 = 0 as is_replay, 0 as replay_index,
      i % 7 = 0 as resumed, 'unknown' as refresh_source, 'unknown' as tab_switch_source, 'unknown' as background_source,
      'unknown' as end_reason_source, 'unknown' as last_position_source, 'unknown' as resumed_source, 'unknown' as autoplay_source, false as is_concurrent,
      i % 100 as engagement_score, 'Low' as engagement_tier, 1 as engagement_version,
      case when i % 2 = 0 then 'phone' else 'desktop' end as device, case when i % 3 = 0 then 'NO' else 'DE' end as country
    from range(${lit(count)}) as numbers(i)`,
  );
}

/** Events of some sessions, copies of a few of them, page views and errors among them; and alerts in every state. */
export async function writeEvents(small: SmallLake, count: number): Promise<void> {
  await small.write(
    'events',
    sql`select 'e' || (i - case when i % 50 = 7 and i > 90 then 90 else 0 end) as event_id, 'u' || (i % 11) as user_id,
        case when i % 9 = 0 then null else 'v' || (i % 3) end as video_id, 'p' || (i % 5) as player_id,
        case when i % 9 = 0 then 'page_view' else ['load', 'play', 'heartbeat', 'pause', 'error'][1 + i % 5] end as event_type,
        timestamptz '2026-01-01 00:00:00.000300+00' + to_minutes(cast(i * 17 as integer)) as event_time,
        timestamptz '2026-01-01 00:00:02+00' + to_minutes(cast(i * 17 as integer)) as received_at,
        case when i % 9 > 0 and i % 4 > 0 then i % 60 * 1.5 end as position_s, 90.5 as duration_s,
        case when i % 2 = 0 then 'phone' else 'desktop' end as device, case when i % 3 = 0 then 'NO' else 'DE' end as country,
        case when i % 2 = 0 then 'files' else 'collector' end as source, i as sequence,
        cast(timestamp '2026-01-01 00:00:00' + to_minutes(cast(i * 17 as integer)) as date) as event_date
      from range(${lit(count)}) as numbers(i)`,
  );
  await small.write(
    'alerts',
    sql`select 'a' || i as alert_id, ['freshness', 'completion_drop'][1 + i % 2] as rule, 'Something is wrong' as title,
        'It must not be so.' as summary, ['error', 'warning'][1 + i % 2] as severity,
        ['open', 'acknowledged', 'resolved'][1 + i % 3] as state, case when i % 2 = 1 then 'v' || (i % 3) end as video_id,
        i * 0.5 as value, 3 as threshold, case when i % 2 = 1 then 0.7 end as expected, i % 4 as notification_count,
        timestamptz '2026-01-03 00:00:00+00' + to_hours(cast(i as integer)) as opened_at, 'run-1' as run_id
      from range(14) as numbers(i)`,
  );
}

/** The tables above the sessions, by the plainest SQL there is. */
export async function writeGold(small: SmallLake): Promise<void> {
  const sessions = await small.lake.read(tables.sessions);
  const sums = raw(
    Object.keys(tables.videos.columns)
      .filter(column => column in tables.sessions.columns && !column.startsWith('engagement'))
      .filter(column => !['video_id', 'duration_s'].includes(column))
      .map(column => `sum(${column}) as ${column}`)
      .join(', '),
  );
  const counts = sql`
    count(*) as session_count, count(*) filter (has_played) as play_count,
    count(*) filter (completed) as completed_session_count, count(*) filter (completion_valid) as valid_completion_count,
    count(*) filter (zero_watch) as zero_watch_count, count(*) filter (is_replay) as replay_count,
    count(*) filter (resumed) as resumed_count, avg(engagement_score) as engagement_score`;
  const seen = sql`min(started_at) as first_seen_at, max(ended_at) as last_seen_at`;
  await small.write(
    'videos',
    sql`select video_id, upper(video_id) as title, 'films' as category, max(duration_s) as duration_s,
        count(distinct user_id) as unique_viewers, ${counts}, ${sums}, ${seen},
        count(*) filter (completed) / count(*) as completion_rate
      from ${sessions} group by video_id`,
  );
  await small.write(
    'user_videos',
    // Some users watch little, some most of it and not to the end, so that a funnel loses somebody at every step.
    sql`select * exclude (u) replace (case when u in (3, 9) then 12.5 else watch_time_s end as watch_time_s),
        case when u % 3 = 0 then 0.4 when u < 10 then 0.75 end as percent_viewed_ratio, u % 2 = 0 as completed
      from (select user_id, video_id, ${counts}, ${sums}, ${seen}, max(duration_s) as duration_s,
          'Low' as engagement_tier, cast(substr(user_id, 2) as integer) as u
        from ${sessions} group by user_id, video_id)`,
  );
  await small.write(
    'users',
    sql`select user_id, ${counts}, ${sums}, ${seen}, count(distinct video_id) as video_count,
        count(distinct session_date) as active_day_count,
        case when user_id = 'u0' then 'High' else 'Low' end as engagement_tier
      from ${sessions} group by user_id`,
  );
  await small.write(
    'video_days',
    sql`select * exclude (engagement_score) from (
        select video_id, session_date, count(distinct user_id) as unique_viewers, ${counts}, ${sums}
        from ${sessions} group by video_id, session_date)`,
  );
  await small.write(
    'segments',
    sql`select session_id, 0 as segment_index, user_id, video_id, 0 as from_s, content_s as to_s, started_at, ended_at,
        1 as playback_rate, session_date from ${sessions} where content_s > 0`,
  );
  await small.write(
    'video_retention',
    sql`select video_id, bucket, bucket * 1.0 as from_s, bucket + 1.0 as to_s, 100 - bucket as viewers,
        120 - bucket as plays, 100 as starters, (100 - bucket) / 100 as retention_ratio,
        (100 - bucket) / 100 as first_bucket_retention_ratio, case when bucket = 0 then 0 else 1 end as drop_off
      from (select distinct video_id from ${sessions}) cross join range(100) as buckets(bucket)`,
  );
  await small.write(
    'impressions',
    sql`select 'u' || (i // 3) as user_id, 'v' || (i % 3) as video_id, timestamptz '2026-02-02 00:00:00+00' as last_shown_at,
        case when i % 7 = 0 then timestamptz '2026-02-01 00:00:00+00' else timestamptz '2026-01-01 00:00:00+00' end as first_shown_at
      from range(60) as numbers(i) where i <> 4`,
  );
  await small.write(
    'exposures',
    sql`select 'u' || i as user_id, 'thumbnails' as experiment, case when i % 2 = 0 then 'bold' else 'control' end as variant,
        timestamptz '2026-01-01 00:00:00+00' as first_exposed_at, true as is_assigned, false as is_mixed,
        i as session_count, i as play_count, i % 3 as completed_session_count, i * 1.5 as watch_time_s, 4 as shown_count,
        i % 4 as played_shown_count from range(20) as numbers(i)`,
  );
  await small.write(
    'experiments',
    sql`select 'thumbnails' as experiment, variant, 'control' as control_variant, variant = 'control' as is_control,
        10 as exposed_viewers, 0 as mixed_viewers, 9 as played_viewers, sessions as session_count,
        watched as watch_time_s, 0.9 as exposed_play_rate, case when variant = 'bold' then 'undecided' end as verdict
      from (values ('bold', 90, 135.5), ('control', 100, 150.25)) as arms(variant, sessions, watched)`,
  );
  await small.write(
    'quality_results',
    sql`select 'run-1' as run_id, rule, rule as title, 'It must hold.' as says, 'error' as severity,
        case when rule = 'b' then 'failed' else 'passed' end as state, 0.5 as value, 0.1 as threshold,
        100 as checked_count, 3 as failed_count, ['s1', 's2'] as sample_ids,
        timestamptz '2026-03-01 00:00:00+00' as checked_at
      from (values ('a'), ('b')) as rules(rule)`,
  );
}
