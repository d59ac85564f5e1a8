import { areaY, dot, lineY } from '@observablehq/plot';
import { type Canvas, colours, type Drawing, heights, seconds } from '#figures';
import { annotationMarks, type DrawnAnnotation } from './annotations.js';
import { draw, instantAxis, timeTicks, underPointer, valueAxis } from './drawing.js';

/** One step of a metric over time. Null: nothing to divide by, and no line is drawn. */
export interface MetricStep {
  /** Start of the step, UTC. */
  readonly at: Date;
  readonly value: number | null;
  /** The same step of the period before; null where there is none. */
  readonly previous: number | null;
}

/** One day (or longer step) of watch time, all in seconds. */
export interface WatchTimeStep {
  readonly at: Date;
  /** What the events prove. */
  readonly watchTimeS: number;
  /** What they allow beside it. */
  readonly uncertainS: number;
  /** What may have played after the last event, by the tail policy. */
  readonly estimatedTailS: number;
  /** Proven watch time of the same step of the period before; null where there is none. */
  readonly previousS: number | null;
}

const marginLeft = 56;

const spanOf = (steps: readonly { readonly at: Date }[]): readonly [Date, Date] => [
  steps[0]?.at ?? new Date(0),
  steps.at(-1)?.at ?? new Date(0),
];
const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** The period before, shifted onto this one: a dashed line in the background. */
const ghost = (rows: readonly { readonly at: Date; readonly value: number | null }[]) => [
  lineY([...rows], { x: 'at', y: 'value', stroke: colours.quiet, strokeWidth: 1.5, strokeDasharray: '2 4' }),
  ...dotted(rows, 'value', colours.quiet),
];

/** Watch time by day: what is proven as a filled line, above it in a lighter shade what is uncertain and estimated. */
export function watchTimeByDay(
  steps: readonly WatchTimeStep[],
  annotations: readonly DrawnAnnotation[],
  canvas: Canvas,
): Drawing {
  const rows = steps.map(step => ({ ...step, allowedS: step.watchTimeS + step.uncertainS + step.estimatedTailS }));
  const ticks = timeTicks(Math.max(1, ...rows.map(row => Math.max(row.allowedS, row.previousS ?? 0))), 4);
  return draw(canvas, {
    height: heights.overTime,
    marginLeft,
    x: { type: 'utc', label: null },
    y: { label: null, domain: [0, ticks.at(-1) ?? 1] },
    marks: [
      ...valueAxis(seconds, ticks),
      instantAxis(canvas.width, 110),
      annotationMarks(annotations, spanOf(steps)),
      ...ghost(steps.map(({ at, previousS }) => ({ at, value: previousS }))),
      areaY(rows, { x: 'at', y1: 'watchTimeS', y2: 'allowedS', fill: colours.second, fillOpacity: 0.35 }),
      areaY(rows, { x: 'at', y: 'watchTimeS', fill: colours.first, fillOpacity: 0.15 }),
      lineY(rows, { x: 'at', y: 'watchTimeS', stroke: colours.first, strokeWidth: 2 }),
      ...dotted(rows, 'watchTimeS', colours.first),
      ...underPointer(canvas, rows, {
        x: row => row.at,
        y: row => row.watchTimeS,
        title: ({ at, watchTimeS, uncertainS, estimatedTailS, previousS }) =>
          [
            dayOf(at),
            `proven ${seconds(watchTimeS)}`,
            `uncertain ${seconds(uncertainS)}, estimated ${seconds(estimatedTailS)}`,
            previousS === null ? '' : `period before ${seconds(previousS)}`,
          ].join('\n'),
      }),
    ],
  });
}

/** Any metric over time, from zero, with the period before and annotations. `format` writes its values. */
export function metricOverTime(
  steps: readonly MetricStep[],
  annotations: readonly DrawnAnnotation[],
  format: (value: number) => string,
  canvas: Canvas,
): Drawing {
  const known = steps.flatMap(({ at, value, previous }) => (value === null ? [] : [{ at, value, previous }]));
  // Nothing but zeros lies on the ground, and not in the middle.
  const isFlat = steps.every(({ value, previous }) => (value ?? 0) === 0 && (previous ?? 0) === 0);
  return draw(canvas, {
    height: heights.overTime,
    marginLeft,
    x: { type: 'utc', label: null, domain: [...spanOf(steps)] },
    y: { label: null, zero: true, nice: true, ...(isFlat ? { domain: [0, 1] } : {}) },
    marks: [
      ...valueAxis(format, isFlat ? [0, 1] : 5),
      instantAxis(canvas.width, 110),
      annotationMarks(annotations, spanOf(steps)),
      ...ghost(steps.map(({ at, previous }) => ({ at, value: previous }))),
      areaY(steps, { x: 'at', y: 'value', fill: colours.first, fillOpacity: 0.15 }),
      lineY(steps, { x: 'at', y: 'value', stroke: colours.first, strokeWidth: 2 }),
      ...dotted(known, 'value', colours.first),
      ...underPointer(canvas, known, {
        x: row => row.at,
        y: row => row.value,
        title: ({ at, value, previous }) =>
          `${dayOf(at)}\n${format(value)}${previous === null ? '' : `\nperiod before ${format(previous)}`}`,
      }),
    ],
  });
}

/**
 * A line through one or two points shows next to nothing by itself. (Plot's markers would do, but it numbers them over all
 * drawings: the same numbers would not give the same text.)
 */
const dotted = <T>(rows: readonly T[], y: keyof T & string, fill: string) =>
  rows.length < 3 ? [dot([...rows], { x: 'at', y, r: 2.5, fill })] : [];
