import type { AggregateType, Member } from '../cube/index.js';
import { notSupported, type PgType, SqlError, sqlState } from '../postgres/index.js';
import { body, functionName, locationOf, type Node, some, typeName } from './ast.js';
import { readConstant } from './constants.js';
import type { Scope } from './scope.js';

/** What Cube itself can answer: a dimension, a time dimension cut to a granularity, a measure. */
export interface Leaf {
  readonly kind: 'dimension' | 'time' | 'measure';
  readonly member: Member;
  readonly granularity: string | undefined;
  readonly type: PgType;
  /** Its column in Cube's answer. */
  readonly key: string;
}

const granularities = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);
const aggregates = new Set(['sum', 'count', 'avg', 'min', 'max', 'measure']);

export const isAggregateCall = (node: Node): boolean => {
  const call = body(node, 'FuncCall');
  if (call === undefined || call.over !== undefined) return false;
  return call.agg_within_group === true || aggregateNames.has(functionName(node) ?? '');
};
const aggregateNames = new Set([
  ...aggregates,
  ...['any_value', 'array_agg', 'string_agg', 'xmlagg', 'range_agg', 'range_intersect_agg'],
  ...['json_agg', 'jsonb_agg', 'json_object_agg', 'jsonb_object_agg'],
  ...['bool_and', 'bool_or', 'every', 'bit_and', 'bit_or', 'bit_xor'],
  ...['stddev', 'stddev_pop', 'stddev_samp', 'variance', 'var_pop', 'var_samp'],
  ...['corr', 'covar_pop', 'covar_samp', 'regr_avgx', 'regr_avgy', 'regr_count', 'regr_intercept', 'regr_r2'],
  ...['regr_slope', 'regr_sxx', 'regr_sxy', 'regr_syy'],
]);

export const hasAggregate = (node: unknown): boolean => some(node, isAggregateCall);

export const leafOf = (member: Member): Leaf => ({
  kind: member.kind,
  member,
  granularity: undefined,
  type: member.type,
  key: member.member,
});

/** The leaf that a node is, if it is one. A measure outside an aggregate is one too: who groups has to refuse it. */
export function readLeaf(node: Node, scope: Scope): Leaf | undefined {
  if (Object.hasOwn(node, 'ColumnRef')) {
    const resolved = scope.resolve(node);
    if (resolved.kind === 'member') return leafOf(resolved.member);
    if (resolved.kind === 'segment') {
      throw notSupported('a segment can only be used in WHERE', 'Write WHERE with its name.', locationOf(node));
    }
    const isUser = resolved.name === '__user';
    throw notSupported(
      `the column "${resolved.name}" is not supported here`,
      isUser ? 'Log in as the user whose data is wanted.' : 'Use it in ON a.__cubeJoinField = b.__cubeJoinField only.',
      locationOf(node),
    );
  }
  if (Object.hasOwn(node, 'TypeCast')) return readCastLeaf(node, scope);
  const name = functionName(node);
  if (name === 'date_trunc') return readDateTrunc(node, scope);
  if (name !== undefined && aggregates.has(name) && body(node, 'FuncCall')?.over === undefined) {
    return readMeasure(node, name, scope);
  }
  return undefined;
}

/** The measure inside `SUM(m) FILTER (WHERE ...)`, and the condition. */
export function filteredMeasure(node: Node, scope: Scope): { readonly leaf: Leaf; readonly filter: Node } | undefined {
  const call = body(node, 'FuncCall');
  if (call?.agg_filter === undefined || call.over !== undefined) return undefined;
  const { agg_filter: filter, ...bare } = call;
  const leaf = readLeaf({ FuncCall: bare }, scope);
  return leaf?.kind === 'measure' ? { leaf, filter } : undefined;
}

/** A cast to the type that the column has already changes nothing. */
function readCastLeaf(node: Node, scope: Scope): Leaf | undefined {
  const { arg } = body(node, 'TypeCast') ?? {};
  if (arg === undefined || readConstant(arg) !== undefined) return undefined;
  const leaf = readLeaf(arg, scope);
  if (leaf === undefined) return undefined;
  const target = {
    text: 'text',
    varchar: 'text',
    timestamp: 'timestamp',
    float8: 'float8',
    int8: 'int8',
    bool: 'bool',
  }[typeName(node) ?? ''];
  return target === leaf.type ? leaf : undefined;
}

function readDateTrunc(node: Node, scope: Scope): Leaf | undefined {
  const [unitNode, value, ...rest] = body(node, 'FuncCall')?.args ?? [];
  if (unitNode === undefined || value === undefined || rest.length > 0) return undefined;
  const unit = readConstant(unitNode);
  const source = timeSource(value, scope);
  if (source === undefined || unit?.isKnown !== true) return undefined;
  const granularity = String(unit.value).toLowerCase();
  if (!granularities.has(granularity)) return undefined;
  return {
    kind: 'time',
    member: source,
    granularity,
    type: 'timestamp',
    key: `${source.member}.${granularity}`,
  };
}

