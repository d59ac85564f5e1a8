import { catalogue, type MetricName } from '#metrics';

/** Cube's member names (model/cubes/), as far as the gateway asks for them. */

/** Sums that every table from sessions upwards carries. */
export const additive = [
  'watch_time_s',
  'uncertain_s',
  'estimated_tail_s',
  'content_s',
  'background_s',
  'pause_count',
  'pause_time_s',
  'skip_forward_count',
  'skip_backward_count',
  'skip_count',
  'skipped_s',
  'buffer_count',
  'buffer_time_s',
  'refresh_count',
  'tab_switch_count',
  'bad_position_count',
] as const satisfies readonly MetricName[];

/** How many sessions of each kind. */
export const sessionCounts = [
  'session_count',
  'play_count',
  'completed_session_count',
  'valid_completion_count',
  'zero_watch_count',
  'replay_count',
  'resumed_count',
] as const satisfies readonly MetricName[];

/** Sums and counts of a period: 0 where nothing happened. */
export const periodSums = [
  'unique_viewers',
  ...sessionCounts,
  'measured_session_count',
  ...additive,
] as const satisfies readonly MetricName[];

/** What is divided: null where there is nothing to divide by. */
export const periodRates = [
  'completion_rate',
  'zero_watch_rate',
  'avg_watch_time_s',
  'avg_session_percent_viewed_ratio',
] as const satisfies readonly MetricName[];

/** Measures of the cube `sessions` that make sense over any period: the enum `PeriodMetric`. */
export const periodMetrics = [...periodSums, ...periodRates] as const;

export type PeriodMetric = (typeof periodMetrics)[number];

export const isPeriodMetric = (name: string): name is PeriodMetric => periodMetrics.some(metric => metric === name);

/** Different users do not add up: only rollups that keep users can count them. */
export const isDistinct = (metric: PeriodMetric): boolean => metric === 'unique_viewers';

/** What the rollups of viewers by day carry beside the users, and what is divided from it. */
const besideViewers: readonly PeriodMetric[] = [
  'unique_viewers',
  'session_count',
  'play_count',
  'completed_session_count',
  'zero_watch_count',
  'replay_count',
  'resumed_count',
  'measured_session_count',
  'watch_time_s',
  'uncertain_s',
  'estimated_tail_s',
  'background_s',
  'completion_rate',
  'zero_watch_rate',
  'avg_watch_time_s',
  'avg_session_percent_viewed_ratio',
];

/**
 * Metrics by the question that asks them: one where a rollup of viewers holds them all; else different users apart,
 * so that the rest comes from a rollup without users.
 */
export function questionsOf(metrics: readonly PeriodMetric[], step: 'HOUR' | 'DAY'): PeriodMetric[][] {
  const distinct = [...new Set(metrics)].sort();
  const isTogether = step === 'DAY' && distinct.every(metric => besideViewers.includes(metric));
  if (isTogether) return [distinct];
  return [distinct.filter(isDistinct), distinct.filter(metric => !isDistinct(metric))].filter(
    ({ length }) => length > 0,
  );
}

/** What stands where nothing happened. */
export const emptyValue = (metric: PeriodMetric): 0 | null => (periodRates.some(rate => rate === metric) ? null : 0);

const engagement = [
  'engagement_score',
  'engagement_tier',
  'engagement_watch_points',
  'engagement_completion_points',
  'engagement_session_points',
  'engagement_version',
];

const within = (prefix: string, names: readonly string[]) => names.map(name => `${prefix}_${name}`);

/** What variants are compared by. */
export const experimentResults = ['exposed_play_rate', 'watch_time_per_viewer_s', 'shown_play_rate'] as const;
const resultColumns = [
  'low',
  'high',
  'difference',
  'difference_low',
  'difference_high',
  'p_value',
  'p_value_adjusted',
  'verdict',
];

