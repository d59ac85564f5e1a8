import { axisY, barX, rectY, ruleX, ruleY, text } from '@observablehq/plot';
import { barsHeight, type Canvas, colours, count, type Drawing, heights } from '#figures';
import { axisFormat, draw, instantAxis, underPointer } from './drawing.js';

/** A bar with its name. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

/**
 * Videos with their value, one bar a row in the order given, long titles cut to the room there is. `max` is the right
 * end of the axis, the largest value when absent. Equal titles keep bars of their own.
 */
export function topVideos(
  videos: readonly Bar[],
  format: (value: number) => string,
  canvas: Canvas,
  max?: number,
): Drawing {
  return bars(videos, format, canvas, max);
}

/** One tier of engagement and how many are in it. */
export interface TierCount {
  readonly tier: 'HIGH' | 'MEDIUM' | 'LOW' | 'MINIMAL';
  readonly count: number;
}

const tierWords = { HIGH: 'High', MEDIUM: 'Medium', LOW: 'Low', MINIMAL: 'Minimal' } as const;

/** How many (users, videos or sessions) are in each engagement tier; count and share stand at the bars. */
export function engagementTiers(tiers: readonly TierCount[], canvas: Canvas): Drawing {
  const whole = tiers.reduce((sum, tier) => sum + tier.count, 0);
  const rows = tiers.map(tier => ({ label: tierWords[tier.tier], value: tier.count }));
  const withShare = (value: number) =>
    whole === 0 ? count(value) : `${count(value)} (${Math.round((value / whole) * 100)}%)`;
  return bars(rows, withShare, canvas, undefined, 96);
}

const fontPx = 12;
const besideLabelPx = 12;
/** Plot measures words by Helvetica; fonts that stand in for system-ui are wider. */
const narrower = 0.95;

/** How long a label may be in a margin, in ems of Plot's measure. */
const emsIn = (marginPx: number) => ((marginPx - besideLabelPx) / fontPx) * narrower;

function bars(
  rows: readonly Bar[],
  format: (value: number) => string,
  canvas: Canvas,
  max?: number,
  marginRight = 64,
): Drawing {
  const marginLeft = Math.min(200, Math.round(canvas.width * 0.38));
  // Rows are told apart by their place: two videos may have one title.
  const placed = rows.map((row, place) => ({ ...row, place }));
  const labelOf = (place: number) => rows[place]?.label ?? '';
  return draw(canvas, {
    height: barsHeight(rows.length),
    marginLeft,
    marginRight,
    x: { label: null, axis: null, domain: [0, max ?? Math.max(...rows.map(row => row.value), 1e-9)] },
    y: { label: null, domain: placed.map(row => row.place) },
    marks: [
      axisY({ ...axisFormat, tickFormat: labelOf, textOverflow: 'ellipsis', lineWidth: emsIn(marginLeft) }),
      barX(placed, { x: 'value', y: 'place', fill: colours.first, insetTop: 3, insetBottom: 3, rx: 2 }),
      text(placed, {
        x: 'value',
        y: 'place',
        text: (row: Bar) => format(row.value),
        textAnchor: 'start',
        dx: 5,
        fill: 'currentColor',
      }),
      ruleX([0], { strokeOpacity: 0.3 }),
    ],
  });
}

/** One minute of the last hour. */
export interface Minute {
  readonly at: Date;
  readonly value: number;
}

const minuteMs = 60_000;

/** The last hour as a bar a minute. */
export function lastHour(minutes: readonly Minute[], format: (value: number) => string, canvas: Canvas): Drawing {
  const rows = minutes.map(({ at, value }) => ({ at, end: new Date(at.getTime() + minuteMs), value }));
  return draw(canvas, {
    height: heights.lastHour,
    // Half a label (`08:45`) has room at either end.
    marginLeft: 20,
    marginRight: 20,
    x: { type: 'utc', label: null },
    y: { axis: null, domain: [0, Math.max(1, ...rows.map(row => row.value))] },
    marks: [
      instantAxis(canvas.width, 80, at => at.toISOString().slice(11, 16)),
      rectY(rows, { x1: 'at', x2: 'end', y: 'value', fill: colours.first, insetLeft: 1 }),
      ruleY([0], { strokeOpacity: 0.3 }),
      ...underPointer(canvas, rows, {
        x: row => row.at,
        y: row => row.value,
        title: ({ at, value }) => `${at.toISOString().slice(11, 16)} UTC\n${format(value)}`,
      }),
    ],
  });
}
