import type { tables } from '#tables';

/** Question to Cube, and the same question as a person would write it. */
export const agreements: readonly [title: string, query: object, table: keyof typeof tables, sql: string][] = [
  [
    'sums over sessions',
    { measures: ['watch_time_s', 'content_s', 'pause_count', 'skipped_s', 'buffer_time_s'].map(of('sessions')) },
    'sessions',
    'select sum(watch_time_s), sum(content_s), sum(pause_count), sum(skipped_s), sum(buffer_time_s) from t',
  ],
  [
    'counts of sessions by kind',
    {
      measures: [
        'session_count',
        'play_count',
        'completed_session_count',
        'valid_completion_count',
        'zero_watch_count',
        'replay_count',
        'resumed_count',
      ].map(of('sessions')),
    },
    'sessions',
    `select count(*), count(*) filter (has_played), count(*) filter (completed), count(*) filter (completion_valid),
       count(*) filter (zero_watch), count(*) filter (is_replay), count(*) filter (resumed) from t`,
  ],
  [
    'shares of sessions by device',
    {
      measures: ['completion_rate', 'zero_watch_rate', 'avg_watch_time_s'].map(of('sessions')),
      dimensions: ['sessions.device'],
    },
    'sessions',
    `select device, count(*) filter (completed) / count(*), count(*) filter (zero_watch) / count(*),
       sum(watch_time_s) / count(*) from t group by device`,
  ],
  [
    'different viewers by country',
    { measures: ['sessions.unique_viewers', 'sessions.plays_per_viewer'], dimensions: ['sessions.country'] },
    'sessions',
    `select country, count(distinct user_id), count(*) filter (has_played) / count(distinct user_id)
       from t group by country`,
  ],
  [
    'the average engagement score',
    { measures: ['sessions.avg_engagement_score'] },
    'sessions',
    'select avg(engagement_score) from t',
  ],
  [
    'content of segments',
    { measures: ['segments.segment_count', 'segments.content_s'] },
    'segments',
    'select count(*), sum(to_s - from_s) from t',
  ],
  [
    'pairs of user and video',
    {
      measures: ['user_video_count', 'unique_watch_s', 'unique_viewers', 'avg_percent_viewed_ratio'].map(
        of('user_videos'),
      ),
    },
    'user_videos',
    'select count(*), sum(unique_watch_s), count(distinct user_id), avg(percent_viewed_ratio) from t',
  ],
  [
    'users by tier',
    { measures: ['users.user_count', 'users.exclusive_watch_time_s'], dimensions: ['users.engagement_tier'] },
    'users',
    'select engagement_tier, count(*), sum(exclusive_watch_time_s) from t group by engagement_tier',
  ],
  [
    'videos row by row',
    {
      dimensions: [
        'videos.title',
        'videos.video_watch_time_s',
        'videos.unique_viewers',
        'videos.video_completion_rate',
      ],
    },
    'videos',
    'select title, watch_time_s, unique_viewers, completion_rate from t',
  ],
  [
    'days of a video',
    { measures: ['video_days.watch_time_s'], dimensions: ['video_days.video_id'] },
    'video_days',
    'select video_id, sum(watch_time_s) from t group by video_id',
  ],
  [
    'the retention curve',
    {
      measures: ['viewers', 'plays', 'retention_ratio', 'first_bucket_retention_ratio', 'drop_off'].map(
        of('video_retention'),
      ),
      dimensions: ['video_retention.video_id', 'video_retention.bucket'],
    },
    'video_retention',
    'select video_id, bucket, viewers, plays, retention_ratio, first_bucket_retention_ratio, drop_off from t',
  ],
  [
    'hundredths of videos, and the viewers of the first',
    {
      measures: ['bucket_count', 'first_bucket_viewers'].map(of('video_retention')),
      dimensions: ['video_retention.video_id', 'video_retention.bucket'],
    },
    'video_retention',
    `select r.video_id, r.bucket, 1 as n, (select f.viewers from t as f where f.video_id = r.video_id and f.bucket = 0)
       from t as r`,
  ],
  [
    'videos with a session, by day',
    { measures: ['video_days.video_day_count'], dimensions: ['video_days.video_id'] },
    'video_days',
    'select video_id, count(*) from t group by video_id',
  ],
  [
    'exposures by variant',
    { measures: ['exposures.exposure_count'], dimensions: ['exposures.variant'] },
    'exposures',
    'select variant, count(*) from t group by variant',
  ],
  [
    'variants of an experiment',
    {
      measures: ['exposed_viewers', 'session_count', 'watch_time_s'].map(of('experiments')),
      dimensions: ['experiment', 'variant', 'exposed_play_rate', 'verdict'].map(of('experiments')),
    },
    'experiments',
    'select experiment, variant, exposed_play_rate, verdict, exposed_viewers, session_count, watch_time_s from t',
  ],
  [
    'viewers of each variant',
    { measures: ['exposures.exposed_viewers', 'exposures.watch_time_s'], dimensions: ['exposures.variant'] },
    'exposures',
    'select variant, count(distinct user_id), sum(watch_time_s) from t where is_assigned group by variant',
  ],
  [
    'data-quality results',
    {
      measures: ['quality_results.rule_count', 'quality_results.failed_rule_count'],
      segments: ['quality_results.latest_run'],
    },
    'quality_results',
    "select count(*), count(*) filter (state = 'failed') from t",
  ],
  [
    'an estimate of different viewers',
    { measures: ['sessions.unique_viewers_approx'], dimensions: ['sessions.device'] },
    'sessions',
    'select device, approx_count_distinct(user_id) from t group by device',
  ],
  [
    'events by type, device and source',
    {
      measures: [
        'reported_event_count',
        'event_count',
        'event_copy_count',
        'event_copy_rate',
        'event_users',
        'error_event_count',
        'missing_position_count',
      ].map(of('events')),
      dimensions: ['events.event_type', 'events.device', 'events.source'],
    },
    'events',
    `select event_type, device, source, count(*) as a, count(distinct event_id) as b, a - b as c, c / a as d,
       count(distinct user_id) as e, count(*) filter (event_type = 'error') as f,
       count(*) filter (event_type <> 'page_view' and position_s is null) as g
     from t group by all`,
  ],
  [
    'events of a range of days',
    {
      measures: ['player_events.reported_event_count', 'player_events.event_count'],
      segments: ['player_events.of_videos'],
      timeDimensions: [{ dimension: 'player_events.event_date', dateRange: ['2026-01-03', '2026-01-09'] }],
    },
    'events',
    `select count(*), count(distinct event_id) from t
     where event_type <> 'page_view' and event_date between date '2026-01-03' and date '2026-01-09'`,
  ],
  [
    'the newest events',
    { measures: ['events.last_event_time', 'events.last_received_at'], dimensions: ['events.country'] },
    'events',
    `select country, strftime(max(event_time), '%Y-%m-%dT%H:%M:%S.%g'), strftime(max(received_at), '%Y-%m-%dT%H:%M:%S.%g')
     from t group by country`,
  ],
  [
    'alerts by rule',
    {
      measures: [
        'alert_count',
        'active_alert_count',
        'acknowledged_alert_count',
        'resolved_alert_count',
        'notification_count',
      ].map(of('alert_history')),
      dimensions: ['alert_history.rule'],
    },
    'alerts',
    `select rule, count(*), count(*) filter (state in ('open', 'acknowledged')), count(*) filter (state = 'acknowledged'),
       count(*) filter (state = 'resolved'), sum(notification_count) from t group by rule`,
  ],
  [
    'active alerts',
    { measures: ['alerts.alert_count'], segments: ['alerts.active'] },
    'alerts',
    "select count(*) from t where state <> 'resolved'",
  ],
  [
    'variants in the view of experiments',
    {
      measures: ['exposed_viewers', 'watch_time_s', 'variant_count'].map(of('experiment_results')),
      dimensions: ['experiment', 'variant', 'exposed_play_rate', 'verdict'].map(of('experiment_results')),
    },
    'experiments',
    'select experiment, variant, exposed_play_rate, verdict, exposed_viewers, watch_time_s, 1 as n from t',
  ],
];

function of(name: string): (measure: string) => string {
  return measure => `${name}.${measure}`;
}
