/** The job: what to rebuild, run the steps, publish under one run, remember. */
export { lockFolder, type Release } from './lock.js';
export { type JobLake, openJobLake } from './open-lake.js';
export { pipelineVersion, rulesHash } from './rules.js';
export { type JobOptions, type JobResult, runJob } from './run-job.js';
export { appId, type FinishedRun, type JobMode, type RunHistory, readRunHistory } from './run-log.js';
export type { RunObserver, Timing } from './stopwatch.js';
export type { Versions } from './tables.js';
