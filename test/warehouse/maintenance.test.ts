import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  changesBetween,
  cleanLog,
  column,
  commit,
  DeltaTable,
  isAtVersion,
  locateFile,
  planCompaction,
  stageAppend,
  stageCompaction,
  stageRestore,
  vacuum,
} from '#delta';
import { lit, sql } from '#sql';
import { DuckdbEngine, type FolderLake, openLake, optimizeTable, readDeltaTable, type TableSpec } from '#warehouse';

const plays = {
  name: 'plays',
  columns: { id: 'bigint', who: 'string', tags: 'string_list', day: 'date' },
  partitionBy: ['day'],
} as const satisfies TableSpec;

let folder: string;
let path: string;
let engine: DuckdbEngine;
let lake: FolderLake;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-maintenance-'));
  path = join(folder, 'plays');
  engine = await DuckdbEngine.open({ threads: 2 });
  lake = openLake({ folder, engine });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const row = (id: number, day: string) =>
  sql`select ${lit(id)} as id, ${lit(`viewer ${id % 3}`)} as who, ['a'] as tags, ${lit(day)} as day`;
const append = (id: number, day = '2026-01-01') => lake.append(plays, row(id, day));
const rows = async (version?: number) => {
  const { relation } = await readDeltaTable(path, { version });
  return engine.query(sql`select id, who, tags, cast(day as varchar) as day from ${relation} as t order by id`);
};
const restoreTo = async (version: number) => {
  const table = new DeltaTable(path);
  return commit(table, await stageRestore(table, await table.snapshot(version), Date.now()));
};

