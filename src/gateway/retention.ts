import DataLoader from 'dataloader';
import { retentionBucketCountMax } from '#config';
import type { Ask } from './ask.js';
import type * as contract from './contract.generated.js';
import { equals } from './cube-query.js';
import { keyOf } from './entities.js';
import { groupBy } from './group-by.js';
import { membersOf, retentionMeasures } from './members.js';
import { type CubeRow, RowReader } from './row.js';

/** A curve; its video is looked up where it is asked for. */
export type Retention = Omit<contract.Retention, 'video' | 'dropOffPoints'>;

export type RetentionLoader = DataLoader<string, Retention>;

/** 50 videos of the most buckets that can be configured are as many rows as Cube gives by default. */
const batchSizeMax = 50;

/** Retention curves, all videos of a request in one query; empty for videos that nobody played or nobody knows. */
export function createRetentionLoader(ask: Ask): RetentionLoader {
  return new DataLoader<string, Retention>(
    async videoIds => {
      const { rows } = await ask({
        dimensions: membersOf('video_retention'),
        measures: retentionMeasures.map(name => `video_retention.${name}`),
        filters: [equals('video_retention.video_id', videoIds)],
        order: [
          ['video_retention.video_id', 'asc'],
          ['video_retention.bucket', 'asc'],
        ],
        limit: videoIds.length * retentionBucketCountMax,
      });
      const byVideo = groupBy(rows, row => keyOf(row, 'video_retention', 'video_id'));
      return videoIds.map(videoId => toRetention(videoId, byVideo.get(videoId) ?? []));
    },
    { maxBatchSize: batchSizeMax },
  );
}

function toRetention(videoId: string, rows: readonly CubeRow[]): Retention {
  const read = rows.map(row => new RowReader(row, 'video_retention'));
  return { videoId, starters: read[0]?.number('starters') ?? 0, buckets: read.map(toBucket) };
}

function toBucket(read: RowReader): contract.RetentionBucket {
  const viewers = read.number('viewers');
  const plays = read.number('plays');
  return {
    bucket: read.number('bucket'),
    fromS: read.number('from_s'),
    toS: read.number('to_s'),
    viewers,
    plays,
    retentionRatio: read.number('retention_ratio'),
    firstBucketRetentionRatio: read.numberOrNull('first_bucket_retention_ratio'),
    // Nothing comes before the first bucket.
    dropOff: read.numberOrNull('drop_off') ?? 0,
    playsPerViewer: viewers === 0 ? null : plays / viewers,
  };
}

/** The buckets that lost most viewers, largest loss first; of equal losses the earlier. */
export function dropOffPoints({ buckets, starters }: Retention, first: number): contract.DropOffPoint[] {
  return buckets
    .filter(bucket => bucket.dropOff > 0)
    .sort((a, b) => b.dropOff - a.dropOff || a.bucket - b.bucket)
    .slice(0, first)
    .map(({ bucket, fromS, dropOff }) => ({
      bucket,
      atS: fromS,
      viewersLost: dropOff,
      lostRatio: starters === 0 ? 0 : dropOff / starters,
    }));
}
