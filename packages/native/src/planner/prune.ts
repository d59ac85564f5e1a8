import type { Table } from '../cube/index.js';
import { isGroupedSelect } from './aggregation.js';
import { body, isStar, type Node, outputName, rewrite, type SelectStmt, textsOf, visit } from './ast.js';
import { expandStar } from './flatten.js';

/**
 * The SELECT with measures that it does not read taken out of its subselects: `SELECT COUNT(*) FROM (SELECT * FROM cube
 * LIMIT 10) t` needs none of them. They become nulls, so that positions keep their meaning.
 */
export function pruneMeasures(
  select: SelectStmt,
  tables: readonly Table[],
  isOverCubes: (select: SelectStmt) => boolean,
): SelectStmt {
  const read = readNames(select);
  if (read === undefined) return select;
  return {
    ...select,
    ...(select.fromClause && {
      fromClause: select.fromClause.map(item =>
        rewrite(item, node => {
          const subselect = body(node, 'RangeSubselect');
          const inner = body(subselect?.subquery, 'SelectStmt');
          if (subselect === undefined || inner === undefined) return undefined;
          if (subselect.alias?.colnames || !isOverCubes(inner) || inner.distinctClause || isGroupedSelect(inner))
            return node;
          return { RangeSubselect: { ...subselect, subquery: { SelectStmt: prune(inner, read, tables) } } };
        }),
      ),
    }),
  };
}

/** The column names that a SELECT reads; nothing where a star may read them all. */
function readNames(select: SelectStmt): Set<string> | undefined {
  const names = new Set<string>();
  let hasStar = false;
  const { fromClause = [], ...rest } = select;
  const conditions: Node[] = [];
  visit(fromClause, node => {
    const quals = body(node, 'JoinExpr')?.quals;
    if (quals !== undefined) conditions.push(quals);
    for (const name of textsOf(body(node, 'JoinExpr')?.usingClause)) names.add(name);
    return !Object.hasOwn(node, 'RangeSubselect') || body(node, 'RangeSubselect')?.lateral === true;
  });
  visit([...Object.values(rest), conditions], node => {
    if (isStar(node)) hasStar = true;
    names.add(textsOf(body(node, 'ColumnRef')?.fields).at(-1) ?? '');
    return true;
  });
  return hasStar ? undefined : names;
}

function prune(inner: SelectStmt, read: ReadonlySet<string>, tables: readonly Table[]): SelectStmt {
  const relations = (inner.fromClause ?? []).map(item => body(item, 'RangeVar')?.relname);
  const members = tables.filter(({ name }) => relations.includes(name)).flatMap(table => table.members);
  const isMeasure = (node: Node | undefined): boolean => {
    const name = textsOf(body(node, 'ColumnRef')?.fields).at(-1);
    return members.some(member => member.kind === 'measure' && member.name === name);
  };
  const targets = (inner.targetList ?? []).flatMap((node): Node[] => {
    const target = body(node, 'ResTarget');
    if (target?.val === undefined || !isStar(target.val)) return [node];
    return expandStar(target.val, inner, tables).map(([name, val]) => ({ ResTarget: { name, val } }));
  });
  const pruned = targets.map(node => {
    const target = body(node, 'ResTarget');
    const name = target?.name ?? outputName(target?.val);
    return isMeasure(target?.val) && !read.has(name)
      ? { ResTarget: { name, val: { A_Const: { isnull: true } } } }
      : node;
  });
  const isAnyLeft = pruned.some(node => Object.hasOwn(body(node, 'ResTarget')?.val ?? {}, 'ColumnRef'));
  return isAnyLeft ? { ...inner, targetList: pruned } : inner;
}
