import { type Step, sql, step } from '#sql';
import { streamNames, videoNames } from './unique-events.js';

/** Sessions as stretches of their streams: the chunks of one visit and video that follow each other. */
export function buildSessionSpans(chunks: Step, visits: Step, catalogDurations: Step) {
  const visitedChunks = step({
    name: 'visited_chunks',
    grain: 'chunk',
    rule: 'DESIGN 4.1.3',
    from: [chunks, visits],
    columns: {},
    sql: () => sql`select
  c.*,
  v.visit_start_us,
  case
    when lag(v.visit_start_us) over stream = v.visit_start_us and lag(c.video_key) over stream = c.video_key then 0
    else 1
  end as opens,
  lead(v.visit_start_us) over stream as next_visit_start_us,
  lead(c.video_key) over stream as next_video_key,
  lead(c.start_us) over stream as next_start_us
from chunks c
join visits v on v.stream_key = c.stream_key and v.chunk = c.chunk
window stream as (partition by c.stream_key order by c.chunk)`,
  });
  const sessionChunks = step({
    name: 'session_chunks',
    grain: 'chunk',
    rule: 'DESIGN 4.1.3',
    from: [visitedChunks],
    staged: true,
    columns: {},
    sql: () => sql`select
  *,
  max(case when opens = 1 then first_n end) over (
    partition by stream_key order by chunk rows between unbounded preceding and current row
  ) as session_n
from visited_chunks`,
  });
  const sessionSpans = step({
    name: 'session_spans',
    grain: 'session',
    rule: 'DESIGN 4.1.3, 4.1.5',
    from: [sessionChunks, streamNames, videoNames, catalogDurations],
    staged: true,
    columns: {
      stream_key: 'bigint',
      session_n: 'bigint',
      last_n: 'bigint',
      start_us: 'bigint',
      end_us: 'bigint',
      visit_start_us: 'bigint',
      user_key: 'bigint',
      video_key: 'bigint',
      context_key: 'bigint',
      user_id: 'string',
      video_id: 'string',
      player_id: 'string',
      duration_us: 'bigint',
      switched_us: 'bigint',
      nth_at_start: 'bigint',
    },
    sql: () => sql`select
  s.*,
  n.user_id,
  v.video_id,
  n.player_id,
  coalesce(c.duration_us, s.reported_duration_us) as duration_us
from (
  select
    stream_key,
    session_n,
    max(last_n) as last_n,
    min(start_us) as start_us,
    max(end_us) as end_us,
    max(visit_start_us) as visit_start_us,
    max(user_key) as user_key,
    max(video_key) as video_key,
    max(case when opens = 1 then context_key end) as context_key,
    max(duration_us) as reported_duration_us,
    -- when another video followed in the stream, within the visit
    max(case when next_visit_start_us = visit_start_us and next_video_key <> video_key then next_start_us end) as switched_us,
    -- A, B, A in one instant: more than one session of the video begins there
    row_number() over (partition by stream_key, min(start_us), max(video_key) order by session_n) as nth_at_start
  from session_chunks
  group by stream_key, session_n
) s
join stream_names n on n.stream_key = s.stream_key
join video_names v on v.video_key = s.video_key
left join catalog_durations c on c.video_key = s.video_key`,
  });
  return { sessionChunks, sessionSpans };
}

/** Which session each chunk belongs to, with what the session's events need to know of it. */
export const buildChunkSessions = (sessionChunks: Step, sessionSpans: Step) =>
  step({
    name: 'chunk_sessions',
    grain: 'chunk',
    rule: 'DESIGN 4.1.3',
    from: [sessionChunks, sessionSpans],
    columns: {
      stream_key: 'bigint',
      chunk: 'bigint',
      session_n: 'bigint',
      last_n: 'bigint',
      start_us: 'bigint',
      duration_us: 'bigint',
    },
    sql: () => sql`select c.stream_key, c.chunk, c.session_n, s.last_n, s.start_us, s.duration_us
from session_chunks c
join session_spans s on s.stream_key = c.stream_key and s.session_n = c.session_n`,
  });
