create or replace temporary table "repeated_events" as
-- repeated_events: one row per event id seen more than once (DESIGN 4.1.1)
select hash(event_id) as event_key
from input_events
group by 1
having count(*) > 1;

create or replace temporary table "first_copies" as
with "copies" as not materialized (
-- copies: one row per event seen more than once, with its copies (DESIGN 4.1.1)
select i.*
from input_events i
join repeated_events r on r.event_key = hash(i.event_id)
),
"typed_copies" as not materialized (
-- typed_copies: one row per event, copies included (DESIGN 3)
select
  hash(event_id) as event_key,
  event_id,
  user_id,
  video_id,
  player_id,
  hash(user_id) as user_key,
  hash(user_id, player_id) as stream_key,
  hash(video_id) as video_key,
  hash("device", "country", "referrer", "app_version", "experiment", "variant") as context_key,
  cast(case event_type when 'page_view' then 0 when 'load' then 1 when 'visible' then 2 when 'buffer_end' then 3 when 'seek' then 4 when 'play' then 5 when 'resume' then 6 when 'rate_change' then 7 when 'heartbeat' then 8 when 'hidden' then 9 when 'buffer_start' then 10 when 'pause' then 11 when 'error' then 12 when 'ended' then 13 when 'unload' then 14 end as integer) as kind,
  epoch_us(event_time) as at_us,
  epoch_us(received_at) as received_us,
  sequence,
  -- above the maximum, infinite and NaN (the largest number to both engines) are no positions
  case when position_s <= 100000000000 and position_s >= -100000000000 then position_s end as position_s,
  case when seek_from_s <= 100000000000 and seek_from_s >= -100000000000 then seek_from_s end as seek_from_s,
  case when duration_s > 0 and duration_s < 100000000 then cast(round(duration_s * 1e6) as bigint) end as duration_us,
  case when playback_rate > 0 and playback_rate <= 100 then playback_rate end as rate,
  autoplay
from "copies"
)
-- first_copies: one row per event seen more than once (DESIGN 4.1.1)
select e."event_key", e."event_id", e."user_id", e."video_id", e."player_id", e."user_key", e."stream_key", e."video_key", e."context_key", e."kind", e."at_us", e."received_us", e."sequence", e."position_s", e."seek_from_s", e."duration_us", e."rate", e."autoplay"
from (
  select
    c.*,
    row_number() over (
      partition by c.user_id, c.event_id
      order by c.received_us nulls last, c.at_us, c.sequence nulls first, c.kind, c.position_s nulls first,
        c.seek_from_s nulls first, c.player_id nulls first, c.video_id nulls first, c.duration_us nulls first,
        c.rate nulls first, c.context_key
    ) as copy
  from typed_copies c
  where c.kind is not null
) e
where copy = 1;

create or replace temporary table "stream_events" as
with "typed_events" as not materialized (
-- typed_events: one row per event, copies included (DESIGN 3)
select
  hash(event_id) as event_key,
  event_id,
  user_id,
  video_id,
  player_id,
  hash(user_id) as user_key,
  hash(user_id, player_id) as stream_key,
  hash(video_id) as video_key,
  hash("device", "country", "referrer", "app_version", "experiment", "variant") as context_key,
  cast(case event_type when 'page_view' then 0 when 'load' then 1 when 'visible' then 2 when 'buffer_end' then 3 when 'seek' then 4 when 'play' then 5 when 'resume' then 6 when 'rate_change' then 7 when 'heartbeat' then 8 when 'hidden' then 9 when 'buffer_start' then 10 when 'pause' then 11 when 'error' then 12 when 'ended' then 13 when 'unload' then 14 end as integer) as kind,
  epoch_us(event_time) as at_us,
  epoch_us(received_at) as received_us,
  sequence,
  -- above the maximum, infinite and NaN (the largest number to both engines) are no positions
  case when position_s <= 100000000000 and position_s >= -100000000000 then position_s end as position_s,
  case when seek_from_s <= 100000000000 and seek_from_s >= -100000000000 then seek_from_s end as seek_from_s,
  case when duration_s > 0 and duration_s < 100000000 then cast(round(duration_s * 1e6) as bigint) end as duration_us,
  case when playback_rate > 0 and playback_rate <= 100 then playback_rate end as rate,
  autoplay
from "input_events"
),
"unique_events" as not materialized (
-- unique_events: one row per event (DESIGN 4.1.1)
select e."event_key", e."event_id", e."user_id", e."video_id", e."player_id", e."user_key", e."stream_key", e."video_key", e."context_key", e."kind", e."at_us", e."received_us", e."sequence", e."position_s", e."seek_from_s", e."duration_us", e."rate", e."autoplay"
from typed_events e
left join repeated_events r on r.event_key = e.event_key
where e.kind is not null and r.event_key is null
union all
select e."event_key", e."event_id", e."user_id", e."video_id", e."player_id", e."user_key", e."stream_key", e."video_key", e."context_key", e."kind", e."at_us", e."received_us", e."sequence", e."position_s", e."seek_from_s", e."duration_us", e."rate", e."autoplay"
from first_copies e
),
"ordered_events" as not materialized (
-- ordered_events: one row per player event (DESIGN 4.1.1)
select
  stream_key, user_key, video_key, context_key, kind, at_us, position_s, seek_from_s, duration_us, rate, autoplay,
  row_number() over stream as n,
  lag(at_us) over stream as prev_us,
  lag(kind) over stream as prev_kind,
  lag(position_s) over stream as prev_position_s,
  lag(video_key) over stream as prev_video_key,
  max(case when kind = 4 /* seek */ then at_us end) over (
    partition by stream_key order by at_us, sequence nulls first, kind, event_id rows between unbounded preceding and 1 preceding
  ) as seek_us
from unique_events
where not (kind = 0 /* page_view */)
window stream as (partition by stream_key order by at_us, sequence nulls first, kind, event_id)
),
"opened_events" as not materialized (
-- opened_events: one row per player event (DESIGN 4.1.2-3)
select
  *,
  case when prev_us is null or prev_video_key <> video_key or at_us - prev_us > 1800000000 then 1 else 0 end as opens
from ordered_events
)
-- stream_events: one row per player event (DESIGN 4.1.2-3)
select
  stream_key,
  n,
  count(case when opens = 1 then 1 end) over (partition by stream_key order by n rows between unbounded preceding and current row) as chunk,
  opens,
  kind,
  at_us,
  prev_us,
  prev_kind,
  position_s,
  prev_position_s,
  seek_from_s,
  duration_us,
  rate,
  autoplay,
  seek_us,
  case when opens = 1 then user_key end as user_key,
  case when opens = 1 then video_key end as video_key,
  case when opens = 1 then context_key end as context_key
from opened_events;

create or replace temporary table "chunks" as
-- chunks: one row per run of one video in a stream without a long gap (DESIGN 4.1.2-3)
select
  stream_key,
  chunk,
  min(n) as first_n,
  max(n) as last_n,
  min(at_us) as start_us,
  max(at_us) as end_us,
  max(duration_us) as duration_us,
  max(user_key) as user_key,
  max(video_key) as video_key,
  max(context_key) as context_key
from stream_events
group by stream_key, chunk;

create or replace temporary table "catalog_durations" as
-- catalog_durations: one row per video whose duration the catalogue knows (DESIGN 4.1.5)
select hash(video_id) as video_key, max(cast(round(duration_s * 1e6) as bigint)) as duration_us
from video_catalog
where duration_s > 0 and duration_s < 100000000
group by 1;

