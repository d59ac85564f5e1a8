import type { SessionizationConfig } from '#config';
import { raw, type Step, sql, step } from '#sql';
import { isBad, isLive, placed } from '../position.js';
import { isKind, rules, us } from '../words.js';

/** A play or resume right behind its seek, or with events between: wherever it claims to be, it may be at the target (4.1.4). */
const isSoonAfterSeek = sql`${isKind(raw('e.kind'), 'play', 'resume')} and e.at_us - e.seek_us <= ${us(rules.settle_s_max)} and e.seek_us >= s.start_us and e.n > s.session_n`;
const isBehindSeek = isKind(raw('e.prev_kind'), 'seek');

/**
 * Plays with further events between them and their seek that still are at its target: none of the events between tells
 * a position away from it. The usual play right behind its seek is settled without this.
 */
export function buildSettledPlays(config: SessionizationConfig, streamEvents: Step, chunkSessions: Step) {
  const distantPlays = step({
    name: 'distant_plays',
    grain: 'play soon after a seek, with events between',
    rule: 'DESIGN 4.1.4',
    from: [streamEvents, chunkSessions],
    columns: { stream_key: 'bigint', n: 'bigint', seek_n: 'bigint', duration_us: 'bigint' },
    sql: () => sql`select p.stream_key, p.n, p.duration_us, max(k.n) as seek_n
from (
  select e.stream_key, e.n, s.session_n, s.duration_us
  from stream_events e
  join chunk_sessions s on s.stream_key = e.stream_key and s.chunk = e.chunk
  where ${isSoonAfterSeek} and not (${isBehindSeek})
) p
join stream_events k on k.stream_key = p.stream_key and k.n < p.n and k.n >= p.session_n
where ${isKind(raw('k.kind'), 'seek')}
group by p.stream_key, p.n, p.duration_us`,
  });
  const seekTargets = step({
    name: 'seek_targets',
    grain: 'play soon after a seek, with events between',
    rule: 'DESIGN 4.1.4',
    from: [distantPlays, streamEvents],
    columns: { stream_key: 'bigint', n: 'bigint', seek_n: 'bigint', target_us: 'bigint', duration_us: 'bigint' },
    sql: () => sql`select p.stream_key, p.n, p.seek_n, p.duration_us, ${placed(config, raw('e.position_s'), raw('p.duration_us'))} as target_us
from distant_plays p
join stream_events e on e.stream_key = p.stream_key and e.n = p.seek_n`,
  });
  const place = placed(config, raw('e.position_s'), raw('t.duration_us'));
  return step({
    name: 'settled_plays',
    grain: 'play soon after a seek, with events between, none of them away from its target',
    rule: 'DESIGN 4.1.4',
    from: [seekTargets, streamEvents],
    // Few rows, which the planner cannot know: as a table it is the side that the join builds from.
    staged: true,
    columns: { stream_key: 'bigint', n: 'bigint', target_us: 'bigint' },
    sql: () => sql`select t.stream_key, t.n, t.target_us
from seek_targets t
join stream_events e on e.stream_key = t.stream_key and e.n > t.seek_n and e.n < t.n
where t.target_us is not null
group by t.stream_key, t.n, t.target_us
having max(case when not (${isKind(raw('e.kind'), 'play', 'resume')}) and abs(${place} - t.target_us) >= ${us(rules.settle_away_s_min)} then 1 else 0 end) = 0`,
  });
}

/** Events of sessions at their trusted position. */
export function buildPlacedEvents(
  config: SessionizationConfig,
  streamEvents: Step,
  chunkSessions: Step,
  settledPlays: Step,
) {
  const duration = raw('s.duration_us');
  return step({
    name: 'placed_events',
    grain: 'event of a session',
    rule: 'DESIGN 4.1.4-5',
    from: [streamEvents, chunkSessions, settledPlays],
    columns: {},
    sql: () => sql`select
  e.stream_key,
  s.session_n,
  e.n,
  case when e.n = s.last_n then 1 else 0 end as is_last,
  e.kind,
  e.at_us,
  case when e.n > s.session_n then e.at_us - e.prev_us end as w_us,
  case when e.n > s.session_n then e.prev_kind end as prev_kind,
  s.duration_us,
  case
    when ${isSoonAfterSeek} and ${isBehindSeek} then coalesce(${placed(config, raw('e.prev_position_s'), duration)}, ${placed(config, raw('e.position_s'), duration)})
    else coalesce(p.target_us, ${placed(config, raw('e.position_s'), duration)})
  end as place_us,
  case when ${isLive(config, raw('e.position_s'))} then 1 else 0 end as is_live,
  case when ${isBad(config, raw('e.position_s'), duration)} then 1 else 0 end as is_bad,
  case when ${isKind(raw('e.kind'), 'seek')} then ${placed(config, raw('e.seek_from_s'), duration)} end as seek_from_us,
  e.rate,
  e.autoplay,
  case when e.seek_us >= s.start_us then e.seek_us end as seek_us
from stream_events e
join chunk_sessions s on s.stream_key = e.stream_key and s.chunk = e.chunk
left join settled_plays p on p.stream_key = e.stream_key and p.n = e.n`,
  });
}
