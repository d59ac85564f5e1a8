import { createRequire } from 'node:module';
import { thrift } from '@databricks/sql';
import type { Row } from '#warehouse';
import { type HttpAnswer, type Served, serveThrift } from './serve-thrift.js';

const requireOfDriver = createRequire(createRequire(import.meta.url).resolve('@databricks/sql'));
const arrow: typeof import('apache-arrow', { with: { 'resolution-mode': 'require' }}) = requireOfDriver('apache-arrow');
const Int64: new (value: Buffer | number) => object = requireOfDriver('node-int64');
const types = thrift.TCLIService_types;

export type ColumnType = 'bigint' | 'string' | 'double' | 'boolean' | 'decimal' | 'timestamp' | 'date';
export type Columns = Readonly<Record<string, ColumnType>>;

/** What becomes of one statement. */
export type Play =
  /** Its rows, as a warehouse sends them (Arrow), or column by column, as it does for SHOW and DESCRIBE. */
  | {
      readonly kind: 'rows';
      readonly as: 'arrow' | 'columns';
      readonly columns: Columns;
      readonly rows: readonly Row[];
    }
  | { readonly kind: 'done' }
  | { readonly kind: 'fails'; readonly message: string; readonly sqlState?: string; readonly state?: number }
  /** Until it is cancelled. */
  | { readonly kind: 'runs' }
  | { readonly kind: 'http'; readonly answer: HttpAnswer };

export interface Asked {
  readonly text: string;
  /** `name type value`. */
  readonly parameters: readonly string[];
  readonly queryTimeoutS: number | undefined;
}

type Request<Name extends keyof typeof types> = (typeof types)[Name] extends new (
  ...args: never[]
) => infer Made
  ? Made
  : never;

const succeeded = new types.TStatus({ statusCode: types.TStatusCode.SUCCESS_STATUS });

/** A Databricks warehouse as the driver sees it: its own Thrift service over TLS, in this process, doing as it is told. */
export class FakeWarehouse {
  /** Statements other than those that settle a session, in order. */
  readonly asked: Asked[] = [];
  readonly settings: string[] = [];
  /** What the network saw: method and path of each request, and with which Authorization. */
  readonly requests: { readonly path: string; readonly method: string; readonly authorization: string | undefined }[] =
    [];
  /** What each next statement comes to; when there is none left, it is done. */
  plays: Play[] = [];
  /** What each next opening of a session comes to. */
  openings: HttpAnswer[] = [];
  /** Answers by their text, before the plays. */
  answer: (text: string) => Play | undefined = () => undefined;
  isAnsi = true;
  timeZone = 'UTC';
  readonly #running = new Map<number, Play | { readonly kind: 'cancelled' }>();
  readonly #waiting: (() => void)[] = [];
  #served: Served | undefined;

