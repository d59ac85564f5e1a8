import { body, type Node, textsOf, typeName } from './ast.js';
import { readConstant } from './constants.js';

/** What a constant interval moves a time by, as far as groups of times need to know. */
export interface Shift {
  /** The finest unit it is made of. */
  readonly unit: 'second' | 'minute' | 'hour' | 'day';
  /** Months differ in length, so that two days may become one. */
  readonly hasMonths: boolean;
}

const shifts: Readonly<Record<string, Shift>> = {
  second: { unit: 'second', hasMonths: false },
  minute: { unit: 'minute', hasMonths: false },
  hour: { unit: 'hour', hasMonths: false },
  day: { unit: 'day', hasMonths: false },
  week: { unit: 'day', hasMonths: false },
  month: { unit: 'day', hasMonths: true },
  year: { unit: 'day', hasMonths: true },
};

/** `interval '1' day` keeps its unit as a mask (PostgreSQL, utils/timestamp.h: INTERVAL_MASK). */
const unitsByMask: Readonly<Record<number, string>> = {
  2: 'month',
  4: 'year',
  8: 'day',
  1024: 'hour',
  2048: 'minute',
  4096: 'second',
};

/** A constant interval of whole units: `interval '1 day'`, `interval '-1' week`, `3 * interval '2 hours'`. */
export function readShift(node: Node | undefined): Shift | undefined {
  if (node === undefined) return undefined;
  const operator = body(node, 'A_Expr');
  if (operator !== undefined && textsOf(operator.name).join() === '*') {
    const { lexpr, rexpr } = operator;
    if (isWhole(lexpr)) return readShift(rexpr);
    return isWhole(rexpr) ? readShift(lexpr) : undefined;
  }
  if (typeName(node) !== 'interval') return undefined;
  const { arg, typeName: type } = body(node, 'TypeCast') ?? {};
  const text = body(arg, 'A_Const')?.sval?.sval ?? '';
  const mask = body(type?.typmods?.[0], 'A_Const')?.ival?.ival;
  if (/^[+-]?\d+$/.test(text.trim())) return shifts[unitsByMask[mask ?? 0] ?? ''];
  return mask === undefined ? readUnits(text) : undefined;
}

/** `1 day 2 hours`. */
function readUnits(text: string): Shift | undefined {
  const written = text.trim().toLowerCase();
  if (!/^([+-]?\d+ *[a-z]+ *)+$/.test(written)) return undefined;
  const parts = [...written.matchAll(/[a-z]+/g)].map(([unit]) => shifts[unit.replace(/s$/, '')]);
  let whole: Shift | undefined;
  for (const part of parts) {
    if (part === undefined) return undefined;
    whole = whole === undefined ? part : join(whole, part);
  }
  return whole;
}

const order = ['second', 'minute', 'hour', 'day'] as const;

const join = (left: Shift, right: Shift): Shift => ({
  unit: order.find(unit => unit === left.unit || unit === right.unit) ?? 'second',
  hasMonths: left.hasMonths || right.hasMonths,
});

/** A whole number that stands in the statement. */
export function readWhole(node: Node | undefined): number | undefined {
  const constant = readConstant(node);
  if (constant?.isKnown !== true || constant.value === null || typeof constant.value === 'boolean') return undefined;
  const number = Number(constant.value);
  return Number.isSafeInteger(number) && String(constant.value).trim() !== '' ? number : undefined;
}

const isWhole = (node: Node | undefined): boolean => readWhole(node) !== undefined;
