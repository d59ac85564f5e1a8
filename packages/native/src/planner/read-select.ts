import type { Member, Table } from '../cube/index.js';
import { notSupported, SqlError, sqlState } from '../postgres/index.js';
import {
  assertGrouped,
  type Grouping,
  isDistinctOn,
  readGrouping,
  resolveReference,
  type Target,
} from './aggregation.js';
import { body, columnRef, conjuncts, isStar, locationOf, type Node, outputName, type SelectStmt, some } from './ast.js';
import { type Condition, join, leavesOf, readCondition } from './filters.js';
import { hasAggregate } from './leaves.js';
import { NotPushable } from './not-pushable.js';
import { type Order, readLimit, readOrder } from './order.js';
import type { Dialect } from './push-down/index.js';
import type { Scope } from './scope.js';

export interface SelectContext {
  readonly tables: readonly Table[];
  readonly timezone: string | undefined;
  readonly inferParameter: (parameter: number, oid: number) => void;
  /** The data source's words for expressions; nothing where none may go down. */
  readonly dialect: Dialect | undefined;
  /** Whether expressions go down only where there is no other way, or wherever they can. */
  readonly pushes: 'where needed' | 'all';
}

/** A condition's parts: what Cube has filters for, and the rest. */
export interface Split {
  readonly pushed: Condition;
  readonly residual: readonly Node[];
}

/** A SELECT over cubes, read once for both ways to plan it. */
export interface ReadSelect {
  readonly select: SelectStmt;
  readonly scope: Scope;
  readonly targets: readonly Target[];
  readonly grouping: Grouping;
  /** The expressions of GROUP BY; none where nothing is grouped. */
  readonly keys: readonly Node[];
  readonly order: readonly Order[];
  readonly where: Split;
  readonly having: Split;
  readonly limit: { readonly limit?: number; readonly offset?: number };
  readonly distinctOn: readonly Node[];
}

export function readSelect(
  select: SelectStmt,
  scope: Scope,
  joinConditions: readonly Node[],
  context: SelectContext,
): ReadSelect {
  refuseClauses(select);
  const targets = (select.targetList ?? []).flatMap(node => readTarget(node, scope));
  const grouping = readGrouping(select, targets, scope);
  const order = readOrder(select.sortClause, targets, scope);
  const conditions = [...joinConditions, ...(select.whereClause ? [select.whereClause] : [])];
  const where = split(conditions, 'WHERE', scope, context);
  const having = split(select.havingClause ? [select.havingClause] : [], 'HAVING', scope, context);
  const keys = grouping.kind === 'grouped' ? grouping.keys : [];
  const distinctOn = isDistinctOn(select)
    ? (select.distinctClause ?? []).map(node => resolveReference(node, targets, scope, 'DISTINCT ON'))
    : [];
  if (grouping.kind === 'grouped') {
    const shown = [...targets.map(target => target.node), ...order.map(item => item.node), ...distinctOn];
    for (const node of [...shown, ...(select.havingClause ? [select.havingClause] : [])])
      assertGrouped(node, keys, scope);
  }
  const limit = readLimit(select, context.inferParameter);
  return { select, scope, targets, grouping, keys, order, where, having, limit, distinctOn };
}

function refuseClauses(select: SelectStmt): void {
  if (select.lockingClause) throw notSupported('SELECT ... FOR UPDATE is not supported', 'Leave FOR UPDATE out.');
  if (select.intoClause) throw notSupported('SELECT INTO is not supported: the semantic layer is read-only');
}

function readTarget(node: Node, scope: Scope): Target[] {
  const target = body(node, 'ResTarget');
  if (target?.val === undefined) return [];
  if (isStar(target.val)) {
    return scope
      .expandStar(target.val)
      .map(member => ({ node: refTo(member, scope), name: member.name, isNamed: false }));
  }
  return [{ node: target.val, name: target.name ?? outputName(target.val), isNamed: target.name !== undefined }];
}

function refTo(member: Member, scope: Scope): Node {
  const owner = scope.tables.find(({ table }) => table.members.includes(member));
  return columnRef(owner?.alias ?? '', member.name);
}

/** What Cube can test goes to Cube; the rest stays. */
function split(nodes: readonly Node[], clause: 'WHERE' | 'HAVING', scope: Scope, context: SelectContext): Split {
  const pushed: Condition[] = [];
  const residual: Node[] = [];
  for (const node of nodes.flatMap(conjuncts)) {
    if (clause === 'WHERE') assertNoMeasure(node, scope);
    try {
      const condition = readCondition(node, { scope, inferParameter: context.inferParameter });
      if (clause === 'HAVING' && mixesKinds(condition)) throw new NotPushable();
      pushed.push(condition);
      if (isApproximate(condition)) residual.push(node);
    } catch (error) {
      if (!(error instanceof NotPushable)) throw error;
      residual.push(node);
    }
  }
  return { pushed: join('and', pushed), residual };
}

export function assertNoMeasure(node: Node, scope: Scope, clause: 'WHERE' | 'FILTER' = 'WHERE'): void {
  if (hasAggregate(node)) {
    const hint = clause === 'WHERE' ? { hint: 'Use HAVING.' } : {};
    throw new SqlError(sqlState.grouping, `aggregate functions are not allowed in ${clause}`, hint);
  }
  some(node, inner => {
    if (!Object.hasOwn(inner, 'ColumnRef')) return false;
    const resolved = scope.resolve(inner);
    if (resolved.kind === 'member' && resolved.member.kind === 'measure') {
      throw notSupported(
        `measure "${resolved.member.name}" cannot be used in ${clause}`,
        `Write HAVING MEASURE(${resolved.member.name}) ...`,
        locationOf(inner),
      );
    }
    return false;
  });
}

const isApproximate = (condition: Condition): boolean =>
  (condition.kind === 'filter' && condition.isApproximate === true) ||
  (condition.kind === 'and' && condition.parts.some(isApproximate));

/** Cube's filter trees hold dimensions or measures, never both. */
const mixesKinds = (condition: Condition): boolean =>
  new Set(leavesOf(condition).map(leaf => leaf.kind === 'measure')).size > 1;
