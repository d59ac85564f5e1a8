/** The part of smtp-server that is used; the package brings no types. */
declare module 'smtp-server' {
  import type { Server } from 'node:net';
  import type { Readable } from 'node:stream';

  type Done = (error?: Error | null, response?: { readonly user: string }) => void;
  interface Options {
    readonly disabledCommands: readonly string[];
    readonly authOptional: boolean;
    readonly allowInsecureAuth: boolean;
    readonly disableReverseLookup: boolean;
    readonly onConnect: (session: unknown, done: Done) => void;
    readonly onAuth: (
      auth: { readonly username: string; readonly password: string },
      session: unknown,
      done: Done,
    ) => void;
    readonly onRcptTo: (address: unknown, session: unknown, done: Done) => void;
    readonly onData: (stream: Readable, session: unknown, done: Done) => void;
  }
  export class SMTPServer {
    constructor(options: Options);
    readonly server: Server;
    on(event: 'error', listener: (error: Error) => void): this;
    listen(port: number, host: string, done: () => void): Server;
    close(done: () => void): void;
  }
}
