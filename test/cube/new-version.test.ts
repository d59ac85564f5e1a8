import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { everyMs } from '../../src/cube/follow.js';
import { complaints, load } from './rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from './small-lake.js';

let small: SmallLake;
let cube: CubeServer;
let look: () => Promise<void>;
const seen = complaints();

/** Sessions are an hour apart: the last begins at 00:30 UTC so many hours after the first day. */
const countBefore = 1000;
const countNow = 1002;

beforeAll(async () => {
  small = await makeSmallLake();
  await writeSessions(small, countBefore, 1);
  await writeGold(small);
  await small.publish(1);
  const follow = (given: typeof look) => {
    look = given;
    return () => {};
  };
  cube = await startCube({ config: small.config, log: seen.log, follow });
});
afterAll(async () => {
  await cube?.close();
  await small?.close();
});

const measures = ['sessions.session_count', 'sessions.watch_time_s', 'sessions.unique_viewers'];
/** The hour in which only the newest session of the second version begins, which is no replay. */
const lastHour = ['2026-02-11T17:00:00.000', '2026-02-11T17:59:59.999'];
const byMinute = { dimension: 'sessions.started_at', granularity: 'minute', dateRange: lastHour };
const questions = {
  'from a rollup': { measures: ['sessions.session_count'] },
  'from another': { measures: ['sessions.session_count'], dimensions: ['sessions.device'] },
  'exact viewers': { measures, timeDimensions: [{ dimension: 'sessions.started_at', granularity: 'month' }] },
  'of a video, built when asked': { measures, dimensions: ['sessions.video_id', 'sessions.country'] },
  'from rows': { measures, segments: ['sessions.first_viewings'] },
};

async function sessionsIn(query: object): Promise<number> {
  const { rows } = await load(cube, query);
  return rows.reduce((sum, row) => sum + Number(row['sessions.session_count'] ?? 0), 0);
}

describe('a run that has ended', () => {
  it('is served by every question after the first look, and by none before', async () => {
    const isReplay = (i: number) => i % 10 === 0;
    const played = (count: number) => Array.from({ length: count }, (_, i) => i).filter(i => !isReplay(i)).length;
    const expected = (name: string, count: number) => (name === 'from rows' ? played(count) : count);
    for (const [name, query] of Object.entries(questions)) {
      expect(await sessionsIn(query), name).toBe(expected(name, countBefore));
    }
    expect(await sessionsIn({ measures, timeDimensions: [byMinute] })).toBe(0);

    await writeSessions(small, countNow, 1);
    await writeGold(small);
    await small.publish(2);
    expect(cube.snapshot().sequence).toBe(1);
    expect(await sessionsIn(questions['from a rollup'])).toBe(countBefore);

    await look();
    expect(cube.snapshot().sequence).toBe(2);
    // The last hour first: nobody has waited for any rollup.
    expect(await sessionsIn({ measures, timeDimensions: [byMinute] })).toBe(1);
    for (const [name, query] of Object.entries(questions)) {
      expect(await sessionsIn(query), name).toBe(expected(name, countNow));
    }
    expect(seen.errors).toEqual([]);
  }, 240_000);
});

describe('looking for a new version', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('happens when the interval is over, again after each look, and no more once it is ended', async () => {
    vi.useFakeTimers();
    let looks = 0;
    let end = () => {};
    const stop = everyMs(250)(() => {
      looks += 1;
      return new Promise(resolve => {
        end = resolve;
      });
    });
    await vi.advanceTimersByTimeAsync(249);
    expect(looks).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(looks).toBe(1);
    // A look that takes long is not overtaken by the next.
    await vi.advanceTimersByTimeAsync(10_000);
    expect(looks).toBe(1);
    end();
    await vi.advanceTimersByTimeAsync(250);
    expect(looks).toBe(2);
    stop();
    end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(looks).toBe(2);
  });
});
