import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { CreateOptions, CubejsServerCore } from '@cubejs-backend/server-core';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { raw, ref, sql } from '#sql';
import { DuckdbEngine, openLake } from '#warehouse';
import { callerOf, groupsOf, type Ids, idsOf, scopesOf } from './access.js';
import { versionAsked, withVersion } from './as-of.js';
import { LeanCompiler } from './compiler.js';
import { SnapshotDialect } from './dialect.js';
import { SnapshotDriver } from './drivers.js';
import { applyEnvironment, cubeEnvironment, laneCountOf } from './environment.js';
import type { Follow } from './follow.js';
import { withSchemaByGroup } from './graphql-schema.js';
import { closeHttp, freePort, listenHttp } from './http.js';
import { type CubeLog, cubeLogger, logToStderr, withConsoleInLog } from './log.js';
import { type ModelFile, modelReader, modelVersioner } from './models.js';
import { endAllQueries } from './queues.js';
import { createRememberingGateway, type RememberingOptions } from './remembering-gateway.js';
import { RollupStore } from './rollup-store.js';
import type { SnapshotInfo } from './served-run.js';
import { databaseIdOf, databaseOf, rollupSchema, type Snapshot } from './snapshot.js';
import { Snapshots } from './snapshots.js';
import { sqlCredentials } from './sql-users.js';
import { tokenCheck } from './tokens.js';

// CommonJS whose exports Node cannot name, so that `import { ... }` works in tests and fails when built.
const serverCore: typeof import('@cubejs-backend/server-core') = createRequire(import.meta.url)(
  '@cubejs-backend/server-core',
);

/** Cube whose gateway gives an answer again that it has given before. */
class RememberingCore extends serverCore.CubejsServerCore {
  readonly #remembering: RememberingOptions;

  constructor(options: CreateOptions, remembering: RememberingOptions) {
    super(options);
    this.#remembering = remembering;
  }

  protected override createApiGatewayInstance(
    ...args: Parameters<CubejsServerCore['createApiGatewayInstance']>
  ): ReturnType<CubejsServerCore['createApiGatewayInstance']> {
    return createRememberingGateway(args, this.#remembering);
  }

  // Told the models' version, it need not read and hash all models for each question, as a development server does.
  protected override createCompilerApi(
    ...[repository, options = {}]: Parameters<CubejsServerCore['createCompilerApi']>
  ): LeanCompiler {
    return new LeanCompiler(repository, options.dbType, {
      ...this.createCompilerApiOptions(options),
      devServer: false,
    });
  }
}

export interface CubeOptions {
  readonly config: Config;
  /** Where Cube's messages go; errors and warnings to stderr without it. */
  readonly log?: CubeLog;
  /** When to look for a new version; every `serve.snapshot_poll_ms` without it. */
  readonly follow?: Follow;
}

/** Cube, listening. */
export interface CubeServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly sqlPort: number;
  /** What is being served right now. */
  snapshot(): SnapshotInfo;
  close(): Promise<void>;
}

/** The models that ship with Playhead, beside src/ and dist/. */
const modelFolder = fileURLToPath(new URL('../../model', import.meta.url));

/** A swap waits this long for the rollups of the new snapshot; what is not ready then is built by who asks first. */
const prepareMs = 250;
/** A request may outlive its snapshot's successor by its own time limit and this. */
const graceMs = 5000;

/**
 * A rollup of a year may take longer to build than a question may take to be answered: `serve.query_timeout_s` ended such a
 * build again and again, each time from the start. Who waits for it still has that limit.
 */
const rollupTimeoutS = 3600;

/** Where parts of rollups lie, for all snapshots. */
const partsDatabase = 'rollup_parts';
/** Questions that come once a while find the parts of their rollup still there, if the files are. */
const keepPartsMs = 15 * 60_000;

/** What has to be undone at the end, last things first. */
type Undo = (() => void | Promise<void>)[];

let isRunning = false;

