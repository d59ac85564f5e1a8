import { readFile, stat } from 'node:fs/promises';
import { PlayheadError } from '#errors';
import type { ColumnType } from '#sql';
import { tables } from '#tables';
import { parseCsv } from './csv.js';
import { looksLike, parseValue, type Value } from './value.js';

/** The tables whose rows can be expected, and what names a row; the first whose key the file has is taken. */
export const levels = [
  { table: 'sessions', key: ['session_id'] },
  { table: 'sessions', key: ['user_id', 'video_id', 'started_at'] },
  { table: 'user_videos', key: ['user_id', 'video_id'] },
  { table: 'users', key: ['user_id'] },
  { table: 'videos', key: ['video_id'] },
] as const;
export type Level = (typeof levels)[number];

/** A free column for whoever made the sample; it is not compared. */
export const noteColumn = 'note';

export interface ExpectedRow {
  readonly line: number;
  readonly key: Readonly<Record<string, Value>>;
  /** Only cells that say something. */
  readonly values: Readonly<Record<string, Value>>;
  readonly note: string;
}

export interface Expected {
  readonly path: string;
  readonly level: Level;
  readonly types: Readonly<Record<string, ColumnType>>;
  /** The columns that are compared, in the order of the file. */
  readonly columns: readonly string[];
  readonly rows: readonly ExpectedRow[];
}

const sizeBytesMax = 10_000_000;

/** Reads a file of hand-made rows. @throws INPUT_NOT_FOUND, INPUT_EMPTY, VALIDATION_INVALID */
export async function readExpected(path: string): Promise<Expected> {
  const text = await readText(path);
  const lines = parseCsv(text);
  if ('message' in lines) throw invalid(`${path}:${lines.line}`, lines.message);
  const [head, ...body] = lines;
  if (head === undefined || body.length === 0) {
    throw new PlayheadError({
      code: 'INPUT_EMPTY',
      at: path,
      message: head === undefined ? 'the file is empty' : 'the file has a header and no rows',
      hint: 'the first line names the columns, each further line is one expected row',
    });
  }
  const at = `${path}:${head.line}`;
  const names = head.cells.map(cell => cell.trim());
  const level = levelOf(names, at);
  const types: Readonly<Record<string, ColumnType>> = tables[level.table].columns;
  assertColumns(names, level, types, at);
  const key: readonly string[] = level.key;
  const columns = names.filter(name => !key.includes(name) && name !== noteColumn);
  if (columns.length === 0) {
    throw invalid(at, 'there is nothing to compare beside the key', `add columns of ${level.table}, as watch_time_s`);
  }
  const rows = body.map(({ line, cells }) => rowOf({ path, line, cells, names, key, types }));
  assertUnique(rows, path);
  return { path, level, types, columns, rows };
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > sizeBytesMax) {
      throw invalid(path, `the file has ${size} bytes; a sample of known rows has at most ${sizeBytesMax}`);
    }
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof PlayheadError) throw cause;
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new PlayheadError({
      code: isMissing ? 'INPUT_NOT_FOUND' : 'VALIDATION_INVALID',
      at: path,
      message: isMissing ? 'there is no such file' : 'the file cannot be read',
      hint: 'name a CSV file with --expected',
      cause,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new PlayheadError({
      code: 'VALIDATION_INVALID',
      at: path,
      message: 'the file is not UTF-8 text',
      hint: 'save it as CSV (UTF-8)',
      cause,
    });
  }
}

function levelOf(names: readonly string[], at: string): Level {
  const level = levels.find(({ key }) => key.every(name => names.includes(name)));
  if (level !== undefined) return level;
  const keys = levels.map(({ key, table }) => `${key.join(' and ')} (${table})`);
  throw invalid(
    at,
    `the file has no column that names its rows: ${names.join(', ')}`,
    `it needs ${keys.join(', or ')}`,
  );
}

function assertColumns(
  names: readonly string[],
  { table }: Level,
  types: Readonly<Record<string, ColumnType>>,
  at: string,
): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(at, `the column "${twice}" stands there twice`);
  const unknown = names.find(name => name !== noteColumn && types[name] === undefined);
  if (unknown === undefined) return;
  const near = Object.keys(types).find(name => name.startsWith(unknown) || unknown.startsWith(name.replace(/_s$/, '')));
  const hint = near === undefined ? `it has ${Object.keys(types).join(', ')}` : `do you mean ${near}?`;
  throw invalid(at, `${table} has no column "${unknown}"`, hint);
}

interface RawRow {
  readonly path: string;
  readonly line: number;
  readonly cells: readonly string[];
  readonly names: readonly string[];
  readonly key: readonly string[];
  readonly types: Readonly<Record<string, ColumnType>>;
}

function rowOf({ path, line, cells, names, key, types }: RawRow): ExpectedRow {
  const at = `${path}:${line}`;
  if (cells.length !== names.length) {
    throw invalid(at, `the line has ${cells.length} cells and the header ${names.length}`);
  }
  const keys: Record<string, Value> = {};
  const values: Record<string, Value> = {};
  let note = '';
  names.forEach((name, i) => {
    const cell = cells[i] ?? '';
    if (name === noteColumn) note = cell;
    else if (cell.trim() === '') {
      if (key.includes(name)) throw invalid(at, `the row has no ${name}`, 'every row needs its key');
    } else {
      const type = types[name] ?? 'string';
      const value = parseValue(cell, type);
      if (value === undefined) throw invalid(`${at} > ${name}`, `"${cell.slice(0, 80)}" is not ${looksLike[type]}`);
      (key.includes(name) ? keys : values)[name] = value;
    }
  });
  return { line, key: keys, values, note };
}

function assertUnique(rows: readonly ExpectedRow[], path: string): void {
  const lineOf = new Map<string, number>();
  for (const { line, key } of rows) {
    const text = keyText(Object.values(key));
    const before = lineOf.get(text);
    if (before !== undefined) throw invalid(`${path}:${line}`, `the row of line ${before} is expected once more`);
    lineOf.set(text, line);
  }
}

/** A key as one text, so that rows can be found by it. */
export const keyText = (values: readonly Value[]): string => JSON.stringify(values.map(value => String(value)));

function invalid(at: string, message: string, hint?: string): PlayheadError {
  return new PlayheadError({ code: 'VALIDATION_INVALID', at, message, ...(hint === undefined ? {} : { hint }) });
}
