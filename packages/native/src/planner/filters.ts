import type { CubeFilter } from '../cube/index.js';
import { pgTypes, SqlError, sqlState, toFloat8, toInt8, type Value } from '../postgres/index.js';
import { arrayOidOf, readArray } from './arrays.js';
import { body, locationOf, type Node, textsOf } from './ast.js';
import { type Constant, readConstant, timestampValue } from './constants.js';
import { type Leaf, readLeaf } from './leaves.js';
import { NotPushable } from './not-pushable.js';
import type { Scope } from './scope.js';

/** A condition as Cube can test it. `approximate` lets through too much: the exact condition has to follow. */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'segment'; readonly member: string }
  | { readonly kind: 'filter'; readonly leaf: Leaf; readonly filter: CubeFilter; readonly isApproximate?: boolean }
  | { readonly kind: 'time'; readonly leaf: Leaf; readonly operator: TimeBound; readonly value: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] };

export type TimeBound = 'beforeDate' | 'beforeOrOnDate' | 'afterDate' | 'afterOrOnDate';

export interface FilterContext {
  readonly scope: Scope;
  /** Told what a parameter is compared with, so that Describe can announce its type. */
  readonly inferParameter: (parameter: number, oid: number) => void;
}

const never: Condition = { kind: 'constant', value: false };
const always: Condition = { kind: 'constant', value: true };

/** Reads a WHERE or HAVING condition. Throws {@link NotPushable} where Cube has no filter for it. */
export function readCondition(node: Node, context: FilterContext, negated = false): Condition {
  const logical = body(node, 'BoolExpr');
  if (logical !== undefined) {
    const args = logical.args ?? [];
    if (logical.boolop === 'NOT_EXPR') return readOnly(args[0], context, !negated);
    const parts = args.map(part => readCondition(part, context, negated));
    return join((logical.boolop === 'AND_EXPR') === negated ? 'or' : 'and', parts);
  }
  const comparison = body(node, 'A_Expr');
  if (comparison !== undefined) return readComparison(node, context, negated);

  const nullTest = body(node, 'NullTest');
  if (nullTest?.arg !== undefined) {
    const leaf = leafIn(nullTest.arg, context);
    return filter(leaf, (nullTest.nulltesttype === 'IS_NULL') === negated ? 'set' : 'notSet');
  }
  const booleanTest = body(node, 'BooleanTest');
  if (booleanTest?.arg !== undefined)
    return readBooleanTest(booleanTest.arg, booleanTest.booltesttype, context, negated);

  const constant = readConstant(node);
  if (constant !== undefined) return constantCondition(constant, negated);
  if (Object.hasOwn(node, 'ColumnRef')) return readTruth(node, context, negated);
  throw new NotPushable();
}

function readOnly(node: Node | undefined, context: FilterContext, negated: boolean): Condition {
  if (node === undefined) throw new NotPushable();
  return readCondition(node, context, negated);
}

/** A boolean column or a segment on its own: `WHERE completed`, `WHERE NOT completed`. */
function readTruth(node: Node, context: FilterContext, negated: boolean): Condition {
  const resolved = context.scope.resolve(node);
  if (resolved.kind === 'segment') {
    if (negated) throw new NotPushable();
    return { kind: 'segment', member: resolved.member };
  }
  const leaf = leafIn(node, context);
  if (leaf.type !== 'bool') {
    throw new SqlError(sqlState.datatypeMismatch, `argument of WHERE must be type boolean, not type ${leaf.type}`);
  }
  return filter(leaf, 'equals', [negated ? 'false' : 'true']);
}

function readBooleanTest(arg: Node, test: string | undefined, context: FilterContext, negated: boolean): Condition {
  if (Object.hasOwn(arg, 'ColumnRef') && context.scope.resolve(arg).kind === 'segment') {
    if (test !== 'IS_TRUE' || negated) throw new NotPushable();
    return readTruth(arg, context, false);
  }
  const leaf = leafIn(arg, context);
  const isNot = test?.startsWith('IS_NOT_') ?? false;
  const wanted = test?.replace('IS_NOT_', 'IS_');
  if (wanted === 'IS_UNKNOWN') return filter(leaf, isNot === negated ? 'notSet' : 'set');
  const value = wanted === 'IS_TRUE' ? 'true' : 'false';
  // IS NOT TRUE holds for null, too, and so does Cube's notEquals.
  return filter(leaf, isNot === negated ? 'equals' : 'notEquals', [value]);
}

