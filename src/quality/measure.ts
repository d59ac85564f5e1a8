import { type Columns, type Fragment, join, ref, type Source, type Step, sql, step } from '#sql';
import type { RowsMeasure, RowsRule, RuleContext } from './rule.js';

const facts = { value: 'double', checked_count: 'bigint', failed_count: 'bigint', sample_ids: 'string_list' } as const;
const columnOf = (rule: RowsRule, fact: string) => `${rule.name}_${fact}`;

/** One row with the facts of all rules that look at the rows of one relation, found in one pass: `<rule>_<fact>`. */
export function buildCheckedRows(rows: Source, rules: readonly RowsRule[], context: RuleContext): Step {
  const columns: Columns = Object.fromEntries(
    rules.flatMap(rule => Object.entries(facts).map(([fact, type]) => [columnOf(rule, fact), type])),
  );
  return step({
    name: `checked_${rows.name}`,
    grain: 'run',
    rule: 'DESIGN 7',
    staged: true,
    from: [rows],
    columns,
    sql: () => sql`select
  ${join(
    rules.map(rule => aggregatesOf(rule, context)),
    ',\n  ',
  )}
from ${ref(rows.name)}`,
  });
}

function aggregatesOf(rule: RowsRule, context: RuleContext): Fragment {
  const { isChecked, isFailed, id, value } = rule.measure(context);
  const isBroken = sql`${isChecked} and ${isFailed}`;
  const checked = sql`count(case when ${isChecked} then 1 end)`;
  const failed = sql`count(case when ${isBroken} then 1 end)`;
  return sql`cast(${measuredValue(value, isChecked, checked, failed)} as double) as ${ref(columnOf(rule, 'value'))},
  ${checked} as ${ref(columnOf(rule, 'checked_count'))},
  ${failed} as ${ref(columnOf(rule, 'failed_count'))},
  ${context.d.smallest(id, isBroken, context.quality.sample_count)} as ${ref(columnOf(rule, 'sample_ids'))}`;
}

function measuredValue(
  value: RowsMeasure['value'],
  isChecked: Fragment,
  checked: Fragment,
  failed: Fragment,
): Fragment {
  if (value === 'share') return sql`cast(${failed} as double) / nullif(${checked}, 0)`;
  if (value === 'number') return sql`case when ${checked} > 0 then ${failed} end`;
  return 'largest' in value
    ? sql`max(case when ${isChecked} then ${value.largest} end)`
    : sql`min(case when ${isChecked} then ${value.least} end)`;
}

/** The facts of one rule out of the row of all. */
export const factsOf = (rule: RowsRule, checkedRows: Step): Fragment =>
  sql`select ${join(Object.keys(facts).map(fact => sql`${ref(columnOf(rule, fact))} as ${ref(fact)}`))} from ${ref(checkedRows.name)}`;
