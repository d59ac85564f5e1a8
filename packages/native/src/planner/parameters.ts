import { pgTypes, type Value } from '../postgres/index.js';
import { body, type Node, rewrite, some, typeName } from './ast.js';

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
  1186: 'interval',
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

/** The types (oids) of parameters that are cast: `$1::date` says what the parameter is. */
export function castParameters(statement: Node): Map<number, number> {
  const types = new Map<number, number>();
  some(statement, node => {
    const parameter = body(body(node, 'TypeCast')?.arg, 'ParamRef')?.number;
    if (parameter === undefined) return false;
    const oid = castOids[typeName(node) ?? ''];
    if (oid !== undefined) types.set(parameter, oid);
    return false;
  });
  return types;
}

const { bool, int8, float8, text, timestamp } = pgTypes;
const castOids: Readonly<Record<string, number>> = {
  bool: bool.oid,
  int2: int8.oid,
  int4: int8.oid,
  int8: int8.oid,
  numeric: float8.oid,
  float4: float8.oid,
  float8: float8.oid,
  text: text.oid,
  varchar: text.oid,
  timestamp: timestamp.oid,
  date: 1082,
  timestamptz: 1184,
  interval: 1186,
  'text[]': 1009,
  'varchar[]': 1009,
  'int4[]': 1007,
  'int8[]': 1016,
  'float8[]': 1022,
};
