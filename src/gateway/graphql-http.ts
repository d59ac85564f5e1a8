import { setMaxListeners } from 'node:events';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Request, RequestHandler, Response } from 'express';
import type { Config } from '#config';
import type { AnswerCache, KeptAnswer, MadeAnswer } from './answer-cache.js';
import { type Authenticator, accessKeyOf, type Caller } from './auth.js';
import { type AnswerNotes, createContext, type GatewayContext } from './context.js';
import type { CubeClient } from './cube-client.js';
import type { DataVersion } from './data-version.js';
import { gatewayError, requestError } from './errors.js';
import { requestIdOf } from './http.js';
import type { Measurements } from './measurements.js';
import { canonical, hashOf, isPreflighted, type Question, readQuestion, searchOf } from './question.js';
import { versionHeader, versionOfHeader } from './run-asked.js';
import type { Services } from './services.js';
import { inRequestSpan } from './tracing.js';
import type { TrustedDocuments } from './trusted-documents.js';

export interface GraphqlHttpOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly authenticator: Authenticator;
  readonly cube: CubeClient;
  readonly services: Services;
  readonly cache: AnswerCache;
  readonly dataVersion: DataVersion;
  readonly measurements: Measurements;
  readonly documents: TrustedDocuments;
  readonly config: Config;
  readonly clock: () => number;
}

/** GraphQL over HTTP: documents by hash, kept answers, and Apollo for the rest. */
export function graphqlHandler(options: GraphqlHttpOptions): RequestHandler {
  return async (request, response) => {
    const caller = await options.authenticator.caller(request.headers.authorization);
    const version = versionOfHeader(request.headers[versionHeader]);
    const question = readQuestion(request);
    const text = question === undefined ? undefined : documentOf(question, options);
    const key = question === undefined ? undefined : await keyOf({ question, caller, request, version }, options);
    const found = key === undefined || !isPreflighted(request) ? undefined : options.cache.find(key);
    const kept = found instanceof Promise ? await found : found;
    options.measurements.looked(kept !== undefined ? 'hit' : key === undefined ? 'none' : 'miss');
    if (kept !== undefined) {
      sendKept(request, response, kept);
      return;
    }
    const execution = { request, response, caller, version, question, text, key };
    const work = () => inRequestSpan(request.headers, () => execute(execution, options));
    if (key === undefined) await work();
    else await options.cache.make(key, work);
  };
}

/** The text of a trusted document that was asked by its hash. @throws FORBIDDEN where only such are answered */
function documentOf(question: Question, { documents, config }: GraphqlHttpOptions): string | undefined {
  const text = question.hash === undefined ? undefined : documents.get(question.hash);
  if (text === undefined && config.serve.graphql_documents === 'trusted') {
    throw requestError('FORBIDDEN', 'this server answers published documents only, asked by their hash or their text');
  }
  return question.query === undefined ? text : undefined;
}

interface Asking extends Pick<Execution, 'request' | 'caller' | 'version'> {
  readonly question: Question;
}

async function keyOf(
  { question: { hash, operationName, variables }, caller, request, version }: Asking,
  { cache, dataVersion, config }: GraphqlHttpOptions,
): Promise<string | undefined> {
  if (hash === undefined || config.serve.graphql_cache_mb === 0) return undefined;
  const served = await dataVersion.current();
  if (served === undefined) return undefined;
  return cache.keyOf({
    dataVersion: served,
    version,
    accessKey: accessKeyOf(caller),
    documentHash: hash,
    operationName,
    variables: canonical(variables),
    accept: request.headers.accept ?? '',
  });
}

/** What answers of one address differ by. */
const vary = `accept, authorization, ${versionHeader}`;

