/** What Cube knows of a measure, as far as it is read here. */
export interface MeasureSymbol {
  readonly type: string;
}

/** Names in `_s` are seconds (DESIGN.md section 2). */
export const isSumOfSeconds = (symbol: MeasureSymbol, name: string): boolean =>
  symbol.type === 'sum' && name.endsWith('_s');

/**
 * Seconds are whole microseconds, so their sum is taken over integers and divided once. The error of a sum of doubles
 * depends on the order of the rows, and over a million sessions it reaches the microseconds themselves; this one number
 * is the same through every door, from rows and from rollups, on every engine.
 */
export const overMicroseconds = (sum: string): string =>
  sum.startsWith('sum(') ? `(sum(cast(round((${sum.slice('sum('.length, -1)}) * 1e6) as bigint)) / 1e6)` : sum;
