import { type Fragment, lit, ref, type Source, sql } from '#sql';
import type { RuleContext } from './rule.js';

export interface RowsMeasure {
  readonly rows: Source;
  /** The rows that the rule is about. */
  readonly isChecked: Fragment;
  /** Of those, the rows that break it. Never null. */
  readonly isFailed: Fragment;
  /** Names a row for whoever looks into it. */
  readonly id: Fragment;
  /** An aggregate over the checked rows; without it the share of rows that fail. */
  readonly value?: Fragment;
}

/** Measures a rule that looks at each row for itself. */
export function measureRows({ rows, isChecked, isFailed, id, value }: RowsMeasure, { quality }: RuleContext): Fragment {
  const from = ref(rows.name);
  const share = sql`cast(count(*) filter (where ${isFailed}) as double) / nullif(count(*), 0)`;
  return sql`select cast(${value ?? share} as double) as value, count(*) as checked_count, count(*) filter (where ${isFailed}) as failed_count,
(select array_agg(id) from (select ${id} as id from ${from} where ${isChecked} and ${isFailed} order by id limit ${lit(quality.sample_count)})) as sample_ids
from ${from} where ${isChecked}`;
}
