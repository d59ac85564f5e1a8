import { expect, it } from 'vitest';
import { describeExplanation, explainSession } from '#explain';
import { readRunHistory } from '#job';
import { sql } from '#sql';
import { tables } from '#tables';
import { openDataFolder, type Reported } from '../job/data-folder.js';

/** A small generator of numbers from 0 to 1 that always gives the same ones (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const types = [
  'load',
  'play',
  'play',
  'resume',
  'pause',
  'seek',
  'seek',
  'heartbeat',
  'heartbeat',
  'ended',
  'rate_change',
  'buffer_start',
  'buffer_end',
  'hidden',
  'visible',
  'page_view',
  'unload',
  'error',
];

/** What no player would report: any event at any time and position, in two tabs, copies among them. */
function nonsense(seed: number, count: number): Reported[] {
  const next = numbersFrom(seed);
  const pick = <T>(values: readonly [T, ...T[]]): T => values[Math.floor(next() * values.length)] ?? values[0];
  let at_s = 0;
  let position_s = 0;
  const events = Array.from({ length: count }, (_, i): Reported => {
    const gap = pick([0, 0.4, 1, 3, 10, 10, 30, 120, 2400]);
    at_s += gap;
    position_s = pick([
      position_s,
      position_s + gap,
      position_s + gap,
      position_s + 2 * gap,
      position_s - 5,
      next() * 400,
      0,
    ]);
    return {
      id: `e${i}`,
      user: 'ann',
      video: pick(['v1', 'v1', 'v1', 'v2']),
      player: pick(['a', 'a', 'b']),
      type: types[Math.floor(next() * types.length)] ?? 'play',
      at_s,
      position_s: pick([position_s, position_s, position_s, null, -3, 9e9]),
      seek_from_s: pick([null, null, position_s - 20]),
      duration_s: pick([null, 300]),
      rate: pick([null, null, 1, 2]),
    };
  });
  const copies = events
    .filter(() => next() < 0.1)
    .map(event => ({ ...event, received_s: event.at_s + 5, position_s: 7 }));
  return [...events, ...copies];
}

it.each([1, 2, 3])('adds up for whatever a player reports (%i), in batches', async seed => {
  const f = await openDataFolder();
  try {
    const events = nonsense(seed, 60);
    await f.append(events.slice(20));
    await f.run();
    await f.append(events.slice(0, 20));
    await f.run();
    const { lake, config } = f;
    const { finished } = await readRunHistory(lake, lake.engine);
    if (finished === undefined) throw new Error('no run has finished');
    const rows = await f.query(
      sql`select session_id from ${await lake.read(tables.sessions)} r order by event_count desc, session_id limit 5`,
    );
    for (const row of rows) {
      const sessionId = String(row['session_id']);
      const explanation = await explainSession({ lake, engine: lake.engine, served: finished, config, sessionId });
      expect(explanation.agrees, describeExplanation(explanation)).toBe(true);
    }
  } finally {
    await f.close();
  }
});
