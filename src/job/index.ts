/** The job: what to rebuild, run the steps, publish under one run, remember. */
export { type IngestOptions, ingestFiles } from './ingest.js';
export { type IngestTablesOptions, ingestTables } from './ingest-tables.js';

export { type IngestedVideos, ingestVideos } from './ingest-videos.js';
export { type Maintained, type MaintainOptions, optimizeTables, vacuumTables } from './maintain.js';
export {
  assertDataFolderMeant,
  type CatalogRunLake,
  type JobLake,
  openCatalog,
  openJobLake,
  openRunLake,
  type RunLake,
} from './open-lake.js';
export { pipelineVersion, rulesHash } from './rules.js';
export { type JobOptions, type JobResult, runJob } from './run-job.js';
export { appId, type FinishedRun, type JobMode, type RunHistory, readFinishedRun, readRunHistory } from './run-log.js';
export { sparkOptionsOf } from './spark-options.js';
export { countSteps, pipelineStatements } from './steps.js';
export type { RunObserver, Timing } from './stopwatch.js';
export type { Versions } from './tables.js';
export type { IngestedInput } from './take-in-one.js';
