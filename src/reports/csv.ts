import type { Report } from './report.js';
import type { Cell, DataTable } from './section.js';

/** A file of the report: its name, and its text. */
export interface CsvFile {
  readonly name: string;
  readonly text: string;
}

/** Every table of the report as a file of its own; numbers with all their digits, null as nothing. */
export const csvFiles = ({ sections }: Report): CsvFile[] =>
  sections.flatMap(({ tables }) => tables).map(table => ({ name: `${table.name}.csv`, text: tableText(table) }));

function tableText({ columns, rows }: DataTable): string {
  const head = columns.map(({ key }) => key);
  return lines([head, ...rows.map(row => head.map(key => row[key] ?? null))]);
}

/** All tables in one file, one value a line: for who wants a single file to pivot. */
export function csvText({ sections }: Report): string {
  const rows = sections
    .flatMap(({ tables }) => tables)
    .flatMap(table =>
      table.rows.flatMap((row, i) =>
        table.columns.map(({ key }): readonly Cell[] => [table.name, i + 1, key, row[key] ?? null]),
      ),
    );
  return lines([['table', 'row', 'column', 'value'], ...rows]);
}

const lines = (rows: readonly (readonly Cell[])[]): string => rows.map(row => `${row.map(field).join(',')}\n`).join('');

/** RFC 4180 with line feeds, as `playhead query` writes it. */
function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  // A spreadsheet would run a title that begins like a formula (OWASP, CSV injection).
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
