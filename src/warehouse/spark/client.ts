import type { DBSQLClient } from '@databricks/sql';
import {
  executeRequestForSpark,
  metadataOfSpark,
  sessionAnswerOfSpark,
  sessionRequestForSpark,
  statusOfSpark,
} from './open-spark.js';
import type { SparkOptions } from './options.js';
import { retryDefaults } from './retry.js';
import { keepDigits } from './values.js';

/** The driver's module: half a second to load, so only those pay it who connect. */
export type DriverModule = typeof import('@databricks/sql');
export type Session = Awaited<ReturnType<DBSQLClient['openSession']>>;
export type Operation = Awaited<ReturnType<Session['executeStatement']>>;
type Wire = Awaited<ReturnType<DBSQLClient['getDriver']>>;

/** Says nothing: its words would not be ours, and may hold what no log should. */
const silent = { log: () => undefined };

/** An open Spark checks nobody, but wants a name and a password in the form. */
const nobody = { Authorization: `Basic ${Buffer.from('playhead:none').toString('base64')}` };

/** Connects the driver; no session is open yet. */
export async function connectClient(driver: DriverModule, options: SparkOptions): Promise<DBSQLClient> {
  const { delayMs, delayMsMax, attemptsMax } = options.retry ?? {};
  const common = {
    host: options.host,
    path: options.path,
    userAgentEntry: 'Playhead',
    preserveBigNumericPrecision: true,
    telemetryEnabled: false,
    // Of the questions after a statement (is it done, give me rows), which the driver knows to be harmless.
    retryMaxAttempts: attemptsMax ?? retryDefaults.attemptsMax,
    retryDelayMin: delayMs ?? retryDefaults.delayMs,
    retryDelayMax: delayMsMax ?? retryDefaults.delayMsMax,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.ca === undefined ? {} : { customCaCert: options.ca }),
  };
  const client = new (clientClass(driver, options))({ logger: silent });
  if (options.kind === 'spark') {
    await client.connect({ ...common, authType: 'custom', provider: { authenticate: async () => nobody } });
  } else if (options.auth.kind === 'token') {
    await client.connect({ ...common, token: options.auth.token });
  } else {
    const { clientId, clientSecret } = options.auth;
    await client.connect({
      ...common,
      authType: 'databricks-oauth',
      oauthClientId: clientId,
      oauthClientSecret: clientSecret,
      // Else the driver would take them for ones of Entra ID there.
      useDatabricksOAuthInAzure: true,
    });
  }
  return client;
}

/** The driver's client with a door between it and the wire, and, for open Spark, without TLS where there is none. */
function clientClass({ DBSQLClient, connections }: DriverModule, options: SparkOptions): typeof DBSQLClient {
  return class extends DBSQLClient {
    #wire: Wire | undefined;
    #plain: InstanceType<typeof connections.HttpConnection> | undefined;

    override async getDriver(): Promise<Wire> {
      this.#wire ??= exactWire(await super.getDriver(), options.kind);
      return this.#wire;
    }

    override async getConnectionProvider() {
      if (options.kind === 'databricks' || options.protocol === 'https') return super.getConnectionProvider();
      const { host, port, path } = options;
      this.#plain ??= new connections.HttpConnection({ host, port, path, https: false }, this);
      return this.#plain;
    }
  };
}

/** The driver's wire with whole 64-bit integers, and with open Spark's ways put right. */
function exactWire(wire: Wire, kind: SparkOptions['kind']): Wire {
  const isOpen = kind === 'spark';
  const changed: Partial<Wire> = {
    async fetchResults(request) {
      const answer = await wire.fetchResults(request);
      keepDigits(answer.results);
      return answer;
    },
    async executeStatement(request) {
      const answer = await wire.executeStatement(isOpen ? executeRequestForSpark(request) : request);
      keepDigits(answer.directResults?.resultSet?.results);
      return answer;
    },
    ...(isOpen
      ? {
          openSession: async request => sessionAnswerOfSpark(await wire.openSession(sessionRequestForSpark(request))),
          getResultSetMetadata: async request => metadataOfSpark(await wire.getResultSetMetadata(request)),
          getOperationStatus: async request => statusOfSpark(await wire.getOperationStatus(request)),
        }
      : {}),
  };
  return new Proxy(wire, {
    get: (target, name) => Reflect.get(Object.hasOwn(changed, name) ? changed : target, name),
  });
}
