import { notSupported } from '../postgres/index.js';
import { aggregatesIn, isDuplicateProof, isGroupedSelect } from './aggregation.js';
import {
  allOf,
  body,
  columnRef,
  conjuncts,
  functionName,
  isSame,
  isStar,
  locationOf,
  type Node,
  outputName,
  rewrite,
  type SelectStmt,
  textsOf,
  visit,
} from './ast.js';
import { CubeColumns } from './cube-columns.js';
import { aliasesOf, type CubeInFrom } from './cube-in-from.js';
import { isAggregateCall, isCountOfAll, type Leaf, notAMeasure } from './leaves.js';
import { NotFromParts } from './not-pushable.js';
import { type CommonTable, OtherRelations } from './other-relations.js';
import { callOf, castTo, integer, joinPartials } from './partials.js';

/**
 * The SELECT with its one cube replaced by a subselect of that cube, so that Postgres can join it with the rest.
 *
 * What SQL over the cube's rows would give has to come out. An aggregate of the joined rows does not need the rows,
 * though, but their groups by all columns that the rest of the statement reads: rows that are alike in these are joined
 * alike. So a sum of partial sums is exact, however often the join repeats a row. Where no measure is asked for, or
 * nothing is aggregated, the rows themselves are joined.
 */
export function splitCubeFromJoin(
  select: SelectStmt,
  cube: CubeInFrom,
  commonTables: ReadonlyMap<string, CommonTable>,
): SelectStmt {
  return new CubeJoin(select, cube, commonTables).split();
}

class CubeJoin {
  private readonly select: SelectStmt;
  private readonly cube: CubeInFrom;
  private readonly columns: CubeColumns;
  private readonly others: OtherRelations;
  private readonly isGrouped: boolean;
  /** Whether the cube is asked for groups, and not for its rows. */
  private readonly asksForGroups: boolean;
  /** Which measures can be had depends on all columns that are read, so these are collected first. */
  private isCollected = false;
  private groupKeys: readonly Node[] = [];
  private pushed: Node[] = [];

  constructor(select: SelectStmt, cube: CubeInFrom, commonTables: ReadonlyMap<string, CommonTable>) {
    this.select = select;
    this.cube = cube;
    this.others = new OtherRelations(select.fromClause ?? [], cube, commonTables);
    this.columns = new CubeColumns(cube, this.others);
    this.isGrouped = isGroupedSelect(select);
    this.asksForGroups = this.isGrouped ? !this.needsRows() : this.isDistinctOfColumns();
  }

  split(): SelectStmt {
    // A star gives the columns in the subselect's order, so they come first.
    for (const node of this.select.targetList ?? []) {
      const value = body(node, 'ResTarget')?.val;
      if (value !== undefined && isStar(value)) this.over(value);
    }
    this.rewriteSelect();
    this.isCollected = true;
    const { fromClause = [], ...rest } = this.rewriteSelect();
    const subselect = this.subselect();
    return {
      ...rest,
      fromClause: fromClause.map(item => rewrite(item, node => (node === this.cube.place ? subselect : undefined))),
    };
  }

  private rewriteSelect(): SelectStmt {
    const { whereClause, ...select } = this.select;
    this.pushed = [];
    const fromClause = (select.fromClause ?? []).map(item => this.rewriteFrom(item));
    const where = this.rewriteConditions(whereClause, !this.cube.isNullable, 'WHERE');
    const targets = (select.targetList ?? []).map(node => this.nameTarget(node));
    const names = new Set(targets.flatMap(node => body(node, 'ResTarget')?.name ?? []));
    const groups = select.groupClause?.map(node => this.over(node));
    this.groupKeys = (groups ?? []).map(node => this.resolveGroup(node, targets));
    return {
      ...select,
      fromClause,
      targetList: targets.map(node => this.over(node)),
      ...(where && { whereClause: where }),
      ...(groups && { groupClause: groups }),
      ...(select.havingClause && { havingClause: this.over(select.havingClause) }),
      ...(select.sortClause && { sortClause: select.sortClause.map(node => this.overNamed(node, names)) }),
      ...(select.windowClause && { windowClause: select.windowClause.map(node => this.over(node)) }),
      ...(select.distinctClause && { distinctClause: select.distinctClause.map(node => this.overNamed(node, names)) }),
    };
  }

