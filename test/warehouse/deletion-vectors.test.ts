import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commit, DeltaTable, encodeDeletionVector, stageRestore, vacuum } from '#delta';
import { lit, sql } from '#sql';
import { DuckdbEngine, type FolderLake, openLake, optimizeTable, readDeltaTable, type TableSpec } from '#warehouse';
import { logName } from '../delta/log-folder.js';

const plays = {
  name: 'plays',
  columns: { id: 'bigint', note: 'string', day: 'date' },
  partitionBy: ['day'],
} as const satisfies TableSpec;

let folder: string;
let path: string;
let engine: DuckdbEngine;
let lake: FolderLake;

beforeAll(async () => {
  engine = await DuckdbEngine.open({ threads: 2 });
});
afterAll(() => engine.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-dv-'));
  path = join(folder, 'plays');
  lake = openLake({ folder, engine });
  return () => rm(folder, { recursive: true, force: true });
});

const rows = (from: number, count: number, day: string | null = null) =>
  sql`select ${lit(from)} + range as id, 'n' as note, ${day === null ? sql`date '2026-01-01' + cast(range % 2 as integer)` : lit(day)} as day
    from range(${lit(count)})`;

/** Deletes rows as Spark does with deletion vectors on: those of whose file `isDeleted` says so, by their place in it. */
async function deleteRows(isDeleted: (row: number) => boolean): Promise<void> {
  const table = new DeltaTable(path);
  const snapshot = await table.snapshot();
  const vectors: Buffer[] = [Buffer.of(1)];
  const lines: object[] = [
    { commitInfo: { timestamp: 1, operation: 'DELETE' } },
    {
      protocol: {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['deletionVectors'],
        writerFeatures: ['deletionVectors'],
      },
    },
  ];
  const be = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  let offset = 1;
  for (const file of snapshot.files.values()) {
    const { numRecords } = JSON.parse(file.stats ?? '{}');
    const deleted = Array.from({ length: numRecords }, (_, row) => row).filter(isDeleted);
    const bytes = encodeDeletionVector(deleted);
    const { deletionVector: old, ...add } = file;
    const vector = {
      storageType: 'p',
      pathOrInlineDv: join(path, `deletion_vector_${snapshot.version}.bin`),
      offset,
      sizeInBytes: bytes.length,
      cardinality: deleted.length,
    };
    vectors.push(be(bytes.length), bytes, be(crc32(bytes)));
    offset += bytes.length + 8;
    lines.push({ remove: { path: file.path, deletionTimestamp: 1, dataChange: true, deletionVector: old } });
    lines.push({ add: { ...add, deletionVector: vector } });
  }
  await writeFile(join(path, `deletion_vector_${snapshot.version}.bin`), Buffer.concat(vectors));
  await writeFile(
    join(path, '_delta_log', logName(snapshot.version + 1)),
    lines.map(line => `${JSON.stringify(line)}\n`).join(''),
  );
}

async function ids(version?: number, addedAfter?: number): Promise<number[]> {
  const own = await lake.read(plays, { version, addedAfter });
  const { relation } = await readDeltaTable(path, { version, addedAfter });
  const found = [];
  for (const source of [own, relation])
    found.push((await engine.query(sql`select id from ${source} as t order by id`)).map(({ id }) => Number(id)));
  expect(found[0]).toEqual(found[1]);
  return found[0] ?? [];
}
const numbers = (count: number, isKept: (id: number) => boolean) =>
  Array.from({ length: count }, (_, i) => i).filter(isKept);

describe('rows that a deletion vector names', () => {
  it('stay away at their version, whatever file and partition they lie in, and are there before it', async () => {
    await lake.append(plays, rows(0, 2_000));
    await deleteRows(row => row % 3 === 0);
    // Each partition's file holds every other id, in order.
    expect(await ids()).toEqual(numbers(2_000, id => Math.floor(id / 2) % 3 !== 0));
    expect(await ids(0)).toHaveLength(2_000);
    await lake.append(plays, rows(2_000, 10));
    expect(await ids()).toHaveLength(2_000 - 2 * 334 + 10);
    await deleteRows(() => true);
    expect(await ids()).toEqual([]);
  });

  it('do not come with the changes of a version; what is left of their file does', async () => {
    await lake.append(plays, rows(0, 10, '2026-01-01'));
    await deleteRows(row => row < 4);
    await lake.append(plays, rows(10, 2, '2026-01-01'));
    expect(await ids(2, 1)).toEqual([10, 11]);
    expect(await ids(2, 0)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('are gone from the files after a compaction', async () => {
    await lake.append(plays, rows(0, 10, '2026-01-01'));
    await lake.append(plays, rows(10, 10, '2026-01-01'));
    await deleteRows(row => row % 2 === 1);
    const left = await ids();
    expect(left).toHaveLength(10);
    expect(await optimizeTable(engine, path)).toMatchObject({ removedFileCount: 2, addedFileCount: 1 });
    expect(await ids()).toEqual(left);
    expect([...(await new DeltaTable(path).snapshot()).files.values()].map(file => file.deletionVector)).toEqual([
      undefined,
    ]);
  });

  it('do not come back when their file is written anew by a merge, nor does a key of them hide the new row', async () => {
    await lake.append(plays, rows(0, 10, '2026-01-01'));
    await deleteRows(row => row >= 8);
    await lake.merge(plays, sql`select v.id, 'new' as note, '2026-01-01' as day from (values (1), (9)) as v(id)`, [
      'id',
    ]);
    expect(await ids()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 9]);
    const found = await engine.query(sql`select id from ${await lake.read(plays)} as p where note = 'new' order by id`);
    expect(found.map(({ id }) => Number(id))).toEqual([1, 9]);
  });

  it('come back with the version before, and the file that names them lives as long as it is needed', async () => {
    await lake.append(plays, rows(0, 10, '2026-01-01'));
    await deleteRows(row => row < 5);
    const table = new DeltaTable(path);
    const later = { retentionMs: 0, isForced: true, nowMs: Date.now() + 60_000 };
    await vacuum(table, later);
    expect(await ids()).toHaveLength(5);
    await commit(table, await stageRestore(table, await table.snapshot(0), Date.now()));
    expect(await ids()).toHaveLength(10);
    await commit(table, await stageRestore(table, await table.snapshot(1), Date.now()));
    expect(await ids()).toHaveLength(5);
    await lake.overwrite(plays, rows(0, 1));
    await vacuum(table, later);
    expect((await readdir(path)).filter(name => name.includes('deletion_vector'))).toEqual([]);
    await expect(stageRestore(table, await table.snapshot(1), Date.now())).rejects.toMatchObject({
      code: 'DELTA_MISSING_FILE',
    });
  });

  it('may be many: half of a million, in a text that stays small', async () => {
    await lake.append(plays, rows(0, 400_000, '2026-01-01'));
    await deleteRows(row => (row * 2_654_435_761) % 1_000 < 500);
    const kept = numbers(400_000, id => (id * 2_654_435_761) % 1_000 >= 500);
    const source = await readDeltaTable(path);
    const [found] = await engine.query(
      sql`select count(*) as row_count, sum(id)::varchar as total from ${source.relation} as t`,
    );
    expect(found).toEqual({ row_count: BigInt(kept.length), total: String(kept.reduce((a, b) => a + b, 0)) });
    expect(
      source.relation.parts.reduce((sum, part) => sum + JSON.stringify(part, (_, v) => String(v)).length, 0),
    ).toBeLessThan(400_000);
    expect(source.files[0]?.rowCount).toBe(kept.length);
  });
});
