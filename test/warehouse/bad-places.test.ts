import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalStore, DeltaTable, storageError } from '#delta';
import { sql } from '#sql';
import { DuckdbEngine, FolderLake, openLake } from '#warehouse';

const things = { name: 'things', columns: { id: 'bigint' }, partitionBy: [] } as const;
const isRoot = process.getuid?.() === 0;

let folder: string;
let engine: DuckdbEngine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-places-'));
  engine = await DuckdbEngine.open({ threads: 1 });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const rows = sql`select 1 as id`;

describe('places where a table cannot be', () => {
  it('says that a file stands where the data folder should be', async () => {
    await writeFile(join(folder, 'data'), 'x');
    const lake = openLake({ folder: join(folder, 'data'), engine });
    await expect(lake.append(things, rows)).rejects.toMatchObject({ code: 'DATA_NOT_WRITABLE' });
  });

  it.skipIf(isRoot)('says that the folder cannot be written', async () => {
    await chmod(folder, 0o500);
    const lake = openLake({ folder, engine });
    await expect(lake.append(things, rows)).rejects.toMatchObject({ code: 'DATA_NOT_WRITABLE' });
    await chmod(folder, 0o700);
  });

  it('says what the operating system means', () => {
    const failure = (code: string) => Object.assign(new Error(code), { code });
    expect(storageError(failure('EACCES'), '/d')).toMatchObject({ code: 'DATA_NOT_WRITABLE', at: '/d' });
    expect(storageError(failure('EROFS'), '/d')).toMatchObject({ code: 'DATA_NOT_WRITABLE' });
    expect(storageError(failure('ENOSPC'), '/d')).toMatchObject({ code: 'DATA_DISK_FULL' });
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full when the engine says so', async () => {
    await expect(
      engine.run(sql`copy (select range as id from range(1000000)) to '/dev/full' (format csv)`),
    ).rejects.toThrow(/no space left/i);
  });

  it('refuses a folder that holds files and is no Delta table, for reading and for writing', async () => {
    await mkdir(join(folder, 'things'));
    await writeFile(join(folder, 'things', 'part-0.parquet'), 'x');
    const lake = openLake({ folder, engine });
    for (const attempt of [() => lake.version('things'), () => lake.read(things), () => lake.append(things, rows)]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'DELTA_NOT_A_TABLE' });
    }
    expect(await readdir(join(folder, 'things'))).toEqual(['part-0.parquet']);
  });

  it('takes what a killed first write has left for no table yet', async () => {
    await mkdir(join(folder, 'things', '_delta_log'), { recursive: true });
    await writeFile(join(folder, 'things', 'playhead-1234.parquet'), 'x');
    await writeFile(join(folder, 'things', '_delta_log', '.playhead-1234.tmp'), 'x');
    const lake = openLake({ folder, engine });
    expect(await lake.version('things')).toBeUndefined();
    expect(await lake.append(things, rows)).toMatchObject({ version: 0 });
  });
});

describe('a disk that fails in the middle', () => {
  const failing = (moment: string, ending: string) =>
    createLocalStore((now, path) => {
      if (now === moment && path.endsWith(ending)) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    });
  const lakeOver = (moment: string, ending: string) =>
    new FolderLake(
      { folder, engine },
      new Map([['things', new DeltaTable(join(folder, 'things'), failing(moment, ending))]]),
    );
  const dataFiles = async () => (await readdir(join(folder, 'things'))).filter(name => name.endsWith('.parquet'));

  it('before the commit has its name: nothing is left, and the old version stays', async () => {
    await openLake({ folder, engine }).append(things, rows);
    await expect(lakeOver('written', '1.json').append(things, rows)).rejects.toMatchObject({ code: 'DATA_DISK_FULL' });
    expect(await openLake({ folder, engine }).version('things')).toBe(0);
    expect(await dataFiles()).toHaveLength(1);
  });

  it('after the commit has its name: the rows are kept, for the table has them', async () => {
    await openLake({ folder, engine }).append(things, rows);
    await expect(lakeOver('tidied', '1.json').append(things, rows)).rejects.toThrow();
    const lake = openLake({ folder, engine });
    expect(await engine.query(sql`select count(*) as n from ${await lake.read(things)} as t`)).toEqual([{ n: 2n }]);
  });

  it('at a checkpoint: the commit stands, and the failure is told', async () => {
    const lake = lakeOver('written', '.checkpoint.parquet');
    for (let i = 0; i < 10; i += 1) await lake.append(things, rows);
    expect(await lake.append(things, rows)).toMatchObject({
      version: 10,
      rowCount: 1,
      checkpointFailure: { code: 'DATA_DISK_FULL' },
    });
    expect(await openLake({ folder, engine }).version('things')).toBe(10);
  });
});
