import type { PgType } from '../postgres/index.js';
import { joiningAggregate } from './aggregation.js';
import type { Node } from './ast.js';
import type { Leaf } from './leaves.js';

export function castTo(arg: Node, type: PgType | 'int4' | 'numeric' | 'date'): Node {
  const names: Node[] = ['pg_catalog', type].map(sval => ({ String: { sval } }));
  return { TypeCast: { arg, typeName: { names, typemod: -1 } } };
}

export const callOf = (name: string, args: readonly Node[], filter?: Node): Node => ({
  FuncCall: {
    funcname: [{ String: { sval: name } }],
    args: [...args],
    funcformat: 'COERCE_EXPLICIT_CALL',
    ...(filter && { agg_filter: filter }),
  },
});

export const integer = (ival: number): Node => ({ A_Const: { ival: ival === 0 ? {} : { ival } } });

/** A measure of coarser groups from the column that has it for finer ones; nothing where that cannot be had exactly. */
export function joinPartials(leaf: Leaf, column: Node, filter?: Node): Node | undefined {
  const aggregate = joiningAggregate(leaf);
  if (aggregate === undefined) return undefined;
  const part = aggregate === 'sum' && leaf.type === 'float8' ? exactDecimal(column) : column;
  const call = callOf(aggregate, [part], filter);
  // A count over no rows is 0, where a sum of partial counts would be null.
  const total: Node = leaf.type === 'int8' ? { CoalesceExpr: { args: [call, integer(0)] } } : call;
  return castTo(total, leaf.type);
}

/** A sum of doubles depends on their order; of the decimals that they are written as it does not. */
const exactDecimal = (column: Node): Node => castTo(castTo(column, 'text'), 'numeric');
