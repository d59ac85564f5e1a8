import { join, ref, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import type { ScoreColumns } from '../score.js';
import { impressions, videoCatalog } from '../sources.js';
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

const added = [...sessionCounts, ...addedSeconds, ...addedCounts];
const zero = (name: string) => sql`coalesce(${ref(name)}, 0) as ${ref(name)}`;

/** One row per video that has sessions or was shown by a page. */
export function buildVideos(userVideos: Step, score: ScoreColumns): Step {
  const videoTotals = step({
    name: 'video_totals',
    grain: 'video with sessions',
    rule: 'DESIGN 5',
    staged: true,
    from: [userVideos],
    columns: {},
    sql: () => sql`select
  video_id,
  ${totalsOfParts}
from (select ${partsOfUserVideos(1)} from user_videos) p
group by video_id`,
  });
  const shownVideos = step({
    name: 'shown_videos',
    staged: true,
    grain: 'video that a page showed',
    rule: 'DESIGN 4.5',
    from: [impressions, userVideos],
    columns: {},
    sql: () => sql`select
  i.video_id,
  cast(count(*) as bigint) as impression_viewers,
  cast(sum(case when v.play_count > 0 then 1 else 0 end) as bigint) as played_impression_viewers
from impressions i
left join user_videos v on v.user_id = i.user_id and v.video_id = i.video_id
group by i.video_id`,
  });
  const knownVideos = step({
    name: 'known_videos',
    grain: tables.videos.grain,
    rule: 'DESIGN 5',
    from: [videoTotals, shownVideos, videoCatalog],
    columns: {},
    sql: () => sql`select
  v.*,
  c.title,
  c.category,
  coalesce(case when c.duration_s > 0 then c.duration_s end, v.reported_duration_s) as duration_s,
  c.published_at,
  c.production_cost,
  c.tenant
from (
  select
    coalesce(t.video_id, s.video_id) as video_id,
    coalesce(t.row_count, 0) as unique_viewers,
    t.reported_duration_s,
    t.avg_percent_viewed_ratio,
    t.first_seen_at,
    t.last_seen_at,
    ${join(
      [...added, 'rated_s', 'unique_watch_s', 'measured_count', 'impression_viewers', 'played_impression_viewers'].map(
        zero,
      ),
      ',\n    ',
    )}
  from video_totals t
  full join shown_videos s on s.video_id = t.video_id
) v
left join video_catalog c on c.video_id = v.video_id`,
  });
  return step({
    name: 'videos',
    staged: true,
    grain: tables.videos.grain,
    rule: 'DESIGN 4.5, 5',
    from: [knownVideos],
    columns: tables.videos.columns,
    sql: () => sql`select
  video_id,
  title,
  category,
  duration_s,
  published_at,
  production_cost,
  tenant,
  unique_viewers,
  ${inTableOrder(added, tables.videos.columns)},
  ${ratesOf},
  unique_watch_s,
  ${share(ref('watch_time_s'), ref('session_count'))} as avg_watch_time_s,
  measured_count,
  avg_percent_viewed_ratio,
  ${share(ref('completed_session_count'), ref('session_count'))} as completion_rate,
  ${share(ref('zero_watch_count'), ref('session_count'))} as zero_watch_rate,
  ${share(ref('play_count'), ref('unique_viewers'))} as plays_per_viewer,
  impression_viewers,
  played_impression_viewers,
  ${share(ref('played_impression_viewers'), ref('impression_viewers'))} as play_rate,
  first_seen_at,
  last_seen_at,
  ${score({
    watchRatio: ref('avg_percent_viewed_ratio'),
    completions: share(ref('completed_session_count'), ref('unique_viewers')),
    sessions: share(ref('session_count'), ref('unique_viewers')),
  })}
from known_videos`,
  });
}
