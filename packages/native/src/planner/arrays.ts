import type { PgType, Value } from '../postgres/index.js';
import { body, type Node, typeName } from './ast.js';
import { readConstant } from './constants.js';
import { literal } from './parameters.js';

/** What `= ANY (...)` compares with: its items, a parameter that has them, or nothing where only Postgres can tell. */
export type ArrayItems =
  | { readonly kind: 'items'; readonly items: readonly Node[] }
  | { readonly kind: 'parameter'; readonly parameter: number | undefined };

/** Reads `ARRAY['a', 'b']`, `'{a,b}'` and `$1`, each with or without a cast that keeps the items. */
export function readArray(node: Node): ArrayItems | undefined {
  const elements = body(node, 'A_ArrayExpr')?.elements;
  if (elements !== undefined) return { kind: 'items', items: elements };
  const cast = body(node, 'TypeCast');
  if (cast?.arg !== undefined) return plainArrays.has(typeName(node) ?? '') ? readArray(cast.arg) : undefined;
  const constant = readConstant(node);
  if (constant?.isKnown === false) return { kind: 'parameter', parameter: constant.parameter };
  const items = typeof constant?.value === 'string' ? parseArray(constant.value) : undefined;
  return items && { kind: 'items', items: items.map(item => literal(item)) };
}

const plainArrays = new Set(['text[]', 'varchar[]', 'int2[]', 'int4[]', 'int8[]', 'float4[]', 'float8[]', 'numeric[]']);

/** The items of an array of one dimension as Postgres writes it: `{a,"b c",NULL}`. */
function parseArray(text: string): Value[] | undefined {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (inner === undefined) return undefined;
  if (inner.trim() === '') return [];
  const items: Value[] = [];
  const item = /\s*(?:"((?:[^"\\]|\\.)*)"|((?:[^",{}\\]|\\.)+))\s*(,|$)/gsy;
  for (let isOpen = true; isOpen; ) {
    const [, quoted, bare, end] = item.exec(inner) ?? [];
    const written = quoted ?? bare?.trim();
    if (written === undefined) return undefined;
    items.push(quoted === undefined && /^null$/i.test(written) ? null : written.replace(/\\(.)/gs, '$1'));
    isOpen = end === ',';
  }
  return item.lastIndex === inner.length ? items : undefined;
}

/** The type of arrays of a type. */
export const arrayOidOf = (type: PgType): number => arrayOids[type];
const arrayOids: Readonly<Record<PgType, number>> = {
  bool: 1000,
  int8: 1016,
  text: 1009,
  float8: 1022,
  timestamp: 1115,
};
