/** Where FETCH and MOVE go, in Postgres' own words. */
export type Direction = 'FETCH_FORWARD' | 'FETCH_BACKWARD' | 'FETCH_ABSOLUTE' | 'FETCH_RELATIVE';

export interface Move<Row> {
  /** 0 before the first row, its number on a row, one more than there are rows after the last. */
  readonly position: number;
  readonly rows: readonly Row[];
}

/**
 * FETCH from a cursor: the rows, in the order in which they are passed, and where the cursor stands then.
 * Source: PostgreSQL, "FETCH"; a count below 0 goes the other way, FORWARD 0 and RELATIVE 0 fetch the current row again.
 */
export function moveCursor<Row>(all: readonly Row[], position: number, direction: Direction, count: number): Move<Row> {
  switch (direction) {
    case 'FETCH_ABSOLUTE':
      return goTo(all, count < 0 ? all.length + 1 + count : count);
    case 'FETCH_RELATIVE':
      return goTo(all, position + count);
    case 'FETCH_BACKWARD':
      return count < 0 ? forward(all, position, -count) : backward(all, position, count);
    case 'FETCH_FORWARD':
      return count < 0 ? backward(all, position, -count) : forward(all, position, count);
  }
}

function goTo<Row>(all: readonly Row[], wanted: number): Move<Row> {
  const position = Math.min(Math.max(wanted, 0), all.length + 1);
  return { position, rows: all.slice(Math.max(position - 1, 0), position) };
}

function forward<Row>(all: readonly Row[], position: number, count: number): Move<Row> {
  if (count === 0) return goTo(all, position);
  const rows = all.slice(position, position + count);
  return { position: rows.length < count ? all.length + 1 : position + count, rows };
}

function backward<Row>(all: readonly Row[], position: number, count: number): Move<Row> {
  if (count === 0) return goTo(all, position);
  const last = Math.max(position - 1, 0);
  const rows = all.slice(Math.max(last - count, 0), last).reverse();
  return { position: rows.length < count ? 0 : position - count, rows };
}
