import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join as joinPath, relative } from 'node:path';
import { z } from 'zod';
import {
  type ColumnStats,
  cutMax,
  cutMin,
  encodeLogPath,
  makeFolder,
  type NewFile,
  storageError,
  writeStats,
} from '#delta';
import { PlayheadError } from '#errors';
import { type ColumnType, type Fragment, join, lit, ref, sql } from '#sql';
import type { Engine } from './engine.js';
import { ownFilePrefix } from './read-files.js';
import { columnsOf, type TableSpec } from './table-spec.js';

/** Data files that a query has become; on disk, in no table yet. */
export interface WrittenFiles {
  readonly files: readonly NewFile[];
  /** Absolute paths of the same files. */
  readonly paths: readonly string[];
  readonly rowCount: number;
}

/** More open files than this and DuckDB flushes partitions early into many small files. */
const openPartitionsMax = 2000;

const statsRow = z.object({
  filename: z.string(),
  count: z.bigint(),
  file_size_bytes: z.bigint(),
  // A map of maps with some hundred entries a file: read by hand below, since a schema takes longer than the writing.
  column_statistics: z.unknown(),
  partition_keys: z.array(z.object({ key: z.string(), value: z.string().nullable() })).nullable(),
});
type StatsRow = z.infer<typeof statsRow>;

/**
 * Writes the rows of a query as Parquet files of the table's columns and types under the table's folder. Files without
 * rows are not kept, and after an error none are.
 * @param hasStats which columns get statistics; default: all
 * @throws DATA_NOT_WRITABLE, DATA_DISK_FULL, QUERY_INVALID
 */
export async function writeFiles(
  engine: Engine,
  table: string,
  spec: TableSpec,
  rows: Fragment,
  hasStats: (column: string) => boolean = () => true,
): Promise<WrittenFiles> {
  const prefix = `${ownFilePrefix}${randomUUID()}`;
  try {
    await makeFolder(table);
  } catch (error) {
    throw storageError(error, table);
  }
  try {
    const written = z.array(statsRow).parse(await engine.query(copyStatement(table, spec, rows, prefix)));
    const kept = written.filter(row => row.count > 0n);
    await Promise.all(written.filter(row => row.count === 0n).map(row => rm(row.filename, { force: true })));
    const nowMs = Date.now();
    return {
      files: kept.map(row => newFile(table, spec, row, nowMs, hasStats)),
      paths: kept.map(row => row.filename),
      rowCount: kept.reduce((sum, row) => sum + Number(row.count), 0),
    };
  } catch (error) {
    await removeStarted(table, prefix);
    throw diskError(error, table);
  }
}

function copyStatement(table: string, spec: TableSpec, rows: Fragment, prefix: string): Fragment {
  const columns = columnsOf(spec).map(({ name, type }) => sql`cast(${ref(name)} as ${type}) as ${ref(name)}`);
  const query = sql`select ${join(columns)} from (${rows}) as written_rows`;
  // Snappy: half the processor time of zstd for files half as large again; the job waits for its writes.
  const shared = sql`format parquet, compression snappy, return_stats`;
  if (spec.partitionBy.length === 0) {
    return sql`copy (${query}) to ${lit(joinPath(table, `${prefix}.parquet`))} (${shared})`;
  }
  const by = join(spec.partitionBy.map(name => ref(name)));
  return sql`copy (${query}) to ${lit(table)} (${shared}, partition_by (${by}), filename_pattern ${lit(`${prefix}-{uuid}`)}, append)`;
}

/** Allows as many open files as a partitioned write needs. */
export const prepareWrites: Fragment = sql`set partitioned_write_max_open_files = ${lit(openPartitionsMax)}`;

function newFile(
  table: string,
  spec: TableSpec,
  row: StatsRow,
  modifiedMs: number,
  hasStats: (column: string) => boolean,
): NewFile {
  const partition = new Map(row.partition_keys?.map(({ key, value }) => [key, value]));
  const partitionValues = spec.partitionBy.map(name => [
    name,
    partitionText(spec.columns[name], partition.get(name) ?? null),
  ]);
  return {
    path: encodeLogPath(relative(table, row.filename)),
    partitionValues: Object.fromEntries(partitionValues),
    sizeBytes: Number(row.file_size_bytes),
    modifiedMs,
    stats: writeStats(Number(row.count), columnStats(spec, row, hasStats)),
  };
}

/** Delta, "Partition Value Serialization": timestamps as `yyyy-MM-dd HH:mm:ss.SSSSSS` in UTC, null as null. */
function partitionText(type: ColumnType | undefined, value: string | null): string | null {
  if (value === null || value === '') return null;
  return type === 'timestamp' ? value.replace(/[+-]00(?::00)?$/, '') : value;
}

