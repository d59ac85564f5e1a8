import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { PlayheadError } from '#errors';
import { codeOf, currentRequest, type GatewayCode, gatewayCodes } from './errors.js';
import { preferPrecompressed } from './precompressed.js';

/** What the page may load: itself. Styles stand inline in drawn charts. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** Headers that every answer carries. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('content-security-policy', contentSecurityPolicy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  next();
};

const requestIdPattern = /^[\w.-]{1,64}$/;

/** Runs the rest of the request under its id: the client's own where it is harmless, else a new one. */
export const underRequestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
  response.setHeader('x-request-id', requestId);
  response.locals['requestId'] = requestId;
  currentRequest.run({ requestId }, next);
};

/** Body parsers answer in their own asynchronous context: take up the request's again. */
export const againUnderRequestId: RequestHandler = (_request, response, next) => {
  currentRequest.run({ requestId: requestIdOf(response) }, next);
};

export function requestIdOf(response: Response): string {
  const requestId: unknown = response.locals['requestId'];
  return typeof requestId === 'string' ? requestId : 'unknown';
}

/** A request that ended before or outside GraphQL: the same shape of error, with the HTTP status of its code. */
export function sendError(
  response: Response,
  code: GatewayCode,
  message: string,
  status: number = gatewayCodes[code],
): void {
  response
    .status(status)
    .type('application/json')
    .set('cache-control', 'no-store')
    .send(JSON.stringify({ errors: [{ message, extensions: { code, requestId: requestIdOf(response) } }] }));
}

const bodySizeMax = '100kb';

export const readBody: readonly RequestHandler[] = [
  express.json({ limit: bodySizeMax, type: ['application/json', 'application/graphql+json'] }),
  (request, _response, next) => {
    // Apollo tells a missing body from a missing parser by this property.
    if (!('body' in request) || request.body === undefined) Object.assign(request, { body: {} });
    next();
  },
];

/** The last word on errors of the HTTP layer: a malformed body is the client's, anything else is ours; neither shows a stack. */
export function lastErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof GraphQLError) {
      sendError(response, codeOf(error), error.message);
      return;
    }
    const status = statusOf(error);
    if (status === 413) sendError(response, 'LIMIT_EXCEEDED', `the body is larger than ${bodySizeMax}`, 413);
    else if (status !== undefined && status < 500) {
      sendError(response, 'BAD_USER_INPUT', 'the body is not understood: it must be one JSON object', status);
    } else {
      log.error({ requestId: requestIdOf(response), err: error }, 'bug');
      sendError(response, 'INTERNAL', 'The gateway failed; the log has the cause under the request id');
    }
  };
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

/** The dashboard's files. Their names carry no hash, so a browser asks each time and gets 304 by ETag. */
export function serveDashboard(app: Express, folder: string | undefined): void {
  if (folder !== undefined) {
    app.use(
      preferPrecompressed(folder),
      express.static(folder, {
        index: 'index.html',
        dotfiles: 'ignore',
        setHeaders: response => void response.setHeader('cache-control', 'no-cache'),
      }),
    );
  }
  app.get('/', (_request, response) => {
    response.type('text/plain').send('Playhead gateway: POST /graphql. The dashboard is not built (npm run build).\n');
  });
}

export interface Listening {
  readonly url: string;
  /** Lets running requests end, up to the time given, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** A request must arrive within these. Milliseconds. */
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;

/** @throws PORT_IN_USE */
export async function listen(app: Express, host: string, port: number): Promise<Listening> {
  const server = createServer({ requestTimeout: requestTimeoutMs, headersTimeout: headersTimeoutMs }, app);
  const quiet = watchQuiet(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(toListenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shownHost}:${bound}`, close: graceMs => closeServer(server, quiet, graceMs) };
}

function toListenError(error: Error, host: string, port: number): Error {
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new PlayheadError({
    code: 'PORT_IN_USE',
    at: `${host}:${port}`,
    message: 'another program listens where the gateway should',
    hint: 'stop it, or set PLAYHEAD_GATEWAY_PORT',
    cause: error,
  });
}

/** Ends what is being answered, at most for the time given; connections without a request, fresh ones too, end at once. */
async function closeServer(server: Server, quiet: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeIdleConnections();
  for (const socket of quiet) socket.destroy();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}

/** Connections on which no request has come yet: Node counts them as busy until their headers time out. */
function watchQuiet(server: Server): ReadonlySet<Socket> {
  const quiet = new Set<Socket>();
  server.on('connection', socket => {
    quiet.add(socket);
    socket.once('close', () => quiet.delete(socket));
  });
  server.on('request', ({ socket }) => quiet.delete(socket));
  return quiet;
}
