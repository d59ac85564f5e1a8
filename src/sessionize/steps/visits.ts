import type { SessionizationConfig } from '#config';
import { type Fragment, lit, raw, type Step, sql, step } from '#sql';
import { isLive, placed } from '../position.js';
import { videoCatalog } from '../sources.js';
import { isKind, micros, rules, us } from '../words.js';

const kind = raw('e.kind');

/** Runs of one video in a stream without a gap above the timeout: most sessions are one of them. */
export const buildChunks = (streamEvents: Step) =>
  step({
    name: 'chunks',
    grain: 'run of one video in a stream without a long gap',
    rule: 'DESIGN 4.1.2-3',
    from: [streamEvents],
    staged: true,
    columns: {
      stream_key: 'bigint',
      chunk: 'bigint',
      first_n: 'bigint',
      last_n: 'bigint',
      start_us: 'bigint',
      end_us: 'bigint',
      duration_us: 'bigint',
      user_key: 'bigint',
      video_key: 'bigint',
      context_key: 'bigint',
    },
    sql: () => sql`select
  stream_key,
  chunk,
  min(n) as first_n,
  max(n) as last_n,
  min(at_us) as start_us,
  max(at_us) as end_us,
  max(duration_us) as duration_us,
  max(user_key) as user_key,
  max(video_key) as video_key,
  max(context_key) as context_key
from stream_events
group by stream_key, chunk`,
  });

/**
 * Long gaps that steady play bridges: the same player and video, the playhead running before, and the position after
 * as far on as the clock. What a stretch of heartbeats alone leaves open (was it playing?) its own beginning decides:
 * it was, where the gap before it was bridged too.
 */
