import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { startGateway } from '#gateway';
import { ask, codesOf } from './ask.js';
import { now, type Stage, startStage } from './start.js';

let stage: Stage;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-page-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Playhead</title>');
  await writeFile(join(folder, 'main.js'), 'export {};');
  stage = await startStage({}, folder);
});
afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

const send = (path: string, init: RequestInit = {}) => fetch(`${stage.gateway.url}${path}`, init);
/** fetch says `no-cache` beside a condition of ours; a browser does not. */
const patient = { 'cache-control': 'max-age=0' };
const json = { 'content-type': 'application/json' };
const get = (query: string, headers: Record<string, string> = { 'apollo-require-preflight': '1' }) =>
  send(`/graphql?query=${encodeURIComponent(query)}`, { headers });

describe('GraphQL over HTTP', () => {
  it('passes every MUST and SHOULD of the graphql-http audits', async () => {
    const audits = serverAudits({ url: `${stage.gateway.url}/graphql` });
    const results = await Promise.all(audits.map(audit => audit.fn()));
    const failed = results.filter(result => result.status !== 'ok').map(({ id, name }) => `${id} ${name}`);
    const kinds = ['MUST', 'SHOULD', 'MAY'].map(kind => audits.filter(audit => audit.name.startsWith(kind)).length);
    expect(kinds).toEqual([13, 23, 25]);
    // A form by GET is what any page can send: refused on purpose. The two others are asked without a preflight too.
    expect(failed.filter(name => !name.includes(' MAY '))).toEqual([]);
    expect(failed.map(name => name.slice(0, 4)).toSorted()).toEqual(['5A70', '6A70', 'D6D5']);
  });

  it('answers a query by GET, with an ETag that saves the second answer', async () => {
    const first = await get('{ video(id: "v1") { videoId } }');
    expect(await first.json()).toMatchObject({ data: { video: { videoId: 'v1' } } });
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const etag = first.headers.get('etag') ?? '';
    const second = await get('{ video(id: "v1") { videoId } }', {
      'apollo-require-preflight': '1',
      'if-none-match': etag,
      ...patient,
    });
    expect(second.status).toBe(304);
  });

  it.each([
    ['a GET that any page could make', () => get('{ __typename }', {}), 400],
    ['a mutation by GET', () => get('mutation { acknowledgeAlert(input: { id: "a" }) { __typename } }'), 405],
    [
      'a form',
      () =>
        send('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'query=%7B__typename%7D',
        }),
      400,
    ],
    [
      'plain text',
      () =>
        send('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'text/plain' },
          body: '{"query":"{__typename}"}',
        }),
      400,
    ],
    ['a malformed body', () => send('/graphql', { method: 'POST', headers: json, body: '{"query": ' }), 400],
    ['a batch', () => send('/graphql', { method: 'POST', headers: json, body: '[{"query":"{__typename}"}]' }), 400],
    ['another method', () => send('/graphql', { method: 'DELETE' }), 405],
  ])('refuses %s in one coded line without a stack', async (_what, request, status) => {
    const response = await request();
    const body = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', requestId: expect.any(String) } }],
    });
    expect(body).not.toMatch(/\bat .*\.(js|ts)|node_modules|stacktrace/);
  });

  it('refuses a body of a megabyte', async () => {
    const response = await send('/graphql', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ query: 'x'.repeat(1e6) }),
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] });
  });

  it("takes the client's request id into errors, headers, the log and Cube, and no other text", async () => {
    const answer = await ask(stage.gateway.url, { query: '{ no }', headers: { 'x-request-id': 'abc-123' } });
    expect(answer.errors?.[0]?.extensions['requestId']).toBe('abc-123');
    const response = await send('/healthz', { headers: { 'x-request-id': 'a"b<script>' } });
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    await ask(stage.gateway.url, { query: '{ user(id: "u1") { userId } }', headers: { 'x-request-id': 'abc-124' } });
    expect(stage.cube.headers.at(-1)?.['x-request-id']).toMatch(/^abc-124\.\d+$/);
    expect(stage.logLines.join('')).toContain('"requestId":"abc-124"');
  });
});

