import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReceiver } from '../alerts/receivers.js';
import { playhead } from './command-line.js';

/** `playhead run`, `quality` and `alerts` as somebody on call uses them: old events, so that the data is stale. */
let folder: string;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let at: (...args: string[]) => ReturnType<typeof playhead>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-alerts-'));
  receiver = await openReceiver([404, 200]);
  const event = (event_id: string, event_type: string, second: number) =>
    JSON.stringify({
      event_id,
      user_id: 'u',
      video_id: 'v',
      event_type,
      event_time: `2026-10-31T10:00:${second}Z`,
      received_at: `2026-10-31T10:00:${second}Z`,
      position_s: second,
    });
  await writeFile(join(folder, 'good.ndjson'), `${event('1', 'play', 10)}\n${event('2', 'pause', 40)}\n`);
  await writeFile(join(folder, 'broken.parquet'), 'no parquet');
  const config = {
    alerts: { sinks: { pager: { kind: 'slack', url: 'env:PAGER_URL' } } },
    schedule: {
      ingest: { files: [join(folder, '*.ndjson'), join(folder, '*.parquet')], settle_s: 0 },
      optimize_every_s: 0,
    },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
  at = (...args) =>
    playhead([...args, '--data', join(folder, 'data'), '--config', join(folder, 'config.yaml')], {
      PAGER_URL: receiver.url,
    });
});
afterAll(async () => {
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the schedule, once', () => {
  it('takes in what is there, leaves out what is broken, and keeps what a sink refuses', async () => {
    const { status, stdout, stderr } = await at('run', '--json');
    expect(stderr).toContain('good.ndjson: 2 events accepted, 0 rows rejected');
    expect(stderr).toContain('INPUT_CORRUPT');
    expect(stderr).toContain('pager has not taken 1 messages (HTTP 404); kept as a dead letter');
    expect(stderr).not.toContain('secretpath');
    expect(JSON.parse(stdout)).toMatchObject({ has_run: true, new_event_count: 2 });
    expect(status).toBe(0);
  });

  it('finds nothing new the second time, and is quiet about it', async () => {
    const { status, stdout, stderr } = await at('run');
    expect([status, stdout, stderr]).toEqual([0, 'nothing new since run-000001\n', '']);
  });
});

describe('alerts', () => {
  let id: string;

  it('are listed with the dead letter', async () => {
    const { stdout } = await at('alerts', '--json');
    const { alerts, dead_letters } = JSON.parse(stdout);
    expect(alerts).toMatchObject([{ rule: 'freshness', state: 'open', severity: 'error', waiting_for: [] }]);
    expect(dead_letters).toMatchObject([{ sink: 'pager', reason: 'HTTP 404' }]);
    id = alerts[0].alert_id;
  });

  it('are acknowledged by somebody with a name, and keep their history', async () => {
    expect((await at('alerts', 'ack', id)).status).toBe(2);
    expect(await at('alerts', 'ack', id, '--by', 'ann', '--note', 'on it')).toMatchObject({
      status: 0,
      stdout: `${id} acknowledged by ann\n`,
    });
    expect((await at('alerts', 'ack', id, '--by', 'ben')).stdout).toBe(`${id} was acknowledged before, by ann\n`);
    expect((await at('alerts', 'history', id)).stdout).toContain('acknowledged by ann: on it');
  });

  it('that are not there have a code', async () => {
    const { status, stderr } = await at('alerts', 'history', 'alert-0');
    expect([status, stderr.split(':')[0]]).toEqual([3, 'ALERT_UNKNOWN_ID']);
  });

  it('can be asked in SQL', async () => {
    const { stdout } = await at('query', 'select rule, state, acknowledged_by from alerts', '--format', 'csv');
    expect(stdout).toBe('rule,state,acknowledged_by\nfreshness,acknowledged,ann\n');
  });

  it('that no sink has taken are sent again', async () => {
    expect((await at('alerts', 'retry')).stdout).toBe('1 of 1 dead letters were taken\n');
    expect(JSON.parse(receiver.received.at(-1)?.body ?? '').text).toBe('Playhead: [error] Open: Data is stale');
    expect(JSON.parse((await at('alerts', '--json')).stdout).dead_letters).toEqual([]);
  });
});

describe('quality', () => {
  it('ends with status 1 for failures of the asked severity', async () => {
    const { status, stdout, stderr } = await at('quality');
    expect([status, stderr.split(':')[0]]).toEqual([1, 'QUALITY_FAILED']);
    expect(stdout).toMatch(/FAILED {2}error {4}freshness/);
    expect((await at('quality', '--fail-on', 'none')).status).toBe(0);
  });

  it('shows one rule through the runs, and names those that there are', async () => {
    expect((await at('quality', '--history', 'rejected_rows', '--json')).stdout).toContain('"run_id":"run-000001"');
    expect((await at('quality', '--history', 'nope')).stderr).toContain('the rules are: state_events_per_session');
  });
});
