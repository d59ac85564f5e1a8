import { z } from 'zod';
import { callerKey } from './caller-key.js';
import { shapeOf } from './shape.js';

/** A question as two things: what its plan is made from, and values that only pass through the plan. */
export interface TakenApart {
  /** Equal for two questions whose plans differ in the values alone. */
  readonly key: string;
  readonly values: readonly string[];
  /** What stands for each value in `marked`, and nowhere else. */
  readonly marks: readonly string[];
  /** The same question of the marks. */
  readonly marked: object;
}

type Filter = z.infer<typeof leaf> | { readonly or: readonly Filter[] } | { readonly and: readonly Filter[] };
const leaf = z.looseObject({ operator: z.string(), values: z.array(z.unknown()) });
const filter: z.ZodType<Filter> = z.lazy(() =>
  z.union([leaf, unvalued, z.strictObject({ or: z.array(filter) }), z.strictObject({ and: z.array(filter) })]),
);
/** `set` and `notSet`. */
const unvalued = z
  .looseObject({ operator: z.string(), values: z.null().optional() })
  .transform(given => ({ ...given, values: [] }));
const taken = z.looseObject({
  filters: z.array(filter).nullish(),
  timeDimensions: z
    .array(z.looseObject({ granularity: z.string().nullish(), dateRange: z.unknown().optional() }))
    .nullish(),
  timezone: z.literal('UTC'),
  contextSymbols: z.unknown().optional(),
  requestId: z.unknown().optional(),
});

/** Operators whose values are compared as they are; those of dates read them. */
const plainOperators = new Set(['equals', 'notEquals', 'gt', 'gte', 'lt', 'lte']);
/** Operators that write their values into a pattern: a value without a pattern's own characters stays as it is. */
const patternOperators = new Set(['contains', 'notContains', 'startsWith', 'notStartsWith', 'endsWith', 'notEndsWith']);
const patternCharacters = /[\\%_]/;
const passes = (operator: string, value: unknown): value is string =>
  typeof value === 'string' &&
  (plainOperators.has(operator) || (patternOperators.has(operator) && !patternCharacters.test(value)));

/** What Cube's own code knows; a model's granularities may start anywhere. */
const granularities = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);
/** As the gateway hands them over; four centuries later the year still has four digits. */
const instant = /^[0-8]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;
const range = z.tuple([z.string().regex(instant), z.string().regex(instant)]);

/**
 * Takes a question apart, as Cube's gateway hands it to the compiler. Values that may do more than pass through stay in
 * the key as they are; test/cube/compiler.test.ts asks that a plan put together again is the one that Cube makes.
 * None for questions that have more to them than members and values.
 */
export function takeApart(question: object): TakenApart | undefined {
  if (shapeOf(question) === undefined) return undefined;
  const { success, data } = taken.safeParse(question);
  if (!success) return undefined;
  const { filters, timeDimensions, contextSymbols, requestId, ...rest } = data;
  const slots = new Slots();
  const markedFilters = filters?.map(given => markFilter(given, slots));
  const times = timeDimensions?.map(given => {
    const { dateRange, granularity } = given;
    const { success: isRange, data: dates } = range.safeParse(dateRange);
    const isKnown = granularity === null || granularity === undefined || granularities.has(granularity);
    if (!isRange || !isKnown) return { marked: given, keyed: given };
    const { marked, keyed } = slots.dates(dates);
    return { marked: { ...given, dateRange: marked }, keyed: { ...given, dateRange: keyed } };
  });
  const keyed = [rest, callerKey(contextSymbols), markedFilters, times?.map(time => time.keyed)];
  const marked = { ...question, filters: markedFilters, timeDimensions: times?.map(time => time.marked) };
  return { key: JSON.stringify(keyed), values: slots.values, marks: slots.marks, marked };
}

function markFilter(given: Filter, slots: Slots): Filter {
  if ('or' in given && Array.isArray(given.or)) return { or: given.or.map(one => markFilter(one, slots)) };
  if ('and' in given && Array.isArray(given.and)) return { and: given.and.map(one => markFilter(one, slots)) };
  const { operator, values, ...rest } = leaf.parse(given);
  return { ...rest, operator, values: values.map(value => (passes(operator, value) ? slots.text(value) : value)) };
}

/** The values of a question in the order in which they stand there. Equal ones are one. */
class Slots {
  readonly values: string[] = [];
  readonly marks: string[] = [];

  /** What stands for a text: characters of private use, so that no constant of a model looks like it. */
  text(value: string): string {
    return this.marks[this.#slotOf(value, slot => `\uE000${slot}\uE001`)] ?? '';
  }

  /**
   * What stands for two dates, and what planning may look at in them beside their values: whether they are whole days and
   * such. Days, weekdays and leap years come again after 400 years, so these dates of then are as whole or cut as they
   * are now, and as far apart.
   */
  dates(range: readonly [string, string]) {
    const slots = range.map(date => this.#slotOf(date, () => later(date)));
    const [from, to] = range;
    const keyed = [...slots, wholeness(from, 0), wholeness(to, 1), from <= to];
    return { marked: slots.map(slot => this.marks[slot]), keyed };
  }

  #slotOf(value: string, mark: (slot: number) => string): number {
    const known = this.values.indexOf(value);
    if (known !== -1) return known;
    this.marks.push(mark(this.values.length));
    return this.values.push(value) - 1;
  }
}

const later = (date: string): string => `${Number(date.slice(0, 4)) + 400}`.padStart(4, '0') + date.slice(4);

/** Of which units an instant is the start. @param afterMs to be added: ranges end a millisecond before the next begins */
function wholeness(date: string, afterMs: number): string {
  const at = new Date(Date.parse(`${date}Z`) + afterMs);
  return [
    at.getUTCMilliseconds() === 0,
    at.getUTCSeconds() === 0,
    at.getUTCMinutes() === 0,
    at.getUTCHours() === 0,
    at.getUTCDay() === 1,
    at.getUTCDate() === 1,
    at.getUTCMonth() % 3 === 0,
    at.getUTCMonth() === 0,
  ]
    .map(Number)
    .join('');
}
