import { SqlError, sqlState } from './sql-error.js';
import { assertText } from './text.js';

/** What a client says after the start-up. */
export type FrontendMessage =
  | { readonly type: 'query'; readonly text: string }
  | { readonly type: 'parse'; readonly name: string; readonly text: string; readonly parameterOids: readonly number[] }
  | {
      readonly type: 'bind';
      readonly portal: string;
      readonly statement: string;
      readonly parameterFormats: readonly number[];
      readonly parameters: readonly (Buffer | null)[];
      readonly resultFormats: readonly number[];
    }
  | { readonly type: 'describe' | 'close'; readonly kind: 'statement' | 'portal'; readonly name: string }
  | { readonly type: 'execute'; readonly portal: string; readonly maxRows: number }
  | { readonly type: 'password'; readonly body: Buffer }
  /** A whole message whose content is wrong: an error of its statement, not of the stream. */
  | { readonly type: 'wrong'; readonly isQuery: boolean; readonly error: SqlError }
  | { readonly type: 'sync' | 'flush' | 'terminate' | 'copyDone' | 'copyData' | 'copyFail' };

/** What a client says first; it has no type byte. */
export type StartupMessage =
  | { readonly type: 'ssl' | 'gss' }
  | { readonly type: 'cancel'; readonly processId: number; readonly secret: number }
  | { readonly type: 'startup'; readonly minor: number; readonly parameters: ReadonlyMap<string, string> };

const cancelCode = 80_877_102;
const sslCode = 80_877_103;
const gssCode = 80_877_104;
const protocolMajor = 3;
// As in Postgres: a start-up packet has no business being larger.
const startupBytesMax = 10_000;

const violation = (message: string): SqlError => new SqlError(sqlState.protocolViolation, message);

class Reader {
  private at = 0;
  private readonly body: Buffer;

  constructor(body: Buffer) {
    this.body = body;
  }

  get left(): number {
    return this.body.length - this.at;
  }

  int16(): number {
    this.need(2);
    this.at += 2;
    return this.body.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.need(4);
    this.at += 4;
    return this.body.readInt32BE(this.at - 4);
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** A count of things of `size` bytes or more: never larger than what the message can hold. */
  count(size: number): number {
    const count = this.int16() & 0xffff;
    if (count * size > this.left) throw violation('insufficient data left in message');
    return count;
  }

  bytes(length: number): Buffer {
    if (length < 0) throw violation('insufficient data left in message');
    this.need(length);
    this.at += length;
    return this.body.subarray(this.at - length, this.at);
  }

  text(): string {
    const end = this.body.indexOf(0, this.at);
    if (end === -1) throw violation('invalid string in message');
    const bytes = this.body.subarray(this.at, end);
    assertText(bytes);
    this.at = end + 1;
    return bytes.toString('utf8');
  }

  private need(length: number): void {
    if (length > this.left) throw violation('insufficient data left in message');
  }
}

const times = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read);

/** Cuts a byte stream into messages. Half a message waits for its rest; a wrong head throws, and the stream is lost. */
export class FrontendStream {
  private pending: Buffer = Buffer.alloc(0);
  private started = false;
  private readonly messageBytesMax: number;

  constructor(messageBytesMax: number) {
    this.messageBytesMax = messageBytesMax;
  }

  push(chunk: Buffer): void {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
  }

  /** Bytes that wait; after an SSL request there must be none, or somebody has slipped in plain text before TLS. */
  get waiting(): number {
    return this.pending.length;
  }

  nextStartup(): StartupMessage | undefined {
    if (this.started) throw violation('the connection has been started already');
    const body = this.cut(0, startupBytesMax);
    if (body === undefined) return undefined;
    const message = parseStartup(new Reader(body));
    this.started = message.type === 'startup';
    return message;
  }

  next(): FrontendMessage | undefined {
    const type = this.pending[0];
    if (type === undefined) return undefined;
    const body = this.cut(1, this.messageBytesMax);
    return body === undefined ? undefined : readMessage(String.fromCharCode(type), new Reader(body));
  }

