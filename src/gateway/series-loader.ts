import DataLoader from 'dataloader';
import type { Ask } from './ask.js';
import type { GapFilling, TimePoint } from './contract.generated.js';
import { type CubeFilter, equals, type TimeDimension } from './cube-query.js';
import { groupBy } from './group-by.js';
import { emptyValue, isDistinct, type PeriodMetric } from './members.js';
import { type DateRange, type Granularity, stepCountMax, stepsOf } from './period.js';
import { toInstant, toNumber } from './row.js';

export interface SeriesKey {
  readonly metric: PeriodMetric;
  readonly range: DateRange;
  readonly granularity: Granularity;
  readonly videoId: string | null;
  readonly fill: GapFilling;
}

export type SeriesLoader = DataLoader<SeriesKey, readonly TimePoint[], string>;

const cubeGranularity = { HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month' } as const satisfies Record<
  Granularity,
  NonNullable<TimeDimension['granularity']>
>;

/** Metrics over time without gaps: one Cube query for all metrics of the same period, step and video. */
export function createSeriesLoader(ask: Ask): SeriesLoader {
  return new DataLoader<SeriesKey, readonly TimePoint[], string>(
    async keys => {
      const series = new Map<string, readonly TimePoint[]>();
      const groups = groupBy(keys, groupOf);
      await Promise.all([...groups.values()].map(group => loadGroup(ask, group, series)));
      return keys.map(key => series.get(cacheKeyOf(key)) ?? []);
    },
    { cacheKeyFn: cacheKeyOf },
  );
}

const cacheKeyOf = ({ metric, range, granularity, videoId, fill }: SeriesKey): string =>
  JSON.stringify([metric, range.from, range.to, granularity, videoId, fill]);

const groupOf = ({ metric, range, granularity, videoId, fill }: SeriesKey): string =>
  JSON.stringify([range.from, range.to, granularity, videoId, fill, isDistinct(metric)]);

async function loadGroup(
  ask: Ask,
  keys: readonly SeriesKey[],
  series: Map<string, readonly TimePoint[]>,
): Promise<void> {
  const [first] = keys;
  if (first === undefined) return;
  const { range, granularity, videoId, fill } = first;
  const steps = stepsOf(range, granularity);
  const metrics = [...new Set(keys.map(key => key.metric))].sort();
  const dimension = 'sessions.started_at';
  const step = cubeGranularity[granularity];
  const days = [range.from, range.to] as const;
  const filters: CubeFilter[] = [
    ...(videoId === null ? [] : [equals('sessions.video_id', [videoId])]),
    ...(needsRawRows(first)
      ? [{ member: 'sessions.session_date', operator: 'inDateRange', values: days } as const]
      : []),
  ];
  const { rows } = await ask({
    measures: metrics.map(metric => `sessions.${metric}`),
    timeDimensions: [{ dimension, dateRange: days, granularity: step }],
    ...(filters.length > 0 ? { filters } : {}),
    order: [[dimension, 'asc']],
    limit: stepCountMax,
  });
  const byStep = new Map(rows.map(row => [toInstant(row[`${dimension}.${step}`], dimension), row]));
  for (const metric of metrics) {
    const member = `sessions.${metric}`;
    const empty = fill === 'ZERO' ? emptyValue(metric) : null;
    const points = steps
      .filter(at => fill !== 'NONE' || byStep.has(at))
      .map(at => {
        const row = byStep.get(at);
        return { at, value: row === undefined ? empty : (toNumber(row[member], member) ?? emptyValue(metric)) };
      });
    series.set(cacheKeyOf({ metric, range, granularity, videoId, fill }), points);
  }
}

/**
 * Cube answers different users of a week or month from a rollup of whole weeks or months even where the period cuts the
 * first or last one: users of days outside would count, or the step would be missing. A condition that the rollup
 * cannot know sends the question to the rows.
 */
const needsRawRows = ({ metric, granularity }: SeriesKey): boolean =>
  isDistinct(metric) && (granularity === 'WEEK' || granularity === 'MONTH');
