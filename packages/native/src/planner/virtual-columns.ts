import { SqlError, sqlState } from '../postgres/index.js';
import { body, locationOf, type Node, rewrite, textsOf } from './ast.js';
import { readConstant } from './constants.js';
import { literal } from './parameters.js';
import { castTo } from './partials.js';
import { isModelJoin } from './read-from.js';

/**
 * Cube's SQL API has two columns that no table has: `__user`, who asks, and `__cubeJoinField`, which is there to be set
 * equal to another one and is null otherwise. Clients of Cube select and filter by them. To ask as somebody else is
 * refused: a filter must not change what one may see.
 */
export function resolveVirtualColumns(statement: Node, user: string | undefined): Node {
  return rewrite(statement, node => {
    if (isModelJoin(node)) return node;
    const target = body(node, 'ResTarget');
    const name = target?.val && virtualName(target.val);
    if (target !== undefined && name !== undefined) {
      return { ResTarget: { ...target, name: target.name ?? name, val: virtualValue(name, user) } };
    }
    const asked = Object.hasOwn(node, 'A_Expr') ? askedUsers(node) : undefined;
    if (asked === undefined) {
      const own = virtualName(node);
      return own === undefined ? undefined : virtualValue(own, user);
    }
    const other = asked.find(constant => constant !== undefined && constant !== user);
    if (other === undefined) return { A_Const: { boolval: { boolval: true } } };
    const at = locationOf(node);
    throw new SqlError(sqlState.insufficientPrivilege, `permission denied to ask as user "${other}"`, {
      hint: 'Log in as the user whose data is wanted.',
      ...(at !== undefined && { at }),
    });
  });
}

const virtualValue = (name: string, user: string | undefined): Node =>
  castTo(literal(name === '__user' ? (user ?? null) : null), 'text');

function virtualName(node: Node): string | undefined {
  const written = textsOf(body(node, 'ColumnRef')?.fields).at(-1) ?? '';
  return ['__user', '__cubeJoinField'].find(name => name.toLowerCase() === written.toLowerCase());
}

/** Whom `__user = 'x'` or `__user IN (...)` names; nothing for other conditions. A parameter without value names nobody. */
function askedUsers(node: Node): (string | undefined)[] | undefined {
  const { kind, name, lexpr, rexpr } = body(node, 'A_Expr') ?? {};
  if (textsOf(name).at(-1) !== '=' || !['AEXPR_OP', 'AEXPR_IN'].includes(kind ?? '')) return undefined;
  const isUser = (side: Node | undefined): boolean => side !== undefined && virtualName(side) === '__user';
  if (!isUser(lexpr) && !isUser(rexpr)) return undefined;
  const other = isUser(lexpr) ? rexpr : lexpr;
  const values = (body(other, 'List')?.items ?? [other]).map(readConstant);
  if (values.some(value => value === undefined)) return undefined;
  return values.map(value => (value?.isKnown === true ? String(value.value) : undefined));
}
