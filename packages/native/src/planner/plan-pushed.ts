import type { CubeQuery, PushedExpression, PushedMeasure } from '../cube/index.js';
import type { PgType } from '../postgres/index.js';
import { isSameLeaf } from './aggregation.js';
import { columnRef, isSame, type Node, rewrite } from './ast.js';
import { buildQuery } from './build-query.js';
import { readConstant } from './constants.js';
import { join, leavesOf } from './filters.js';
import { filteredMeasure, isAggregateCall, type Leaf, readLeaf } from './leaves.js';
import { NotPushable } from './not-pushable.js';
import { outerSelect, type PlannedSelect, sourceAlias } from './outer-select.js';
import { castTo } from './partials.js';
import type { Scan, ScanColumn } from './plan.js';
import {
  type AddColumn,
  type Dialect,
  Expressions,
  readAggregate,
  type SqlType,
  type Template,
  Types,
  Values,
} from './push-down/index.js';
import { assertNoMeasure, type ReadSelect, type SelectContext } from './read-select.js';

// One statement's expressions together; a list of values for each of them could grow without bound.
const expressionBytesMax = 256 * 1024;

/**
 * Plans a SELECT so that the data source computes its groups and conditions: Cube's groups are then the wanted ones, and
 * measures of any kind are right in them. What stands above (HAVING, ORDER BY, expressions over measures, windows) is
 * PostgreSQL's all the same. No rollup serves such a question.
 * @throws NotPushable where an expression has no exact meaning there
 */
export function planPushed(read: ReadSelect, dialect: Dialect, context: SelectContext): PlannedSelect {
  if (read.grouping.kind === 'grouped' && read.grouping.sets !== undefined) throw new NotPushable();
  return new PushedPlanner(read, dialect, context).plan();
}

class PushedPlanner {
  private readonly read: ReadSelect;
  private readonly context: SelectContext;
  private readonly values = new Values();
  private readonly types: Types;
  private readonly expressions: Expressions;
  private readonly columns: ScanColumn[] = [];
  private readonly leaves: Leaf[] = [];
  /** Keys and aggregates that have a column. */
  private readonly known: { readonly node: Node; readonly column: Node }[] = [];
  private readonly dimensions: PushedExpression[] = [];
  private readonly measures: PushedMeasure[] = [];

  constructor(read: ReadSelect, dialect: Dialect, context: SelectContext) {
    this.read = read;
    this.context = context;
    this.types = new Types(dialect, this.values);
    this.expressions = new Expressions(this.types, read.scope);
  }

  plan(): PlannedSelect {
    const { read } = this;
    const isUngrouped = read.grouping.kind === 'ungrouped';
    for (const key of read.keys) if (readConstant(key) === undefined) this.addKey(key);
    const conditions = read.where.residual.map(node =>
      this.expressionOf(this.expressions.condition(node), 'condition'),
    );
    for (const leaf of leavesOf(read.having.pushed)) if (leaf.kind === 'measure') this.leafColumn(leaf);
    const over = (node: Node): Node => this.over(node);
    const outer = outerSelect(read, { over, where: read.having.residual.map(over) });
    return {
      direct: undefined,
      scan: this.scan(conditions, isUngrouped),
      outer,
      ungroupedMeasures: isUngrouped ? this.leaves.filter(leaf => leaf.kind === 'measure') : [],
      isReduced: false,
    };
  }

  private scan(conditions: readonly PushedExpression[], isUngrouped: boolean): Scan {
    const { read } = this;
    const { columns } = this;
    const condition = join('and', [read.where.pushed, read.having.pushed]);
    if (condition.kind === 'constant' && !condition.value) {
      const isOneRow = !isUngrouped && this.read.keys.length === 0;
      return { query: undefined, columns, hasRowWhenEmpty: isOneRow };
    }
    const pushed = { dimensions: this.dimensions, measures: this.measures, conditions, values: this.values.all() };
    if (columns.length === 0 || JSON.stringify(pushed).length > expressionBytesMax) throw new NotPushable();
    const query: CubeQuery = buildQuery({
      leaves: this.leaves,
      condition,
      isUngrouped,
      order: [],
      timezone: this.context.timezone,
    });
    return { query: { ...query, pushed }, columns, hasRowWhenEmpty: false };
  }

