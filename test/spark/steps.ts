import type { Config } from '#config';
import { scoreColumns } from '#engagement';
import { armCounts, exposures } from '#experiments';
import { buildGoldPipeline, buildSessionPipeline } from '#sessionize';
import { compile, type Dialect, type PlannedStatement, planPipeline, raw, ref, sql } from '#sql';
import { tables } from '#tables';
import { type PipelineInput, PipelineRun } from '../scenarios/run-pipeline.js';

/** The statements above sessions and impressions that judge experiments, which read them by names of their own. */
function experimentStatements(d: Dialect): PlannedStatement[] {
  const alias = (name: string, of: string): PlannedStatement => {
    const query = sql`select * from ${ref(of)}`;
    const body = sql`create or replace temporary view ${ref(name)} as ${query}`;
    return { name, query: compile(query, d).text, frees: [], ...compile(body, d) };
  };
  return [
    alias('exposed_sessions', 'sessions'),
    alias('exposed_impressions', 'impressions'),
    ...planPipeline([exposures], d),
    ...planPipeline([armCounts], d),
  ];
}

function sessionAndGold({ sessionization, engagement }: Config) {
  const score = scoreColumns(engagement);
  return {
    session: buildSessionPipeline(sessionization, score),
    gold: Object.values(buildGoldPipeline(sessionization, score).outputs),
  };
}

/** Every step, from `input_events` to the tables above the sessions, and how the sessions' rows came about. */
export function allStatements(config: Config, d: Dialect): PlannedStatement[] {
  const { session, gold } = sessionAndGold(config);
  return [
    ...planPipeline([...Object.values(session.outputs), ...Object.values(session.explained)], d),
    ...planPipeline(gold, d),
    ...experimentStatements(d),
  ];
}

/** What is compared: the published tables that the steps make, whichever they are, the explanations, the sums behind experiments. */
export function outputsOf(config: Config, d: Dialect): string[] {
  const explained = Object.values(sessionAndGold(config).session.explained).map(({ name }) => name);
  const isOutput = (name: string) => Object.hasOwn(tables, name) || explained.includes(name) || name === armCounts.name;
  return allStatements(config, d)
    .map(({ name }) => name)
    .filter(isOutput);
}

/** Runs every step on DuckDB. */
export async function runOnDuckdb(input: PipelineInput): Promise<PipelineRun> {
  const run = await PipelineRun.of(input);
  await run.engine.run(sql`create table first_exposures as
    select user_id, experiment, variant, min(event_time) as first_exposed_at
    from input_events
    where experiment is not null and variant is not null
    group by all`);
  const { dialect } = run.engine;
  // The working tables that the explanations read are gone by now and made once more.
  const explained = planPipeline(Object.values(sessionAndGold(run.config).session.explained), dialect);
  for (const { text } of [...explained, ...experimentStatements(dialect)]) await run.engine.run(raw(text));
  return run;
}

/** What the steps read: the tables of the engine that are not temporary. */
export async function sourcesOf({ engine }: PipelineRun): Promise<string[]> {
  const rows = await engine.query(sql`select table_name as name from duckdb_tables() where not temporary`);
  return rows.map(row => String(row['name']));
}
