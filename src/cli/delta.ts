import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import {
  type Commit,
  cleanLog,
  commit,
  type DeltaTable,
  isAtVersion,
  openTable,
  rowCountOf,
  type Snapshot,
  stageProperties,
  stageRestore,
  typeText,
  vacuum,
} from '#delta';
import { PlayheadError } from '#errors';
import { createS3Store, s3OptionsFromEnvironment, s3Path } from '#s3';
import { sql } from '#sql';
import { DuckdbEngine, optimizeTable, ReadingSession, readDeltaTable } from '#warehouse';
import { contextOf, parseOptions } from './context.js';
import { writeOut } from './query.js';
import { conditionOf, parseRowFilter, predicateOf } from './row-filter.js';
import { formatRows } from './row-format.js';

const count = z.coerce.number('must be a whole number').int('must be a whole number').min(0, 'must not be negative');
const instant = z.coerce.date('must be a time such as 2024-05-01T12:00:00Z');
const formatSchema = z.enum(['table', 'json', 'csv']).optional();

const describeSchema = z.object({ version: count.optional(), at: instant.optional() });
const historySchema = z.object({ limit: count.default(20) });
const readSchema = describeSchema.extend({
  limit: count.default(20),
  format: formatSchema,
  where: z.array(z.string()).default([]),
});
const optimizeSchema = z.object({
  targetMb: count.min(1, 'must be at least 1').default(128),
  sortBy: z.string().optional(),
  dryRun: z.boolean().default(false),
});
const cleanSchema = z.object({ retainHours: count.optional(), dryRun: z.boolean().default(false) });
const vacuumSchema = cleanSchema.extend({ force: z.boolean().default(false) });
const propertiesSchema = z.object({ set: z.array(z.string()).default([]), unset: z.array(z.string()).default([]) });

/** `playhead delta ...`: looks at any Delta table on disk, whoever wrote it, and keeps it in order. */
export function registerDelta(program: Command): void {
  const delta = program.command('delta').description('Looks at one Delta table and keeps it in order.');
  // Errors of the command line end in a line of ours, as everywhere.
  const add = (name: string) =>
    delta.command(name).exitOverride().argument('<path>', 'the folder of the table, or s3://bucket/prefix');

  add('describe')
    .description('Schema, partitions, properties, and how many files, rows and bytes.')
    .option('--version <number>', 'as of this version')
    .option('--at <time>', 'as of this time')
    .action(describe);
  add('history')
    .description('The commits, newest first.')
    .option('--limit <count>', 'how many at most (20)')
    .action(history);
  add('read')
    .description('The rows, read only.')
    .option('--version <number>', 'as of this version')
    .option('--at <time>', 'as of this time')
    .option('--where <condition...>', 'only rows of which all of these are true: day=2026-01-31, "user_id>=m"')
    .option('--limit <count>', 'how many at most (20); 0 for all')
    .option('--format <name>', 'table, json (one array of objects) or csv')
    .action(read);
  add('vacuum')
    .description('Deletes files that no version within the retention needs (default: 7 days, or what the table says).')
    .option('--retain-hours <count>', 'keep what was removed within these hours')
    .option('--force', 'allow fewer hours than the table says: when nobody reads older versions or writes now')
    .option('--dry-run', 'only tell what would be deleted')
    .action(sweep);
  add('properties')
    .description('Shows the properties of the table, or sets and takes away some, as a new version.')
    .option('--set <name=value...>', 'sets properties: delta.appendOnly=true, or free names of yours')
    .option('--unset <name...>', 'takes properties away')
    .action(properties);
  add('optimize')
    .description('Puts small files together, partition by partition; no row changes.')
    .option('--target-mb <count>', 'how large the new files should become (128)')
    .option('--sort-by <columns>', 'sorts the rows of each file by these columns (a,b); writes every file anew')
    .option('--dry-run', 'only tell what would be done')
    .action(compact);
  add('restore')
    .description('Brings the table back to an older version, as a new version.')
    .option('--version <number>', 'to this version')
    .option('--at <time>', 'to what it was at this time')
    .action(restore);
  add('clean-log')
    .description(
      'Deletes commits that a checkpoint older than the retention has made needless (default: 30 days, or what the table says).',
    )
    .option('--retain-hours <count>', 'keep what is younger than these hours')
    .option('--dry-run', 'only tell what would be deleted')
    .action(clean);
}

/** A table on disk, or of an object store by `s3://bucket/prefix`. */
function openAnywhere(path: string): Promise<DeltaTable> {
  const object = s3Path(path);
  return object === undefined
    ? openTable(path)
    : openTable(object, createS3Store(s3OptionsFromEnvironment(process.env)));
}

