import {
  type Arm,
  armCounts,
  armSchema,
  exposedSessions,
  exposures,
  type JudgedArm,
  judgeExperiments,
} from '#experiments';
import { type Fragment, join, planPipeline, raw, ref, type SqlValue, sql } from '#sql';
import { tables } from '#tables';
import { publishedRelation, publishWhole } from './publish.js';
import type { RunContext } from './run-context.js';
import { columnList, relationOf } from './tables.js';

/**
 * Publishes `exposures` and `experiments`. Comes after the sessions and the impressions; reads of the run's relations
 * `new_events`, `replaced_sessions` and `rebuilt_sessions`, and `touched_users` where not everything is made anew.
 */
export async function publishExperiments(context: RunContext): Promise<void> {
  await publishExposures(context);
  const { config, d, engine, scratch, stopwatch } = context;
  await scratch.drop('exposures');
  await scratch.view('exposures', sql`select * from ${await publishedRelation(context, 'exposures')}`);
  await scratch.run(planPipeline([armCounts], d), stopwatch);
  const rows = await engine.query(sql`select * from ${ref(armCounts.name)} order by experiment, variant`);
  const judged = judgeExperiments(
    rows.map((row): Arm => armSchema.parse(row)),
    config.experiments,
  );
  // As a table of its own: the names of experiments and variants come from outside, and publishing reads twice.
  await scratch.table('judged_arms', judgedRows(context, judged));
  await publishWhole(context, 'experiments', sql`select * from judged_arms`);
  await scratch.drop('exposures', 'first_exposures', 'exposed_sessions', 'exposed_impressions', armCounts.name);
}

/** Of touched users what they saw and did, all of it anew; of all others what is known. */
async function publishExposures(context: RunContext): Promise<void> {
  const { d, lake, run, scratch, stopwatch } = context;
  const seen = sql`select user_id, experiment, variant, min(event_time) as first_exposed_at
    from new_events where experiment is not null and variant is not null
    group by user_id, experiment, variant`;
  const shown = await publishedRelation(context, 'impressions');
  const made = sql`select ${columnList('exposures')} from ${ref('exposures')} r`;
  if (run.mode === 'full') {
    await stopwatch.measure('first exposures', () => scratch.table('first_exposures', seen));
    await scratch.view('exposed_sessions', sql`select ${outcomeColumns('r')} from rebuilt_sessions r`);
    await scratch.view('exposed_impressions', sql`select * from ${shown} i`);
    await scratch.run(planPipeline([exposures], d), stopwatch);
    return publishWhole(context, 'exposures', made);
  }
  const known = await relationOf(lake, 'exposures', run.base);
  const isTouched = (alias: string) =>
    sql`exists (select 1 from touched_users t where t.user_id = ${ref(alias, 'user_id')})`;
  await stopwatch.measure('first exposures', () =>
    scratch.table(
      'first_exposures',
      sql`select user_id, experiment, variant, min(first_exposed_at) as first_exposed_at
      from (
        select k.user_id, k.experiment, k.variant, k.first_exposed_at from ${known} k where ${isTouched('k')}
        union all ${seen}
      ) e
      group by user_id, experiment, variant`,
    ),
  );
  const isExposed = (alias: string) =>
    sql`exists (select 1 from first_exposures e where e.user_id = ${ref(alias, 'user_id')})`;
  const published = await relationOf(lake, 'sessions', run.base);
  await stopwatch.measure('sessions of exposed users', () =>
    scratch.table(
      'exposed_sessions',
      sql`select ${outcomeColumns('p')} from ${published} p
      where ${isExposed('p')} and not exists (select 1 from replaced_sessions s where s.session_id = p.session_id)
      union all select ${outcomeColumns('r')} from rebuilt_sessions r`,
    ),
  );
  await scratch.table('exposed_impressions', sql`select i.* from ${shown} i where ${isExposed('i')}`);
  await scratch.run(planPipeline([exposures], d), stopwatch);
  const before = sql`(select ${columnList('exposures', 'k')} from ${known} k where ${isTouched('k')})`;
  const kept = sql`select ${columnList('exposures', 'k')} from ${known} k where not ${isTouched('k')}`;
  return publishWhole(context, 'exposures', sql`${kept} union all ${made}`, { before, after: sql`(${made})` });
}

/** What an experiment asks of a session: few columns, because all sessions of the exposed users are read. */
const outcomeColumns = (alias: string): Fragment =>
  join(Object.keys(exposedSessions.columns).map(name => ref(alias, name)));

/** The rows of `experiments`, each cast to its declared type; one row of nulls that is left out where there is none. */
function judgedRows({ d }: RunContext, judged: readonly JudgedArm[]): Fragment {
  const columns = Object.entries(tables.experiments.columns);
  const typed = (value: Fragment, type: (typeof columns)[number][1], name: string) =>
    sql`cast(${value} as ${raw(d.type(type))}) as ${ref(name)}`;
  if (judged.length === 0) {
    return sql`select * from (select ${join(columns.map(([name, type]) => typed(raw('null'), type, name)))}) n where 1 = 0`;
  }
  const rows = judged.map(arm => {
    const values = valuesOf(arm);
    const instants = { first_exposed_at: arm.arm.first_exposed_us, last_exposed_at: arm.arm.last_exposed_us };
    const value = (name: string): Fragment =>
      name === 'first_exposed_at' || name === 'last_exposed_at'
        ? d.instantOfUs(sql`cast(${instants[name]} as ${raw(d.type('bigint'))})`)
        : sql`${values[name] ?? null}`;
    return sql`select ${join(columns.map(([name, type]) => typed(value(name), type, name)))}`;
  });
  return join(rows, ' union all ');
}

/** The values of a row by column, instants left out. */
function valuesOf(judged: JudgedArm): Readonly<Record<string, SqlValue>> {
  const { arm, metrics } = judged;
  const sessions = Number(arm.session_count);
  const compared = Object.entries(metrics).flatMap(([name, metric]): [string, SqlValue][] => [
    [name, metric.value],
    [`${name}_low`, metric.low],
    [`${name}_high`, metric.high],
    [`${name}_difference`, metric.difference],
    [`${name}_difference_low`, metric.differenceLow],
    [`${name}_difference_high`, metric.differenceHigh],
    [`${name}_p_value`, metric.pValue],
    [`${name}_p_value_adjusted`, metric.pValueAdjusted],
    [`${name}_verdict`, metric.verdict],
  ]);
  return {
    experiment: arm.experiment,
    variant: arm.variant,
    control_variant: judged.controlVariant,
    is_control: judged.isControl,
    exposed_viewers: arm.exposed_viewers,
    mixed_viewers: arm.mixed_viewers,
    sample_ratio_p_value: judged.sampleRatioPValue,
    sample_ratio_mismatch: judged.isSampleRatioMismatch,
    played_viewers: arm.played_viewers,
    session_count: arm.session_count,
    play_count: arm.play_count,
    completed_session_count: arm.completed_session_count,
    completion_rate: sessions === 0 ? null : Number(arm.completed_session_count) / sessions,
    watch_time_s: Number(arm.watch_us) / 1e6,
    shown_count: arm.shown_count,
    played_shown_count: arm.played_shown_count,
    ...Object.fromEntries(compared),
    primary_metric: judged.primaryMetric,
    significance_level: judged.level,
    verdict: judged.verdict,
  };
}
