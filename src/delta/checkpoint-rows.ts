import {
  type FileMetaData,
  type ParquetParsers,
  parquetMetadata,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

import { withoutEmptyColumns } from './checkpoint-columns.js';

type Row = Record<string, unknown>;

/**
 * The rows of a checkpoint's Parquet file, one action each. Statistics and partition values that their writer kept only as
 * typed columns (Delta, "Checkpoint Schema": `stats_parsed`, `partitionValues_parsed`) come back as the texts that commits
 * carry, with all their digits.
 * @throws Error when the file is no Parquet or is cut off
 */
export async function readCheckpointRows(bytes: Uint8Array<ArrayBuffer>): Promise<Row[]> {
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const file = isWhole ? bytes.buffer : bytes.slice().buffer;
  const metadata = parquetMetadata(file);
  const add = parquetSchema(metadata).children.find(node => node.element.name === 'add');
  const raw = withRawDecimals(metadata);
  const found: Row[][] = [];
  for (const group of metadata.row_groups) {
    const rows = await parquetReadObjects({ file, metadata: withoutEmptyColumns(raw, group), compressors, parsers });
    const isTyped = add?.children.some(({ element }) => typedColumns.has(element.name)) === true;
    found.push(
      isTyped
        ? rows.map(row => (isObject(row.add) && add !== undefined ? { ...row, add: withTexts(row.add, add) } : row))
        : rows,
    );
  }
  return found.flat();
}

const typedColumns = new Set(['stats_parsed', 'partitionValues_parsed']);

/** Decimals as the whole numbers that the file holds: hyparquet would make doubles of them. */
const withRawDecimals = (metadata: FileMetaData): FileMetaData => ({
  ...metadata,
  schema: metadata.schema.map(element => {
    if (element.converted_type !== 'DECIMAL') return element;
    const { converted_type, logical_type, ...raw } = element;
    return raw;
  }),
});

const parsers: Partial<ParquetParsers> = {
  dateFromDays: (days: number) => isoText(days * 86_400_000)?.slice(0, -'T00:00:00.000Z'.length),
  timestampFromMilliseconds: (millis: bigint) => microsText(millis * 1000n),
  timestampFromMicroseconds: (micros: bigint) => microsText(micros),
  timestampFromNanoseconds: (nanos: bigint) => microsText(nanos / 1000n),
};

function microsText(micros: bigint): string | undefined {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  return isoText(Number((micros - rest) / 1000n))?.replace('Z', `${String(rest).padStart(3, '0')}Z`);
}

/** Undefined beyond JavaScript's calendar. */
function isoText(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function withTexts(add: Row, node: SchemaTree): Row {
  const child = (name: string) => node.children.find(({ element }) => element.name === name);
  const [stats, partitions] = [child('stats_parsed'), child('partitionValues_parsed')];
  const texts: Row = { ...add };
  if (stats !== undefined && typeof add.stats !== 'string' && isObject(add.stats_parsed)) {
    texts.stats = jsonText(add.stats_parsed, stats);
  }
  if (partitions !== undefined && !isObject(add.partitionValues) && isObject(add.partitionValues_parsed)) {
    texts.partitionValues = partitionTexts(add.partitionValues_parsed, partitions);
  }
  return texts;
}

/** JSON of a typed value; members that are null or that JSON has no word for are left out. */
function jsonText(value: unknown, node: SchemaTree): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (isDecimal(node)) return decimalText(value, node);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (!isObject(value)) return undefined;
  const members = node.children.map(child => [child.element.name, jsonText(value[child.element.name], child)] as const);
  const known = members.filter(([, text]) => text !== undefined);
  return `{${known.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

/** Delta, "Partition Value Serialization". Undefined when one of the values has no text that means it for certain. */
function partitionTexts(values: Row, node: SchemaTree): Record<string, string | null> | undefined {
  const texts: Record<string, string | null> = {};
  for (const child of node.children) {
    const { name } = child.element;
    const value = values[name] ?? null;
    const text = value === null ? null : partitionText(value, child);
    if (text === undefined) return undefined;
    texts[name] = text;
  }
  return texts;
}

function partitionText(value: unknown, node: SchemaTree): string | undefined {
  if (isDecimal(node)) return decimalText(value, node);
  const { logical_type, converted_type, type } = node.element;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  if (type !== 'BYTE_ARRAY') return value.replace('T', ' ').replace('Z', '');
  return converted_type === 'UTF8' || logical_type?.type === 'STRING' ? value : undefined;
}

const isDecimal = ({ element }: SchemaTree): boolean =>
  element.logical_type?.type === 'DECIMAL' || element.converted_type === 'DECIMAL';

function decimalText(value: unknown, { element }: SchemaTree): string | undefined {
  const unscaled = unscaledOf(value);
  if (unscaled === undefined) return undefined;
  const scale = element.scale ?? 0;
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

function unscaledOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  if (!(value instanceof Uint8Array) || value.length === 0) return undefined;
  const hex = Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('');
  return BigInt.asIntN(value.length * 8, BigInt(`0x${hex}`));
}

const isObject = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
