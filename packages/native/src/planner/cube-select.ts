import { body, type Node, type SelectStmt } from './ast.js';

/** Whether a relation of a FROM is one of the cubes. */
export function isCube(node: Node, cubes: ReadonlySet<string>): boolean {
  const relation = body(node, 'RangeVar');
  if (relation === undefined) return false;
  return (relation.schemaname === undefined || relation.schemaname === 'public') && cubes.has(relation.relname ?? '');
}

/** A plain SELECT whose FROM holds cubes only. */
export function isCubeSelect(select: SelectStmt, cubes: ReadonlySet<string>): boolean {
  const isOnlyCubes = (node: Node): boolean => {
    const join = body(node, 'JoinExpr');
    if (join?.larg !== undefined && join.rarg !== undefined) return isOnlyCubes(join.larg) && isOnlyCubes(join.rarg);
    return isCube(node, cubes);
  };
  const isPlain = (select.op ?? 'SETOP_NONE') === 'SETOP_NONE' && select.withClause === undefined;
  return isPlain && (select.fromClause?.length ?? 0) > 0 && (select.fromClause ?? []).every(isOnlyCubes);
}
