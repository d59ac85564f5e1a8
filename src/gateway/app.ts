import express, { type Express, type RequestHandler } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { graphiql } from './graphiql.js';
import { type GraphqlHttpOptions, graphqlHandler } from './graphql-http.js';
import {
  againUnderRequestId,
  lastErrors,
  readBody,
  securityHeaders,
  sendError,
  serveDashboard,
  underRequestId,
} from './http.js';
import { streamHandler } from './stream.js';

export interface AppOptions extends GraphqlHttpOptions {
  readonly schema: GraphQLSchema;
  readonly log: Logger;
  /** False once the process is about to stop: `/readyz` then sends traffic elsewhere. */
  readonly isOpen: () => boolean;
  readonly dashboardFolder: string | undefined;
}

const readyTimeoutMs = 2_000;

/** All paths of the gateway. */
export function createApp(options: AppOptions): Express {
  const { schema, authenticator, cube, config, measurements, log, isOpen, dashboardFolder } = options;
  const app = express();
  app.disable('x-powered-by');
  app.use(underRequestId, securityHeaders);
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    const isCubeReady = await cube.isReady(readyTimeoutMs);
    const isReady = isCubeReady && isOpen();
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ok' : 'unavailable', cube: isCubeReady });
  });
  app.get('/metrics', async (request, response) => {
    const { role } = await authenticator.caller(request.headers.authorization);
    // Development answers without a token, as an analyst.
    if (role === 'analyst' && config.environment === 'production') {
      sendError(response, 'FORBIDDEN', 'metrics are for the roles service and admin');
      return;
    }
    response.setHeader('cache-control', 'no-store');
    response.type(measurements.contentType).send(await measurements.text());
  });
  // Before the body is read: strangers are not listened to.
  const authenticate: RequestHandler = async (request, _response, next) => {
    await authenticator.caller(request.headers.authorization);
    next();
  };
  app.post('/graphql/stream', authenticate, ...readBody, againUnderRequestId, streamHandler(schema, options));
  app.use('/graphql', onlyGetAndPost, authenticate, ...readBody, againUnderRequestId, graphqlHandler(options));
  if (config.environment !== 'production') app.use(graphiql());
  serveDashboard(app, dashboardFolder);
  app.use((_request, response) => sendError(response, 'NOT_FOUND', 'there is nothing at this path'));
  app.use(lastErrors(log));
  return app;
}

const onlyGetAndPost: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'POST') {
    next();
    return;
  }
  response.setHeader('allow', 'GET, POST');
  sendError(response, 'BAD_USER_INPUT', 'GraphQL is asked by POST, or by GET for queries', 405);
};
