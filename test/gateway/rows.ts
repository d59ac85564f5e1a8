import { columns, periodMetrics, retentionMeasures } from '../../src/gateway/members.js';

type Value = string | number | boolean | null;
type Row = Record<string, Value>;

/** A value of the right kind for a column, by the rules of naming in DESIGN.md. */
function sampleOf(column: string): Value {
  if (column.endsWith('_at') || column.endsWith('_date') || column === 'newest_event_time')
    return '2026-01-01T10:00:00.500';
  if (
    column.startsWith('is_') ||
    ['has_played', 'completed', 'completion_valid', 'zero_watch', 'resumed', 'autoplay'].includes(column)
  ) {
    return false;
  }
  if (column === 'engagement_tier') return 'Medium';
  if (column.endsWith('_source')) return 'unknown';
  if (column === 'end_reason') return 'timeout';
  if (/_(ratio|rate)$/.test(column)) return 0.5;
  if (/_(s|count|avg|points|score|version|viewers|index|cost|viewer)$/.test(column) || column === 'playback_rate')
    return 1;
  return column;
}

export const rowOf = (names: readonly string[], given: Row): Row => ({
  ...Object.fromEntries(names.map(name => [name, sampleOf(name)])),
  ...given,
});

export const video = (given: Row): Row => rowOf(columns.videos, given);
export const user = (given: Row): Row => rowOf(columns.users, given);
export const session = (given: Row): Row => rowOf([...columns.sessions, ...periodMetrics, 'visit_started_at'], given);
export const segment = (given: Row): Row => rowOf(columns.segments, given);

/** Five videos, three users, six sessions; and one row elsewhere. */
export function sampleRows(): Record<string, Row[]> {
  return {
    videos: [1, 2, 3, 4, 5].map(n =>
      video({ video_id: `v${n}`, title: n === 3 ? null : `Film ${n}`, video_watch_time_s: n * 10 }),
    ),
    users: [1, 2, 3].map(n => user({ user_id: `u${n}` })),
    sessions: [1, 2, 3, 4, 5, 6].map(n =>
      session({
        session_id: `s${n}`,
        user_id: `u${(n % 3) + 1}`,
        video_id: `v${n % 2 === 0 ? 2 : 1}`,
        started_at: `2026-01-0${n}T10:00:00.500`,
      }),
    ),
    segments: [0, 1].map(n => segment({ session_id: 's1', segment_index: n })),
    user_videos: [rowOf(columns.user_videos, { user_id: 'u1', video_id: 'v1' })],
    video_retention: [
      rowOf([...columns.video_retention, ...retentionMeasures], {
        video_id: 'v1',
        bucket: 0,
        viewers: 4,
        plays: 8,
        starters: 4,
        drop_off: 0,
      }),
    ],
    quality_results: [],
    experiments: [],
    job_runs: [],
  };
}
