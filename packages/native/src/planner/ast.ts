import type { Node, SelectStmt, SubLink } from '@pgsql/types';

export type { Node, SelectStmt, SubLink };

type NodeName = Node extends infer Variant ? (Variant extends unknown ? keyof Variant : never) : never;
type Inner<Name extends string> = Node extends infer Variant
  ? Variant extends Record<Name, infer Body>
    ? Body
    : never
  : never;

/** The node's body where it is of that kind: `body(node, 'FuncCall')?.args`. */
export function body<Name extends NodeName>(node: Node | undefined, name: Name): Inner<Name> | undefined {
  if (node === undefined || !Object.hasOwn(node, name)) return undefined;
  // Object.hasOwn has just established which variant of the union this is.
  return Reflect.get(node, name) as Inner<Name>;
}

export const textsOf = (nodes: readonly Node[] | undefined): string[] =>
  (nodes ?? []).map(node => body(node, 'String')?.sval ?? '');

/** The function's name without `pg_catalog.`, in lower case. */
export function functionName(node: Node): string | undefined {
  const names = textsOf(body(node, 'FuncCall')?.funcname);
  return names.at(-1)?.toLowerCase();
}

/** A type's plain name: `timestamp`, `int8`, `text`, `text[]`. */
export function typeName(node: Node): string | undefined {
  const type = body(node, 'TypeCast')?.typeName;
  const name = textsOf(type?.names).at(-1)?.toLowerCase();
  return name !== undefined && type?.arrayBounds ? `${name}[]` : name;
}

export function locationOf(node: Node): number | undefined {
  const [inner] = Object.values(node);
  const location: unknown = typeof inner === 'object' && inner !== null ? Reflect.get(inner, 'location') : undefined;
  return typeof location === 'number' ? location : undefined;
}

/** A node is an object whose one key is its kind: `{ ColumnRef: ... }`. Fields have lower-case names. */
function isNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) return key >= 'A' && key < '[';
  return false;
}

/**
 * A copy of the tree in which `change` may replace any node; where it answers nothing, the node's children are visited.
 * Parents come before children.
 */
export function rewrite(node: Node, change: (node: Node) => Node | undefined): Node {
  const changed = change(node);
  return changed ?? (copyDeep(node, change) as Node);
}

/** What has not changed is shared with the original: statements are long and changes few. */
function copyDeep(value: unknown, change: (node: Node) => Node | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const copied = (child: unknown): unknown => (isNode(child) ? rewrite(child, change) : copyDeep(child, change));
  if (Array.isArray(value)) {
    const items = value.map(copied);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [key, child] of Object.entries(value)) {
    const copy = copied(child);
    if (copy === child) continue;
    changed ??= { ...value };
    changed[key] = copy;
  }
  return changed ?? value;
}

/** Whether any node of the tree fulfils the condition. */
export function some(node: unknown, isWanted: (node: Node) => boolean): boolean {
  if (Array.isArray(node)) return node.some(item => some(item, isWanted));
  if (typeof node !== 'object' || node === null) return false;
  if (isNode(node) && isWanted(node)) return true;
  for (const child of Object.values(node)) if (typeof child === 'object' && some(child, isWanted)) return true;
  return false;
}

/** Shows each node, parents before children; where `see` answers false, what is below the node is passed over. */
export function visit(node: unknown, see: (node: Node) => boolean): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, see);
    return;
  }
  if (typeof node !== 'object' || node === null || (isNode(node) && !see(node))) return;
  for (const child of Object.values(node)) visit(child, see);
}

/** Equal but for where they stand in the text. */
export const isSame = (left: Node, right: Node): boolean => canonical(left) === canonical(right);

// Nodes never change, and each key of GROUP BY is compared with each expression.
const canonicals = new WeakMap<Node, string>();

function canonical(node: Node): string {
  const known = canonicals.get(node);
  if (known !== undefined) return known;
  const text = JSON.stringify(node, (key, value: unknown) =>
    key === 'location' || key.endsWith('_start') || key.endsWith('_end') ? undefined : value,
  );
  canonicals.set(node, text);
  return text;
}

export const columnRef = (...names: readonly string[]): Node => ({
  ColumnRef: { fields: names.map(sval => ({ String: { sval } })) },
});

export const isStar = (node: Node): boolean =>
  body(node, 'ColumnRef')?.fields?.some(field => Object.hasOwn(field, 'A_Star')) ?? false;

/** The name Postgres gives an output column that has none. */
export function outputName(node: Node | undefined): string {
  if (node === undefined) return '?column?';
  const fields = body(node, 'ColumnRef')?.fields;
  if (fields !== undefined) return textsOf(fields).at(-1) ?? '?column?';
  const call = functionName(node);
  // The one departure: two measures without names would both be called "measure".
  const [measure] = call === 'measure' ? (body(node, 'FuncCall')?.args ?? []) : [];
  if (measure !== undefined) return outputName(measure);
  if (call !== undefined) return call;
  const cast = body(node, 'TypeCast');
  if (cast !== undefined) {
    const inner = outputName(cast.arg);
    return inner === '?column?' ? (typeName(node) ?? inner) : inner;
  }
  if (Object.hasOwn(node, 'CaseExpr')) return 'case';
  if (Object.hasOwn(node, 'GroupingFunc')) return 'grouping';
  if (Object.hasOwn(node, 'CoalesceExpr')) return 'coalesce';
  return '?column?';
}

/** What AND joins. */
export const conjuncts = (node: Node): Node[] => {
  const logical = body(node, 'BoolExpr');
  return logical?.boolop === 'AND_EXPR' ? (logical.args ?? []).flatMap(conjuncts) : [node];
};

export const allOf = (nodes: readonly Node[]): Node => {
  const [first] = nodes;
  return first !== undefined && nodes.length === 1 ? first : { BoolExpr: { boolop: 'AND_EXPR', args: [...nodes] } };
};
