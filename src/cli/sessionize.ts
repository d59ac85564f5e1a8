import type { Command } from 'commander';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { countSteps, type JobResult, openRunLake, pipelineStatements, runJob } from '#job';
import { duckdb, spark } from '#sql';
import { type CommandContext, contextOf, parseOptions } from './context.js';

const optionsSchema = z.object({
  full: z.boolean().default(false),
  printSql: z.boolean().default(false),
  dialect: z.enum(['duckdb', 'spark']).optional(),
});

/** `playhead sessionize`: the job, once. */
export function registerSessionize(program: Command): void {
  program
    .command('sessionize')
    .description('Brings sessions and all tables above them up to the newest events.')
    .option('--full', 'make every row anew instead of only what new events touch')
    .option('--print-sql', 'print the SQL of all steps and run nothing')
    .option('--dialect <name>', 'for --print-sql: duckdb (default) or spark')
    .action(async (options: unknown, command: Command) => {
      const context = contextOf(command);
      const { full, printSql, dialect } = parseOptions(optionsSchema, options);
      if (printSql) return printSteps(context, dialect ?? 'duckdb');
      if (dialect !== undefined) throw dialectAlone();
      context.print(jobReport(await runOnce(context, full ? 'full' : 'incremental')));
    });
}

const dialectAlone = (): PlayheadError =>
  new PlayheadError({
    code: 'USAGE',
    at: '--dialect',
    message: 'it says what --print-sql prints, not where the job runs',
    hint: 'add --print-sql, or set engine.kind',
  });

/** Opens what the configuration says, runs the job with a progress bar, closes it again. */
export async function runOnce(
  { config, progress }: CommandContext,
  mode: 'full' | 'incremental',
  clock: () => Date = () => new Date(),
): Promise<JobResult> {
  const { lake, engine, close } = await openRunLake(config);
  const bar = progress('Sessionizing', countSteps(config, engine.dialect));
  try {
    const onStep = (_step: string, done: number) => bar.update(done);
    return await runJob({ lake, engine, config, mode, clock, observer: { onStep } });
  } finally {
    bar.stop();
    await close();
  }
}

/** What a run did, as a sentence and as one JSON object. */
export function jobReport(result: JobResult): { readonly text: string; readonly value: unknown } {
  const seconds = (result.totalMs / 1000).toFixed(1);
  const resumed = result.wasResumed ? ', after bringing an interrupted run to its end' : '';
  const text = result.hasRun
    ? [
        `${result.runId} (${result.mode}) in ${seconds} s${resumed}: ${result.newEventCount} new events touch ${result.touchedUserCount} users; ${result.rebuiltSessionCount} sessions rebuilt`,
        `changed tables: ${result.committed.join(', ') || 'none'}`,
      ].join('\n')
    : `nothing new since ${result.runId}`;
  const value = {
    has_run: result.hasRun,
    run_id: result.runId,
    sequence: result.sequence,
    mode: result.mode,
    was_resumed: result.wasResumed,
    events_version: result.eventsVersion,
    new_event_count: result.newEventCount,
    touched_user_count: result.touchedUserCount,
    rebuilt_session_count: result.rebuiltSessionCount,
    table_versions: result.versions,
    changed_tables: result.committed,
    timings_ms: Object.fromEntries(result.timings.map(({ step, ms }) => [step, ms])),
    total_ms: result.totalMs,
  };
  return { text, value };
}

function printSteps({ config, print }: CommandContext, dialect: 'duckdb' | 'spark'): void {
  const statements = pipelineStatements(config, dialect === 'spark' ? spark : duckdb);
  print({
    text: statements.map(({ text }) => `${text};`).join('\n\n'),
    value: statements.map(({ name, text }) => ({ step: name, sql: text })),
  });
}
