import { type ErrorCode, PlayheadError } from '#errors';

/**
 * What is known about a statement that failed, which decides whether it may be asked again:
 * `refused`: the engine did not take it; `conflict`: another writer's commit won, nothing was written; `lost`: the
 * connection broke and nobody knows; `unreachable`: there was no connection; `final`: asking again changes nothing.
 */
export type Outcome = 'refused' | 'conflict' | 'lost' | 'unreachable' | 'final';

export interface Failure {
  readonly outcome: Outcome;
  readonly error: PlayheadError;
  /** The pause that the engine asks for. */
  readonly retryAfterMs?: number | undefined;
}

/** Where a failure is said to be: never with a secret in it. */
export interface Place {
  /** `databricks host/path`. */
  readonly engine: string;
  /** The text of the statement, where there is one. */
  readonly statement?: string | undefined;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly outcome?: Outcome;
}

const rights: Meaning = {
  code: 'ENGINE_NO_RIGHTS',
  hint: 'grant them to the user or service principal that Playhead connects as: docs/databricks.md lists them',
};
const noTable: Meaning = {
  code: 'TABLE_NOT_FOUND',
  hint: 'look at engine.catalog and engine.schema, and at the name in the configuration',
};
const noColumn: Meaning = {
  code: 'COLUMN_NOT_FOUND',
  hint: 'look at the mapping of the source: it names a column that the table has not; a table of Playhead lacks new columns from an upgrade until the next run',
};
const noCast: Meaning = {
  code: 'VALUE_NOT_CASTABLE',
  hint: 'correct the mapping (the type or the time format), or the value in the source',
};
const vacuumed: Meaning = {
  code: 'DELTA_MISSING_FILE',
  hint: 'run the job with --full, or keep more history: raise delta.deletedFileRetentionDuration of the table',
};
const noVersion: Meaning = {
  code: 'DELTA_VERSION_NOT_FOUND',
  hint: 'the log of the table no longer has it: run the job with --full, or raise delta.logRetentionDuration',
};
const conflict: Meaning = {
  code: 'DELTA_CONFLICT',
  hint: 'another writer was faster; run the command again',
  outcome: 'conflict',
};
const settings: Meaning = {
  code: 'ENGINE_SETTINGS',
  hint: 'use a SQL warehouse, or a Spark of version 4 whose session settings can be changed',
};
const noTime: Meaning = {
  code: 'ENGINE_TIMEOUT',
  hint: 'raise engine.statement_timeout_s, or take a larger warehouse',
};

/** Error classes of Spark, Delta and Databricks, by their first words. */
const byClass: readonly (readonly [RegExp, Meaning])[] = [
  [/^DELTA_(CONCURRENT_|METADATA_CHANGED|PROTOCOL_CHANGED)/, conflict],
  [
    /^(DELTA_CHANGE_DATA_FILE_NOT_FOUND|DELTA_FILE_NOT_FOUND|FAILED_READ_FILE\.FILE_NOT_EXIST|DELTA_TRUNCATED_TRANSACTION_LOG)/,
    vacuumed,
  ],
  [
    /^DELTA_(VERSION_NOT_FOUND|INVALID_CDC_RANGE|TIMESTAMP_EARLIER_THAN|VERSION_INVALID|LOG_FILE_NOT_FOUND|CANNOT_RESTORE_TABLE_VERSION)/,
    noVersion,
  ],
  [
    /^(TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND|CATALOG_NOT_FOUND|NO_SUCH_CATALOG_EXCEPTION|DELTA_(TABLE|PATH)_(NOT_FOUND|DOES_NOT_EXIST)|DELTA_MISSING_DELTA_TABLE|REQUIRES_SINGLE_PART_NAMESPACE)/,
    noTable,
  ],
  [/^(UNRESOLVED_COLUMN|UNRESOLVED_FIELD|FIELD_NOT_FOUND|UNRESOLVED_MAP_KEY|DELTA_COLUMN_NOT_FOUND)/, noColumn],
  [
    /^(CAST_INVALID_INPUT|CAST_OVERFLOW|CANNOT_PARSE_TIMESTAMP|CANNOT_PARSE_DECIMAL|DATATYPE_MISMATCH\.CAST_|CONVERSION_INVALID_INPUT|NUMERIC_VALUE_OUT_OF_RANGE|DELTA_FAILED_TO_MERGE_FIELDS)/,
    noCast,
  ],
  [
    /^(INSUFFICIENT_PERMISSIONS|INSUFFICIENT_PRIVILEGES|PERMISSION_DENIED|UC_PERMISSION_DENIED|UNAUTHORIZED_ACCESS)/,
    rights,
  ],
  [/^(CONFIG_NOT_AVAILABLE|CANNOT_MODIFY_CONFIG|CANNOT_MODIFY_STATIC_CONFIG)/, settings],
  [/^(OPERATION_CANCELED_BY_TIMEOUT|QUERY_EXECUTION_TIMEOUT|STATEMENT_TIMEOUT)/, noTime],
];

