import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlayheadError } from '#errors';
import { readSeenFiles, readState, runPass, runSchedule, type ScheduleOptions, type Task, takeLease } from '#schedule';
import { VirtualClock } from './virtual-clock.js';

const minute = 60_000;
let folder: string;
let clock: VirtualClock;
let stop: AbortController;
let told: string[];
/** What ran, at which minute. */
let ran: [string, number][];
const start = '2026-11-01T00:00:00Z';
const minutes = () => (clock.now().getTime() - Date.parse(start)) / minute;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-schedule-'));
  clock = new VirtualClock(start);
  stop = new AbortController();
  told = [];
  ran = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const task = (name: string, everyMs: number, work: () => Promise<void> | void = () => {}): Task => ({
  name,
  everyMs,
  run: async () => {
    ran.push([name, minutes()]);
    await work();
  },
});
const optionsOf = (tasks: readonly Task[], more: Partial<ScheduleOptions> = {}): ScheduleOptions => ({
  folder,
  clock,
  tasks,
  backoffMs: minute,
  backoffMsMax: 8 * minute,
  leaseMs: 2 * minute,
  pollMs: 60 * minute,
  signal: stop.signal,
  ifLeased: 'fail',
  onFailure: (name, { code }) => told.push(`${name} ${code}`),
  ...more,
});
/** Runs tasks until so many minutes have passed. */
async function runUntil(end: number, tasks: readonly Task[], more: Partial<ScheduleOptions> = {}): Promise<void> {
  clock.onSleep = () => {
    if (minutes() >= end) stop.abort();
  };
  await runSchedule(optionsOf(tasks, more));
}
const failure = (code: 'DATA_LOCKED' | 'DATA_DISK_FULL') => new PlayheadError({ code, message: 'it is' });
const startsOf = (name: string) => ran.filter(([one]) => one === name).map(([, at]) => at);

describe('a schedule', () => {
  it('runs each task at its own interval, in the given order', async () => {
    await runUntil(20, [task('job', 5 * minute), task('care', 15 * minute)]);
    expect(ran).toEqual([
      ['job', 0],
      ['care', 0],
      ['job', 5],
      ['job', 10],
      ['job', 15],
      ['care', 15],
      ['job', 20],
    ]);
  });

  it('counts the interval from start to start', async () => {
    await runUntil(10, [task('job', 5 * minute, () => clock.sleep(2 * minute, stop.signal))]);
    expect(startsOf('job')).toEqual([0, 5, 10]);
  });

  it('catches up by one run after a downtime, and only on what is due', async () => {
    await runUntil(10, [task('job', 5 * minute), task('care', 60 * minute)]);
    stop = new AbortController();
    ran = [];
    clock.onSleep = () => {};
    await clock.sleep(42 * minute, stop.signal);
    await runUntil(61, [task('job', 5 * minute), task('care', 60 * minute)]);
    expect(startsOf('job')).toEqual([52, 57]);
    expect(startsOf('care')).toEqual([60]);
  });

  it('tries again what failed after pauses that double up to the longest, and tells the same failure once', async () => {
    let attempts = 0;
    const failing = task('job', 5 * minute, () => {
      attempts += 1;
      if (attempts <= 6) throw failure(attempts <= 5 ? 'DATA_LOCKED' : 'DATA_DISK_FULL');
    });
    await runUntil(45, [failing, task('alerts', 10 * minute)]);
    expect(startsOf('job')).toEqual([0, 1, 3, 7, 15, 23, 31, 36, 41]);
    expect(told).toEqual(['job DATA_LOCKED', 'job DATA_DISK_FULL']);
    expect(startsOf('alerts')).toEqual([0, 10, 20, 30, 40]);
  });

  it('goes on counting failures after a restart, and shows them in its state', async () => {
    const failing = task('job', 5 * minute, () => {
      throw failure('DATA_LOCKED');
    });
    await runUntil(3, [failing]);
    expect((await readState(folder))['job']).toMatchObject({ failure_count: 3, succeeded_at: null });
    stop = new AbortController();
    ran = [];
    await runUntil(16, [failing]);
    expect(startsOf('job')).toEqual([7, 15]);
  });

  it('ends with what is a bug, and gives the lease back', async () => {
    const broken = task('job', minute, () => {
      throw new TypeError('a bug');
    });
    await expect(runUntil(5, [broken])).rejects.toThrow('a bug');
    expect(await readdir(folder)).not.toContain('.playhead-schedule.lease');
  });

  it('runs a task at once when it has work', async () => {
    let hasWork = false;
    const watching = { ...task('job', 1000 * minute), hasWork: async () => hasWork };
    clock.onSleep = () => {
      hasWork = minutes() === 2;
      if (minutes() >= 5) stop.abort();
    };
    await runSchedule(optionsOf([watching], { pollMs: minute }));
    // Set while it slept after the look at minute 2; it looks every half minute, a quarter of the lease.
    expect(startsOf('job')).toEqual([0, 2.5]);
  });

  it('finishes what has begun when it is told to stop, and begins nothing more', async () => {
    const done: string[] = [];
    const first = task('job', minute, async () => {
      stop.abort();
      await Promise.resolve();
      done.push('job');
    });
    await runSchedule(optionsOf([first, task('alerts', minute)]));
    expect([done, ran.length]).toEqual([['job'], 1]);
  });

  it('runs everything once in a pass, and ends with the first failure after all', async () => {
    const failing = task('job', 0, () => {
      throw failure('DATA_LOCKED');
    });
    await expect(runPass(optionsOf([failing, task('alerts', 0)]))).rejects.toMatchObject({ code: 'DATA_LOCKED' });
    expect(ran.map(([name]) => name)).toEqual(['job', 'alerts']);
  });

  it('takes a state file that is nonsense for none', async () => {
    await writeFile(join(folder, '.playhead-schedule.json'), '{"job": 1');
    await runUntil(0, [task('job', minute)]);
    expect(startsOf('job')).toEqual([0]);
  });
});

