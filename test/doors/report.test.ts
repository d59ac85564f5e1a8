import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCannedGateway } from '../reports/canned-gateway.js';
import { playhead } from './command-line.js';

/** `playhead report` as a user calls it, over a gateway that runs already. */
let folder: string;
let gateway: Awaited<ReturnType<typeof openCannedGateway>>;
let report: (...args: string[]) => ReturnType<typeof playhead>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-report-'));
  gateway = await openCannedGateway();
  report = (...args) =>
    playhead(
      ['report', ...args, '--url', gateway.url, '--now', '2026-10-26T06:00:00Z', '--data', join(folder, 'data')],
      {
        CHROMIUM_PATH: join(folder, 'no-browser'),
      },
    );
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a report', () => {
  it('writes the page and the tables where it is told to, and says so', async () => {
    const [out, csv] = [join(folder, 'made', 'week.html'), join(folder, 'tables')];
    const { status, stdout, stderr } = await report('weekly', '--out', out, '--csv', csv);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'Weekly video report, 2026-W43 (2026-10-19 to 2026-10-25)',
      `written: ${out}`,
    ]);
    expect(await readFile(out, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(await readdir(csv)).toContain('totals.csv');
    expect(gateway.asked[0]?.variables['range']).toEqual({ from: '2026-10-19', to: '2026-10-25' });
  });

  it('tells its sentences without a place to write to, and everything as JSON', async () => {
    const { stdout } = await report('weekly', '--end', '2026-10-21');
    expect(stdout).toContain('2026-10-15 to 2026-10-21');
    expect(stdout).toContain('“Sea” was watched most: 50 min, 83.3% of all watch time.');
    const { period, sections } = JSON.parse((await report('weekly', '--period', '2026-W43', '--json')).stdout);
    expect(period).toBe('2026-W43');
    expect(sections[0].tables.totals[3]).toMatchObject({
      measure: 'watch_time_s',
      value: 3600.125,
      previous: 1800.0625,
    });
  });

  it('of one tenant asks as that tenant, and is refused without one where videos are divided', async () => {
    const secret = 'a secret of thirty-two characters!!';
    const config = join(folder, 'divided.yaml');
    await writeFile(config, `access: { tenants: by_video }\nsecrets: { api: "${secret}" }\n`);
    const before = gateway.asked.length;
    const refused = await report('weekly', '--config', config);
    expect([refused.status, refused.stderr.split(':')[0]]).toEqual([2, 'USAGE']);
    expect(refused.stderr).toContain('--tenant');
    expect(gateway.asked.length).toBe(before);

    const { status, stderr } = await report('weekly', '--config', config, '--tenant', 'acme');
    expect([status, stderr]).toEqual([0, '']);
    const tokens = new Set(gateway.asked.slice(before).map(({ authorization }) => authorization));
    expect(tokens.size).toBe(1);
    const [token = ''] = tokens;
    const { payload } = await jwtVerify(token.replace('Bearer ', ''), new TextEncoder().encode(secret));
    expect(payload).toMatchObject({ role: 'admin', tenant: 'acme', sub: 'playhead report' });
  });

  it('says what to install for a PDF, before anything is asked or written', async () => {
    const before = gateway.asked.length;
    const out = join(folder, 'never.html');
    const { status, stderr } = await report('weekly', '--pdf', join(folder, 'week.pdf'), '--out', out);
    expect([status, stderr.split(':')[0]]).toEqual([4, 'REPORT_NO_BROWSER']);
    expect(stderr).toContain('apt-get install chromium');
    expect(gateway.asked.length).toBe(before);
    expect(await readdir(folder)).not.toContain('never.html');
  });

  it('says what a browser came to that cannot print', async () => {
    const broken = join(folder, 'broken-browser');
    await writeFile(broken, '#!/bin/sh\necho "no display" >&2\nexit 21\n', { mode: 0o755 });
    const args = ['report', 'weekly', '--pdf', join(folder, 'week.pdf'), '--url', gateway.url];
    const { status, stderr } = await playhead(args, { CHROMIUM_PATH: broken });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^REPORT_PDF_FAILED: .*it ended with 21: no display/)]);
  });

  it.each([
    [['yearly'], 2, 'USAGE: yearly'],
    [['weekly', '--period', '2026-W54'], 2, 'USAGE: --period'],
    [['weekly', '--period', '2026-W43', '--end', '2026-10-25'], 2, 'USAGE: --end'],
    [['weekly', '--email', 'ann'], 2, 'USAGE: --email'],
    [['weekly', '--email', 'ann@example.com'], 2, 'REPORT_NO_MAIL_SERVER: alerts.sinks'],
  ] as const)('refuses %j with a code', async (args, status, line) => {
    const ended = await report(...args);
    expect([ended.status, ended.stderr.slice(0, line.length)]).toEqual([status, line]);
  });
});