function columnStats(
  spec: TableSpec,
  row: StatsRow,
  hasStats: (column: string) => boolean,
): Record<string, ColumnStats> {
  const reported = new Map([...mapEntries(row.column_statistics)]);
  const stats: Record<string, ColumnStats> = {};
  for (const [name, type] of Object.entries(spec.columns)) {
    if (spec.partitionBy.includes(name) || !hasStats(name)) continue;
    const reportedFacts = reported.get(`"${name.replaceAll('"', '""')}"`);
    if (reportedFacts === undefined) {
      // Lists have no count of their own: null names the column as one that the file holds, with a count nobody knows.
      stats[name] = { nullCount: null };
      continue;
    }
    const found = facts(reportedFacts);
    stats[name] = { nullCount: Number(found.get('null_count') ?? 0), ...bounds(type, found) };
  }
  return stats;
}

/** The text entries of a MAP as the engine hands it over: a list of key and value. */
function facts(value: unknown): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, held] of mapEntries(value)) if (typeof held === 'string') found.set(key, held);
  return found;
}

function* mapEntries(map: unknown): Generator<[string, unknown]> {
  if (!Array.isArray(map)) return;
  for (const entry of map) {
    if (typeof entry !== 'object' || entry === null || !('key' in entry) || !('value' in entry)) continue;
    if (typeof entry.key === 'string') yield [entry.key, entry.value];
  }
}

function bounds(type: ColumnType, found: ReadonlyMap<string, string>): Pick<ColumnStats, 'min' | 'max'> {
  const [min, max] = [found.get('min'), found.get('max')];
  if (min === undefined || max === undefined) return {};
  switch (type) {
    case 'string':
      return { min: cutMin(min), max: cutMax(max) };
    case 'bigint':
      return { min: BigInt(min), max: BigInt(max) };
    case 'integer':
      return { min: Number(min), max: Number(max) };
    case 'double':
      return doubleBounds(Number(min), Number(max), found.get('has_nan') === 'true');
    case 'date':
      return isPlainDate(min) && isPlainDate(max) ? { min, max } : {};
    case 'timestamp':
      return timestampBounds(min, max);
    case 'boolean':
    case 'string_list':
    case 'double_pair_list':
      return {};
  }
}

/** NaN sorts above all numbers in Spark and JSON has no word for it or for infinity: then there is no bound. */
function doubleBounds(min: number, max: number, hasNan: boolean): Pick<ColumnStats, 'min' | 'max'> {
  return hasNan || !Number.isFinite(min) || !Number.isFinite(max) ? {} : { min, max };
}

const isPlainDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
const instant = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?\+00$/;

/** Statistics carry milliseconds: a min is cut, a max rounded up, or it would hide rows. */
function timestampBounds(min: string, max: string): Pick<ColumnStats, 'min' | 'max'> {
  const [low, high] = [milliseconds(min), milliseconds(max)];
  if (low === undefined || high === undefined) return {};
  return { min: new Date(low.whole).toISOString(), max: new Date(high.whole + (high.hasRest ? 1 : 0)).toISOString() };
}

function milliseconds(text: string): { readonly whole: number; readonly hasRest: boolean } | undefined {
  const found = instant.exec(text);
  if (found === null) return undefined;
  const micros = (found[3] ?? '').padEnd(6, '0');
  return { whole: Date.parse(`${found[1]}T${found[2]}.${micros.slice(0, 3)}Z`), hasRest: micros.slice(3) !== '000' };
}

/** Removes what a failed write has left. */
async function removeStarted(table: string, prefix: string): Promise<void> {
  const names = await readdir(table, { recursive: true }).catch(() => []);
  const ours = names.filter(name => name.split('/').at(-1)?.startsWith(prefix));
  await Promise.all(
    ours.map(name =>
      rm(joinPath(table, name), { force: true }).catch(() => {
        // No commit names the file, so it is harmless; vacuum takes it later.
      }),
    ),
  );
}

/** What the engine says of a disk, in our codes. */
function diskError(error: unknown, table: string): unknown {
  const message = error instanceof Error ? error.message : '';
  if (/permission denied|read-only file system/i.test(message)) {
    return new PlayheadError({
      code: 'DATA_NOT_WRITABLE',
      at: table,
      message: 'no permission to write here',
      cause: error,
    });
  }
  if (/no space left|disk quota exceeded/i.test(message)) {
    return new PlayheadError({
      code: 'DATA_DISK_FULL',
      at: table,
      message: 'the disk is full; nothing was committed',
      hint: 'free some space and run again',
      cause: error,
    });
  }
  return error;
}