function readComparison(node: Node, context: FilterContext, negated: boolean): Condition {
  const { kind, name, lexpr, rexpr } = body(node, 'A_Expr') ?? {};
  const operator = textsOf(name).at(-1) ?? '';
  if (lexpr === undefined || rexpr === undefined) throw new NotPushable();
  switch (kind) {
    case 'AEXPR_OP':
      return readOperator(operator, lexpr, rexpr, context, negated);
    case 'AEXPR_IN':
      return readIn(lexpr, body(rexpr, 'List')?.items ?? [], context, (operator === '<>') !== negated);
    case 'AEXPR_OP_ANY':
      return operator === '=' ? readInArray(lexpr, rexpr, context, negated) : notPushable();
    case 'AEXPR_OP_ALL':
      return operator === '<>' ? readInArray(lexpr, rexpr, context, !negated) : notPushable();
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      return readLike(lexpr, rexpr, context, operator.startsWith('!') !== negated, kind === 'AEXPR_ILIKE');
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN': {
      const [low, high] = body(rexpr, 'List')?.items ?? [];
      if (low === undefined || high === undefined) throw new NotPushable();
      const outside = (kind === 'AEXPR_NOT_BETWEEN') !== negated;
      const parts = [
        readOperator(outside ? '<' : '>=', lexpr, low, context, false),
        readOperator(outside ? '>' : '<=', lexpr, high, context, false),
      ];
      return join(outside ? 'or' : 'and', parts);
    }
    case 'AEXPR_NOT_DISTINCT':
    case 'AEXPR_DISTINCT':
      return readDistinct(lexpr, rexpr, context, (kind === 'AEXPR_DISTINCT') !== negated);
    default:
      throw new NotPushable();
  }
}

const notPushable = (): never => {
  throw new NotPushable();
};

const mirrored: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=', '=': '=', '<>': '<>' };
const opposite: Readonly<Record<string, string>> = { '<': '>=', '>': '<=', '<=': '>', '>=': '<', '=': '<>', '<>': '=' };

function readOperator(written: string, left: Node, right: Node, context: FilterContext, negated: boolean): Condition {
  const operator = written === '!=' ? '<>' : written;
  if (mirrored[operator] === undefined) throw new NotPushable();
  const leftConstant = readConstant(left);
  const rightConstant = readConstant(right);
  if (leftConstant !== undefined && rightConstant !== undefined) {
    return compareConstants(operator, leftConstant, rightConstant, negated);
  }
  if (leftConstant !== undefined) return readOperator(mirrored[operator] ?? '', right, left, context, negated);
  if (rightConstant === undefined) throw new NotPushable();

  const effective = negated ? (opposite[operator] ?? '') : operator;
  if (isSegment(left, context)) {
    if (!rightConstant.isKnown || effective !== '=' || !isTruthy(rightConstant.value)) throw new NotPushable();
    return readTruth(left, context, false);
  }
  const leaf = leafIn(left, context);
  return compare(leaf, effective, rightConstant, context, locationOf(right));
}

const isSegment = (node: Node, { scope }: FilterContext): boolean =>
  Object.hasOwn(node, 'ColumnRef') && scope.resolve(node).kind === 'segment';

const isTruthy = (value: Value): boolean => value === true || /^(t|true|1)$/i.test(String(value));

const compareOperators: Readonly<Record<string, string>> = { '<': 'lt', '>': 'gt', '<=': 'lte', '>=': 'gte' };
const timeOperators: Readonly<Record<string, TimeBound>> = {
  '<': 'beforeDate',
  '<=': 'beforeOrOnDate',
  '>': 'afterDate',
  '>=': 'afterOrOnDate',
};

function compare(leaf: Leaf, operator: string, constant: Constant, context: FilterContext, at?: number): Condition {
  if (constant.isKnown && constant.value === null) return never;
  const value = filterValue(leaf, constant, context, at);
  if (leaf.type === 'timestamp') {
    if (leaf.kind !== 'dimension') throw new NotPushable();
    const bound = timeOperators[operator];
    if (bound !== undefined) return { kind: 'time', leaf, operator: bound, value };
    return filter(leaf, operator === '=' ? 'inDateRange' : 'notInDateRange', [value, value]);
  }
  if (operator === '=') return filter(leaf, 'equals', [value]);
  if (operator === '<>') return excluding(leaf, [value]);
  // Cube compares booleans for equality only, and a source orders text by its own collation.
  if (leaf.type === 'bool' || leaf.type === 'text') throw new NotPushable();
  return filter(leaf, compareOperators[operator] ?? '', [value]);
}

