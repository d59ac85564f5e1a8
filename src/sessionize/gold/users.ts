import { ref, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import type { ScoreColumns } from '../score.js';
import { publishedSessions } from '../sources.js';
import {
  addedCounts,
  addedSeconds,
  inTableOrder,
  partsOfUserVideos,
  ratesOf,
  sessionCounts,
  share,
  totalsOfParts,
} from './totals.js';

/** On how many days a user was there: what the rows of `user_videos` do not tell. */
export const userDays = step({
  name: 'user_days',
  grain: 'user',
  rule: 'DESIGN 5',
  staged: true,
  from: [publishedSessions],
  columns: { user_id: 'string', active_day_count: 'bigint' },
  sql: () => sql`select user_id, cast(count(distinct session_date) as bigint) as active_day_count
from sessions
group by user_id`,
});

/** One row per user: the sums over the user's sessions, and the unions over the user's videos. */
export function buildUsers(userVideos: Step, score: ScoreColumns): Step {
  const userTotals = step({
    name: 'user_totals',
    grain: 'user',
    rule: 'DESIGN 5',
    staged: true,
    from: [userVideos],
    columns: {},
    sql: () => sql`select
  user_id,
  ${totalsOfParts}
from (select ${partsOfUserVideos(1)} from user_videos) p
group by user_id`,
  });
  return step({
    name: 'users',
    grain: tables.users.grain,
    rule: 'DESIGN 5',
    from: [userTotals, userDays],
    columns: tables.users.columns,
    sql: () => sql`select
  user_id,
  row_count as video_count,
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
  select t.*, d.active_day_count
  from user_totals t
  join user_days d on d.user_id = t.user_id
) u`,
  });
}
