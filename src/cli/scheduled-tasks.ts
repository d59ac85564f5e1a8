import { join } from 'node:path';
import { deliver, findJobFailure, openSinks, tellUnstored, watchAlerts, watchFindings } from '#alerts';
import { DeltaTable } from '#delta';
import { PlayheadError } from '#errors';
import {
  type JobResult,
  type Maintained,
  openJobLake,
  openRunLake,
  optimizeTables,
  readRunHistory,
  vacuumTables,
} from '#job';
import { type Clock, readSeenFiles, type SeenFiles, type Task } from '#schedule';
import { deliveryLine } from './alert-words.js';
import { catalogTask } from './catalog-task.js';
import type { CommandContext } from './context.js';
import { readJobState } from './job-state.js';
import { newFiles, takeInFiles } from './new-files.js';
import { runOnce } from './sessionize.js';

export interface TaskOptions {
  readonly context: CommandContext;
  readonly clock: Clock;
  readonly everyMs: number;
  /** Runs whenever there is something new, beside the interval. */
  readonly isWatching: boolean;
  readonly onRun: (result: JobResult) => void;
  /** A gateway that runs already, for reports to ask; one is started for them without it. */
  readonly gatewayUrl?: string | undefined;
}

/** Everything that `playhead run` does: files in, sessions and quality, alerts, reports, and the care of the tables. */
export async function scheduledTasks(options: TaskOptions): Promise<Task[]> {
  const { context, everyMs, isWatching } = options;
  const { schedule, engine, data } = context.config;
  const isInFolder = engine.kind === 'duckdb';
  // In a catalog each look costs a warehouse its rest, and what is new there is seen by the job alone.
  const isLooking = isWatching && isInFolder;
  const alertsMs = isLooking ? Math.min(everyMs, schedule.watch_alerts_every_s * 1000) : everyMs;
  let hasRun = false;
  let hasFailed = false;
  const tell = teller(options);
  const noting: TaskOptions = {
    ...options,
    onRun: result => {
      hasRun ||= result.hasRun;
      options.onRun(result);
    },
  };
  const job = isInFolder ? jobTask(noting, await readSeenFiles(data)) : catalogTask(noting);
  return [
    {
      ...job,
      run: async signal => {
        try {
          await job.run(signal);
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      },
    },
    {
      name: 'alerts',
      everyMs: alertsMs,
      // What a run has just found, or that it has failed, is told at once.
      hasWork: async () => hasRun || hasFailed,
      run: async signal => {
        hasRun = false;
        hasFailed = false;
        await tell(signal);
      },
    },
    ...(await reportTasks(options)),
    // A catalog's tables are cared for by their owner: see docs/databricks.md.
    ...(isInFolder
      ? [
          ...careTask('optimize', schedule.optimize_every_s, options, optimizeTables),
          ...careTask('vacuum', schedule.vacuum_every_s, options, vacuumTables),
        ]
      : []),
  ];
}

function jobTask({ context, clock, everyMs, isWatching, onRun }: TaskOptions, seen: SeenFiles): Task {
  const { config, note } = context;
  const inputs = ['events', 'events_rejected', 'video_catalog'].map(name => new DeltaTable(join(config.data, name)));
  const versions = async () =>
    JSON.stringify(await Promise.all(inputs.map(async table => (await table.newest())?.version ?? null)));
  const filesToTakeIn = () => newFiles(config.schedule.ingest, seen, clock.now());
  let known: string | undefined;
  return {
    name: 'job',
    everyMs,
    hasWork: isWatching ? async () => (await versions()) !== known || (await filesToTakeIn()).length > 0 : undefined,
    run: async signal => {
      const files = await filesToTakeIn();
      if (files.length > 0) {
        const { lake, engine, close } = await openJobLake({
          data: config.data,
          engine: { ...config.engine, memory_limit: config.engine.ingest_memory_limit },
        });
        try {
          const isStopping = () => signal.aborted;
          await takeInFiles({ lake, engine, config, files, seen, clock: () => clock.now(), note, isStopping });
        } finally {
          await close();
        }
      }
      if (signal.aborted) return;
      known = await versions();
      onRun(await runOnce(context, 'incremental', () => clock.now()));
    },
  };
}

/**
 * Tells what there is to be told. When even that cannot be written down (a full disk), the failing job itself is told
 * without: once, and again after the usual interval.
 */
function teller(options: TaskOptions): (signal: AbortSignal) => Promise<void> {
  const { context, clock } = options;
  const { config, note } = context;
  let toldMs: number | undefined;
  return async signal => {
    try {
      await lookAndTell(options, signal);
      toldMs = undefined;
    } catch (error) {
      const failure = findJobFailure(await readJobState(config.data), config.alerts);
      const nowMs = clock.now().getTime();
      const isDue = toldMs === undefined || nowMs - toldMs >= config.alerts.repeat_s * 1000;
      if (error instanceof PlayheadError && failure.verdict === 'firing' && isDue) {
        const unstored = { config: config.alerts, sinks: sinksOf(options), now: clock.now() };
        const taken = await tellUnstored([failure], unstored);
        if (taken.length > 0) toldMs = nowMs;
        note(`alerts: the failing job was told to ${taken.join(', ') || 'nobody'}; the incident cannot be stored`);
      }
      throw error;
    }
  };
}

const sinksOf = ({ context: { config }, clock }: TaskOptions) =>
  openSinks(config.alerts, { clock: () => clock.now(), log: line => process.stderr.write(`${line}\n`) });

/** Brings the incidents up to date with the job and the served tables, and sends what is to be said. */
async function lookAndTell(options: TaskOptions, signal: AbortSignal): Promise<void> {
  const { context, clock } = options;
  const { config, note } = context;
  const now = () => clock.now();
  const sinks = sinksOf(options);
  const failure = findJobFailure(await readJobState(config.data), config.alerts);
  const { lake, engine, close } = await openRunLake(config);
  try {
    const { finished: served } = await readRunHistory(lake, engine);
    const about = { lake, engine, config, now: now() };
    if (served !== undefined) await watchAlerts({ ...about, served }, sinks.keys(), [failure]);
    else await watchFindings({ ...about, runId: '' }, [failure], sinks.keys());
    const deliveries = await deliver({
      store: { lake, engine, folder: config.data },
      config: config.alerts,
      sinks,
      clock: now,
      sleep: ms => clock.sleep(ms, signal),
      isStopping: () => signal.aborted,
    });
    for (const line of deliveries.map(deliveryLine)) if (line !== undefined) note(line);
  } finally {
    await close();
  }
}

/** Loaded only where reports are wanted: what draws takes long to load. */
async function reportTasks(options: TaskOptions): Promise<Task[]> {
  if (Object.keys(options.context.config.reports).length === 0) return [];
  return (await import('./scheduled-reports.js')).reportTasks(options);
}

function careTask(name: string, everyS: number, { context, clock }: TaskOptions, care: typeof optimizeTables): Task[] {
  if (everyS === 0) return [];
  const run = async () => {
    const { lake, engine, close } = await openJobLake(context.config);
    try {
      const done = await care({ lake, engine, now: clock.now() });
      if (done.length > 0) context.note(`${name}: ${done.map(careWords).join(', ')}`);
    } finally {
      await close();
    }
  };
  return [{ name, everyMs: everyS * 1000, run }];
}

const careWords = ({ table, fileCount, sizeBytes }: Maintained): string =>
  `${fileCount} files of ${table} (${(sizeBytes / 1e6).toFixed(1)} MB)`;
