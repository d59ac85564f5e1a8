import type { Logger } from 'pino';
import { z } from 'zod';
import type { CubeQuery } from './cube-query.js';
import { gatewayError } from './errors.js';
import { RetryBudget } from './retry-budget.js';
import type { CubeRow } from './row.js';
import { olderRunsNotServed, versionHeader, versionNotFound } from './run-asked.js';
import { inSpan, tracingHeaders } from './tracing.js';

export interface CubeAnswer {
  readonly rows: readonly CubeRow[];
  /** Rows without the limit, where the query asked for `total`. */
  readonly total: number | undefined;
}

/** On whose behalf a query is asked. */
export interface CubeCaller {
  /** For `Authorization`. */
  readonly token: string;
  /** What the access rules see of the caller: equal queries of equal callers share one request. */
  readonly accessKey: string;
  readonly requestId: string;
  /** Number of the run that is to answer; the newest when absent. */
  readonly version?: number | undefined;
  readonly signal: AbortSignal;
}

export interface CubeClientOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** Rows that one query may return at most: Cube is told to cut behind one more. */
  readonly rowLimitMax: number;
  readonly log: Logger;
}

interface Flight {
  readonly answer: Promise<CubeAnswer>;
  readonly cancel: AbortController;
  hasLanded: boolean;
  waiterCount: number;
}

const answerSchema = z.union([
  z.object({ error: z.string() }),
  z.object({ data: z.array(z.record(z.string(), z.unknown())), total: z.coerce.number().nullish() }),
]);

/** A query may be repeated this often after a broken connection or a 502 to 504. */
const attemptCountMax = 3;
const backoffMs = 100;
/** Cube says "Continue wait" by itself after some seconds; one that says so at once is asked again after this. */
const continueWaitMs = 50;
const endQueryTimeoutMs = 2_000;

const tooManyRows = () => gatewayError('LIMIT_EXCEEDED', 'the answer would hold more rows than one query may return');

/** Asks Cube's REST API. Equal queries in flight are asked once; the last waiter that leaves cancels the request. */
export class CubeClient {
  readonly #options: CubeClientOptions;
  readonly #flights = new Map<string, Flight>();
  readonly #budget = new RetryBudget();
  #flightCount = 0;

  constructor(options: CubeClientOptions) {
    this.#options = options;
  }

  /** @throws GraphQLError: UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE, FORBIDDEN, LIMIT_EXCEEDED, VERSION_NOT_FOUND, INTERNAL */
  async load(query: CubeQuery, caller: CubeCaller): Promise<CubeAnswer> {
    const key = `${caller.accessKey}\n${caller.version ?? ''}\n${JSON.stringify(query)}`;
    const flight = this.#flights.get(key) ?? this.#takeOff(key, query, caller);
    flight.waiterCount += 1;
    try {
      return await untilAborted(flight.answer, caller.signal);
    } finally {
      flight.waiterCount -= 1;
      if (flight.waiterCount === 0) {
        flight.cancel.abort();
        this.#forget(key, flight);
      }
    }
  }

  /** True when Cube says that it is ready. */
  async isReady(timeoutMs: number): Promise<boolean> {
    try {
      const response = await fetch(`${this.#options.url}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
      await response.body?.cancel();
      return response.ok;
    } catch {
      // Not reachable and not ready are the same answer here.
      return false;
    }
  }

  #takeOff(key: string, query: CubeQuery, caller: CubeCaller): Flight {
    const cancel = new AbortController();
    this.#flightCount += 1;
    // Cube ends queries by the request's id: each has its own, or one that others wait for would end too.
    const alone = { ...caller, requestId: `${caller.requestId}.${this.#flightCount}` };
    const answer = inSpan(
      'cube query',
      { 'playhead.request_id': caller.requestId, 'cube.members': membersOf(query) },
      () => this.#ask(query, alone, cancel.signal),
    );
    const flight: Flight = { answer, cancel, hasLanded: false, waiterCount: 0 };
    this.#flights.set(key, flight);
    const land = () => {
      flight.hasLanded = true;
      this.#forget(key, flight);
    };
    cancel.signal.addEventListener('abort', () => {
      if (!flight.hasLanded) void this.#endQuery(alone);
    });
    // The waiters see a failure; this chain only tidies up.
    answer.then(land, land);
    return flight;
  }

  #forget(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  async #ask(query: CubeQuery, caller: CubeCaller, cancelled: AbortSignal): Promise<CubeAnswer> {
    const deadline = AbortSignal.timeout(this.#options.timeoutMs);
    const signal = AbortSignal.any([cancelled, deadline]);
    this.#budget.earn();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#askPatiently(query, caller, signal);
      } catch (error) {
        if (deadline.aborted && !cancelled.aborted) void this.#endQuery(caller);
        if (deadline.aborted) throw gatewayError('UPSTREAM_TIMEOUT', 'the semantic layer did not answer in time');
        if (!(error instanceof PassingFailure) || cancelled.aborted) throw error;
        this.#options.log.warn({ requestId: caller.requestId, attempt, err: error.message }, 'Cube failed in passing');
        if (attempt >= attemptCountMax || !this.#budget.spend()) {
          throw gatewayError('UPSTREAM_UNAVAILABLE', 'the semantic layer cannot be reached', { cause: error });
        }
      }
      await pause(backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random()), signal).catch(() => undefined);
    }
  }

