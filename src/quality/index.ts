/** Data-quality checks as declarations: what each says, its threshold, and the query that measures it. Builds SQL, runs none. */
export { buildQualityResults, type QualityRun, rules } from './results.js';
export type { Rule, RuleContext, Severity } from './rule.js';