/** Cube's notEquals lets nulls through; SQL's `<>` does not. */
const excluding = (leaf: Leaf, values: readonly string[]): Condition =>
  join('and', [filter(leaf, 'notEquals', values), filter(leaf, 'set')]);

function readIn(left: Node, items: readonly Node[], context: FilterContext, negated: boolean): Condition {
  const leaf = leafIn(left, context);
  const constants = items.map(item => readConstant(item) ?? notPushable());
  const isNull = (constant: Constant): boolean => constant.isKnown && constant.value === null;
  const hasNull = constants.some(isNull);
  // x NOT IN (1, NULL) is never true.
  if (negated && hasNull) return never;
  const values = constants
    .filter(constant => !isNull(constant))
    .map((constant, index) => filterValue(leaf, constant, context, locationOf(items[index] ?? left)));
  if (values.length === 0) return negated ? always : never;
  if (leaf.type === 'timestamp') {
    if (leaf.kind !== 'dimension') throw new NotPushable();
    const operator = negated ? 'notInDateRange' : 'inDateRange';
    return join(
      negated ? 'and' : 'or',
      values.map(value => filter(leaf, operator, [value, value])),
    );
  }
  return negated ? excluding(leaf, values) : filter(leaf, 'equals', values);
}

/** `= ANY (array)` and `<> ALL (array)`: an IN list, whose items may come as one parameter. */
function readInArray(left: Node, right: Node, context: FilterContext, negated: boolean): Condition {
  const array = readArray(right) ?? notPushable();
  if (array.kind === 'items') return readIn(left, array.items, context, negated);
  const { parameter } = array;
  if (parameter !== undefined) context.inferParameter(parameter, arrayOidOf(leafIn(left, context).type));
  return readIn(left, [{ ParamRef: { number: 0 } }], { ...context, inferParameter: () => undefined }, negated);
}

function readDistinct(left: Node, right: Node, context: FilterContext, isDistinct: boolean): Condition {
  const leaf = leafIn(left, context);
  const constant = readConstant(right);
  if (constant === undefined || leaf.type === 'timestamp') throw new NotPushable();
  if (constant.isKnown && constant.value === null) return filter(leaf, isDistinct ? 'set' : 'notSet');
  const values = [filterValue(leaf, constant, context, locationOf(right))];
  return filter(leaf, isDistinct ? 'notEquals' : 'equals', values);
}

/**
 * Cube's contains, startsWith and endsWith know no case. So they are exact for ILIKE, and for LIKE where the pattern has
 * no letters; otherwise they narrow the rows and the exact pattern follows.
 */
function readLike(left: Node, right: Node, context: FilterContext, negated: boolean, ignoresCase: boolean): Condition {
  const leaf = leafIn(left, context);
  const constant = readConstant(right);
  if (constant === undefined || leaf.type !== 'text' || leaf.kind !== 'dimension') throw new NotPushable();
  if (!constant.isKnown) {
    if (constant.parameter !== undefined) context.inferParameter(constant.parameter, pgTypes.text.oid);
    return filter(leaf, 'contains', ['']);
  }
  if (constant.value === null) return never;
  const pattern = String(constant.value);
  const match = /^(%?)([^%]*)(%?)$/s.exec(pattern);
  const [, open = '', text = '', close = ''] = match ?? [];
  // Sources differ in how they escape wildcards, so a pattern with inner ones is tested on the rows.
  if (match === null || /[_\\]/.test(text)) throw new NotPushable();
  const hasCase = text.toLowerCase() !== text.toUpperCase();
  if (text === '')
    return pattern === '' ? negatable(leaf, negated, 'equals', '') : filter(leaf, negated ? 'notSet' : 'set');
  if (open === '' && close === '' && !(ignoresCase && hasCase)) return negatable(leaf, negated, 'equals', text);
  if (open === '' && close === '') throw new NotPushable();
  const operator = open === '' ? 'startsWith' : close === '' ? 'endsWith' : 'contains';
  if (ignoresCase || !hasCase) return negatable(leaf, negated, operator, text);
  // Without case there are fewer rows that do not match: a negated pattern cannot be narrowed that way.
  if (negated) throw new NotPushable();
  return {
    kind: 'filter',
    leaf,
    filter: { member: leaf.member.member, operator, values: [text] },
    isApproximate: true,
  };
}

function negatable(leaf: Leaf, negated: boolean, operator: string, value: string): Condition {
  if (!negated) return filter(leaf, operator, [value]);
  const opposite = `not${operator.charAt(0).toUpperCase()}${operator.slice(1)}`;
  return join('and', [filter(leaf, opposite, [value]), filter(leaf, 'set')]);
}

