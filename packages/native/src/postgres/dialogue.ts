import { backend, formatOf, type ResultField } from './backend.js';
import { ClosingMap } from './closing-map.js';
import type { ConnectionContext, Cursor, Login, Prepared, Session, Statement } from './engine.js';
import type { FrontendMessage } from './frontend.js';
import { RowSupply } from './row-supply.js';
import { Running } from './running.js';
import type { SessionSettings } from './settings.js';
import { SqlError, sqlState } from './sql-error.js';
import { assertText } from './text.js';
import { Transaction } from './transaction.js';
import { isTextType } from './types.js';

interface Out {
  send(message: Buffer): void;
  flush(): Promise<void>;
}

type Message<T extends FrontendMessage['type']> = Extract<FrontendMessage, { type: T }>;

interface Portal {
  readonly prepared: Prepared;
  /** As they were at Bind; a cursor that FETCH names may go. */
  readonly fields: readonly ResultField[] | undefined;
  readonly text: string;
  readonly bind: Pick<Message<'bind'>, 'parameters' | 'parameterFormats' | 'resultFormats'>;
  /** Has been begun and has not come to its end: it cannot be run again. */
  isBroken: boolean;
  supply: RowSupply | undefined;
  close(): void;
}

interface PreparedStatement {
  readonly prepared: Prepared;
  readonly text: string;
}

// Rows go out in parcels, so that a slow client does not make us hold a second copy of all of them.
const parcelRows = 1000;

/** What one client says after its login, and what it is answered: simple and extended protocol. */
export class Dialogue {
  private readonly session: Session;
  private readonly context: ConnectionContext;
  private readonly out: Out;
  private readonly statements = new Map<string, PreparedStatement>();
  private readonly portals = new ClosingMap<Portal>();
  private readonly settings: SessionSettings;
  private readonly transaction: Transaction;
  private readonly running: Running;
  private active: Portal | undefined;
  /** After an error in the extended protocol everything up to the next Sync is passed over. */
  private isSkipping = false;

  constructor(login: Login, database: string, settings: SessionSettings, context: ConnectionContext, out: Out) {
    this.context = context;
    this.out = out;
    this.settings = settings;
    this.running = new Running(settings);
    const cursors = new ClosingMap<Cursor>();
    this.transaction = new Transaction({
      settings,
      cursors,
      portals: this.portals,
      warn: (state, message) => out.send(backend.notice(new SqlError(state, message))),
    });
    this.session = {
      ...login,
      database,
      processId: context.processId,
      settings,
      cursors,
      transaction: this.transaction,
      deallocate: name => {
        const names = name === undefined ? [...this.statements.keys()].filter(Boolean) : [name];
        return names.map(each => this.statements.delete(each)).every(Boolean);
      },
      closeAll: () => {
        cursors.clear();
        for (const [name, portal] of this.portals) if (portal !== this.active) this.portals.delete(name);
      },
    };
  }

  cancel(): void {
    this.running.cancel();
  }

  /** The client has gone: what runs is cancelled, what is open is given back. */
  close(): void {
    this.cancel();
    this.portals.clear();
    this.session.cursors.clear();
  }

  async answer(message: FrontendMessage): Promise<void> {
    if (message.type === 'sync') {
      this.isSkipping = false;
      return this.endQuery();
    }
    if (this.isSkipping) return;
    if (message.type === 'query') return this.answerQuery(message);
    if (message.type === 'wrong' && message.isQuery) return this.answerQuery(message);
    const text = this.textOf(message);
    try {
      await this.answerExtended(message);
    } catch (error) {
      this.sendError(error, text);
      this.isSkipping = true;
    }
  }

  /** Several statements may stand in one simple query; the first error ends them all. */
  private async answerQuery(message: Message<'query' | 'wrong'>): Promise<void> {
    this.statements.delete('');
    const text = message.type === 'query' ? message.text : '';
    try {
      this.transaction.open();
      if (message.type === 'wrong') throw message.error;
      const statements = await this.context.engine.split(text);
      if (statements.length === 0) this.out.send(backend.emptyQuery());
      for (const statement of statements) {
        this.transaction.open();
        if (statements.length > 1) this.transaction.openImplicitBlock('query');
        await this.answerStatement(statement);
      }
    } catch (error) {
      this.sendError(error, text);
    }
    await this.endQuery();
  }

