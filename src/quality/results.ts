import type { Config } from '#config';
import { type Dialect, type Fragment, join, lit, raw, ref, type Source, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import { eventRules } from './event-rules.js';
import type { Rule, RuleContext } from './rule.js';
import { sessionRules } from './session-rules.js';

/** Every check, in the order in which they are shown. */
export const rules: readonly Rule[] = [...eventRules, ...sessionRules];

export interface QualityRun {
  readonly runId: string;
  /** The instant of the check; freshness is judged by it. */
  readonly checkedAt: Date;
}

/**
 * The step that makes the rows of `quality_results`: one a rule. Its sources are `sessions` and `segments` as they are
 * after the run, `new_events` and `new_rejected` (what the run has taken in, not all there ever was) and `clock`.
 */
export function buildQualityResults(
  { quality, sessionization }: Pick<Config, 'quality' | 'sessionization'>,
  { runId, checkedAt }: QualityRun,
): Step {
  const checkedUs = BigInt(checkedAt.getTime()) * 1000n;
  return step({
    name: 'quality_results',
    grain: tables.quality_results.grain,
    from: [...new Set<Source>(rules.flatMap(rule => rule.from))],
    rule: 'DESIGN 7',
    columns: tables.quality_results.columns,
    sql: d => {
      const context: RuleContext = { d, quality, sessionization, checkedUs };
      const results = rules.map(rule => resultOf(rule, context, runId));
      return join(results, '\nunion all\n');
    },
  });
}

function resultOf(rule: Rule, context: RuleContext, runId: string): Fragment {
  const { d, checkedUs } = context;
  const columns: Readonly<Record<keyof typeof tables.quality_results.columns, Fragment>> = {
    run_id: lit(runId),
    rule: lit(rule.name),
    title: lit(rule.title),
    says: lit(rule.says),
    severity: lit(rule.severity),
    state: sql`case when checked_count = 0 or value is null then ${lit('unknown')} when ${rule.fails(context)} then ${lit('failed')} else ${lit('passed')} end`,
    value: sql`value`,
    threshold: lit(rule.threshold(context)),
    checked_count: sql`checked_count`,
    failed_count: sql`failed_count`,
    sample_ids: sql`sample_ids`,
    checked_at: d.instantOfUs(lit(checkedUs)),
  };
  const cast = Object.entries(tables.quality_results.columns).map(
    ([name, type]) => sql`cast(${columnOf(columns, name)} as ${typeText(d, type)}) as ${ref(name)}`,
  );
  return sql`select ${join(cast, ', ')}\nfrom (${rule.sql(context)}) as ${ref(rule.name)}`;
}

const columnOf = (columns: Readonly<Record<string, Fragment>>, name: string): Fragment => columns[name] ?? sql`null`;
const typeText = (d: Dialect, type: Parameters<Dialect['type']>[0]): Fragment => raw(d.type(type));
