import { type Metric, metric } from './metric.js';

/** Sums over the 7 and 28 days that end with a day: what the view `viewing_trends` shows. */
export const trendMetrics = {
  watch_time_7d_s: metric(
    'Watch time, 7 days',
    's',
    'DESIGN 4.3',
    'Watch time of the 7 days that end with the period.',
  ),
  watch_time_28d_s: metric(
    'Watch time, 28 days',
    's',
    'DESIGN 4.3',
    'Watch time of the 28 days that end with the period.',
  ),
  session_count_7d: metric('Sessions, 7 days', 'count', 'DESIGN 2', 'Sessions of the 7 days that end with the period.'),
  session_count_28d: metric(
    'Sessions, 28 days',
    'count',
    'DESIGN 2',
    'Sessions of the 28 days that end with the period.',
  ),
  play_count_7d: metric('Plays, 7 days', 'count', 'DESIGN 4.5', 'Plays of the 7 days that end with the period.'),
  play_count_28d: metric('Plays, 28 days', 'count', 'DESIGN 4.5', 'Plays of the 28 days that end with the period.'),
  completed_session_count_7d: metric(
    'Completed sessions, 7 days',
    'count',
    'DESIGN 4.4',
    'Completed sessions of the 7 days that end with the period.',
  ),
  completed_session_count_28d: metric(
    'Completed sessions, 28 days',
    'count',
    'DESIGN 4.4',
    'Completed sessions of the 28 days that end with the period.',
  ),
  unique_viewers_7d: metric(
    'Unique viewers, 7 days',
    'count',
    'DESIGN 4.5',
    'Different users with a session in the 7 days that end with the period; exact, counted anew for every period.',
  ),
  unique_viewers_28d: metric(
    'Unique viewers, 28 days',
    'count',
    'DESIGN 4.5',
    'Different users with a session in the 28 days that end with the period; exact, counted anew for every period.',
  ),
} as const satisfies Record<string, Metric>;
