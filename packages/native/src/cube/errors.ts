import { SqlError, sqlState } from '../postgres/index.js';

/** Cube rejects with errors, and with plain objects that have a message. */
export function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

/** What Cube rejects with, as the client sees it. */
export function cubeError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  const message = messageOf(error).replace(/^(Error|UserError): /, '');
  const given = typeof error === 'object' && error !== null && 'sqlState' in error ? error.sqlState : undefined;
  // A context function that refuses may say which SQLSTATE that is.
  if (typeof given === 'string' && /^[0-9A-Z]{5}$/.test(given)) return new SqlError(given, message);
  const isHidden = message.includes('hidden member') || message.includes('permission');
  return new SqlError(isHidden ? sqlState.insufficientPrivilege : sqlState.internal, message, {
    detail: 'The semantic layer refused the query or failed at it.',
  });
}
