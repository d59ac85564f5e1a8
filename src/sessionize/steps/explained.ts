import { join, lit, raw, type Step, sql, step } from '#sql';
import { eventTypes } from '#tables';
import { isKind, states } from '../words.js';

const kindName = sql`case e.kind ${join(
  eventTypes.map((type, kind) => sql`when ${lit(kind)} then ${lit(type)}`),
  ' ',
)} end`;
const stateName = (column: string) =>
  sql`case ${raw(column)} ${join(
    Object.entries(states).map(([name, number]) => sql`when ${lit(number)} then ${lit(name)}`),
    ' ',
  )} end`;

/**
 * Every event of every session with the interval that it ends: what was reported, the letters of 4.3, the verdict and
 * what it added. `#explain` reads these columns and no other step's.
 */
export const buildExplainedIntervals = (
  uniqueEvents: Step,
  judgedIntervals: Step,
  verdicts: Step,
  namedSessions: Step,
) =>
  step({
    name: 'explained_intervals',
    grain: 'event of a session with the interval that it ends',
    rule: 'DESIGN 4.2, 4.3',
    from: [uniqueEvents, judgedIntervals, verdicts, namedSessions],
    columns: {
      session_id: 'string',
      n: 'bigint',
      event_id: 'string',
      event_type: 'string',
      at_us: 'bigint',
      received_us: 'bigint',
      sequence: 'bigint',
      position_s: 'double',
      seek_from_s: 'double',
      reported_rate: 'double',
      reported_duration_us: 'bigint',
      place_us: 'bigint',
      is_live: 'integer',
      is_bad: 'integer',
      state_before: 'string',
      state_after: 'string',
      is_hidden: 'integer',
      pauses: 'integer',
      stalls: 'integer',
      replays: 'integer',
      verdict: 'string',
      has_origin: 'integer',
      w_us: 'bigint',
      p_us: 'bigint',
      q_us: 'bigint',
      d_us: 'bigint',
      r: 'double',
      true_r: 'double',
      tol_us: 'bigint',
      watched_us: 'bigint',
      uncertain_us: 'bigint',
      cover_from_us: 'bigint',
      cover_to_us: 'bigint',
    },
    sql: () => sql`select
  s.session_id,
  e.n,
  e.event_id,
  ${kindName} as event_type,
  e.at_us,
  e.received_us,
  e.sequence,
  e.position_s,
  e.seek_from_s,
  e.rate as reported_rate,
  e.duration_us as reported_duration_us,
  j.place_us,
  j.is_live,
  j.is_bad,
  ${stateName('j.state_before')} as state_before,
  ${stateName('j.state_after')} as state_after,
  j.is_hidden,
  j.pauses,
  j.stalls,
  j.replays,
  j.verdict,
  j.has_origin,
  j.w_us,
  j.p as p_us,
  j.q as q_us,
  j.d as d_us,
  j.r,
  j.true_r,
  j.tol as tol_us,
  v.watched_us,
  v.uncertain_us,
  v.cover_from_us,
  v.cover_to_us
from judged_intervals j
join verdicts v on v.stream_key = j.stream_key and v.n = j.n
join named_sessions s on s.stream_key = j.stream_key and s.session_n = j.session_n
-- the ids of events do not travel through the pipeline; their order within a stream finds them again
join (
  select
    *,
    row_number() over (partition by stream_key order by at_us, sequence nulls first, kind, event_id) as n
  from unique_events
  where not (${isKind(raw('kind'), 'page_view')})
) e on e.stream_key = j.stream_key and e.n = j.n`,
  });

/** The leaps of the playhead in every session; those of one number are one skip, if it is large enough. */
export const buildExplainedLeaps = (drags: Step, namedSessions: Step) =>
  step({
    name: 'explained_leaps',
    grain: 'leap of the playhead',
    rule: 'DESIGN 4.3',
    from: [drags, namedSessions],
    columns: {
      session_id: 'string',
      n: 'bigint',
      rank: 'integer',
      drag: 'bigint',
      origin_us: 'bigint',
      target_us: 'bigint',
    },
    sql: () => sql`select s.session_id, d.n, d.rank, cast(d.drag as bigint) as drag, d.origin_us, d.target_us
from drags d
join named_sessions s on s.stream_key = d.stream_key and s.session_n = d.session_n`,
  });
