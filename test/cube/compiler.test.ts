import type { NormalizedQuery } from '@cubejs-backend/api-gateway';
import { beforeAll, expect, it, vi } from 'vitest';
import { configSchema } from '#config';
import { applyEnvironment, cubeEnvironment } from '../../src/cube/environment.js';
import { shapeOf } from '../../src/cube/shape.js';
import { asPlanned, embeddedCompiler, planned } from './compiler.js';

beforeAll(() => applyEnvironment(cubeEnvironment(configSchema.parse({}))));

const compiler = embeddedCompiler();

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

/** Questions of few shapes, so that most find what an earlier one has left: other values, other days, cut days too. */
function randomQuestion(random: (below: number) => number) {
  const pick = <T>(items: readonly T[]): T => items[random(items.length)] ?? never();
  const cube = pick(['sessions', 'video_performance', 'audience']);
  const from = pick(['2026-01-01', '2026-02-01', '2026-02-03', '2026-02-01T05:00:00.000']);
  const to = pick(['2026-03-31', '2026-04-15', '2026-04-15T10:30:00.000']);
  const values = [`x${random(1000)}`, `y${random(1000)}`].slice(random(2));
  return {
    measures: [`${cube}.${pick(['watch_time_s', 'unique_viewers', 'completion_rate', 'session_count'])}`],
    dimensions: random(2) === 0 ? [] : [`${cube}.${pick(['device', 'country'])}`],
    timeDimensions: [
      {
        dimension: `${cube}.started_at`,
        ...(random(3) > 0 && { granularity: pick(['hour', 'day', 'week', 'month']) }),
        ...(random(3) > 0 && { dateRange: [from, to] }),
      },
    ],
    filters: random(2) === 0 ? [] : [{ member: `${cube}.device`, operator: pick(['equals', 'notEquals']), values }],
    timezone: pick(['UTC', 'UTC', 'Europe/Oslo']),
  };
}

const never = (): never => {
  throw new Error('nothing to pick from');
};

it('plans a question as if nothing like it had been asked before', async () => {
  const random = numbers(20_261_129);
  const rollups = new Set<string>();
  for (let i = 0; i < 80; i += 1) {
    const question = asPlanned(randomQuestion(random));
    // To Cube these aliases mean nothing; they make the question one of a kind, so that nothing is looked up.
    const alone = { ...question, memberToAlias: { none: 'none' } };
    expect([shapeOf(question) === undefined, shapeOf(alone)]).toEqual([false, undefined]);
    const [as, anew] = [planned.parse(await compiler.getSql(question)), planned.parse(await compiler.getSql(alone))];
    expect([as.sql, as.external, as.preAggregations], JSON.stringify(question)).toEqual([
      anew.sql,
      anew.external,
      anew.preAggregations,
    ]);
    for (const { preAggregationId } of as.preAggregations) rollups.add(preAggregationId);
  }
  expect(rollups.size).toBeGreaterThan(5);
}, 240_000);

it('tells access policies the members that Cube would have planned for', async () => {
  const random = numbers(7);
  for (let i = 0; i < 40; i += 1) {
    const question = asPlanned(randomQuestion(random));
    const { memberNames } = await compiler.getSql(question);
    expect(new Set(await compiler.namesIn(question))).toEqual(new Set(memberNames));
  }
}, 120_000);

it('is asked for members only by access policies, and plans nothing then', async () => {
  const asked = vi.spyOn(compiler, 'getSqlGenerator');
  const context = { securityContext: { role: 'admin' }, requestId: 'r' };
  for (const device of ['tv', 'phone', 'desktop']) {
    const question: NormalizedQuery = asPlanned({
      measures: ['sessions.pause_count'],
      dimensions: ['sessions.referrer'],
      filters: [{ member: 'sessions.device', operator: 'equals', values: [device] }],
    });
    expect(await compiler.applyRowLevelSecurity(question, question, context)).toMatchObject({ denied: false });
  }
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockRestore();
});

it('works out once who may see what, for all tokens of a caller', async () => {
  const policies = vi.spyOn(
    compiler,
    // @ts-expect-error Protected: what Cube calls for each cube.
    'getApplicablePolicies',
  );
  const meta = (claims: object, requestId: string) =>
    compiler.metaConfig({ securityContext: claims, requestId }, { requestId });
  const first = await meta({ role: 'analyst', iat: 1 }, 'a');
  const count = policies.mock.calls.length;
  expect(count).toBeGreaterThan(0);
  expect(await meta({ role: 'analyst', iat: 2 }, 'b')).toBe(first);
  expect(policies).toHaveBeenCalledTimes(count);
  await meta({ role: 'analyst', tenant: 'a' }, 'c');
  expect(policies.mock.calls.length).toBeGreaterThan(count);
});
