import { ingestTables, type JobResult, openCatalog } from '#job';
import type { Clock, Task } from '#schedule';
import type { CommandContext } from './context.js';
import { runOnce } from './sessionize.js';

export interface CatalogTaskOptions {
  readonly context: CommandContext;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly onRun: (result: JobResult) => void;
}

/**
 * What `playhead run` does in a catalog: what is new in the configured tables, then the job. A table that fails keeps no other
 * from entering and the job from running; it is told afterwards, as the failure of the task.
 */
export function catalogTask({ context, clock, everyMs, onRun }: CatalogTaskOptions): Task {
  return {
    name: 'job',
    everyMs,
    run: async signal => {
      const failures = await takeInTables(context, clock, signal);
      if (!signal.aborted) onRun(await runOnce(context, 'incremental', () => clock.now()));
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** The failures, in the order of the tables. */
async function takeInTables({ config, note }: CommandContext, clock: Clock, signal: AbortSignal): Promise<unknown[]> {
  const { tables, preset } = config.schedule.ingest;
  const opened = tables.length === 0 ? undefined : await openCatalog(config);
  if (opened === undefined) return [];
  const { lake, engine, close } = opened;
  const failures: unknown[] = [];
  try {
    for (const table of tables) {
      if (signal.aborted) break;
      try {
        const inputs = await ingestTables({ lake, engine, config, preset, tables: [table], clock: () => clock.now() });
        for (const { isRepeat, acceptedCount, rejectedCount } of inputs) {
          if (!isRepeat) note(`${table}: ${acceptedCount} events accepted, ${rejectedCount} rows rejected`);
        }
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  } finally {
    await close();
  }
}
