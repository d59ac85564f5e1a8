import { DuckDBDriver } from '@cubejs-backend/duckdb-driver';

/** What Cube knows of a measure, as far as it is read here. */
interface MeasureSymbol {
  readonly type: string;
}

/** Names in `_s` are seconds (DESIGN.md section 2). */
const isSumOfSeconds = (symbol: MeasureSymbol, name: string): boolean => symbol.type === 'sum' && name.endsWith('_s');

/**
 * Seconds are whole microseconds, so their sum is taken over integers and divided once. The error of a sum of doubles
 * depends on the order of the rows, and over a million sessions it reaches the microseconds themselves; this one number
 * is the same through every door, from rows and from rollups.
 */
const overMicroseconds = (sum: string): string =>
  sum.startsWith('sum(') ? `(sum(cast(round((${sum.slice('sum('.length, -1)}) * 1e6) as bigint)) / 1e6)` : sum;

/**
 * Cube's DuckDB dialect, with instants turned into UTC wall-clock time by arithmetic. Cube writes
 * `timezone('UTC', column::timestamptz)`, which asks the time zone library for every row: most of the time of a
 * rollup over a million sessions. Other time zones still take that way.
 */
export class SnapshotDialect extends DuckDBDriver.dialectClass() {
  override convertTz(field: string): string {
    return this.timezone === 'UTC' ? `make_timestamp(epoch_us(${field}))` : super.convertTz(field);
  }

  // Cube's ranges end at a whole millisecond, 23:59:59.999, and its rollups at the newest one. Instants here have
  // microseconds: with `<=` a session that starts within that last millisecond would be in no day.
  override timeRangeFilter(column: string, from: string, to: string): string {
    return `${column} >= ${from} AND ${column} < ${to} + INTERVAL 1 MILLISECOND`;
  }

  override timeNotInRangeFilter(column: string, from: string, to: string): string {
    return `${column} < ${from} OR ${column} >= ${to} + INTERVAL 1 MILLISECOND`;
  }

  override evaluateSymbolSql(
    cubeName: string,
    name: string,
    symbol: MeasureSymbol,
    kind: string,
    part: string,
  ): string {
    const text: string = super.evaluateSymbolSql(cubeName, name, symbol, kind, part);
    return isSumOfSeconds(symbol, name) ? overMicroseconds(text) : text;
  }

  override aggregateOnGroupedColumn(
    symbol: MeasureSymbol,
    column: string,
    isTop: boolean,
    path: string,
    // biome-ignore lint/suspicious/noConfusingVoidType: Cube declares it so
  ): string | void {
    const text = super.aggregateOnGroupedColumn(symbol, column, isTop, path);
    return typeof text === 'string' && isSumOfSeconds(symbol, path) ? overMicroseconds(text) : text;
  }
}