describe('the dashboard', () => {
  it('is served with its types, asked for again each time, and may load nothing from elsewhere', async () => {
    const page = await send('/');
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain('<title>Playhead</title>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('content-security-policy')).not.toMatch(/https?:|\*/);
    const script = await send('/main.js');
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    expect(script.headers.get('cache-control')).toBe('no-cache');
    expect(
      (await send('/main.js', { headers: { 'if-none-match': script.headers.get('etag') ?? '', ...patient } })).status,
    ).toBe(304);
  });

  it('is sent as Brotli, where the build made it, to those that take it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'playhead-precompressed-'));
    const text = 'export {};\n'.repeat(1000);
    await writeFile(join(folder, 'main.js'), text);
    await writeFile(join(folder, 'main.js.br'), brotliCompressSync(text));
    const stage = await startStage({}, folder);
    try {
      // fetch would decompress by itself: the headers tell what was sent.
      const asked = (encoding: string) =>
        fetch(`${stage.gateway.url}/main.js`, { headers: { 'accept-encoding': encoding } });
      const compressed = await asked('gzip, br');
      expect(compressed.headers.get('content-encoding')).toBe('br');
      expect(compressed.headers.get('content-type')).toMatch(/^text\/javascript/);
      expect(compressed.headers.get('vary')).toContain('accept-encoding');
      expect(await compressed.text()).toBe(text);
      const plain = await asked('gzip');
      expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, text]);
    } finally {
      await stage.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('shows no other file', async () => {
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/.env', '/nothing']) {
      const response = await send(path);
      expect([path, response.status]).toEqual([
        path,
        path.includes('..') ? expect.toSatisfy((n: number) => n >= 400 && n < 500) : 404,
      ]);
    }
  });
});

describe('production', () => {
  const secret = 'a secret of thirty-two characters!!';
  let production: Stage;
  beforeAll(async () => {
    production = await startStage({ environment: 'production', secrets: { api: secret } });
  });
  afterAll(() => production.close());

  const token = (claims: Record<string, unknown>, { key = secret, exp = now / 1000 + 60 } = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(exp))
      .sign(new TextEncoder().encode(key));
  const put = (query: string, authorization?: string) =>
    ask(production.gateway.url, { query, ...(authorization === undefined ? {} : { headers: { authorization } }) });

  it('answers a token that it signed, and shows Cube one of its own with the role', async () => {
    const mine = await token({ role: 'admin', sub: 'ann' });
    expect((await put('{ user(id: "u1") { userId } }', `Bearer ${mine}`)).data).toEqual({ user: { userId: 'u1' } });
    const shown = String(production.cube.headers.at(-1)?.['authorization']).replace('Bearer ', '');
    expect(shown).not.toBe(mine);
    const claims: unknown = JSON.parse(Buffer.from(shown.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ role: 'admin', sub: 'ann', iss: 'playhead-gateway' });
    expect(production.logLines.join('')).not.toContain(shown);
  });

  it.each([
    ['no token', async () => undefined, 'UNAUTHENTICATED', 401],
    ['a token of another key', () => token({}, { key: 'x'.repeat(40) }), 'UNAUTHENTICATED', 401],
    ['an expired token', () => token({}, { exp: now / 1000 - 60 }), 'UNAUTHENTICATED', 401],
    [
      'a token without a signature',
      async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"role":"admin","exp":9999999999}').toString('base64url')}.`,
      'UNAUTHENTICATED',
      401,
    ],
    ['an oversized token', async () => 'a'.repeat(6_000), 'UNAUTHENTICATED', 401],
    ['a role that is none', () => token({ role: 'root' }), 'FORBIDDEN', 403],
  ])('refuses %s', async (_what, make, code, status) => {
    const made = await make();
    const before = production.cube.queries.length;
    const answer = await put('{ user(id: "u1") { userId } }', made === undefined ? undefined : `Bearer ${made}`);
    expect(codesOf(answer)).toEqual([code]);
    expect(answer.status).toBe(status);
    expect(production.cube.queries).toHaveLength(before);
  });

  it('shows no schema and suggests no field', async () => {
    const bearer = `Bearer ${await token({})}`;
    const schema = await put('{ __schema { queryType { name } } }', bearer);
    expect(codesOf(schema)).toEqual(['BAD_USER_INPUT']);
    const typo = await put('{ videoz { id } }', bearer);
    expect(JSON.stringify(typo.errors)).not.toMatch(/did you mean|"video"/i);
  });

  it('does not start with the secret that everyone knows', async () => {
    const config = configSchema.parse({ environment: 'production', ports: { gateway: 0 } });
    await expect(startGateway({ config, cubeUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'INSECURE_DEFAULT',
    });
  });
});

describe('closing', () => {
  it('does not wait for a connection on which nothing was asked', async () => {
    const closing = await startStage();
    const { hostname, port } = new URL(closing.gateway.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    await ask(closing.gateway.url, { query: '{ __typename }' });
    const startedAt = performance.now();
    await closing.close();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});

describe('starting', () => {
  it('says which port is taken', async () => {
    const port = Number(new URL(stage.gateway.url).port);
    const config = configSchema.parse({ ports: { gateway: port } });
    await expect(startGateway({ config, cubeUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
  });
});
