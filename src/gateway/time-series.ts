import { annotationsIn } from './annotations.js';
import type { GatewayContext } from './context.js';
import { gatewayError } from './errors.js';
import { ownId } from './ids.js';
import { isPeriodMetric, titleOf } from './members.js';
import { type DateRange, type Granularity, previousOf, stepsOf } from './period.js';
import type { GapFilling, SeriesKey } from './series-loader.js';
import { unitOf } from './units.js';

export interface TimeSeriesArguments {
  readonly metrics: readonly string[];
  readonly range: DateRange;
  readonly granularity: Granularity;
  readonly videoId?: string | null;
  readonly fill: GapFilling;
}

const seriesCountMax = 10;

export function readTimeSeries(args: TimeSeriesArguments, { annotations }: GatewayContext) {
  const { range, granularity, fill } = args;
  if (args.metrics.length > seriesCountMax) {
    throw gatewayError('LIMIT_EXCEEDED', `at most ${seriesCountMax} metrics in one time series`);
  }
  if (args.metrics.length === 0) throw gatewayError('BAD_USER_INPUT', '`metrics` names no metric');
  // Refused here once, and not once for each metric.
  stepsOf(range, granularity);
  const videoId = typeof args.videoId === 'string' ? ownId('Video', args.videoId) : null;
  const series = args.metrics.filter(isPeriodMetric).map(metric => ({
    metric,
    title: titleOf(metric),
    unit: unitOf(metric),
    points: pointsOf({ metric, range, granularity, videoId, fill }),
    previousPoints: (args: unknown, context: GatewayContext) =>
      pointsOf({ metric, range: previousOf(range), granularity, videoId, fill })(args, context),
  }));
  return {
    granularity,
    range,
    from: range.from,
    to: range.to,
    series,
    annotations: () => annotationsIn(annotations, range),
  };
}

const pointsOf =
  (key: SeriesKey) =>
  (_args: unknown, { loaders }: GatewayContext) =>
    loaders.series.load(key);
