import type { Table } from '../cube/index.js';
import { isGroupedSelect } from './aggregation.js';
import { body, columnRef, isStar, type Node, outputName, rewrite, type SelectStmt, some, textsOf } from './ast.js';
import { hasAggregate } from './leaves.js';

/** A subselect over cubes that only picks and filters, and what its output columns stand for. */
export interface Picked {
  readonly select: SelectStmt;
  readonly alias: string;
  readonly columns: ReadonlyMap<string, Node>;
}

/**
 * `SELECT ... FROM (SELECT a, b FROM cube WHERE ...) t`: BI tools wrap a table in plain subselects, level upon level.
 * Where the inner SELECT only picks and filters, the two are one SELECT over the cube, which may then group.
 */
export function flatten(
  select: SelectStmt,
  tables: readonly Table[],
  isOverCubes: (select: SelectStmt) => boolean,
): SelectStmt {
  const inner = readInner(select, tables, isOverCubes);
  if (inner === undefined || hasSubquery(select)) return select;
  const { whereClause, ...rest } = select;
  const names = new Set((select.targetList ?? []).flatMap(node => body(node, 'ResTarget')?.name ?? []));
  const conditions = [inner.select.whereClause, whereClause && substitute(whereClause, inner)].filter(isThere);
  const [only, ...more] = conditions;
  return {
    ...rest,
    fromClause: inner.select.fromClause ?? [],
    targetList: (select.targetList ?? []).flatMap(node => flattenTarget(node, inner)),
    ...(only && { whereClause: more.length === 0 ? only : { BoolExpr: { boolop: 'AND_EXPR', args: conditions } } }),
    ...(select.groupClause && { groupClause: select.groupClause.map(node => substitute(node, inner)) }),
    ...(select.havingClause && { havingClause: substitute(select.havingClause, inner) }),
    ...sorted(select, inner, names),
    ...(select.windowClause && { windowClause: select.windowClause.map(node => substitute(node, inner)) }),
  };
}

/** The inner order is kept where rows stay rows and nobody orders them anew. */
function sorted(select: SelectStmt, inner: Picked, names: ReadonlySet<string>): Pick<SelectStmt, 'sortClause'> {
  if (select.sortClause) return { sortClause: select.sortClause.map(node => substituteSort(node, inner, names)) };
  const { sortClause } = inner.select;
  if (sortClause === undefined || isGroupedSelect(select) || select.distinctClause) return {};
  const expressions = [...inner.columns.values()];
  return {
    sortClause: sortClause.map(node => {
      const sort = body(node, 'SortBy');
      const ordinal = body(sort?.node, 'A_Const')?.ival?.ival;
      const [name = '', owner] = textsOf(body(sort?.node, 'ColumnRef')?.fields).reverse();
      const meant =
        ordinal === undefined ? inner.columns.get(owner === undefined ? name : '') : expressions[ordinal - 1];
      return sort === undefined || meant === undefined ? node : { SortBy: { ...sort, node: meant } };
    }),
  };
}

const isThere = (node: Node | undefined): node is Node => node !== undefined;

function readInner(
  select: SelectStmt,
  tables: readonly Table[],
  isOverCubes: (select: SelectStmt) => boolean,
): Picked | undefined {
  const [item, ...others] = select.fromClause ?? [];
  const isPlain =
    (select.op ?? 'SETOP_NONE') === 'SETOP_NONE' && select.withClause === undefined && others.length === 0;
  return isPlain && item !== undefined ? readPicked(item, tables, isOverCubes) : undefined;
}

/** What a subselect in FROM picks, where it does no more than that. */
export function readPicked(
  item: Node,
  tables: readonly Table[],
  isOverCubes: (select: SelectStmt) => boolean,
): Picked | undefined {
  const subselect = body(item, 'RangeSubselect');
  const written = body(subselect?.subquery, 'SelectStmt');
  if (written === undefined || subselect?.lateral || subselect?.alias?.colnames) return undefined;
  const inner = flatten(written, tables, isOverCubes);
  if (!isOverCubes(inner) || !onlyPicks(inner)) return undefined;
  const columns = readColumns(inner, tables);
  return columns === undefined ? undefined : { select: inner, alias: subselect?.alias?.aliasname ?? '', columns };
}

const onlyPicks = (select: SelectStmt): boolean =>
  !(
    select.groupClause ||
    select.havingClause ||
    select.distinctClause ||
    select.limitCount ||
    select.limitOffset ||
    select.windowClause ||
    select.lockingClause
  ) &&
  !hasAggregate([select.targetList, select.sortClause]) &&
  !hasSubquery(select) &&
  !some(select.targetList, node => body(node, 'FuncCall')?.over !== undefined);

export const hasSubquery = ({ targetList, whereClause, havingClause, sortClause }: SelectStmt): boolean =>
  some([targetList, whereClause, havingClause, sortClause], node => Object.hasOwn(node, 'SubLink'));

/** The inner SELECT's output names and what they stand for; nothing where a name stands for two things. */
function readColumns(select: SelectStmt, tables: readonly Table[]): Map<string, Node> | undefined {
  const columns = new Map<string, Node>();
  for (const node of select.targetList ?? []) {
    const target = body(node, 'ResTarget');
    if (target?.val === undefined) return undefined;
    const found: [string, Node][] = isStar(target.val)
      ? expandStar(target.val, select, tables)
      : [[target.name ?? outputName(target.val), target.val]];
    for (const [name, expression] of found) {
      if (columns.has(name)) return undefined;
      columns.set(name, expression);
    }
  }
  return columns;
}

/** The columns that a star in the select list stands for. */
export function expandStar(star: Node, select: SelectStmt, tables: readonly Table[]): [string, Node][] {
  const owner = textsOf(body(star, 'ColumnRef')?.fields).at(-2);
  return (select.fromClause ?? []).flatMap((item): [string, Node][] => {
    const relation = body(item, 'RangeVar');
    const alias = relation?.alias?.aliasname ?? relation?.relname ?? '';
    if (owner !== undefined && owner !== alias) return [];
    const members = tables.find(({ name }) => name === relation?.relname)?.members ?? [];
    return members.map(({ name }): [string, Node] => [name, columnRef(alias, name)]);
  });
}

function flattenTarget(node: Node, inner: Picked): Node[] {
  const target = body(node, 'ResTarget');
  if (target?.val === undefined) return [node];
  if (isStar(target.val)) return [...inner.columns].map(([name, val]) => ({ ResTarget: { name, val } }));
  return [
    { ResTarget: { ...target, name: target.name ?? outputName(target.val), val: substitute(target.val, inner) } },
  ];
}

/** In ORDER BY an output name comes before a column, but only where it stands alone. */
function substituteSort(node: Node, inner: Picked, outputNames: ReadonlySet<string>): Node {
  const fields = body(body(node, 'SortBy')?.node, 'ColumnRef')?.fields;
  const [name = ''] = textsOf(fields);
  return fields?.length === 1 && outputNames.has(name) ? node : substitute(node, inner);
}

function substitute(node: Node, { alias, columns }: Picked): Node {
  return rewrite(node, column => {
    const fields = body(column, 'ColumnRef')?.fields;
    if (fields === undefined) return undefined;
    const [name = '', owner] = textsOf(fields).reverse();
    return owner === undefined || owner === alias ? columns.get(name) : undefined;
  });
}
