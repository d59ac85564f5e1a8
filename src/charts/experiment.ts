import { axisX, axisY, dot, link, ruleX } from '@observablehq/plot';
import { type Canvas, colours, type Drawing, intervalsHeight } from '#figures';
import { axisFormat, draw } from './drawing.js';

/** How far a variant differs from the control, with its confidence interval, in the metric's own unit. */
export interface VariantDifference {
  readonly variant: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: 'BETTER' | 'WORSE' | 'UNDECIDED';
}

const verdictColours = { BETTER: colours.good, WORSE: colours.bad, UNDECIDED: colours.quiet } as const;

/** Variants against the control (the line at zero): a dot for the difference, a bar for its confidence interval. */
export function experimentDifferences(
  variants: readonly VariantDifference[],
  format: (value: number) => string,
  canvas: Canvas,
): Drawing {
  const stroke = ({ verdict }: VariantDifference) => verdictColours[verdict];
  return draw(canvas, {
    height: intervalsHeight(variants.length),
    marginLeft: Math.min(140, Math.round(canvas.width * 0.3)),
    marginRight: 48,
    x: { label: null, nice: true, zero: true },
    y: { label: null, domain: variants.map(({ variant }) => variant) },
    color: { type: 'identity' },
    marks: [
      axisY({ ...axisFormat }),
      axisX({ ...axisFormat, tickFormat: format, ticks: 5 }),
      ruleX([0], { strokeOpacity: 0.5 }),
      link([...variants], { x1: 'low', x2: 'high', y: 'variant', stroke, strokeWidth: 3 }),
      dot([...variants], { x: 'difference', y: 'variant', r: 5, fill: stroke }),
    ],
  });
}
