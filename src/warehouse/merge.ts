import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type AddFile, locateFile, type Reads, readStats, type Snapshot } from '#delta';
import { PlayheadError } from '#errors';
import { type Fragment, join, ref, sql } from '#sql';
import type { Engine } from './engine.js';
import { fileColumnName, partitionValuesOf, relationOf, rowsByFile } from './read-files.js';
import { columnsOf, type TableSpec } from './table-spec.js';

/** Rows to merge, kept in the engine while the files that hold their keys are found and written anew. */
export interface HeldRows {
  readonly rows: Fragment;
  /** The live files that hold one of the keys, and what had to be looked at to know. */
  filesWithKeys(
    path: string,
    snapshot: Snapshot,
  ): Promise<{ readonly files: readonly AddFile[]; readonly reads: Reads }>;
  /** All rows of those files with the merged ones in their place, and the new ones. */
  mergedInto(path: string, files: readonly AddFile[]): Fragment;
  drop(): Promise<void>;
}

const countsSchema = z.object({ row_count: z.bigint(), key_count: z.bigint(), null_count: z.bigint() });
const textSchema = z.object({ text: z.string().nullable() });
const rangeSchema = z.tuple([z.string().nullable(), z.string().nullable()]);
const fileSchema = z.object({ path: z.string() });

/** Keeps the rows of a query by their key. @throws DELTA_AMBIGUOUS_KEY */
export async function holdRows(
  engine: Engine,
  spec: TableSpec,
  rows: Fragment,
  key: readonly string[],
): Promise<HeldRows> {
  const held = ref(`merged_${randomUUID().replaceAll('-', '')}`);
  const columns = join(columnsOf(spec).map(({ name, type }) => sql`cast(${ref(name)} as ${type}) as ${ref(name)}`));
  await engine.run(sql`create temporary table ${held} as select ${columns} from (${rows}) as r`);
  const drop = () => engine.run(sql`drop table if exists ${held}`);
  try {
    await assertUnique(engine, spec, held, key);
  } catch (error) {
    await drop();
    throw error;
  }
  const onPartitions = key.filter(name => spec.partitionBy.includes(name));
  const inFiles = key.filter(name => !spec.partitionBy.includes(name));
  const sameKey = (left: string, right: string, names: readonly string[]) =>
    join(
      names.map(name => sql`${ref(left)}.${ref(name)} = ${ref(right)}.${ref(name)}`),
      ' and ',
    );

  return {
    rows: sql`select * from ${held}`,
    drop,
    async filesWithKeys(path, snapshot) {
      const admits = await partitionFilter(engine, held, onPartitions);
      const mayHold = await keyRange(engine, held, spec, inFiles);
      const candidates = [...snapshot.files.values()].filter(file => admits(file) && mayHold(file));
      const reads = onPartitions.length === 0 ? 'everything' : admits;
      if (inFiles.length === 0 || candidates.length === 0) return { files: candidates, reads };
      const columnsOfKey = columnsOf(spec).filter(({ name }) => inFiles.includes(name));
      const set = { table: path, files: candidates, partitionBy: [], columns: columnsOfKey };
      const found = await engine.query(sql`select distinct f.${ref(fileColumnName)} as path from ${rowsByFile(set)} as f
        where exists (select 1 from ${held} as h where ${sameKey('h', 'f', inFiles)})`);
      const paths = new Set(found.map(row => fileSchema.parse(row).path));
      return { files: candidates.filter(file => paths.has(locateFile(path, file.path))), reads };
    },
    mergedInto(path, files) {
      const kept = relationOf({ table: path, files, partitionBy: spec.partitionBy, columns: columnsOf(spec) });
      const names = join(Object.keys(spec.columns).map(name => ref(name)));
      return sql`select ${names} from ${kept} as k
        where not exists (select 1 from ${held} as h where ${sameKey('h', 'k', key)})
        union all select ${names} from ${held}`;
    },
  };
}