/** The time dimension inside, seen through casts that keep the day. */
export function timeSource(node: Node, scope: Scope): Member | undefined {
  const cast = body(node, 'TypeCast');
  if (cast?.arg !== undefined && typeName(node) === 'timestamp') return timeSource(cast.arg, scope);
  if (!Object.hasOwn(node, 'ColumnRef')) return undefined;
  const resolved = scope.resolve(node);
  return resolved.kind === 'member' && resolved.member.kind === 'dimension' && resolved.member.isTime
    ? resolved.member
    : undefined;
}

/** `COUNT(*)` and `COUNT(1)`. */
export function isCountOfAll(node: Node): boolean {
  const call = body(node, 'FuncCall');
  if (call === undefined || functionName(node) !== 'count' || call.agg_distinct) return false;
  return call.agg_star === true || readConstant(call.args?.[0])?.isKnown === true;
}

function readMeasure(node: Node, name: string, scope: Scope): Leaf | undefined {
  const call = body(node, 'FuncCall');
  const at = locationOf(node);
  // A measure with FILTER is computed from finer groups; see `filteredMeasure`.
  if (call === undefined || call.agg_filter !== undefined) return undefined;
  const [argument, ...more] = call.args ?? [];
  if (isCountOfAll(node)) return leafOf(countMeasure(scope, at));
  if (argument === undefined || more.length > 0) {
    if (name !== 'measure') return undefined;
    throw new SqlError(sqlState.undefinedFunction, 'MEASURE takes one measure', {
      hint: 'Write MEASURE(name).',
      ...(at !== undefined && { at }),
    });
  }
  const inner = seeThroughCasts(argument);
  if (!Object.hasOwn(inner, 'ColumnRef')) {
    if (name === 'measure') throw notAMeasure(at);
    return undefined;
  }
  const resolved = scope.resolve(inner);
  if (resolved.kind !== 'member' || resolved.member.kind !== 'measure') {
    if (name === 'measure') throw notAMeasure(at);
    return undefined;
  }
  assertFits(name, call.agg_distinct === true, resolved.member, at);
  return leafOf(resolved.member);
}

/** `SUM(CAST(m AS decimal))`: tools cast what they sum. */
function seeThroughCasts(node: Node): Node {
  const { arg } = body(node, 'TypeCast') ?? {};
  return arg !== undefined && ['numeric', 'float8', 'int8', 'int4'].includes(typeName(node) ?? '')
    ? seeThroughCasts(arg)
    : node;
}

export const notAMeasure = (at: number | undefined): SqlError =>
  new SqlError(sqlState.datatypeMismatch, 'MEASURE takes a measure, not a dimension or an expression', {
    hint: 'Aggregate dimensions with COUNT(DISTINCT ...), MIN or MAX.',
    ...(at !== undefined && { at }),
  });

const fitting: Readonly<Record<AggregateType, readonly string[]>> = {
  sum: ['sum'],
  count: ['count', 'sum'],
  countDistinct: ['count distinct'],
  countDistinctApprox: ['count distinct'],
  avg: ['avg'],
  min: ['min'],
  max: ['max'],
  number: ['sum', 'avg', 'min', 'max', 'count', 'count distinct'],
  other: ['min', 'max'],
};

/** A measure has its aggregation in the model; another one around it would be a different number. */
function assertFits(name: string, isDistinct: boolean, member: Member, at: number | undefined): void {
  if (name === 'measure') return;
  const written = isDistinct ? `${name} distinct` : name;
  if (fitting[member.aggregate ?? 'other'].includes(written)) return;
  throw new SqlError(
    sqlState.datatypeMismatch,
    `measure "${member.name}" is of type ${member.aggregate}, which ${written.toUpperCase()} does not match`,
    { hint: `Write MEASURE(${member.name}).`, ...(at !== undefined && { at }) },
  );
}

/** `COUNT(*)` is the measure `count` where there is one, else the first count measure. */
export function countMeasure(scope: Scope, at: number | undefined): Member {
  const counts = scope.tables.flatMap(({ table }) => table.members.filter(member => member.aggregate === 'count'));
  const count = counts.find(member => member.name === 'count') ?? counts[0];
  if (count !== undefined) return count;
  const names = scope.tables.map(({ table }) => `"${table.name}"`).join(', ');
  throw notSupported(`COUNT(*) needs a measure of type count, and ${names} has none`, 'Use MEASURE(...).', at);
}
