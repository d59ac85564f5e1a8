import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, configSchema } from '#config';
import { type JobResult, openJobLake, runJob } from '#job';
import { type Fragment, join as joinSql, lit, raw, ref, type SqlValue, sql } from '#sql';
import { derivedTables, type TableName, tables } from '#tables';
import type { Lake, Row } from '#warehouse';

/** What a player reports, as a test writes it: times in seconds from the start of the story. */
export interface Reported {
  readonly id: string;
  readonly user: string;
  readonly video?: string | null;
  readonly player?: string | null;
  readonly type: string;
  readonly at_s: number;
  /** When it arrived; when it happened, if left out. */
  readonly received_s?: number;
  readonly position_s?: number | null;
  readonly seek_from_s?: number | null;
  readonly duration_s?: number | null;
  readonly rate?: number | null;
  readonly shown?: readonly string[];
}

const startUs = BigInt(Date.UTC(2026, 0, 1)) * 1000n;
const instant = (seconds: number) => `make_timestamptz(${startUs + BigInt(Math.round(seconds * 1e6))})`;

/** A data folder of a test's own, with the job's lake over it. */
export interface DataFolder {
  readonly path: string;
  readonly config: Config;
  readonly lake: Lake;
  append(events: readonly Reported[]): Promise<void>;
  query(text: Fragment): Promise<Row[]>;
  run(options?: { readonly isFull?: boolean; readonly onCommit?: (table: string) => void }): Promise<JobResult>;
  /** All rows of the tables that follow from the events, sorted, as text. `quality_results` tells of one run's own events. */
  rows(): Promise<Record<string, string[]>>;
  close(): Promise<void>;
}

export async function openDataFolder(settings: object = {}, copyOf?: DataFolder): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'playhead-job-'));
  if (copyOf !== undefined) await cp(copyOf.path, path, { recursive: true });
  const config = configSchema.parse({ data: path, engine: { threads: 1, memory_limit: '512MB' }, ...settings });
  const { lake, engine, close } = await openJobLake(config);
  return {
    path,
    config,
    lake,
    append: async events => {
      await lake.append(tables.events, joinSql(events.map(eventRow), ' union all '));
    },
    query: text => engine.query(text),
    run: ({ isFull = false, onCommit } = {}) =>
      runJob({
        lake,
        engine,
        config,
        clock: () => new Date(Date.UTC(2026, 5, 1)),
        mode: isFull ? 'full' : 'incremental',
        observer: { onCommit },
      }),
    rows: async () => {
      const found: Record<string, string[]> = {};
      for (const name of derivedTables) {
        if (name !== 'quality_results') found[name] = await rowsOf(lake, name);
      }
      return found;
    },
    close: async () => {
      await close();
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function rowsOf(lake: Lake, name: TableName): Promise<string[]> {
  const columns = Object.keys(tables[name].columns);
  const rows = await lake.engine.query(
    sql`select cast(struct_pack(${joinSql(columns.map(c => sql`${ref(c)} := ${ref(c)}`))}) as varchar) as text
    from ${await lake.read(tables[name])} r order by text`,
  );
  return rows.map(row => String(row['text']));
}

function eventRow(event: Reported): Fragment {
  const given: Partial<Record<keyof typeof tables.events.columns, SqlValue>> = {
    event_id: event.id,
    user_id: event.user,
    video_id: event.video ?? null,
    player_id: event.player ?? null,
    event_type: event.type,
    position_s: event.position_s ?? null,
    seek_from_s: event.seek_from_s ?? null,
    duration_s: event.duration_s ?? null,
    playback_rate: event.rate ?? null,
    source: 'test',
  };
  const values: Record<string, Fragment> = {
    event_time: raw(instant(event.at_s)),
    received_at: raw(instant(event.received_s ?? event.at_s)),
    ingested_at: raw(instant(event.received_s ?? event.at_s)),
    event_date: raw(`cast(make_timestamp(${startUs + BigInt(Math.round(event.at_s * 1e6))}) as date)`),
    impressions: event.shown === undefined ? lit(null) : sql`[${joinSql(event.shown.map(lit))}]`,
  };
  const columns = Object.entries(tables.events.columns).map(
    ([name, type]) =>
      sql`cast(${values[name] ?? lit(given[name as keyof typeof given] ?? null)} as ${raw(sqlType(type))}) as ${ref(name)}`,
  );
  return sql`select ${joinSql(columns)}`;
}

const sqlType = (type: string): string =>
  ({ string: 'varchar', timestamp: 'timestamptz', string_list: 'varchar[]' })[type] ?? type;