create or replace temporary table "session_chunks" as
with "typed_events" as not materialized (
-- typed_events: one row per event, copies included (DESIGN 3)
select
  hash(event_id) as event_key,
  event_id,
  user_id,
  video_id,
  player_id,
  hash(user_id) as user_key,
  hash(user_id, player_id) as stream_key,
  hash(video_id) as video_key,
  hash("device", "country", "referrer", "app_version", "experiment", "variant") as context_key,
  cast(case event_type when 'page_view' then 0 when 'load' then 1 when 'visible' then 2 when 'buffer_end' then 3 when 'seek' then 4 when 'play' then 5 when 'resume' then 6 when 'rate_change' then 7 when 'heartbeat' then 8 when 'hidden' then 9 when 'buffer_start' then 10 when 'pause' then 11 when 'error' then 12 when 'ended' then 13 when 'unload' then 14 end as integer) as kind,
  epoch_us(event_time) as at_us,
  epoch_us(received_at) as received_us,
  sequence,
  -- above the maximum, infinite and NaN (the largest number to both engines) are no positions
  case when position_s <= 100000000000 and position_s >= -100000000000 then position_s end as position_s,
  case when seek_from_s <= 100000000000 and seek_from_s >= -100000000000 then seek_from_s end as seek_from_s,
  case when duration_s > 0 and duration_s < 100000000 then cast(round(duration_s * 1e6) as bigint) end as duration_us,
  case when playback_rate > 0 and playback_rate <= 100 then playback_rate end as rate,
  autoplay
from "input_events"
),
"unique_events" as not materialized (
-- unique_events: one row per event (DESIGN 4.1.1)
select e."event_key", e."event_id", e."user_id", e."video_id", e."player_id", e."user_key", e."stream_key", e."video_key", e."context_key", e."kind", e."at_us", e."received_us", e."sequence", e."position_s", e."seek_from_s", e."duration_us", e."rate", e."autoplay"
from typed_events e
left join repeated_events r on r.event_key = e.event_key
where e.kind is not null and r.event_key is null
union all
select e."event_key", e."event_id", e."user_id", e."video_id", e."player_id", e."user_key", e."stream_key", e."video_key", e."context_key", e."kind", e."at_us", e."received_us", e."sequence", e."position_s", e."seek_from_s", e."duration_us", e."rate", e."autoplay"
from first_copies e
),
"long_gaps" as not materialized (
-- long_gaps: one row per gap above the timeout between two events of one video in a stream (DESIGN 4.1.2)
select
  a.stream_key,
  a.chunk,
  b.start_us - a.end_us as gap_us,
  coalesce(c.duration_us, greatest(a.duration_us, b.duration_us)) as duration_us
from chunks a
join chunks b on b.stream_key = a.stream_key and b.chunk = a.chunk + 1 and b.video_key = a.video_key
left join catalog_durations c on c.video_key = a.video_key
),
"gap_facts" as not materialized (
-- gap_facts: one row per long gap (DESIGN 4.1.2)
select
  g.stream_key,
  g.chunk,
  g.gap_us,
  g.duration_us,
  -- gaps in a row share a run
  g.chunk - row_number() over (partition by g.stream_key order by g.chunk) as run,
  -- what the events before the gap leave standing
  max(case when e.chunk = g.chunk and e.kind in (5, 6 /* play, resume */) then e.n end) as play_n,
  max(case when e.chunk = g.chunk and e.kind in (11, 13, 14, 12 /* pause, ended, unload, error */) then e.n end) as stop_n,
  max(case when e.chunk = g.chunk and e.kind = 10 /* buffer_start */ then e.n end) as stall_n,
  max(case when e.chunk = g.chunk and e.kind = 3 /* buffer_end */ then e.n end) as flow_n,
  max_by(e.rate, case when e.chunk = g.chunk and e.rate is not null then e.n end) as rate,
  -- -1: a live position has cleared it; max_by passes over null on some engines only
  nullif(max_by(
    coalesce(case
      when e.opens = 0 and e.kind in (5, 6 /* play, resume */) and e.prev_kind = 4 /* seek */ and e.at_us - e.prev_us <= 2000000 then coalesce(case
    when e.prev_position_s < -1 or e.prev_position_s >= 100000000 then null
    when cast(round(e.prev_position_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.prev_position_s is null then null
    when e.prev_position_s < 0 then 0
    else least(cast(round(e.prev_position_s * 1e6) as bigint), g.duration_us)
  end, case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), g.duration_us)
  end)
      else case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), g.duration_us)
  end
    end, -1),
    case when e.chunk = g.chunk and (case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), g.duration_us)
  end is not null or e.position_s >= 100000000) then e.n end
  ), -1) as p,
  -- what the first event after it tells
  max(case when e.chunk = g.chunk + 1 and e.opens = 1 then
    case when e.kind = 4 /* seek */ and e.seek_from_s is not null then case
    when e.seek_from_s < -1 or e.seek_from_s >= 100000000 then null
    when cast(round(e.seek_from_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.seek_from_s is null then null
    when e.seek_from_s < 0 then 0
    else least(cast(round(e.seek_from_s * 1e6) as bigint), g.duration_us)
  end else case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), g.duration_us)
  end end
  end) as q
from long_gaps g
join stream_events e on e.stream_key = g.stream_key and (e.chunk = g.chunk or e.chunk = g.chunk + 1)
group by g.stream_key, g.chunk, g.gap_us, g.duration_us
),
"moved_stalls" as not materialized (
-- moved_stalls: one row per long gap whose last stall a position ended by moving on (DESIGN 4.2)
select g.stream_key, g.chunk
from gap_facts g
join stream_events e on e.stream_key = g.stream_key and e.chunk = g.chunk
where g.stall_n > greatest(coalesce(g.play_n, 0), coalesce(g.flow_n, 0))
group by g.stream_key, g.chunk
having max(case when e.n > g.stall_n then case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), g.duration_us)
  end end)
  - nullif(max_by(coalesce(case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), g.duration_us)
  end, -1), case when e.n <= g.stall_n and (case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > g.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), g.duration_us)
  end is not null or e.position_s >= 100000000) then e.n end), -1) >= 500000
),
"rated_gaps" as not materialized (
-- rated_gaps: one row per long gap (DESIGN 4.1.2)
select
  f.*,
  coalesce(last_value(rate ignore nulls) over so_far, 1) as carried_rate,
  max(case when rate is not null then f.chunk end) over so_far as rate_chunk,
  case
    when stall_n > greatest(coalesce(play_n, 0), coalesce(flow_n, 0)) and m.chunk is null then 'stopped'
    when coalesce(play_n, 0) > coalesce(stop_n, 0) then 'running'
    when play_n is null and stop_n is null then 'as before'
    else 'stopped'
  end as playhead
from gap_facts f
left join moved_stalls m on m.stream_key = f.stream_key and m.chunk = f.chunk
window so_far as (partition by f.stream_key, f.run order by f.chunk rows between unbounded preceding and current row)
),
"tried_gaps" as not materialized (
-- tried_gaps: one row per long gap (DESIGN 4.1.2)
select
  *,
  case when playhead <> 'stopped' then case when abs(q - p - carried_rate * gap_us) <= greatest(2000000, 0.1e0 * carried_rate * gap_us) then 1 else 0 end else 0 end as fits_carried,
  case when playhead <> 'stopped' then case when abs(q - p - 1 * gap_us) <= greatest(2000000, 0.1e0 * 1 * gap_us) then 1 else 0 end else 0 end as fits_plain
from rated_gaps
),
"judged_gaps" as not materialized (
-- judged_gaps: one row per long gap (DESIGN 4.1.2)
select
  *,
  case
    when max(case when fits_carried = 0 then chunk end) over (
      partition by stream_key, run order by chunk rows between unbounded preceding and 1 preceding
    ) >= rate_chunk then fits_plain
    else fits_carried
  end as fits
from tried_gaps
),
"steady_gaps" as not materialized (
-- steady_gaps: one row per long gap that steady play bridges (DESIGN 4.1.2)
select stream_key, chunk
from (
  select
    stream_key,
    chunk,
    max(case when playhead <> 'as before' then chunk end) over so_far as told_chunk,
    max(case when playhead = 'running' then chunk end) over so_far as running_chunk,
    max(case when fits = 0 then chunk end) over so_far as broken_chunk
  from judged_gaps
  window so_far as (partition by stream_key, run order by chunk rows between unbounded preceding and current row)
) g
where running_chunk = told_chunk and coalesce(broken_chunk, 0) < running_chunk
),
"activity" as not materialized (
-- activity: one row per stretch of activity of a user (DESIGN 4.1.2)
select
  c.user_key,
  c.stream_key,
  c.chunk,
  c.start_us,
  -- steady play goes on until the next event of the stream, whatever else the user did meanwhile
  coalesce(b.start_us, c.end_us) as end_us
from chunks c
left join steady_gaps s on s.stream_key = c.stream_key and s.chunk = c.chunk
left join chunks b on b.stream_key = s.stream_key and b.chunk = s.chunk + 1
union all
select user_key, null, null, at_us, at_us
from unique_events
where kind = 0 /* page_view */
),
"gapped_activity" as not materialized (
-- gapped_activity: one row per stretch of activity of a user (DESIGN 4.1.2)
select
  *,
  max(end_us) over (
    partition by user_key
    order by start_us, end_us, stream_key nulls first, chunk nulls first
    rows between unbounded preceding and 1 preceding
  ) as active_until_us
from activity
),
"visits" as not materialized (
-- visits: one row per stretch of activity of a user (DESIGN 4.1.2)
select
  stream_key,
  chunk,
  max(
    case
      when active_until_us is null then start_us
      when start_us - active_until_us > 1800000000 then start_us
    end
  ) over (
    partition by user_key
    order by start_us, end_us, stream_key nulls first, chunk nulls first
    rows between unbounded preceding and current row
  ) as visit_start_us
from gapped_activity
),
"visited_chunks" as not materialized (
-- visited_chunks: one row per chunk (DESIGN 4.1.3)
select
  c.*,
  v.visit_start_us,
  case
    when lag(v.visit_start_us) over stream = v.visit_start_us and lag(c.video_key) over stream = c.video_key then 0
    else 1
  end as opens,
  lead(v.visit_start_us) over stream as next_visit_start_us,
  lead(c.video_key) over stream as next_video_key,
  lead(c.start_us) over stream as next_start_us
from chunks c
join visits v on v.stream_key = c.stream_key and v.chunk = c.chunk
window stream as (partition by c.stream_key order by c.chunk)
)
-- session_chunks: one row per chunk (DESIGN 4.1.3)
select
  *,
  max(case when opens = 1 then first_n end) over (
    partition by stream_key order by chunk rows between unbounded preceding and current row
  ) as session_n
