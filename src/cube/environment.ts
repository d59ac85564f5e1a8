import { availableParallelism } from 'node:os';
import type { Config } from '#config';

/**
 * Everything that Cube reads from the environment, in one place. Cube knows no other way to be told most of these,
 * and the environment belongs to the process: one Cube a process.
 */
export function cubeEnvironment(config: Config): Readonly<Record<string, string>> {
  const isProduction = config.environment === 'production';
  // One row more than allowed, so that the drivers can tell a complete answer from one that was cut (see drivers.ts).
  const rowLimit = String(config.serve.row_limit_max + 1);
  return {
    NODE_ENV: isProduction ? 'production' : 'development',
    CUBEJS_DEV_MODE: 'false',
    CUBEJS_DB_TYPE: 'duckdb',
    CUBEJS_EXTERNAL_DEFAULT: 'true',
    CUBEJS_CACHE_AND_QUEUE_DRIVER: 'memory',
    CUBEJS_TELEMETRY: 'false',
    // Our portable add-on has no Tesseract; pinned for the real one too, so that answers never differ by machine.
    CUBEJS_TESSERACT_SQL_PLANNER: 'false',
    CUBEJS_DEFAULT_TIMEZONE: 'UTC',
    CUBEJS_SCHEDULED_REFRESH_TIMEZONES: 'UTC',
    CUBEJS_DB_QUERY_LIMIT: rowLimit,
    CUBEJS_DB_QUERY_DEFAULT_LIMIT: rowLimit,
    CUBEJS_DB_QUERY_TIMEOUT: `${Math.ceil(config.serve.query_timeout_s)}s`,
    CUBEJS_CONCURRENCY: String(concurrencyOf(config)),
    // Rollups are built beside the questions that people wait for.
    CUBEJS_REFRESH_WORKER_CONCURRENCY: '2',
    PORT: String(config.ports.cube),
    CUBEJS_PRE_AGGREGATIONS_BUILDER: 'true',
    CUBEJS_LOG_LEVEL: 'warn',
    // Read by the portable SQL API; Cube's own add-on listens on every address.
    CUBEJS_PG_SQL_HOST: config.host,
    CUBEJS_PG_SQL_TLS_CERT: config.serve.sql_tls?.certificate ?? '',
    CUBEJS_PG_SQL_TLS_KEY: config.serve.sql_tls?.key ?? '',
    CUBEJS_PG_SQL_TLS_REQUIRED: String(config.serve.sql_tls?.required ?? false),
  };
}

/** Queries that Cube runs at the same time in each of its queues. */
export const concurrencyOf = (config: Config): number => Math.max(2, config.engine.threads ?? availableParallelism());

/** Cube's queues over one snapshot: questions to the files, questions to rollups, building of rollups. */
const queueCount = 3;

/** Connections of one snapshot: no queue may wait for another's. */
export const laneCountOf = (config: Config): number => queueCount * concurrencyOf(config);

/** Lays the variables over the process's environment. Returns the function that puts the old values back. */
export function applyEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map(name => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
