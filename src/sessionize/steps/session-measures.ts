import type { SessionizationConfig } from '#config';
import { raw, type Step, sql, step } from '#sql';
import { isKind, state, us } from '../words.js';

const kind = raw('kind');
const flag = (condition: ReturnType<typeof raw>) => sql`max(case when ${condition} then 1 else 0 end)`;

/** Everything that a session's own events add up to. */
export const buildSessionMeasures = (verdicts: Step) =>
  step({
    name: 'session_measures',
    grain: 'session',
    rule: 'DESIGN 4.4',
    from: [verdicts],
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      event_count: 'bigint',
      watched_us: 'bigint',
      uncertain_us: 'bigint',
      rated_us: 'bigint',
      background_us: 'bigint',
      pause_count: 'bigint',
      pause_us: 'bigint',
      buffer_count: 'bigint',
      buffer_us: 'bigint',
      bad_position_count: 'bigint',
      is_live: 'integer',
      completed: 'integer',
      has_played: 'integer',
      first_us: 'bigint',
      first_told: 'integer',
      last_us: 'bigint',
      last_told: 'integer',
      furthest_us: 'bigint',
      last_state: 'integer',
      last_rate: 'double',
      restarts: 'bigint',
      load_count: 'bigint',
      begins_afresh: 'integer',
      begins_with_load: 'integer',
      hidden_count: 'bigint',
      tells_visibility: 'integer',
      tells_pauses: 'integer',
      autoplay: 'boolean',
    },
    sql: () => sql`select
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
  ${flag(isKind(kind, 'ended'))} as completed,
  ${flag(isKind(kind, 'play', 'resume'))} as has_played,
  max(case when play_n is null and ${isKind(kind, 'play', 'resume')} then place_or_known_us end) as first_us,
  ${flag(sql`play_n is null and ${isKind(kind, 'play', 'resume')} and place_us is not null`)} as first_told,
  max(case when is_last = 1 then place_or_known_us end) as last_us,
  -- the playhead has stood still since an event told where it is
  case when max(case when place_us is not null then n end) > coalesce(max(case when state_after = ${state('playing')} then n end), 0) then 1 else 0 end as last_told,
  max(place_us) as furthest_us,
  max(case when is_last = 1 then state_after end) as last_state,
  max(case when is_last = 1 then r_after end) as last_rate,
  cast(sum(replays) as bigint) as restarts,
  cast(sum(case when ${isKind(kind, 'load')} then 1 else 0 end) as bigint) as load_count,
  ${flag(sql`w_us is null and ${isKind(kind, 'load', 'play')}`)} as begins_afresh,
  ${flag(sql`w_us is null and ${isKind(kind, 'load')}`)} as begins_with_load,
  cast(sum(case when ${isKind(kind, 'hidden')} then 1 else 0 end) as bigint) as hidden_count,
  ${flag(isKind(kind, 'hidden', 'visible'))} as tells_visibility,
  ${flag(isKind(kind, 'pause'))} as tells_pauses,
  min_by(autoplay, case when autoplay is not null then n end) as autoplay
from verdicts
group by stream_key, session_n`,
  });

/** Pauses as long as a look into another tab, for sessions whose source sends no `hidden` (4.4). */
export const buildLongPauses = (config: SessionizationConfig, verdicts: Step) =>
  step({
    name: 'long_pauses',
    grain: 'session with long pauses',
    rule: 'DESIGN 4.4',
    from: [verdicts],
    columns: { stream_key: 'bigint', session_n: 'bigint', long_pause_count: 'bigint' },
    sql: () => sql`select stream_key, session_n, count(*) as long_pause_count
from (
  select stream_key, session_n, setter
  from verdicts
  where verdict = 'paused'
  group by stream_key, session_n, setter
  having sum(w_us) >= ${us(config.tab_switch_pause_s_min)} and sum(w_us) <= ${us(config.tab_switch_pause_s_max)}
) p
group by stream_key, session_n`,
  });

/** Sessions with their published ids, their spans and their own measures. */
export const buildNamedSessions = (sessionSpans: Step, sessionMeasures: Step) =>
  step({
    name: 'named_sessions',
    grain: 'session',
    rule: 'DESIGN 5',
    from: [sessionSpans, sessionMeasures],
    staged: true,
    columns: {},
    sql: d => sql`select
  s.*,
  m.event_count, m.watched_us, m.uncertain_us, m.rated_us, m.background_us, m.pause_count, m.pause_us, m.buffer_count, m.buffer_us,
  m.bad_position_count, m.is_live, m.completed, m.has_played, m.first_us, m.first_told, m.last_us, m.last_told, m.furthest_us, m.last_state, m.last_rate, m.restarts,
  m.load_count, m.begins_afresh, m.begins_with_load, m.hidden_count, m.tells_visibility, m.tells_pauses, m.autoplay,
  case when m.last_state = ${state('playing')} then 1 else 0 end as ends_playing,
  ${d.md5(sql`concat_ws('|', ${idPart('s.user_id')}, ${idPart('s.video_id')}, ${idPart('s.player_id')}, cast(s.start_us as ${raw(d.type('string'))}), case when s.nth_at_start > 1 then cast(s.nth_at_start as ${raw(d.type('string'))}) end)`)} as session_id,
  ${d.md5(sql`concat_ws('|', ${idPart('s.user_id')}, cast(s.visit_start_us as ${raw(d.type('string'))}))`)} as visit_id
from session_spans s
join session_measures m on m.stream_key = s.stream_key and m.session_n = s.session_n`,
  });

/** Text with its length before it, so that no two rows of texts read the same; null differs from empty. */
function idPart(column: string) {
  const text = raw(column);
  return sql`case when ${text} is null then '-' else concat(length(${text}), ':', ${text}) end`;
}
