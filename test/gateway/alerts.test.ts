import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configSchema } from '#config';
import { PlayheadError } from '#errors';
import { token } from '../cube/access/doors.js';
import { alert, memoryAlerts } from './alert-store.js';
import { ask, codesOf } from './ask.js';
import { now, type Stage, startStage } from './start.js';

let stage: Stage;
let store: ReturnType<typeof memoryAlerts>;
beforeEach(async () => {
  store = memoryAlerts([
    alert({ id: 'a', openedAt: '2026-01-03T00:00:00.000Z', videoId: 'v1' }),
    alert({ id: 'b', openedAt: '2026-01-04T00:00:00.000Z', state: 'resolved', resolvedAt: '2026-01-05T00:00:00.000Z' }),
    alert({ id: 'c', openedAt: '2026-01-04T00:00:00.000Z', rule: 'zero_watch', severity: 'warning' }),
  ]);
  stage = await startStage({}, undefined, { alerts: store });
});
afterEach(() => stage.close());

const put = (query: string, variables?: Record<string, unknown>) =>
  ask(stage.gateway.url, variables === undefined ? { query } : { query, variables });
const acknowledge = (id: string, note?: string) =>
  put(
    `mutation ($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) { __typename
      ... on AlertAcknowledged { isNew alert { state acknowledgedBy acknowledgedAt history { kind by note } } }
      ... on AlertNotFound { alertId message } ... on AlertAlreadyResolved { message alert { state } } } }`,
    { input: note === undefined ? { id } : { id, note } },
  );
