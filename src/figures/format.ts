import { catalogueUnit } from './units.js';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

export const nothing = '–';

/** Seconds for people: `42 s`, `12 min`, `3.4 h`. */
export function seconds(value: number): string {
  if (value < 90) return `${whole.format(value)} s`;
  if (value < 5400) return `${whole.format(value / 60)} min`;
  // Ten thousand hours are read as such, not as "10K h".
  return `${value < 360_000 ? compact.format(value / 3600) : whole.format(value / 3600)} h`;
}

/** A position on a timeline: `1:02:03`, `4:05`. */
export function position(value: number): string {
  const total = Math.floor(value);
  const parts = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** A metric in its own unit. */
export function metric(name: string, value: number | null): string {
  if (value === null) return nothing;
  switch (catalogueUnit(name)) {
    case 's':
      return seconds(value);
    case 'ratio':
      return percent.format(value);
    case 'count':
      return value < 100_000 ? whole.format(value) : compact.format(value);
  }
}

export const ratio = (value: number | null): string => (value === null ? nothing : percent.format(value));
export const count = (value: number): string => whole.format(value);

/** A number of things: `1 session`, `2 sessions`. */
export const counted = (value: number, thing: string): string => `${count(value)} ${thing}${value === 1 ? '' : 's'}`;

/** `+12%` against an earlier value; nothing to compare with gives undefined. */
export function change(now: number | null, before: number | null): string | undefined {
  if (now === null || before === null || before === 0) return undefined;
  const share = now / before - 1;
  const size = Math.abs(share);
  return `${share >= 0 ? '+' : '−'}${size < 1 ? percent.format(size) : `${whole.format(size * 100)}%`}`;
}

/** `3 min ago`, for a reader who asks how new this is. */
export function ago(instant: string, now: number): string {
  const age = Math.max(0, (now - Date.parse(instant)) / 1000);
  return age < 172_800 ? `${seconds(age)} ago` : `${whole.format(age / 86_400)} days ago`;
}
