import type { Config, QualityConfig } from '#config';
import { assert } from '#errors';
import { type Dialect, type Fragment, join, lit, raw, ref, type Source, type Step, sql, step } from '#sql';
import { tables } from '#tables';
import { eventRules } from './event-rules.js';
import { buildCheckedRows, factsOf } from './measure.js';
import { ownRules } from './own-rules.js';
import type { RowsRule, Rule, RuleContext } from './rule.js';
import { sessionRules } from './session-rules.js';

/** Every check of Playhead's own, in the order in which they are shown. */
export const rules: readonly Rule[] = [...eventRules, ...sessionRules];

/** Those, and what the configuration adds. @throws QUALITY_RULE_INVALID when a name is taken */
export const allRules = (quality: QualityConfig): readonly Rule[] => [...rules, ...ownRules(quality, rules)];

export interface QualityRun {
  readonly runId: string;
  /** The instant of the check; freshness is judged by it. */
  readonly checkedAt: Date;
  /** How many events the run has taken in, copies included. */
  readonly newEventCount: number;
}

/**
 * The step that makes the rows of `quality_results`: one a rule. Its sources are `sessions` and `segments` as they are
 * after the run, `new_events` and `new_rejected` (what the run has taken in, not all there ever was) and `clock`.
 */
export function buildQualityResults(
  { quality, sessionization }: Pick<Config, 'quality' | 'sessionization'>,
  { runId, checkedAt, newEventCount }: QualityRun,
  d: Dialect,
): Step {
  const checkedUs = BigInt(checkedAt.getTime()) * 1000n;
  const context: RuleContext = { d, quality, sessionization, checkedUs, newEventCount };
  const asked = allRules(quality);
  const ofRows = asked.filter((rule): rule is RowsRule => rule.kind === 'rows');
  const checkedRows = new Map(
    [...new Set(ofRows.map(({ rows }) => rows))].map(rows => {
      const ofThese = ofRows.filter(rule => rule.rows === rows);
      return [rows, buildCheckedRows(rows, ofThese, context)] as const;
    }),
  );
  const measureOf = (rule: Rule): Fragment => {
    if (rule.kind === 'query') return rule.sql(context);
    const step = checkedRows.get(rule.rows);
    assert(step !== undefined, `the rows of ${rule.name} are checked`);
    return factsOf(rule, step);
  };
  const ofQueries = asked.flatMap(rule => (rule.kind === 'query' ? rule.from : []));
  return step({
    name: 'quality_results',
    grain: tables.quality_results.grain,
    from: [...checkedRows.values(), ...new Set<Source>(ofQueries)],
    rule: 'DESIGN 7',
    columns: tables.quality_results.columns,
    sql: () =>
      join(
        asked.map(rule => resultOf(rule, measureOf(rule), context, runId)),
        '\nunion all\n',
      ),
  });
}

function resultOf(rule: Rule, measure: Fragment, context: RuleContext, runId: string): Fragment {
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
  return sql`select ${join(cast, ', ')}\nfrom (${measure}) as ${ref(rule.name)}`;
}

const columnOf = (columns: Readonly<Record<string, Fragment>>, name: string): Fragment => columns[name] ?? sql`null`;
const typeText = (d: Dialect, type: Parameters<Dialect['type']>[0]): Fragment => raw(d.type(type));
