import { ref, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import type { ScoreColumns } from '../score.js';
import { publishedSessions } from '../sources.js';
import {
  addedCounts,
  addedSeconds,
  inTableOrder,
  meanOfShares,
  ratesOf,
  sessionCounts,
  share,
  sumSeconds,
  totalsOfSessions,
} from './totals.js';

/** One row per user: the sums over the user's sessions, and the unions over the user's videos. */
export function buildUsers(userVideos: Step, score: ScoreColumns): Step {
  const userTotals = step({
    name: 'user_totals',
    grain: 'user',
    rule: 'DESIGN 5',
    from: [publishedSessions],
    columns: {},
    sql: () => sql`select
  user_id,
  cast(count(distinct session_date) as bigint) as active_day_count,
  ${totalsOfSessions},
  min(started_at) as first_seen_at,
  max(ended_at) as last_seen_at
from sessions
group by user_id`,
  });
  const watchedVideos = step({
    name: 'watched_videos',
    grain: 'user',
    rule: 'DESIGN 5',
    from: [userVideos],
    columns: {},
    sql: () => sql`select
  user_id,
  cast(count(*) as bigint) as video_count,
  ${sumSeconds(ref('unique_watch_s'))} as unique_watch_s,
  cast(count(percent_viewed_ratio) as bigint) as measured_count,
  ${meanOfShares(ref('percent_viewed_ratio'))} as avg_percent_viewed_ratio
from user_videos
group by user_id`,
  });
  return step({
    name: 'users',
    grain: tables.users.grain,
    rule: 'DESIGN 5',
    from: [userTotals, watchedVideos],
    columns: tables.users.columns,
    sql: () => sql`select
  user_id,
  video_count,
  active_day_count,
  ${inTableOrder([...sessionCounts, ...addedSeconds, ...addedCounts], tables.users.columns)},
  ${ratesOf},
  unique_watch_s,
  ${share(ref('watch_time_s'), ref('session_count'))} as avg_watch_time_s,
  measured_count,
  avg_percent_viewed_ratio,
  ${share(ref('completed_session_count'), ref('session_count'))} as completion_rate,
  ${share(ref('zero_watch_count'), ref('session_count'))} as zero_watch_rate,
  first_seen_at,
  last_seen_at,
  ${score({ watchRatio: ref('avg_percent_viewed_ratio'), completions: ref('completed_session_count'), sessions: ref('session_count') })}
from (
  select t.*, w.video_count, w.unique_watch_s, w.measured_count, w.avg_percent_viewed_ratio
  from user_totals t
  join watched_videos w on w.user_id = t.user_id
) u`,
  });
}
