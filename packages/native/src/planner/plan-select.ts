import type { CubeQuery } from '../cube/index.js';
import { notSupported } from '../postgres/index.js';
import { isDistinctOn, isDuplicateProof } from './aggregation.js';
import { columnRef, locationOf, type Node, rewrite, type SelectStmt, some, visit } from './ast.js';
import { buildQuery } from './build-query.js';
import { readConstant } from './constants.js';
import { splitFilters } from './filtered-measures.js';
import { type Condition, join, leavesOf } from './filters.js';
import { expandSets } from './grouping-sets.js';
import { filteredMeasure, isAggregateCall, type Leaf, leafOf, readLeaf } from './leaves.js';
import { NotFromParts, NotPushable } from './not-pushable.js';
import type { Order } from './order.js';
import { outerSelect, type PlannedSelect, sourceAlias } from './outer-select.js';
import { joinPartials } from './partials.js';
import type { OutputColumn, Scan } from './plan.js';
import { planPushed } from './plan-pushed.js';
import { readFrom } from './read-from.js';
import { assertNoMeasure, type ReadSelect, readSelect, type SelectContext } from './read-select.js';
import { Scope } from './scope.js';
import { isRenamedTime, withTimeGroups } from './time-groups.js';

/**
 * Plans one SELECT whose FROM names cubes or views only: by members, which rollups and caches serve, and by expressions
 * of the data source where there is no other way or where that is asked for.
 */
export function planSelect(select: SelectStmt, context: SelectContext): PlannedSelect {
  const { scopeTables, conditions: joinConditions } = readFrom(select.fromClause ?? [], context.tables);
  const read = readSelect(select, new Scope(scopeTables), joinConditions, context);
  const planned = byMembers(withTimeGroups(read, context.timezone), context);
  if (context.pushes === 'all') {
    return planned instanceof NotFromParts || planned.isReduced
      ? (byExpressions(read, context) ?? orThrow(planned))
      : planned;
  }
  return planned instanceof NotFromParts ? (byExpressions(read, context) ?? orThrow(planned)) : planned;
}

/** The plan of a SELECT that Cube answers alone, where it does. */
export function planDirect(select: SelectStmt, context: SelectContext): PlannedSelect['direct'] {
  try {
    return planSelect(select, context).direct;
  } catch (error) {
    if (error instanceof NotFromParts) return undefined;
    throw error;
  }
}

/** SELECTs that can be planned one by one, joined so that they mean what the one means; where there are such. */
export function splitSelect(select: SelectStmt, context: SelectContext): SelectStmt | undefined {
  const { scopeTables, conditions } = readFrom(select.fromClause ?? [], context.tables);
  const read = readSelect(select, new Scope(scopeTables), conditions, context);
  if (read.grouping.kind === 'ungrouped') return undefined;
  const { sets } = read.grouping;
  return sets === undefined ? splitFilters(read) : expandSets(read, sets);
}

function byMembers(read: ReadSelect, context: SelectContext): PlannedSelect | NotFromParts {
  try {
    return new SelectPlanner(read, context).plan();
  } catch (error) {
    if (error instanceof NotFromParts) return error;
    throw error;
  }
}

function byExpressions(read: ReadSelect, context: SelectContext): PlannedSelect | undefined {
  if (context.dialect === undefined) return undefined;
  try {
    return planPushed(read, context.dialect, context);
  } catch (error) {
    if (error instanceof NotPushable) return undefined;
    throw error;
  }
}

function orThrow(planned: PlannedSelect | NotFromParts): PlannedSelect {
  if (planned instanceof NotFromParts) throw planned;
  return planned;
}

class SelectPlanner {
  private readonly read: ReadSelect;
  private readonly context: SelectContext;
  private readonly leaves: Leaf[] = [];

  constructor(read: ReadSelect, context: SelectContext) {
    this.read = read;
    this.context = context;
  }

