import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the gateway counts of itself, in Prometheus' form. Labels come from closed sets: no client can make them many. */
export class Measurements {
  readonly #registry = new Registry();
  readonly #requests: Counter<'operation' | 'outcome'>;
  readonly #seconds: Histogram<'operation'>;
  readonly #errors: Counter<'code'>;
  readonly #cubeQueries: Histogram;
  readonly #kept: Counter<'result'>;
  readonly #streams: Gauge;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, prefix: 'playhead_gateway_' });
    this.#requests = new Counter({
      name: 'playhead_graphql_requests_total',
      help: 'GraphQL requests that were executed, by kind of operation and outcome',
      labelNames: ['operation', 'outcome'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'playhead_graphql_request_seconds',
      help: 'How long executed GraphQL requests took',
      labelNames: ['operation'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    });
    this.#errors = new Counter({
      name: 'playhead_graphql_errors_total',
      help: 'Errors in GraphQL answers, by code',
      labelNames: ['code'],
      registers,
    });
    this.#cubeQueries = new Histogram({
      name: 'playhead_graphql_cube_queries',
      help: 'Queries to Cube that one executed request needed',
      buckets: [0, 1, 2, 4, 8, 16, 32, 50],
      registers,
    });
    this.#kept = new Counter({
      name: 'playhead_graphql_kept_answers_total',
      help: 'Requests by what the kept answers had for them: hit, miss, or not to be kept',
      labelNames: ['result'],
      registers,
    });
    this.#streams = new Gauge({
      name: 'playhead_graphql_streams',
      help: 'Subscriptions that are open now',
      registers,
    });
  }

  executed(request: {
    readonly operation: 'query' | 'mutation' | 'subscription' | 'unknown';
    readonly seconds: number;
    readonly codes: readonly string[];
    readonly cubeQueries: number;
  }): void {
    const { operation, seconds, codes, cubeQueries } = request;
    this.#requests.inc({ operation, outcome: codes.length === 0 ? 'ok' : 'errors' });
    this.#seconds.observe({ operation }, seconds);
    this.#cubeQueries.observe(cubeQueries);
    for (const code of codes) this.#errors.inc({ code });
  }

  looked(result: 'hit' | 'miss' | 'none'): void {
    this.#kept.inc({ result });
  }

  streamsChanged(by: 1 | -1): void {
    this.#streams.inc(by);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
