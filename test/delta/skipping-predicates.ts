import fc from 'fast-check';
import type { ComparisonOperator, Predicate, PredicateValue } from '#delta';
import { type Fragment, join, lit, raw, ref, sql } from '#sql';

/** A column that predicates are made about: its type in SQL and values to compare with. */
export interface Asked {
  readonly path: readonly string[];
  readonly type: string;
  readonly values: readonly PredicateValue[];
}

const operators: readonly ComparisonOperator[] = ['=', '<>', '<', '<=', '>', '>='];

/** Random predicates over the columns, three levels deep. */
export function predicatesOver(columns: readonly Asked[]): fc.Arbitrary<Predicate> {
  const about = fc.constantFrom(...columns);
  const leaf = about.chain(({ path: column, values }) => {
    const value = fc.constantFrom(...values);
    return fc.oneof(
      { weight: 6, arbitrary: fc.record({ op: fc.constantFrom(...operators), column: fc.constant(column), value }) },
      fc.record({
        op: fc.constant('in' as const),
        column: fc.constant(column),
        values: fc.array(value, { maxLength: 3 }),
      }),
      fc.record({ op: fc.constantFrom('is null' as const, 'is not null' as const), column: fc.constant(column) }),
    );
  });
  const { predicate } = fc.letrec<{ predicate: Predicate }>(tie => ({
    predicate: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: leaf },
      fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('predicate'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ op: fc.constant('not' as const), of: tie('predicate') }),
    ),
  }));
  return predicate;
}

/** The same predicate for an engine, which then is the judge. */
export function sqlOf(predicate: Predicate, columns: readonly Asked[]): Fragment {
  switch (predicate.op) {
    case 'and':
    case 'or':
      return sql`(${join(
        predicate.of.map(part => sqlOf(part, columns)),
        ` ${predicate.op} `,
      )})`;
    case 'not':
      return sql`(not ${sqlOf(predicate.of, columns)})`;
    default:
      return leafSql(predicate, columns);
  }
}

function leafSql(predicate: Exclude<Predicate, { op: 'and' | 'or' | 'not' }>, columns: readonly Asked[]): Fragment {
  const path = typeof predicate.column === 'string' ? [predicate.column] : predicate.column;
  const type = columns.find(one => one.path.join('.') === path.join('.'))?.type ?? 'varchar';
  const column = join(
    path.map(name => ref(name)),
    '.',
  );
  const value = (of: PredicateValue) =>
    sql`cast(${of === null ? raw('null') : lit(of instanceof Date ? of.toISOString() : String(of))} as ${raw(type)})`;
  switch (predicate.op) {
    case 'is null':
    case 'is not null':
      return sql`(${column} ${raw(predicate.op)})`;
    case 'in':
      return predicate.values.length === 0 ? sql`false` : sql`(${column} in (${join(predicate.values.map(value))}))`;
    default:
      return sql`(${column} ${raw(predicate.op)} ${value(predicate.value)})`;
  }
}
