import { AsyncLocalStorage } from 'node:async_hooks';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Every value that `extensions.code` can have; the enum `ErrorCode` of schema.graphql carries the same list. */
export const gatewayCodes = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  LIMIT_EXCEEDED: 400,
  COST_EXCEEDED: 400,
  UPSTREAM_TIMEOUT: 504,
  UPSTREAM_UNAVAILABLE: 503,
  VERSION_NOT_FOUND: 404,
  STALE_DATA: 409,
  INTERNAL: 500,
} as const satisfies Record<string, number>;

export type GatewayCode = keyof typeof gatewayCodes;

const isGatewayCode = (code: unknown): code is GatewayCode =>
  typeof code === 'string' && Object.hasOwn(gatewayCodes, code);

/** Seconds after which asking again makes sense, for the failures that pass. */
const retryAfterS: Partial<Record<GatewayCode, number>> = { UPSTREAM_TIMEOUT: 5, UPSTREAM_UNAVAILABLE: 5 };

/** An error that a client may see as it is. */
export function gatewayError(
  code: GatewayCode,
  message: string,
  { cause, extensions = {} }: { cause?: unknown; extensions?: Record<string, unknown> } = {},
): GraphQLError {
  return new GraphQLError(message, {
    ...(cause instanceof Error ? { originalError: cause } : {}),
    extensions: { ...extensions, code },
  });
}

/** The same, for failures of the whole request: it sets the HTTP status too. */
export function requestError(
  code: GatewayCode,
  message: string,
  extensions: Record<string, unknown> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code, http: { status: gatewayCodes[code] } } });
}

/** The request that the running code works for: errors and log lines carry its id. */
export const currentRequest = new AsyncLocalStorage<{ readonly requestId: string }>();

/** Apollo's own codes, as ours. */
const apolloCodes: Record<string, GatewayCode> = {
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'NOT_FOUND',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_USER_INPUT',
};

/** graphql-js words two limits of its own as faults of the document; to a client they are limits. */
const isLimit = (message: string) =>
  /Document contains more tha[nt] \d+ tokens|Maximum introspection depth exceeded|Validation aborted\./.test(message);

/** What the libraries say of themselves, in words that are of use to a client. */
function wordsOf(code: GatewayCode, message: string): string {
  if (code === 'INTERNAL') return 'The gateway failed; the log has the cause under the request id';
  if (message.startsWith('GraphQL introspection is not allowed')) return 'this server shows no schema; it is published';
  return message;
}

/** The code of the closed list for what we or Apollo called an error. */
function ownCode(raw: unknown, message: string): GatewayCode {
  if (isLimit(message)) return 'LIMIT_EXCEEDED';
  if (isGatewayCode(raw)) return raw;
  return typeof raw === 'string' && Object.hasOwn(apolloCodes, raw) ? (apolloCodes[raw] ?? 'INTERNAL') : 'INTERNAL';
}

/** What a client sees of an error: a code of the closed list, the request's id, never a stack or a foreign message. */
export function showError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = ownCode(formatted.extensions?.['code'], formatted.message);
  const wait = retryAfterS[code];
  const cost = formatted.extensions?.['cost'];
  return {
    message: wordsOf(code, formatted.message),
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: {
      code,
      requestId: currentRequest.getStore()?.requestId ?? 'unknown',
      ...(wait === undefined ? {} : { retryAfterS: wait }),
      ...(cost === undefined ? {} : { cost }),
    },
  };
}

/** The code of anything that was thrown, for the log. */
export function codeOf(error: unknown): GatewayCode {
  return error instanceof GraphQLError ? ownCode(error.extensions['code'], error.message) : 'INTERNAL';
}
