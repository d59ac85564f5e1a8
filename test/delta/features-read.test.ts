import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commit, features, openTable, stageAppend } from '#delta';
import { lit, raw, sql } from '#sql';
import { DuckdbEngine, readDeltaTable } from '#warehouse';
import { addOf, logName, metaDataOf } from './log-folder.js';

/** Features that the protocol lists for readers too; the others are of writers only. */
const ofReaders =
  /^(columnMapping|deletionVectors|timestampNtz|v2Checkpoint|vacuumProtocolCheck|typeWidening.*|variant.*|catalog.*)$/;

/** What makes a table use a feature that its protocol allows. Its rows are the ids 0 to 5 where nothing else is said. */
interface Use {
  readonly configuration?: Readonly<Record<string, string>>;
  /** Of the column id. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** More columns by their Delta type. */
  readonly columns?: Readonly<Record<string, string>>;
  /** The rows as the data file holds them. */
  readonly rows?: string;
  /** More members of the file's `add`. */
  readonly add?: object;
  /** More actions of the first commit. */
  readonly actions?: readonly object[];
  /** The ids that a right reader sees. */
  readonly ids?: readonly number[];
}

const properties = (...names: readonly string[]): Use => ({
  configuration: Object.fromEntries(names.map(name => [name, 'true'])),
});
const widened: Use = {
  metadata: { 'delta.typeChanges': [{ fromType: 'integer', toType: 'long' }] },
  rows: 'select cast(range as integer) as id from range(6)',
};
const variant: Use = { columns: { anything: 'variant' } };
const domain = (name: string, configuration = '{}') => ({
  domainMetadata: { domain: name, configuration, removed: false },
});
/** Always in use once the protocol names it. */
const always: Use = {};

const uses: Readonly<Record<string, Use>> = {
  appendOnly: properties('delta.appendOnly'),
  invariants: { metadata: { 'delta.invariants': '{"expression":{"expression":"id > 0"}}' } },
  checkConstraints: { configuration: { 'delta.constraints.positive': 'id > 0' } },
  changeDataFeed: {
    ...properties('delta.enableChangeDataFeed'),
    // Delta, "Note for non-change data readers": the column is in the file and not in the table.
    rows: `select range as id, 'insert' as _change_type from range(6)`,
    actions: [{ cdc: { path: '_change_data/cdc-1.parquet', partitionValues: {}, size: 1, dataChange: false } }],
  },
  generatedColumns: { metadata: { 'delta.generationExpression': '1' } },
  columnMapping: {
    configuration: { 'delta.columnMapping.mode': 'name', 'delta.columnMapping.maxColumnId': '1' },
    metadata: { 'delta.columnMapping.id': 1, 'delta.columnMapping.physicalName': 'col-1' },
    rows: 'select range as "col-1" from range(6)',
  },
  identityColumns: { metadata: { 'delta.identity.start': 1, 'delta.identity.step': 1 } },
  deletionVectors: {
    ...properties('delta.enableDeletionVectors'),
    add: {
      stats: '{"numRecords":6}',
      // The rows 1, 3 and 5, as Spark has written them.
      deletionVector: {
        storageType: 'i',
        pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000625c8Xg0rri41POJ5',
        sizeInBytes: 38,
        cardinality: 3,
      },
    },
    ids: [0, 2, 4],
  },
  timestampNtz: {
    columns: { clock: 'timestamp_ntz' },
    rows: `select range as id, timestamp '2024-01-01' as clock from range(6)`,
  },
  v2Checkpoint: { configuration: { 'delta.checkpointPolicy': 'v2' } },
  vacuumProtocolCheck: always,
  inCommitTimestamp: properties('delta.enableInCommitTimestamps'),
  rowTracking: { ...properties('delta.enableRowTracking'), add: { baseRowId: 0, defaultRowCommitVersion: 0 } },
  domainMetadata: { actions: [domain('somebody.else')] },
  icebergCompatV1: properties('delta.enableIcebergCompatV1'),
  icebergCompatV2: properties('delta.enableIcebergCompatV2'),
  clustering: { actions: [domain('delta.clustering', '{"clusteringColumns":["id"]}')] },
  typeWidening: widened,
  'typeWidening-preview': widened,
  allowColumnDefaults: { metadata: { CURRENT_DEFAULT: '7' } },
  checkpointProtection: { configuration: { 'delta.requireCheckpointProtectionBeforeVersion': '1' } },
  variantType: variant,
  'variantType-preview': variant,
  variantShredding: variant,
  'variantShredding-preview': variant,
  catalogManaged: always,
  'catalogOwned-preview': always,
};
/** These bind whoever reads or writes as soon as the protocol names them; the other features may be named and not used. */
const alwaysInUse =
  /^(appendOnly|v2Checkpoint|vacuumProtocolCheck|rowTracking|domainMetadata|checkpointProtection|catalog.*)$/;

