/** A line of a CSV file: where it begins, and its cells. */
export interface CsvLine {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFailure {
  readonly line: number;
  readonly message: string;
}

/**
 * Reads RFC 4180 text: quotes doubled, line breaks inside quotes, CRLF or LF. What separates cells is what the first
 * line has most of: a comma, a semicolon (spreadsheets of half of Europe) or a tab. Empty lines are left out.
 */
export function parseCsv(text: string): readonly CsvLine[] | CsvFailure {
  const separator = separatorOf(text);
  const lines: CsvLine[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let startedAt = 1;
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  const endCell = () => {
    cells.push(cell);
    cell = '';
    state = 'start';
  };
  const endLine = () => {
    endCell();
    if (cells.some(held => held.trim() !== '')) lines.push({ line: startedAt, cells });
    cells = [];
    line++;
    startedAt = line;
  };
  for (let i = text.charCodeAt(0) === 0xfeff ? 1 : 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (state === 'quoted') {
      if (char === '\n') line++;
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i];
      else state = 'closed';
    } else if (char === '"' && state === 'start' && cell.trim() === '') {
      cell = '';
      state = 'quoted';
    } else if (char === separator) endCell();
    else if (char === '\n') endLine();
    else if (char === '\r' && text[i + 1] === '\n') continue;
    else if (state === 'closed' && char.trim() !== '') {
      return { line, message: 'text stands behind a closing quote' };
    } else if (state !== 'closed') {
      cell += char;
      if (char.trim() !== '') state = 'plain';
    }
  }
  if (state === 'quoted') return { line: startedAt, message: 'a quote is opened here and never closed' };
  if (cell !== '' || cells.length > 0) endLine();
  return lines;
}

function separatorOf(text: string): string {
  const end = text.search(/\r?\n/);
  const head = end === -1 ? text : text.slice(0, end);
  const count = (separator: string) => head.split(separator).length - 1;
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}
