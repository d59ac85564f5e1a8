import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lit, raw, sql } from '#sql';
import { DuckdbEngine, openLake, optimizeTable, readDeltaTable } from '#warehouse';
import { writeCommit } from '../delta/log-folder.js';

let folder: string;
let path: string;
let engine: DuckdbEngine;

beforeAll(async () => {
  engine = await DuckdbEngine.open({ threads: 2 });
});
afterAll(() => engine.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-mapping-'));
  path = join(folder, 't');
  return () => rm(folder, { recursive: true, force: true });
});

const mapped = (name: string, id: number, physical: string, type: unknown = 'long') => ({
  name,
  type,
  nullable: true,
  metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': physical },
});
const struct = (...fields: readonly object[]) => ({ type: 'struct', fields });
const protocol = { minReaderVersion: 2, minWriterVersion: 5 };
const metaData = (mode: 'name' | 'id', fields: readonly object[], partitionColumns: readonly string[] = []) => ({
  metaData: {
    id: 'mapped',
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify(struct(...fields)),
    partitionColumns,
    configuration: { 'delta.columnMapping.mode': mode, 'delta.columnMapping.maxColumnId': '99' },
  },
});

/** A Parquet file of the given rows, and the action that adds it. */
async function file(name: string, rows: string, more: object = {}, options = 'format parquet') {
  await engine.run(sql`copy (${raw(rows)}) to ${lit(join(path, name))} (${raw(options)})`);
  return { add: { path: name, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, ...more } };
}
const read = async (version?: number) => {
  const { relation } = await readDeltaTable(path, { version });
  const found = await engine.query(sql`select cast(to_json(t) as varchar) as row from ${relation} as t`);
  return found.map(({ row }) => JSON.parse(String(row))).sort((a, b) => a.id - b.id);
};
const begin = (actions: readonly object[]) => writeCommit(path, 0, [{ protocol }, ...actions]);

