import type { Table } from '../cube/index.js';
import { notSupported, SqlError, sqlState } from '../postgres/index.js';
import { body, locationOf, type Node, textsOf } from './ast.js';
import { type ScopeTable, unknownTable } from './scope.js';

interface From {
  readonly scopeTables: readonly ScopeTable[];
  readonly conditions: readonly Node[];
}

/** The cubes of a FROM. Several cubes are joined the way the model says; the statement only says that they are. */
export function readFrom(nodes: readonly Node[], tables: readonly Table[]): From {
  const from = nodes.map(node => readItem(node, tables));
  const scopeTables = from.flatMap(item => item.scopeTables);
  const twice = scopeTables.find(({ alias }, index) => scopeTables.findIndex(other => other.alias === alias) !== index);
  if (twice !== undefined) throw new SqlError('42712', `table name "${twice.alias}" specified more than once`);
  return { scopeTables, conditions: from.flatMap(item => item.conditions) };
}

function readItem(node: Node, tables: readonly Table[]): From {
  const relation = body(node, 'RangeVar');
  if (relation !== undefined) {
    const table = tables.find(({ name }) => name === relation.relname);
    if (table === undefined) throw unknownTable(relation.relname ?? '', tables, locationOf(node));
    if (relation.alias?.colnames)
      throw notSupported('column names behind a table alias are not supported', 'Use AS in the select list.');
    return { scopeTables: [{ alias: relation.alias?.aliasname ?? table.name, table }], conditions: [] };
  }
  const join = body(node, 'JoinExpr');
  if (join?.larg !== undefined && join.rarg !== undefined) {
    // The model's joins are left joins, whichever word the statement has for them.
    const isModels = join.quals ? isModelJoin(join.quals) : join.jointype === 'JOIN_INNER';
    const isKnown = join.jointype === 'JOIN_INNER' || join.jointype === 'JOIN_LEFT';
    if (!isModels || !isKnown || join.isNatural || join.usingClause) {
      throw notSupported(
        'cubes are joined as the model says, not by a condition of the statement',
        'Use a view, CROSS JOIN, or ON a.__cubeJoinField = b.__cubeJoinField.',
      );
    }
    return readFrom([join.larg, join.rarg], tables);
  }
  throw new SqlError(sqlState.notSupported, 'this FROM is not supported beside a cube', {
    hint: 'Join subqueries instead: FROM (SELECT ...) a JOIN (SELECT ...) b ON ...',
  });
}

/** `a.__cubeJoinField = b.__cubeJoinField`; unquoted names arrive in lower case. */
export function isModelJoin(node: Node): boolean {
  const { kind, lexpr, rexpr } = body(node, 'A_Expr') ?? {};
  const isJoinField = (side: Node | undefined): boolean =>
    textsOf(body(side, 'ColumnRef')?.fields).at(-1)?.toLowerCase() === '__cubejoinfield';
  return kind === 'AEXPR_OP' && isJoinField(lexpr) && isJoinField(rexpr);
}
