import { type GoldPipeline, partsOfTotals, partsOfUserVideos, totalsOfParts } from '#sessionize';
import { type Fragment, planPipeline, raw, ref, sql } from '#sql';
import { daysOfUsers } from './days.js';
import { publishedRelation, publishWhole, publishWholeDays } from './publish.js';
import type { RunContext } from './run-context.js';
import { columnList, relationOf } from './tables.js';
import { nameUnsubtractable } from './unsubtractable.js';

/**
 * Publishes `videos`, `video_days` and `video_retention`: what they were, less what the touched pairs of user and video had
 * in them, plus what these have now. Exact, because all that adds up are whole numbers. What cannot be subtracted is made
 * from all rows: of a video whose duration has changed, the whole curve; of a day, all that began on it.
 */
export async function publishTouchedVideos(context: RunContext, gold: GoldPipeline): Promise<void> {
  const { d, scratch, stopwatch } = context;
  await stopwatch.measure('totals of touched videos', async () => {
    await nameTotals(context);
    await nameShown(context);
  });
  await scratch.runOnly(planPipeline([gold.outputs.videos], d), ['videos'], stopwatch);
  const isChanged = await stopwatch.measure('counts of retention', () => nameRetentionCounts(context, gold));
  if (isChanged) await scratch.runOnly(planPipeline([gold.outputs.video_retention], d), ['video_retention'], stopwatch);
  await publishWhole(context, 'videos', sql`select ${columnList('videos')} from videos r`);
  await publishVideoDays(context, gold);
  if (!isChanged) return;
  const curves = sql`select ${columnList('video_retention')} from video_retention r`;
  await publishWhole(context, 'video_retention', curves, 'differs');
}

/** `video_totals`: of all videos that have viewers. */
async function nameTotals(context: RunContext): Promise<void> {
  const { lake, run, scratch } = context;
  // The catalogue's durations stay: a change of the catalogue makes everything anew.
  const durationS = sql`case when p.video_id in (select video_id from video_catalog where duration_s > 0) then null else p.duration_s end`;
  await scratch.table('old_videos', sql`select p.* from ${await relationOf(lake, 'videos', run.base)} p`);
  const isAny = await nameUnsubtractable(context, { key: 'video_id', old: sql`old_videos`, durationS });
  const whole = isAny
    ? sql`union all select ${partsOfUserVideos(1, ['video_id'])} from ${await publishedRelation(context, 'user_videos')} p where p.video_id in (select video_id from whole_video_id)`
    : sql``;
  const isAdded = sql`video_id not in (select video_id from whole_video_id)`;
  const isTouched = sql`exists (select 1 from touched_pairs t where t.user_id = p.user_id and t.video_id = p.video_id)`;
  await scratch.table(
    'video_totals',
    sql`select video_id, ${totalsOfParts}
    from (
      select ${partsOfTotals('video_id', ref('unique_viewers'), durationS)} from old_videos p where ${isAdded}
      union all select ${partsOfUserVideos(1, ['video_id'])} from user_videos p where ${isAdded}
      union all select ${partsOfUserVideos(-1, ['video_id'])} from old_user_videos p where ${isAdded} and ${isTouched}
      ${whole}
    ) p
    group by video_id
    having sum(row_count) > 0`,
  );
}

/** `shown_videos`: of all videos that pages showed. */
async function nameShown(context: RunContext): Promise<void> {
  const { lake, run, scratch } = context;
  const pairs = sql`(select user_id, video_id from touched_pairs union select user_id, video_id from new_impressions)`;
  await scratch.table(
    'changed_showings',
    sql`select
      p.user_id,
      p.video_id,
      case when i.user_id is null then 0 else 1 end as was_shown,
      case when i.user_id is null and n.user_id is null then 0 else 1 end as is_shown,
      case when o.play_count > 0 then 1 else 0 end as had_played,
      case when t.user_id is null then coalesce(o.play_count, 0) when v.play_count > 0 then 1 else 0 end as play_count
    from ${pairs} p
    left join (select user_id, video_id from ${await relationOf(lake, 'impressions', run.base)} b) i on i.user_id = p.user_id and i.video_id = p.video_id
    left join new_impressions n on n.user_id = p.user_id and n.video_id = p.video_id
    left join touched_pairs t on t.user_id = p.user_id and t.video_id = p.video_id
    left join old_user_videos o on o.user_id = p.user_id and o.video_id = p.video_id
    left join user_videos v on v.user_id = p.user_id and v.video_id = p.video_id`,
  );
  await scratch.table(
    'shown_videos',
    sql`select video_id, cast(sum(shown) as bigint) as impression_viewers, cast(sum(played) as bigint) as played_impression_viewers
    from (
      select video_id, impression_viewers as shown, played_impression_viewers as played from old_videos
      union all
      select video_id, is_shown - was_shown, case when play_count > 0 then is_shown else 0 end - was_shown * had_played from changed_showings
    ) s
    group by video_id
    having sum(shown) > 0`,
  );
}

