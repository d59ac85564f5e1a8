import { type Canvas, colours, type Drawing } from './canvas.js';
import { heights } from './heights.js';

const namespace = 'http://www.w3.org/2000/svg';
const margin = 4;

/**
 * The course of a figure without axes, from zero; a dot stands at the newest value. Nulls are left out. Drawn without
 * Plot: it stands on first screens, which then need not wait for that.
 */
export function sparkline(values: readonly (number | null)[], { document, width }: Canvas): Drawing {
  const height = heights.sparkline;
  const rows = values.flatMap((value, step) => (value === null ? [] : [{ step, value }]));
  const most = Math.max(1e-9, ...rows.map(({ value }) => value));
  const lastStep = Math.max(1, values.length - 1);
  const round = (pixels: number) => Math.round(pixels * 100) / 100;
  const points = rows.map(({ step, value }) => ({
    x: round(margin + (step / lastStep) * (width - 2 * margin)),
    y: round(height - margin - (value / most) * (height - 2 * margin)),
  }));
  const element = (name: string, attributes: Readonly<Record<string, string | number>>) => {
    const made = document.createElementNS(namespace, name);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
    return made;
  };
  const svg = element('svg', { width, height, viewBox: `0 0 ${width} ${height}`, fill: 'none' });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return svg;
  const line = `M${points.map(({ x, y }) => `${x},${y}`).join('L')}`;
  const ground = height - margin;
  svg.append(
    element('path', {
      d: `${line}L${last.x},${ground}L${first.x},${ground}Z`,
      fill: colours.first,
      'fill-opacity': 0.12,
    }),
    element('path', { d: line, stroke: colours.first, 'stroke-width': 1.5 }),
    element('circle', { cx: last.x, cy: last.y, r: 2.5, fill: colours.first }),
  );
  return svg;
}
