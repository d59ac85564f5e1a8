import { SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, codesOf } from './ask.js';
import { now, type Stage, startStage } from './start.js';

const secret = 'a secret of thirty-two characters!!';
let stage: Stage;
afterEach(() => stage.close());
const start = async (access = {}) => {
  stage = await startStage({ environment: 'production', secrets: { api: secret }, access });
};
const as = async (role: string, query: string, variables: Record<string, unknown> = {}) => {
  const token = await new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(now / 1000) + 60)
    .sign(new TextEncoder().encode(secret));
  return ask(stage.gateway.url, { query, variables, headers: { authorization: `Bearer ${token}` } });
};
const opaque = (type: string, ...key: string[]) =>
  Buffer.from(JSON.stringify(['playhead', type, ...key])).toString('base64url');

const asked: [string, string, Record<string, unknown>][] = [
  ['a user', '{ user(id: "u1") { sessionCount } }', {}],
  ['users', '{ users { totalCount } }', {}],
  ['the user of a session', '{ session(id: "s1") { userId } }', {}],
  ['the same under another name', '{ session(id: "s1") { x: userId } }', {}],
  ['the same in a fragment', '{ session(id: "s1") { ...f } } fragment f on Session { user { id } }', {}],
  ['the viewers of a video', '{ video(id: "v1") { viewers { totalCount } } }', {}],
  ['pairs', '{ userVideos { totalCount } }', {}],
  ['the user of a visit', '{ visits { nodes { userId } } }', {}],
  ['a filter in the text', '{ sessions(filter: { userId: "u1" }) { totalCount } }', {}],
  [
    'a filter in a variable',
    'query ($f: SessionFilter) { sessions(filter: $f) { totalCount } }',
    { f: { userId: 'u1' } },
  ],
  [
    'a part of a filter in a variable',
    'query ($u: ID) { sessions(filter: { userId: $u }) { totalCount } }',
    { u: 'u1' },
  ],
  ['a filter in a default', 'query ($f: SessionFilter = { userId: "u1" }) { sessions(filter: $f) { totalCount } }', {}],
  ['a user by node', 'query ($id: ID!) { node(id: $id) { ... on User { videoCount } } }', { id: opaque('User', 'u1') }],
  ['that a user exists', 'query ($id: ID!) { node(id: $id) { id } }', { id: opaque('User', 'u1') }],
  ['that a pair exists', 'query ($id: ID!) { node(id: $id) { id } }', { id: opaque('UserVideo', 'u1', 'v1') }],
];

describe('an analyst from whom persons are hidden', () => {
  it.each(asked)('is refused %s before Cube is asked', async (_what, query, variables) => {
    await start({ analyst_users: 'hidden' });
    expect(codesOf(await as('analyst', query, variables))).toEqual(['FORBIDDEN']);
    expect(stage.cube.queries).toEqual([]);
  });

  it('sees sessions and visits without their users, and everything where ids are pseudonyms', async () => {
    await start({ analyst_users: 'hidden' });
    const free = await as(
      'analyst',
      '{ sessions { nodes { sessionId visit { visitId } } } video(id: "v1") { title } }',
    );
    expect(free.errors).toBeUndefined();
    await stage.close();
    await start({ analyst_users: 'pseudonymised' });
    for (const [what, query, variables] of asked) {
      expect([what, (await as('analyst', query, variables)).errors]).toEqual([what, undefined]);
    }
  });
});

it.each(['admin', 'service'])('the role %s sees persons', async role => {
  await start({ analyst_users: 'hidden' });
  for (const [what, query, variables] of asked) {
    expect([what, (await as(role, query, variables)).errors]).toEqual([what, undefined]);
  }
});

it('an analyst gets FORBIDDEN for an explanation, which names viewers by their real ids, and nobody is asked for it', async () => {
  const asked: string[] = [];
  const explainSession = async ({ sessionId }: { readonly sessionId: string }) => {
    asked.push(sessionId);
    throw Object.assign(new Error('not served'), { code: 'EXPLAIN_UNKNOWN_ID' });
  };
  stage = await startStage({ environment: 'production', secrets: { api: secret } }, undefined, { explainSession });
  const query = '{ explainSession(id: "s1") { agrees } video(id: "v1") { videoId } }';
  const refused = await as('analyst', query);
  expect(codesOf(refused)).toEqual(['FORBIDDEN']);
  expect(refused.data).toEqual({ explainSession: null, video: { videoId: 'v1' } });
  expect(asked).toEqual([]);
  expect(await as('service', query)).toMatchObject({ data: { explainSession: null } });
  expect(asked).toEqual(['s1']);
});
