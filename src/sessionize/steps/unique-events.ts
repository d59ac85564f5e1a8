import type { SessionizationConfig } from '#config';
import { type Dialect, join, lit, raw, ref, type Source, type Step, sql, step } from '#sql';
import { inputEvents } from '../sources.js';
import { kindOfType, micros } from '../words.js';

const context = ['device', 'country', 'referrer', 'app_version', 'experiment', 'variant'] as const;
const contextKey = (d: Dialect) => d.hash64(context.map(column => ref(column)));

/** Events in the pipeline's own types: instants and durations in microseconds, ids and context as 64-bit keys. */
const buildTypedEvents = (config: SessionizationConfig, name: string, from: Source | Step) =>
  step({
    name,
    grain: 'event, copies included',
    rule: 'DESIGN 3',
    from: [from],
    columns: {
      event_key: 'bigint',
      event_id: 'string',
      user_id: 'string',
      video_id: 'string',
      player_id: 'string',
      user_key: 'bigint',
      stream_key: 'bigint',
      video_key: 'bigint',
      context_key: 'bigint',
      kind: 'integer',
      at_us: 'bigint',
      received_us: 'bigint',
      sequence: 'bigint',
      position_s: 'double',
      seek_from_s: 'double',
      duration_us: 'bigint',
      rate: 'double',
      autoplay: 'boolean',
    },
    sql: d => sql`select
  ${d.hash64([raw('event_id')])} as event_key,
  event_id,
  user_id,
  video_id,
  player_id,
  ${d.hash64([raw('user_id')])} as user_key,
  ${d.hash64([raw('user_id'), raw('player_id')])} as stream_key,
  ${d.hash64([raw('video_id')])} as video_key,
  ${contextKey(d)} as context_key,
  cast(${kindOfType(raw('event_type'))} as integer) as kind,
  ${d.epochUs(raw('event_time'))} as at_us,
  ${d.epochUs(raw('received_at'))} as received_us,
  sequence,
  -- above the maximum, infinite and NaN (the largest number to both engines) are no positions
  case when position_s <= ${lit(config.position_s_max)} and position_s >= ${lit(-config.position_s_max)} then position_s end as position_s,
  case when seek_from_s <= ${lit(config.position_s_max)} and seek_from_s >= ${lit(-config.position_s_max)} then seek_from_s end as seek_from_s,
  case when duration_s > 0 and duration_s < ${lit(config.live_position_s_min)} then ${micros(raw('duration_s'))} end as duration_us,
  case when playback_rate > 0 and playback_rate <= 100 then playback_rate end as rate,
  autoplay
from ${ref(from.name)}`,
  });

/** The context of events by its key: few rows, so that the wide text does not travel through every sort. */
export const contexts = step({
  name: 'contexts',
  grain: 'context in which events happened',
  rule: 'DESIGN 5',
  from: [inputEvents],
  staged: true,
  columns: {
    context_key: 'bigint',
    device: 'string',
    country: 'string',
    referrer: 'string',
    app_version: 'string',
    experiment: 'string',
    variant: 'string',
  },
  sql: d => sql`select
  ${contextKey(d)} as context_key,
  ${join(
    context.map(column => sql`max(${ref(column)}) as ${ref(column)}`),
    ',\n  ',
  )}
from input_events
group by 1`,
});

/** The ids behind the keys of streams: like the context, texts that need not travel through the sorts. */
export const streamNames = step({
  name: 'stream_names',
  grain: 'user and player',
  rule: 'DESIGN 3',
  from: [inputEvents],
  columns: { stream_key: 'bigint', user_id: 'string', player_id: 'string' },
  sql: d => sql`select
  ${d.hash64([raw('user_id'), raw('player_id')])} as stream_key,
  max(user_id) as user_id,
  max(player_id) as player_id
from input_events
group by 1`,
});

/** The ids behind the keys of videos. */
export const videoNames = step({
  name: 'video_names',
  grain: 'video',
  rule: 'DESIGN 3',
  from: [inputEvents],
  columns: { video_key: 'bigint', video_id: 'string' },
  sql: d => sql`select ${d.hash64([raw('video_id')])} as video_key, max(video_id) as video_id
from input_events
group by 1`,
});

/**
 * Each event once: of an id seen twice the copy that arrived first. Only the few ids that occur more than once are
 * sorted for it.
 */
export function buildUniqueEvents(config: SessionizationConfig) {
  const typedEvents = buildTypedEvents(config, 'typed_events', inputEvents);
  const repeatedEvents = step({
    name: 'repeated_events',
    grain: 'event id seen more than once',
    rule: 'DESIGN 4.1.1',
    from: [inputEvents],
    staged: true,
    columns: { event_key: 'bigint' },
    sql: d => sql`select ${d.hash64([raw('event_id')])} as event_key
from input_events
group by 1
having count(*) > 1`,
  });
  const columns = join(
    Object.keys(typedEvents.columns).map(name => sql`e.${ref(name)}`),
    ', ',
  );
  // Picked out before they are typed: that costs more than to look.
  const copies = step({
    name: 'copies',
    grain: 'event seen more than once, with its copies',
    rule: 'DESIGN 4.1.1',
    from: [inputEvents, repeatedEvents],
    columns: inputEvents.columns,
    sql: d => sql`select i.*
from input_events i
join repeated_events r on r.event_key = ${d.hash64([raw('i.event_id')])}`,
  });
  const typedCopies = buildTypedEvents(config, 'typed_copies', copies);
  const firstCopies = step({
    name: 'first_copies',
    grain: 'event seen more than once',
    rule: 'DESIGN 4.1.1',
    from: [typedCopies],
    staged: true,
    columns: typedEvents.columns,
    sql: () => sql`select ${columns}
from (
  select
    c.*,
    row_number() over (
      partition by c.user_id, c.event_id
      order by c.received_us nulls last, c.at_us, c.sequence nulls first, c.kind, c.position_s nulls first,
        c.seek_from_s nulls first, c.player_id nulls first, c.video_id nulls first, c.duration_us nulls first,
        c.rate nulls first, c.context_key
    ) as copy
  from typed_copies c
  where c.kind is not null
) e
where copy = 1`,
  });
  return step({
    name: 'unique_events',
    grain: 'event',
    rule: 'DESIGN 4.1.1',
    from: [typedEvents, repeatedEvents, firstCopies],
    columns: typedEvents.columns,
    sql: () => sql`select ${columns}
from typed_events e
left join repeated_events r on r.event_key = e.event_key
where e.kind is not null and r.event_key is null
union all
select ${columns}
from first_copies e`,
  });
}
