import type { Request, RequestHandler, Response } from 'express';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/express';
import { accessKeyOf } from './auth.js';
import { createContext, type GatewayContext } from './context.js';
import { currentRequest, requestError, showError } from './errors.js';
import { type GraphqlHttpOptions, untilClosed } from './graphql-http.js';
import { requestIdOf } from './http.js';
import { assertWithinLimits, limits } from './limits.js';
import { marksOf } from './marks.js';
import { misfit } from './plugins.js';
import { type Question, readQuestion } from './question.js';
import { versionHeader } from './run-asked.js';

/** Streams of all clients together; each looks at Cube every few seconds. */
const streamCountMax = 200;

interface Stream {
  readonly document: DocumentNode;
  readonly question: Question;
  readonly context: GatewayContext;
}

/** Subscriptions by server-sent events (the GraphQL-SSE protocol, one connection each), asked by POST. */
export function streamHandler(schema: GraphQLSchema, options: GraphqlHttpOptions): RequestHandler {
  const streams = new WeakMap<Request, Stream>();
  let streamCount = 0;
  const handler = createHandler<Record<PropertyKey, unknown>>({
    authenticate: () => null,
    onSubscribe: ({ raw }) => {
      const stream = streams.get(raw);
      if (stream === undefined) throw new Error('a stream that was not checked');
      const { document, question, context } = stream;
      const { operationName, variables } = question;
      return { schema, document, operationName, variableValues: variables, contextValue: { ...context } };
    },
    onNext: (_context, { raw }, result) => {
      const { errors } = result;
      if (errors === undefined) return;
      const requestId = streams.get(raw)?.context.requestId ?? 'unknown';
      const shown = currentRequest.run({ requestId }, () => errors.map(error => showError(error.toJSON())));
      return {
        ...result,
        errors: shown.map(({ message, path, extensions }) => new GraphQLError(message, { path, extensions })),
      };
    },
  });
  return async (request, response) => {
    if (streamCount >= streamCountMax) {
      throw requestError('LIMIT_EXCEEDED', `at most ${streamCountMax} streams at once; try again later`);
    }
    const stream = await openStream(schema, { request, response }, options);
    streams.set(request, stream);
    const { question } = stream;
    request.body = { query: question.query, operationName: question.operationName, variables: question.variables };
    streamCount += 1;
    options.measurements.streamsChanged(1);
    response.once('close', () => {
      streamCount -= 1;
      options.measurements.streamsChanged(-1);
    });
    // Proxies must not collect what is to arrive at once.
    response.setHeader('x-accel-buffering', 'no');
    await handler(request, response);
  };
}

/** Everything that is checked before a stream begins. @throws what a request to `/graphql` is refused with */
async function openStream(
  schema: GraphQLSchema,
  { request, response }: { readonly request: Request; readonly response: Response },
  { authenticator, cube, services, config, clock, documents }: GraphqlHttpOptions,
): Promise<Stream> {
  const caller = await authenticator.caller(request.headers.authorization);
  if (request.headers[versionHeader] !== undefined) {
    throw requestError('BAD_USER_INPUT', 'an older run cannot be followed: ask without an older version');
  }
  const asked = readQuestion(request);
  if (asked === undefined) throw requestError('BAD_USER_INPUT', 'the body holds no `query`');
  const trusted = asked.hash === undefined ? undefined : documents.get(asked.hash);
  if (trusted === undefined && config.serve.graphql_documents === 'trusted') {
    throw requestError('FORBIDDEN', 'this server answers published documents only, asked by their hash or their text');
  }
  const question = { ...asked, query: trusted ?? asked.query };
  const context = createContext({
    cube,
    services,
    caller,
    cubeCaller: {
      token: await authenticator.cubeToken(caller),
      accessKey: accessKeyOf(caller),
      requestId: requestIdOf(response),
      signal: untilClosed(response),
    },
    queryCountMax: Number.POSITIVE_INFINITY,
    config,
    clock,
  });
  const document = readDocument(schema, question.query ?? '', config.environment === 'production');
  const operation = getOperationAST(document, question.operationName);
  if (operation?.operation !== 'subscription') {
    throw requestError('BAD_USER_INPUT', 'only subscriptions are streamed; all else is asked at /graphql');
  }
  const { personal } = marksOf(schema, document);
  if (!context.maySeePersons && personal.length > 0) {
    throw requestError('FORBIDDEN', `the caller may not see persons: ${personal.join(', ')}`);
  }
  assertWithinLimits({ schema, document, operation, variables: question.variables });
  return { document, question, context };
}

function readDocument(schema: GraphQLSchema, text: string, isProduction: boolean): DocumentNode {
  try {
    const document = parse(text, { maxTokens: limits.tokenCount });
    const rules = [...specifiedRules, ...(isProduction ? [NoSchemaIntrospectionCustomRule] : [])];
    const [fault] = validate(schema, document, rules, { hideSuggestions: isProduction });
    if (fault !== undefined) throw isProduction ? new Error(misfit) : fault;
    return document;
  } catch (error) {
    throw requestError('BAD_USER_INPUT', error instanceof Error ? error.message : 'the document is not understood');
  }
}
