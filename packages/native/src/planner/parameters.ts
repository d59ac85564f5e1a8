import type { PgType, Value } from '../postgres/index.js';
import { body, type Node, rewrite, some } from './ast.js';

/** The statement with the parameters' values in their places, as literals. */
export function bindParameters(statement: Node, values: readonly Value[], types: readonly number[]): Node {
  return rewrite(statement, node => {
    const number = body(node, 'ParamRef')?.number;
    if (number === undefined) return undefined;
    return literal(values[number - 1] ?? null, types[number - 1] ?? 0);
  });
}

const castTypes: Readonly<Record<number, string>> = {
  1082: 'date',
  1114: 'timestamp',
  1184: 'timestamptz',
  1700: 'numeric',
};

export function literal(value: Value, oid = 0): Node {
  if (value === null) return { A_Const: { isnull: true } };
  if (typeof value === 'boolean') return { A_Const: { boolval: { boolval: value } } };
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (Number.isInteger(Number(value)) && Math.abs(Number(value)) < 2 ** 31)
      return { A_Const: { ival: { ival: Number(value) } } };
    if (Number.isFinite(Number(value))) return { A_Const: { fval: { fval: String(value) } } };
    return cast({ A_Const: { sval: { sval: String(value) } } }, 'float8');
  }
  const text: Node = { A_Const: { sval: { sval: value } } };
  const type = castTypes[oid];
  return type === undefined ? text : cast(text, type);
}

const cast = (arg: Node, type: string): Node => ({
  TypeCast: { arg, typeName: { names: ['pg_catalog', type].map(sval => ({ String: { sval } })), typemod: -1 } },
});

/** How many parameters a statement has: the highest number in it. */
export function countParameters(statement: Node): number {
  let highest = 0;
  some(statement, node => {
    highest = Math.max(highest, body(node, 'ParamRef')?.number ?? 0);
    return false;
  });
  return highest;
}

export const oidOf = (type: PgType | undefined): number =>
  type === undefined ? 25 : { bool: 16, int8: 20, text: 25, float8: 701, timestamp: 1114 }[type];
