import { raw, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import { seconds } from '../words.js';

/**
 * Stretches of unbroken play: covered stretches that touch, with no pause or end between them. The wall clock of a
 * stretch runs from its first interval's start to its last one's end, or to where the proven watch time ends.
 */
export function buildStretches(verdicts: Step) {
  const edges = step({
    name: 'stretch_edges',
    grain: 'covered interval',
    rule: 'DESIGN 4.3',
    from: [verdicts],
    columns: {},
    sql: () => sql`select
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
window s as (partition by stream_key, session_n order by n)`,
  });
  return step({
    name: 'stretches',
    grain: 'stretch of unbroken play',
    rule: 'DESIGN 4.3',
    from: [edges],
    staged: true,
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      segment_index: 'integer',
      from_us: 'bigint',
      to_us: 'bigint',
      begin_us: 'bigint',
      end_us: 'bigint',
      playback_rate: 'double',
    },
    sql: () => sql`select
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
where opens = 1`,
  });
}

/** How much of the video each session's stretches cover, together and once. */
export const buildCoverage = (stretches: Step) =>
  step({
    name: 'coverage',
    grain: 'session with stretches',
    rule: 'DESIGN 4.4',
    from: [stretches],
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      content_us: 'bigint',
      unique_us: 'bigint',
      furthest_us: 'bigint',
    },
    sql: () => sql`select
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
group by stream_key, session_n`,
  });

/** The published table: stretches under the ids of their sessions. */
export const buildSegments = (stretches: Step, namedSessions: Step) =>
  step({
    name: 'segments',
    grain: tables.segments.grain,
    rule: 'DESIGN 5',
    from: [stretches, namedSessions],
    columns: tables.segments.columns,
    sql: d => sql`select
  s.session_id,
  t.segment_index,
  s.user_id,
  s.video_id,
  s.player_id,
  ${seconds(raw('t.from_us'))} as from_s,
  ${seconds(raw('t.to_us'))} as to_s,
  ${d.instantOfUs(raw('t.begin_us'))} as started_at,
  ${d.instantOfUs(raw('t.end_us'))} as ended_at,
  cast(t.playback_rate as double) as playback_rate,
  ${d.dateOfUs(raw('s.start_us'))} as session_date
from stretches t
join named_sessions s on s.stream_key = t.stream_key and s.session_n = t.session_n`,
  });
