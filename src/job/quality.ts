import { buildQualityResults } from '#quality';
import { planPipeline, ref, sql } from '#sql';
import { publishMore } from './publish.js';
import type { RunContext } from './run-context.js';
import { columnList, relationOf } from './tables.js';

/** Asks every data-quality rule of the new events and of the tables as they are after the run. */
export async function checkQuality(
  context: RunContext,
  { checkedAt, newEventCount }: { readonly checkedAt: Date; readonly newEventCount: number },
): Promise<void> {
  const { config, d, lake, run, previous, scratch, stopwatch } = context;
  const addedAfter = previous?.versions.events_rejected;
  await scratch.view(
    'new_rejected',
    sql`select * from ${await relationOf(lake, 'events_rejected', run.base, { addedAfter })}`,
  );
  const results = buildQualityResults(config, { runId: run.runId, checkedAt, newEventCount }, d);
  await scratch.run(planPipeline([results], d), stopwatch);
  await publishMore(
    context,
    'quality_results',
    sql`select ${columnList('quality_results')} from ${ref('quality_results')} r`,
  );
}
