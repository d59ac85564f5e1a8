import type { Config } from '#config';

/**
 * The configuration for answering somebody who waits: a warehouse is not waited for, and no statement runs, for longer than an
 * answer may take (`serve.query_timeout_s`). The job waits for it as long as the configuration says.
 */
export function impatient(config: Config): Config {
  const { engine, serve } = config;
  if (engine.kind === 'duckdb') return config;
  const limitS = Math.max(1, Math.ceil(serve.query_timeout_s));
  return {
    ...config,
    engine: {
      ...engine,
      start_timeout_s: Math.min(engine.start_timeout_s, limitS),
      statement_timeout_s: Math.min(engine.statement_timeout_s, limitS),
    },
  };
}