describe('Delta, "Column Mapping", mode name', () => {
  it('shows columns under the names of the schema, inside structs, lists and maps too', async () => {
    const person = struct(mapped('name', 5, 'c5', 'string'), mapped('age', 6, 'c6'));
    const fields = [
      mapped('id', 1, 'c1'),
      mapped('person', 2, 'c2', person),
      mapped('people', 3, 'c3', { type: 'array', elementType: person, containsNull: true }),
      mapped('by_name', 4, 'c4', { type: 'map', keyType: 'string', valueType: person, valueContainsNull: true }),
    ];
    await begin([metaData('name', fields)]);
    const rows = `select 1::bigint as c1, {c5: 'ann', c6: 30::bigint} as c2, [{c5: 'bob', c6: 1::bigint}, null] as c3,
      map {'x': {c5: 'cid', c6: null::bigint}} as c4 union all select 2, null, null, null`;
    await writeCommit(path, 1, [await file('a.parquet', rows)]);
    expect(await read()).toEqual([
      {
        id: 1,
        person: { name: 'ann', age: 30 },
        people: [{ name: 'bob', age: 1 }, null],
        by_name: { x: { name: 'cid', age: null } },
      },
      { id: 2, person: null, people: null, by_name: null },
    ]);
  });

  it('a column that was dropped and one of its name made anew are two: old values do not show', async () => {
    await begin([metaData('name', [mapped('id', 1, 'c1'), mapped('note', 2, 'c2', 'string')])]);
    await writeCommit(path, 1, [await file('a.parquet', `select 1::bigint as c1, 'old' as c2`)]);
    await writeCommit(path, 2, [metaData('name', [mapped('id', 1, 'c1'), mapped('note', 3, 'c3', 'string')])]);
    await writeCommit(path, 3, [await file('b.parquet', `select 2::bigint as c1, 'new' as c3`)]);
    expect(await read()).toEqual([
      { id: 1, note: null },
      { id: 2, note: 'new' },
    ]);
    expect(await read(1)).toEqual([{ id: 1, note: 'old' }]);
  });

  it('a renamed column keeps its values, and its statistics rule files out under the new name', async () => {
    await begin([metaData('name', [mapped('id', 1, 'c1'), mapped('before', 2, 'c2')])]);
    const stats = (n: number) => ({
      stats: JSON.stringify({ numRecords: 1, minValues: { c2: n }, maxValues: { c2: n }, nullCount: { c2: 0 } }),
    });
    await writeCommit(path, 1, [await file('a.parquet', 'select 1::bigint as c1, 10::bigint as c2', stats(10))]);
    await writeCommit(path, 2, [await file('b.parquet', 'select 2::bigint as c1, 20::bigint as c2', stats(20))]);
    await writeCommit(path, 3, [metaData('name', [mapped('id', 1, 'c1'), mapped('after', 2, 'c2')])]);
    expect(await read()).toEqual([
      { id: 1, after: 10 },
      { id: 2, after: 20 },
    ]);
    const where = { op: '=', column: 'after', value: 20 } as const;
    expect((await readDeltaTable(path, { where })).files.map(f => f.path)).toEqual([join(path, 'b.parquet')]);
  });

  it('partition values go by the physical name, in a file or in many', async () => {
    await begin([metaData('name', [mapped('id', 1, 'c1'), mapped('day', 2, 'c2', 'date')], ['day'])]);
    const inPartition = (day: string) => ({ partitionValues: { c2: day } });
    await writeCommit(path, 1, [await file('a.parquet', 'select 1::bigint as c1', inPartition('2026-01-01'))]);
    expect(await read()).toEqual([{ id: 1, day: '2026-01-01' }]);
    await writeCommit(path, 2, [await file('b.parquet', 'select 2::bigint as c1', inPartition('2026-01-02'))]);
    expect(await read()).toEqual([
      { id: 1, day: '2026-01-01' },
      { id: 2, day: '2026-01-02' },
    ]);
  });

  it('goes with a deletion vector', async () => {
    await writeCommit(path, 0, [
      {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['columnMapping', 'deletionVectors'],
          writerFeatures: ['columnMapping', 'deletionVectors'],
        },
      },
      metaData('name', [mapped('id', 1, 'c1'), mapped('day', 2, 'c2', 'date')], ['day']),
    ]);
    const deletionVector = {
      storageType: 'i',
      pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000625c8Xg0rri41POJ5',
      sizeInBytes: 38,
      cardinality: 3,
    };
    const more = { partitionValues: { c2: '2026-01-01' }, deletionVector };
    await writeCommit(path, 1, [await file('a.parquet', 'select range as c1 from range(6)', more)]);
    expect((await read()).map(({ id }) => id)).toEqual([0, 2, 4]);
  });

  it('is not written to: the table stays as it was', async () => {
    await begin([metaData('name', [mapped('id', 1, 'c1')])]);
    await writeCommit(path, 1, [await file('a.parquet', 'select 1::bigint as c1')]);
    const lake = openLake({ folder, engine });
    const spec = { name: 't', columns: { id: 'bigint' }, partitionBy: [] } as const;
    const rows = sql`select 2 as id`;
    const refusal = { code: 'DELTA_UNSUPPORTED', message: expect.stringContaining('columnMapping') };
    await expect(lake.append(spec, rows)).rejects.toMatchObject(refusal);
    await expect(lake.merge(spec, rows, ['id'])).rejects.toMatchObject(refusal);
    await expect(optimizeTable(engine, path)).rejects.toMatchObject(refusal);
    expect(await engine.query(sql`select id from ${await lake.read(spec)} as t`)).toEqual([{ id: 1n }]);
  });
});

