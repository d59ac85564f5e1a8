import { mkdtemp, readdir, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  changesBetween,
  column,
  commit,
  DeltaTable,
  type NewFile,
  openTable,
  stageAppend,
  stageOverwrite,
  stageReplacePartitions,
  vacuum,
} from '#delta';

const day = 86_400_000;
const shape = {
  schema: { type: 'struct' as const, fields: [column('id', 'long', 'Who it is.'), column('day', 'date')] },
  partitionColumns: ['day'],
};

let path: string;
let table: DeltaTable;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'playhead-delta-'));
  table = new DeltaTable(path);
});
afterEach(() => rm(path, { recursive: true, force: true }));

const file = (name: string, on = '2024-01-01'): NewFile => ({
  path: `day=${on}/${name}.parquet`,
  partitionValues: { day: on },
  sizeBytes: 10,
  modifiedMs: 0,
});
const options = { shape, nowMs: 1_700_000_000_000 };
const append = async (name: string, more = {}) =>
  commit(table, stageAppend(await table.newest(), path, [file(name)], { ...options, ...more }));
const live = async (of = table, version?: number) =>
  [...(await of.snapshot(version)).files.values()].map(({ path: p }) => p.replace(/^.*\/|\.parquet$/g, '')).sort();
const logFile = (version: number, ending = '.json') =>
  join(path, '_delta_log', `${String(version).padStart(20, '0')}${ending}`);

describe('the log of a Delta table', () => {
  it('is no table before its first commit', async () => {
    expect(await table.version()).toBeUndefined();
    await expect(openTable(path)).rejects.toMatchObject({ code: 'DELTA_NOT_A_TABLE' });
  });

  it('keeps the protocol, the schema with its comments, and the files of its first commit', async () => {
    expect(await append('a')).toEqual({ version: 0, wasMade: false });
    const snapshot = await (await openTable(path)).snapshot();
    expect(snapshot.protocol).toMatchObject({ minReaderVersion: 1, minWriterVersion: 2 });
    expect(snapshot.metaData.partitionColumns).toEqual(['day']);
    expect(snapshot.schema.fields[0]).toEqual({
      name: 'id',
      type: 'long',
      nullable: true,
      metadata: { comment: 'Who it is.' },
    });
    expect(await live()).toEqual(['a']);
  });

  it('follows what another process has committed', async () => {
    await append('a');
    const other = new DeltaTable(path);
    await other.newest();
    await append('b');
    await append('c');
    expect(await other.version()).toBe(2);
    expect(await live(other)).toEqual(['a', 'b', 'c']);
    expect(await live(other, 0)).toEqual(['a']);
  });

  it('notices that the folder was emptied and filled anew', async () => {
    await append('a');
    const other = new DeltaTable(path);
    await other.newest();
    await rm(join(path, '_delta_log'), { recursive: true });
    expect(await other.version()).toBeUndefined();
    table = new DeltaTable(path);
    await append('z');
    expect(await live(other)).toEqual(['z']);
  });

  it('reads the version that was the newest at a time', async () => {
    await append('a');
    await append('b');
    await utimes(logFile(0), 1000, 1000);
    await utimes(logFile(1), 2000, 2000);
    expect((await table.snapshotAt(new Date(1_500_000))).version).toBe(0);
    expect((await table.snapshotAt(new Date(2_000_000))).version).toBe(1);
    await expect(table.snapshotAt(new Date(999_000))).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
    await expect(table.snapshot(2)).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
  });

  it('starts from a checkpoint every ten commits, and from the log alone when the checkpoint is damaged', async () => {
    for (let i = 0; i <= 12; i += 1) await append(`f${i}`, { progress: { appId: 'job', version: i } });
    const all = await live();
    expect(await readdir(join(path, '_delta_log'))).toContain('_last_checkpoint');
    await unlink(logFile(3));
    const fromCheckpoint = new DeltaTable(path);
    expect(await live(fromCheckpoint)).toEqual(all);
    expect((await fromCheckpoint.snapshot()).txns.get('job')).toBe(12n);
    await writeFile(logFile(10, '.checkpoint.parquet'), 'no parquet');
    await expect(live(new DeltaTable(path))).rejects.toMatchObject({ code: 'DELTA_CORRUPT_LOG' });
  });

  it('reads through a damaged checkpoint where the commits are still there', async () => {
    for (let i = 0; i <= 11; i += 1) await append(`f${i}`);
    await writeFile(logFile(10, '.checkpoint.parquet'), 'no parquet');
    expect(await live(new DeltaTable(path))).toEqual(await live());
  });

  it('names the missing commit and the damaged line', async () => {
    await append('a');
    await append('b');
    await append('c');
    await writeFile(logFile(2), '{"commitInfo":{}}\n{"add":\n');
    await expect(openTable(path)).rejects.toMatchObject({ code: 'DELTA_CORRUPT_LOG', at: `${logFile(2)}:2` });
    await unlink(logFile(1));
    await expect(openTable(path)).rejects.toMatchObject({ code: 'DELTA_MISSING_COMMIT', at: logFile(1) });
  });

  it('keeps progress that is larger than a double can hold', async () => {
    await append('a', { progress: { appId: 'job', version: 9_007_199_254_740_993n } });
    expect((await (await openTable(path)).snapshot()).txns.get('job')).toBe(9_007_199_254_740_993n);
  });

  it('tells what was added and removed between two versions', async () => {
    await append('a');
    await append('b');
    const replaced = stageReplacePartitions(
      await table.newest(),
      path,
      [file('c')],
      f => f.partitionValues.day === '2024-01-01',
      options,
    );
    await commit(table, replaced);
    const changes = await changesBetween(table, 0, 2);
    expect(changes.added.map(f => f.path)).toEqual(['day=2024-01-01/c.parquet']);
    expect(changes.removed.map(f => f.path)).toEqual(['day=2024-01-01/a.parquet']);
  });

  it('refuses to remove rows of an append-only table', async () => {
    await commit(
      table,
      stageAppend(undefined, path, [file('a')], {
        ...options,
        shape: { ...shape, properties: { 'delta.appendOnly': 'true' } },
      }),
    );
    const snapshot = await table.newest();
    expect(() => stageOverwrite(snapshot, path, [], options)).toThrow(/append-only/);
  });
});

