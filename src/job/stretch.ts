import { z } from 'zod';
import { type Fragment, raw, sql } from '#sql';
import { tables } from '#tables';
import { addCopies, nameChanges } from './changes.js';
import { cutBeforeChanges, readKnownSessions } from './cut.js';
import { daysOfUsers } from './days.js';
import type { RunContext } from './run-context.js';
import { relationOf } from './tables.js';

/**
 * What is made anew: everything, or of some users (`touched_users`) all from a moment of their own on. As relations:
 * `input_events`, the events to rebuild from; `earlier_sessions`, what of the touched users' sessions before it
 * they can inherit; and `replaced_sessions`, the published rows that the rebuilt ones take the place of.
 */
export interface Stretch {
  readonly touchedUserCount: bigint;
  /** Days of the published sessions that are replaced, as partition values. */
  readonly replacedDays: readonly string[];
}

/** Marks out the whole of the events. */
export async function stretchEverything(context: RunContext, touchedUserCount: bigint): Promise<Stretch> {
  const { lake, run, scratch } = context;
  await scratch.view('input_events', sql`select * from new_events`);
  await scratch.view('earlier_sessions', sql`select * from ${await lake.read(tables.sessions, { version: -1 })}`);
  const published = await relationOf(lake, 'sessions', run.base);
  await scratch.view('replaced_sessions', sql`select * from ${published}`);
  return { touchedUserCount, replacedDays: run.base.sessions === undefined ? [] : await replacedDays(context) };
}

/** Marks out what can differ from the run before: see `changes` and where they cut. */
export async function stretchTouched(context: RunContext): Promise<Stretch> {
  const { engine, d, scratch } = context;
  await nameChanges(context);
  do {
    await readKnownSessions(context);
    await cutBeforeChanges(context);
    await readInputEvents(context);
  } while (await addCopies(context));
  await scratch.view(
    'earlier_sessions',
    sql`select k.* from known_sessions k join touched_users t on t.user_id = k.user_id where k.visit_us < t.rebuild_from_us`,
  );
  await scratch.table(
    'replaced_sessions',
    sql`select s.* from ${await sessionsAfterCut(context)} s join touched_users t on t.user_id = s.user_id
    where ${d.epochUs(raw('s.visit_started_at'))} >= t.rebuild_from_us`,
  );
  const [row] = await engine.query(sql`select cast(count(*) as bigint) as user_count from touched_users`);
  return { touchedUserCount: countSchema.parse(row).user_count, replacedDays: await replacedDays(context) };
}

/** Published sessions of the days on which sessions after some user's cut began. */
async function sessionsAfterCut({ d, engine, lake, run }: RunContext): Promise<Fragment> {
  const days = await daysOfUsers(engine, [
    sql`select ${d.dateOfUs(d.epochUs(raw('k.started_at')))} as day
    from known_sessions k join touched_users t on t.user_id = k.user_id where k.visit_us >= t.rebuild_from_us`,
  ]);
  return relationOf(lake, 'sessions', run.base, {
    partitions: ({ session_date }) => typeof session_date === 'string' && days.has(session_date),
  });
}

/**
 * Reads the touched users' events after their cuts, as `input_events`. Most cuts lie close together; for the few that lie
 * days back, the days are looked through for their users first, so that not every column of every day since is read.
 */
async function readInputEvents(context: RunContext): Promise<void> {
  const { d, engine, scratch } = context;
  const text = raw(d.type('string'));
  const [row] = await engine.query(sql`
    select cast(min(${d.dateOfUs(raw('rebuild_from_us'))}) as ${text}) as first_day,
      cast(${d.dateOfUs(sql`cast(median(rebuild_from_us) as bigint)`)} - 1 as ${text}) as near_day
    from touched_users`);
  const { first_day, near_day } = cutsSchema.parse(row);
  const day = (values: Readonly<Record<string, string | null>>) => values['event_date'] ?? undefined;
  // Days are written YYYY-MM-DD, so text order is time's order.
  const isNear = (of: string | undefined) => of === undefined || near_day === null || of >= near_day;
  const near = await eventsAfterCut(context, values => isNear(day(values)));
  const isBetween = (of: string | undefined) => of !== undefined && !isNear(of) && of >= (first_day ?? of);
  const isFar = first_day !== null && !isNear(first_day);
  const farDays = isFar
    ? await daysOfUsers(engine, [
        sql`select event_date as day from ${await eventsAfterCut(context, values => isBetween(day(values)))} f`,
      ])
    : new Set<string>();
  const far = await eventsAfterCut(context, values => farDays.has(day(values) ?? ''));
  await scratch.table('input_events', sql`select * from ${near} n union all select * from ${far} f`);
}

async function eventsAfterCut(
  { d, lake, run }: RunContext,
  partitions: (values: Readonly<Record<string, string | null>>) => boolean,
): Promise<Fragment> {
  const events = await relationOf(lake, 'events', { events: run.eventsVersion }, { partitions });
  return sql`(select e.* from ${events} e join touched_users t on t.user_id = e.user_id
    where ${d.epochUs(raw('e.event_time'))} >= t.rebuild_from_us)`;
}

async function replacedDays({ engine }: RunContext): Promise<string[]> {
  return [...(await daysOfUsers(engine, [sql`select session_date as day from replaced_sessions`]))];
}

const countSchema = z.object({ user_count: z.bigint() });
const cutsSchema = z.object({ first_day: z.string().nullable(), near_day: z.string().nullable() });
