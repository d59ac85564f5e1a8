import type { DateRange, Granularity } from './contract.generated.js';
import { gatewayError } from './errors.js';

export type { DateRange, Granularity };

/** A period whose sums and rates are asked one by one: the loader asks once for all. */
export interface Period {
  readonly range: DateRange;
  /** null: over all videos. */
  readonly videoId: string | null;
}

export const stepCountMax = 1_000;

/** @throws BAD_USER_INPUT */
export function assertRange({ from, to }: DateRange): void {
  if (from > to) throw gatewayError('BAD_USER_INPUT', `the range ends (${to}) before it begins (${from})`);
}

const dayMs = 86_400_000;
const instantOf = (day: string): Date => new Date(`${day}T00:00:00Z`);

function firstStep(from: string, granularity: Granularity): Date {
  const start = instantOf(from);
  if (granularity === 'MONTH') start.setUTCDate(1);
  // Weeks begin on Monday, as ISO 8601 and Cube have it.
  if (granularity === 'WEEK') start.setUTCDate(start.getUTCDate() - ((start.getUTCDay() + 6) % 7));
  return start;
}

function nextStep(step: Date, granularity: Granularity): Date {
  const next = new Date(step);
  if (granularity === 'HOUR') next.setUTCHours(next.getUTCHours() + 1);
  if (granularity === 'DAY') next.setUTCDate(next.getUTCDate() + 1);
  if (granularity === 'WEEK') next.setUTCDate(next.getUTCDate() + 7);
  if (granularity === 'MONTH') next.setUTCMonth(next.getUTCMonth() + 1);
  return next;
}

/** True where a step of the period begins with its first day: what lies before it belongs to other steps. */
export const beginsAStep = ({ from }: DateRange, granularity: Granularity): boolean =>
  firstStep(from, granularity).getTime() === instantOf(from).getTime();

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const dayAfter = (day: string): string => dayOf(instantOf(day).getTime() + dayMs);

/** As many days right before. @throws BAD_USER_INPUT */
export function previousOf(range: DateRange): DateRange {
  assertRange(range);
  const from = instantOf(range.from).getTime();
  const length = instantOf(range.to).getTime() + dayMs - from;
  // Dates have four digits for the year: what lies before the year 0 has no name.
  if (from - length < instantOf('0001-01-01').getTime()) {
    throw gatewayError('BAD_USER_INPUT', 'there are not as many days before the period');
  }
  return { from: dayOf(from - length), to: dayOf(from - dayMs) };
}

/** The start of every step of the period, oldest first. @throws BAD_USER_INPUT, LIMIT_EXCEEDED */
export function stepsOf(range: DateRange, granularity: Granularity): string[] {
  assertRange(range);
  const end = instantOf(range.to).getTime() + dayMs;
  const steps: string[] = [];
  for (let step = firstStep(range.from, granularity); step.getTime() < end; step = nextStep(step, granularity)) {
    if (steps.length === stepCountMax) {
      throw gatewayError(
        'LIMIT_EXCEEDED',
        `the period has more than ${stepCountMax} steps of ${granularity}; take a longer step or a shorter period`,
      );
    }
    steps.push(step.toISOString());
  }
  return steps;
}
