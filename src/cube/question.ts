import { createRequire } from 'node:module';
import { z } from 'zod';

// CommonJS and not exported by name; the version is pinned exactly, and test/cube/question.test.ts would see it move.
const { normalizeDateFilterValues, resolveDateRange }: typeof import('@cubejs-backend/api-gateway/dist/src/query.js') =
  createRequire(import.meta.url)('@cubejs-backend/api-gateway/dist/src/query.js');

type Filter = z.infer<typeof leaf> | { readonly or: readonly Filter[] } | { readonly and: readonly Filter[] };

const leaf = z.looseObject({ operator: z.string(), values: z.array(z.unknown()).optional() });
const filter: z.ZodType<Filter> = z.lazy(() =>
  z.union([z.looseObject({ or: z.array(filter) }), z.looseObject({ and: z.array(filter) }), leaf]),
);
const range = z.union([z.string(), z.array(z.string())]);
const timeDimension = z.looseObject({ dateRange: range.optional(), compareDateRange: z.array(range).optional() });
const query = z.looseObject({
  timezone: z.string().optional(),
  timeDimensions: z.array(timeDimension).optional(),
  filters: z.array(filter).optional(),
});
const queries = z.union([query, z.array(query)]);

/** A query of which nothing depends on the clock, and which Cube takes as it takes the one that was sent. */
export type Question = z.infer<typeof queries>;

/**
 * Puts dates where a query says "last 7 days" or "today", by Cube's own rules, so that two askings of the same text
 * on two days are two questions. None for what Cube will refuse: Cube says so best itself.
 * @param given the `query` of a request: an object, a list of them, or either as JSON
 */
export function readQuestion(given: unknown): Question | undefined {
  try {
    const { success, data } = queries.safeParse(typeof given === 'string' ? JSON.parse(given) : given);
    if (!success) return undefined;
    return Array.isArray(data) ? data.map(withDates) : withDates(data);
  } catch {
    return undefined;
  }
}

function withDates(asked: z.infer<typeof query>): z.infer<typeof query> {
  const timezone = asked.timezone ?? 'UTC';
  const dated = (given: z.infer<typeof range>) =>
    typeof given === 'string' ? z.array(z.string()).parse(resolveDateRange(given, timezone)) : given;
  const { timeDimensions, filters } = asked;
  return {
    ...asked,
    ...(timeDimensions && {
      timeDimensions: timeDimensions.map(({ dateRange, compareDateRange, ...rest }) => ({
        ...rest,
        ...(dateRange !== undefined && { dateRange: dated(dateRange) }),
        ...(compareDateRange && { compareDateRange: compareDateRange.map(dated) }),
      })),
    }),
    ...(filters && { filters: filters.map(given => datedFilter(given, timezone)) }),
  };
}

function datedFilter(given: Filter, timezone: string): Filter {
  if ('or' in given && Array.isArray(given.or))
    return { ...given, or: given.or.map(one => datedFilter(one, timezone)) };
  if ('and' in given && Array.isArray(given.and))
    return { ...given, and: given.and.map(one => datedFilter(one, timezone)) };
  return filter.parse(normalizeDateFilterValues(given, timezone));
}
