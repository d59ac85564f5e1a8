import { body, conjuncts, isStar, type Node, outputName, type SelectStmt, some, textsOf } from './ast.js';
import type { CubeInFrom } from './cube-in-from.js';

/** A SELECT of WITH, and the names of its columns where WITH gives them. */
export interface CommonTable {
  readonly select: SelectStmt;
  readonly columns: readonly Node[] | undefined;
}

interface OtherRelation {
  readonly alias: string;
  readonly select: SelectStmt | undefined;
  /** Its columns; nothing where a star hides them. */
  readonly names: readonly string[] | undefined;
}

/** What stands beside the cube in FROM: the names in it, and whether it can repeat a row of the cube. */
export class OtherRelations {
  private readonly relations: OtherRelation[] = [];
  private readonly conditions: Node[] = [];
  private readonly cubeAlias: string;
  /** The columns of USING: one column for both sides. */
  readonly usingNames = new Set<string>();

  constructor(from: readonly Node[], cube: CubeInFrom, commonTables: ReadonlyMap<string, CommonTable>) {
    this.cubeAlias = cube.alias;
    for (const item of from) this.read(item, cube.place, commonTables);
  }

  /** Whether one of the relations has a column of that name; nothing where that cannot be told. */
  hasColumn(name: string): boolean | undefined {
    const answers = this.relations.map(({ names }) => names?.includes(name));
    if (answers.includes(true)) return true;
    return answers.includes(undefined) ? undefined : false;
  }

  /** Whether a row of the cube may come out of the join more than once. `where` may hold conditions of the join, too. */
  mayRepeat(where: Node | undefined): boolean {
    const conditions = [...this.conditions, ...(where === undefined ? [] : [where])].flatMap(conjuncts);
    return !this.relations.every(relation => this.isMetOnce(relation, conditions));
  }

  private isMetOnce({ alias, select }: OtherRelation, conditions: readonly Node[]): boolean {
    const keys = uniqueKey(select);
    if (keys === undefined) return false;
    const met = new Set([...conditions.map(condition => this.equated(condition, alias)), ...this.usingNames]);
    return keys.every(key => met.has(key));
  }

  /** The column of a relation that a condition sets equal to something of the cube's row. */
  private equated(condition: Node, alias: string): string | undefined {
    const { kind, name, lexpr, rexpr } = body(condition, 'A_Expr') ?? {};
    const isEquality = (kind === 'AEXPR_OP' && textsOf(name).at(-1) === '=') || kind === 'AEXPR_NOT_DISTINCT';
    const [left, right] = [this.columnOf(lexpr, alias), this.columnOf(rexpr, alias)];
    if (!isEquality) return undefined;
    if (left !== undefined && this.isOfCube(rexpr)) return left;
    return right !== undefined && this.isOfCube(lexpr) ? right : undefined;
  }

  private columnOf(side: Node | undefined, alias: string): string | undefined {
    const [own, owner] = textsOf(body(side, 'ColumnRef')?.fields).reverse();
    return owner === alias ? own : undefined;
  }

  private isOfCube(side: Node | undefined): boolean {
    return !some(side, node => {
      const fields = body(node, 'ColumnRef')?.fields;
      const [name = '', owner] = textsOf(fields).reverse();
      const isForeign = owner === undefined ? this.hasColumn(name) !== false : owner !== this.cubeAlias;
      return Object.hasOwn(node, 'SubLink') || (fields !== undefined && isForeign);
    });
  }

  private read(node: Node, cube: Node, commonTables: ReadonlyMap<string, CommonTable>): void {
    if (node === cube) return;
    const join = body(node, 'JoinExpr');
    if (join?.larg !== undefined && join.rarg !== undefined) {
      this.read(join.larg, cube, commonTables);
      this.read(join.rarg, cube, commonTables);
      for (const name of textsOf(join.usingClause)) this.usingNames.add(name);
      if (join.quals) this.conditions.push(join.quals);
      return;
    }
    const relation = body(node, 'RangeVar');
    const subselect = body(node, 'RangeSubselect');
    const alias = subselect?.alias ?? relation?.alias;
    const common = commonTables.get(relation?.relname ?? '');
    const select = body(subselect?.subquery, 'SelectStmt') ?? common?.select;
    const [renamed, renamedTwice] = [textsOf(common?.columns), textsOf(alias?.colnames)];
    this.relations.push({
      alias: alias?.aliasname ?? relation?.relname ?? '',
      select: renamed.length + renamedTwice.length > 0 ? undefined : select,
      names: over(renamedTwice, over(renamed, namesOf(select))),
    });
  }
}

/** The first columns take the new names. */
const over = (renamed: readonly string[], names: readonly string[] | undefined): readonly string[] | undefined =>
  names && [...renamed, ...names.slice(renamed.length)];

/** The output names of a SELECT; nothing where a star hides them. */
function namesOf(select: SelectStmt | undefined): string[] | undefined {
  if (select === undefined) return undefined;
  if (select.larg !== undefined) return namesOf(select.larg);
  if (select.valuesLists) {
    const [row] = select.valuesLists;
    return (body(row, 'List')?.items ?? []).map((_, index) => `column${index + 1}`);
  }
  const targets = (select.targetList ?? []).map(node => body(node, 'ResTarget'));
  if (targets.some(target => target?.val === undefined || isStar(target.val))) return undefined;
  return targets.map(target => target?.name ?? outputName(target?.val));
}

/** Whether no two rows of a SELECT have the same value in that one column. */
export function isUniqueBy(select: SelectStmt, column: string): boolean {
  const keys = uniqueKey(select);
  const isKey = keys?.every(key => key === column) ?? false;
  return isKey && (namesOf(select) ?? []).includes(column);
}

/** The output columns that tell a SELECT's rows apart: none where there is one row; nothing where that is unknown. */
function uniqueKey(select: SelectStmt | undefined): string[] | undefined {
  const names = namesOf(select);
  if (select === undefined || names === undefined || (select.op ?? 'SETOP_NONE') !== 'SETOP_NONE') return undefined;
  const [distinct] = select.distinctClause ?? [];
  if (distinct !== undefined && Object.keys(distinct).length === 0) return names;
  if (select.groupClause === undefined) return isOneRow(select) ? [] : undefined;
  const keys = select.groupClause.map(node => nameOfKey(node, select, names));
  return keys.every(key => key !== undefined) ? keys : undefined;
}

function nameOfKey(node: Node, { targetList = [] }: SelectStmt, names: readonly string[]): string | undefined {
  const ordinal = body(node, 'A_Const')?.ival?.ival;
  if (ordinal !== undefined) return names[ordinal - 1];
  const wanted = textsOf(body(node, 'ColumnRef')?.fields);
  const at = targetList.findIndex(target => {
    const { name, val } = body(target, 'ResTarget') ?? {};
    const fields = textsOf(body(val, 'ColumnRef')?.fields);
    const isColumn =
      fields.at(-1) === wanted.at(-1) &&
      (fields.length === 1 || wanted.length === 1 || fields.at(-2) === wanted.at(-2));
    return wanted.length > 0 && (isColumn || (wanted.length === 1 && name === wanted[0]));
  });
  return at === -1 ? undefined : names[at];
}

const isOneRow = ({ targetList = [] }: SelectStmt): boolean =>
  targetList.length > 0 &&
  targetList.every(target => {
    const call = body(body(target, 'ResTarget')?.val, 'FuncCall');
    const name = textsOf(call?.funcname).at(-1)?.toLowerCase();
    return call?.over === undefined && ['sum', 'count', 'min', 'max', 'avg', 'measure'].includes(name ?? '');
  });
