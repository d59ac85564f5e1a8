import type { SessionizationConfig } from '#config';
import type { Step } from '#sql';
import type { ScoreColumns } from '../score.js';
import { buildUserVideos } from './user-videos.js';
import { buildUsers } from './users.js';
import { videoDays } from './video-days.js';
import { buildRetentionCounts, buildVideoRetention } from './video-retention.js';
import { buildVideos } from './videos.js';

/** The gold tables, as steps for `planPipeline`. */
export interface GoldPipeline {
  readonly outputs: {
    readonly user_videos: Step;
    readonly users: Step;
    readonly videos: Step;
    readonly video_days: Step;
    readonly video_retention: Step;
  };
  /** Whole numbers of `video_retention`, which add up over disjoint sets of viewers. */
  readonly retentionCounts: Step;
}

/**
 * From sessions and segments to the tables above them (DESIGN.md 4.5, 5). Reads the sources `sessions`, `segments`,
 * `impressions` and `video_catalog`: all rows, or all rows of the users and videos that are to be rebuilt. A video's
 * rows need all its viewers, a user's rows all that user's sessions.
 */
export function buildGoldPipeline(config: SessionizationConfig, score: ScoreColumns): GoldPipeline {
  const userVideos = buildUserVideos(config.valid_completion_ratio, score);
  const videos = buildVideos(userVideos, score);
  const retentionCounts = buildRetentionCounts(config.retention_bucket_count, videos);
  return {
    outputs: {
      user_videos: userVideos,
      users: buildUsers(userVideos, score),
      videos,
      video_days: videoDays,
      video_retention: buildVideoRetention(config.retention_bucket_count, retentionCounts),
    },
    retentionCounts,
  };
}
