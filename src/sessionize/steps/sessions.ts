import type { SessionizationConfig } from '#config';
import { type Fragment, lit, raw, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import type { ScoreColumns } from '../score.js';
import { clock } from '../sources.js';
import { seconds, state, us } from '../words.js';

/** What may have played after the last event (4.3), never past the video's end or into the player's next video; an unknown end stops nothing. */
function estimatedTail(config: SessionizationConfig): Fragment {
  const limits = { none: 0, heartbeat: config.heartbeat_interval_s, cap: config.tail_cap_s };
  const limit = sql`least(${us(limits[config.tail_policy])}, coalesce(switched_us - end_us, ${us(limits[config.tail_policy])}))`;
  return sql`case
    when ends_playing = 0 then 0
    when duration_us is null or last_us is null then ${limit}
    else least(${limit}, cast(round(greatest(duration_us - last_us, 0) / last_rate) as bigint))
  end`;
}

/** How each measure is known that not every player's events decide (docs/decisions/0007). */
const sources = sql`case
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
  case when autoplay is null then 'unknown' else 'observed' end as autoplay_source`;

/** The published table. */
export function buildSessions(config: SessionizationConfig, score: ScoreColumns, inputs: readonly Step[]) {
  const measuredSessions = step({
    name: 'measured_sessions',
    grain: 'session',
    rule: 'DESIGN 4.4',
    from: [...inputs, clock],
    columns: {},
    sql: () => sql`select
  s.*,
  ${estimatedTail(config)} as tail_us,
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
  case when n.newest_received_us - s.end_us <= ${us(config.session_timeout_s)} then 1 else 0 end as is_open,
  x.device, x.country, x.referrer, x.app_version, x.experiment, x.variant
from named_sessions s
join session_history h on h.stream_key = s.stream_key and h.session_n = s.session_n
left join coverage v on v.stream_key = s.stream_key and v.session_n = s.session_n
left join skip_counts k on k.stream_key = s.stream_key and k.session_n = s.session_n
left join long_pauses p on p.stream_key = s.stream_key and p.session_n = s.session_n
left join concurrency c on c.stream_key = s.stream_key and c.session_n = s.session_n
left join contexts x on x.context_key = s.context_key
cross join clock n`,
  });
  const endedSessions = step({
    name: 'ended_sessions',
    grain: 'session',
    rule: 'DESIGN 4.4',
    from: [measuredSessions],
    columns: {},
    sql: () => sql`select
  *,
  case
    when completed = 1 then 'ended'
    when last_state = ${state('closed')} then 'unload'
    when switched_us is not null then 'switched'
    when is_open = 1 then 'open'
    when last_state = ${state('paused')} then 'paused'
    else 'timeout'
  end as end_reason
from measured_sessions`,
  });
  const percent = sql`unique_us / nullif(cast(duration_us as double), 0)`;
  return step({
    name: 'sessions',
    grain: tables.sessions.grain,
    rule: 'DESIGN 4.4, 5',
    from: [endedSessions],
    columns: tables.sessions.columns,
    sql: d => sql`select
  session_id,
  visit_id,
  ${d.instantOfUs(raw('visit_start_us'))} as visit_started_at,
  user_id,
  video_id,
  player_id,
  ${d.instantOfUs(raw('start_us'))} as started_at,
  ${d.instantOfUs(raw('end_us'))} as ended_at,
  ${d.dateOfUs(raw('start_us'))} as session_date,
  ${seconds(raw('duration_us'))} as duration_s,
  is_live = 1 as is_live,
  event_count,
  ${seconds(raw('watched_us'))} as watch_time_s,
  ${seconds(raw('uncertain_us'))} as uncertain_s,
  ${seconds(raw('tail_us'))} as estimated_tail_s,
  ${seconds(raw('content_us'))} as content_s,
  ${seconds(raw('background_us'))} as background_s,
  pause_count,
  ${seconds(raw('pause_us'))} as pause_time_s,
  cast(skip_forward_count as bigint) as skip_forward_count,
  cast(skip_backward_count as bigint) as skip_backward_count,
  cast(skip_forward_count + skip_backward_count as bigint) as skip_count,
  ${seconds(raw('skipped_us'))} as skipped_s,
  buffer_count,
  ${seconds(raw('buffer_us'))} as buffer_time_s,
  cast(greatest(load_count - 1, 0) + refreshes as bigint) as refresh_count,
  cast(case when tells_visibility = 1 then hidden_count else long_pause_count end as bigint) as tab_switch_count,
  bad_position_count,
  ${seconds(raw('exclusive_us'))} as exclusive_watch_time_s,
  ${seconds(raw('unique_us'))} as unique_watch_s,
  cast(${percent} as double) as percent_viewed_ratio,
  ${seconds(raw('first_us'))} as first_position_s,
  ${seconds(raw('max_us'))} as max_position_s,
  ${seconds(raw('last_us'))} as last_position_s,
  cast(cast(rated_us as double) / nullif(watched_us, 0) as double) as rate_avg,
  has_played = 1 as has_played,
  completed = 1 as completed,
  completed = 1 and coalesce(unique_us >= ${lit(config.valid_completion_ratio)} * duration_us, false) as completion_valid,
  watched_us < ${us(config.zero_watch_s)} as zero_watch,
  end_reason,
  is_replay = 1 as is_replay,
  cast(replay_index as integer) as replay_index,
  resumed = 1 as resumed,
  case when resumed = 1 then ${seconds(raw('first_us'))} end as resumed_from_s,
  autoplay,
  ${sources},
  is_concurrent = 1 as is_concurrent,
  ${score({ watchRatio: percent, completions: raw('completed'), sessions: lit(1) })},
  device,
  country,
  referrer,
  app_version,
  experiment,
  variant
from ended_sessions`,
  });
}
