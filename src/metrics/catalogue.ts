/**
 * What each metric is, once. Column comments in Delta, Cube measures, GraphQL descriptions and docs/metrics.md
 * are written from here or checked against it (`npm run metrics -- --check`).
 */
export type Unit = 's' | 'count' | 'ratio' | 'score' | 'rate' | 'boolean' | 'word' | 'instant';

export interface Metric {
  readonly title: string;
  readonly unit: Unit;
  /** One sentence for the analyst. */
  readonly says: string;
  /** Where the rule stands in DESIGN.md. */
  readonly rule: string;
}

const metric = (title: string, unit: Unit, rule: string, says: string): Metric => ({ title, unit, rule, says });

export const catalogue = {
  watch_time_s: metric(
    'Watch time',
    's',
    'DESIGN 4.3',
    'Seconds on the clock during which the playhead was really advancing, as far as the events prove it.',
  ),
  uncertain_s: metric(
    'Uncertain watch time',
    's',
    'DESIGN 4.3',
    'Seconds on the clock that may have been watched but that the events do not prove.',
  ),
  estimated_tail_s: metric(
    'Estimated tail',
    's',
    'DESIGN 4.3',
    'Seconds that may have played after the last event, by the configured tail policy.',
  ),
  exclusive_watch_time_s: metric(
    'Exclusive watch time',
    's',
    'DESIGN 4.4',
    'Watch time with overlapping tabs counted once: the union of watched wall-clock time.',
  ),
  content_s: metric(
    'Content played',
    's',
    'DESIGN 4.4',
    'Seconds of the video that played, repeats included; at double speed twice the watch time.',
  ),
  unique_watch_s: metric(
    'Unique seconds watched',
    's',
    'DESIGN 4.4',
    'Seconds of the video that played at least once.',
  ),
  percent_viewed_ratio: metric(
    'Percent viewed',
    'ratio',
    'DESIGN 4.4',
    'Unique seconds watched, as a share of the duration.',
  ),
  max_position_s: metric(
    'Furthest position',
    's',
    'DESIGN 4.4',
    'The furthest point of the video that was reached by playing or seeking.',
  ),
  last_position_s: metric('Last position', 's', 'DESIGN 4.4', 'Where the playhead was last known to be.'),
  background_s: metric('Background time', 's', 'DESIGN 4.4', 'Watch time while the page was hidden.'),
  pause_count: metric('Pauses', 'count', 'DESIGN 4.2', 'How often play was paused.'),
  pause_time_s: metric('Pause time', 's', 'DESIGN 4.4', 'Seconds spent paused, up to the last event of the session.'),
  skip_forward_count: metric(
    'Skips forward',
    'count',
    'DESIGN 4.3',
    'Leaps of the playhead towards the end of the video.',
  ),
  skip_backward_count: metric(
    'Skips backward',
    'count',
    'DESIGN 4.3',
    'Leaps of the playhead towards the start of the video.',
  ),
  skip_count: metric('Skips', 'count', 'DESIGN 4.4', 'Leaps of the playhead in either direction.'),
  skipped_s: metric('Skipped', 's', 'DESIGN 4.4', 'Seconds of the video leapt over in either direction, sizes added.'),
  buffer_time_s: metric('Buffering time', 's', 'DESIGN 4.3', 'Seconds during which the player waited for data.'),
  buffer_count: metric('Stalls', 'count', 'DESIGN 4.2', 'How often the player began to wait for data.'),
  rate_avg: metric(
    'Average playback rate',
    'rate',
    'DESIGN 4.4',
    'The reported playback rate, weighted by watch time.',
  ),
  rated_s: metric(
    'Rated watch time',
    's',
    'DESIGN 4.4',
    'Watch time multiplied by the reported playback rate; divided by the watch time it is the average rate.',
  ),
  completed: metric('Completed', 'boolean', 'DESIGN 4.4', 'The player reported that the video ended.'),
  completion_valid: metric(
    'Completion valid',
    'boolean',
    'DESIGN 4.4',
    'Completed, and at least 75 % of the video was really watched.',
  ),
  zero_watch: metric('Zero watch', 'boolean', 'DESIGN 4.4', 'Less than one second was watched.'),
  end_reason: metric(
    'End reason',
    'word',
    'DESIGN 4.4',
    'How the session ended: ended, unload, switched, open, paused or timeout.',
  ),
  is_replay: metric(
    'Replay',
    'boolean',
    'DESIGN 4.4',
    'The video was started again from its beginning after it had been completed.',
  ),
  replay_index: metric(
    'Replay number',
    'count',
    'DESIGN 4.4',
    'The how-many-th replay of this user and video this is; 0 for the first viewing.',
  ),
  resumed: metric(
    'Resumed',
    'boolean',
    'DESIGN 4.4',
    'Play began where an earlier session of this user and video had stopped.',
  ),
  resumed_from_s: metric(
    'Resumed from',
    's',
    'DESIGN 4.4',
    'The position at which a resumed session took up the video.',
  ),
  refresh_count: metric(
    'Page refreshes',
    'count',
    'DESIGN 4.4',
    'How often the page was loaded again within or into the session.',
  ),
  tab_switch_count: metric('Tab switches', 'count', 'DESIGN 4.4', 'How often the viewer left the tab.'),
  tab_switch_source: metric(
    'Source of tab switches',
    'word',
    'DESIGN 4.4',
    'observed, inferred or unknown: how the tab switches are known.',
  ),
  autoplay: metric(
    'Autoplay',
    'boolean',
    'DESIGN 4.4',
    'The player started by itself; empty when the player does not say.',
  ),
  refresh_source: metric(
    'Source of page refreshes',
    'word',
    'DESIGN 4.4',
    'observed, inferred or unknown: how the page refreshes are known.',
  ),
  background_source: metric(
    'Source of background time',
    'word',
    'DESIGN 4.4',
    'observed or unknown: whether the player told when the page was hidden.',
  ),
  end_reason_source: metric(
    'Source of the end reason',
    'word',
    'DESIGN 4.4',
    'observed when an event told the end, inferred from silence, unknown while the session is open.',
  ),
  last_position_source: metric(
    'Source of the last position',
    'word',
    'DESIGN 4.4',
    'observed when the playhead stood where it was last told to be, inferred when it played on, else unknown.',
  ),
  resumed_source: metric(
    'Source of resumption',
    'word',
    'DESIGN 4.4',
    'observed, inferred or unknown: how it is known whether the session was resumed.',
  ),
  autoplay_source: metric(
    'Source of autoplay',
    'word',
    'DESIGN 4.4',
    'observed or unknown: whether the player told if it started by itself.',
  ),
  is_concurrent: metric('Concurrent', 'boolean', 'DESIGN 4.4', 'Another session of the same user overlaps in time.'),
  bad_position_count: metric('Bad positions', 'count', 'DESIGN 4.1.4', 'Events whose position lies outside the video.'),
  event_count: metric('Events', 'count', 'DESIGN 5', 'Player events, copies left out.'),
  session_count: metric('Sessions', 'count', 'DESIGN 2', 'Viewings of one video by one user within a visit.'),
  play_count: metric('Plays', 'count', 'DESIGN 4.5', 'Sessions in which the video started to play.'),
  completed_session_count: metric(
    'Completed sessions',
    'count',
    'DESIGN 4.4',
    'Sessions that the player reported as ended.',
  ),
  valid_completion_count: metric(
    'Valid completions',
    'count',
    'DESIGN 4.4',
    'Completed sessions in which at least 75 % of the video was watched.',
  ),
  zero_watch_count: metric(
    'Zero-watch sessions',
    'count',
    'DESIGN 4.4',
    'Sessions in which less than one second was watched.',
  ),
  replay_count: metric(
    'Replays',
    'count',
    'DESIGN 4.4',
    'Sessions in which a completed video was played again from its start, completed before or within the session.',
  ),
  resumed_count: metric(
    'Resumed sessions',
    'count',
    'DESIGN 4.4',
    'Sessions that took up the video where an earlier one had stopped.',
  ),
  autoplay_count: metric(
    'Autoplayed sessions',
    'count',
    'DESIGN 4.4',
    'Sessions of which the player said that it started by itself; sessions that do not say are left out.',
  ),
  concurrent_count: metric(
    'Concurrent sessions',
    'count',
    'DESIGN 4.4',
    'Sessions that overlap in time with another session of the same user.',
  ),
  completion_rate: metric('Completion rate', 'ratio', 'DESIGN 4.4', 'Completed sessions as a share of all sessions.'),
  zero_watch_rate: metric(
    'Zero-watch rate',
    'ratio',
    'DESIGN 7',
    'Sessions with less than one second watched, as a share of all sessions.',
  ),
  unique_viewers: metric('Unique viewers', 'count', 'DESIGN 4.5', 'Different users with at least one session.'),
  user_count: metric('Users', 'count', 'DESIGN 5', 'Users with at least one session.'),
  video_count: metric('Videos', 'count', 'DESIGN 5', 'Different videos.'),
  segment_count: metric('Segments', 'count', 'DESIGN 4.3', 'Stretches of unbroken play.'),
  user_video_count: metric(
    'Users and videos',
    'count',
    'DESIGN 5',
    'Pairs of a user and a video with at least one session.',
  ),
  video_day_count: metric(
    'Video days',
    'count',
    'DESIGN 5',
    'Pairs of a video and a UTC day with at least one session.',
  ),
  avg_watch_time_s: metric('Watch time per session', 's', 'DESIGN 4.5', 'Watch time divided by sessions.'),
  avg_percent_viewed_ratio: metric(
    'Average percent viewed',
    'ratio',
    'DESIGN 4.4',
    'Percent viewed, averaged over the user-video pairs whose duration is known.',
  ),
  measured_count: metric(
    'Measured viewings',
    'count',
    'DESIGN 4.4',
    'Pairs of a user and a video whose duration is known: what the average percent viewed is taken over.',
  ),
  impression_count: metric(
    'Users and videos shown',
    'count',
    'DESIGN 4.5',
    'Pairs of a user and a video that a page showed to the user.',
  ),
  impression_viewers: metric(
    'Viewers who saw it',
    'count',
    'DESIGN 4.5',
    'Different users to whom a page showed the video.',
  ),
  played_impression_viewers: metric(
    'Viewers who saw and played it',
    'count',
    'DESIGN 4.5',
    'Users to whom a page showed the video and who played it.',
  ),
  play_rate: metric(
    'Play rate',
    'ratio',
    'DESIGN 4.5',
    'Viewers who played the video, as a share of those to whom it was shown.',
  ),
  plays_per_viewer: metric(
    'Plays per viewer',
    'rate',
    'DESIGN 4.5',
    'Plays divided by unique viewers; above 1 the video is watched again.',
  ),
  bucket_count: metric('Buckets', 'count', 'DESIGN 4.5', 'Hundredths of videos that the retention curves hold.'),
  viewers: metric(
    'Viewers of the bucket',
    'count',
    'DESIGN 4.5',
    'Different users whose segments cover part of this hundredth of the video.',
  ),
  plays: metric(
    'Plays of the bucket',
    'count',
    'DESIGN 4.5',
    'Segments that cover part of this hundredth of the video.',
  ),
  starters: metric(
    'Viewers who started',
    'count',
    'DESIGN 4.5',
    'Different users with any segment of the video: what retention is measured against.',
  ),
  first_bucket_viewers: metric(
    'Viewers of the first bucket',
    'count',
    'DESIGN 4.5',
    'Different users whose segments cover part of the first hundredth of the video.',
  ),
  retention_ratio: metric(
    'Retention of starters',
    'ratio',
    'DESIGN 4.5',
    'Viewers of the bucket as a share of all viewers who started the video.',
  ),
  first_bucket_retention_ratio: metric(
    'Retention of the first bucket',
    'ratio',
    'DESIGN 4.5',
    'Viewers of the bucket as a share of the viewers of the first bucket.',
  ),
  drop_off: metric(
    'Drop-off',
    'count',
    'DESIGN 4.5',
    'Viewers lost from the bucket before to this one; negative where viewers joined.',
  ),
  drop_off_ratio: metric(
    'Drop-off of starters',
    'ratio',
    'DESIGN 4.5',
    'Viewers lost from the bucket before to this one, as a share of all viewers who started the video.',
  ),
  drop_off_rank: metric(
    'Drop-off rank',
    'count',
    'DESIGN 4.5',
    '1 for the bucket that lost most viewers, of equal losses the earlier first; empty where none was lost.',
  ),
  engagement_score: metric(
    'Engagement score',
    'score',
    'DESIGN 4.5',
    'A weighted sum, 0 to 100, of watch ratio, completions and sessions.',
  ),
  avg_engagement_score: metric(
    'Average engagement score',
    'score',
    'DESIGN 4.5',
    'The engagement score, averaged over the rows: every session, user or video counts the same.',
  ),
  engagement_tier: metric(
    'Engagement tier',
    'word',
    'DESIGN 4.5',
    'High, Medium, Low or Minimal, by bounds on the score.',
  ),
  engagement_watch_points: metric(
    'Score from watching',
    'score',
    'DESIGN 4.5',
    'The part of the engagement score that the watch ratio contributes.',
  ),
  engagement_completion_points: metric(
    'Score from completions',
    'score',
    'DESIGN 4.5',
    'The part of the engagement score that completions contribute.',
  ),
  engagement_session_points: metric(
    'Score from sessions',
    'score',
    'DESIGN 4.5',
    'The part of the engagement score that the number of sessions contributes.',
  ),
  engagement_version: metric(
    'Score formula version',
    'count',
    'DESIGN 4.5',
    'The version of the formula that made the score.',
  ),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof catalogue;

export const isMetricName = (name: string): name is MetricName => Object.hasOwn(catalogue, name);
