import type { Node } from '@pgsql/types';
import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';
import { SqlError, type Statement, sqlState } from '../postgres/index.js';

export interface ParsedStatement extends Statement {
  readonly node: Node;
}

let loaded: Promise<void> | undefined;

/** The statements of a text, by Postgres' own parser. Throws 42601 with the position. */
export async function parseSql(text: string): Promise<ParsedStatement[]> {
  loaded ??= loadModule();
  await loaded;
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
    const at = hasSqlDetails(error) ? error.sqlDetails?.cursorPosition : undefined;
    throw new SqlError(sqlState.syntaxError, error.message, at === undefined || at < 0 ? {} : { at });
  }
}
