import { notSupported, SqlError, sqlState } from '../postgres/index.js';
import { body, columnRef, isStar, locationOf, type Node, rewrite, textsOf, visit } from './ast.js';
import type { CubeInFrom } from './cube-in-from.js';
import { countMeasure, type Leaf, leafOf, readLeaf } from './leaves.js';
import type { OtherRelations } from './other-relations.js';
import { Scope } from './scope.js';

/** The columns of a cube that a join with other relations reads: plain ones as keys, measures apart. */
export class CubeColumns {
  /** Output names of the cube's subselect and what they stand for, in terms of the table. */
  readonly keys = new Map<string, Node>();
  readonly measures = new Map<string, Node>();
  private readonly cube: CubeInFrom;
  private readonly others: OtherRelations;
  private readonly scope: Scope;
  private readonly measureNames = new Map<string, string>();

  constructor(cube: CubeInFrom, others: OtherRelations) {
    this.cube = cube;
    this.others = others;
    this.scope = new Scope([{ alias: cube.alias, table: cube.table }]);
  }

  /** Whether an expression reads columns of the cube and of nothing else. */
  owns(node: Node): boolean {
    let [reads, isOther] = [false, false];
    visit(node, inner => {
      if (Object.hasOwn(inner, 'SubLink')) isOther = true;
      if (!Object.hasOwn(inner, 'ColumnRef')) return true;
      if (this.nameOf(inner) === undefined) isOther = true;
      else reads = true;
      return true;
    });
    return reads && !isOther;
  }

  inTermsOfTable(node: Node): Node {
    return rewrite(node, inner => {
      const name = Object.hasOwn(inner, 'ColumnRef') ? this.nameOf(inner) : undefined;
      return name === undefined ? undefined : (this.cube.columns.get(name) ?? columnRef(this.cube.alias, name));
    });
  }

  /** The measure that an aggregate call means, its FILTER aside. */
  measureOf(node: Node): Leaf | undefined {
    const { agg_filter: _, ...call } = body(node, 'FuncCall') ?? {};
    const bare: Node = { FuncCall: call };
    if (!this.owns(bare)) return undefined;
    const leaf = readLeaf(this.inTermsOfTable(bare), this.scope);
    return leaf?.kind === 'measure' ? leaf : undefined;
  }

  countLeaf(node: Node): Leaf {
    return leafOf(countMeasure(this.scope, locationOf(node)));
  }

  /** The subselect's column of a measure. */
  addMeasure(leaf: Leaf, node: Node): Node {
    const known = this.measureNames.get(leaf.key);
    const name = known ?? `measure ${this.measureNames.size + 1}`;
    if (known === undefined) {
      this.measureNames.set(leaf.key, name);
      const column = columnRef(this.cube.alias, leaf.member.name);
      this.measures.set(name, {
        FuncCall: { funcname: [{ String: { sval: 'measure' } }], args: [column], location: locationOf(node) ?? -1 },
      });
    }
    return columnRef(this.cube.alias, name);
  }

  addKey(name: string): void {
    const expression = this.cube.columns.get(name);
    if (expression !== undefined) this.keys.set(name, expression);
  }

  /** A column as the subselect has it; other relations' columns stay what they are. */
  overColumn(node: Node, isGrouped: boolean): Node {
    if (isStar(node)) {
      const owner = textsOf(body(node, 'ColumnRef')?.fields).at(-2);
      if (owner === undefined || owner === this.cube.alias)
        for (const name of this.cube.columns.keys()) this.addKey(name);
      return node;
    }
    const name = this.nameOf(node);
    if (name === undefined) return node;
    const expression = this.cube.columns.get(name);
    // Segments and unknown names: the scope says what is wrong.
    if (expression === undefined) {
      readLeaf(columnRef(this.cube.alias, name), this.scope);
      return node;
    }
    if (isGrouped && this.hasMeasure(expression)) throw measureOutsideAggregate(name, node);
    this.addKey(name);
    const isMerged = this.others.usingNames.has(name) && textsOf(body(node, 'ColumnRef')?.fields).length === 1;
    return isMerged ? node : columnRef(this.cube.alias, name);
  }

  /** DATE_TRUNC of a time dimension is a key of its own, so that groups stay as coarse as they can be. */
  overTime(node: Node): Node | undefined {
    if (!Object.hasOwn(node, 'FuncCall') || !this.owns(node)) return undefined;
    const expression = this.inTermsOfTable(node);
    const leaf = readLeaf(expression, this.scope);
    if (leaf?.kind !== 'time') return undefined;
    const name = `${leaf.member.name} ${leaf.granularity}`;
    this.keys.set(name, expression);
    return columnRef(this.cube.alias, name);
  }

  hasMeasure(node: Node): boolean {
    let isFound = false;
    visit(node, inner => {
      const name = Object.hasOwn(inner, 'ColumnRef') ? this.nameOf(inner) : undefined;
      const expression = name === undefined ? undefined : this.cube.columns.get(name);
      if (expression !== undefined) isFound ||= this.isMeasureOfTable(expression);
      return !Object.hasOwn(inner, 'SelectStmt');
    });
    return isFound;
  }

  refuseMeasures(node: Node, clause: string): void {
    if (!this.hasMeasure(node)) return;
    throw notSupported(
      `a measure of a joined cube cannot be used in ${clause}`,
      'Use HAVING, or a subquery with GROUP BY.',
      locationOf(node),
    );
  }

  private isMeasureOfTable(expression: Node): boolean {
    let isFound = false;
    visit(expression, inner => {
      const name = textsOf(body(inner, 'ColumnRef')?.fields).at(-1);
      isFound ||= this.cube.table.members.some(member => member.kind === 'measure' && member.name === name);
      return true;
    });
    return isFound;
  }

  /** What the statement calls the cube's column, where it is one. */
  private nameOf(node: Node): string | undefined {
    const [name = '', owner] = textsOf(body(node, 'ColumnRef')?.fields).reverse();
    if (owner !== undefined) return owner === this.cube.alias ? name : undefined;
    const isSegment = this.cube.table.segments.some(segment => segment.name === name);
    if (!this.cube.columns.has(name) && !isSegment) return undefined;
    if (this.others.usingNames.has(name) || this.others.hasColumn(name) === false) return name;
    throw new SqlError(sqlState.ambiguousColumn, `column reference "${name}" is ambiguous`, {
      hint: `Write the table in front: ${this.cube.alias}.${name}.`,
      ...at(node),
    });
  }
}

const at = (node: Node): { at?: number } => {
  const location = locationOf(node);
  return location === undefined ? {} : { at: location };
};

const measureOutsideAggregate = (name: string, node: Node): SqlError =>
  new SqlError(
    sqlState.grouping,
    `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`,
    { hint: `It is a measure: write MEASURE(${name}).`, ...at(node) },
  );
