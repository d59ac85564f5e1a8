import { assertPageSize } from './connection.js';
import type * as contract from './contract.generated.js';
import type { Retention } from './retention.js';

export type HeatMap = Omit<contract.HeatMap, 'video' | 'hottest'>;

/** How often each part of a video was played, from the rows of its retention curve. */
export function toHeatMap({ videoId, buckets }: Retention): HeatMap {
  const most = Math.max(0, ...buckets.map(({ plays }) => plays));
  const cells = buckets.map(({ fromS, toS, viewers, plays }) => ({
    fromS,
    toS,
    viewers,
    plays,
    rewatches: Math.max(0, plays - viewers),
    heat: most === 0 ? 0 : plays / most,
  }));
  return { videoId, cells };
}

/** Most plays per viewer first; of equal ones the earlier. Cells that nobody watched twice are none. */
export function hottest({ cells }: HeatMap, first: number): contract.HeatMapCell[] {
  assertPageSize(first);
  return cells
    .filter(({ rewatches }) => rewatches > 0)
    .sort((a, b) => b.plays * a.viewers - a.plays * b.viewers || a.fromS - b.fromS)
    .slice(0, first);
}
