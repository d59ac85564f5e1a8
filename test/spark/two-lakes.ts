import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, configSchema } from '#config';
import { ingestFiles, ingestVideos, type JobResult, openJobLake, runJob } from '#job';
import { generate } from '#simulate';
import { compile, type Fragment, lit, raw, ref, sql } from '#sql';
import { derivedTables, type TableName, tables } from '#tables';
import {
  type CatalogLake,
  DuckdbEngine,
  type Engine,
  type Lake,
  openCatalogLake,
  openLake,
  openSparkEngine,
  type RunOptions,
} from '#warehouse';

/** What the simulated world is made of. */
export interface World {
  readonly users: number;
  readonly videos: number;
  readonly days: number;
  readonly seed: number;
}

/** When the world ends and every run takes place. */
const until = new Date('2026-11-01T00:00:00Z');
export const clock = (): Date => until;

/** The tables that the job is given, batch by batch, as Parquet files. */
export type Batch = Readonly<Partial<Record<TableName, string>>>;

/** What DuckDB made of a world: a data folder, and what came into it and out of it in each of two runs. */
export interface DuckdbStory {
  readonly folder: string;
  readonly config: Config;
  readonly runs: readonly JobResult[];
  readonly batches: readonly Batch[];
}

/** The operator's own rule is SQL that both engines know. */
const settings = {
  quality: {
    rules: {
      no_endless_watching: {
        says: 'Nobody watches one video for 3 hours in a session.',
        rows: 'sessions',
        where: 'not is_live',
        fails_when: 'watch_time_s > 10800 or watch_time_s is null',
      },
      nobody_pauses: {
        says: 'Nobody pauses, which is wrong of this world.',
        rows: 'sessions',
        severity: 'error',
        fails_when: 'pause_count > 0',
      },
    },
  },
};

/**
 * A simulated world whose last third comes in later than the rest, late and copied events included: a full run over the
 * first part, an incremental one over the second.
 */
export async function tellDuckdb(folder: string, world: World): Promise<DuckdbStory> {
  const made = await generate({ ...world, folder, until, heartbeats: false, dirtyRatio: 0.01 });
  const config = configSchema.parse({ data: join(folder, 'duckdb'), engine: { threads: 2 }, ...settings });
  const { lake, engine, close } = await openJobLake(config);
  try {
    await ingestVideos({ lake, engine, file: join(folder, made.catalog_file) });
    const cut = Math.ceil((made.event_files.length * 2) / 3);
    const runs: JobResult[] = [];
    const batches: Batch[] = [];
    for (const [i, names] of [made.event_files.slice(0, cut), made.event_files.slice(cut)].entries()) {
      const files = names.map(name => join(folder, name));
      await ingestFiles({ lake, engine, config, files, clock });
      runs.push(await runJob({ lake, engine, config, clock, mode: 'incremental' }));
      const inputs =
        i === 0 ? (['events', 'events_rejected', 'video_catalog'] as const) : (['events', 'events_rejected'] as const);
      const written: Partial<Record<TableName, string>> = {};
      for (const name of inputs) {
        const version = runs[i]?.versions[name];
        const path = join(folder, `${name}-${i}.parquet`);
        const rows = await lake.read(tables[name], { version, addedAfter: runs[i - 1]?.versions[name] });
        await engine.run(sql`copy (select * from ${rows} r) to ${lit(path)} (format parquet)`);
        written[name] = path;
      }
      batches.push(written);
    }
    return { folder, config, runs, batches };
  } finally {
    await close();
  }
}

/** Where whoever looks for what is slow has the statements written, a line of JSON each. */
const statementsFile = process.env['PLAYHEAD_SPARK_STATEMENTS'];

/** One statement that ran on Spark. */
export interface Ran {
  readonly text: string;
  readonly ms: number;
}

