import type { SqlError } from './sql-error.js';

/** A column of a result as the wire describes it. */
export interface ResultField {
  readonly name: string;
  readonly oid: number;
  readonly size: number;
  readonly modifier?: number;
  readonly tableOid?: number;
  readonly columnNumber?: number;
}

export type TransactionState = 'I' | 'T' | 'E';

/** One backend message: type, length, body. */
export function frame(type: string, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  const head = Buffer.allocUnsafe(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(length, 1);
  return Buffer.concat([head, ...parts]);
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(`${value.replaceAll('\0', '')}\0`);

const authenticate = (code: number, ...parts: readonly Buffer[]): Buffer => frame('R', int32(code), ...parts);

export const backend = {
  authenticationOk: (): Buffer => authenticate(0),
  authenticationCleartext: (): Buffer => authenticate(3),
  authenticationSasl: (mechanism: string): Buffer => authenticate(10, text(mechanism), Buffer.from([0])),
  authenticationSaslContinue: (body: string): Buffer => authenticate(11, Buffer.from(body)),
  authenticationSaslFinal: (body: string): Buffer => authenticate(12, Buffer.from(body)),
  negotiateProtocol: (unknown: readonly string[]): Buffer =>
    frame('v', int32(0), int32(unknown.length), ...unknown.map(text)),
  backendKey: (processId: number, secret: number): Buffer => frame('K', int32(processId), int32(secret)),
  parameterStatus: (name: string, value: string): Buffer => frame('S', text(name), text(value)),
  readyForQuery: (state: TransactionState): Buffer => frame('Z', Buffer.from(state)),
  parseComplete: (): Buffer => frame('1'),
  bindComplete: (): Buffer => frame('2'),
  closeComplete: (): Buffer => frame('3'),
  noData: (): Buffer => frame('n'),
  portalSuspended: (): Buffer => frame('s'),
  emptyQuery: (): Buffer => frame('I'),
  commandComplete: (tag: string): Buffer => frame('C', text(tag)),
  parameterDescription: (oids: readonly number[]): Buffer => frame('t', int16(oids.length), ...oids.map(int32)),
  rowDescription: (fields: readonly ResultField[], formats: readonly number[]): Buffer =>
    frame(
      'T',
      int16(fields.length),
      ...fields.flatMap((field, index) => [
        text(field.name),
        int32(field.tableOid ?? 0),
        int16(field.columnNumber ?? 0),
        int32(field.oid),
        int16(field.size),
        int32(field.modifier ?? -1),
        int16(formatOf(formats, index)),
      ]),
    ),
  error: (error: SqlError, severity: 'ERROR' | 'FATAL', statement?: string): Buffer =>
    frame('E', ...noticeFields(error, severity, statement), Buffer.from([0])),
  notice: (error: SqlError): Buffer => frame('N', ...noticeFields(error, 'WARNING'), Buffer.from([0])),
};

/** One format code stands for all columns, none for text. */
export function formatOf(formats: readonly number[], index: number): number {
  return (formats.length === 1 ? formats[0] : formats[index]) ?? 0;
}

/** A DataRow from encoded values. */
export function dataRow(values: readonly (Buffer | null)[]): Buffer {
  const length = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 7);
  const row = Buffer.allocUnsafe(length);
  row.write('D', 0, 'latin1');
  row.writeInt32BE(length - 1, 1);
  row.writeUInt16BE(values.length, 5);
  let at = 7;
  for (const value of values) {
    row.writeInt32BE(value === null ? -1 : value.length, at);
    at += 4;
    if (value !== null) at += value.copy(row, at);
  }
  return row.subarray(0, at);
}

function noticeFields(error: SqlError, severity: string, statement?: string): Buffer[] {
  const field = (code: string, value: string | undefined): Buffer[] =>
    value === undefined ? [] : [Buffer.from(code), text(value)];
  const position =
    error.at === undefined || statement === undefined ? undefined : String(positionOf(statement, error.at));
  return [
    ...field('S', severity),
    ...field('V', severity),
    ...field('C', error.state),
    ...field('M', error.message),
    ...field('D', error.detail),
    ...field('H', error.hint),
    ...field('P', position),
  ];
}

/** The wire counts characters from 1, the parser bytes from 0. */
function positionOf(statement: string, byteOffset: number): number {
  return [...Buffer.from(statement).subarray(0, byteOffset).toString('utf8')].length + 1;
}
