import type { SessionizationConfig } from '#config';
import { type Fragment, lit, raw, type Step, sql, step } from '#sql';
import { isKind, rules, state, us } from '../words.js';

const kind = raw('kind');

/** `tol` of 4.3 for a rate and a wall time. */
const tolerance = (config: SessionizationConfig, r: Fragment, w: Fragment): Fragment =>
  sql`greatest(${us(config.tolerance_s)}, cast(round(${lit(config.tolerance_ratio)} * ${r} * ${w}) as bigint))`;

/** The stretch between an event of a session and the one before it, in the letters of 4.3. */
export const buildIntervals = (states: Step) =>
  step({
    name: 'intervals',
    grain: 'event of a session with the interval that it ends',
    rule: 'DESIGN 4.3',
    from: [states],
    columns: {},
    sql: () => sql`select
  s.*,
  known_us as p,
  case when ${isKind(kind, 'seek')} and seek_from_us is not null then seek_from_us else place_us end as q,
  case when ${isKind(kind, 'seek')} and seek_from_us is not null then 1 else 0 end as has_origin
from states s`,
  });

/**
 * Slopes of long playing intervals whose reported rate does not explain them, where a neighbour shows the same slope:
 * a rate change that nobody reported (4.3). Only sessions with such an interval are looked at.
 */
export function buildSilentRates(config: SessionizationConfig, intervals: Step) {
  const long = sql`state_before = ${state('playing')} and w_us >= ${us(rules.slope_interval_s_min)} and not (${isKind(kind, 'seek', 'play', 'resume')})`;
  const slopedIntervals = step({
    name: 'sloped_intervals',
    grain: 'long playing interval',
    rule: 'DESIGN 4.3',
    from: [intervals],
    columns: {},
    sql: () => sql`select
  stream_key,
  session_n,
  n,
  cast(q - p as double) / w_us as slope,
  case when abs(q - p - r * w_us) > ${tolerance(config, raw('r'), raw('w_us'))} then 1 else 0 end as is_off
from intervals
where ${long} and q - p >= ${lit(rules.slope_min)} * w_us and q - p <= ${lit(rules.slope_max)} * w_us`,
  });
  const agrees = (other: string) => sql`abs(o.slope - ${raw(other)}.slope) <= ${lit(rules.slope_agreement)} * o.slope`;
  return step({
    name: 'silent_rates',
    grain: 'playing interval at a rate that nobody reported',
    rule: 'DESIGN 4.3',
    from: [slopedIntervals],
    // Few rows, which the planner cannot know: as a table it is the side that the join builds from.
    staged: true,
    columns: { stream_key: 'bigint', n: 'bigint', slope: 'double' },
    sql: () => sql`select o.stream_key, o.n, max(o.slope) as slope
from sloped_intervals o
join sloped_intervals m on m.stream_key = o.stream_key and m.session_n = o.session_n and (m.n = o.n - 1 or m.n = o.n + 1)
where o.is_off = 1 and ${agrees('m')}
group by o.stream_key, o.n`,
  });
}

/** Intervals at the rate that they really had, with `d` and `tol`. */
export const buildRatedIntervals = (config: SessionizationConfig, intervals: Step, silentRates: Step) =>
  step({
    name: 'rated_intervals',
    grain: 'event of a session with the interval that it ends',
    rule: 'DESIGN 4.3',
    from: [intervals, silentRates],
    columns: {},
    sql: () => sql`select
  a.*,
  ${tolerance(config, raw('true_r'), raw('w_us'))} as tol,
  cast(round(true_r * w_us) as bigint) as rw
from (
  select
    i.*,
    q - p as d,
    coalesce(s.slope, i.r) as true_r
  from intervals i
  left join silent_rates s on s.stream_key = i.stream_key and s.n = i.n
) a`,
  });
