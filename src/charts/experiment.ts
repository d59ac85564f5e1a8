import { axisX, axisY, dot, link, ruleX } from '@observablehq/plot';
import { type Canvas, colours, type Drawing, intervalsHeight } from '#figures';
import { axisFormat, draw, timeTicks } from './drawing.js';

/** How far a variant differs from the control, with its confidence interval, in the metric's own unit. */
export interface VariantDifference {
  readonly variant: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: 'BETTER' | 'WORSE' | 'UNDECIDED';
}

/** The metric's own unit. */
export interface DifferenceScale {
  readonly format: (value: number) => string;
  /** Seconds: ticks stand where people count time. */
  readonly isTime: boolean;
}

/** Room for a label with its sign and unit. */
const labelPx = 76;

/** Round lengths of time on both sides of zero, as far as the intervals reach. */
function timeTicksAround(variants: readonly VariantDifference[], wanted: number): number[] {
  const lowest = Math.min(0, ...variants.map(({ low }) => low));
  const highest = Math.max(0, ...variants.map(({ high }) => high));
  // Two steps of the axis can hold less than one: its ends are whole steps.
  const step = timeTicks(Math.max(1, highest - lowest), Math.max(1, wanted - 2))[1] ?? 1;
  const first = Math.floor(lowest / step);
  return Array.from({ length: Math.ceil(highest / step) - first + 1 }, (_, place) => (first + place) * step);
}

const endsOf = (ticks: readonly number[]): [number, number] => [ticks[0] ?? 0, ticks.at(-1) ?? 1];

const verdictColours = { BETTER: colours.good, WORSE: colours.bad, UNDECIDED: colours.quiet } as const;

/** Variants against the control (the line at zero): a dot for the difference, a bar for its confidence interval. */
export function experimentDifferences(
  variants: readonly VariantDifference[],
  { format, isTime }: DifferenceScale,
  canvas: Canvas,
): Drawing {
  const stroke = ({ verdict }: VariantDifference) => verdictColours[verdict];
  const margins = { marginLeft: Math.min(140, Math.round(canvas.width * 0.3)), marginRight: 48 };
  const wanted = Math.max(2, Math.floor((canvas.width - margins.marginLeft - margins.marginRight) / labelPx));
  const ticks = isTime ? timeTicksAround(variants, wanted) : undefined;
  return draw(canvas, {
    height: intervalsHeight(variants.length),
    ...margins,
    x: ticks === undefined ? { label: null, nice: wanted, zero: true } : { label: null, domain: endsOf(ticks) },
    y: { label: null, domain: variants.map(({ variant }) => variant) },
    color: { type: 'identity' },
    marks: [
      axisY({ ...axisFormat }),
      axisX({ ...axisFormat, tickFormat: format, ticks: ticks ?? wanted }),
      ruleX([0], { strokeOpacity: 0.5 }),
      link([...variants], { x1: 'low', x2: 'high', y: 'variant', stroke, strokeWidth: 3 }),
      dot([...variants], { x: 'difference', y: 'variant', r: 5, fill: stroke }),
    ],
  });
}