/**
 * Boots Cube over the Delta tables of `config.data`: REST, GraphQL and (in development) the Playground on
 * `config.ports.cube`, the SQL API on `config.ports.sql`; port 0 takes a free one. Models are compiled and the newest
 * snapshot is open when the promise resolves. One Cube a process: it reads its settings from the environment.
 * @throws PORT_IN_USE, MODEL_INVALID, DELTA_...
 */
export async function startCube({ config, log = logToStderr, follow }: CubeOptions): Promise<CubeServer> {
  assertCertificate(config);
  if (isRunning) throw new Error('Cube reads its settings from the environment: one Cube a process');
  isRunning = true;
  const undo: Undo = [
    () => {
      isRunning = false;
    },
  ];
  const closeAll = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    undo.push(applyEnvironment(cubeEnvironment(config)));
    return await withConsoleInLog(log, () => boot({ config, log, follow }, undo, closeAll));
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** @throws CONFIG_INVALID when the SQL API is to be encrypted by files that are no certificate and its key */
function assertCertificate({ serve: { sql_tls: tls } }: Config): void {
  if (tls === undefined) return;
  try {
    createSecureContext({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) });
  } catch (cause) {
    throw new PlayheadError({
      code: 'CONFIG_INVALID',
      at: 'serve.sql_tls',
      message: `the certificate cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'name a PEM certificate (with its chain) and its PEM key, both readable',
      cause,
    });
  }
}

interface Booting {
  readonly config: Config;
  readonly log: CubeLog;
  readonly follow: Follow | undefined;
}

async function boot({ config, log, follow }: Booting, undo: Undo, close: () => Promise<void>): Promise<CubeServer> {
  const engine = await DuckdbEngine.open({
    threads: config.engine.threads,
    memoryLimit: config.engine.memory_limit,
    temporaryFolder: join(config.data, '.tmp'),
  });
  undo.push(() => engine.close());
  let building: Promise<void> = Promise.resolve();
  let isClosing = false;
  const prepare = async (snapshot: Snapshot) => {
    if (!config.serve.rollups) return;
    building = buildRollups(core, snapshot, () => !isClosing);
    await Promise.race([building, elapsed(prepareMs)]);
  };
  const report = (error: unknown) =>
    log({ level: 'error', message: 'the tables cannot be followed', details: { error: String(error) } });
  await engine.run(sql`attach ':memory:' as ${ref(partsDatabase)}`);
  const store = new RollupStore({
    database: partsDatabase,
    drop: table => engine.run(sql`drop table if exists ${raw(table)}`),
    keepMs: keepPartsMs,
    now: Date.now,
  });
  const snapshots = new Snapshots({
    engine,
    store,
    lake: openLake({ folder: config.data, engine }),
    laneCount: laneCountOf(config),
    pseudonymKey: config.access.analyst_users === 'pseudonymised' ? config.secrets.pseudonyms : undefined,
    pollMs: config.serve.snapshot_poll_ms,
    follow,
    graceMs: config.serve.query_timeout_s * 1000 + graceMs,
    prepare,
    forget: async snapshot => {
      await forgetCached(core, snapshot);
      await giveBackParts(snapshot, snapshots.current);
    },
    onError: report,
  });
  const readModels = modelReader(modelFolder);
  const modelVersion = modelVersioner(readModels);
  const options = coreOptions({ config, log, snapshots, readModels, modelVersion });
  const remembering = { sizeBytesMax: config.serve.result_cache_mb * 1e6, modelVersion };
  const core = withSchemaByGroup(new RememberingCore(options, remembering), context => groupsOf(config, context));
  undo.push(() => snapshots.close());
  // Before the snapshots: Cube asks each once more for what it has of its own.
  undo.push(() => core.shutdown());
  await snapshots.start();
  undo.push(async () => {
    const contexts = snapshots.all.flatMap(snapshot =>
      [...snapshot.databases.keys()].map(ids => contextFor(snapshot, ids, 'end')),
    );
    for (const context of contexts)
      await endAllQueries((await core.getOrchestratorApi(context)).getQueryOrchestrator());
  });
  await compileModels(core);
  undo.push(() => {
    isClosing = true;
    return building;
  });
  await prepare(snapshots.current);

  const trimming = setInterval(() => void trimCache(core, snapshots.current).catch(report), trimEveryMs).unref();
  undo.push(() => clearInterval(trimming));

  const http = await listenHttp(core, config.host, config.ports.cube);
  undo.push(() => closeHttp(http.server));
  const sqlPort = config.ports.sql === 0 ? await freePort(config.host) : config.ports.sql;
  const sqlServer = core.initSQLServer();
  await sqlServer.init({ ...options, pgSqlPort: sqlPort }).catch(cause => {
    throw portError(cause, `${config.host}:${sqlPort}`, 'PLAYHEAD_SQL_PORT');
  });
  undo.push(() => sqlServer.shutdown('fast'));
  return { url: http.url, sqlPort, snapshot: () => snapshots.current.info, close };
}

interface Serving {
  readonly config: Config;
  readonly log: CubeLog;
  readonly snapshots: Snapshots;
  readonly readModels: () => Promise<ModelFile[]>;
  readonly modelVersion: () => Promise<string>;
}

function coreOptions({ config, log, snapshots, readModels, modelVersion }: Serving): CreateOptions {
  const rowLimit = config.serve.row_limit_max;
  const idsFor = (context: object) => idsOf(config, callerOf(securityContextOf(context)));
  const driver = (context: object) => {
    const snapshot = snapshots.byId(snapshotIdOf(context));
    const plain = databaseOf(snapshot, 'plain');
    const database = databaseOf(snapshot, idsFor(context));
    if (database === plain) return new SnapshotDriver({ ...plain, rowLimit });
    const twin = { database: plain.id, driver: new SnapshotDriver({ ...plain, rowLimit }) };
    return new SnapshotDriver({ ...database, rowLimit, twin });
  };
  return {
    apiSecret: config.secrets.api,
    checkAuth: tokenCheck(config),
    // Cube joins it to the working directory; the Playground shows these files.
    schemaPath: relative(process.cwd(), modelFolder),
    repositoryFactory: () => ({ localPath: () => modelFolder, dataSchemaFiles: readModels }),
    // Edited models are compiled anew; a production server keeps those that it started with.
    ...(config.environment === 'production' ? {} : { schemaVersion: modelVersion }),
    telemetry: false,
    scheduledRefreshTimer: false,
    orchestratorOptions: { preAggregationsOptions: { queueOptions: { executionTimeout: rollupTimeoutS } } },
    preAggregationsSchema: rollupSchema,
    externalDbType: 'duckdb',
    driverFactory: driver,
    externalDriverFactory: driver,
    // @ts-expect-error Cube's typings name an instance; its code calls `new` on what it gets (CompilerApi).
    dialectFactory: () => SnapshotDialect,
    // @ts-expect-error As above: this one writes the queries over rollups.
    externalDialectFactory: () => SnapshotDialect,
    // A request takes its snapshot once, when it arrives, and every statement of it runs there.
    extendContext: async (request: object) => {
      const version = versionAsked(request);
      if (version === undefined) return { snapshotId: snapshots.current.id };
      const { id } = await snapshots.ofRun(version);
      return { snapshotId: id, securityContext: withVersion(request, version) };
    },
    // Caches, queues, refresh keys and drivers exist once a snapshot and kind of ids: no answer can mix two or be kept
    // too long, and no rows can go to a caller for whom they were not made.
    contextToOrchestratorId: context => databaseIdOf(snapshotIdOf(context) ?? snapshots.current.id, idsFor(context)),
    contextToGroups: ({ securityContext }) => groupsOf(config, securityContext),
    contextToApiScopes: async securityContext => scopesOf(config, securityContext),
    checkSqlAuth: async (_request, user, password) => sqlCredentials(config, user, password),
    canSwitchSqlUser: () => false,
    logger: cubeLogger(log),
  };
}

const securityContextOf = (context: object): unknown =>
  'securityContext' in context ? context.securityContext : undefined;

const snapshotIdOf = (context: object): string | undefined =>
  'snapshotId' in context && typeof context.snapshotId === 'string' ? context.snapshotId : undefined;

/** Compiles before the first request, which would otherwise wait a second for it. @throws MODEL_INVALID */
async function compileModels(core: CubejsServerCore): Promise<void> {
  try {
    const compiler = await core.getCompilerApi({ securityContext: {}, requestId: 'compile' });
    await compiler.getCompilers({ requestId: 'compile' });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PlayheadError({ code: 'MODEL_INVALID', at: modelFolder, message, cause });
  }
}

/** Cube says "not finished" both while a rollup is being built and when it cannot be: then it is asked no more after this. */
const buildAttemptsMax = 600;
const buildRetryMs = 100;

/** A caller of our own, who is shown these ids. */
const contextFor = ({ id }: Snapshot, ids: Ids, purpose: string) => ({
  securityContext: { role: ids === 'plain' ? 'service' : 'analyst' },
  authInfo: {},
  requestId: `${purpose}-${id}`,
  snapshotId: id,
});

/** Builds every rollup of a snapshot that is not there yet. Errors are logged by Cube; questions then build anew. */
async function buildRollups(core: CubejsServerCore, snapshot: Snapshot, isWanted: () => boolean): Promise<void> {
  for (const ids of snapshot.databases.keys()) await buildRollupsOf(core, snapshot, ids, isWanted);
}

async function buildRollupsOf(core: CubejsServerCore, snapshot: Snapshot, ids: Ids, isWanted: () => boolean) {
  const context = contextFor(snapshot, ids, 'rollups');
  for (let attempt = 0; attempt < buildAttemptsMax && isWanted(); attempt += 1) {
    const { finished } = await core.runScheduledRefresh(context, { concurrency: 1, preAggregationsWarmup: true });
    if (finished) return;
    await setTimeoutPromise(buildRetryMs);
  }
}

/** Parts of rollups that only a closed snapshot has used are dropped, unless the newest one may still ask for them. */
async function giveBackParts(closed: Snapshot, current: Snapshot): Promise<void> {
  const served = await databaseOf(current, 'plain').parts.inputs.served();
  for (const { parts } of closed.databases.values()) {
    await parts.store.release(parts.used, file => served.has(file));
  }
}

/** Answers that are kept of one database, and how often the oldest beyond that are dropped. */
const cachedAnswersMax = 2000;
const trimEveryMs = 10_000;

/** Cube's memory cache is one map for all orchestrators and drops an entry only when it is asked for again. */
async function cacheOf(core: CubejsServerCore, snapshot: Snapshot) {
  const orchestrator = await core.getOrchestratorApi(contextFor(snapshot, 'plain', 'cache'));
  return orchestrator.getQueryOrchestrator().getQueryCache().getCacheDriver();
}

async function forgetCached(core: CubejsServerCore, snapshot: Snapshot): Promise<void> {
  const cache = await cacheOf(core, snapshot);
  for (const { id } of snapshot.databases.values()) {
    for (const key of await cache.keysStartingWith(`${id}#`)) await cache.remove(key);
  }
}

async function trimCache(core: CubejsServerCore, snapshot: Snapshot): Promise<void> {
  const cache = await cacheOf(core, snapshot);
  for (const { id } of snapshot.databases.values()) {
    const keys = await cache.keysStartingWith(`${id}#SQL_QUERY_RESULT`);
    for (const key of keys.slice(0, Math.max(0, keys.length - cachedAnswersMax))) await cache.remove(key);
  }
}

const elapsed = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms).unref());

function portError(cause: unknown, at: string, variable: string): unknown {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) return cause;
  return new PlayheadError({
    code: 'PORT_IN_USE',
    at,
    message: 'another program listens there',
    hint: `set ${variable}`,
    cause,
  });
}
