import { createRequire } from 'node:module';
import type { ApiGateway, QueryRequest, RequestContext, ResponseResultFn } from '@cubejs-backend/api-gateway';
import type { DataResult } from '@cubejs-backend/native';
import { z } from 'zod';
import { callerKey } from './caller-key.js';
import { readQuestion } from './question.js';
import { endRollupQueries } from './queues.js';
import { type Outcome, ResultCache } from './result-cache.js';
import { whileAwaited } from './unwaited.js';

const { QueryOrchestrator }: typeof import('@cubejs-backend/query-orchestrator') = createRequire(import.meta.url)(
  '@cubejs-backend/query-orchestrator',
);

type Message = Parameters<ResponseResultFn>[0];

/** What Cube's gateway would say, with the HTTP status where it is not 200. */
interface Said {
  readonly message: Message;
  readonly extra?: { readonly status: number };
}

export interface RememberingOptions {
  /** Answers of all callers and doors together. Bytes. */
  readonly sizeBytesMax: number;
  /** Another text once a file of the models has changed: answers hold for these models only. */
  readonly modelVersion: () => Promise<string>;
}

type SqlRequest = Parameters<ApiGateway['sql']>[0];
type CancelRequest = Parameters<ApiGateway['cancelQuery']>[0];
type SqlApiRequest = Parameters<ApiGateway['sqlApiLoad']>[0];
type GatewayArguments = ConstructorParameters<typeof ApiGateway>;

const cubeContext = z.object({ snapshotId: z.string() });
/** What our SQL API adds to the context of a question, see `SqlRequest` there. */
const awaitedContext = z.looseObject({ signal: z.instanceof(AbortSignal).optional() });

/**
 * Cube's gateway with a result cache in front of its query path: planning a query and looking through Cube's own
 * caches cost milliseconds even where the answer is at hand. REST, the SQL API and Cube's GraphQL all come through
 * here. A key names the snapshot, the models, who asks and the question, so an answer is right for ever.
 * The base class is Cube's, which is CommonJS and loaded by the caller's own `require`.
 */
export function createRememberingGateway(args: GatewayArguments, { sizeBytesMax, modelVersion }: RememberingOptions) {
  const cache = new ResultCache<Said>(sizeBytesMax);
  const keyOf = async (door: string, context: RequestContext, question: unknown): Promise<string | undefined> => {
    const known = cubeContext.safeParse(context);
    // The Playground is shown more of each answer: which statement ran, which refresh keys held.
    if (!known.success || context.signedWithPlaygroundAuthSecret) return undefined;
    const caller = callerKey(context.securityContext);
    return JSON.stringify([door, known.data.snapshotId, await modelVersion(), caller, question]);
  };

  return new (class extends requireGateway() {
    override async load(request: QueryRequest): Promise<void> {
      const { query, context, queryType, cacheMode, res } = request;
      const question = cacheMode === 'no-cache' ? undefined : readQuestion(query);
      const key = question && (await keyOf('load', context, [question, queryType ?? null]));
      if (key === undefined || question === undefined) return super.load(request);
      const { message, extra } = await cache.answer(key, context.requestId, async () =>
        lasting(await said(then => super.load({ ...request, query: question, res: then }))),
      );
      await res(message, extra);
    }

    override async cancelQuery(request: CancelRequest): Promise<void> {
      const { requestId, context } = request;
      cache.end(requestId);
      const orchestrator: unknown = (await this.getAdapterApi(context)).getQueryOrchestrator();
      if (orchestrator instanceof QueryOrchestrator) await endRollupQueries(orchestrator, requestId);
      await super.cancelQuery(request);
    }

    override async sqlApiLoad(request: SqlApiRequest): Promise<void> {
      const { signal } = awaitedContext.parse(request.context);
      const context: RequestContext = { ...request.context };
      // It is no part of what Cube writes into its log.
      Reflect.deleteProperty(context, 'signal');
      const end = () => this.#end(context);
      await whileAwaited(signal, end, () => this.#sqlApiLoad({ ...request, context }));
    }

    /** Whether Cube had anything of this request to end. */
    async #end(context: RequestContext): Promise<boolean> {
      const { message } = await said(res => this.cancelQuery({ requestId: context.requestId, context, res }));
      return endedQueries.safeParse(message).data?.result.length !== 0;
    }

    async #sqlApiLoad(request: SqlApiRequest): Promise<void> {
      const { query, context, streaming, sqlQuery, memberExpressions, cacheMode, res } = request;
      const question = streaming || cacheMode === 'no-cache' ? undefined : readQuestion(query);
      // A statement that Cube has written for expressions stands beside its question, with its values.
      const asked = [question, memberExpressions ?? false, ...(sqlQuery ? [sqlQuery] : [])];
      const key = question && (await keyOf('sql', context, asked));
      if (key === undefined || question === undefined) return super.sqlApiLoad(request);
      const { message, extra } = await cache.answer(key, context.requestId, async () =>
        lastingRows(await said(then => super.sqlApiLoad({ ...request, query: question, res: then }))),
      );
      await res(message, extra);
    }

    /** Statements for the SQL API's expressions: writing one costs Cube as much as planning a query. */
    override async sql(request: SqlRequest): Promise<void> {
      const { query, context, memberToAlias, memberExpressions, expressionParams, res } = request;
      const question = memberExpressions ? readQuestion(query) : undefined;
      const key = question && (await keyOf('text', context, [question, memberToAlias ?? null, expressionParams ?? []]));
      if (key === undefined || question === undefined) return super.sql(request);
      const { message, extra } = await cache.answer(key, context.requestId, async () =>
        lastingText(await said(then => super.sql({ ...request, query: question, res: then }))),
      );
      await res(message, extra);
    }
  })(...args);
}

