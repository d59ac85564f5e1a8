import { z } from 'zod';
import { earlierSessions } from '#sessionize';
import { type Fragment, join, lit, raw, ref, sql } from '#sql';
import { daysOfUsers } from './days.js';
import type { RunContext } from './run-context.js';
import { relationOf } from './tables.js';

const dayUs = 86_400_000_000;
/** Year 1: before every event. */
const beginningUs = lit(-62_135_596_800_000_000n);

/** What the published sessions of touched users tell, as `known_sessions`: few columns of all of them. */
export async function readKnownSessions({ d, lake, run, scratch }: RunContext): Promise<void> {
  const published = await relationOf(lake, 'sessions', run.base);
  await scratch.table(
    'known_sessions',
    sql`select ${join(Object.keys(earlierSessions.columns).map(name => ref('s', name)))}, s.player_id,
      ${d.epochUs(raw('s.visit_started_at'))} as visit_us, ${d.epochUs(raw('s.ended_at'))} as end_us
    from ${published} s
    where s.user_id in (select user_id from changes)`,
  );
}

/**
 * Finds, as `touched_users`, the moment from which each touched user's visits are made anew. Everything before it must
 * stand whatever the changes are, so it lies
 * - not after the first change,
 * - behind a gap above the session timeout, and
 * - where no stream that changes could have played steadily across it (4.1.2): its last video before is none after.
 */
export async function cutBeforeChanges(context: RunContext): Promise<void> {
  const { config, d, engine, scratch } = context;
  const timeoutUs = Math.round(config.sessionization.session_timeout_s * 1e6);
  await scratch.table(
    'first_changes',
    sql`select user_id, min(at_us) as before_us,
      ${d.floorDiv(sql`(min(at_us) - ${lit(2 * timeoutUs)})`, lit(dayUs))} * ${lit(dayUs)} as seen_from_us
    from changes
    group by user_id`,
  );
  await scratch.table('touched_users', behindQuiet(await viewsBefore(context, timeoutUs), timeoutUs));
  for (;;) {
    await scratch.table('early_users', behindSteadyPlay);
    const [row] = await engine.query(sql`select count(*) > 0 as is_more from early_users`);
    if (!moreSchema.parse(row).is_more) return;
    await scratch.table(
      'later_users',
      sql`select t.user_id, coalesce(e.rebuild_from_us, t.rebuild_from_us) as rebuild_from_us
      from touched_users t left join early_users e on e.user_id = t.user_id`,
    );
    await scratch.table('touched_users', sql`select * from later_users`);
  }
}

/** Page views shortly before the first change: they keep visits alive and leave no trace in `sessions`. */
async function viewsBefore({ d, engine, lake, run }: RunContext, timeoutUs: number): Promise<Fragment> {
  const steps = Array.from({ length: Math.ceil((2 * timeoutUs) / dayUs) + 1 }, (_, i) => i);
  const moment = (i: number) => sql`greatest(before_us - ${lit(i * dayUs)}, before_us - ${lit(2 * timeoutUs)})`;
  const days = await daysOfUsers(
    engine,
    steps.map(i => sql`select ${d.dateOfUs(moment(i))} as day from first_changes`),
  );
  const events = await relationOf(
    lake,
    'events',
    { events: run.eventsVersion },
    { partitions: ({ event_date }) => event_date === null || event_date === undefined || days.has(event_date) },
  );
  return sql`(
    select e.user_id, e.at_us
    from (
      select user_id, ${d.epochUs(raw('event_time'))} as at_us from ${events} v where event_type = ${lit('page_view')}
    ) e
    join first_changes f on f.user_id = e.user_id and e.at_us < f.before_us and e.at_us >= f.seen_from_us)`;
}

/**
 * Behind the last gap above the timeout before the first change, if it can be seen; else where the visit began that
 * stands there; else at the beginning.
 */
const behindQuiet = (views: Fragment, timeoutUs: number): Fragment => sql`
with activity as (
  select user_id, at_us from ${views} v
  union all
  select user_id, before_us from first_changes
),
gaps as (
  select user_id, at_us, lead(at_us) over (partition by user_id order by at_us) - at_us as gap_us from activity
),
rests as (
  select user_id, at_us, max(case when gap_us > ${lit(timeoutUs)} then at_us end) over (partition by user_id) as rest_us from gaps
),
chains as (
  select user_id, min(at_us) as chain_us from rests where rest_us is null or at_us > rest_us group by user_id
),
visits as (
  select f.user_id, max(k.visit_us) as visit_us, max(k.end_us) as end_us
  from first_changes f join known_sessions k on k.user_id = f.user_id and k.visit_us <= f.before_us
  group by f.user_id
)
select
  f.user_id,
  case
    when c.chain_us - ${lit(timeoutUs)} >= f.seen_from_us and (v.end_us is null or v.end_us < c.chain_us - ${lit(timeoutUs)}) then c.chain_us
    else coalesce(v.visit_us, ${beginningUs})
  end as rebuild_from_us
from first_changes f
join chains c on c.user_id = f.user_id
left join visits v on v.user_id = f.user_id`;

/** Users one of whose changing streams has the same video on both sides of the cut: behind the visit before it. */
const behindSteadyPlay: Fragment = sql`
with sides as (
  select k.user_id, k.player_id, k.video_id, k.visit_us, t.rebuild_from_us
  from known_sessions k
  join touched_users t on t.user_id = k.user_id
  where exists (select 1 from changes c where c.in_stream and c.user_id = k.user_id and c.player_id is not distinct from k.player_id)
),
lasts as (
  select user_id, player_id, max(visit_us) as visit_us from sides where visit_us < rebuild_from_us group by user_id, player_id
),
afters as (
  select user_id, player_id, video_id from sides where visit_us >= rebuild_from_us
  union
  select user_id, player_id, video_id from changes where in_stream
)
select s.user_id, min(s.visit_us) as rebuild_from_us
from lasts l
join sides s on s.user_id = l.user_id and s.player_id is not distinct from l.player_id and s.visit_us = l.visit_us
join afters a on a.user_id = s.user_id and a.player_id is not distinct from s.player_id and a.video_id = s.video_id
group by s.user_id`;

const moreSchema = z.object({ is_more: z.boolean() });
