import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '#config';
import { pipelineStatements } from '#job';
import { lit, ref, spark, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { PipelineRun } from '../scenarios/run-pipeline.js';

/** The published tables that the pipelines make, whichever they are. */
export const outputsOf = (config: Config): TableName[] => {
  const isTable = (name: string): name is TableName => Object.hasOwn(tables, name);
  return pipelineStatements(config, spark)
    .map(({ name }) => name)
    .filter(isTable);
};

/** One run of both pipelines on DuckDB, to be repeated on Spark over the same rows. */
export interface RepeatedRun {
  readonly title: string;
  readonly run: PipelineRun;
}

const parquetOf = (name: string) => join(name, '*.parquet');

/**
 * Repeats the runs on a real Spark, all in one process, and puts its rows beside DuckDB's: as tables `spark_<output>`
 * of each run's engine.
 */
export async function repeatOnSpark(python: string, folder: string, runs: readonly RepeatedRun[]): Promise<void> {
  const plan = [];
  for (const [i, { title, run }] of runs.entries()) {
    const at = (...names: readonly string[]) => join(folder, [i, ...names].join('-'));
    const sources: Record<string, string> = {};
    // What the pipelines read are the tables that are not temporary.
    for (const row of await run.engine.query(sql`select table_name as name from duckdb_tables() where not temporary`)) {
      const name = String(row['name']);
      sources[name] = at('from', `${name}.parquet`);
      await run.engine.run(sql`copy ${ref(name)} to ${lit(sources[name])} (format parquet)`);
    }
    const statements = pipelineStatements(run.config, spark);
    const outputs = Object.fromEntries(outputsOf(run.config).map(name => [name, at('made', name)]));
    plan.push({ title, sources, statements, outputs });
  }
  const path = join(folder, 'plan.json');
  writeFileSync(path, JSON.stringify(plan));
  await runPython(python, folder, [join(import.meta.dirname, 'run_pipelines.py'), path]);
  for (const [i, { run }] of runs.entries()) {
    for (const [name, made] of Object.entries(plan[i]?.outputs ?? {})) {
      const rows = sql`select * from read_parquet(${lit(parquetOf(made))})`;
      await run.engine.run(sql`create table ${ref(`spark_${name}`)} as ${rows}`);
    }
  }
}

async function runPython(python: string, folder: string, args: readonly string[]): Promise<void> {
  // A SPARK_HOME of the machine would win over the Spark of the environment.
  const { SPARK_HOME: _home, PYTHONPATH: _path, ...env } = process.env;
  try {
    await promisify(execFile)(python, [...args], { cwd: folder, env, maxBuffer: 2 ** 26 });
  } catch (cause) {
    const told = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    throw new Error(`Spark failed:\n${told.slice(-6000)}`, { cause });
  }
}