from visited_chunks;

create or replace temporary table "session_spans" as
with "stream_names" as not materialized (
-- stream_names: one row per user and player (DESIGN 3)
select
  hash(user_id, player_id) as stream_key,
  max(user_id) as user_id,
  max(player_id) as player_id
from input_events
group by 1
),
"video_names" as not materialized (
-- video_names: one row per video (DESIGN 3)
select hash(video_id) as video_key, max(video_id) as video_id
from input_events
group by 1
)
-- session_spans: one row per session (DESIGN 4.1.3, 4.1.5)
select
  s.*,
  n.user_id,
  v.video_id,
  n.player_id,
  coalesce(c.duration_us, s.reported_duration_us) as duration_us
from (
  select
    stream_key,
    session_n,
    max(last_n) as last_n,
    min(start_us) as start_us,
    max(end_us) as end_us,
    max(visit_start_us) as visit_start_us,
    max(user_key) as user_key,
    max(video_key) as video_key,
    max(case when opens = 1 then context_key end) as context_key,
    max(duration_us) as reported_duration_us,
    -- when another video followed in the stream, within the visit
    max(case when next_visit_start_us = visit_start_us and next_video_key <> video_key then next_start_us end) as switched_us,
    -- A, B, A in one instant: more than one session of the video begins there
    row_number() over (partition by stream_key, min(start_us), max(video_key) order by session_n) as nth_at_start
  from session_chunks
  group by stream_key, session_n
) s
join stream_names n on n.stream_key = s.stream_key
join video_names v on v.video_key = s.video_key
left join catalog_durations c on c.video_key = s.video_key;

create or replace temporary table "settled_plays" as
with "chunk_sessions" as not materialized (
-- chunk_sessions: one row per chunk (DESIGN 4.1.3)
select c.stream_key, c.chunk, c.session_n, s.last_n, s.start_us, s.duration_us
from session_chunks c
join session_spans s on s.stream_key = c.stream_key and s.session_n = c.session_n
),
"distant_plays" as not materialized (
-- distant_plays: one row per play soon after a seek, with events between (DESIGN 4.1.4)
select p.stream_key, p.n, p.duration_us, max(k.n) as seek_n
from (
  select e.stream_key, e.n, s.session_n, s.duration_us
  from stream_events e
  join chunk_sessions s on s.stream_key = e.stream_key and s.chunk = e.chunk
  where e.kind in (5, 6 /* play, resume */) and e.at_us - e.seek_us <= 2000000 and e.seek_us >= s.start_us and e.n > s.session_n and not (e.prev_kind = 4 /* seek */)
) p
join stream_events k on k.stream_key = p.stream_key and k.n < p.n and k.n >= p.session_n
where k.kind = 4 /* seek */
group by p.stream_key, p.n, p.duration_us
),
"seek_targets" as not materialized (
-- seek_targets: one row per play soon after a seek, with events between (DESIGN 4.1.4)
select p.stream_key, p.n, p.seek_n, p.duration_us, case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > p.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), p.duration_us)
  end as target_us
from distant_plays p
join stream_events e on e.stream_key = p.stream_key and e.n = p.seek_n
)
-- settled_plays: one row per play soon after a seek, with events between, none of them away from its target (DESIGN 4.1.4)
select t.stream_key, t.n, t.target_us
from seek_targets t
join stream_events e on e.stream_key = t.stream_key and e.n > t.seek_n and e.n < t.n
where t.target_us is not null
group by t.stream_key, t.n, t.target_us
having max(case when not (e.kind in (5, 6 /* play, resume */)) and abs(case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > t.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), t.duration_us)
  end - t.target_us) >= 1000000 then 1 else 0 end) = 0;

create or replace temporary table "standing" as
with "chunk_sessions" as not materialized (
-- chunk_sessions: one row per chunk (DESIGN 4.1.3)
select c.stream_key, c.chunk, c.session_n, s.last_n, s.start_us, s.duration_us
from session_chunks c
join session_spans s on s.stream_key = c.stream_key and s.session_n = c.session_n
),
"placed_events" as not materialized (
-- placed_events: one row per event of a session (DESIGN 4.1.4-5)
select
  e.stream_key,
  s.session_n,
  e.n,
  case when e.n = s.last_n then 1 else 0 end as is_last,
  e.kind,
  e.at_us,
  case when e.n > s.session_n then e.at_us - e.prev_us end as w_us,
  case when e.n > s.session_n then e.prev_kind end as prev_kind,
  s.duration_us,
  case
    when e.kind in (5, 6 /* play, resume */) and e.at_us - e.seek_us <= 2000000 and e.seek_us >= s.start_us and e.n > s.session_n and e.prev_kind = 4 /* seek */ then coalesce(case
    when e.prev_position_s < -1 or e.prev_position_s >= 100000000 then null
    when cast(round(e.prev_position_s * 1e6) as bigint) > s.duration_us + 1000000 then null
    when e.prev_position_s is null then null
    when e.prev_position_s < 0 then 0
    else least(cast(round(e.prev_position_s * 1e6) as bigint), s.duration_us)
  end, case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > s.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), s.duration_us)
  end)
    else coalesce(p.target_us, case
    when e.position_s < -1 or e.position_s >= 100000000 then null
    when cast(round(e.position_s * 1e6) as bigint) > s.duration_us + 1000000 then null
    when e.position_s is null then null
    when e.position_s < 0 then 0
    else least(cast(round(e.position_s * 1e6) as bigint), s.duration_us)
  end)
  end as place_us,
  case when e.position_s >= 100000000 then 1 else 0 end as is_live,
  case when (e.position_s < -1 or (e.position_s < 100000000 and cast(round(e.position_s * 1e6) as bigint) > s.duration_us + 1000000)) then 1 else 0 end as is_bad,
  case when e.kind = 4 /* seek */ then case
    when e.seek_from_s < -1 or e.seek_from_s >= 100000000 then null
    when cast(round(e.seek_from_s * 1e6) as bigint) > s.duration_us + 1000000 then null
    when e.seek_from_s is null then null
    when e.seek_from_s < 0 then 0
    else least(cast(round(e.seek_from_s * 1e6) as bigint), s.duration_us)
  end end as seek_from_us,
  e.rate,
  e.autoplay,
  case when e.seek_us >= s.start_us then e.seek_us end as seek_us
