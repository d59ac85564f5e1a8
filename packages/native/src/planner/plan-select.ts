import type { CubeQuery, Member, Table } from '../cube/index.js';
import { notSupported, type PgType, SqlError, sqlState } from '../postgres/index.js';
import {
  assertGrouped,
  type Grouping,
  isDistinctOn,
  isDuplicateProof,
  isSameLeaf,
  readGrouping,
  resolveReference,
  type Target,
} from './aggregation.js';
import {
  allOf,
  body,
  columnRef,
  conjuncts,
  isStar,
  locationOf,
  type Node,
  outputName,
  rewrite,
  type SelectStmt,
  some,
} from './ast.js';
import { buildQuery } from './build-query.js';
import { readConstant } from './constants.js';
import { type Condition, join, leavesOf, NotPushable, readCondition } from './filters.js';
import { filteredMeasure, hasAggregate, isAggregateCall, type Leaf, readLeaf } from './leaves.js';
import { type Order, readLimit, readOrder } from './order.js';
import { joinPartials } from './partials.js';
import type { DirectPlan, OutputColumn, Scan } from './plan.js';
import { readFrom } from './read-from.js';
import { Scope } from './scope.js';

export interface SelectContext {
  readonly tables: readonly Table[];
  readonly timezone: string | undefined;
  readonly inferParameter: (parameter: number, type: PgType) => void;
}

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
}

/** Plans one SELECT whose FROM names cubes or views only. */
export function planSelect(select: SelectStmt, context: SelectContext): PlannedSelect {
  refuseClauses(select);
  const { scopeTables, conditions: joinConditions } = readFrom(select.fromClause ?? [], context.tables);
  return new SelectPlanner(select, new Scope(scopeTables), joinConditions, context).plan();
}

function refuseClauses(select: SelectStmt): void {
  if (select.lockingClause) throw notSupported('SELECT ... FOR UPDATE is not supported', 'Leave FOR UPDATE out.');
  if (select.intoClause) throw notSupported('SELECT INTO is not supported: the semantic layer is read-only');
}

interface Split {
  readonly pushed: Condition;
  readonly residual: readonly Node[];
}

class SelectPlanner {
  private readonly select: SelectStmt;
  private readonly scope: Scope;
  private readonly context: SelectContext;
  private readonly joinConditions: readonly Node[];
  private readonly leaves: Leaf[] = [];
  private readonly targets: readonly Target[];
  private readonly grouping: Grouping;

  constructor(select: SelectStmt, scope: Scope, joinConditions: readonly Node[], context: SelectContext) {
    this.select = select;
    this.scope = scope;
    this.context = context;
    this.joinConditions = joinConditions;
    this.targets = (select.targetList ?? []).flatMap(node => this.readTarget(node));
    this.grouping = readGrouping(select, this.targets, scope);
  }

  plan(): PlannedSelect {
    const { grouping, select, targets, scope } = this;
    const order = readOrder(select.sortClause, targets, scope);
    const where = this.split([...this.joinConditions, ...(select.whereClause ? [select.whereClause] : [])], 'WHERE');
    const having = this.split(select.havingClause ? [select.havingClause] : [], 'HAVING');
    const keys = grouping.kind === 'grouped' ? grouping.keys : [];
    if (grouping.kind === 'grouped') {
      const nodes = [...targets.map(target => target.node), ...order.map(item => item.node), ...this.distinctOn()];
      for (const node of [...nodes, ...(select.havingClause ? [select.havingClause] : [])])
        assertGrouped(node, keys, scope);
    }
    const isRegrouped = this.needsRegrouping(keys, where.residual);
    const limit = readLimit(select, this.context.inferParameter);
    const direct = isRegrouped || where.residual.length + having.residual.length > 0 ? undefined : this.direct(order);
    const isRawInner = grouping.kind === 'ungrouped' || (isRegrouped && this.needsRawRows());

    for (const key of keys) this.register(key);
    // Cube looks for a rollup by what a query shows, and may take one that lacks the measure of a filter.
    const tested = isRegrouped ? [] : leavesOf(having.pushed).filter(leaf => leaf.kind === 'measure');
    for (const leaf of tested) this.indexOf(leaf);
    const outer = this.outer({ order, where, having, isRegrouped, keys });
    // Leaves are complete only now: `outer` has registered what the expressions read.
    const scan = (isPushed: boolean): Scan =>
      this.buildScan({
        condition: isRegrouped ? where.pushed : join('and', [where.pushed, having.pushed]),
        isUngrouped: isRawInner,
        order: isPushed ? order : [],
        limit: isPushed ? limit : {},
        isEmpty: isPushed && limit.limit === 0,
        hasRowWhenEmpty:
          grouping.kind === 'grouped' && keys.length === 0 && !isRawInner && !isRegrouped && !select.havingClause,
      });
    return {
      direct: direct === undefined ? undefined : { kind: 'direct', scan: scan(true), columns: direct },
      scan: scan(false),
      outer,
      ungroupedMeasures: isRawInner ? this.leaves.filter(leaf => leaf.kind === 'measure') : [],
    };
  }