const pageSchema = z.object({
  alerts: z.object({
    nodes: z.array(z.object({ alertId: z.string() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

describe('alerts', () => {
  it('are pages, newest first, whose cursors survive what opens meanwhile', async () => {
    const query =
      'query ($after: String) { alerts(first: 2, after: $after) { nodes { alertId } pageInfo { hasNextPage endCursor } } }';
    const first = pageSchema.parse((await put(query)).data).alerts;
    store.put(alert({ id: 'd', openedAt: '2026-01-06T00:00:00.000Z' }));
    const second = pageSchema.parse((await put(query, { after: first.pageInfo.endCursor })).data).alerts;
    expect([first, second].map(({ nodes }) => nodes.map(({ alertId }) => alertId))).toEqual([['b', 'c'], ['a']]);
    expect([first, second].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false]);
    expect(codesOf(await put(query, { after: 'nonsense' }))).toEqual(['BAD_USER_INPUT']);
  });

  it('are filtered, and know their video', async () => {
    const query = `{ open: alerts(filter: { states: [OPEN] }) { nodes { alertId } }
      rule: alerts(filter: { rules: ["zero_watch"] }) { nodes { alertId severity } }
      video: alerts(filter: { videoId: "v1" }) { nodes { video { title } } } }`;
    expect((await put(query)).data).toEqual({
      open: { nodes: [{ alertId: 'c' }, { alertId: 'a' }] },
      rule: { nodes: [{ alertId: 'c', severity: 'WARNING' }] },
      video: { nodes: [{ video: { title: 'Film 1' } }] },
    });
  });

  it.each([
    ['ENGINE_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE'],
    ['ENGINE_TIMEOUT', 'UPSTREAM_TIMEOUT'],
    ['ALERT_CONFLICT', 'UPSTREAM_UNAVAILABLE'],
    ['ENGINE_NO_RIGHTS', 'INTERNAL'],
  ] as const)(
    'over a warehouse that fails with %s are %s, without its words, which the log has',
    async (code, shown) => {
      store.list = () => Promise.reject(new PlayheadError({ code, message: 'dbc-1.example.com says no' }));
      const answer = await put('{ alerts(first: 2) { nodes { alertId } } }');
      expect(codesOf(answer)).toEqual([shown]);
      expect(JSON.stringify(answer)).not.toContain('dbc-1');
      const told = stage.logLines.filter(line => line.includes('dbc-1.example.com says no'));
      expect(told.map(line => z.object({ level: z.number() }).parse(JSON.parse(line)).level)).toEqual([
        shown === 'INTERNAL' ? 50 : 40,
      ]);
    },
  );

  it('are acknowledged once, by the id of either kind, and keep who and what was said', async () => {
    const { data } = await put('{ alert(id: "a") { id } }');
    const { id } = z.object({ alert: z.object({ id: z.string() }) }).parse(data).alert;
    const first = await acknowledge(id, 'on it');
    expect(first.data).toEqual({
      acknowledgeAlert: {
        __typename: 'AlertAcknowledged',
        isNew: true,
        alert: {
          state: 'ACKNOWLEDGED',
          acknowledgedBy: 'admin',
          acknowledgedAt: new Date(now).toISOString(),
          history: [{ kind: 'ACKNOWLEDGED', by: 'admin', note: 'on it' }],
        },
      },
    });
    expect((await acknowledge('a')).data).toMatchObject({ acknowledgeAlert: { isNew: false } });
  });

  it('are acknowledged by admins and services, not by analysts, who only see them', async () => {
    const as = async (role: string, query: string) => {
      const bearer = await token({ role }, configSchema.parse({}).secrets.api);
      return ask(stage.gateway.url, { query, headers: { authorization: `Bearer ${bearer}` } });
    };
    const change = 'mutation { acknowledgeAlert(input: { id: "a" }) { __typename } }';
    expect((await as('analyst', '{ alert(id: "a") { state } }')).data).toEqual({ alert: { state: 'OPEN' } });
    expect(codesOf(await as('analyst', change))).toEqual(['FORBIDDEN']);
    expect((await as('analyst', '{ alert(id: "a") { state } }')).data).toEqual({ alert: { state: 'OPEN' } });
    expect((await as('service', change)).data).toEqual({ acknowledgeAlert: { __typename: 'AlertAcknowledged' } });
  });

  it('that cannot be acknowledged are part of the answer, not errors', async () => {
    expect((await acknowledge('b')).data).toMatchObject({
      acknowledgeAlert: { __typename: 'AlertAlreadyResolved', alert: { state: 'RESOLVED' } },
    });
    expect((await acknowledge('x')).data).toMatchObject({
      acknowledgeAlert: { __typename: 'AlertNotFound', alertId: 'x' },
    });
    expect(codesOf(await acknowledge('a', 'x'.repeat(1_001)))).toEqual(['LIMIT_EXCEEDED']);
  });
});

describe('a stream', () => {
  const open = (query: string, signal: AbortSignal) =>
    fetch(`${stage.gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
      signal,
    });

  /** The data of `next` events, one by one. */
  async function* nextOf(response: Response): AsyncGenerator<unknown> {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event)?.[1];
        if (event.includes('event: next') && data !== undefined) yield JSON.parse(data);
      }
    }
  }

  it('of alerts says what changes from now on, and Cube and store are left alone when the client goes', async () => {
    const leave = new AbortController();
    const response = await open('subscription { alerts { alertId state } }', leave.signal);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = nextOf(response);
    const next = events.next();
    await expect
      .poll(
        async () => {
          store.put(alert({ id: 'e', openedAt: '2026-01-07T00:00:00.000Z', lastSeenAt: new Date().toISOString() }));
          return Promise.race([next.then(({ value }) => value), new Promise(resolve => setTimeout(resolve, 100))]);
        },
        { timeout: 10_000 },
      )
      .toEqual({ data: { alerts: { alertId: 'e', state: 'OPEN' } } });
    leave.abort();
    await expect(events.next()).rejects.toThrow('aborted');
  });

  it('of live statistics begins with what is', async () => {
    const leave = new AbortController();
    const events = nextOf(await open('subscription { liveStats { sessionCount minutes { at } } }', leave.signal));
    expect((await events.next()).value).toMatchObject({ data: { liveStats: { sessionCount: 0 } } });
    leave.abort();
  });

  it('fails with a code when Cube does', async () => {
    stage.cube.script.push({ kind: 'text', status: 500, text: '{"error":"no: /secret"}' });
    const leave = new AbortController();
    const response = await open('subscription { liveStats { sessionCount } }', leave.signal);
    const { value } = await nextOf(response).next();
    expect(value).toMatchObject({ data: null, errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] });
    expect(JSON.stringify(value)).not.toContain('secret');
    leave.abort();
  });

  it.each([
    ['a query', '{ __typename }', 'BAD_USER_INPUT'],
    ['an unknown field', 'subscription { nothing }', 'BAD_USER_INPUT'],
    ['no GraphQL', 'subscription {', 'BAD_USER_INPUT'],
  ])('does not begin for %s', async (_what, query, code) => {
    const response = await open(query, new AbortController().signal);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });
});