it('Delta, "Column Mapping", mode id: fields are found by their number, whatever the file calls them', async () => {
  const person = struct(mapped('name', 5, 'c5', 'string'));
  await begin([
    metaData('id', [mapped('id', 1, 'c1'), mapped('note', 2, 'c2', 'string'), mapped('person', 3, 'c3', person)]),
  ]);
  const ids = 'format parquet, field_ids {c1: 1, c2: 2, c3: {__duckdb_field_id: 3, c5: 5}}';
  await writeCommit(path, 1, [
    await file('a.parquet', `select 1::bigint as c1, 'a' as c2, {c5: 'ann'} as c3`, {}, ids),
  ]);
  const others = 'format parquet, field_ids {x: 2, c2: 1}';
  await writeCommit(path, 2, [await file('b.parquet', `select 'b' as x, 2::bigint as c2`, {}, others)]);
  expect(await read()).toEqual([
    { id: 1, note: 'a', person: { name: 'ann' } },
    { id: 2, note: 'b', person: null },
  ]);
});

describe('Delta, "Type Widening"', () => {
  it.each([
    ['byte', 'short', '7::tinyint', '300::smallint', ['7', '300']],
    ['byte', 'long', '7::tinyint', '5000000000::bigint', ['7', '5000000000']],
    ['short', 'integer', '7::smallint', '70000::integer', ['7', '70000']],
    ['integer', 'double', '7::integer', '0.5::double', ['7.0', '0.5']],
    ['float', 'double', '0.1::float', '0.1::double', ['0.10000000149011612', '0.1']],
    ['integer', 'decimal(12,2)', '7::integer', '0.25::decimal(12,2)', ['7.00', '0.25']],
    ['decimal(5,2)', 'decimal(9,4)', '1.25::decimal(5,2)', '1.2345::decimal(9,4)', ['1.2500', '1.2345']],
    [
      'date',
      'timestamp_ntz',
      "date '2026-01-02'",
      "timestamp '2026-01-02 03:04:05'",
      ['2026-01-02 00:00:00', '2026-01-02 03:04:05'],
    ],
  ])('%s to %s: old files are read as the new type', async (fromType, toType, old, young, texts) => {
    const column = (type: string, metadata = {}) => ({ name: 'x', type, nullable: true, metadata });
    const id = { name: 'id', type: 'long', nullable: true, metadata: {} };
    const plain = (field: object) => {
      const { metaData: made } = metaData('name', [id, field]);
      return { metaData: { ...made, configuration: { 'delta.enableTypeWidening': 'true' } } };
    };
    const readerFeatures = ['typeWidening', 'timestampNtz'];
    await writeCommit(path, 0, [
      { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures, writerFeatures: readerFeatures } },
      plain(column(fromType)),
    ]);
    await writeCommit(path, 1, [await file('a.parquet', `select 1::bigint as id, ${old} as x`)]);
    await writeCommit(path, 2, [plain(column(toType, { 'delta.typeChanges': [{ fromType, toType }] }))]);
    await writeCommit(path, 3, [await file('b.parquet', `select 2::bigint as id, ${young} as x`)]);
    const { relation } = await readDeltaTable(path);
    const found = await engine.query(sql`select cast(x as varchar) as x from ${relation} as t order by id`);
    expect(found.map(({ x }) => x)).toEqual(texts);
  });
});

it('texts inside lists that their writer did not mark as such are read as texts', async () => {
  const tags = {
    name: 'tags',
    type: { type: 'array', elementType: 'string', containsNull: true },
    nullable: true,
    metadata: {},
  };
  const id = { name: 'id', type: 'long', nullable: true, metadata: {} };
  const { metaData: shape } = metaData('name', [id, tags]);
  const plain = { metaData: { ...shape, configuration: {} } };
  await writeCommit(path, 0, [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, plain]);
  // ClickHouse writes bytes there; a backslash is no escape of theirs.
  await writeCommit(path, 1, [await file('a.parquet', `select 1::bigint as id, [encode('a\\b"é')] as tags`)]);
  await writeCommit(path, 2, [await file('b.parquet', `select 2::bigint as id, ['plain'] as tags`)]);
  expect(await read()).toEqual([
    { id: 1, tags: ['a\\b"é'] },
    { id: 2, tags: ['plain'] },
  ]);
});
