import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CubeClient } from '../../src/gateway/cube-client.js';
import { ask, codesOf } from './ask.js';
import { type Reply, startFakeCube } from './fake-cube.js';
import { sampleRows } from './rows.js';
import { type Stage, startStage } from './start.js';

let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ serve: { query_timeout_s: 1.5 } });
});
afterEach(() => stage.close());

const video = { query: '{ video(id: "v1") { videoId } }' };
const text = (status: number, body: string) => ({ kind: 'text', status, text: body }) as const;

describe('when Cube', () => {
  it('says "Continue wait", it is asked again', async () => {
    stage.cube.script.push(text(200, '{"error":"Continue wait"}'), text(200, '{"error":"Continue wait"}'));
    expect((await ask(stage.gateway.url, video)).data).toEqual({ video: { videoId: 'v1' } });
    expect(stage.cube.queries).toHaveLength(3);
  });

  it('breaks the connection or is restarting, it is asked again', async () => {
    stage.cube.script.push({ kind: 'reset' }, text(503, 'no'));
    expect((await ask(stage.gateway.url, video)).data).toEqual({ video: { videoId: 'v1' } });
  });

  it('does not answer in time, the request ends with a code and Cube is let go', async () => {
    stage.cube.script.push({ kind: 'hang' });
    const answer = await ask(stage.gateway.url, video);
    expect(codesOf(answer)).toEqual(['UPSTREAM_TIMEOUT']);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ retryAfterS: 5 });
    await expect.poll(stage.cube.cutCount).toBe(1);
    await expect.poll(() => stage.cube.ended).toHaveLength(1);
  });

  it('keeps answering nothing but 503, the request ends with a code', async () => {
    stage.cube.script.push(text(503, ''), text(503, ''), text(503, ''));
    expect(codesOf(await ask(stage.gateway.url, video))).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  it.each([
    ['no JSON', 200, '<html>'],
    ['no result', 200, '{"rows":1}'],
    ['an error of its own', 500, '{"error":"Error: out of memory at /secret/path"}'],
    ['a row without its columns', 200, '{"data":[{"videos.video_id":"v1"}]}'],
    ['a number that is none', 200, '{"data":[{"videos.video_id":"v1","videos.unique_viewers":"many"}]}'],
  ])('answers %s, the client sees a code and nothing of it', async (_what, status, body) => {
    stage.cube.script.push(text(status, body));
    const answer = await ask(stage.gateway.url, video);
    expect(codesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('refuses a member of the query, that is our bug and shown as such', async () => {
    stage.cube.script.push(text(400, '{"error":"\'x\' not found for path \'videos.x\'"}'));
    const answer = await ask(stage.gateway.url, video);
    expect(codesOf(answer)).toEqual(['INTERNAL']);
    expect(answer.errors?.[0]?.message).not.toContain('videos.x');
    expect(stage.logLines.join('')).toContain('videos.x');
  });

  it('refuses a hidden member, the client is told that it may not', async () => {
    stage.cube.script.push(text(500, '{"error":"You requested hidden member: \'videos.title\'"}'));
    expect(codesOf(await ask(stage.gateway.url, video))).toEqual(['FORBIDDEN']);
  });

  it.each([
    ['a stream of noise', text(200, '\u0000\u0001'.repeat(1_000))],
    ['null', text(200, 'null')],
    ['an array', text(200, '[]')],
    ['rows that are none', text(200, '{"data":[1,2]}')],
    ['a redirect to nowhere', text(302, '')],
    ['404', text(404, 'not found')],
    ['half an answer, then breaks off for good', { kind: 'half' } as const],
  ])('answers %s to one panel, that panel alone fails, coded', async (_what, reply) => {
    stage.cube.script.push(reply, ...(reply.kind === 'half' ? [reply, reply] : []));
    const answer = await ask(stage.gateway.url, {
      query: '{ video(id: "v1") { videoId } metricDefinitions { name } }',
    });
    expect(codesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(answer.data?.['video']).toBeNull();
    expect(answer.data?.['metricDefinitions']).not.toEqual([]);
  });

  it('flaps, every answer is whole or coded, and the next after it has come back is whole', async () => {
    const flap: Reply[] = [text(503, ''), { kind: 'reset' }, text(200, '<html>'), { kind: 'half' }, text(500, '{}')];
    for (let round = 0; round < 4; round++) {
      stage.cube.script.push(...flap, ...flap);
      const answers = await Promise.all(
        ['v1', 'v2', 'u1'].map(id => ask(stage.gateway.url, { query: `{ video(id: "${id}") { videoId } }` })),
      );
      for (const { status, data, ...rest } of answers) {
        expect(status).toBeLessThan(600);
        if (rest.errors === undefined) expect(data).toHaveProperty('video');
        else expect(codesOf({ status, ...rest })).toEqual(['UPSTREAM_UNAVAILABLE']);
      }
      stage.cube.script.splice(0);
      expect((await ask(stage.gateway.url, video)).data).toEqual({ video: { videoId: 'v1' } });
    }
  });

  it('is down and comes up again, the next question is answered, without a start of the gateway', async () => {
    const { port } = new URL(stage.cube.url);
    await stage.cube.close();
    expect(codesOf(await ask(stage.gateway.url, video))).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect((await fetch(`${stage.gateway.url}/readyz`)).status).toBe(503);
    const again = await startFakeCube(sampleRows(), Number(port));
    try {
      expect((await ask(stage.gateway.url, video)).data).toEqual({ video: { videoId: 'v1' } });
      expect((await fetch(`${stage.gateway.url}/readyz`)).status).toBe(200);
    } finally {
      await again.close();
    }
  });

  it('fails for one panel, the other panels answer', async () => {
    stage.cube.script.push(text(500, '{"error":"no"}'));
    const answer = await ask(stage.gateway.url, {
      query: '{ videos { nodes { videoId } } user(id: "u1") { userId } }',
    });
    expect(answer.data).toEqual({ videos: null, user: { userId: 'u1' } });
    expect(answer.errors?.map(error => error.path)).toEqual([['videos']]);
  });

  it('is asked the same twice while the first is on its way, it is asked once', async () => {
    const client = new CubeClient({
      url: stage.cube.url,
      timeoutMs: 1_000,
      rowLimitMax: 50_000,
      log: pino({ enabled: false }),
    });
    const caller = (accessKey: string) => ({
      token: 'a.b.c',
      accessKey,
      requestId: 'r',
      signal: new AbortController().signal,
    });
    const query = { dimensions: ['videos.video_id'], limit: 1 };
    const [first, second] = await Promise.all([client.load(query, caller('a')), client.load(query, caller('a'))]);
    expect(second).toBe(first);
    expect(stage.cube.queries).toHaveLength(1);
    await Promise.all([client.load(query, caller('a')), client.load(query, caller('b'))]);
    expect(stage.cube.queries).toHaveLength(3);
  });

  it('works for a client that goes away, the work is cancelled', async () => {
    stage.cube.script.push({ kind: 'hang' });
    const leave = new AbortController();
    const request = fetch(`${stage.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(video),
      signal: leave.signal,
    });
    await expect.poll(() => stage.cube.queries.length).toBe(1);
    leave.abort();
    await expect(request).rejects.toThrow('aborted');
    await expect.poll(stage.cube.cutCount).toBe(1);
    await expect.poll(() => stage.cube.ended).toEqual([stage.cube.headers[0]?.['x-request-id']]);
  });

  it('works for two who ask the same, it works on when one of them leaves', async () => {
    stage.cube.script.push({ kind: 'slow', ms: 300 });
    const leave = new AbortController();
    const send = (signal?: AbortSignal) =>
      fetch(`${stage.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(video),
        ...(signal === undefined ? {} : { signal }),
      });
    const first = send(leave.signal);
    await expect.poll(() => stage.cube.queries.length).toBe(1);
    const second = send();
    leave.abort();
    await expect(first).rejects.toThrow('aborted');
    expect(await (await second).json()).toMatchObject({ data: { video: { videoId: 'v1' } } });
  });

  it('is down, /readyz says so and /healthz does not mind', async () => {
    const status = async (path: string) => (await fetch(`${stage.gateway.url}${path}`)).status;
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
    stage.cube.script.push(text(500, ''));
    expect(await status('/readyz')).toBe(503);
    await stage.cube.close();
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
    expect(codesOf(await ask(stage.gateway.url, video))).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});
