import type { SessionizationConfig } from '#config';
import { raw, type Step, sql, step } from '#sql';
import { isBad, isLive, placed } from '../position.js';
import { isKind, rules, us } from '../words.js';

/** A play or resume soon after a seek: wherever it claims to be, it may be at the seek's target (4.1.4). */
const followsSeek = (alias: string) =>
  sql`${isKind(raw(`${alias}.kind`), 'play', 'resume')} and ${raw(`${alias}.seek_n`)} >= ${raw('s.session_n')} and ${raw(`${alias}.at_us - ${alias}.seek_us`)} <= ${us(rules.settle_s_max)}`;

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
    sql: () => sql`select e.stream_key, e.n, e.seek_n, s.duration_us
from stream_events e
join chunk_sessions s on s.stream_key = e.stream_key and s.chunk = e.chunk
where ${followsSeek('e')} and e.seek_n < e.n - 1`,
  });
  const seekTargets = step({
    name: 'seek_targets',
    grain: 'play soon after a seek, with events between',
    rule: 'DESIGN 4.1.4',
    from: [distantPlays, streamEvents],
    columns: {
      stream_key: 'bigint',
      n: 'bigint',
      seek_n: 'bigint',
      duration_us: 'bigint',
      target_us: 'bigint',
    },
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
    when ${followsSeek('e')} and e.seek_n = e.n - 1 then coalesce(${placed(config, raw('e.prev_position_s'), duration)}, ${placed(config, raw('e.position_s'), duration)})
    else coalesce(p.target_us, ${placed(config, raw('e.position_s'), duration)})
  end as place_us,
  case when ${isLive(config, raw('e.position_s'))} then 1 else 0 end as is_live,
  case when ${isBad(config, raw('e.position_s'), duration)} then 1 else 0 end as is_bad,
  case when ${isKind(raw('e.kind'), 'seek')} then ${placed(config, raw('e.seek_from_s'), duration)} end as seek_from_us,
  e.rate,
  e.autoplay,
  case when e.seek_n >= s.session_n then e.seek_us end as seek_us
from stream_events e
join chunk_sessions s on s.stream_key = e.stream_key and s.chunk = e.chunk
left join settled_plays p on p.stream_key = e.stream_key and p.n = e.n`,
  });
}
