import type { SessionizationConfig } from '#config';
import { raw, type Step, sql, step } from '#sql';
import { isKind, us } from '../words.js';

const kind = raw('kind');

/** Player events numbered along their stream; a chunk is a run of one video without a long gap. */
export function buildStreamEvents(config: SessionizationConfig, uniqueEvents: Step) {
  const orderedEvents = step({
    name: 'ordered_events',
    grain: 'player event',
    rule: 'DESIGN 4.1.1',
    from: [uniqueEvents],
    columns: {},
    sql: () => sql`select
  stream_key, user_key, video_key, context_key, kind, at_us, position_s, seek_from_s, duration_us, rate, autoplay,
  row_number() over stream as n,
  lag(at_us) over stream as prev_us,
  lag(kind) over stream as prev_kind,
  lag(position_s) over stream as prev_position_s,
  lag(video_key) over stream as prev_video_key,
  max(case when ${isKind(kind, 'seek')} then at_us end) over (
    partition by stream_key order by at_us, sequence nulls first, kind, event_id rows between unbounded preceding and 1 preceding
  ) as seek_us
from unique_events
where not (${isKind(kind, 'page_view')})
window stream as (partition by stream_key order by at_us, sequence nulls first, kind, event_id)`,
  });
  const openedEvents = step({
    name: 'opened_events',
    grain: 'player event',
    rule: 'DESIGN 4.1.2-3',
    from: [orderedEvents],
    columns: {},
    sql: () => sql`select
  *,
  case when prev_us is null or prev_video_key <> video_key or at_us - prev_us > ${us(config.session_timeout_s)} then 1 else 0 end as opens
from ordered_events`,
  });
  return step({
    name: 'stream_events',
    grain: 'player event',
    rule: 'DESIGN 4.1.2-3',
    from: [openedEvents],
    staged: true,
    columns: {
      stream_key: 'bigint',
      n: 'bigint',
      chunk: 'bigint',
      opens: 'integer',
      kind: 'integer',
      at_us: 'bigint',
      prev_us: 'bigint',
      prev_kind: 'integer',
      position_s: 'double',
      prev_position_s: 'double',
      seek_from_s: 'double',
      duration_us: 'bigint',
      rate: 'double',
      autoplay: 'boolean',
      seek_us: 'bigint',
      user_key: 'bigint',
      video_key: 'bigint',
      context_key: 'bigint',
    },
    sql: () => sql`select
  stream_key,
  n,
  count(case when opens = 1 then 1 end) over (partition by stream_key order by n rows between unbounded preceding and current row) as chunk,
  opens,
  kind,
  at_us,
  prev_us,
  prev_kind,
  position_s,
  prev_position_s,
  seek_from_s,
  duration_us,
  rate,
  autoplay,
  seek_us,
  case when opens = 1 then user_key end as user_key,
  case when opens = 1 then video_key end as video_key,
  case when opens = 1 then context_key end as context_key
from opened_events`,
  });
}
