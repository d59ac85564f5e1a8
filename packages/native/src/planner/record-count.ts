import { body, functionName, type Node, outputName, rewrite } from './ast.js';
import { castTo, integer } from './partials.js';

/** `SUM(1)`, Tableau's number of records, as the count that models have: null over no rows, unlike COUNT(*). */
export function withRecordCounts(statement: Node): Node {
  return rewrite(statement, node => {
    const target = body(node, 'ResTarget');
    if (target?.val === undefined) return asCount(node);
    const val = withRecordCounts(target.val);
    // It keeps the name that it had.
    return val === target.val ? node : { ResTarget: { ...target, name: target.name ?? outputName(target.val), val } };
  });
}

function asCount(node: Node): Node | undefined {
  const call = body(node, 'FuncCall');
  const [only, ...more] = call?.args ?? [];
  const isOne = body(only, 'A_Const')?.ival?.ival === 1 && more.length === 0;
  if (call === undefined || functionName(node) !== 'sum' || !isOne || call.over || call.agg_distinct) return undefined;
  const { args: _, ...rest } = call;
  const count: Node = { FuncCall: { ...rest, funcname: [{ String: { sval: 'count' } }], agg_star: true } };
  const name: Node[] = [{ String: { sval: '=' } }];
  return castTo({ A_Expr: { kind: 'AEXPR_NULLIF', name, lexpr: count, rexpr: integer(0) } }, 'int8');
}
