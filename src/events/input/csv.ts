import { isUtf8 } from 'node:buffer';
import { PlayheadError } from '#errors';
import { brokenLineMarks, lineBytesMax } from '../broken-lines.js';

/** Columns that the numbered copy of a CSV file has in front of its own. */
export const csvLineColumn = 'playhead_line';
export const csvBrokenColumn = 'playhead_broken';

/** One record with the line on which it begins. `fieldCount` is 0 for an empty line. */
interface CsvRecord {
  readonly bytes: Buffer;
  readonly line: number;
  readonly fieldCount: number;
  readonly isTooLong: boolean;
  /** A quote or line break stands where none may be: readers would take it, and rows after it, each in its own way. */
  readonly isIrregular: boolean;
}

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const delimiters = [',', '\t', ';', '|'] as const;

export interface CsvHeader {
  readonly delimiter: (typeof delimiters)[number];
  readonly names: readonly string[];
}

/**
 * Reads the header record: the delimiter is the one that it has most of. A column without a name (a delimiter at the end,
 * the index column of pandas) is called by its place, `column_1`. @throws INPUT_CORRUPT
 */
export function readHeader(record: string, at: string): CsvHeader {
  const text = record.replace(/^\uFEFF/, '').replace(/\r$/, '');
  const outside = text.replaceAll(/"(?:[^"]|"")*"/g, '');
  const counts = delimiters.map(delimiter => outside.split(delimiter).length);
  const delimiter = delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
  const names = splitFields(text, delimiter).map((name, i) => (name === '' ? `column_${i + 1}` : name));
  const twice = names.find((name, i) => names.slice(0, i).some(other => other.toLowerCase() === name.toLowerCase()));
  if (twice !== undefined) {
    throw new PlayheadError({
      code: 'INPUT_CORRUPT',
      at: `${at}:1`,
      message: `the header names the column "${twice}" twice`,
      hint: 'give each column a name of its own',
    });
  }
  return { delimiter, names };
}

const noText = (at: string): PlayheadError =>
  new PlayheadError({
    code: 'INPUT_CORRUPT',
    at: `${at}:1`,
    message: 'the header is not UTF-8 text',
    hint: 'save the file as CSV (UTF-8)',
  });

function splitFields(text: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) {
      fields.push(field.trim());
      field = '';
    } else field += character;
  }
  return [...fields, field.trim()];
}

/**
 * Writes CSV again with the line number in front of every record, so that any reader keeps it; a record that does not fit
 * the header becomes a row that carries its text in `playhead_broken`. Memory stays within one record.
 */
export class CsvNumberer {
  readonly #at: string;
  #header: CsvHeader | undefined;
  #delimiter = 0;
  #line = 1;
  #recordLine = 1;
  #fieldCount = 1;
  /** A quote opens a field only at its beginning; inside, two quotes are one. Spaces before and after the quotes do not count. */
  #state: 'start' | 'plain' | 'quoted' | 'closed' | 'after' = 'start';
  #isIrregular = false;
  /** The byte before was a carriage return outside of quotes. */
  #hasReturned = false;
  #length = 0;
  #pieces: Buffer[] = [];
  /** Data records, without the header and empty lines. */
  rowCount = 0;

  constructor(at: string) {
    this.#at = at;
  }

  /** After the first record. */
  get header(): CsvHeader | undefined {
    return this.#header;
  }

  see(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === newline) this.#line += 1;
      if (this.#state === 'quoted') {
        if (byte === quote) this.#state = 'closed';
        continue;
      }
      if (byte === carriageReturn) {
        this.#hasReturned = true;
        continue;
      }
      if (byte === newline) {
        this.#take(chunk.subarray(from, i));
        this.#end(out);
        from = i + 1;
        continue;
      }
      if (this.#hasReturned) this.#isIrregular = true;
      this.#hasReturned = false;
      if (byte === this.#delimiter) {
        this.#fieldCount += 1;
        this.#state = 'start';
      } else this.#seeInField(byte);
    }
    if (from < chunk.length) this.#take(chunk.subarray(from));
    return Buffer.concat(out);
  }

  /** One byte of a field, outside of quotes. */
  #seeInField(byte: number | undefined): void {
    switch (this.#state) {
      case 'start':
        if (byte !== space) this.#state = byte === quote ? 'quoted' : 'plain';
        return;
      case 'closed':
        if (byte === quote) this.#state = 'quoted';
        else this.#seeAfterQuotes(byte);
        return;
      case 'after':
        this.#seeAfterQuotes(byte);
        return;
      default:
    }
  }

  #seeAfterQuotes(byte: number | undefined): void {
    this.#state = byte === space ? 'after' : 'plain';
    if (byte !== space) this.#isIrregular = true;
  }

  /** What is left after the last chunk. @throws INPUT_CORRUPT where a quote is never closed */
  end(): Buffer {
    if (this.#state === 'quoted') {
      throw new PlayheadError({
        code: 'INPUT_CORRUPT',
        at: `${this.#at}:${this.#recordLine}`,
        message: 'a quote that opens here is never closed',
        hint: 'the file may be cut off',
      });
    }
    const out: Buffer[] = [];
    if (this.#length > 0) this.#end(out);
    return Buffer.concat(out);
  }

  #take(piece: Buffer): void {
    if (this.#length <= lineBytesMax) this.#pieces.push(Buffer.from(piece));
    this.#length += piece.length;
  }

  #end(out: Buffer[]): void {
    const whole = Buffer.concat(this.#pieces);
    const bytes = whole.subarray(0, whole.findLastIndex(byte => byte !== carriageReturn) + 1);
    const record = {
      bytes,
      line: this.#recordLine,
      fieldCount: this.#fieldCount,
      isTooLong: this.#length > lineBytesMax,
      isIrregular: this.#isIrregular,
    };
    this.#pieces = [];
    this.#length = 0;
    this.#fieldCount = 1;
    this.#state = 'start';
    this.#isIrregular = false;
    this.#hasReturned = false;
    this.#recordLine = this.#line;
    if (bytes.length === 0) return;
    if (this.#header !== undefined) {
      out.push(this.#numbered(record, this.#header));
      return;
    }
    // UTF-16, as spreadsheets write "Unicode text", shows here first.
    if (bytes.includes(0)) throw noText(this.#at);
    this.#header = readHeader(bytes.toString('utf8'), this.#at);
    this.#delimiter = this.#header.delimiter.charCodeAt(0);
  }

  #numbered({ bytes, line, fieldCount, isTooLong, isIrregular }: CsvRecord, { delimiter, names }: CsvHeader): Buffer {
    this.rowCount += 1;
    const mark = isTooLong ? brokenLineMarks.tooLong : isUtf8(bytes) ? '' : brokenLineMarks.notUtf8;
    const isBroken = mark !== '' || isIrregular || fieldCount !== names.length || bytes.includes(0);
    if (!isBroken) return Buffer.concat([Buffer.from(`${line}${delimiter}${delimiter}`), bytes, Buffer.from('\n')]);
    const text = bytes.subarray(0, 1000).toString('utf8').replaceAll('\0', ' ').replaceAll('"', '""');
    return Buffer.from(`${line}${delimiter}"${mark}${text}"${delimiter.repeat(names.length)}\n`);
  }
}
