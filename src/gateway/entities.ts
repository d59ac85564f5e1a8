import { gatewayError } from './errors.js';
import { type NodeType, toNodeId } from './ids.js';
import { additive, type CubeName, sessionCounts, toCamel } from './members.js';
import { type CubeRow, RowReader } from './row.js';

/** Numbers under their names in schema.graphql. */
type Numbers = Readonly<Record<string, number>>;

export interface Engagement {
  readonly score: number;
  readonly tier: string;
  readonly watchPoints: number;
  readonly completionPoints: number;
  readonly sessionPoints: number;
  readonly formulaVersion: number;
}

interface Entity {
  readonly __typename: NodeType;
  readonly id: string;
}

export interface VideoNode extends Entity {
  readonly __typename: 'Video';
  readonly videoId: string;
}

export interface UserNode extends Entity {
  readonly __typename: 'User';
  readonly userId: string;
}

export interface SessionNode extends Entity {
  readonly __typename: 'Session';
  readonly sessionId: string;
  readonly visitId: string;
  readonly userId: string;
  readonly videoId: string;
  readonly endedAt: string;
}

export interface VisitNode extends Entity {
  readonly __typename: 'Visit';
  readonly visitId: string;
  readonly userId: string;
}

export interface ExperimentNode extends Entity {
  readonly __typename: 'Experiment';
  readonly name: string;
}

export interface AlertNode extends Entity {
  readonly __typename: 'Alert';
  readonly alertId: string;
  readonly videoId: string | null;
}

export interface UserVideoNode extends Entity {
  readonly __typename: 'UserVideo';
  readonly userId: string;
  readonly videoId: string;
}

export type EntityNode = VideoNode | UserNode | SessionNode | UserVideoNode | VisitNode | ExperimentNode | AlertNode;

function numbers(read: RowReader, prefix: string, names: readonly string[]): Numbers {
  return Object.fromEntries(names.map(name => [toCamel(name), read.number(`${prefix}_${name}`)]));
}

/** Words of the tables (`High`, `timeout`) are enum values in the contract. */
const word = (text: string): string => text.toUpperCase();

function engagementOf(read: RowReader): Engagement | null {
  const score = read.numberOrNull('engagement_score');
  if (score === null) return null;
  return {
    score,
    tier: word(read.text('engagement_tier')),
    watchPoints: read.number('engagement_watch_points'),
    completionPoints: read.number('engagement_completion_points'),
    sessionPoints: read.number('engagement_session_points'),
    formulaVersion: read.number('engagement_version'),
  };
}

export function toVideo(row: CubeRow): VideoNode {
  const read = new RowReader(row, 'videos');
  const videoId = read.text('video_id');
  return {
    __typename: 'Video',
    id: toNodeId('Video', [videoId]),
    videoId,
    ...{
      title: read.textOrNull('title'),
      category: read.textOrNull('category'),
      durationS: read.numberOrNull('duration_s'),
      publishedAt: read.instantOrNull('published_at'),
      productionCost: read.numberOrNull('production_cost'),
      firstSeenAt: read.instantOrNull('first_seen_at'),
      lastSeenAt: read.instantOrNull('last_seen_at'),
      ...numbers(read, 'video', [...sessionCounts, ...additive, 'unique_watch_s']),
      uniqueViewers: read.number('unique_viewers'),
      impressionViewers: read.number('impression_viewers'),
      playedImpressionViewers: read.number('played_impression_viewers'),
      avgWatchTimeS: read.numberOrNull('video_avg_watch_time_s'),
      avgPercentViewedRatio: read.numberOrNull('avg_percent_viewed_ratio'),
      completionRate: read.numberOrNull('video_completion_rate'),
      zeroWatchRate: read.numberOrNull('video_zero_watch_rate'),
      playsPerViewer: read.numberOrNull('plays_per_viewer'),
      playRate: read.numberOrNull('play_rate'),
      engagement: engagementOf(read),
    },
  };
}

export function toUser(row: CubeRow): UserNode {
  const read = new RowReader(row, 'users');
  const userId = read.text('user_id');
  return {
    __typename: 'User',
    id: toNodeId('User', [userId]),
    userId,
    ...{
      videoCount: read.number('video_count'),
      activeDayCount: read.number('active_day_count'),
      firstSeenAt: read.instant('first_seen_at'),
      lastSeenAt: read.instant('last_seen_at'),
      ...numbers(read, 'user', [...sessionCounts, ...additive, 'exclusive_watch_time_s', 'unique_watch_s']),
      completionRate: read.numberOrNull('user_completion_rate'),
      engagement: engagementOf(read),
    },
  };
}

