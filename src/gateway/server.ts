import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { type GraphQLSchema, isScalarType } from 'graphql';
import { type Logger, pino } from 'pino';
import { type Config, configSchema } from '#config';
import { PlayheadError } from '#errors';
import { Authenticator, accessKeyOf } from './auth.js';
import { createContext, type GatewayContext } from './context.js';
import { CubeClient } from './cube-client.js';
import { gatewayError, showError } from './errors.js';
import {
  againUnderRequestId,
  lastErrors,
  listen,
  readBody,
  requestIdOf,
  securityHeaders,
  sendError,
  serveDashboard,
  underRequestId,
} from './http.js';
import { limits } from './limits.js';
import { limitPlugin, logPlugin } from './plugins.js';
import { resolvers } from './resolvers.js';

export interface GatewayOptions {
  readonly config: Config;
  /** Where Cube listens, `http://host:port`. */
  readonly cubeUrl: string;
  /** The built dashboard, served at `/`. */
  readonly dashboardFolder?: string;
  /** Structured log; warnings and worse to stderr when absent. */
  readonly log?: Logger;
  /** Milliseconds since 1970; the system's when absent. */
  readonly clock?: () => number;
}

export interface Gateway {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

const schemaFile = fileURLToPath(new URL('../../schema.graphql', import.meta.url));
const readyTimeoutMs = 2_000;
const closeGraceMs = 5_000;

/** The contract with its resolvers. */
export async function loadSchema(): Promise<GraphQLSchema> {
  const schema = makeExecutableSchema({ typeDefs: await readFile(schemaFile, 'utf8'), resolvers });
  // The scalars' implementations replace what the contract says of them.
  for (const type of Object.values(schema.getTypeMap())) {
    if (isScalarType(type)) type.description ??= type.astNode?.description?.value;
  }
  return schema;
}

/**
 * Serves GraphQL at `/graphql`, the dashboard at `/`, `/healthz` and `/readyz` on `config.ports.gateway` (0: a free port).
 * @throws PORT_IN_USE, INSECURE_DEFAULT
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, cubeUrl, log = pino({ level: 'warn' }, pino.destination(2)), clock = Date.now } = options;
  assertSecure(config);
  const cube = new CubeClient({ url: cubeUrl, timeoutMs: config.serve.query_timeout_s * 1000, log });
  const apollo = createApollo(await loadSchema(), config, log);
  await apollo.start();
  const app = createApp({ apollo, cube, config, log, clock, dashboardFolder: options.dashboardFolder });
  try {
    const listening = await listen(app, config.host, config.ports.gateway);
    return {
      url: listening.url,
      close: async () => {
        await listening.close(closeGraceMs);
        await apollo.stop();
      },
    };
  } catch (error) {
    await apollo.stop();
    throw error;
  }
}

function assertSecure(config: Config): void {
  if (config.environment !== 'production') return;
  if (config.secrets.api !== configSchema.parse({}).secrets.api) return;
  throw new PlayheadError({
    code: 'INSECURE_DEFAULT',
    at: 'secrets.api',
    message: 'production needs a secret of its own for tokens',
    hint: 'set PLAYHEAD_API_SECRET',
  });
}

function createApollo(schema: GraphQLSchema, config: Config, log: Logger): ApolloServer<GatewayContext> {
  const isProduction = config.environment === 'production';
  return new ApolloServer<GatewayContext>({
    schema,
    introspection: !isProduction,
    hideSchemaDetailsFromClientErrors: isProduction,
    includeStacktraceInErrorResponses: false,
    // Trusted documents come with a later issue; until then a hash that nobody asked for is memory for strangers.
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.tokenCount },
    formatError: showError,
    logger: {
      debug: message => log.debug(message),
      info: message => log.info(message),
      warn: message => log.warn(message),
      error: message => log.error(message),
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      limitPlugin(),
      logPlugin(log),
    ],
  });
}

interface Parts {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly cube: CubeClient;
  readonly config: Config;
  readonly log: Logger;
  readonly clock: () => number;
  readonly dashboardFolder: string | undefined;
}

function createApp({ apollo, cube, config, log, clock, dashboardFolder }: Parts): Express {
  const authenticator = new Authenticator(config, clock);
  const app = express();
  app.disable('x-powered-by');
  app.use(underRequestId, securityHeaders);
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    const isReady = await cube.isReady(readyTimeoutMs);
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ok' : 'unavailable', cube: isReady });
  });

  const context = async ({ req, res }: { req: Request; res: Response }) => {
    const caller = await authenticator.caller(req.headers.authorization);
    return createContext({
      cube,
      config,
      clock,
      caller: {
        token: await authenticator.cubeToken(caller),
        accessKey: accessKeyOf(caller),
        requestId: requestIdOf(res),
        signal: untilClosed(res),
      },
    });
  };
  app.use(
    '/graphql',
    onlyGetAndPost,
    // Before the body is read: strangers are not listened to.
    async (request, _response, next) => {
      await authenticator.caller(request.headers.authorization);
      next();
    },
    ...readBody,
    againUnderRequestId,
    (_request, response, next) => {
      // Answers are for this caller, and to be asked for again (304 by ETag where nothing changed).
      response.setHeader('cache-control', 'private, no-cache');
      next();
    },
    expressMiddleware(apollo, { context }),
  );
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

/** Fires when the client has gone away before its answer was written. */
function untilClosed(response: Response): AbortSignal {
  const controller = new AbortController();
  // Every Cube query of the request listens; their number is limited elsewhere.
  setMaxListeners(0, controller.signal);
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(gatewayError('UPSTREAM_UNAVAILABLE', 'the client went away'));
  });
  return controller.signal;
}
