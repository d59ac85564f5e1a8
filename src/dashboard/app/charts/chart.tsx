import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ScrollRegion } from './scroll-region.js';

export interface ChartProps {
  readonly title: string;
  readonly unit: string;
  /** What the chart shows, in one sentence, for those who do not see it. */
  readonly summary: string;
  /** Draws for a width in pixels. */
  readonly draw: (width: number) => Element;
  readonly table: ComponentChildren;
  /** What stands below the drawing. */
  readonly children?: ComponentChildren;
}

/** A drawing with its title, its unit, a text for screen readers, and the same numbers as a table. */
export function Chart({ title, unit, summary, draw, table, children }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const id = useId();

  useEffect(() => {
    if (holder.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(holder.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (holder.current === null || width === 0) return;
    const drawing = draw(width);
    drawing.setAttribute('aria-hidden', 'true');
    holder.current.replaceChildren(drawing);
  }, [width, draw]);

  return (
    <section class="panel" aria-labelledby={id}>
      <h2 id={id}>
        {title} <span class="unit">{unit}</span>
      </h2>
      <div class="drawing" role="img" aria-label={summary} ref={holder} />
      {children}
      <details>
        <summary>As a table</summary>
        <ScrollRegion label={`${title}, as a table`}>{table}</ScrollRegion>
      </details>
    </section>
  );
}

/** The same numbers as text: for copying, for screen readers, for those who doubt the drawing. */
export function Table({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map(title => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.join('|')}>
            {row.map((cell, i) => (
              <td key={head[i]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
