import { createServer, type Server } from 'node:http';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ask } from './ask.js';
import { now, type Stage, startStage } from './start.js';

let stage: Stage;
let receiver: Server | undefined;
afterEach(async () => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  await stage.close();
  receiver?.close();
  receiver = undefined;
});
const video = { query: 'query Film { video(id: "v1") { videoId } }' };

describe('/metrics', () => {
  const read = async (headers: Record<string, string> = {}) => fetch(`${stage.gateway.url}/metrics`, { headers });

  it('counts requests, errors by code and Cube queries', async () => {
    stage = await startStage();
    await ask(stage.gateway.url, video);
    await ask(stage.gateway.url, { query: '{ nothing }' });
    const text = await (await read()).text();
    expect(text).toContain('playhead_graphql_requests_total{operation="query",outcome="ok"} 1');
    expect(text).toContain('playhead_graphql_errors_total{code="BAD_USER_INPUT"} 1');
    expect(text).toContain('playhead_graphql_cube_queries_sum 1');
    expect(text).toMatch(/playhead_gateway_nodejs_eventloop_lag_p99_seconds \S+/);
  });

  it('is for services and administrators in production', async () => {
    const secret = 'a secret of thirty-two characters!!';
    stage = await startStage({ environment: 'production', secrets: { api: secret } });
    const status = async (role?: string) => {
      if (role === undefined) return (await read()).status;
      const token = await new SignJWT({ role })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(Math.floor(now / 1000) + 60)
        .sign(new TextEncoder().encode(secret));
      return (await read({ authorization: `Bearer ${token}` })).status;
    };
    expect([await status(), await status('analyst'), await status('service'), await status('admin')]).toEqual([
      401, 403, 200, 200,
    ]);
  });
});

const spanSchema = z.object({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
});
const exportSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});

describe('traces', () => {
  it("go on from the client's, through the gateway, to Cube", async () => {
    const spans: z.infer<typeof spanSchema>[] = [];
    receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const sent = exportSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      spans.push(...sent.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(scope => scope.spans)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>(resolve => receiver?.listen(0, '127.0.0.1', resolve));
    const address = receiver.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
    stage = await startStage();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await ask(stage.gateway.url, { ...video, headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
    const toCube = String(stage.cube.headers.at(-1)?.['traceparent']);
    await stage.gateway.close();
    const graphql = spans.find(({ name, traceId: id }) => name === 'graphql' && id === traceId);
    const cube = spans.find(({ name, traceId: id }) => name === 'cube query' && id === traceId);
    expect(graphql?.parentSpanId).toBe('b7ad6b7169203331');
    expect(cube?.parentSpanId).toBe(graphql?.spanId);
    expect(toCube).toBe(`00-${traceId}-${cube?.spanId}-01`);
  });

  it('are off by default: Cube gets no header', async () => {
    stage = await startStage();
    await ask(stage.gateway.url, video);
    expect(stage.cube.headers.at(-1)).not.toHaveProperty('traceparent');
  });
});
