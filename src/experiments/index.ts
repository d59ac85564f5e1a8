/** Experiments: who saw which variant and what followed, as SQL; what that proves, by statistics. */
export { type Arm, armSchema } from './arm.js';
export { type JudgedArm, judgeExperiments, type Verdict } from './judge.js';
export { armCounts, exposedSessions, exposures } from './steps.js';