  /** SUM, AVG and COUNT of plain columns need every row; then no measure may stand beside them. */
  private needsRows(): boolean {
    const { targetList, havingClause, sortClause } = this.select;
    const calls = aggregatesIn([targetList, havingClause, sortClause]).filter(node => !isCountOfAll(node));
    const measures = calls.filter(node => this.columns.measureOf(node) !== undefined);
    const counting = calls.find(
      node => !measures.includes(node) && !isDuplicateProof(node) && functionName(node) !== 'measure',
    );
    if (counting === undefined) return false;
    if (measures.length === 0) return true;
    throw new NotFromParts(
      'an aggregate of a plain column cannot stand beside measures of a joined cube',
      'Aggregate it in a subquery of its own, or use MIN or MAX where it has one value per group.',
      locationOf(counting),
    );
  }

  private isDistinctOfColumns(): boolean {
    const { distinctClause: [distinct] = [], targetList = [] } = this.select;
    if (distinct === undefined || Object.keys(distinct).length > 0) return false;
    return !targetList.some(node => this.columns.hasMeasure(node));
  }

  private nameTarget(node: Node): Node {
    const target = body(node, 'ResTarget');
    if (target?.val === undefined || isStar(target.val)) return node;
    return { ResTarget: { ...target, name: target.name ?? outputName(target.val) } };
  }

  private rewriteFrom(item: Node): Node {
    const join = body(item, 'JoinExpr');
    if (item === this.cube.place) return item;
    if (join?.larg === undefined || join.rarg === undefined) return this.over(item);
    if (join.isNatural) {
      throw notSupported('NATURAL JOIN with a cube is not supported', 'Write JOIN ... USING (column).');
    }
    for (const name of textsOf(join.usingClause)) this.columns.addKey(name);
    const isInner = join.jointype === 'JOIN_INNER';
    const isPushed =
      (join.larg === this.cube.place && (isInner || join.jointype === 'JOIN_RIGHT')) ||
      (join.rarg === this.cube.place && (isInner || join.jointype === 'JOIN_LEFT'));
    const quals = this.rewriteConditions(join.quals, isPushed, 'ON');
    return {
      JoinExpr: {
        ...join,
        larg: this.rewriteFrom(join.larg),
        rarg: this.rewriteFrom(join.rarg),
        ...(join.quals && { quals: quals ?? { A_Const: { boolval: { boolval: true } } } }),
      },
    };
  }

  /** What concerns the cube alone goes into its subselect; the rest stays. */
  private rewriteConditions(condition: Node | undefined, isPushed: boolean, clause: string): Node | undefined {
    const left: Node[] = [];
    for (const part of condition === undefined ? [] : conjuncts(condition)) {
      if (isPushed && this.columns.owns(part)) this.pushed.push(this.columns.inTermsOfTable(part));
      else left.push(part);
    }
    for (const part of left) this.columns.refuseMeasures(part, clause);
    return left.length === 0 ? undefined : allOf(left.map(part => this.over(part)));
  }

  /** In ORDER BY an output name comes before a column. */
  private overNamed(node: Node, names: ReadonlySet<string>): Node {
    const sort = body(node, 'SortBy');
    const fields = textsOf(body(sort?.node ?? node, 'ColumnRef')?.fields);
    return fields.length === 1 && names.has(fields[0] ?? '') ? node : this.over(node);
  }

  /** What a part of GROUP BY means, already rewritten: the output column where it names one. */
  private resolveGroup(node: Node, targets: readonly Node[]): Node {
    const ordinal = body(node, 'A_Const')?.ival?.ival;
    const [name, owner] = textsOf(body(node, 'ColumnRef')?.fields).reverse();
    const meant =
      ordinal === undefined
        ? targets.find(target => owner === undefined && name !== undefined && body(target, 'ResTarget')?.name === name)
        : targets[ordinal - 1];
    const value = body(meant, 'ResTarget')?.val;
    return value === undefined ? node : this.over(value);
  }

  /** The expression over the subselect. */
  private over(node: Node): Node {
    return rewrite(node, inner => {
      if (Object.hasOwn(inner, 'SelectStmt')) {
        this.collectCorrelated(inner);
        return inner;
      }
      if (isAggregateCall(inner)) return this.overAggregate(inner);
      if (Object.hasOwn(inner, 'ColumnRef')) return this.columns.overColumn(inner, this.isGrouped);
      return this.asksForGroups ? this.columns.overTime(inner) : undefined;
    });
  }

