import type { Node } from '@pgsql/types';
import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';
import { assertWellFormed, SqlError, type Statement, sqlState } from '../postgres/index.js';

export interface ParsedStatement extends Statement {
  readonly node: Node;
}

let loaded: Promise<void> | undefined;

/** The statements of a text, by Postgres' own parser. Throws 42601 with the position, and 22021 for what is no text. */
export async function parseSql(text: string): Promise<ParsedStatement[]> {
  loaded ??= loadModule();
  await loaded;
  assertWellFormed(text);
  if (text.trim() === '') return [];
  try {
    const bytes = Buffer.from(text);
    return (parseSync(text).stmts ?? []).flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
      if (stmt === undefined) return [];
      const end = length ? start + length : bytes.length;
      return [{ node: stmt, text: bytes.toString('utf8', start, end).trim() }];
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Escapes in a literal (E'\x00'); the parser tells no state.
    if (error.message.startsWith('invalid byte sequence')) throw new SqlError(sqlState.invalidBytes, error.message);
    const at = hasSqlDetails(error) ? error.sqlDetails?.cursorPosition : undefined;
    throw new SqlError(sqlState.syntaxError, error.message, at === undefined || at < 0 ? {} : { at });
  }
}
