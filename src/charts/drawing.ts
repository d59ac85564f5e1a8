import { axisX, axisY, gridY, type Markish, type PlotOptions, plot, pointer, ruleY, tip } from '@observablehq/plot';
import { type Canvas, colours, type Drawing } from '#figures';

export const axisFormat = { tickSize: 0, fontSize: 12 } as const;

const style = { background: 'transparent', color: 'currentColor', fontFamily: 'inherit', fontSize: '12px' };

/** Plot with what all drawings here share. */
export function draw({ document, width }: Canvas, options: PlotOptions): Drawing {
  return plot({ document, width, style, ...options });
}

/** Steps that people count time in, in seconds: 1 s to a week. */
const timeSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
];
const stepCountMax = 8;

/** Round lengths of time from 0 up to (at least) `most`, about `wanted` of them; seconds. */
export function timeTicks(most: number, wanted: number): number[] {
  const exact = most / Math.min(stepCountMax, Math.max(1, wanted));
  const hours = Math.max(1, exact / 3600);
  const magnitude = 10 ** Math.floor(Math.log10(hours));
  const longStep = 3600 * magnitude * (hours / magnitude <= 2 ? 2 : hours / magnitude <= 5 ? 5 : 10);
  const step = timeSteps.find(one => one >= exact) ?? longStep;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, place) => place * step);
}

/** Level lines and the axis of values, from zero; `ticks` are their places, or about how many there are. */
export function valueAxis(format: (value: number) => string, ticks: number[] | number = 5): Markish[] {
  return [
    gridY({ strokeOpacity: 0.12, ticks }),
    axisY({ ...axisFormat, tickFormat: format, ticks }),
    ruleY([0], { strokeOpacity: 0.3 }),
  ];
}

const roomFor = (width: number, labelWidth: number) => Math.max(2, Math.floor((width - 60) / labelWidth));

/** The axis of instants below, with as many labels as there is room for. */
export const instantAxis = (width: number, labelWidth: number, format?: (at: Date) => string): Markish =>
  axisX({
    ...axisFormat,
    ticks: roomFor(width, labelWidth),
    ...(format === undefined ? {} : { tickFormat: format }),
  });

/** The axis of seconds below, from 0 to `most`. */
export const secondAxis = (width: number, most: number, format: (valueS: number) => string): Markish =>
  axisX({
    ...axisFormat,
    ticks: timeTicks(most, roomFor(width, 90)).filter(tick => tick <= most),
    tickFormat: format,
  });

/** What stands under the pointer on living pages; nothing elsewhere. */
export function underPointer<T>(
  { isLive }: Canvas,
  rows: readonly T[],
  at: { readonly x: (row: T) => number | Date; readonly y: (row: T) => number; readonly title: (row: T) => string },
): Markish[] {
  if (isLive !== true) return [];
  const shown = { ...at, fill: colours.panel, stroke: colours.line };
  return [tip([...rows], pointer(shown))];
}
