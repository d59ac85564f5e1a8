/** SQLSTATE codes that the SQL API answers with. */
export const sqlState = {
  protocolViolation: '08P01',
  notSupported: '0A000',
  invalidBytes: '22021',
  invalidParameter: '22023',
  invalidText: '22P02',
  invalidDatetime: '22007',
  invalidTransactionState: '25P02',
  noTransaction: '25P01',
  invalidPassword: '28P01',
  invalidAuthorization: '28000',
  invalidCursor: '34000',
  wrongState: '55000',
  invalidStatementName: '26000',
  insufficientPrivilege: '42501',
  syntaxError: '42601',
  grouping: '42803',
  undefinedFunction: '42883',
  undefinedColumn: '42703',
  undefinedTable: '42P01',
  ambiguousColumn: '42702',
  invalidColumnReference: '42P10',
  duplicateCursor: '42P03',
  duplicateStatement: '42P05',
  datatypeMismatch: '42804',
  tooManyConnections: '53300',
  limitExceeded: '54000',
  shuttingDown: '57P01',
  canceled: '57014',
  readOnly: '25006',
  internal: 'XX000',
} as const;

export type SqlState = (typeof sqlState)[keyof typeof sqlState];

export interface SqlErrorDetail {
  /** What to write instead. */
  readonly hint?: string;
  readonly detail?: string;
  /** Byte offset in the statement's text, as the parser reports it. */
  readonly at?: number;
}

/** An expected error of the SQL API, as the client sees it. Anything else that is thrown is shown as XX000. */
export class SqlError extends Error {
  readonly state: string;
  readonly hint: string | undefined;
  readonly detail: string | undefined;
  readonly at: number | undefined;

  constructor(state: string, message: string, { hint, detail, at }: SqlErrorDetail = {}) {
    super(message);
    this.name = 'SqlError';
    this.state = state;
    this.hint = hint;
    this.detail = detail;
    this.at = at;
  }
}

/** Valid SQL that the SQL API does not answer; `hint` says what to write instead. */
export const notSupported = (message: string, hint?: string, at?: number): SqlError =>
  new SqlError(sqlState.notSupported, message, { ...(hint && { hint }), ...(at !== undefined && { at }) });
