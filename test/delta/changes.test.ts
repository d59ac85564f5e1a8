import { mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesBetween, openTable, writeCheckpoint } from '#delta';
import { addOf, created, logName, metaDataOf, removeOf, writeCommit } from './log-folder.js';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'playhead-changes-'));
  await writeCommit(path, 0, [...created, addOf('a'), addOf('b')]);
});
afterEach(() => rm(path, { recursive: true, force: true }));

const changes = async (from: number, to: number) => {
  const found = await changesBetween(await openTable(path), from, to);
  const names = (files: readonly { readonly path: string }[]) => files.map(file => file.path);
  return { ...found, added: names(found.added), removed: names(found.removed) };
};
const vector = (offset: number) => ({
  deletionVector: {
    storageType: 'u',
    pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^',
    offset,
    sizeInBytes: 40,
    cardinality: 6,
  },
});
const columns = (fields: readonly object[]) => ({ schemaString: JSON.stringify({ type: 'struct', fields }) });
const id = { name: 'id', type: 'long', nullable: true, metadata: {} };

describe('the change between two versions (Delta, "Add File and Remove File")', () => {
  it('is all that there is, from before the first commit', async () => {
    expect(await changes(-1, 0)).toMatchObject({
      added: ['a', 'b'],
      removed: [],
      changedMetaData: true,
      changedSchema: false,
    });
  });

  it('is nothing from a version to itself', async () => {
    expect(await changes(0, 0)).toMatchObject({ added: [], removed: [], changedMetaData: false });
  });

  it('leaves out what came and went in between, and what went and came back', async () => {
    await writeCommit(path, 1, [addOf('c'), removeOf('a')]);
    await writeCommit(path, 2, [removeOf('c'), addOf('a'), addOf('d')]);
    expect(await changes(0, 2)).toMatchObject({ added: ['d'], removed: [] });
    expect(await changes(1, 2)).toMatchObject({ added: ['a', 'd'], removed: ['c'] });
  });

  it('knows a file by its path however it is spelled', async () => {
    await writeCommit(path, 1, [addOf('x%20y')]);
    await writeCommit(path, 2, [removeOf('x y')]);
    expect(await changes(0, 2)).toMatchObject({ added: [], removed: [] });
  });

  it('leaves out commits that only move rows', async () => {
    await writeCommit(path, 1, [addOf('c')]);
    const move = { dataChange: false };
    await writeCommit(path, 2, [removeOf('a', move), removeOf('c', move), addOf('ac', move)]);
    expect(await changes(1, 2)).toMatchObject({ added: [], removed: [] });
    expect(await changes(0, 2)).toMatchObject({ added: ['c'], removed: [] });
  });

  it('adds up when what was moved is then removed', async () => {
    await writeCommit(path, 1, [addOf('c')]);
    await writeCommit(path, 2, [removeOf('c', { dataChange: false }), addOf('moved', { dataChange: false })]);
    await writeCommit(path, 3, [removeOf('moved')]);
    // Rows of c came, and the same rows went.
    expect(await changes(0, 3)).toMatchObject({ added: ['c'], removed: ['moved'] });
  });

  it('names a file with another deletion vector as removed and added (Delta, "Deletion Vectors")', async () => {
    await writeCommit(path, 1, [removeOf('a'), addOf('a', vector(1))]);
    await writeCommit(path, 2, [removeOf('a', vector(1)), addOf('a', vector(2))]);
    const found = await changesBetween(await openTable(path), 0, 1);
    expect(found.removed.map(file => [file.path, file.deletionVector])).toEqual([['a', undefined]]);
    expect(found.added).toMatchObject([{ path: 'a', deletionVector: { offset: 1 } }]);
    const both = await changesBetween(await openTable(path), 0, 2);
    expect(both.removed.map(file => [file.path, file.deletionVector])).toEqual([['a', undefined]]);
    expect(both.added).toMatchObject([{ path: 'a', deletionVector: { offset: 2 } }]);
  });

  it('tells the progress that applications reached (Delta, "Transaction Identifiers")', async () => {
    const txn = (appId: string, version: number) => ({ txn: { appId, version } });
    await writeCommit(path, 1, [txn('job', 1), txn('other', 5)]);
    await writeCommit(path, 2, [txn('job', 2)]);
    expect((await changes(0, 2)).txns).toEqual(
      new Map([
        ['job', 2n],
        ['other', 5n],
      ]),
    );
    expect((await changes(2, 2)).txns.size).toBe(0);
  });
});

describe('a change of the schema in between (Delta, "Change Metadata")', () => {
  it.each([
    ['a new column', columns([id, { ...id, name: 'more' }])],
    ['another type', columns([{ ...id, type: 'string' }])],
    ['another name', columns([{ ...id, name: 'key' }])],
    ['a column dropped and made anew', columns([{ ...id, metadata: { 'delta.columnMapping.physicalName': 'col-2' } }])],
    ['another partitioning', { partitionColumns: ['id'] }],
  ])('is told: %s', async (_what, more) => {
    await writeCommit(path, 1, [{ metaData: metaDataOf(more) }]);
    expect(await changes(0, 1)).toMatchObject({ changedMetaData: true, changedSchema: true });
    expect(await changes(-1, 1)).toMatchObject({ changedSchema: true });
    expect(await changes(1, 1)).toMatchObject({ changedMetaData: false, changedSchema: false });
  });

  it('is told also when it was taken back again', async () => {
    await writeCommit(path, 1, [{ metaData: metaDataOf(columns([id, { ...id, name: 'more' }])) }]);
    await writeCommit(path, 2, [{ metaData: metaDataOf() }]);
    expect(await changes(0, 2)).toMatchObject({ changedSchema: true });
  });

  it('is none when only a property or a comment changed', async () => {
    const commented = columns([{ ...id, metadata: { comment: 'Who it is.' } }]);
    await writeCommit(path, 1, [{ metaData: metaDataOf({ ...commented, configuration: { colour: 'blue' } }) }]);
    expect(await changes(0, 1)).toMatchObject({ changedMetaData: true, changedSchema: false });
  });
});

describe('a change that cannot be told', () => {
  beforeEach(async () => {
    for (const version of [1, 2, 3]) await writeCommit(path, version, [addOf(`f${version}`)]);
    const table = await openTable(path);
    await writeCheckpoint(table, await table.snapshot(2));
    for (const version of [0, 1]) await unlink(join(path, '_delta_log', logName(version)));
  });

  it('names the commit that was cleaned away (Delta, "Metadata Cleanup")', async () => {
    await expect(changes(0, 3)).rejects.toMatchObject({
      code: 'DELTA_MISSING_COMMIT',
      at: join(path, '_delta_log', logName(1)),
      message: expect.stringContaining('version 1'),
    });
    expect(await changes(1, 3)).toMatchObject({ added: ['f2', 'f3'] });
  });

  it('takes the schema for changed where the version before is gone', async () => {
    await writeCommit(path, 4, [{ metaData: metaDataOf() }]);
    expect(await changes(1, 4)).toMatchObject({ changedSchema: true });
    expect(await changes(2, 4)).toMatchObject({ changedSchema: false });
  });

  it('names a version that is not there yet', async () => {
    await expect(changes(0, 9)).rejects.toMatchObject({
      code: 'DELTA_VERSION_NOT_FOUND',
      message: 'there is no version 9; the newest is 3',
    });
  });
});
