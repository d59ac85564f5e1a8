import { body, functionName, type Node, rewrite, textsOf } from '../ast.js';
import { NotPushable } from '../not-pushable.js';
import { castTo, integer } from '../partials.js';
import type { SqlType } from './dialect.js';
import type { Expressions } from './expressions.js';
import type { Template } from './template.js';
import { isNumber, isWhole, type Typed } from './typed.js';

/** Makes a column of the answer from an aggregate; sums of whole numbers travel as text, which has no limits. */
export type AddColumn = (aggregate: Template, type: SqlType | 'digits') => Node;

const wholeTypes: Readonly<Partial<Record<SqlType, 'int4' | 'int8'>>> = { int4: 'int4', int8: 'int8' };

const refuse = (): never => {
  throw new NotPushable();
};

/** `CASE WHEN ... THEN 1 ELSE 0.0 END`, as Metabase counts, with whole numbers for its decimals that are whole. */
function wholeChoices(node: Node): Node | undefined {
  const { args = [], defresult } = body(node, 'CaseExpr') ?? {};
  const results = [...args.map(each => body(each, 'CaseWhen')?.result), defresult];
  const isWritten = results.every(each => each === undefined || body(each, 'A_Const') !== undefined);
  if (!isWritten || !results.some(isWholeDecimal)) return undefined;
  return rewrite(node, inner => {
    if (!results.includes(inner) || !isWholeDecimal(inner)) return undefined;
    return integer(Number(body(inner, 'A_Const')?.fval?.fval));
  });
}

const isWholeDecimal = (node: Node | undefined): boolean =>
  /^\d{1,9}\.0*$/.test(body(node, 'A_Const')?.fval?.fval ?? '');

/**
 * An aggregate of expressions over dimensions, as PostgreSQL types it.
 * @param countsRows whether the rows are those of one cube, so that sums and counts of dimensions mean what they say
 */
export function readAggregate(node: Node, expressions: Expressions, countsRows: boolean, add: AddColumn): Node {
  const call = body(node, 'FuncCall');
  const isKnown = call !== undefined && !call.over && !call.agg_order && !call.agg_within_group && !call.func_variadic;
  const names = textsOf(call?.funcname);
  if (!isKnown || (names.length > 1 && names[0] !== 'pg_catalog') || call.args?.length !== 1) return refuse();
  const { types } = expressions;
  const [written = refuse()] = call.args;
  const isTotal = ['sum', 'avg'].includes(functionName(node) ?? '');
  const counted = isTotal ? wholeChoices(written) : undefined;
  const read = expressions.read(counted ?? written);
  if (read.kind !== 'value') return refuse();
  const { type, sql } = read;
  const filter = call.agg_filter && expressions.condition(call.agg_filter);
  const finish = (aggregate: Template): Template =>
    filter === undefined ? aggregate : types.say('filter', aggregate, filter);
  const name = functionName(node);
  const isDistinct = call.agg_distinct === true;
  if (isDistinct && name !== 'count') return refuse();
  switch (name) {
    case 'count':
      if (isDistinct) return add(finish(types.say('countDistinct', sql)), 'int8');
      return countsRows ? add(finish(types.say('count', sql)), 'int8') : refuse();
    case 'min':
    case 'max':
      if (type === 'bool') return refuse();
      // As text a number over no rows is null; a bigint column of an empty answer counts, and says 0.
      return isWhole(type)
        ? castTo(add(finish(types.say(name, sql)), 'digits'), wholeTypes[type] ?? 'numeric')
        : add(finish(types.say(name, sql)), type);
    case 'bool_and':
    case 'every':
    case 'bool_or':
      if (type !== 'bool') return refuse();
      return add(finish(types.say(name === 'bool_or' ? 'boolOr' : 'boolAnd', sql)), 'bool');
    case 'sum':
    case 'avg':
      return countsRows && isNumber(type) ? sumOrAverage(name, read) : refuse();
    default:
      return refuse();
  }

  function sumOrAverage(which: 'sum' | 'avg', { type, sql }: Extract<Typed, { kind: 'value' }>): Node {
    if (!isWhole(type)) return add(finish(types.say(which, sql)), 'float8');
    const sum = add(finish(types.say('sum', sql)), 'digits');
    if (which === 'sum') return castTo(sum, type === 'int4' && counted === undefined ? 'int8' : 'numeric');
    // PostgreSQL's average of whole numbers is numeric: its own division of the two. Over no rows the sum is null.
    const count = add(finish(types.say('count', sql)), 'int8');
    return {
      A_Expr: {
        kind: 'AEXPR_OP',
        name: [{ String: { sval: '/' } }],
        lexpr: castTo(sum, 'numeric'),
        rexpr: castTo(count, 'numeric'),
      },
    };
  }
}
