import type { MemberReference, NormalizedQuery, QueryType } from './types.js';

/** The query by which a client may pivot several results as if they were one. */
export function buildPivotQuery(queryType: QueryType, queries: readonly NormalizedQuery[]): NormalizedQuery {
  const [first] = queries;
  if (first === undefined) throw new Error('A multi-query answer needs at least one query.');
  switch (queryType) {
    case 'regularQuery':
      return { ...first, queryType };
    case 'compareDateRangeQuery':
      return { ...first, dimensions: ['compareDateRange', ...(first.dimensions ?? [])], queryType };
    case 'blendingQuery':
      return {
        ...first,
        measures: distinct(queries.flatMap(query => query.measures ?? [])),
        dimensions: distinct(queries.flatMap(query => query.dimensions ?? [])),
        timeDimensions: sharedTimeAxis(queries),
        queryType,
      };
  }
}

const distinct = (members: readonly MemberReference[]): MemberReference[] => [
  ...new Map(members.map(member => [JSON.stringify(member), member])).values(),
];

function sharedTimeAxis(queries: readonly NormalizedQuery[]): NormalizedQuery['timeDimensions'] {
  const granularity = queries.map(query => query.timeDimensions?.[0]?.granularity).find(Boolean);
  return granularity ? [{ dimension: 'time', granularity }] : [];
}
