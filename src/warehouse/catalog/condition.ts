import type { ColumnPath, Predicate, PredicateValue } from '#delta';
import { type ColumnType, type Dialect, type Fragment, join, lit, raw, ref, sql } from '#sql';
import type { PartitionValues } from '../lake.js';
import type { TableSpec } from '../table-spec.js';

/** A predicate of Delta's files as a condition on rows. */
export function conditionOf(predicate: Predicate, spec: TableSpec, d: Dialect): Fragment {
  switch (predicate.op) {
    case 'and':
    case 'or': {
      if (predicate.of.length === 0) return lit(predicate.op === 'and');
      const parts = predicate.of.map(part => sql`(${conditionOf(part, spec, d)})`);
      return join(parts, ` ${predicate.op} `);
    }
    case 'not':
      return sql`not (${conditionOf(predicate.of, spec, d)})`;
    case 'is null':
    case 'is not null':
      return sql`${pathOf(predicate.column)} ${raw(predicate.op)}`;
    case 'in': {
      const values = predicate.values.map(value => literalOf(value, typeOf(predicate.column, spec), d));
      return values.length === 0 ? lit(false) : sql`${pathOf(predicate.column)} in (${join(values)})`;
    }
    default: {
      const value = literalOf(predicate.value, typeOf(predicate.column, spec), d);
      return sql`${pathOf(predicate.column)} ${raw(predicate.op)} ${value}`;
    }
  }
}

/** Rows of these partitions; of no row where there are none. */
export function inPartitions(partitions: readonly PartitionValues[], spec: TableSpec, d: Dialect): Fragment {
  const [name, ...others] = spec.partitionBy;
  if (partitions.length === 0 || name === undefined) return lit(partitions.length > 0);
  const typed = (column: string, value: string) =>
    sql`cast(${lit(value)} as ${raw(d.type(spec.columns[column] ?? 'string'))})`;
  if (others.length === 0) {
    const values = partitions.map(of => of[name] ?? null).filter(value => value !== null);
    const isOneOf =
      values.length === 0 ? [] : [sql`${ref(name)} in (${join(values.map(value => typed(name, value)))})`];
    const isNull = values.length < partitions.length ? [sql`${ref(name)} is null`] : [];
    return join([...isOneOf, ...isNull], ' or ');
  }
  const each = partitions.map(of => {
    const parts = Object.entries(of).map(([column, value]) =>
      value === null ? sql`${ref(column)} is null` : sql`${ref(column)} = ${typed(column, value)}`,
    );
    return sql`(${join(parts, ' and ')})`;
  });
  return join(each, ' or ');
}

const pathOf = (column: ColumnPath): Fragment => (typeof column === 'string' ? ref(column) : ref(...column));

const typeOf = (column: ColumnPath, spec: TableSpec): ColumnType | undefined =>
  typeof column === 'string' ? spec.columns[column] : undefined;

function literalOf(value: PredicateValue, type: ColumnType | undefined, d: Dialect): Fragment {
  const written = value instanceof Date ? lit(value.toISOString()) : lit(value);
  return type === undefined ? written : sql`cast(${written} as ${raw(d.type(type))})`;
}
