import { DuckDBDriver } from '@cubejs-backend/duckdb-driver';
import type { BaseQuery, PreAggregations } from '@cubejs-backend/schema-compiler';
import { LRUCache } from 'lru-cache';
import { countDistinctOverKeys } from './distinct.js';
import { withExactNumbers } from './exact-numbers.js';
import { withLiteralText } from './literal-text.js';
import { rememberMatches } from './matching.js';
import { isSumOfSeconds, type MeasureSymbol, overMicroseconds } from './seconds.js';

type TimeGrain = Parameters<BaseQuery['dimensionTimeGroupedColumn']>[1];
type Descriptions = ReturnType<PreAggregations['preAggregationsDescription']>;

/** Descriptions by rollup, time zone and caller, for as long as the models stay as they were compiled. */
const descriptions = new WeakMap<object, LRUCache<string, Descriptions>>();
const descriptionsMax = 500;

function descriptionsOf(models: object): LRUCache<string, Descriptions> {
  const known = descriptions.get(models) ?? new LRUCache({ max: descriptionsMax });
  descriptions.set(models, known);
  return known;
}

/**
 * Cube's DuckDB dialect, with instants turned into UTC wall-clock time by arithmetic. Cube writes
 * `timezone('UTC', column::timestamptz)`, which asks the time zone library for every row: most of the time of a
 * rollup over a million sessions. Other time zones still take that way.
 */
export class SnapshotDialect extends withLiteralText(withExactNumbers(DuckDBDriver.dialectClass(), 'EXCLUDE')) {
  /** Cube describes a rollup anew for every question, which costs more than all else of planning it. */
  override newPreAggregations(): PreAggregations {
    const found = super.newPreAggregations();
    countDistinctOverKeys(found, {
      measureDefinition: path =>
        this.cubeEvaluator.isMeasure(path) ? this.cubeEvaluator.measureByPath(path) : { type: 'expression' },
      dimensionDefinitions: cube => this.cubeEvaluator.cubeFromPath(cube).dimensions,
      columnOf: dimension => this.escapeColumnName(this.newDimension(dimension).unescapedAliasName()),
      isAdditive: measure => this.newMeasure(measure).isAdditive(),
      estimateOf: column => this.countDistinctApprox(column),
      isUngrouped: () => Boolean(this.safeEvaluateSymbolContext().ungrouped),
    });
    rememberMatches(found, this);
    const describe = found.preAggregationsDescription.bind(found);
    found.preAggregationsDescription = () => {
      const rollup = this.options.preAggregationQuery ? undefined : found.findPreAggregationForQuery();
      // What a partitioned rollup is described by depends on the dates of the question.
      const isTheSame = rollup?.preAggregation.type === 'rollup' && !rollup.preAggregation.partitionGranularity;
      if (!isTheSame || this.subQueryDimensions.length > 0) return describe();
      const known = descriptionsOf(this.cubeEvaluator);
      const { disableExternalPreAggregations: isSourceOnly = false } = this.options;
      const { cube, preAggregationName } = rollup;
      const key = JSON.stringify([cube, preAggregationName, this.timezone, isSourceOnly, this.contextSymbols]);
      const described = known.get(key) ?? describe();
      known.set(key, described);
      return described;
    };
    return found;
  }

  override convertTz(field: string): string {
    return this.timezone === 'UTC' ? `make_timestamp(epoch_us(${field}))` : super.convertTz(field);
  }

  // The rows that a window is counted over keep their day: Cube would put those of a rollup on the first of the month.
  override dimensionTimeGroupedColumn(dimension: string, granularity: TimeGrain): string {
    const { rollupQuery, ungrouped } = this.safeEvaluateSymbolContext();
    return rollupQuery && ungrouped ? dimension : super.dimensionTimeGroupedColumn(dimension, granularity);
  }

  // Different values within a rolling window are counted over rows that are not grouped before.
  override groupByClause(): string {
    return this.safeEvaluateSymbolContext().ungrouped ? '' : super.groupByClause();
  }

  override aggregateOnGroupedColumn(
    symbol: MeasureSymbol,
    column: string,
    isTop: boolean,
    path: string,
    // biome-ignore lint/suspicious/noConfusingVoidType: Cube declares it so
  ): string | void {
    const text = super.aggregateOnGroupedColumn(symbol, column, isTop, path);
    if (typeof text !== 'string') return text;
    // Partial counts are summed, and a sum over no rows is null: a count over none is 0 without a rollup, so with one too.
    if (symbol.type === 'count') return `coalesce(${text}, 0)`;
    return isSumOfSeconds(symbol, path) ? overMicroseconds(text) : text;
  }
}
