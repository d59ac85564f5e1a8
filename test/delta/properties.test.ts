import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { column, commit, DeltaTable, type NewFile, stageAppend, stageProperties, vacuum, writeStats } from '#delta';
import { addOf, created, logName, metaDataOf, writeCommit } from './log-folder.js';

let path: string;
let table: DeltaTable;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'playhead-properties-'));
  table = new DeltaTable(path);
});
afterEach(() => rm(path, { recursive: true, force: true }));

const shape = { schema: { type: 'struct' as const, fields: [column('id', 'long')] }, partitionColumns: [] };
const file = (name: string, more: Partial<NewFile> = {}): NewFile => ({
  path: name,
  partitionValues: {},
  sizeBytes: 1,
  modifiedMs: 1,
  ...more,
});
const append = async (name: string, nowMs = 1, more: Partial<NewFile> = {}) =>
  commit(table, stageAppend(await table.newest(), path, [file(name, more)], { shape, nowMs }));
const change = async (set: Readonly<Record<string, string>>, unset: readonly string[] = []) =>
  commit(table, stageProperties(await table.snapshot(), path, { set, unset, nowMs: 1 }));
const properties = async () => (await table.snapshot()).metaData.configuration;

describe('Delta, "Table Properties"', () => {
  beforeEach(async () => {
    await append('a');
  });

  it('are set and taken away as versions of the table, and keep all else of it', async () => {
    await change({ 'delta.checkpointInterval': '3', owner: "ann's = team" });
    expect(await properties()).toEqual({ 'delta.checkpointInterval': '3', owner: "ann's = team" });
    await change({}, ['owner']);
    expect(await properties()).toEqual({ 'delta.checkpointInterval': '3' });
    const { metaData, files, version } = await table.snapshot();
    expect([version, files.size, metaData.id]).toEqual([2, 1, (await table.snapshot(0)).metaData.id]);
    expect((await table.history()).map(({ info }) => info?.operation)).toEqual([
      'UNSET TBLPROPERTIES',
      'SET TBLPROPERTIES',
      'WRITE',
    ]);
  });

  it('are honoured from the next commit on', async () => {
    await change({ 'delta.checkpointInterval': '3', 'delta.appendOnly': 'true' });
    await append('b');
    await append('c');
    expect(await readFile(join(path, '_delta_log', logName(3, '.checkpoint.parquet')))).toBeDefined();
  });

  it.each([
    [{ 'delta.appendOnly': 'yes' }, [], 'true or false'],
    [{ 'delta.checkpointInterval': '0' }, [], 'from 1 on'],
    [{ 'delta.logRetentionDuration': '7' }, [], 'interval 7 days'],
    [{ 'delta.dataSkippingStatsColumns': 'id,nobody' }, [], '"nobody"'],
    [{ 'delta.enableChangeDataFeed': 'true' }, [], 'not honoured'],
    [{ 'delta.columnMapping.mode': 'name' }, [], 'not honoured'],
    [{ 'DELTA.appendonly': 'true' }, [], 'not honoured'],
    [{ ' ': 'x' }, [], 'needs a name'],
    [{}, ['nothing'], 'not set'],
  ])('%j without %j is refused, and nothing changes', async (set, unset, message) => {
    await expect(change(set, unset)).rejects.toMatchObject({
      code: 'DELTA_PROPERTY_INVALID',
      message: expect.stringContaining(message),
    });
    expect((await table.snapshot()).version).toBe(0);
  });
});

describe('vacuum', () => {
  it('keeps to the retention of the table unless it is forced', async () => {
    await append('a');
    await writeFile(join(path, 'orphan.parquet'), '');
    const soon = { nowMs: Date.now() + 3_600_000 };
    const short = { code: 'DELTA_RETENTION_TOO_SHORT', message: expect.stringContaining('168 hours') };
    await expect(vacuum(table, { retentionMs: 0, ...soon })).rejects.toMatchObject(short);
    await expect(vacuum(table, { retentionMs: 0, isDryRun: true, ...soon })).rejects.toMatchObject(short);
    await change({ 'delta.deletedFileRetentionDuration': 'interval 0 hours' });
    expect((await vacuum(table, { retentionMs: 0, ...soon })).paths).toEqual(['orphan.parquet']);
  });
});

describe('Delta, "Column Invariants"', () => {
  const required = { name: 'id', type: 'long', nullable: false, metadata: {} };
  beforeEach(() =>
    writeCommit(path, 0, [
      created[0],
      { metaData: metaDataOf({ schemaString: JSON.stringify({ type: 'struct', fields: [required] }) }) },
    ]),
  );

  it('a column that must not be null takes no nulls', async () => {
    const stats = (nullCount: number) => writeStats(2, { id: { nullCount, min: 1, max: 2 } });
    await append('a', 1, { stats: stats(0) });
    const refused = { code: 'DELTA_SCHEMA_MISMATCH', message: expect.stringContaining('"id"') };
    await expect(append('b', 1, { stats: stats(1) })).rejects.toMatchObject(refused);
    await expect(append('c')).rejects.toMatchObject(refused);
    expect((await table.snapshot()).files.size).toBe(1);
  });
});

describe('Delta, "In-Commit Timestamps"', () => {
  const configuration = { 'delta.enableInCommitTimestamps': 'true' };
  const named = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['inCommitTimestamp'] };
  const infoOf = async (version: number) =>
    JSON.parse((await readFile(join(path, '_delta_log', logName(version)), 'utf8')).split('\n')[0] ?? '');
  const first = (ms: number) => ({ commitInfo: { timestamp: ms, inCommitTimestamp: ms, operation: 'CREATE TABLE' } });

  it('each commit says in its first line a time later than the one before, whatever the clock says', async () => {
    await writeCommit(path, 0, [first(5_000), { protocol: named }, { metaData: metaDataOf({ configuration }) }]);
    await append('a', 9_000);
    await append('b', 7_000);
    expect((await infoOf(1)).commitInfo).toMatchObject({ inCommitTimestamp: 9_000 });
    expect((await infoOf(2)).commitInfo).toMatchObject({ inCommitTimestamp: 9_001 });
    expect((await table.commit(2)).timestampMs).toBe(9_001);
  });

  it('the version at a time goes by them from the version on that turned them on', async () => {
    await writeCommit(path, 0, [...created, addOf('a')]);
    const turnedOn = { ...configuration, 'delta.inCommitTimestampEnablementVersion': '1' };
    const year = Date.UTC(2050, 0, 1);
    await writeCommit(path, 1, [
      first(year),
      { protocol: named },
      { metaData: metaDataOf({ configuration: turnedOn }) },
    ]);
    for (const hours of [1, 2, 3]) await append(`b${hours}`, year + hours * 3_600_000);
    const at = async (ms: number) => (await table.snapshotAt(new Date(ms))).version;
    expect(await at(year - 1)).toBe(0);
    expect(await at(year)).toBe(1);
    expect(await at(year + 3_600_000)).toBe(2);
    expect(await at(year + 3 * 3_600_000 - 1)).toBe(3);
    expect(await at(year + 100 * 3_600_000)).toBe(4);
  });
});