/** Written without Express's `send`, which would look for what is known here: length, type and tag. */
function sendKept(request: Request, response: Response, { body, contentType, etag, cacheControl }: KeptAnswer): void {
  const headers = { etag, 'cache-control': cacheControl, vary };
  if (hasTag(request, etag)) response.writeHead(304, headers).end();
  else {
    response.writeHead(200, { ...headers, 'content-type': contentType, 'content-length': body.byteLength }).end(body);
  }
}

const hasTag = (request: Request, etag: string): boolean =>
  (request.headers['if-none-match'] ?? '').split(',').some(tag => tag.trim().replace(/^W\//, '') === etag);

interface Execution {
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  /** Number of the run that the header names. */
  readonly version: number | undefined;
  readonly question: Question | undefined;
  /** Of the trusted document that was asked by its hash. */
  readonly text: string | undefined;
  readonly key: string | undefined;
}

/** Answers the request; what may be kept of it is returned. */
async function execute(execution: Execution, options: GraphqlHttpOptions): Promise<MadeAnswer | undefined> {
  const { request, response, caller, version, key } = execution;
  const { apollo, authenticator, cube, services, config, clock } = options;
  const notes: AnswerNotes = { isWellFormed: false };
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const executed = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, ...spelledOut(execution) },
    context: async () =>
      createContext({
        cube,
        services,
        caller,
        cubeCaller: {
          token: await authenticator.cubeToken(caller),
          accessKey: accessKeyOf(caller),
          requestId: requestIdOf(response),
          signal: untilClosed(response),
        },
        notes,
        version,
        config,
        clock,
      }),
  });
  if (executed.body.kind !== 'complete') throw new Error('the gateway sends whole answers only');
  const body = executed.body.string;
  const contentType = executed.headers.get('content-type') ?? 'application/json';
  for (const [name, value] of executed.headers) response.setHeader(name, value);
  response.status(statusOf(executed.status, contentType, notes));
  response.setHeader('vary', vary);
  if (notes.keep === undefined || key === undefined) {
    response.setHeader('cache-control', notes.keep === undefined ? 'no-store' : 'private, no-cache');
    response.send(body);
    return undefined;
  }
  const { maxAgeS } = notes.keep;
  const answer: KeptAnswer = {
    body: Buffer.from(body),
    contentType,
    // What only new data changes is named by its question; what time changes, by what it says.
    etag: `"${maxAgeS === undefined ? key : hashOf(key + body).slice(0, 40)}"`,
    cacheControl: maxAgeS === undefined ? 'private, no-cache' : `private, max-age=${maxAgeS}`,
  };
  sendKept(request, response, answer);
  return { answer, maxAgeS };
}

/** The request as Apollo takes it: a trusted document that came as a hash stands there in full. */
function spelledOut({ request, question, text }: Execution): { search: string; body: unknown } {
  const search = searchOf(request);
  const body: unknown = request.body;
  if (question === undefined || text === undefined) return { search, body };
  const { operationName, variables } = question;
  if (request.method !== 'GET') return { search, body: { query: text, operationName, variables } };
  const parameters = new URLSearchParams({ query: text, variables: JSON.stringify(variables) });
  if (operationName !== null) parameters.set('operationName', operationName);
  return { search: `?${parameters.toString()}`, body };
}

/**
 * GraphQL over HTTP: where the answer is plain `application/json`, a request that could be read has status 200 even if
 * the document is refused; a client that accepts `application/graphql-response+json` is told by the status.
 */
function statusOf(status: number | undefined, contentType: string, { isWellFormed }: AnswerNotes): number {
  if (status === 400 && isWellFormed && contentType.startsWith('application/json')) return 200;
  return status ?? 200;
}

/** Fires when the client has gone away before its answer was written. */
export function untilClosed(response: Response): AbortSignal {
  const controller = new AbortController();
  // Every Cube query of the request listens; their number is limited elsewhere.
  setMaxListeners(0, controller.signal);
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(gatewayError('UPSTREAM_UNAVAILABLE', 'the client went away'));
  });
  return controller.signal;
}
