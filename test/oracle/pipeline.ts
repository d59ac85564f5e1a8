import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { duckdb, type Fragment, join, lit, raw, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import { DuckdbEngine, type Row } from '#warehouse';
import type { OracleInput, OracleRow } from './oracle.js';
import { planTables } from './plan-tables.js';

/** The tables that the oracle and the SQL are compared in. */
export const comparedTables = [
  'sessions',
  'segments',
  'user_videos',
  'users',
  'videos',
  'video_days',
  'video_retention',
] as const satisfies readonly TableName[];

export type ComparedTable = (typeof comparedTables)[number];
export type PipelineRows = Readonly<Record<ComparedTable, readonly Row[]>>;

export interface PipelineInput extends OracleInput {
  readonly impressions: readonly OracleRow[];
  /** Rows as `readTables` gives them. */
  readonly earlierSessions?: readonly Row[];
}

/** Runs the SQL of #sessionize on DuckDB over the same input that the oracle gets. */
export async function runPipeline(input: PipelineInput): Promise<PipelineRows> {
  const engine = await openInput(input);
  try {
    for (const { text } of planTables(input.config)) await engine.run(raw(text));
    return await readTables(engine);
  } finally {
    await engine.close();
  }
}

/** An engine with the sources of the pipelines. */
export async function openInput(input: PipelineInput, threads = 2): Promise<DuckdbEngine> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'playhead-oracle-'));
  const engine = await DuckdbEngine.open({ threads });
  const fill = (name: string, table: TableName, rows: readonly Readonly<Record<string, unknown>>[]) =>
    engine.run(tableOf(joinPath(folder, `${name}.ndjson`), name, table, rows));
  try {
    await fill(
      'input_events',
      'events',
      input.events.map(({ us, received_us, ...event }) => ({
        ...event,
        event_time: us,
        received_at: received_us,
      })),
    );
    const catalog = [...input.catalog].map(([video_id, duration_s]) => ({
      video_id,
      duration_s,
      title: `Film ${video_id}`,
    }));
    await fill('video_catalog', 'video_catalog', catalog);
    await fill('earlier_sessions', 'sessions', input.earlierSessions ?? []);
    await fill('impressions', 'impressions', input.impressions);
    await engine.run(
      sql`create table clock as select cast(${lit(input.newestReceivedUs)} as bigint) as newest_received_us`,
    );
    return engine;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows as a table, by way of a file: instants are microseconds, numbers that JSON does not know are texts. */
function tableOf(
  file: string,
  name: string,
  table: TableName,
  rows: readonly Readonly<Record<string, unknown>>[],
): Fragment {
  const asText = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  writeFileSync(file, rows.map(row => JSON.stringify(row, asText)).join('\n'));
  const columns = Object.entries(tables[table].columns);
  const read = columns.map(([column, type]) =>
    type === 'timestamp' ? sql`make_timestamptz(${ref(column)}) as ${ref(column)}` : ref(column),
  );
  const types = columns.map(
    ([column, type]) => sql`${ref(column)}: ${lit(duckdb.type(type === 'timestamp' ? 'bigint' : type))}`,
  );
  return sql`create table ${ref(name)} as select ${join(read)}
    from read_json(${lit(file)}, format = 'newline_delimited', columns = {${join(types)}})`;
}

/** All rows of the compared tables: instants as microseconds, days as text, whole numbers as numbers. */
export async function readTables(engine: DuckdbEngine): Promise<PipelineRows> {
  const read = async (table: ComparedTable): Promise<Row[]> => {
    const columns = Object.entries(tables[table].columns).map(([name, type]) => {
      if (type === 'timestamp') return sql`epoch_us(${ref(name)}) as ${ref(name)}`;
      return type === 'date' ? sql`cast(${ref(name)} as varchar) as ${ref(name)}` : ref(name);
    });
    const rows = await engine.query(sql`select ${join(columns)} from ${ref(table)}`);
    return rows.map(row =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
      ),
    );
  };
  return {
    sessions: await read('sessions'),
    segments: await read('segments'),
    user_videos: await read('user_videos'),
    users: await read('users'),
    videos: await read('videos'),
    video_days: await read('video_days'),
    video_retention: await read('video_retention'),
  };
}
