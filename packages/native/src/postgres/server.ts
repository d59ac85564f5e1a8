import { createServer, type Server, type Socket } from 'node:net';
import { backend } from './backend.js';
import { Connection } from './connection.js';
import type { Authenticator, Engine, Tls, WireLimits } from './engine.js';
import { SqlError, sqlState } from './sql-error.js';

export interface PostgresServerOptions {
  readonly port: number;
  readonly host?: string;
  readonly engine: Engine;
  readonly authenticator: Authenticator;
  readonly limits: WireLimits;
  readonly tls?: Tls | undefined;
  readonly log: (type: string, detail: Readonly<Record<string, unknown>>) => void;
}

/** Listens for Postgres clients. `port` 0 takes a free one; `address` tells which. */
export class PostgresServer {
  private readonly options: PostgresServerOptions;
  private readonly server: Server;
  private readonly connections = new Map<number, Connection>();
  private lastProcessId = 0;

  private constructor(options: PostgresServerOptions) {
    this.options = options;
    this.server = createServer(socket => this.accept(socket));
  }

  static async listen(options: PostgresServerOptions): Promise<PostgresServer> {
    const postgres = new PostgresServer(options);
    await new Promise<void>((resolve, reject) => {
      postgres.server.once('error', reject);
      postgres.server.listen({ port: options.port, ...(options.host && { host: options.host }) }, () => {
        postgres.server.off('error', reject);
        resolve();
      });
    });
    return postgres;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the SQL API is not listening');
    return address.port;
  }

  /** Stops listening and tells every client (57P01). */
  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()));
    for (const connection of this.connections.values()) connection.shutDown();
    await closed;
  }

  private accept(socket: Socket): void {
    const { engine, authenticator, limits, log, tls } = this.options;
    if (this.connections.size >= limits.connectionsMax) {
      const error = new SqlError(sqlState.tooManyConnections, 'sorry, too many clients already');
      socket.on('error', () => socket.destroy());
      socket.end(backend.error(error, 'FATAL'));
      return;
    }
    this.lastProcessId += 1;
    const processId = this.lastProcessId;
    const cancel = (target: number, secret: number): void => {
      const connection = this.connections.get(target);
      if (connection?.secret === secret) connection.cancel();
    };
    const connection = new Connection(socket, { engine, authenticator, limits, log, tls, processId, cancel });
    this.connections.set(processId, connection);
    connection
      .serve()
      .catch(error => log('SQL API Connection Error', { error: String(error) }))
      .finally(() => this.connections.delete(processId));
  }
}
