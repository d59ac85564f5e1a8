import type { Command } from 'commander';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type CommandContext, contextOf, parseOptions } from './context.js';
import { intervalMs } from './interval.js';
import { jobReport, runOnce } from './sessionize.js';
import { openStopSignal, pause } from './stop-signal.js';

const optionsSchema = z.object({ every: intervalMs.optional() });

/** `playhead run`: the whole schedule; once, or again and again. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('Runs the schedule: sessions and all tables above them, once or every so often.')
    .option('--every <interval>', 'run again after this time (30s, 5m, 1h) until stopped')
    .action(async (options: unknown, command: Command) => {
      const context = contextOf(command);
      const { every } = parseOptions(optionsSchema, options);
      if (every === undefined) return context.print(jobReport(await runOnce(context, 'incremental')));
      const stop = openStopSignal();
      try {
        await runEvery(context, every, stop.signal);
      } finally {
        stop.close();
      }
    });
}

/**
 * Runs the job until the signal aborts; a run that has begun is brought to its end. A run that fails is told and tried
 * again; while it goes on failing in the same way, nothing is told once more.
 */
export async function runEvery(context: CommandContext, everyMs: number, signal: AbortSignal): Promise<void> {
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      const result = await runOnce(context, 'incremental');
      told = undefined;
      if (result.hasRun) context.print(jobReport(result));
    } catch (error) {
      // Somebody else's job, a full disk, no events yet: the next run may succeed. Anything else is a bug and ends the loop.
      if (!(error instanceof PlayheadError)) throw error;
      if (error.line !== told) context.note(error.line);
      told = error.line;
    }
    await pause(everyMs, signal);
  }
}
