import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { configSchema } from '#config';
import { scoreColumns } from '#engagement';
import { buildSessionPipeline } from '#sessionize';
import { join, lit, planPipeline, raw, ref, sql } from '#sql';
import { tables } from '#tables';
import { DuckdbEngine, type Row } from '#warehouse';
import type { OracleInput } from './oracle.js';

export interface PipelineRows {
  readonly sessions: readonly Row[];
  readonly segments: readonly Row[];
}

/** Runs the SQL of #sessionize on DuckDB over the same input that the oracle gets. */
export async function runPipeline({ events, catalog, newestReceivedUs }: OracleInput): Promise<PipelineRows> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'playhead-oracle-'));
  const engine = await DuckdbEngine.open({ threads: 2 });
  try {
    const file = joinPath(folder, 'events.ndjson');
    writeFileSync(file, events.map(event => JSON.stringify(event)).join('\n'));
    const types = (columns: Readonly<Record<string, keyof typeof duckdbTypes>>) =>
      join(Object.entries(columns).map(([name, type]) => sql`${ref(name)} ${raw(duckdbTypes[type])}`));
    await engine.run(sql`create table input_events (${types(tables.events.columns)})`);
    await engine.run(sql`create table video_catalog (${types(tables.video_catalog.columns)})`);
    await engine.run(sql`create table earlier_sessions (${types(tables.sessions.columns)})`);
    await engine.run(sql`create table clock as select cast(${lit(newestReceivedUs)} as bigint) as newest_received_us`);
    await engine.run(sql`
      insert into input_events by name
      select event_id, user_id, video_id, player_id, event_type, make_timestamptz(us) as event_time,
        make_timestamptz(received_us) as received_at, sequence, position_s, seek_from_s, duration_s, playback_rate,
        autoplay, device, cast(make_timestamp(us) as date) as event_date
      from read_json(${lit(file)}, format = 'newline_delimited', columns = {
        event_id: 'VARCHAR', user_id: 'VARCHAR', video_id: 'VARCHAR', player_id: 'VARCHAR', event_type: 'VARCHAR',
        us: 'BIGINT', received_us: 'BIGINT', sequence: 'BIGINT', position_s: 'DOUBLE', seek_from_s: 'DOUBLE',
        duration_s: 'DOUBLE', playback_rate: 'DOUBLE', autoplay: 'BOOLEAN', device: 'VARCHAR'})`);
    for (const [videoId, durationS] of catalog) {
      await engine.run(
        sql`insert into video_catalog (video_id, duration_s) values (${lit(videoId)}, ${lit(durationS)})`,
      );
    }
    const config = configSchema.parse({});
    const { outputs } = buildSessionPipeline(config.sessionization, scoreColumns(config.engagement));
    for (const { text } of planPipeline(Object.values(outputs), engine.dialect)) await engine.run(raw(text));
    return { sessions: await readAll(engine, 'sessions'), segments: await readAll(engine, 'segments') };
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const duckdbTypes = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  integer: 'INTEGER',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMPTZ',
  date: 'DATE',
  string_list: 'VARCHAR[]',
  double_pair_list: 'STRUCT(from_s DOUBLE, to_s DOUBLE)[]',
} as const;

/** Instants as microseconds, whole numbers as numbers. */
async function readAll(engine: DuckdbEngine, table: 'sessions' | 'segments'): Promise<Row[]> {
  const columns = Object.entries(tables[table].columns).map(([name, type]) =>
    type === 'timestamp' ? sql`epoch_us(${ref(name)}) as ${ref(name)}` : ref(name),
  );
  const rows = await engine.query(sql`select ${join(columns)} from ${ref(table)}`);
  return rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
    ),
  );
}
