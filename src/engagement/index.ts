/** Engagement scores and tiers, and how they come apart into components. */
export { type ScoreInputs, scoreColumns } from './score.js';
