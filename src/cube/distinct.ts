import { createRequire } from 'node:module';
import type {
  PreAggregationForQuery,
  PreAggregationReferences,
  PreAggregations,
} from '@cubejs-backend/schema-compiler';
import { z } from 'zod';

// CommonJS, whose exports Node cannot name; the version is pinned exactly, and test/cube/rollups.test.ts would see it move.
const { PreAggregations: Matching }: typeof import('@cubejs-backend/schema-compiler') = createRequire(import.meta.url)(
  '@cubejs-backend/schema-compiler',
);

/** What Cube knows of a question when it looks for a rollup, as far as it is read here. */
const formSchema = z.looseObject({
  leafMeasures: z.array(z.string()),
  leafMeasuresFullPaths: z.array(z.string()),
  leafMeasureAdditive: z.boolean(),
  ungrouped: z.boolean().nullish(),
});

/** A measure or dimension as Cube has compiled it: `sql` is the function that its text became. */
interface Definition {
  readonly type: string;
  readonly sql?: unknown;
  readonly filters?: readonly unknown[] | undefined;
}

/** What is asked of the question's dialect. */
export interface DistinctDialect {
  measureDefinition(path: string): Definition;
  /** The dimensions of a cube, by name. */
  dimensionDefinitions(cube: string): Readonly<Record<string, Definition>>;
  /** The column of a dimension in a rollup. */
  columnOf(dimension: string): string;
  isAdditive(measure: string): boolean;
  /** SQL that estimates how many different values a column has. */
  estimateOf(column: string): string;
  /** Whether the statement that is being written has no GROUP BY: the rows are counted further out. */
  isUngrouped(): boolean;
}

/**
 * Lets a rollup that keeps an id answer how many different ones there are, exactly and over any of its days and
 * dimensions: counting different values of a column needs no finer row than one a value. Cube itself takes a rollup
 * for different values only where it has just the dimensions of the question.
 */
export function countDistinctOverKeys(found: PreAggregations, dialect: DistinctDialect): void {
  const render = found['measuresRenderedReference'].bind(found);
  found['canUsePreAggregationFn'] = () => {
    const form = formSchema.parse(found.canUseTransformedQuery());
    const asCube = Matching.canUsePreAggregationForTransformedQueryFn(form);
    const counted = form.leafMeasuresFullPaths.filter(path => isDistinct(dialect.measureDefinition(shortOf(path))));
    const isElseAdditive = form.leafMeasures.every(
      path => isDistinct(dialect.measureDefinition(shortOf(path))) || dialect.isAdditive(path),
    );
    if (counted.length === 0 || !isElseAdditive || form.ungrouped === true) return asCube;
    const asAdditive = Matching.canUsePreAggregationForTransformedQueryFn({ ...form, leafMeasureAdditive: true });
    return (rollup: PreAggregationReferences) => {
      const byCube = asCube(rollup);
      if (byCube.canUse || !counted.every(path => keyIn(rollup.dimensions, path, dialect) !== undefined)) return byCube;
      return asAdditive({ ...rollup, measures: [...rollup.measures, ...counted] });
    };
  };
  found['measuresRenderedReference'] = (match: PreAggregationForQuery) => {
    const known = render(match);
    if (!match.leafMeasureMatch) return known;
    const counted = distinctMeasuresOf(found, match, dialect).map(({ measures, key, type }) => {
      const column = dialect.columnOf(key);
      const count = type === 'countDistinct' ? `count(distinct ${column})` : dialect.estimateOf(column);
      const text = dialect.isUngrouped() ? column : count;
      return measures.map(measure => [measure, text] as const);
    });
    return { ...known, ...Object.fromEntries(counted.flat()) };
  };
}

/** The measures that a rollup's ids can count, under both names that Cube may use for each. */
function distinctMeasuresOf(found: PreAggregations, match: PreAggregationForQuery, dialect: DistinctDialect) {
  const { leafMeasures, leafMeasuresFullPaths } = formSchema.parse(found.canUseTransformedQuery());
  const { dimensions } = match.references;
  return leafMeasuresFullPaths.flatMap((path, place) => {
    const key = keyIn(dimensions, path, dialect);
    const { type } = dialect.measureDefinition(shortOf(path));
    return key === undefined ? [] : [{ measures: [path, shortOf(path), leafMeasures[place] ?? path], key, type }];
  });
}

/** Of a rollup's dimensions the one whose different values a measure counts. */
function keyIn(dimensions: readonly string[], measure: string, dialect: DistinctDialect): string | undefined {
  const definition = dialect.measureDefinition(shortOf(measure));
  if (!isDistinct(definition)) return undefined;
  const cube = cubeOf(measure);
  const known = dialect.dimensionDefinitions(cube.slice(cube.lastIndexOf('.') + 1));
  return dimensions.find(dimension => {
    const name = dimension.slice(dimension.lastIndexOf('.') + 1);
    // Within one cube the same text of SQL means the same column.
    return cubeOf(dimension) === cube && String(known[name]?.sql) === String(definition.sql);
  });
}

const isDistinct = ({ type, filters = [] }: Definition): boolean =>
  type.startsWith('countDistinct') && filters.length === 0;

/** `sessions.videos.title` is the title that sessions reach by a join: its cube, and its name without the way there. */
const cubeOf = (path: string): string => path.slice(0, path.lastIndexOf('.'));
const shortOf = (path: string): string => path.split('.').slice(-2).join('.');
