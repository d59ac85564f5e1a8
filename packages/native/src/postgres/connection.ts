import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { backend } from './backend.js';
import { Dialogue } from './dialogue.js';
import type { ConnectionContext, Login } from './engine.js';
import { type FrontendMessage, FrontendStream, type StartupMessage } from './frontend.js';
import { login } from './login.js';
import { SessionSettings } from './settings.js';
import { SqlError, sqlState } from './sql-error.js';

/** Time for the last message to reach the client. */
const hangUpMsMax = 1000;
const shutDownMsMax = 100;

class Gone extends Error {}

/** Who has come in, and what they said of their session. */
interface Came {
  readonly who: Login;
  readonly user: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** One client: start-up, login, then its dialogue, message by message and strictly in order. */
export class Connection {
  readonly secret = randomInt(0x7fffffff);
  private socket: Socket;
  private readonly context: ConnectionContext;
  private readonly stream: FrontendStream;
  private wake: (() => void) | undefined;
  private isGone = false;
  private dialogue: Dialogue | undefined;
  private outbox: Buffer[] = [];

  constructor(socket: Socket, context: ConnectionContext) {
    this.socket = socket;
    this.context = context;
    this.stream = new FrontendStream(context.limits.messageBytesMax);
    socket.setNoDelay(true);
    socket.on('data', this.take);
    socket.on('error', () => this.leave());
    socket.on('close', () => this.leave());
  }

  private readonly take = (chunk: Buffer): void => {
    this.stream.push(chunk);
    // Whoever sends faster than we answer waits, so that the queue stays small.
    if (this.stream.waiting > this.context.limits.messageBytesMax) this.socket.pause();
    this.wake?.();
  };

  /** Ends the running statement with 57014, if there is one. */
  cancel(): void {
    this.dialogue?.cancel();
  }

  /** Says goodbye and hangs up. */
  shutDown(): void {
    if (!this.isGone) {
      const error = new SqlError(sqlState.shuttingDown, 'terminating connection due to administrator command');
      this.socket.end(backend.error(error, 'FATAL'));
      this.leave();
    }
    this.hangUp(shutDownMsMax);
  }

  async serve(): Promise<void> {
    try {
      await this.converse();
    } catch (error) {
      if (error instanceof Gone) return;
      const expected = error instanceof SqlError;
      if (!expected) this.context.log('SQL API Connection Error', { error: String(error) });
      this.send(
        backend.error(expected ? error : new SqlError(sqlState.internal, 'internal error of the SQL API'), 'FATAL'),
      );
      await this.flush().catch(() => undefined);
    } finally {
      this.leave();
      this.hangUp(hangUpMsMax);
    }
  }

  /** What the client still sends is read and dropped: unread bytes would keep the socket, and could cost it our last words. */
  private hangUp(msMax: number): void {
    this.socket.off('data', this.take);
    this.socket.end();
    this.socket.resume();
    setTimeout(() => this.socket.destroy(), msMax).unref();
  }

  private async converse(): Promise<void> {
    const timer = setTimeout(() => this.socket.destroy(), this.context.limits.loginMsMax);
    const came = await this.comeIn().finally(() => clearTimeout(timer));
    if (came === undefined) return;
    await this.converseWith(came);
  }

  /** Start-up and login; nothing for a request to cancel. */
  private async comeIn(): Promise<Came | undefined> {
    const startup = await this.start();
    if (startup === undefined) return undefined;
    const { parameters } = startup;
    const user = parameters.get('user') ?? '';
    if (user === '')
      throw new SqlError(sqlState.invalidAuthorization, 'no PostgreSQL user name specified in startup packet');
    if (parameters.has('replication') && parameters.get('replication') !== 'false') {
      throw new SqlError(sqlState.notSupported, 'replication is not supported');
    }
    const unknown = [...parameters.keys()].filter(name => name.startsWith('_pq_.'));
    if (startup.minor > 0 || unknown.length > 0) this.send(backend.negotiateProtocol(unknown));

    const who = await login(user, this.context.authenticator, {
      send: message => this.send(message),
      receive: () => this.receive(),
    });
    return { who, user, parameters };
  }

  private async converseWith({ who, user, parameters }: Came): Promise<void> {
    this.context.authenticator.welcome(who);
    const settings = new SessionSettings(user, parameters);
    this.send(backend.authenticationOk());
    for (const [name, value] of settings.reportedEntries()) this.send(backend.parameterStatus(name, value));
    this.send(backend.backendKey(this.context.processId, this.secret));
    this.send(backend.readyForQuery('I'));

    const dialogue = new Dialogue(who, parameters.get('database') || user, settings, this.context, {
      send: message => this.send(message),
      flush: () => this.flush(),
    });
    this.dialogue = dialogue;
    while (true) {
      const message = await this.receive();
      if (message.type === 'terminate') return;
      await dialogue.answer(message);
    }
  }

  /** The start-up packet. Where there is no certificate encryption is refused ("N"), and the client decides whether to go on. */
  private async start(): Promise<Extract<StartupMessage, { type: 'startup' }> | undefined> {
    let isEncrypted = false;
    while (true) {
      const message = await this.pull(() => this.stream.nextStartup());
      switch (message.type) {
        case 'ssl':
        case 'gss':
          if (this.stream.waiting > 0) {
            throw new SqlError(sqlState.protocolViolation, 'received data before the answer to an encryption request');
          }
          if (message.type === 'ssl' && this.context.tls !== undefined && !isEncrypted) {
            this.send(Buffer.from('S'));
            await this.encrypt(this.context.tls.secureContext);
            isEncrypted = true;
          } else this.send(Buffer.from('N'));
          break;
        case 'cancel':
          this.context.cancel(message.processId, message.secret);
          return undefined;
        case 'startup':
          if (this.context.tls?.isRequired === true && !isEncrypted) {
            throw new SqlError(sqlState.invalidAuthorization, 'this server takes encrypted connections only', {
              hint: 'Connect with sslmode=require.',
            });
          }
          return message;
      }
    }
  }

  /** From here on all bytes go through TLS (PostgreSQL protocol, "SSL Session Encryption"). */
  private async encrypt(secureContext: SecureContext): Promise<void> {
    await this.flush();
    const plain = this.socket;
    plain.off('data', this.take);
    const secure = new TLSSocket(plain, { isServer: true, secureContext });
    secure.on('error', () => this.leave());
    secure.on('close', () => this.leave());
    await new Promise<void>(resolve => {
      secure.once('secure', resolve);
      plain.once('close', resolve);
    });
    this.socket = secure;
    secure.on('data', this.take);
  }

  private receive(): Promise<FrontendMessage> {
    return this.pull(() => this.stream.next());
  }

  /** The next message; what has been answered so far is sent before waiting for more. */
  private async pull<T>(next: () => T | undefined): Promise<T> {
    while (true) {
      if (this.isGone) throw new Gone();
      const message = next();
      if (message !== undefined) return message;
      await this.flush();
      if (this.isGone) throw new Gone();
      // Data may have come in while flushing.
      const late = next();
      if (late !== undefined) return late;
      if (this.socket.isPaused()) this.socket.resume();
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
  }

  private send(message: Buffer): void {
    this.outbox.push(message);
  }

  private async flush(): Promise<void> {
    if (this.outbox.length === 0 || this.isGone) return;
    const bytes = Buffer.concat(this.outbox);
    this.outbox = [];
    if (this.socket.write(bytes)) return;
    await new Promise<void>(resolve => {
      const done = (): void => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }

  private leave(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.dialogue?.close();
    this.wake?.();
  }
}
