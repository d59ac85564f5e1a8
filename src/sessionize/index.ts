/** DESIGN.md 4 as named SQL steps: from events to sessions and segments, and from those to the gold tables. */
export { buildGoldPipeline, type GoldPipeline } from './gold/pipeline.js';
export { measuredCountMax, partsOfTotals, partsOfUserVideos, totalsOfParts } from './gold/totals.js';
export { buildSessionPipeline, type SessionPipeline } from './pipeline.js';
export type { ScoreColumns, ScoreInputs } from './score.js';
export { earlierSessions } from './sources.js';
