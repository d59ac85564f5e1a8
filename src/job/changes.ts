import { type Fragment, lit, raw, ref, sql } from '#sql';
import type { RunContext } from './run-context.js';
import { relationOf } from './tables.js';

const columns = raw('user_id, player_id, video_id, in_stream, at_us');

/**
 * Names what is different from the run before, as `changes`: of whom, in which stream and of which video, and the moment
 * from which on. That is the new events, and the visits of sessions that were open and may have timed out by now.
 */
export async function nameChanges(context: RunContext): Promise<void> {
  const { d, scratch } = context;
  const atUs = d.epochUs(raw('event_time'));
  await scratch.table(
    'changes',
    sql`select user_id, player_id, video_id, ${isInStream(raw('event_type'))} as in_stream, min(${atUs}) as at_us
    from new_events
    group by user_id, player_id, video_id, ${isInStream(raw('event_type'))}
    union all
    -- nothing happens in the stream of a session that times out
    select user_id, null, null, false, min(${d.epochUs(raw('visit_started_at'))})
    from ${await sessionsAmongOpen(context)} o
    where end_reason = 'open'
    group by user_id`,
  );
}

/**
 * Adds what follows from copies (DESIGN 4.1.1): an id counts once, so an event that came before the stretch, or one whose
 * place a new copy takes, is a change too. Leaves true where it found something that `changes` did not have.
 */
export async function addCopies(context: RunContext): Promise<boolean> {
  const { engine, scratch } = context;
  const before = await copiesBefore(context);
  const replaced = replacedCopies(context);
  await scratch.table('copied_changes', before === undefined ? replaced : sql`${before} union all ${replaced}`);
  const isKnown = sql`exists (
    select 1 from changes k join touched_users t on t.user_id = k.user_id
    where k.user_id = c.user_id and k.player_id is not distinct from c.player_id and k.video_id is not distinct from c.video_id
      and k.in_stream = c.in_stream and c.at_us >= t.rebuild_from_us)`;
  const found = sql`select distinct ${columns} from copied_changes c where not ${isKnown}`;
  const [row] = await engine.query(sql`select count(*) > 0 as is_more from (${found}) f`);
  if (row?.['is_more'] !== true) return false;
  await scratch.table('known_changes', sql`select * from changes union all ${found}`);
  await scratch.table('changes', sql`select * from known_changes`);
  return true;
}

/** Copies of the events to rebuild from that lie before their user's stretch, where there are any. */
async function copiesBefore({ d, engine, lake, run, scratch }: RunContext): Promise<Fragment | undefined> {
  const [row] = await engine.query(
    sql`select cast(max(${d.dateOfUs(raw('rebuild_from_us'))}) as ${raw(d.type('string'))}) as last_day from touched_users`,
  );
  const lastDay = typeof row?.['last_day'] === 'string' ? row['last_day'] : undefined;
  const events = await relationOf(
    lake,
    'events',
    { events: run.eventsVersion },
    { partitions: values => lastDay === undefined || (values['event_date'] ?? lastDay) <= lastDay },
  );
  // By id and time alone first: two columns of the history, and as a rule there is no such copy.
  await scratch.table(
    'older_ids',
    sql`select distinct e.event_id
    from (
      select event_id, ${d.epochUs(raw('event_time'))} as at_us from ${events} h where event_id in (select event_id from input_events)
    ) e
    join input_events i on i.event_id = e.event_id
    join touched_users t on t.user_id = i.user_id and e.at_us < t.rebuild_from_us`,
  );
  const [older] = await engine.query(sql`select cast(count(*) as integer) as n from older_ids`);
  if (older?.['n'] === 0) return undefined;
  return sql`
    select e.user_id, e.player_id, e.video_id, ${isInStream(raw('e.event_type'))} as in_stream, e.at_us
    from (
      select user_id, player_id, video_id, event_type, event_id, ${d.epochUs(raw('event_time'))} as at_us
      from ${events} h
      where event_id in (select event_id from older_ids)
    ) e
    join touched_users t on t.user_id = e.user_id and e.at_us < t.rebuild_from_us
    where exists (select 1 from input_events i where i.event_id = e.event_id and i.user_id = e.user_id)`;
}

/** Events of old that have a new copy which tells something else. */
function replacedCopies({ d }: RunContext): Fragment {
  const told = [
    'player_id',
    'video_id',
    'event_type',
    'event_time',
    'sequence',
    'position_s',
    'seek_from_s',
    'duration_s',
    'playback_rate',
    'autoplay',
    'device',
    'country',
    'referrer',
    'app_version',
    'experiment',
    'variant',
  ];
  return sql`
    select user_id, player_id, video_id, ${isInStream(raw('event_type'))} as in_stream, ${d.epochUs(raw('event_time'))} as at_us
    from input_events
    where event_id in (
      select o.event_id
      from (select event_id, count(*) as n from new_events group by event_id) n
      join (
        select event_id, count(*) as n
        from input_events
        group by event_id
        having count(*) > 1 and count(distinct ${d.hash64(told.map(name => ref(name)))}) > 1
      ) o on o.event_id = n.event_id
      where o.n > n.n
    )`;
}

/** The published sessions among which those are that were open after the run before. */
function sessionsAmongOpen({ config, lake, previous, run }: RunContext): Promise<Fragment> {
  const newestUs = previous?.newestReceivedUs;
  if (newestUs === null || newestUs === undefined) return relationOf(lake, 'sessions', run.base);
  const fromMs = Math.floor(Number(newestUs) / 1000 - config.sessionization.session_timeout_s * 1000);
  const where = { op: '>=', column: 'ended_at', value: new Date(fromMs) } as const;
  return relationOf(lake, 'sessions', run.base, { where });
}

/** A page view belongs to no stream; it only keeps a visit alive. */
const isInStream = (eventType: Fragment): Fragment => sql`${eventType} is distinct from ${lit('page_view')}`;
