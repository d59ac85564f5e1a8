import type { SecureContext } from 'node:tls';
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
  readonly transaction: TransactionControl;
  /** Forgets prepared statements: all that have a name, or one. Answers whether there was any. */
  deallocate(name: string | undefined): boolean;
  /** Closes all cursors, and the portals of the protocol but for the one that runs. */
  closeAll(): void;
}

/** BEGIN, COMMIT and what lies between them; each throws what Postgres would. */
export interface TransactionControl {
  readonly state: TransactionState;
  /** In a transaction with other statements, whether BEGIN was said or several came at once. */
  readonly isBlock: boolean;
  /** Whether a cursor without WITH HOLD can be declared: it would outlive its statement. */
  readonly keepsCursors: boolean;
  begin(): void;
  /** Answers whether it was good; COMMIT of a failed transaction rolls back. */
  commit(): boolean;
  rollback(): void;
  /** For statements that are a transaction of their own: what comes before the next Sync is in another. */
  commitNow(): void;
  savepoint(name: string): void;
  release(name: string): void;
  rollbackTo(name: string): void;
}

export interface Settings {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** Until the transaction ends. */
  setLocal(name: string, value: string): void;
  reset(name: string | undefined): void;
  entries(): Iterable<readonly [string, string]>;
  /** The name in its usual spelling. */
  nameOf(name: string): string;
}

/** Rows that are fetched bit by bit. */
export interface Cursor {
  readonly fields: readonly ResultField[];
  readonly isHeld: boolean;
  close(): void;
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

/** Rows that come bit by bit. */
export interface RowStream {
  /** The next rows; none at the end. */
  next(): Promise<readonly Buffer[]>;
  close(): void;
}

export interface Result {
  /** Complete DataRow messages. */
  readonly rows: readonly Buffer[];
  /** The rows behind these, where there are too many to hold. */
  readonly more?: RowStream;
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

/** A certificate to encrypt connections with. */
export interface Tls {
  readonly secureContext: SecureContext;
  /** Whether whoever does not ask for encryption is sent away. */
  readonly isRequired: boolean;
}

/** What a connection is given by the server. */
export interface ConnectionContext {
  readonly tls: Tls | undefined;
  readonly engine: Engine;
  readonly authenticator: Authenticator;
  readonly limits: WireLimits;
  readonly processId: number;
  readonly log: (type: string, detail: Readonly<Record<string, unknown>>) => void;
  cancel(processId: number, secret: number): void;
}
