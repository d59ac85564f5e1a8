import { isDistinctOn } from './aggregation.js';
import { allOf, type Node, type SelectStmt } from './ast.js';
import type { Leaf } from './leaves.js';
import type { DirectPlan, Scan } from './plan.js';
import type { ReadSelect } from './read-select.js';

/** What stands in for the cube in the outer statement. */
export const sourceAlias = 'source';

/** A SELECT over cubes, taken apart: what Cube answers, and what is left to do with its rows. */
export interface PlannedSelect {
  /** Set where nothing is left to do. */
  readonly direct: Omit<DirectPlan, 'parameterTypes'> | undefined;
  readonly scan: Scan;
  /** The rest of the SELECT, reading columns c0, c1, ... of a relation named {@link sourceAlias}; its FROM is empty. */
  readonly outer: SelectStmt;
  /** Measures that are shown row by row. */
  readonly ungroupedMeasures: readonly Leaf[];
  /** Whether the scan's rows are more than the SELECT's, so that expressions pushed down would make it smaller. */
  readonly isReduced: boolean;
}

interface Rest {
  /** An expression of the SELECT over the columns of the source. */
  readonly over: (node: Node) => Node;
  /** Conditions on the source's rows, over its columns already. */
  readonly where: readonly Node[];
  /** Groups and their condition, over the source's columns already, where the source's rows have to be grouped again. */
  readonly groups?: readonly Node[];
  readonly having?: Node | undefined;
}

/** What is left of a SELECT above Cube's answer; its FROM is empty. */
export function outerSelect(read: ReadSelect, { over, where, groups = [], having }: Rest): SelectStmt {
  const { select, targets, order, distinctOn } = read;
  const distinctClause = isDistinctOn(select) ? distinctOn.map(over) : select.distinctClause;
  const { windowClause, limitCount, limitOffset, limitOption } = select;
  return {
    targetList: targets.map(({ node, name }) => ({ ResTarget: { val: over(node), name } })),
    ...(where.length > 0 && { whereClause: allOf(where) }),
    ...(groups.length > 0 && { groupClause: [...groups] }),
    ...(having && { havingClause: having }),
    ...(order.length > 0 && { sortClause: order.map(item => ({ SortBy: { ...item.sort, node: over(item.node) } })) }),
    ...(distinctClause && { distinctClause }),
    ...(windowClause && { windowClause: windowClause.map(over) }),
    ...(limitCount && { limitCount }),
    ...(limitOffset && { limitOffset }),
    limitOption: limitOption ?? 'LIMIT_OPTION_DEFAULT',
    op: 'SETOP_NONE',
  };
}
