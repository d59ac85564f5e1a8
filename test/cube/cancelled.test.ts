import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { type Gateway, startGateway } from '#gateway';
import { SnapshotDriver } from '../../src/cube/drivers.js';
import { makeGatewayLake } from '../gateway/lake.js';
import type { SmallLake } from './small-lake.js';

/** A GraphQL client leaves while DuckDB works for it. */
let small: SmallLake;
let cube: CubeServer;
let gateway: Gateway;
beforeAll(async () => {
  small = await makeGatewayLake({ serve: { rollups: false } });
  cube = await startCube({ config: small.config, log: () => undefined });
  gateway = await startGateway({ config: small.config, cubeUrl: cube.url });
});
afterAll(async () => {
  await gateway?.close();
  await cube?.close();
  await small?.close();
});
afterEach(() => vi.restoreAllMocks());

/** Lets every query over `relation` count to a number that takes hours first, and tells how each of them ended. */
function slowDown(relation: RegExp) {
  const endings: string[] = [];
  let begunCount = 0;
  const query = SnapshotDriver.prototype.query;
  vi.spyOn(SnapshotDriver.prototype, 'query').mockImplementation(function (this: SnapshotDriver, text, values) {
    if (!relation.test(text)) return query.call(this, text, values);
    begunCount += 1;
    const running = query.call(this, 'SELECT count(*) FROM range(100000000000000) AS hours(i)', []);
    running.then(
      () => endings.push('answered'),
      (error: unknown) => endings.push(String(error)),
    );
    return running;
  });
  return { endings, begun: () => begunCount };
}

it.each([
  ['the files', /FROM\s+"?sessions\b/i, '{ sessions(first: 2) { nodes { sessionId } } }'],
  [
    'a rollup',
    /FROM\s+rollups\.sessions_by_day/i,
    '{ totals(range: { from: "2026-01-01", to: "2026-01-09" }) { pauseCount } }',
  ],
])('a query that reads %s is interrupted when the client that asked leaves', async (_what, relation, query) => {
  const { endings, begun } = slowDown(relation);
  const leave = new AbortController();
  const request = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: leave.signal,
  });
  const left = expect(request).rejects.toThrow('aborted');
  await expect.poll(begun, { timeout: 20_000 }).toBe(1);
  leave.abort();
  await left;
  await expect.poll(() => endings, { timeout: 20_000 }).toEqual([expect.stringMatching(/interrupt/i)]);
});

it('a server that is stopped ends what waits in its queues, and says nothing of each', async () => {
  // Two run, the others wait.
  const { endings, begun } = slowDown(/FROM\s+"?sessions\b/i);
  const answers = Promise.allSettled(
    Array.from({ length: 8 }, (_, i) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: `{ sessions(first: ${i + 1}) { nodes { sessionId } } }` }),
      }),
    ),
  );
  await expect.poll(begun, { timeout: 20_000 }).toBeGreaterThan(0);
  await gateway.close();
  await cube.close();
  await answers;
  await expect.poll(() => endings.length, { timeout: 20_000 }).toBe(begun());
  expect(endings.filter(ending => !/interrupt/i.test(ending))).toEqual([]);
});
