import { change, count, metric, nothing, position, ratio, seconds } from '#figures';
import { lengthOf, type Period } from './period.js';
import type { Part } from './read.js';
import type { Cell, CellKind } from './section.js';

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** A value for people. The exact one stands beside it on the page and alone in CSV. */
export function shown(value: Cell, kind: CellKind, unit: Cell = null): string {
  if (value === null) return nothing;
  if (typeof value === 'string') return shownText(value, kind);
  switch (kind) {
    case 'seconds':
      return seconds(value);
    case 'position':
      return position(value);
    case 'count':
      return count(value);
    case 'ratio':
      return ratio(value);
    case 'change':
      return `${value >= 0 ? '+' : '−'}${ratio(Math.abs(value))}`;
    case 'measured':
      return unit === 's' ? seconds(value) : unit === 'ratio' ? ratio(value) : count(value);
    default:
      return number.format(value);
  }
}

function shownText(text: string, kind: CellKind): string {
  if (kind === 'day') return text.slice(0, 10);
  if (kind === 'instant') return instant(text);
  return text;
}

/** `2026-10-25 14:05 UTC`. */
export const instant = (at: string | Date): string =>
  `${(typeof at === 'string' ? at : at.toISOString()).slice(0, 16).replace('T', ' ')} UTC`;

/** What the kind of period is called: `week`. */
export const nounOf = ({ kind }: Period): string => ({ daily: 'day', weekly: 'week', monthly: 'month' })[kind];

/** `2026-W43 (2026-10-19 to 2026-10-25)`. */
export function periodWords({ name, from, to }: Period): string {
  if (name === from) return name;
  return name.includes('..') ? `${from} to ${to}` : `${name} (${from} to ${to})`;
}

/** `the week before (2026-10-12 to 2026-10-18)`. */
export function beforeWords(period: Period): string {
  const { before } = period;
  const days = lengthOf(before);
  const isOther = days !== lengthOf(period);
  const which = before.from === before.to ? before.from : `${before.from} to ${before.to}`;
  return `the ${nounOf(period)} before (${which}${isOther ? `, ${days} days against ${lengthOf(period)}` : ''})`;
}

/** `12 % more than before`, as a clause; empty where there is nothing to compare with. */
export function compared(now: number | null, before: number | null | undefined): string {
  const told = change(now, before ?? null);
  return told === undefined ? '' : ` (${told})`;
}

/** The sentence for a part that the gateway did not answer. */
export const missingWords = ({ code, message }: Extract<Part<unknown>, { kind: 'missing' }>): string =>
  `This part could not be answered: ${code}, ${message}.`;

/** A title, or the id where the catalogue has none. */
export const titled = (videoId: string, video: { readonly title: string | null } | null): string =>
  video?.title ?? videoId;

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export { count, metric, position, ratio, seconds };
