import { type Markish, rect, ruleX, text } from '@observablehq/plot';
import { colours } from '#figures';

/** Something that happened around the data: a release, an outage. */
export interface DrawnAnnotation {
  readonly title: string;
  readonly at: Date;
  /** When it ended; null for what has no length. */
  readonly until: Date | null;
}

const rowCount = 3;
const rowHeight = 14;

/** Annotations behind the lines of a drawing over time: a dashed line where each begins, a shade for as long as it lasted. */
export function annotationMarks(annotations: readonly DrawnAnnotation[], [from, to]: readonly [Date, Date]): Markish[] {
  const shown = annotations
    .filter(({ at, until }) => at <= to && (until ?? at) >= from)
    .map(annotation => ({
      ...annotation,
      at: annotation.at < from ? from : annotation.at,
      until: annotation.until !== null && annotation.until > to ? to : annotation.until,
    }));
  const lasting = shown.flatMap(({ at, until }) => (until === null ? [] : [{ at, until }]));
  return [
    rect(lasting, { x1: 'at', x2: 'until', fill: colours.second, fillOpacity: 0.14 }),
    ruleX(shown, { x: 'at', stroke: colours.second, strokeDasharray: '3 3' }),
    // Neighbours stand below one another.
    ...shown.map((annotation, place) =>
      text([annotation], {
        x: 'at',
        frameAnchor: 'top-left',
        text: ({ title }: DrawnAnnotation) => (title.length > 28 ? `${title.slice(0, 27)}…` : title),
        dx: 4,
        dy: 2 + (place % rowCount) * rowHeight,
        fill: colours.second,
        textAnchor: 'start',
      }),
    ),
  ];
}
