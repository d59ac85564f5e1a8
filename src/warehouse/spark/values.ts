import type { thrift } from '@databricks/sql';
import { assert, PlayheadError } from '#errors';
import type { SqlValue } from '#sql';
import type { Row } from '../engine.js';

type Types = typeof thrift.TCLIService_types;
type Schema = InstanceType<Types['TTableSchema']>;
type Column = InstanceType<Types['TColumnDesc']>;

/** TTypeId of the wire, as far as values need work. */
const typeIds = { bigint: 4, string: 7, timestamp: 8, date: 17, decimal: 15 } as const;

/**
 * The values as the driver's named parameters, `p1` first. A whole number becomes INTEGER or BIGINT by its size and any
 * other DOUBLE, as DuckDB does it; bigint becomes BIGINT.
 */
export function parametersOf(values: readonly SqlValue[]): Record<string, SqlValue> {
  for (const value of values) {
    if (typeof value !== 'number' || Number.isFinite(value)) continue;
    throw new PlayheadError({ code: 'QUERY_INVALID', message: `${value} cannot be a parameter; write it as a cast` });
  }
  return Object.fromEntries(values.map((value, i) => [`p${i + 1}`, value]));
}

const typeOf = (column: Column): number | undefined => column.typeDesc?.types[0]?.primitiveEntry?.type;

/**
 * Rows in the types that DuckDB's engine gives: BIGINT as bigint, instants and dates as Date, a DECIMAL as the nearest
 * number (cast it to text where every digit counts).
 */
export function rowsOf(rows: readonly object[], schema: Schema): Row[] {
  const readers = schema.columns.map(column => [column.columnName, readerOf(typeOf(column))] as const);
  return rows.map(row => {
    const values = new Map<string, unknown>(Object.entries(row));
    // By the columns, since the driver leaves out what is null in every row of an Arrow batch.
    return Object.fromEntries(readers.map(([name, read]) => [name, nullOr(values.get(name), read)]));
  });
}

const nullOr = (value: unknown, read: (value: unknown) => unknown) =>
  value === null || value === undefined ? null : read(value);

function readerOf(type: number | undefined): (value: unknown) => unknown {
  switch (type) {
    case typeIds.bigint:
      return bigintOf;
    case typeIds.decimal:
      return Number;
    case typeIds.timestamp:
    case typeIds.date:
      return instantOf;
    default:
      return value => value;
  }
}

function bigintOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string') return BigInt(value);
  assert(typeof value === 'number' && Number.isSafeInteger(value), 'a BIGINT comes with all its digits');
  return BigInt(value);
}

/** The column-based wire has text in the session's time zone, which is UTC; Arrow has instants. */
function instantOf(value: unknown): Date {
  if (value instanceof Date) return value;
  const text = String(value);
  return new Date(text.includes(' ') ? `${text.replace(' ', 'T')}Z` : `${text}T00:00:00Z`);
}

type FetchAnswer = InstanceType<Types['TFetchResultsResp']>;
type RowSet = NonNullable<FetchAnswer['results']>;

/**
 * Puts decimal text in place of the 64-bit integers of a column-based result, before the driver makes numbers of them,
 * which have 53 bits.
 */
export function keepDigits(results: RowSet | undefined | null): void {
  for (const { i64Val } of results?.columns ?? []) {
    if (i64Val) i64Val.values = i64Val.values.map(digitsOf);
  }
}

function digitsOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('toOctetString' in value)) return value;
  assert(typeof value.toOctetString === 'function', 'a 64-bit integer of the wire tells its octets');
  return String(BigInt.asIntN(64, BigInt(`0x${value.toOctetString()}`)));
}
