import type { Member } from '../cube/index.js';
import { body, functionName, type Node, rewrite, textsOf, typeName } from './ast.js';
import { readConstant } from './constants.js';
import { readShift, readWhole, type Shift } from './intervals.js';
import { readLeaf, timeSource } from './leaves.js';
import { callOf } from './partials.js';
import type { ReadSelect } from './read-select.js';
import type { Scope } from './scope.js';

/** What Cube groups times by, from fine to coarse; a week is no part of a month. */
const units = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
type Unit = (typeof units)[number];

const isUnit = (text: string): text is Unit => units.some(unit => unit === text);

const finer = (left: Unit, right: Unit): Unit => (units.indexOf(left) < units.indexOf(right) ? left : right);

/** How many seconds a unit is, for those that are always as long. */
const secondsOf: Readonly<Partial<Record<Unit, number>>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/** The unit within which a field of a time never changes. */
const fieldUnits: Readonly<Record<string, Unit>> = {
  ...{ minute: 'minute', hour: 'hour', day: 'day', dow: 'day', isodow: 'day', doy: 'day' },
  ...{ week: 'week', isoyear: 'week', month: 'month', quarter: 'quarter', year: 'year', decade: 'year' },
};

/**
 * The SELECT with times cut to what its expressions can tell apart: of `extract(dow from at)` only the day matters, so
 * it reads `date_trunc('day', at)`. Cube then groups by days, which rollups serve, and not by instants. The values are
 * the same, since a unit's first instant lies in the unit.
 */
export function withTimeGroups(read: ReadSelect, timezone: string | undefined): ReadSelect {
  // Cube moves groups of times into the session's zone and leaves instants in UTC: only there the two agree.
  if (read.grouping.kind === 'ungrouped' || !isUtc(timezone)) return read;
  const { scope, select, grouping, where, having } = read;
  // Where the instants themselves are groups, there is nothing to gain.
  const shown = new Set(read.keys.map(key => timeSource(key, scope)));
  const cut = (node: Node): Node => cutTimes(node, scope, shown);
  const all = (nodes: readonly Node[]): Node[] => nodes.map(cut);
  const { targetList, havingClause, sortClause, windowClause } = select;
  return {
    ...read,
    select: {
      ...select,
      ...(targetList && { targetList: all(targetList) }),
      ...(havingClause && { havingClause: cut(havingClause) }),
      ...(sortClause && { sortClause: all(sortClause) }),
      ...(windowClause && { windowClause: all(windowClause) }),
    },
    targets: read.targets.map(target => ({ ...target, node: cut(target.node) })),
    grouping: { ...grouping, keys: all(grouping.keys), ...(grouping.sets && { sets: all(grouping.sets) }) },
    keys: all(read.keys),
    order: read.order.map(item => ({ ...item, node: cut(item.node) })),
    where: { ...where, residual: all(where.residual) },
    having: { ...having, residual: all(having.residual) },
    distinctOn: all(read.distinctOn),
  };
}

const isUtc = (timezone: string | undefined): boolean =>
  timezone === undefined || ['utc', 'etc/utc', 'gmt', 'etc/gmt'].includes(timezone.toLowerCase());

function cutTimes(node: Node, scope: Scope, shown: ReadonlySet<Member | undefined>): Node {
  return rewrite(node, inner => {
    if (functionName(inner) === 'date_trunc' && readLeaf(inner, scope) !== undefined) return inner;
    const unit = unitOf(inner, scope);
    if (unit === undefined) return undefined;
    return rewrite(inner, column => {
      if (!Object.hasOwn(column, 'ColumnRef') || shown.has(timeSource(column, scope))) return undefined;
      return callOf('date_trunc', [{ A_Const: { sval: { sval: unit } } }, column]);
    });
  });
}

