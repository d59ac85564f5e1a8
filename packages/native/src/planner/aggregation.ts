import { SqlError, sqlState } from '../postgres/index.js';
import { body, functionName, isSame, locationOf, type Node, type SelectStmt, some, visit } from './ast.js';
import { readConstant } from './constants.js';
import { hasAggregate, isAggregateCall, type Leaf, readLeaf } from './leaves.js';
import type { Scope } from './scope.js';

/** One output column of a SELECT: its expression and its name. */
export interface Target {
  readonly node: Node;
  readonly name: string;
  /** Whether the name was written (AS), so that GROUP BY and ORDER BY may mean it. */
  readonly isNamed: boolean;
}

const hasMeasure = (node: Node, scope: Scope): boolean =>
  some(node, inner => Object.hasOwn(inner, 'ColumnRef') && isMeasureColumn(inner, scope));

function isMeasureColumn(node: Node, scope: Scope): boolean {
  const resolved = scope.resolve(node);
  return resolved.kind === 'member' && resolved.member.kind === 'measure';
}

export type Grouping =
  | { readonly kind: 'ungrouped' }
  /** `keys` are the grouping expressions; none for one row over everything. */
  | {
      readonly kind: 'grouped';
      readonly keys: readonly Node[];
      /** GROUP BY as written where it groups in several ways at once; `keys` are all that it names. */
      readonly sets?: readonly Node[];
    };

/** SELECT DISTINCT ON (...), in difference to plain DISTINCT. */
export const isDistinctOn = ({ distinctClause: [first] = [] }: SelectStmt): boolean =>
  first !== undefined && Object.keys(first).length > 0;

/** Whether and by what a SELECT groups: GROUP BY, an aggregate somewhere, or DISTINCT. */
export function readGrouping(select: SelectStmt, targets: readonly Target[], scope: Scope): Grouping {
  const written = select.groupClause ?? [];
  if (written.length > 0) {
    const resolve = (node: Node): Node => resolveReference(node, targets, scope, 'GROUP BY');
    if (!written.some(node => Object.hasOwn(node, 'GroupingSet')))
      return { kind: 'grouped', keys: written.map(resolve) };
    const sets = written.map(node => resolveSets(node, resolve));
    return { kind: 'grouped', keys: sets.flatMap(expressionsOf), sets };
  }
  const aggregates = [...targets.map(target => target.node), select.havingClause, ...(select.sortClause ?? [])];
  if (aggregates.some(hasAggregate) || select.havingClause !== undefined) return { kind: 'grouped', keys: [] };
  const isDistinct = select.distinctClause !== undefined && !isDistinctOn(select);
  if (isDistinct && !targets.some(target => hasMeasure(target.node, scope))) {
    return {
      kind: 'grouped',
      keys: targets.map(target => target.node).filter(node => readConstant(node) === undefined),
    };
  }
  return { kind: 'ungrouped' };
}

/** Whether a SELECT aggregates, whatever its FROM holds. */
export function isGroupedSelect({ targetList, groupClause, havingClause, sortClause }: SelectStmt): boolean {
  return (
    (groupClause?.length ?? 0) > 0 || havingClause !== undefined || aggregatesIn([targetList, sortClause]).length > 0
  );
}

/** The aggregate calls of expressions, but for those in their subqueries. */
export function aggregatesIn(node: unknown): Node[] {
  const found: Node[] = [];
  visit(node, inner => {
    if (isAggregateCall(inner)) found.push(inner);
    return !Object.hasOwn(inner, 'SelectStmt');
  });
  return found;
}

/** ROLLUP, CUBE, GROUPING SETS and the lists inside them, with their references resolved. */
function resolveSets(node: Node, resolve: (node: Node) => Node): Node {
  const set = body(node, 'GroupingSet');
  if (set !== undefined) {
    return { GroupingSet: { ...set, content: (set.content ?? []).map(inner => resolveSets(inner, resolve)) } };
  }
  const list = body(node, 'RowExpr');
  if (list !== undefined) return { RowExpr: { ...list, args: (list.args ?? []).map(resolve) } };
  return resolve(node);
}

function expressionsOf(node: Node): Node[] {
  const inner = body(node, 'GroupingSet')?.content ?? body(node, 'RowExpr')?.args;
  return inner === undefined ? [node] : inner.flatMap(expressionsOf);
}