async function assertUnique(engine: Engine, { name, columns }: TableSpec, held: Fragment, key: readonly string[]) {
  const unknown = key.find(column => !(column in columns));
  if (unknown !== undefined || key.length === 0) {
    throw new PlayheadError({
      code: 'DELTA_AMBIGUOUS_KEY',
      at: name,
      message: unknown === undefined ? 'no key to merge by' : `there is no column "${unknown}" to merge by`,
    });
  }
  const list = join(key.map(column => ref(column)));
  const isNull = join(
    key.map(column => sql`${ref(column)} is null`),
    ' or ',
  );
  const [row] = await engine.query(sql`select cast(count(*) as bigint) as row_count,
    (select cast(count(*) as bigint) from (select distinct ${list} from ${held}) as d) as key_count,
    cast(count(case when ${isNull} then 1 end) as bigint) as null_count from ${held}`);
  const { row_count, key_count, null_count } = countsSchema.parse(row);
  if (row_count === key_count && null_count === 0n) return;
  const what =
    null_count > 0n ? `${null_count} rows without a key` : `${row_count - key_count} rows with a key of another`;
  throw new PlayheadError({
    code: 'DELTA_AMBIGUOUS_KEY',
    at: name,
    message: `${what} (${key.join(', ')}); nothing was changed`,
    hint: 'make the rows unique by their key first',
  });
}

type FileFilter = (file: Pick<AddFile, 'partitionValues'>) => boolean;

/** Which partitions the keys lie in, where the key has partition columns. */
async function partitionFilter(engine: Engine, held: Fragment, names: readonly string[]): Promise<FileFilter> {
  if (names.length === 0) return () => true;
  const texts = join(names.map(name => sql`cast(${ref(name)} as varchar)`));
  const found = await engine.query(sql`select distinct cast([${texts}] as json)::varchar as text from ${held}`);
  const wanted = new Set(found.map(row => textSchema.parse(row).text));
  return file => {
    const values = partitionValuesOf(file);
    return wanted.has(JSON.stringify(names.map(name => values[name] ?? null)));
  };
}

/** Whether the statistics of a file leave room for one of the keys; only of types that JSON carries exactly. */
async function keyRange(
  engine: Engine,
  held: Fragment,
  spec: TableSpec,
  names: readonly string[],
): Promise<(file: AddFile) => boolean> {
  const exact = names.filter(name => ['string', 'bigint', 'integer', 'date'].includes(spec.columns[name] ?? ''));
  const ranges = await Promise.all(
    exact.map(async name => {
      const [row] = await engine.query(
        sql`select cast([min(${ref(name)})::varchar, max(${ref(name)})::varchar] as json)::varchar as text from ${held}`,
      );
      const [least, largest] = rangeSchema.parse(JSON.parse(textSchema.parse(row).text ?? '[null, null]'));
      return { name, least, largest, isNumber: ['bigint', 'integer'].includes(spec.columns[name] ?? '') };
    }),
  );
  return file => {
    const { minValues, maxValues } = readStats(file);
    return ranges.every(({ name, least, largest, isNumber }) => {
      // No rows, no keys.
      if (least === null || largest === null) return false;
      const [low, high] = [minValues[name], maxValues[name]];
      const isBelow = (a: unknown, b: string) => isKnown(a) && compare(String(a), b, isNumber) > 0;
      const isAbove = (a: unknown, b: string) => isKnown(a) && compare(String(a), b, isNumber) < 0;
      return !isBelow(low, largest) && !isAbove(high, least);
    });
  };
}

const isKnown = (value: unknown): boolean => ['string', 'number', 'bigint'].includes(typeof value);

/** Numbers as numbers, texts by their bytes in UTF-8, as Delta's statistics order them. */
function compare(a: string, b: string, isNumber: boolean): number {
  if (!isNumber) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  const difference = BigInt(a) - BigInt(b);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}
