import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTable, writeCheckpoint } from '#delta';
import { raw, sql } from '#sql';
import { DuckdbEngine, openLake, readDeltaTable } from '#warehouse';
import { addOf, created, logName, metaDataOf, protocol, removeOf, writeCommit } from './log-folder.js';

let engine: DuckdbEngine;
let folder: string;
let path: string;
beforeAll(async () => {
  engine = await DuckdbEngine.open({ threads: 1 });
});
afterAll(() => engine.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-bad-log-'));
  path = join(folder, 'bad');
  await writeCommit(path, 0, [...created, addOf('a.parquet')]);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const spec = { name: 'bad', columns: { id: 'bigint' }, partitionBy: [] } as const;
const inLog = (version: number, ending?: string) => join(path, '_delta_log', logName(version, ending));

/** Every file and folder of the table with its content. */
async function everything(): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(path, { recursive: true });
  const contents = names.toSorted().map(async name => {
    const at = join(path, name);
    return [name, (await stat(at)).isDirectory() ? 'a folder' : await readFile(at, 'base64')] as const;
  });
  return new Map(await Promise.all(contents));
}

/** Reading and writing both fail like this, and the table is what it was. */
async function expectRefusal(error: {
  readonly code: string;
  readonly at: string;
  readonly message: string;
}): Promise<void> {
  const before = await everything();
  const wanted = { code: error.code, at: error.at, message: expect.stringContaining(error.message) };
  await expect(openTable(path)).rejects.toMatchObject(wanted);
  await expect(readDeltaTable(path)).rejects.toMatchObject(wanted);
  const lake = openLake({ folder, engine });
  await expect(lake.read(spec)).rejects.toMatchObject(wanted);
  await expect(lake.append(spec, sql`select 1 as id`)).rejects.toMatchObject(wanted);
  await expect(lake.overwrite(spec, sql`select 1 as id`)).rejects.toMatchObject(wanted);
  await expect(lake.merge(spec, sql`select 1 as id`, ['id'])).rejects.toMatchObject(wanted);
  expect(await everything()).toEqual(before);
}

