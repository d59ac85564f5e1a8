import type { AddFile } from './actions.js';
import { parseExactJson, writeExactJson } from './exact-json.js';

/** What a writer knows of one column of a file, as values that JSON can carry (a `bigint` keeps its digits). */
export interface ColumnStats {
  /** null: the file holds the column, how many nulls is unknown. */
  readonly nullCount?: number | null | undefined;
  readonly min?: string | number | bigint | boolean | undefined;
  readonly max?: string | number | bigint | boolean | undefined;
}

/** What a file's statistics say; the values as JSON carries them. */
export interface FileStats {
  readonly numRecords: number | undefined;
  readonly minValues: Readonly<Record<string, unknown>>;
  readonly maxValues: Readonly<Record<string, unknown>>;
  readonly nullCount: Readonly<Record<string, unknown>>;
}

/** The `stats` text of an `add` (Delta, "Per-file Statistics"). */
export function writeStats(numRecords: number, columns: Readonly<Record<string, ColumnStats>>): string {
  const pick = (value: (column: ColumnStats) => unknown) =>
    Object.fromEntries(Object.entries(columns).map(([name, stats]) => [name, value(stats)]));
  return writeExactJson({
    numRecords,
    minValues: pick(c => c.min),
    maxValues: pick(c => c.max),
    nullCount: pick(c => c.nullCount),
  });
}

const cache = new WeakMap<object, FileStats>();
const none: FileStats = { numRecords: undefined, minValues: {}, maxValues: {}, nullCount: {} };

/** The statistics of a file; empty where its writer left none that can be read, since they only save work. */
export function readStats(file: { readonly stats?: string | undefined }): FileStats {
  const known = cache.get(file);
  if (known !== undefined) return known;
  const stats = file.stats === undefined ? none : parseStats(file.stats);
  cache.set(file, stats);
  return stats;
}

function parseStats(text: string): FileStats {
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    // Statistics of other writers may be odd; without them the file is simply read.
    return none;
  }
  const member = (name: string): unknown => (isObject(value) ? value[name] : undefined);
  const object = (name: string) => {
    const found = member(name);
    return isObject(found) ? found : {};
  };
  return {
    numRecords: recordCount(member('numRecords')),
    minValues: object('minValues'),
    maxValues: object('maxValues'),
    nullCount: object('nullCount'),
  };
}

/** A count that is none (negative, a fraction, a text) counts as absent. */
const recordCount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Strings are cut to this many characters (code points), as Spark cuts them. */
const prefixLength = 32;

/** The min of a string column: a prefix sorts before all that it begins. */
export function cutMin(value: string): string {
  return isShort(value) ? value : [...value].slice(0, prefixLength).join('');
}

/**
 * The max of a string column: a cut prefix would sort before the real one and hide rows, so a character that sorts after
 * any that was cut is put behind it. Undefined where none does.
 */
export function cutMax(value: string): string | undefined {
  if (isShort(value)) return value;
  const characters = [...value];
  const next = characters[prefixLength] ?? '';
  // U+FFFF is the last character of one UTF-16 unit, U+10FFFF the last of all; the latter needs surrogates.
  const tie = (next.codePointAt(0) ?? 0) < 0xff_ff ? '\uffff' : '\u{10ffff}';
  return next === '\u{10ffff}' ? undefined : characters.slice(0, prefixLength).join('') + tie;
}

const isShort = (value: string) => value.length <= prefixLength || [...value].length <= prefixLength;

/** Rows that a file has in the table, where its writer counted them. */
export function rowCountOf(file: AddFile): number | undefined {
  const { numRecords } = readStats(file);
  return numRecords === undefined ? undefined : numRecords - (file.deletionVector?.cardinality ?? 0);
}
