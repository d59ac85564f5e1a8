import type { PredicateValue } from './predicate.js';
import type { DeltaType } from './schema.js';

/** Values of one kind in one order: exact numbers, dates and instants as `bigint`, floating ones as `number`, texts by UTF-8. */
export type Point = bigint | number | string;

/** How the values of a type are ordered. `instant` holds timestamps, `clock` those without a zone. */
export type Kind = 'integer' | 'decimal' | 'float' | 'double' | 'date' | 'instant' | 'clock' | 'boolean' | 'text';

/** The kind of a type; undefined for types whose values are not compared (binary, lists, maps, structs, unknown ones). */
export function kindOf(type: DeltaType): Kind | undefined {
  if (typeof type !== 'string') return undefined;
  return kinds[type] ?? (type.startsWith('decimal') ? 'decimal' : undefined);
}

const kinds: Readonly<Record<string, Kind>> = {
  byte: 'integer',
  short: 'integer',
  integer: 'integer',
  long: 'integer',
  float: 'float',
  double: 'double',
  date: 'date',
  timestamp: 'instant',
  timestamp_ntz: 'clock',
  boolean: 'boolean',
  string: 'text',
};

/** Order of two points of one kind: below, at or above zero. */
export function comparePoints(a: Point, b: Point): number {
  // JavaScript orders texts by UTF-16, which puts what lies beyond U+FFFF before U+E000; engines order them by UTF-8.
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A value to compare with as a point of a kind; undefined where it means nothing certain there. */
export function pointOfValue(kind: Kind, value: PredicateValue): Point | undefined {
  switch (kind) {
    case 'integer':
    case 'decimal':
      // A double of more digits may stand for several numbers.
      if (typeof value === 'number' && significantDigits(String(value)) > exactDigitsOfDouble) return undefined;
      return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string'
        ? exactPoint(String(value))
        : undefined;
    case 'float':
    case 'double':
      if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
      return typeof value === 'number' || typeof value === 'string' ? doublePoint(value) : undefined;
    case 'date':
    case 'instant':
    case 'clock':
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : BigInt(value.getTime()) * 1000n;
      return typeof value === 'string' ? instantPoint(value) : undefined;
    case 'boolean':
      return booleanPoint(value);
    case 'text':
      return typeof value === 'string' ? value : undefined;
  }
}

/** A partition value as a point (Delta, "Partition Value Serialization"). */
export function pointOfPartition(kind: Kind, text: string): Point | undefined {
  switch (kind) {
    case 'integer':
    case 'decimal':
      return exactPoint(text);
    case 'float':
    case 'double':
      return doublePoint(text);
    case 'date':
    case 'instant':
    case 'clock':
      return instantPoint(text);
    case 'boolean':
      return booleanPoint(text);
    case 'text':
      return text;
  }
}

/** A bound that statistics carry as JSON; undefined where it cannot be read, which says nothing about the values. */
export function pointOfStatistic(kind: Kind, value: unknown): Point | undefined {
  switch (kind) {
    case 'integer':
    case 'decimal':
      return typeof value === 'number' || typeof value === 'string' ? exactPoint(String(value)) : undefined;
    case 'float':
    case 'double':
      return typeof value === 'number' || typeof value === 'string' ? doublePoint(value) : undefined;
    case 'instant':
      // Without a zone it would be the wall clock of a place that nobody has named.
      return typeof value === 'string' && namesItsZone.test(value) ? instantPoint(value) : undefined;
    case 'date':
    case 'clock':
      return typeof value === 'string' ? instantPoint(value) : undefined;
    case 'boolean':
      return booleanPoint(value);
    case 'text':
      return typeof value === 'string' ? value : undefined;
  }
}

/** As many decimal digits survive the way through a double and back. */
export const exactDigitsOfDouble = 15;
/** Exact numbers are whole multiples of ten to minus this; decimals of Delta have at most 38 digits. */
export const exactScale = 40;

/** Powers of ten up to the scale of an exact point; larger ones are made when a number asks for them. */
const powers = Array.from({ length: exactScale + 1 }, (_, i) => 10n ** BigInt(i));
export const powerOfTen = (exponent: number): bigint => powers[exponent] ?? 10n ** BigInt(exponent);

const decimalText = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

function exactPoint(text: string): bigint | undefined {
  const found = decimalText.exec(text.trim());
  if (found === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  const shift = exactScale - fraction.length + Number(exponent);
  const digits = BigInt(`${whole}${fraction}`);
  const scaled = shift >= 0 ? digits * powerOfTen(shift) : digits / powerOfTen(-shift);
  if (shift < 0 && scaled * powerOfTen(-shift) !== digits) return undefined;
  return sign === '-' ? -scaled : scaled;
}

function significantDigits(text: string): number {
  const digits = text.replace(/[eE].*$/, '').replace(/[^\d]/g, '');
  return digits.replace(/^0+/, '').replace(/0+$/, '').length;
}

const doubleText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Infinity$/;

function doublePoint(value: number | string): number | undefined {
  if (typeof value === 'string' && !doubleText.test(value)) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function booleanPoint(value: unknown): bigint | undefined {
  if (value === true || value === 'true') return 1n;
  return value === false || value === 'false' ? 0n : undefined;
}

const instantText =
  /^([+-]?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/;
const namesItsZone = /\d\d:\d\d.*(?:Z|[+-]\d\d(?::?\d\d)?)$/;

/** Microseconds since 1970 of a date or a timestamp, in UTC where it names no zone. Digits beyond are cut. */
function instantPoint(text: string): bigint | undefined {
  const found = instantText.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = found;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // The 31st of February, and years beyond JavaScript's calendar.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second) - offsetSeconds(offset);
  return BigInt(date.getTime() + seconds * 1000) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function offsetSeconds(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z') return 0;
  const [hours, minutes] = [offset.slice(1, 3), offset.slice(3).replace(':', '') || '0'];
  return (Number(hours) * 60 + Number(minutes)) * 60 * (offset.startsWith('-') ? -1 : 1);
}