  private overAggregate(node: Node): Node | undefined {
    if (!this.asksForGroups) return undefined;
    const filter = body(node, 'FuncCall')?.agg_filter;
    const over = filter && this.over(filter);
    if (isCountOfAll(node)) {
      const column = this.columns.addMeasure(this.columns.countLeaf(node), node);
      // A row of the other side that met none of the cube's is one row.
      const count = this.cube.isNullable ? { CoalesceExpr: { args: [column, integer(1)] } } : column;
      return castTo({ CoalesceExpr: { args: [callOf('sum', [count], over), integer(0)] } }, 'int8');
    }
    const leaf = this.columns.measureOf(node);
    if (leaf === undefined) {
      if (functionName(node) === 'measure') throw notAMeasure(locationOf(node));
      return undefined;
    }
    const column = this.columns.addMeasure(leaf, node);
    return joinPartials(leaf, column, over) ?? this.ofOneGroup(leaf, column, node);
  }

  /** A measure that cannot be joined from parts is there all the same where each group has one part. */
  private ofOneGroup(leaf: Leaf, column: Node, node: Node): Node {
    const isOnePart =
      body(node, 'FuncCall')?.agg_filter === undefined &&
      [...this.columns.keys.keys()].every(name => this.isGroupedBy(name));
    // Averages and distinct counts are the same over rows that all come twice; what a ratio makes of it is not known.
    const bearsRepeats = ['avg', 'countDistinct', 'countDistinctApprox'].includes(leaf.member.aggregate ?? '');
    const isExact = isOnePart && (bearsRepeats || !this.others.mayRepeat(this.select.whereClause));
    if (this.isCollected && !isExact) {
      throw new NotFromParts(
        `measure "${leaf.member.name}" cannot be computed for this join: it is not additive`,
        'Group by every column of the cube that the statement joins or filters by, join a subquery that is grouped by the joined columns, or use sums and counts.',
        locationOf(node),
      );
    }
    const value = callOf(leaf.type === 'bool' ? 'bool_or' : 'max', [column]);
    return castTo(leaf.type === 'int8' ? { CoalesceExpr: { args: [value, integer(0)] } } : value, leaf.type);
  }

  private isGroupedBy(name: string): boolean {
    const refs = [columnRef(this.cube.alias, name), ...(this.others.usingNames.has(name) ? [columnRef(name)] : [])];
    return this.groupKeys.some(group => refs.some(ref => isSame(group, ref)));
  }

  /** Columns that subqueries read under the cube's name. */
  private collectCorrelated(select: Node): void {
    visit(select, node => {
      const inner = body(node, 'SelectStmt');
      if (inner !== undefined) return !aliasesOf(inner.fromClause ?? []).has(this.cube.alias);
      const [name = '', owner] = textsOf(body(node, 'ColumnRef')?.fields).reverse();
      if (owner === this.cube.alias) this.columns.overColumn(columnRef(owner, name), this.isGrouped);
      return true;
    });
  }

  private subselect(): Node {
    const { alias, where } = this.cube;
    const conditions = [...(where === undefined ? [] : [where]), ...this.pushed];
    const isOneGroup = this.asksForGroups && this.columns.keys.size === 0;
    // Without groups there is a row even where the cube has none.
    const count: Node = { FuncCall: { funcname: [{ String: { sval: 'count' } }], agg_star: true } };
    const having: Node = {
      A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '>' } }], lexpr: count, rexpr: integer(0) },
    };
    const targets = [...this.columns.keys, ...this.columns.measures].map(([name, val]) => ({
      ResTarget: { name, val },
    }));
    return {
      RangeSubselect: {
        alias: { aliasname: alias },
        subquery: {
          SelectStmt: {
            targetList: targets.length > 0 || !isOneGroup ? targets : [{ ResTarget: { name: 'count', val: count } }],
            fromClause: [
              {
                RangeVar: {
                  relname: this.cube.table.name,
                  inh: true,
                  relpersistence: 'p',
                  alias: { aliasname: alias },
                },
              },
            ],
            ...(conditions.length > 0 && { whereClause: allOf(conditions) }),
            ...(this.asksForGroups && !isOneGroup && { groupClause: [...this.columns.keys.values()] }),
            ...(isOneGroup && { havingClause: having }),
            limitOption: 'LIMIT_OPTION_DEFAULT',
            op: 'SETOP_NONE',
          },
        },
      },
    };
  }
}