  static async start(): Promise<FakeWarehouse> {
    const warehouse = new FakeWarehouse();
    warehouse.#served = await serveThrift(warehouse.#handler(), (request, method) => {
      const { url = '', headers } = request;
      warehouse.requests.push({ path: url, method, authorization: headers.authorization });
      return warehouse.#http(method);
    });
    return warehouse;
  }

  get port(): number {
    if (this.#served === undefined) throw new Error('the warehouse has started');
    return this.#served.port;
  }

  async close(): Promise<void> {
    await this.#served?.close();
  }

  /** Resolves when the next statement that `runs` is running. */
  untilRunning(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  get cancelledCount(): number {
    return [...this.#running.values()].filter(({ kind }) => kind === 'cancelled').length;
  }

  #http(method: string): HttpAnswer | undefined {
    if (method === 'OpenSession') return this.openings.shift();
    const [next] = this.plays;
    if (method !== 'ExecuteStatement' || next?.kind !== 'http') return undefined;
    this.plays.shift();
    return next.answer;
  }

  #handler() {
    return {
      OpenSession: async (_: Request<'TOpenSessionReq'>) =>
        new types.TOpenSessionResp({
          status: succeeded,
          serverProtocolVersion: types.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8,
          sessionHandle: new types.TSessionHandle({ sessionId: handleOf(0) }),
        }),
      CloseSession: async (_: Request<'TCloseSessionReq'>) => new types.TCloseSessionResp({ status: succeeded }),
      ExecuteStatement: async (request: Request<'TExecuteStatementReq'>) => this.#execute(request),
      GetOperationStatus: async ({ operationHandle }: Request<'TGetOperationStatusReq'>) =>
        statusOf(this.#running.get(idOf(operationHandle)) ?? { kind: 'done' }),
      CancelOperation: async ({ operationHandle }: Request<'TCancelOperationReq'>) => {
        this.#running.set(idOf(operationHandle), { kind: 'cancelled' });
        return new types.TCancelOperationResp({ status: succeeded });
      },
      CloseOperation: async (_: Request<'TCloseOperationReq'>) => new types.TCloseOperationResp({ status: succeeded }),
    };
  }

  #execute(request: Request<'TExecuteStatementReq'>) {
    const play = this.#playOf(request);
    const id = this.#running.size + 1;
    this.#running.set(id, play);
    if (play.kind === 'runs') for (const tell of this.#waiting.splice(0)) tell();
    const isRows = play.kind === 'rows';
    return new types.TExecuteStatementResp({
      status: succeeded,
      operationHandle: new types.TOperationHandle({
        operationId: handleOf(id),
        operationType: types.TOperationType.EXECUTE_STATEMENT,
        hasResultSet: isRows,
      }),
      ...(isRows ? { directResults: directResultsOf(play) } : {}),
    });
  }

  #playOf(request: Request<'TExecuteStatementReq'>): Play {
    const text = String(request.statement);
    if (/^(set|use) /.test(text)) {
      this.settings.push(text);
      return { kind: 'done' };
    }
    const answered = this.answer(text);
    if (answered !== undefined) return answered;
    if (text.includes('current_timezone()')) return oneText('time_zone', this.timeZone);
    if (text.includes('typeof(coalesce')) return oneText('type', this.isAnsi ? 'bigint' : 'string');
    this.asked.push({
      text,
      parameters: (request.parameters ?? []).map(({ name, type, value }) => `${name} ${type} ${value?.stringValue}`),
      queryTimeoutS: request.queryTimeout === undefined ? undefined : Number(request.queryTimeout),
    });
    return this.plays.shift() ?? { kind: 'done' };
  }
}

const oneText = (name: string, value: string): Play => ({
  kind: 'rows',
  as: 'arrow',
  columns: { [name]: 'string' },
  rows: [{ [name]: value }],
});

/** A UUID that ends in a number. */
const handleOf = (id: number) =>
  new types.THandleIdentifier({
    guid: Buffer.from(`0000000000004000800${id.toString(16).padStart(13, '0')}`, 'hex'),
    secret: Buffer.alloc(16),
  });

const idOf = (handle: Request<'TOperationHandle'>): number => handle.operationId.guid.readUInt32BE(12);

function statusOf(play: Play | { readonly kind: 'cancelled' }) {
  const { CANCELED_STATE, ERROR_STATE, FINISHED_STATE, RUNNING_STATE } = types.TOperationState;
  const told = { status: succeeded };
  switch (play.kind) {
    case 'runs':
      return new types.TGetOperationStatusResp({ ...told, operationState: RUNNING_STATE });
    case 'cancelled':
      return new types.TGetOperationStatusResp({ ...told, operationState: CANCELED_STATE });
    case 'fails': {
      const { message, sqlState, state = ERROR_STATE } = play;
      const said = { displayMessage: message, errorMessage: message, ...(sqlState === undefined ? {} : { sqlState }) };
      return new types.TGetOperationStatusResp({ ...told, ...said, operationState: state });
    }
    default:
      return new types.TGetOperationStatusResp({ ...told, operationState: FINISHED_STATE });
  }
}

type RowsPlay = Extract<Play, { readonly kind: 'rows' }>;

