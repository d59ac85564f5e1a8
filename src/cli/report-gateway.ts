import { SignJWT } from 'jose';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { type Ask, askGateway } from '#reports';
import { impatient } from './impatient.js';
import { openCube } from './open-cube.js';
import { servedAlerts } from './served-alerts.js';
import { assertTables } from './served-run.js';

export interface ReportGateway {
  readonly config: Config;
  /** A gateway that runs already; without one a private one is started for the report and ended after it. */
  readonly url?: string | undefined;
  /** Whose videos are reported on, where the configuration divides them. */
  readonly tenant?: string | undefined;
}

/** A report asks a few dozen questions. */
const tokenS = 900;

/**
 * Lets a report ask a gateway: the one definition of every number is Cube's model behind it. One that is started for
 * this listens on free ports of this machine, and only for as long as the report is being asked.
 * @throws USAGE without a tenant where rows are divided, DATA_NOT_FOUND, MODEL_INVALID, CONFIG_INVALID over a catalog without a Cube
 */
export async function withReportGateway<T>(options: ReportGateway, work: (ask: Ask) => Promise<T>): Promise<T> {
  const { config, url, tenant } = options;
  assertTenant(config, tenant);
  if (url !== undefined) return work(await askAt(url.replace(/\/+$/, ''), options));
  assertTables(config);
  assertCube(config);
  const { startGateway } = await import('#gateway');
  const own: Config = {
    ...config,
    host: '127.0.0.1',
    ports: { cube: 0, sql: 0, gateway: 0 },
    serve: { ...config.serve, rollups: false, sql_tls: undefined },
  };
  const cube = await openCube(own);
  try {
    const gateway = await startGateway({
      config: own,
      cubeUrl: cube.url,
      services: { alerts: servedAlerts(impatient(config)) },
    });
    try {
      return await work(await askAt(gateway.url, options));
    } finally {
      await gateway.close();
    }
  } finally {
    await cube.close();
  }
}

/** An admin: reports count users, and name none. */
async function askAt(url: string, { config, tenant }: ReportGateway): Promise<Ask> {
  const token = await new SignJWT({ role: 'admin', ...(tenant === undefined ? {} : { tenant }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('playhead report')
    .setIssuedAt()
    .setExpirationTime(`${tokenS}s`)
    .sign(new TextEncoder().encode(config.secrets.api));
  return askGateway({ url, token, timeoutMs: (config.serve.query_timeout_s + 5) * 1000 });
}

/** Over a catalog no Cube is started for a report: the configuration names the one that runs there. @throws CONFIG_INVALID */
function assertCube({ engine, serve }: Config): void {
  if (engine.kind === 'duckdb' || serve.cube_url !== undefined) return;
  throw new PlayheadError({
    code: 'CONFIG_INVALID',
    at: 'serve.cube_url',
    message: `a report asks Cube, and none is named that runs over the catalog (engine.kind: ${engine.kind})`,
    hint: 'set serve.cube_url (PLAYHEAD_CUBE_URL), or let `playhead report` ask a gateway that runs already with --url',
  });
}

function assertTenant({ access }: Config, tenant: string | undefined): void {
  if (access.tenants === 'none' || tenant !== undefined) return;
  throw new PlayheadError({
    code: 'USAGE',
    at: 'tenant',
    message: 'this installation divides videos among tenants: a report for nobody would be empty',
    hint: 'name one with --tenant, or with `tenant` in the configuration of the report',
  });
}
