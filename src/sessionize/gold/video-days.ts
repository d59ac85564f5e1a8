import { type Dialect, raw, ref, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import { publishedSegments, publishedSessions } from '../sources.js';
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

/** User and video as one number, which sorts and groups faster than two texts. */
const viewingKey = (d: Dialect) => d.hash64([raw('user_id'), raw('video_id')]);

const viewerDays = step({
  name: 'viewer_days',
  grain: "user, video and UTC day of the sessions' start",
  rule: 'DESIGN 5',
  staged: true,
  from: [publishedSessions],
  columns: {
    viewing_key: 'bigint',
    video_id: 'string',
    session_date: 'date',
    watched_count: 'bigint',
    unique_us: 'bigint',
    duration_us: 'bigint',
  },
  sql: d => sql`select
  viewing_key,
  video_id,
  session_date,
  cast(sum(case when unique_us > 0 then 1 else 0 end) as bigint) as watched_count,
  max(unique_us) as unique_us,
  max(duration_us) as duration_us
from (
  select
    ${viewingKey(d)} as viewing_key,
    video_id,
    session_date,
    cast(round(unique_watch_s * 1e6) as bigint) as unique_us,
    cast(round(duration_s * 1e6) as bigint) as duration_us
  from sessions
) s
group by viewing_key, video_id, session_date`,
});

/** The union of the segments, only of those days on which a viewer came back to the video: else the session has it. */
const repeatCoverage = step({
  name: 'repeat_coverage',
  grain: 'user, video and day with several sessions that played',
  rule: 'DESIGN 4.4',
  from: [viewerDays, publishedSegments],
  columns: {},
  sql: d => sql`select
  viewing_key,
  session_date,
  cast(sum(greatest(to_us - greatest(from_us, coalesce(covered_to_us, from_us)), 0)) as bigint) as unique_us
from (
  select
    *,
    max(to_us) over (
      partition by viewing_key, session_date order by from_us, to_us rows between unbounded preceding and 1 preceding
    ) as covered_to_us
  from (
    select
      g.viewing_key,
      g.session_date,
      cast(round(g.from_s * 1e6) as bigint) as from_us,
      cast(round(g.to_s * 1e6) as bigint) as to_us
    from (select session_date, from_s, to_s, ${viewingKey(d)} as viewing_key from segments) g
    join (select viewing_key, session_date from viewer_days where watched_count > 1) r
      on r.viewing_key = g.viewing_key and r.session_date = g.session_date
  ) p
) s
group by viewing_key, session_date`,
});

const coveredDays = step({
  name: 'covered_days',
  grain: tables.video_days.grain,
  rule: 'DESIGN 4.4',
  from: [viewerDays, repeatCoverage],
  columns: {},
  sql: () => sql`select
  video_id,
  session_date,
  cast(count(*) as bigint) as unique_viewers,
  ${sumSeconds(ref('unique_watch_s'))} as unique_watch_s,
  cast(count(percent_viewed_ratio) as bigint) as measured_count,
  ${meanOfShares(ref('percent_viewed_ratio'))} as avg_percent_viewed_ratio
from (
  select
    v.video_id,
    v.session_date,
    cast(coalesce(r.unique_us, v.unique_us) / 1e6 as double) as unique_watch_s,
    ${share(
      raw('case when v.duration_us is not null then least(coalesce(r.unique_us, v.unique_us), v.duration_us) end'),
      raw('v.duration_us'),
    )} as percent_viewed_ratio
  from viewer_days v
  left join repeat_coverage r on r.viewing_key = v.viewing_key and r.session_date = v.session_date
) c
group by video_id, session_date`,
});

const dayTotals = step({
  name: 'day_totals',
  grain: tables.video_days.grain,
  rule: 'DESIGN 5',
  from: [publishedSessions],
  columns: {},
  sql: () => sql`select
  video_id,
  session_date,
  ${totalsOfSessions}
from sessions
group by video_id, session_date`,
});

/** One row per video and UTC day on which its sessions started. */
export const videoDays: Step = step({
  name: 'video_days',
  grain: tables.video_days.grain,
  rule: 'DESIGN 5',
  from: [dayTotals, coveredDays],
  columns: tables.video_days.columns,
  sql: () => sql`select
  t.video_id,
  t.session_date,
  unique_viewers,
  ${inTableOrder([...sessionCounts, ...addedSeconds, ...addedCounts], tables.video_days.columns)},
  ${ratesOf},
  unique_watch_s,
  ${share(ref('watch_time_s'), ref('session_count'))} as avg_watch_time_s,
  measured_count,
  avg_percent_viewed_ratio,
  ${share(ref('completed_session_count'), ref('session_count'))} as completion_rate,
  ${share(ref('zero_watch_count'), ref('session_count'))} as zero_watch_rate,
  ${share(ref('play_count'), ref('unique_viewers'))} as plays_per_viewer
from day_totals t
join covered_days c on c.video_id = t.video_id and c.session_date = t.session_date`,
});
