import { useMemo } from 'preact/hooks';
import { Chart, Table } from '../charts/chart.js';
import { timeLine } from '../charts/drawings.js';
import type { SeriesPoint } from '../documents.js';
import { metric } from '../format.js';

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
    const drawn = points.map(point => ({ at: new Date(point.at), value: point.value }));
    return (width: number) => timeLine(drawn, width, value => metric(name, value));
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
