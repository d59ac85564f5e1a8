import type { PlotOptions } from '@observablehq/plot';

/** A DOM document to draw with: the browser's own, or that of a DOM library in Node. Nothing else of a browser is needed. */
export type DrawingDocument = NonNullable<PlotOptions['document']>;

/** An SVG element (a figure where a legend stands beside it), to be put into a page or written out as text. */
export type Drawing = ReturnType<DrawingDocument['createElementNS']>;

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
