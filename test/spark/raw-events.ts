import { writeFileSync } from 'node:fs';
import { join, lit, raw, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import { type DuckdbEngine, openLake } from '#warehouse';

/** Raw rows with the types of their columns, as DuckDB writes them. */
export interface RawRows {
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** A canonical row that can be used; what is given wins. */
const usable = (given: object = {}): Record<string, unknown> => ({
  user_id: 'ada',
  video_id: 'film',
  event_type: 'play',
  event_time: '2026-11-24T10:00:00Z',
  ...given,
});

const times = [
  '2026-11-24 10:00:00.123456',
  '2026-11-24',
  '2026/11/24 10:00',
  '2026-1-4 1:2:3',
  '2026-11-24T10:00:00+02:00',
  '2026-11-24T10:00:00+0230',
  '1795514400',
  '1795514400123',
  '1795514400123456',
  '1.7955144e9',
];
const noTimes = ['2026', '2026-11', '10:00:00', 'soon', '20261124', '2026-02-30', '12', '2026-11-24 10', '-5', 'NaN'];
const positions = [
  '0',
  '-0.5',
  '12',
  '12.0',
  '1e3',
  '.5',
  '5.',
  '1_000',
  '12345678.25',
  '123456789012e-1',
  '0.00001',
  '0.0005',
  ' 7 ',
];
const noPositions = ['soon', 'NaN', 'Infinity', '1e12', '1d', '2f', '0x10', '1,5'];
const lists = ['["a","b c",1,null]', "a, it's ; |x", '["a,b", "", "NULL", "p:q"]', 'one', '[broken', '[]'];

/** Every kind of value that a row of a table can hold, most without an id, so that one is made from what it says. */
export const canonicalRows: RawRows = {
  types: {
    event_id: 'VARCHAR',
    user_id: 'VARCHAR',
    video_id: 'VARCHAR',
    player_id: 'BIGINT',
    event_type: 'VARCHAR',
    event_time: 'VARCHAR',
    received_at: 'TIMESTAMPTZ',
    sequence: 'VARCHAR',
    position_s: 'VARCHAR',
    seek_from_s: 'DOUBLE',
    duration_s: 'VARCHAR',
    playback_rate: 'DOUBLE',
    autoplay: 'BOOLEAN',
    muted: 'VARCHAR',
    device: 'VARCHAR',
    impressions: 'VARCHAR',
  },
  rows: [
    usable({ event_id: 'e1', player_id: 7, received_at: '2026-11-24 10:00:01.5+00', autoplay: true, muted: 'Yes' }),
    ...times.map(event_time => usable({ event_time })),
    ...positions.map(position_s => usable({ position_s })),
    ...[0.1, 1e-5, 12_345_678.5, 1e10, 2.5e-7, 100].map(seek_from_s =>
      usable({ event_type: 'seek', seek_from_s, position_s: '1' }),
    ),
    ...['12', '12.0', '12.5', '9007199254740993', '1e3'].map(sequence => usable({ sequence })),
    ...lists.map(impressions => usable({ event_type: 'Page_View', video_id: null, impressions })),
    ...['90', 'NaN', '-1', '0'].map(duration_s => usable({ duration_s, muted: 'off' })),
    usable({ user_id: 'O\'Brien \\ "Zoë" 🎬', device: ' tv ', playback_rate: 1.25 }),
    usable({ event_type: null }),
    usable({ event_type: 'explode' }),
    usable({ user_id: ' ' }),
    usable({ video_id: null }),
    usable({ event_time: '' }),
    ...noTimes.map(event_time => usable({ event_time })),
    ...noPositions.map(position_s => usable({ position_s })),
    usable({ sequence: 'first' }),
    usable({ duration_s: 'long' }),
  ],
};

const track = (event: string | null, given: object, properties: unknown): Record<string, unknown> => ({
  userId: 'ada',
  event,
  timestamp: '2026-11-24T10:00:00.000Z',
  properties: typeof properties === 'string' ? properties : JSON.stringify(properties),
  context: { device: { type: 'phone', model: null }, page: { referrer: 'https://example.org/?q="1"' } },
  ...given,
});

/** Tracking calls whose properties are JSON text and whose context is a struct. */
export const segmentRows: RawRows = {
  types: {
    messageId: 'VARCHAR',
    userId: 'VARCHAR',
    anonymousId: 'VARCHAR',
    event: 'VARCHAR',
    timestamp: 'VARCHAR',
    properties: 'VARCHAR',
    context: 'STRUCT(device STRUCT("type" VARCHAR, model VARCHAR), page STRUCT(referrer VARCHAR))',
  },
  rows: [
    track('Video Playback Started', { messageId: 'm1' }, { content_asset_id: 'film', position: 0, total_length: 100 }),
    track(
      'Video Content Playing',
      { messageId: 'm2', userId: null, anonymousId: 'anon' },
      { content_asset_ids: ['clip'], position: 10.25 },
    ),
    track('Video Playback Seek Completed', {}, { content_asset_id: 'film', position: 60, session_id: 12 }),
    track('Video Content Completed', {}, { content_asset_id: 'film', position: 100, total_length: 100 }),
    track('Video Content Completed', {}, { content_asset_id: 'film', position: 50, total_length: 100 }),
    track('Video Ad Started', {}, { content_asset_id: 'film' }),
    track('Product Viewed', {}, {}),
    track('Video Playback Exploded', {}, { content_asset_id: 'film' }),
    track('Video Playback Paused', { messageId: 'm9' }, '{"content_asset_id": "film"'),
    track('Video Playback Paused', { messageId: 'm10' }, '["film"]'),
    track('Video Playback Paused', { timestamp: 'later' }, { content_asset_id: 'film' }),
    track('Video Playback Paused', {}, { content_asset_id: 'film', position: 'here' }),
    track(null, {}, { content_asset_id: 'film' }),
  ],
};

/** Writes raw rows as a Parquet file, which both engines read. */
export async function writeParquet(engine: DuckdbEngine, path: string, { types, rows }: RawRows): Promise<string> {
  const text = path.replace(/parquet$/, 'ndjson');
  writeFileSync(text, rows.map(row => `${JSON.stringify(row)}\n`).join(''));
  const columns = Object.entries(types).map(([name, type]) => sql`${lit(name)}: ${lit(type)}`);
  await engine.run(
    sql`copy (select * from read_json(${lit(text)}, format = 'newline_delimited', columns = {${join(columns)}})) to ${lit(path)} (format parquet)`,
  );
  return path;
}

/** The rows of a table of a lake's folder, some of their columns as JSON text, in order. */
export async function rowsOfTable(
  engine: DuckdbEngine,
  folder: string,
  table: TableName,
  columns: readonly string[],
): Promise<string[]> {
  const relation = await openLake({ folder, engine }).read(tables[table]);
  const shown = columns.map(column => sql`${ref(column)} := ${ref(column)}`);
  const rows = await engine.query(
    sql`select cast(to_json(struct_pack(${join(shown)})) as ${raw('varchar')}) as text from ${relation} as r order by text`,
  );
  return rows.map(row => String(row['text']));
}
