import { assertPageSize } from './connection.js';
import type { GatewayContext } from './context.js';
import type * as contract from './contract.generated.js';
import { atLeast } from './cube-query.js';
import type { Defaulted } from './defaulted.js';
import { keyOf } from './entities.js';
import { gatewayError } from './errors.js';
import { assertRange, type Period } from './period.js';
import { toNumber } from './row.js';

/** A place in a ranking; the video is looked up, and its other metrics are asked, where they are asked for. */
export type TopVideo = Omit<contract.TopVideo, 'video' | 'metrics'> & { readonly metrics: Period };

/** Ranks the videos that had sessions in the period; one Cube query. */
export async function readTopVideos(
  args: Defaulted<contract.QueryTopVideosArgs, 'metric' | 'first' | 'direction' | 'minSessionCount'>,
  { ask, loaders }: GatewayContext,
): Promise<TopVideo[]> {
  const { metric, range, first, minSessionCount } = args;
  assertPageSize(first);
  assertRange(range);
  if (minSessionCount < 1) throw gatewayError('BAD_USER_INPUT', '`minSessionCount` is at least 1');
  const member = `sessions.${metric}`;
  const { rows } = await ask({
    measures: [member],
    dimensions: ['sessions.video_id'],
    timeDimensions: [{ dimension: 'sessions.started_at', dateRange: [range.from, range.to] }],
    ...(minSessionCount > 1 ? { filters: [atLeast('sessions.session_count', minSessionCount)] } : {}),
    order: [
      [member, args.direction === 'ASC' ? 'asc' : 'desc'],
      ['sessions.video_id', 'asc'],
    ],
    limit: first,
  });
  return rows.map((row, index) => {
    const videoId = keyOf(row, 'sessions', 'video_id');
    const value = toNumber(row[member], member);
    loaders.period.prime({ metric, range, videoId }, value);
    return { rank: index + 1, videoId, value, metrics: { range, videoId } };
  });
}
