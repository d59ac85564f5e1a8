import { connect, type Socket } from 'node:net';

/** A message of the server: its type letter, and what follows the length. */
export interface Reply {
  readonly type: string;
  readonly body: Buffer;
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
};
const text = (value: string | Buffer): Buffer => Buffer.concat([Buffer.from(value), Buffer.from([0])]);
const sized = (body: Buffer): Buffer => Buffer.concat([int32(body.length + 4), body]);
const frame = (type: string, ...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from(type), sized(Buffer.concat(parts))]);

export interface BindMessage {
  readonly portal?: string;
  readonly statement?: string;
  readonly parameterFormats?: readonly number[];
  readonly values?: readonly (Buffer | string | null)[];
  readonly resultFormats?: readonly number[];
}

/** Messages of a client, written by hand: a driver's own writer would only send what that driver sends. */
export const frontend = {
  startup: (parameters: Readonly<Record<string, string>>): Buffer =>
    sized(Buffer.concat([int32(196_608), ...Object.entries(parameters).flat().map(text), Buffer.from([0])])),
  cancel: (processId: number, secret: number): Buffer =>
    sized(Buffer.concat([int32(80_877_102), int32(processId), int32(secret)])),
  password: (password: string): Buffer => frame('p', text(password)),
  query: (sql: string | Buffer): Buffer => frame('Q', text(sql)),
  parse: (sql: string | Buffer, name = '', oids: readonly number[] = []): Buffer =>
    frame('P', text(name), text(sql), int16(oids.length), ...oids.map(int32)),
  bind: ({
    portal = '',
    statement = '',
    parameterFormats = [],
    values = [],
    resultFormats = [],
  }: BindMessage): Buffer =>
    frame(
      'B',
      ...[text(portal), text(statement), int16(parameterFormats.length), ...parameterFormats.map(int16)],
      int16(values.length),
      ...values.flatMap(value => {
        if (value === null) return [int32(-1)];
        const bytes = Buffer.from(value);
        return [int32(bytes.length), bytes];
      }),
      ...[int16(resultFormats.length), ...resultFormats.map(int16)],
    ),
  describe: (kind: 'S' | 'P', name = ''): Buffer => frame('D', Buffer.from(kind), text(name)),
  execute: (portal = '', maxRows = 0): Buffer => frame('E', text(portal), int32(maxRows)),
  close: (kind: 'S' | 'P', name = ''): Buffer => frame('C', Buffer.from(kind), text(name)),
  flush: (): Buffer => frame('H'),
  sync: (): Buffer => frame('S'),
  terminate: (): Buffer => frame('X'),
};

/** A connection that sends bytes as they are and keeps what comes back. */
export class WireClient {
  readonly socket: Socket;
  /** What the server said between the login and the first ReadyForQuery. */
  greeting: readonly Reply[] = [];
  private pending: Buffer = Buffer.alloc(0);
  private replies: Reply[] = [];
  private isClosed = false;
  private wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', chunk => {
      this.pending = Buffer.concat([this.pending, chunk]);
      this.cut();
      this.wake?.();
    });
    // A server that hangs up in the middle of what we send is an answer too.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.wake?.();
    });
  }

  /** Connects without a word. */
  static async connect(port: number): Promise<WireClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new WireClient(socket);
  }

  /** Connects and logs in with a password in plain text, where one is asked for. */
  static async login(port: number, user: string, password: string): Promise<WireClient> {
    const client = await WireClient.connect(port);
    client.send(frontend.startup({ user, database: 'postgres', client_encoding: 'UTF8' }));
    const [first] = await client.until(({ type }) => type === 'R' || type === 'E');
    if (first?.type === 'R' && first.body.readInt32BE(0) === 3) client.send(frontend.password(password));
    client.greeting = await client.ready();
    if (client.greeting.at(-1)?.type !== 'Z') throw new Error(`no login: ${client.greeting.map(tell).join(', ')}`);
    return client;
  }

  send(...messages: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  /** The replies up to the first that is wanted, or up to the end of the connection. */
  async until(isLast: (reply: Reply) => boolean): Promise<readonly Reply[]> {
    for (;;) {
      const index = this.replies.findIndex(isLast);
      if (index !== -1) return this.replies.splice(0, index + 1);
      if (this.isClosed) return this.replies.splice(0);
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
  }

  /** The replies up to the next ReadyForQuery. */
  ready(): Promise<readonly Reply[]> {
    return this.until(({ type }) => type === 'Z');
  }

  /** Everything up to the end of the connection. */
  closed(): Promise<readonly Reply[]> {
    return this.until(() => false);
  }

  /** The key of the server's that a request to cancel has to show. */
  get key(): { readonly processId: number; readonly secret: number } {
    const body = this.greeting.find(({ type }) => type === 'K')?.body;
    if (body === undefined) throw new Error('the server has told no key');
    return { processId: body.readInt32BE(0), secret: body.readInt32BE(4) };
  }

  end(): void {
    this.socket.end(frontend.terminate());
    this.socket.destroySoon();
  }

  private cut(): void {
    let at = 0;
    while (this.pending.length - at >= 5) {
      const end = at + 1 + this.pending.readInt32BE(at + 1);
      if (end > this.pending.length) break;
      this.replies.push({ type: String.fromCharCode(this.pending[at] ?? 0), body: this.pending.subarray(at + 5, end) });
      at = end;
    }
    this.pending = this.pending.subarray(at);
  }
}

/** The fields of an ErrorResponse or NoticeResponse by their letter: `C` is the SQLSTATE. */
export function errorFields({ body }: Reply): Readonly<Record<string, string>> {
  const fields = body.toString('utf8').split('\0').filter(Boolean);
  return Object.fromEntries(fields.map(field => [field.slice(0, 1), field.slice(1)]));
}

/** The values of a DataRow. */
export function rowValues({ body }: Reply): (Buffer | null)[] {
  let at = 2;
  return Array.from({ length: body.readUInt16BE(0) }, () => {
    const length = body.readInt32BE(at);
    at += 4;
    if (length === -1) return null;
    at += length;
    return body.subarray(at - length, at);
  });
}

/** The columns of a RowDescription: name, type and format. */
export function columnsOf({ body }: Reply): { name: string; oid: number; size: number; format: number }[] {
  let at = 2;
  return Array.from({ length: body.readUInt16BE(0) }, () => {
    const end = body.indexOf(0, at);
    const name = body.toString('utf8', at, end);
    at = end + 19;
    return {
      name,
      oid: body.readUInt32BE(end + 7),
      size: body.readInt16BE(end + 11),
      format: body.readInt16BE(end + 17),
    };
  });
}

/** A reply in one line, without what differs from server to server. */
export function tell(reply: Reply): string {
  const { type, body } = reply;
  switch (type) {
    case 'E':
    case 'N': {
      const { V, C } = errorFields(reply);
      return `${type} ${V} ${C}`;
    }
    case 'T':
      return `T ${columnsOf(reply)
        .map(({ name, oid, size, format }) => `${name}:${oid}/${size}${format === 1 ? ' binary' : ''}`)
        .join(', ')}`;
    case 'D':
      return `D ${rowValues(reply)
        .map(value => (value === null ? 'null' : [...value].some(byte => byte < 32) ? value.toString('hex') : value))
        .join(', ')}`;
    case 't':
      return `t ${Array.from({ length: body.readUInt16BE(0) }, (_, index) => body.readUInt32BE(2 + index * 4)).join(', ')}`;
    case 'C':
    case 'Z':
    case 'S':
      return `${type} ${body.toString('utf8').replaceAll('\0', ' ').trim()}`;
    default:
      return type;
  }
}
