import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sql } from '#sql';
import { tables } from '#tables';
import { PlayheadClient } from '../../examples/graphql/client.js';
import { AcknowledgeAlert, ExplainSession, Totals, TotalsAsOf } from '../../examples/graphql/documents.generated.js';
import { ask, codesOf } from './ask.js';
import { startWhole, type Whole } from './whole.js';

const ann = { user: 'ann', video: 'v1', player: 'a1', duration_s: 100 };
let whole: Whole;
let sessionId: string;

// Ten seconds watched when the first run looked, thirty when the second did.
beforeAll(async () => {
  whole = await startWhole([
    [
      { ...ann, id: 'e1', type: 'play', at_s: 0, position_s: 0 },
      { ...ann, id: 'e2', type: 'heartbeat', at_s: 10, position_s: 10 },
    ],
    [{ ...ann, id: 'e3', type: 'heartbeat', at_s: 30, position_s: 30 }],
  ]);
  const [row] = await whole.folder.query(
    sql`select session_id from ${await whole.folder.lake.read(tables.sessions)} r`,
  );
  sessionId = String(row?.['session_id']);
});
afterAll(() => whole?.close());

const range = '{ from: "2026-01-01", to: "2026-01-01" }';
const numbers = `
  totals(range: ${range}) { watchTimeS }
  video(id: "v1") { watchTimeS }
  metric(name: WATCH_TIME_S, range: ${range}) { value dataVersion asOf }
  freshness { dataVersion }`;
const put = (query: string, more: { variables?: Record<string, unknown>; headers?: Record<string, string> } = {}) =>
  ask(whole.gateway.url, { query, ...more });
const run = (version: number, watchTimeS: number) => ({
  totals: { watchTimeS },
  video: { watchTimeS },
  metric: { value: watchTimeS, dataVersion: version, asOf: `2026-06-0${version}T00:00:00.000Z` },
  freshness: { dataVersion: version },
});

