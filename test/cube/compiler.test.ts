import type { NormalizedQuery } from '@cubejs-backend/api-gateway';
import { beforeAll, expect, it, vi } from 'vitest';
import { configSchema } from '#config';
import { applyEnvironment, cubeEnvironment } from '../../src/cube/environment.js';
import { takeApart } from '../../src/cube/passed-values.js';
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

/**
 * Questions in whose plans values stand in many places: dates, nested and repeated filters, patterns, rolling windows.
 * @param form decides what the question is made of
 * @param random decides the values
 */
function entangledQuestion(form: (below: number) => number, random: (below: number) => number) {
  const made = <T>(items: readonly T[]): T => items[form(items.length)] ?? never();
  const value = <T>(items: readonly T[]): T => items[random(items.length)] ?? never();
  const mondays = ['2026-02-02', '2026-02-09', '2026-02-16', '2026-02-23'];
  const text = () =>
    value(['tv', 'desktop', 'web', 'phone', 'a_b', '50%', "o'clock", '', `v${random(50)}`, '2426-02-02T00:00:00.000']);
  const day = () => value([...mondays, ...mondays, '2026-02-03', '2026-02-03T07:00:00.000']);
  const leaf = (member: string) => {
    const operator = made(['equals', 'notEquals', 'contains', 'notStartsWith']);
    return { member, operator, values: made([1, 2]) === 1 ? [text()] : [text(), text()] };
  };
  const filters = [
    leaf('sessions.device'),
    { or: [leaf('sessions.device'), { and: [leaf('sessions.country'), leaf('sessions.device')] }] },
    { member: 'sessions.watch_time_s', operator: made(['gt', 'lte']), values: [String(random(9))] },
    { member: 'sessions.started_at', operator: made(['afterDate', 'beforeOrOnDate']), values: [day()] },
    { member: 'sessions.country', operator: made(['set', 'notSet']) },
    { member: 'sessions.country', operator: 'equals', values: made([1, 2]) === 1 ? [null] : [text(), null] },
  ];
  const measures = [['session_count'], ['watch_time_s', 'unique_viewers'], ['watch_time_7d_s']];
  const dateRange = [day(), value(['2026-03-08', '2026-03-15', '2026-03-22'])];
  return {
    measures: made(measures).map(name => `sessions.${name}`),
    dimensions: made([[], ['sessions.device']]),
    timeDimensions: [{ dimension: 'sessions.started_at', granularity: made(['day', 'week']), dateRange }],
    filters: filters.filter(() => form(4) === 0),
    order: made([{}, { 'sessions.session_count': 'desc' }]),
    ...(form(4) === 0 && { limit: 10 + form(2) }),
  };
}

it('puts its own values into the plan of a question that differs in values only', async () => {
  const random = numbers(20_261_130);
  const generated = vi.spyOn(compiler, 'getSqlGenerator');
  let lookedUp = 0;
  for (let i = 0; i < 108; i += 1) {
    const question = asPlanned(entangledQuestion(numbers(10_007 * (1 + (i % 9))), random));
    expect(takeApart(question)).toBeDefined();
    generated.mockClear();
    const given = await compiler.getSql(question);
    if (generated.mock.calls.length === 0) lookedUp += 1;
    // These aliases mean nothing; they make the question one of a kind.
    const anew = await compiler.getSql({ ...question, memberToAlias: { none: 'none' } });
    expect(given, JSON.stringify(question)).toEqual(anew);
  }
  generated.mockRestore();
  expect(lookedUp).toBeGreaterThan(20);
}, 240_000);

it('keeps callers, members, limits and cut days apart, and what a pattern would read', () => {
  const asked = {
    measures: ['sessions.session_count'],
    timeDimensions: [{ dimension: 'sessions.started_at', dateRange: ['2026-02-02', '2026-02-08'] }],
  };
  const keyOf = (change: object, role = 'admin') =>
    takeApart({
      ...asPlanned({ ...asked, ...change }),
      contextSymbols: { securityContext: { role, iat: Math.random() } },
    })?.key;
  const dated = (from: string, to: string) => ({
    timeDimensions: [{ dimension: 'sessions.started_at', dateRange: [from, to] }],
  });
  const filtered = (operator: string, ...values: string[]) => ({
    filters: [{ member: 'sessions.device', operator, values }],
  });
  const alike = [
    [keyOf({}), keyOf(dated('2026-02-09', '2026-02-15'))],
    [keyOf(filtered('equals', 'a_')), keyOf(filtered('equals', '%'))],
    [keyOf(filtered('contains', 'a')), keyOf(filtered('contains', 'b'))],
  ];
  const different = [
    [keyOf({}), keyOf({}, 'analyst')],
    [keyOf({}), keyOf({ limit: 7 })],
    [keyOf({}), keyOf(dated('2026-02-03', '2026-02-08'))],
    [keyOf({}), keyOf(dated('2026-02-02T01:00:00.000', '2026-02-08'))],
    [keyOf(filtered('equals', 'a', 'b')), keyOf(filtered('equals', 'a', 'a'))],
    [keyOf(filtered('equals', 'a')), keyOf(filtered('equals', 'a', 'b'))],
    [keyOf(filtered('contains', 'a')), keyOf(filtered('contains', 'a_'))],
  ];
  for (const [one, other] of alike) expect(one).toBe(other);
  for (const [one, other] of different) expect(one).not.toBe(other);
  expect(takeApart(asPlanned({ ...asked, timezone: 'Europe/Oslo' }))).toBeUndefined();
});

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