function directResultsOf(play: RowsPlay) {
  const isArrow = play.as === 'arrow';
  const { ARROW_BASED_SET, COLUMN_BASED_SET } = types.TSparkRowSetType;
  return new types.TSparkDirectResults({
    operationStatus: statusOf({ kind: 'done' }),
    resultSetMetadata: new types.TGetResultSetMetadataResp({
      status: succeeded,
      schema: schemaOf(play.columns),
      resultFormat: isArrow ? ARROW_BASED_SET : COLUMN_BASED_SET,
      // The batch below brings its schema along.
      ...(isArrow ? { arrowSchema: Buffer.alloc(0) } : {}),
    }),
    resultSet: new types.TFetchResultsResp({
      status: succeeded,
      hasMoreRows: false,
      results: new types.TRowSet({
        startRowOffset: new Int64(0),
        rows: [],
        ...(isArrow
          ? {
              arrowBatches: [
                new types.TSparkArrowBatch({ batch: arrowOf(play), rowCount: new Int64(play.rows.length) }),
              ],
            }
          : {
              columns: Object.entries(play.columns).map(([name, type]) =>
                columnOf(
                  type,
                  play.rows.map(row => row[name]),
                ),
              ),
            }),
      }),
    }),
    closeOperation: new types.TCloseOperationResp({ status: succeeded }),
  });
}

const typeIds: Record<ColumnType, number> = {
  bigint: types.TTypeId.BIGINT_TYPE,
  string: types.TTypeId.STRING_TYPE,
  double: types.TTypeId.DOUBLE_TYPE,
  boolean: types.TTypeId.BOOLEAN_TYPE,
  decimal: types.TTypeId.DECIMAL_TYPE,
  timestamp: types.TTypeId.TIMESTAMP_TYPE,
  date: types.TTypeId.DATE_TYPE,
};

function schemaOf(columns: Columns) {
  return new types.TTableSchema({
    columns: Object.entries(columns).map(
      ([columnName, type], i) =>
        new types.TColumnDesc({
          columnName,
          position: i + 1,
          typeDesc: new types.TTypeDesc({
            types: [new types.TTypeEntry({ primitiveEntry: new types.TPrimitiveTypeEntry({ type: typeIds[type] }) })],
          }),
        }),
    ),
  });
}

function arrowOf({ columns, rows }: RowsPlay): Buffer {
  const arrowTypes = {
    bigint: new arrow.Int64(),
    string: new arrow.Utf8(),
    double: new arrow.Float64(),
    boolean: new arrow.Bool(),
    decimal: new arrow.Decimal(2, 38, 128),
    timestamp: new arrow.TimestampMicrosecond('UTC'),
    date: new arrow.DateDay(),
  };
  const vectors = Object.entries(columns).map(
    ([name, type]) =>
      [
        name,
        arrow.vectorFromArray(
          rows.map(row => row[name]),
          arrowTypes[type],
        ),
      ] as const,
  );
  return Buffer.from(arrow.tableToIPC(new arrow.Table(Object.fromEntries(vectors)), 'stream'));
}

/** Column by column: 64-bit integers as such, doubles, booleans, and everything else as text. */
function columnOf(type: ColumnType, values: readonly unknown[]) {
  const nulls = Buffer.alloc(Math.ceil(values.length / 8));
  values.forEach((value, i) => {
    if (value === null) nulls[i >> 3] = (nulls[i >> 3] ?? 0) | (1 << (i & 7));
  });
  switch (type) {
    case 'bigint': {
      const bytes = values.map(value => {
        const eight = Buffer.alloc(8);
        eight.writeBigInt64BE(typeof value === 'bigint' ? value : 0n);
        return new Int64(eight);
      });
      return new types.TColumn({ i64Val: new types.TI64Column({ values: bytes, nulls }) });
    }
    case 'double':
      return new types.TColumn({ doubleVal: new types.TDoubleColumn({ values: values.map(Number), nulls }) });
    case 'boolean':
      return new types.TColumn({ boolVal: new types.TBoolColumn({ values: values.map(Boolean), nulls }) });
    default:
      return new types.TColumn({ stringVal: new types.TStringColumn({ values: values.map(String), nulls }) });
  }
}
