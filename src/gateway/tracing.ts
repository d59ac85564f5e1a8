import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Logger } from 'pino';

/** Spans go nowhere until an SDK is registered: by `startTracing`, or by whoever started the process. */
const tracer = trace.getTracer('playhead-gateway');

/** Runs the work within a span; what it throws is recorded and thrown on. */
export async function inSpan<T>(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes: { ...attributes } }, async span => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The same for a request: its parent is what the client's `traceparent` names. */
export function inRequestSpan<T>(headers: Readonly<Record<string, unknown>>, work: () => Promise<T>): Promise<T> {
  const parent = propagation.extract(context.active(), headers);
  return tracer.startActiveSpan('graphql', { kind: SpanKind.SERVER }, parent, async span => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}

/** Adds to the span of the request that is being worked for; fails it where there are error codes. */
export function describeRequest(attributes: Readonly<Record<string, string | number>>, codes: readonly string[]): void {
  const span = trace.getActiveSpan();
  span?.setAttributes({ ...attributes });
  if (codes.length > 0) span?.setStatus({ code: SpanStatusCode.ERROR, message: codes.join() });
}

/** Headers that carry the running span to Cube. */
export function tracingHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/**
 * Sends spans by OTLP over HTTP where `OTEL_EXPORTER_OTLP_ENDPOINT` (or `..._TRACES_ENDPOINT`) names a receiver; off
 * otherwise. Returns what is to be called before the process ends.
 */
export async function startTracing(env: NodeJS.ProcessEnv, log: Logger): Promise<() => Promise<void>> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (endpoint === undefined || endpoint === '' || env['OTEL_SDK_DISABLED'] === 'true') return async () => undefined;
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }, hooks, { W3CTraceContextPropagator }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
    ]);
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': env['OTEL_SERVICE_NAME'] ?? 'playhead-gateway' }),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  log.info({ endpoint }, 'sending traces');
  return async () => {
    await provider.shutdown();
    trace.disable();
    context.disable();
    propagation.disable();
  };
}
