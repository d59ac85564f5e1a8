import { readFile } from 'node:fs/promises';
import { type Logger, pino } from 'pino';
import { type Config, configSchema } from '#config';
import { PlayheadError } from '#errors';
import { AnswerCache } from './answer-cache.js';
import { createApollo, loadSchema, schemaFile } from './apollo.js';
import { createApp } from './app.js';
import { Authenticator } from './auth.js';
import { CubeClient } from './cube-client.js';
import { DataVersion } from './data-version.js';
import { listen } from './http.js';
import { Measurements } from './measurements.js';
import { withGatewayCodes } from './service-failures.js';
import type { Services } from './services.js';
import { startTracing } from './tracing.js';
import { readTrustedDocuments } from './trusted-documents.js';

export interface GatewayOptions {
  readonly config: Config;
  /** Where Cube listens, `http://host:port`. */
  readonly cubeUrl: string;
  /** What does not come from Cube. */
  readonly services?: Services;
  /** The built dashboard, served at `/`. */
  readonly dashboardFolder?: string;
  /** Structured log; warnings and worse to stderr when absent. */
  readonly log?: Logger;
  /** Milliseconds since 1970; the system's when absent. */
  readonly clock?: () => number;
}

export interface Gateway {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

const manifest = new URL('../../documents/manifest.json', import.meta.url);
const closeGraceMs = 5_000;

/**
 * Serves GraphQL at `/graphql`, the dashboard at `/`, `/healthz` and `/readyz` on `config.ports.gateway` (0: a free port).
 * @throws PORT_IN_USE, INSECURE_DEFAULT
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, cubeUrl, services = {}, log = pino({ level: 'warn' }, pino.destination(2)) } = options;
  const clock = options.clock ?? Date.now;
  assertSecure(config);
  const cube = new CubeClient({
    url: cubeUrl,
    timeoutMs: config.serve.query_timeout_s * 1000,
    rowLimitMax: config.serve.row_limit_max,
    log,
  });
  const schema = await loadSchema();
  const measurements = new Measurements();
  const stopTracing = await startTracing(process.env, log);
  const apollo = createApollo(schema, config, log, measurements);
  await apollo.start();
  const authenticator = new Authenticator(config, clock);
  let isOpen = true;
  const app = createApp({
    schema,
    apollo,
    authenticator,
    cube,
    services: withGatewayCodes(services),
    cache: new AnswerCache({ bytesMax: config.serve.graphql_cache_mb * 2 ** 20, salt: await saltOf(config) }),
    dataVersion: new DataVersion({
      cube,
      token: () => authenticator.cubeToken({ role: 'service', tenant: lookingTenant(config), sub: undefined }),
    }),
    measurements,
    documents: readTrustedDocuments(manifest),
    config,
    clock,
    log,
    isOpen: () => isOpen,
    dashboardFolder: options.dashboardFolder,
  });
  try {
    const listening = await listen(app, config.host, config.ports.gateway);
    return {
      url: listening.url,
      close: async () => {
        isOpen = false;
        await listening.close(closeGraceMs);
        await apollo.stop();
        await stopTracing();
      },
    };
  } catch (error) {
    await apollo.stop();
    await stopTracing();
    throw error;
  }
}

/** Runs are nobody's, but who belongs to no tenant is shown nothing where videos belong to them. */
const lookingTenant = ({ access }: Config): string | undefined =>
  access.tenants === 'none' ? undefined : 'playhead-gateway';

/** What decides answers beside the data: the contract, and the configuration that the gateway reads. */
async function saltOf({ annotations, quality, access, environment }: Config): Promise<string> {
  return JSON.stringify([await readFile(schemaFile, 'utf8'), annotations, quality, access, environment]);
}

function assertSecure(config: Config): void {
  if (config.environment !== 'production') return;
  if (config.secrets.api !== configSchema.parse({}).secrets.api) return;
  throw new PlayheadError({
    code: 'INSECURE_DEFAULT',
    at: 'secrets.api',
    message: 'production needs a secret of its own for tokens',
    hint: 'set PLAYHEAD_API_SECRET',
  });
}
