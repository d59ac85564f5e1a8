import type { thrift } from '@databricks/sql';

type Types = typeof thrift.TCLIService_types;
export type OpenSessionRequest = InstanceType<Types['TOpenSessionReq']>;
export type OpenSessionAnswer = InstanceType<Types['TOpenSessionResp']>;
export type ExecuteRequest = InstanceType<Types['TExecuteStatementReq']>;
export type StatusAnswer = InstanceType<Types['TGetOperationStatusResp']>;
export type MetadataAnswer = InstanceType<Types['TGetResultSetMetadataResp']>;
type Parameter = InstanceType<Types['TSparkParameter']>;

/** HIVE_CLI_SERVICE_PROTOCOL_V10, the newest that open Spark speaks, and the Databricks protocol that has parameters (V8). */
const hiveV10 = 9;
const sparkV8 = 0xa508;
/** TSparkRowSetType.COLUMN_BASED_SET. */
const columnBased = 1;

/**
 * What open Spark's Thrift Server understands otherwise than a Databricks warehouse, whose driver this is. Seen with
 * Spark 4.0.5 and driver 2.1.0; each of these was found by a failure.
 */
export function sessionRequestForSpark(request: OpenSessionRequest): OpenSessionRequest {
  // Without the 64-bit field, which it does not know, the driver's default would ask for a protocol that is none.
  delete request.client_protocol_i64;
  // It would fail on the namespace; the session's first statements choose it.
  delete request.initialNamespace;
  request.client_protocol = hiveV10;
  return request;
}

/** The driver drops parameters in silence for a server that says an older version. */
export function sessionAnswerOfSpark(answer: OpenSessionAnswer): OpenSessionAnswer {
  answer.serverProtocolVersion = sparkV8;
  return answer;
}

/** Parameters, which its wire does not carry, go through EXECUTE IMMEDIATE, so that Spark itself binds them to their names. */
export function executeRequestForSpark(request: ExecuteRequest): ExecuteRequest {
  const parameters = request.parameters ?? [];
  delete request.parameters;
  if (parameters.length === 0) return request;
  const bound = parameters.map(parameter => `${literalOf(parameter)} AS ${String(parameter.name)}`);
  request.statement = `EXECUTE IMMEDIATE ${quoted(String(request.statement))} USING ${bound.join(', ')}`;
  return request;
}

/** Its columns count from 0 and the driver's from 1: without this, each value would stand in its neighbour's column. */
export function metadataOfSpark(answer: MetadataAnswer): MetadataAnswer {
  answer.resultFormat = columnBased;
  for (const column of answer.schema?.columns ?? []) column.position += 1;
  return answer;
}

/** The driver shows another field than the one that Spark fills. */
export function statusOfSpark(answer: StatusAnswer): StatusAnswer {
  if (answer.errorMessage !== undefined && answer.errorMessage !== null) answer.displayMessage = answer.errorMessage;
  return answer;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A typed literal: a cast is refused there (SQLSTATE 42K08). */
function literalOf({ type, value }: Parameter): string {
  const text = value?.stringValue;
  if (text === undefined || text === null) return 'NULL';
  switch (type) {
    case 'BOOLEAN':
      return /^true$/i.test(text) ? 'TRUE' : 'FALSE';
    case 'BIGINT':
      return `${/^-?\d+$/.exec(text)?.[0] ?? notA(type, text)}L`;
    case 'INTEGER':
      return /^-?\d+$/.exec(text)?.[0] ?? notA(type, text);
    case 'DOUBLE':
      return `${/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.exec(text)?.[0] ?? notA(type, text)}D`;
    case 'STRING':
      return quoted(text);
    default:
      return notA(String(type), text);
  }
}

function notA(type: string, text: string): never {
  throw new TypeError(`"${text}" is no ${type} that open Spark can be given`);
}
