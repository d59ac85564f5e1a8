import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, codesOf } from './ask.js';
import { type Stage, startStage } from './start.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const many = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n)).join(' ');
const deep = (levels: number): string =>
  levels === 0
    ? 'userId'
    : `videos(first: 1) { nodes { video { viewers(first: 1) { nodes { user { ${deep(levels - 1)} } } } } } }`;
const circle = (levels: number): string => (levels === 0 ? 'name' : `fields { type { ${circle(levels - 1)} } }`);

describe('a request', () => {
  it.each([
    ['too deep', `{ user(id: "u1") { ${deep(3)} } }`, 'LIMIT_EXCEEDED'],
    ['full of aliases', `{ ${many(40, n => `a${n}: __typename`)} }`, 'LIMIT_EXCEEDED'],
    ['full of root fields', `{ ${many(25, n => `a${n}: __typename`)} }`, 'LIMIT_EXCEEDED'],
    ['full of directives', `{ __typename ${'@include(if: true) '.repeat(30)} }`, 'BAD_USER_INPUT'],
    ['full of directives on many fields', `{ ${many(30, () => '__typename @include(if: true)')} }`, 'LIMIT_EXCEEDED'],
    ['full of tokens', `{ ${many(2_500, () => '__typename')} }`, 'LIMIT_EXCEEDED'],
    ['going round in the schema', `{ __schema { types { ${circle(3)} } } }`, 'LIMIT_EXCEEDED'],
    ['costly', '{ videos(first: 100) { nodes { viewers(first: 100) { nodes { userId } } } } }', 'COST_EXCEEDED'],
    [
      'costly through a fragment',
      'query { videos(first: 100) { ...page } } fragment page on VideoConnection { nodes { viewers(first: 100) { nodes { userId } } } }',
      'COST_EXCEEDED',
    ],
    ['of unknown fields', '{ videoz { id } }', 'BAD_USER_INPUT'],
    ['no GraphQL', '{', 'BAD_USER_INPUT'],
    ['a mutation', 'mutation { drop }', 'BAD_USER_INPUT'],
  ])('that is %s is refused before Cube is asked', async (_what, query, code) => {
    const answer = await ask(stage.gateway.url, { query });
    expect(codesOf(answer)[0]).toBe(code);
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]?.extensions['requestId']).toEqual(expect.stringMatching(/^[\w-]{36}$/));
    expect(stage.cube.queries).toEqual([]);
  });

  it('cannot hide its size in a variable', async () => {
    const query = 'query ($n: Int!) { videos(first: $n) { nodes { viewers(first: $n) { nodes { userId } } } } }';
    expect(codesOf(await ask(stage.gateway.url, { query, variables: { n: 100 } }))).toEqual(['COST_EXCEEDED']);
  });

  it('may be the standard introspection query in development, and is told its cost', async () => {
    const answer = await ask(stage.gateway.url, { query: getIntrospectionQuery() });
    expect(answer.errors).toBeUndefined();
    expect(answer.extensions).toEqual({ cost: { requested: 0, limit: 5_000, cubeQueries: 0 } });
  });
});