from stream_events e
join chunk_sessions s on s.stream_key = e.stream_key and s.chunk = e.chunk
left join settled_plays p on p.stream_key = e.stream_key and p.n = e.n
)
-- standing: one row per event of a session (DESIGN 4.1.4-5, 4.2)
select
  stream_key,
  session_n,
  n,
  is_last,
  kind,
  at_us,
  w_us,
  prev_kind,
  duration_us,
  place_us,
  is_live,
  is_bad,
  seek_from_us,
  rate,
  autoplay,
  seek_us,
  -- -1: a live position has cleared it
  last_value(case when place_us is not null then place_us when is_live = 1 then -1 end ignore nulls) over earlier as known_us,
  coalesce(last_value(rate ignore nulls) over earlier, 1) as r,
  -- the last of numbers that only grow is the greatest, and cheaper to find
  coalesce(last_value(case
    when kind in (5, 6 /* play, resume */) then n * 8 + 1 /* playing */
    when kind = 13 /* ended */ then n * 8 + 2 /* ended */
    when kind = 14 /* unload */ then n * 8 + 3 /* closed */
    when kind = 12 /* error */ then n * 8 + 4 /* failed */
  end ignore nulls) over earlier, 0) as setter,
  last_value(case when kind in (11, 13, 14, 12 /* pause, ended, unload, error */) then n end ignore nulls) over earlier as stop_n,
  last_value(case when kind in (5, 6 /* play, resume */) then n end ignore nulls) over earlier as play_n
from placed_events
window earlier as (partition by stream_key, session_n order by n rows between unbounded preceding and 1 preceding);

create or replace temporary table "interruptions" as
with "interrupted_sessions" as not materialized (
-- interrupted_sessions: one row per interrupted session (DESIGN 4.2)
select distinct stream_key, session_n
from standing
where kind in (10, 9 /* buffer_start, hidden */)
),
"interrupted_events" as not materialized (
-- interrupted_events: one row per event of a interrupted session (DESIGN 4.2)
select
  e.stream_key,
  e.session_n,
  e.n,
  e.kind,
  e.place_us,
  max(case when e.kind = 10 /* buffer_start */ then e.n end) over earlier as stall_n,
  max(case when e.kind = 9 /* hidden */ then e.n * 2 + 1 when e.kind = 2 /* visible */ then e.n * 2 end) over earlier as hiding,
  -- where the playhead stood when the last stall began; -1: unknown
  last_value(case when e.kind = 10 /* buffer_start */ then coalesce(e.place_us, case when e.is_live = 0 then e.known_us end, -1) end ignore nulls) over earlier as stalled_at_us
from standing e
join interrupted_sessions s on s.stream_key = e.stream_key and s.session_n = e.session_n
window earlier as (partition by e.stream_key, e.session_n order by e.n rows between unbounded preceding and 1 preceding)
),
"moved_events" as not materialized (
-- moved_events: one row per event of a interrupted session (DESIGN 4.2)
select
  *,
  case when stalled_at_us >= 0 and place_us - stalled_at_us >= 500000 then 1 else 0 end as moved
from interrupted_events
),
"stall_of_events" as not materialized (
-- stall_of_events: one row per event of a interrupted session (DESIGN 4.2)
select
  *,
  max(case
    when kind = 10 /* buffer_start */ then n * 2 + 1
    when kind in (3, 5, 6, 11, 13, 14, 12 /* buffer_end, play, resume, pause, ended, unload, error */) or moved = 1 then n * 2
  end) over (partition by stream_key, session_n order by n rows between unbounded preceding and 1 preceding) as stall
from moved_events
)
-- interruptions: one row per event of a interrupted session (DESIGN 4.2)
select
  stream_key,
  n,
  moved,
  stall,
  stall_n,
  hiding,
  coalesce(max(case
    when kind = 11 /* pause */ and stall % 2 = 1 and moved = 0 then n * 8 + 5 /* paused */
    when kind in (5, 6 /* play, resume */) then n * 8 + 1 /* playing */
    when kind = 13 /* ended */ then n * 8 + 2 /* ended */
    when kind = 14 /* unload */ then n * 8 + 3 /* closed */
    when kind = 12 /* error */ then n * 8 + 4 /* failed */
  end) over (partition by stream_key, session_n order by n rows between unbounded preceding and 1 preceding), 0) as setter
from stall_of_events;

create or replace temporary table "silent_rates" as
with "states" as not materialized (
-- states: one row per event of a session (DESIGN 4.2)
select
  b.*,
  case
    when from_state = 6 /* buffering */ and not (kind in (3, 5, 6, 11, 13, 14, 12 /* buffer_end, play, resume, pause, ended, unload, error */)) then from_state
    when kind in (5, 6 /* play, resume */) then 1 /* playing */
    when kind = 13 /* ended */ then 2 /* ended */
    when kind = 14 /* unload */ then 3 /* closed */
    when kind = 12 /* error */ then 4 /* failed */
    when kind = 10 /* buffer_start */ then 6 /* buffering */
    when kind = 11 /* pause */ and (from_state = 6 /* buffering */ or base_state = 1 /* playing */) then 5 /* paused */
    else base_state
  end as state_after,
  case when kind = 11 /* pause */ and base_state = 1 /* playing */ then 1 else 0 end as pauses,
  case when kind = 10 /* buffer_start */ and from_state <> 6 /* buffering */ then 1 else 0 end as stalls,
  case when kind in (5, 6 /* play, resume */) and from_state = 2 /* ended */ and place_or_known_us <= 5000000 then 1 else 0 end as replays
from (
  select
    a.*,
    case when place_us is not null then place_us when is_live = 0 then known_us end as place_or_known_us,
    case when stalled = 1 then 6 /* buffering */ else base_state end as state_before,
    -- a position that has moved on ends the buffering before the event itself takes effect
    case when stalled = 1 and moved = 0 then 6 /* buffering */ else base_state end as from_state
  from (
    select
      e.stream_key,
      e.session_n,
      e.n,
      e.is_last,
      e.kind,
      e.at_us,
      e.w_us,
      e.prev_kind,
      e.duration_us,
      e.place_us,
      e.is_live,
      e.is_bad,
      e.seek_from_us,
      e.autoplay,
      e.seek_us,
      nullif(e.known_us, -1) as known_us,
      e.r,
      coalesce(e.rate, e.r) as r_after,
      -- the last event after which the playhead stood: play before and after it is not unbroken
      greatest(e.stop_n, s.stall_n) as stop_n,
      e.play_n,
      case when s.hiding % 2 = 1 then 1 else 0 end as is_hidden,
      case when s.stall % 2 = 1 then 1 else 0 end as stalled,
      coalesce(s.moved, 0) as moved,
      case
        when coalesce(s.setter, e.setter) % 8 = 1 /* playing */ and e.stop_n * 8 > coalesce(s.setter, e.setter) then 5 /* paused */
        else coalesce(s.setter, e.setter) % 8
      end as base_state,
      coalesce(s.setter, e.setter) as setter
    from standing e
    left join interruptions s on s.stream_key = e.stream_key and s.n = e.n
  ) a
) b
),
"intervals" as not materialized (
-- intervals: one row per event of a session with the interval that it ends (DESIGN 4.3)
select
  s.*,
  known_us as p,
  case when kind = 4 /* seek */ and seek_from_us is not null then seek_from_us else place_us end as q,
  case when kind = 4 /* seek */ and seek_from_us is not null then 1 else 0 end as has_origin
from states s
),
"sloped_intervals" as not materialized (
-- sloped_intervals: one row per long playing interval (DESIGN 4.3)
select
  stream_key,
  session_n,
  n,
  cast(q - p as double) / w_us as slope,
  case when abs(q - p - r * w_us) > greatest(2000000, cast(round(0.1e0 * r * w_us) as bigint)) then 1 else 0 end as is_off
from intervals
where state_before = 1 /* playing */ and w_us >= 5000000 and not (kind in (4, 5, 6 /* seek, play, resume */)) and q - p >= 0.25e0 * w_us and q - p <= 4 * w_us
)
-- silent_rates: one row per playing interval at a rate that nobody reported (DESIGN 4.3)
select o.stream_key, o.n, max(o.slope) as slope
from sloped_intervals o
join sloped_intervals m on m.stream_key = o.stream_key and m.session_n = o.session_n and (m.n = o.n - 1 or m.n = o.n + 1)
where o.is_off = 1 and abs(o.slope - m.slope) <= 0.1e0 * o.slope
group by o.stream_key, o.n;

