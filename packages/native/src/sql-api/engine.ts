import type { Node } from '@pgsql/types';
import { body } from '../planner/index.js';
import {
  type Engine,
  notSupported,
  type Prepared,
  type Session,
  SqlError,
  type Statement,
  sqlState,
} from '../postgres/index.js';
import { prepareCursorStatement } from './cursors.js';
import { explainPlan } from './explain.js';
import { parseSql } from './parse-sql.js';
import { deparse } from './run-plan.js';
import { askerOf, placeOf, type Selects } from './select.js';
import { prepareSessionStatement, textRows } from './session-statements.js';

const writing: Readonly<Record<string, string>> = {
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
  CopyStmt: 'COPY',
  CreateStmt: 'CREATE TABLE',
  CreateTableAsStmt: 'CREATE TABLE AS',
  DropStmt: 'DROP',
  AlterTableStmt: 'ALTER TABLE',
  TruncateStmt: 'TRUNCATE',
  ViewStmt: 'CREATE VIEW',
  IndexStmt: 'CREATE INDEX',
};

/** The SQL API's statements: what is asked of Cube, what of the catalogue, what of the session itself. */
export class SqlApiEngine implements Engine {
  private readonly selects: Selects;

  constructor(selects: Selects) {
    this.selects = selects;
  }

  split(text: string): Promise<readonly Statement[]> {
    return parseSql(text);
  }

  async prepare(statement: Statement, parameterOids: readonly number[], session: Session): Promise<Prepared> {
    const node = nodeOf(statement);
    const own = prepareSessionStatement(node, session);
    if (own !== undefined) return own;
    refuseInFailedTransaction(session);
    const cursor = await prepareCursorStatement(
      node,
      session,
      query => this.selects.prepare({ text: deparse(query), node: query }, parameterOids, session),
      this.selects.runner.cube.rowsMax,
    );
    if (cursor !== undefined) return cursor;
    if (Object.hasOwn(node, 'SelectStmt')) {
      return this.selects.prepare({ text: statement.text, node }, parameterOids, session);
    }
    const explained = body(node, 'ExplainStmt')?.query;
    if (explained !== undefined) return this.prepareExplain(explained, session);
    const kind = Object.keys(node)[0] ?? '';
    const verb = writing[kind] ?? kind.replace(/Stmt$/, '');
    throw notSupported(`${verb} is not supported: the semantic layer is read-only`, 'Use SELECT.');
  }

  private async prepareExplain(node: Node, session: Session): Promise<Prepared> {
    const { cube } = this.selects.runner;
    const asker = askerOf(session);
    const tables = await cube.tables(asker);
    const context = { tables, timezone: session.settings.get('TimeZone'), place: placeOf(session) };
    const lines = await explainPlan(await this.selects.plan(node, context), cube, asker);
    return textRows(
      () => 'EXPLAIN',
      ['QUERY PLAN'],
      () => lines.map(line => [line]),
    );
  }
}

function refuseInFailedTransaction(session: Session): void {
  if (session.transaction.state !== 'E') return;
  throw new SqlError(
    sqlState.invalidTransactionState,
    'current transaction is aborted, commands ignored until end of transaction block',
  );
}

function nodeOf({ node }: Statement): Node {
  if (typeof node === 'object' && node !== null) return node as Node;
  throw new Error('a statement without a parse tree');
}
