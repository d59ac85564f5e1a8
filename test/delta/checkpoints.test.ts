import { copyFile, mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AddFile, mayMatch, openTable, readStats } from '#delta';
import { lit, raw, sql } from '#sql';
import { DuckdbEngine } from '#warehouse';
import { addOf, created, logName, metaDataOf, protocol, removeOf, writeCommit } from './log-folder.js';

let engine: DuckdbEngine;
let path: string;
let log: string;
beforeAll(async () => {
  engine = await DuckdbEngine.open({ threads: 1 });
});
afterAll(() => engine.close());
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'playhead-checkpoints-'));
  log = join(path, '_delta_log');
  await mkdir(join(log, '_sidecars'), { recursive: true });
});
afterEach(() => rm(path, { recursive: true, force: true }));

const schemaString = (fields: Readonly<Record<string, string>>) =>
  JSON.stringify({
    type: 'struct',
    fields: Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true, metadata: {} })),
  });

/** Columns of a checkpoint in SQL; the engine writes the Parquet file, so that the reader does not judge itself. */
interface Row {
  readonly protocol?: string;
  readonly metaData?: string;
  readonly add?: string;
  readonly remove?: string;
  readonly sidecar?: string;
  readonly checkpointMetadata?: string;
  readonly txn?: string;
}
const header = (
  partitionColumns: readonly string[] = [],
  fields: Readonly<Record<string, string>> = { id: 'long' },
) => [
  { protocol: `{'minReaderVersion': 1, 'minWriterVersion': 2}` },
  {
    metaData: `{'id': 't', 'format': {'provider': 'parquet', 'options': map {}::map(varchar, varchar)},
      'schemaString': '${schemaString(fields)}', 'partitionColumns': [${partitionColumns.map(name => `'${name}'`).join(',')}]::varchar[],
      'configuration': map {}::map(varchar, varchar)}`,
  },
];
const addSql = (name: string, more = `, 'partitionValues': map {}::map(varchar, varchar)`) =>
  `{'path': '${name}', 'size': 1::bigint, 'modificationTime': 1::bigint, 'dataChange': false${more}}`;

async function writeParquet(name: string, rows: readonly Row[]): Promise<void> {
  const selects = rows.map(row =>
    Object.entries(row)
      .map(([column, value]) => `${value} as "${column}"`)
      .join(', '),
  );
  const query = selects.map(select => `select ${select}`).join(' union all by name ');
  await engine.run(sql`copy (${raw(query)}) to ${lit(join(log, name))} (format parquet)`);
}

const newest = async () => (await openTable(path)).snapshot();
const live = async () => [...(await newest()).files.values()].map(file => file.path).toSorted();
const uuid = '80a083e8-7026-4e79-81be-64bd76c43a11';

describe('classic checkpoints (Delta, "Checkpoints")', () => {
  it('are read without the commits before them', async () => {
    await writeParquet(logName(7, '.checkpoint.parquet'), [...header(), { add: addSql('a') }]);
    await writeCommit(path, 8, [addOf('b')]);
    expect(await live()).toEqual(['a', 'b']);
  });

  it('may hold kinds of action and columns that nobody knows yet', async () => {
    const more = `, 'partitionValues': map {}::map(varchar, varchar), 'mood': {'colour': 'blue'}`;
    await writeParquet(logName(0, '.checkpoint.parquet'), [
      ...header(),
      { add: addSql('a', more), ...{ checkpointMetadata: `{'version': 0}` } },
    ]);
    expect(await live()).toEqual(['a']);
  });

  it('count in several parts only when every part is there', async () => {
    await writeCommit(path, 0, [...created, addOf('a')]);
    await writeCommit(path, 1, [addOf('b')]);
    await writeParquet(logName(1, '.checkpoint.0000000001.0000000002.parquet'), [
      ...header(),
      { add: addSql('wrong') },
    ]);
    expect(await live()).toEqual(['a', 'b']);
    await writeParquet(logName(1, '.checkpoint.0000000002.0000000002.parquet'), [{ add: addSql('right') }]);
    await unlink(join(log, logName(0)));
    expect(await live()).toEqual(['right', 'wrong']);
  });

  it('do not count for parts of another number of parts', async () => {
    await writeCommit(path, 0, [...created, addOf('a')]);
    await writeParquet(logName(0, '.checkpoint.0000000001.0000000002.parquet'), [...header()]);
    await writeParquet(logName(0, '.checkpoint.0000000002.0000000003.parquet'), [...header()]);
    await writeParquet(logName(0, '.checkpoint.0000000003.0000000002.parquet'), [...header()]);
    expect(await live()).toEqual(['a']);
  });
});