  plan(): PlannedSelect {
    const { grouping, select, order, where, having, keys, limit } = this.read;
    const isRegrouped = this.needsRegrouping(keys, where.residual);
    const direct = isRegrouped || where.residual.length + having.residual.length > 0 ? undefined : this.direct(order);
    const isRawInner = grouping.kind === 'ungrouped' || (isRegrouped && this.needsRawRows());

    for (const key of keys) if (this.register(key) === undefined && !isRegrouped) this.overSource(key, false);
    // Cube looks for a rollup by what a query shows, and may take one that lacks the measure of a filter.
    const tested = isRegrouped ? [] : leavesOf(having.pushed).filter(leaf => leaf.kind === 'measure');
    for (const leaf of tested) this.indexOf(leaf);
    const outer = this.outer(isRegrouped);
    if (isRawInner && this.leaves.length === 0) this.registerAnyDimension();
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
      isReduced: isRegrouped || where.residual.length > 0,
    };
  }

  /** Cube's groups are finer than the wanted ones: a key is an expression, or a leftover condition reads another column. */
  private needsRegrouping(keys: readonly Node[], residual: readonly Node[]): boolean {
    if (this.read.grouping.kind === 'ungrouped') return false;
    if (this.read.grouping.sets !== undefined) return true;
    const isComposite = keys.some(
      key => readConstant(key) === undefined && this.leaf(key) === undefined && !isRenamedTime(key, this.read.scope),
    );
    const readsMore = residual.some(node => !this.readsOnly(node, keys));
    return isComposite || readsMore || this.dimensionAggregates().length > 0;
  }

  private readsOnly(node: Node, keys: readonly Node[]): boolean {
    const known = new Set(keys.flatMap(key => this.leavesIn(key)));
    return this.leavesIn(node).every(leaf => known.has(leaf));
  }

  /** What Cube answers of an expression, by its columns in Cube's answer. */
  private leavesIn(node: Node): string[] {
    const found: string[] = [];
    visit(node, inner => {
      const leaf = isLeafNode(inner) && readConstant(inner) === undefined ? this.leaf(inner) : undefined;
      if (leaf !== undefined) found.push(leaf.key);
      return leaf === undefined;
    });
    return found;
  }

  private leaf(node: Node): Leaf | undefined {
    return readLeaf(node, this.read.scope);
  }

  private expressions(): Node[] {
    const { targetList = [], havingClause, sortClause = [] } = this.read.select;
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
      node => !isDuplicateProof(node) && filteredMeasure(node, this.read.scope) === undefined,
    );
    if (counting.length === 0) return false;
    const isMeasure = (node: Node) =>
      this.leaf(node) !== undefined || filteredMeasure(node, this.read.scope) !== undefined;
    const hasMeasures = some(this.expressions(), node => isAggregateCall(node) && isMeasure(node));
    const [first] = counting;
    if (hasMeasures && first !== undefined) {
      throw new NotFromParts(
        'an aggregate of a dimension cannot stand beside measures',
        'Ask for it in a statement of its own, or make it a measure of the model.',
        locationOf(first),
      );
    }
    return true;
  }

  /** `SELECT 1 FROM cube`: how many rows there are is asked of Cube by a column of them, the shortest to come by. */
  private registerAnyDimension(): void {
    const [only, ...more] = this.read.scope.tables;
    const dimensions = only?.table.members.filter(member => member.kind === 'dimension') ?? [];
    const dimension = dimensions.find(member => member.type === 'bool') ?? dimensions[0];
    if (dimension !== undefined && more.length === 0) this.indexOf(leafOf(dimension));
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
      this.read.select.windowClause ||
      isDistinctOn(this.read.select) ||
      order.some(item => item.nulls !== undefined || this.leaf(item.node) === undefined)
    ) {
      return undefined;
    }
    const columns: OutputColumn[] = [];
    for (const { node, name } of this.read.targets) {
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
    const isDistinctOfMore =
      this.read.select.distinctClause !== undefined && (this.read.select.groupClause?.length ?? 0) > 0;
    return isDistinctOfMore ? undefined : columns;
  }

  private outer(isRegrouped: boolean): SelectStmt {
    const { select, where, having, keys, grouping } = this.read;
    const over = (node: Node): Node => this.overSource(node, isRegrouped && !this.needsRawRows());
    const rows = (nodes: readonly Node[]): Node[] => nodes.map(node => this.overSource(node, false));
    if (!isRegrouped) return outerSelect(this.read, { over, where: rows([...where.residual, ...having.residual]) });
    const sets = grouping.kind === 'grouped' ? grouping.sets : undefined;
    return outerSelect(this.read, {
      over,
      where: rows(where.residual),
      groups: sets?.map(over) ?? keys.filter(key => readConstant(key) === undefined).map(over),
      having: select.havingClause && over(select.havingClause),
    });
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
      const filtered = filteredMeasure(inner, this.read.scope);
      if (filtered !== undefined) {
        assertNoMeasure(filtered.filter, this.read.scope, 'FILTER');
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
    throw new NotFromParts(
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