/** The coarsest unit within which the value never changes; nothing where that is not known. */
function unitOf(node: Node, scope: Scope): Unit | undefined {
  const { arg } = body(node, 'TypeCast') ?? {};
  if (arg !== undefined) return typeName(node) === 'date' ? within('day', arg, scope) : undefined;
  const [first, second, third, ...more] = body(node, 'FuncCall')?.args ?? [];
  if (first === undefined || more.length > 0) return undefined;
  const word = (): string => textOf(first)?.toLowerCase() ?? '';
  switch (functionName(node)) {
    case 'date_trunc':
      return third === undefined && isUnit(word()) ? within(word(), second, scope) : undefined;
    case 'extract':
    case 'date_part':
      return third === undefined ? within(fieldUnits[word()], second, scope) : undefined;
    case 'date_bin': {
      const stride = readShift(first);
      const isFromMidnight = /^\d{4}-\d\d-\d\d(?:[ T]00:00(?::00)?)?$/.test(textOf(third) ?? '');
      return stride && !stride.hasMonths && isFromMidnight ? within(stride.unit, second, scope) : undefined;
    }
    case 'floor': {
      const { value, by } = readQuotient(first);
      const time = second === undefined ? epochOf(value) : undefined;
      return time && within(unitOfSeconds(by), time, scope);
    }
    default:
      return undefined;
  }
}

/** A unit of a time that may have been moved: its borders then lie where the move has put them. */
function within(unit: string | undefined, time: Node | undefined, scope: Scope): Unit | undefined {
  if (unit === undefined || !isUnit(unit) || time === undefined) return undefined;
  const moved = movedTime(time, scope);
  if (moved === undefined) return undefined;
  return moved.shifts.reduce<Unit>((found, shift) => finer(found, shift.unit), unit);
}

/** `at`, `at + interval '1 day'`, `cast(at - ... as timestamp)`. */
function movedTime(
  node: Node,
  scope: Scope,
): { readonly member: Member; readonly shifts: readonly Shift[] } | undefined {
  const member = timeSource(node, scope);
  if (member !== undefined) return { member, shifts: [] };
  const { arg } = body(node, 'TypeCast') ?? {};
  if (arg !== undefined) return typeName(node) === 'timestamp' ? movedTime(arg, scope) : undefined;
  const { name, lexpr, rexpr, kind } = body(node, 'A_Expr') ?? {};
  const operator = textsOf(name).join();
  if (kind !== 'AEXPR_OP' || lexpr === undefined || !['+', '-'].includes(operator)) return undefined;
  const shift = readShift(rexpr);
  const time = movedTime(lexpr, scope);
  return shift && time && { member: time.member, shifts: [...time.shifts, shift] };
}

/** `extract(epoch from time)`: the time. */
function epochOf(node: Node | undefined): Node | undefined {
  if (node === undefined || !['extract', 'date_part'].includes(functionName(node) ?? '')) return undefined;
  const [field, time, ...more] = body(node, 'FuncCall')?.args ?? [];
  return more.length === 0 && textOf(field)?.toLowerCase() === 'epoch' ? time : undefined;
}

/** `value / 3600`, with a whole number above nothing; a value alone is one by 1. */
function readQuotient(node: Node): { readonly value: Node; readonly by: number } {
  const { name, lexpr, rexpr, kind } = body(node, 'A_Expr') ?? {};
  const by = readWhole(rexpr);
  const isQuotient = kind === 'AEXPR_OP' && textsOf(name).join() === '/' && lexpr !== undefined;
  return isQuotient && by !== undefined && by > 0 ? { value: lexpr, by } : { value: node, by: 1 };
}

/** Midnight and full hours are full seconds since 1970 too, so steps of whole days begin with days. */
const unitOfSeconds = (seconds: number): Unit | undefined =>
  units.findLast(unit => seconds % (secondsOf[unit] ?? Number.POSITIVE_INFINITY) === 0);

const textOf = (node: Node | undefined): string | undefined => {
  const constant = readConstant(node);
  return constant?.isKnown === true && typeof constant.value === 'string' ? constant.value : undefined;
};

/** A value that no two groups of times share, and what it is; numbers are whole. */
interface Renamed {
  readonly unit: Unit;
  readonly kind: 'time' | 'date' | 'epoch' | 'number' | 'other';
  /** Whether it is no longer where its unit begins. */
  readonly isMoved: boolean;
}

