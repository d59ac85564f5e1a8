import { dot, lineY, ruleY } from '@observablehq/plot';
import { type Canvas, colours, type Drawing, heights } from '#figures';
import { draw, instantAxis, underPointer, valueAxis } from './drawing.js';

/** What a rule came to in one run. */
export interface QualityStep {
  readonly at: Date;
  readonly state: 'PASSED' | 'FAILED' | 'UNKNOWN';
  readonly value: number | null;
  readonly threshold: number | null;
}

/** A data-quality rule run by run: dots for passed, crosses for failed, and a dashed line for the newest threshold. */
export function qualityTrend(
  steps: readonly QualityStep[],
  format: (value: number) => string,
  canvas: Canvas,
): Drawing {
  const known = steps.flatMap(({ at, value, state }) => (value === null ? [] : [{ at, value, state }]));
  const threshold = steps.findLast(step => step.threshold !== null)?.threshold ?? null;
  const inState = (state: QualityStep['state']) => known.filter(step => step.state === state);
  const at = { x: 'at', y: 'value' } as const;
  const isFlat = (threshold ?? 0) === 0 && known.every(({ value }) => value === 0);
  return draw(canvas, {
    height: heights.qualityTrend,
    marginLeft: 56,
    x: { type: 'utc', label: null, ...aroundSingle(known) },
    y: { label: null, zero: true, nice: true, ...(isFlat ? { domain: [0, 1] } : {}) },
    marks: [
      ...valueAxis(format, 3),
      instantAxis(canvas.width, 110, isShort(known) ? dayOrMinute : undefined),
      ruleY(threshold === null ? [] : [threshold], { stroke: colours.bad, strokeDasharray: '5 3' }),
      lineY(known, { ...at, stroke: colours.quiet, strokeWidth: 1.5 }),
      dot(inState('PASSED'), { ...at, r: 3, fill: colours.good }),
      dot(inState('FAILED'), { ...at, r: 5, symbol: 'times', stroke: colours.bad, strokeWidth: 2 }),
      ...underPointer(canvas, known, {
        x: row => row.at,
        y: row => row.value,
        title: row => `${row.at.toISOString().slice(0, 16).replace('T', ' ')} UTC\n${format(row.value)}`,
      }),
    ],
  });
}

const halfDayMs = 43_200_000;
const weekMs = 604_800_000;

/** Ticks may then lie within days; over longer periods Plot writes days and months by itself. */
const isShort = (steps: readonly { readonly at: Date }[]) =>
  (steps.at(-1)?.at.getTime() ?? 0) - (steps[0]?.at.getTime() ?? 0) <= weekMs;

const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** The day at its beginning, else the minute of its 24 hours as everywhere here (Plot by itself writes `6 AM`). */
const dayOrMinute = (at: Date): string => {
  const minute = at.toISOString().slice(11, 16);
  return minute === '00:00' ? day.format(at) : minute;
};

/** A single run has no length in time: it stands in the middle of a day. */
function aroundSingle(steps: readonly { readonly at: Date }[]): { domain?: Date[] } {
  const [only, second] = steps;
  if (only === undefined || second !== undefined) return {};
  return { domain: [new Date(only.at.getTime() - halfDayMs), new Date(only.at.getTime() + halfDayMs)] };
}
