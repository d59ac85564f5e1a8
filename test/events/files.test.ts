import { truncate } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ingestVideos } from '#job';
import { lit, sql } from '#sql';
import { openLake } from '#warehouse';
import { event, ndjson, TestLake } from './test-lake.js';

let test: TestLake;
beforeEach(async () => {
  test = await TestLake.open();
});
afterEach(() => test.close());

const rows = [event(), event({ event_type: 'pause', position_s: 10 })];
const lines = async () => (await test.rows('events_rejected', 'line')).map(({ line, code }) => `${line} ${code}`);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

async function parquet(name: string, query: string): Promise<string> {
  const path = `${test.folder}/${name}`;
  await test.engine.run({ parts: [{ kind: 'text', text: `copy (${query}) to '${path}' (format parquet)` }] });
  return path;
}

describe('every kind of file gives the same events', () => {
  const expected = [0, 10];
  const positions = async () => (await test.rows('events', 'position_s')).map(row => row.position_s);
  const header = 'user_id,video_id,event_type,event_time,position_s';

  it.each([
    ['lines.ndjson', ndjson(rows)],
    ['lines.jsonl', ndjson(rows)],
    ['lines.json', ndjson(rows)],
    ['array.json', JSON.stringify(rows, null, 2)],
    ['noname', ndjson(rows)],
    ['lines.ndjson.gz', gzipSync(ndjson(rows))],
    ['array.json.gz', gzipSync(JSON.stringify(rows))],
    ['windows.ndjson', `\uFEFF${ndjson(rows).replaceAll('\n', '\r\n')}`],
    ['comma.csv', `${header}\nada,film,play,2026-11-24T10:00:00Z,0\nada,film,pause,2026-11-24T10:00:00Z,10\n`],
    [
      'tabs.tsv',
      `${header}\nada,film,play,2026-11-24T10:00:00Z,0\nada,film,pause,2026-11-24T10:00:00Z,10`.replaceAll(',', '\t'),
    ],
    [
      'semi.csv',
      `${header}\r\nada,film,play,2026-11-24T10:00:00Z,0\r\nada,film,pause,2026-11-24T10:00:00Z,10\r\n`.replaceAll(
        ',',
        ';',
      ),
    ],
    [
      'comma.csv.gz',
      gzipSync(`${header}\nada,"film",play,2026-11-24T10:00:00Z,0\nada,film,pause,2026-11-24T10:00:00Z,10\n`),
    ],
    ['events [1].ndjson', ndjson(rows)],
    [
      'from-pandas.csv',
      `,${header}\n0,ada,film,play,2026-11-24T10:00:00Z,0\n1,ada,film,pause,2026-11-24T10:00:00Z,10\n`,
    ],
    [
      'delimiter-at-the-end.csv',
      `${header},\nada,film,play,2026-11-24T10:00:00Z,0,\nada,film,pause,2026-11-24T10:00:00Z,10,\n`,
    ],
  ])('%s', async (name, content) => {
    await test.ingest(await test.file(name, content));
    expect(await positions()).toEqual(expected);
  });

  it('one pretty-printed object', async () => {
    await test.ingest(await test.file('one.json', JSON.stringify(event({ position_s: 7 }), null, 2)));
    expect(await positions()).toEqual([7]);
  });

  it('Parquet with typed columns', async () => {
    const typed = `select 'ada' as user_id, 'film' as video_id, 'play' as event_type, timestamp '2026-11-24 10:00:00' as event_time, cast(x as float) as position_s, ['a'] as impressions, true as muted from (values (0), (10)) t(x)`;
    await test.ingest(await parquet('typed.parquet', typed));
    const [first] = await test.rows('events', 'position_s');
    expect(first).toMatchObject({
      event_time: new Date('2026-11-24T10:00:00Z'),
      position_s: 0,
      impressions: ['a'],
      muted: true,
    });
    expect(await positions()).toEqual(expected);
  });

  it('Parquet with ids that are UUIDs, as text, and bytes that nobody asks for', async () => {
    const id = '0e3a4f9e-6f3c-4d8e-9a55-0c1f2b3d4e5f';
    const typed = `select '${id}'::uuid as event_id, '${id}'::uuid as user_id, 'film' as video_id, 'play' as event_type, timestamp '2026-11-24 10:00:00' as event_time, 'x'::blob as raw`;
    await test.ingest(await parquet('uuids.parquet', typed));
    expect(await test.rows('events', 'event_id')).toMatchObject([{ event_id: id, user_id: id }]);
  });

  it('a pattern takes each file once, in a commit of its own', async () => {
    await test.file('a1.ndjson', [event()]);
    await test.file('a2.ndjson', [event({ position_s: 10 })]);
    const results = await test.ingest([`${test.folder}/a*.ndjson`, `${test.folder}/a1.ndjson`]);
    expect(results).toHaveLength(2);
    expect(await positions()).toEqual(expected);
    expect(await test.versions()).toMatchObject({ events: 1 });
  });
});

