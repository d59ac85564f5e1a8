/** Data-quality checks as declarations: what each says, its threshold, and the query that measures it. Builds SQL, runs none. */
export { type OwnCondition, ownConditions } from './own-rules.js';
export { allRules, buildQualityResults, type QualityRun, rules } from './results.js';
export type { Rule, RuleContext, Severity } from './rule.js';
