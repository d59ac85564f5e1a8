import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CreateOptions, CubejsServerCore } from '@cubejs-backend/server-core';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { DuckdbEngine, openLake } from '#warehouse';
import { groupsOf, sqlCredentials } from './access.js';
import { SnapshotDialect } from './dialect.js';
import { SnapshotDriver } from './drivers.js';
import { applyEnvironment, cubeEnvironment, laneCountOf } from './environment.js';
import { closeHttp, freePort, listenHttp } from './http.js';
import { type CubeLog, cubeLogger, logToStderr, withConsoleInLog } from './log.js';
import { modelReader } from './models.js';
import type { SnapshotInfo } from './served-run.js';
import { rollupSchema, type Snapshot } from './snapshot.js';
import { Snapshots } from './snapshots.js';

// CommonJS whose exports Node cannot name, so that `import { ... }` works in tests and fails when built.
const serverCore: typeof import('@cubejs-backend/server-core') = createRequire(import.meta.url)(
  '@cubejs-backend/server-core',
);

export interface CubeOptions {
  readonly config: Config;
  /** Where Cube's messages go; errors and warnings to stderr without it. */
  readonly log?: CubeLog;
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

/** What has to be undone at the end, last things first. */
type Undo = (() => void | Promise<void>)[];

let isRunning = false;

/**
 * Boots Cube over the Delta tables of `config.data`: REST, GraphQL and (in development) the Playground on
 * `config.ports.cube`, the SQL API on `config.ports.sql`; port 0 takes a free one. Models are compiled and the newest
 * snapshot is open when the promise resolves. One Cube a process: it reads its settings from the environment.
 * @throws PORT_IN_USE, MODEL_INVALID, DELTA_...
 */
export async function startCube({ config, log = logToStderr }: CubeOptions): Promise<CubeServer> {
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
    return await withConsoleInLog(log, () => boot(config, log, undo, closeAll));
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function boot(config: Config, log: CubeLog, undo: Undo, close: () => Promise<void>): Promise<CubeServer> {
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
  const snapshots = new Snapshots({
    engine,
    lake: openLake({ folder: config.data, engine }),
    laneCount: laneCountOf(config),
    pollMs: config.serve.snapshot_poll_ms,
    graceMs: config.serve.query_timeout_s * 1000 + graceMs,
    prepare,
    forget: snapshot => forgetCached(core, snapshot),
    onError: report,
  });
  const options = coreOptions(config, log, snapshots);
  const core = new serverCore.CubejsServerCore(options);
  undo.push(() => core.shutdown());
  await snapshots.start();
  undo.push(() => snapshots.close());
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

function coreOptions(config: Config, log: CubeLog, snapshots: Snapshots): CreateOptions {
  const driver = (context: object) => {
    const { lanes, builds } = snapshots.byId(snapshotIdOf(context));
    return new SnapshotDriver({ lanes, builds, rowLimit: config.serve.row_limit_max });
  };
  const readModels = modelReader(modelFolder);
  return {
    apiSecret: config.secrets.api,
    jwt: { algorithms: ['HS256'] },
    // Cube joins it to the working directory; the Playground shows these files.
    schemaPath: relative(process.cwd(), modelFolder),
    repositoryFactory: () => ({ localPath: () => modelFolder, dataSchemaFiles: readModels }),
    telemetry: false,
    scheduledRefreshTimer: false,
    preAggregationsSchema: rollupSchema,
    externalDbType: 'duckdb',
    driverFactory: driver,
    externalDriverFactory: driver,
    // @ts-expect-error Cube's typings name an instance; its code calls `new` on what it gets (CompilerApi).
    dialectFactory: () => SnapshotDialect,
    // @ts-expect-error As above: this one writes the queries over rollups.
    externalDialectFactory: () => SnapshotDialect,
    // A request takes the current snapshot once, when it arrives, and every statement of it runs there.
    extendContext: () => ({ snapshotId: snapshots.current.id }),
    // Caches, queues, refresh keys and drivers exist once a snapshot: no answer can mix two or be kept too long.
    contextToOrchestratorId: context => snapshotIdOf(context) ?? snapshots.current.id,
    contextToGroups: ({ securityContext }) => groupsOf(securityContext),
    checkSqlAuth: async (_request, user) => sqlCredentials(config, user),
    canSwitchSqlUser: () => false,
    logger: cubeLogger(log),
  };
}

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

/** Builds every rollup of a snapshot that is not there yet. Errors are logged by Cube; questions then build anew. */
async function buildRollups(core: CubejsServerCore, { id }: Snapshot, isWanted: () => boolean): Promise<void> {
  const context = { securityContext: {}, authInfo: {}, requestId: `rollups-${id}`, snapshotId: id };
  for (let attempt = 0; attempt < buildAttemptsMax && isWanted(); attempt += 1) {
    const { finished } = await core.runScheduledRefresh(context, { concurrency: 1, preAggregationsWarmup: true });
    if (finished) return;
    await setTimeoutPromise(buildRetryMs);
  }
}

/** Answers that are kept of one snapshot, and how often the oldest beyond that are dropped. */
const cachedAnswersMax = 2000;
const trimEveryMs = 10_000;

/** Cube's memory cache is one map for all orchestrators and drops an entry only when it is asked for again. */
async function cacheOf(core: CubejsServerCore, { id }: Snapshot) {
  const context = { securityContext: {}, requestId: `cache-${id}`, snapshotId: id };
  return (await core.getOrchestratorApi(context)).getQueryOrchestrator().getQueryCache().getCacheDriver();
}

async function forgetCached(core: CubejsServerCore, snapshot: Snapshot): Promise<void> {
  const cache = await cacheOf(core, snapshot);
  for (const key of await cache.keysStartingWith(`${snapshot.id}#`)) await cache.remove(key);
}

async function trimCache(core: CubejsServerCore, snapshot: Snapshot): Promise<void> {
  const cache = await cacheOf(core, snapshot);
  const keys = await cache.keysStartingWith(`${snapshot.id}#SQL_QUERY_RESULT`);
  for (const key of keys.slice(0, Math.max(0, keys.length - cachedAnswersMax))) await cache.remove(key);
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