create or replace temporary table "verdicts" as
with "states" as not materialized (
-- states: one row per event of a session (DESIGN 4.2)
select
  b.*,
  case
    when from_state = 6 /* buffering */ and not (kind in (3, 5, 6, 11, 13, 14, 12 /* buffer_end, play, resume, pause, ended, unload, error */)) then from_state
    when kind in (5, 6 /* play, resume */) then 1 /* playing */
    when kind = 13 /* ended */ then 2 /* ended */
    when kind = 14 /* unload */ then 3 /* closed */
    when kind = 12 /* error */ then 4 /* failed */
    when kind = 10 /* buffer_start */ then 6 /* buffering */
    when kind = 11 /* pause */ and (from_state = 6 /* buffering */ or base_state = 1 /* playing */) then 5 /* paused */
    else base_state
  end as state_after,
  case when kind = 11 /* pause */ and base_state = 1 /* playing */ then 1 else 0 end as pauses,
  case when kind = 10 /* buffer_start */ and from_state <> 6 /* buffering */ then 1 else 0 end as stalls,
  case when kind in (5, 6 /* play, resume */) and from_state = 2 /* ended */ and place_or_known_us <= 5000000 then 1 else 0 end as replays
from (
  select
    a.*,
    case when place_us is not null then place_us when is_live = 0 then known_us end as place_or_known_us,
    case when stalled = 1 then 6 /* buffering */ else base_state end as state_before,
    -- a position that has moved on ends the buffering before the event itself takes effect
    case when stalled = 1 and moved = 0 then 6 /* buffering */ else base_state end as from_state
  from (
    select
      e.stream_key,
      e.session_n,
      e.n,
      e.is_last,
      e.kind,
      e.at_us,
      e.w_us,
      e.prev_kind,
      e.duration_us,
      e.place_us,
      e.is_live,
      e.is_bad,
      e.seek_from_us,
      e.autoplay,
      e.seek_us,
      nullif(e.known_us, -1) as known_us,
      e.r,
      coalesce(e.rate, e.r) as r_after,
      -- the last event after which the playhead stood: play before and after it is not unbroken
      greatest(e.stop_n, s.stall_n) as stop_n,
      e.play_n,
      case when s.hiding % 2 = 1 then 1 else 0 end as is_hidden,
      case when s.stall % 2 = 1 then 1 else 0 end as stalled,
      coalesce(s.moved, 0) as moved,
      case
        when coalesce(s.setter, e.setter) % 8 = 1 /* playing */ and e.stop_n * 8 > coalesce(s.setter, e.setter) then 5 /* paused */
        else coalesce(s.setter, e.setter) % 8
      end as base_state,
      coalesce(s.setter, e.setter) as setter
    from standing e
    left join interruptions s on s.stream_key = e.stream_key and s.n = e.n
  ) a
) b
),
"intervals" as not materialized (
-- intervals: one row per event of a session with the interval that it ends (DESIGN 4.3)
select
  s.*,
  known_us as p,
  case when kind = 4 /* seek */ and seek_from_us is not null then seek_from_us else place_us end as q,
  case when kind = 4 /* seek */ and seek_from_us is not null then 1 else 0 end as has_origin
from states s
),
"rated_intervals" as not materialized (
-- rated_intervals: one row per event of a session with the interval that it ends (DESIGN 4.3)
select
  a.*,
  greatest(2000000, cast(round(0.1e0 * true_r * w_us) as bigint)) as tol,
  cast(round(true_r * w_us) as bigint) as rw
from (
  select
    i.*,
    q - p as d,
    coalesce(s.slope, i.r) as true_r
  from intervals i
  left join silent_rates s on s.stream_key = i.stream_key and s.n = i.n
) a
),
"judged_intervals" as not materialized (
-- judged_intervals: one row per event of a session with the interval that it ends (DESIGN 4.3)
select
  m.*,
  case
    when w_us is null then null
    when state_before = 5 /* paused */ then 'paused'
    when state_before = 6 /* buffering */ then 'buffering'
    when not (state_before = 1 /* playing */) then 'idle'
    when prev_kind = 4 /* seek */ and kind in (5, 6 /* play, resume */) and w_us <= 2000000 then 'seek_settling'
    when prev_kind in (5, 6 /* play, resume */) and kind in (5, 6 /* play, resume */) and not (measured = 'steady' and w_us >= 2000000) then 'restarted'
    when kind = 4 /* seek */ and has_origin = 0 and abs(place_us - predicted) > tol then 'seek_predicted'
    else measured
  end as verdict
from (
  select
    r.*,
    case when p is not null then least(p + rw, duration_us) end as predicted,
    case
      when d is null then 'unmeasured'
      when d <= -1000000 and d < rw - tol then 'back'
      when d > rw + tol then 'ahead'
      when d < rw - tol or (w_us >= 900000 and d * 2 < rw) then 'behind'
      else 'steady'
    end as measured
  from rated_intervals r
) m
)
-- verdicts: one row per event of a session with the interval that it ends (DESIGN 4.3)
select
  stream_key,
  session_n,
  n,
  is_last,
  kind,
  at_us,
  w_us,
  verdict,
  watched_us,
  case when state_before = 1 /* playing */ then w_us - watched_us else 0 end as uncertain_us,
  case when verdict in ('seek_predicted', 'back', 'ahead', 'behind', 'steady') then p end as cover_from_us,
  case
    when verdict in ('seek_predicted', 'back', 'ahead') then predicted
    when verdict in ('behind', 'steady') then least(p + greatest(d, 0), duration_us)
  end as cover_to_us,
  case
    when verdict in ('back', 'ahead') then p + rw
    when verdict = 'paused' and not (kind = 4 /* seek */) and play_n is not null
      and abs(place_us - p) >= 2000000
      and (seek_us is null or at_us - seek_us > 2000000) then p
  end as judged_from_us,
  case
    when verdict in ('back', 'ahead') then q
    when verdict = 'paused' then place_us
  end as judged_to_us,
  case
    when not (kind = 4 /* seek */) or w_us is null then null
    when state_before = 1 /* playing */ and has_origin = 1 and abs(place_us - seek_from_us) >= 1000000 then seek_from_us
    when verdict = 'seek_predicted' then predicted
    when state_before = 1 /* playing */ or state_before = 6 /* buffering */ or play_n is null then null
    when state_before = 2 /* ended */ and place_us <= 5000000 then null
    when abs(place_us - coalesce(seek_from_us, p)) >= 1000000 then coalesce(seek_from_us, p)
  end as seek_from_us,
  case when kind = 4 /* seek */ then place_us end as seek_to_us,
  r,
  r_after,
  true_r,
  setter,
  stop_n,
  is_hidden,
  play_n,
  place_us,
  place_or_known_us,
  is_live,
  is_bad,
  autoplay,
  state_after,
  pauses,
  stalls,
  replays
from (
  select
    v.*,
    case verdict
    when 'seek_predicted' then w_us
    when 'unmeasured' then w_us
    when 'back' then w_us
    when 'ahead' then w_us
    when 'steady' then w_us
    when 'behind' then least(w_us, cast(round(greatest(d, 0) / true_r) as bigint))
    else 0
  end as watched_us
  from judged_intervals v
) j;

