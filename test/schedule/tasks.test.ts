import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readIncidents } from '#alerts';
import { type Config, configSchema } from '#config';
import { openJobLake } from '#job';
import { type Fragment, sql } from '#sql';
import { tables } from '#tables';
import { runEvery } from '../../src/cli/run.js';
import { watchOver } from '../../src/cli/watch-over.js';
import { openReceiver } from '../alerts/receivers.js';
import { commandContext } from './command-context.js';
import { VirtualClock } from './virtual-clock.js';

/** `playhead run --every` and `--watch`, and what `serve` watches over, with real tables and a clock of the test's. */
const minute = 60_000;
const start = '2030-01-01T00:00:00Z';
let folder: string;
let receiver: Awaited<ReturnType<typeof openReceiver>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-tasks-'));
  await mkdir(join(folder, 'in'));
  receiver = await openReceiver([200]);
});
afterEach(async () => {
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

/** One viewing of half a minute, as a file that was written at the start. */
async function putFile(name: string, day = '2029-12-31'): Promise<void> {
  const event = (event_type: string, second: number) =>
    JSON.stringify({
      event_id: `${name}-${second}`,
      user_id: name,
      video_id: 'v',
      event_type,
      event_time: `${day}T23:00:${second}Z`,
      received_at: `${day}T23:00:${second}Z`,
      position_s: second,
    });
  const path = join(folder, 'in', `${name}.ndjson`);
  await writeFile(path, `${event('play', 10)}\n${event('pause', 40)}\n`);
  await utimes(path, new Date(start), new Date(start));
}

const configOf = (settings: { readonly schedule?: object; readonly alerts?: object } = {}): Config =>
  configSchema.parse({
    data: join(folder, 'data'),
    engine: { threads: 1, memory_limit: '512MB' },
    alerts: { sinks: { pager: { kind: 'webhook', url: receiver.url } }, ...settings.alerts },
    schedule: {
      ingest: { files: [join(folder, 'in', '*.ndjson')], settle_s: 0 },
      optimize_every_s: 0,
      vacuum_every_s: 0,
      ...settings.schedule,
    },
  });

interface Story {
  readonly everyMs: number;
  readonly isWatching?: boolean;
  /** What happens at a minute, before the schedule looks again. */
  readonly at: Readonly<Record<number, () => Promise<void> | void>>;
  readonly end: number;
}

/** Runs the schedule through a story: what it said, and at which minute. */
async function live(config: Config, { everyMs, isWatching = false, at, end }: Story) {
  const clock = new VirtualClock(start);
  const stop = new AbortController();
  const minutes = () => (clock.now().getTime() - Date.parse(start)) / minute;
  const waiting = Object.keys(at).map(Number);
  clock.onSleep = async () => {
    while (waiting[0] !== undefined && waiting[0] <= minutes()) await at[waiting.shift() ?? 0]?.();
    if (minutes() >= end) stop.abort();
  };
  const { context, notes, printed } = commandContext(config);
  const ran: [minute: number, run: string][] = [];
  const print: typeof context.print = ({ text }) => {
    printed.push(text);
    ran.push([minutes(), text.split(' ', 1)[0] ?? '']);
  };
  await runEvery({ ...context, print }, { everyMs, isWatching, signal: stop.signal, clock });
  return { notes, ran };
}

async function ask(text: (table: Fragment) => Fragment, name: 'events' | 'sessions'): Promise<readonly unknown[]> {
  const { lake, engine, close } = await openJobLake(configOf());
  try {
    return await engine.query(text(await lake.read(tables[name])));
  } finally {
    await close();
  }
}

const messageSchema = z.object({
  incidents: z.array(z.object({ rule: z.string(), kind: z.string(), summary: z.string() })),
});
/** What the receiver was told of one rule. */
const toldOf = (rule: string) =>
  receiver.received
    .flatMap(({ body }) => messageSchema.parse(JSON.parse(body)).incidents)
    .filter(incident => incident.rule === rule);

describe('run --watch', () => {
  it('runs when a file comes or changes, and not before', async () => {
    await putFile('a');
    const { ran } = await live(configOf({ schedule: { watch_poll_s: 60, watch_alerts_every_s: 86_400 } }), {
      everyMs: 1000 * minute,
      isWatching: true,
      at: {
        10: () => putFile('b'),
        20: () => putFile('b'), // the same file once more
        30: () => putFile('c'),
      },
      end: 40,
    });
    expect(ran.map(([, run]) => run)).toEqual(['run-000001', 'run-000002', 'run-000003']);
    expect(ran.map(([at]) => Math.floor(at))).toEqual([0, 10, 30]);
    expect(await ask(table => sql`select count(*) as n from ${table} s`, 'sessions')).toEqual([{ n: 3n }]);
  });
});

describe('the care of the tables', () => {
  it('puts small files together and deletes old ones, at its own pace, and changes no row', async () => {
    const perUser = (table: Fragment) =>
      sql`select user_id, sum(watch_time_s) as s from ${table} s group by 1 order by 1`;
    const day = 24 * 60;
    // Looked at every six hours: a quarter of the lease.
    const schedule = { optimize_every_s: 4 * 86_400, vacuum_every_s: 8 * 86_400, lease_s: 86_400 };
    const { notes } = await live(configOf({ schedule }), {
      everyMs: 4 * day * minute,
      at: { 0: () => putFile('a'), [3 * day]: () => putFile('b'), [7 * day]: () => putFile('c') },
      end: 17 * day,
    });
    const cared = notes.filter(line => /^(optimize|vacuum):/.test(line));
    expect(cared.filter(line => line.startsWith('optimize: ')).length).toBeGreaterThan(0);
    expect(cared.find(line => /^optimize: .*files of events \(/.test(line))).toBeDefined();
    expect(cared.find(line => /^vacuum: .*files of sessions \(/.test(line))).toBeDefined();
    // Every user watched half a minute, before and after.
    expect(await ask(perUser, 'sessions')).toEqual(['a', 'b', 'c'].map(user_id => ({ user_id, s: 30 })));
    expect(await ask(table => sql`select count(*) as n from ${table} e`, 'events')).toEqual([{ n: 6n }]);
  });
});

describe('a job that fails', () => {
  const lock = () => join(folder, 'data', '.playhead-job.lock');
  /** As another process of this machine that lives: our parent. */
  const lockFolder = async () => {
    await mkdir(join(folder, 'data'), { recursive: true });
    const holder = { pid: process.ppid, host: hostname(), since: start };
    await writeFile(lock(), JSON.stringify(holder));
  };

  it('is told after three attempts in a row, with its code, and once more when it is over', async () => {
    await putFile('a');
    await lockFolder();
    const said: number[] = [];
    await live(configOf(), {
      everyMs: 5 * minute,
      at: {
        // Attempts at 0, 0.5 and 1.5 minutes: one pause of 30 s, one of a minute.
        1: () => void said.push(toldOf('job_failed').length),
        2: () => void said.push(toldOf('job_failed').length),
        20: async () => {
          said.push(toldOf('job_failed').length);
          await rm(lock());
        },
      },
      end: 31,
    });
    expect(said).toEqual([0, 1, 1]);
    const told = toldOf('job_failed');
    expect(told.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
    expect(told[0]?.summary).toMatch(
      /^3 attempts in a row have failed, the last with DATA_LOCKED \(limit 3\); it has never/,
    );
  });

  it('is told although its incident cannot be stored: a full disk must not hide itself', async () => {
    await putFile('a');
    await lockFolder();
    // Where the incidents should go stands a file.
    await writeFile(join(folder, 'data', 'alerts'), 'no folder');
    const { notes } = await live(configOf({ alerts: { repeat_s: 3600 } }), { everyMs: 5 * minute, at: {}, end: 70 });
    expect(toldOf('job_failed').map(({ kind }) => kind)).toEqual(['opened', 'opened']);
    expect(notes.filter(line => line.includes('cannot be stored'))).toHaveLength(2);
  });
});

describe('a catalog that cannot be reached', () => {
  it('is told as a failing job, each report says that it lacks a Cube, and nobody cares for tables of others', async () => {
    const config: Config = {
      ...configOf({ schedule: { optimize_every_s: 60, vacuum_every_s: 60 }, alerts: { repeat_s: 86_400 } }),
      engine: configSchema.parse({ engine: { kind: 'spark', host: '127.0.0.1', port: 1 } }).engine,
      reports: configSchema.parse({ reports: { board: { kind: 'daily', folder: join(folder, 'reports') } } }).reports,
    };
    const { notes, ran } = await live(config, { everyMs: 5 * minute, at: {}, end: 11 });
    expect(ran).toEqual([]);
    expect(toldOf('job_failed').map(({ kind }) => kind)).toEqual(['opened']);
    expect(toldOf('job_failed')[0]?.summary).toContain('the last with ENGINE_UNREACHABLE (limit 3)');
    expect(notes.filter(line => line.startsWith('CONFIG_INVALID: serve.cube_url:'))).toHaveLength(1);
    expect(notes.some(line => /^(optimize|vacuum):|\((optimize|vacuum);/.test(line))).toBe(false);
  });
});

describe('a job that nobody runs', () => {
  it('is told by the serving process, with the limit of three intervals, until it runs again', async () => {
    await putFile('a');
    const config = configOf();
    await live(config, { everyMs: 30 * minute, at: {}, end: 0 });
    const clock = new VirtualClock(start);
    const stop = new AbortController();
    const minutes = () => (clock.now().getTime() - Date.parse(start)) / minute;
    const counts: [minute: number, count: number][] = [];
    clock.onSleep = async () => {
      if ([90, 92, 120].includes(minutes())) counts.push([minutes(), toldOf('job_silent').length]);
      if (minutes() === 120) {
        const state = {
          job: { started_at: clock.now(), succeeded_at: clock.now(), failure_count: 0, last_failure: null },
        };
        await writeFile(join(config.data, '.playhead-schedule.json'), JSON.stringify(state));
      }
      if (minutes() >= 130) stop.abort();
    };
    await watchOver(commandContext(config).context, { clock, signal: stop.signal });
    expect(counts).toEqual([
      [90, 0],
      [92, 1],
      [120, 1],
    ]);
    expect(toldOf('job_silent').map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
    expect(toldOf('job_silent')[0]?.summary).toContain('(limit 1.5 h)');
    const { lake, engine, close } = await openJobLake(config);
    const incidents = await readIncidents({ lake, engine }, sql`rule = 'job_silent'`);
    await close();
    expect(incidents.map(({ state, history }) => [state, history.length])).toEqual([['resolved', 2]]);
  });

  it('is not looked for where no schedule has ever run, or where the limit is 0', async () => {
    const clock = new VirtualClock(start);
    const stop = new AbortController();
    clock.onSleep = now => {
      if (now.getTime() > Date.parse(start) + 300 * minute) stop.abort();
    };
    await mkdir(join(folder, 'data'));
    await watchOver(commandContext(configOf()).context, { clock, signal: stop.signal });
    expect(receiver.received).toEqual([]);
  });
});