/** Not named by the package's exports for ECMAScript modules. */
function requireGateway(): typeof ApiGateway {
  const { ApiGateway: Gateway }: typeof import('@cubejs-backend/api-gateway') = createRequire(import.meta.url)(
    '@cubejs-backend/api-gateway',
  );
  return Gateway;
}

/** What the gateway says to one request. It says exactly one thing, errors included. */
function said(ask: (res: ResponseResultFn) => Promise<void>): Promise<Said> {
  return new Promise((resolve, reject) => {
    ask((message, extra) => resolve(extra === undefined ? { message } : { message, extra })).catch(reject);
  });
}

const isData = (message: Message): message is DataResult => 'isWrapper' in message && message.isWrapper === true;

/** The answer as the bytes that HTTP sends: the rows that they were made of are let go. */
async function lasting({ message, extra }: Said): Promise<Outcome<Said>> {
  if (!isData(message)) return { kind: 'passing', answer: extra === undefined ? { message } : { message, extra } };
  const bytes = z.instanceof(Uint8Array).parse(await message.getFinalResult());
  return { kind: 'lasting', answer: { message: new KeptBytes(bytes) }, sizeBytes: bytes.byteLength };
}

/** Cube reads nothing of an answer but this on its way to HTTP. */
class KeptBytes {
  readonly isWrapper = true;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async getFinalResult(): Promise<Uint8Array> {
    return this.#bytes;
  }

  /** Web sockets compare answers by their JSON. */
  toJSON(): string {
    return Buffer.from(this.#bytes).toString();
  }
}

/** What Cube says to a request to end; an error is logged by Cube, and asking again would not help. */
const endedQueries = z.object({ result: z.array(z.unknown()) });

const columnar = z.array(z.object({ data: z.object({ columns: z.array(z.array(z.unknown())) }) }));
/** What Cube says when it was handed the statement. */
const statementAnswer = z.object({ results: columnar }).transform(({ results }) => results);
/** What a cell takes in memory, roughly: a pointer and a short text or boxed number. */
const cellBytes = 40;

/** The answer as the object that the SQL API reads, which shapes its rows once. */
async function lastingRows({ message, extra }: Said): Promise<Outcome<Said>> {
  const answer = extra === undefined ? { message } : { message, extra };
  const shaped = isData(message)
    ? columnar.safeParse(await message.getFinalResult())
    : statementAnswer.safeParse(message);
  if (!shaped.success) return { kind: 'passing', answer };
  const cells = shaped.data.flatMap(({ data }) => data.columns).reduce((count, column) => count + column.length, 0);
  return { kind: 'lasting', answer, sizeBytes: cells * cellBytes };
}

const writtenStatement = z.object({ sql: z.object({ sql: z.tuple([z.string(), z.array(z.unknown())]) }) });

/** A statement with its values. What else Cube says beside it is about as long. */
async function lastingText({ message, extra }: Said): Promise<Outcome<Said>> {
  const answer = extra === undefined ? { message } : { message, extra };
  const { success, data } = writtenStatement.safeParse(message);
  return success
    ? { kind: 'lasting', answer, sizeBytes: 2 * JSON.stringify(data).length }
    : { kind: 'passing', answer };
}