/** The row-level columns of each cube that one entity needs, without the cube's name. */
export const columns = {
  videos: [
    'video_id',
    'title',
    'category',
    'duration_s',
    'published_at',
    'production_cost',
    'first_seen_at',
    'last_seen_at',
    ...within('video', [
      ...sessionCounts,
      ...additive,
      'unique_watch_s',
      'avg_watch_time_s',
      'completion_rate',
      'zero_watch_rate',
    ]),
    // These are no measures of the cube, so they keep their names.
    'unique_viewers',
    'avg_percent_viewed_ratio',
    'plays_per_viewer',
    'impression_viewers',
    'played_impression_viewers',
    'play_rate',
    ...engagement,
  ],
  users: [
    'user_id',
    'video_count',
    'active_day_count',
    'first_seen_at',
    'last_seen_at',
    ...within('user', [...sessionCounts, ...additive, 'exclusive_watch_time_s', 'unique_watch_s', 'completion_rate']),
    ...engagement,
  ],
  sessions: [
    'session_id',
    'visit_id',
    'user_id',
    'video_id',
    'player_id',
    'started_at',
    'ended_at',
    'session_date',
    'duration_s',
    'is_live',
    ...within('session', ['event_count', ...additive]),
    'unique_watch_s',
    'percent_viewed_ratio',
    'first_position_s',
    'max_position_s',
    'last_position_s',
    'rate_avg',
    'has_played',
    'completed',
    'completion_valid',
    'zero_watch',
    'end_reason',
    'is_replay',
    'replay_index',
    'resumed',
    'resumed_from_s',
    'autoplay',
    'refresh_source',
    'tab_switch_source',
    'background_source',
    'end_reason_source',
    'last_position_source',
    'resumed_source',
    'autoplay_source',
    'is_concurrent',
    'device',
    'country',
    'referrer',
    'app_version',
    'experiment',
    'variant',
    ...engagement,
  ],
  user_videos: [
    'user_id',
    'video_id',
    'first_seen_at',
    'last_seen_at',
    'duration_s',
    ...within('user_video', [...sessionCounts, ...additive, 'unique_watch_s']),
    'percent_viewed_ratio',
    'max_position_s',
    'last_position_s',
    'completed',
    'completion_valid',
    ...engagement,
  ],
  segments: ['session_id', 'segment_index', 'from_s', 'to_s', 'started_at', 'ended_at', 'playback_rate'],
  video_retention: ['video_id', 'bucket', 'from_s', 'to_s'],
  quality_results: [
    'run_id',
    'rule',
    'title',
    'says',
    'severity',
    'state',
    'value',
    'threshold',
    'quality_result_checked_count',
    'quality_result_failed_count',
    'sample_ids',
    'checked_at',
  ],
  experiments: [
    'experiment',
    'variant',
    'control_variant',
    'is_control',
    'primary_metric',
    'significance_level',
    'verdict',
    'sample_ratio_p_value',
    'sample_ratio_mismatch',
    'first_exposed_at',
    'last_exposed_at',
    ...within('experiment', [
      'exposed_viewers',
      'mixed_viewers',
      'played_viewers',
      'session_count',
      'play_count',
      'completed_session_count',
      'completion_rate',
      'watch_time_s',
      'shown_count',
      'played_shown_count',
    ]),
    ...experimentResults.flatMap(metric => [metric, ...within(metric, resultColumns)]),
  ],
  job_runs: ['run_id', 'sequence', 'finished_at', 'newest_received_at', 'newest_event_time', 'table_versions'],
} as const satisfies Record<string, readonly string[]>;

export type CubeName = keyof typeof columns;

export const retentionMeasures = [
  'viewers',
  'plays',
  'starters',
  'retention_ratio',
  'first_bucket_retention_ratio',
  'drop_off',
] as const;

export const memberOf = (cube: CubeName, name: string): string => `${cube}.${name}`;
export const membersOf = (cube: CubeName): string[] => columns[cube].map(name => memberOf(cube, name));

/** Every member that the gateway can ask for; a test holds it against the models. */
export function allMembers(): string[] {
  const cubes: CubeName[] = [
    'videos',
    'users',
    'sessions',
    'user_videos',
    'segments',
    'video_retention',
    'quality_results',
    'experiments',
    'job_runs',
  ];
  return [
    ...cubes.flatMap(membersOf),
    'sessions.visit_started_at',
    ...periodMetrics.map(name => `sessions.${name}`),
    ...retentionMeasures.map(name => `video_retention.${name}`),
  ];
}

export const titleOf = (name: MetricName): string => catalogue[name].title;
