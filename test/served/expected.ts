/**
 * What answers each question of the dashboard, the gateway and BI tools: a rollup by its name, as `cube.rollup`, or
 * words without a dot, which stand for what is read from the files, with the reason below.
 */

/** Why no rollup stands between a question and the files. */
export const fromRows: Readonly<Record<string, string>> = {
  'rows of videos': 'one row a video, each with all its columns: the table is what a rollup would be',
  'rows of users': 'one row a user, as above',
  'rows of user_videos': 'one row a user and video, as above',
  'rows of sessions': 'sessions one by one',
  'rows of session_details': 'sessions one by one',
  'rows of segments': 'the stretches of one session',
  'rows of quality_results': 'the results of a few rules, with samples of rows',
  'sessions by visit_id': 'one row a visit: nearly as many as sessions',
  'sessions by video_id': 'new viewers of a video: no rollup holds a video and the first day of a viewer',
  'sessions by second': 'visits in the order in which they began',
  'sessions by minute': 'the last hour to the minute, from the newest version itself',
  'sessions by nothing': 'the viewers of the last hour, which begins and ends within an hour',
  'job_runs by run_id': 'the newest run: one row',
  'rows of video_performance': 'a tool counts the values of a column, empty ones left out',
  'video_performance by started_at':
    'an expression over instants that the SQL API does not see as a granularity: a bare DATE_TRUNC is served',
  'player_events by event_type': 'different events: a copy may come on any day, so that no finer count adds up',
};

/** The fields of schema.graphql that a client can ask first, each with everything below it that needs no argument. */
export const byField: Readonly<Record<string, readonly string[]>> = {
  node: [],
  video: ['rows of videos', 'rows of user_videos', 'video_retention.curves'],
  videos: ['rows of videos', 'videos.totals'],
  user: ['rows of users', 'rows of user_videos'],
  users: ['rows of users'],
  session: ['rows of sessions', 'rows of segments', 'rows of users', 'rows of videos', 'sessions by visit_id'],
  sessions: ['rows of sessions'],
  userVideos: ['rows of user_videos'],
  visit: ['sessions by visit_id'],
  visits: ['sessions by second', 'sessions by visit_id', 'rows of sessions'],
  metric: ['job_runs by run_id', 'sessions.by_day'],
  totals: ['sessions.by_day', 'sessions.viewers_by_day', 'sessions.viewers_by_tier_day'],
  breakdown: ['sessions.viewers_by_video_audience_day'],
  topVideos: [
    'rows of videos',
    'sessions by video_id',
    'sessions.by_video_day',
    'sessions.viewers_by_video_audience_day',
  ],
  timeSeries: [],
  retention: ['rows of videos', 'video_retention.curves'],
  heatMap: ['rows of videos', 'video_retention.curves'],
  experiment: ['experiments.by_variant'],
  experiments: ['experiments.by_variant'],
  dataQuality: ['rows of quality_results'],
  qualityTrends: ['rows of quality_results'],
  annotations: [],
  explainSession: [],
  liveStats: ['sessions by minute', 'sessions by nothing', 'sessions.by_audience_day'],
  alert: [],
  alerts: [],
  freshness: ['job_runs by run_id'],
  metricDefinitions: [],
};

