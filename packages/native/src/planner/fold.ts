import { body, functionName, type Node, rewrite, some } from './ast.js';
import { hasParameter, isConstantExpression, readConstant } from './constants.js';
import { hasAggregate } from './leaves.js';
import { literal } from './parameters.js';

export type Evaluate = (expressions: readonly Node[]) => Promise<readonly (string | null)[]>;

/**
 * The statement with constant sides of comparisons computed: `day >= now() - interval '30 days'`. Postgres computes
 * them, so nothing here has to know how. Plain literals stay, and without any other there is nothing to ask.
 */
export async function foldConstants(written: Node, evaluate: Evaluate): Promise<Node> {
  const statement = inlineScalars(written);
  const found: Node[] = [];
  rewrite(statement, node => {
    for (const side of sidesOf(node)) if (isFoldable(side)) found.push(side);
    return undefined;
  });
  if (found.length === 0) return statement;
  const values = await evaluate(found);
  const folded = new Map(found.map((node, index): [Node, string | null] => [node, values[index] ?? null]));
  return rewrite(statement, node => {
    const value = folded.get(node);
    return value === undefined ? undefined : literal(value);
  });
}

/** `(SELECT now() - interval '7 days')`, as Looker writes the bounds of a time, is what it selects. */
const inlineScalars = (statement: Node): Node =>
  rewrite(statement, node => {
    // In a select list it has another name than what it selects.
    if (body(body(node, 'ResTarget')?.val, 'SubLink')) return node;
    const selected = scalarOf(node);
    return selected && inlineScalars(selected);
  });

/** What `(SELECT expression)` selects, where it is one row of one value whatever the tables hold. */
function scalarOf(node: Node): Node | undefined {
  const link = body(node, 'SubLink');
  const select = body(link?.subselect, 'SelectStmt');
  if (link?.subLinkType !== 'EXPR_SUBLINK' || select === undefined) return undefined;
  const { targetList = [], op = 'SETOP_NONE', limitOption, ...rest } = select;
  const value = body(targetList[0], 'ResTarget')?.val;
  const isPlain = op === 'SETOP_NONE' && limitOption === 'LIMIT_OPTION_DEFAULT' && Object.keys(rest).length === 0;
  if (!isPlain || targetList.length !== 1 || value === undefined || hasAggregate(value)) return undefined;
  return some(value, makesRows) ? undefined : value;
}

/** Functions that may answer several rows or none; PostgreSQL has more of them, of which no scalar is made. */
const makesRows = (node: Node): boolean =>
  /^(generate_|unnest$|regexp_(matches|split_to_table)$|string_to_table$|jsonb?_)/.test(functionName(node) ?? '');

/** The sides of a comparison, one by one where they are lists. Nothing inside of them is looked at. */
function sidesOf(node: Node): Node[] {
  const { name, lexpr, rexpr } = body(node, 'A_Expr') ?? {};
  const operator = body(name?.at(-1), 'String')?.sval ?? '';
  if (!comparisons.has(operator)) return [];
  return [lexpr, rexpr].flatMap((side): Node[] => {
    if (side === undefined) return [];
    return body(side, 'List')?.items ?? body(side, 'A_ArrayExpr')?.elements ?? [side];
  });
}

const comparisons = new Set(['=', '<>', '<', '>', '<=', '>=', 'BETWEEN', 'NOT BETWEEN', '~~', '!~~', '~~*', '!~~*']);

function isFoldable(node: Node): boolean {
  return readConstant(node) === undefined && isConstantExpression(node) && isExpression(node);
}

const isExpression = (node: Node): boolean =>
  !hasAggregate(node) &&
  ['FuncCall', 'TypeCast', 'A_Expr', 'SQLValueFunction', 'CoalesceExpr', 'CaseExpr'].some(name =>
    Object.hasOwn(node, name),
  );

/**
 * For Describe, where parameters have no values yet: a side of a comparison that will be constant once they have is
 * replaced by a nameless parameter, so that the plan has the shape it will have.
 */
export function foldParameterized(written: Node): Node {
  const statement = inlineScalars(written);
  const found = new Set<Node>();
  rewrite(statement, node => {
    for (const side of sidesOf(node)) {
      const isLater =
        hasParameter(side) && !some(side, inner => ['ColumnRef', 'SubLink'].some(name => Object.hasOwn(inner, name)));
      if (isLater && readConstant(side) === undefined && isExpression(side)) found.add(side);
    }
    return undefined;
  });
  return rewrite(statement, node => (found.has(node) ? { ParamRef: { number: 0 } } : undefined));
}
