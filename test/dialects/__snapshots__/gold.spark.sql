create or replace temporary view `user_videos` as
with `user_video_totals` as (
-- user_video_totals: one row per user and video (DESIGN 5)
select
  user_id,
  video_id,
  cast(count(*) as bigint) as session_count,
  cast(sum(case when `has_played` then 1 else 0 end) as bigint) as play_count,
  cast(sum(case when `completed` then 1 else 0 end) as bigint) as completed_session_count,
  cast(sum(case when `completion_valid` then 1 else 0 end) as bigint) as valid_completion_count,
  cast(sum(case when `zero_watch` then 1 else 0 end) as bigint) as zero_watch_count,
  cast(sum(case when `is_replay` then 1 else 0 end) as bigint) as replay_count,
  cast(sum(case when `resumed` then 1 else 0 end) as bigint) as resumed_count,
  cast(sum(case when `autoplay` then 1 else 0 end) as bigint) as autoplay_count,
  cast(sum(case when `is_concurrent` then 1 else 0 end) as bigint) as concurrent_count,
  cast(cast(sum(cast(round(`watch_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `watch_time_s`,
  cast(cast(sum(cast(round(`uncertain_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `uncertain_s`,
  cast(cast(sum(cast(round(`estimated_tail_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `estimated_tail_s`,
  cast(cast(sum(cast(round(`content_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `content_s`,
  cast(cast(sum(cast(round(`background_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `background_s`,
  cast(cast(sum(cast(round(`pause_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `pause_time_s`,
  cast(cast(sum(cast(round(`skipped_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `skipped_s`,
  cast(cast(sum(cast(round(`buffer_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `buffer_time_s`,
  cast(cast(sum(cast(round(`exclusive_watch_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `exclusive_watch_time_s`,
  cast(sum(`pause_count`) as bigint) as `pause_count`,
  cast(sum(`skip_forward_count`) as bigint) as `skip_forward_count`,
  cast(sum(`skip_backward_count`) as bigint) as `skip_backward_count`,
  cast(sum(`skip_count`) as bigint) as `skip_count`,
  cast(sum(`buffer_count`) as bigint) as `buffer_count`,
  cast(sum(`refresh_count`) as bigint) as `refresh_count`,
  cast(sum(`tab_switch_count`) as bigint) as `tab_switch_count`,
  cast(sum(`bad_position_count`) as bigint) as `bad_position_count`,
  cast(cast(sum(cast(round(coalesce(rate_avg * watch_time_s, 0) * 1e6) as bigint)) as bigint) / 1e6 as double) as rated_s,
  cast(round(max(duration_s) * 1e6) as bigint) as duration_us,
  max(max_position_s) as max_position_s,
  -- from the session that knows its position and ended last
  max_by(`last_position_s`, case when `last_position_s` is not null then named_struct('ended_at', `ended_at`, 'started_at', `started_at`, 'session_id', `session_id`) end) as last_position_s,
  max(case when completed then 1 else 0 end) as was_completed,
  min(started_at) as first_seen_at,
  max(ended_at) as last_seen_at
from sessions
group by user_id, video_id
),
`user_video_coverage` as (
-- user_video_coverage: one row per user and video with segments (DESIGN 4.4)
select
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
      xxhash64(isnull(user_id), user_id, isnull(video_id), video_id) as viewing_key,
      cast(round(from_s * 1e6) as bigint) as from_us,
      cast(round(to_s * 1e6) as bigint) as to_us
    from segments
  ) p
) s
group by viewing_key
)
-- user_videos: one row per user and video (DESIGN 5)
select
  user_id,
  video_id,
  `session_count`,
  `play_count`,
  `completed_session_count`,
  `valid_completion_count`,
  `zero_watch_count`,
  `replay_count`,
  `resumed_count`,
  `autoplay_count`,
  `concurrent_count`,
  `watch_time_s`,
  `uncertain_s`,
  `estimated_tail_s`,
  `content_s`,
  `background_s`,
  `pause_count`,
  `pause_time_s`,
  `skip_forward_count`,
  `skip_backward_count`,
  `skip_count`,
  `skipped_s`,
  `buffer_count`,
  `buffer_time_s`,
  `refresh_count`,
  `tab_switch_count`,
  `bad_position_count`,
  `exclusive_watch_time_s`,
  rated_s,
  cast(rated_s / nullif(watch_time_s, 0) as double) as rate_avg,
  cast(unique_us / 1e6 as double) as unique_watch_s,
  cast(duration_us / 1e6 as double) as duration_s,
  cast(cast(case when duration_us is not null then least(unique_us, duration_us) end as double) / nullif(duration_us, 0) as double) as percent_viewed_ratio,
  max_position_s,
  last_position_s,
  was_completed = 1 as completed,
  was_completed = 1 and coalesce(unique_us >= 0.75e0 * duration_us, false) as completion_valid,
  first_seen_at,
  last_seen_at,
  cast((round(60 * least(greatest(coalesce(cast(cast(cast(case when duration_us is not null then least(unique_us, duration_us) end as double) / nullif(duration_us, 0) as double) as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4)) / 1e4 as double) as engagement_score,
  case
    when (round(60 * least(greatest(coalesce(cast(cast(cast(case when duration_us is not null then least(unique_us, duration_us) end as double) / nullif(duration_us, 0) as double) as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 70 then 'High'
    when (round(60 * least(greatest(coalesce(cast(cast(cast(case when duration_us is not null then least(unique_us, duration_us) end as double) / nullif(duration_us, 0) as double) as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 40 then 'Medium'
    when (round(60 * least(greatest(coalesce(cast(cast(cast(case when duration_us is not null then least(unique_us, duration_us) end as double) / nullif(duration_us, 0) as double) as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 15 then 'Low'
    else 'Minimal'
  end as engagement_tier,
  cast(round(60 * least(greatest(coalesce(cast(cast(cast(case when duration_us is not null then least(unique_us, duration_us) end as double) / nullif(duration_us, 0) as double) as double), 0), 0) / 1, 1) * 1e4) / 1e4 as double) as engagement_watch_points,
  cast(round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) / 1e4 as double) as engagement_completion_points,
  cast(round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4) / 1e4 as double) as engagement_session_points,
  cast(1 as integer) as engagement_version
from (
  select t.*, coalesce(c.unique_us, 0) as unique_us
  from (select *, xxhash64(isnull(user_id), user_id, isnull(video_id), video_id) as viewing_key from user_video_totals) t
  left join user_video_coverage c on c.viewing_key = t.viewing_key
) u;

create or replace temporary view `user_totals` as
-- user_totals: one row per user (DESIGN 5)
select
  user_id,
  cast(sum(row_count) as bigint) as row_count,
  cast(sum(`session_count`) as bigint) as `session_count`,
  cast(sum(`play_count`) as bigint) as `play_count`,
  cast(sum(`completed_session_count`) as bigint) as `completed_session_count`,
  cast(sum(`valid_completion_count`) as bigint) as `valid_completion_count`,
  cast(sum(`zero_watch_count`) as bigint) as `zero_watch_count`,
  cast(sum(`replay_count`) as bigint) as `replay_count`,
  cast(sum(`resumed_count`) as bigint) as `resumed_count`,
  cast(sum(`autoplay_count`) as bigint) as `autoplay_count`,
  cast(sum(`concurrent_count`) as bigint) as `concurrent_count`,
  cast(cast(sum(cast(round(`watch_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `watch_time_s`,
  cast(cast(sum(cast(round(`uncertain_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `uncertain_s`,
  cast(cast(sum(cast(round(`estimated_tail_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `estimated_tail_s`,
  cast(cast(sum(cast(round(`content_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `content_s`,
  cast(cast(sum(cast(round(`background_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `background_s`,
  cast(cast(sum(cast(round(`pause_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `pause_time_s`,
  cast(cast(sum(cast(round(`skipped_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `skipped_s`,
  cast(cast(sum(cast(round(`buffer_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `buffer_time_s`,
  cast(cast(sum(cast(round(`exclusive_watch_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `exclusive_watch_time_s`,
  cast(sum(`pause_count`) as bigint) as `pause_count`,
  cast(sum(`skip_forward_count`) as bigint) as `skip_forward_count`,
  cast(sum(`skip_backward_count`) as bigint) as `skip_backward_count`,
  cast(sum(`skip_count`) as bigint) as `skip_count`,
  cast(sum(`buffer_count`) as bigint) as `buffer_count`,
  cast(sum(`refresh_count`) as bigint) as `refresh_count`,
  cast(sum(`tab_switch_count`) as bigint) as `tab_switch_count`,
  cast(sum(`bad_position_count`) as bigint) as `bad_position_count`,
  cast(cast(sum(cast(round(`rated_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as rated_s,
  cast(cast(sum(cast(round(`unique_watch_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as unique_watch_s,
  cast(sum(measured_count) as bigint) as measured_count,
  cast(cast(sum(viewed_e9) as double) / nullif(sum(measured_count), 0) / 1e9 as double) as avg_percent_viewed_ratio,
  max(duration_s) as reported_duration_s,
  min(first_seen_at) as first_seen_at,
  max(last_seen_at) as last_seen_at
from (select `user_id`, `video_id`, 1 as row_count, `session_count`, `play_count`, `completed_session_count`, `valid_completion_count`, `zero_watch_count`, `replay_count`, `resumed_count`, `autoplay_count`, `concurrent_count`, `watch_time_s`, `uncertain_s`, `estimated_tail_s`, `content_s`, `background_s`, `pause_time_s`, `skipped_s`, `buffer_time_s`, `exclusive_watch_time_s`, `pause_count`, `skip_forward_count`, `skip_backward_count`, `skip_count`, `buffer_count`, `refresh_count`, `tab_switch_count`, `bad_position_count`, `rated_s`, `unique_watch_s`, case when percent_viewed_ratio is null then 0 else 1 end as measured_count, 1 * cast(round(percent_viewed_ratio * 1e9) as bigint) as viewed_e9, `duration_s`, `first_seen_at`, `last_seen_at` from user_videos) p
group by user_id;

create or replace temporary view `user_days` as
-- user_days: one row per user (DESIGN 5)
select user_id, cast(count(distinct session_date) as bigint) as active_day_count
from sessions
group by user_id;

create or replace temporary view `users` as
-- users: one row per user (DESIGN 5)
select
  user_id,
  row_count as video_count,
  active_day_count,
  `session_count`,
  `play_count`,
  `completed_session_count`,
  `valid_completion_count`,
  `zero_watch_count`,
  `replay_count`,
  `resumed_count`,
  `autoplay_count`,
  `concurrent_count`,
  `watch_time_s`,
  `uncertain_s`,
  `estimated_tail_s`,
  `content_s`,
  `background_s`,
  `pause_count`,
  `pause_time_s`,
  `skip_forward_count`,
  `skip_backward_count`,
  `skip_count`,
  `skipped_s`,
  `buffer_count`,
  `buffer_time_s`,
  `refresh_count`,
  `tab_switch_count`,
  `bad_position_count`,
  `exclusive_watch_time_s`,
  rated_s,
  cast(rated_s / nullif(watch_time_s, 0) as double) as rate_avg,
  unique_watch_s,
  cast(cast(`watch_time_s` as double) / nullif(`session_count`, 0) as double) as avg_watch_time_s,
  measured_count,
  avg_percent_viewed_ratio,
  cast(cast(`completed_session_count` as double) / nullif(`session_count`, 0) as double) as completion_rate,
  cast(cast(`zero_watch_count` as double) / nullif(`session_count`, 0) as double) as zero_watch_rate,
  first_seen_at,
  last_seen_at,
  cast((round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4)) / 1e4 as double) as engagement_score,
  case
    when (round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 70 then 'High'
    when (round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 40 then 'Medium'
    when (round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 15 then 'Low'
    else 'Minimal'
  end as engagement_tier,
  cast(round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) / 1e4 as double) as engagement_watch_points,
  cast(round(30 * least(greatest(coalesce(cast(`completed_session_count` as double), 0), 0) / 1, 1) * 1e4) / 1e4 as double) as engagement_completion_points,
  cast(round(10 * least(greatest(coalesce(cast(`session_count` as double), 0), 0) / 5, 1) * 1e4) / 1e4 as double) as engagement_session_points,
  cast(1 as integer) as engagement_version
from (
  select t.*, d.active_day_count
  from user_totals t
  join user_days d on d.user_id = t.user_id
) u;

create or replace temporary view `video_totals` as
-- video_totals: one row per video with sessions (DESIGN 5)
select
  video_id,
  cast(sum(row_count) as bigint) as row_count,
  cast(sum(`session_count`) as bigint) as `session_count`,
  cast(sum(`play_count`) as bigint) as `play_count`,
  cast(sum(`completed_session_count`) as bigint) as `completed_session_count`,
  cast(sum(`valid_completion_count`) as bigint) as `valid_completion_count`,
  cast(sum(`zero_watch_count`) as bigint) as `zero_watch_count`,
  cast(sum(`replay_count`) as bigint) as `replay_count`,
  cast(sum(`resumed_count`) as bigint) as `resumed_count`,
  cast(sum(`autoplay_count`) as bigint) as `autoplay_count`,
  cast(sum(`concurrent_count`) as bigint) as `concurrent_count`,
  cast(cast(sum(cast(round(`watch_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `watch_time_s`,
  cast(cast(sum(cast(round(`uncertain_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `uncertain_s`,
  cast(cast(sum(cast(round(`estimated_tail_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `estimated_tail_s`,
  cast(cast(sum(cast(round(`content_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `content_s`,
  cast(cast(sum(cast(round(`background_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `background_s`,
  cast(cast(sum(cast(round(`pause_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `pause_time_s`,
  cast(cast(sum(cast(round(`skipped_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `skipped_s`,
  cast(cast(sum(cast(round(`buffer_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `buffer_time_s`,
  cast(cast(sum(cast(round(`exclusive_watch_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `exclusive_watch_time_s`,
  cast(sum(`pause_count`) as bigint) as `pause_count`,
  cast(sum(`skip_forward_count`) as bigint) as `skip_forward_count`,
  cast(sum(`skip_backward_count`) as bigint) as `skip_backward_count`,
  cast(sum(`skip_count`) as bigint) as `skip_count`,
  cast(sum(`buffer_count`) as bigint) as `buffer_count`,
  cast(sum(`refresh_count`) as bigint) as `refresh_count`,
  cast(sum(`tab_switch_count`) as bigint) as `tab_switch_count`,
  cast(sum(`bad_position_count`) as bigint) as `bad_position_count`,
  cast(cast(sum(cast(round(`rated_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as rated_s,
  cast(cast(sum(cast(round(`unique_watch_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as unique_watch_s,
  cast(sum(measured_count) as bigint) as measured_count,
  cast(cast(sum(viewed_e9) as double) / nullif(sum(measured_count), 0) / 1e9 as double) as avg_percent_viewed_ratio,
  max(duration_s) as reported_duration_s,
  min(first_seen_at) as first_seen_at,
  max(last_seen_at) as last_seen_at
from (select `user_id`, `video_id`, 1 as row_count, `session_count`, `play_count`, `completed_session_count`, `valid_completion_count`, `zero_watch_count`, `replay_count`, `resumed_count`, `autoplay_count`, `concurrent_count`, `watch_time_s`, `uncertain_s`, `estimated_tail_s`, `content_s`, `background_s`, `pause_time_s`, `skipped_s`, `buffer_time_s`, `exclusive_watch_time_s`, `pause_count`, `skip_forward_count`, `skip_backward_count`, `skip_count`, `buffer_count`, `refresh_count`, `tab_switch_count`, `bad_position_count`, `rated_s`, `unique_watch_s`, case when percent_viewed_ratio is null then 0 else 1 end as measured_count, 1 * cast(round(percent_viewed_ratio * 1e9) as bigint) as viewed_e9, `duration_s`, `first_seen_at`, `last_seen_at` from user_videos) p
group by video_id;

create or replace temporary view `shown_videos` as
-- shown_videos: one row per video that a page showed (DESIGN 4.5)
select
  i.video_id,
  cast(count(*) as bigint) as impression_viewers,
  cast(sum(case when v.play_count > 0 then 1 else 0 end) as bigint) as played_impression_viewers
from impressions i
left join user_videos v on v.user_id = i.user_id and v.video_id = i.video_id
group by i.video_id;

create or replace temporary view `videos` as
with `known_videos` as (
-- known_videos: one row per video (DESIGN 5)
select
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
    coalesce(`session_count`, 0) as `session_count`,
    coalesce(`play_count`, 0) as `play_count`,
    coalesce(`completed_session_count`, 0) as `completed_session_count`,
    coalesce(`valid_completion_count`, 0) as `valid_completion_count`,
    coalesce(`zero_watch_count`, 0) as `zero_watch_count`,
    coalesce(`replay_count`, 0) as `replay_count`,
    coalesce(`resumed_count`, 0) as `resumed_count`,
    coalesce(`autoplay_count`, 0) as `autoplay_count`,
    coalesce(`concurrent_count`, 0) as `concurrent_count`,
    coalesce(`watch_time_s`, 0) as `watch_time_s`,
    coalesce(`uncertain_s`, 0) as `uncertain_s`,
    coalesce(`estimated_tail_s`, 0) as `estimated_tail_s`,
    coalesce(`content_s`, 0) as `content_s`,
    coalesce(`background_s`, 0) as `background_s`,
    coalesce(`pause_time_s`, 0) as `pause_time_s`,
    coalesce(`skipped_s`, 0) as `skipped_s`,
    coalesce(`buffer_time_s`, 0) as `buffer_time_s`,
    coalesce(`exclusive_watch_time_s`, 0) as `exclusive_watch_time_s`,
    coalesce(`pause_count`, 0) as `pause_count`,
    coalesce(`skip_forward_count`, 0) as `skip_forward_count`,
    coalesce(`skip_backward_count`, 0) as `skip_backward_count`,
    coalesce(`skip_count`, 0) as `skip_count`,
    coalesce(`buffer_count`, 0) as `buffer_count`,
    coalesce(`refresh_count`, 0) as `refresh_count`,
    coalesce(`tab_switch_count`, 0) as `tab_switch_count`,
    coalesce(`bad_position_count`, 0) as `bad_position_count`,
    coalesce(`rated_s`, 0) as `rated_s`,
    coalesce(`unique_watch_s`, 0) as `unique_watch_s`,
    coalesce(`measured_count`, 0) as `measured_count`,
    coalesce(`impression_viewers`, 0) as `impression_viewers`,
    coalesce(`played_impression_viewers`, 0) as `played_impression_viewers`
  from video_totals t
  full join shown_videos s on s.video_id = t.video_id
) v
left join video_catalog c on c.video_id = v.video_id
)
-- videos: one row per video (DESIGN 4.5, 5)
select
  video_id,
  title,
  category,
  duration_s,
  published_at,
  production_cost,
  tenant,
  unique_viewers,
  `session_count`,
  `play_count`,
  `completed_session_count`,
  `valid_completion_count`,
  `zero_watch_count`,
  `replay_count`,
  `resumed_count`,
  `autoplay_count`,
  `concurrent_count`,
  `watch_time_s`,
  `uncertain_s`,
  `estimated_tail_s`,
  `content_s`,
  `background_s`,
  `pause_count`,
  `pause_time_s`,
  `skip_forward_count`,
  `skip_backward_count`,
  `skip_count`,
  `skipped_s`,
  `buffer_count`,
  `buffer_time_s`,
  `refresh_count`,
  `tab_switch_count`,
  `bad_position_count`,
  `exclusive_watch_time_s`,
  rated_s,
  cast(rated_s / nullif(watch_time_s, 0) as double) as rate_avg,
  unique_watch_s,
  cast(cast(`watch_time_s` as double) / nullif(`session_count`, 0) as double) as avg_watch_time_s,
  measured_count,
  avg_percent_viewed_ratio,
  cast(cast(`completed_session_count` as double) / nullif(`session_count`, 0) as double) as completion_rate,
  cast(cast(`zero_watch_count` as double) / nullif(`session_count`, 0) as double) as zero_watch_rate,
  cast(cast(`play_count` as double) / nullif(`unique_viewers`, 0) as double) as plays_per_viewer,
  impression_viewers,
  played_impression_viewers,
  cast(cast(`played_impression_viewers` as double) / nullif(`impression_viewers`, 0) as double) as play_rate,
  first_seen_at,
  last_seen_at,
  cast((round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(cast(cast(`completed_session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(cast(cast(`session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 5, 1) * 1e4)) / 1e4 as double) as engagement_score,
  case
    when (round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(cast(cast(`completed_session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(cast(cast(`session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 70 then 'High'
    when (round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(cast(cast(`completed_session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(cast(cast(`session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 40 then 'Medium'
    when (round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(cast(cast(`completed_session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(cast(cast(`session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 15 then 'Low'
    else 'Minimal'
  end as engagement_tier,
  cast(round(60 * least(greatest(coalesce(cast(`avg_percent_viewed_ratio` as double), 0), 0) / 1, 1) * 1e4) / 1e4 as double) as engagement_watch_points,
  cast(round(30 * least(greatest(coalesce(cast(cast(cast(`completed_session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 1, 1) * 1e4) / 1e4 as double) as engagement_completion_points,
  cast(round(10 * least(greatest(coalesce(cast(cast(cast(`session_count` as double) / nullif(`unique_viewers`, 0) as double) as double), 0), 0) / 5, 1) * 1e4) / 1e4 as double) as engagement_session_points,
  cast(1 as integer) as engagement_version
from known_videos;

create or replace temporary view `viewer_days` as
-- viewer_days: one row per user, video and UTC day of the sessions' start (DESIGN 5)
select
  viewing_key,
  video_id,
  session_date,
  cast(sum(case when unique_us > 0 then 1 else 0 end) as bigint) as watched_count,
  max(unique_us) as unique_us,
  max(duration_us) as duration_us
from (
  select
    xxhash64(isnull(user_id), user_id, isnull(video_id), video_id) as viewing_key,
    video_id,
    session_date,
    cast(round(unique_watch_s * 1e6) as bigint) as unique_us,
    cast(round(duration_s * 1e6) as bigint) as duration_us
  from sessions
) s
group by viewing_key, video_id, session_date;

create or replace temporary view `video_days` as
with `day_totals` as (
-- day_totals: one row per video and UTC day of the sessions' start (DESIGN 5)
select
  video_id,
  session_date,
  cast(count(*) as bigint) as session_count,
  cast(sum(case when `has_played` then 1 else 0 end) as bigint) as play_count,
  cast(sum(case when `completed` then 1 else 0 end) as bigint) as completed_session_count,
  cast(sum(case when `completion_valid` then 1 else 0 end) as bigint) as valid_completion_count,
  cast(sum(case when `zero_watch` then 1 else 0 end) as bigint) as zero_watch_count,
  cast(sum(case when `is_replay` then 1 else 0 end) as bigint) as replay_count,
  cast(sum(case when `resumed` then 1 else 0 end) as bigint) as resumed_count,
  cast(sum(case when `autoplay` then 1 else 0 end) as bigint) as autoplay_count,
  cast(sum(case when `is_concurrent` then 1 else 0 end) as bigint) as concurrent_count,
  cast(cast(sum(cast(round(`watch_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `watch_time_s`,
  cast(cast(sum(cast(round(`uncertain_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `uncertain_s`,
  cast(cast(sum(cast(round(`estimated_tail_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `estimated_tail_s`,
  cast(cast(sum(cast(round(`content_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `content_s`,
  cast(cast(sum(cast(round(`background_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `background_s`,
  cast(cast(sum(cast(round(`pause_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `pause_time_s`,
  cast(cast(sum(cast(round(`skipped_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `skipped_s`,
  cast(cast(sum(cast(round(`buffer_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `buffer_time_s`,
  cast(cast(sum(cast(round(`exclusive_watch_time_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as `exclusive_watch_time_s`,
  cast(sum(`pause_count`) as bigint) as `pause_count`,
  cast(sum(`skip_forward_count`) as bigint) as `skip_forward_count`,
  cast(sum(`skip_backward_count`) as bigint) as `skip_backward_count`,
  cast(sum(`skip_count`) as bigint) as `skip_count`,
  cast(sum(`buffer_count`) as bigint) as `buffer_count`,
  cast(sum(`refresh_count`) as bigint) as `refresh_count`,
  cast(sum(`tab_switch_count`) as bigint) as `tab_switch_count`,
  cast(sum(`bad_position_count`) as bigint) as `bad_position_count`,
  cast(cast(sum(cast(round(coalesce(rate_avg * watch_time_s, 0) * 1e6) as bigint)) as bigint) / 1e6 as double) as rated_s
from sessions
group by video_id, session_date
),
`repeat_coverage` as (
-- repeat_coverage: one row per user, video and day with several sessions that played (DESIGN 4.4)
select
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
    from (select session_date, from_s, to_s, xxhash64(isnull(user_id), user_id, isnull(video_id), video_id) as viewing_key from segments) g
    join (select viewing_key, session_date from viewer_days where watched_count > 1) r
      on r.viewing_key = g.viewing_key and r.session_date = g.session_date
  ) p
) s
group by viewing_key, session_date
),
`covered_days` as (
-- covered_days: one row per video and UTC day of the sessions' start (DESIGN 4.4)
select
  video_id,
  session_date,
  cast(count(*) as bigint) as unique_viewers,
  cast(cast(sum(cast(round(`unique_watch_s` * 1e6) as bigint)) as bigint) / 1e6 as double) as unique_watch_s,
  cast(count(percent_viewed_ratio) as bigint) as measured_count,
  cast(cast(sum(cast(round(`percent_viewed_ratio` * 1e9) as bigint)) as double) / nullif(count(`percent_viewed_ratio`), 0) / 1e9 as double) as avg_percent_viewed_ratio
from (
  select
    v.video_id,
    v.session_date,
    cast(coalesce(r.unique_us, v.unique_us) / 1e6 as double) as unique_watch_s,
    cast(cast(case when v.duration_us is not null then least(coalesce(r.unique_us, v.unique_us), v.duration_us) end as double) / nullif(v.duration_us, 0) as double) as percent_viewed_ratio
  from viewer_days v
  left join repeat_coverage r on r.viewing_key = v.viewing_key and r.session_date = v.session_date
) c
group by video_id, session_date
)
-- video_days: one row per video and UTC day of the sessions' start (DESIGN 5)
select
  t.video_id,
  t.session_date,
  unique_viewers,
  `session_count`,
  `play_count`,
  `completed_session_count`,
  `valid_completion_count`,
  `zero_watch_count`,
  `replay_count`,
  `resumed_count`,
  `autoplay_count`,
  `concurrent_count`,
  `watch_time_s`,
  `uncertain_s`,
  `estimated_tail_s`,
  `content_s`,
  `background_s`,
  `pause_count`,
  `pause_time_s`,
  `skip_forward_count`,
  `skip_backward_count`,
  `skip_count`,
  `skipped_s`,
  `buffer_count`,
  `buffer_time_s`,
  `refresh_count`,
  `tab_switch_count`,
  `bad_position_count`,
  `exclusive_watch_time_s`,
  rated_s,
  cast(rated_s / nullif(watch_time_s, 0) as double) as rate_avg,
  unique_watch_s,
  cast(cast(`watch_time_s` as double) / nullif(`session_count`, 0) as double) as avg_watch_time_s,
  measured_count,
  avg_percent_viewed_ratio,
  cast(cast(`completed_session_count` as double) / nullif(`session_count`, 0) as double) as completion_rate,
  cast(cast(`zero_watch_count` as double) / nullif(`session_count`, 0) as double) as zero_watch_rate,
  cast(cast(`play_count` as double) / nullif(`unique_viewers`, 0) as double) as plays_per_viewer
from day_totals t
join covered_days c on c.video_id = t.video_id and c.session_date = t.session_date;

create or replace temporary view `viewed_ranges` as
with `bucket_ranges` as (
-- bucket_ranges: one row per segment of a video whose duration is known (DESIGN 4.5)
select
  user_key,
  video_key,
  duration_us,
  -- buckets are half-open: a segment that ends where one begins has no part of it
  least(cast(floor(from_us * 100 / duration_us) as bigint), 99) as first_bucket,
  least(cast(floor((to_us * 100 - 1) / duration_us) as bigint), 99) as last_bucket
from (
  select
    -- numbers sort and group faster than texts
    xxhash64(isnull(s.user_id), s.user_id) as user_key,
    v.video_key,
    cast(round(v.duration_s * 1e6) as bigint) as duration_us,
    cast(round(s.from_s * 1e6) as bigint) as from_us,
    cast(round(s.to_s * 1e6) as bigint) as to_us
  from segments s
  join (select video_id, duration_s, xxhash64(isnull(video_id), video_id) as video_key from videos where duration_s > 0) v on v.video_id = s.video_id
) p
where from_us < duration_us
)
-- viewed_ranges: one row per segment of a video whose duration is known (DESIGN 4.5)
select
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
window viewer as (partition by video_key, user_key order by first_bucket, last_bucket rows between unbounded preceding and 1 preceding);

create or replace temporary view `retention_counts` as
with `started_videos` as (
-- started_videos: one row per video with segments (DESIGN 4.5)
select v.video_id, r.*
from (
  select video_key, max(duration_us) as duration_us, cast(sum(is_viewer * sign) as bigint) as starters
  from viewed_ranges
  group by video_key
) r
join videos v on xxhash64(isnull(v.video_id), v.video_id) = r.video_key
),
`bucket_edges` as (
-- bucket_edges: one row per video and bucket where counts change (DESIGN 4.5)
select video_key, bucket, sum(plays) as plays, sum(viewers) as viewers
from (
  select video_key, first_bucket as bucket, sign as plays, 0 as viewers from viewed_ranges
  union all
  select video_key, last_bucket + 1, -sign, case when new_bucket <= last_bucket then -sign else 0 end from viewed_ranges
  union all
  select video_key, new_bucket, 0, sign from viewed_ranges where new_bucket <= last_bucket
) e
group by video_key, bucket
)
-- retention_counts: one row per video and bucket of its duration (DESIGN 4.5)
select
  b.video_id,
  b.bucket,
  b.duration_us,
  b.starters,
  cast(sum(coalesce(e.plays, 0)) over so_far as bigint) as plays,
  cast(sum(coalesce(e.viewers, 0)) over so_far as bigint) as viewers
from (
  select v.video_id, v.video_key, v.duration_us, v.starters, n.bucket
  from started_videos v lateral view explode(case when 0 <= 99 then sequence(0, 99) else array() end) `n` as `bucket`
) b
left join bucket_edges e on e.video_key = b.video_key and e.bucket = b.bucket
window so_far as (partition by b.video_id order by b.bucket rows between unbounded preceding and current row);

create or replace temporary view `video_retention` as
with `bucket_losses` as (
-- bucket_losses: one row per video and bucket of its duration (DESIGN 4.5)
select
  *,
  first_value(viewers) over (partition by video_id order by bucket) as first_viewers,
  cast(coalesce(lag(viewers) over (partition by video_id order by bucket) - viewers, 0) as bigint) as drop_off
from retention_counts
)
-- video_retention: one row per video and bucket of its duration (DESIGN 4.5)
select
  video_id,
  cast(bucket as integer) as bucket,
  cast(bucket * duration_us / 100e6 as double) as from_s,
  cast((bucket + 1) * duration_us / 100e6 as double) as to_s,
  viewers,
  plays,
  starters,
  cast(cast(`viewers` as double) / nullif(`starters`, 0) as double) as retention_ratio,
  cast(cast(`viewers` as double) / nullif(`first_viewers`, 0) as double) as first_bucket_retention_ratio,
  cast(cast(`plays` as double) / nullif(`viewers`, 0) as double) as plays_per_viewer,
  drop_off,
  cast(cast(`drop_off` as double) / nullif(`starters`, 0) as double) as drop_off_ratio,
  case when drop_off > 0
    then cast(row_number() over (partition by video_id order by drop_off desc, bucket) as integer)
  end as drop_off_rank
from bucket_losses;
