import { type Stretch, unionLength } from './intervals.js';
import type { OracleInput, OracleResult, OracleRow } from './oracle.js';
import { second } from './playhead.js';
import { scoreOf } from './score.js';

export interface GoldRows {
  readonly user_videos: readonly OracleRow[];
  readonly users: readonly OracleRow[];
  readonly videos: readonly OracleRow[];
  readonly video_days: readonly OracleRow[];
  readonly video_retention: readonly OracleRow[];
}

const secondsAdded = [
  'watch_time_s',
  'uncertain_s',
  'estimated_tail_s',
  'content_s',
  'background_s',
  'pause_time_s',
  'skipped_s',
  'buffer_time_s',
  'exclusive_watch_time_s',
];
const countsAdded = [
  'pause_count',
  'skip_forward_count',
  'skip_backward_count',
  'skip_count',
  'buffer_count',
  'refresh_count',
  'tab_switch_count',
  'bad_position_count',
];

/** DESIGN 4.5 and 5: the tables above the session, from its rows. */
export function goldOf(
  { sessions, segments }: Pick<OracleResult, 'sessions' | 'segments'>,
  impressions: readonly OracleRow[],
  { catalog, config }: OracleInput,
): GoldRows {
  const viewing = (row: OracleRow) => `${row['user_id']} ${row['video_id']}`;
  const segmentsOfViewing = new Map(groups(segments, viewing));
  const userVideos = groups(sessions, viewing).map(([key, own]) =>
    userVideoOf(own, segmentsOfViewing.get(key) ?? [], config),
  );
  const users = groups(sessions, row => String(row['user_id'])).map(([userId, own]) =>
    userOf(
      userId,
      own,
      userVideos.filter(row => row['user_id'] === userId),
      config,
    ),
  );
  const shownIds = impressions.map(row => String(row['video_id']));
  const videoIds = [...new Set([...sessions.map(row => String(row['video_id'])), ...shownIds])];
  const videos = videoIds.map(videoId =>
    videoOf(videoId, {
      sessions: sessions.filter(row => row['video_id'] === videoId),
      userVideos: userVideos.filter(row => row['video_id'] === videoId),
      shownTo: impressions.filter(row => row['video_id'] === videoId).map(row => row['user_id'] ?? null),
      catalog,
      config,
    }),
  );
  const videoDays = groups(sessions, row => `${row['video_id']} ${row['session_date']}`).map(([, own]) =>
    videoDayOf(own, segments.filter(isOf(own[0], 'video_id', 'session_date'))),
  );
  return {
    user_videos: userVideos,
    users,
    videos,
    video_days: videoDays,
    video_retention: videos.flatMap(video =>
      retentionOf(video, segments.filter(isOf(video, 'video_id')), config.sessionization.retention_bucket_count),
    ),
  };
}

const isOf =
  (like: OracleRow | undefined, ...columns: readonly string[]) =>
  (row: OracleRow) =>
    columns.every(column => row[column] === like?.[column]);

function groups(rows: readonly OracleRow[], keyOf: (row: OracleRow) => string): [string, OracleRow[]][] {
  const found = new Map<string, OracleRow[]>();
  for (const row of rows) {
    const list = found.get(keyOf(row));
    if (list === undefined) found.set(keyOf(row), [row]);
    else list.push(row);
  }
  return [...found];
}

const micros = (value: OracleRow[string] | undefined) => Math.round(Number(value ?? 0) * second);
const sumOf = (rows: readonly OracleRow[], column: string) =>
  rows.reduce((sum, row) => sum + micros(row[column]), 0) / second;
const countOf = (rows: readonly OracleRow[], column: string) => rows.filter(row => row[column] === true).length;
const numbersOf = (rows: readonly OracleRow[], column: string) =>
  rows.flatMap(row => (typeof row[column] === 'number' ? [row[column]] : []));
const maxOf = (rows: readonly OracleRow[], column: string) => {
  const numbers = numbersOf(rows, column);
  return numbers.length === 0 ? null : Math.max(...numbers);
};
const minOf = (rows: readonly OracleRow[], column: string) => {
  const numbers = numbersOf(rows, column);
  return numbers.length === 0 ? null : Math.min(...numbers);
};
const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole);
const meanOf = (rows: readonly OracleRow[], column: string) => {
  const shares = numbersOf(rows, column);
  // Shares are added as whole billionths, so that their order does not matter (docs/decisions/0005).
  return ratio(shares.reduce((sum, share) => sum + Math.round(share * 1e9), 0) / 1e9, shares.length);
};
const stretchesOf = (segments: readonly OracleRow[]): Stretch[] =>
  segments.map(row => [micros(row['from_s']), micros(row['to_s'])]);

