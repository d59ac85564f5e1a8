import { assertPageSize } from './connection.js';
import type { GatewayContext } from './context.js';
import { atLeast } from './cube-query.js';
import { keyOf } from './entities.js';
import { gatewayError } from './errors.js';
import type { PeriodMetric } from './members.js';
import { assertRange, type DateRange } from './period.js';
import { toNumber } from './row.js';

export interface TopVideoArguments {
  readonly metric: PeriodMetric;
  readonly range: DateRange;
  readonly first: number;
  readonly direction: 'ASC' | 'DESC';
  readonly minSessionCount: number;
}

/** Ranks the videos that had sessions in the period; one Cube query. */
export async function readTopVideos(args: TopVideoArguments, { ask, loaders }: GatewayContext) {
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
