import { type ResultField, SqlError, sqlState } from '../postgres/index.js';

export interface Answer {
  readonly parameterOids: readonly number[];
  readonly fields: readonly ResultField[] | undefined;
  /** Complete DataRow messages, as they go to the client. */
  readonly rows: readonly Buffer[];
  readonly tag: string;
}

/** What one extended query answered, wrapped as it is in BEGIN and ROLLBACK; throws the error that it ended with. */
export function readAnswer(bytes: Uint8Array): Answer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let parameterOids: number[] = [];
  let fields: ResultField[] | undefined;
  let tag = '';
  const rows: Buffer[] = [];
  for (let at = 0; at < buffer.length; ) {
    const end = at + 1 + buffer.readInt32BE(at + 1);
    const body = buffer.subarray(at + 5, end);
    switch (String.fromCharCode(buffer[at] ?? 0)) {
      case 'E':
        throw readError(body);
      case 'D':
        rows.push(buffer.subarray(at, end));
        break;
      case 'T':
        fields = readFields(body);
        break;
      case 't':
        parameterOids = Array.from({ length: body.readUInt16BE(0) }, (_, index) => body.readUInt32BE(2 + 4 * index));
        break;
      case 'C': {
        const text = body.toString('utf8', 0, body.length - 1);
        if (text !== 'BEGIN' && text !== 'ROLLBACK') tag = text;
        break;
      }
    }
    at = end;
  }
  return { parameterOids, fields, rows, tag };
}

function readFields(body: Buffer): ResultField[] {
  const fields: ResultField[] = [];
  let at = 2;
  for (let left = body.readUInt16BE(0); left > 0; left -= 1) {
    const end = body.indexOf(0, at);
    fields.push({
      name: body.toString('utf8', at, end),
      tableOid: body.readUInt32BE(end + 1),
      columnNumber: body.readInt16BE(end + 5),
      oid: body.readUInt32BE(end + 7),
      size: body.readInt16BE(end + 11),
      modifier: body.readInt32BE(end + 13),
    });
    at = end + 19;
  }
  return fields;
}

function readError(body: Buffer): SqlError {
  const parts = new Map<string, string>();
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const end = body.indexOf(0, at + 1);
    parts.set(String.fromCharCode(body[at] ?? 0), body.toString('utf8', at + 1, end));
    at = end + 1;
  }
  const hint = parts.get('H');
  const detail = parts.get('D');
  return new SqlError(parts.get('C') ?? sqlState.internal, parts.get('M') ?? 'unknown error of the catalogue', {
    ...(hint !== undefined && { hint }),
    ...(detail !== undefined && { detail }),
  });
}
