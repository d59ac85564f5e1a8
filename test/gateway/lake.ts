import { type Fragment, sql } from '#sql';
import { tables } from '#tables';
import { makeSmallLake, type SmallLake, writeSessions } from '../cube/small-lake.js';

/** A lake with a few rows in every table that the gateway shows. */
export async function makeGatewayLake(overrides: Record<string, unknown> = {}): Promise<SmallLake> {
  const small = await makeSmallLake(overrides);
  await writeSessions(small, 300);
  await small.write('sessions', await withPoints(small));
  await small.write('segments', segments);
  await small.write('videos', videos);
  await small.write('users', users);
  await small.write('user_videos', userVideos);
  await small.write('video_retention', retention);
  await small.write('quality_results', quality);
  await small.publish(1);
  return small;
}

const counts = sql`
  100 as session_count, 90 as play_count, 25 as completed_session_count, 12 as valid_completion_count,
  3 as zero_watch_count, 10 as replay_count, 14 as resumed_count`;

const sums = sql`
  2 as uncertain_s, 0 as estimated_tail_s, 3 as content_s, 1 as background_s, 4 as pause_count, 5.5 as pause_time_s,
  6 as skip_forward_count, 7 as skip_backward_count, 13 as skip_count, 70.5 as skipped_s, 1 as buffer_count,
  0.5 as buffer_time_s, 2 as refresh_count, 3 as tab_switch_count, 0 as bad_position_count, 80.25 as unique_watch_s`;

const score = sql`
  61.5 as engagement_score, 'Medium' as engagement_tier, 40 as engagement_watch_points,
  15.5 as engagement_completion_points, 6 as engagement_session_points, 1 as engagement_version`;

const seen = sql`timestamptz '2026-01-01 00:30:00.123456+00' as first_seen_at, timestamptz '2026-02-01 00:30:00+00' as last_seen_at`;

const segments = sql`
  select 's7' as session_id, i as segment_index, 'u7' as user_id, 'v1' as video_id, i * 10 as from_s, i * 10 + 5.5 as to_s,
    timestamptz '2026-01-01 07:30:00+00' as started_at, timestamptz '2026-01-01 07:30:05+00' as ended_at,
    1 as playback_rate, date '2026-01-01' as session_date
  from range(3) as numbers(i)`;

const videos = sql`
  select 'v' || i as video_id, case i when 0 then 'Film 0: 100% of C:\\a_b' when 1 then 'Film 1' end as title, 'film' as category,
    100 + i * 10 as duration_s, timestamptz '2025-12-01 00:00:00+00' as published_at, 1500.5 as production_cost,
    11 as unique_viewers, i * 100.1 as watch_time_s, 1.5 as avg_watch_time_s, 0.4 as avg_percent_viewed_ratio,
    case when i = 1 then null else i / 10 end as completion_rate, 0.03 as zero_watch_rate, 8.2 as plays_per_viewer, 20 as impression_viewers,
    11 as played_impression_viewers, 0.55 as play_rate, ${counts}, ${sums}, ${score}, ${seen}
  from range(3) as numbers(i)`;

const users = sql`
  select 'u' || i as user_id, 3 as video_count, 9 as active_day_count, i * 0.1 as watch_time_s, 5 as exclusive_watch_time_s,
    0.25 as completion_rate, ${counts}, ${sums}, ${score}, ${seen}
  from range(11) as numbers(i)`;

const userVideos = sql`
  select 'u' || u.i as user_id, 'v' || v.i as video_id, 10 as watch_time_s, 100 as duration_s, 0.8 as percent_viewed_ratio,
    90 as max_position_s, 88.5 as last_position_s, true as completed, false as completion_valid, ${counts}, ${sums}, ${score}, ${seen}
  from range(11) as u(i), range(3) as v(i)`;

const retention = sql`
  select 'v1' as video_id, i as bucket, i * 1.1 as from_s, (i + 1) * 1.1 as to_s, 100 - i as viewers, 110 - i as plays,
    100 as starters, (100 - i) / 100 as retention_ratio, (100 - i) / 100 as first_bucket_retention_ratio,
    case when i = 0 then 0 else 1 end as drop_off
  from range(100) as numbers(i)`;

const quality = sql`
  select 'run-1' as run_id, 'rule_' || i as rule, 'Rule ' || i as title, 'Says ' || i as says,
    case when i = 2 then 'info' else 'error' end as severity, case when i > 0 then 'failed' else 'passed' end as state,
    0.5 as value, 0.1 as threshold, 10 as checked_count, 2 as failed_count, ['a', 'b'] as sample_ids,
    timestamptz '2026-03-01 00:00:00+00' as checked_at
  from range(3) as numbers(i)`;

/** The sessions with the columns that `writeSessions` leaves out. */
async function withPoints(small: SmallLake): Promise<Fragment> {
  const rows = await small.lake.read(tables.sessions);
  return sql`
    select * replace (
      'w' || hash(user_id, session_date) as visit_id, cast(session_date as timestamptz) as visit_started_at,
      1 as engagement_watch_points, 2 as engagement_completion_points, 3 as engagement_session_points,
      started_at + to_microseconds(cast(hash(session_id) % 1000000 as bigint)) as started_at)
    from ${rows} as written`;
}
