import DataLoader from 'dataloader';
import type { Ask } from './ask.js';
import type { GapFilling, TimePoint } from './contract.generated.js';
import { type CubeFilter, equals, type TimeDimension } from './cube-query.js';
import { groupBy } from './group-by.js';
import { emptyValue, isDistinct, type PeriodMetric, questionsOf } from './members.js';
import { beginsAStep, type DateRange, dayAfter, type Granularity, stepsOf } from './period.js';
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

/** Metrics over time without gaps: one Cube query for all metrics of the same step and video, of the period and the one before. */
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

const groupOf = ({ granularity, videoId }: SeriesKey): string => JSON.stringify([granularity, videoId]);

async function loadGroup(
  ask: Ask,
  keys: readonly SeriesKey[],
  series: Map<string, readonly TimePoint[]>,
): Promise<void> {
  const [first] = keys;
  if (first === undefined) return;
  const { granularity } = first;
  await Promise.all(
    joinedPeriods(keys, granularity).flatMap(period => {
      const within = keys.filter(({ range }) => period.parts.has(nameOf(range)));
      const asked = within.map(({ metric }) => metric);
      return questionsOf(asked, granularity === 'HOUR' ? 'HOUR' : 'DAY').map(metrics => {
        const theirs = within.filter(({ metric }) => metrics.includes(metric));
        return loadPeriod(ask, theirs, { ...period, metrics }, series);
      });
    }),
  );
}

interface JoinedPeriod {
  readonly range: DateRange;
  /** The periods that it was put together from, by name. */
  readonly parts: ReadonlySet<string>;
  readonly stepCount: number;
}

const nameOf = ({ from, to }: DateRange): string => `${from} ${to}`;

/**
 * The periods to ask for: one that begins where another ends is asked in the same question, unless a step lies in both
 * (a period beside the one before it: half as many questions).
 */
function joinedPeriods(keys: readonly SeriesKey[], granularity: Granularity): JoinedPeriod[] {
  const ranges = new Map(keys.map(({ range }) => [nameOf(range), range]));
  const joined: JoinedPeriod[] = [];
  for (const [name, range] of [...ranges].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const stepCount = stepsOf(range, granularity).length;
    const last = joined.at(-1);
    if (last !== undefined && dayAfter(last.range.to) === range.from && beginsAStep(range, granularity)) {
      const whole = { from: last.range.from, to: range.to };
      joined.pop();
      joined.push({ range: whole, parts: new Set([...last.parts, name]), stepCount: last.stepCount + stepCount });
    } else joined.push({ range, parts: new Set([name]), stepCount });
  }
  return joined;
}

interface SeriesQuestion extends JoinedPeriod {
  readonly metrics: readonly PeriodMetric[];
}

async function loadPeriod(
  ask: Ask,
  keys: readonly SeriesKey[],
  { range, metrics, stepCount }: SeriesQuestion,
  series: Map<string, readonly TimePoint[]>,
): Promise<void> {
  const [first] = keys;
  if (first === undefined) return;
  const { granularity, videoId } = first;
  const dimension = 'sessions.started_at';
  const step = cubeGranularity[granularity];
  const days = [range.from, range.to] as const;
  const filters: CubeFilter[] = [
    ...(videoId === null ? [] : [equals('sessions.video_id', [videoId])]),
    ...(metrics.some(isDistinct) && hasLongSteps(granularity)
      ? [{ member: 'sessions.session_date', operator: 'inDateRange', values: days } as const]
      : []),
  ];
  const { rows } = await ask({
    measures: metrics.map(metric => `sessions.${metric}`),
    timeDimensions: [{ dimension, dateRange: days, granularity: step }],
    ...(filters.length > 0 ? { filters } : {}),
    order: [[dimension, 'asc']],
    limit: stepCount,
  });
  const byStep = new Map(rows.map(row => [toInstant(row[`${dimension}.${step}`], dimension), row]));
  for (const key of keys) {
    const { metric, fill } = key;
    const member = `sessions.${metric}`;
    const empty = fill === 'ZERO' ? emptyValue(metric) : null;
    const points = stepsOf(key.range, granularity)
      .filter(at => fill !== 'NONE' || byStep.has(at))
      .map(at => {
        const row = byStep.get(at);
        return { at, value: row === undefined ? empty : (toNumber(row[member], member) ?? emptyValue(metric)) };
      });
    series.set(cacheKeyOf(key), points);
  }
}

/**
 * Steps that the period can cut: Cube would count the users of whole weeks or months, days outside of the period too,
 * were the days not a condition as well.
 */
const hasLongSteps = (granularity: Granularity): boolean => granularity === 'WEEK' || granularity === 'MONTH';