describe('rejected rows keep their line', () => {
  it('counts empty lines, blank lines and broken ones', async () => {
    const good = JSON.stringify(event());
    const content = [good, '', '{"user_id": ', '   ', good, '[1]', 'text', good].join('\n');
    const [result] = await test.ingest(await test.file('rows.ndjson', content));
    expect(result).toMatchObject({ readCount: 6, acceptedCount: 3, rejectedCount: 3 });
    expect(await lines()).toEqual(['3 MALFORMED_ROW', '6 MALFORMED_ROW', '7 MALFORMED_ROW']);
  });

  it('rejects lines that are not UTF-8, and lines of megabytes', async () => {
    const good = Buffer.from(ndjson([event()]));
    const latin = Buffer.from('{"user_id":"Ren\u00e9"}\n', 'latin1');
    const long = Buffer.from(`{"user_id":"${'x'.repeat(2_100_000)}"}\n`);
    await test.ingest(await test.file('rows.ndjson', Buffer.concat([good, latin, long, good])));
    expect(await lines()).toEqual(['2 NOT_UTF8', '3 ROW_TOO_LONG']);
  });

  it('gives two equal bad lines a row each', async () => {
    const bad = event({ event_time: 'noon' });
    await test.ingest(await test.file('rows.ndjson', [event(), bad, event(), bad]));
    expect(await lines()).toEqual(['2 BAD_TIME', '4 BAD_TIME']);
  });

  it('counts the line breaks inside quoted CSV fields', async () => {
    const content =
      'user_id,video_id,event_type,event_time,device\nada,film,play,2026-11-24T10:00:00Z,"tv\nin the ""hall"""\n\nada,film,play,noon,5" screen\nada,film\nada,film,play,2026-11-24T10:00:00Z,phone\n';
    await test.ingest(await test.file('rows.csv', content));
    expect(await lines()).toEqual(['5 BAD_TIME', '6 MALFORMED_ROW']);
    expect((await test.rows('events', 'device')).map(row => row.device)).toEqual(['phone', 'tv\nin the "hall"']);
  });

  it('keeps every CSV row whose neighbour has a stray quote or carriage return', async () => {
    const row = (user: string, position: string) => `${user},film,play,2026-11-24T10:00:00Z,${position}\n`;
    const content = [
      'user_id,video_id,event_type,event_time,position_s\n',
      row('first', '0'),
      row('inner "quotes" of plain text', '1'),
      row('closed', '"2"5"'),
      row('"closed"too early', '3'),
      row('torn\rapart', '4'),
      row(' "in spaces, with a comma" ', '5'),
      row('two carriage returns', '6\r\r'),
      row('"two" "texts"', '7'),
      row('last', '8'),
    ].join('');
    await test.ingest(await test.file('rows.csv', content));
    expect((await test.rows('events', 'position_s')).map(({ user_id }) => user_id)).toEqual([
      'first',
      'inner "quotes" of plain text',
      'in spaces, with a comma',
      'two carriage returns',
      'last',
    ]);
    expect(await lines()).toEqual(['4 MALFORMED_ROW', '5 MALFORMED_ROW', '6 MALFORMED_ROW', '9 MALFORMED_ROW']);
  });

  it('counts Parquet rows from 1', async () => {
    const query = `select 'ada' as user_id, 'film' as video_id, case when i = 3 then 'x' else 'play' end as event_type, timestamptz '2026-11-24 10:00:00+00' as event_time from range(1, 5) t(i)`;
    await test.ingest(await parquet('rows.parquet', query));
    expect(await lines()).toEqual(['3 UNKNOWN_EVENT_TYPE']);
  });
});

