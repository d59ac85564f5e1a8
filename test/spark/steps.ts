import type { Config } from '#config';
import { armCounts, exposures } from '#experiments';
import { pipelineStatements } from '#job';
import { compile, type Dialect, type PlannedStatement, planPipeline, raw, ref, sql } from '#sql';
import { tables } from '#tables';
import { type PipelineInput, PipelineRun } from '../scenarios/run-pipeline.js';

/** The statements above sessions and impressions that judge experiments, which read them by names of their own. */
function experimentStatements(d: Dialect): PlannedStatement[] {
  const alias = (name: string, of: string): PlannedStatement => ({
    name,
    frees: [],
    ...compile(sql`create or replace temporary view ${ref(name)} as select * from ${ref(of)}`, d),
  });
  return [
    alias('exposed_sessions', 'sessions'),
    alias('exposed_impressions', 'impressions'),
    ...planPipeline([exposures], d),
    ...planPipeline([armCounts], d),
  ];
}

/** Every step of the job, from `input_events` to the tables above the sessions. */
export const allStatements = (config: Config, d: Dialect): PlannedStatement[] => [
  ...pipelineStatements(config, d),
  ...experimentStatements(d),
];

/** What is compared: the published tables that the steps make, whichever they are, and the sums behind experiments. */
export const outputsOf = (statements: readonly PlannedStatement[]): string[] =>
  statements.map(({ name }) => name).filter(name => Object.hasOwn(tables, name) || name === armCounts.name);

/** Runs every step on DuckDB. */
export async function runOnDuckdb(input: PipelineInput): Promise<PipelineRun> {
  const run = await PipelineRun.of(input);
  await run.engine.run(sql`create table first_exposures as
    select user_id, experiment, variant, min(event_time) as first_exposed_at
    from input_events
    where experiment is not null and variant is not null
    group by all`);
  for (const { text } of experimentStatements(run.engine.dialect)) await run.engine.run(raw(text));
  return run;
}

/** What the steps read: the tables of the engine that are not temporary. */
export async function sourcesOf({ engine }: PipelineRun): Promise<string[]> {
  const rows = await engine.query(sql`select table_name as name from duckdb_tables() where not temporary`);
  return rows.map(row => String(row['name']));
}
