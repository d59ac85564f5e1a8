import { pageSizeMax } from './connection.js';
import type { SessionFilter, UserFilter, UserVideoFilter, VideoFilter } from './contract.generated.js';
import { atLeast, type CubeFilter, equals, isTrue } from './cube-query.js';
import { gatewayError } from './errors.js';
import { assertRange, type DateRange } from './period.js';

/** The filter inputs of the contract, as Cube filters. GraphQL has checked their types; their sizes are checked here. */

type Texts = readonly string[] | null | undefined;
type Maybe<T> = T | null | undefined;

const searchLengthMax = 200;

export function videoFilters(filter: Maybe<VideoFilter>): CubeFilter[] {
  return [
    ...oneOf('videos.video_id', filter?.videoIds),
    ...containing('videos.title', filter?.search),
    ...oneOf('videos.category', filter?.categories),
    ...tierIn('videos', filter?.tiers),
    ...min('videos.video_watch_time_s', filter?.minWatchTimeS),
    ...min('videos.video_session_count', filter?.minSessionCount),
  ];
}

export function userFilters(filter: Maybe<UserFilter>): CubeFilter[] {
  return [
    ...oneOf('users.user_id', filter?.userIds),
    ...tierIn('users', filter?.tiers),
    ...min('users.user_watch_time_s', filter?.minWatchTimeS),
    ...min('users.user_session_count', filter?.minSessionCount),
  ];
}

export function sessionFilters(filter: Maybe<SessionFilter>): CubeFilter[] {
  return [
    ...oneOf('sessions.session_id', filter?.sessionIds),
    ...is('sessions.user_id', filter?.userId),
    ...is('sessions.video_id', filter?.videoId),
    ...is('sessions.visit_id', filter?.visitId),
    ...during('sessions.session_date', filter?.range),
    ...flag('sessions.completed', filter?.completed),
    ...flag('sessions.is_replay', filter?.isReplay),
    ...flag('sessions.zero_watch', filter?.zeroWatch),
    ...oneOf(
      'sessions.end_reason',
      filter?.endReasons?.map(reason => reason.toLowerCase()),
    ),
    ...tierIn('sessions', filter?.tiers),
    ...oneOf('sessions.device', filter?.devices),
    ...oneOf('sessions.country', filter?.countries),
    ...is('sessions.experiment', filter?.experiment),
    ...is('sessions.variant', filter?.variant),
    ...min('sessions.session_watch_time_s', filter?.minWatchTimeS),
  ];
}

export function userVideoFilters(filter: Maybe<UserVideoFilter>): CubeFilter[] {
  return [
    ...is('user_videos.user_id', filter?.userId),
    ...is('user_videos.video_id', filter?.videoId),
    ...flag('user_videos.completed', filter?.completed),
    ...tierIn('user_videos', filter?.tiers),
    ...min('user_videos.user_video_watch_time_s', filter?.minWatchTimeS),
  ];
}

const is = (member: string, value: Maybe<string>): CubeFilter[] =>
  typeof value === 'string' ? [equals(member, [value])] : [];

const flag = (member: string, value: Maybe<boolean>): CubeFilter[] =>
  typeof value === 'boolean' ? [isTrue(member, value)] : [];

const min = (member: string, value: Maybe<number>): CubeFilter[] =>
  typeof value === 'number' ? [atLeast(member, value)] : [];

/** An empty list fits nothing. */
function oneOf(member: string, values: Texts): CubeFilter[] {
  if (values === null || values === undefined) return [];
  if (values.length > pageSizeMax) {
    throw gatewayError('LIMIT_EXCEEDED', `a list in a filter has at most ${pageSizeMax} members`);
  }
  if (values.length > 0) return [equals(member, values)];
  return [
    { member, operator: 'set' },
    { member, operator: 'notSet' },
  ];
}

/** Tiers are written `High` in the tables. */
const tierIn = (cube: string, tiers: Texts): CubeFilter[] =>
  oneOf(
    `${cube}.engagement_tier`,
    tiers?.map(tier => `${tier.slice(0, 1)}${tier.slice(1).toLowerCase()}`),
  );

function containing(member: string, text: Maybe<string>): CubeFilter[] {
  if (text === null || text === undefined || text === '') return [];
  if (text.length > searchLengthMax) {
    throw gatewayError('LIMIT_EXCEEDED', `\`search\` has at most ${searchLengthMax} characters`);
  }
  return [{ member, operator: 'contains', values: [text] }];
}

/** Days are whole instants at midnight: no fraction of a second can fall outside. */
function during(member: string, range: Maybe<DateRange>): CubeFilter[] {
  if (range === null || range === undefined) return [];
  assertRange(range);
  return [{ member, operator: 'inDateRange', values: [range.from, range.to] }];
}