describe('the same content twice', () => {
  it('adds nothing, under another name neither', async () => {
    const content = ndjson([...rows, event({ event_time: 'noon' })]);
    await test.ingest(await test.file('first.ndjson', content));
    const [again] = await test.ingest(await test.file('second.ndjson', content));
    expect(again?.isRepeat).toBe(true);
    expect(await test.rows('events', 'position_s')).toHaveLength(2);
    expect(await test.rows('events_rejected', 'line')).toHaveLength(1);
  });

  it('completes an ingest that ended between its two commits', async () => {
    const file = await test.file('rows.ndjson', [...rows, event({ event_time: 'noon' })]);
    const append = test.lake.append.bind(test.lake);
    const cut = vi.spyOn(test.lake, 'append').mockImplementation((...given) => {
      if (given[0].name === 'events') throw new Error('killed');
      return append(...given);
    });
    await expect(test.ingest(file)).rejects.toThrow('killed');
    expect(await test.versions()).toEqual({ events: undefined, rejected: 0 });
    cut.mockRestore();
    const [again] = await test.ingest(file);
    expect(again).toMatchObject({ isRepeat: false, acceptedCount: 2 });
    expect(await test.rows('events', 'position_s')).toHaveLength(2);
    expect(await test.rows('events_rejected', 'line')).toHaveLength(1);
  });
});

describe('a Delta table', () => {
  it('is taken in by its versions: an ingest later reads only what was added', async () => {
    const source = openLake({ folder: `${test.folder}/other`, engine: test.engine });
    const spec = {
      name: 'clicks',
      columns: { user_id: 'string', video_id: 'string', event_type: 'string', event_time: 'timestamp' },
      partitionBy: ['video_id'],
    } as const;
    const row = (video: string, type: string) =>
      sql`select 'ada' as user_id, ${video} as video_id, ${type} as event_type, timestamptz '2026-11-24 10:00:00+00' as event_time`;
    const folder = `${test.folder}/other/clicks`;
    await source.append(spec, row('a', 'play'));
    const [first] = await test.ingest(folder);
    const [again] = await test.ingest(folder);
    await source.append(spec, sql`${row('b', 'pause')} union all ${row('b', 'rewind')}`);
    const [second] = await test.ingest(folder);
    expect(first).toMatchObject({ acceptedCount: 1, isRepeat: false });
    expect(again).toMatchObject({ isRepeat: true });
    expect(second).toMatchObject({ readCount: 2, acceptedCount: 1, rejectedByCode: { UNKNOWN_EVENT_TYPE: 1 } });
    expect((await test.rows('events', 'video_id')).map(({ video_id, event_type }) => [video_id, event_type])).toEqual([
      ['a', 'play'],
      ['b', 'pause'],
    ]);
  });
});

describe('the video catalog', () => {
  it('is one file: a pattern of several is refused, none of them is passed over', async () => {
    await test.file('videos-1.csv', 'video_id,title\na,First\n');
    await test.file('videos-2.csv', 'video_id,title\nb,Second\n');
    const file = `${test.folder}/videos-*.csv`;
    await expect(ingestVideos({ lake: test.lake, engine: test.engine, file })).rejects.toMatchObject({
      code: 'USAGE',
      message: '2 files match, and one catalog is taken in at a time',
    });
    expect(await test.lake.version('video_catalog')).toBeUndefined();
  });

  it('merges: given videos are replaced, others stay, and the same file changes nothing', async () => {
    const ingest = async (name: string, content: string) =>
      ingestVideos({ lake: test.lake, engine: test.engine, file: await test.file(name, content) });
    await ingest('a.csv', 'video_id,title,duration_s,published_at\na,First,10,2026-01-01\nb,Second,NaN,\n,Nobody,1,\n');
    expect(await ingest('a.csv', 'video_id,title,duration_s,published_at\na,First,10,2026-01-01\n')).toMatchObject({
      readCount: 1,
      changedCount: 0,
    });
    const second = await ingest('b.ndjson', '{"id":"b","title":"Old"}\n{"id":"b","title":"New","duration_s":"20"}\n');
    expect(second).toMatchObject({ readCount: 2, changedCount: 1 });
    expect(await test.lake.version('video_catalog')).toBe(1);
    expect(await test.rows('video_catalog', 'video_id')).toMatchObject([
      { video_id: 'a', title: 'First', duration_s: 10, published_at: new Date('2026-01-01') },
      { video_id: 'b', title: 'New', duration_s: 20 },
    ]);
  });
});

