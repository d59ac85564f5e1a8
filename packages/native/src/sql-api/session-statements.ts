import type { Node } from '@pgsql/types';
import { body, readConstant } from '../planner/index.js';
import {
  dataRow,
  encodeValue,
  fieldOf,
  notSupported,
  type Prepared,
  type Session,
  SqlError,
  sqlState,
} from '../postgres/index.js';

/** A statement without rows. */
const command = (tag: string, act: () => void, endsTransaction = false): Prepared => ({
  parameterOids: [],
  fields: undefined,
  endsTransaction,
  execute: async () => {
    act();
    return { rows: [], tag: () => tag };
  },
});

/** Rows of text that are at hand. */
export function textRows(
  tag: (rowCount: number) => string,
  names: readonly string[],
  read: () => readonly (readonly string[])[],
): Prepared {
  return {
    parameterOids: [],
    fields: names.map(name => fieldOf(name, 'text')),
    execute: async ({ resultFormats }) => ({
      rows: read().map(row => dataRow(row.map((value, index) => encodeValue(value, 'text', resultFormats, index)))),
      tag,
    }),
  };
}

/** Statements about the session itself; nothing for all others. */
export function prepareSessionStatement(node: Node, session: Session): Prepared | undefined {
  const set = body(node, 'VariableSetStmt');
  if (set !== undefined) return prepareSet(set, session);
  const show = body(node, 'VariableShowStmt');
  if (show !== undefined) return prepareShow(show.name ?? '', session);
  const transaction = body(node, 'TransactionStmt');
  if (transaction !== undefined) return prepareTransaction(transaction, session);
  const deallocate = body(node, 'DeallocateStmt');
  if (deallocate !== undefined) {
    return command(deallocate.name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE', () => {
      if (session.deallocate(deallocate.name)) return;
      throw new SqlError(sqlState.invalidStatementName, `prepared statement "${deallocate.name}" does not exist`);
    });
  }
  const discard = body(node, 'DiscardStmt');
  if (discard !== undefined) return prepareDiscard(discard.target, session);
  if (Object.hasOwn(node, 'UnlistenStmt')) return command('UNLISTEN', () => undefined);
  return undefined;
}

function prepareDiscard(target: string | undefined, session: Session): Prepared {
  const word = (target ?? 'DISCARD_ALL').replace('DISCARD_', '');
  return command(`DISCARD ${word}`, () => {
    if (word !== 'ALL') return;
    if (session.transaction.isBlock) {
      throw new SqlError('25001', 'DISCARD ALL cannot run inside a transaction block');
    }
    session.settings.reset(undefined);
    session.closeAll();
    session.deallocate(undefined);
    session.transaction.commitNow();
  });
}

function prepareSet(
  set: { kind?: string; name?: string; args?: Node[]; is_local?: boolean },
  session: Session,
): Prepared {
  const name = set.name ?? '';
  switch (set.kind) {
    case 'VAR_SET_VALUE': {
      const values = (set.args ?? []).map(argument => {
        const constant = readConstant(argument);
        if (constant?.isKnown === true) return String(constant.value);
        throw notSupported(`SET ${name} takes a plain value`, "Write SET name = 'value'.");
      });
      const value = values.join(', ');
      return command('SET', () =>
        set.is_local ? session.settings.setLocal(name, value) : session.settings.set(name, value),
      );
    }
    case 'VAR_SET_DEFAULT':
    case 'VAR_RESET':
      return command(set.kind === 'VAR_RESET' ? 'RESET' : 'SET', () => session.settings.reset(name));
    case 'VAR_RESET_ALL':
      return command('RESET', () => session.settings.reset(undefined));
    default:
      // SET TRANSACTION and SET SESSION CHARACTERISTICS: every statement reads its own consistent snapshot anyway.
      return command('SET', () => undefined);
  }
}

function prepareShow(name: string, session: Session): Prepared {
  const tag = (): string => 'SHOW';
  if (name === 'all') {
    return textRows(tag, ['name', 'setting', 'description'], () =>
      [...session.settings.entries()].map(([key, value]) => [key, value, '']),
    );
  }
  const value = session.settings.get(name);
  if (value === undefined) throw new SqlError('42704', `unrecognized configuration parameter "${name}"`);
  return textRows(tag, [session.settings.nameOf(name)], () => [[session.settings.get(name) ?? value]]);
}

function prepareTransaction(node: { kind?: string; savepoint_name?: string }, { transaction }: Session): Prepared {
  const name = node.savepoint_name ?? '';
  switch (node.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return command(node.kind === 'TRANS_STMT_BEGIN' ? 'BEGIN' : 'START TRANSACTION', () => transaction.begin());
    case 'TRANS_STMT_COMMIT':
      return {
        ...command('COMMIT', () => undefined, true),
        execute: async () => {
          const isGood = transaction.commit();
          return { rows: [], tag: () => (isGood ? 'COMMIT' : 'ROLLBACK') };
        },
      };
    case 'TRANS_STMT_ROLLBACK':
      return command('ROLLBACK', () => transaction.rollback(), true);
    case 'TRANS_STMT_SAVEPOINT':
      return command('SAVEPOINT', () => transaction.savepoint(name));
    case 'TRANS_STMT_RELEASE':
      return command('RELEASE', () => transaction.release(name));
    case 'TRANS_STMT_ROLLBACK_TO':
      return command('ROLLBACK', () => transaction.rollbackTo(name), true);
    default:
      throw notSupported('two-phase transactions are not supported', 'Use COMMIT or ROLLBACK.');
  }
}
