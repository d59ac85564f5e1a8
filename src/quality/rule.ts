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
}

/** One data-quality check, as a declaration: what it says, where its threshold stands, and the query that measures it. */
export interface Rule {
  readonly name: string;
  readonly title: string;
  /** What holds when the rule passes, for people. */
  readonly says: string;
  readonly severity: Severity;
  readonly from: readonly Source[];
  readonly threshold: (context: RuleContext) => number;
  /** Over `value`, which is not null: true when the rule fails. */
  readonly fails: (context: RuleContext) => Fragment;
  /**
   * One row: `value` (DOUBLE, null where there is nothing to check), `checked_count`, `failed_count` (BIGINT),
   * `sample_ids` (a few of what failed, or null).
   */
  readonly sql: (context: RuleContext) => Fragment;
}