create or replace temporary table "stretches" as
with "stretch_edges" as not materialized (
-- stretch_edges: one row per covered interval (DESIGN 4.3)
select
  stream_key,
  session_n,
  n,
  cover_from_us,
  cover_to_us,
  at_us - w_us as begin_us,
  at_us - w_us + watched_us as end_us,
  true_r,
  case when lag(cover_to_us) over s = cover_from_us and lag(stop_n) over s is not distinct from stop_n then 0 else 1 end as opens,
  case when lead(cover_from_us) over s = cover_to_us and lead(stop_n) over s is not distinct from stop_n then 0 else 1 end as closes
from verdicts
where cover_to_us > cover_from_us
window s as (partition by stream_key, session_n order by n)
)
-- stretches: one row per stretch of unbroken play (DESIGN 4.3)
select
  stream_key,
  session_n,
  cast(row_number() over (partition by stream_key, session_n order by n) - 1 as integer) as segment_index,
  from_us,
  to_us,
  begin_us,
  end_us,
  playback_rate
from (
  select
    stream_key,
    session_n,
    n,
    opens,
    cover_from_us as from_us,
    case when closes = 1 then cover_to_us else lead(cover_to_us) over s end as to_us,
    begin_us,
    case when closes = 1 then end_us else lead(end_us) over s end as end_us,
    true_r as playback_rate
  from stretch_edges
  where opens = 1 or closes = 1
  window s as (partition by stream_key, session_n order by n)
) e
where opens = 1;

create or replace temporary table "named_sessions" as
with "session_measures" as not materialized (
-- session_measures: one row per session (DESIGN 4.4)
select
  stream_key,
  session_n,
  count(*) as event_count,
  cast(sum(watched_us) as bigint) as watched_us,
  cast(sum(uncertain_us) as bigint) as uncertain_us,
  cast(sum(cast(round(r * watched_us) as bigint)) as bigint) as rated_us,
  cast(sum(case when is_hidden = 1 then watched_us else 0 end) as bigint) as background_us,
  cast(sum(pauses) as bigint) as pause_count,
  cast(sum(case when verdict = 'paused' then w_us else 0 end) as bigint) as pause_us,
  cast(sum(stalls) as bigint) as buffer_count,
  cast(sum(case when verdict = 'buffering' then w_us else 0 end) as bigint) as buffer_us,
  cast(sum(is_bad) as bigint) as bad_position_count,
  max(is_live) as is_live,
  max(case when kind = 13 /* ended */ then 1 else 0 end) as completed,
  max(case when kind in (5, 6 /* play, resume */) then 1 else 0 end) as has_played,
  max(case when play_n is null and kind in (5, 6 /* play, resume */) then place_or_known_us end) as first_us,
  max(case when play_n is null and kind in (5, 6 /* play, resume */) and place_us is not null then 1 else 0 end) as first_told,
  max(case when is_last = 1 then place_or_known_us end) as last_us,
  -- the playhead has stood still since an event told where it is
  case when max(case when place_us is not null then n end) > coalesce(max(case when state_after = 1 /* playing */ then n end), 0) then 1 else 0 end as last_told,
  max(place_us) as furthest_us,
  max(case when is_last = 1 then state_after end) as last_state,
  max(case when is_last = 1 then r_after end) as last_rate,
  cast(sum(replays) as bigint) as restarts,
  cast(sum(case when kind = 1 /* load */ then 1 else 0 end) as bigint) as load_count,
  max(case when w_us is null and kind in (1, 5 /* load, play */) then 1 else 0 end) as begins_afresh,
  max(case when w_us is null and kind = 1 /* load */ then 1 else 0 end) as begins_with_load,
  cast(sum(case when kind = 9 /* hidden */ then 1 else 0 end) as bigint) as hidden_count,
  max(case when kind in (9, 2 /* hidden, visible */) then 1 else 0 end) as tells_visibility,
  max(case when kind = 11 /* pause */ then 1 else 0 end) as tells_pauses,
  min_by(autoplay, case when autoplay is not null then n end) as autoplay
from verdicts
group by stream_key, session_n
)
-- named_sessions: one row per session (DESIGN 5)
select
  s.*,
  m.event_count, m.watched_us, m.uncertain_us, m.rated_us, m.background_us, m.pause_count, m.pause_us, m.buffer_count, m.buffer_us,
  m.bad_position_count, m.is_live, m.completed, m.has_played, m.first_us, m.first_told, m.last_us, m.last_told, m.furthest_us, m.last_state, m.last_rate, m.restarts,
  m.load_count, m.begins_afresh, m.begins_with_load, m.hidden_count, m.tells_visibility, m.tells_pauses, m.autoplay,
  case when m.last_state = 1 /* playing */ then 1 else 0 end as ends_playing,
  md5(concat_ws('|', case when s.user_id is null then '-' else concat(length(s.user_id), ':', s.user_id) end, case when s.video_id is null then '-' else concat(length(s.video_id), ':', s.video_id) end, case when s.player_id is null then '-' else concat(length(s.player_id), ':', s.player_id) end, cast(s.start_us as VARCHAR), case when s.nth_at_start > 1 then cast(s.nth_at_start as VARCHAR) end)) as session_id,
  md5(concat_ws('|', case when s.user_id is null then '-' else concat(length(s.user_id), ':', s.user_id) end, cast(s.visit_start_us as VARCHAR))) as visit_id
from session_spans s
join session_measures m on m.stream_key = s.stream_key and m.session_n = s.session_n;

create or replace temporary table "segments" as
-- segments: one row per stretch of unbroken play (DESIGN 5)
select
  s.session_id,
  t.segment_index,
  s.user_id,
  s.video_id,
  s.player_id,
  cast(t.from_us / 1e6 as double) as from_s,
  cast(t.to_us / 1e6 as double) as to_s,
  make_timestamptz(t.begin_us) as started_at,
  make_timestamptz(t.end_us) as ended_at,
  cast(t.playback_rate as double) as playback_rate,
  cast(make_timestamp(s.start_us) as date) as session_date
from stretches t
join named_sessions s on s.stream_key = t.stream_key and s.session_n = t.session_n;

create or replace temporary table "replayed_viewings" as
with "viewings" as not materialized (
-- viewings: one row per session, earlier ones included (DESIGN 4.4)
select
  user_key, video_key, stream_key, session_n, start_us, end_us, completed, first_us, first_told, last_us, last_told, restarts,
  begins_afresh, begins_with_load, cast(null as bigint) as told_replay_index,
  case when completed = 0 and last_state = 3 /* closed */ then 1 else 0 end as closed
from named_sessions
union all
select
  hash(user_id), hash(video_id), null, null, epoch_us(started_at), epoch_us(ended_at),
  case when completed then 1 else 0 end, cast(round(first_position_s * 1e6) as bigint), 0, cast(round(last_position_s * 1e6) as bigint),
  case when last_position_source = 'observed' then 1 else 0 end, 0, 0, 0, cast(replay_index as bigint), case when end_reason = 'unload' then 1 else 0 end
from earlier_sessions
),
"viewings_in_turn" as not materialized (
-- viewings_in_turn: one row per session, earlier ones included (DESIGN 4.4)
select
  *,
  lead(start_us) over (partition by user_key, video_key order by start_us, end_us, last_us nulls first, last_told) as next_start_us
from viewings
),
"preceded_viewings" as not materialized (
-- preceded_viewings: one row per session, earlier ones included (DESIGN 4.4)
select
  *,
  coalesce(max(completed) over earlier, 0) as was_completed,
  -- null: there is no earlier one; -1: it is not known where it stopped
  last_value(case when next_start_us is distinct from start_us then coalesce(last_us, -1) end ignore nulls) over earlier as stopped_at_us,
  last_value(case when next_start_us is distinct from start_us then last_told end ignore nulls) over earlier as stopped_told,
  max(case when completed = 0 then end_us end) over earlier as left_us,
  max(case when closed = 1 then end_us end) over earlier as closed_us,
  coalesce(max(told_replay_index) over earlier, 0) as told_replays
from viewings_in_turn
window earlier as (partition by user_key, video_key order by start_us range between unbounded preceding and 1 preceding)
)
-- replayed_viewings: one row per session (DESIGN 4.4)
select
  *,
  restarts + case when was_completed = 1 and first_us <= 5000000 then 1 else 0 end as replays