/** `GROUP BY 1`, `ORDER BY alias`: the target that is meant, or the expression itself. */
export function resolveReference(node: Node, targets: readonly Target[], scope: Scope, clause: string): Node {
  const ordinal = body(node, 'A_Const')?.ival;
  if (ordinal !== undefined) {
    const target = targets[(ordinal.ival ?? 0) - 1];
    if (target !== undefined) return target.node;
    throw new SqlError(
      sqlState.invalidColumnReference,
      `${clause} position ${ordinal.ival ?? 0} is not in select list`,
      {
        ...position(node),
      },
    );
  }
  const fields = body(node, 'ColumnRef')?.fields;
  const name = fields?.length === 1 ? body(fields[0], 'String')?.sval : undefined;
  if (name === undefined) return node;
  const named = targets.find(target => target.isNamed && target.name === name);
  if (named === undefined) return node;
  // As in Postgres: in GROUP BY a column of the table comes before an output name; in ORDER BY the other way round.
  return clause === 'GROUP BY' && isColumn(node, scope) ? node : named.node;
}

function isColumn(node: Node, scope: Scope): boolean {
  try {
    scope.resolve(node);
    return true;
  } catch (error) {
    if (error instanceof SqlError && error.state === sqlState.undefinedColumn) return false;
    throw error;
  }
}

const position = (node: Node): { at?: number } => {
  const at = locationOf(node);
  return at === undefined ? {} : { at };
};

/** In a grouped SELECT every column stands in GROUP BY or in an aggregate; a measure always stands in one. */
export function assertGrouped(node: Node, keys: readonly Node[], scope: Scope): void {
  if (keys.some(key => isSame(key, node) || isSameLeaf(key, node, scope))) return;
  if (isAggregateCall(node)) return;
  if (Object.hasOwn(node, 'ColumnRef')) throw ungrouped(node, scope);
  if (Object.hasOwn(node, 'SubLink')) return;
  for (const child of childrenOf(node)) assertGrouped(child, keys, scope);
}

export function isSameLeaf(left: Node, right: Node, scope: Scope): boolean {
  const leftKey = leafKey(left, scope);
  return leftKey !== undefined && leftKey === leafKey(right, scope);
}

const leafKeys = new WeakMap<Scope, WeakMap<Node, string | null>>();

/** What a plain column or date_trunc is called in Cube; worked out once for each. */
function leafKey(node: Node, scope: Scope): string | undefined {
  const known = leafKeys.get(scope) ?? new WeakMap<Node, string | null>();
  leafKeys.set(scope, known);
  const before = known.get(node);
  if (before !== undefined) return before ?? undefined;
  const key = isAggregateCall(node) ? undefined : readLeafQuietly(node, scope)?.key;
  known.set(node, key ?? null);
  return key;
}

function readLeafQuietly(node: Node, scope: Scope): Leaf | undefined {
  if (!['ColumnRef', 'FuncCall', 'TypeCast'].some(name => Object.hasOwn(node, name))) return undefined;
  return readLeaf(node, scope);
}

function ungrouped(node: Node, scope: Scope): SqlError {
  const resolved = scope.resolve(node);
  const name = resolved.kind === 'member' ? resolved.member.name : '';
  const isMeasure = resolved.kind === 'member' && resolved.member.kind === 'measure';
  return new SqlError(
    sqlState.grouping,
    `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`,
    { hint: isMeasure ? `It is a measure: write MEASURE(${name}).` : `Add ${name} to GROUP BY.`, ...position(node) },
  );
}

function childrenOf(node: unknown): Node[] {
  if (Array.isArray(node)) return node.flatMap(childrenOf);
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap((child): Node[] => {
    if (Array.isArray(child)) return child;
    if (typeof child !== 'object' || child === null) return [];
    return /^[A-Z]/.test(Object.keys(child)[0] ?? '') ? [child] : childrenOf(child);
  });
}

/** Aggregates over dimensions whose result does not change when equal rows are counted once. */
export function isDuplicateProof(node: Node): boolean {
  const name = functionName(node);
  if (name === 'count') return body(node, 'FuncCall')?.agg_distinct === true;
  return ['min', 'max', 'bool_and', 'bool_or', 'every'].includes(name ?? '');
}

/** The aggregate that joins partial results of a measure; nothing where there is none (averages, distinct counts). */
export function joiningAggregate(leaf: Leaf): 'sum' | 'min' | 'max' | undefined {
  switch (leaf.member.aggregate) {
    case 'sum':
    case 'count':
      return 'sum';
    case 'min':
    case 'max':
      return leaf.member.aggregate;
    default:
      return undefined;
  }
}