  private async answerStatement(statement: Statement): Promise<void> {
    const prepared = await this.prepare(statement, []);
    if (prepared.parameterOids.length > 0) {
      throw new SqlError('42P02', 'there is no parameter $1', { hint: 'A simple query has no parameters.' });
    }
    // Postgres runs it as the unnamed portal, which a failure leaves behind.
    this.portals.delete('');
    const portal = openPortal({ prepared, fields: prepared.fields, text: statement.text, bind: noBind });
    portal.isBroken = true;
    this.portals.set('', portal);
    if (prepared.fields !== undefined) this.out.send(backend.rowDescription(prepared.fields, []));
    const { count, tag } = await this.running.run(async signal => {
      const supply = new RowSupply(await prepared.execute({ ...noBind, signal }));
      return { count: await this.sendRows(supply, Number.POSITIVE_INFINITY, signal), tag: supply.tag };
    });
    this.portals.delete('');
    this.out.send(backend.commandComplete(tag(count)));
  }

  private endQuery(): Promise<void> {
    this.transaction.sync();
    for (const [name, value] of this.settings.takeChanges()) this.out.send(backend.parameterStatus(name, value));
    this.out.send(backend.readyForQuery(this.transaction.state));
    return this.out.flush();
  }

  private async answerExtended(message: FrontendMessage): Promise<void> {
    this.transaction.open();
    switch (message.type) {
      case 'parse':
        return this.parse(message);
      case 'bind':
        return this.bind(message);
      case 'describe':
        return message.kind === 'statement' ? this.describeStatement(message.name) : this.describePortal(message.name);
      case 'execute':
        return this.execute(message);
      case 'close':
        if (message.kind === 'statement') this.statements.delete(message.name);
        else if (!this.portals.delete(message.name)) this.session.cursors.delete(message.name);
        this.out.send(backend.closeComplete());
        return;
      case 'flush':
        return this.out.flush();
      case 'wrong':
        throw message.error;
      case 'copyData':
      case 'copyDone':
      case 'copyFail':
        return;
      default:
        throw new SqlError(sqlState.protocolViolation, `unexpected message of type ${message.type}`);
    }
  }

  private async parse(message: Message<'parse'>): Promise<void> {
    const { name } = message;
    if (name === '') this.statements.delete('');
    this.keepBelowMax(this.statements, 'prepared statements');
    const statements = await this.context.engine.split(message.text);
    if (statements.length > 1) {
      throw new SqlError(sqlState.syntaxError, 'cannot insert multiple commands into a prepared statement');
    }
    const [statement] = statements;
    const prepared = statement === undefined ? emptyStatement : await this.prepare(statement, message.parameterOids);
    if (this.statements.has(name)) {
      throw new SqlError(sqlState.duplicateStatement, `prepared statement "${name}" already exists`);
    }
    this.statements.set(name, { prepared, text: message.text });
    this.out.send(backend.parseComplete());
  }

  private bind(message: Message<'bind'>): void {
    const { prepared, text } = this.statementNamed(message.statement);
    const wanted = prepared.parameterOids.length;
    if (message.parameters.length !== wanted) {
      throw new SqlError(
        sqlState.protocolViolation,
        `bind message supplies ${message.parameters.length} parameters, but prepared statement "${message.statement}" requires ${wanted}`,
      );
    }
    this.refuseInFailedTransaction(prepared);
    if (message.portal !== '' && this.portals.has(message.portal)) {
      throw new SqlError(sqlState.duplicateCursor, `portal "${message.portal}" already exists`);
    }
    this.keepBelowMax(this.portals, 'portals');
    const { fields } = prepared;
    const formats = message.resultFormats.length;
    if (fields !== undefined && formats > 1 && formats !== fields.length) {
      throw new SqlError(
        sqlState.protocolViolation,
        `bind message has ${formats} result formats but query has ${fields.length} columns`,
      );
    }
    message.parameters.forEach((value, index) => {
      const isText = formatOf(message.parameterFormats, index) === 0 || isTextType(prepared.parameterOids[index] ?? 0);
      if (value !== null && isText) assertText(value);
    });
    this.portals.delete(message.portal);
    this.portals.set(message.portal, openPortal({ prepared, fields, text, bind: message }));
    this.out.send(backend.bindComplete());
  }

  private describeStatement(name: string): void {
    const { prepared } = this.statementNamed(name);
    if (prepared.fields !== undefined) this.refuseInFailedTransaction(prepared);
    this.out.send(backend.parameterDescription(prepared.parameterOids));
    this.sendFields(prepared.fields, []);
  }

  private describePortal(name: string): void {
    // A cursor of SQL is a portal too: psycopg 3 asks for its columns this way.
    const cursor = this.portals.has(name) ? undefined : this.session.cursors.get(name);
    if (cursor !== undefined) {
      this.sendFields(cursor.fields, []);
      return;
    }
    const { prepared, fields, bind } = this.portalNamed(name);
    if (fields !== undefined) this.refuseInFailedTransaction(prepared);
    this.sendFields(fields, bind.resultFormats);
  }