describe('optimize', () => {
  it('puts the small files of each partition together and changes no row', async () => {
    for (const id of [1, 2, 3]) await append(id);
    for (const id of [4, 5]) await append(id, '2026-01-02');
    const before = await rows();
    expect(await optimizeTable(engine, path, { isDryRun: true })).toMatchObject({
      removedFileCount: 5,
      addedFileCount: 2,
    });
    expect((await new DeltaTable(path).snapshot()).files.size).toBe(5);
    const done = await optimizeTable(engine, path);
    expect(done).toMatchObject({ version: 5, removedFileCount: 5, addedFileCount: 2 });
    expect((await new DeltaTable(path).snapshot()).files.size).toBe(2);
    expect(await rows()).toEqual(before);
    expect(await rows(4)).toEqual(before);
    expect(await optimizeTable(engine, path)).toMatchObject({ version: 5, removedFileCount: 0 });
  });

  it('is no change to those who follow the table, whichever side of it they stand on', async () => {
    await append(1);
    await append(2);
    await optimizeTable(engine, path);
    await append(3);
    const table = new DeltaTable(path);
    expect(await changesBetween(table, 1, 2)).toMatchObject({ added: [], removed: [] });
    const sinceFirst = await lake.read(plays, { addedAfter: 0 });
    expect(await engine.query(sql`select id from ${sinceFirst} as t order by id`)).toEqual([{ id: 2n }, { id: 3n }]);
  });

  it('sorts, so that statistics can rule files out', async () => {
    const ids = [5, 3, 9, 1];
    for (const id of ids) await append(id);
    await optimizeTable(engine, path, { sortBy: ['id'] });
    const { relation } = await readDeltaTable(path);
    expect((await engine.query(sql`select id from ${relation} as t`)).map(({ id }) => Number(id))).toEqual([
      1, 3, 5, 9,
    ]);
    await expect(optimizeTable(engine, path, { sortBy: ['idd'] })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });

  it('goes together with an append, and not with a removal of the same files', async () => {
    await append(1);
    await append(2);
    const table = new DeltaTable(path);
    const before = await table.snapshot();
    const moved = planCompaction(before, { targetBytes: 1_000_000 }).flat();
    const options = { nowMs: Date.now(), sortBy: [], targetBytes: 1_000_000 };
    await append(3);
    await expect(commit(table, stageCompaction(before, moved, [], options))).resolves.toMatchObject({ version: 3 });
    await lake.overwrite(plays, row(9, '2026-01-01'));
    await expect(commit(table, stageCompaction(before, moved, [], options))).rejects.toMatchObject({
      code: 'DELTA_CONFLICT',
    });
    expect((await rows()).map(({ id }) => id)).toEqual([9n]);
  });

  it('refuses a table with a column of a type that is read but not written, by its name', async () => {
    const schema = { type: 'struct', fields: [column('price', 'decimal(10,2)')] } as const;
    const shape = { schema, partitionColumns: [] };
    await commit(new DeltaTable(path), stageAppend(undefined, path, [], { shape, nowMs: Date.now() }));
    await expect(optimizeTable(engine, path)).rejects.toThrow('column "price" is of type decimal(10,2)');
  });
});

describe('restore', () => {
  it('brings an older version back as a new one, rows and columns', async () => {
    await append(1);
    await lake.overwrite(
      { ...plays, columns: { id: 'bigint', day: 'date' } },
      sql`select 7 as id, '2026-01-03' as day`,
    );
    const { version } = await restoreTo(0);
    expect(version).toBe(2);
    expect(await rows()).toEqual(await rows(0));
    const table = new DeltaTable(path);
    expect(isAtVersion(await table.snapshot(), await table.snapshot(0))).toBe(true);
    expect((await table.history(1))[0]?.info).toMatchObject({
      operation: 'RESTORE',
      operationParameters: { version: '0' },
    });
  });

  it('takes away what came since', async () => {
    await append(1);
    await append(2);
    await restoreTo(0);
    expect((await rows()).map(({ id }) => id)).toEqual([1n]);
  });

  it('refuses where vacuum has been, and changes nothing', async () => {
    await append(1);
    await lake.overwrite(plays, row(2, '2026-01-01'));
    await vacuum(new DeltaTable(path), { retentionMs: 0, isForced: true, nowMs: Date.now() + 60_000 });
    await expect(restoreTo(0)).rejects.toMatchObject({ code: 'DELTA_MISSING_FILE' });
    expect((await rows()).map(({ id }) => id)).toEqual([2n]);
  });
});

describe('log clean-up (Delta, "Metadata Cleanup")', () => {
  const logFiles = async () => (await readdir(join(path, '_delta_log'))).sort();
  const age = async (names: readonly string[], days: number) => {
    const then = new Date(Date.now() - days * 86_400_000);
    for (const name of names) await utimes(join(path, '_delta_log', name), then, then);
  };

  it('deletes what a checkpoint older than the retention has made needless, and no more', async () => {
    for (let id = 0; id <= 12; id += 1) await append(id);
    const before = await rows();
    await age(await logFiles(), 31);
    expect(await cleanLog(new DeltaTable(path), { isDryRun: true })).toMatchObject({ oldestVersion: 10 });
    expect((await logFiles()).filter(name => name.endsWith('.json'))).toHaveLength(13);
    const { names } = await cleanLog(new DeltaTable(path));
    expect(names).toHaveLength(10);
    expect(await rows()).toEqual(before);
    expect(await rows(10)).toHaveLength(11);
    await expect(rows(9)).rejects.toMatchObject({ code: 'DELTA_MISSING_COMMIT' });
  });

  it('keeps everything while no checkpoint is old enough', async () => {
    for (let id = 0; id <= 10; id += 1) await append(id);
    await age(
      (await logFiles()).filter(name => name.endsWith('.json')),
      40,
    );
    expect(await cleanLog(new DeltaTable(path))).toMatchObject({ oldestVersion: 0, names: [] });
  });

  it('comes with the checkpoints', async () => {
    for (let id = 0; id <= 10; id += 1) await append(id);
    await age(await logFiles(), 31);
    for (let id = 11; id <= 20; id += 1) await append(id);
    expect((await logFiles()).filter(name => name.endsWith('.json'))).toHaveLength(11);
    expect(await rows()).toHaveLength(21);
  });

  it('leaves the data of a table whose log was cleaned to vacuum alone', async () => {
    for (let id = 0; id <= 12; id += 1) await append(id);
    await age(await logFiles(), 31);
    await cleanLog(new DeltaTable(path));
    await vacuum(new DeltaTable(path), { retentionMs: 0, isForced: true, nowMs: Date.now() + 60_000 });
    const table = new DeltaTable(path);
    for (const file of (await table.snapshot()).files.values()) {
      expect(await table.store.facts(locateFile(path, file.path))).toBeDefined();
    }
    expect(await rows()).toHaveLength(13);
  });
});
