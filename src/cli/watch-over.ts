import { deliver, type Finding, findJobSilence, openSinks, watchFindings } from '#alerts';
import { PlayheadError } from '#errors';
import { openRunLake, readRunHistory } from '#job';
import type { Clock } from '#schedule';
import { deliveryLine } from './alert-words.js';
import type { CommandContext } from './context.js';
import { readJobState } from './job-state.js';

const lookMs = 60_000;
/** How often an incident that stays is looked at, for it to be repeated in time. */
const repeatLookMs = 15 * lookMs;

export interface WatchOverOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Looks every minute whether the job still runs, from a process that would notice if it did not: the serving one.
 * Tables are opened only when that changes, or an incident may have to be repeated.
 */
export async function watchOver(context: CommandContext, { clock, signal }: WatchOverOptions): Promise<void> {
  const { config, note } = context;
  let before: { readonly verdict: Finding['verdict']; readonly atMs: number } | undefined;
  let told = '';
  while (!signal.aborted) {
    const now = clock.now();
    const finding = findJobSilence(await readJobState(config.data), config.alerts, now);
    const { verdict } = finding;
    const isSame = before?.verdict === verdict;
    const isOld = now.getTime() - (before?.atMs ?? 0) >= repeatLookMs;
    if (verdict !== 'unknown' && (!isSame || (verdict === 'firing' && isOld))) {
      try {
        const isAllTold = await storeAndTell(context, finding, { clock, signal });
        before = isAllTold ? { verdict, atMs: now.getTime() } : undefined;
        told = '';
      } catch (error) {
        // A full disk, another writer: the next look may succeed.
        if (!(error instanceof PlayheadError)) throw error;
        if (error.line !== told) note(`${error.line} (${finding.rule})`);
        told = error.line;
      }
    }
    await clock.sleep(lookMs, signal);
  }
}

/** True when nothing is left to be sent. */
async function storeAndTell(
  { config, note }: CommandContext,
  finding: Finding,
  { clock, signal }: WatchOverOptions,
): Promise<boolean> {
  const now = () => clock.now();
  const sinks = openSinks(config.alerts, { clock: now, log: line => process.stderr.write(`${line}\n`) });
  const { lake, engine, close } = await openRunLake(config);
  try {
    const { finished } = await readRunHistory(lake, engine);
    const context = { lake, engine, config, now: now(), runId: finished?.runId ?? '' };
    await watchFindings(context, [finding], sinks.keys());
    const deliveries = await deliver({
      store: { lake, engine, folder: config.data },
      config: config.alerts,
      sinks,
      clock: now,
      sleep: ms => clock.sleep(ms, signal),
      isStopping: () => signal.aborted,
      // Everything else is the schedule's to send.
      rules: [finding.rule],
    });
    for (const line of deliveries.map(deliveryLine)) if (line !== undefined) note(line);
    return deliveries.every(({ outcome }) => outcome !== 'kept_for_later');
  } finally {
    await close();
  }
}
