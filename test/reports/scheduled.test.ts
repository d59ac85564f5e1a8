import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { lastPeriod, reportKinds } from '#reports';
import { readState, runSchedule } from '#schedule';
import { newestDue, reportTasks } from '../../src/cli/scheduled-reports.js';
import { openMailServer } from '../alerts/receivers.js';
import { commandContext } from '../schedule/command-context.js';
import { VirtualClock } from '../schedule/virtual-clock.js';
import { openCannedGateway } from './canned-gateway.js';

const hour = 3_600_000;
let folder: string;
let gateway: Awaited<ReturnType<typeof openCannedGateway>>;
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-reports-'));
  gateway = await openCannedGateway();
});
afterEach(async () => {
  for (const one of [gateway, ...opened.splice(0)]) await one.close();
  await rm(folder, { recursive: true, force: true });
});

const mailSink = (port: number) => ({
  post: { kind: 'email', host: '127.0.0.1', port, tls: 'none', from: 'playhead@example.com', to: ['ops@example.com'] },
});
async function mails(options: Parameters<typeof openMailServer>[0] = {}) {
  const server = await openMailServer(options);
  opened.push(server);
  return server;
}

/** Runs the report tasks, looking every three hours, from one instant to another. */
async function runBetween(from: string, to: string, settings: object) {
  const config = configSchema.parse({ data: folder, ...settings });
  const clock = new VirtualClock(from);
  const stop = new AbortController();
  clock.onSleep = now => {
    if (now.getTime() >= Date.parse(to)) stop.abort();
  };
  const { context, notes } = commandContext(config);
  const failures: string[] = [];
  await runSchedule({
    folder,
    clock,
    tasks: reportTasks({ context, clock, gatewayUrl: gateway.url }),
    backoffMs: hour,
    backoffMsMax: hour,
    leaseMs: 48 * hour,
    pollMs: 3 * hour,
    signal: stop.signal,
    ifLeased: 'fail',
    onFailure: (task, { code }) => failures.push(`${task} ${code}`),
  });
  return { notes, failures };
}
const written = async () => (await readdir(join(folder, 'out')).catch(() => [])).toSorted();
const asPeriods = () =>
  gateway.asked.filter(({ name }) => name === 'ReportPeriod').map(({ variables }) => variables['range']);

describe('a report of the schedule', () => {
  it('is made once for each week that is over, at its day and hour', async () => {
    const weekly = { kind: 'weekly', day: 'tuesday', hour: 6, folder: join(folder, 'out') };
    const { notes } = await runBetween('2026-10-20T05:00:00Z', '2026-11-03T12:00:00Z', { reports: { board: weekly } });
    // The first look makes the newest that was due; then Tuesdays at six.
    expect(asPeriods()).toEqual([
      { from: '2026-10-05', to: '2026-10-11' },
      { from: '2026-10-12', to: '2026-10-18' },
      { from: '2026-10-19', to: '2026-10-25' },
      { from: '2026-10-26', to: '2026-11-01' },
    ]);
    expect(await written()).toEqual([41, 42, 43, 44].map(week => `board-2026-W${week}.html`));
    expect(notes[1]).toBe(`report board of 2026-W42: ${join(folder, 'out')}`);
  });

  it('catches up once after a downtime, and is not made again after a restart', async () => {
    const reports = { daily: { kind: 'daily', hour: 0, folder: join(folder, 'out'), formats: ['csv'] } };
    await runBetween('2026-10-20T05:00:00Z', '2026-10-20T08:00:00Z', { reports });
    await runBetween('2026-10-20T09:00:00Z', '2026-10-20T10:00:00Z', { reports });
    await runBetween('2026-10-29T05:00:00Z', '2026-10-29T08:00:00Z', { reports });
    expect(await written()).toEqual(['daily-2026-10-19.csv', 'daily-2026-10-28.csv']);
    expect(asPeriods()).toHaveLength(2);
  });

  it('goes to each recipient once, with the page', async () => {
    const server = await mails();
    const settings = {
      alerts: { sinks: mailSink(server.port) },
      reports: { team: { kind: 'monthly', to: ['ann@example.com', 'ben@example.com'], formats: ['html', 'csv'] } },
    };
    await runBetween('2026-11-01T05:00:00Z', '2026-11-02T00:00:00Z', settings);
    const october = server.mails.filter(mail => mail.includes('filename=team-2026-10.html'));
    expect(october.map(mail => /^To: (.*)$/m.exec(mail)?.[1]?.trim())).toEqual(['ann@example.com', 'ben@example.com']);
    expect(new Set(server.mails.map(mail => /^Message-ID: (.*)$/m.exec(mail)?.[1])).size).toBe(server.mails.length);
    expect(october[0]).toContain('filename=team-2026-10.csv');
    expect(october[0]).toMatch(/No alert|alert was open/);
  });

  it('is tried again only where it has not arrived', async () => {
    const refusing = await mails({ refuse: 451 });
    const reports = { team: { kind: 'weekly', to: ['ann@example.com'], folder: join(folder, 'out') } };
    const first = await runBetween('2026-10-27T05:00:00Z', '2026-10-27T08:00:00Z', {
      alerts: { sinks: mailSink(refusing.port) },
      reports,
    });
    expect(first.failures).toEqual(['report_team REPORT_MAIL_REFUSED']);
    expect((await readState(folder))['report_team']?.failure_count).toBeGreaterThan(1);
    await rm(join(folder, 'out', 'team-2026-W43.html'));
    const taking = await mails();
    const second = await runBetween('2026-10-27T09:00:00Z', '2026-10-27T12:00:00Z', {
      alerts: { sinks: mailSink(taking.port) },
      reports,
    });
    expect([second.failures, taking.mails.length, await written()]).toEqual([[], 1, []]);
  });

  it('fails with a code where no server can mail it, or the gateway is away', async () => {
    const reports = { team: { kind: 'weekly', to: ['ann@example.com'] } };
    const none = await runBetween('2026-10-27T05:00:00Z', '2026-10-27T06:00:00Z', { reports });
    expect(none.failures).toEqual(['report_team REPORT_NO_MAIL_SERVER']);
    await gateway.close();
    const away = await runBetween('2026-10-28T05:00:00Z', '2026-10-28T06:00:00Z', {
      reports: { board: { kind: 'daily', folder: join(folder, 'out') } },
    });
    expect(away.failures).toEqual(['report_board REPORT_UNANSWERED']);
    expect(await written()).toEqual([]);
  });
});

