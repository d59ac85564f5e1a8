import { formatOf, type ResultField } from './backend.js';
import { SqlError, sqlState } from './sql-error.js';

/** The types that Cube's members have on the wire. */
export type PgType = 'bool' | 'int8' | 'float8' | 'text' | 'timestamp';

export const pgTypes: Readonly<Record<PgType, { readonly oid: number; readonly size: number; readonly sql: string }>> =
  {
    bool: { oid: 16, size: 1, sql: 'boolean' },
    int8: { oid: 20, size: 8, sql: 'bigint' },
    text: { oid: 25, size: -1, sql: 'text' },
    float8: { oid: 701, size: 8, sql: 'double precision' },
    timestamp: { oid: 1114, size: 8, sql: 'timestamp without time zone' },
  };

export type Value = string | number | bigint | boolean | null;

export const fieldOf = (name: string, type: PgType): ResultField => ({
  name,
  oid: pgTypes[type].oid,
  size: pgTypes[type].size,
});

// Postgres counts microseconds from 2000-01-01.
const epochMs = Date.UTC(2000, 0, 1);

/** A value of Cube's answer (text, as drivers give numbers) as the wire carries it. */
export function encodeValue(value: unknown, type: PgType, formats: readonly number[], index: number): Buffer | null {
  if (value === null || value === undefined) return null;
  return formatOf(formats, index) === 1 ? encodeBinary(value, type) : Buffer.from(encodeText(value, type));
}

function encodeText(value: unknown, type: PgType): string {
  switch (type) {
    case 'bool':
      return isTrue(value) ? 't' : 'f';
    case 'int8':
      return toInt8(value).toString();
    case 'float8':
      return float8Text(toFloat8(value));
    case 'timestamp':
      return timestampText(value);
    case 'text':
      return textOf(value);
  }
}

