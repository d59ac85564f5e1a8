import { useMemo } from 'preact/hooks';
import { type Canvas, heights, metric, seconds } from '#figures';
import { Chart, type Charts, Table } from '../charts/chart.js';
import { annotationsOf, type Series, stepsOf, watchTimeSteps } from '../series.js';
import { Empty } from './failure.js';

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const ghost = { says: 'period before', colour: 'var(--quiet)', dash: '2 4' } as const;

/** What happened around the data, in words, for those who do not see it drawn. */
function annotationRows(series: Series) {
  if (series.annotations.length === 0) return null;
  return (
    <ul class="annotations" aria-label="What happened in the period">
      {series.annotations.map(({ kind, title, at, until }) => (
        <li key={`${at}${title}`}>
          {at.slice(0, 10)}
          {until === null ? '' : ` to ${until.slice(0, 10)}`}, {kind.toLowerCase()}: {title}
        </li>
      ))}
    </ul>
  );
}

interface OverTimeProps {
  readonly series: Series;
  readonly by: 'DAY' | 'WEEK';
}

/** Watch time step by step: proven, with what is uncertain and estimated above it, and the period before. */
export function WatchTime({ series, by }: OverTimeProps) {
  const steps = useMemo(() => watchTimeSteps(series), [series]);
  const draw = useMemo(
    () =>
      ({ watchTimeByDay }: Charts, canvas: Canvas) =>
        watchTimeByDay(steps, annotationsOf(series), canvas),
    [steps, series],
  );
  const title = by === 'DAY' ? 'Watch time by day' : 'Watch time by week';
  if (steps.length === 0) return <Empty title={title} because="The period has no step." />;
  const values = steps.map(step => step.watchTimeS);
  const summary = `${title}, ${steps.length} steps: between ${seconds(Math.min(...values))} and ${seconds(Math.max(...values))}.`;
  const rows = steps.map(({ at, watchTimeS, uncertainS, estimatedTailS, previousS }) => [
    dayOf(at),
    seconds(watchTimeS),
    seconds(uncertainS),
    seconds(estimatedTailS),
    metric('WATCH_TIME_S', previousS),
  ]);
  return (
    <Chart
      class="wide"
      title={title}
      unit="wall-clock time"
      summary={summary}
      draw={draw}
      height={heights.overTime}
      legend={[
        { says: 'proven', colour: 'var(--series-1)' },
        { says: 'uncertain and estimated', colour: 'var(--series-2)' },
        ghost,
      ]}
      table={<Table head={['Start (UTC)', 'Proven', 'Uncertain', 'Estimated', 'Period before']} rows={rows} />}
    >
      {annotationRows(series)}
    </Chart>
  );
}

interface MetricProps extends OverTimeProps {
  readonly class?: string;
  readonly name: string;
  readonly title: string;
  readonly unit: string;
}

/** Another metric step by step, with the period before. */
export function MetricOverTime({ class: layout, series, by, name, title, unit }: MetricProps) {
  const steps = useMemo(() => stepsOf(series, name), [series, name]);
  const draw = useMemo(
    () =>
      ({ metricOverTime }: Charts, canvas: Canvas) =>
        metricOverTime(steps, annotationsOf(series), value => metric(name, value), canvas),
    [steps, series, name],
  );
  const known = steps.flatMap(({ value }) => (value === null ? [] : [value]));
  if (known.length === 0) return <Empty title={title} because="There is nothing to divide by in this period." />;
  const summary = `${title} by ${by.toLowerCase()}, ${steps.length} steps: between ${metric(name, Math.min(...known))} and ${metric(name, Math.max(...known))}.`;
  const rows = steps.map(({ at, value, previous }) => [dayOf(at), metric(name, value), metric(name, previous)]);
  return (
    <Chart
      {...(layout === undefined ? {} : { class: layout })}
      title={title}
      unit={unit}
      summary={summary}
      draw={draw}
      height={heights.overTime}
      legend={[{ says: title.toLowerCase(), colour: 'var(--series-1)' }, ghost]}
      table={<Table head={['Start (UTC)', title, 'Period before']} rows={rows} />}
    />
  );
}