export function buildSteadyGaps(config: SessionizationConfig, streamEvents: Step, chunks: Step, catalog: Step) {
  const longGaps = step({
    name: 'long_gaps',
    grain: 'gap above the timeout between two events of one video in a stream',
    rule: 'DESIGN 4.1.2',
    from: [chunks, catalog],
    columns: { stream_key: 'bigint', chunk: 'bigint', gap_us: 'bigint', duration_us: 'bigint' },
    sql: () => sql`select
  a.stream_key,
  a.chunk,
  b.start_us - a.end_us as gap_us,
  coalesce(c.duration_us, greatest(a.duration_us, b.duration_us)) as duration_us
from chunks a
join chunks b on b.stream_key = a.stream_key and b.chunk = a.chunk + 1 and b.video_key = a.video_key
left join catalog_durations c on c.video_key = a.video_key`,
  });
  const place = placed(config, raw('e.position_s'), raw('g.duration_us'));
  const settled = placed(config, raw('e.prev_position_s'), raw('g.duration_us'));
  const live = isLive(config, raw('e.position_s'));
  /** The event's number where it tells a position, or clears it by a live one. */
  const tellsAt = (condition: Fragment) =>
    sql`case when ${condition} and (${place} is not null or ${live}) then e.n end`;
  const gapFacts = step({
    name: 'gap_facts',
    grain: 'long gap',
    rule: 'DESIGN 4.1.2',
    from: [longGaps, streamEvents],
    columns: {},
    sql: () => sql`select
  g.stream_key,
  g.chunk,
  g.gap_us,
  g.duration_us,
  -- gaps in a row share a run
  g.chunk - row_number() over (partition by g.stream_key order by g.chunk) as run,
  -- what the events before the gap leave standing
  max(case when e.chunk = g.chunk and ${isKind(kind, 'play', 'resume')} then e.n end) as play_n,
  max(case when e.chunk = g.chunk and ${isKind(kind, 'pause', 'ended', 'unload', 'error')} then e.n end) as stop_n,
  max(case when e.chunk = g.chunk and ${isKind(kind, 'buffer_start')} then e.n end) as stall_n,
  max(case when e.chunk = g.chunk and ${isKind(kind, 'buffer_end')} then e.n end) as flow_n,
  max_by(e.rate, case when e.chunk = g.chunk and e.rate is not null then e.n end) as rate,
  -- -1: a live position has cleared it; max_by passes over null on some engines only
  nullif(max_by(
    coalesce(case
      when e.opens = 0 and ${isKind(kind, 'play', 'resume')} and ${isKind(raw('e.prev_kind'), 'seek')} and e.at_us - e.prev_us <= ${us(rules.settle_s_max)} then coalesce(${settled}, ${place})
      else ${place}
    end, -1),
    ${tellsAt(sql`e.chunk = g.chunk`)}
  ), -1) as p,
  -- what the first event after it tells
  max(case when e.chunk = g.chunk + 1 and e.opens = 1 then
    case when ${isKind(kind, 'seek')} and e.seek_from_s is not null then ${placed(config, raw('e.seek_from_s'), raw('g.duration_us'))} else ${place} end
  end) as q
from long_gaps g
join stream_events e on e.stream_key = g.stream_key and (e.chunk = g.chunk or e.chunk = g.chunk + 1)
group by g.stream_key, g.chunk, g.gap_us, g.duration_us`,
  });
  const movedStalls = step({
    name: 'moved_stalls',
    grain: 'long gap whose last stall a position ended by moving on',
    rule: 'DESIGN 4.2',
    from: [gapFacts, streamEvents],
    columns: { stream_key: 'bigint', chunk: 'bigint' },
    sql: () => sql`select g.stream_key, g.chunk
from gap_facts g
join stream_events e on e.stream_key = g.stream_key and e.chunk = g.chunk
where g.stall_n > greatest(coalesce(g.play_n, 0), coalesce(g.flow_n, 0))
group by g.stream_key, g.chunk
having max(case when e.n > g.stall_n then ${place} end)
  - nullif(max_by(coalesce(${place}, -1), ${tellsAt(sql`e.n <= g.stall_n`)}), -1) >= ${us(rules.moved_s_min)}`,
  });
  const ratedGaps = step({
    name: 'rated_gaps',
    grain: 'long gap',
    rule: 'DESIGN 4.1.2',
    from: [gapFacts, movedStalls],
    columns: {},
    sql: d => sql`select
  f.*,
  coalesce(${d.ignoringNulls('last_value', raw('rate'), raw('so_far'))}, 1) as carried_rate,
  max(case when rate is not null then f.chunk end) over so_far as rate_chunk,
  case
    when stall_n > greatest(coalesce(play_n, 0), coalesce(flow_n, 0)) and m.chunk is null then 'stopped'
    when coalesce(play_n, 0) > coalesce(stop_n, 0) then 'running'
    when play_n is null and stop_n is null then 'as before'
    else 'stopped'
  end as playhead
from gap_facts f
left join moved_stalls m on m.stream_key = f.stream_key and m.chunk = f.chunk
window so_far as (partition by f.stream_key, f.run order by f.chunk rows between unbounded preceding and current row)`,
  });
  const fits = (rate: string) =>
    sql`case when abs(q - p - ${raw(rate)} * gap_us) <= greatest(${us(config.tolerance_s)}, ${lit(config.tolerance_ratio)} * ${raw(rate)} * gap_us) then 1 else 0 end`;
  const triedGaps = step({
    name: 'tried_gaps',
    grain: 'long gap',
    rule: 'DESIGN 4.1.2',
    from: [ratedGaps],
    columns: {},
    sql: () => sql`select
  *,
  case when playhead <> 'stopped' then ${fits('carried_rate')} else 0 end as fits_carried,
  case when playhead <> 'stopped' then ${fits('1')} else 0 end as fits_plain
from rated_gaps`,
  });
  const judgedGaps = step({
    name: 'judged_gaps',
    grain: 'long gap',
    rule: 'DESIGN 4.1.2',
    from: [triedGaps],
    columns: {},
    // A reported rate holds as long as every gap since was bridged; what begins after one that was not starts at 1.
    sql: () => sql`select
  *,
  case
    when max(case when fits_carried = 0 then chunk end) over (
      partition by stream_key, run order by chunk rows between unbounded preceding and 1 preceding
    ) >= rate_chunk then fits_plain
    else fits_carried
  end as fits
from tried_gaps`,
  });
  return step({
    name: 'steady_gaps',
    grain: 'long gap that steady play bridges',
    rule: 'DESIGN 4.1.2',
    from: [judgedGaps],
    columns: { stream_key: 'bigint', chunk: 'bigint' },
    sql: () => sql`select stream_key, chunk
from (
  select
    stream_key,
    chunk,
    max(case when playhead <> 'as before' then chunk end) over so_far as told_chunk,
    max(case when playhead = 'running' then chunk end) over so_far as running_chunk,
    max(case when fits = 0 then chunk end) over so_far as broken_chunk
  from judged_gaps
  window so_far as (partition by stream_key, run order by chunk rows between unbounded preceding and current row)
) g
where running_chunk = told_chunk and coalesce(broken_chunk, 0) < running_chunk`,
  });
}

