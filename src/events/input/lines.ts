import { isUtf8 } from 'node:buffer';
import { brokenLineMarks, lineBytesMax } from '../broken-lines.js';

const newline = 0x0a;
const carriageReturn = 0x0d;
/** Content comes in chunks of up to 1 MiB, so every line above the limit leaves at least this much at the end of one. */
const suspiciousBytes = lineBytesMax - (1 << 20);
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Cuts content into whole lines without their line ends; a longer line than `lineBytesMax` comes cut off, as `isTooLong`. */
export async function* cutLines(
  content: AsyncIterable<Buffer>,
): AsyncGenerator<readonly { readonly bytes: Buffer; readonly isTooLong: boolean }[]> {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer) => {
    if (length <= lineBytesMax) pieces.push(piece);
    length += piece.length;
  };
  const line = () => {
    const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    const cut = { bytes: bytes.subarray(0, lineBytesMax), isTooLong: length > lineBytesMax };
    pieces = [];
    length = 0;
    return cut;
  };
  for await (const chunk of content) {
    const lines: { bytes: Buffer; isTooLong: boolean }[] = [];
    let from = 0;
    for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, to));
      lines.push(line());
      from = to + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
    yield lines;
  }
  if (length > 0) yield [line()];
}

/**
 * Tells whether the engine can number the lines of this content as they are: UTF-8, no byte-order mark, `\n` alone, no empty
 * line (the engine skips those), no control character that the reading uses itself. Memory stays within one line.
 */
export class LineInspector {
  #needsMending = false;
  #hasStarted = false;
  #carry: Buffer = Buffer.alloc(0);

  see(chunk: Buffer): void {
    if (this.#needsMending || chunk.length === 0) return;
    const text = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    const lastEnd = text.lastIndexOf(newline);
    const whole = text.subarray(0, lastEnd + 1);
    this.#carry = Buffer.from(text.subarray(lastEnd + 1));
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      if (text.subarray(0, 3).equals(byteOrderMark) || text[0] === newline) this.#needsMending = true;
    }
    if (this.#carry.length > suspiciousBytes || !isEngineText(whole)) this.#needsMending = true;
  }

  /** After the last chunk. */
  get needsMending(): boolean {
    return this.#needsMending || !isEngineText(this.#carry);
  }
}

function isEngineText(text: Buffer): boolean {
  if (text.includes('\n\n') || text.includes(carriageReturn) || text[0] === newline) return false;
  return !text.includes(0) && !text.includes(1) && isUtf8(text);
}

/** A line as the engine can read it, its number kept: what cannot be mended comes marked and is rejected later. */
export function mendLine(bytes: Buffer, isTooLong: boolean, isFirst: boolean): Buffer {
  const start = isFirst && bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  const text = bytes.subarray(start, end);
  if (isTooLong) return Buffer.from(`${brokenLineMarks.tooLong}${visible(text.subarray(0, 1000))}`);
  if (!isUtf8(text)) return Buffer.from(`${brokenLineMarks.notUtf8}${visible(text)}`);
  if (text.length === 0) return Buffer.from(' ');
  // Another control character is as wrong in JSON, but not one that the reading uses.
  return text.includes(0) || text.includes(1) || text.includes(carriageReturn) ? Buffer.from(visible(text)) : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not reach the engine
const reserved = /[\u0000-\u0003\r]/g;
const visible = (text: Buffer): string => text.toString('utf8').replaceAll(reserved, '\u001f');
