import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { type GraphQLSchema, isScalarType } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Config } from '#config';
import type { GatewayContext } from './context.js';
import { showError } from './errors.js';
import { limits } from './limits.js';
import type { Measurements } from './measurements.js';
import { asOfPlugin, limitPlugin, logPlugin, marksPlugin, misfitPlugin } from './plugins.js';
import { resolvers } from './resolvers.js';

export const schemaFile = fileURLToPath(new URL('../../schema.graphql', import.meta.url));

/** The contract with its resolvers. */
export async function loadSchema(): Promise<GraphQLSchema> {
  const schema = makeExecutableSchema({ typeDefs: await readFile(schemaFile, 'utf8'), resolvers });
  // The scalars' implementations replace what the contract says of them.
  for (const type of Object.values(schema.getTypeMap())) {
    if (isScalarType(type)) type.description ??= type.astNode?.description?.value;
  }
  return schema;
}

/** Characters of documents that clients have sent to be asked by hash later (automatic persisted queries). */
const persistedSizeMax = 2_000_000;

/** Apollo with our limits, marks, codes and log. */
export function createApollo(
  schema: GraphQLSchema,
  config: Config,
  log: Logger,
  measurements: Measurements,
): ApolloServer<GatewayContext> {
  const isProduction = config.environment === 'production';
  return new ApolloServer<GatewayContext>({
    schema,
    introspection: !isProduction,
    hideSchemaDetailsFromClientErrors: isProduction,
    includeStacktraceInErrorResponses: false,
    persistedQueries: { cache: persistedDocuments(), ttl: null },
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
      marksPlugin(),
      asOfPlugin(),
      logPlugin(log, measurements),
      ...(isProduction ? [misfitPlugin()] : []),
    ],
  });
}

/** Valid documents only come here, and the oldest make room. */
function persistedDocuments() {
  const texts = new LRUCache<string, string>({ maxSize: persistedSizeMax, sizeCalculation: text => text.length + 100 });
  return {
    get: async (key: string) => texts.get(key),
    set: async (key: string, text: string) => void texts.set(key, text),
    delete: async (key: string) => texts.delete(key),
  };
}
