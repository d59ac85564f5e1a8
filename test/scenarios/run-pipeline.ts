import { type Config, configSchema } from '#config';
import { scoreColumns } from '#engagement';
import { buildGoldPipeline, buildSessionPipeline } from '#sessionize';
import { type Fragment, join, lit, planPipeline, raw, ref, type SqlValue, type Step, sql } from '#sql';
import { type TableName, tables } from '#tables';
import { DuckdbEngine, type Row } from '#warehouse';

/** Rows to put into a source: column to value; columns left out are null. */
export type Rows = readonly Readonly<Record<string, SqlValue>>[];

/** What the pipelines read. Times are microseconds since 1970, as BIGINT. */
export interface PipelineInput {
  readonly events: Rows;
  readonly catalog?: Rows;
  readonly impressions?: Rows;
  readonly earlierSessions?: Rows;
  readonly newestReceivedUs: bigint;
  readonly config?: Config;
}

const rowsPerInsert = 500;

/** Runs both pipelines on DuckDB over rows given as values, and answers questions over the result. */
export class PipelineRun {
  readonly engine: DuckdbEngine;
  readonly config: Config;

  private constructor(engine: DuckdbEngine, config: Config) {
    this.engine = engine;
    this.config = config;
  }

  static async of(input: PipelineInput): Promise<PipelineRun> {
    const run = new PipelineRun(await DuckdbEngine.open({ threads: 1 }), input.config ?? configSchema.parse({}));
    await run.#fill('events', 'input_events', input.events);
    await run.#fill('video_catalog', 'video_catalog', input.catalog ?? []);
    await run.#fill('impressions', 'impressions', input.impressions ?? []);
    await run.#fill('sessions', 'earlier_sessions', input.earlierSessions ?? []);
    await run.engine.run(sql`create table clock as select ${lit(input.newestReceivedUs)} as newest_received_us`);
    const score = scoreColumns(run.config.engagement);
    await run.#run(Object.values(buildSessionPipeline(run.config.sessionization, score).outputs));
    await run.#run(Object.values(buildGoldPipeline(run.config.sessionization, score).outputs));
    return run;
  }

  /** All rows of a table, its instants as BIGINT microseconds, sorted. */
  async rows(table: TableName, order: readonly string[]): Promise<Row[]> {
    const columns = Object.entries(tables[table].columns).map(([name, type]) =>
      type === 'timestamp' ? sql`epoch_us(${ref(name)}) as ${ref(name)}` : ref(name),
    );
    return this.engine.query(
      sql`select ${join(columns)} from ${ref(table)} order by ${join(order.map(name => ref(name)))}`,
    );
  }

  async #run(outputs: readonly Step[]): Promise<void> {
    for (const { text, frees } of planPipeline(outputs, this.engine.dialect)) {
      await this.engine.run(raw(text));
      for (const name of frees) await this.engine.run(sql`drop table ${ref(name)}`);
    }
  }

  async #fill(table: TableName, name: string, rows: Rows): Promise<void> {
    const columns = Object.entries(tables[table].columns);
    const types = columns.map(([column, type]) => sql`${ref(column)} ${raw(this.engine.dialect.type(type))}`);
    await this.engine.run(sql`create table ${ref(name)} (${join(types)})`);
    const value = (row: Rows[number], column: string, type: string): Fragment =>
      type === 'timestamp' && typeof row[column] === 'bigint'
        ? sql`make_timestamptz(${lit(row[column])})`
        : lit(row[column] ?? null);
    for (let from = 0; from < rows.length; from += rowsPerInsert) {
      const values = rows
        .slice(from, from + rowsPerInsert)
        .map(row => sql`(${join(columns.map(([column, type]) => value(row, column, type)))})`);
      await this.engine.run(sql`insert into ${ref(name)} values ${join(values)}`);
    }
  }
}