/** Chunks with the start of the visit that they belong to; page views keep a visit alive without being in a session. */
export function buildVisits(config: SessionizationConfig, uniqueEvents: Step, chunks: Step, steadyGaps: Step) {
  const activity = step({
    name: 'activity',
    grain: 'stretch of activity of a user',
    rule: 'DESIGN 4.1.2',
    from: [uniqueEvents, chunks, steadyGaps],
    columns: {},
    sql: () => sql`select
  c.user_key,
  c.stream_key,
  c.chunk,
  c.start_us,
  -- steady play goes on until the next event of the stream, whatever else the user did meanwhile
  coalesce(b.start_us, c.end_us) as end_us
from chunks c
left join steady_gaps s on s.stream_key = c.stream_key and s.chunk = c.chunk
left join chunks b on b.stream_key = s.stream_key and b.chunk = s.chunk + 1
union all
select user_key, null, null, at_us, at_us
from unique_events
where ${isKind(raw('kind'), 'page_view')}`,
  });
  const gappedActivity = step({
    name: 'gapped_activity',
    grain: 'stretch of activity of a user',
    rule: 'DESIGN 4.1.2',
    from: [activity],
    columns: {},
    sql: () => sql`select
  *,
  max(end_us) over (
    partition by user_key
    order by start_us, end_us, stream_key nulls first, chunk nulls first
    rows between unbounded preceding and 1 preceding
  ) as active_until_us
from activity`,
  });
  return step({
    name: 'visits',
    grain: 'stretch of activity of a user',
    rule: 'DESIGN 4.1.2',
    from: [gappedActivity],
    columns: { stream_key: 'bigint', chunk: 'bigint', visit_start_us: 'bigint' },
    sql: () => sql`select
  stream_key,
  chunk,
  max(
    case
      when active_until_us is null then start_us
      when start_us - active_until_us > ${us(config.session_timeout_s)} then start_us
    end
  ) over (
    partition by user_key
    order by start_us, end_us, stream_key nulls first, chunk nulls first
    rows between unbounded preceding and current row
  ) as visit_start_us
from gapped_activity`,
  });
}

/** Durations from the catalogue in microseconds; numbers that can be none are left out. */
export const buildCatalogDurations = (config: SessionizationConfig) =>
  step({
    name: 'catalog_durations',
    grain: 'video whose duration the catalogue knows',
    rule: 'DESIGN 4.1.5',
    from: [videoCatalog],
    staged: true,
    columns: { video_key: 'bigint', duration_us: 'bigint' },
    sql: d => sql`select ${d.hash64([raw('video_id')])} as video_key, max(${micros(raw('duration_s'))}) as duration_us
from video_catalog
where duration_s > 0 and duration_s < ${lit(config.live_position_s_min)}
group by 1`,
  });
