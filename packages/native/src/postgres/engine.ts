import type { ResultField, TransactionState } from './backend.js';

/** A user who has proved who they are. */
export interface Login {
  readonly user: string;
  readonly superuser: boolean;
  readonly securityContext: unknown;
}

/** Who may come in. Passwords are compared here, not by the caller. */
export interface Authenticator {
  /** The login whose password is known beforehand, so that it need not cross the wire. */
  withKnownPassword(user: string): Promise<{ readonly password: string; readonly login: Login } | undefined>;
  /** Throws 28P01 where the password is wrong. */
  withPassword(user: string, password: string): Promise<Login>;
  /** Told of everybody who has come in. */
  welcome(login: Login): void;
}

/** What a connection remembers between statements. */
export interface Session extends Login {
  /** The database that the client has named; there is one model behind every name. */
  readonly database: string;
  readonly processId: number;
  readonly settings: Settings;
  readonly cursors: Map<string, Cursor>;
  transaction: TransactionState;
  /** Forgets prepared statements: all, or one. Answers whether there was any. */
  deallocate(name: string | undefined): boolean;
}

export interface Settings {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  reset(name: string | undefined): void;
  entries(): Iterable<readonly [string, string]>;
}

/** Rows that are fetched bit by bit. */
export interface Cursor {
  readonly fields: readonly ResultField[];
  readonly rows: readonly Buffer[];
  readonly isHeld: boolean;
  position: number;
}

export interface Statement {
  readonly text: string;
  readonly node: unknown;
}

export interface Binding {
  readonly parameters: readonly (Buffer | null)[];
  readonly parameterFormats: readonly number[];
  readonly resultFormats: readonly number[];
  readonly signal: AbortSignal;
}

export interface Result {
  /** Complete DataRow messages. */
  readonly rows: readonly Buffer[];
  readonly tag: (rowCount: number) => string;
}

export interface Prepared {
  readonly parameterOids: readonly number[];
  /** Nothing for a statement that returns no rows. */
  readonly fields: readonly ResultField[] | undefined;
  execute(binding: Binding): Promise<Result>;
  /** May run in a transaction that has failed: COMMIT and ROLLBACK. */
  readonly endsTransaction?: boolean;
}

/** What stands behind the wire. */
export interface Engine {
  split(text: string): Promise<readonly Statement[]>;
  prepare(statement: Statement, parameterOids: readonly number[], session: Session): Promise<Prepared>;
}

export interface WireLimits {
  readonly messageBytesMax: number;
  readonly connectionsMax: number;
  readonly loginMsMax: number;
  /** Prepared statements and portals, each, of one connection. */
  readonly preparedMax: number;
}

/** What a connection is given by the server. */
export interface ConnectionContext {
  readonly engine: Engine;
  readonly authenticator: Authenticator;
  readonly limits: WireLimits;
  readonly processId: number;
  readonly log: (type: string, detail: Readonly<Record<string, unknown>>) => void;
  cancel(processId: number, secret: number): void;
}
