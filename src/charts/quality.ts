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
      instantAxis(canvas.width, 110),
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

/** A single run has no length in time: it stands in the middle of a day. */
function aroundSingle(steps: readonly { readonly at: Date }[]): { domain?: Date[] } {
  const [only, second] = steps;
  if (only === undefined || second !== undefined) return {};
  return { domain: [new Date(only.at.getTime() - halfDayMs), new Date(only.at.getTime() + halfDayMs)] };
}
