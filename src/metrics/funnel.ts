import { type Metric, metric } from './metric.js';

/** From being shown a video to its end: pairs of a user and a video, each step a part of the step before. */
export const funnelMetrics = {
  played_pair_count: metric(
    'Shown and played',
    'count',
    'DESIGN 4.5',
    'Of the pairs of a user and a video that a page showed to the user: those in which the user ever played the video.',
  ),
  watched_30s_pair_count: metric(
    'Watched 30 seconds',
    'count',
    'DESIGN 4.5',
    'Played pairs with 30 seconds of watch time over all sessions, or with 75 % of the video watched (shorter videos).',
  ),
  watched_75_pair_count: metric(
    'Watched 75 %',
    'count',
    'DESIGN 4.5',
    'Played pairs in which at least 75 % of the video was watched over all sessions; none where the duration is unknown.',
  ),
  completed_pair_count: metric(
    'Watched to the end',
    'count',
    'DESIGN 4.5',
    'Pairs with at least 75 % watched whose video the player also reported as ended in some session.',
  ),
  pair_play_rate: metric(
    'Shown to played',
    'ratio',
    'DESIGN 4.5',
    'Shown and played pairs as a share of the pairs shown.',
  ),
  watched_30s_rate: metric(
    'Played to 30 seconds',
    'ratio',
    'DESIGN 4.5',
    'Pairs that watched 30 seconds as a share of those that played.',
  ),
  watched_75_rate: metric(
    '30 seconds to 75 %',
    'ratio',
    'DESIGN 4.5',
    'Pairs that watched 75 % as a share of those that watched 30 seconds.',
  ),
  completed_pair_rate: metric(
    '75 % to the end',
    'ratio',
    'DESIGN 4.5',
    'Pairs that watched to the end as a share of those that watched 75 %.',
  ),
  funnel_rate: metric(
    'Shown to the end',
    'ratio',
    'DESIGN 4.5',
    'Pairs that watched to the end as a share of the pairs shown.',
  ),
} as const satisfies Record<string, Metric>;
