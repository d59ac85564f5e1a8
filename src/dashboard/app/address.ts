/** What the page shows, kept in the URL: reload, back, bookmarks and links give the same page. Days are UTC, both included. */
export interface View {
  readonly from: string;
  readonly to: string;
  /** The video of the retention curve; the most watched one when absent. */
  readonly video?: string | undefined;
}

const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

export function shiftDay(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * 86_400_000));
}

/** Days from `from` to `to`, both included. */
export const dayCount = ({ from, to }: { from: string; to: string }): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;

/** The four weeks up to the newest data. */
export const defaultView = (newest: Date): View => ({ from: shiftDay(dayOf(newest), -27), to: dayOf(newest) });

/** Reads the URL; what is missing or nonsense is taken from `fallback`. */
export function readView(search: string, fallback: View): View {
  const query = new URLSearchParams(search);
  const from = query.get('from');
  const to = query.get('to');
  const range = isDay(from) && isDay(to) && from <= to ? { from, to } : { from: fallback.from, to: fallback.to };
  return { ...range, video: query.get('video') ?? fallback.video };
}

/** The URL of a view; parameters of others are kept. */
export function viewUrl(view: View, search: string): string {
  const query = new URLSearchParams(search);
  query.set('from', view.from);
  query.set('to', view.to);
  if (view.video === undefined) query.delete('video');
  else query.set('video', view.video);
  return `?${query}`;
}

/** The period of the same length just before. */
export function periodBefore({ from, to }: View): { from: string; to: string } {
  const days = dayCount({ from, to });
  return { from: shiftDay(from, -days), to: shiftDay(from, -1) };
}
