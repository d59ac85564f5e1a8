import { z } from 'zod';
import { gatewayError } from './errors.js';
import { isDay } from './scalars.js';

/** Where a page ends: the sort value and key of its last row, and the order they belong to. */
export interface Cursor {
  /** Field and direction; a cursor of another order means nothing. */
  readonly order: string;
  /** As Cube wrote it; null in the part of the list whose sort value is unknown (it comes last). */
  readonly value: string | null;
  readonly key: readonly string[];
}

const cursorSchema = z.tuple([
  z.literal(1),
  z.string().max(100),
  z.string().max(1_000).nullable(),
  z.array(z.string().max(1_000)).min(1).max(2),
]);

const cursorLengthMax = 8_000;

export function writeCursor({ order, value, key }: Cursor): string {
  return Buffer.from(JSON.stringify([1, order, value, key])).toString('base64url');
}

export interface CursorRule {
  readonly order: string;
  readonly keyLength: number;
  readonly kind: SortKind;
}

export type SortKind = 'number' | 'text' | 'second' | 'instant';

/** @throws BAD_USER_INPUT when the cursor was not made by us, or for another order */
export function readCursor(text: string, rule: CursorRule): Cursor {
  const parsed = cursorSchema.safeParse(text.length > cursorLengthMax ? undefined : decode(text));
  if (!parsed.success) throw gatewayError('BAD_USER_INPUT', '`after` is no cursor of this API');
  const [, order, value, key] = parsed.data;
  if (order !== rule.order) {
    throw gatewayError('BAD_USER_INPUT', `\`after\` belongs to the order ${order}, not to ${rule.order}`);
  }
  if (key.length !== rule.keyLength || (value !== null && !fits(value, rule.kind))) {
    throw gatewayError('BAD_USER_INPUT', '`after` is no cursor of this list');
  }
  return { order, value, key };
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    // Foreign text: the schema refuses `undefined` with the right words.
    return undefined;
  }
}

function fits(value: string, kind: SortKind): boolean {
  if (kind === 'text') return true;
  if (kind === 'number') return value !== '' && Number.isFinite(Number(value));
  if (kind === 'instant') return isDay(value.slice(0, 10)) && /^T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value.slice(10));
  return isDay(value.slice(0, 10)) && /^T\d{2}:\d{2}:\d{2}\.000$/.test(value.slice(10));
}
