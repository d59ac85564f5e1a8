import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { configSchema } from '#config';
import { rejectCodes } from '#events';
import { type IngestedInput, ingestFiles, ingestTables, ingestVideos } from '#job';
import { raw, ref, sql } from '#sql';
import { tables } from '#tables';
import { DuckdbEngine, openLake } from '#warehouse';
import { canonicalRows, rowsOfTable, segmentRows, writeParquet } from './raw-events.js';
import { makeSchema, openSparkSide, type SparkPlace, type SparkSide } from './two-lakes.js';

const thrift = inject('sparkThrift');
const why = 'missing' in thrift ? ` (skipped: ${thrift.missing})` : '';
const schema = `ingest_${process.pid}`;
const clock = () => new Date('2026-11-24T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'playhead-spark-ingest-'));
const place: SparkPlace = { port: 'port' in thrift ? thrift.port : 0, schema, folder: join(folder, 'spark') };

/** The columns that say where a row came from and when it was taken in, which differ by nature. */
const provenance = ['source', 'line', 'ingested_at'];
const columnsOf = (table: 'events' | 'events_rejected') =>
  Object.keys(tables[table].columns).filter(column => !provenance.includes(column));

const name = (table: string) => `${schema}.${table}`;
const happened = (id: string, given = {}) => {
  const row = {
    event_id: id,
    user_id: 'ada',
    video_id: 'film',
    event_type: 'play',
    event_time: '2026-11-24T11:00:00Z',
    ...given,
  };
  return `insert into $S.canonical (${Object.keys(row).join(', ')}) values ('${Object.values(row).join("', '")}')`;
};

/** Each statement costs much processor time, whatever it does: so one story of one table, and few ingests. */
describe.skipIf('missing' in thrift)(`tables of a catalog are taken in on a real Spark${why}`, () => {
  let side: SparkSide;
  let duckdb: DuckdbEngine;
  let byFile: IngestedInput[];
  let byTable: IngestedInput[];
  const open: SparkSide[] = [];

  const spark = async (...texts: readonly string[]) => {
    for (const text of texts) await side.engine.run(raw(text.replaceAll('$S', schema)));
  };
  /** Another process, as far as Spark and the lake can tell. */
  const another = async (): Promise<SparkSide> => {
    const made = await openSparkSide(place);
    open.push(made);
    return made;
  };
  const ingest = (names: readonly string[], { by = side, config = {}, preset = 'canonical', isWhole = false } = {}) =>
    ingestTables({
      ...by,
      config: configSchema.parse(config),
      tables: names.map(one => (one.includes('/') ? one : name(one))),
      preset,
      isWhole,
      clock,
    });
  /** The ids of the events that a source has brought, each as often as it is there. */
  const idsOf = async (source: string): Promise<string[]> => {
    const lake = openLake({ folder: place.folder, engine: duckdb });
    const rows = await duckdb.query(
      sql`select event_id from ${await lake.read(tables.events)} as e where starts_with(source, ${name(source)}) order by 1`,
    );
    return rows.map(row => String(row['event_id']));
  };
  const rejections = () => rowsOfTable(duckdb, place.folder, 'events_rejected', ['code', 'row']);

  beforeAll(async () => {
    mkdirSync(place.folder);
    side = await another();
    await makeSchema(side, place);
    duckdb = await DuckdbEngine.open({ threads: 1 });
    const config = configSchema.parse({});
    const lake = openLake({ folder: join(folder, 'duckdb'), engine: duckdb });
    const take = async (preset: string, rows: typeof canonicalRows) => {
      const file = await writeParquet(duckdb, join(folder, `${preset}.parquet`), rows);
      const [taken] = await ingestFiles({ lake, engine: duckdb, config, files: [file], preset, clock });
      return { file, taken };
    };
    const canonical = await take('canonical', canonicalRows);
    const segment = await take('segment', segmentRows);
    byFile = [canonical, segment].flatMap(({ taken }) => taken ?? []);
    await spark(
      `create table $S.canonical using delta as select * from parquet.\`${canonical.file}\``,
      `create view $S.segment as select * from parquet.\`${segment.file}\``,
    );
    byTable = [...(await ingest(['canonical'])), ...(await ingest(['segment'], { preset: 'segment' }))];
  });

  afterAll(async () => {
    await side?.engine.run(sql`drop schema if exists ${ref('spark_catalog', schema)} cascade`);
    for (const one of open) await one.close();
    await duckdb?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['events', 'events_rejected'] as const)('into the same rows of %s as files on DuckDB', async table => {
    const rows = (at: string) => rowsOfTable(duckdb, at, table, columnsOf(table));
    const expected = await rows(join(folder, 'duckdb'));
    expect(expected.length).toBeGreaterThan(10);
    expect(await rows(place.folder)).toEqual(expected);
  });

  it('counting them alike, with every code that a row of a table can have', () => {
    const counts = (inputs: readonly IngestedInput[]) =>
      inputs.map(({ source: _source, rejections: shown, ...input }) => ({ ...input, shown: shown.length }));
    expect(counts(byTable)).toEqual(counts(byFile));
    const ofFilesOnly = ['MALFORMED_ROW', 'NOT_UTF8', 'ROW_TOO_LONG'];
    const codes = Object.keys(rejectCodes).filter(code => !ofFilesOnly.includes(code));
    expect(Object.keys(byTable[0]?.rejectedByCode ?? {}).sort()).toEqual(codes.sort());
  });

  it('once: a view, which has no versions, by the ids that are not there yet', async () => {
    const before = await idsOf('segment');
    expect(await ingest(['segment'], { preset: 'segment' })).toMatchObject([{ isRepeat: true }]);
    expect(await idsOf('segment')).toEqual(before);
  });

  it('by what its history says is new, and once though killed between the tables', async () => {
    const [events, rejected] = [await idsOf('canonical'), await rejections()];
    await spark(happened('new-1'), `optimize $S.canonical`, happened('bad', { position_s: 'soon' }));
    const dying = await another();
    // The rejected rows are there, but neither that they are nor the events.
    dying.engine.before = text => {
      if (text.includes('playhead_progress') && text.includes("'events_rejected'")) throw new Error('killed');
    };
    await expect(ingest(['canonical'], { by: dying })).rejects.toThrow('killed');
    expect(await idsOf('canonical')).toEqual(events);
    expect(await rejections()).toHaveLength(rejected.length + 1);
    await spark(happened('new-2'));
    expect(await ingest(['canonical'], { by: await another() })).toMatchObject([
      { readCount: 2, acceptedCount: 1, rejectedByCode: { BAD_POSITION: 1 } },
      { readCount: 1, acceptedCount: 1, rejectedCount: 0 },
    ]);
    expect(await idsOf('canonical')).toEqual([...events, 'new-1', 'new-2'].sort());
    expect(await rejections()).toHaveLength(rejected.length + 1);
  });

  it('not where versions are gone or rows were changed; then whole, without doubles; then by the change data feed', async () => {
    const before = await idsOf('canonical');
    await spark(
      happened('new-3'),
      `optimize $S.canonical`,
      `set spark.databricks.delta.retentionDurationCheck.enabled = false`,
      // Else it looks for files in 10,000 tasks.
      `set spark.sql.sources.parallelPartitionDiscovery.parallelism = 2`,
      `vacuum $S.canonical retain 0 hours`,
    );
    const gone = { code: 'INPUT_HISTORY_LOST', at: name('canonical'), hint: expect.stringContaining('--whole') };
    await expect(ingest(['canonical'])).rejects.toMatchObject(gone);
    await spark(`update $S.canonical set device = 'tv' where event_id = 'new-1'`);
    const changed = { code: 'INPUT_NOT_APPENDED', message: expect.stringContaining('UPDATE') };
    await expect(ingest(['canonical'])).rejects.toMatchObject(changed);
    expect(await ingest(['canonical'], { isWhole: true })).toMatchObject([{ acceptedCount: 1, rejectedCount: 0 }]);
    expect(await idsOf('canonical')).toEqual([...before, 'new-3'].sort());
    await spark(
      `alter table $S.canonical set tblproperties (delta.enableChangeDataFeed = true)`,
      `delete from $S.canonical where event_id = 'new-1'`,
      happened('new-4'),
    );
    expect(await ingest(['canonical'])).toMatchObject([{ readCount: 1, acceptedCount: 1 }]);
    expect(await idsOf('canonical')).toEqual([...before, 'new-3', 'new-4'].sort());
  });

  it.each([
    [
      'a mapping that names another column',
      'MAPPING_UNKNOWN_FIELD',
      'videos',
      { mapping: { columns: { user_id: 'nobody' } } },
    ],
    [
      'a column of a type that holds no value',
      'INPUT_COLUMN_TYPE',
      'videos',
      { mapping: { columns: { user_id: 'bytes' } } },
    ],
    ['a table that is not there', 'TABLE_NOT_FOUND', 'nowhere', {}],
    ['a file', 'INPUT_WRONG_ENGINE', 'folder/events.ndjson', {}],
  ])('with a code and nothing written for %s', async (_, code, table, config) => {
    await spark(`create table if not exists $S.videos using delta as
      select *, cast('x' as binary) as bytes from values ('film', 'The film', '90.5'), ('clip', null, 'soon'), (null, 'nameless', '1') as v (videoId, title, duration)`);
    const counts = async () => [(await idsOf('')).length, (await rejections()).length];
    const before = await counts();
    await expect(ingest([table], { config })).rejects.toMatchObject({ code });
    expect(await counts()).toEqual(before);
  });

  it('and what describes the videos', async () => {
    const { lake, engine } = side;
    expect(await ingestVideos({ lake, engine, file: name('videos') })).toMatchObject({
      readCount: 3,
      namelessCount: 1,
      changedCount: 2,
    });
    expect(await rowsOfTable(duckdb, place.folder, 'video_catalog', ['video_id', 'title', 'duration_s'])).toEqual([
      '{"video_id":"clip","title":null,"duration_s":null}',
      '{"video_id":"film","title":"The film","duration_s":90.5}',
    ]);
  });
});
