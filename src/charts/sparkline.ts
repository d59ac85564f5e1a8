import { areaY, dot, lineY } from '@observablehq/plot';
import { type Canvas, colours, type Drawing, draw } from './drawing.js';
import { heights } from './heights.js';

/** The course of a figure without axes, from zero; a dot stands at the newest value. Nulls are left out. */
export function sparkline(values: readonly (number | null)[], canvas: Canvas): Drawing {
  const rows = values.flatMap((value, step) => (value === null ? [] : [{ step, value }]));
  const at = { x: 'step', y: 'value' } as const;
  return draw(canvas, {
    height: heights.sparkline,
    margin: 4,
    x: { axis: null, domain: [0, Math.max(1, values.length - 1)] },
    y: { axis: null, domain: [0, Math.max(1e-9, ...rows.map(row => row.value))] },
    marks: [
      areaY(rows, { ...at, fill: colours.first, fillOpacity: 0.12 }),
      lineY(rows, { ...at, stroke: colours.first, strokeWidth: 1.5 }),
      dot(rows.slice(-1), { ...at, r: 2.5, fill: colours.first }),
    ],
  });
}
