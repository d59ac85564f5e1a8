import { createRequire } from 'node:module';
import type {
  BaseQuery,
  PreAggregationForQuery,
  PreAggregations,
  TransformedQuery,
} from '@cubejs-backend/schema-compiler';
import { LRUCache } from 'lru-cache';
import { shapeOf } from './shape.js';

// CommonJS, whose exports Node cannot name; the version is pinned exactly, and test/served would see it move.
const { PreAggregations: Matching }: typeof import('@cubejs-backend/schema-compiler') = createRequire(import.meta.url)(
  '@cubejs-backend/schema-compiler',
);

interface Matched {
  form?: TransformedQuery;
  /** The rollup that answers; none where rows do. Absent until somebody has looked. */
  found?: { readonly match: PreAggregationForQuery | undefined };
}

/** What was matched, by the shape of the question, for as long as the models stay as they were compiled. */
const matchedOf = new WeakMap<object, LRUCache<string, Matched>>();
const shapesMax = 2000;

/**
 * Cube looks for a question's rollup three times, and describes the question to that end five times, which is most of
 * planning it. Both depend on its members, on how many values filters have and on whether its dates are whole days,
 * hours or weeks: a question of a shape that was seen before is looked up.
 */
export function rememberMatches(found: PreAggregations, query: BaseQuery): void {
  let own: Matched | undefined;
  const matched = () => {
    own ??= remembered(query) ?? {};
    return own;
  };
  const find = found.findPreAggregationForQuery.bind(found);
  found.findPreAggregationForQuery = () => {
    if (found.preAggregationForQuery === undefined) {
      const seen = matched();
      seen.found ??= { match: find() };
      found.preAggregationForQuery = seen.found.match;
    }
    return found.preAggregationForQuery;
  };
  // A copy: Cube's gateway takes out of it what it does not show.
  found.canUseTransformedQuery = () => {
    const seen = matched();
    seen.form ??= Matching.transformQueryToCanUseForm(query);
    return { ...seen.form };
  };
}

function remembered(query: BaseQuery): Matched | undefined {
  const shape = shapeOf(query.options);
  if (shape === undefined) return undefined;
  const known = matchedOf.get(query.cubeEvaluator) ?? new LRUCache({ max: shapesMax });
  matchedOf.set(query.cubeEvaluator, known);
  const grains = query.timeDimensions.map(dimension => dimension.rollupGranularity());
  const key = JSON.stringify([shape, grains]);
  const matched = known.get(key) ?? {};
  known.set(key, matched);
  return matched;
}