describe('a commit that is damaged', () => {
  const good = JSON.stringify(addOf('b.parquet'));

  it.each<[string, readonly unknown[], number, string]>([
    ['cut off', [good, '{"add":{"path":"c.par'], 2, 'the line is no JSON'],
    ['with NaN for a number', [good.replace('"size":1', '"size":NaN')], 1, 'the line is no JSON'],
    ['with a size below zero', [addOf('b.parquet', { size: -1 })], 1, 'add.size'],
    ['with half a byte', [addOf('b.parquet', { size: 1.5 })], 1, 'add.size'],
    ['with a size in words', [good, addOf('c.parquet', { size: 'NaN' })], 2, 'add.size'],
    [
      'with a file without a name',
      [{ add: { partitionValues: {}, size: 1, modificationTime: 1, dataChange: true } }],
      1,
      'add.path',
    ],
    ['that is a number', ['7'], 1, 'action'],
    ['that is a list', [good, '[]'], 2, 'action'],
    ['whose action is a text', [{ remove: 'a.parquet' }], 1, 'remove'],
    [
      'with a protocol version below zero',
      [{ protocol: { minReaderVersion: -1, minWriterVersion: 2 } }],
      1,
      'protocol.minReaderVersion',
    ],
    ['with a txn that has no version', [good, { txn: { appId: 'job' } }], 2, 'txn.version'],
  ])('%s is told with its line', async (_what, lines, line, message) => {
    await writeCommit(path, 1, lines);
    await expectRefusal({ code: 'DELTA_CORRUPT_LOG', at: `${inLog(1)}:${line}`, message });
  });

  it.each<[string, readonly unknown[], string]>([
    ['without a line', [], 'the commit file is empty'],
    ['of empty lines', ['', ' ', ''], 'the commit file is empty'],
    ['with two protocols', [{ protocol }, { protocol }], 'holds 2 "protocol" actions'],
    ['with two schemas', [{ metaData: metaDataOf() }, { metaData: metaDataOf() }], 'holds 2 "metaData" actions'],
  ])('%s is told with its file', async (_what, lines, message) => {
    await writeCommit(path, 1, lines);
    await expectRefusal({ code: 'DELTA_CORRUPT_LOG', at: inLog(1), message });
  });

  it.each([
    ['no JSON', 'struct<id:long>'],
    ['no struct', '{"type":"array","elementType":"long"}'],
    ['without fields', '{"type":"struct"}'],
  ])('with a schema that is %s is told with its version', async (_what, schemaString) => {
    await writeCommit(path, 1, [{ metaData: metaDataOf({ schemaString }) }]);
    await expectRefusal({ code: 'DELTA_CORRUPT_LOG', at: `${path} version 1`, message: 'the schema' });
  });

  it('that is no text is told with its file', async () => {
    await writeFile(inLog(1), Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    await expectRefusal({ code: 'DELTA_CORRUPT_LOG', at: inLog(1), message: 'no UTF-8' });
  });

  it('that is a folder is told with its name', async () => {
    await mkdir(inLog(1));
    await expectRefusal({ code: 'DELTA_CORRUPT_LOG', at: inLog(1), message: 'cannot be read' });
  });

  it('leaves the versions before it readable', async () => {
    await writeCommit(path, 1, [addOf('b.parquet')]);
    const before = await openTable(path);
    await writeCommit(path, 2, ['oops']);
    await expect(before.newest()).rejects.toMatchObject({ code: 'DELTA_CORRUPT_LOG', at: `${inLog(2)}:1` });
    expect((await before.snapshot(1)).files.size).toBe(2);
    expect((await readDeltaTable(path, { version: 1 })).files).toHaveLength(2);
    await expect(readDeltaTable(path, { version: 2 })).rejects.toMatchObject({ at: `${inLog(2)}:1` });
  });
});

describe('a log that is not whole', () => {
  it('names the commit that is missing in the middle', async () => {
    await writeCommit(path, 1, [addOf('b.parquet')]);
    await writeCommit(path, 2, [addOf('c.parquet')]);
    await unlink(inLog(1));
    await expectRefusal({ code: 'DELTA_MISSING_COMMIT', at: inLog(1), message: 'version 1' });
  });

  it('names the first commit when the beginning is gone', async () => {
    await writeCommit(path, 1, [addOf('b.parquet')]);
    await unlink(inLog(0));
    await expectRefusal({ code: 'DELTA_MISSING_COMMIT', at: inLog(0), message: 'version 0' });
  });

  it.each([
    ['protocol', [{ metaData: metaDataOf() }, addOf('a.parquet')]],
    ['metaData', [{ protocol }, addOf('a.parquet')]],
  ])('names the %s that it lacks', async (kind, actions) => {
    await writeCommit(path, 0, actions);
    await expectRefusal({ code: 'DELTA_CORRUPT_LOG', at: `${path} version 0`, message: `"${kind}"` });
  });
});

describe('a protocol that is not known (Delta, "Protocol Evolution")', () => {
  const named = (feature: string) => ({
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: [feature],
    writerFeatures: [feature],
  });

  it.each([
    ['a newer reader', { minReaderVersion: 4, minWriterVersion: 7 }, 'reader version 4'],
    ['a reader of version 0', { minReaderVersion: 0, minWriterVersion: 2 }, 'reader version 0'],
    ['a feature that nobody knows', named('timeTravelBackwards'), '"timeTravelBackwards"'],
    ['a feature that is not read', named('catalogManaged'), '"catalogManaged"'],
  ])('is refused: %s', async (_what, newer, message) => {
    await writeCommit(path, 1, [{ protocol: newer }, removeOf('a.parquet')]);
    await expectRefusal({ code: 'DELTA_UNSUPPORTED', at: `${path} version 1`, message });
    // The version before is what it was.
    expect((await readDeltaTable(path, { version: 0 })).files).toHaveLength(1);
    await expect(readDeltaTable(path, { version: 1 })).rejects.toMatchObject({ code: 'DELTA_UNSUPPORTED' });
    await expect(readDeltaTable(path, { version: 2 })).rejects.toMatchObject({ code: 'DELTA_UNSUPPORTED' });
  });

  it('of writers only is read, and not written', async () => {
    await writeCommit(path, 1, [{ protocol: { minReaderVersion: 1, minWriterVersion: 8 } }]);
    expect((await readDeltaTable(path)).version).toBe(1);
    const before = await everything();
    await expect(openLake({ folder, engine }).append(spec, sql`select 1 as id`)).rejects.toMatchObject({
      code: 'DELTA_UNSUPPORTED',
      message: expect.stringContaining('writer version 8'),
    });
    expect(await everything()).toEqual(before);
  });
});

describe('a checkpoint that is damaged', () => {
  const checkpoint = () => inLog(2, '.checkpoint.parquet');
  beforeEach(async () => {
    await writeCommit(path, 1, [addOf('b.parquet')]);
    await writeCommit(path, 2, [addOf('c.parquet')]);
    const table = await openTable(path);
    await writeCheckpoint(table, await table.snapshot());
    await writeCommit(path, 3, [addOf('d.parquet')]);
  });
  const withoutCommits = () => Promise.all([0, 1, 2].map(version => unlink(inLog(version))));
  const rows = (text: string) => engine.run(sql`copy (${raw(text)}) to ${raw(`'${checkpoint()}'`)} (format parquet)`);
  const kept = (condition: string) => `select * from read_parquet('${checkpoint()}') where ${condition}`;

  const damages: readonly [string, () => Promise<unknown>, string][] = [
    [
      'cut in half',
      async () => truncate(checkpoint(), Math.floor((await stat(checkpoint())).size / 2)),
      'no readable Parquet',
    ],
    ['empty', () => truncate(checkpoint(), 0), 'no readable Parquet'],
    [
      'of zeros',
      async () => writeFile(checkpoint(), Buffer.alloc((await stat(checkpoint())).size)),
      'no readable Parquet',
    ],
    ['a folder', () => unlink(checkpoint()).then(() => mkdir(checkpoint())), 'cannot be read'],
    ['without its last row', () => rows(`${kept('true')} limit 4`), 'holds 4 actions where _last_checkpoint counts 5'],
    [
      'without a protocol',
      () => rows(kept('protocol is null')).then(() => unlink(join(path, '_delta_log', '_last_checkpoint'))),
      '"protocol"',
    ],
    [
      'without a schema',
      () => rows(kept('"metaData" is null')).then(() => unlink(join(path, '_delta_log', '_last_checkpoint'))),
      '"metaData"',
    ],
    [
      'with a size below zero',
      () =>
        rows(`select * replace (case when add is null then null else struct_pack(path := add.path,
      partitionValues := add.partitionValues, size := -1, modificationTime := 1, dataChange := true) end as add) from read_parquet('${checkpoint()}')`),
      'add.size',
    ],
  ];

  it.each(damages)('%s is told when nothing else tells the table', async (_what, damage, message) => {
    await damage();
    await withoutCommits();
    await expectRefusal({ code: 'DELTA_CORRUPT_LOG', at: checkpoint(), message });
  });

  it.each(damages)('%s is passed over where the commits are still there', async (_what, damage) => {
    await damage();
    expect((await (await openTable(path)).snapshot()).files.size).toBe(4);
  });

  it('is passed over for an older one', async () => {
    const table = await openTable(path);
    await writeCheckpoint(table, await table.snapshot(1));
    await Promise.all([0, 1].map(version => unlink(inLog(version))));
    await truncate(checkpoint(), 10);
    expect((await (await openTable(path)).snapshot()).files.size).toBe(4);
  });
});

describe('a data file that is missing', () => {
  it('is named with the version that needs it', async () => {
    await writeCommit(path, 1, [removeOf('a.parquet'), addOf('b [1].parquet')]);
    const ask = async (version?: number) =>
      engine.query(sql`select * from ${(await readDeltaTable(path, { version })).relation} as t`);
    await expect(ask()).rejects.toMatchObject({
      code: 'DELTA_MISSING_FILE',
      at: join(path, 'b [1].parquet'),
      message: expect.stringContaining('version 1 of the table needs it'),
    });
    await expect(ask(0)).rejects.toMatchObject({
      code: 'DELTA_MISSING_FILE',
      at: join(path, 'a.parquet'),
      message: expect.stringContaining('version 1 of the table does without it'),
    });
  });
});
