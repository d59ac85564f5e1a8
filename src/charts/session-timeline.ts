import { dot, link } from '@observablehq/plot';
import { type Canvas, type Drawing, heights, position, type StretchKind, stretchStyles } from '#figures';
import { draw, secondAxis, timeTicks, underPointer, valueAxis } from './drawing.js';

/** A stretch of a session between two of its events. Clock and positions in seconds from the session's and the video's start. */
export interface Stretch {
  readonly kind: StretchKind;
  readonly fromClockS: number;
  readonly toClockS: number;
  readonly fromPositionS: number;
  readonly toPositionS: number;
  /** What stands under the pointer. */
  readonly says: string;
}

/** An event of the session, drawn as a dot. */
export interface TimelineEvent {
  readonly clockS: number;
  readonly positionS: number;
}

/** Time since the first event is written as positions are, with a sign before it. */
const clock = (valueS: number) => `+${position(valueS)}`;

/** One session: the clock from left to right, the position in the video upwards, each stretch coloured by its verdict. */
export function sessionTimeline(
  stretches: readonly Stretch[],
  events: readonly TimelineEvent[],
  durationS: number | null,
  canvas: Canvas,
): Drawing {
  const kinds = Object.keys(stretchStyles).filter((kind): kind is StretchKind =>
    stretches.some(stretch => stretch.kind === kind),
  );
  const clockS = Math.max(1, ...stretches.map(({ toClockS }) => toClockS), ...events.map(event => event.clockS));
  const highestS = Math.max(
    durationS ?? 1,
    ...stretches.flatMap(({ fromPositionS, toPositionS }) => [fromPositionS, toPositionS]),
  );
  return draw(canvas, {
    height: heights.sessionTimeline,
    marginLeft: 56,
    x: { label: null },
    y: { label: null, domain: [0, highestS], clamp: true },
    marks: [
      ...valueAxis(
        position,
        timeTicks(highestS, 5).filter(tick => tick <= highestS),
      ),
      secondAxis(canvas.width, clockS, clock),
      ...kinds.map(kind =>
        link(
          stretches.filter(stretch => stretch.kind === kind),
          {
            x1: 'fromClockS',
            x2: 'toClockS',
            y1: 'fromPositionS',
            y2: 'toPositionS',
            stroke: stretchStyles[kind].colour,
            strokeWidth: kind === 'proven' || kind === 'hidden' ? 3 : 2,
            strokeDasharray: stretchStyles[kind].dash,
          },
        ),
      ),
      dot([...events], { x: 'clockS', y: 'positionS', r: 2.5, fill: 'currentColor' }),
      ...underPointer(canvas, stretches, {
        x: ({ fromClockS, toClockS }) => (fromClockS + toClockS) / 2,
        y: ({ fromPositionS, toPositionS }) => (fromPositionS + toPositionS) / 2,
        title: ({ says }) => says,
      }),
    ],
  });
}
