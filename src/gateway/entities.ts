import { underCamel } from './camel.js';
import type * as contract from './contract.generated.js';
import { gatewayError } from './errors.js';
import { type NodeType, toNodeId } from './ids.js';
import { additive, type CubeName, sessionCounts } from './members.js';
import { type CubeRow, RowReader } from './row.js';

interface Entity<Type extends NodeType> {
  readonly __typename: Type;
}

/** What is read from a row; the fields that are left out have resolvers of their own. */
export type VideoNode = Entity<'Video'> & Omit<contract.Video, 'metrics' | 'retention' | 'heatMap' | 'viewers'>;
export type UserNode = Entity<'User'> & Omit<contract.User, 'videos'>;
export type SessionNode = Entity<'Session'> & Omit<contract.Session, 'video' | 'user' | 'segments' | 'visit'>;
export type UserVideoNode = Entity<'UserVideo'> & Omit<contract.UserVideo, 'user' | 'video'>;
export type VisitNode = Entity<'Visit'> & Omit<contract.Visit, 'sessions' | 'endedAt'>;
export type ExperimentNode = Entity<'Experiment'> & contract.Experiment;
export type AlertNode = Entity<'Alert'> & Omit<contract.Alert, 'video' | 'history'>;

export type EntityNode = VideoNode | UserNode | SessionNode | UserVideoNode | VisitNode | ExperimentNode | AlertNode;

const tiers = ['HIGH', 'MEDIUM', 'LOW', 'MINIMAL'] as const satisfies readonly contract.EngagementTier[];
const endReasons = [
  'ENDED',
  'UNLOAD',
  'SWITCHED',
  'OPEN',
  'PAUSED',
  'TIMEOUT',
] as const satisfies readonly contract.EndReason[];
const sources = ['OBSERVED', 'INFERRED', 'UNKNOWN'] as const satisfies readonly contract.MeasureSource[];

const numbers = <Name extends string>(read: RowReader, prefix: string, names: readonly Name[]) =>
  underCamel(names, name => read.number(`${prefix}_${name}`));

function engagementOf(read: RowReader): contract.Engagement {
  return {
    score: read.number('engagement_score'),
    tier: read.word('engagement_tier', tiers),
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
    engagement: read.numberOrNull('engagement_score') === null ? null : engagementOf(read),
  };
}

export function toUser(row: CubeRow): UserNode {
  const read = new RowReader(row, 'users');
  const userId = read.text('user_id');
  return {
    __typename: 'User',
    id: toNodeId('User', [userId]),
    userId,
    videoCount: read.number('video_count'),
    activeDayCount: read.number('active_day_count'),
    firstSeenAt: read.instant('first_seen_at'),
    lastSeenAt: read.instant('last_seen_at'),
    ...numbers(read, 'user', [...sessionCounts, ...additive, 'exclusive_watch_time_s', 'unique_watch_s']),
    completionRate: read.numberOrNull('user_completion_rate'),
    engagement: engagementOf(read),
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
    endReason: read.word('end_reason', endReasons),
    isReplay: read.boolean('is_replay'),
    replayIndex: read.number('replay_index'),
    resumed: read.boolean('resumed'),
    resumedFromS: read.numberOrNull('resumed_from_s'),
    autoplay: read.booleanOrNull('autoplay'),
    refreshSource: read.word('refresh_source', sources),
    tabSwitchSource: read.word('tab_switch_source', sources),
    backgroundSource: read.word('background_source', sources),
    endReasonSource: read.word('end_reason_source', sources),
    lastPositionSource: read.word('last_position_source', sources),
    resumedSource: read.word('resumed_source', sources),
    autoplaySource: read.word('autoplay_source', sources),
    isConcurrent: read.boolean('is_concurrent'),
    engagement: engagementOf(read),
    device: read.textOrNull('device'),
    country: read.textOrNull('country'),
    referrer: read.textOrNull('referrer'),
    appVersion: read.textOrNull('app_version'),
    experiment: read.textOrNull('experiment'),
    variant: read.textOrNull('variant'),
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
  };
}

export function toSegment(row: CubeRow): contract.Segment {
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
