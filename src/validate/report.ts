import type { ComparedRow, ValidationReport } from './compare.js';
import type { Tolerance } from './tolerance.js';
import { type Value, valueText } from './value.js';

export const reportFormats = ['markdown', 'csv', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** True where every expected row is there, no value is off and no row was unexpected. */
export const isClean = ({ summary }: ValidationReport): boolean =>
  summary.differingRows + summary.missingRows + summary.unexpectedRows === 0;

/** The report in one sentence. */
export function summarize({ summary, table }: ValidationReport): string {
  const { expectedRows, okRows, differingRows, missingRows, unexpectedRows, comparedValues, differingValues } = summary;
  return `${okRows} of ${expectedRows} expected rows of ${table} agree; ${differingRows} differ (${differingValues} of ${comparedValues} values), ${missingRows} are missing, ${unexpectedRows} were not expected`;
}

export function formatReport(report: ValidationReport, format: ReportFormat): string {
  switch (format) {
    case 'markdown':
      return markdown(report);
    case 'csv':
      return csv(report);
    case 'json':
      return `${JSON.stringify(reportValue(report), null, 2)}\n`;
  }
}

/** The report as one JSON document. */
export function reportValue(report: ValidationReport): unknown {
  const { file, table, runId, summary, rows, keyColumns } = report;
  return {
    file,
    table,
    run_id: runId,
    is_clean: isClean(report),
    summary: {
      expected_rows: summary.expectedRows,
      ok_rows: summary.okRows,
      differing_rows: summary.differingRows,
      missing_rows: summary.missingRows,
      unexpected_rows: summary.unexpectedRows,
      compared_values: summary.comparedValues,
      differing_values: summary.differingValues,
    },
    rows: rows.map(row => ({
      line: row.line,
      key: Object.fromEntries(keyColumns.map(name => [name, plain(report, name, row.key[name])])),
      state: row.state,
      note: row.note,
      values: row.cells.map(({ column, expected, found, difference, ok }) => ({
        column,
        expected: plain(report, column, expected),
        found: plain(report, column, found),
        difference,
        tolerance: toleranceText(report.tolerances.get(column)),
        ok,
      })),
      session_ids: row.sessions,
      session_count: row.sessionCount,
    })),
  };
}

function plain(
  { types }: ValidationReport,
  column: string,
  value: Value | undefined,
): string | number | boolean | null {
  const held = value ?? null;
  return typeof held === 'bigint' ? valueText(held, types[column] ?? 'string') : held;
}

function toleranceText(tolerance: Tolerance | undefined): string {
  if (tolerance === undefined || tolerance.value === 0) return 'exact';
  return tolerance.isShare ? `${Number((tolerance.value * 100).toPrecision(12))}%` : String(tolerance.value);
}

function markdown(report: ValidationReport): string {
  const { file, table, runId, rows, keyColumns } = report;
  const differing = rows.filter(row => row.state !== 'ok');
  const lines = [
    '# Discrepancy report',
    '',
    `\`${file}\` against \`${table}\` as served by ${runId}.`,
    '',
    `**${isClean(report) ? 'All agree' : 'They differ'}**: ${summarize(report)}.`,
    '',
    '## Values',
    '',
    tableLine(['line', ...keyColumns, 'column', 'expected', 'found', 'difference', 'tolerance', 'ok', 'note']),
    tableLine(['---', ...keyColumns.map(() => '---'), '---', '---:', '---:', '---:', '---', '---', '---']),
    ...rows.flatMap(row => valueLines(report, row)),
  ];
  const namesSessions = differing.filter(row => row.sessions.length > 0);
  if (namesSessions.length > 0) {
    lines.push(
      '',
      '## Sessions to explain',
      '',
      'Those behind the rows that are not ok; the ones that watched most first.',
      '',
    );
    for (const row of namesSessions) {
      const more = row.sessionCount > row.sessions.length ? ` (${row.sessionCount - row.sessions.length} more)` : '';
      lines.push(`- ${keyLabel(report, row)}${more}`);
      lines.push(...row.sessions.map(id => `  - \`playhead explain session ${id}\``));
    }
  }
  return `${lines.join('\n')}\n`;
}

function valueLines(report: ValidationReport, row: ComparedRow): string[] {
  const head = [
    row.line === null ? '' : String(row.line),
    ...report.keyColumns.map(name => textOf(report, name, row.key[name])),
  ];
  if (row.state === 'missing') return [tableLine([...head, '(row)', 'a row', 'none', '', '', 'NO: missing', row.note])];
  if (row.state === 'unexpected') return [tableLine([...head, '(row)', 'none', 'a row', '', '', 'NO: unexpected', ''])];
  return row.cells.map(({ column, expected, found, difference, ok }) =>
    tableLine([
      ...head,
      column,
      textOf(report, column, expected),
      textOf(report, column, found),
      difference === null ? '' : String(difference),
      toleranceText(report.tolerances.get(column)),
      ok ? 'ok' : '**NO**',
      row.note,
    ]),
  );
}

const textOf = ({ types }: ValidationReport, column: string, value: Value | undefined): string =>
  valueText(value ?? null, types[column] ?? 'string');

const keyLabel = (report: ValidationReport, row: ComparedRow): string =>
  report.keyColumns.map(name => `${name} ${escapeCell(textOf(report, name, row.key[name]))}`).join(', ');

const tableLine = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
/** A bar or a line break in a cell would end it. */
const escapeCell = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

function csv(report: ValidationReport): string {
  const { keyColumns, rows } = report;
  const head = [
    'line',
    'state',
    ...keyColumns,
    'column',
    'expected',
    'found',
    'difference',
    'tolerance',
    'ok',
    'note',
    'session_ids',
  ];
  const body = rows.flatMap(row => {
    const start = [
      row.line === null ? '' : String(row.line),
      row.state,
      ...keyColumns.map(name => textOf(report, name, row.key[name])),
    ];
    const end = [row.note, row.sessions.join(' ')];
    if (row.cells.length === 0) return [[...start, '', '', '', '', '', row.state === 'ok' ? 'true' : 'false', ...end]];
    return row.cells.map(({ column, expected, found, difference, ok }) => [
      ...start,
      column,
      textOf(report, column, expected),
      textOf(report, column, found),
      difference === null ? '' : String(difference),
      toleranceText(report.tolerances.get(column)),
      String(ok),
      ...end,
    ]);
  });
  return [head, ...body].map(cells => `${cells.map(csvField).join(',')}\n`).join('');
}

/** RFC 4180; a cell that a spreadsheet would take for a formula gets an apostrophe, unless it is a number. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
