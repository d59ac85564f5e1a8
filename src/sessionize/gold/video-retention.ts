import { lit, raw, ref, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import { publishedSegments } from '../sources.js';
import { share } from './totals.js';

/**
 * Per video and bucket, an equal share of its duration: who watched part of it. A segment is +1 at its first bucket and -1 behind its
 * last; running sums over the buckets give the counts without a row per segment and bucket.
 */
export function buildRetentionCounts(bucketCount: number, videos: Step): Step {
  const bucketRanges = step({
    name: 'bucket_ranges',
    grain: 'segment of a video whose duration is known',
    rule: 'DESIGN 4.5',
    from: [publishedSegments, videos],
    columns: {},
    sql: d => sql`select
  user_key,
  video_key,
  duration_us,
  -- buckets are half-open: a segment that ends where one begins has no part of it
  least(${d.floorDiv(sql`from_us * ${lit(bucketCount)}`, raw('duration_us'))}, ${lit(bucketCount - 1)}) as first_bucket,
  least(${d.floorDiv(sql`(to_us * ${lit(bucketCount)} - 1)`, raw('duration_us'))}, ${lit(bucketCount - 1)}) as last_bucket
from (
  select
    -- numbers sort and group faster than texts
    ${d.hash64([raw('s.user_id')])} as user_key,
    v.video_key,
    cast(round(v.duration_s * 1e6) as bigint) as duration_us,
    cast(round(s.from_s * 1e6) as bigint) as from_us,
    cast(round(s.to_s * 1e6) as bigint) as to_us
  from segments s
  join (select video_id, duration_s, ${d.hash64([raw('video_id')])} as video_key from videos where duration_s > 0) v on v.video_id = s.video_id
) p
where from_us < duration_us`,
  });
  const viewedRanges = step({
    name: 'viewed_ranges',
    staged: true,
    grain: 'segment of a video whose duration is known',
    rule: 'DESIGN 4.5',
    from: [bucketRanges],
    columns: {
      video_key: 'bigint',
      duration_us: 'bigint',
      first_bucket: 'bigint',
      last_bucket: 'bigint',
      new_bucket: 'bigint',
      is_viewer: 'integer',
      sign: 'integer',
    },
    sql: () => sql`select
  video_key,
  duration_us,
  first_bucket,
  last_bucket,
  -- what no earlier segment of the same viewer has
  greatest(first_bucket, coalesce(max(last_bucket) over viewer + 1, 0)) as new_bucket,
  case when max(last_bucket) over viewer is null then 1 else 0 end as is_viewer,
  -- whoever knows the counts of before has -1 here for what they had
  1 as sign
from bucket_ranges
window viewer as (partition by video_key, user_key order by first_bucket, last_bucket rows between unbounded preceding and 1 preceding)`,
  });
  const edges = step({
    name: 'bucket_edges',
    grain: 'video and bucket where counts change',
    rule: 'DESIGN 4.5',
    from: [viewedRanges],
    columns: {},
    sql: () => sql`select video_key, bucket, sum(plays) as plays, sum(viewers) as viewers
from (
  select video_key, first_bucket as bucket, sign as plays, 0 as viewers from viewed_ranges
  union all
  select video_key, last_bucket + 1, -sign, case when new_bucket <= last_bucket then -sign else 0 end from viewed_ranges
  union all
  select video_key, new_bucket, 0, sign from viewed_ranges where new_bucket <= last_bucket
) e
group by video_key, bucket`,
  });
  const started = step({
    name: 'started_videos',
    grain: 'video with segments',
    rule: 'DESIGN 4.5',
    from: [viewedRanges, videos],
    columns: {},
    sql: d => sql`select v.video_id, r.*
from (
  select video_key, max(duration_us) as duration_us, cast(sum(is_viewer * sign) as bigint) as starters
  from viewed_ranges
  group by video_key
) r
join videos v on ${d.hash64([raw('v.video_id')])} = r.video_key`,
  });
  return step({
    name: 'retention_counts',
    staged: true,
    grain: tables.video_retention.grain,
    rule: 'DESIGN 4.5',
    from: [started, edges],
    columns: {},
    sql: d => sql`select
  b.video_id,
  b.bucket,
  b.duration_us,
  b.starters,
  cast(sum(coalesce(e.plays, 0)) over so_far as bigint) as plays,
  cast(sum(coalesce(e.viewers, 0)) over so_far as bigint) as viewers
from (
  select v.video_id, v.video_key, v.duration_us, v.starters, n.bucket
  from started_videos v ${d.series(lit(0), lit(bucketCount - 1), 'n', 'bucket')}
) b
left join bucket_edges e on e.video_key = b.video_key and e.bucket = b.bucket
window so_far as (partition by b.video_id order by b.bucket rows between unbounded preceding and current row)`,
  });
}

/** The curves and their losses, from the counts. */
export function buildVideoRetention(bucketCount: number, retentionCounts: Step): Step {
  const losses = step({
    name: 'bucket_losses',
    grain: tables.video_retention.grain,
    rule: 'DESIGN 4.5',
    from: [retentionCounts],
    columns: {},
    sql: () => sql`select
  *,
  first_value(viewers) over (partition by video_id order by bucket) as first_viewers,
  cast(coalesce(lag(viewers) over (partition by video_id order by bucket) - viewers, 0) as bigint) as drop_off
from retention_counts`,
  });
  // microseconds of the duration to seconds of a bucket
  const parts = raw(`${bucketCount}e6`);
  return step({
    name: 'video_retention',
    grain: tables.video_retention.grain,
    rule: 'DESIGN 4.5',
    from: [losses],
    columns: tables.video_retention.columns,
    sql: () => sql`select
  video_id,
  cast(bucket as integer) as bucket,
  cast(bucket * duration_us / ${parts} as double) as from_s,
  cast((bucket + 1) * duration_us / ${parts} as double) as to_s,
  viewers,
  plays,
  starters,
  ${share(ref('viewers'), ref('starters'))} as retention_ratio,
  ${share(ref('viewers'), ref('first_viewers'))} as first_bucket_retention_ratio,
  ${share(ref('plays'), ref('viewers'))} as plays_per_viewer,
  drop_off,
  ${share(ref('drop_off'), ref('starters'))} as drop_off_ratio,
  case when drop_off > 0
    then cast(row_number() over (partition by video_id order by drop_off desc, bucket) as integer)
  end as drop_off_rank
from bucket_losses`,
  });
}
