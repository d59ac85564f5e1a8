import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the suite's Spark Thrift Server listens, or why there is none. */
    readonly sparkThrift: { readonly port: number } | { readonly missing: string };
  }
}

/** One Thrift Server for all files of the suite. `PLAYHEAD_SPARK_THRIFT_PORT` names one that runs already. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env['PLAYHEAD_SPARK_THRIFT_PORT'];
  if (running !== undefined) {
    project.provide('sparkThrift', { port: Number(running) });
    return undefined;
  }
  const prepared = prepare();
  if ('missing' in prepared) {
    project.provide('sparkThrift', prepared);
    return undefined;
  }
  const server = await startThriftServer(prepared.python, prepared.jars);
  project.provide('sparkThrift', { port: server.port });
  return server.stop;
}

function prepare(): { python: string; jars: readonly string[] } | { missing: string } {
  try {
    const told = execFileSync(process.execPath, [join(import.meta.dirname, 'prepare.mjs'), 'thrift'], {
      encoding: 'utf8',
    });
    const [python = '', ...jars] = told.trim().split('\n');
    return { python, jars };
  } catch (cause) {
    const told = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    return { missing: told.trim() };
  }
}

const logging = pathToFileURL(join(import.meta.dirname, 'log4j2-thrift.properties')).href;

/** True where a million events go through it: `npm run test:spark:million`. */
const isForMany = process.env['PLAYHEAD_SPARK_MILLION'] !== undefined;

/**
 * For one short life on a small machine: the light compiler alone, with room for all that it compiles (the little that it gets
 * by itself is emptied and filled again all the time), no second look at classes from the jars, and a heap that need not grow.
 */
const heap = isForMany ? { size: '8g', first: '4g', young: '2g' } : { size: '2g', first: '2g', young: '1200m' };
const java = [
  ...['-XX:TieredStopAtLevel=1', `-XX:ReservedCodeCacheSize=${isForMany ? '512m' : '256m'}`],
  ...['-XX:+UnlockDiagnosticVMOptions', '-XX:-BytecodeVerificationRemote'],
  ...['-XX:+UseSerialGC', `-Xms${heap.first}`, `-Xmn${heap.young}`, '-XX:MetaspaceSize=400m'],
  `-Dlog4j2.configurationFile=${logging}`,
];

/** A small machine: what costs is planning, just-in-time compilation, and each task. */
const forAny = {
  'spark.sql.parquet.compression.codec': 'uncompressed',
  'spark.sql.adaptive.enabled': 'false',
  'spark.sql.constraintPropagation.enabled': 'false',
  'spark.databricks.delta.stats.collect': 'false',
  'spark.databricks.delta.snapshotPartitions': '1',
};
/** Few rows: generated code costs more than it saves. */
const forFew = {
  'spark.default.parallelism': '1',
  'spark.sql.shuffle.partitions': '1',
  'spark.sql.leafNodeDefaultParallelism': '1',
  'spark.sql.files.minPartitionNum': '1',
  'spark.sql.codegen.wholeStage': 'false',
  'spark.sql.codegen.factoryMode': 'NO_CODEGEN',
};
/** As many tasks a stage as it has cores. */
const forMany = { 'spark.sql.shuffle.partitions': '2' };

const settings = {
  ...forAny,
  ...(isForMany ? forMany : forFew),
  'spark.sql.extensions': 'io.delta.sql.DeltaSparkSessionExtension',
  'spark.sql.catalog.spark_catalog': 'org.apache.spark.sql.delta.catalog.DeltaCatalog',
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
  'spark.ui.enabled': 'false',
  'spark.ui.liveUpdate.period': '-1',
  'spark.sql.maxPlanStringLength': '1000',
  'spark.sql.debug.maxToStringFields': '3',
  'spark.databricks.delta.history.metricsEnabled': 'false',
  // Its catalog is gone with it; Hive's metastore would be a database of its own, which only the server's sessions look into.
  'spark.sql.catalogImplementation': 'in-memory',
  'spark.hadoop.javax.jdo.option.ConnectionURL': 'jdbc:derby:memory:metastore;create=true',
};

/**
 * Starts Spark's own Thrift Server with Delta, in HTTP mode, in a folder that goes with it. It listens on every interface and
 * asks nobody who they are: for tests only.
 */
async function startThriftServer(python: string, jars: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-thrift-'));
  const port = await freePort();
  // A SPARK_HOME of the machine would win over the Spark of the environment.
  const { SPARK_HOME: _home, PYTHONPATH: _path, ...env } = process.env;
  const bin = dirname(python);
  const server = spawn(
    join(bin, 'spark-submit'),
    [
      ...['--master', 'local[2]', '--driver-memory', heap.size, '--driver-class-path', jars.join(':')],
      ...['--driver-java-options', java.join(' ')],
      ...['--class', 'org.apache.spark.sql.hive.thriftserver.HiveThriftServer2'],
      ...Object.entries(settings).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
      'spark-internal',
      ...['--hiveconf', 'hive.server2.transport.mode=http', '--hiveconf', `hive.server2.thrift.http.port=${port}`],
      ...['--hiveconf', 'hive.server2.authentication=NOSASL'],
    ],
    // A group of its own: the script that starts Java must not outlive it, nor the other way round.
    {
      cwd: folder,
      env: { ...env, PATH: `${bin}:${env['PATH']}` },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = new Promise<string>(resolve => server.once('exit', code => resolve(`it ended with ${code}`)));
  const lines: string[] = [];
  const started = new Promise<'started'>(resolve => {
    createInterface(server.stderr).on('line', line => {
      lines.push(line);
      if (line.includes('HiveThriftServer2 started')) resolve('started');
    });
  });
  const first = await Promise.race([started, ended]);
  if (first !== 'started')
    throw new Error(`Spark's Thrift Server did not start: ${first}\n${lines.slice(-40).join('\n')}`);
  return {
    port,
    stop: async () => {
      if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, resolve));
  const address = probe.address();
  await new Promise(resolve => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a port is a number');
  return address.port;
}
