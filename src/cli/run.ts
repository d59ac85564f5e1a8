import type { Command } from 'commander';
import { z } from 'zod';
import { type Clock, runPass, runSchedule, type ScheduleOptions, systemClock } from '#schedule';
import { type CommandContext, contextOf, parseOptions } from './context.js';
import { intervalMs } from './interval.js';
import { scheduledTasks } from './scheduled-tasks.js';
import { jobReport } from './sessionize.js';
import { openStopSignal } from './stop-signal.js';

const optionsSchema = z.object({ every: intervalMs.optional(), watch: z.boolean().default(false) });

/** How often `--watch` runs though it has seen nothing new, where `--every` does not say it. */
const watchEveryMs = 300_000;

/** `playhead run`: the whole schedule; once, or again and again. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description(
      'Runs the schedule: new files in, sessions, data quality, alerts, reports, care of the tables; once or for ever.',
    )
    .option('--every <interval>', 'run again after this time (30s, 5m, 1h) until stopped')
    .option('--watch', 'run whenever there is something new, until stopped')
    .addHelpText(
      'after',
      '\nThe files to take in stand in the configuration (schedule.ingest.files). One schedule runs on a data folder at a time.\nCtrl+C ends it after the step that is at work.',
    )
    .action(async (options: unknown, command: Command) => {
      const context = contextOf(command);
      const { every, watch } = parseOptions(optionsSchema, options);
      const stop = openStopSignal();
      try {
        if (every === undefined && !watch) return await runOncePerTask(context, stop.signal);
        await runEvery(context, { everyMs: every ?? watchEveryMs, isWatching: watch, signal: stop.signal });
      } finally {
        stop.close();
      }
    });
}

export interface RunEveryOptions {
  readonly everyMs: number;
  readonly isWatching?: boolean | undefined;
  /** Ends the schedule; what has begun is brought to its end. */
  readonly signal: AbortSignal;
  readonly ifLeased?: ScheduleOptions['ifLeased'] | undefined;
  readonly clock?: Clock | undefined;
  /** Of a gateway that runs already: reports ask it. */
  readonly gatewayUrl?: string | undefined;
}

/**
 * Runs the schedule until the signal aborts. What fails is told and tried again; while it goes on failing in the same
 * way, nothing is told once more. @throws SCHEDULE_LEASED unless it is to wait
 */
export async function runEvery(context: CommandContext, options: RunEveryOptions): Promise<void> {
  const { everyMs, isWatching = false, signal, ifLeased = 'fail', clock = systemClock, gatewayUrl } = options;
  const { schedule } = context.config;
  const onRun = (result: Parameters<typeof jobReport>[0]) => {
    if (result.hasRun) context.print(jobReport(result));
  };
  let isStandingBy = false;
  await runSchedule({
    ...scheduleOptions(context, clock, signal),
    tasks: await scheduledTasks({ context, clock, everyMs, isWatching, onRun, gatewayUrl }),
    pollMs: isWatching ? schedule.watch_poll_s * 1000 : everyMs,
    ifLeased,
    onStandby: leased => {
      if (!isStandingBy) context.note(`${leased.line}; standing by`);
      isStandingBy = true;
    },
  });
}

/** Everything once; what is due only now and then (the care of the tables) only when it is. */
async function runOncePerTask(context: CommandContext, signal: AbortSignal): Promise<void> {
  const clock = systemClock;
  await runPass({
    ...scheduleOptions(context, clock, signal),
    tasks: await scheduledTasks({
      context,
      clock,
      everyMs: 0,
      isWatching: false,
      onRun: result => context.print(jobReport(result)),
    }),
    pollMs: 0,
    backoffMs: 0,
    backoffMsMax: 0,
    ifLeased: 'fail',
  });
}

function scheduleOptions({ config, note }: CommandContext, clock: Clock, signal: AbortSignal) {
  const { backoff_s, backoff_s_max, lease_s } = config.schedule;
  return {
    folder: config.data,
    clock,
    signal,
    backoffMs: backoff_s * 1000,
    backoffMsMax: backoff_s_max * 1000,
    leaseMs: lease_s * 1000,
    onFailure: (task: string, failure: { readonly line: string }, nextAt: Date) =>
      note(`${failure.line} (${task}; next attempt at ${nextAt.toISOString()})`),
  };
}
