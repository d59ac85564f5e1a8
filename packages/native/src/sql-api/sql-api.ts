import { Catalog } from '../catalog/index.js';
import { assertInterfaceOptions, Cube, type InterfaceOptions } from '../cube/index.js';
import { logEvent } from '../logger.js';
import { type Dialect, dialectFor } from '../planner/index.js';
import { type Login, PostgresServer } from '../postgres/index.js';
import { createAuthenticator } from './authenticate.js';
import { SqlApiEngine } from './engine.js';
import { readLimits, type SqlApiLimits } from './limits.js';
import { Selects } from './select.js';
import { readTls } from './tls.js';

/** The SQL API of one Cube server: the planner over its gateway, and the Postgres port where one is wanted. */
export class SqlApi {
  readonly __typename = 'sqlinterfaceinstance';
  readonly cube: Cube;
  readonly selects: Selects;
  private readonly catalog: Catalog;
  private postgres: PostgresServer | undefined;

  private constructor(options: InterfaceOptions, limits: SqlApiLimits, dialect: Dialect | undefined) {
    this.cube = new Cube(options, limits);
    this.catalog = new Catalog(limits);
    this.selects = new Selects({ cube: this.cube, catalog: this.catalog, dialect });
  }

  static async start(options: unknown, environment: NodeJS.ProcessEnv = process.env): Promise<SqlApi> {
    assertInterfaceOptions(options);
    if (options.gatewayPort !== undefined) {
      throw new Error('CUBEJS_NATIVE_API_GATEWAY needs the Rust add-on; leave it unset.');
    }
    const limits = readLimits(environment);
    const api = new SqlApi(options, limits, dialectFor(environment['CUBEJS_DB_TYPE']));
    if (options.pgPort !== undefined) {
      const log = (type: string, detail: Readonly<Record<string, unknown>>): void =>
        logEvent({ type, apiType: 'sql', protocol: 'postgres', ...detail });
      api.postgres = await PostgresServer.listen({
        port: options.pgPort,
        // Cube names no address; without one the server would listen on all of them.
        host: environment['CUBEJS_PG_SQL_HOST'],
        engine: new SqlApiEngine(api.selects),
        authenticator: createAuthenticator(options, login => api.warm(login)),
        limits,
        tls: readTls(environment),
        log,
      });
      logEvent({ type: 'SQL API', message: `listening on port ${api.postgres.port}` });
    }
    return api;
  }

  /** The port that the SQL API listens on; nothing where it does not. */
  get port(): number | undefined {
    return this.postgres?.port;
  }

  async close(): Promise<void> {
    await this.postgres?.close();
    await this.catalog.close();
  }

  /** Nearly every client reads the catalogue next, so it starts as soon as somebody has logged in. */
  private warm(session: Login): void {
    void this.cube.tables({ session }).then(
      tables => this.catalog.warm(tables),
      () => undefined,
    );
  }
}
