import type * as contract from './contract.generated.js';
import type { Defaulted } from './defaulted.js';
import { gatewayError } from './errors.js';
import { ownId } from './ids.js';
import { titleOf } from './members.js';
import { stepsOf } from './period.js';
import type { SeriesKey } from './series-loader.js';
import { unitOf } from './units.js';

/** Metrics over time; points and annotations are looked up where they are asked for. */
export type Series = Omit<contract.TimeSeries, 'series' | 'annotations'> & { readonly series: readonly MetricSeries[] };
export type MetricSeries = Omit<contract.MetricSeries, 'points' | 'previousPoints'> & { readonly key: SeriesKey };

const seriesCountMax = 10;

/** @throws LIMIT_EXCEEDED, BAD_USER_INPUT */
export function readTimeSeries({
  metrics,
  ...args
}: Defaulted<contract.QueryTimeSeriesArgs, 'granularity' | 'fill'>): Series {
  const { range, granularity, fill } = args;
  if (metrics.length > seriesCountMax) {
    throw gatewayError('LIMIT_EXCEEDED', `at most ${seriesCountMax} metrics in one time series`);
  }
  if (metrics.length === 0) throw gatewayError('BAD_USER_INPUT', '`metrics` names no metric');
  // Refused here once, and not once for each metric.
  stepsOf(range, granularity);
  const videoId = typeof args.videoId === 'string' ? ownId('Video', args.videoId) : null;
  const series = metrics.map(metric => ({
    metric,
    title: titleOf(metric),
    unit: unitOf(metric),
    key: { metric, range, granularity, videoId, fill },
  }));
  return { granularity, range, from: range.from, to: range.to, series };
}
