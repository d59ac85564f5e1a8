import DataLoader from 'dataloader';
import { type AlertHistoryLoader, createAlertHistoryLoader } from './alerts.js';
import type { Ask } from './ask.js';
import { createNewcomerLoader, type NewcomerLoader } from './breakdown.js';
import type { Segment } from './contract.generated.js';
import { equals } from './cube-query.js';
import {
  keyOf,
  type SessionNode,
  toSegment,
  toSession,
  toUser,
  toUserVideo,
  toVideo,
  type UserNode,
  type UserVideoNode,
  type VideoNode,
} from './entities.js';
import { groupBy } from './group-by.js';
import { type CubeName, memberOf, membersOf } from './members.js';
import { createPeriodLoader, type PeriodLoader } from './period-loader.js';
import { createRetentionLoader, type RetentionLoader } from './retention.js';
import type { CubeRow } from './row.js';
import { createSeriesLoader, type SeriesLoader } from './series-loader.js';
import type { Services } from './services.js';
import { createVisitLoader, createVisitSessionLoader, type VisitLoader, type VisitSessionLoader } from './visits.js';

export interface Loaders {
  readonly visit: VisitLoader;
  readonly visitSessions: VisitSessionLoader;
  readonly alertHistory: AlertHistoryLoader;
  readonly video: DataLoader<string, VideoNode | null>;
  readonly user: DataLoader<string, UserNode | null>;
  readonly session: DataLoader<string, SessionNode | null>;
  readonly userVideo: DataLoader<UserVideoKey, UserVideoNode | null, string>;
  readonly segments: DataLoader<string, readonly Segment[]>;
  readonly retention: RetentionLoader;
  readonly period: PeriodLoader;
  readonly series: SeriesLoader;
  readonly newcomers: NewcomerLoader;
}

export interface UserVideoKey {
  readonly userId: string;
  readonly videoId: string;
}

/** Ids in one query. */
const batchSizeMax = 100;
/** Segments of up to a hundred sessions; Cube's own limit. */
const segmentCountMax = 50_000;

/** One set a request: what several fields ask in the same moment becomes one Cube query, and nothing outlives the request. */
export function createLoaders(ask: Ask, services: Services): Loaders {
  return {
    video: entityLoader(ask, { cube: 'videos', key: 'video_id', toNode: toVideo }),
    user: entityLoader(ask, { cube: 'users', key: 'user_id', toNode: toUser }),
    session: entityLoader(ask, { cube: 'sessions', key: 'session_id', toNode: toSession }),
    userVideo: userVideoLoader(ask),
    segments: segmentLoader(ask),
    visit: createVisitLoader(ask),
    visitSessions: createVisitSessionLoader(ask),
    alertHistory: createAlertHistoryLoader(services),
    retention: createRetentionLoader(ask),
    period: createPeriodLoader(ask),
    series: createSeriesLoader(ask),
    newcomers: createNewcomerLoader(ask),
  };
}

interface EntitySpec<Node> {
  readonly cube: CubeName;
  readonly key: string;
  readonly toNode: (row: CubeRow) => Node;
}

function entityLoader<Node>(ask: Ask, { cube, key, toNode }: EntitySpec<Node>): DataLoader<string, Node | null> {
  return new DataLoader<string, Node | null>(
    async ids => {
      const { rows } = await ask({
        dimensions: membersOf(cube),
        filters: [equals(memberOf(cube, key), ids)],
        ungrouped: true,
        limit: ids.length,
      });
      const nodes = new Map(rows.map(row => [keyOf(row, cube, key), toNode(row)]));
      return ids.map(id => nodes.get(id) ?? null);
    },
    { maxBatchSize: batchSizeMax },
  );
}

const pairKey = ({ userId, videoId }: UserVideoKey): string => JSON.stringify([userId, videoId]);

function userVideoLoader(ask: Ask): DataLoader<UserVideoKey, UserVideoNode | null, string> {
  return new DataLoader<UserVideoKey, UserVideoNode | null, string>(
    async keys => {
      const { rows } = await ask({
        dimensions: membersOf('user_videos'),
        filters: [
          {
            or: keys.map(({ userId, videoId }) => ({
              and: [equals('user_videos.user_id', [userId]), equals('user_videos.video_id', [videoId])],
            })),
          },
        ],
        ungrouped: true,
        limit: keys.length,
      });
      const nodes = new Map(rows.map(row => toUserVideo(row)).map(node => [pairKey(node), node]));
      return keys.map(key => nodes.get(pairKey(key)) ?? null);
    },
    { cacheKeyFn: pairKey, maxBatchSize: batchSizeMax },
  );
}

function segmentLoader(ask: Ask): DataLoader<string, readonly Segment[]> {
  return new DataLoader<string, readonly Segment[]>(
    async sessionIds => {
      const { rows } = await ask({
        dimensions: membersOf('segments'),
        filters: [equals('segments.session_id', sessionIds)],
        order: [
          ['segments.session_id', 'asc'],
          ['segments.segment_index', 'asc'],
        ],
        ungrouped: true,
        limit: segmentCountMax,
      });
      const bySession = groupBy(rows, row => keyOf(row, 'segments', 'session_id'));
      return sessionIds.map(id => (bySession.get(id) ?? []).map(toSegment));
    },
    { maxBatchSize: batchSizeMax },
  );
}