describe('when a report is due', () => {
  const weekdays = ['monday', 'wednesday', 'sunday'] as const;

  it('is the newest moment of its day and hour that is not in the future', () => {
    const at = (text: string, report: object) => {
      const { reports } = configSchema.parse({ reports: { r: { folder: 'x', ...report } } });
      const [one] = Object.values(reports);
      return one && newestDue(one, new Date(text)).toISOString();
    };
    expect(at('2026-11-02T05:59:59Z', { kind: 'weekly' })).toBe('2026-10-26T06:00:00.000Z');
    expect(at('2026-11-02T06:00:00Z', { kind: 'weekly' })).toBe('2026-11-02T06:00:00.000Z');
    expect(at('2026-11-07T12:00:00Z', { kind: 'weekly', day: 'sunday' })).toBe('2026-11-01T06:00:00.000Z');
    expect(at('2026-03-01T00:00:00Z', { kind: 'monthly', day: 28 })).toBe('2026-02-28T06:00:00.000Z');
    expect(at('2026-01-01T00:00:00Z', { kind: 'monthly' })).toBe('2025-12-01T06:00:00.000Z');
    expect(at('2026-01-01T00:00:00Z', { kind: 'daily', hour: 23 })).toBe('2025-12-31T23:00:00.000Z');
  });

  it('passes over no period, whatever the day and hour', () => {
    const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
    const hours = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(instants, fc.constantFrom(...reportKinds), hours, fc.nat(2), (now, kind, hour, n) => {
        const day = { daily: undefined, weekly: weekdays[n], monthly: [1, 15, 28][n] }[kind];
        const due = newestDue({ kind, day, hour }, now);
        expect(due.getTime()).toBeLessThanOrEqual(now.getTime());
        // The moment before it is that of the period right before.
        const before = newestDue({ kind, day, hour }, new Date(due.getTime() - 1));
        expect(lastPeriod(kind, before).to).toBe(lastPeriod(kind, due).before.to);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('the configuration of a report', () => {
  it.each([
    [{ kind: 'weekly' }, 'recipients'],
    [{ kind: 'weekly', day: 3, folder: 'x' }, 'weekday'],
    [{ kind: 'monthly', day: 'monday', folder: 'x' }, 'from 1 to 28'],
    [{ kind: 'daily', day: 1, folder: 'x' }, 'nothing for a daily one'],
    [{ kind: 'weekly', to: ['nobody'] }, 'email'],
  ])('is refused for %j', (report, why) => {
    const parsed = configSchema.safeParse({ reports: { r: report } });
    expect(JSON.stringify(parsed.error?.issues)).toContain(why);
  });
});
