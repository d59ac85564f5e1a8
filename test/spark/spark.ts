import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lit, ref, spark, sql } from '#sql';
import type { PipelineRun } from '../scenarios/run-pipeline.js';
import { twinOf } from './compare.js';
import { allStatements, outputsOf, sourcesOf } from './steps.js';

/**
 * Repeats runs on a real Spark, all in one process, over the rows that DuckDB read, and puts Spark's rows beside
 * DuckDB's: a twin of each output in the run's engine. The folder is for the files in between.
 */
export async function repeatOnSpark(
  python: string,
  folder: string,
  runs: ReadonlyMap<string, PipelineRun>,
): Promise<void> {
  const plan = [];
  for (const [title, run] of runs) {
    const at = (direction: string, name: string) => join(folder, `${plan.length}-${direction}-${name}`);
    const sources: Record<string, string> = {};
    for (const name of await sourcesOf(run)) {
      const file = at('from', `${name}.parquet`);
      await run.engine.run(sql`copy ${ref(name)} to ${lit(file)} (format parquet)`);
      sources[name] = file;
    }
    const statements = allStatements(run.config, spark);
    const outputs = Object.fromEntries(outputsOf(run.config, spark).map(name => [name, at('made', name)]));
    plan.push({ title, run, sources, statements, outputs });
  }
  const path = join(folder, 'plan.json');
  writeFileSync(path, JSON.stringify(plan.map(({ run: _, ...told }) => told)));
  await runPython(python, folder, [join(import.meta.dirname, 'run_pipelines.py'), path]);
  for (const { run, outputs } of plan) {
    for (const [name, made] of Object.entries(outputs)) {
      const rows = sql`select * from read_parquet(${lit(join(made, '*.parquet'))})`;
      await run.engine.run(sql`create table ${ref(twinOf(name))} as ${rows}`);
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