/** @throws DELTA_UNSUPPORTED for what needs the rows of a table in an object store */
function assertOnDisk(path: string): void {
  if (s3Path(path) === undefined) return;
  throw new PlayheadError({
    code: 'DELTA_UNSUPPORTED',
    at: path,
    message: 'rows in object stores are not read or written here, only the log is',
    hint: 'copy the table to a disk first; describe, history, properties, restore, vacuum and clean-log work where it is',
  });
}

async function compact(path: string, options: unknown, command: Command): Promise<void> {
  const { config, print } = contextOf(command);
  const { targetMb, sortBy, dryRun } = parseOptions(optimizeSchema, options);
  assertOnDisk(path);
  const engine = await DuckdbEngine.open({ memoryLimit: config.engine.memory_limit });
  try {
    const value = await optimizeTable(engine, path, {
      targetBytes: targetMb * 1024 * 1024,
      isDryRun: dryRun,
      sortBy:
        sortBy === undefined
          ? []
          : sortBy
              .split(',')
              .map(name => name.trim())
              .filter(name => name !== ''),
    });
    const did = dryRun ? 'would put' : 'put';
    const text =
      value.removedFileCount === 0
        ? `nothing to put together at version ${value.version}`
        : `${did} ${value.removedFileCount} files (${value.removedBytes} bytes) into ${value.addedFileCount}; version ${value.version}`;
    print({ text, value });
  } finally {
    await engine.close();
  }
}

async function restore(path: string, options: unknown, command: Command): Promise<void> {
  const { print } = contextOf(command);
  const when = parseOptions(describeSchema, options);
  if (when.version === undefined && when.at === undefined) {
    throw new PlayheadError({
      code: 'USAGE',
      at: 'delta restore',
      message: 'say to which version or time',
      hint: 'write --version <number> or --at <time>; `playhead delta history <path>` lists them',
    });
  }
  const table = await openAnywhere(path);
  const [now, target] = [await table.snapshot(), await snapshotOf(table, when)];
  if (isAtVersion(now, target)) {
    const value = { version: now.version, restoredVersion: target.version, changed: false };
    print({ text: `version ${now.version} is what version ${target.version} was: nothing to do`, value });
    return;
  }
  const { version } = await commit(table, await stageRestore(table, target, Date.now()));
  const value = { version, restoredVersion: target.version, changed: true };
  print({ text: `version ${version} is what version ${target.version} was`, value });
}

async function clean(path: string, options: unknown, command: Command): Promise<void> {
  const { print } = contextOf(command);
  const { retainHours, dryRun } = parseOptions(cleanSchema, options);
  const value = await cleanLog(await openAnywhere(path), {
    isDryRun: dryRun,
    ...(retainHours === undefined ? {} : { retentionMs: retainHours * 3_600_000 }),
  });
  const did = dryRun ? 'would delete' : 'deleted';
  const lines = [
    ...value.names,
    `${did} ${value.names.length} log files; version ${value.oldestVersion} is the oldest left`,
  ];
  print({ text: lines.join('\n'), value });
}

async function describe(path: string, options: unknown, command: Command): Promise<void> {
  const { print } = contextOf(command);
  const snapshot = await snapshotOf(await openAnywhere(path), parseOptions(describeSchema, options));
  const value = describeSnapshot(s3Path(path) === undefined ? resolve(path) : path, snapshot);
  const columns = value.columns.map(
    ({ name, type, comment }) => `  ${name} ${type}${comment ? `  -- ${comment}` : ''}`,
  );
  const text = [
    `${value.path} at version ${value.version}`,
    `${value.fileCount} files, ${value.rowCount ?? 'an unknown number of'} rows, ${value.sizeBytes} bytes`,
    `protocol: reader ${value.minReaderVersion}, writer ${value.minWriterVersion}`,
    `partitioned by: ${value.partitionBy.join(', ') || 'nothing'}`,
    ...Object.entries(value.properties).map(([name, property]) => `${name} = ${property}`),
    'columns:',
    ...columns,
  ].join('\n');
  print({ text, value });
}

async function history(path: string, options: unknown, command: Command): Promise<void> {
  const { print } = contextOf(command);
  const { limit } = parseOptions(historySchema, options);
  const value = (await (await openAnywhere(path)).history(limit)).map(describeCommit);
  const lines = value.map(
    c =>
      `${String(c.version).padStart(6)}  ${c.at}  ${c.operation}  +${c.added} -${c.removed} files${wordsOf(c.parameters)}`,
  );
  print({ text: lines.join('\n'), value });
}