describe('an input that is wrong as a whole leaves no trace', () => {
  afterEach(async () => expect(await test.versions()).toEqual({ events: undefined, rejected: undefined }));

  it.each([
    ['an empty file', 'rows.ndjson', '', 'INPUT_EMPTY'],
    ['blank lines alone', 'rows.ndjson', '\n\n  \n', 'INPUT_EMPTY'],
    ['a header without rows', 'rows.csv', 'user_id,video_id\n', 'INPUT_EMPTY'],
    ['an unknown type', 'rows.xlsx', Buffer.from('PK\u0003\u0004'), 'INPUT_UNKNOWN_TYPE'],
    ['text that calls itself Parquet', 'rows.parquet', 'user_id', 'INPUT_CORRUPT'],
    ['a cut gzip file', 'rows.ndjson.gz', gzipSync(ndjson(rows)).subarray(0, -12), 'INPUT_CORRUPT'],
    ['a cut JSON list', 'rows.json', JSON.stringify(rows, null, 1).slice(0, -20), 'INPUT_CORRUPT'],
    ['a JSON list cut between two rows', 'rows.json', `${JSON.stringify(rows).slice(0, -1)},\n`, 'INPUT_CORRUPT'],
    ['a JSON list without its end', 'rows.json.gz', gzipSync(JSON.stringify(rows).slice(0, -1)), 'INPUT_CORRUPT'],
    ['a quote that never closes', 'rows.csv', 'user_id,video_id\nada,"film\n', 'INPUT_CORRUPT'],
    ['a missing column', 'rows.csv', 'user_id,event_type,event_time\nada,play,2026-11-24\n', 'INPUT_MISSING_COLUMN'],
    [
      'a missing key',
      'rows.ndjson',
      ndjson([{ user_id: 'a', video_id: 'v', event_type: 'play' }]),
      'INPUT_MISSING_COLUMN',
    ],
    [
      'times in another format',
      'rows.ndjson',
      ndjson([event({ event_time: '24.11.2026 10:00' })]),
      'INPUT_TIME_FORMAT',
    ],
    ['another vocabulary', 'rows.ndjson', ndjson([event({ event_type: 'Video Playback Started' })]), 'INPUT_NO_EVENTS'],
  ])('%s', async (_, name, content, code) => {
    expect(await codeOf(test.ingest(await test.file(name, content)))).toBe(code);
  });

  it('CSV in UTF-16, and says how to save it', async () => {
    const text = 'user_id,video_id,event_type,event_time\nada,film,play,2026-11-24T10:00:00Z\n';
    const file = await test.file('unicode-text.csv', Buffer.from(`\uFEFF${text}`, 'utf16le'));
    await expect(test.ingest(file)).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      at: `${file}:1`,
      message: 'the header is not UTF-8 text',
    });
  });

  it('a mapped column of bytes in Parquet', async () => {
    const bytes = `select 'ada'::blob as user_id, 'film' as video_id, 'play' as event_type, timestamp '2026-11-24 10:00:00' as event_time`;
    await expect(test.ingest(await parquet('bytes.parquet', bytes))).rejects.toMatchObject({
      code: 'INPUT_COLUMN_TYPE',
      message: 'its column "user_id" is of the type BLOB, from which no value of an event can be read',
    });
  });

  it('a pattern of times with a letter that means nothing', async () => {
    const mapped = test.ingest(await test.file('rows.ndjson', rows), { config: { mapping: { time_format: '%Q' } } });
    await expect(mapped).rejects.toMatchObject({ code: 'CONFIG_INVALID', at: 'mapping.time_format' });
  });

  it('a truncated Parquet file', async () => {
    const path = await parquet('rows.parquet', 'select i as user_id from range(100000) t(i)');
    await truncate(path, 50_000);
    expect(await codeOf(test.ingest(path))).toBe('INPUT_CORRUPT');
  });

  it('a file that is not there', async () => {
    expect(await codeOf(test.ingest(`${test.folder}/none.ndjson`))).toBe('INPUT_NOT_FOUND');
  });

  it('a folder that is no Delta table', async () => {
    expect(await codeOf(test.ingest(test.folder))).toBe('DELTA_NOT_A_TABLE');
  });

  it('names the preset whose columns it sees', async () => {
    const file = await test.file('rows.ndjson', [
      { type: 'play', t: 1795559854287, user: 'a', video: 'v', currentTime: 0 },
    ]);
    await expect(test.ingest(file)).rejects.toMatchObject({
      code: 'INPUT_MISSING_COLUMN',
      hint: expect.stringContaining('--preset html5'),
    });
  });
});

it('takes SQL in a file name and in values for text', async () => {
  const name = "o'brien; drop table events; --.ndjson";
  await test.ingest(await test.file(name, [event({ user_id: "'); drop table x; --" })]));
  const [row] = await test.rows('events', 'user_id');
  expect(row).toMatchObject({ user_id: "'); drop table x; --", source: `${test.folder}/${name}` });
  expect(await test.engine.query(sql`select ${lit(1)} as one`)).toEqual([{ one: 1 }]);
});
