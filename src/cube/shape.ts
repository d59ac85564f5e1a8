import { z } from 'zod';

const leaf = z.looseObject({ operator: z.string().nullish(), values: z.array(z.unknown()).nullish() });
type Filter = z.infer<typeof leaf> | { readonly or: readonly Filter[] } | { readonly and: readonly Filter[] };
const filter: z.ZodType<Filter> = z.lazy(() =>
  z.union([z.strictObject({ or: z.array(filter) }), z.strictObject({ and: z.array(filter) }), leaf]),
);
const order = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);

/** What a question is made of, as far as it is read here. Members that are expressions carry functions: no shape. */
const shaped = z.object({
  measures: z.array(z.string()).nullish(),
  dimensions: z.array(z.string()).nullish(),
  segments: z.array(z.string()).nullish(),
  timeDimensions: z
    .array(z.looseObject({ dimension: z.string(), granularity: z.string().nullish(), dateRange: z.unknown() }))
    .nullish(),
  filters: z.array(filter).nullish(),
  order: order.nullish(),
  timezone: z.string().nullish(),
  ungrouped: z.boolean().nullish(),
  joinHints: z.array(z.unknown()).nullish(),
  maskedMembers: z.array(z.unknown()).nullish(),
});

/** What makes a question one of a kind that is not told apart here. */
const special = [
  'subqueryJoins',
  'preAggregationQuery',
  'preAggregationId',
  'from',
  'multiStageQuery',
  'multiStageDimensions',
  'multiStageTimeDimensions',
  'memberToAlias',
  'expressionParams',
] as const;

/**
 * A question without the values that its members are compared with: what reads members only is the same for all
 * questions of one shape. None for questions that have more to them than members.
 */
export function shapeOf(question: object): string | undefined {
  const given: Readonly<Record<string, unknown>> = { ...question };
  if (special.some(name => hasContent(given[name]))) return undefined;
  const { success, data } = shaped.safeParse(given);
  if (!success) return undefined;
  return JSON.stringify({
    ...data,
    timeDimensions: data.timeDimensions?.map(({ dimension, granularity, dateRange }) => [
      dimension,
      granularity ?? null,
      dateRange !== undefined && dateRange !== null,
    ]),
    filters: data.filters?.map(filterShape),
  });
}

const hasContent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);

function filterShape(given: Filter): unknown {
  if ('or' in given && Array.isArray(given.or)) return { or: given.or.map(filterShape) };
  if ('and' in given && Array.isArray(given.and)) return { and: given.and.map(filterShape) };
  const { values, ...rest } = leaf.parse(given);
  return [rest, values?.length ?? null];
}
