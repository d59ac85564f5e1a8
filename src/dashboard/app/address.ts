/** Days in UTC, both included. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** By what the leading videos of the first screen are ranked. */
export const rankings = ['WATCH_TIME_S', 'UNIQUE_VIEWERS', 'SESSION_COUNT', 'COMPLETION_RATE'] as const;
export type Ranking = (typeof rankings)[number];

/** What the page shows, kept in the URL: reload, back, bookmarks and links give the same page. */
export type View = { readonly range?: Range | undefined } & (
  | { readonly page: 'overview'; readonly rankBy: Ranking }
  | { readonly page: 'videos'; readonly search: string; readonly after?: string | undefined }
  /** `after`: the cursor from which on sessions are listed. */
  | { readonly page: 'video'; readonly video: string; readonly after?: string | undefined }
  | { readonly page: 'session'; readonly session: string }
  | { readonly page: 'quality' }
);

export type PageName = View['page'];

const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

export function shiftDay(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * 86_400_000));
}

/** Days from `from` to `to`, both included. */
export const dayCount = ({ from, to }: Range): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;

/** The four weeks up to the newest data. */
export const defaultRange = (newest: Date): Range => ({ from: shiftDay(dayOf(newest), -27), to: dayOf(newest) });

/** Steps of charts: days as long as they can be told apart. */
export const granularityOf = (range: Range): 'DAY' | 'WEEK' => (dayCount(range) > 400 ? 'WEEK' : 'DAY');

/** The same page for another period; lists begin anew. */
export const withRange = (view: View, range: Range): View =>
  view.page === 'video' || view.page === 'videos' ? { ...view, range, after: undefined } : { ...view, range };

/** Reads the URL; what is missing or nonsense is as if it were not there. */
export function readView(search: string): View {
  const query = new URLSearchParams(search);
  const from = query.get('from');
  const to = query.get('to');
  const range = isDay(from) && isDay(to) && from <= to ? { from, to } : undefined;
  const after = query.get('after') ?? undefined;
  const video = query.get('video');
  const session = query.get('session');
  switch (query.get('page')) {
    case 'videos':
      return { page: 'videos', range, search: query.get('search') ?? '', after };
    case 'quality':
      return { page: 'quality', range };
    case 'video':
      if (video !== null) return { page: 'video', range, video, after };
      break;
    case 'session':
      if (session !== null) return { page: 'session', range, session };
      break;
  }
  const rankBy = rankings.find(name => name === query.get('sort')) ?? 'WATCH_TIME_S';
  return { page: 'overview', range, rankBy };
}

const own = ['page', 'from', 'to', 'sort', 'search', 'after', 'video', 'session'];

/** The URL of a view; parameters of others are kept, those of other views are not. */
export function viewUrl(view: View, search: string): string {
  const query = new URLSearchParams(search);
  for (const name of own) query.delete(name);
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== '') query.set(name, value);
  };
  if (view.page !== 'overview') query.set('page', view.page);
  set('from', view.range?.from);
  set('to', view.range?.to);
  switch (view.page) {
    case 'overview':
      if (view.rankBy !== 'WATCH_TIME_S') query.set('sort', view.rankBy);
      break;
    case 'videos':
      set('search', view.search);
      set('after', view.after);
      break;
    case 'video':
      set('video', view.video);
      set('after', view.after);
      break;
    case 'session':
      set('session', view.session);
      break;
    case 'quality':
      break;
  }
  return `?${query}`;
}
