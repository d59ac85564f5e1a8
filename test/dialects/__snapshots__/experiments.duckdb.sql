create or replace temporary table "exposures" as
with "assigned_exposures" as not materialized (
-- assigned_exposures: one row per user, experiment and variant that the user saw (DESIGN 4.5)
select
  *,
  row_number() over viewer as exposure_n,
  count(*) over (partition by user_id, experiment) as variant_count
from first_exposures
window viewer as (partition by user_id, experiment order by first_exposed_at, variant)
),
"sessions_since_exposure" as not materialized (
-- sessions_since_exposure: one row per user, experiment and variant that the user saw (DESIGN 4.5)
select
  e.user_id,
  e.experiment,
  e.variant,
  cast(count(*) as bigint) as session_count,
  cast(sum(case when s.has_played then 1 else 0 end) as bigint) as play_count,
  cast(sum(case when s.completed then 1 else 0 end) as bigint) as completed_session_count,
  cast(sum(cast(round(s.watch_time_s * 1e6) as bigint)) as bigint) as watch_us
from first_exposures e
-- a session that was going on may be the one that exposed the user
join exposed_sessions s on s.user_id = e.user_id and s.ended_at >= e.first_exposed_at
group by e.user_id, e.experiment, e.variant
),
"shown_since_exposure" as not materialized (
-- shown_since_exposure: one row per user, experiment and variant that the user saw (DESIGN 4.5)
select
  e.user_id,
  e.experiment,
  e.variant,
  cast(count(*) as bigint) as shown_count,
  cast(sum(case when p.last_played_at >= e.first_exposed_at then 1 else 0 end) as bigint) as played_shown_count
from first_exposures e
join exposed_impressions i on i.user_id = e.user_id and i.last_shown_at >= e.first_exposed_at
left join (
  select user_id, video_id, max(ended_at) as last_played_at
  from exposed_sessions
  where has_played
  group by user_id, video_id
) p on p.user_id = i.user_id and p.video_id = i.video_id
group by e.user_id, e.experiment, e.variant
)
-- exposures: one row per user, experiment and variant that the user saw (DESIGN 4.5)
select
  e.user_id,
  e.experiment,
  e.variant,
  e.first_exposed_at,
  e.exposure_n = 1 as is_assigned,
  e.variant_count > 1 as is_mixed,
  coalesce(s.session_count, 0) as session_count,
  coalesce(s.play_count, 0) as play_count,
  coalesce(s.completed_session_count, 0) as completed_session_count,
  cast(coalesce(s.watch_us, 0) / 1e6 as double) as watch_time_s,
  coalesce(i.shown_count, 0) as shown_count,
  coalesce(i.played_shown_count, 0) as played_shown_count
from assigned_exposures e
left join sessions_since_exposure s
  on s.user_id = e.user_id and s.experiment = e.experiment and s.variant = e.variant
left join shown_since_exposure i
  on i.user_id = e.user_id and i.experiment = e.experiment and i.variant = e.variant;

create or replace temporary table "arm_counts" as
-- arm_counts: one row per experiment and variant (DESIGN 4.5)
select
  experiment,
  variant,
  cast(sum(case when is_assigned then 1 else 0 end) as bigint) as exposed_viewers,
  cast(sum(case when is_assigned and is_mixed then 1 else 0 end) as bigint) as mixed_viewers,
  min(epoch_us(first_exposed_at)) as first_exposed_us,
  max(epoch_us(first_exposed_at)) as last_exposed_us,
  cast(sum(case when play_count > 0 then 1 else 0 end) as bigint) as played_viewers,
  cast(sum(session_count) as bigint) as session_count,
  cast(sum(play_count) as bigint) as play_count,
  cast(sum(completed_session_count) as bigint) as completed_session_count,
  cast(sum(watch_us) as bigint) as watch_us,
  cast(sum(cast(whole_s * whole_s as decimal(38, 0))) as VARCHAR) as "whole_squares",
  cast(sum(cast(whole_s * rest_us as decimal(38, 0))) as VARCHAR) as "mixed_products",
  cast(sum(cast(rest_us * rest_us as decimal(38, 0))) as VARCHAR) as "rest_squares",
  cast(sum(shown_count) as bigint) as shown_count,
  cast(sum(played_shown_count) as bigint) as played_shown_count,
  cast(sum(cast(shown_count * shown_count as decimal(38, 0))) as VARCHAR) as "shown_squares",
  cast(sum(cast(shown_count * played_shown_count as decimal(38, 0))) as VARCHAR) as "shown_products",
  cast(sum(cast(played_shown_count * played_shown_count as decimal(38, 0))) as VARCHAR) as "played_squares"
from (
  select
    *,
    cast(floor(watch_us / 1000000) as bigint) as whole_s,
    watch_us - cast(floor(watch_us / 1000000) as bigint) * 1000000 as rest_us
  from (
    select
      experiment,
      variant,
      is_assigned,
      is_mixed,
      case when is_assigned then first_exposed_at end as first_exposed_at,
      case when is_assigned then session_count else 0 end as session_count,
      case when is_assigned then play_count else 0 end as play_count,
      case when is_assigned then completed_session_count else 0 end as completed_session_count,
      case when is_assigned then shown_count else 0 end as shown_count,
      case when is_assigned then played_shown_count else 0 end as played_shown_count,
      case when is_assigned then cast(round(watch_time_s * 1e6) as bigint) else 0 end as watch_us
    from exposures
  ) a
) b
group by experiment, variant
order by experiment, variant;
