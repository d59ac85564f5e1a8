import { areaY, cell, dot, lineY } from '@observablehq/plot';
import { type Canvas, colours, type Drawing, heights, position } from '#figures';
import { draw, secondAxis, underPointer, valueAxis } from './drawing.js';

/** One stretch of a video's timeline, as the retention curve has it. */
export interface RetentionStep {
  /** Position at its start, in seconds. */
  readonly fromS: number;
  /** Different viewers who watched any of it. */
  readonly viewers: number;
  /** How often it was played, rewatching included. */
  readonly plays: number;
}

/** A loss of viewers, marked on the curve. */
export interface DropOffMark {
  readonly atS: number;
  readonly viewersLost: number;
}

const share = (value: number) => `${Math.round(value * 100)}%`;

/**
 * Who is still watching along the video's timeline, as a share of `starters`: unique viewers as a filled line, plays
 * (views) as a dashed one, and between both the rewatching. Dots mark the greatest losses.
 */
export function retentionCurve(
  steps: readonly RetentionStep[],
  starters: number,
  drops: readonly DropOffMark[],
  canvas: Canvas,
): Drawing {
  const whole = Math.max(1, starters);
  const rows = steps.map(({ fromS, viewers, plays }) => ({ fromS, kept: viewers / whole, played: plays / whole }));
  const marked = drops.flatMap(({ atS }) => rows.filter(row => row.fromS === atS));
  const curve = 'step-after';
  return draw(canvas, {
    height: heights.retention,
    marginLeft: 56,
    x: { label: null },
    y: { label: null, domain: [0, Math.max(1, ...rows.map(row => row.played))], nice: true },
    marks: [
      ...valueAxis(share),
      secondAxis(canvas.width, rows.at(-1)?.fromS ?? 0, position),
      areaY(rows, { x: 'fromS', y: 'kept', fill: colours.first, fillOpacity: 0.15, curve }),
      areaY(rows, { x: 'fromS', y1: 'kept', y2: 'played', fill: colours.second, fillOpacity: 0.2, curve }),
      lineY(rows, { x: 'fromS', y: 'played', stroke: colours.second, strokeWidth: 1.5, strokeDasharray: '5 3', curve }),
      lineY(rows, { x: 'fromS', y: 'kept', stroke: colours.first, strokeWidth: 2, curve }),
      dot(marked, { x: 'fromS', y: 'kept', r: 4, fill: colours.bad, stroke: colours.panel }),
      ...underPointer(canvas, rows, {
        x: row => row.fromS,
        y: row => row.kept,
        title: ({ fromS, kept, played }) => `${position(fromS)}\nviewers ${share(kept)}\nplays ${share(played)}`,
      }),
    ],
  });
}

/** One cell of a heat map. */
export interface HeatCell {
  readonly fromS: number;
  /** Plays, as a share of those of the cell that was played most. */
  readonly heat: number;
}

/** Where most of a video was watched: one row of cells along its timeline, the hotter the stronger. */
export function heatMap(cells: readonly HeatCell[], canvas: Canvas): Drawing {
  const every = Math.max(1, Math.ceil(cells.length / Math.max(2, Math.floor(canvas.width / 90))));
  // Cells of a short video share a second: each is written once.
  const labelled = cells
    .filter((_, index) => index % every === 0)
    .filter(({ fromS }, place, all) => position(fromS) !== position(all[place - 1]?.fromS ?? -1));
  return draw(canvas, {
    height: heights.heatMap,
    marginLeft: 56,
    x: {
      label: null,
      padding: 0,
      ticks: labelled.map(({ fromS }) => fromS),
      tickFormat: position,
      tickSize: 0,
    },
    marks: [
      cell([...cells], {
        x: 'fromS',
        fill: colours.first,
        fillOpacity: ({ heat }: HeatCell) => 0.06 + heat * 0.94,
        inset: 0,
      }),
    ],
  });
}