  /** Nobody waits any more: Cube would work on to the end. */
  async #endQuery({ token, requestId, version }: CubeCaller): Promise<void> {
    try {
      const path = `/cubejs-api/v1/running-query/${encodeURIComponent(requestId)}`;
      const response = await fetch(`${this.#options.url}${path}`, {
        method: 'DELETE',
        headers: {
          authorization: `Bearer ${token}`,
          ...(version === undefined ? {} : { [versionHeader]: String(version) }),
        },
        signal: AbortSignal.timeout(endQueryTimeoutMs),
      });
      await response.body?.cancel();
    } catch (cause) {
      // The query ends at Cube's own limit of time then.
      this.#options.log.warn({ requestId, err: describe(cause) }, 'Cube could not be told to end a query');
    }
  }

  async #askPatiently(query: CubeQuery, caller: CubeCaller, signal: AbortSignal): Promise<CubeAnswer> {
    for (;;) {
      const { status, text, answersFrom } = await this.#post(query, caller, signal);
      const answer = parseAnswer(status, text);
      if (!('error' in answer)) return this.#whole(answer, answersFrom, caller);
      if (answer.error !== 'Continue wait') throw this.#refusal(status, answer.error, query, caller);
      await pause(continueWaitMs, signal);
    }
  }

  /** Neither another version nor a part for the whole, whichever Cube answers. */
  #whole(
    { data, total }: { readonly data: CubeAnswer['rows']; readonly total?: number | null | undefined },
    version: string | null,
    caller: CubeCaller,
  ): CubeAnswer {
    if (caller.version !== undefined && version !== String(caller.version)) throw olderRunsNotServed();
    if (data.length > this.#options.rowLimitMax) throw tooManyRows();
    return { rows: data, total: total ?? undefined };
  }

  async #post(query: CubeQuery, { token, requestId, version }: CubeCaller, signal: AbortSignal) {
    try {
      const response = await fetch(`${this.#options.url}/cubejs-api/v1/load`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...tracingHeaders(),
          'x-request-id': requestId,
          ...(version === undefined ? {} : { [versionHeader]: String(version) }),
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ query }),
        signal,
      });
      const answersFrom = response.headers.get(versionHeader);
      return { status: response.status, text: await response.text(), answersFrom };
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new PassingFailure(`no answer from Cube: ${describe(cause)}`);
    }
  }

  #refusal(status: number, message: string, query: CubeQuery, { requestId, version }: CubeCaller) {
    if (version !== undefined && message.includes('VERSION_NOT_FOUND')) return versionNotFound(version);
    this.#options.log.error({ requestId, status, cubeError: message, query }, 'Cube refused a query');
    if (status === 401 || status === 403 || message.includes('hidden member')) {
      return gatewayError('FORBIDDEN', 'the semantic layer does not show this to the caller');
    }
    if (message.includes('RESULT_TOO_LARGE')) {
      return tooManyRows();
    }
    // A 400 means that the gateway asked for something that the model does not have: our fault, not the client's.
    if (status === 400) return gatewayError('INTERNAL', message);
    return gatewayError('UPSTREAM_UNAVAILABLE', 'the semantic layer failed to answer');
  }
}

/** For the trace: which members, never which values. */
const membersOf = ({ measures = [], dimensions = [] }: CubeQuery): string =>
  [...measures, ...dimensions].slice(0, 10).join(' ');

/** A failure that may be gone at the next attempt. */
class PassingFailure extends Error {}

function parseAnswer(status: number, text: string): z.infer<typeof answerSchema> {
  if (status >= 502 && status <= 504) throw new PassingFailure(`Cube answered ${status}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw gatewayError('UPSTREAM_UNAVAILABLE', 'the semantic layer answered something that is no JSON');
  }
  const parsed = answerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw gatewayError('UPSTREAM_UNAVAILABLE', 'the semantic layer answered something that is no result');
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return untilAborted(new Promise(resolve => setTimeout(resolve, ms)), signal);
}

/** The promise, or an error as soon as the signal fires. The promise itself goes on. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = () =>
      reject(
        signal.reason instanceof Error && signal.reason.name === 'TimeoutError'
          ? gatewayError('UPSTREAM_TIMEOUT', 'the semantic layer did not answer in time')
          : gatewayError('UPSTREAM_UNAVAILABLE', 'the request was given up'),
      );
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