let engine: DuckdbEngine;
let path: string;
beforeAll(async () => {
  engine = await DuckdbEngine.open({ threads: 1 });
});
afterAll(() => engine.close());
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'playhead-features-'));
  await mkdir(join(path, '_delta_log'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

const named = (feature: string) => ({
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: ofReaders.test(feature) ? [feature] : [],
  writerFeatures: [feature],
});

/** A table with a data file that an engine wrote, whose log is written by hand. */
async function writeTable(protocol: object, use: Use, isNested = false): Promise<void> {
  const { configuration = {}, metadata = {}, columns = {}, rows = 'select range as id from range(6)' } = use;
  const data = join(path, 'data.parquet');
  await engine.run(sql`copy (${raw(rows)}) to ${lit(data)} (format parquet)`);
  const field = (name: string, type: unknown, more: object) => ({ name, type, nullable: true, metadata: more });
  const id = field('id', 'long', metadata);
  const fields = [
    isNested ? field('outer', { type: 'struct', fields: [id] }, {}) : id,
    ...Object.entries(columns).map(([name, type]) => field(name, type, {})),
  ];
  const actions = [
    { commitInfo: { timestamp: 1, inCommitTimestamp: 1, operation: 'WRITE' } },
    { protocol },
    { metaData: metaDataOf({ configuration, schemaString: JSON.stringify({ type: 'struct', fields }) }) },
    addOf('data.parquet', { size: (await stat(data)).size, ...use.add }),
    ...(use.actions ?? []),
  ];
  await writeFile(join(path, '_delta_log', logName(0)), actions.map(action => JSON.stringify(action)).join('\n'));
}

const ids = async () => {
  const { relation } = await readDeltaTable(path);
  const rows = await engine.query(sql`select id from ${relation} as t order by id`);
  return rows.map(({ id }) => Number(id));
};

async function append() {
  const table = await openTable(path);
  const file = { path: 'b.parquet', partitionValues: {}, sizeBytes: 1, modifiedMs: 0 };
  return commit(table, stageAppend(await table.snapshot(), path, [file], { nowMs: 1 }));
}

const refusal = (feature: string) => ({
  code: 'DELTA_UNSUPPORTED',
  at: expect.stringContaining(path),
  message: expect.stringContaining(`"${feature}"`),
});

describe('a table that uses a feature (Delta, "Valid Feature Names in Table Features")', () => {
  it('is there for every line of the table of features', () => {
    expect(Object.keys(uses).toSorted()).toEqual(Object.keys(features).toSorted());
  });

  it.each(Object.entries(features))(
    '%s: its right rows are read, or it is refused by its name',
    async (feature, support) => {
      const use = uses[feature] ?? always;
      await writeTable(named(feature), use);
      if (support.read === 'yes') expect(await ids()).toEqual(use.ids ?? [0, 1, 2, 3, 4, 5]);
      else await expect(readDeltaTable(path)).rejects.toMatchObject(refusal(feature));
    },
  );

  it.each(Object.entries(features))('%s: it is written, or refused by its name', async (feature, support) => {
    await writeTable(named(feature), uses[feature] ?? always);
    if (support.write === 'yes') expect(await append()).toMatchObject({ version: 1 });
    else await expect(append()).rejects.toMatchObject(refusal(feature));
  });

  it.each(Object.entries(features).filter(([, { legacyWriter }]) => legacyWriter !== undefined))(
    '%s: the versions before features were named allow it too (Delta, "Writer Version Requirements")',
    async (feature, { read, write, legacyReader = 1, legacyWriter = 2 }) => {
      const use = uses[feature] ?? always;
      await writeTable({ minReaderVersion: legacyReader, minWriterVersion: legacyWriter }, use);
      if (read === 'yes') expect(await ids()).toEqual([0, 1, 2, 3, 4, 5]);
      else await expect(readDeltaTable(path)).rejects.toMatchObject(refusal(feature));
      if (write === 'yes') expect(await append()).toMatchObject({ version: 1 });
      else await expect(append()).rejects.toMatchObject(refusal(feature));
    },
  );

  it.each(['invariants', 'generatedColumns', 'identityColumns', 'allowColumnDefaults'])(
    '%s is seen inside a struct too',
    async feature => {
      await writeTable(named(feature), uses[feature] ?? always, true);
      const support = features[feature];
      if (support?.write === 'yes') expect(await append()).toMatchObject({ version: 1 });
      else await expect(append()).rejects.toMatchObject(refusal(feature));
    },
  );
});

describe('a table that allows a feature and does not use it (Delta, "Active Features")', () => {
  it.each(Object.keys(features).filter(feature => !alwaysInUse.test(feature)))(
    '%s: it is read and written',
    async feature => {
      await writeTable(named(feature), {});
      expect(await ids()).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await append()).toMatchObject({ version: 1 });
    },
  );

  it.each([
    [2, 5],
    [1, 6],
  ])('is read and written with reader version %i and writer version %i', async (minReaderVersion, minWriterVersion) => {
    await writeTable({ minReaderVersion, minWriterVersion }, {});
    expect(await ids()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await append()).toMatchObject({ version: 1 });
  });
});

describe('a protocol with features (Delta, "Table Features")', () => {
  it('is refused by name where a reader has to know one that nobody knows', async () => {
    await writeTable({ ...named('x'), readerFeatures: ['timeTravelBackwards'] }, {});
    await expect(openTable(path)).rejects.toMatchObject(refusal('timeTravelBackwards'));
  });

  it('is read where only writers have to know it', async () => {
    await writeTable({ ...named('x'), writerFeatures: ['timeTravelBackwards'] }, {});
    expect(await ids()).toEqual([0, 1, 2, 3, 4, 5]);
    await expect(append()).rejects.toMatchObject(refusal('timeTravelBackwards'));
  });

  it('is damaged when it does not name them', async () => {
    await writeTable({ minReaderVersion: 3, minWriterVersion: 7, writerFeatures: [] }, {});
    await expect(openTable(path)).rejects.toMatchObject({
      code: 'DELTA_CORRUPT_LOG',
      message: expect.stringContaining('"readerFeatures"'),
    });
  });

  it('is not written when it does not name those of writers', async () => {
    await writeTable({ minReaderVersion: 1, minWriterVersion: 7 }, {});
    expect(await ids()).toEqual([0, 1, 2, 3, 4, 5]);
    await expect(append()).rejects.toMatchObject({
      code: 'DELTA_CORRUPT_LOG',
      message: expect.stringContaining('"writerFeatures"'),
    });
  });
});
