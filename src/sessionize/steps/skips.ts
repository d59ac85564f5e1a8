import { type Step, sql, step } from '#sql';
import { rules, us } from '../words.js';

/** Leaps of the playhead, those that belong together under one number: a drag, two taps, a pause that carries the seek's target (4.3). */
export function buildDrags(verdicts: Step) {
  const leaps = step({
    name: 'leaps',
    grain: 'leap of the playhead',
    rule: 'DESIGN 4.3',
    from: [verdicts],
    columns: {},
    sql: () => sql`select stream_key, session_n, n, 0 as rank, at_us, judged_from_us as origin_us, judged_to_us as target_us
from verdicts
where judged_from_us is not null
union all
select stream_key, session_n, n, 1 as rank, at_us, seek_from_us, seek_to_us
from verdicts
where seek_from_us is not null`,
  });
  const followedLeaps = step({
    name: 'followed_leaps',
    grain: 'leap of the playhead',
    rule: 'DESIGN 4.3',
    from: [leaps],
    staged: true,
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      n: 'bigint',
      rank: 'integer',
      origin_us: 'bigint',
      target_us: 'bigint',
      close_n: 'bigint',
    },
    sql: () => sql`select
  stream_key,
  session_n,
  n,
  rank,
  origin_us,
  target_us,
  -- the leap before, where it may be part of the same skip
  case when at_us - lag(at_us) over so_far < ${us(rules.merge_gap_s)} then lag(n) over so_far end as close_n
from leaps
window so_far as (partition by stream_key, session_n order by n, rank)`,
  });
  const watchedBetween = step({
    name: 'watched_between',
    grain: 'leap close behind another',
    rule: 'DESIGN 4.3',
    from: [followedLeaps, verdicts],
    columns: { stream_key: 'bigint', n: 'bigint', watched_us: 'bigint' },
    sql: () => sql`select l.stream_key, l.n, cast(sum(v.watched_us) as bigint) as watched_us
from (select distinct stream_key, close_n, n from followed_leaps where close_n < n) l
join verdicts v on v.stream_key = l.stream_key and v.n > l.close_n and v.n <= l.n
group by l.stream_key, l.n`,
  });
  const joinedLeaps = step({
    name: 'joined_leaps',
    grain: 'leap of the playhead',
    rule: 'DESIGN 4.3',
    from: [followedLeaps, watchedBetween],
    columns: {},
    // Two leaps of one event have nothing between them.
    sql: () => sql`select
  l.*,
  case when l.close_n = l.n or w.watched_us < ${us(rules.merge_watched_s)} then 0 else 1 end as opens
from followed_leaps l
left join watched_between w on w.stream_key = l.stream_key and w.n = l.n and l.close_n < l.n`,
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
