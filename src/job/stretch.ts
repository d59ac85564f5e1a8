import { z } from 'zod';
import { type Fragment, lit, raw, sql } from '#sql';
import { tables } from '#tables';
import type { PartitionFilter } from '#warehouse';
import type { RunContext } from './run-context.js';
import { relationOf } from './tables.js';

/**
 * What is made anew: everything, or of some users (`touched_users`) all from a moment of their own on. As relations:
 * `input_events`, the events to rebuild from; `earlier_sessions`, what the touched users watched before; and
 * `replaced_sessions`, the published rows that the rebuilt ones take the place of.
 */
export interface Stretch {
  readonly touchedUserCount: bigint;
  /** Days of the published sessions that are replaced, as partition values. */
  readonly replacedDays: readonly string[];
}

/** Year 1: before every event. */
const beginningUs = lit(-62_135_596_800_000_000n);

/** Marks out the whole of the events. */
export async function stretchEverything(context: RunContext): Promise<Stretch> {
  const { lake, engine, run, scratch } = context;
  await scratch.view('input_events', sql`select * from new_events`);
  await scratch.view('earlier_sessions', sql`select * from ${await lake.read(tables.sessions, { version: -1 })}`);
  const published = await relationOf(lake, 'sessions', run.base);
  await scratch.view('replaced_sessions', sql`select * from ${published}`);
  const [row] = await engine.query(sql`select cast(count(distinct user_id) as bigint) as user_count from new_events`);
  return { touchedUserCount: countSchema.parse(row).user_count, replacedDays: await daysOf(context) };
}

/**
 * Marks out what the new events can touch. A visit's bounds depend on what came before it, so a user's visits before the
 * one that stands at the earliest new event stay as they are, unless steady play may bridge the gap between them.
 */
export async function stretchTouched(context: RunContext): Promise<Stretch> {
  const { lake, engine, d, run, scratch } = context;
  const published = await relationOf(lake, 'sessions', run.base);
  await scratch.table('touched_users', touchedUsers(context, published));
  const facts = touchedSchema.parse(
    (
      await engine.query(sql`
      select cast(count(*) as bigint) as user_count, cast(min(${d.dateOfUs(raw('rebuild_from_us'))}) as varchar) as first_day
      from touched_users`)
    )[0],
  );
  const events = await relationOf(
    lake,
    'events',
    { events: run.eventsVersion },
    { partitions: notBefore('event_date', facts.first_day) },
  );
  await scratch.table(
    'input_events',
    sql`select e.* from ${events} e join touched_users t on t.user_id = e.user_id
    where ${d.epochUs(raw('e.event_time'))} >= t.rebuild_from_us`,
  );
  const ofTouched = (
    comparison: Fragment,
  ) => sql`select s.* from ${published} s join touched_users t on t.user_id = s.user_id
    where ${d.epochUs(raw('s.visit_started_at'))} ${comparison} t.rebuild_from_us`;
  await scratch.table('earlier_sessions', ofTouched(raw('<')));
  await scratch.table('replaced_sessions', ofTouched(raw('>=')));
  return { touchedUserCount: facts.user_count, replacedDays: await daysOf(context) };
}

/** One row per touched user: the moment, in microseconds, from which the user's visits are made anew. */
function touchedUsers({ d }: RunContext, published: Fragment): Fragment {
  return sql`
with arrivals as (
  -- visits that begin before this moment stand
  select user_id, min(${d.epochUs(raw('event_time'))}) as before_us from new_events group by user_id
  union all
  -- sessions that were open may have timed out by now; the start of their visit still stands
  select user_id, min(${d.epochUs(raw('visit_started_at'))}) + 1 as before_us from ${published} o
  where end_reason = 'open' group by user_id
),
touched as (select user_id, min(before_us) as before_us from arrivals group by user_id),
published as (
  select s.user_id, s.video_id, s.player_id, s.end_reason, ${d.epochUs(raw('s.visit_started_at'))} as visit_us, t.before_us
  from ${published} s join touched t on t.user_id = s.user_id
),
visits as (
  select user_id, visit_us, max(before_us) as before_us,
    lag(visit_us) over (partition by user_id order by visit_us) as previous_us
  from published group by user_id, visit_us
),
-- Visits that could grow together with the one before: a session of the same player and video was running when that one
-- ended. What arrives late may yet decide on the gap (the video's duration, say), so one goes further back.
bridgeable as (
  select distinct v.user_id, v.visit_us
  from visits v
  join published b on b.user_id = v.user_id and b.visit_us = v.previous_us and b.end_reason in ('timeout', 'open')
  join published a on a.user_id = v.user_id and a.visit_us = v.visit_us and a.video_id = b.video_id and a.player_id is not distinct from b.player_id
),
standing as (
  select v.user_id, max(v.visit_us) as rebuild_from_us
  from visits v left join bridgeable b on b.user_id = v.user_id and b.visit_us = v.visit_us
  where v.visit_us < v.before_us and b.user_id is null
  group by v.user_id
)
select t.user_id, coalesce(s.rebuild_from_us, ${beginningUs}) as rebuild_from_us
from touched t left join standing s on s.user_id = t.user_id`;
}

const countSchema = z.object({ user_count: z.bigint() });
const touchedSchema = z.object({
  user_count: z.bigint(),
  first_day: z.string().nullable(),
});
const daySchema = z.object({ day: z.string() });

/** Partitions that may hold rows of a day or later; all where no day is known. */
function notBefore(column: string, day: string | null): PartitionFilter | undefined {
  if (day === null) return undefined;
  // Days are written YYYY-MM-DD, so text order is time's order.
  return values => (values[column] ?? day) >= day;
}

async function daysOf({ engine }: RunContext): Promise<string[]> {
  const rows = await engine.query(sql`select distinct cast(session_date as varchar) as day from replaced_sessions`);
  return rows.map(row => daySchema.parse(row).day);
}
