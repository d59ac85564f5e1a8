import { DuckDBDriver } from '@cubejs-backend/duckdb-driver';

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
}
