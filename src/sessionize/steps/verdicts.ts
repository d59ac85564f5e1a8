import { raw, type Step, sql, step } from '#sql';
import { isKind, rules, state, us } from '../words.js';

const kind = raw('kind');
const playing = sql`state_before = ${state('playing')}`;
const isPlay = isKind(kind, 'play', 'resume');

/** Which row of the table of 4.3 an interval fits: the first one. Null for the first event of a session. */
const verdict = sql`case
    when w_us is null then null
    when state_before = ${state('paused')} then 'paused'
    when state_before = ${state('buffering')} then 'buffering'
    when not (${playing}) then 'idle'
    when ${isKind(raw('prev_kind'), 'seek')} and ${isPlay} and w_us <= ${us(rules.settle_s_max)} then 'seek_settling'
    when ${isKind(raw('prev_kind'), 'play', 'resume')} and ${isPlay} and not (measured = 'steady' and w_us >= ${us(rules.settle_s_max)}) then 'restarted'
    when ${isKind(kind, 'seek')} and has_origin = 0 and abs(place_us - predicted) > tol then 'seek_predicted'
    else measured
  end`;

/** What the positions alone say of an interval of play. */
const measured = sql`case
      when d is null then 'unmeasured'
      when d <= ${us(-rules.back_s_min)} and d < rw - tol then 'back'
      when d > rw + tol then 'ahead'
      when d < rw - tol or (w_us >= ${us(rules.still_ping_s_min)} and d * 2 < rw) then 'behind'
      else 'steady'
    end`;

/** Intervals with the row of the table of 4.3 that each fits. */
export const buildJudgedIntervals = (ratedIntervals: Step) =>
  step({
    name: 'judged_intervals',
    grain: 'event of a session with the interval that it ends',
    rule: 'DESIGN 4.3',
    from: [ratedIntervals],
    columns: {},
    sql: () => sql`select
  m.*,
  ${verdict} as verdict
from (
  select
    r.*,
    case when p is not null then least(p + rw, duration_us) end as predicted,
    ${measured} as measured
  from rated_intervals r
) m`,
  });

/**
 * The verdict on each interval: what was watched, what is uncertain, which stretch of the video it covered, and which
 * leaps the playhead made: `judged_*` at its end, then `seek_*` by the seek that ends it.
 */
export function buildVerdicts(judgedIntervals: Step) {
  const watched = sql`case verdict
    when 'seek_predicted' then w_us
    when 'unmeasured' then w_us
    when 'back' then w_us
    when 'ahead' then w_us
    when 'steady' then w_us
    when 'behind' then least(w_us, cast(round(greatest(d, 0) / true_r) as bigint))
    else 0
  end`;
  return step({
    name: 'verdicts',
    grain: 'event of a session with the interval that it ends',
    rule: 'DESIGN 4.3',
    from: [judgedIntervals],
    staged: true,
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      n: 'bigint',
      is_last: 'integer',
      kind: 'integer',
      at_us: 'bigint',
      w_us: 'bigint',
      verdict: 'string',
      watched_us: 'bigint',
      uncertain_us: 'bigint',
      cover_from_us: 'bigint',
      cover_to_us: 'bigint',
      judged_from_us: 'bigint',
      judged_to_us: 'bigint',
      seek_from_us: 'bigint',
      seek_to_us: 'bigint',
      r: 'double',
      r_after: 'double',
      true_r: 'double',
      setter: 'bigint',
      stop_n: 'bigint',
      is_hidden: 'integer',
      play_n: 'bigint',
      place_us: 'bigint',
      place_or_known_us: 'bigint',
      is_live: 'integer',
      is_bad: 'integer',
      autoplay: 'boolean',
      state_after: 'integer',
      pauses: 'integer',
      stalls: 'integer',
      replays: 'integer',
    },
    sql: () => sql`select
  stream_key,
  session_n,
  n,
  is_last,
  kind,
  at_us,
  w_us,
  verdict,
  watched_us,
  case when ${playing} then w_us - watched_us else 0 end as uncertain_us,
  case when verdict in ('seek_predicted', 'back', 'ahead', 'behind', 'steady') then p end as cover_from_us,
  case
    when verdict in ('seek_predicted', 'back', 'ahead') then predicted
    when verdict in ('behind', 'steady') then least(p + greatest(d, 0), duration_us)
  end as cover_to_us,
  case
    when verdict in ('back', 'ahead') then p + rw
    when verdict = 'paused' and not (${isKind(kind, 'seek')}) and play_n is not null
      and abs(place_us - p) >= ${us(rules.unreported_skip_s_min)}
      and (seek_us is null or at_us - seek_us > ${us(rules.settle_s_max)}) then p
  end as judged_from_us,
  case
    when verdict in ('back', 'ahead') then q
    when verdict = 'paused' then place_us
  end as judged_to_us,
  case
    when not (${isKind(kind, 'seek')}) or w_us is null then null
    when ${playing} and has_origin = 1 and abs(place_us - seek_from_us) >= ${us(rules.skip_s_min)} then seek_from_us
    when verdict = 'seek_predicted' then predicted
    when ${playing} or state_before = ${state('buffering')} or play_n is null then null
    when state_before = ${state('ended')} and place_us <= ${us(rules.near_start_s)} then null
    when abs(place_us - coalesce(seek_from_us, p)) >= ${us(rules.skip_s_min)} then coalesce(seek_from_us, p)
  end as seek_from_us,
  case when ${isKind(kind, 'seek')} then place_us end as seek_to_us,
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
    ${watched} as watched_us
  from judged_intervals v
) j`,
  });
}