describe('typed columns of checkpoints (Delta, "Checkpoint Schema")', () => {
  const bounds = `{'id': 9007199254740993::bigint, 'money': 1.10::decimal(20,2), 'large': 12345678901234567890.12::decimal(38,2),
    'small': -0.07::decimal(5,2), 'on': date '2024-02-29', 'at': timestamptz '2024-01-01 00:00:00.123456+00', 'name': 'x"y',
    'part': 0.1::double, 'deep': {'id': 5::integer}, 'nothing': null::integer}`;
  const fields = {
    id: 'long',
    money: 'decimal(20,2)',
    large: 'decimal(38,2)',
    small: 'decimal(5,2)',
    on: 'date',
    at: 'timestamp',
  };

  it('stand in for statistics where there is no text, with all digits', async () => {
    await engine.run(sql`set TimeZone = 'UTC'`);
    const stats = `, 'partitionValues': map {}::map(varchar, varchar),
      'stats_parsed': {'numRecords': 3::bigint, 'minValues': ${bounds}, 'maxValues': ${bounds}, 'nullCount': {'id': 0::bigint}}`;
    await writeParquet(logName(0, '.checkpoint.parquet'), [...header([], fields), { add: addSql('a', stats) }]);
    const snapshot = await newest();
    const [file] = snapshot.files.values();
    expect(file?.stats).toBe(
      '{"numRecords":3,"minValues":{"id":9007199254740993,"money":1.10,"large":12345678901234567890.12,"small":-0.07,' +
        '"on":"2024-02-29","at":"2024-01-01T00:00:00.123456Z","name":"x\\"y","part":0.1,"deep":{"id":5}},' +
        '"maxValues":{"id":9007199254740993,"money":1.10,"large":12345678901234567890.12,"small":-0.07,' +
        '"on":"2024-02-29","at":"2024-01-01T00:00:00.123456Z","name":"x\\"y","part":0.1,"deep":{"id":5}},"nullCount":{"id":0}}',
    );
    const may = (column: string, value: string) =>
      mayMatch(file ?? unreachable(), { op: '=', column, value }, snapshot.schema);
    expect([may('id', '9007199254740993'), may('id', '9007199254740992')]).toEqual([true, false]);
    expect([may('large', '12345678901234567890.12'), may('large', '12345678901234567890.13')]).toEqual([true, false]);
    expect([may('small', '-0.07'), may('small', '-0.06')]).toEqual([true, false]);
    expect([may('on', '2024-02-29'), may('on', '2024-03-01')]).toEqual([true, false]);
  });

  it('leave the text alone where there is one', async () => {
    const both = `, 'partitionValues': map {}::map(varchar, varchar), 'stats': '{"numRecords":1}', 'stats_parsed': {'numRecords': 2::bigint}`;
    await writeParquet(logName(0, '.checkpoint.parquet'), [...header(), { add: addSql('a', both) }]);
    expect((await onlyFile()).stats).toBe('{"numRecords":1}');
  });

  it('stand in for partition values, in the texts that commits carry', async () => {
    const parsed = `, 'partitionValues_parsed': {'name': 'a b', 'n': -5::integer, 'large': 9007199254740993::bigint,
      'money': -1.50::decimal(10,2), 'on': date '0001-01-01', 'at': timestamptz '1969-12-31 23:59:59.999999+00',
      'clock': timestamp '2024-01-01 00:00:00', 'truth': true, 'none': null::varchar}`;
    await writeParquet(logName(0, '.checkpoint.parquet'), [...header(['name']), { add: addSql('a', parsed) }]);
    expect((await onlyFile()).partitionValues).toEqual({
      name: 'a b',
      n: '-5',
      large: '9007199254740993',
      money: '-1.50',
      on: '0001-01-01',
      at: '1969-12-31 23:59:59.999999',
      clock: '2024-01-01 00:00:00.000000',
      truth: 'true',
      none: null,
    });
  });

  it('that mean nothing certain as partition values are an error, not a guess', async () => {
    const parsed = `, 'partitionValues_parsed': {'bytes': 'x'::blob}`;
    await writeParquet(logName(0, '.checkpoint.parquet'), [...header(['bytes']), { add: addSql('a', parsed) }]);
    await expect(newest()).rejects.toMatchObject({
      code: 'DELTA_CORRUPT_LOG',
      message: expect.stringContaining('partitionValues'),
    });
  });
});

