import { expect, it } from 'vitest';
import { sql } from '#sql';
import { tables } from '#tables';
import { openDataFolder, type Reported } from './data-folder.js';

const hour = 3600;
const film = { user: 'ann', video: 'film', player: 'tv', duration_s: 10_000 };
const clip = { user: 'ann', video: 'clip', player: 'phone', duration_s: 100 };

/** Takes the batches in one by one and wants the same rows from a full run. */
async function sessionsOf(...batches: readonly (readonly Reported[])[]) {
  const f = await openDataFolder();
  try {
    for (const events of batches) {
      await f.append(events);
      await f.run();
    }
    const inBatches = await f.rows();
    const sessions = await f.query(
      sql`select video_id, event_count, watch_time_s from ${await f.lake.read(tables.sessions)} order by started_at`,
    );
    await f.run({ isFull: true });
    expect(inBatches).toEqual(await f.rows());
    return sessions;
  } finally {
    await f.close();
  }
}

it('lets a heartbeat prove steady play across a visit that another player had meanwhile', async () => {
  const sessions = await sessionsOf(
    [
      { ...film, id: '1', type: 'play', at_s: 0, position_s: 0 },
      { ...clip, id: '2', type: 'play', at_s: hour, position_s: 0 },
      { ...clip, id: '3', type: 'unload', at_s: hour + 10, position_s: 10 },
    ],
    [{ ...film, id: '4', type: 'heartbeat', at_s: 2 * hour, position_s: 2 * hour }],
  );
  expect(sessions).toEqual([
    { video_id: 'film', event_count: 2n, watch_time_s: 2 * hour },
    { video_id: 'clip', event_count: 2n, watch_time_s: 10 },
  ]);
});

it('counts an event once whose copy comes days later with another time', async () => {
  const day = 24 * hour;
  const sessions = await sessionsOf(
    [
      { ...clip, id: '1', type: 'play', at_s: 0, position_s: 0 },
      { ...clip, id: '2', type: 'unload', at_s: 40, position_s: 40 },
    ],
    [{ ...clip, id: '2', type: 'unload', at_s: 3 * day, received_s: 3 * day, position_s: 40 }],
  );
  expect(sessions).toEqual([{ video_id: 'clip', event_count: 2n, watch_time_s: 40 }]);
});

it('lets a copy that arrived earlier take the place of one days before it', async () => {
  const day = 24 * hour;
  const sessions = await sessionsOf(
    [
      { ...clip, id: '1', type: 'play', at_s: 0, position_s: 0 },
      { ...clip, id: '2', type: 'unload', at_s: 40, position_s: 40, received_s: 100 },
    ],
    [{ ...clip, id: '2', type: 'unload', at_s: 3 * day, received_s: 90, position_s: 40 }],
  );
  expect(sessions).toEqual([
    { video_id: 'clip', event_count: 1n, watch_time_s: 0 },
    { video_id: 'clip', event_count: 1n, watch_time_s: 0 },
  ]);
});

it('begins a visit with the page views that came in batches before', async () => {
  const page = { user: 'ann', video: null, player: 'phone', type: 'page_view', shown: ['clip'] };
  await sessionsOf(
    [
      { ...page, id: '1', at_s: 10 * hour },
      { ...page, id: '2', at_s: 10 * hour + 1200 },
    ],
    [{ ...clip, id: '3', type: 'play', at_s: 10 * hour + 2400, position_s: 0 }],
  );
});