/** Statements of test/cube/bi-statements.ts. */
export const byShape: Readonly<Record<string, readonly string[]>> = {
  'Power BI, Import of a table': ['rows of session_details'],
  'Power BI, DirectQuery: three nested selects, a cast sum, no nulls': ['sessions.by_audience_day'],
  'Power BI, DirectQuery: the largest first, with HAVING spelled as a filter on aggregates': ['sessions.by_video_day'],
  'Power BI, DirectQuery: a ratio under a cast sum': ['sessions.by_audience_day'],
  'Power BI, DirectQuery: distinct count, nulls counted once': ['sessions.by_audience_day'],
  'Power BI, DirectQuery: search': ['sessions.by_audience_day'],
  'Power BI, DirectQuery: month keys as text': ['video_performance by started_at'],
  'Power BI, DirectQuery: a slicer asks for the ends of the time': ['sessions.by_day'],
  'Power BI, DirectQuery: two derived tables joined, nulls included': ['sessions.by_audience_day'],
  'Tableau, live: its own names, HAVING without GROUP BY': ['sessions.by_day'],
  'Tableau, live: casts of dimensions in select, group and filter': ['sessions.by_video_audience_day'],
  'Tableau, live: months': ['sessions.by_day'],
  'Tableau, live: weeks from Sunday': ['video_performance by started_at'],
  'Tableau, live: year and quarter as numbers': ['video_performance by started_at'],
  'Tableau, live: exclude filter, nulls excluded': ['sessions.by_audience_day'],
  'Tableau, live: a group': ['sessions.by_audience_day'],
  'Tableau, live: search in a filter list': ['sessions.by_audience_day'],
  'Tableau, live: ends and count of a filter': ['rows of video_performance'],
  'Tableau, live: top n by a joined subselect': ['sessions.by_video_day'],
  'Tableau, sets: in or out': ['sessions.by_audience_day'],
  'Tableau, LOD: a share of the whole': ['sessions.by_day', 'sessions.by_video_day'],
  'Tableau, LOD: fixed by a dimension, then the average': ['sessions.by_video_audience_day'],
  'Tableau, columns of a table': [],
  'Superset, a chart by day': ['sessions.by_day'],
  'Superset, a virtual dataset': ['sessions.by_audience_day'],
  'Superset, a series limit': ['sessions.by_audience_day'],
  'Superset, rows of a table are counted': ['sessions.by_audience_day'],
  'Metabase, weeks from Sunday': ['video_performance by started_at'],
  'Metabase, a question upon a question': ['sessions.by_audience_day'],
  'Metabase, a fingerprint': ['rows of sessions'],
  'Grafana, time groups': ['video_performance by started_at'],
  'DBeaver, the grid of a table': ['rows of sessions'],
  'DBeaver, grouping': ['sessions.by_audience_day'],
};

interface ViewQuestion {
  readonly view: string;
  readonly column: string;
  /** Measures that are asked apart. */
  readonly without?: readonly string[];
  readonly by: string;
}

/** The views of bi/README.md, each with all its measures by one of its columns. */
export const byView: readonly ViewQuestion[] = [
  { view: 'video_performance', column: 'title', by: 'sessions.viewers_by_video_audience_day' },
  { view: 'video_performance', column: 'device', by: 'sessions.viewers_by_video_audience_day' },
  { view: 'video_performance', column: "date_trunc('week', started_at)", by: 'sessions.viewers_by_video_audience_day' },
  { view: 'audience', column: 'country', by: 'sessions.viewers_by_video_audience_day' },
  { view: 'audience', column: 'engagement_tier', by: 'sessions.viewers_by_tier_day' },
  { view: 'viewing_trends', column: "date_trunc('day', started_at)", by: 'sessions.viewers_by_day' },
  { view: 'viewing_trends', column: 'title', by: 'sessions.viewers_by_video_audience_day' },
  { view: 'video_funnel', column: 'category', by: 'funnel.steps_by_day' },
  { view: 'video_funnel', column: 'engagement_tier', by: 'funnel.steps_by_day' },
  { view: 'experiment_results', column: 'variant', by: 'experiments.by_variant' },
  { view: 'session_details', column: 'end_reason', by: 'sessions.by_audience_day' },
  { view: 'data_quality', column: 'rule', by: 'quality_results.by_run' },
  { view: 'alert_history', column: 'rule', by: 'alerts.by_state' },
  {
    view: 'player_events',
    column: 'event_type',
    without: ['event_count', 'event_copy_count', 'event_copy_rate', 'event_users'],
    by: 'events.by_day',
  },
  { view: 'player_events', column: 'event_type', by: 'player_events by event_type' },
];