from preceded_viewings
where stream_key is not null;

create or replace temporary table "followed_leaps" as
with "leaps" as not materialized (
-- leaps: one row per leap of the playhead (DESIGN 4.3)
select stream_key, session_n, n, 0 as rank, at_us, judged_from_us as origin_us, judged_to_us as target_us
from verdicts
where judged_from_us is not null
union all
select stream_key, session_n, n, 1 as rank, at_us, seek_from_us, seek_to_us
from verdicts
where seek_from_us is not null
)
-- followed_leaps: one row per leap of the playhead (DESIGN 4.3)
select
  stream_key,
  session_n,
  n,
  rank,
  origin_us,
  target_us,
  -- the leap before, where it may be part of the same skip
  case when at_us - lag(at_us) over so_far < 2000000 then lag(n) over so_far end as close_n
from leaps
window so_far as (partition by stream_key, session_n order by n, rank);

create or replace temporary table "contexts" as
-- contexts: one row per context in which events happened (DESIGN 5)
select
  hash("device", "country", "referrer", "app_version", "experiment", "variant") as context_key,
  max("device") as "device",
  max("country") as "country",
  max("referrer") as "referrer",
  max("app_version") as "app_version",
  max("experiment") as "experiment",
  max("variant") as "variant"
from input_events
group by 1;

