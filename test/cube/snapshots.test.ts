import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { complaints, load } from './rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from './small-lake.js';

let small: SmallLake;
let cube: CubeServer;
const seen = complaints();

beforeAll(async () => {
  small = await makeSmallLake({ serve: { snapshot_poll_ms: 100 } });
  cube = await startCube({ config: small.config, log: seen.log });
});
afterAll(async () => {
  await cube?.close();
  await small?.close();
});

/** Watch time of `writeSessions(small, 1000, seconds)` for one second: sum of i % 40. */
const watchedPerSecond = 25 * ((39 * 40) / 2);

const totals = { measures: ['sessions.watch_time_s', 'sessions.session_count'] };
/** The same from the files: no rollup holds the player. */
const rawTotals = { ...totals, segments: ['sessions.first_viewings'], filters: [] };

async function untilServed(sequence: number): Promise<void> {
  while (cube.snapshot().sequence < sequence) await pause(5);
}

describe('what is served', () => {
  it('is nothing, with all columns, before the first run', async () => {
    expect(cube.snapshot()).toEqual({ versions: {}, runId: undefined, sequence: 0, committedAt: undefined });
    const { rows } = await load(cube, totals);
    const nothing = [{ 'sessions.watch_time_s': null, 'sessions.session_count': '0' }];
    expect(rows).toEqual(nothing);
    expect((await load(cube, rawTotals)).rows).toEqual(nothing);
  });

  it('is the newest finished run, without being asked, through rollups and raw', async () => {
    for (const [sequence, seconds] of [
      [1, 1],
      [2, 3],
    ] as const) {
      await writeSessions(small, 1000, seconds);
      await writeGold(small);
      await small.publish(sequence);
      await untilServed(sequence);
      for (const query of [totals, { ...totals, dimensions: ['sessions.device'] }, rawTotals]) {
        const { rows } = await load(cube, query);
        const watched = rows.reduce((sum, row) => sum + Number(row['sessions.watch_time_s']), 0);
        const share = query === rawTotals ? watchedOfFirstViewings() : watchedPerSecond;
        expect(watched).toBeCloseTo(share * seconds, 6);
      }
    }
    expect(cube.snapshot()).toMatchObject({ runId: 'run-2', sequence: 2, versions: { sessions: 1, videos: 1 } });
  });

  it('does not move with a table that was written but not published', async () => {
    await writeSessions(small, 500, 7);
    await pause(300);
    const { rows } = await load(cube, totals);
    expect(rows).toEqual([{ 'sessions.watch_time_s': String(watchedPerSecond * 3), 'sessions.session_count': '1000' }]);
  });

  it('is one version in every answer while runs follow each other', async () => {
    const counts = [1200, 400, 1600, 800, 2000, 600];
    let isWriting = true;
    const torn: unknown[] = [];
    let answerCount = 0;
    const ask = async () => {
      while (isWriting) {
        // Distinct limits keep the answers from coming out of one cache entry.
        const { rows } = await load(cube, {
          ...totals,
          dimensions: ['sessions.video_id'],
          limit: 10 + (answerCount % 50),
        });
        const sessionCount = rows.reduce((sum, row) => sum + Number(row['sessions.session_count']), 0);
        const watched = rows.reduce((sum, row) => sum + Number(row['sessions.watch_time_s']), 0);
        answerCount += 1;
        // In every version the watch time is 19.5 seconds a session times the version's own factor: its session count.
        const factor = sessionCount === 1000 ? 3 : sessionCount;
        if (Math.abs(watched - sessionCount * 19.5 * factor) > 1e-3) torn.push(rows);
      }
    };
    const asking = [ask(), ask(), ask()];
    try {
      for (const [index, count] of counts.entries()) {
        await writeSessions(small, count, count);
        await small.publish(3 + index);
        await untilServed(3 + index);
      }
    } finally {
      isWriting = false;
      await Promise.all(asking);
    }
    expect(torn).toEqual([]);
    expect(answerCount).toBeGreaterThan(10);
    expect(seen.errors).toEqual([]);
  }, 180_000);
});

/** Sum of i % 40 below 1000 where i is no multiple of 10: those are replays. */
function watchedOfFirstViewings(): number {
  let sum = 0;
  for (let i = 0; i < 1000; i += 1) if (i % 10 !== 0) sum += i % 40;
  return sum;
}
