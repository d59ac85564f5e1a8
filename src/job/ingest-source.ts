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
  type ResolvedMapping,
  type SourceRows,
  unreadable,
} from '#events';
import { type Fragment, join, ref, sql } from '#sql';
import { type Engine, type Lake, readDeltaTable } from '#warehouse';
import { assertTypesUsable } from './column-types.js';
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
  /** What will be read of the input, where it holds events. */
  readonly mapping?: ResolvedMapping | undefined;
}

/** Looks through an input and tells how to read it. @throws INPUT_..., DELTA_... */
export async function openSource(source: string, context: SourceContext): Promise<FileInput> {
  return (await stat(source)).isDirectory() ? openDeltaSource(source, context) : openFileSource(source, context);
}

async function openFileSource(source: string, context: SourceContext): Promise<FileInput> {
  const { scratchFolder, lake } = context;
  const opened = await openInput(source, scratchFolder);
  const txn = { appId: `playhead.ingest:${opened.contentHash}`, version: 1 };
  const isRepeat = ((await lake.txnVersion('events', txn.appId)) ?? 0) >= txn.version;
  const rows = await rowsOf(opened, context);
  const numbered = rows.kind === 'json' ? jsonRecords(opened, true) : undefined;
  return { source, writtenAs: source, txn, isRepeat, isContinued: false, rows, numbered };
}

/** A Delta table is known by its id and taken in by its versions: what an ingest before has read is not read again. */
async function openDeltaSource(source: string, context: SourceContext): Promise<FileInput> {
  const { lake } = context;
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
  const rows = await typedRows(from, source, context);
  const isRepeat = reached > 0 && files.length === 0;
  const txn = { appId, version };
  return { source, writtenAs: source, txn, isRepeat, isContinued: false, rows, numbered: undefined };
}

async function rowsOf(opened: OpenedInput, context: SourceContext): Promise<SourceRows> {
  switch (opened.format) {
    case 'lines':
    case 'json':
      return { kind: 'json', from: jsonRecords(opened, false) };
    case 'csv': {
      const columns = Object.fromEntries(opened.header.names.map(name => [name, 'text' as const]));
      const lineColumn = csvLineColumn;
      return { kind: 'table', from: csvRows(opened), columns, lineColumn, brokenColumn: csvBrokenColumn };
    }
    case 'parquet':
      return typedRows(parquetRows(opened), opened.source, context);
  }
}

const described = z.array(z.object({ column_name: z.string(), column_type: z.string() }));

/**
 * The rows of a relation with typed columns, the line number among them. What is only of use as text (a UUID, the time of a
 * day) becomes text. @throws INPUT_CORRUPT, INPUT_EMPTY, INPUT_COLUMN_TYPE
 */
async function typedRows(
  relation: Fragment,
  source: string,
  { engine, mapping }: Pick<SourceContext, 'engine' | 'mapping'>,
): Promise<SourceRows> {
  const rows = await engine.query(describe(relation)).catch(cause => {
    throw unreadable(source, cause);
  });
  const columns = described
    .parse(rows)
    .filter(({ column_name }) => column_name !== csvLineColumn)
    .map(({ column_name, column_type }) => ({ name: column_name, type: column_type, kind: kindOf(column_type) }));
  if (columns.length === 0) throw emptyInput(source);
  if (mapping !== undefined) {
    const unusable = columns.filter(({ type }) => /^(BLOB|BIT|INTERVAL)$/.test(type));
    assertTypesUsable(unusable, { source, mapping, hint: 'write it as text, or map another column' });
  }
  const texts = columns.filter(({ type, kind }) => kind === 'text' && type !== 'VARCHAR');
  const cast = texts.map(({ name }) => sql`cast(${ref(name)} as varchar) as ${ref(name)}`);
  return {
    kind: 'table',
    from: cast.length === 0 ? relation : sql`(select * replace (${join(cast)}) from ${relation})`,
    columns: Object.fromEntries(columns.map(({ name, kind }) => [name, kind])),
    lineColumn: csvLineColumn,
  };
}

function kindOf(type: string): ColumnKind {
  if (type === 'VARCHAR[]') return 'text_list';
  if (type.endsWith(']') || /^(STRUCT|MAP|UNION|JSON|VARIANT)/.test(type)) return 'nested';
  if (/^(TIMESTAMP|DATE)/.test(type)) return 'instant';
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT|REAL)/.test(type)) return 'number';
  return type === 'BOOLEAN' ? 'boolean' : 'text';
}
