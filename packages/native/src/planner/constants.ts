import { notSupported, SqlError, sqlState, type Value } from '../postgres/index.js';
import { body, type Node, some, typeName } from './ast.js';

/** A value that stands in the statement, or that will: at Describe a parameter has none yet. */
export type Constant =
  | { readonly isKnown: true; readonly value: Value }
  | { readonly isKnown: false; readonly parameter: number | undefined };

const known = (value: Value): Constant => ({ isKnown: true, value });

/** A literal, a cast of one, a negated one or a parameter; nothing for all else. */
export function readConstant(node: Node | undefined): Constant | undefined {
  if (node === undefined) return undefined;
  const constant = body(node, 'A_Const');
  if (constant !== undefined) {
    if (constant.isnull) return known(null);
    if (constant.sval !== undefined) return known(constant.sval.sval ?? '');
    if (constant.boolval !== undefined) return known(constant.boolval.boolval ?? false);
    if (constant.ival !== undefined) return known(constant.ival.ival ?? 0);
    if (constant.fval !== undefined) return known(constant.fval.fval ?? '0');
    return undefined;
  }
  const parameter = body(node, 'ParamRef');
  if (parameter !== undefined) return { isKnown: false, parameter: parameter.number };
  const cast = body(node, 'TypeCast');
  if (cast !== undefined) return readCast(node, readConstant(cast.arg));
  const operator = body(node, 'A_Expr');
  if (operator?.kind === 'AEXPR_OP' && operator.lexpr === undefined && isMinus(operator.name)) {
    const inner = readConstant(operator.rexpr);
    if (inner?.isKnown !== true || inner.value === null) return inner;
    return /^[\d.eE+-]+$/.test(String(inner.value)) ? known(negate(String(inner.value))) : undefined;
  }
  return undefined;
}

const isMinus = (names: readonly Node[] | undefined): boolean => body(names?.[0], 'String')?.sval === '-';
const negate = (number: string): string => (number.startsWith('-') ? number.slice(1) : `-${number}`);

const sameValueTypes = new Set([
  'text',
  'varchar',
  'bpchar',
  'numeric',
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'bool',
]);

/** Casts that do not change what a filter compares with; the others are left to Postgres. */
function readCast(node: Node, inner: Constant | undefined): Constant | undefined {
  if (inner === undefined || (inner.isKnown && inner.value === null)) return inner;
  const name = typeName(node) ?? '';
  // What a value is after any other cast, only Postgres can tell: `$1::timestamptz` moves it to the session's zone.
  if (!inner.isKnown) return sameValueTypes.has(name) || name === 'timestamp' || name === 'date' ? inner : undefined;
  const text = String(inner.value);
  switch (name) {
    case 'bool':
      if (/^(t|true|f|false)$/i.test(text)) return known(/^t/i.test(text));
      return undefined;
    case 'timestamp':
      return timestampWritten.test(text) ? inner : undefined;
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? inner : undefined;
    case 'int2':
    case 'int4':
    case 'int8':
      return /^-?\d+$/.test(text) ? inner : undefined;
    default:
      return sameValueTypes.has(name) ? inner : undefined;
  }
}

const timestampWritten =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?$/i;

/**
 * A timestamp as Cube's filters take it, `2024-05-01T10:20:30.123`. A zone is dropped, as Postgres does when it reads
 * text as `timestamp`. Cube compares milliseconds: microseconds are refused rather than rounded away.
 */
export function timestampValue(value: Value, at?: number): string {
  const match = timestampWritten.exec(String(value).trim());
  if (match === null) {
    throw new SqlError(sqlState.invalidDatetime, `invalid input syntax for type timestamp: "${value}"`, {
      hint: "Write '2024-05-01' or '2024-05-01 10:20:30.123'.",
      ...(at !== undefined && { at }),
    });
  }
  const [, date = '', hour = '00', minute = '00', second = '00', fraction = ''] = match;
  if (!isDay(date) || hour > '23' || minute > '59' || second > '59') {
    throw new SqlError(datetimeOverflow, `date/time field value out of range: "${value}"`, {
      ...(at !== undefined && { at }),
    });
  }
  if (/[1-9]/.test(fraction.slice(3))) {
    throw notSupported(
      `time filters have a precision of a millisecond, got "${value}"`,
      'Cut the value to milliseconds.',
      at,
    );
  }
  return `${date}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
}

const datetimeOverflow = '22008';

/** Whether the calendar has the day: Cube takes 30 February for no day at all and finds nothing. */
function isDay(date: string): boolean {
  const instant = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date) && date >= '0001';
}

/** Neither columns nor parameters nor subqueries: its value can be computed before anything is asked. */
export const isConstantExpression = (node: Node): boolean =>
  !some(node, inner => ['ColumnRef', 'SubLink', 'ParamRef', 'SetToDefault'].some(name => Object.hasOwn(inner, name)));

export const hasParameter = (node: unknown): boolean => some(node, inner => Object.hasOwn(inner, 'ParamRef'));
