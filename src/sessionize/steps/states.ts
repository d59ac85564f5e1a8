import { type Dialect, raw, type Step, sql, step } from '#sql';
import { isKind, rules, state, us } from '../words.js';

const kind = raw('kind');
const earlier = raw('earlier');

/** Events that end buffering whatever their position. */
const stallEnds = ['buffer_end', 'play', 'resume', 'pause', 'ended', 'unload', 'error'] as const;

/** Events that set the state whatever it was before; the number of the event and the state in one integer. */
const setterCases = sql`when ${isKind(kind, 'play', 'resume')} then n * 8 + ${state('playing')}
    when ${isKind(kind, 'ended')} then n * 8 + ${state('ended')}
    when ${isKind(kind, 'unload')} then n * 8 + ${state('closed')}
    when ${isKind(kind, 'error')} then n * 8 + ${state('failed')}`;

/**
 * What stands before each event of a session: position, rate, the last event that set the state, the last play and stop.
 * `setter` packs the number of the event and the state it set, so that one window finds both.
 */
export const buildStandingBefore = (placedEvents: Step) =>
  step({
    name: 'standing',
    grain: 'event of a session',
    rule: 'DESIGN 4.1.4-5, 4.2',
    from: [placedEvents],
    columns: {},
    staged: true,
    sql: (d: Dialect) => sql`select
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
  ${d.ignoringNulls('last_value', raw('case when place_us is not null then place_us when is_live = 1 then -1 end'), earlier)} as known_us,
  coalesce(${d.ignoringNulls('last_value', raw('rate'), earlier)}, 1) as r,
  -- the last of numbers that only grow is the greatest, and cheaper to find
  coalesce(${d.ignoringNulls(
    'last_value',
    sql`case
    ${setterCases}
  end`,
    earlier,
  )}, 0) as setter,
  ${d.ignoringNulls('last_value', sql`case when ${isKind(kind, 'pause', 'ended', 'unload', 'error')} then n end`, earlier)} as stop_n,
  ${d.ignoringNulls('last_value', sql`case when ${isKind(kind, 'play', 'resume')} then n end`, earlier)} as play_n
from placed_events
window earlier as (partition by stream_key, session_n order by n rows between unbounded preceding and 1 preceding)`,
  });

/**
 * Sessions with stalls or a hidden page once more: what is stalled, what is hidden; a position that moves on ends the
 * buffering, and a pause while buffering sets the state whatever it was before (4.2). Few sessions are interrupted, so
 * the others are spared these windows.
 */
