import { type Dialect, lit, raw, ref, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import type { ScoreColumns } from '../score.js';
import { publishedSegments, publishedSessions } from '../sources.js';
import { addedCounts, addedSeconds, inTableOrder, ratesOf, sessionCounts, share, totalsOfSessions } from './totals.js';

/** User and video as one number, which sorts and groups faster than two texts. */
const viewingKey = (d: Dialect) => d.hash64([raw('user_id'), raw('video_id')]);

/** What each user watched of each video at all: the union of the segments of all sessions. */
const userVideoCoverage = step({
  name: 'user_video_coverage',
  grain: 'user and video with segments',
  rule: 'DESIGN 4.4',
  from: [publishedSegments],
  columns: { viewing_key: 'bigint', unique_us: 'bigint' },
  sql: d => sql`select
  viewing_key,
  cast(sum(greatest(to_us - greatest(from_us, coalesce(covered_to_us, from_us)), 0)) as bigint) as unique_us
from (
  select
    *,
    max(to_us) over (
      partition by viewing_key order by from_us, to_us rows between unbounded preceding and 1 preceding
    ) as covered_to_us
  from (
    select
      ${viewingKey(d)} as viewing_key,
      cast(round(from_s * 1e6) as bigint) as from_us,
      cast(round(to_s * 1e6) as bigint) as to_us
    from segments
  ) p
) s
group by viewing_key`,
});

const userVideoTotals = step({
  name: 'user_video_totals',
  grain: 'user and video',
  rule: 'DESIGN 5',
  from: [publishedSessions],
  columns: {},
  sql: d => sql`select
  user_id,
  video_id,
  ${totalsOfSessions},
  cast(round(max(duration_s) * 1e6) as bigint) as duration_us,
  max(max_position_s) as max_position_s,
  -- from the session that knows its position and ended last
  ${d.lastBy(ref('last_position_s'), { ended_at: ref('ended_at'), started_at: ref('started_at'), session_id: ref('session_id') })} as last_position_s,
  max(case when completed then 1 else 0 end) as was_completed,
  min(started_at) as first_seen_at,
  max(ended_at) as last_seen_at
from sessions
group by user_id, video_id`,
});

/** One row per user and video: sums and unions over the sessions, first and last seen, furthest and last position. */
export function buildUserVideos(validCompletionRatio: number, score: ScoreColumns): Step {
  // A session whose events knew no duration may have played past the one that another session knows.
  const percent = share(
    raw('case when duration_us is not null then least(unique_us, duration_us) end'),
    raw('duration_us'),
  );
  return step({
    name: 'user_videos',
    grain: tables.user_videos.grain,
    rule: 'DESIGN 5',
    staged: true,
    from: [userVideoTotals, userVideoCoverage],
    columns: tables.user_videos.columns,
    sql: d => sql`select
  user_id,
  video_id,
  ${inTableOrder([...sessionCounts, ...addedSeconds, ...addedCounts], tables.user_videos.columns)},
  ${ratesOf},
  cast(unique_us / 1e6 as double) as unique_watch_s,
  cast(duration_us / 1e6 as double) as duration_s,
  ${percent} as percent_viewed_ratio,
  max_position_s,
  last_position_s,
  was_completed = 1 as completed,
  was_completed = 1 and coalesce(unique_us >= ${lit(validCompletionRatio)} * duration_us, false) as completion_valid,
  first_seen_at,
  last_seen_at,
  ${score({ watchRatio: percent, completions: ref('completed_session_count'), sessions: ref('session_count') })}
from (
  select t.*, coalesce(c.unique_us, 0) as unique_us
  from (select *, ${viewingKey(d)} as viewing_key from user_video_totals) t
  left join user_video_coverage c on c.viewing_key = t.viewing_key
) u`,
  });
}