async function read(path: string, options: unknown, command: Command): Promise<void> {
  const { json, note } = contextOf(command);
  const { limit, format = json ? 'json' : 'table', where, ...when } = parseOptions(readSchema, options);
  const filters = where.map(parseRowFilter);
  assertOnDisk(path);
  const { version } = await snapshotOf(await openAnywhere(path), when);
  const { relation, columns } = await readDeltaTable(path, { version, where: predicateOf(filters) });
  const rows = sql`(select * from ${relation} as t where ${conditionOf(filters, columns)})`;
  const session = await ReadingSession.open({ views: { rows_of_table: rows }, folder: resolve(path) });
  try {
    const answer = await session.ask(`select * from rows_of_table${limit === 0 ? '' : ` limit ${limit}`}`);
    const rowCount = await writeOut(formatRows(answer, format));
    if (format === 'table') note(`(${rowCount} ${rowCount === 1 ? 'row' : 'rows'} of version ${version})`);
  } finally {
    session.close();
  }
}

async function sweep(path: string, options: unknown, command: Command): Promise<void> {
  const { print } = contextOf(command);
  const { retainHours, dryRun, force } = parseOptions(vacuumSchema, options);
  const value = await vacuum(await openAnywhere(path), {
    isDryRun: dryRun,
    isForced: force,
    ...(retainHours === undefined ? {} : { retentionMs: retainHours * 3_600_000 }),
  });
  const did = dryRun ? 'would delete' : 'deleted';
  print({ text: [...value.paths, `${did} ${value.paths.length} files, ${value.sizeBytes} bytes`].join('\n'), value });
}

async function properties(path: string, options: unknown, command: Command): Promise<void> {
  const { print } = contextOf(command);
  const { set, unset } = parseOptions(propertiesSchema, options);
  const table = await openAnywhere(path);
  if (set.length > 0 || unset.length > 0) {
    const change = { set: Object.fromEntries(set.map(nameAndValue)), unset, nowMs: Date.now() };
    await commit(table, stageProperties(await table.snapshot(), table.path, change));
  }
  const { version, metaData } = await table.snapshot();
  const lines = Object.entries(metaData.configuration).map(([name, value]) => `${name} = ${value}`);
  const text = [...lines, `${lines.length} properties at version ${version}`].join('\n');
  print({ text, value: { version, properties: metaData.configuration } });
}

function nameAndValue(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new PlayheadError({ code: 'USAGE', at: 'delta properties', message: `--set ${text} is no name=value` });
}

function snapshotOf(
  table: DeltaTable,
  { version, at }: { readonly version?: number | undefined; readonly at?: Date | undefined },
): Promise<Snapshot> {
  if (version !== undefined && at !== undefined) {
    throw new PlayheadError({ code: 'USAGE', at: 'delta', message: 'name a version or a time, not both' });
  }
  return at === undefined ? table.snapshot(version) : table.snapshotAt(at);
}

function describeSnapshot(path: string, { version, metaData, protocol, schema, files }: Snapshot) {
  const counts = [...files.values()].map(rowCountOf);
  const known = counts.filter(rows => rows !== undefined);
  return {
    path,
    version,
    id: metaData.id,
    description: metaData.description,
    minReaderVersion: protocol.minReaderVersion,
    minWriterVersion: protocol.minWriterVersion,
    partitionBy: metaData.partitionColumns,
    properties: metaData.configuration,
    columns: schema.fields.map(field => ({
      name: field.name,
      type: typeText(field.type),
      nullable: field.nullable,
      comment: typeof field.metadata.comment === 'string' ? field.metadata.comment : undefined,
    })),
    fileCount: files.size,
    rowCount: known.length === counts.length ? known.reduce((sum, rows) => sum + rows, 0) : undefined,
    sizeBytes: [...files.values()].reduce((sum, file) => sum + file.size, 0),
  };
}

/** The parameters that say something, in one line. */
const wordsOf = (parameters: Readonly<Record<string, unknown>> = {}): string =>
  Object.entries(parameters)
    .filter(([, value]) => !['', '[]', null].includes(value === null ? null : String(value)))
    .map(([name, value]) => `  ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');

function describeCommit({ version, timestampMs, actions, info }: Commit) {
  const { operationParameters, operationMetrics, engineInfo, userMetadata } = freeSchema.parse(info ?? {});
  return {
    version,
    at: new Date(timestampMs).toISOString(),
    operation: info?.operation ?? 'unknown',
    parameters: operationParameters,
    metrics: operationMetrics,
    engine: engineInfo,
    userMetadata,
    added: actions.filter(action => action.add !== undefined).length,
    removed: actions.filter(action => action.remove !== undefined).length,
    txn: actions.flatMap(({ txn }) => (txn === undefined ? [] : [{ appId: txn.appId, version: txn.version }])),
  };
}

/** What writers say of a commit besides: any JSON, so what is of another form counts as not said. */
const freeSchema = z.looseObject({
  operationParameters: z.record(z.string(), z.unknown()).optional().catch(undefined),
  operationMetrics: z.record(z.string(), z.unknown()).optional().catch(undefined),
  engineInfo: z.string().optional().catch(undefined),
  userMetadata: z.string().optional().catch(undefined),
});
