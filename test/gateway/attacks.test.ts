import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { now, type Stage, startStage } from './start.js';

/** The dozen things that scanners of GraphQL servers try, against the gateway as it stands in production. */
const secret = 'a secret of thirty-two characters!!';
let stage: Stage;
let authorization: string;
beforeAll(async () => {
  stage = await startStage({ environment: 'production', secrets: { api: secret } });
  const token = await new SignJWT({ role: 'admin' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(now / 1000) + 600)
    .sign(new TextEncoder().encode(secret));
  authorization = `Bearer ${token}`;
});
afterAll(() => stage.close());

const send = (path: string, init: RequestInit = {}) =>
  fetch(`${stage.gateway.url}${path}`, { ...init, headers: { authorization, ...init.headers } });
const post = (query: string) =>
  send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query }),
  });
const raw = (type: string, body: string) =>
  send('/graphql', { method: 'POST', headers: { 'content-type': type }, body });
const get = (query: string, headers: Record<string, string> = { 'apollo-require-preflight': '1' }) =>
  send(`/graphql?query=${encodeURIComponent(query)}`, { headers });
const many = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n)).join(' ');
const circle = (levels: number): string =>
  levels === 0 ? 'name' : `fields { type { fields { type { ${circle(levels - 1)} } } } }`;

const attacks: [string, () => Promise<Response>, string][] = [
  ['alias overload', () => post(`{ ${many(101, n => `a${n}: __typename`)} }`), 'LIMIT_EXCEEDED'],
  [
    'array batching',
    () => raw('application/json', '[{"query":"{__typename}"},{"query":"{__typename}"}]'),
    'BAD_USER_INPUT',
  ],
  ['directive overload', () => post(`{ __typename ${'@aa'.repeat(10)} }`), 'BAD_USER_INPUT'],
  [
    'known directives in masses',
    () => post(`{ ${many(25, n => `f${n}: __typename @skip(if: false)`)} }`),
    'LIMIT_EXCEEDED',
  ],
  ['circular introspection', () => post(`{ __schema { types { ${circle(8)} } } }`), 'LIMIT_EXCEEDED'],
  ['field duplication', () => post(`{ ${many(1_500, () => '__typename')} }`), 'LIMIT_EXCEEDED'],
  [
    'a circle of fragments',
    () => post('{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'),
    'BAD_USER_INPUT',
  ],
  [
    'a mutation by GET',
    () => get('mutation { acknowledgeAlert(input: { id: "a" }) { __typename } }'),
    'BAD_USER_INPUT',
  ],
  ['a query by GET without a preflight', () => get('{ __typename }', {}), 'BAD_USER_INPUT'],
  ['a urlencoded POST', () => raw('application/x-www-form-urlencoded', 'query=%7B__typename%7D'), 'BAD_USER_INPUT'],
  [
    'a multipart POST',
    () => raw('multipart/form-data; boundary=x', '--x\r\n\r\n{__typename}\r\n--x--'),
    'BAD_USER_INPUT',
  ],
  ['introspection', () => post('{ __schema { queryType { name } } }'), 'BAD_USER_INPUT'],
  ['introspection of a type', () => post('{ __type(name: "Query") { name } }'), 'BAD_USER_INPUT'],
  ['a misspelt field, for its suggestion', () => post('{ vides { totalCount } }'), 'BAD_USER_INPUT'],
  ['a misspelt argument, for its suggestion', () => post('{ videos(frist: 1) { totalCount } }'), 'BAD_USER_INPUT'],
  ['a misspelt enum value', () => post('{ videos(orderBy: { field: TITEL }) { totalCount } }'), 'BAD_USER_INPUT'],
  ['a misspelt type', () => post('{ node(id: "x") { ... on Vidoe { id } } }'), 'BAD_USER_INPUT'],
  [
    'a deep literal',
    () => post(`{ videos(filter: ${'{a:'.repeat(300)}1${'}'.repeat(300)}) { totalCount } }`),
    'BAD_USER_INPUT',
  ],
  ['an unknown hash', () => get('', { 'apollo-require-preflight': '1' }), 'BAD_USER_INPUT'],
];

describe('in production', () => {
  it.each(attacks)('%s is refused in one coded line that tells nothing', async (_what, attack, code) => {
    const response = await attack();
    const text = await response.text();
    expect([400, 405, 415]).toContain(response.status);
    expect(JSON.parse(text)).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ extensions: expect.objectContaining({ code }) })]),
    });
    expect(text).not.toMatch(/did you mean|stack|node_modules|\bat .+:\d+|tracing|apollo server/i);
    expect(stage.cube.queries).toEqual([]);
  });

  it.each(['/graphiql', '/playground', '/altair', '/voyager', '/graphql/console'])(
    '%s shows no console',
    async path => {
      const response = await send(path, { headers: { accept: 'text/html' } });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toMatch(/<html|<script/i);
    },
  );

  it('takes no tracing on demand', async () => {
    const response = await send('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'apollo-federation-include-trace': 'ftv1',
        'x-apollo-tracing': '1',
      },
      body: '{"query":"{ __typename }"}',
    });
    expect(
      Object.keys(z.object({ extensions: z.record(z.string(), z.unknown()) }).parse(await response.json()).extensions),
    ).toEqual(['cost']);
  });
});
