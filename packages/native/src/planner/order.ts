import { notSupported, pgTypes, SqlError, sqlState } from '../postgres/index.js';
import { resolveReference, type Target } from './aggregation.js';
import { body, type Node, type SelectStmt } from './ast.js';
import { readConstant } from './constants.js';
import type { Scope } from './scope.js';

export interface Order {
  readonly node: Node;
  readonly direction: 'asc' | 'desc';
  /** Only where it was written; else nulls stand where the data source puts them. */
  readonly nulls: 'first' | 'last' | undefined;
  readonly sort: object;
}

export function readOrder(clause: readonly Node[] | undefined, targets: readonly Target[], scope: Scope): Order[] {
  return (clause ?? []).flatMap(item => {
    const sort = body(item, 'SortBy');
    if (sort?.node === undefined) return [];
    if (sort.sortby_dir === 'SORTBY_USING')
      throw notSupported('ORDER BY ... USING is not supported', 'Use ASC or DESC.');
    const { node: _, ...rest } = sort;
    return [
      {
        node: resolveReference(sort.node, targets, scope, 'ORDER BY'),
        direction: sort.sortby_dir === 'SORTBY_DESC' ? 'desc' : 'asc',
        nulls: { SORTBY_NULLS_FIRST: 'first', SORTBY_NULLS_LAST: 'last', SORTBY_NULLS_DEFAULT: undefined }[
          sort.sortby_nulls ?? 'SORTBY_NULLS_DEFAULT'
        ] as 'first' | 'last' | undefined,
        sort: rest,
      } as const,
    ];
  });
}

/** LIMIT and OFFSET as numbers; a parameter counts once it is bound. */
export function readLimit(
  select: SelectStmt,
  inferParameter: (parameter: number, oid: number) => void,
): { limit?: number; offset?: number } {
  if (select.limitOption === 'LIMIT_OPTION_WITH_TIES')
    throw notSupported('FETCH ... WITH TIES is not supported', 'Use LIMIT.');
  const read = (node: Node | undefined, clause: string): number | undefined => {
    const constant = readConstant(node);
    if (node === undefined || (constant?.isKnown && constant.value === null)) return undefined;
    if (constant === undefined) throw notSupported(`${clause} must be a number`, `Write ${clause} 100.`);
    if (!constant.isKnown) {
      if (constant.parameter !== undefined) inferParameter(constant.parameter, pgTypes.int8.oid);
      return undefined;
    }
    const count = Number(constant.value);
    if (!Number.isInteger(count))
      throw new SqlError(sqlState.datatypeMismatch, `argument of ${clause} must be type bigint`);
    if (count < 0) throw new SqlError('2201W', `${clause} must not be negative`);
    return count;
  };
  const limit = read(select.limitCount, 'LIMIT');
  const offset = read(select.limitOffset, 'OFFSET');
  return { ...(limit !== undefined && { limit }), ...(offset !== undefined && offset > 0 && { offset }) };
}
