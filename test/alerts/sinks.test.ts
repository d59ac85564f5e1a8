import { afterEach, describe, expect, it } from 'vitest';
import { isSignedWebhook, type Message, openSinks } from '#alerts';
import { configSchema } from '#config';
import { type Answer, openMailServer, openReceiver } from './receivers.js';

const now = new Date('2026-11-25T12:00:00Z');
const secret = 'a secret of 16 or more';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const item: Message['incidents'][number] = {
  notice_id: 'alert-1-1',
  kind: 'opened',
  at: now.toISOString(),
  alert_id: 'alert-1',
  rule: 'anomaly_volume',
  subject: 'video:v1',
  video_id: 'v1',
  title: 'Cats & <!channel>\r\nBcc: all@example.com: unusual sessions',
  severity: 'warning',
  state: 'open',
  summary: 'Few.',
  value: 1,
  threshold: 5,
  expected: 100,
  day: '2026-11-24',
  sample_ids: ['s1'],
  opened_at: now.toISOString(),
  resolved_at: null,
  run_id: 'run-000001',
};
const message: Message = { id: 'm1', source: 'playhead', incident_count: 3, incidents: [item] };

function sinkOf(sink: object, timeout_s = 2) {
  const { alerts } = configSchema.parse({ alerts: { sinks: { it: sink }, delivery: { timeout_s } } });
  const log: string[] = [];
  const opened = openSinks(alerts, { clock: () => now, log: line => log.push(line) }).get('it');
  if (opened === undefined) throw new Error('no sink');
  return { send: () => opened.send(message), log };
}
async function receiver(...answers: Answer[]) {
  const opened = await openReceiver(answers);
  open.push(opened);
  return opened;
}
async function mailServer(options: Parameters<typeof openMailServer>[0] = {}) {
  const opened = await openMailServer(options);
  open.push(opened);
  return opened;
}

describe('a generic webhook', () => {
  it('gets the message as JSON, signed over its time and body', async () => {
    const { url, received } = await receiver(204);
    expect(await sinkOf({ kind: 'webhook', url, secret }).send()).toEqual({ kind: 'taken' });
    const [got] = received;
    expect(JSON.parse(got?.body ?? '')).toEqual(message);
    const request = {
      secret,
      timestamp: String(got?.headers['playhead-timestamp']),
      signature: String(got?.headers['playhead-signature']),
      body: got?.body ?? '',
      now,
    };
    expect(got?.headers['playhead-delivery']).toBe('m1');
    expect(isSignedWebhook(request)).toBe(true);
    expect(isSignedWebhook({ ...request, body: `${request.body} ` })).toBe(false);
    expect(isSignedWebhook({ ...request, secret: 'another secret, as long' })).toBe(false);
    expect(isSignedWebhook({ ...request, timestamp: String(Number(request.timestamp) + 1) })).toBe(false);
    expect(isSignedWebhook({ ...request, now: new Date(now.getTime() + 301_000) })).toBe(false);
    expect(isSignedWebhook({ ...request, signature: 'v1=short' })).toBe(false);
  });

  it.each([
    [500, 'HTTP 500', true],
    [429, 'HTTP 429', true],
    [404, 'HTTP 404', false],
    [302, 'HTTP 302', false],
    ['hang', 'no answer in time', true],
    ['drop', 'unreachable (UND_ERR_SOCKET)', true],
  ] as const)('that answers %s has refused: %s', async (answer, reason, mayRecover) => {
    const { url, received } = await receiver(answer);
    const attempt = await sinkOf({ kind: 'webhook', url, secret }, answer === 'hang' ? 0.2 : 5).send();
    expect(attempt).toEqual({ kind: 'refused', reason, mayRecover });
    expect(received).toHaveLength(1);
  });

  it('that never ends its answer has taken the message', async () => {
    const { url } = await receiver('slow_headers');
    expect(await sinkOf({ kind: 'webhook', url }).send()).toEqual({ kind: 'taken' });
  });

  it('that is not there has refused, without its address being told', async () => {
    const { url, close } = await openReceiver([200]);
    await close();
    expect(await sinkOf({ kind: 'webhook', url }).send()).toEqual({
      kind: 'refused',
      reason: 'unreachable (ECONNREFUSED)',
      mayRecover: true,
    });
  });
});

