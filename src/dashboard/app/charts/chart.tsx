import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Canvas } from '#figures';
import { useSeen } from './in-view.js';
import { type Charts, chartsAtHand, loadCharts } from './loaded.js';
import { ScrollRegion } from './scroll-region.js';

export type { Charts } from './loaded.js';

/** Draws with what is loaded when a drawing comes into view. */
export type Draw = (charts: Charts, canvas: Canvas) => Element;

export interface ChartProps {
  readonly title: string;
  readonly unit: string;
  /** What the chart shows, in one sentence, for those who do not see it. */
  readonly summary: string;
  readonly draw: Draw;
  /** Of the drawing, in pixels: the room is kept until it is drawn. */
  readonly height: number;
  readonly table: ComponentChildren;
  /** What the colours and dashes mean. */
  readonly legend?: readonly LegendEntry[];
  /** Stands between title and drawing. */
  readonly controls?: ComponentChildren;
  /** Stands below the drawing. */
  readonly children?: ComponentChildren;
  readonly class?: string;
  /** Level of the heading; 2 unless told. */
  readonly level?: 2 | 3;
}

export interface LegendEntry {
  readonly says: string;
  readonly colour: string;
  readonly dash?: string | undefined;
  /** Drawn as a dot, not as a line. */
  readonly isDot?: boolean;
}

/** A drawing with its title, its unit, a text for screen readers, and the same numbers as a table. */
export function Chart({
  title,
  unit,
  summary,
  draw,
  height,
  table,
  legend,
  controls,
  children,
  level,
  ...rest
}: ChartProps) {
  const id = useId();
  const Heading = level === 3 ? 'h3' : 'h2';
  return (
    <section class={`panel ${rest.class ?? ''}`} aria-labelledby={id}>
      <Heading id={id}>
        {title} <span class="unit">{unit}</span>
      </Heading>
      {controls}
      <Picture summary={summary} draw={draw} height={height} />
      {legend === undefined ? null : <Legend entries={legend} />}
      {children}
      <LazyDetails summary="As a table">
        <ScrollRegion label={`${title}, ${unit}, as a table`}>{table}</ScrollRegion>
      </LazyDetails>
    </section>
  );
}

interface LazyDetailsProps {
  readonly summary: string;
  readonly children: ComponentChildren;
  readonly class?: string;
}

/** Its content is made when it is first opened: while closed nobody reaches it, with a screen reader neither. */
export function LazyDetails({ summary, children, ...rest }: LazyDetailsProps) {
  const [wasOpened, setOpened] = useState(false);
  return (
    <details class={rest.class} onToggle={() => setOpened(true)}>
      <summary>{summary}</summary>
      {wasOpened ? children : null}
    </details>
  );
}

interface PictureProps {
  readonly summary: string;
  /** Alone with a canvas where it needs nothing to be loaded. */
  readonly draw: Draw | ((canvas: Canvas) => Element);
  readonly height: number;
}

/** The drawing alone, as wide as there is room; drawn when it comes into view, and anew when the room or the numbers change. */
export function Picture({ summary, draw, height }: PictureProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const isSeen = useSeen(holder);
  useEffect(() => {
    if (width === 0) return;
    const put = (drawing: Element) => {
      drawing.setAttribute('aria-hidden', 'true');
      holder.current?.replaceChildren(drawing);
    };
    const canvas = { document, width, isLive: true };
    const isLight = (one: PictureProps['draw']): one is (canvas: Canvas) => Element => one.length === 1;
    const drawNow = () => {
      const charts = chartsAtHand();
      if (isLight(draw)) put(draw(canvas));
      else if (charts !== undefined) put(draw(charts, canvas));
    };
    // Printing does not wait for effects and tasks.
    addEventListener('beforeprint', drawNow);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    // Each in a task of its own: a page of charts must not hold up whoever types or scrolls.
    const later = (work: () => void) => {
      if (!isOver) timer = setTimeout(work);
    };
    if (isSeen && isLight(draw)) later(drawNow);
    else if (isSeen) {
      loadCharts().then(
        () => later(drawNow),
        () =>
          later(() => holder.current?.replaceChildren('The drawing could not be loaded; its table has the numbers.')),
      );
    }
    return () => {
      isOver = true;
      clearTimeout(timer);
      removeEventListener('beforeprint', drawNow);
    };
  }, [width, draw, isSeen]);
  return <div class="drawing" role="img" aria-label={summary} ref={holder} style={{ minHeight: `${height}px` }} />;
}

function useWidth(holder: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (holder.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(holder.current);
    return () => observer.disconnect();
  }, [holder]);
  return width;
}

function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <ul class="legend">
      {entries.map(({ says, colour, dash, isDot }) => (
        <li key={says}>
          <svg width="26" height="8" aria-hidden="true">
            {isDot === true ? (
              <circle cx="20" cy="4" r="4" style={{ fill: colour }} />
            ) : (
              <line x1="0" x2="26" y1="4" y2="4" style={{ stroke: colour }} stroke-width="3" stroke-dasharray={dash} />
            )}
          </svg>
          {says}
        </li>
      ))}
    </ul>
  );
}

/** The same numbers as text: for copying, for screen readers, for those who doubt the drawing. */
export function Table({ head, rows }: { head: readonly string[]; rows: readonly (readonly ComponentChildren[])[] }) {
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
        {rows.map((row, place) => (
          <tr key={place}>
            {row.map((cell, i) => (
              <td key={head[i]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