/** An engine that notes what it runs, and can be killed before a statement. */
export class WatchedEngine implements Engine {
  readonly dialect;
  readonly ran: Ran[] = [];
  /** Throwing here is dying before the statement. */
  before: (text: string) => void = () => undefined;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.dialect = engine.dialect;
  }

  run(statement: Fragment, options?: RunOptions): Promise<void> {
    return this.#timed(statement, () => this.#engine.run(statement, options));
  }

  query(statement: Fragment) {
    return this.#timed(statement, () => this.#engine.query(statement));
  }

  interrupt(): void {
    this.#engine.interrupt();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async #timed<T>(statement: Fragment, work: () => Promise<T>): Promise<T> {
    const { text } = compile(statement, this.dialect);
    this.before(text);
    const startedMs = performance.now();
    try {
      return await work();
    } catch (error) {
      // Whoever looks into a failure wants the whole text.
      if (error instanceof Error) error.message += `\n${text}`;
      throw error;
    } finally {
      const ran = { text, ms: Math.round(performance.now() - startedMs) };
      this.ran.push(ran);
      if (statementsFile !== undefined) appendFileSync(statementsFile, `${JSON.stringify(ran)}\n`);
    }
  }
}

/** A schema of Spark's catalog whose tables lie in a folder that DuckDB can read. */
export interface SparkPlace {
  readonly port: number;
  readonly schema: string;
  /** Where its tables lie. */
  readonly folder: string;
}

/** One job's process, as far as Spark sees it: a session and a lake over it. */
export interface SparkSide {
  readonly engine: WatchedEngine;
  readonly lake: CatalogLake;
  close(): Promise<void>;
}

export async function openSparkSide({ port, schema }: SparkPlace, leaseS?: number): Promise<SparkSide> {
  const engine = new WatchedEngine(
    await openSparkEngine({ kind: 'spark', host: '127.0.0.1', port, path: 'cliservice', protocol: 'http' }),
  );
  const lake = openCatalogLake({ engine, catalog: 'spark_catalog', schema, leaseS });
  return { engine, lake, close: () => engine.close() };
}

export const makeSchema = ({ engine }: SparkSide, { schema, folder }: SparkPlace): Promise<void> =>
  engine.run(sql`create schema if not exists ${ref('spark_catalog', schema)} location ${lit(folder)}`);

/** Puts a batch into Spark's tables. */
export async function load(lake: Lake, batch: Batch): Promise<void> {
  for (const [name, path] of Object.entries(batch)) {
    const { [name as TableName]: spec } = tables;
    await lake.append(spec, sql`select * from ${raw('parquet.')}${ref(path)}`);
  }
}

/** Rows of the published tables that only one of the two lakes has after a run, as multisets and to the last digit. */
export async function differencesAfter(
  story: DuckdbStory,
  place: SparkPlace,
  ofDuckdb: JobResult,
  ofSpark: JobResult,
): Promise<string[]> {
  const engine = await DuckdbEngine.open({ threads: 2 });
  try {
    const [duckdb, spark] = [story.config.data, place.folder].map(folder => openLake({ folder, engine }));
    const found: string[] = [];
    for (const name of derivedTables) {
      const [ours, theirs] = await Promise.all([
        duckdb?.read(tables[name], { version: ofDuckdb.versions[name] ?? -1 }),
        spark?.read(tables[name], { version: ofSpark.versions[name] ?? -1 }),
      ]);
      if (ours === undefined || theirs === undefined) throw new Error('there are two lakes');
      const only = (one: Fragment, other: Fragment) =>
        engine.query(
          sql`select cast(d as varchar) as text from (select * from ${one} a except all select * from ${other} b) d order by 1`,
        );
      const [inDuckdb, inSpark] = [await only(ours, theirs), await only(theirs, ours)];
      found.push(...inDuckdb.slice(0, 3).map(row => `${name}: only DuckDB (1 of ${inDuckdb.length}): ${row['text']}`));
      found.push(...inSpark.slice(0, 3).map(row => `${name}: only Spark (1 of ${inSpark.length}): ${row['text']}`));
    }
    return found;
  } finally {
    await engine.close();
  }
}

/** How many rows a table of a data folder or of Spark's folder has. */
export async function countRows(folder: string, names: readonly TableName[]): Promise<Record<string, number>> {
  const engine = await DuckdbEngine.open({ threads: 1 });
  try {
    const lake = openLake({ folder, engine });
    const counts: Record<string, number> = {};
    for (const name of names) {
      const [row] = await engine.query(
        sql`select cast(count(*) as integer) as n from ${await lake.read(tables[name])} r`,
      );
      counts[name] = Number(row?.['n']);
    }
    return counts;
  } finally {
    await engine.close();
  }
}
