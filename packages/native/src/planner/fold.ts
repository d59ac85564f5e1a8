import { body, type Node, rewrite, some } from './ast.js';
import { hasParameter, isConstantExpression, readConstant } from './constants.js';
import { hasAggregate } from './leaves.js';
import { literal } from './parameters.js';

export type Evaluate = (expressions: readonly Node[]) => Promise<readonly (string | null)[]>;

/**
 * The statement with constant sides of comparisons computed: `day >= now() - interval '30 days'`. Postgres computes
 * them, so nothing here has to know how. Plain literals stay, and without any other there is nothing to ask.
 */
export async function foldConstants(statement: Node, evaluate: Evaluate): Promise<Node> {
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
export function foldParameterized(statement: Node): Node {
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
