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
  readStats,
  type Snapshot,
  stageRestore,
  typeText,
  vacuum,
} from '#delta';
import { PlayheadError } from '#errors';
import { DuckdbEngine, optimizeTable, ReadingSession, readDeltaTable } from '#warehouse';
import { contextOf, parseOptions } from './context.js';
import { writeOut } from './query.js';
import { formatRows } from './row-format.js';

const count = z.coerce.number('must be a whole number').int('must be a whole number').min(0, 'must not be negative');
const instant = z.coerce.date('must be a time such as 2024-05-01T12:00:00Z');
const formatSchema = z.enum(['table', 'json', 'csv']).optional();

const describeSchema = z.object({ version: count.optional(), at: instant.optional() });
const historySchema = z.object({ limit: count.default(20) });
const readSchema = describeSchema.extend({ limit: count.default(20), format: formatSchema });
const optimizeSchema = z.object({
  targetMb: count.min(1, 'must be at least 1').default(128),
  sortBy: z.string().optional(),
  dryRun: z.boolean().default(false),
});
const cleanSchema = z.object({ retainHours: count.optional(), dryRun: z.boolean().default(false) });
const vacuumSchema = z.object({ retainHours: count.optional(), dryRun: z.boolean().default(false) });

/** `playhead delta ...`: looks at any Delta table on disk, whoever wrote it, and keeps it in order. */
export function registerDelta(program: Command): void {
  const delta = program.command('delta').description('Looks at one Delta table and keeps it in order.');
  // Errors of the command line end in a line of ours, as everywhere.
  const add = (name: string) => delta.command(name).exitOverride().argument('<path>', 'the folder of the table');

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
    .option('--limit <count>', 'how many at most (20); 0 for all')
    .option('--format <name>', 'table, json (one array of objects) or csv')
    .action(read);
  add('vacuum')
    .description('Deletes files that no version within the retention needs (default: 7 days, or what the table says).')
    .option('--retain-hours <count>', 'keep what was removed within these hours')
    .option('--dry-run', 'only tell what would be deleted')
    .action(sweep);
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

async function compact(path: string, options: unknown, command: Command): Promise<void> {
  const { config, print } = contextOf(command);
  const { targetMb, sortBy, dryRun } = parseOptions(optimizeSchema, options);
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
  const table = await openTable(path);
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
  const value = await cleanLog(await openTable(path), {
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
  const snapshot = await snapshotOf(await openTable(path), parseOptions(describeSchema, options));
  const value = describeSnapshot(resolve(path), snapshot);
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
  const value = (await (await openTable(path)).history(limit)).map(describeCommit);
  const lines = value.map(
    c => `${String(c.version).padStart(6)}  ${c.at}  ${c.operation}  +${c.added} -${c.removed} files`,
  );
  print({ text: lines.join('\n'), value });
}

async function read(path: string, options: unknown, command: Command): Promise<void> {
  const { json, note } = contextOf(command);
  const { limit, format = json ? 'json' : 'table', ...when } = parseOptions(readSchema, options);
  const { version } = await snapshotOf(await openTable(path), when);
  const { relation } = await readDeltaTable(path, { version });
  const session = await ReadingSession.open({ views: { rows_of_table: relation }, folder: resolve(path) });
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
  const { retainHours, dryRun } = parseOptions(vacuumSchema, options);
  const value = await vacuum(await openTable(path), {
    isDryRun: dryRun,
    ...(retainHours === undefined ? {} : { retentionMs: retainHours * 3_600_000 }),
  });
  const did = dryRun ? 'would delete' : 'deleted';
  print({ text: [...value.paths, `${did} ${value.paths.length} files, ${value.sizeBytes} bytes`].join('\n'), value });
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
  const counts = [...files.values()].map(file => readStats(file).numRecords);
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

function describeCommit({ version, timestampMs, actions, info }: Commit) {
  return {
    version,
    at: new Date(timestampMs).toISOString(),
    operation: info?.operation ?? 'unknown',
    added: actions.filter(action => action.add !== undefined).length,
    removed: actions.filter(action => action.remove !== undefined).length,
    txn: actions.flatMap(({ txn }) => (txn === undefined ? [] : [{ appId: txn.appId, version: txn.version }])),
  };
}
