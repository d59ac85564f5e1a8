import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { createServer as createSocketServer } from 'node:net';
import type { CubejsServerCore } from '@cubejs-backend/server-core';
import type { Application, ErrorRequestHandler, RequestHandler } from 'express';
import { PlayheadError } from '#errors';
import { versionHeader } from './as-of.js';

// Cube's routes are written for the Express that Cube ships, not for ours.
const requireOfCube = createRequire(createRequire(import.meta.url).resolve('@cubejs-backend/server'));
const express: { (): Application; json(options: { readonly limit: string }): RequestHandler } =
  requireOfCube('express');
const cors: (options: { readonly allowedHeaders: string }) => RequestHandler = requireOfCube('cors');

/** Largest request body. */
const bodyLimit = '1mb';

/** Listens for REST, GraphQL and the Playground. @throws PORT_IN_USE */
export async function listenHttp(core: CubejsServerCore, host: string, port: number) {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => void response.json({ health: 'HEALTH' }));
  app.use(cors({ allowedHeaders: 'authorization,content-type,x-request-id' }));
  app.use(express.json({ limit: bodyLimit }));
  app.use(answersFromVersion);
  await core.initApp(app);
  app.use(answeredByCube);
  const server = createServer(app);
  const takenPort = await listen(server, host, port);
  return { server, url: `http://${host.includes(':') ? `[${host}]` : host}:${takenPort}` };
}

/** Says of an answer that the version which was asked for gave it: a Cube that does not know the header gives its newest. */
const answersFromVersion: RequestHandler = (request, response, next) => {
  const asked = request.headers[versionHeader];
  if (typeof asked === 'string') response.setHeader(versionHeader, asked);
  next();
};

/** Cube answers and logs an error, and passes it on to Express, which would print its stack. */
const answeredByCube: ErrorRequestHandler = (error, _request, response, next) => {
  if (!response.headersSent) next(error);
};

/** Ends what is being answered and closes idle connections at once. */
export async function closeHttp(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), closeMs);
  await closed;
  clearTimeout(force);
}

const closeMs = 2000;

/** A port that is free now: the SQL API cannot be asked which one it took. */
export async function freePort(host: string): Promise<number> {
  const server = createSocketServer();
  const port = await listen(server, host, 0);
  await new Promise(resolve => server.close(resolve));
  return port;
}

function listen(server: Server | ReturnType<typeof createSocketServer>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, `${host}:${port}`)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function listenError(cause: NodeJS.ErrnoException, at: string): Error {
  if (cause.code !== 'EADDRINUSE') return cause;
  const hint = 'set PLAYHEAD_CUBE_PORT';
  return new PlayheadError({ code: 'PORT_IN_USE', at, message: 'another program listens there', hint, cause });
}
