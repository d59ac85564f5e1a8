import {
  areaY,
  axisX,
  axisY,
  barX,
  crosshairX,
  gridX,
  gridY,
  lineY,
  plot,
  pointer,
  ruleX,
  ruleY,
  text,
  tip,
} from '@observablehq/plot';

const style = { background: 'transparent', color: 'currentColor', fontFamily: 'inherit', fontSize: '12px' };
const ink = 'var(--series-1)';
const ghost = 'var(--series-2)';

export interface TimePoint {
  readonly at: Date;
  readonly value: number | null;
}

/** A line over time from zero, with the area below it. `format` writes the values at the axis and under the pointer. */
export function timeLine(points: readonly TimePoint[], width: number, format: (value: number) => string): Element {
  const known = points.filter((point): point is { at: Date; value: number } => point.value !== null);
  return plot({
    width,
    height: 220,
    marginLeft: 56,
    style,
    x: { type: 'utc', label: null },
    y: { label: null, zero: true, nice: true },
    marks: [
      gridY({ strokeOpacity: 0.12 }),
      axisY({ tickFormat: format, ticks: 5, tickSize: 0 }),
      axisX({ ticks: Math.max(2, Math.floor(width / 110)), tickSize: 0 }),
      ruleY([0], { strokeOpacity: 0.3 }),
      areaY(known, { x: 'at', y: 'value', fill: ink, fillOpacity: 0.15 }),
      lineY(known, { x: 'at', y: 'value', stroke: ink, strokeWidth: 2, marker: known.length < 3 ? 'dot' : undefined }),
      crosshairX(known, {
        x: 'at',
        y: 'value',
        textStrokeOpacity: 0,
        color: 'currentColor',
        opacity: 0.4,
        textFill: 'none',
      }),
      tip(
        known,
        pointer({
          x: 'at',
          y: 'value',
          title: d => `${d.at.toISOString().slice(0, 10)}\n${format(d.value)}`,
          fill: 'var(--panel)',
          stroke: 'var(--line)',
        }),
      ),
    ],
  });
}

export interface Bar {
  readonly label: string;
  readonly value: number;
}

const shortened = (label: string, most: number) => (label.length > most ? `${label.slice(0, most - 1)}…` : label);

/** One bar a row, longest label cut to the room there is. */
export function bars(rows: readonly Bar[], width: number, format: (value: number) => string, max?: number): Element {
  const marginLeft = Math.min(200, Math.round(width * 0.38));
  return plot({
    width,
    height: 34 + rows.length * 26,
    marginLeft,
    marginRight: 56,
    style,
    x: { label: null, axis: null, domain: [0, max ?? Math.max(...rows.map(row => row.value), 1e-9)] },
    y: { label: null, domain: rows.map(row => row.label) },
    marks: [
      axisY({ tickSize: 0, tickFormat: (label: string) => shortened(label, Math.floor(marginLeft / 7)) }),
      gridX({ strokeOpacity: 0 }),
      barX(rows, { x: 'value', y: 'label', fill: ink, insetTop: 3, insetBottom: 3, rx: 2 }),
      text(rows, {
        x: 'value',
        y: 'label',
        text: d => format(d.value),
        textAnchor: 'start',
        dx: 5,
        fill: 'currentColor',
      }),
      ruleX([0], { strokeOpacity: 0.3 }),
    ],
  });
}

export interface RetentionPoint {
  readonly atS: number;
  readonly kept: number;
  /** Plays of the bucket as a share of the starters: above `kept` the part was watched again. */
  readonly played: number;
}

/** Who is still watching along the video's timeline, with the plays above it where parts were watched again. */
export function retentionCurve(
  points: readonly RetentionPoint[],
  width: number,
  formatS: (value: number) => string,
): Element {
  const share = (value: number) => `${Math.round(value * 100)} %`;
  return plot({
    width,
    height: 260,
    marginLeft: 56,
    style,
    x: { label: null },
    y: { label: null, domain: [0, Math.max(1, ...points.map(point => point.played))], nice: true },
    marks: [
      gridY({ strokeOpacity: 0.12 }),
      axisY({ tickFormat: share, ticks: 5, tickSize: 0 }),
      axisX({ tickFormat: formatS, ticks: Math.max(2, Math.floor(width / 90)), tickSize: 0 }),
      ruleY([0], { strokeOpacity: 0.3 }),
      areaY(points, { x: 'atS', y: 'kept', fill: ink, fillOpacity: 0.15, curve: 'step-after' }),
      lineY(points, {
        x: 'atS',
        y: 'played',
        stroke: ghost,
        strokeWidth: 1.5,
        strokeDasharray: '5 3',
        curve: 'step-after',
      }),
      lineY(points, { x: 'atS', y: 'kept', stroke: ink, strokeWidth: 2, curve: 'step-after' }),
      tip(
        points,
        pointer({
          x: 'atS',
          y: 'kept',
          title: d => `${formatS(d.atS)}\nviewers ${share(d.kept)}\nplays ${share(d.played)}`,
          fill: 'var(--panel)',
          stroke: 'var(--line)',
        }),
      ),
    ],
  });
}
