import { type Dialect, type Fragment, lit, raw, ref, type Step, source, sql, step } from '#sql';
import { tables } from '#tables';

/** Who saw which variant and when first, of the users whose rows are made. */
const firstExposures = source({
  name: 'first_exposures',
  grain: tables.exposures.grain,
  columns: { user_id: 'string', experiment: 'string', variant: 'string', first_exposed_at: 'timestamp' },
});

/** All sessions of those users. */
export const exposedSessions = source({
  name: 'exposed_sessions',
  grain: tables.sessions.grain,
  columns: {
    user_id: 'string',
    video_id: 'string',
    ended_at: 'timestamp',
    has_played: 'boolean',
    completed: 'boolean',
    watch_time_s: 'double',
  },
});

/** What pages showed to those users. */
const exposedImpressions = source({
  name: 'exposed_impressions',
  grain: tables.impressions.grain,
  columns: tables.impressions.columns,
});

const assignedExposures = step({
  name: 'assigned_exposures',
  grain: tables.exposures.grain,
  rule: 'DESIGN 4.5',
  from: [firstExposures],
  columns: {},
  sql: () => sql`select
  *,
  row_number() over viewer as exposure_n,
  count(*) over (partition by user_id, experiment) as variant_count
from first_exposures
window viewer as (partition by user_id, experiment order by first_exposed_at, variant)`,
});

const sessionsSince = step({
  name: 'sessions_since_exposure',
  grain: tables.exposures.grain,
  rule: 'DESIGN 4.5',
  from: [firstExposures, exposedSessions],
  columns: {},
  sql: () => sql`select
  e.user_id,
  e.experiment,
  e.variant,
  cast(count(*) as bigint) as session_count,
  cast(sum(case when s.has_played then 1 else 0 end) as bigint) as play_count,
  cast(sum(case when s.completed then 1 else 0 end) as bigint) as completed_session_count,
  cast(sum(cast(round(s.watch_time_s * 1e6) as bigint)) as bigint) as watch_us
from first_exposures e
-- a session that was going on may be the one that exposed the user
join exposed_sessions s on s.user_id = e.user_id and s.ended_at >= e.first_exposed_at
group by e.user_id, e.experiment, e.variant`,
});

const shownSince = step({
  name: 'shown_since_exposure',
  grain: tables.exposures.grain,
  rule: 'DESIGN 4.5',
  from: [firstExposures, exposedImpressions, exposedSessions],
  columns: {},
  sql: () => sql`select
  e.user_id,
  e.experiment,
  e.variant,
  cast(count(*) as bigint) as shown_count,
  cast(sum(case when p.last_played_at >= e.first_exposed_at then 1 else 0 end) as bigint) as played_shown_count
from first_exposures e
join exposed_impressions i on i.user_id = e.user_id and i.last_shown_at >= e.first_exposed_at
left join (
  select user_id, video_id, max(ended_at) as last_played_at
  from exposed_sessions
  where has_played
  group by user_id, video_id
) p on p.user_id = i.user_id and p.video_id = i.video_id
group by e.user_id, e.experiment, e.variant`,
});

/** Per user, experiment and variant seen: when first, and what the user did from then on. */
export const exposures: Step = step({
  name: 'exposures',
  grain: tables.exposures.grain,
  rule: 'DESIGN 4.5',
  from: [assignedExposures, sessionsSince, shownSince],
  columns: tables.exposures.columns,
  sql: () => sql`select
  e.user_id,
  e.experiment,
  e.variant,
  e.first_exposed_at,
  e.exposure_n = 1 as is_assigned,
  e.variant_count > 1 as is_mixed,
  coalesce(s.session_count, 0) as session_count,
  coalesce(s.play_count, 0) as play_count,
  coalesce(s.completed_session_count, 0) as completed_session_count,
  cast(coalesce(s.watch_us, 0) / 1e6 as double) as watch_time_s,
  coalesce(i.shown_count, 0) as shown_count,
  coalesce(i.played_shown_count, 0) as played_shown_count
from assigned_exposures e
left join sessions_since_exposure s
  on s.user_id = e.user_id and s.experiment = e.experiment and s.variant = e.variant
left join shown_since_exposure i
  on i.user_id = e.user_id and i.experiment = e.experiment and i.variant = e.variant`,
});

const publishedExposures = source({
  name: 'exposures',
  grain: tables.exposures.grain,
  columns: tables.exposures.columns,
});

/** A sum of squares or products as text: it may exceed a BIGINT. */
const exactSum = (d: Dialect, product: string, name: string): Fragment =>
  sql`cast(sum(cast(${raw(product)} as decimal(38, 0))) as ${raw(d.type('string'))}) as ${ref(name)}`;

/**
 * Counts and sums per experiment and variant that was seen, over the users whose first variant it was: zeros where it was
 * nobody's first. Exact, so that the order of the rows does not matter: seconds and their rest apart, because the square of
 * microseconds fits no BIGINT.
 */
export const armCounts: Step = step({
  name: 'arm_counts',
  grain: tables.experiments.grain,
  rule: 'DESIGN 4.5',
  from: [publishedExposures],
  columns: {},
  sql: d => sql`select
  experiment,
  variant,
  cast(sum(case when is_assigned then 1 else 0 end) as bigint) as exposed_viewers,
  cast(sum(case when is_assigned and is_mixed then 1 else 0 end) as bigint) as mixed_viewers,
  min(${d.epochUs(raw('first_exposed_at'))}) as first_exposed_us,
  max(${d.epochUs(raw('first_exposed_at'))}) as last_exposed_us,
  cast(sum(case when play_count > 0 then 1 else 0 end) as bigint) as played_viewers,
  cast(sum(session_count) as bigint) as session_count,
  cast(sum(play_count) as bigint) as play_count,
  cast(sum(completed_session_count) as bigint) as completed_session_count,
  cast(sum(watch_us) as bigint) as watch_us,
  ${exactSum(d, 'whole_s * whole_s', 'whole_squares')},
  ${exactSum(d, 'whole_s * rest_us', 'mixed_products')},
  ${exactSum(d, 'rest_us * rest_us', 'rest_squares')},
  cast(sum(shown_count) as bigint) as shown_count,
  cast(sum(played_shown_count) as bigint) as played_shown_count,
  ${exactSum(d, 'shown_count * shown_count', 'shown_squares')},
  ${exactSum(d, 'shown_count * played_shown_count', 'shown_products')},
  ${exactSum(d, 'played_shown_count * played_shown_count', 'played_squares')}
from (
  select
    *,
    ${d.floorDiv(raw('watch_us'), lit(1_000_000))} as whole_s,
    watch_us - ${d.floorDiv(raw('watch_us'), lit(1_000_000))} * 1000000 as rest_us
  from (
    select
      experiment,
      variant,
      is_assigned,
      is_mixed,
      case when is_assigned then first_exposed_at end as first_exposed_at,
      case when is_assigned then session_count else 0 end as session_count,
      case when is_assigned then play_count else 0 end as play_count,
      case when is_assigned then completed_session_count else 0 end as completed_session_count,
      case when is_assigned then shown_count else 0 end as shown_count,
      case when is_assigned then played_shown_count else 0 end as played_shown_count,
      case when is_assigned then cast(round(watch_time_s * 1e6) as bigint) else 0 end as watch_us
    from exposures
  ) a
) b
group by experiment, variant
order by experiment, variant`,
});
