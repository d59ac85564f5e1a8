import { join } from 'node:path';
import { cleanLog, commit, DeltaTable, stageProperties, stageRestore } from '../../../src/delta/index.js';
import { type Fragment, lit, ref, sql } from '../../../src/sql/index.js';
import { type DuckdbEngine, type FolderLake, optimizeTable, type TableSpec } from '../../../src/warehouse/index.js';

export const columns = {
  id: 'bigint',
  who: 'string',
  n: 'integer',
  x: 'double',
  done: 'boolean',
  at: 'timestamp',
  day: 'date',
  tags: 'string_list',
  pairs: 'double_pair_list',
} as const;

/** A table for each kind of partition value, and one without partitions. */
export const specs = (['day', 'who', 'id', 'n', 'x', 'done', 'at', undefined] as const).map(
  column =>
    ({
      name: `by_${column ?? 'nothing'}`,
      columns,
      partitionBy: column === undefined ? [] : [column],
    }) satisfies TableSpec,
);

/** What breaks careless writers: odd letters in values and folders, ends of ranges, instants before 1970 and to the microsecond. */
const words = [
  'plain',
  "it's",
  'a/b=c d%20e',
  'é 漢 🙂',
  'a\\b"c',
  'x:y?z*[w]{v}',
  ' leading',
  `long ${'z'.repeat(60)}`,
];
const doubles = ['0.1', '-0.0', '1e300', 'nan', 'infinity', '-infinity', '123456789.125', '5e-324'];
const micros = [-1_000_001, 0, 1_700_000_000_123_456, 4_102_444_800_000_001, -2_000_000_000_000_001];
const pick = <T>(list: readonly T[], i: number): T | undefined => list[i % list.length];

/** A row for each number; every third value or so is null. Lists are never null: ClickHouse has no such thing. */
export function row(id: number): Fragment {
  const orNull = (value: Fragment, isNull: boolean) => (isNull ? sql`null` : value);
  return sql`select ${lit(BigInt(id) * 4_000_000_000n)} as id,
    ${orNull(lit(pick(words, id) ?? ''), id % 9 === 8)} as who, ${orNull(lit(-(id ** 2)), id % 5 === 4)} as n,
    ${orNull(sql`cast(${lit(pick(doubles, id) ?? '')} as double)`, id % 7 === 6)} as x,
    ${orNull(lit(id % 2 === 0), id % 3 === 2)} as done,
    ${orNull(sql`make_timestamptz(${lit(pick(micros, id) ?? 0)})`, id % 6 === 5)} as "at",
    ${orNull(sql`date '1970-01-01' + cast(${lit((id % 4) * 9_000 - 5_000)} as integer)`, id % 4 === 3)} as day,
    [${lit(pick(words, id + 3) ?? '')}, null] as tags, [{from_s: ${lit(id)} + 0.5, to_s: 1e2}] as pairs`;
}

/** Every kind of write, one version each or more, with a checkpoint at version 10. */
export async function fill(engine: DuckdbEngine, lake: FolderLake, spec: TableSpec): Promise<void> {
  for (let id = 0; id < 9; id += 1) await lake.append(spec, row(id), { txn: { appId: 'fill', version: id } });
  const path = join(lake.folder, spec.name);
  const table = new DeltaTable(path);
  await lake.append(spec, sql`${row(9)} union all ${row(10)}`);
  await lake.merge(spec, sql`select * replace ('merged' as who) from (${row(2)} union all ${row(30)}) as r`, ['id']);
  await optimizeTable(engine, path, { sortBy: ['id'] });
  await lake.append(
    { ...spec, columns: { ...spec.columns, note: 'string' } },
    sql`select *, 'new' as note from (${row(11)}) as r`,
  );
  const change = { set: { owner: "ann's = team", 'delta.dataSkippingNumIndexedCols': '3' }, nowMs: Date.now() };
  await commit(table, stageProperties(await table.snapshot(), path, change));
  await lake.append(spec, row(12));
  await commit(table, await stageRestore(table, await table.snapshot(10), Date.now()));
  const [partition = 'who'] = spec.partitionBy;
  const inNull = sql`select * replace (null as ${ref(partition)}) from (${row(13)}) as r`;
  await lake.replacePartitions(spec, inNull, values => Object.values(values).every(value => value === null));
  await lake.append(spec, row(14));
  // Commits from before the checkpoint of version 10 go; it can be read from there.
  await cleanLog(table, { retentionMs: 0, nowMs: Date.now() + 60_000 });
}
/** Versions of a filled table that can still be read. */
export const versions = [10, 11, 12, 13, 14, 15, 16, 17];
