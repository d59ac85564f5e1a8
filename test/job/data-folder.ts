import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, configSchema } from '#config';
import { type JobResult, openJobLake, runJob } from '#job';
import { type Fragment, join as joinSql, lit, raw, ref, sql } from '#sql';
import { derivedTables, type TableName, tables } from '#tables';
import type { FolderLake, Row } from '#warehouse';

/** What a player reports, as a test writes it: times in seconds from the start of the story. */
export interface Reported {
  readonly id: string;
  readonly user: string;
  readonly video?: string | null;
  readonly player?: string | null;
  readonly type: string;
  readonly at_s: number;
  readonly sequence?: number | null;
  /** When it arrived; when it happened, if left out. */
  readonly received_s?: number;
  readonly position_s?: number | null;
  readonly seek_from_s?: number | null;
  readonly duration_s?: number | null;
  readonly rate?: number | null;
  readonly autoplay?: boolean | null;
  readonly device?: string | null;
  readonly experiment?: string | null;
  readonly variant?: string | null;
  readonly shown?: readonly string[];
}

const startUs = BigInt(Date.UTC(2026, 0, 1)) * 1000n;

/** A data folder of a test's own, with the job's lake over it. */
export interface DataFolder {
  readonly path: string;
  readonly config: Config;
  readonly lake: FolderLake;
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
      await lake.append(tables.events, eventRows(events));
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

async function rowsOf(lake: FolderLake, name: TableName): Promise<string[]> {
  const columns = Object.keys(tables[name].columns);
  const rows = await lake.engine.query(
    sql`select cast(struct_pack(${joinSql(columns.map(c => sql`${ref(c)} := ${ref(c)}`))}) as varchar) as text
    from ${await lake.read(tables[name])} r order by text`,
  );
  return rows.map(row => String(row['text']));
}

/** The events as rows of `events`; as one JSON text, since the engine takes long to parse a thousand rows of SQL. */
function eventRows(events: readonly Reported[]): Fragment {
  const told = events.map(event => ({
    event_id: event.id,
    user_id: event.user,
    video_id: event.video ?? null,
    player_id: event.player ?? null,
    event_type: event.type,
    at_us: Number(startUs) + Math.round(event.at_s * 1e6),
    received_us: Number(startUs) + Math.round((event.received_s ?? event.at_s) * 1e6),
    sequence: event.sequence ?? null,
    position_s: event.position_s ?? null,
    seek_from_s: event.seek_from_s ?? null,
    duration_s: event.duration_s ?? null,
    playback_rate: event.rate ?? null,
    autoplay: event.autoplay ?? null,
    device: event.device ?? null,
    experiment: event.experiment ?? null,
    variant: event.variant ?? null,
    impressions: event.shown ?? null,
    source: 'test',
  }));
  const types: Record<string, string | string[]> = {
    impressions: ['VARCHAR'],
    at_us: 'BIGINT',
    received_us: 'BIGINT',
    sequence: 'BIGINT',
    position_s: 'DOUBLE',
    seek_from_s: 'DOUBLE',
    duration_s: 'DOUBLE',
    playback_rate: 'DOUBLE',
    autoplay: 'BOOLEAN',
  };
  const shape = JSON.stringify([
    Object.fromEntries(Object.keys(told[0] ?? {}).map(name => [name, types[name] ?? 'VARCHAR'])),
  ]);
  const values: Record<string, Fragment> = {
    event_time: raw('make_timestamptz(at_us)'),
    received_at: raw('make_timestamptz(received_us)'),
    ingested_at: raw('make_timestamptz(received_us)'),
    event_date: raw('cast(make_timestamp(at_us) as date)'),
  };
  const isTold = (name: string) => name in (told[0] ?? {});
  const columns = Object.entries(tables.events.columns).map(
    ([name, type]) =>
      sql`cast(${values[name] ?? (isTold(name) ? ref(name) : lit(null))} as ${raw(sqlType(type))}) as ${ref(name)}`,
  );
  return sql`select ${joinSql(columns)} from (select unnest(from_json(${lit(JSON.stringify(told))}, ${lit(shape)}), recursive := true)) t`;
}

const sqlType = (type: string): string =>
  ({ string: 'varchar', timestamp: 'timestamptz', string_list: 'varchar[]' })[type] ?? type;
