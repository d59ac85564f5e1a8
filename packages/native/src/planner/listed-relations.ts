import {
  allOf,
  body,
  columnRef,
  conjuncts,
  isSame,
  isStar,
  type Node,
  outputName,
  rewrite,
  type SelectStmt,
  some,
  textsOf,
} from './ast.js';
import { type CubeInFrom, isCorrelated } from './cube-in-from.js';
import { isAggregateCall } from './leaves.js';
import { isUniqueBy } from './other-relations.js';

/** Takes a subselect and answers the items of an IN list that stand for its values. */
export type AddList = (subselect: SelectStmt, column: string) => Node[];

interface Listed {
  readonly alias: string;
  readonly column: string;
  /** What stands for the column, in terms of the cube. */
  readonly instead: Node;
  /** The condition that takes the place of an inner join. */
  readonly condition: Node | undefined;
}

/**
 * The SELECT without the subselects that its cube is joined with, where each of them does no more than pick rows of the
 * cube: Tableau's top n and sets. `JOIN (SELECT k ... GROUP BY k) t ON cube.k = t.k` meets each row once, so it is
 * `cube.k IN (the values of k)`; of a LEFT JOIN `t.k` is the cube's own k where it is among these, and null elsewhere.
 * What is left reads the cube alone. Nothing where a subselect does more.
 */
export function withoutListed(select: SelectStmt, cube: CubeInFrom, addList: AddList): SelectStmt | undefined {
  const [from, ...more] = select.fromClause ?? [];
  if (from === undefined || more.length > 0 || cube.isNullable) return undefined;
  const joins = joinsOf(from, cube.place);
  if (joins === undefined) return undefined;
  const listed: Listed[] = [];
  for (const join of joins) {
    const one = readListed(join, cube, addList);
    if (one === undefined) return undefined;
    listed.push(one);
  }
  const replace = (node: Node): Node => rewrite(node, inner => replaced(inner, listed) ?? listedIn(inner, addList));
  const bare = rewrite({ SelectStmt: { ...select, fromClause: [cube.place] } }, inner =>
    inner === cube.place ? inner : (replaced(inner, listed) ?? listedIn(inner, addList)),
  );
  const own = body(bare, 'SelectStmt');
  const aliases = new Set(listed.map(({ alias }) => alias));
  const readsMore = some({ ...own, fromClause: [] }, node =>
    aliases.has(textsOf(body(node, 'ColumnRef')?.fields).at(-2) ?? ''),
  );
  if (own === undefined || readsMore || some(own, node => Object.hasOwn(node, 'SubLink'))) return undefined;
  const conditions = [own.whereClause, ...listed.map(({ condition }) => condition && replace(condition))].flatMap(
    each => (each === undefined ? [] : [each]),
  );
  return { ...own, ...(conditions.length > 0 && { whereClause: allOf(conditions) }) };
}

const replaced = (node: Node, listed: readonly Listed[]): Node | undefined => {
  const [name, owner] = textsOf(body(node, 'ColumnRef')?.fields).reverse();
  return listed.find(({ alias, column }) => alias === owner && column === name)?.instead;
};

/** `cube.k IN (SELECT ...)` with the values in the subquery's place. */
function listedIn(node: Node, addList: AddList): Node | undefined {
  const link = body(node, 'SubLink');
  const select = body(link?.subselect, 'SelectStmt');
  const { testexpr } = link ?? {};
  const [target, ...more] = select?.targetList ?? [];
  const value = body(target, 'ResTarget')?.val;
  if (link?.subLinkType !== 'ANY_SUBLINK' || link.operName || !select || !testexpr || !value || more.length > 0)
    return undefined;
  if (isStar(value) || isCorrelated(select) || some(testexpr, inner => Object.hasOwn(inner, 'RowExpr')))
    return undefined;
  return among(testexpr, addList(select, body(target, 'ResTarget')?.name ?? outputName(value)));
}