  private cut(offset: number, bytesMax: number): Buffer | undefined {
    if (this.pending.length < offset + 4) return undefined;
    const length = this.pending.readInt32BE(offset);
    if (length < 4) throw violation(`invalid message length ${length}`);
    if (length > bytesMax) {
      throw new SqlError(sqlState.limitExceeded, `a message of ${length} bytes exceeds the limit of ${bytesMax} bytes`);
    }
    const end = offset + length;
    if (this.pending.length < end) return undefined;
    const body = this.pending.subarray(offset + 4, end);
    this.pending = this.pending.subarray(end);
    return body;
  }
}

function parseStartup(reader: Reader): StartupMessage {
  const code = reader.int32();
  if (code === sslCode) return { type: 'ssl' };
  if (code === gssCode) return { type: 'gss' };
  if (code === cancelCode) return { type: 'cancel', processId: reader.int32(), secret: reader.int32() };
  if (code >> 16 !== protocolMajor) {
    throw violation(`unsupported frontend protocol ${code >> 16}.${code & 0xffff}: server supports 3.0`);
  }
  const parameters = new Map<string, string>();
  while (reader.left > 1) {
    const name = reader.text();
    if (name === '') break;
    parameters.set(name, reader.text());
  }
  return { type: 'startup', minor: code & 0xffff, parameters };
}

/** As in PostgreSQL: where a message ends is known, so what is wrong inside of it is an error of its statement. */
function readMessage(type: string, reader: Reader): FrontendMessage {
  if (!statementTypes.includes(type)) return parseMessage(type, reader);
  try {
    const message = parseMessage(type, reader);
    // A NUL ends a text, and what follows it belongs to nothing.
    if (reader.left > 0) throw violation('invalid message format');
    return message;
  } catch (error) {
    if (error instanceof SqlError) return { type: 'wrong', isQuery: type === 'Q', error };
    throw error;
  }
}

const statementTypes = 'QPBDCE';

function parseMessage(type: string, reader: Reader): FrontendMessage {
  switch (type) {
    case 'Q':
      return { type: 'query', text: reader.text() };
    case 'P': {
      const name = reader.text();
      const text = reader.text();
      return { type: 'parse', name, text, parameterOids: times(reader.count(4), () => reader.uint32()) };
    }
    case 'B':
      return parseBind(reader);
    case 'D':
    case 'C':
      return { type: type === 'D' ? 'describe' : 'close', kind: parseKind(reader), name: reader.text() };
    case 'E':
      return { type: 'execute', portal: reader.text(), maxRows: reader.int32() };
    case 'p':
      return { type: 'password', body: Buffer.from(reader.bytes(reader.left)) };
    case 'S':
      return { type: 'sync' };
    case 'H':
      return { type: 'flush' };
    case 'X':
      return { type: 'terminate' };
    case 'c':
      return { type: 'copyDone' };
    case 'd':
      return { type: 'copyData' };
    case 'f':
      return { type: 'copyFail' };
    default:
      throw violation(`invalid frontend message type ${type.charCodeAt(0)}`);
  }
}

function parseBind(reader: Reader): FrontendMessage {
  const portal = reader.text();
  const statement = reader.text();
  const parameterFormats = times(reader.count(2), () => reader.int16());
  const parameters = times(reader.count(4), () => {
    const length = reader.int32();
    // A copy: the stream's buffer must not be kept alive by one value of a long-lived portal.
    return length === -1 ? null : Buffer.from(reader.bytes(length));
  });
  return {
    type: 'bind',
    portal,
    statement,
    parameterFormats,
    parameters,
    resultFormats: times(reader.count(2), () => reader.int16()),
  };
}

function parseKind(reader: Reader): 'statement' | 'portal' {
  const kind = String.fromCharCode(reader.bytes(1)[0] ?? 0);
  if (kind === 'S') return 'statement';
  if (kind === 'P') return 'portal';
  throw violation(`invalid DESCRIBE or CLOSE kind "${kind}"`);
}