/**
 * `retention_counts`: of all videos. A curve whose buckets lie elsewhere than before is counted from all segments. False
 * where no count has changed.
 */
async function nameRetentionCounts(context: RunContext, gold: GoldPipeline): Promise<boolean> {
  const { d, engine, lake, run, scratch, stopwatch } = context;
  await scratch.table(
    'moved_curves',
    sql`select o.video_id from old_videos o left join videos v on v.video_id = o.video_id where v.duration_s is distinct from o.duration_s`,
  );
  const [row] = await engine.query(sql`select cast(count(*) as integer) as n from moved_curves`);
  const isMoved = sql`g.video_id in (select video_id from moved_curves)`;
  const columns = columnList('segments', 'g');
  const kept = sql`select ${columns} from kept_segments g where not ${isMoved}`;
  const isMovedAny = row?.['n'] !== 0;
  const all = isMovedAny
    ? sql`union all select ${columns} from ${await publishedRelation(context, 'segments')} g where ${isMoved}`
    : sql``;
  const before = sql`${kept} union all select ${columns} from replaced_segments g where not ${isMoved}`;
  const now = sql`${kept} union all select ${columns} from rebuilt_segments g where not ${isMoved} ${all}`;
  await nameRanges(context, gold, 'ranges_before', before);
  await nameRanges(context, gold, 'ranges_now', now);
  await scratch.view(
    'viewed_ranges',
    sql`select ${rangeColumns}, sign from ranges_now union all select ${rangeColumns}, -sign from ranges_before`,
  );
  await scratch.runOnly(planPipeline([gold.retentionCounts], d), ['retention_counts'], stopwatch);
  await scratch.table('changed_counts', sql`select * from retention_counts`);
  await scratch.drop('retention_counts');
  const [changed] = await engine.query(
    sql`select cast(count(*) as integer) as n from changed_counts where starters <> 0 or plays <> 0 or viewers <> 0`,
  );
  if (!isMovedAny && changed?.['n'] === 0) return false;
  const old = await relationOf(lake, 'video_retention', run.base);
  await scratch.table(
    'retention_counts',
    sql`select c.video_id, c.bucket, v.duration_us, cast(sum(c.starters) as bigint) as starters, cast(sum(c.plays) as bigint) as plays, cast(sum(c.viewers) as bigint) as viewers
    from (
      select video_id, bucket, plays, viewers, starters from ${old} g where not ${isMoved}
      union all
      select video_id, bucket, plays, viewers, starters from changed_counts
    ) c
    join (select video_id, cast(round(duration_s * 1e6) as bigint) as duration_us from videos) v on v.video_id = c.video_id
    group by c.video_id, c.bucket, v.duration_us
    having sum(c.starters) > 0`,
  );
  return true;
}

const rangeColumns = raw('video_key, duration_us, first_bucket, last_bucket, new_bucket, is_viewer');

/** What viewers had or have of their videos, as ranges of buckets. */
async function nameRanges(
  { d, scratch, stopwatch }: RunContext,
  gold: GoldPipeline,
  name: string,
  segments: Fragment,
): Promise<void> {
  await scratch.drop('segments');
  await scratch.view('segments', segments);
  await scratch.runOnly(planPipeline([gold.retentionCounts], d), ['viewed_ranges'], stopwatch);
  await scratch.table(name, sql`select * from viewed_ranges`);
  await scratch.drop('viewed_ranges');
}

/** Days are made from all their sessions, which their own partitions have. */
async function publishVideoDays(context: RunContext, gold: GoldPipeline): Promise<void> {
  const { d, engine, scratch, stopwatch } = context;
  const days = await daysOfUsers(engine, [
    sql`select session_date as day from rebuilt_sessions union select session_date from replaced_sessions`,
  ]);
  const partitions = ({ session_date }: Readonly<Record<string, string | null>>) => days.has(session_date ?? '');
  for (const name of ['sessions', 'segments'] as const) {
    await scratch.drop(name);
    await scratch.view(name, sql`select * from ${await publishedRelation(context, name, { partitions })} p`);
  }
  await scratch.run(planPipeline([gold.outputs.video_days], d), stopwatch);
  await publishWholeDays(context, 'video_days', {
    days,
    rows: sql`select ${columnList('video_days')} from video_days r`,
  });
}
