import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { type Gateway, startGateway } from '#gateway';
import { token } from '../cube/access/doors.js';
import { leaks, personalIds } from '../cube/access/lake.js';
import type { SmallLake } from '../cube/small-lake.js';
import { ask, codesOf } from './ask.js';
import { makeGatewayLake } from './lake.js';

let small: SmallLake;
let cube: CubeServer;
let gateway: Gateway;
beforeAll(async () => {
  small = await makeGatewayLake();
  cube = await startCube({ config: small.config, log: () => undefined });
  gateway = await startGateway({ config: small.config, cubeUrl: cube.url });
});
afterAll(async () => {
  await gateway?.close();
  await cube?.close();
  await small?.close();
});

const as = async (role: string, query: string) => {
  const bearer = await token({ role }, small.config.secrets.api);
  return ask(gateway.url, { query, headers: { authorization: `Bearer ${bearer}` } });
};

it.each([
  '{ users(first: 5) { nodes { userId } } }',
  '{ sessions(first: 5) { nodes { sessionId userId visitId } } }',
  '{ userVideos(first: 5) { nodes { userId } } }',
])('shows analysts pseudonyms, admins and services ids: %s', async query => {
  const ids = await personalIds(small);
  const seen = async (role: string) => {
    const { data, errors } = await as(role, query);
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data).length).toBeGreaterThan(60);
    return leaks([{ ...data }], ids);
  };
  expect(await seen('analyst')).toEqual([]);
  expect((await seen('admin')).length).toBeGreaterThan(0);
  expect((await seen('service')).length).toBeGreaterThan(0);
});

it('finds nobody by an id for an analyst, and refuses a forged token in development too', async () => {
  const query = '{ user(id: "u3") { userId } }';
  expect((await as('admin', query)).data).toEqual({ user: { userId: 'u3' } });
  expect((await as('analyst', query)).data).toEqual({ user: null });
  const forged = await token({ role: 'admin' }, 'another-secret-of-this-test');
  const answer = await ask(gateway.url, { query, headers: { authorization: `Bearer ${forged}` } });
  expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
});
