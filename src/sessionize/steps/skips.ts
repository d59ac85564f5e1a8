import { type Step, sql, step } from '#sql';
import { rules, us } from '../words.js';

/** The playhead's path through each session: the rows where it covered something, was watched, or leapt. */
export const buildPath = (verdicts: Step) =>
  step({
    name: 'path',
    grain: 'interval in which the playhead advanced or leapt',
    rule: 'DESIGN 4.3',
    from: [verdicts],
    staged: true,
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      n: 'bigint',
      at_us: 'bigint',
      w_us: 'bigint',
      watched_us: 'bigint',
      cover_from_us: 'bigint',
      cover_to_us: 'bigint',
      judged_from_us: 'bigint',
      judged_to_us: 'bigint',
      seek_from_us: 'bigint',
      seek_to_us: 'bigint',
      true_r: 'double',
      watched_so_far_us: 'bigint',
      stop_n: 'bigint',
    },
    sql: () => sql`select
  stream_key,
  session_n,
  n,
  at_us,
  w_us,
  watched_us,
  cover_from_us,
  cover_to_us,
  judged_from_us,
  judged_to_us,
  seek_from_us,
  seek_to_us,
  true_r,
  coalesce(stop_n, 0) as stop_n,
  cast(sum(watched_us) over (partition by stream_key, session_n order by n rows between unbounded preceding and current row) as bigint) as watched_so_far_us
from verdicts
where watched_us > 0 or cover_to_us > cover_from_us or judged_from_us is not null or seek_from_us is not null`,
  });

/** Leaps of the playhead, those that belong together under one number: a drag, two taps, a pause that carries the seek's target (4.3). */
export function buildDrags(path: Step) {
  const leaps = step({
    name: 'leaps',
    grain: 'leap of the playhead',
    rule: 'DESIGN 4.3',
    from: [path],
    columns: {},
    sql: () => sql`select stream_key, session_n, n, 0 as rank, at_us, watched_so_far_us, judged_from_us as origin_us, judged_to_us as target_us
from path
where judged_from_us is not null
union all
select stream_key, session_n, n, 1 as rank, at_us, watched_so_far_us, seek_from_us, seek_to_us
from path
where seek_from_us is not null`,
  });
  const joinedLeaps = step({
    name: 'joined_leaps',
    grain: 'leap of the playhead',
    rule: 'DESIGN 4.3',
    from: [leaps],
    columns: {},
    sql: () => sql`select
  *,
  case
    when at_us - lag(at_us) over so_far < ${us(rules.merge_gap_s)}
      and watched_so_far_us - lag(watched_so_far_us) over so_far < ${us(rules.merge_watched_s)} then 0
    else 1
  end as opens
from leaps
window so_far as (partition by stream_key, session_n order by n, rank)`,
  });
  return step({
    name: 'drags',
    grain: 'leap of the playhead',
    rule: 'DESIGN 4.3',
    from: [joinedLeaps],
    columns: {},
    sql: () => sql`select
  *,
  sum(opens) over (partition by stream_key, session_n order by n, rank rows between unbounded preceding and current row) as drag
from joined_leaps`,
  });
}

/** Leaps that belong together as the one skip that they are. */
export const buildSkips = (drags: Step) =>
  step({
    name: 'skips',
    grain: 'skip',
    rule: 'DESIGN 4.3',
    from: [drags],
    columns: { stream_key: 'bigint', session_n: 'bigint', size_us: 'bigint' },
    sql: () => sql`select stream_key, session_n, size_us
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
where abs(size_us) >= ${us(rules.skip_s_min)}`,
  });

/** Skips counted per session. */
export const buildSkipCounts = (skips: Step) =>
  step({
    name: 'skip_counts',
    grain: 'session with skips',
    rule: 'DESIGN 4.4',
    from: [skips],
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      skip_forward_count: 'bigint',
      skip_backward_count: 'bigint',
      skipped_us: 'bigint',
    },
    sql: () => sql`select
  stream_key,
  session_n,
  sum(case when size_us > 0 then 1 else 0 end) as skip_forward_count,
  sum(case when size_us < 0 then 1 else 0 end) as skip_backward_count,
  sum(abs(size_us)) as skipped_us
from skips
group by stream_key, session_n`,
  });