/** Of no values nothing is one, and null neither: NOT IN then holds for every row. */
const among = (tested: Node, items: Node[]): Node =>
  items.length === 0
    ? { A_Const: { boolval: {} } }
    : { A_Expr: { kind: 'AEXPR_IN', name: [{ String: { sval: '=' } }], lexpr: tested, rexpr: { List: { items } } } };

interface Join {
  readonly relation: Node;
  readonly quals: Node | undefined;
  readonly isInner: boolean;
}

/** The joins around the cube, when it is what they all start from. */
function joinsOf(node: Node, cube: Node): Join[] | undefined {
  if (node === cube) return [];
  const join = body(node, 'JoinExpr');
  if (join?.larg === undefined || join.rarg === undefined || join.usingClause || join.isNatural) return undefined;
  const isInner = join.jointype === 'JOIN_INNER';
  const [inside, relation] = isInner && holds(join.rarg, cube) ? [join.rarg, join.larg] : [join.larg, join.rarg];
  if (!isInner && join.jointype !== 'JOIN_LEFT') return undefined;
  const joins = joinsOf(inside, cube);
  return joins && [...joins, { relation, quals: join.quals, isInner }];
}

const holds = (node: Node, cube: Node): boolean => node === cube || some(node, inner => inner === cube);

function readListed({ relation, quals, isInner }: Join, cube: CubeInFrom, addList: AddList): Listed | undefined {
  const subselect = body(relation, 'RangeSubselect');
  const select = body(subselect?.subquery, 'SelectStmt');
  const alias = subselect?.alias?.aliasname;
  const [condition, ...more] = quals === undefined ? [] : conjuncts(quals);
  if (!select || !alias || subselect?.alias?.colnames || subselect?.lateral || !condition || more.length > 0)
    return undefined;
  const { kind, name, lexpr, rexpr } = body(condition, 'A_Expr') ?? {};
  const isEqual = kind === 'AEXPR_OP' && textsOf(name).at(-1) === '=';
  if ((!isEqual && kind !== 'AEXPR_NOT_DISTINCT') || lexpr === undefined || rexpr === undefined) return undefined;
  const [own, other] = columnOf(lexpr, alias) === undefined ? [lexpr, rexpr] : [rexpr, lexpr];
  const column = columnOf(other, alias);
  if (column === undefined || !isOfCube(own, cube) || !isUniqueBy(select, column)) return undefined;
  const items = addList(select, column);
  // A null among the values meets the cube's nulls only where the join says so.
  const listedOwn = among(own, items);
  const isNull = items.some(item => body(item, 'A_Const')?.isnull);
  const isMet: Node =
    !isEqual && isNull
      ? { BoolExpr: { boolop: 'OR_EXPR', args: [listedOwn, { NullTest: { arg: own, nulltesttype: 'IS_NULL' } }] } }
      : listedOwn;
  if (isInner) return { alias, column, instead: own, condition: isMet };
  const instead: Node = { CaseExpr: { args: [{ CaseWhen: { expr: isMet, result: own } }] } };
  return { alias, column, instead, condition: undefined };
}

function columnOf(node: Node, alias: string): string | undefined {
  const [name, owner] = textsOf(body(node, 'ColumnRef')?.fields).reverse();
  return owner === alias ? name : undefined;
}

/** An expression over columns of the cube, named with it: what has no name in front might be the other side's. */
function isOfCube(node: Node, cube: CubeInFrom): boolean {
  let isOwn = false;
  const isForeign = some(node, inner => {
    if (Object.hasOwn(inner, 'SubLink') || isAggregateCall(inner)) return true;
    if (!Object.hasOwn(inner, 'ColumnRef')) return false;
    isOwn = true;
    return textsOf(body(inner, 'ColumnRef')?.fields).at(-2) !== cube.alias;
  });
  return isOwn && !isForeign;
}

/** Whether a column of the cube's subselect is written over the table itself: then nothing has to be renamed. */
export const isBare = ({ columns, alias, where }: CubeInFrom): boolean =>
  where === undefined && [...columns].every(([name, node]) => isSame(node, columnRef(alias, name)));