function encodeBinary(value: unknown, type: PgType): Buffer {
  switch (type) {
    case 'bool':
      return Buffer.from([isTrue(value) ? 1 : 0]);
    case 'int8': {
      const bytes = Buffer.allocUnsafe(8);
      bytes.writeBigInt64BE(toInt8(value));
      return bytes;
    }
    case 'float8': {
      const bytes = Buffer.allocUnsafe(8);
      bytes.writeDoubleBE(toFloat8(value));
      return bytes;
    }
    case 'timestamp': {
      const bytes = Buffer.allocUnsafe(8);
      bytes.writeBigInt64BE(BigInt(timestampMs(value) - epochMs) * 1000n);
      return bytes;
    }
    case 'text':
      return Buffer.from(textOf(value));
  }
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

const isTrue = (value: unknown): boolean =>
  value === true || value === 1 || ['true', 't', '1'].includes(String(value).toLowerCase());

/** Whole numbers may arrive as `12` or `12.0`; a fraction in a count is an error of the model, not to be rounded away. */
export function toInt8(value: unknown): bigint {
  const text = String(value).replace(/\.0+$/, '');
  if (/^-?\d+$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  const number = Number(text);
  if (Number.isInteger(number)) return BigInt(number);
  throw new SqlError(sqlState.invalidText, `invalid input syntax for type bigint: "${text}"`);
}

export function toFloat8(value: unknown): number {
  const text = String(value).trim();
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(number) && !/^[+-]?nan$/i.test(text)) {
    if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
    throw new SqlError(sqlState.invalidText, `invalid input syntax for type double precision: "${text}"`);
  }
  return number;
}

/** As Postgres prints it: the shortest text that reads back, `1e+21` from 1e15 on, `Infinity`, `NaN`. */
function float8Text(number: number): string {
  if (!Number.isFinite(number)) return String(number);
  const magnitude = Math.abs(number);
  if (magnitude !== 0 && (magnitude >= 1e15 || magnitude < 1e-4)) {
    return number.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Object.is(number, -0) ? '-0' : String(number);
}

const timestampWritten = /^(\d{4,6})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;

function timestampText(value: unknown): string {
  const match = timestampWritten.exec(String(value));
  if (match === null)
    throw new SqlError(sqlState.invalidDatetime, `invalid timestamp from the data source: "${value}"`);
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const rest = fraction.replace(/0+$/, '');
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${rest === '' ? '' : `.${rest}`}`;
}

function timestampMs(value: unknown): number {
  const ms = Date.parse(`${timestampText(value).replace(' ', 'T')}Z`);
  if (Number.isNaN(ms))
    throw new SqlError(sqlState.invalidDatetime, `invalid timestamp from the data source: "${value}"`);
  return ms;
}

/** "char", name, text, unknown, char(n), varchar(n): their binary form is their text. */
export const isTextType = (oid: number): boolean => [18, 19, 25, 705, 1042, 1043].includes(oid);

/** A bound parameter as a value of the type that was announced for it. */
export function decodeParameter(bytes: Buffer | null, format: number, oid: number): Value {
  if (bytes === null) return null;
  if (format === 0) return decodeText(bytes.toString('utf8'), oid);
  switch (oid) {
    case 16:
      return bytes[0] === 1;
    case 20:
      return bytes.readBigInt64BE();
    case 21:
      return bytes.readInt16BE();
    case 23:
    case 26:
      return bytes.readInt32BE();
    case 700:
      return bytes.readFloatBE();
    case 701:
      return bytes.readDoubleBE();
    case 1082:
      return new Date(epochMs + bytes.readInt32BE() * 86_400_000).toISOString().slice(0, 10);
    case 1114:
      return microsecondsText(bytes.readBigInt64BE());
    case 1184:
      return `${microsecondsText(bytes.readBigInt64BE())}+00`;
    case 1186:
      return `${bytes.readInt32BE(12)} months ${bytes.readInt32BE(8)} days ${bytes.readBigInt64BE()} microseconds`;
    default:
      if (isTextType(oid)) return bytes.toString('utf8');
      if (arrayTypes.has(oid)) return decodeArray(bytes);
      throw new SqlError(sqlState.notSupported, `binary parameters of type ${oid} are not supported`, {
        hint: 'Send this parameter as text.',
      });
  }
}

const arrayTypes = new Set([1000, 1005, 1007, 1009, 1015, 1016, 1021, 1022, 1115, 1182, 1185]);

/** An array of one dimension as text: `{"a",NULL}`. */
function decodeArray(bytes: Buffer): string {
  const dimensions = bytes.readInt32BE(0);
  if (dimensions === 0) return '{}';
  if (dimensions > 1) {
    throw new SqlError(sqlState.notSupported, 'binary parameters that are arrays of arrays are not supported', {
      hint: 'Send this parameter as text.',
    });
  }
  const oid = bytes.readInt32BE(8);
  let at = 20;
  const items = Array.from({ length: bytes.readInt32BE(12) }, () => {
    const length = bytes.readInt32BE(at);
    at += 4 + Math.max(length, 0);
    if (length === -1) return 'NULL';
    return `"${String(decodeParameter(bytes.subarray(at - length, at), 1, oid)).replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${items.join(',')}}`;
}

function decodeText(text: string, oid: number): Value {
  switch (oid) {
    case 16:
      return ['t', 'true', 'y', 'yes', 'on', '1'].includes(text.toLowerCase());
    case 20:
    case 21:
    case 23:
      return toInt8(text);
    case 700:
    case 701:
      return toFloat8(text);
    default:
      return text;
  }
}

/** Microseconds since 2000-01-01 as `2024-05-01T10:20:30.123456`. */
function microsecondsText(microseconds: bigint): string {
  const ms = microseconds / 1000n - (microseconds % 1000n < 0n ? 1n : 0n);
  const rest = Number(microseconds - ms * 1000n);
  return `${new Date(epochMs + Number(ms)).toISOString().slice(0, 23)}${rest === 0 ? '' : String(rest).padStart(3, '0')}`;
}
