import { backend, type ResultField } from './backend.js';
import type { ConnectionContext, Cursor, Login, Prepared, Result, Session, Statement } from './engine.js';
import type { FrontendMessage } from './frontend.js';
import type { SessionSettings } from './settings.js';
import { SqlError, sqlState } from './sql-error.js';

interface Out {
  send(message: Buffer): void;
  flush(): Promise<void>;
}

type Message<T extends FrontendMessage['type']> = Extract<FrontendMessage, { type: T }>;

interface Portal {
  readonly prepared: Prepared;
  readonly text: string;
  readonly bind: Message<'bind'>;
  result: Result | undefined;
  position: number;
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
  private readonly portals = new Map<string, Portal>();
  private running: AbortController | undefined;
  /** After an error in the extended protocol everything up to the next Sync is passed over. */
  private isSkipping = false;

  constructor(login: Login, database: string, settings: SessionSettings, context: ConnectionContext, out: Out) {
    this.context = context;
    this.out = out;
    this.session = {
      ...login,
      database,
      processId: context.processId,
      settings,
      cursors: new Map<string, Cursor>(),
      transaction: 'I',
      deallocate: name => {
        if (name !== undefined) return this.statements.delete(name);
        this.statements.clear();
        return true;
      },
    };
  }

  cancel(): void {
    this.running?.abort(new SqlError(sqlState.canceled, 'canceling statement due to user request'));
  }

  async answer(message: FrontendMessage): Promise<void> {
    if (message.type === 'sync') {
      this.isSkipping = false;
      if (this.session.transaction === 'I') this.portals.clear();
      this.out.send(backend.readyForQuery(this.session.transaction));
      return this.out.flush();
    }
    if (this.isSkipping) return;
    if (message.type === 'query') return this.answerQuery(message.text);
    const text = this.textOf(message);
    try {
      await this.answerExtended(message);
    } catch (error) {
      this.sendError(error, text);
      this.isSkipping = true;
    }
  }

  /** Several statements may stand in one simple query; the first error ends them all. */
  private async answerQuery(text: string): Promise<void> {
    try {
      const statements = await this.context.engine.split(text);
      if (statements.length === 0) this.out.send(backend.emptyQuery());
      for (const statement of statements) {
        const prepared = await this.prepare(statement, []);
        if (prepared.parameterOids.length > 0) {
          throw new SqlError('42P02', 'there is no parameter $1', { hint: 'A simple query has no parameters.' });
        }
        if (prepared.fields !== undefined) this.out.send(backend.rowDescription(prepared.fields, []));
        const result = await this.run(prepared, { parameters: [], parameterFormats: [], resultFormats: [] });
        await this.sendRows(result, 0, result.rows.length);
        this.out.send(backend.commandComplete(result.tag(result.rows.length)));
      }
    } catch (error) {
      this.sendError(error, text);
    }
    if (this.session.transaction === 'I') this.portals.clear();
    this.out.send(backend.readyForQuery(this.session.transaction));
    await this.out.flush();
  }

  private async answerExtended(message: FrontendMessage): Promise<void> {
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
        else this.portals.delete(message.name);
        this.out.send(backend.closeComplete());
        return;
      case 'flush':
        return this.out.flush();
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
    if (name !== '' && this.statements.has(name)) {
      throw new SqlError(sqlState.duplicateStatement, `prepared statement "${name}" already exists`);
    }
    this.keepBelowMax(this.statements, 'prepared statements');
    const statements = await this.context.engine.split(message.text);
    if (statements.length > 1) {
      throw new SqlError(sqlState.syntaxError, 'cannot insert multiple commands into a prepared statement');
    }
    const [statement] = statements;
    const prepared = statement === undefined ? emptyStatement : await this.prepare(statement, message.parameterOids);
    this.statements.set(name, { prepared, text: message.text });
    this.out.send(backend.parseComplete());
  }

  private bind(message: Message<'bind'>): void {
    const { prepared, text } = this.statementNamed(message.statement);
    if (message.portal !== '' && this.portals.has(message.portal)) {
      throw new SqlError(sqlState.duplicateCursor, `portal "${message.portal}" already exists`);
    }
    this.keepBelowMax(this.portals, 'portals');
    const wanted = prepared.parameterOids.length;
    if (message.parameters.length !== wanted) {
      throw new SqlError(
        sqlState.protocolViolation,
        `bind message supplies ${message.parameters.length} parameters, but prepared statement "${message.statement}" requires ${wanted}`,
      );
    }
    if (message.resultFormats.length > 1 && message.resultFormats.length !== prepared.fields?.length) {
      throw new SqlError(
        sqlState.protocolViolation,
        `bind message has ${message.resultFormats.length} result formats but query has ${prepared.fields?.length ?? 0} columns`,
      );
    }
    this.portals.set(message.portal, { prepared, text, bind: message, result: undefined, position: 0 });
    this.out.send(backend.bindComplete());
  }

  private describeStatement(name: string): void {
    const { prepared } = this.statementNamed(name);
    this.out.send(backend.parameterDescription(prepared.parameterOids));
    this.sendFields(prepared.fields, []);
  }

  private describePortal(name: string): void {
    const portal = this.portalNamed(name);
    this.sendFields(portal.prepared.fields, portal.bind.resultFormats);
  }

  private async execute({ portal: name, maxRows }: Message<'execute'>): Promise<void> {
    const portal = this.portalNamed(name);
    if (portal.prepared === emptyStatement) {
      this.out.send(backend.emptyQuery());
      return;
    }
    portal.result ??= await this.run(portal.prepared, portal.bind);
    const { rows, tag } = portal.result;
    const end = maxRows > 0 ? Math.min(rows.length, portal.position + maxRows) : rows.length;
    const count = end - portal.position;
    await this.sendRows(portal.result, portal.position, end);
    portal.position = end;
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
    if (this.session.transaction !== 'E' || prepared.endsTransaction) return;
    throw new SqlError(
      sqlState.invalidTransactionState,
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  private async run(
    prepared: Prepared,
    bind: Pick<Message<'bind'>, 'parameters' | 'parameterFormats' | 'resultFormats'>,
  ): Promise<Result> {
    this.refuseInFailedTransaction(prepared);
    const controller = new AbortController();
    this.running = controller;
    const timeoutMs = Number(this.session.settings.get('statement_timeout') ?? 0);
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            controller.abort(new SqlError(sqlState.canceled, 'canceling statement due to statement timeout'));
          }, timeoutMs)
        : undefined;
    const { signal } = controller;
    try {
      return await Promise.race([
        prepared.execute({ ...bind, signal }),
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
      ]);
    } finally {
      clearTimeout(timer);
      this.running = undefined;
    }
  }

  private async sendRows({ rows }: Result, from: number, to: number): Promise<void> {
    for (let at = from; at < to; at += parcelRows) {
      for (const row of rows.slice(at, Math.min(to, at + parcelRows))) this.out.send(row);
      if (to - from > parcelRows) await this.out.flush();
    }
  }

  private sendFields(fields: readonly ResultField[] | undefined, formats: readonly number[]): void {
    this.out.send(fields === undefined ? backend.noData() : backend.rowDescription(fields, formats));
  }

  private sendError(error: unknown, text: string | undefined): void {
    if (this.session.transaction === 'T') this.session.transaction = 'E';
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

const emptyStatement: Prepared = {
  parameterOids: [],
  fields: undefined,
  execute: async () => ({ rows: [], tag: () => '' }),
};
