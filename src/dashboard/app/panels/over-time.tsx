import { useMemo } from 'preact/hooks';
import { metric, metricOverTime } from '#charts';
import { Chart, Table } from '../charts/chart.js';
import type { SeriesPoint } from '../documents.js';

/** One metric over the days of the period. */
export function OverTime({
  name,
  title,
  unit,
  points,
}: {
  name: string;
  title: string;
  unit: string;
  points: readonly SeriesPoint[];
}) {
  const draw = useMemo(() => {
    const drawn = points.map(point => ({ at: new Date(point.at), value: point.value, previous: null }));
    return (width: number) =>
      metricOverTime(drawn, [], value => metric(name, value), { document, width, isLive: true });
  }, [points, name]);
  const known = points.flatMap(point => (point.value === null ? [] : [point.value]));
  const summary = `${title} over ${points.length} steps: between ${metric(name, Math.min(...known))} and ${metric(name, Math.max(...known))}.`;
  const rows = points.map(point => [point.at.slice(0, 10), metric(name, point.value)]);
  return (
    <Chart
      title={title}
      unit={unit}
      summary={summary}
      draw={draw}
      table={<Table head={['Day (UTC)', title]} rows={rows} />}
    />
  );
}
