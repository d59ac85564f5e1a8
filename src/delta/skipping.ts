import type { AddFile } from './actions.js';
import { physicalName } from './column-mapping.js';
import {
  type Answers,
  answersTo,
  type ColumnPath,
  type ComparisonOperator,
  opposite,
  type Predicate,
} from './predicate.js';
import { type Field, fieldsOn, type StructType } from './schema.js';
import {
  comparePoints,
  exactDigitsOfDouble,
  exactScale,
  type Kind,
  kindOf,
  type Point,
  pointOfPartition,
  pointOfStatistic,
  pointOfValue,
  powerOfTen,
} from './skipping-values.js';
import { type FileStats, readStats } from './stats.js';

/** What is known of a column's values in one file. */
interface Range {
  /** undefined: not known, so any value may be there. */
  readonly min: Point | undefined;
  readonly max: Point | undefined;
  /** The max may be the beginning of the largest text. */
  readonly isMaxPrefix: boolean;
  /** NaN sorts above all numbers and is in no statistics: it may lie beyond both bounds. */
  readonly mayHoldNan: boolean;
  readonly mayHoldValues: boolean;
  readonly mayHoldNulls: boolean;
}

const anything: Range = {
  min: undefined,
  max: undefined,
  isMaxPrefix: false,
  mayHoldNan: true,
  mayHoldValues: true,
  mayHoldNulls: true,
};

/**
 * Whether a file may hold a row for which a predicate is true; false only when none can (Delta, "Per-file Statistics" and
 * "Partition Values"). What cannot be judged (no statistics, a column that is not there, values that do not fit its type)
 * counts as may. Values are compared as the column's own type.
 */
export function mayMatch(
  file: Pick<AddFile, 'partitionValues' | 'stats'>,
  predicate: Predicate,
  schema: StructType,
): boolean {
  const stats = readStats(file);
  const columns = new Map<string, KnownColumn>();
  const known = (path: ColumnPath): KnownColumn => {
    const names = typeof path === 'string' ? [path] : path;
    const key = JSON.stringify(names);
    const column = columns.get(key) ?? knownColumn(file.partitionValues, stats, names, schema);
    columns.set(key, column);
    return column;
  };
  const answers = answersTo(predicate, {
    isNull(path) {
      const { range } = known(path);
      return { isTrue: range.mayHoldNulls, isFalse: range.mayHoldValues };
    },
    compare(path, op, value): Answers {
      if (value === null) return { isTrue: false, isFalse: false };
      const { kind, range } = known(path);
      const point = kind === undefined ? undefined : pointOfValue(kind, value);
      return {
        isTrue: range.mayHoldValues && mayCompare(range, op, point),
        isFalse: range.mayHoldValues && mayCompare(range, opposite[op], point),
      };
    },
  });
  return answers.isTrue;
}

/** Whether some value in the range may compare like this. */
function mayCompare(range: Range, op: ComparisonOperator, point: Point | undefined): boolean {
  if (point === undefined) return true;
  const { min, max, isMaxPrefix, mayHoldNan } = range;
  const low = min === undefined ? -1 : comparePoints(min, point);
  const high =
    max === undefined || (isMaxPrefix && typeof max === 'string' && String(point).startsWith(max))
      ? 1
      : comparePoints(max, point);
  switch (op) {
    case '=':
      return low <= 0 && high >= 0;
    case '<>':
      return mayHoldNan || low !== 0 || high !== 0;
    case '<':
      return low < 0;
    case '<=':
      return low <= 0;
    case '>':
      return mayHoldNan || high > 0;
    case '>=':
      return mayHoldNan || high >= 0;
  }
}

interface KnownColumn {
  /** undefined: its values are not compared. */
  readonly kind: Kind | undefined;
  readonly range: Range;
}

const unknownColumn: KnownColumn = { kind: undefined, range: anything };

function knownColumn(
  partitionValues: AddFile['partitionValues'],
  stats: FileStats,
  names: readonly string[],
  schema: StructType,
): KnownColumn {
  const fields = fieldsOn(names, schema);
  const field = fields.at(-1);
  if (field === undefined) return unknownColumn;
  const path = fields.map(physicalName);
  const kind = kindOf(field.type);
  const [first = ''] = path;
  const isPartition = fields.length === 1 && Object.hasOwn(partitionValues, first);
  const range = isPartition
    ? partitionRange(kind, partitionValues[first] ?? null)
    : statisticsRange(kindInFile(kind, field), decimalPlaces(field), stats, path);
  return { kind, range };
}

function partitionRange(kind: Kind | undefined, text: string | null): Range {
  // Delta, "Partition Value Serialization": an empty text is null.
  if (text === null || text === '') return { ...anything, mayHoldValues: false };
  const point = kind === undefined ? undefined : pointOfPartition(kind, text);
  if (kind === undefined || point === undefined) return { ...anything, mayHoldNulls: false };
  const [min, max] = kind === 'float' ? [belowFloat(point), aboveFloat(point)] : [point, point];
  return { ...anything, min, max, mayHoldNan: false, mayHoldNulls: false };
}

