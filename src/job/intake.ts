import { z } from 'zod';
import { lit, raw, sql } from '#sql';
import type { RunContext } from './run-context.js';
import { relationOf } from './tables.js';

/** What came since the last run. */
export interface Intake {
  readonly newEventCount: bigint;
  /** Whom the new events are of, where that is everybody; null in an incremental run, which touches others too. */
  readonly userCount: bigint | null;
  /** Over all events ever: what "now" means. */
  readonly newestReceivedUs: bigint | null;
  readonly newestEventUs: bigint | null;
}

const factsSchema = z.object({
  event_count: z.bigint(),
  user_count: z.bigint().nullable(),
  newest_received_us: z.bigint().nullable(),
  newest_event_us: z.bigint().nullable(),
});

/** Gives the new events a name, `new_events` (all of them in a full run), and tells how many they are and how new. */
export async function takeIn({ lake, engine, d, run, previous, scratch }: RunContext): Promise<Intake> {
  const versions = { events: run.eventsVersion };
  const added = await relationOf(lake, 'events', versions, { addedAfter: previous?.eventsVersion });
  await scratch.view('new_events', sql`select * from ${added}`);
  const [row] = await engine.query(sql`
    select
      cast(count(*) as bigint) as event_count,
      cast(${run.mode === 'full' ? sql`count(distinct user_id)` : lit(null)} as ${raw(d.type('bigint'))}) as user_count,
      max(${d.epochUs(raw('received_at'))}) as newest_received_us,
      max(${d.epochUs(raw('event_time'))}) as newest_event_us
    from new_events`);
  const facts = factsSchema.parse(row);
  const newestReceivedUs = latest(facts.newest_received_us, previous?.newestReceivedUs);
  await scratch.table(
    'clock',
    sql`select cast(${lit(newestReceivedUs)} as ${raw(d.type('bigint'))}) as newest_received_us`,
  );
  return {
    newEventCount: facts.event_count,
    userCount: facts.user_count,
    newestReceivedUs,
    newestEventUs: latest(facts.newest_event_us, previous?.newestEventUs),
  };
}

function latest(a: bigint | null, b: bigint | null | undefined): bigint | null {
  if (a === null) return b ?? null;
  return b === null || b === undefined || a > b ? a : b;
}
