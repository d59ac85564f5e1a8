import type { DuckDBDriver } from '@cubejs-backend/duckdb-driver';
import { type Except, type Measure, onOneSpine, partsOf, type RollingWindow, withExactEnds } from './rolling.js';
import { isSumOfSeconds, type MeasureSymbol, overMicroseconds } from './seconds.js';

/** A SQL dialect of Cube. DuckDB's stands for all: what is laid over it here is Cube's own and the same in each. */
type CubeDialect = ReturnType<typeof DuckDBDriver.dialectClass>;

/**
 * Cube's dialect with the rules that decide numbers, so that each is the same on every engine: ranges and windows that
 * end between microseconds, no key lost between windows, seconds summed as whole microseconds. `cube.js` lays it over the
 * dialect of a warehouse; this file and what it imports at run time need nothing but each other.
 * @param except how the engine writes all columns but some
 */
export function withExactNumbers(Dialect: CubeDialect, except: Except) {
  return class extends Dialect {
    // Cube's ranges end at a whole millisecond, 23:59:59.999, and its rollups at the newest one. Instants here have
    // microseconds: with `<=` a session that starts within that last millisecond would be in no day.
    override timeRangeFilter(column: string, from: string, to: string): string {
      return `${column} >= ${from} AND ${column} < ${to} + INTERVAL 1 MILLISECOND`;
    }

    override timeNotInRangeFilter(column: string, from: string, to: string): string {
      return `${column} < ${from} OR ${column} >= ${to} + INTERVAL 1 MILLISECOND`;
    }

    override rollingWindowDateJoinCondition(trailing: string, leading: string, offset: string): RollingWindow[] {
      const windows = super.rollingWindowDateJoinCondition(trailing, leading, offset);
      return withExactEnds(windows.map(([dimension, condition]) => ({ dimension, condition })));
    }

    // Cube keeps days without a row; beside a device or a video these would be rows of no device and no video.
    override overTimeSeriesSelect(
      measures: unknown[],
      series: string,
      base: string,
      condition: string,
      alias: string,
      granularity: string,
    ): string {
      const text: string = super.overTimeSeriesSelect(measures, series, base, condition, alias, granularity);
      return this.dimensions.length === 0 ? text : text.replace(' LEFT JOIN (', ' INNER JOIN (');
    }

    override joinFullKeyQueryAggregate(
      multiplied: unknown[],
      regular: Measure[],
      cumulative: [boolean, Measure][],
      parts: string[],
    ): string {
      const keys: string[] = this.dimensionAliasNames();
      if (cumulative.length === 0 || parts.length < 2 || keys.length === 0) {
        return super.joinFullKeyQueryAggregate(multiplied, regular, cumulative, parts);
      }
      const rolling = cumulative.map(([, measure]) => measure);
      const { named, filled } = onOneSpine(partsOf(parts, regular, rolling), keys, except);
      return this.withQueries(super.joinFullKeyQueryAggregate(multiplied, regular, cumulative, filled), named);
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
  };
}