  private readTarget(node: Node): Target[] {
    const target = body(node, 'ResTarget');
    if (target?.val === undefined) return [];
    if (isStar(target.val)) {
      return this.scope
        .expandStar(target.val)
        .map(member => ({ node: this.refTo(member), name: member.name, isNamed: false }));
    }
    return [{ node: target.val, name: target.name ?? outputName(target.val), isNamed: target.name !== undefined }];
  }

  private refTo(member: Member): Node {
    const owner = this.scope.tables.find(({ table }) => table.members.includes(member));
    return columnRef(owner?.alias ?? '', member.name);
  }

  /** What Cube can test goes to Cube; the rest stays. */
  private split(nodes: readonly Node[], clause: 'WHERE' | 'HAVING'): Split {
    const pushed: Condition[] = [];
    const residual: Node[] = [];
    for (const node of nodes.flatMap(conjuncts)) {
      if (clause === 'WHERE') this.assertNoMeasure(node);
      try {
        const condition = readCondition(node, { scope: this.scope, inferParameter: this.context.inferParameter });
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

  private assertNoMeasure(node: Node, clause: 'WHERE' | 'FILTER' = 'WHERE'): void {
    if (hasAggregate(node)) {
      const hint = clause === 'WHERE' ? { hint: 'Use HAVING.' } : {};
      throw new SqlError(sqlState.grouping, `aggregate functions are not allowed in ${clause}`, hint);
    }
    some(node, inner => {
      if (!Object.hasOwn(inner, 'ColumnRef')) return false;
      const resolved = this.scope.resolve(inner);
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

  /** Cube's groups are finer than the wanted ones: a key is an expression, or a leftover condition reads another column. */
  private needsRegrouping(keys: readonly Node[], residual: readonly Node[]): boolean {
    if (this.grouping.kind === 'ungrouped') return false;
    if (this.grouping.sets !== undefined) return true;
    const isComposite = keys.some(key => readConstant(key) === undefined && this.leaf(key) === undefined);
    const readsMore = residual.some(node => !this.readsOnly(node, keys));
    return isComposite || readsMore || this.dimensionAggregates().length > 0;
  }

  private readsOnly(node: Node, keys: readonly Node[]): boolean {
    return !some(node, inner => {
      const leaf = Object.hasOwn(inner, 'ColumnRef') ? this.leaf(inner) : undefined;
      return leaf !== undefined && !keys.some(key => isSameLeaf(key, inner, this.scope));
    });
  }

  private leaf(node: Node): Leaf | undefined {
    return readLeaf(node, this.scope);
  }

  private expressions(): Node[] {
    const { targetList = [], havingClause, sortClause = [] } = this.select;
    return [...targetList, ...(havingClause ? [havingClause] : []), ...sortClause];
  }

  /** Aggregates that Cube has no measure for: MIN, MAX, COUNT(DISTINCT) and others of dimensions. */
  private dimensionAggregates(): Node[] {
    const found: Node[] = [];
    some(this.expressions(), node => {
      if (isAggregateCall(node) && this.leaf(node) === undefined) found.push(node);
      return false;
    });
    return found;
  }

  /** SUM, AVG, COUNT of a dimension need every row; then no measure may stand beside them. */
  private needsRawRows(): boolean {
    const counting = this.dimensionAggregates().filter(
      node => !isDuplicateProof(node) && filteredMeasure(node, this.scope) === undefined,
    );
    if (counting.length === 0) return false;
    const isMeasure = (node: Node) => this.leaf(node) !== undefined || filteredMeasure(node, this.scope) !== undefined;
    const hasMeasures = some(this.expressions(), node => isAggregateCall(node) && isMeasure(node));
    const [first] = counting;
    if (hasMeasures && first !== undefined) {
      throw notSupported(
        'an aggregate of a dimension cannot stand beside measures',
        'Ask for it in a statement of its own, or make it a measure of the model.',
        locationOf(first),
      );
    }
    return true;
  }

  private register(node: Node): number | undefined {
    const leaf = this.leaf(node);
    return leaf === undefined ? undefined : this.indexOf(leaf);
  }

  private indexOf(leaf: Leaf): number {
    const index = this.leaves.findIndex(known => known.key === leaf.key);
    return index === -1 ? this.leaves.push(leaf) - 1 : index;
  }

  /** The output columns where each is a leaf or a constant and the order is one that Cube can keep. */
  private direct(order: readonly Order[]): OutputColumn[] | undefined {
    if (
      this.select.windowClause ||
      isDistinctOn(this.select) ||
      order.some(item => item.nulls !== undefined || this.leaf(item.node) === undefined)
    ) {
      return undefined;
    }
    const columns: OutputColumn[] = [];
    for (const { node, name } of this.targets) {
      const constant = readConstant(node);
      if (constant !== undefined) {
        if (!constant.isKnown || Object.hasOwn(node, 'TypeCast')) return undefined;
        const { value } = constant;
        if (typeof value === 'number') return undefined;
        columns.push({ name, type: typeof value === 'boolean' ? 'bool' : 'text', from: 'constant', value });
        continue;
      }
      const index = this.register(node);
      const leaf = index === undefined ? undefined : this.leaves[index];
      if (index === undefined || leaf === undefined) return undefined;
      columns.push({ name, type: leaf.type, from: 'scan', index });
    }
    for (const item of order) this.register(item.node);
    const isDistinctOfMore = this.select.distinctClause !== undefined && (this.select.groupClause?.length ?? 0) > 0;
    return isDistinctOfMore ? undefined : columns;
  }

  private outer(parts: {
    readonly order: readonly Order[];
    readonly where: Split;
    readonly having: Split;
    readonly isRegrouped: boolean;
    readonly keys: readonly Node[];
  }): SelectStmt {
    const { order, where, having, isRegrouped, keys } = parts;
    const over = (node: Node): Node => this.overSource(node, isRegrouped && !this.needsRawRows());
    const rowConditions = isRegrouped ? where.residual : [...where.residual, ...having.residual];
    const sets = this.grouping.kind === 'grouped' ? this.grouping.sets : undefined;
    const groups = sets?.map(over) ?? keys.filter(key => readConstant(key) === undefined).map(over);
    const distinctClause = isDistinctOn(this.select) ? this.distinctOn().map(over) : this.select.distinctClause;
    const { windowClause, limitCount, limitOffset, limitOption } = this.select;
    return {
      targetList: this.targets.map(({ node, name }) => ({ ResTarget: { val: over(node), name } })),
      ...(rowConditions.length > 0 && { whereClause: allOf(rowConditions.map(node => this.overSource(node, false))) }),
      ...(isRegrouped && groups.length > 0 && { groupClause: groups }),
      ...(isRegrouped && this.select.havingClause && { havingClause: over(this.select.havingClause) }),
      ...(order.length > 0 && { sortClause: order.map(item => ({ SortBy: { ...item.sort, node: over(item.node) } })) }),
      ...(distinctClause && { distinctClause }),
      ...(windowClause && { windowClause: windowClause.map(over) }),
      ...(limitCount && { limitCount }),
      ...(limitOffset && { limitOffset }),
      limitOption: limitOption ?? 'LIMIT_OPTION_DEFAULT',
      op: 'SETOP_NONE',
    };
  }

  /** The expressions of DISTINCT ON, which mean what they would in ORDER BY. */
  private distinctOn(): Node[] {
    if (!isDistinctOn(this.select)) return [];
    return (this.select.distinctClause ?? []).map(node =>
      resolveReference(node, this.targets, this.scope, 'DISTINCT ON'),
    );
  }

  /** The expression with each leaf replaced by its column of the source. */
  private overSource(node: Node, joinsPartials: boolean): Node {
    return rewrite(node, inner => {
      if (readConstant(inner) !== undefined) return inner;
      if (Object.hasOwn(inner, 'SubLink')) {
        throw notSupported(
          'a subquery beside a cube is not supported',
          'Use a join of two subqueries.',
          locationOf(inner),
        );
      }
      const filtered = filteredMeasure(inner, this.scope);
      if (filtered !== undefined) {
        this.assertNoMeasure(filtered.filter, 'FILTER');
        const column = columnRef(sourceAlias, `c${this.indexOf(filtered.leaf)}`);
        return this.joined(filtered.leaf, column, inner, this.overSource(filtered.filter, false));
      }
      const index = isLeafNode(inner) ? this.register(inner) : undefined;
      const leaf = index === undefined ? undefined : this.leaves[index];
      if (leaf === undefined) return undefined;
      const column = columnRef(sourceAlias, `c${index}`);
      return leaf.kind === 'measure' && joinsPartials ? this.joined(leaf, column, inner) : column;
    });
  }

  /** A measure of coarser groups from finer ones, where it can be had exactly. */
  private joined(leaf: Leaf, column: Node, node: Node, filter?: Node): Node {
    const total = joinPartials(leaf, column, filter);
    if (total !== undefined) return total;
    throw notSupported(
      `measure "${leaf.member.name}" cannot be computed from finer groups: it is not additive`,
      'Group by plain columns or date_trunc, filter by conditions that Cube knows, or use a sum or count measure.',
      locationOf(node),
    );
  }

  private buildScan(parts: {
    readonly condition: Condition;
    readonly isUngrouped: boolean;
    readonly order: readonly Order[];
    readonly limit: { readonly limit?: number; readonly offset?: number };
    readonly isEmpty: boolean;
    readonly hasRowWhenEmpty: boolean;
  }): Scan {
    const { condition, isEmpty, hasRowWhenEmpty } = parts;
    const columns = this.leaves.map(({ key, type, member }) => ({
      key,
      type,
      ...(parts.isUngrouped && member.aggregate?.startsWith('countDistinct') && { isDistinctCount: true }),
    }));
    const isNever = condition.kind === 'constant' && !condition.value;
    if (isEmpty || isNever) return { query: undefined, columns, hasRowWhenEmpty: hasRowWhenEmpty && !isEmpty };
    if (columns.length === 0) {
      throw notSupported('a SELECT over a cube needs at least one of its columns', 'Name a dimension or a measure.');
    }
    const query: CubeQuery = buildQuery({
      leaves: this.leaves,
      condition,
      isUngrouped: parts.isUngrouped,
      order: parts.order.flatMap(item => {
        const leaf = this.leaf(item.node);
        return leaf === undefined ? [] : [[leaf.member.member, item.direction] as const];
      }),
      ...parts.limit,
      timezone: this.context.timezone,
    });
    return { query, columns, hasRowWhenEmpty: false };
  }
}

const isLeafNode = (node: Node): boolean =>
  ['ColumnRef', 'FuncCall', 'TypeCast'].some(name => Object.hasOwn(node, name));

const isApproximate = (condition: Condition): boolean =>
  (condition.kind === 'filter' && condition.isApproximate === true) ||
  (condition.kind === 'and' && condition.parts.some(isApproximate));

/** Cube's filter trees hold dimensions or measures, never both. */
const mixesKinds = (condition: Condition): boolean =>
  new Set(leavesOf(condition).map(leaf => leaf.kind === 'measure')).size > 1;