create or replace temporary table "sessions" as
with "viewings" as not materialized (
-- viewings: one row per session, earlier ones included (DESIGN 4.4)
select
  user_key, video_key, stream_key, session_n, start_us, end_us, completed, first_us, first_told, last_us, last_told, restarts,
  begins_afresh, begins_with_load, cast(null as bigint) as told_replay_index,
  case when completed = 0 and last_state = 3 /* closed */ then 1 else 0 end as closed
from named_sessions
union all
select
  hash(user_id), hash(video_id), null, null, epoch_us(started_at), epoch_us(ended_at),
  case when completed then 1 else 0 end, cast(round(first_position_s * 1e6) as bigint), 0, cast(round(last_position_s * 1e6) as bigint),
  case when last_position_source = 'observed' then 1 else 0 end, 0, 0, 0, cast(replay_index as bigint), case when end_reason = 'unload' then 1 else 0 end
from earlier_sessions
),
"session_history" as not materialized (
-- session_history: one row per session (DESIGN 4.4)
select
  v.stream_key,
  v.session_n,
  case when v.replays > 0 then 1 else 0 end as is_replay,
  case
    when v.replays > 0 then v.told_replays + sum(v.replays) over (
      partition by v.user_key, v.video_key order by v.start_us, v.end_us range between unbounded preceding and current row
    )
    else 0
  end as replay_index,
  case
    when v.first_us > 5000000 and v.stopped_at_us >= 0 and abs(v.first_us - v.stopped_at_us) <= 5000000 then 1
    else 0
  end as resumed,
  case
    when v.first_us is null then 'unknown'
    when v.first_us <= 5000000 or v.stopped_at_us is null then case when v.first_told = 1 then 'observed' else 'inferred' end
    when v.stopped_at_us < 0 then 'unknown'
    when v.first_told = 1 and v.stopped_told = 1 then 'observed'
    else 'inferred'
  end as resumed_source,
  case
    when v.left_us <= v.start_us and v.begins_afresh = 1 and v.start_us - v.left_us <= 60000000 then 1
    when v.left_us > v.start_us and v.begins_afresh = 1 then coalesce(o.refreshes, 0)
    else 0
  end as refreshes,
  -- both ends of it were told: the page that closed and the one that loaded
  case when v.begins_with_load = 1 and v.closed_us = v.left_us and v.left_us <= v.start_us and v.begins_afresh = 1 and v.start_us - v.left_us <= 60000000 then 1 else 0 end as refresh_told
from replayed_viewings v
left join (
  -- where the earlier session that ended last still runs, another one may have ended before this start
  select w.stream_key, w.session_n, 1 as refreshes
  from replayed_viewings w
  join viewings x on x.user_key = w.user_key and x.video_key = w.video_key
  where w.left_us > w.start_us and x.completed = 0 and x.start_us < w.start_us
    and x.end_us <= w.start_us and w.start_us - x.end_us <= 60000000
  group by w.stream_key, w.session_n
) o on o.stream_key = v.stream_key and o.session_n = v.session_n
),
"coverage" as not materialized (
-- coverage: one row per session with stretches (DESIGN 4.4)
select
  stream_key,
  session_n,
  sum(to_us - from_us) as content_us,
  sum(greatest(to_us - greatest(from_us, coalesce(covered_to_us, from_us)), 0)) as unique_us,
  max(to_us) as furthest_us
from (
  select
    *,
    max(to_us) over (
      partition by stream_key, session_n order by from_us, to_us, segment_index rows between unbounded preceding and 1 preceding
    ) as covered_to_us
  from stretches
) s
group by stream_key, session_n
),
"watched_between" as not materialized (
-- watched_between: one row per leap close behind another (DESIGN 4.3)
select l.stream_key, l.n, cast(sum(v.watched_us) as bigint) as watched_us
from (select distinct stream_key, close_n, n from followed_leaps where close_n < n) l
join verdicts v on v.stream_key = l.stream_key and v.n > l.close_n and v.n <= l.n
group by l.stream_key, l.n
),
"joined_leaps" as not materialized (
-- joined_leaps: one row per leap of the playhead (DESIGN 4.3)
select
  l.*,
  case when l.close_n = l.n or w.watched_us < 1000000 then 0 else 1 end as opens
from followed_leaps l
left join watched_between w on w.stream_key = l.stream_key and w.n = l.n and l.close_n < l.n
),
"drags" as not materialized (
-- drags: one row per leap of the playhead (DESIGN 4.3)
select
  *,
  sum(opens) over (partition by stream_key, session_n order by n, rank rows between unbounded preceding and current row) as drag
from joined_leaps
),
"skips" as not materialized (
-- skips: one row per skip (DESIGN 4.3)
select stream_key, session_n, size_us
from (
  select
    stream_key,
    session_n,
    max(case when is_last then target_us end) - max(case when opens = 1 then origin_us end) as size_us
  from (
    select
      *,
      coalesce(lead(drag) over (partition by stream_key, session_n order by n, rank) <> drag, true) as is_last
    from drags
  ) l
  group by stream_key, session_n, drag
) s
where abs(size_us) >= 1000000
),
"skip_counts" as not materialized (
-- skip_counts: one row per session with skips (DESIGN 4.4)
select
  stream_key,
  session_n,
  sum(case when size_us > 0 then 1 else 0 end) as skip_forward_count,
  sum(case when size_us < 0 then 1 else 0 end) as skip_backward_count,
  sum(abs(size_us)) as skipped_us
from skips
group by stream_key, session_n
),
"long_pauses" as not materialized (
-- long_pauses: one row per session with long pauses (DESIGN 4.4)
select stream_key, session_n, count(*) as long_pause_count
from (
  select stream_key, session_n, setter
  from verdicts
  where verdict = 'paused'
  group by stream_key, session_n, setter
  having sum(w_us) >= 30000000 and sum(w_us) <= 1800000000
) p
group by stream_key, session_n
),
"concurrent_sessions" as not materialized (
-- concurrent_sessions: one row per session that overlaps another of its user (DESIGN 4.4)
select
  stream_key,
  session_n,
  user_key,
  -- settles ties alike on every engine, as the keys would not
  row_number() over (partition by user_key order by start_us, end_us, session_id) as turn
from (
  select
    stream_key, session_n, user_key, start_us, end_us, session_id,
    max(end_us) over (
      partition by user_key order by start_us, end_us, stream_key, session_n rows between unbounded preceding and 1 preceding
    ) as active_until_us,
    lead(start_us) over (partition by user_key order by start_us, end_us, stream_key, session_n) as next_start_us
  from named_sessions
) s
where active_until_us > start_us or next_start_us < end_us
),
"concurrency" as not materialized (
-- concurrency: one row per session that overlaps another of its user (DESIGN 4.4)
select
  stream_key,
  session_n,
  cast(sum(case when watched_us > 0 then greatest(end_us - greatest(begin_us, coalesce(watched_until_us, begin_us)), 0) else 0 end) as bigint) as exclusive_us
from (
  select
    *,
    max(end_us) over (
      partition by user_key order by begin_us, end_us, turn, n rows between unbounded preceding and 1 preceding
    ) as watched_until_us
  from (
    select c.user_key, c.stream_key, c.session_n, c.turn, v.n, v.watched_us, v.at_us - v.w_us as begin_us, v.at_us - v.w_us + v.watched_us as end_us
    from concurrent_sessions c
    left join verdicts v on v.stream_key = c.stream_key and v.session_n = c.session_n and v.watched_us > 0
  ) w
) x
group by stream_key, session_n
),
"measured_sessions" as not materialized (
-- measured_sessions: one row per session (DESIGN 4.4)
select
  s.*,
  case
    when ends_playing = 0 then 0
    when duration_us is null or last_us is null then least(0, coalesce(switched_us - end_us, 0))
    else least(least(0, coalesce(switched_us - end_us, 0)), cast(round(greatest(duration_us - last_us, 0) / last_rate) as bigint))
  end as tail_us,
  coalesce(v.content_us, 0) as content_us,
  coalesce(v.unique_us, 0) as unique_us,
  greatest(s.furthest_us, v.furthest_us) as max_us,
  coalesce(k.skip_forward_count, 0) as skip_forward_count,
  coalesce(k.skip_backward_count, 0) as skip_backward_count,
  coalesce(k.skipped_us, 0) as skipped_us,
  coalesce(p.long_pause_count, 0) as long_pause_count,
  h.is_replay,
  h.replay_index,
  h.resumed,
  h.resumed_source,
  h.refreshes,
  h.refresh_told,
  case when c.stream_key is null then 0 else 1 end as is_concurrent,
  coalesce(c.exclusive_us, s.watched_us) as exclusive_us,
  case when n.newest_received_us - s.end_us <= 1800000000 then 1 else 0 end as is_open,
  x.device, x.country, x.referrer, x.app_version, x.experiment, x.variant
from named_sessions s
join session_history h on h.stream_key = s.stream_key and h.session_n = s.session_n
left join coverage v on v.stream_key = s.stream_key and v.session_n = s.session_n
left join skip_counts k on k.stream_key = s.stream_key and k.session_n = s.session_n
left join long_pauses p on p.stream_key = s.stream_key and p.session_n = s.session_n
left join concurrency c on c.stream_key = s.stream_key and c.session_n = s.session_n
left join contexts x on x.context_key = s.context_key
cross join clock n
),
"ended_sessions" as not materialized (
-- ended_sessions: one row per session (DESIGN 4.4)
select
  *,
  case
    when completed = 1 then 'ended'
    when last_state = 3 /* closed */ then 'unload'
    when switched_us is not null then 'switched'
    when is_open = 1 then 'open'
    when last_state = 5 /* paused */ then 'paused'
    else 'timeout'
  end as end_reason
from measured_sessions
)
-- sessions: one row per session: one user, one video, one visit, one player (DESIGN 4.4, 5)
select
  session_id,
  visit_id,
  make_timestamptz(visit_start_us) as visit_started_at,
  user_id,
  video_id,
  player_id,
  make_timestamptz(start_us) as started_at,
  make_timestamptz(end_us) as ended_at,
  cast(make_timestamp(start_us) as date) as session_date,
  cast(duration_us / 1e6 as double) as duration_s,
  is_live = 1 as is_live,
  event_count,
  cast(watched_us / 1e6 as double) as watch_time_s,
  cast(uncertain_us / 1e6 as double) as uncertain_s,
  cast(tail_us / 1e6 as double) as estimated_tail_s,
  cast(content_us / 1e6 as double) as content_s,
  cast(background_us / 1e6 as double) as background_s,
  pause_count,
  cast(pause_us / 1e6 as double) as pause_time_s,
  cast(skip_forward_count as bigint) as skip_forward_count,
  cast(skip_backward_count as bigint) as skip_backward_count,
  cast(skip_forward_count + skip_backward_count as bigint) as skip_count,
  cast(skipped_us / 1e6 as double) as skipped_s,
  buffer_count,
  cast(buffer_us / 1e6 as double) as buffer_time_s,
  cast(greatest(load_count - 1, 0) + refreshes as bigint) as refresh_count,
  cast(case when tells_visibility = 1 then hidden_count else long_pause_count end as bigint) as tab_switch_count,
  bad_position_count,
  cast(exclusive_us / 1e6 as double) as exclusive_watch_time_s,
  cast(unique_us / 1e6 as double) as unique_watch_s,
  cast(unique_us / nullif(cast(duration_us as double), 0) as double) as percent_viewed_ratio,
  cast(first_us / 1e6 as double) as first_position_s,
  cast(max_us / 1e6 as double) as max_position_s,
  cast(last_us / 1e6 as double) as last_position_s,
  cast(cast(rated_us as double) / nullif(watched_us, 0) as double) as rate_avg,
  has_played = 1 as has_played,
  completed = 1 as completed,
  completed = 1 and coalesce(unique_us >= 0.75e0 * duration_us, false) as completion_valid,
  watched_us < 1000000 as zero_watch,
  end_reason,
  is_replay = 1 as is_replay,
  cast(replay_index as integer) as replay_index,
  resumed = 1 as resumed,
  case when resumed = 1 then cast(first_us / 1e6 as double) end as resumed_from_s,
  autoplay,
  case
    when refreshes = 1 and refresh_told = 0 then 'inferred'
    when load_count > 0 then 'observed'
    when player_id is not null then 'inferred'
    else 'unknown'
  end as refresh_source,
  case when tells_visibility = 1 then 'observed' when tells_pauses = 1 then 'inferred' else 'unknown' end as tab_switch_source,
  case when tells_visibility = 1 then 'observed' else 'unknown' end as background_source,
  case when end_reason in ('ended', 'unload', 'switched') then 'observed' when end_reason = 'open' then 'unknown' else 'inferred' end as end_reason_source,
  case when last_us is null then 'unknown' when last_told = 1 then 'observed' else 'inferred' end as last_position_source,
  resumed_source,
  case when autoplay is null then 'unknown' else 'observed' end as autoplay_source,
  is_concurrent = 1 as is_concurrent,
  cast((round(60 * least(greatest(coalesce(cast(unique_us / nullif(cast(duration_us as double), 0) as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(completed as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(1 as double), 0), 0) / 5, 1) * 1e4)) / 1e4 as double) as engagement_score,
  case
    when (round(60 * least(greatest(coalesce(cast(unique_us / nullif(cast(duration_us as double), 0) as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(completed as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(1 as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 70 then 'High'
    when (round(60 * least(greatest(coalesce(cast(unique_us / nullif(cast(duration_us as double), 0) as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(completed as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(1 as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 40 then 'Medium'
    when (round(60 * least(greatest(coalesce(cast(unique_us / nullif(cast(duration_us as double), 0) as double), 0), 0) / 1, 1) * 1e4) + round(30 * least(greatest(coalesce(cast(completed as double), 0), 0) / 1, 1) * 1e4) + round(10 * least(greatest(coalesce(cast(1 as double), 0), 0) / 5, 1) * 1e4)) / 1e4 >= 15 then 'Low'
    else 'Minimal'
  end as engagement_tier,
  cast(round(60 * least(greatest(coalesce(cast(unique_us / nullif(cast(duration_us as double), 0) as double), 0), 0) / 1, 1) * 1e4) / 1e4 as double) as engagement_watch_points,
  cast(round(30 * least(greatest(coalesce(cast(completed as double), 0), 0) / 1, 1) * 1e4) / 1e4 as double) as engagement_completion_points,
  cast(round(10 * least(greatest(coalesce(cast(1 as double), 0), 0) / 5, 1) * 1e4) / 1e4 as double) as engagement_session_points,
  cast(1 as integer) as engagement_version,
  device,
  country,
  referrer,
  app_version,
  experiment,
  variant
from ended_sessions;
