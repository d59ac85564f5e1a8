import type { SessionizationConfig } from '#config';
import { raw, type Step, sql, step } from '#sql';
import { earlierSessions } from '../sources.js';
import { micros, rules, state, us } from '../words.js';

/** What a session inherits from earlier sessions of the same user and video: replay, resume, refresh (4.4). */
export function buildSessionHistory(config: SessionizationConfig, namedSessions: Step) {
  const viewings = step({
    name: 'viewings',
    grain: 'session, earlier ones included',
    rule: 'DESIGN 4.4',
    from: [namedSessions, earlierSessions],
    columns: {},
    sql: d => sql`select
  user_key, video_key, stream_key, session_n, start_us, end_us, completed, first_us, first_told, last_us, last_told, restarts,
  begins_afresh, begins_with_load, cast(null as bigint) as told_replay_index,
  case when completed = 0 and last_state = ${state('closed')} then 1 else 0 end as closed
from named_sessions
union all
select
  ${d.hash64([raw('user_id')])}, ${d.hash64([raw('video_id')])}, null, null, ${d.epochUs(raw('started_at'))}, ${d.epochUs(raw('ended_at'))},
  case when completed then 1 else 0 end, ${micros(raw('first_position_s'))}, 0, ${micros(raw('last_position_s'))},
  case when last_position_source = 'observed' then 1 else 0 end, 0, 0, 0, cast(replay_index as bigint), case when end_reason = 'unload' then 1 else 0 end
from earlier_sessions`,
  });
  const viewingsInTurn = step({
    name: 'viewings_in_turn',
    grain: 'session, earlier ones included',
    rule: 'DESIGN 4.4',
    from: [viewings],
    columns: {},
    // Ties end with the position itself: keys are hashes, which differ between engines and are unknown of earlier rows.
    sql: () => sql`select
  *,
  lead(start_us) over (partition by user_key, video_key order by start_us, end_us, last_us nulls first, last_told) as next_start_us
from viewings`,
  });
  const precededViewings = step({
    name: 'preceded_viewings',
    grain: 'session, earlier ones included',
    rule: 'DESIGN 4.4',
    from: [viewingsInTurn],
    columns: {},
    // Earlier is what started earlier; of several that started together the last one stands for them.
    sql: d => sql`select
  *,
  coalesce(max(completed) over earlier, 0) as was_completed,
  -- null: there is no earlier one; -1: it is not known where it stopped
  ${d.ignoringNulls('last_value', raw('case when next_start_us is distinct from start_us then coalesce(last_us, -1) end'), raw('earlier'))} as stopped_at_us,
  ${d.ignoringNulls('last_value', raw('case when next_start_us is distinct from start_us then last_told end'), raw('earlier'))} as stopped_told,
  max(case when completed = 0 then end_us end) over earlier as left_us,
  max(case when closed = 1 then end_us end) over earlier as closed_us,
  coalesce(max(told_replay_index) over earlier, 0) as told_replays
from viewings_in_turn
window earlier as (partition by user_key, video_key order by start_us range between unbounded preceding and 1 preceding)`,
  });
  const replayedViewings = step({
    name: 'replayed_viewings',
    grain: 'session',
    rule: 'DESIGN 4.4',
    staged: true,
    from: [precededViewings],
    columns: {},
    sql: () => sql`select
  *,
  restarts + case when was_completed = 1 and first_us <= ${us(rules.near_start_s)} then 1 else 0 end as replays
from preceded_viewings
where stream_key is not null`,
  });
  const leftAfresh = sql`v.begins_afresh = 1 and v.start_us - v.left_us <= ${us(config.refresh_gap_s_max)}`;
  return step({
    name: 'session_history',
    grain: 'session',
    rule: 'DESIGN 4.4',
    from: [viewings, replayedViewings],
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      is_replay: 'integer',
      replay_index: 'bigint',
      resumed: 'integer',
      resumed_source: 'string',
      refreshes: 'integer',
      refresh_told: 'integer',
    },
    sql: () => sql`select
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
    when v.first_us > ${us(rules.near_start_s)} and v.stopped_at_us >= 0 and abs(v.first_us - v.stopped_at_us) <= ${us(rules.resume_near_s)} then 1
    else 0
  end as resumed,
  case
    when v.first_us is null then 'unknown'
    when v.first_us <= ${us(rules.near_start_s)} or v.stopped_at_us is null then case when v.first_told = 1 then 'observed' else 'inferred' end
    when v.stopped_at_us < 0 then 'unknown'
    when v.first_told = 1 and v.stopped_told = 1 then 'observed'
    else 'inferred'
  end as resumed_source,
  case
    when v.left_us <= v.start_us and ${leftAfresh} then 1
    when v.left_us > v.start_us and v.begins_afresh = 1 then coalesce(o.refreshes, 0)
    else 0
  end as refreshes,
  -- both ends of it were told: the page that closed and the one that loaded
  case when v.begins_with_load = 1 and v.closed_us = v.left_us and v.left_us <= v.start_us and ${leftAfresh} then 1 else 0 end as refresh_told
from replayed_viewings v
left join (
  -- where the earlier session that ended last still runs, another one may have ended before this start
  select w.stream_key, w.session_n, 1 as refreshes
  from replayed_viewings w
  join viewings x on x.user_key = w.user_key and x.video_key = w.video_key
  where w.left_us > w.start_us and x.completed = 0 and x.start_us < w.start_us
    and x.end_us <= w.start_us and w.start_us - x.end_us <= ${us(config.refresh_gap_s_max)}
  group by w.stream_key, w.session_n
) o on o.stream_key = v.stream_key and o.session_n = v.session_n`,
  });
}

/** Overlap with other sessions of the same user, and the watched time that no earlier-started interval has (4.4). */
export function buildConcurrency(verdicts: Step, namedSessions: Step) {
  const concurrentSessions = step({
    name: 'concurrent_sessions',
    grain: 'session that overlaps another of its user',
    rule: 'DESIGN 4.4',
    from: [namedSessions],
    columns: { stream_key: 'bigint', session_n: 'bigint', user_key: 'bigint', turn: 'bigint' },
    sql: () => sql`select
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
where active_until_us > start_us or next_start_us < end_us`,
  });
  return step({
    name: 'concurrency',
    grain: 'session that overlaps another of its user',
    rule: 'DESIGN 4.4',
    from: [concurrentSessions, verdicts],
    columns: { stream_key: 'bigint', session_n: 'bigint', exclusive_us: 'bigint' },
    sql: () => sql`select
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
group by stream_key, session_n`,
  });
}
