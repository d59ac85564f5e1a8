import { isUtf8 } from 'node:buffer';
import { SqlError, sqlState } from './sql-error.js';

/** The error of PostgreSQL for bytes that are no text: a database in UTF8 can hold neither a NUL nor half a character. */
export const invalidBytes = (bytes: Uint8Array): SqlError =>
  new SqlError(
    sqlState.invalidBytes,
    `invalid byte sequence for encoding "UTF8": ${[...bytes].map(byte => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')}`,
  );

/** @throws SqlError 22021, naming the first bytes that are no character */
export function assertText(bytes: Buffer): void {
  if (isUtf8(bytes) && !bytes.includes(0)) return;
  let at = 0;
  let character = bytes.subarray(0, 0);
  do {
    at += character.length;
    character = bytes.subarray(at, at + characterBytes(bytes[at] ?? 0));
  } while (isUtf8(character) && character[0] !== 0);
  throw invalidBytes(character);
}

/** How long a character is by its first byte, valid or not. */
function characterBytes(first: number): number {
  if (first >= 0xf8 || first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** As {@link assertText}, for text that came in JSON, where half a surrogate pair and a NUL can be written. */
export function assertWellFormed(text: string): void {
  const [wrong] = /[\0\p{Cs}]/u.exec(text) ?? [];
  if (wrong !== undefined) throw invalidBytes(wrong === '\0' ? Buffer.of(0) : surrogateBytes(wrong.charCodeAt(0)));
}

/** What UTF-8 would make of half a pair. */
const surrogateBytes = (unit: number): Buffer =>
  Buffer.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