function totalsOf(sessions: readonly OracleRow[]): OracleRow {
  const watched = sessions.reduce((sum, row) => sum + micros(row['watch_time_s']), 0);
  const rated = sessions.reduce(
    (sum, row) => sum + Math.round(Number(row['rate_avg'] ?? 0) * micros(row['watch_time_s'])),
    0,
  );
  return {
    session_count: sessions.length,
    play_count: countOf(sessions, 'has_played'),
    completed_session_count: countOf(sessions, 'completed'),
    valid_completion_count: countOf(sessions, 'completion_valid'),
    zero_watch_count: countOf(sessions, 'zero_watch'),
    replay_count: countOf(sessions, 'is_replay'),
    resumed_count: countOf(sessions, 'resumed'),
    autoplay_count: countOf(sessions, 'autoplay'),
    concurrent_count: countOf(sessions, 'is_concurrent'),
    ...Object.fromEntries(secondsAdded.map(column => [column, sumOf(sessions, column)])),
    ...Object.fromEntries(
      countsAdded.map(column => [column, sessions.reduce((sum, row) => sum + Number(row[column]), 0)]),
    ),
    rated_s: rated / second,
    rate_avg: ratio(rated, watched),
  };
}

const ratesOf = (sessions: readonly OracleRow[]): OracleRow => ({
  avg_watch_time_s: ratio(sumOf(sessions, 'watch_time_s'), sessions.length),
  completion_rate: ratio(countOf(sessions, 'completed'), sessions.length),
  zero_watch_rate: ratio(countOf(sessions, 'zero_watch'), sessions.length),
});

const seenOf = (sessions: readonly OracleRow[]): OracleRow => ({
  first_seen_at: minOf(sessions, 'started_at'),
  last_seen_at: maxOf(sessions, 'ended_at'),
});

function userVideoOf(
  sessions: readonly OracleRow[],
  segments: readonly OracleRow[],
  { sessionization, engagement }: OracleInput['config'],
): OracleRow {
  const unique = unionLength(stretchesOf(segments));
  const duration = maxOf(sessions, 'duration_s');
  const durationUs = duration === null ? null : micros(duration);
  const percent = durationUs === null ? null : Math.min(unique, durationUs) / durationUs;
  const completed = countOf(sessions, 'completed');
  // The last position is that of the session which knows it and ended last (docs/decisions/0002).
  const latest = [...sessions]
    .sort(
      (a, b) =>
        Number(a['ended_at']) - Number(b['ended_at']) ||
        Number(a['started_at']) - Number(b['started_at']) ||
        (String(a['session_id']) < String(b['session_id']) ? -1 : 1),
    )
    .filter(row => row['last_position_s'] !== null)
    .at(-1);
  return {
    user_id: sessions[0]?.['user_id'] ?? null,
    video_id: sessions[0]?.['video_id'] ?? null,
    ...totalsOf(sessions),
    unique_watch_s: unique / second,
    duration_s: duration,
    percent_viewed_ratio: percent,
    max_position_s: maxOf(sessions, 'max_position_s'),
    last_position_s: latest?.['last_position_s'] ?? null,
    completed: completed > 0,
    completion_valid:
      completed > 0 && durationUs !== null && unique >= sessionization.valid_completion_ratio * durationUs,
    ...seenOf(sessions),
    ...scoreOf(engagement, percent, completed, sessions.length),
  };
}

function userOf(
  userId: string,
  sessions: readonly OracleRow[],
  userVideos: readonly OracleRow[],
  { engagement }: OracleInput['config'],
): OracleRow {
  const percent = meanOf(userVideos, 'percent_viewed_ratio');
  return {
    user_id: userId,
    video_count: userVideos.length,
    active_day_count: new Set(sessions.map(row => row['session_date'])).size,
    ...totalsOf(sessions),
    ...ratesOf(sessions),
    unique_watch_s: sumOf(userVideos, 'unique_watch_s'),
    measured_count: numbersOf(userVideos, 'percent_viewed_ratio').length,
    avg_percent_viewed_ratio: percent,
    ...seenOf(sessions),
    ...scoreOf(engagement, percent, countOf(sessions, 'completed'), sessions.length),
  };
}

interface VideoFacts {
  readonly sessions: readonly OracleRow[];
  readonly userVideos: readonly OracleRow[];
  /** Users to whom a page showed the video. */
  readonly shownTo: readonly OracleRow[string][];
  readonly catalog: OracleInput['catalog'];
  readonly config: OracleInput['config'];
}

