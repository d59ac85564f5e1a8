import type { Config, QualityConfig } from '#config';
import type { Dialect, Fragment, Source } from '#sql';

/** `error`: the numbers are wrong. `warning`: somebody should look. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** What a rule may know beside the rows. */
export interface RuleContext {
  readonly d: Dialect;
  readonly quality: QualityConfig;
  readonly sessionization: Config['sessionization'];
  /** The instant of the check. Microseconds since 1970. */
  readonly checkedUs: bigint;
  /** How many events the run has taken in, copies included. */
  readonly newEventCount: number;
}

/** One data-quality check, as a declaration: what it says, where its threshold stands, and what it measures. */
export type Rule = RowsRule | QueryRule;

interface Declaration {
  readonly name: string;
  readonly title: string;
  /** What holds when the rule passes, for people. */
  readonly says: string;
  readonly severity: Severity;
  readonly threshold: (context: RuleContext) => number;
  /** Over `value`, which is not null: true when the rule fails. */
  readonly fails: (context: RuleContext) => Fragment;
}

/** What a rule asks of each row of its relation. */
export interface RowsMeasure {
  /** The rows that the rule is about. Never null. */
  readonly isChecked: Fragment;
  /** Of those, the rows that break it. Never null. */
  readonly isFailed: Fragment;
  /** Names a row for whoever looks into it. */
  readonly id: Fragment;
  /** Over the checked rows: the share or the number of those that fail, or the largest or least of something. */
  readonly value: 'share' | 'number' | { readonly largest: Fragment } | { readonly least: Fragment };
}

/** Looks at each row of a relation for itself: all such rules of one relation share one pass over it. */
export interface RowsRule extends Declaration {
  readonly kind: 'rows';
  readonly rows: Source;
  readonly measure: (context: RuleContext) => RowsMeasure;
}

/** Needs a query of its own. */
export interface QueryRule extends Declaration {
  readonly kind: 'query';
  readonly from: readonly Source[];
  /**
   * One row: `value` (DOUBLE, null where there is nothing to check), `checked_count`, `failed_count` (BIGINT),
   * `sample_ids` (a few of what failed, or null).
   */
  readonly sql: (context: RuleContext) => Fragment;
}
