import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { configSchema } from '#config';
import { rejectCodes } from '#events';
import { type IngestedInput, ingestFiles, ingestTables, ingestVideos } from '#job';
import { raw, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
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

describe.skipIf('missing' in thrift)(`tables of a catalog are taken in on a real Spark${why}`, () => {
  let side: SparkSide;
  let duckdb: DuckdbEngine;
  const first: IngestedInput[] = [];
  const byFile: IngestedInput[] = [];
  const open: SparkSide[] = [];

  const name = (table: string) => `${schema}.${table}`;
  const spark = (text: string) => side.engine.run(raw(text.replaceAll('$S', schema)));
  /** Another process, as far as Spark and the lake can tell. */
  const another = async (): Promise<SparkSide> => {
    const made = await openSparkSide(place);
    open.push(made);
    return made;
  };
  const ingest = (table: string, preset: string, more: { config?: object; isWhole?: boolean; by?: SparkSide } = {}) => {
    const { lake, engine } = more.by ?? side;
    const config = configSchema.parse(more.config ?? {});
    return ingestTables({ lake, engine, config, tables: [name(table)], preset, isWhole: more.isWhole, clock });
  };
  /** How often each event of a source is there. */
  const idsOf = async (source: string): Promise<string[]> => {
    const lake = openLake({ folder: place.folder, engine: duckdb });
    const rows = await duckdb.query(
      sql`select event_id from ${await lake.read(tables.events)} where starts_with(source, ${name(source)}) order by 1`,
    );
    return rows.map(row => String(row['event_id']));
  };

  beforeAll(async () => {
    mkdirSync(place.folder);
    side = await another();
    await makeSchema(side, place);
    duckdb = await DuckdbEngine.open({ threads: 1 });
    const config = configSchema.parse({});
    const lake = openLake({ folder: join(folder, 'duckdb'), engine: duckdb });
    for (const [preset, rows] of Object.entries({ canonical: canonicalRows, segment: segmentRows })) {
      const file = await writeParquet(duckdb, join(folder, `${preset}.parquet`), rows);
      byFile.push(...(await ingestFiles({ lake, engine: duckdb, config, files: [file], preset, clock })));
      const feed = preset === 'segment' ? `tblproperties (delta.enableChangeDataFeed = true)` : '';
      await spark(`create table $S.${preset} using delta ${feed} as select * from parquet.\`${file}\``);
      first.push(...(await ingest(preset, preset)));
    }
  });

  afterAll(async () => {
    await side?.engine.run(sql`drop schema if exists ${ref('spark_catalog', schema)} cascade`);
    for (const one of open) await one.close();
    await duckdb?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['events', 'events_rejected'] as const)('into the same rows of %s as a file on DuckDB', async table => {
    const columns = Object.keys(tables[table].columns).filter(column => !provenance.includes(column));
    const [ofFile, ofTable] = await Promise.all(
      [join(folder, 'duckdb'), place.folder].map(at => rowsOfTable(duckdb, at, table, columns)),
    );
    expect(ofTable).toEqual(ofFile);
    expect(ofFile?.length).toBeGreaterThan(10);
  });

  it('counting them alike, with every code that a row of a table can have', () => {
    const counts = (inputs: readonly IngestedInput[]) =>
      inputs.map(({ source: _source, rejections, ...input }) => ({ ...input, shown: rejections.length }));
    expect(counts(first)).toEqual(counts(byFile));
    const ofFilesOnly = ['MALFORMED_ROW', 'NOT_UTF8', 'ROW_TOO_LONG'];
    const codes = Object.keys(rejectCodes).filter(code => !ofFilesOnly.includes(code));
    expect(Object.keys(first[0]?.rejectedByCode ?? {}).sort()).toEqual(codes.sort());
  });

  it('once: without new rows nothing is added, nor by tidying', async () => {
    await spark(`optimize $S.canonical`);
    expect(await ingest('canonical', 'canonical')).toMatchObject([{ isRepeat: true }]);
    expect(await ingest('canonical', 'canonical')).toMatchObject([{ isRepeat: true }]);
  });

  it('by what came since, as the history tells it, and once though killed between the tables and after them', async () => {
    const added = (id: string) =>
      spark(`insert into $S.canonical (event_id, user_id, video_id, event_type, event_time, position_s)
        values ('${id}', 'ada', 'film', 'play', '2026-11-24T11:00:00Z', '${id === 'bad' ? 'soon' : 1}')`);
    const before = await idsOf('canonical');
    await added('new-1');
    await spark(`optimize $S.canonical`);
    await added('bad');
    const dying = async (before: (text: string) => boolean) => {
      const by = await another();
      by.engine.before = text => {
        if (before(text)) throw new Error('killed');
      };
      await expect(ingest('canonical', 'canonical', { by })).rejects.toThrow('killed');
      await side.engine.run(sql`update ${ref(schema, 'playhead_locks')} set holder = null, told = null, until = null`);
    };
    const isInsert = (text: string, table: string) => text.startsWith('insert into') && text.includes(`\`${table}\``);
    await dying(text => isInsert(text, 'events'));
    const rejected = await rowsOfTable(duckdb, place.folder, 'events_rejected', ['code']);
    // The events are there, but not that they are.
    let hasEvents = false;
    await dying(text => {
      if (isInsert(text, 'events')) hasEvents = true;
      return hasEvents && isInsert(text, 'playhead_progress');
    });
    await added('new-2');
    expect(await ingest('canonical', 'canonical', { by: await another() })).toMatchObject([
      { readCount: 2, acceptedCount: 1, rejectedByCode: { BAD_POSITION: 1 } },
      { readCount: 1, acceptedCount: 1, rejectedCount: 0 },
    ]);
    expect(await idsOf('canonical')).toEqual([...before, 'new-1', 'new-2'].sort());
    expect(await rowsOfTable(duckdb, place.folder, 'events_rejected', ['code'])).toEqual(rejected);
  });

  it('by its change data feed, where other rows were changed', async () => {
    const before = await idsOf('segment');
    await spark(`delete from $S.segment where "messageId" is null`.replaceAll('"', '`'));
    await spark(`insert into $S.segment (messageId, userId, event, timestamp, properties) values
      ('late', 'ada', 'Video Playback Paused', '2026-11-24T11:00:00Z', '{"content_asset_id": "film", "position": 7}')`);
    expect(await ingest('segment', 'segment')).toMatchObject([{ readCount: 1, acceptedCount: 1 }]);
    expect(await idsOf('segment')).toEqual([...before, 'late'].sort());
  });

  it('not where rows were changed without a feed, nor where versions are gone; then whole, without doubles', async () => {
    const before = await idsOf('canonical');
    await spark(`update $S.canonical set device = 'tv' where event_id = 'new-1'`);
    await expect(ingest('canonical', 'canonical')).rejects.toMatchObject({
      code: 'INPUT_NOT_APPENDED',
      message: expect.stringContaining('UPDATE'),
    });
    await spark(
      `insert into $S.canonical (event_id, user_id, video_id, event_type, event_time) values ('new-3', 'ada', 'film', 'pause', '2026-11-24T11:01:00Z')`,
    );
    expect(await ingest('canonical', 'canonical', { isWhole: true })).toMatchObject([
      { acceptedCount: 1, rejectedCount: 0 },
    ]);
    expect(await idsOf('canonical')).toEqual([...before, 'new-3'].sort());
    await spark(
      `insert into $S.canonical (event_id, user_id, video_id, event_type, event_time) values ('new-4', 'ada', 'film', 'pause', '2026-11-24T11:02:00Z')`,
    );
    await spark(`optimize $S.canonical`);
    await spark(`set spark.databricks.delta.retentionDurationCheck.enabled = false`);
    await spark(`vacuum $S.canonical retain 0 hours`);
    await expect(ingest('canonical', 'canonical')).rejects.toMatchObject({
      code: 'INPUT_HISTORY_LOST',
      hint: expect.stringContaining('--whole'),
    });
    expect(await ingest('canonical', 'canonical', { isWhole: true })).toMatchObject([{ acceptedCount: 1 }]);
    expect(await ingest('canonical', 'canonical')).toMatchObject([{ isRepeat: true }]);
    expect(await idsOf('canonical')).toEqual([...before, 'new-3', 'new-4'].sort());
  });

  it('and views, which have no versions, by the ids that are not there yet', async () => {
    await spark(
      `create view $S.viewed as select concat('v', user_id) as user_id, video_id, event_type, event_time, 'of a view' as row_note from $S.canonical where event_id like 'new%' or user_id is null`,
    );
    const [taken] = await ingest('viewed', 'canonical');
    expect(taken).toMatchObject({ isRepeat: false, acceptedCount: 4 });
    expect(await ingest('viewed', 'canonical')).toMatchObject([{ isRepeat: true }]);
    expect(await idsOf('viewed')).toHaveLength(4);
  });

  it.each([
    [
      'a mapping that names another column',
      'MAPPING_UNKNOWN_FIELD',
      'canonical',
      { mapping: { columns: { user_id: 'nobody' } } },
    ],
    ['a table without the needed columns', 'INPUT_MISSING_COLUMN', 'other', {}],
    [
      'a column of a type that holds no value',
      'INPUT_COLUMN_TYPE',
      'other',
      { mapping: { columns: { user_id: 'bytes' } } },
    ],
    [
      'a pattern that Spark has not',
      'CONFIG_INVALID',
      'other',
      { mapping: { columns: { event_time: 'note' }, time_format: '%A' } },
    ],
    ['a table that is not there', 'TABLE_NOT_FOUND', 'nowhere', {}],
    ['a table without rows', 'INPUT_EMPTY', 'empty', {}],
  ])('with a code and nothing written for %s', async (_, code, table, config) => {
    await spark(`create table if not exists $S.other using delta as select cast('x' as binary) as bytes, 'n' as note`);
    await spark(
      `create table if not exists $S.empty (user_id string, video_id string, event_type string, event_time string) using delta`,
    );
    const versions = () => Promise.all((['events', 'events_rejected'] as const).map(one => side.lake.version(one)));
    const before = await versions();
    await expect(ingest(table, 'canonical', { config })).rejects.toMatchObject({ code });
    expect(await versions()).toEqual(before);
  });

  it('refusing a file', async () => {
    const { lake, engine } = side;
    const files = ['events.ndjson', 'folder/part.parquet', join(folder, 'canonical.parquet')];
    for (const file of files) {
      const tried = ingestTables({ lake, engine, config: configSchema.parse({}), tables: [file], clock });
      await expect(tried).rejects.toMatchObject({ code: 'INPUT_WRONG_ENGINE', at: file });
    }
  });

  const readVideos = (table: TableName) =>
    rowsOfTable(duckdb, place.folder, table, ['video_id', 'title', 'duration_s']);

  it('and what describes the videos, where the newest description replaces what was known', async () => {
    await spark(
      `create table $S.videos using delta as select * from values ('film', 'The film', '90.5'), ('clip', 'A clip', 'soon'), (null, 'nameless', '1') as v(videoId, title, duration)`,
    );
    const { lake, engine } = side;
    const given = { lake, engine, file: name('videos') };
    expect(await ingestVideos(given)).toMatchObject({ readCount: 3, namelessCount: 1, changedCount: 2 });
    expect(await ingestVideos(given)).toMatchObject({ changedCount: 0 });
    await spark(`update $S.videos set title = 'The film, again' where videoId = 'film'`);
    expect(await ingestVideos(given)).toMatchObject({ changedCount: 1 });
    expect(await readVideos('video_catalog')).toEqual([
      '{"video_id":"clip","title":"A clip","duration_s":null}',
      '{"video_id":"film","title":"The film, again","duration_s":90.5}',
    ]);
  });
});
