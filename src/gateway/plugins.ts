import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { PlayheadError } from '#errors';
import { settleRun } from './as-of.js';
import type { GatewayContext } from './context.js';
import { codeOf, type GatewayCode, requestError } from './errors.js';
import { assertWithinLimits, limits } from './limits.js';
import { type Marks, marksOf, personalInputs } from './marks.js';
import type { Measurements } from './measurements.js';
import { describeRequest } from './tracing.js';

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

/** Refuses what the caller may not see, and notes whether the answer may be kept. */
export function marksPlugin(): Plugin {
  let schema: GraphQLSchema | undefined;
  return {
    async serverWillStart(service) {
      schema = service.schema;
    },
    async requestDidStart({ contextValue }) {
      let marks: Marks | undefined;
      let isQuery = false;
      return {
        async parsingDidStart() {
          contextValue.notes.isWellFormed = true;
        },
        async didResolveOperation({ document, operation, request }) {
          // Documents that have been seen are not parsed again.
          contextValue.notes.isWellFormed = true;
          if (schema === undefined || operation === undefined) return;
          isQuery = operation.operation === 'query';
          marks = marksOf(schema, document);
          if (contextValue.maySeePersons) return;
          const personal = [...marks.personal, ...personalInputs(schema, operation, request.variables ?? {})];
          if (personal.length === 0) return;
          throw requestError('FORBIDDEN', `the caller may not see persons: ${personal.join(', ')}`);
        },
        async willSendResponse({ response, errors }) {
          if (marks === undefined || !isQuery || response.body.kind !== 'single') return;
          if ((errors ?? []).length > 0 || marks.maxAgeS === 0) return;
          contextValue.notes.keep = { maxAgeS: marks.maxAgeS };
        },
      };
    },
  };
}

/** Settles which run answers, before any field asks. */
export function asOfPlugin(): Plugin {
  let schema: GraphQLSchema | undefined;
  return {
    async serverWillStart(service) {
      schema = service.schema;
    },
    async requestDidStart({ contextValue }) {
      return {
        async didResolveOperation({ document, operation, request }) {
          if (schema === undefined || operation === undefined) return;
          await settleRun({ schema, document, operation, variables: request.variables ?? {} }, contextValue);
        },
      };
    },
  };
}

/** What production says of a document that does not fit: where and how would tell the contract name by name. */
export const misfit = 'the document does not fit the contract; a development server says where';

/** Tells of a document that does not fit in one line, however much is wrong: the number of faults would tell as well. */
export function misfitPlugin(): Plugin {
  return {
    async requestDidStart() {
      let misfitCode: GatewayCode | undefined;
      return {
        async validationDidStart() {
          return async faults => {
            if (faults === undefined || faults.length === 0) return;
            misfitCode = faults.some(fault => codeOf(fault) === 'LIMIT_EXCEEDED') ? 'LIMIT_EXCEEDED' : 'BAD_USER_INPUT';
          };
        },
        async willSendResponse({ response, contextValue }) {
          if (misfitCode === undefined || response.body.kind !== 'single') return;
          const extensions = { code: misfitCode, requestId: contextValue.requestId };
          response.body.singleResult.errors = [{ message: misfit, extensions }];
        },
      };
    },
  };
}

/** One line a request, and one with the cause for every error that is not the client's. Values of variables stay out of the log. */
export function logPlugin(log: Logger, measurements: Measurements): Plugin {
  return {
    async requestDidStart() {
      const startedAt = performance.now();
      const codes: string[] = [];
      return {
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) {
            const code = codeOf(error);
            codes.push(code);
            const about = { requestId: contextValue.requestId, path: error.path };
            const cause = rootOf(error);
            if (code === 'INTERNAL' && error.originalError !== undefined) log.error({ ...about, err: cause }, 'bug');
            // What Cube failed with is logged where it is asked.
            else if (cause instanceof PlayheadError) log.warn({ ...about, code, cause: cause.line }, 'failed upstream');
          }
        },
        async willSendResponse({ contextValue, operation, operationName, queryHash }) {
          const ms = performance.now() - startedAt;
          const cubeQueries = contextValue.queryCount();
          const kind = operation?.operation ?? 'unknown';
          measurements.executed({ operation: kind, seconds: ms / 1000, codes, cubeQueries });
          describeRequest(
            {
              'graphql.operation.type': kind,
              'graphql.operation.name': operationName ?? '',
              'playhead.cube_queries': cubeQueries,
              'playhead.request_id': contextValue.requestId,
            },
            codes,
          );
          log.info(
            {
              requestId: contextValue.requestId,
              operation: operationName ?? null,
              queryHash,
              ms: Math.round(ms),
              cubeQueries,
              ...(codes.length > 0 ? { codes } : {}),
            },
            'graphql',
          );
        },
      };
    },
  };
}

/** What was thrown first: GraphQL wraps errors, and we do. */
const rootOf = (error: Error): Error =>
  error instanceof GraphQLError && error.originalError !== undefined ? rootOf(error.originalError) : error;