function videoOf(videoId: string, { sessions, userVideos, shownTo, catalog, config }: VideoFacts): OracleRow {
  const viewers = userVideos.length;
  const percent = meanOf(userVideos, 'percent_viewed_ratio');
  const players = new Set(userVideos.filter(row => Number(row['play_count']) > 0).map(row => row['user_id'] ?? null));
  const playedShown = shownTo.filter(user => players.has(user)).length;
  return {
    video_id: videoId,
    title: catalog.has(videoId) ? `Film ${videoId}` : null,
    category: null,
    duration_s: catalog.get(videoId) ?? maxOf(sessions, 'duration_s'),
    published_at: null,
    production_cost: null,
    tenant: null,
    unique_viewers: viewers,
    ...totalsOf(sessions),
    ...ratesOf(sessions),
    unique_watch_s: sumOf(userVideos, 'unique_watch_s'),
    measured_count: numbersOf(userVideos, 'percent_viewed_ratio').length,
    avg_percent_viewed_ratio: percent,
    plays_per_viewer: ratio(countOf(sessions, 'has_played'), viewers),
    impression_viewers: shownTo.length,
    played_impression_viewers: playedShown,
    play_rate: ratio(playedShown, shownTo.length),
    ...seenOf(sessions),
    ...scoreOf(
      config.engagement,
      percent,
      ratio(countOf(sessions, 'completed'), viewers),
      ratio(sessions.length, viewers),
    ),
  };
}

function videoDayOf(sessions: readonly OracleRow[], segments: readonly OracleRow[]): OracleRow {
  const ofUsers = groups(sessions, row => String(row['user_id'])).map(([userId, own]) => {
    const unique = unionLength(stretchesOf(segments.filter(row => row['user_id'] === userId)));
    const duration = maxOf(own, 'duration_s');
    return {
      unique_watch_s: unique / second,
      percent: duration === null ? null : Math.min(unique, micros(duration)) / micros(duration),
    };
  });
  return {
    video_id: sessions[0]?.['video_id'] ?? null,
    session_date: sessions[0]?.['session_date'] ?? null,
    unique_viewers: ofUsers.length,
    ...totalsOf(sessions),
    ...ratesOf(sessions),
    unique_watch_s: sumOf(ofUsers, 'unique_watch_s'),
    measured_count: numbersOf(ofUsers, 'percent').length,
    avg_percent_viewed_ratio: meanOf(ofUsers, 'percent'),
    plays_per_viewer: ratio(countOf(sessions, 'has_played'), ofUsers.length),
  };
}

/** DESIGN 4.5: half-open shares of the duration, by looking at every segment for every one of them. */
function retentionOf(video: OracleRow, segments: readonly OracleRow[], count: number): OracleRow[] {
  const durationUs = video['duration_s'] === null ? 0 : micros(video['duration_s']);
  const inside = segments.filter(row => micros(row['from_s']) < durationUs);
  if (durationUs <= 0 || inside.length === 0) return [];
  const usersOf = (rows: readonly OracleRow[]) => new Set(rows.map(row => row['user_id'])).size;
  const starters = usersOf(inside);
  const buckets = Array.from({ length: count }, (_, bucket) => {
    const covering = inside.filter(
      row =>
        micros(row['from_s']) * count < (bucket + 1) * durationUs && micros(row['to_s']) * count > bucket * durationUs,
    );
    return { bucket, plays: covering.length, viewers: usersOf(covering) };
  });
  const losses = buckets.map(({ viewers }, i) => (buckets[i - 1]?.viewers ?? viewers) - viewers);
  const ranked = losses
    .map((loss, bucket) => ({ loss, bucket }))
    .filter(({ loss }) => loss > 0)
    .sort((a, b) => b.loss - a.loss || a.bucket - b.bucket);
  const rankOf = (bucket: number) => ranked.findIndex(lost => lost.bucket === bucket) + 1 || null;
  return buckets.map(({ bucket, plays, viewers }, i) => ({
    video_id: video['video_id'] ?? null,
    bucket,
    from_s: (bucket * durationUs) / count / second,
    to_s: ((bucket + 1) * durationUs) / count / second,
    viewers,
    plays,
    starters,
    retention_ratio: ratio(viewers, starters),
    first_bucket_retention_ratio: ratio(viewers, buckets[0]?.viewers ?? 0),
    plays_per_viewer: ratio(plays, viewers),
    drop_off: losses[i] ?? 0,
    drop_off_ratio: ratio(losses[i] ?? 0, starters),
    drop_off_rank: rankOf(bucket),
  }));
}