export function toSession(row: CubeRow): SessionNode {
  const read = new RowReader(row, 'sessions');
  const sessionId = read.text('session_id');
  return {
    __typename: 'Session',
    id: toNodeId('Session', [sessionId]),
    sessionId,
    userId: read.text('user_id'),
    videoId: read.text('video_id'),
    visitId: read.text('visit_id'),
    endedAt: read.instant('ended_at'),
    ...{
      playerId: read.textOrNull('player_id'),
      startedAt: read.instant('started_at'),
      sessionDate: read.day('session_date'),
      durationS: read.numberOrNull('duration_s'),
      isLive: read.boolean('is_live'),
      ...numbers(read, 'session', ['event_count', ...additive]),
      uniqueWatchS: read.number('unique_watch_s'),
      percentViewedRatio: read.numberOrNull('percent_viewed_ratio'),
      firstPositionS: read.numberOrNull('first_position_s'),
      maxPositionS: read.numberOrNull('max_position_s'),
      lastPositionS: read.numberOrNull('last_position_s'),
      rateAvg: read.numberOrNull('rate_avg'),
      hasPlayed: read.boolean('has_played'),
      completed: read.boolean('completed'),
      completionValid: read.boolean('completion_valid'),
      zeroWatch: read.boolean('zero_watch'),
      endReason: word(read.text('end_reason')),
      isReplay: read.boolean('is_replay'),
      replayIndex: read.number('replay_index'),
      resumed: read.boolean('resumed'),
      resumedFromS: read.numberOrNull('resumed_from_s'),
      autoplay: read.booleanOrNull('autoplay'),
      refreshSource: word(read.text('refresh_source')),
      tabSwitchSource: word(read.text('tab_switch_source')),
      backgroundSource: word(read.text('background_source')),
      endReasonSource: word(read.text('end_reason_source')),
      lastPositionSource: word(read.text('last_position_source')),
      resumedSource: word(read.text('resumed_source')),
      autoplaySource: word(read.text('autoplay_source')),
      isConcurrent: read.boolean('is_concurrent'),
      engagement: engagementOf(read),
      device: read.textOrNull('device'),
      country: read.textOrNull('country'),
      referrer: read.textOrNull('referrer'),
      appVersion: read.textOrNull('app_version'),
      experiment: read.textOrNull('experiment'),
      variant: read.textOrNull('variant'),
    },
  };
}

export function toUserVideo(row: CubeRow): UserVideoNode {
  const read = new RowReader(row, 'user_videos');
  const userId = read.text('user_id');
  const videoId = read.text('video_id');
  return {
    __typename: 'UserVideo',
    id: toNodeId('UserVideo', [userId, videoId]),
    userId,
    videoId,
    ...{
      firstSeenAt: read.instant('first_seen_at'),
      lastSeenAt: read.instant('last_seen_at'),
      durationS: read.numberOrNull('duration_s'),
      ...numbers(read, 'user_video', [...sessionCounts, ...additive, 'unique_watch_s']),
      percentViewedRatio: read.numberOrNull('percent_viewed_ratio'),
      maxPositionS: read.numberOrNull('max_position_s'),
      lastPositionS: read.numberOrNull('last_position_s'),
      completed: read.boolean('completed'),
      completionValid: read.boolean('completion_valid'),
      engagement: engagementOf(read),
    },
  };
}

export interface Segment {
  readonly index: number;
  readonly fromS: number;
  readonly toS: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly playbackRate: number;
}

export function toSegment(row: CubeRow): Segment {
  const read = new RowReader(row, 'segments');
  return {
    index: read.number('segment_index'),
    fromS: read.number('from_s'),
    toS: read.number('to_s'),
    startedAt: read.instant('started_at'),
    endedAt: read.instant('ended_at'),
    playbackRate: read.number('playback_rate'),
  };
}

/** The text of a key column, for lining answers up with what was asked. */
export function keyOf(row: CubeRow, cube: CubeName, name: string): string {
  const value = row[`${cube}.${name}`];
  if (typeof value === 'string') return value;
  throw gatewayError('UPSTREAM_UNAVAILABLE', `the semantic layer answered no text for ${cube}.${name}`);
}