export function buildInterruptions(standing: Step) {
  const interruptedSessions = step({
    name: 'interrupted_sessions',
    grain: 'interrupted session',
    rule: 'DESIGN 4.2',
    from: [standing],
    columns: { stream_key: 'bigint', session_n: 'bigint' },
    sql: () => sql`select distinct stream_key, session_n
from standing
where ${isKind(kind, 'buffer_start', 'hidden')}`,
  });
  const interruptedEvents = step({
    name: 'interrupted_events',
    grain: 'event of a interrupted session',
    rule: 'DESIGN 4.2',
    from: [standing, interruptedSessions],
    columns: {},
    sql: d => sql`select
  e.stream_key,
  e.session_n,
  e.n,
  e.kind,
  e.place_us,
  max(case when ${isKind(raw('e.kind'), 'buffer_start')} then e.n end) over earlier as stall_n,
  max(case when ${isKind(raw('e.kind'), 'hidden')} then e.n * 2 + 1 when ${isKind(raw('e.kind'), 'visible')} then e.n * 2 end) over earlier as hiding,
  -- where the playhead stood when the last stall began; -1: unknown
  ${d.ignoringNulls(
    'last_value',
    sql`case when ${isKind(raw('e.kind'), 'buffer_start')} then coalesce(e.place_us, case when e.is_live = 0 then e.known_us end, -1) end`,
    earlier,
  )} as stalled_at_us
from standing e
join interrupted_sessions s on s.stream_key = e.stream_key and s.session_n = e.session_n
window earlier as (partition by e.stream_key, e.session_n order by e.n rows between unbounded preceding and 1 preceding)`,
  });
  const movedEvents = step({
    name: 'moved_events',
    grain: 'event of a interrupted session',
    rule: 'DESIGN 4.2',
    from: [interruptedEvents],
    columns: {},
    sql: () => sql`select
  *,
  case when stalled_at_us >= 0 and place_us - stalled_at_us >= ${us(rules.moved_s_min)} then 1 else 0 end as moved
from interrupted_events`,
  });
  const stallOfEvents = step({
    name: 'stall_of_events',
    grain: 'event of a interrupted session',
    rule: 'DESIGN 4.2',
    from: [movedEvents],
    columns: {},
    sql: () => sql`select
  *,
  max(case
    when ${isKind(kind, 'buffer_start')} then n * 2 + 1
    when ${isKind(kind, ...stallEnds)} or moved = 1 then n * 2
  end) over (partition by stream_key, session_n order by n rows between unbounded preceding and 1 preceding) as stall
from moved_events`,
  });
  return step({
    name: 'interruptions',
    grain: 'event of a interrupted session',
    rule: 'DESIGN 4.2',
    from: [stallOfEvents],
    // Few rows, which the planner cannot know: as a table it is the side that the join builds from.
    staged: true,
    columns: {
      stream_key: 'bigint',
      n: 'bigint',
      moved: 'integer',
      stall: 'bigint',
      stall_n: 'bigint',
      setter: 'bigint',
      hiding: 'bigint',
    },
    sql: () => sql`select
  stream_key,
  n,
  moved,
  stall,
  stall_n,
  hiding,
  coalesce(max(case
    when ${isKind(kind, 'pause')} and stall % 2 = 1 and moved = 0 then n * 8 + ${state('paused')}
    ${setterCases}
  end) over (partition by stream_key, session_n order by n rows between unbounded preceding and 1 preceding), 0) as setter
from stall_of_events`,
  });
}

/** The state on both sides of each event, and what the event itself counts as (4.2). */
export const buildStates = (standing: Step, interruptions: Step) =>
  step({
    name: 'states',
    grain: 'event of a session',
    rule: 'DESIGN 4.2',
    from: [standing, interruptions],
    columns: {},
    sql: () => sql`select
  b.*,
  case
    when from_state = ${state('buffering')} and not (${isKind(kind, ...stallEnds)}) then from_state
    when ${isKind(kind, 'play', 'resume')} then ${state('playing')}
    when ${isKind(kind, 'ended')} then ${state('ended')}
    when ${isKind(kind, 'unload')} then ${state('closed')}
    when ${isKind(kind, 'error')} then ${state('failed')}
    when ${isKind(kind, 'buffer_start')} then ${state('buffering')}
    when ${isKind(kind, 'pause')} and (from_state = ${state('buffering')} or base_state = ${state('playing')}) then ${state('paused')}
    else base_state
  end as state_after,
  case when ${isKind(kind, 'pause')} and base_state = ${state('playing')} then 1 else 0 end as pauses,
  case when ${isKind(kind, 'buffer_start')} and from_state <> ${state('buffering')} then 1 else 0 end as stalls,
  case when ${isKind(kind, 'play', 'resume')} and from_state = ${state('ended')} and place_or_known_us <= ${us(rules.near_start_s)} then 1 else 0 end as replays
from (
  select
    a.*,
    case when place_us is not null then place_us when is_live = 0 then known_us end as place_or_known_us,
    case when stalled = 1 then ${state('buffering')} else base_state end as state_before,
    -- a position that has moved on ends the buffering before the event itself takes effect
    case when stalled = 1 and moved = 0 then ${state('buffering')} else base_state end as from_state
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
        when coalesce(s.setter, e.setter) % 8 = ${state('playing')} and e.stop_n * 8 > coalesce(s.setter, e.setter) then ${state('paused')}
        else coalesce(s.setter, e.setter) % 8
      end as base_state,
      coalesce(s.setter, e.setter) as setter
    from standing e
    left join interruptions s on s.stream_key = e.stream_key and s.n = e.n
  ) a
) b`,
  });
