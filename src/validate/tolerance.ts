import { PlayheadError } from '#errors';
import type { Expected } from './expected.js';

/** How far a number may lie from the expected one: in its unit, or as a share of the expected value. */
export interface Tolerance {
  readonly value: number;
  readonly isShare: boolean;
}

export type Tolerances = ReadonlyMap<string, Tolerance>;

/** Served seconds are whole microseconds, which six decimals of a file spell out. */
const rounding: Tolerance = { value: 1e-6, isShare: false };
const exact: Tolerance = { value: 0, isShare: false };

/**
 * The tolerance of every column that is compared. Given are texts: `0.5` for all columns of seconds, `5%` for all that
 * are no counts, `watch_time_s=1` or `watch_time_s=5%` for one. @throws USAGE
 */
export function parseTolerances(given: readonly string[], { columns, types, level }: Expected): Tolerances {
  const tolerances = new Map(columns.map(name => [name, types[name] === 'double' ? rounding : exact]));
  const parsed = given.map(text => ({ text, ...parseOne(text) }));
  // Those of one column win, wherever they stand.
  for (const { column, tolerance, text } of parsed.toSorted(
    (a, b) => Number(a.column !== '') - Number(b.column !== ''),
  )) {
    if (column === '') {
      for (const name of columns) if (covers(name, tolerance, types[name])) tolerances.set(name, tolerance);
    } else if (types[column] === undefined) {
      throw usage(text, `${level.table} has no column "${column}"`);
    } else if (!['double', 'bigint', 'integer', 'timestamp'].includes(types[column])) {
      throw usage(text, `"${column}" is no number`);
    } else tolerances.set(column, tolerance);
  }
  return tolerances;
}

const covers = (name: string, { isShare }: Tolerance, type: string | undefined): boolean =>
  type === 'double' && (isShare || name.endsWith('_s'));

function parseOne(text: string): { readonly column: string; readonly tolerance: Tolerance } {
  const parts = /^(?:([a-z_]+)=)?(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  if (parts === null) throw usage(text, 'it is not understood', 'write 0.5, 5%, watch_time_s=1 or watch_time_s=5%');
  const [, column = '', number, percent] = parts;
  const isShare = percent === '%';
  return { column, tolerance: { value: Number(number) / (isShare ? 100 : 1), isShare } };
}

const usage = (text: string, message: string, hint?: string): PlayheadError =>
  new PlayheadError({
    code: 'USAGE',
    at: `--tolerance ${text}`,
    message,
    ...(hint === undefined ? {} : { hint }),
  });
