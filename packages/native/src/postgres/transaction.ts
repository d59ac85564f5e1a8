import type { TransactionState } from './backend.js';
import type { Cursor, TransactionControl } from './engine.js';
import type { SessionSettings, SettingsMark } from './settings.js';
import { SqlError, sqlState } from './sql-error.js';

/** What lives and dies with transactions. */
export interface Scope {
  readonly settings: SessionSettings;
  readonly cursors: Map<string, Cursor>;
  readonly portals: Map<string, unknown>;
  warn(state: string, message: string): void;
}

/** What ROLLBACK goes back to: the start of a transaction, or a savepoint. */
interface Mark {
  readonly name: string | undefined;
  readonly settings: SettingsMark;
  readonly cursors: ReadonlySet<unknown>;
  readonly portals: ReadonlySet<unknown>;
}

/**
 * One session's transaction. Nothing is ever written, so it is about what a client can see of it: the state at
 * ReadyForQuery, and settings, cursors and portals that go when it ends.
 */
export class Transaction implements TransactionControl {
  private readonly scope: Scope;
  private current: TransactionState = 'I';
  private implicit: 'none' | 'query' | 'pipeline' = 'none';
  private marks: Mark[] = [];

  constructor(scope: Scope) {
    this.scope = scope;
  }

  get state(): TransactionState {
    return this.current;
  }

  get isBlock(): boolean {
    return this.current !== 'I' || this.implicit !== 'none';
  }

  get keepsCursors(): boolean {
    return this.current !== 'I' || this.implicit === 'query';
  }

  /** A statement comes. Without BEGIN it opens a transaction that lasts to the end of the query, or to Sync. */
  open(): void {
    if (this.marks.length === 0) this.mark(undefined);
  }

  /** Several statements until the next Sync, or in one query: one transaction, though nobody has said BEGIN. */
  openImplicitBlock(by: 'query' | 'pipeline'): void {
    if (this.marks.length > 0) this.implicit = by;
  }

  /** Sync, or the end of a simple query. */
  sync(): void {
    if (this.current === 'I') this.end(true);
  }

  /** A statement has failed, and with it the transaction. */
  fail(): void {
    if (this.current === 'I') {
      this.end(false);
      return;
    }
    this.current = 'E';
    const last = this.marks.at(-1);
    if (last !== undefined) this.scope.settings.restore(last.settings);
  }

  begin(): void {
    if (this.current !== 'I') this.scope.warn('25001', 'there is already a transaction in progress');
    this.current = 'T';
  }

  commit(): boolean {
    const isGood = this.current !== 'E';
    this.endBlock(isGood);
    return isGood;
  }

  rollback(): void {
    this.endBlock(false);
  }

  commitNow(): void {
    this.end(true);
  }

  savepoint(name: string): void {
    this.needBlock('SAVEPOINT');
    this.mark(name);
  }

  release(name: string): void {
    this.needBlock('RELEASE SAVEPOINT');
    this.marks.length = this.indexOf(name);
  }

  rollbackTo(name: string): void {
    this.needBlock('ROLLBACK TO SAVEPOINT');
    const index = this.indexOf(name);
    this.restore(this.marks[index]);
    this.marks.length = index + 1;
    this.current = 'T';
  }

  private needBlock(what: string): void {
    if (this.current !== 'I') return;
    throw new SqlError(sqlState.noTransaction, `${what} can only be used in transaction blocks`);
  }

  private endBlock(isGood: boolean): void {
    if (this.current === 'I') this.scope.warn(sqlState.noTransaction, 'there is no transaction in progress');
    this.end(isGood);
  }

  private end(isGood: boolean): void {
    if (isGood) this.scope.settings.endLocal();
    else this.restore(this.marks[0]);
    for (const [name, cursor] of this.scope.cursors) if (!cursor.isHeld) this.scope.cursors.delete(name);
    this.scope.portals.clear();
    this.marks = [];
    this.current = 'I';
    this.implicit = 'none';
  }

  private mark(name: string | undefined): void {
    const { settings, cursors, portals } = this.scope;
    this.marks.push({
      name,
      settings: settings.mark(),
      cursors: new Set(cursors.values()),
      portals: new Set(portals.values()),
    });
  }

  private restore(mark: Mark | undefined): void {
    if (mark === undefined) return;
    this.scope.settings.restore(mark.settings);
    dropOthers(this.scope.cursors, mark.cursors);
    dropOthers(this.scope.portals, mark.portals);
  }

  private indexOf(name: string): number {
    const index = this.marks.findLastIndex(mark => mark.name === name);
    if (index > 0) return index;
    throw new SqlError('3B001', `savepoint "${name}" does not exist`);
  }
}

function dropOthers(kept: Map<string, unknown>, known: ReadonlySet<unknown>): void {
  for (const [name, value] of kept) if (!known.has(value)) kept.delete(name);
}
