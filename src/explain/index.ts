/** How a served session came about, from the same steps that made its row. */
export { describeExplanation } from './describe.js';
export { type ExplainOptions, explainSession } from './explain-session.js';
export type {
  EarlierSession,
  ExplainedEvent,
  ExplainedInterval,
  ExplainedSegment,
  ExplainedSkip,
  ExplainedSum,
  SessionExplanation,
  Verdict,
} from './explanation.js';
export type { ServedRun } from './rerun.js';
