import { stat } from 'node:fs/promises';
import { z } from 'zod';
import {
  type ColumnKind,
  csvBrokenColumn,
  csvLineColumn,
  csvRows,
  describe,
  emptyInput,
  jsonRecords,
  type OpenedInput,
  openInput,
  parquetRows,
  type SourceRows,
  unreadable,
} from '#events';
import { type Fragment, ref, sql } from '#sql';
import { type Engine, type Lake, readDeltaTable } from '#warehouse';
import type { SourceInput } from './ingest-place.js';

/** A file or a Delta folder, and under which name its commits are remembered. */
export interface FileInput extends SourceInput {
  /** `txn` of the Delta commits: the same content never enters twice. */
  readonly txn: { readonly appId: string; readonly version: number };
}

export interface SourceContext {
  readonly scratchFolder: string;
  readonly engine: Engine;
  readonly lake: Lake;
}

/** Looks through an input and tells how to read it. @throws INPUT_..., DELTA_... */
export async function openSource(source: string, context: SourceContext): Promise<FileInput> {
  return (await stat(source)).isDirectory() ? openDeltaSource(source, context) : openFileSource(source, context);
}

async function openFileSource(source: string, { scratchFolder, engine, lake }: SourceContext): Promise<FileInput> {
  const opened = await openInput(source, scratchFolder);
  const txn = { appId: `playhead.ingest:${opened.contentHash}`, version: 1 };
  const isRepeat = ((await lake.txnVersion('events', txn.appId)) ?? 0) >= txn.version;
  const rows = await rowsOf(opened, engine);
  const numbered = rows.kind === 'json' ? jsonRecords(opened, true) : undefined;
  return { source, writtenAs: source, txn, isRepeat, isContinued: false, rows, numbered };
}

/** A Delta table is known by its id and taken in by its versions: what an ingest before has read is not read again. */
async function openDeltaSource(source: string, { engine, lake }: SourceContext): Promise<FileInput> {
  const { id, version: newest } = await readDeltaTable(source);
  const appId = `playhead.ingest:delta:${id}`;
  // A txn version is one more than the table's, so that 0 can stand for "never".
  const reached = (await lake.txnVersion('events', appId)) ?? 0;
  const version = newest + 1;
  const { relation, files } = await readDeltaTable(source, {
    version: newest,
    ...(reached > 0 ? { addedAfter: reached - 1 } : {}),
  });
  const from = sql`(select *, row_number() over () as ${ref(csvLineColumn)} from ${relation})`;
  const columns = await columnsOf(from, source, engine);
  const rows: SourceRows = { kind: 'table', from, columns, lineColumn: csvLineColumn };
  const isRepeat = reached > 0 && files.length === 0;
  const txn = { appId, version };
  return { source, writtenAs: source, txn, isRepeat, isContinued: false, rows, numbered: undefined };
}

async function rowsOf(opened: OpenedInput, engine: Engine): Promise<SourceRows> {
  switch (opened.format) {
    case 'lines':
    case 'json':
      return { kind: 'json', from: jsonRecords(opened, false) };
    case 'csv': {
      const columns = Object.fromEntries(opened.header.names.map(name => [name, 'text' as const]));
      const lineColumn = csvLineColumn;
      return { kind: 'table', from: csvRows(opened), columns, lineColumn, brokenColumn: csvBrokenColumn };
    }
    case 'parquet': {
      const from = parquetRows(opened);
      const columns = await columnsOf(from, opened.source, engine);
      return { kind: 'table', from, columns, lineColumn: csvLineColumn };
    }
  }
}

const described = z.array(z.object({ column_name: z.string(), column_type: z.string() }));

/** The columns of a relation and what the engine holds in them, the line number left out. @throws INPUT_CORRUPT */
export async function columnsOf(
  relation: Fragment,
  source: string,
  engine: Engine,
): Promise<Readonly<Record<string, ColumnKind>>> {
  const rows = await engine.query(describe(relation)).catch(cause => {
    throw unreadable(source, cause);
  });
  const columns = described
    .parse(rows)
    .filter(({ column_name }) => column_name !== csvLineColumn)
    .map(({ column_name, column_type }) => [column_name, kindOf(column_type)] as const);
  if (columns.length === 0) throw emptyInput(source);
  return Object.fromEntries(columns);
}

function kindOf(type: string): ColumnKind {
  if (type === 'VARCHAR[]') return 'text_list';
  if (type.endsWith(']') || /^(STRUCT|MAP|UNION|JSON|VARIANT)/.test(type)) return 'nested';
  if (/^(TIMESTAMP|DATE)/.test(type)) return 'instant';
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT|REAL)/.test(type)) return 'number';
  return type === 'BOOLEAN' ? 'boolean' : 'text';
}