function filterValue(leaf: Leaf, constant: Constant, context: FilterContext, at?: number): string {
  if (!constant.isKnown) {
    if (constant.parameter !== undefined) context.inferParameter(constant.parameter, pgTypes[leaf.type].oid);
    return leaf.type === 'timestamp' ? '2000-01-01T00:00:00.000' : '0';
  }
  const { value } = constant;
  switch (leaf.type) {
    case 'timestamp':
      return timestampValue(value, at);
    case 'bool':
      if (/^(true|t|1|false|f|0)$/i.test(String(value))) return String(isTruthy(value));
      throw new SqlError(sqlState.invalidText, `invalid input syntax for type boolean: "${value}"`, position(at));
    case 'int8':
      // Compared with fractions as well: count > 1.5.
      return /^-?\d+$/.test(String(value)) ? toInt8(value).toString() : String(toFloat8(value));
    case 'float8':
      return /^-?\d+(\.\d+)?$/.test(String(value)) ? String(value) : String(toFloat8(value));
    case 'text':
      return String(value);
  }
}

const position = (at: number | undefined): { at?: number } => (at === undefined ? {} : { at });

function leafIn(node: Node, { scope }: FilterContext): Leaf {
  const leaf = readLeaf(node, scope);
  if (leaf === undefined || leaf.kind === 'time') throw new NotPushable();
  return leaf;
}

const filter = (leaf: Leaf, operator: string, values?: readonly string[]): Condition => ({
  kind: 'filter',
  leaf,
  filter: { member: leaf.member.member, operator, ...(values && { values }) },
});

function constantCondition(constant: Constant, negated: boolean): Condition {
  if (!constant.isKnown) throw new NotPushable();
  if (constant.value === null) return never;
  return { kind: 'constant', value: isTruthy(constant.value) !== negated };
}

/** `1 = 0` and the like; what Postgres would compare in another way than as numbers or text is left to it. */
function compareConstants(operator: string, left: Constant, right: Constant, negated: boolean): Condition {
  if (!left.isKnown || !right.isKnown) throw new NotPushable();
  if (left.value === null || right.value === null) return never;
  const isNumber = (value: Value): boolean => typeof value === 'number';
  if (!(isNumber(left.value) && isNumber(right.value)) && operator !== '=' && operator !== '<>')
    throw new NotPushable();
  const [a, b] =
    isNumber(left.value) && isNumber(right.value)
      ? [left.value, right.value]
      : [String(left.value), String(right.value)];
  const order = a < b ? -1 : a > b ? 1 : 0;
  const holds = {
    '=': order === 0,
    '<>': order !== 0,
    '<': order < 0,
    '>': order > 0,
    '<=': order <= 0,
    '>=': order >= 0,
  }[operator];
  return { kind: 'constant', value: (holds ?? false) !== negated };
}

/** Joins conditions, folding constants away. */
export function join(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const absorbing = kind === 'or';
  const flat = parts.flatMap(part => (part.kind === kind ? part.parts : [part]));
  if (flat.some(part => part.kind === 'constant' && part.value === absorbing))
    return { kind: 'constant', value: absorbing };
  const open = flat.filter(part => part.kind !== 'constant');
  const [first] = open;
  if (first === undefined) return { kind: 'constant', value: !absorbing };
  if (open.length === 1) return first;
  if (absorbing && open.some(isUnfitForOr)) throw new NotPushable();
  return { kind, parts: open };
}

/** Inside OR a condition has to be exact, and a segment has no place in Cube's filter trees. */
const isUnfitForOr = (part: Condition): boolean =>
  part.kind === 'segment' ||
  (part.kind === 'filter' && part.isApproximate === true) ||
  ((part.kind === 'and' || part.kind === 'or') && part.parts.some(isUnfitForOr));

/** The members that a condition reads. */
export function leavesOf(condition: Condition): readonly Leaf[] {
  switch (condition.kind) {
    case 'filter':
    case 'time':
      return [condition.leaf];
    case 'and':
    case 'or':
      return condition.parts.flatMap(leavesOf);
    default:
      return [];
  }
}

export function toCubeFilter(condition: Condition): CubeFilter {
  switch (condition.kind) {
    case 'filter':
      return condition.filter;
    case 'time':
      return { member: condition.leaf.member.member, operator: condition.operator, values: [condition.value] };
    case 'and':
      return { and: condition.parts.map(toCubeFilter) };
    case 'or':
      return { or: condition.parts.map(toCubeFilter) };
    default:
      throw new NotPushable();
  }
}
