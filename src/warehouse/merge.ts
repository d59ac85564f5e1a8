import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type AddFile, type DeltaTable, locateFile, mayMatch, type Predicate, type Reads, type Snapshot } from '#delta';
import { PlayheadError } from '#errors';
import { type Fragment, join, lit, ref, sql } from '#sql';
import type { Engine } from './engine.js';
import { fileColumnName, fileSet, partitionValuesOf, relationOf, rowsByFile } from './read-files.js';
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
  mergedInto(table: DeltaTable, files: readonly AddFile[]): Promise<Fragment>;
  drop(): Promise<void>;
}

const countsSchema = z.object({ row_count: z.bigint(), key_count: z.bigint(), null_count: z.bigint() });
const indexSchema = z.object({ i: z.int() });
const rangeSchema = z.object({ least: z.string().nullable(), largest: z.string().nullable() });
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
  return {
    rows: sql`select * from ${held}`,
    drop,
    async filesWithKeys(path, snapshot) {
      const admits = await partitionFilter(engine, held, spec, snapshot, onPartitions);
      const range = await keyRange(engine, held, spec, inFiles);
      const candidates = [...snapshot.files.values()].filter(
        file => admits(file) && mayMatch(file, range, snapshot.schema),
      );
      const reads = onPartitions.length === 0 ? 'everything' : admits;
      if (inFiles.length === 0 || candidates.length === 0) return { files: candidates, reads };
      const columnsOfKey = columnsOf(spec).filter(({ name }) => inFiles.includes(name));
      const set = { table: path, files: candidates, partitionBy: [], columns: columnsOfKey };
      const found = await engine.query(sql`select distinct f.${ref(fileColumnName)} as path from ${rowsByFile(set)} as f
        where exists (select 1 from ${held} as h where ${sameKey('h', 'f', inFiles)})`);
      const paths = new Set(found.map(row => fileSchema.parse(row).path));
      return { files: candidates.filter(file => paths.has(locateFile(path, file.path))), reads };
    },
    async mergedInto(table, files) {
      const shape = { partitionBy: spec.partitionBy, columns: columnsOf(spec) };
      const kept = relationOf(await fileSet(table, files, shape));
      const names = join(Object.keys(spec.columns).map(name => ref(name)));
      return sql`select ${names} from ${kept} as k
        where not exists (select 1 from ${held} as h where ${sameKey('h', 'k', key)})
        union all select ${names} from ${held}`;
    },
  };
}

const sameKey = (left: string, right: string, names: readonly string[]) =>
  join(
    names.map(name => sql`${ref(left)}.${ref(name)} = ${ref(right)}.${ref(name)}`),
    ' and ',
  );

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

/**
 * Which partitions the keys lie in, where the key has partition columns. The engine compares values of the columns' types:
 * their texts in the log differ from writer to writer. A partition that is new since the snapshot counts as one of them.
 */
async function partitionFilter(
  engine: Engine,
  held: Fragment,
  spec: TableSpec,
  snapshot: Snapshot,
  names: readonly string[],
): Promise<FileFilter> {
  if (names.length === 0) return () => true;
  const textsOf = (file: Pick<AddFile, 'partitionValues'>) => {
    const values = partitionValuesOf(file);
    return names.map(name => values[name] ?? null);
  };
  const known = new Map([...snapshot.files.values()].map(file => [JSON.stringify(textsOf(file)), textsOf(file)]));
  if (known.size === 0) return () => true;
  const partitions = [...known.values()];
  const rows = partitions.map((texts, i) => sql`(${join([lit(i), ...texts.map(text => lit(text))])})`);
  const number = ref('playhead_partition');
  const types = columnsOf(spec);
  const typed = names.map(name => {
    const type = types.find(column => column.name === name)?.type ?? sql`varchar`;
    return sql`cast(cast(${ref(name)} as varchar) as ${type}) as ${ref(name)}`;
  });
  const listed = sql`(values ${join(rows)}) as v(${join([number, ...names.map(name => ref(name))])})`;
  const found = await engine.query(sql`select ${number} as i from (select ${number}, ${join(typed)} from ${listed}) as p
    where exists (select 1 from ${held} as h where ${sameKey('h', 'p', names)})`);
  const wanted = new Set(found.map(row => partitions[indexSchema.parse(row).i]).map(texts => JSON.stringify(texts)));
  return file => {
    const texts = JSON.stringify(textsOf(file));
    return wanted.has(texts) || !known.has(texts);
  };
}

/** What a file must allow for to hold one of the keys; of types whose values have one spelling. */
async function keyRange(engine: Engine, held: Fragment, spec: TableSpec, names: readonly string[]): Promise<Predicate> {
  const bounds = await Promise.all(
    names
      .filter(name => ['string', 'bigint', 'integer', 'date'].includes(spec.columns[name] ?? ''))
      .map(async (name): Promise<Predicate[]> => {
        const [row] = await engine.query(
          sql`select min(${ref(name)})::varchar as least, max(${ref(name)})::varchar as largest from ${held}`,
        );
        const { least, largest } = rangeSchema.parse(row);
        return [
          { op: '>=', column: name, value: least },
          { op: '<=', column: name, value: largest },
        ];
      }),
  );
  return { op: 'and', of: bounds.flat() };
}
