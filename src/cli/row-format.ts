import type { Cell, CellStream } from '#warehouse';
import { jsonValue } from './context.js';

export type RowFormat = 'table' | 'json' | 'csv';

/** Rows that a table looks at to find its column widths; later rows that are wider stick out. */
const sampledRowCount = 200;
const columnWidthMax = 60;

/** The answer as text, piece by piece. Returns the number of rows at its end. */
export async function* formatRows(answer: CellStream, format: RowFormat): AsyncGenerator<string, number> {
  switch (format) {
    case 'json':
      return yield* jsonArray(answer);
    case 'csv':
      return yield* csv(answer);
    case 'table':
      return yield* alignedTable(answer);
  }
}

async function* jsonArray({ columns, batches }: CellStream): AsyncGenerator<string, number> {
  let count = 0;
  yield '[';
  for await (const rows of batches) {
    if (rows.length === 0) continue;
    const lines = rows.map(row =>
      JSON.stringify(Object.fromEntries(columns.map((c, i) => [c, row[i] ?? null])), jsonValue),
    );
    yield `${count === 0 ? '\n' : ',\n'}${lines.join(',\n')}`;
    count += rows.length;
  }
  yield count === 0 ? ']\n' : '\n]\n';
  return count;
}

/** RFC 4180: CRLF, quotes doubled. Null is nothing at all, the empty text is "". */
async function* csv({ columns, batches }: CellStream): AsyncGenerator<string, number> {
  let count = 0;
  yield `${columns.map(csvField).join(',')}\n`;
  for await (const rows of batches) {
    if (rows.length > 0) yield rows.map(row => `${row.map(csvField).join(',')}\n`).join('');
    count += rows.length;
  }
  return count;
}

function csvField(cell: Cell): string {
  if (cell === null) return '';
  const text = cellText(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* alignedTable({ columns, batches }: CellStream): AsyncGenerator<string, number> {
  const sampled: (readonly Cell[])[] = [];
  let layout: Layout | undefined;
  let count = 0;
  for await (const rows of batches) {
    count += rows.length;
    if (layout !== undefined) {
      yield tableLines(rows, layout);
      continue;
    }
    sampled.push(...rows);
    if (sampled.length < sampledRowCount) continue;
    layout = layoutOf(columns, sampled);
    yield tableHead(columns, layout) + tableLines(sampled, layout);
  }
  if (layout === undefined) {
    layout = layoutOf(columns, sampled);
    yield tableHead(columns, layout) + tableLines(sampled, layout);
  }
  return count;
}

type Layout = readonly { readonly width: number; readonly isRight: boolean }[];

function layoutOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): Layout {
  return columns.map((name, i) => {
    const cells = rows.map(row => row[i] ?? null);
    const widest = cells.reduce<number>((width, cell) => Math.max(width, shown(cell).length), name.length);
    const isRight = cells.some(isNumber) && cells.every(cell => cell === null || isNumber(cell));
    return { width: Math.min(widest, columnWidthMax), isRight };
  });
}

const isNumber = (cell: Cell) => typeof cell === 'number' || typeof cell === 'bigint';
/** Line breaks and control characters would break the table, or do worse to a terminal. */
const shown = (cell: Cell) => (cell === null ? '' : cellText(cell).replaceAll(/\p{Cc}/gu, ' '));
const pad = (text: string, { width, isRight }: Layout[number]) => (isRight ? text.padStart(width) : text.padEnd(width));

function tableHead(columns: readonly string[], layout: Layout): string {
  const line = (texts: readonly string[]) => texts.join(' | ').trimEnd();
  const names = line(layout.map((column, i) => pad(columns[i] ?? '', column)));
  return `${names}\n${layout.map(({ width }) => '-'.repeat(width)).join('-+-')}\n`;
}

function tableLines(rows: readonly (readonly Cell[])[], layout: Layout): string {
  return rows
    .map(
      row =>
        `${layout
          .map((column, i) => pad(shown(row[i] ?? null), column))
          .join(' | ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cellText(cell: Exclude<Cell, null>): string {
  return typeof cell === 'object' ? JSON.stringify(cell, jsonValue) : String(cell);
}
