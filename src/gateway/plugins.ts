import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { GatewayContext } from './context.js';
import { codeOf, requestError } from './errors.js';
import { assertWithinLimits, limits } from './limits.js';

type Plugin = ApolloServerPlugin<GatewayContext>;

/** Refuses what would cost too much before anything is asked, and tells every client what its request cost. */
export function limitPlugin(): Plugin {
  let schema: GraphQLSchema | undefined;
  return {
    async serverWillStart(service) {
      schema = service.schema;
    },
    async requestDidStart() {
      let requested: number | undefined;
      return {
        async didResolveOperation({ document, operation, request }) {
          if (schema === undefined || operation === undefined) return;
          if (schema.getRootType(operation.operation) == null) {
            throw requestError('BAD_USER_INPUT', `this API has no ${operation.operation}s`);
          }
          requested = assertWithinLimits({ schema, document, operation, variables: request.variables ?? {} });
        },
        async willSendResponse({ response, contextValue }) {
          if (requested === undefined || response.body.kind !== 'single') return;
          const cost = { requested, limit: limits.cost, cubeQueries: contextValue.queryCount() };
          const result = response.body.singleResult;
          result.extensions = { ...result.extensions, cost };
        },
      };
    },
  };
}

/** One line a request, and one with the cause for every error that is not the client's. Values of variables stay out of the log. */
export function logPlugin(log: Logger): Plugin {
  return {
    async requestDidStart() {
      const startedAt = performance.now();
      const codes: string[] = [];
      return {
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) {
            const code = codeOf(error);
            codes.push(code);
            const isOurs = code === 'INTERNAL' && error.originalError !== undefined;
            if (isOurs)
              log.error({ requestId: contextValue.requestId, err: error.originalError, path: error.path }, 'bug');
          }
        },
        async willSendResponse({ contextValue, operationName, queryHash }) {
          log.info(
            {
              requestId: contextValue.requestId,
              operation: operationName ?? null,
              queryHash,
              ms: Math.round(performance.now() - startedAt),
              cubeQueries: contextValue.queryCount(),
              ...(codes.length > 0 ? { codes } : {}),
            },
            'graphql',
          );
        },
      };
    },
  };
}