describe('writers that meet', () => {
  it('lets two appends both in', async () => {
    await append('a');
    const basis = await table.newest();
    const [one, two] = [stageAppend(basis, path, [file('b')], options), stageAppend(basis, path, [file('c')], options)];
    expect(await commit(table, one)).toMatchObject({ version: 1 });
    expect(await commit(new DeltaTable(path), two)).toMatchObject({ version: 2 });
    expect(await live()).toEqual(['a', 'b', 'c']);
  });

  it('refuses an overwrite when another writer removed the same file', async () => {
    await append('a');
    const basis = await table.newest();
    const [one, two] = [
      stageOverwrite(basis, path, [file('b')], options),
      stageOverwrite(basis, path, [file('c')], options),
    ];
    await commit(table, one);
    await expect(commit(new DeltaTable(path), two)).rejects.toMatchObject({ code: 'DELTA_CONFLICT' });
    expect(await live()).toEqual(['b']);
  });

  it('lets replaced partitions in beside each other when they are not the same', async () => {
    await commit(table, stageAppend(undefined, path, [file('a', '2024-01-01'), file('b', '2024-01-02')], options));
    const basis = await table.newest();
    const replace = (on: string, name: string) =>
      stageReplacePartitions(basis, path, [file(name, on)], f => f.partitionValues.day === on, options);
    await commit(table, replace('2024-01-01', 'c'));
    await commit(new DeltaTable(path), replace('2024-01-02', 'd'));
    expect(await live()).toEqual(['c', 'd']);
  });

  it('makes progress of one application once, even when two processes try', async () => {
    const progress = { appId: 'job', version: 1 };
    await append('a');
    const basis = await table.newest();
    const staged = stageAppend(basis, path, [file('b')], { ...options, progress });
    const again = stageAppend(basis, path, [file('c')], { ...options, progress });
    expect(await commit(table, staged)).toEqual({ version: 1, wasMade: false });
    expect(await commit(new DeltaTable(path), again)).toEqual({ version: 1, wasMade: true });
    expect(await live()).toEqual(['a', 'b']);
  });

  it('refuses to create a table that another writer has created', async () => {
    const staged = stageAppend(undefined, path, [file('b')], options);
    await append('a');
    await expect(commit(new DeltaTable(path), staged)).rejects.toMatchObject({ code: 'DELTA_CONFLICT' });
  });
});

describe('vacuum', () => {
  it('deletes what no version within the retention needs, and nothing else', async () => {
    const nowMs = Date.now();
    await writeFile(join(path, 'orphan.parquet'), 'x');
    await writeFile(join(path, 'young.parquet'), 'x');
    await writeFile(join(path, 'live.parquet'), 'x');
    await writeFile(join(path, 'removed-lately.parquet'), 'x');
    await writeFile(join(path, '_keep'), 'x');
    const plain = { shape: { ...shape, partitionColumns: [] }, nowMs };
    const named = (name: string): NewFile => ({ path: name, partitionValues: {}, sizeBytes: 1, modifiedMs: 0 });
    await commit(table, stageAppend(undefined, path, [named('removed-lately.parquet')], plain));
    await commit(table, stageOverwrite(await table.newest(), path, [named('live.parquet')], plain));
    const old = (nowMs - 8 * day) / 1000;
    for (const name of ['orphan', 'live', 'removed-lately']) await utimes(join(path, `${name}.parquet`), old, old);
    expect((await vacuum(table, { isDryRun: true })).paths).toEqual(['orphan.parquet']);
    expect(await vacuum(table)).toEqual({ paths: ['orphan.parquet'], sizeBytes: 1 });
    expect((await vacuum(table, { nowMs: nowMs + 9 * day })).paths.toSorted()).toEqual([
      'removed-lately.parquet',
      'young.parquet',
    ]);
    expect((await readdir(path)).sort()).toEqual(['_delta_log', '_keep', 'live.parquet']);
  });
});
