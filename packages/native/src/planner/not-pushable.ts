import { SqlError, sqlState } from '../postgres/index.js';

/** A part of a statement that Cube or the data source cannot take; it stays with Postgres, or the statement is refused. */
export class NotPushable extends Error {}

/** What finer groups, or rows, do not tell: an average of averages. The data source may know it. */
export class NotFromParts extends SqlError {
  constructor(message: string, hint: string, at: number | undefined) {
    super(sqlState.notSupported, message, { hint, ...(at !== undefined && { at }) });
  }
}
