import { axisX, axisY, gridY, type Markish, type PlotOptions, plot, pointer, ruleY, tip } from '@observablehq/plot';

/** A DOM document to draw with: the browser's own, or that of a DOM library in Node. Nothing else of a browser is needed. */
export type DrawingDocument = NonNullable<PlotOptions['document']>;

/** An SVG element (a figure where a legend stands beside it), to be put into a page or written out as text. */
export type Drawing = ReturnType<typeof plot>;

/** How a drawing is made, whatever it shows. */
export interface Canvas {
  readonly document: DrawingDocument;
  /** Outer width in CSS pixels. */
  readonly width: number;
  /** Shows values under the pointer; for living pages only. */
  readonly isLive?: boolean;
}

/** Colours by the name of a CSS variable that a page may set (dark mode), with the value for pages that do not. */
export const colours = {
  first: 'var(--series-1, #0b66c3)',
  second: 'var(--series-2, #b45309)',
  quiet: 'var(--quiet, #536173)',
  good: 'var(--good, #146c3a)',
  bad: 'var(--bad, #b3261e)',
  panel: 'var(--panel, #ffffff)',
  line: 'var(--line, #d9dfe7)',
} as const;

export const axisFormat = { tickSize: 0, fontSize: 12 } as const;

const style = { background: 'transparent', color: 'currentColor', fontFamily: 'inherit', fontSize: '12px' };

/** Plot with what all drawings here share. */
export function draw({ document, width }: Canvas, options: PlotOptions): Drawing {
  return plot({ document, width, style, ...options });
}

/** Level lines and the axis of values, from zero. */
export function valueAxis(format: (value: number) => string): Markish[] {
  return [
    gridY({ strokeOpacity: 0.12 }),
    axisY({ ...axisFormat, tickFormat: format, ticks: 5 }),
    ruleY([0], { strokeOpacity: 0.3 }),
  ];
}

/** The axis below, with as many labels as there is room for. */
export const baseAxis = (width: number, labelWidth: number, format?: (value: number) => string): Markish =>
  axisX({
    ...axisFormat,
    ticks: Math.max(2, Math.floor((width - 60) / labelWidth)),
    ...(format === undefined ? {} : { tickFormat: format }),
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
