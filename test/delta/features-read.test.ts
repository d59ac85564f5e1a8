import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commit, features, openTable, stageAppend } from '#delta';

/** Features that the protocol lists for readers too; the others are of writers only. */
const ofReaders =
  /^(columnMapping|deletionVectors|timestampNtz|v2Checkpoint|vacuumProtocolCheck|typeWidening.*|variant.*|catalog.*)$/;

/** What makes a table use a feature that its protocol allows. */
const configuration = {
  'delta.columnMapping.mode': 'name',
  'delta.enableDeletionVectors': 'true',
  'delta.enableChangeDataFeed': 'true',
  'delta.constraints.positive': 'id > 0',
  'delta.enableInCommitTimestamps': 'true',
  'delta.enableRowTracking': 'true',
};
const metadata = {
  'delta.invariants': '{"expression":{"expression":"id > 0"}}',
  'delta.generationExpression': '1',
  'delta.identity.start': 1,
  'delta.typeChanges': [{ fromType: 'integer', toType: 'long' }],
};

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'playhead-features-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

async function writeTable(protocol: object, isNested = false) {
  const field = { name: 'id', type: 'long', nullable: true, metadata };
  const struct = { type: 'struct', fields: [field] };
  const fields = isNested ? [{ name: 'id', type: struct, nullable: true, metadata: {} }] : [field];
  const metaData = {
    id: 't',
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify({ type: 'struct', fields }),
    partitionColumns: [],
    configuration,
  };
  await mkdir(join(path, '_delta_log'));
  const lines = [{ protocol }, { metaData }].map(action => JSON.stringify(action)).join('\n');
  await writeFile(join(path, '_delta_log', `${'0'.repeat(20)}.json`), lines);
}
const named = (feature: string) => ({
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: ofReaders.test(feature) ? [feature] : [],
  writerFeatures: [feature],
});
const refusal = (feature: string) => ({
  code: 'DELTA_UNSUPPORTED',
  at: expect.stringContaining(path),
  message: expect.stringContaining(`"${feature}"`),
});

describe('a table that uses a feature (Delta, "Table Features")', () => {
  it.each(Object.entries(features))('%s is read and written, or refused by its name', async (feature, support) => {
    await writeTable(named(feature));
    if (support.read === 'refuse') {
      await expect(openTable(path)).rejects.toMatchObject(refusal(feature));
      return;
    }
    const table = await openTable(path);
    const snapshot = await table.snapshot();
    expect(snapshot.schema.fields.map(field => field.name)).toEqual(['id']);
    const shape = { schema: snapshot.schema, partitionColumns: [] };
    const file = { path: 'a.parquet', partitionValues: {}, sizeBytes: 1, modifiedMs: 0 };
    const append = async () => commit(table, stageAppend(snapshot, path, [file], { shape, nowMs: 1 }));
    if (support.write === 'refuse') await expect(append()).rejects.toMatchObject(refusal(feature));
    else expect(await append()).toMatchObject({ version: 1 });
  });

  it.each(['invariants', 'generatedColumns', 'identityColumns'])('%s is seen inside a struct too', async feature => {
    await writeTable(named(feature), true);
    const table = await openTable(path);
    const staged = stageAppend(await table.snapshot(), path, [], { nowMs: 1 });
    await expect(commit(table, staged)).rejects.toMatchObject(refusal(feature));
  });

  it('is refused by name where the feature is unknown', async () => {
    const unknown = { ...named('x'), readerFeatures: ['timeTravelBackwards'], writerFeatures: ['timeTravelBackwards'] };
    await writeTable(unknown);
    await expect(openTable(path)).rejects.toMatchObject(refusal('timeTravelBackwards'));
  });
});