/**
 * Whether an expression only writes a group of times differently (`cast(date_trunc('day', at) as date)`, Grafana's
 * `floor(extract(epoch from at) / 86400) * 86400`): Cube's groups are then the wanted ones, and every measure is right.
 */
export const isRenamedTime = (node: Node, scope: Scope): boolean => renamed(node, scope) !== undefined;

function renamed(node: Node | undefined, scope: Scope): Renamed | undefined {
  if (node === undefined) return undefined;
  const { arg } = body(node, 'TypeCast') ?? {};
  if (arg !== undefined) return renamedCast(renamed(arg, scope), typeName(node) ?? '');
  const operator = body(node, 'A_Expr');
  if (operator !== undefined) {
    const { kind, name, lexpr, rexpr } = operator;
    return kind === 'AEXPR_OP' ? renamedMove(renamed(lexpr, scope), textsOf(name).join(), rexpr) : undefined;
  }
  const call = functionName(node);
  if (call === 'date_trunc') {
    const leaf = readLeaf(node, scope);
    const unit = leaf?.kind === 'time' ? (leaf.granularity ?? '') : '';
    return isUnit(unit) ? { unit, kind: 'time', isMoved: false } : undefined;
  }
  const [first, second] = body(node, 'FuncCall')?.args ?? [];
  if (call === 'floor' && second === undefined && first !== undefined) return renamedFloor(first, scope);
  if (call === 'extract' || call === 'date_part') return renamedField(renamed(second, scope), textOf(first));
  return undefined;
}

function renamedField(time: Renamed | undefined, written: string | undefined): Renamed | undefined {
  const field = written?.toLowerCase();
  if (time === undefined || (time.kind !== 'time' && time.kind !== 'date')) return undefined;
  if (field === 'epoch') return { ...time, kind: 'epoch' };
  // 365 days after the first of January may be the same year or the next.
  return field === 'year' && time.unit === 'year' && !time.isMoved ? { ...time, kind: 'number' } : undefined;
}

/** Steps no longer than the unit, beginning where units begin: each has a step of its own. */
function renamedFloor(node: Node, scope: Scope): Renamed | undefined {
  const { value, by } = readQuotient(node);
  const inner = renamed(value, scope);
  if (inner?.kind === 'number' && by === 1) return inner;
  const seconds = inner && (secondsOf[inner.unit] ?? secondsOf.day);
  return inner?.kind === 'epoch' && seconds !== undefined && seconds % by === 0
    ? { ...inner, kind: 'number' }
    : undefined;
}

function renamedCast(inner: Renamed | undefined, type: string): Renamed | undefined {
  if (inner === undefined) return undefined;
  const isTime = inner.kind === 'time' || inner.kind === 'date';
  switch (type) {
    case 'timestamp':
      return isTime ? { ...inner, kind: 'time' } : undefined;
    case 'date':
      return isTime && finer(inner.unit, 'day') === 'day' ? { ...inner, kind: 'date' } : undefined;
    case 'text':
    case 'varchar':
      return { ...inner, kind: 'other' };
    case 'int8':
    case 'int4':
    case 'numeric':
    case 'float8':
      return inner.kind === 'epoch' || inner.kind === 'number' ? inner : undefined;
    default:
      return undefined;
  }
}

/** Moved by a constant, or multiplied by one. */
function renamedMove(inner: Renamed | undefined, operator: string, by: Node | undefined): Renamed | undefined {
  if (inner === undefined) return undefined;
  const isMove = operator === '+' || operator === '-';
  const whole = readWhole(by);
  if (inner.kind === 'time' || inner.kind === 'date') {
    if (isMove && inner.kind === 'date' && whole !== undefined) return { ...inner, isMoved: true };
    const shift = isMove ? readShift(by) : undefined;
    const keepsApart = shift !== undefined && (!shift.hasMonths || ['month', 'quarter', 'year'].includes(inner.unit));
    return keepsApart ? { ...inner, kind: 'time', isMoved: true } : undefined;
  }
  if (inner.kind === 'other' || whole === undefined) return undefined;
  return isMove || (operator === '*' && whole !== 0) ? { ...inner, kind: 'number' } : undefined;
}
