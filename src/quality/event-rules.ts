import { type Dialect, type Fragment, join, lit, sql } from '#sql';
import type { EventType } from '#tables';
import type { QueryRule, RowsRule, Rule } from './rule.js';
import { clock, newEvents, newRejected, rejectedId, sessions } from './sources.js';

/** Events that change what the player does; heartbeats, page views and what happens around the player do not. */
const stateChanging = [
  'play',
  'resume',
  'pause',
  'seek',
  'rate_change',
  'buffer_start',
  'ended',
] as const satisfies readonly EventType[];
/** Events that are worth little without a position. */
const positioned = ['play', 'resume', 'pause', 'seek', 'ended', 'heartbeat'] as const satisfies readonly EventType[];

const isOneOf = (types: readonly EventType[]): Fragment => sql`event_type in (${join(types.map(lit))})`;
const isAbove = (threshold: number) => sql`value > ${lit(threshold)}`;

/** User and video as one number, which groups and joins faster than two texts. */
const viewingKey = (d: Dialect): Fragment => d.hash64([sql`user_id`, sql`video_id`]);

const stateEventsPerSession: QueryRule = {
  kind: 'query',
  name: 'state_events_per_session',
  title: 'Believable number of events per session',
  says: 'A session has between 3 and 5 state-changing events on average (heartbeats left out): fewer are lost ones, more a player that repeats itself. The value is the average over the sessions of the new events.',
  severity: 'warning',
  from: [newEvents, sessions],
  threshold: ({ quality }) => quality.state_events_per_session_max,
  fails: ({ quality }) =>
    sql`(value < ${lit(quality.state_events_per_session_min)} or value > ${lit(quality.state_events_per_session_max)})`,
  // Joined once per user and video, not per event; sessions that only touch the stretch of the new events count too.
  sql: ({ d }) => sql`select
cast(sum(event_count) as double) / nullif(sum(session_count), 0) as value,
cast(coalesce(sum(session_count), 0) as bigint) as checked_count,
cast(0 as bigint) as failed_count,
null as sample_ids
from (
  select t.viewing_key, max(t.event_count) as event_count, count(s.session_id) as session_count
  from (
    select ${viewingKey(d)} as viewing_key, count(case when ${isOneOf(stateChanging)} then 1 end) as event_count,
      min(event_time) as first_at, max(event_time) as last_at
    from new_events where event_type <> ${lit('page_view')} group by 1
  ) as t
  left join (select ${viewingKey(d)} as viewing_key, session_id, started_at, ended_at from sessions) as s
    on s.viewing_key = t.viewing_key and s.started_at <= t.last_at and s.ended_at >= t.first_at
  group by t.viewing_key
) as counted`,
};

/** The text below which one hash in so many lies: its first eight digits, of 2^32. */
const shareOfMd5 = (oneIn: number): string =>
  Math.floor(2 ** 32 / oneIn)
    .toString(16)
    .padStart(8, '0');

const duplicates: QueryRule = {
  kind: 'query',
  name: 'duplicate_events',
  title: 'Few copies of events',
  says: 'At most 2 % of the new events are copies of others among them. The value is their share; of many events a sample of about 100,000 ids is counted.',
  severity: 'warning',
  from: [newEvents],
  threshold: ({ quality }) => quality.duplicate_ratio_max,
  fails: ({ quality }) => isAbove(quality.duplicate_ratio_max),
  sql: ({ d, quality, newEventCount }) => {
    // One id in so many that about a hundred thousand are left: enough to tell a share of 2 % from one of 1.9 %.
    const oneIn = Math.max(1, Math.floor(newEventCount / 100_000));
    // By MD5, which is the same on every engine: of one load each finds the same copies.
    const isInSample = oneIn === 1 ? sql`true` : sql`${d.md5(sql`event_id`)} < ${lit(shareOfMd5(oneIn))}`;
    return sql`select
case when sum(n) > 0 then 1 - cast(count(*) as double) / sum(n) end as value,
cast(coalesce(sum(n), 0) as bigint) as checked_count,
cast(coalesce(sum(n) - count(*), 0) as bigint) as failed_count,
${d.smallest(sql`event_id`, sql`n > 1`, quality.sample_count)} as sample_ids
from (
  select event_id, count(*) as n from new_events where ${isInSample} group by event_id
) as ids`;
  },
};

const rejectedShare: QueryRule = {
  kind: 'query',
  name: 'rejected_rows',
  title: 'Few rejected rows',
  says: 'At most 2 % of the rows that came since the run before could not be used. The value is their share.',
  severity: 'warning',
  from: [newEvents, newRejected],
  threshold: ({ quality }) => quality.rejected_ratio_max,
  fails: ({ quality }) => isAbove(quality.rejected_ratio_max),
  sql: ({ d, quality }) => sql`select
cast(rejected_count as double) / nullif(rejected_count + accepted_count, 0) as value,
rejected_count + accepted_count as checked_count,
rejected_count as failed_count,
(select ${d.listOf(sql`id`)} from (select concat(${rejectedId(d)}, ' ', code) as id from new_rejected order by source nulls last, line nulls last limit ${lit(quality.sample_count)}) as ids) as sample_ids
from (select (select count(*) from new_rejected) as rejected_count, (select count(*) from new_events) as accepted_count) as counted`,
};

const missingPositions: RowsRule = {
  kind: 'rows',
  name: 'missing_positions',
  title: 'Events carry positions',
  says: 'At most 20 % of the new events of playback (play, resume, pause, seek, ended, heartbeat) come without a position. The value is their share.',
  severity: 'warning',
  rows: newEvents,
  threshold: ({ quality }) => quality.missing_position_ratio_max,
  fails: ({ quality }) => isAbove(quality.missing_position_ratio_max),
  measure: () => ({
    isChecked: isOneOf(positioned),
    isFailed: sql`position_s is null`,
    id: sql`event_id`,
    value: 'share',
  }),
};

const clockSkew: RowsRule = {
  kind: 'rows',
  name: 'clock_skew',
  title: "Players' clocks are right",
  says: 'At most 1 % of the new events happened more than 5 minutes after they arrived. The value is their share.',
  severity: 'warning',
  rows: newEvents,
  threshold: ({ quality }) => quality.clock_skew_ratio_max,
  fails: ({ quality }) => isAbove(quality.clock_skew_ratio_max),
  measure: context => {
    const { d, quality } = context;
    const ahead = sql`${d.epochUs(sql`event_time`)} - ${d.epochUs(sql`received_at`)}`;
    return {
      isChecked: sql`received_at is not null`,
      isFailed: sql`${ahead} > ${lit(Math.round(quality.clock_skew_s * 1e6))}`,
      id: sql`event_id`,
      value: 'share',
    };
  },
};

const freshness: QueryRule = {
  kind: 'query',
  name: 'freshness',
  title: 'Fresh data',
  says: 'The newest event arrived at most 3 hours before the check. The value is its age in seconds.',
  severity: 'error',
  from: [clock],
  threshold: ({ quality }) => quality.freshness_s_max,
  fails: ({ quality }) => isAbove(quality.freshness_s_max),
  sql: ({ checkedUs }) => sql`select
greatest(0, (${lit(checkedUs)} - max(newest_received_us)) / 1e6) as value,
count(newest_received_us) as checked_count,
cast(0 as bigint) as failed_count,
null as sample_ids
from clock`,
};

export const eventRules: readonly Rule[] = [
  stateEventsPerSession,
  duplicates,
  rejectedShare,
  missingPositions,
  clockSkew,
  freshness,
];