describe('V2 checkpoints (Delta, "V2 Spec")', () => {
  const top = [{ checkpointMetadata: { version: 3 } }, ...created];
  const writeJson = (name: string, actions: readonly unknown[]) =>
    writeFile(join(log, name), actions.map(action => JSON.stringify(action)).join('\n'));
  const sidecar = (of: string) => ({ sidecar: { path: of, sizeInBytes: 1, modificationTime: 1 } });

  it('in JSON name their files in sidecars', async () => {
    await writeParquet('_sidecars/one.parquet', [{ add: addSql('a') }, { add: addSql('b') }]);
    await writeJson(logName(3, `.checkpoint.${uuid}.json`), [...top, sidecar('one.parquet')]);
    await writeCommit(path, 4, [removeOf('b')]);
    expect(await live()).toEqual(['a']);
  });

  it('in Parquet do so too', async () => {
    await writeParquet('_sidecars/one.parquet', [{ add: addSql('a') }]);
    await writeParquet(logName(3, `.checkpoint.${uuid}.parquet`), [
      ...header(),
      { checkpointMetadata: `{'version': 3}` },
      { sidecar: `{'path': 'one.parquet', 'sizeInBytes': 1::bigint, 'modificationTime': 1::bigint}` },
    ]);
    expect(await live()).toEqual(['a']);
  });

  it('may stand under the name of a classic one, and hold files themselves', async () => {
    await writeParquet('_sidecars/one.parquet', [{ add: addSql('a') }]);
    await writeParquet(logName(3, '.checkpoint.parquet'), [
      ...header(),
      { sidecar: `{'path': 'one.parquet', 'sizeInBytes': 1::bigint, 'modificationTime': 1::bigint}` },
      { add: addSql('b') },
    ]);
    expect(await live()).toEqual(['a', 'b']);
  });

  it('find sidecars by percent-encoded and by absolute paths', async () => {
    await writeParquet('_sidecars/one 1.parquet', [{ add: addSql('a') }]);
    await writeParquet('_sidecars/two%2.parquet', [{ add: addSql('b') }]);
    await copyFile(join(log, '_sidecars/one 1.parquet'), join(log, '_sidecars/three.parquet'));
    await writeJson(logName(3, `.checkpoint.${uuid}.json`), [
      ...top,
      sidecar('one%201.parquet'),
      sidecar('two%252.parquet'),
      sidecar(pathToFileURL(join(log, '_sidecars/three.parquet')).href),
      sidecar(join(log, '_sidecars/three.parquet')),
    ]);
    expect(await live()).toEqual(['a', 'b']);
  });

  it('are passed over where a sidecar is missing and the commits are still there', async () => {
    for (const version of [0, 1, 2, 3])
      await writeCommit(path, version, [...(version === 0 ? created : []), addOf(`f${version}`)]);
    await writeJson(logName(3, `.checkpoint.${uuid}.json`), [...top, sidecar('gone.parquet')]);
    expect(await live()).toEqual(['f0', 'f1', 'f2', 'f3']);
    await unlink(join(log, logName(1)));
    await expect(live()).rejects.toMatchObject({
      code: 'DELTA_CORRUPT_LOG',
      at: join(log, '_sidecars', 'gone.parquet'),
    });
  });
});

