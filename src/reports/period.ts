import { PlayheadError } from '#errors';

export const reportKinds = ['daily', 'weekly', 'monthly'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** Whole UTC days, both ends included, `YYYY-MM-DD`. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** What a report is about, and what it is compared with. */
export interface Period extends Days {
  readonly kind: ReportKind;
  /** `2026-10-25`, `2026-W43`, `2026-10`; `2026-10-19..2026-10-25` where it is none of the calendar's. Fit for a file name. */
  readonly name: string;
  /** The period of the same kind right before: for a month of the calendar the month before, else as many days. */
  readonly before: Days;
}

const dayMs = 86_400_000;
const msOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A day so many days away. */
export const addDays = (day: string, days: number): string => dayOf(msOf(day) + days * dayMs);

/** How many days there are, both ends included. */
export const lengthOf = ({ from, to }: Days): number => Math.round((msOf(to) - msOf(from)) / dayMs) + 1;

/** The instant at which the period is over. */
export const endOf = ({ to }: Days): Date => new Date(msOf(to) + dayMs);

/** The newest period of its kind that is over: yesterday, the last whole week (Monday to Sunday, ISO 8601), the last month. */
export function lastPeriod(kind: ReportKind, now: Date): Period {
  const yesterday = addDays(dayOf(now.getTime()), -1);
  switch (kind) {
    case 'daily':
      return dayPeriod(yesterday);
    case 'weekly':
      // The newest Sunday that is over.
      return weekPeriod(addDays(yesterday, -(new Date(msOf(yesterday)).getUTCDay() % 7)));
    case 'monthly': {
      const first = `${dayOf(now.getTime()).slice(0, 7)}-01`;
      return monthPeriod(addDays(first, -1).slice(0, 7));
    }
  }
}

/** A period of the calendar by its name: `2026-10-25`, `2026-W43`, `2026-10`. @throws USAGE */
export function namedPeriod(kind: ReportKind, name: string): Period {
  switch (kind) {
    case 'daily':
      if (isDay(name)) return dayPeriod(name);
      throw misnamed(kind, name, '2026-10-25');
    case 'weekly': {
      const [, year, week] = /^(\d{4})-W(\d\d)$/.exec(name) ?? [];
      const sunday = year === undefined || week === undefined ? undefined : sundayOf(year, Number(week));
      const period = sunday === undefined ? undefined : weekPeriod(sunday);
      // A week 53 that the year does not have is one of the next year.
      if (period?.name !== name) throw misnamed(kind, name, '2026-W43');
      return period;
    }
    case 'monthly':
      if (isDay(`${name}-01`)) return monthPeriod(name);
      throw misnamed(kind, name, '2026-10');
  }
}

/** The days of its kind that end with a day: that day, seven days, or a month back to the day after the same day. */
export function periodEnding(kind: ReportKind, day: string): Period {
  if (!isDay(day)) throw misnamed(kind, day, '2026-10-25', '--end');
  if (kind === 'daily') return dayPeriod(day);
  const from = kind === 'weekly' ? addDays(day, -6) : addDays(monthBefore(day), 1);
  const days = { from, to: day };
  if (kind === 'weekly' && new Date(msOf(day)).getUTCDay() === 0) return weekPeriod(day);
  if (kind === 'monthly' && from.endsWith('-01') && addDays(day, 1).endsWith('-01'))
    return monthPeriod(day.slice(0, 7));
  return { kind, name: `${from}..${day}`, ...days, before: daysBefore(days) };
}

const dayPeriod = (day: string): Period => period('daily', day, { from: day, to: day });

function weekPeriod(sunday: string): Period {
  // The week's year is that of its Thursday.
  const thursday = addDays(sunday, -3);
  const year = thursday.slice(0, 4);
  const week = Math.floor((msOf(thursday) - msOf(`${year}-01-01`)) / dayMs / 7) + 1;
  return period('weekly', `${year}-W${String(week).padStart(2, '0')}`, { from: addDays(sunday, -6), to: sunday });
}

function monthPeriod(month: string): Period {
  const days = monthDays(month);
  return { kind: 'monthly', name: month, ...days, before: monthDays(addDays(days.from, -1).slice(0, 7)) };
}

function monthDays(month: string): Days {
  const from = `${month}-01`;
  const next = addDays(from, 31).slice(0, 7);
  return { from, to: addDays(`${next}-01`, -1) };
}

const period = (kind: ReportKind, name: string, days: Days): Period => ({
  kind,
  name,
  ...days,
  before: daysBefore(days),
});

const daysBefore = (days: Days): Days => ({ from: addDays(days.from, -lengthOf(days)), to: addDays(days.from, -1) });

/** The same day of the month before, or that month's last day where it has no such day. */
function monthBefore(day: string): string {
  const last = addDays(`${day.slice(0, 7)}-01`, -1);
  const same = `${last.slice(0, 7)}-${day.slice(8)}`;
  return addDays(day, 1).endsWith('-01') || same > last ? last : same;
}

/** January 4 always lies in week 1. */
function sundayOf(year: string, week: number): string {
  const fourth = `${year}-01-04`;
  const weekday = (new Date(msOf(fourth)).getUTCDay() + 6) % 7;
  return addDays(fourth, 6 - weekday + (week - 1) * 7);
}

/** Years 1 to 9999: what the gateway's dates can say, with a period before. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && text >= '0002' && !Number.isNaN(msOf(text)) && dayOf(msOf(text)) === text;

const misnamed = (kind: ReportKind, given: string, example: string, at = '--period'): PlayheadError =>
  new PlayheadError({
    code: 'USAGE',
    at,
    message: `"${given}" is no ${at === '--end' ? 'day' : { daily: 'day', weekly: 'week', monthly: 'month' }[kind]}`,
    hint: `write it as ${example}`,
  });
