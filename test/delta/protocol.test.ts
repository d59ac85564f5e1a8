import { mkdir, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanLog, DeltaTable, openTable, vacuum, writeCheckpoint } from '#delta';
import { lit, raw, sql } from '#sql';
import { DuckdbEngine, type FolderLake, openLake, optimizeTable, readDeltaTable } from '#warehouse';
import { addOf, created, logName, metaDataOf, protocol, removeOf, writeCommit } from './log-folder.js';

/** Rules of Delta's PROTOCOL.md that no other test names: each title says the section that the rule stands in. */

let engine: DuckdbEngine;
let folder: string;
let path: string;
let lake: FolderLake;
beforeAll(async () => {
  engine = await DuckdbEngine.open({ threads: 1 });
});
afterAll(() => engine.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-protocol-'));
  path = join(folder, 'plays');
  lake = openLake({ folder, engine });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const plays = { name: 'plays', columns: { id: 'bigint', day: 'date' }, partitionBy: ['day'] } as const;
const play = (id: number, day: string) => sql`select ${lit(id)} as id, ${lit(day)} as day`;
const live = async (version?: number) =>
  [...(await new DeltaTable(path).snapshot(version)).files.values()].map(file => file.path).toSorted();
const inLog = (version: number, ending?: string) => join(path, '_delta_log', logName(version, ending));
const actionsOf = async (version: number): Promise<Record<string, Record<string, unknown>>[]> =>
  (await readFile(inLog(version), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

async function dataFile(name: string, rows: string): Promise<void> {
  await mkdir(dirname(join(path, name)), { recursive: true });
  await engine.run(sql`copy (${raw(rows)}) to ${lit(join(path, name))} (format parquet)`);
}
const rowsOf = async (options = {}) =>
  engine.query(sql`select * from ${(await readDeltaTable(path, options)).relation} as t order by all`);

describe('Delta, "Data Files"', () => {
  it('takes partition values from the log and not from the names of folders', async () => {
    await dataFile('day=1999-12-31/a.parquet', 'select 1::bigint as id');
    const schemaString = JSON.stringify({
      type: 'struct',
      fields: ['id:long', 'day:string'].map(text => {
        const [name, type] = text.split(':');
        return { name, type, nullable: true, metadata: {} };
      }),
    });
    await writeCommit(path, 0, [
      { protocol },
      { metaData: metaDataOf({ schemaString, partitionColumns: ['day'] }) },
      addOf('day=1999-12-31/a.parquet', { partitionValues: { day: '2024-01-01' } }),
    ]);
    expect(await rowsOf()).toEqual([{ id: 1n, day: '2024-01-01' }]);
  });

  it('gives every new file a name of its own', async () => {
    for (const id of [1, 2, 3]) await lake.append(plays, play(id, '2024-01-01'));
    expect(new Set(await live()).size).toBe(3);
  });

  it('shows columns that a file lacks as null, and leaves out those that the schema lacks', async () => {
    await dataFile('a.parquet', 'select 7 as more');
    await writeCommit(path, 0, [...created, addOf('a.parquet')]);
    expect(await rowsOf()).toEqual([{ id: null }]);
  });
});

describe('Delta, "Delta Log Entries"', () => {
  it('names versions in twenty digits, one after the other', async () => {
    for (const id of [1, 2]) await lake.append(plays, play(id, '2024-01-01'));
    expect((await readdir(join(path, '_delta_log'))).toSorted()).toEqual([logName(0), logName(1)]);
  });

  it('holds one JSON object a line', async () => {
    await lake.append(plays, play(1, '2024-01-01'));
    const kinds = (await actionsOf(0)).map(action => Object.keys(action));
    expect(kinds).toEqual([['commitInfo'], ['protocol'], ['metaData'], ['add']]);
  });
});

describe('Delta, "Log Compaction Files" and "Version Checksum File"', () => {
  it('reads the same table whether they are there or not', async () => {
    await writeCommit(path, 0, [...created, addOf('a')]);
    await writeCommit(path, 1, [removeOf('a'), addOf('b')]);
    await writeFile(inLog(0, `.${logName(1, '')}.compacted.json`), JSON.stringify(addOf('b')));
    await writeFile(inLog(1, '.crc'), '{"tableSizeBytes":1,"numFiles":1,"numMetadata":1,"numProtocol":1}');
    expect(await live()).toEqual(['b']);
    // They stand in for no commit: without it the table is not whole.
    await unlink(inLog(0));
    await expect(live()).rejects.toMatchObject({ code: 'DELTA_MISSING_COMMIT' });
  });
});

describe('Delta, "Checkpoints"', () => {
  it('uses none that is newer than the version asked for', async () => {
    await writeCommit(path, 0, [...created, addOf('a')]);
    await writeCommit(path, 1, [removeOf('a'), addOf('b')]);
    const table = await openTable(path);
    await writeCheckpoint(table, await table.snapshot());
    expect(await live(0)).toEqual(['a']);
    expect(await live(1)).toEqual(['b']);
  });

  it('keeps tombstones until they expire, and drops them then', async () => {
    const nowMs = 1_700_000_000_000;
    const day = 86_400_000;
    await writeCommit(path, 0, [...created, addOf('old'), addOf('young')]);
    await writeCommit(path, 1, [
      removeOf('old', { deletionTimestamp: nowMs - 8 * day }),
      removeOf('young', { deletionTimestamp: nowMs - day }),
    ]);
    const table = await openTable(path);
    await writeCheckpoint(table, await table.snapshot(), nowMs);
    await unlink(inLog(0));
    expect([...(await new DeltaTable(path).snapshot()).tombstones.keys()]).toEqual(['young']);
  });
});

describe('Delta, "Change Metadata"', () => {
  it('lets the newest metadata replace the one before as a whole', async () => {
    await writeCommit(path, 0, [{ protocol }, { metaData: metaDataOf({ configuration: { a: '1' }, name: 'one' }) }]);
    await writeCommit(path, 1, [{ metaData: metaDataOf({ configuration: { b: '2' } }) }]);
    const { metaData } = await (await openTable(path)).snapshot();
    expect(metaData.configuration).toEqual({ b: '2' });
    expect(metaData.name).toBeUndefined();
  });
});

describe('Delta, "Format Specification"', () => {
  it('refuses data files that are no Parquet, by their format', async () => {
    await writeCommit(path, 0, [{ protocol }, { metaData: metaDataOf({ format: { provider: 'orc', options: {} } }) }]);
    await expect(openTable(path)).rejects.toMatchObject({
      code: 'DELTA_UNSUPPORTED',
      message: expect.stringContaining('"orc"'),
    });
  });
});

describe('Delta, "Add CDC File"', () => {
  it('reads no change files as rows', async () => {
    await dataFile('a.parquet', 'select 1::bigint as id');
    const cdc = { path: '_change_data/c.parquet', partitionValues: {}, size: 1, dataChange: false };
    await writeCommit(path, 0, [...created, addOf('a.parquet'), { cdc }]);
    expect(await rowsOf()).toEqual([{ id: 1n }]);
  });
});

describe('Delta, "Transaction Identifiers"', () => {
  it('keeps the last version of each application, also one that went down', async () => {
    const txn = (appId: string, version: number) => ({ txn: { appId, version } });
    await writeCommit(path, 0, [...created, txn('a', 5), txn('b', 1)]);
    await writeCommit(path, 1, [txn('a', 3)]);
    expect((await (await openTable(path)).snapshot()).txns).toEqual(
      new Map([
        ['a', 3n],
        ['b', 1n],
      ]),
    );
  });

  it('commits progress in the same commit as the rows', async () => {
    await lake.append(plays, play(1, '2024-01-01'), { txn: { appId: 'job', version: 1 } });
    expect((await actionsOf(0)).find(action => action.txn !== undefined)?.txn).toMatchObject({
      appId: 'job',
      version: 1,
    });
  });
});

describe('Delta, "Domain Metadata"', () => {
  const domain = (name: string, configuration: string, removed = false) => ({
    domainMetadata: { domain: name, configuration, removed },
  });
  const domains = async () => Object.fromEntries((await new DeltaTable(path).snapshot()).domains);

  it('keeps the last configuration of each domain, none of removed ones, through checkpoints and changes', async () => {
    const features = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['domainMetadata'] };
    await writeCommit(path, 0, [
      { protocol: features },
      { metaData: metaDataOf() },
      domain('a', '1'),
      domain('b', '1'),
    ]);
    await writeCommit(path, 1, [domain('a', '2'), domain('b', '1', true)]);
    expect(await domains()).toEqual({ a: '2' });
    const spec = { name: 'plays', columns: { id: 'bigint' }, partitionBy: [] } as const;
    await lake.overwrite(spec, sql`select 1 as id`);
    const table = await openTable(path);
    await writeCheckpoint(table, await table.snapshot());
    for (const version of [0, 1, 2]) await unlink(inLog(version));
    expect(await domains()).toEqual({ a: '2' });
  });
});

describe('Delta, "Action Reconciliation"', () => {
  it('lets the newest word on each file hold', async () => {
    await writeCommit(path, 0, [...created, addOf('a', { size: 1 }), addOf('b'), addOf('c')]);
    await writeCommit(path, 1, [removeOf('b'), addOf('a', { size: 2 })]);
    await writeCommit(path, 2, [addOf('b', { size: 3 }), removeOf('c')]);
    const { files, tombstones } = await (await openTable(path)).snapshot();
    expect([...files.values()].map(file => [file.path, file.size]).toSorted()).toEqual([
      ['a', 2],
      ['b', 3],
    ]);
    expect([...tombstones.keys()]).toEqual(['c']);
  });

  it('tells files with the same path and other deletion vectors apart, in any order within a commit', async () => {
    const vector = (offset: number) => ({
      deletionVector: {
        storageType: 'u',
        pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^',
        offset,
        sizeInBytes: 40,
        cardinality: 6,
      },
    });
    await writeCommit(path, 0, [...created, addOf('a')]);
    await writeCommit(path, 1, [addOf('a', vector(1)), removeOf('a')]);
    await writeCommit(path, 2, [removeOf('a', vector(1)), addOf('a', vector(2))]);
    const { files, tombstones } = await new DeltaTable(path).snapshot();
    expect([...files.values()].map(file => file.deletionVector?.offset)).toEqual([2]);
    expect(tombstones.size).toBe(2);
  });

  it('takes no action of a V2 checkpoint from a commit', async () => {
    await writeCommit(path, 0, [
      ...created,
      { sidecar: { path: 'gone.parquet', sizeInBytes: 1, modificationTime: 1 } },
      { checkpointMetadata: { version: 0 } },
      addOf('a'),
    ]);
    expect(await live()).toEqual(['a']);
  });
});

describe('Delta, "Reader Version Requirements" and "Writer Version Requirements"', () => {
  it('creates tables that the oldest reader reads and that ask writers for no feature', async () => {
    await lake.append(plays, play(1, '2024-01-01'));
    expect((await actionsOf(0)).find(action => action.protocol !== undefined)?.protocol).toEqual({
      minReaderVersion: 1,
      minWriterVersion: 2,
    });
  });
});

describe('Delta, "Creation of New Log Entries"', () => {
  it('never writes over a version that is there', async () => {
    await lake.append(plays, play(1, '2024-01-01'));
    const before = await readFile(inLog(0), 'utf8');
    const others = [1, 2, 3].map(() => openLake({ folder, engine }));
    await Promise.all(others.map((other, i) => other.append(plays, play(i, '2024-01-01'))));
    expect(await readFile(inLog(0), 'utf8')).toBe(before);
    expect((await readdir(join(path, '_delta_log'))).toSorted()).toEqual([0, 1, 2, 3].map(version => logName(version)));
  });
});

describe('Delta, "Consistency Between Table Metadata and Data Files"', () => {
  it('gives every file a value for every partition column, and keeps these out of the file', async () => {
    await lake.append(plays, sql`${play(1, '2024-01-01')} union all select 2, null`);
    const adds = (await actionsOf(0)).flatMap(({ add }) => (add === undefined ? [] : [add]));
    expect(adds.map(add => add.partitionValues)).toEqual(
      expect.arrayContaining([{ day: '2024-01-01' }, { day: null }]),
    );
    for (const file of await lake.files('plays')) {
      const columns = await engine.query(sql`select name from parquet_schema(${lit(file.path)}) where name = 'day'`);
      expect(columns).toEqual([]);
    }
  });

  it('writes sizes that are those of the files, and what they hold as the schema says', async () => {
    await lake.append(plays, play(1, '2024-01-01'));
    const [file] = await lake.files('plays');
    expect(file?.sizeBytes).toBe((await stat(file?.path ?? '')).size);
    const types = await engine.query(
      sql`select type, converted_type from parquet_schema(${lit(file?.path ?? '')}) where name = 'id'`,
    );
    expect(types).toMatchObject([{ type: 'INT64' }]);
  });
});

describe('Delta, "Append-only Tables"', () => {
  const appendOnly = { minReaderVersion: 1, minWriterVersion: 2 };
  const spec = { name: 'plays', columns: { id: 'bigint' }, partitionBy: [] } as const;
  beforeEach(async () => {
    const configuration = { 'delta.appendOnly': 'true' };
    await writeCommit(path, 0, [{ protocol: appendOnly }, { metaData: metaDataOf({ configuration }) }]);
    await lake.append(spec, sql`select 1 as id`);
    await lake.append(spec, sql`select 2 as id`);
  });

  it('loses no row', async () => {
    const refused = { code: 'DELTA_UNSUPPORTED', message: expect.stringContaining('append-only') };
    await expect(lake.overwrite(spec, sql`select 3 as id`)).rejects.toMatchObject(refused);
    await expect(lake.merge(spec, sql`select 1 as id`, ['id'])).rejects.toMatchObject(refused);
    expect(await rowsOf()).toEqual([{ id: 1n }, { id: 2n }]);
  });

  it('may be rearranged', async () => {
    await optimizeTable(engine, path);
    expect(await live()).toHaveLength(1);
    expect(await rowsOf()).toEqual([{ id: 1n }, { id: 2n }]);
  });
});

describe('Delta, "VACUUM Protocol Check"', () => {
  it('deletes nothing from a table whose writer features are not known', async () => {
    const unknown = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['timeTravelBackwards'] };
    await writeCommit(path, 0, [{ protocol: unknown }, { metaData: metaDataOf() }]);
    await writeFile(join(path, 'orphan.parquet'), 'x');
    const nowMs = Date.now() + 30 * 86_400_000;
    const table = await openTable(path);
    await expect(vacuum(table, { nowMs })).rejects.toMatchObject({ code: 'DELTA_UNSUPPORTED' });
    await expect(cleanLog(table, { nowMs })).rejects.toMatchObject({ code: 'DELTA_UNSUPPORTED' });
    expect(await readdir(path)).toContain('orphan.parquet');
  });
});

describe('Delta, "Schema Serialization Format"', () => {
  it('reads every type, nested ones too, and keeps what a field says of itself', async () => {
    const types = [
      'byte',
      'short',
      'integer',
      'long',
      'float',
      'double',
      'decimal(5,2)',
      'boolean',
      'string',
      'binary',
      'date',
      'timestamp',
    ];
    const struct = {
      type: 'struct',
      fields: [{ name: 'x', type: 'long', nullable: false, metadata: { comment: 'x' } }],
    };
    const fields = [
      ...types.map(type => ({ name: `c ${type}`, type, nullable: true, metadata: {} })),
      { name: 's', type: struct, nullable: true, metadata: {} },
      { name: 'l', type: { type: 'array', elementType: struct, containsNull: false }, nullable: true, metadata: {} },
      {
        name: 'm',
        type: { type: 'map', keyType: 'string', valueType: 'date', valueContainsNull: true },
        nullable: true,
        metadata: {},
      },
    ];
    const schema = { type: 'struct', fields };
    await writeCommit(path, 0, [{ protocol }, { metaData: metaDataOf({ schemaString: JSON.stringify(schema) }) }]);
    expect((await (await openTable(path)).snapshot()).schema).toEqual(schema);
    expect((await readDeltaTable(path)).columns.map(({ type }) => type)).toEqual([
      ...[
        'TINYINT',
        'SMALLINT',
        'INTEGER',
        'BIGINT',
        'FLOAT',
        'DOUBLE',
        'DECIMAL(5,2)',
        'BOOLEAN',
        'VARCHAR',
        'BLOB',
        'DATE',
      ],
      'TIMESTAMPTZ',
      'STRUCT("x" BIGINT)',
      'STRUCT("x" BIGINT)[]',
      'MAP(VARCHAR, DATE)',
    ]);
    expect(await rowsOf()).toEqual([]);
  });
});
