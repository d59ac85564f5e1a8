import type { ListSpec } from './connection.js';
import {
  type SessionNode,
  toSession,
  toUser,
  toUserVideo,
  toVideo,
  type UserNode,
  type UserVideoNode,
  type VideoNode,
} from './entities.js';

/** The lists of the contract: which cube, what identifies a row, and by what it can be ordered. */

const score = { column: 'engagement_score', kind: 'number', isNullable: true } as const;

export const videoList: ListSpec<VideoNode> = {
  cube: 'videos',
  key: ['video_id'],
  toNode: toVideo,
  sortFields: {
    VIDEO_ID: { column: 'video_id', kind: 'text' },
    TITLE: { column: 'title', kind: 'text', isNullable: true },
    WATCH_TIME_S: { column: 'video_watch_time_s', kind: 'number' },
    SESSION_COUNT: { column: 'video_session_count', kind: 'number' },
    UNIQUE_VIEWERS: { column: 'unique_viewers', kind: 'number' },
    COMPLETION_RATE: { column: 'video_completion_rate', kind: 'number', isNullable: true },
    ENGAGEMENT_SCORE: score,
  },
};

export const userList: ListSpec<UserNode> = {
  cube: 'users',
  key: ['user_id'],
  toNode: toUser,
  sortFields: {
    USER_ID: { column: 'user_id', kind: 'text' },
    WATCH_TIME_S: { column: 'user_watch_time_s', kind: 'number' },
    SESSION_COUNT: { column: 'user_session_count', kind: 'number' },
    VIDEO_COUNT: { column: 'video_count', kind: 'number' },
    COMPLETION_RATE: { column: 'user_completion_rate', kind: 'number', isNullable: true },
    ENGAGEMENT_SCORE: score,
  },
};

export const sessionList: ListSpec<SessionNode> = {
  cube: 'sessions',
  key: ['session_id'],
  toNode: toSession,
  sortFields: {
    STARTED_AT: { column: 'started_at', kind: 'second' },
    WATCH_TIME_S: { column: 'session_watch_time_s', kind: 'number' },
    PERCENT_VIEWED_RATIO: { column: 'percent_viewed_ratio', kind: 'number', isNullable: true },
    ENGAGEMENT_SCORE: score,
  },
};

export const userVideoList: ListSpec<UserVideoNode> = {
  cube: 'user_videos',
  key: ['user_id', 'video_id'],
  toNode: toUserVideo,
  sortFields: {
    WATCH_TIME_S: { column: 'user_video_watch_time_s', kind: 'number' },
    SESSION_COUNT: { column: 'user_video_session_count', kind: 'number' },
    PERCENT_VIEWED_RATIO: { column: 'percent_viewed_ratio', kind: 'number', isNullable: true },
    ENGAGEMENT_SCORE: score,
  },
};