describe('_last_checkpoint (Delta, "Last Checkpoint File")', () => {
  beforeEach(async () => {
    await writeCommit(path, 0, [...created, addOf('a')]);
    await writeCommit(path, 1, [addOf('b')]);
    await writeCommit(path, 2, [addOf('c')]);
    await writeParquet(logName(1, '.checkpoint.parquet'), [...header(), { add: addSql('a') }, { add: addSql('b') }]);
    await unlink(join(log, logName(0)));
  });
  const hint = (text: string) => writeFile(join(log, '_last_checkpoint'), text);

  it.each([
    ['names an older version', '{"version":0,"size":1}'],
    ['names a version that never was', '{"version":99,"size":1}'],
    ['is no JSON', '{"version":'],
    ['is empty', ''],
    ['has keys that nobody knows, and a checksum', '{"version":1,"size":4,"checksum":"0","mood":"blue","tags":{}}'],
    ['counts fewer actions than there are', '{"version":1,"size":1}'],
  ])('is a hint: the table is the same when it %s', async (_what, text) => {
    await hint(text);
    expect(await live()).toEqual(['a', 'b', 'c']);
  });

  it('may be a folder', async () => {
    await mkdir(join(log, '_last_checkpoint'));
    expect(await live()).toEqual(['a', 'b', 'c']);
  });

  it('tells of a checkpoint that lost actions', async () => {
    await hint('{"version":1,"size":5}');
    await expect(live()).rejects.toMatchObject({
      code: 'DELTA_CORRUPT_LOG',
      at: join(log, logName(1, '.checkpoint.parquet')),
      message: 'the checkpoint of version 1 holds 4 actions where _last_checkpoint counts 5',
    });
    // Where the commits are still there, they tell.
    await writeCommit(path, 0, [...created, addOf('a')]);
    expect(await live()).toEqual(['a', 'b', 'c']);
  });
});

describe('other files of the log', () => {
  it('are passed over: checksums, compacted commits, temporary files, what nobody knows', async () => {
    await writeCommit(path, 0, [...created, addOf('a')]);
    await writeCommit(path, 1, [addOf('b')]);
    for (const name of [
      logName(0, '.crc'),
      logName(1, '.crc'),
      `.${logName(1)}.crc`,
      `${logName(0).replace('.json', '')}.${logName(1).replace('.json', '')}.compacted.json`,
      `.${logName(2)}.tmp`,
      logName(2, '.json.tmp'),
      '2.json',
      logName(3, `.${uuid}.json`),
      'notes.txt',
    ]) {
      await writeFile(join(log, name), 'nonsense');
    }
    await mkdir(join(log, '_staged_commits'));
    expect(await live()).toEqual(['a', 'b']);
    expect((await newest()).version).toBe(1);
  });
});

describe('actions of commits (Delta, "Actions")', () => {
  it('of unknown kinds and with unknown members are passed over', async () => {
    await writeCommit(path, 0, [...created, { mood: { colour: 'blue' } }, addOf('a', { mood: 'blue' })]);
    expect(await live()).toEqual(['a']);
  });

  it('may come in any order, commitInfo anywhere and of any form', async () => {
    await writeCommit(path, 0, [
      addOf('a'),
      { commitInfo: { operation: 'WRITE' } },
      { metaData: metaDataOf() },
      { protocol },
    ]);
    await writeCommit(path, 1, [addOf('b'), { commitInfo: { timestamp: 'yesterday', operation: ['WRITE'] } }]);
    await writeCommit(path, 2, [{ commitInfo: 'none' }, addOf('c')]);
    expect(await live()).toEqual(['a', 'b', 'c']);
    const table = await openTable(path);
    expect((await table.commit(0)).info?.operation).toBe('WRITE');
    expect((await table.commit(1)).info?.operation).toBeUndefined();
  });

  it.each([
    ['an object', { numRecords: 1 }],
    ['a number', 7],
    ['no JSON', '{"numRecords":'],
    ['JSON of another form', '[1]'],
    ['empty', ''],
    ['counts that are texts', '{"numRecords":"1"}'],
    ['a count below zero', '{"numRecords":-1}'],
  ])('may carry statistics that cannot be understood: %s', async (_what, stats) => {
    await writeCommit(path, 0, [...created, addOf('a', { stats, modificationTime: 1_700_000_000 })]);
    expect(readStats(await onlyFile()).numRecords).toBeUndefined();
  });
});

async function onlyFile(): Promise<AddFile> {
  const [file] = (await newest()).files.values();
  return file ?? unreachable();
}

function unreachable(): never {
  throw new Error('the table has a file');
}
