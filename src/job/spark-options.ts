import { readFileSync } from 'node:fs';
import type { Config } from '#config';
import { assert, PlayheadError } from '#errors';
import type { DatabricksAuth, SparkOptions } from '#warehouse';

/**
 * How the configuration says to reach the engine at the other end; undefined for DuckDB. Aborting the signal ends what runs
 * there. @throws CONFIG_UNREADABLE when `engine.ca_file` cannot be read
 */
export function sparkOptionsOf(
  { engine, secrets }: Pick<Config, 'engine' | 'secrets'>,
  signal?: AbortSignal,
): SparkOptions | undefined {
  if (engine.kind === 'duckdb') return undefined;
  const common = {
    host: engine.host,
    port: engine.port,
    path: engine.path,
    catalog: engine.catalog,
    schema: engine.schema,
    statementTimeoutS: engine.statement_timeout_s,
    retry: { attemptsMax: engine.attempts_max, startTimeoutS: engine.start_timeout_s },
    ca: engine.ca_file === undefined ? undefined : readCa(engine.ca_file),
    signal,
  };
  if (engine.kind === 'spark') return { kind: 'spark', ...common, protocol: engine.protocol };
  return { kind: 'databricks', ...common, auth: authOf(secrets) };
}

function authOf(secrets: Config['secrets']): DatabricksAuth {
  if (secrets.databricks_token !== undefined) return { kind: 'token', token: secrets.databricks_token };
  const { databricks_client_id: clientId, databricks_client_secret: clientSecret } = secrets;
  assert(clientId !== undefined && clientSecret !== undefined, 'the configuration was checked for who asks');
  return { kind: 'oauth', clientId, clientSecret };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PlayheadError({
      code: 'CONFIG_UNREADABLE',
      at: `engine.ca_file: ${file}`,
      message: 'the file cannot be read',
      cause,
    });
  }
}