describe('the lease', () => {
  const take = (now = () => clock.now()) => takeLease({ folder, now, ttlMs: 2 * minute });
  const file = () => join(folder, '.playhead-schedule.lease');
  const another = (more: object) =>
    writeFile(
      file(),
      JSON.stringify({ id: 'x', pid: 1, host: hostname(), since: start, heartbeat_at: start, ...more }),
    );

  it('lets one schedule at a time into a data folder', async () => {
    const lease = await take();
    await expect(runUntil(5, [task('job', minute)])).rejects.toMatchObject({ code: 'SCHEDULE_LEASED' });
    await lease.release();
    await runUntil(0, [task('job', minute)]);
    expect(startsOf('job')).toEqual([0]);
  });

  it('goes to one of twenty that try at once', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => take()));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('goes to one of twenty that find a dead one', async () => {
    await another({ host: 'elsewhere', heartbeat_at: '2026-10-31T23:00:00Z' });
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => take()));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('of another machine is taken over once its holder has been silent for too long', async () => {
    await another({ host: 'elsewhere' });
    await clock.sleep(2 * minute, stop.signal);
    await expect(take()).rejects.toMatchObject({ code: 'SCHEDULE_LEASED' });
    await clock.sleep(1, stop.signal);
    await take();
  });

  it('of a process of this machine that has ended is taken over at once', async () => {
    await another({ pid: spawnSync(process.execPath, ['-e', '']).pid });
    await take();
  });

  it('of a process before a restart with the same number is taken over at once', async () => {
    await another({ pid: process.pid });
    await take();
  });

  it('is kept fresh while a task runs for long', async () => {
    const other: string[] = [];
    const long = task('job', 60 * minute, async () => {
      await clock.sleep(30 * minute, stop.signal);
      other.push(
        await take().then(
          () => 'taken',
          (error: PlayheadError) => error.code,
        ),
      );
      other.push(await readFile(file(), 'utf8').then(text => String(JSON.parse(text).heartbeat_at)));
    });
    await runUntil(30, [long]);
    expect(other).toEqual(['SCHEDULE_LEASED', '2026-11-01T00:30:00.000Z']);
  });

  it('that was taken over ends the work of who held it, and is left alone', async () => {
    clock.onSleep = async () => {
      if (minutes() >= 20) stop.abort();
      else if (minutes() >= 5) await another({ id: 'new', host: 'elsewhere', heartbeat_at: '2026-11-02T00:00:00Z' });
    };
    await runSchedule(optionsOf([task('job', minute)], { ifLeased: 'wait' }));
    expect(startsOf('job').at(-1)).toBeLessThanOrEqual(5);
    expect(await readFile(file(), 'utf8')).toContain('"new"');
  });

  it('is waited for where the schedule may stand by', async () => {
    const other = await take();
    clock.onSleep = async () => {
      if (minutes() >= 3) await other.release();
      if (minutes() >= 6) stop.abort();
    };
    const standby: string[] = [];
    await runSchedule(
      optionsOf([task('job', minute)], { ifLeased: 'wait', onStandby: ({ code }) => standby.push(code) }),
    );
    expect(standby[0]).toBe('SCHEDULE_LEASED');
    expect(startsOf('job')[0]).toBeGreaterThanOrEqual(3);
  });
});

describe('files that were looked at', () => {
  it('come again only when they change, and not while they are being written', async () => {
    const path = join(folder, 'a.ndjson');
    await writeFile(path, 'one');
    await utimes(path, new Date(start), new Date(start));
    const at = (seconds: number) => Date.parse(start) + seconds * 1000;
    const seen = await readSeenFiles(folder);
    expect(await seen.unseen([path], at(5), 10_000)).toEqual([]);
    expect(await seen.unseen([path], at(10), 10_000)).toEqual([path]);
    await seen.remember(path, null);
    expect(await (await readSeenFiles(folder)).unseen([path], at(60), 10_000)).toEqual([]);
    await writeFile(path, 'one and two');
    await utimes(path, new Date(at(70)), new Date(at(70)));
    expect(await seen.unseen([path], at(90), 10_000)).toEqual([path]);
    expect((await stat(path)).size).toBe(11);
  });

  it('pass over what is gone, and always name folders', async () => {
    const seen = await readSeenFiles(folder);
    expect(await seen.unseen([join(folder, 'gone'), folder], 0, 0)).toEqual([folder]);
  });
});
