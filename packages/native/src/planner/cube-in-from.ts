import type { Table } from '../cube/index.js';
import { notSupported } from '../postgres/index.js';
import { body, columnRef, locationOf, type Node, rewrite, type SelectStmt, textsOf, visit } from './ast.js';
import { readPicked } from './flatten.js';

/** The one cube of a FROM that names other relations too: bare, or in a subselect that only picks and filters. */
export interface CubeInFrom {
  /** Where it stands in the FROM. */
  readonly place: Node;
  readonly alias: string;
  readonly table: Table;
  /** What the statement calls its columns, and what these are in terms of the table under the same alias. */
  readonly columns: ReadonlyMap<string, Node>;
  /** The subselect's own condition. */
  readonly where: Node | undefined;
  /** Whether an outer join may put nulls in place of its rows. */
  readonly isNullable: boolean;
}

export interface FromContext {
  readonly tables: readonly Table[];
  readonly isCube: (node: Node) => boolean;
  readonly isOverCubes: (select: SelectStmt) => boolean;
}

/** The cube that has to be grouped before it can be joined; nothing where none stands beside other relations. */
export function findCubeInFrom(from: readonly Node[], context: FromContext): CubeInFrom | undefined {
  const found = from.flatMap(item => find(item, false, context));
  const [first, second] = found;
  if (first === undefined || second === undefined) return first;
  // Subselects that pick can be read row by row; a bare cube has no rows of its own to join with another cube's.
  const bare = found.find(({ place }) => context.isCube(place));
  if (bare === undefined) return undefined;
  throw notSupported(
    'two cubes cannot stand beside other relations or subqueries',
    'Join subqueries: FROM (SELECT ... FROM cube GROUP BY ...) a JOIN ..., or use a view of both cubes.',
    locationOf(bare.place),
  );
}

function find(node: Node, isNullable: boolean, context: FromContext): CubeInFrom[] {
  const join = body(node, 'JoinExpr');
  if (join?.larg !== undefined && join.rarg !== undefined) {
    const fills = (...types: readonly string[]): boolean => isNullable || types.includes(join.jointype ?? '');
    return [
      ...find(join.larg, fills('JOIN_RIGHT', 'JOIN_FULL'), context),
      ...find(join.rarg, fills('JOIN_LEFT', 'JOIN_FULL'), context),
    ];
  }
  if (context.isCube(node)) return [{ ...bareCube(node, context.tables), isNullable }];
  const picked = readPicked(node, context.tables, context.isOverCubes);
  const [cube, ...more] = picked?.select.fromClause ?? [];
  if (picked === undefined || cube === undefined || more.length > 0 || !context.isCube(cube)) return [];
  const inner = bareCube(cube, context.tables);
  const alias = picked.alias || 'unnamed_source';
  // One name for the table, inside and out.
  const renamed = (expression: Node): Node =>
    rewrite(expression, column => {
      const fields = body(column, 'ColumnRef')?.fields;
      return fields && columnRef(alias, textsOf(fields).at(-1) ?? '');
    });
  return [
    {
      place: node,
      alias,
      table: inner.table,
      columns: new Map([...picked.columns].map(([name, expression]) => [name, renamed(expression)])),
      where: picked.select.whereClause && renamed(picked.select.whereClause),
      isNullable,
    },
  ];
}

function bareCube(node: Node, tables: readonly Table[]): Omit<CubeInFrom, 'isNullable'> {
  const relation = body(node, 'RangeVar');
  const table = tables.find(({ name }) => name === relation?.relname);
  if (table === undefined) throw new Error('a cube in FROM is one of the tables');
  const alias = relation?.alias?.aliasname ?? table.name;
  if (relation?.alias?.colnames) {
    throw notSupported('column names behind a table alias are not supported', 'Use AS in the select list.');
  }
  return {
    place: node,
    alias,
    table,
    columns: new Map(table.members.map(({ name }) => [name, columnRef(alias, name)])),
    where: undefined,
  };
}

/** The names of a FROM's relations. */
export function aliasesOf(from: readonly Node[]): Set<string> {
  const names = new Set<string>();
  const visit = (node: Node | undefined): void => {
    const join = body(node, 'JoinExpr');
    if (join !== undefined) {
      visit(join.larg);
      visit(join.rarg);
    }
    const relation = body(node, 'RangeVar');
    const alias =
      relation?.alias ?? join?.alias ?? body(node, 'RangeSubselect')?.alias ?? body(node, 'RangeFunction')?.alias;
    const name = alias?.aliasname ?? relation?.relname;
    if (name !== undefined) names.add(name);
  };
  for (const item of from) visit(item);
  return names;
}

/** Whether a SELECT reads columns of a statement around it: `WHERE t.device = outer_table.device`. */
export function isCorrelated(select: SelectStmt, known: ReadonlySet<string> = new Set()): boolean {
  const names = new Set([...known, ...aliasesOf(select.fromClause ?? [])]);
  let isFound = false;
  visit(Object.values(select), node => {
    const inner = body(node, 'SelectStmt');
    if (inner !== undefined) {
      isFound ||= isCorrelated(inner, names);
      return false;
    }
    const owner = textsOf(body(node, 'ColumnRef')?.fields).at(-2);
    isFound ||= owner !== undefined && !names.has(owner);
    return true;
  });
  return isFound;
}
