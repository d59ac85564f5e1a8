import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { now, type Stage, startStage } from './start.js';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const run = (sequence: number) => ({
  run_id: `run-${sequence}`,
  sequence,
  finished_at: '2026-01-07T11:00:00.000',
  newest_received_at: '2026-01-07T11:00:00.000',
  newest_event_time: '2026-01-07T11:00:00.000',
  table_versions: '{}',
});
const secret = 'a secret of thirty-two characters!!';
const bearer = async (claims: Record<string, unknown>) => ({
  authorization: `Bearer ${await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(now / 1000) + 60)
    .sign(new TextEncoder().encode(secret))}`,
});

let stage: Stage;
beforeEach(() => {
  // The gateway looks at the data version once a second by this clock.
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(1);
});
afterEach(async () => {
  vi.useRealTimers();
  await stage.close();
});
const start = async (config: Record<string, unknown> = {}) => {
  stage = await startStage(config);
  stage.cube.rows['job_runs'] = [run(7)];
};

const query = '{ video(id: "v1") { videoId watchTimeS } }';
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${stage.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(body),
  });
const get = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${stage.gateway.url}/graphql?${new URLSearchParams(parameters)}`, {
    headers: { 'apollo-require-preflight': '1', accept: 'application/graphql-response+json', ...headers },
  });
const persisted = (sha256Hash: string) => JSON.stringify({ persistedQuery: { version: 1, sha256Hash } });

describe('a kept answer', () => {
  it('saves Cube the second question, by POST and by GET, until a new run is served', async () => {
    await start();
    const first = await post({ query });
    const second = await post({ query });
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get('cache-control')).toBe('private, no-cache');
    expect(stage.cube.queries).toHaveLength(1);
    stage.cube.rows['job_runs'] = [run(7), run(8)];
    await vi.advanceTimersByTimeAsync(1_001);
    const third = await post({ query });
    expect(stage.cube.queries).toHaveLength(2);
    expect(third.headers.get('etag')).not.toBe(first.headers.get('etag'));
  });

  it('is made once for all who ask while it is being made', async () => {
    await start();
    stage.cube.script.push({ kind: 'slow', ms: 100 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => post({ query })));
    const texts = new Set(await Promise.all(answers.map(answer => answer.text())));
    expect([...texts].map(text => JSON.parse(text))).toMatchObject([{ data: { video: { videoId: 'v1' } } }]);
    expect(stage.logLines.filter(line => line.includes('"msg":"graphql"'))).toHaveLength(1);
  });

  it('that fails is not shared: each who waited for it is answered by itself', async () => {
    await start();
    stage.cube.script.push({ kind: 'text', status: 500, text: '{"error":"no"}' });
    const answers = await Promise.all(Array.from({ length: 3 }, () => post({ query })));
    const bodies = await Promise.all(answers.map(answer => answer.text()));
    const failed = bodies.filter(body => body.includes('"errors"'));
    expect(failed.length).toBeGreaterThan(0);
    expect(new Set(failed).size).toBe(failed.length);
    expect(await (await post({ query })).json()).toMatchObject({ data: { video: { videoId: 'v1' } } });
  });

  it('is named by an ETag that saves sending it, even to a gateway that has never made it', async () => {
    await start();
    const etag = (await get({ query })).headers.get('etag') ?? '';
    const again = await get({ query }, { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await stage.close();
    await start();
    expect((await get({ query })).headers.get('etag')).toBe(etag);
  });

  it('is another one for other variables, documents, operations and media types', async () => {
    await start();
    const document = 'query A($id: ID!) { video(id: $id) { videoId } } query B($id: ID!) { user(id: $id) { userId } }';
    const ask = async (operationName: string, id: string, headers = {}) =>
      (await post({ query: document, operationName, variables: { id } }, headers)).json();
    expect(await ask('A', 'v1')).toMatchObject({ data: { video: { videoId: 'v1' } } });
    expect(await ask('A', 'v2')).toMatchObject({ data: { video: { videoId: 'v2' } } });
    expect(await ask('B', 'u1')).toMatchObject({ data: { user: { userId: 'u1' } } });
    expect(stage.cube.queries).toHaveLength(3);
    const plain = await post({ query }, { accept: 'application/json' });
    const rich = await post({ query });
    expect([plain, rich].map(({ headers }) => headers.get('content-type')?.split(';')[0])).toEqual([
      'application/json',
      'application/graphql-response+json',
    ]);
  });

  it('is for one caller: what a role or a person may see is not shown to another', async () => {
    await start({ environment: 'production', secrets: { api: secret } });
    const callers = [{ role: 'admin' }, { role: 'admin', sub: 'ann' }, { role: 'service' }, { role: 'analyst' }];
    for (const claims of callers) expect((await post({ query }, await bearer(claims))).status).toBe(200);
    expect(stage.cube.queries).toHaveLength(callers.length);
    expect((await post({ query })).status).toBe(401);
  });

  it('never holds an error or a part, nor what time changes', async () => {
    await start();
    stage.cube.script.push({ kind: 'text', status: 500, text: '{"error":"no"}' });
    const failed = await post({ query });
    expect(failed.headers.get('cache-control')).toBe('no-store');
    expect(await (await post({ query })).json()).toMatchObject({ data: { video: { videoId: 'v1' } } });
    const state = '{ freshness { ageS } }';
    expect((await post({ query: state })).headers.get('cache-control')).toBe('private, max-age=2');
    await vi.advanceTimersByTimeAsync(2_001);
    const before = stage.cube.queries.length;
    await post({ query: state });
    expect(stage.cube.queries.length).toBe(before + 1);
  });

  it('is not given to a page of another origin that did not ask first', async () => {
    await start();
    await get({ query });
    const response = await fetch(`${stage.gateway.url}/graphql?${new URLSearchParams({ query })}`);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('videoId');
  });
});

describe('a document by its hash', () => {
  const hash = hashOf(query);

  it('is asked for once, and then answered by GET', async () => {
    await start();
    expect(await (await get({ extensions: persisted(hash) })).json()).toMatchObject({
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'NOT_FOUND' } }],
    });
    await post({ query, extensions: JSON.parse(persisted(hash)) });
    const answer = await get({ extensions: persisted(hash) });
    expect(await answer.json()).toMatchObject({ data: { video: { videoId: 'v1' } } });
    expect(stage.cube.queries).toHaveLength(1);
  });

  it('cannot be taught wrongly', async () => {
    await start();
    const wrong = hashOf('another');
    expect((await post({ query, extensions: JSON.parse(persisted(wrong)) })).status).toBe(400);
    expect(await (await get({ extensions: persisted(wrong) })).json()).toMatchObject({
      errors: [{ message: 'PersistedQueryNotFound' }],
    });
  });

  const manifest = async () =>
    z
      .object({ operations: z.array(z.object({ id: z.string(), name: z.string(), body: z.string() })) })
      .parse(JSON.parse(await readFile('documents/manifest.json', 'utf8'))).operations;

  it('is known from the start where it is published', async () => {
    await start();
    const totals = (await manifest()).find(({ name }) => name === 'Totals');
    const variables = { range: { from: '2026-01-01', to: '2026-01-01' } };
    for (const answer of [
      await get({ documentId: `sha256:${totals?.id}`, variables: JSON.stringify(variables) }),
      await get({ extensions: persisted(totals?.id ?? ''), variables: JSON.stringify(variables) }),
      await post({ documentId: `sha256:${totals?.id}`, variables }),
    ]) {
      expect(await answer.json()).toMatchObject({ data: { totals: { sessionCount: 1 } } });
    }
  });

  it('is the only thing that a server of trusted documents answers', async () => {
    await start({ serve: { graphql_documents: 'trusted' } });
    const [known] = (await manifest()).filter(({ name }) => name === 'DataState');
    expect((await post({ query: known?.body })).status).toBe(200);
    expect((await post({ documentId: known?.id })).status).toBe(200);
    for (const refused of [
      await post({ query }),
      await post({ query: `${known?.body} ` }),
      await post({ query, extensions: JSON.parse(persisted(known?.id ?? '')) }),
      await get({ extensions: persisted(hash) }),
    ]) {
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    }
  });
});
