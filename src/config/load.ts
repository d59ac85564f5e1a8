import { existsSync, readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { PlayheadError } from '#errors';
import { fromEnvironment } from './from-environment.js';
import { invalidConfig, portVariables } from './invalid.js';
import { type Config, configSchema } from './schema.js';

const defaultFile = 'playhead.config.yaml';
const developmentSecrets = configSchema.parse({}).secrets;

/** What the command line and the environment say over the file. */
export interface ConfigOverrides {
  /** `--config`; without it `playhead.config.yaml` is read where it exists. */
  readonly file?: string | undefined;
  /** `--data`. */
  readonly data?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Reads the one configuration file, lays the environment and the command line over it, checks it.
 * @throws CONFIG_UNREADABLE, CONFIG_INVALID, INSECURE_DEFAULT
 */
export function loadConfig({ file, data, env }: ConfigOverrides): Config {
  const path = file ?? (existsSync(defaultFile) ? defaultFile : undefined);
  const written = path === undefined ? {} : readYaml(path);
  refuseWrittenSecrets(written, path);
  const wanted = withEnvironment(written, env, data);
  const parsed = configSchema.safeParse(wanted);
  if (!parsed.success) throw invalidConfig({ file: path, wanted, env, error: parsed.error });
  requireDatabricksSecrets(parsed.data);
  refuseOtherInputs(parsed.data);
  if (parsed.data.environment === 'production') refuseDefaultSecrets(parsed.data);
  return parsed.data;
}

function readYaml(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PlayheadError({ code: 'CONFIG_UNREADABLE', at: path, message: 'the file cannot be read', cause });
  }
  try {
    const value: unknown = parse(text) ?? {};
    if (typeof value === 'object' && !Array.isArray(value)) return withoutEmpty({ ...value });
  } catch (cause) {
    const message = cause instanceof YAMLParseError ? (cause.message.split('\n')[0] ?? '') : notYaml(cause);
    throw new PlayheadError({ code: 'CONFIG_UNREADABLE', at: path, message, cause });
  }
  throw new PlayheadError({
    code: 'CONFIG_INVALID',
    at: path,
    message: 'the file must hold a mapping of keys to values',
  });
}

/** Such as an alias to what no anchor names. */
const notYaml = (cause: unknown): string =>
  `it is not YAML (${cause instanceof Error ? cause.message : String(cause)})`;

/** A section with nothing but comments below it says as much as one that is not there. */
function withoutEmpty(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== null));
}

function withEnvironment(
  written: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
  data?: string,
): Record<string, unknown> {
  const overlaid = (name: string, values: Record<string, unknown>): unknown => {
    const section = written[name] ?? {};
    // What is no section is left as it is, for the check to refuse.
    return typeof section === 'object' && !Array.isArray(section) ? { ...section, ...defined(values) } : section;
  };
  const defined = (values: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  // An empty text is the number 0 to JavaScript, and port 0 would be any free one.
  const port = (name: string) => (env[name] === undefined ? undefined : Number(env[name] || Number.NaN));
  return {
    ...written,
    ...defined({
      alerts: withSinks(written['alerts'], env),
      engine: fromEnvironment(written['engine'], env, 'engine'),
      data: data ?? env['PLAYHEAD_DATA'],
      environment: env['PLAYHEAD_ENVIRONMENT'] ?? (env['NODE_ENV'] === 'production' ? 'production' : undefined),
      host: env['PLAYHEAD_HOST'],
    }),
    ports: overlaid('ports', {
      cube: port(portVariables.cube),
      sql: port(portVariables.sql),
      gateway: port(portVariables.gateway),
    }),
    serve: overlaid('serve', { cube_url: env['PLAYHEAD_CUBE_URL'] }),
    secrets: overlaid('secrets', {
      api: env['PLAYHEAD_API_SECRET'],
      sql_user: env['PLAYHEAD_SQL_USER'],
      sql_password: env['PLAYHEAD_SQL_PASSWORD'],
      pseudonyms: env['PLAYHEAD_PSEUDONYM_SECRET'],
      databricks_token: env['DATABRICKS_TOKEN'] || undefined,
      databricks_client_id: env['DATABRICKS_CLIENT_ID'] || undefined,
      databricks_client_secret: env['DATABRICKS_CLIENT_SECRET'] || undefined,
    }),
  };
}

const databricksSecrets = ['databricks_token', 'databricks_client_id', 'databricks_client_secret'] as const;

/** Who may spend money at Databricks is not to be read in a file. */
function refuseWrittenSecrets({ secrets }: Record<string, unknown>, path: string | undefined): void {
  if (typeof secrets !== 'object' || secrets === null) return;
  const found = databricksSecrets.find(name => name in secrets);
  if (found === undefined) return;
  throw new PlayheadError({
    code: 'CONFIG_INVALID',
    at: `${path} > secrets.${found}`,
    message: 'this secret comes from the environment only',
    hint: `take it out of the file and set ${found.toUpperCase()}`,
  });
}

/** What is taken in has to be what the engine reads. */
function refuseOtherInputs({ engine: { kind }, schedule: { ingest } }: Config): void {
  const isEmbedded = kind === 'duckdb';
  const other = isEmbedded ? 'tables' : 'files';
  if (ingest[other].length === 0) return;
  throw new PlayheadError({
    code: 'CONFIG_INVALID',
    at: `schedule.ingest.${other}`,
    message: isEmbedded
      ? 'DuckDB takes in files, no tables of a catalog'
      : `${kind} takes in tables of its catalog, no files`,
    hint: isEmbedded
      ? 'set engine.kind to databricks or spark'
      : 'load the files into a table, and name that in schedule.ingest.tables',
  });
}

function requireDatabricksSecrets({ engine, secrets }: Config): void {
  if (engine.kind !== 'databricks' || secrets.databricks_token !== undefined) return;
  if (secrets.databricks_client_id !== undefined && secrets.databricks_client_secret !== undefined) return;
  throw new PlayheadError({
    code: 'CONFIG_INVALID',
    at: 'engine.kind: databricks',
    message: 'the environment does not say who asks the warehouse',
    hint: 'set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET',
  });
}

function withSinks(alerts: unknown, env: NodeJS.ProcessEnv): unknown {
  if (typeof alerts !== 'object' || alerts === null || !('sinks' in alerts)) return alerts;
  return { ...alerts, sinks: fromEnvironment(alerts.sinks, env, 'alerts.sinks') };
}

/** Shorter secrets are guessed. */
const secretLengthMin = 12;

function refuseDefaultSecrets({ access, secrets }: Config): void {
  const named = [
    ['api', 'PLAYHEAD_API_SECRET'],
    ['sql_password', 'PLAYHEAD_SQL_PASSWORD'],
    ...(access.analyst_users === 'pseudonymised' ? ([['pseudonyms', 'PLAYHEAD_PSEUDONYM_SECRET']] as const) : []),
  ] as const;
  for (const [key, environmentName] of named) {
    if (secrets[key] !== developmentSecrets[key] && secrets[key].length >= secretLengthMin) continue;
    throw insecure(`secrets.${key}`, `set ${environmentName}`);
  }
  for (const [index, { user, password }] of secrets.sql_users.entries()) {
    if (password.length >= secretLengthMin && password !== user) continue;
    throw insecure(`secrets.sql_users.${index}.password`, `give "${user}" another password`);
  }
}

const insecure = (at: string, hint: string): PlayheadError =>
  new PlayheadError({
    code: 'INSECURE_DEFAULT',
    at,
    message: `production refuses the default secret and secrets under ${secretLengthMin} characters`,
    hint,
  });