function statisticsRange(kind: Kind | undefined, scale: number, stats: FileStats, path: readonly string[]): Range {
  const { numRecords } = stats;
  const nulls = countOf(memberAt(stats.nullCount, path));
  const isCounted = nulls !== undefined && numRecords !== undefined && nulls <= numRecords;
  const nullness = {
    // These two hold with wide bounds too; any other count says nothing (Delta, "Per-file Statistics", tightBounds).
    mayHoldNulls: !(isCounted && nulls === 0),
    mayHoldValues: !(isCounted && nulls === numRecords && numRecords > 0),
  };
  if (kind === undefined) return { ...anything, ...nullness };
  const writtenMin = pointOfStatistic(kind, memberAt(stats.minValues, path));
  const writtenMax = pointOfStatistic(kind, memberAt(stats.maxValues, path));
  const min = lowest(kind, scale, writtenMin);
  const max = highest(kind, scale, writtenMax);
  // Bounds that contradict each other bound nothing.
  const areOdd = min !== undefined && max !== undefined && comparePoints(min, max) > 0;
  return {
    ...nullness,
    min: areOdd ? undefined : min,
    max: areOdd ? undefined : max,
    isMaxPrefix: kind === 'text' && isCut(writtenMax),
    mayHoldNan: kind === 'float' || kind === 'double',
  };
}

/** A bound that its writer may have raised by cutting it, lowered to where it is right for certain. */
function lowest(kind: Kind, scale: number, point: Point | undefined): Point | undefined {
  switch (kind) {
    case 'decimal':
      return typeof point === 'bigint' ? point - lostDigits(point, scale) : point;
    case 'float':
      return belowFloat(point);
    case 'instant':
    case 'clock':
      // Cutting goes down after 1970; before, some writers cut towards zero.
      return typeof point === 'bigint' && point <= 0n ? point - millisecond : point;
    case 'text':
      return isCut(point) ? withoutHalfCharacter(point) : point;
    default:
      return point;
  }
}

/** A bound that its writer may have lowered by cutting it, raised to where it is right for certain. */
function highest(kind: Kind, scale: number, point: Point | undefined): Point | undefined {
  switch (kind) {
    case 'decimal':
      return typeof point === 'bigint' ? point + lostDigits(point, scale) : point;
    case 'float':
      return aboveFloat(point);
    case 'instant':
    case 'clock':
      // Delta, "Per-file Statistics": timestamps are cut to milliseconds.
      return typeof point === 'bigint' ? point + millisecond : point;
    case 'text':
      return isCut(point) ? withoutHalfCharacter(point) : point;
    default:
      return point;
  }
}

/** In microseconds. */
const millisecond = 1000n;

/** Writers cut at 32 characters (some at as many bytes) and not all raise a max that they cut. */
const cutBytesMin = 32;
const isCut = (point: Point | undefined): point is string =>
  typeof point === 'string' && Buffer.byteLength(point) >= cutBytesMin;

/** What stands for the half of a character that was cut through sorts elsewhere than the character. */
const withoutHalfCharacter = (text: string): string => text.replace(/[\ufffd\ud800-\udbff]+$/, '');

/** A 32-bit number as its shortest text lies up to half a step away from itself. */
const floatStep = 2 ** -23;
const leastFloat = 2 ** -149;
const belowFloat = (point: Point | undefined) =>
  typeof point === 'number' ? point - Math.abs(point) * floatStep - leastFloat : point;
const aboveFloat = (point: Point | undefined) =>
  typeof point === 'number' ? point + Math.abs(point) * floatStep + leastFloat : point;

/**
 * How far a decimal bound may be off because its writer took it through a double (delta-rs did): nothing where it is short
 * enough to come through whole, or longer than a double prints.
 */
function lostDigits(point: bigint, scale: number): bigint {
  const size = point < 0n ? -point : point;
  const unit = powerOfTen(exactScale - scale);
  const digits = String(size).replace(/0+$/, '').length;
  return size / unit < powerOfTen(exactDigitsOfDouble) || digits > 17 ? 0n : (size >> 51n) + unit;
}

/** Digits behind the point of a decimal column. */
function decimalPlaces({ type }: Field): number {
  const found = typeof type === 'string' ? /^decimal\(\d+,\s*(\d+)\)$/.exec(type) : null;
  return Math.min(Number(found?.[1] ?? 0), exactScale);
}

/** Delta, "Type Widening": a file that is older than the change carries the statistics of the narrower type. */
function kindInFile(kind: Kind | undefined, { metadata }: Field): Kind | undefined {
  return kind === 'double' && JSON.stringify(metadata['delta.typeChanges'] ?? '').includes('"float"') ? 'float' : kind;
}

function memberAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