describe('a query as of an older run', () => {
  it.each([
    ['the newest, where none is named', `{ ${numbers} }`, run(2, 30)],
    ['a number', `query @asOf(version: 1) { ${numbers} }`, run(1, 10)],
    ['the newest number', `query @asOf(version: 2) { ${numbers} }`, run(2, 30)],
    ['a time between the runs', `query @asOf(time: "2026-06-01T23:00:00+02:00") { ${numbers} }`, run(1, 10)],
    ['the moment at which a run ended', `query @asOf(time: "2026-06-02T00:00:00Z") { ${numbers} }`, run(2, 30)],
    ['a time to come', `query @asOf(time: "2030-01-01T00:00:00Z") { ${numbers} }`, run(2, 30)],
  ])('is answered from %s', async (_what, query, expected) => {
    expect(await put(query)).toMatchObject({ status: 200, data: expected });
  });

  it('takes the run from a variable, and null for the newest of none', async () => {
    const query = `query ($version: Count) @asOf(version: $version) { ${numbers} }`;
    expect((await put(query, { variables: { version: 1 } })).data).toEqual(run(1, 10));
    expect((await put(query, { variables: { version: 2 } })).data).toEqual(run(2, 30));
    expect(codesOf(await put(query, { variables: { version: 'x' } }))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await put(query, { variables: {} }))).toEqual(['BAD_USER_INPUT']);
  });

  it('is what the header asks for, kept apart from the newest', async () => {
    const query = `{ ${numbers} }`;
    const old = { 'x-playhead-version': '1' };
    for (const _again of [1, 2]) {
      expect((await put(query, { headers: old })).data).toEqual(run(1, 10));
      expect((await put(query)).data).toEqual(run(2, 30));
    }
    const both = `query @asOf(version: 1) { ${numbers} }`;
    expect((await put(both, { headers: old })).data).toEqual(run(1, 10));
    expect(codesOf(await put(both, { headers: { 'x-playhead-version': '2' } }))).toEqual(['BAD_USER_INPUT']);
  });

  it.each([
    ['number', 'query @asOf(version: 99) { freshness { dataVersion } totals(range: $) { watchTimeS } }', {}],
    ['run by then', 'query @asOf(time: "2026-05-31T23:59:59Z") { freshness { dataVersion } }', {}],
    ['number in the header', '{ freshness { dataVersion } }', { 'x-playhead-version': '0' }],
    ['number but a word', '{ freshness { dataVersion } }', { 'x-playhead-version': 'latest' }],
  ])('is refused as a whole where there is no such %s', async (_what, query, headers) => {
    const answer = await put(query.replace('$', range), { headers });
    expect(answer.status).toBe(404);
    expect(codesOf(answer)).toEqual(['VERSION_NOT_FOUND']);
    expect(answer.data ?? null).toBeNull();
  });

  it.each([
    ['both a version and a time', 'query @asOf(version: 1, time: "2026-06-01T00:00:00Z") { freshness { ageS } }'],
    ['neither', 'query @asOf { freshness { ageS } }'],
    ['the last hour', 'query @asOf(version: 1) { liveStats { sessionCount } }'],
    ['alerts', 'query @asOf(version: 1) { alerts { nodes { id } } }'],
  ])('is refused with %s', async (_what, query) => {
    const answer = await put(query);
    expect([answer.status, codesOf(answer)]).toEqual([400, ['BAD_USER_INPUT']]);
  });

  it('shows no alert by its opaque id, and changes and follows none', async () => {
    const headers = { 'x-playhead-version': '1' };
    const id = Buffer.from('["playhead","Alert","a1"]').toString('base64url');
    const node = await put('query ($id: ID!) { node(id: $id) { id } }', { variables: { id }, headers });
    expect([codesOf(node), node.data]).toEqual([['BAD_USER_INPUT'], { node: null }]);
    const change = 'mutation { acknowledgeAlert(input: { id: "a1" }) { __typename } }';
    expect(codesOf(await put(change, { headers }))).toEqual(['BAD_USER_INPUT']);
    const stream = await fetch(`${whole.gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query: 'subscription { liveStats { sessionCount } }' }),
    });
    expect(stream.status).toBe(400);
    expect(await stream.text()).toContain('BAD_USER_INPUT');
  });
});

const explanation = z.object({
  agrees: z.boolean(),
  runId: z.string(),
  events: z.array(
    z.object({
      eventId: z.string(),
      stateAfter: z.string(),
      interval: z.object({ verdict: z.string(), watchedS: z.number() }).nullable(),
    }),
  ),
  sums: z.array(z.object({ measure: z.string(), total: z.string().nullable(), served: z.string().nullable() })),
});

describe('explainSession', () => {
  const fields = `agrees runId events { eventId stateAfter interval { verdict watchedS } } sums { measure total served }`;
  const explain = async (operation: string, id: string) => {
    const { data, errors } = await put(`query ($id: ID!) ${operation} { explainSession(id: $id) { ${fields} } }`, {
      variables: { id },
    });
    expect(errors).toBeUndefined();
    return data?.['explainSession'];
  };
  const steady = (watchedS: number) => ({ verdict: 'steady', watchedS });
  const watched = ({ sums }: z.infer<typeof explanation>) => sums.find(({ measure }) => measure === 'watch_time_s');

  it('tells by which events and verdicts the served row came about', async () => {
    const found = explanation.parse(await explain('', sessionId));
    expect(found.agrees).toBe(true);
    expect(found.events).toEqual([
      { eventId: 'e1', stateAfter: 'playing', interval: null },
      { eventId: 'e2', stateAfter: 'playing', interval: steady(10) },
      { eventId: 'e3', stateAfter: 'playing', interval: steady(20) },
    ]);
    expect(watched(found)).toMatchObject({ total: '30', served: '30' });
  });

  it('tells the same of an older run, by what had come by then', async () => {
    const found = explanation.parse(await explain('@asOf(version: 1)', sessionId));
    expect(found.events.map(({ eventId }) => eventId)).toEqual(['e1', 'e2']);
    expect(watched(found)).toMatchObject({ total: '10', served: '10' });
    expect(found.agrees).toBe(true);
    expect(found.runId).not.toBe(explanation.parse(await explain('', sessionId)).runId);
  });

  it('takes the opaque id too, and knows nothing of a session that is not served', async () => {
    const opaque = Buffer.from(JSON.stringify(['playhead', 'Session', sessionId])).toString('base64url');
    expect(explanation.parse(await explain('', opaque)).agrees).toBe(true);
    expect(await explain('', 'nobody')).toBeNull();
  });
});

describe('examples/graphql', () => {
  const range = { from: '2026-01-01', to: '2026-01-01' };

  it('asks published documents by the typed client, again by their ETag, and an older run', async () => {
    const client = new PlayheadClient(whole.gateway.url);
    const first = await client.ask(Totals, { range });
    expect(first.data?.totals?.watchTimeS).toBe(30);
    expect(await client.ask(Totals, { range })).toEqual(first);
    expect((await client.ask(Totals, { range }, { version: 1 })).data?.totals?.watchTimeS).toBe(10);
    const old = await client.ask(TotalsAsOf, { range, time: '2026-06-01T12:00:00Z' });
    expect(old.data?.freshness?.dataVersion).toBe(1);
    const { data } = await client.ask(ExplainSession, { id: sessionId });
    expect(data?.explainSession?.events.map(({ interval }) => interval?.verdict)).toEqual([
      undefined,
      'steady',
      'steady',
    ]);
  });

  it('changes by the typed client, and is told of failures that are to be expected', async () => {
    const { data, errors } = await new PlayheadClient(whole.gateway.url).ask(AcknowledgeAlert, { id: 'nobody' });
    expect([errors, data?.acknowledgeAlert]).toEqual([
      undefined,
      { __typename: 'AlertNotFound', message: 'there is no such alert' },
    ]);
  });

  it('runs by curl: a question, a published document with its ETag, a stream', async () => {
    const env = { ...process.env, PLAYHEAD_GATEWAY_URL: whole.gateway.url, TOKEN: '' };
    const { stdout } = await promisify(execFile)('bash', ['examples/graphql/curl.sh'], { env });
    const [question = '', ...rest] = stdout.split('\n');
    expect(JSON.parse(question)).toMatchObject({ data: { videos: { nodes: [{ videoId: 'v1', watchTimeS: 30 }] } } });
    const told = rest.join('\n');
    expect(told).toMatch(/^etag: "[0-9a-f]{40}"/im);
    expect(told).toContain('"watchTimeS":30');
    expect(told).toContain('event: next');
    expect(told).toContain('"openSessionCount"');
  });
});