  private async execute({ portal: name, maxRows }: Message<'execute'>): Promise<void> {
    const portal = this.portalNamed(name);
    if (portal.prepared === emptyStatement) {
      this.out.send(backend.emptyQuery());
      return;
    }
    this.refuseInFailedTransaction(portal.prepared);
    if (portal.isBroken || (portal.supply !== undefined && portal.fields === undefined)) {
      throw new SqlError(sqlState.wrongState, `portal "${name}" cannot be run`);
    }
    const wanted = maxRows > 0 ? maxRows : Number.POSITIVE_INFINITY;
    this.active = portal;
    portal.isBroken = true;
    const { count, tag } = await this.running
      .run(async signal => {
        portal.supply ??= new RowSupply(await portal.prepared.execute({ ...portal.bind, signal }));
        return { count: await this.sendRows(portal.supply, wanted, signal), tag: portal.supply.tag };
      })
      .finally(() => {
        this.active = undefined;
      });
    portal.isBroken = false;
    // Whatever comes before the next Sync belongs to the same transaction.
    this.transaction.openImplicitBlock('pipeline');
    // As Postgres does: a portal whose rows end exactly at the limit is suspended, and the next Execute finds it empty.
    const isSuspended = maxRows > 0 && count === maxRows;
    this.out.send(isSuspended ? backend.portalSuspended() : backend.commandComplete(tag(count)));
  }

  private async prepare(statement: Statement, parameterOids: readonly number[]): Promise<Prepared> {
    const prepared = await this.context.engine.prepare(statement, parameterOids, this.session);
    this.refuseInFailedTransaction(prepared);
    return prepared;
  }

  private refuseInFailedTransaction(prepared: Prepared): void {
    if (this.transaction.state !== 'E' || prepared.endsTransaction) return;
    throw new SqlError(
      sqlState.invalidTransactionState,
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  /** Sends rows as fast as the client takes them, and answers how many there were. */
  private async sendRows(supply: RowSupply, countMax: number, signal: AbortSignal): Promise<number> {
    let [count, waitingCount] = [0, 0];
    try {
      while (count < countMax) {
        const rows = await supply.take(Math.min(parcelRows, countMax - count));
        signal.throwIfAborted();
        if (rows.length === 0) break;
        for (const row of rows) this.out.send(row);
        count += rows.length;
        waitingCount += rows.length;
        if (waitingCount >= parcelRows) {
          await this.out.flush();
          waitingCount = 0;
        }
        signal.throwIfAborted();
      }
      return count;
    } catch (error) {
      supply.close();
      throw error;
    }
  }

  private sendFields(fields: readonly ResultField[] | undefined, formats: readonly number[]): void {
    this.out.send(fields === undefined ? backend.noData() : backend.rowDescription(fields, formats));
  }

  private sendError(error: unknown, text: string | undefined): void {
    this.transaction.fail();
    if (error instanceof SqlError) {
      this.out.send(backend.error(error, 'ERROR', text));
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.context.log('SQL API Error', { error: error instanceof Error ? error.stack : message });
    this.out.send(backend.error(new SqlError(sqlState.internal, message), 'ERROR'));
  }

  private textOf(message: FrontendMessage): string | undefined {
    if (message.type === 'parse') return message.text;
    return message.type === 'execute' ? this.portals.get(message.portal)?.text : undefined;
  }

  private keepBelowMax(kept: ReadonlyMap<string, unknown>, what: string): void {
    const { preparedMax } = this.context.limits;
    if (kept.size >= preparedMax)
      throw new SqlError(sqlState.limitExceeded, `more than ${preparedMax} ${what} in one session`);
  }

  private statementNamed(name: string): PreparedStatement {
    const statement = this.statements.get(name);
    if (statement !== undefined) return statement;
    const which = name === '' ? 'unnamed prepared statement' : `prepared statement "${name}"`;
    throw new SqlError(sqlState.invalidStatementName, `${which} does not exist`);
  }

  private portalNamed(name: string): Portal {
    const portal = this.portals.get(name);
    if (portal !== undefined) return portal;
    throw new SqlError(sqlState.invalidCursor, `portal "${name}" does not exist`);
  }
}

const noBind: Portal['bind'] = { parameters: [], parameterFormats: [], resultFormats: [] };

function openPortal(opened: Pick<Portal, 'prepared' | 'fields' | 'text' | 'bind'>): Portal {
  const portal: Portal = { ...opened, isBroken: false, supply: undefined, close: () => portal.supply?.close() };
  return portal;
}

const emptyStatement: Prepared = {
  parameterOids: [],
  fields: undefined,
  execute: async () => ({ rows: [], tag: () => '' }),
};
