import { assert } from '#errors';
import type { PlainRow } from './read.js';

/** A column that every row has as text. */
export function textOf(row: PlainRow, column: string): string {
  const value = row[column];
  assert(typeof value === 'string', `column ${column} holds text`);
  return value;
}

/** A column that every row has as an instant: microseconds since 1970. */
export function instantOf(row: PlainRow, column: string): bigint {
  const value = row[column];
  assert(typeof value === 'bigint', `column ${column} holds an instant`);
  return value;
}

/** A column that every row has as a number. */
export function numberOf(row: PlainRow, column: string): number {
  const value = row[column];
  assert(typeof value === 'number', `column ${column} holds a number`);
  return value;
}