  private addKey(node: Node): void {
    const leaf = readLeaf(node, this.read.scope);
    if (leaf !== undefined) {
      this.known.push({ node, column: this.leafColumn(leaf) });
      return;
    }
    const value = this.expressions.read(node);
    if (value.kind !== 'value') throw new NotPushable();
    this.known.push({ node, column: this.addPushed(value.sql, value.type, 'dimension') });
  }

  private leafColumn(leaf: Leaf): Node {
    const known = this.columns.findIndex(({ key }) => key === leaf.key);
    if (known !== -1) return columnRef(sourceAlias, `c${known}`);
    this.leaves.push(leaf);
    const isDistinctCount =
      this.read.grouping.kind === 'ungrouped' && leaf.member.aggregate?.startsWith('countDistinct');
    return this.addColumn({ key: leaf.key, type: leaf.type, ...(isDistinctCount && { isDistinctCount }) });
  }

  /** A column that the data source computes, back in the type that PostgreSQL gives the expression. */
  private addPushed(template: Template, type: SqlType | 'digits', role: 'dimension' | 'measure'): Node {
    const carrier = carriers[type];
    const expression = this.expressionOf(carrier === type ? template : this.types.say(`as ${carrier}`, template), role);
    if (role === 'dimension') this.dimensions.push(expression);
    else this.measures.push({ kind: 'aggregate', ...expression });
    const column = this.addColumn({ key: expression.alias, type: carrier });
    return type === 'digits' || type === carrier ? column : castTo(column, type);
  }

  private addColumn(column: ScanColumn): Node {
    return columnRef(sourceAlias, `c${this.columns.push(column) - 1}`);
  }

  private expressionOf({ text, cubes }: Template, role: string): PushedExpression {
    // A constant condition or key belongs to no cube; its value needs no data source.
    if (cubes.size === 0) throw new NotPushable();
    const number = this.dimensions.length + this.measures.length + this.columns.length;
    return { alias: `${role.charAt(0)}${number}`, cubes: [...cubes], sql: text };
  }

  /** The expression with keys and aggregates replaced by their columns. */
  private over(node: Node): Node {
    const { scope } = this.read;
    return rewrite(node, inner => {
      if (readConstant(inner) !== undefined) return inner;
      const known = this.known.find(({ node }) => isSame(node, inner) || isSameLeaf(node, inner, scope));
      if (known !== undefined) return known.column;
      if (Object.hasOwn(inner, 'SubLink')) throw new NotPushable();
      const filtered = filteredMeasure(inner, scope);
      if (filtered !== undefined) {
        assertNoMeasure(filtered.filter, scope, 'FILTER');
        return this.filteredColumn(filtered.leaf, filtered.filter);
      }
      const leaf = isLeafNode(inner) ? readLeaf(inner, scope) : undefined;
      if (leaf !== undefined) return this.leafColumn(leaf);
      if (!isAggregateCall(inner)) return undefined;
      const add: AddColumn = (sql, type) => this.addPushed(sql, type, 'measure');
      const node = readAggregate(inner, this.expressions, this.countsRows(), add);
      this.known.push({ node: inner, column: node });
      return node;
    });
  }

  /** A measure over the rows that fulfil a condition: Cube adds the condition to the measure's own filters. */
  private filteredColumn(leaf: Leaf, filter: Node): Node {
    if (!filterable.has(leaf.member.aggregate ?? '')) throw new NotPushable();
    const { alias, ...condition } = this.expressionOf(this.expressions.condition(filter), 'measure');
    this.measures.push({ kind: 'filtered', alias, member: leaf.member.member, condition });
    return this.addColumn({ key: alias, type: leaf.type });
  }

  /** In a view or a join Cube may leave out what a join repeats: only in one cube a row is a row. */
  private countsRows(): boolean {
    const [only, ...more] = this.read.scope.tables;
    return only !== undefined && more.length === 0 && !only.table.isView;
  }
}

/** The type of column in which a type travels. */
const carriers: Readonly<Record<SqlType | 'digits', PgType>> = {
  bool: 'bool',
  text: 'text',
  int4: 'int8',
  int8: 'int8',
  numeric: 'int8',
  float8: 'float8',
  timestamp: 'timestamp',
  date: 'timestamp',
  digits: 'text',
};

// Cube fails at a patched count, which has no expression to put conditions around.
const filterable = new Set(['sum', 'avg', 'min', 'max', 'countDistinct', 'countDistinctApprox']);

const isLeafNode = (node: Node): boolean =>
  ['ColumnRef', 'FuncCall', 'TypeCast'].some(name => Object.hasOwn(node, name));
