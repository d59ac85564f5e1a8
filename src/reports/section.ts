import type { Canvas, Drawing } from '#figures';

/** A value as the gateway gave it; null is unknown or not to be had. */
export type Cell = string | number | null;

/** How the values of a column are written for people. `measured`: by the row's own `unit` (s, count, ratio). */
export type CellKind =
  | 'text'
  | 'seconds'
  | 'position'
  | 'count'
  | 'ratio'
  | 'change'
  | 'number'
  | 'day'
  | 'instant'
  | 'measured';

export interface Column {
  /** Its name in CSV. */
  readonly key: string;
  /** Its name for people. */
  readonly title: string;
  readonly kind: CellKind;
}

/** Numbers that a section says, once for the page and once for CSV. */
export interface DataTable {
  /** Fit for a file name. */
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** Long ones stay folded on the page until they are opened. */
  readonly isFolded?: boolean;
}

export interface Picture {
  readonly title: string;
  /** What it shows, in a sentence, for those who do not see it. */
  readonly summary: string;
  readonly draw: (canvas: Canvas) => Drawing;
}

/** One part of a report, under a heading: sentences, pictures, and the tables behind them. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** Where there is nothing to show they say so. */
  readonly sentences: readonly string[];
  readonly pictures: readonly Picture[];
  readonly tables: readonly DataTable[];
}

export const wordsOnly = (id: string, title: string, ...sentences: readonly string[]): Section => ({
  id,
  title,
  sentences,
  pictures: [],
  tables: [],
});