/** Where the class says nothing, the SQLSTATE: classes 42501 and 22018 are the standard's own. */
const byState: Readonly<Record<string, Meaning>> = {
  '42501': rights,
  '42P01': noTable,
  '42704': noTable,
  '42703': noColumn,
  '22018': noCast,
  '2D521': conflict,
  '57KD0': noTime,
};

/** Exceptions of Delta and Hadoop that have neither. */
const byException: readonly (readonly [RegExp, Meaning])[] = [
  [/\bdelta\.VersionNotFoundException\b/, noVersion],
  [
    /\b(Concurrent(Append|DeleteRead|DeleteDelete|Transaction|Write)|MetadataChanged|ProtocolChanged)Exception\b/,
    conflict,
  ],
  [/\bjava\.io\.FileNotFoundException\b/, vacuumed],
  [/\bAccessControlException\b/, rights],
];

/** What the driver threw, as one of our errors, and what it means for asking again. */
export function failureOf(cause: unknown, place: Place): Failure {
  if (cause instanceof PlayheadError) return { outcome: 'final', error: cause };
  const at = place.statement === undefined ? place.engine : `${place.engine}, SQL: ${place.statement.slice(0, 200)}`;
  const known = (code: ErrorCode, message: string, hint: string, outcome: Outcome): Failure => ({
    outcome,
    error: new PlayheadError({ code, message, at: code.startsWith('ENGINE_UN') ? place.engine : at, hint, cause }),
  });
  const http = statusOf(cause);
  if (http !== undefined) return { ...ofHttp(http, known), retryAfterMs: retryAfterOf(cause) };
  const network = networkOf(cause);
  if (network !== undefined) return ofNetwork(network, known);
  const oauth = text(cause, 'error');
  if (oauth !== undefined || ['OPError', 'RPError', 'AuthenticationError'].includes(classOf(cause))) {
    return known('ENGINE_UNAUTHORIZED', `OAuth was refused (${oauth ?? messageOf(cause)})`, secretHint, 'final');
  }
  return ofStatement(cause, known);
}

type Known = (code: ErrorCode, message: string, hint: string, outcome: Outcome) => Failure;

const secretHint =
  'set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, to ones that are valid there';

function ofHttp(status: number, known: Known): Failure {
  if (status === 401) return known('ENGINE_UNAUTHORIZED', 'the token is refused (HTTP 401)', secretHint, 'final');
  if (status === 403) {
    const hint = 'the token may have expired, or its owner may not use this warehouse (CAN USE)';
    return known('ENGINE_UNAUTHORIZED', 'access is refused (HTTP 403)', hint, 'final');
  }
  if (status === 404 || status === 400 || status === 405) {
    const hint = 'look at engine.path: the warehouse shows it under Connection details, HTTP path';
    return known('ENGINE_UNREACHABLE', `there is no warehouse at this path (HTTP ${status})`, hint, 'final');
  }
  if (status === 429 || status === 503) {
    const hint = 'start the warehouse, let it start by itself, or raise engine.start_timeout_s';
    return known('ENGINE_UNAVAILABLE', `the warehouse is stopped, starting or busy (HTTP ${status})`, hint, 'refused');
  }
  return known('ENGINE_CONNECTION_LOST', `the warehouse answered HTTP ${status}`, 'run the command again', 'lost');
}

const unreachableCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function ofNetwork(code: string, known: Known): Failure {
  if (unreachableCodes.has(code)) {
    return known(
      'ENGINE_UNREACHABLE',
      `no connection (${code})`,
      'look at engine.host and engine.port, and at the network',
      'unreachable',
    );
  }
  if (/CERT|SELF_SIGNED|TLS|SSL|EPROTO|UNABLE_TO|ALTNAME/.test(code)) {
    const hint = 'set engine.ca_file to the certificate of the authority that signed it';
    return known(
      'ENGINE_UNREACHABLE',
      `the certificate or the TLS of the host is not accepted (${code})`,
      hint,
      'final',
    );
  }
  return known('ENGINE_CONNECTION_LOST', `the connection broke (${code})`, 'run the command again', 'lost');
}

function ofStatement(cause: unknown, known: Known): Failure {
  const answer = field(cause, 'response');
  const message = messageOf(cause);
  const errorClass = /\[([A-Z][A-Z0-9]*_[A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\]/.exec(message)?.[1];
  const state = text(answer, 'sqlState') ?? /SQLSTATE: ?([0-9A-Z]{5})/.exec(message)?.[1];
  const said = sentenceOf(message, errorClass);
  const kind = text(cause, 'errorCode');
  if (kind === 'CANCELED' || kind === 'CLOSED') {
    return known('QUERY_CANCELLED', 'the statement was cancelled at the warehouse', 'run the command again', 'final');
  }
  if (kind === 'TIMEOUT') return known(noTime.code, 'the statement took too long', noTime.hint, 'final');
  if (/session (was closed|handle|.*(expired|not found|does not exist))|Invalid SessionHandle/i.test(message)) {
    const what = 'the session is gone: the warehouse was restarted or waited too long';
    return known('ENGINE_CONNECTION_LOST', what, 'run the command again', 'final');
  }
  if (kind === undefined && state === undefined && errorClass === undefined && text(cause, 'name') !== 'Status Error') {
    return known('INTERNAL', `the driver of the warehouse failed: ${said}`, 'report it with the log', 'final');
  }
  const meaning =
    byClass.find(([pattern]) => errorClass !== undefined && pattern.test(errorClass))?.[1] ??
    (state === undefined ? undefined : byState[state]) ??
    byException.find(([pattern]) => pattern.test(message))?.[1];
  if (meaning !== undefined) return known(meaning.code, said, meaning.hint, meaning.outcome ?? 'final');
  return known('QUERY_INVALID', said, "the words are the engine's", 'final');
}

/** The engine's own sentence: from the error class on, without the names of Java's exceptions and their stack. */
function sentenceOf(message: string, errorClass: string | undefined): string {
  const [told = ''] = message.split(/\n\s+at /);
  const from = errorClass === undefined ? -1 : told.lastIndexOf(`[${errorClass}]`);
  const [line = ''] = told.slice(Math.max(from, 0)).split('\n');
  const sentence = line.replace(/^.*\b(?:[a-z]\w*\.)+\w*(?:Exception|Error): /, '').trim();
  return sentence === '' ? 'the statement failed without a word' : sentence;
}

function statusOf(cause: unknown): number | undefined {
  const status = field(cause, 'statusCode');
  if (typeof status === 'number') return status;
  // The driver's own retries end in a sentence.
  const told = /^Hive driver: (\d{3}) when connecting to resource/.exec(messageOf(cause))?.[1];
  return told === undefined ? undefined : Number(told);
}

function retryAfterOf(cause: unknown): number | undefined {
  const headers = field(field(cause, 'response'), 'headers');
  const get = field(headers, 'get');
  if (typeof get !== 'function') return undefined;
  const seconds = Number(get.call(headers, 'retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function networkOf(cause: unknown): string | undefined {
  const code = text(cause, 'code');
  if (code !== undefined && /^[A-Z][A-Z0-9_]{3,}$/.test(code)) return code;
  const message = messageOf(cause);
  const told = /(socket hang up|premature close|Request timed out|Hive driver: Error when connecting)/i.exec(
    message,
  )?.[1];
  if (told !== undefined) return told;
  return field(cause, 'type') === 'system' ? message : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

const classOf = (value: unknown): string => (value instanceof Error ? value.constructor.name : '');

function text(value: unknown, name: string): string | undefined {
  const held = field(value, name);
  return typeof held === 'string' && held !== '' ? held : undefined;
}

/** The driver's StatusError is no Error, but has a message. */
const messageOf = (cause: unknown): string =>
  text(cause, 'message') ?? (typeof cause === 'string' ? cause : 'no reason was given');