describe('a webhook of Slack', () => {
  it('gets text and blocks, in which nothing from outside can call or link', async () => {
    const { url, received } = await receiver(200);
    expect(await sinkOf({ kind: 'slack', url }).send()).toEqual({ kind: 'taken' });
    const body = JSON.parse(received[0]?.body ?? '');
    expect(Object.keys(body)).toEqual(['text', 'blocks']);
    expect(body.text).toBe(
      'Playhead: [warning] Open: Cats &amp; &lt;!channel&gt; Bcc: all@example.com: unusual sessions (and 2 more)',
    );
    expect(body.blocks).toHaveLength(2);
    expect(body.blocks[0]).toMatchObject({ type: 'section', text: { type: 'mrkdwn' } });
    expect(body.blocks[0].text.text).toContain('alert-1');
    expect(body.blocks[1].elements[0].text).toBe('2 more: playhead alerts');
    expect(received[0]?.body).not.toContain('<!channel>');
  });
});

describe('e-mail', () => {
  const email = (port: number, more: object = {}) => ({
    kind: 'email',
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'playhead@example.com',
    to: ['ann@example.com', 'ben@example.com'],
    ...more,
  });

  it('goes through a server that wants a login, with one subject line', async () => {
    const { port, mails } = await mailServer({ password: 'the password' });
    const sink = sinkOf(email(port, { user: 'playhead', password: 'the password' }), 10);
    expect(await sink.send()).toEqual({ kind: 'taken' });
    const [mail] = mails;
    expect(mail).toMatch(/^To: ann@example\.com, ben@example\.com$/m);
    expect(mail).toMatch(/^Message-ID: <m1@playhead>$/m);
    expect(mail).not.toMatch(/^Bcc:/m);
    expect(mail).toContain('playhead alerts ack alert-1');
  });

  it('that is refused for ever is told apart from one that may go through later', async () => {
    const never = await mailServer({ refuse: 550 });
    expect(await sinkOf(email(never.port), 10).send()).toMatchObject({
      mayRecover: false,
      reason: 'SMTP 550 EENVELOPE',
    });
    const later = await mailServer({ refuse: 451 });
    expect(await sinkOf(email(later.port), 10).send()).toMatchObject({
      mayRecover: true,
      reason: 'SMTP 451 EENVELOPE',
    });
  });

  it('with a wrong password is refused without the password being told', async () => {
    const { port, mails } = await mailServer({ password: 'the password' });
    const attempt = await sinkOf(email(port, { user: 'playhead', password: 'wrong one' }), 10).send();
    expect(attempt).toEqual({ kind: 'refused', reason: 'SMTP 535 EAUTH', mayRecover: true });
    expect(mails).toEqual([]);
  });

  it('is not sent in the clear where encryption is wanted', async () => {
    const { port, mails } = await mailServer();
    expect(await sinkOf(email(port, { tls: 'starttls' }), 10).send()).toMatchObject({ kind: 'refused' });
    expect(mails).toEqual([]);
  });

  it('to a server that says nothing ends in time', async () => {
    const { port } = await mailServer({ isSilent: true });
    expect(await sinkOf(email(port), 0.3).send()).toMatchObject({ kind: 'refused', mayRecover: true });
  });
});

describe('the log', () => {
  it('gets one JSON line an incident', async () => {
    const sink = sinkOf({ kind: 'log' });
    await sink.send();
    expect(sink.log.map(line => JSON.parse(line))).toMatchObject([
      { level: 'warning', alert_id: 'alert-1', kind: 'opened', summary: 'Few.' },
    ]);
  });

  it('is where incidents go without any sink', () => {
    const { alerts } = configSchema.parse({});
    expect([...openSinks(alerts, { clock: () => now, log: () => {} }).keys()]).toEqual(['log']);
  });
});
