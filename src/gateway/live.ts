import type { Ask } from './ask.js';
import type { LiveMinute, LiveStats } from './contract.generated.js';
import { equals } from './cube-query.js';
import { type CubeRow, RowReader, toInstant } from './row.js';

const minuteMs = 60_000;
const minuteCount = 60;
const dimension = 'sessions.started_at';
const additive = ['sessions.session_count', 'sessions.play_count', 'sessions.watch_time_s'];

/** The last hour by the clock: sixty whole minutes and the one that has begun. Three Cube queries. */
export async function readLiveStats(ask: Ask, nowMs: number): Promise<LiveStats> {
  const startMs = Math.floor(nowMs / minuteMs) * minuteMs - minuteCount * minuteMs;
  const from = new Date(startMs).toISOString();
  const to = new Date(nowMs).toISOString();
  const dateRange = [cubeInstant(from), cubeInstant(to)] as const;
  const [byMinute, viewers, open] = await Promise.all([
    ask({
      measures: additive,
      timeDimensions: [{ dimension, dateRange, granularity: 'minute' }],
      order: [[dimension, 'asc']],
      limit: minuteCount + 1,
    }),
    ask({ measures: ['sessions.unique_viewers'], timeDimensions: [{ dimension, dateRange }], limit: 1 }),
    ask({ measures: ['sessions.session_count'], filters: [equals('sessions.end_reason', ['open'])], limit: 1 }),
  ]);
  const known = new Map(byMinute.rows.map(row => [toInstant(row[`${dimension}.minute`], dimension), toMinute(row)]));
  const minutes = Array.from({ length: minuteCount + 1 }, (_, index) => {
    const at = new Date(startMs + index * minuteMs).toISOString();
    return { at, ...(known.get(at) ?? { sessionCount: 0, playCount: 0, watchTimeS: 0 }) };
  });
  const sum = (name: 'sessionCount' | 'playCount' | 'watchTimeS') =>
    minutes.reduce((total, minute) => total + minute[name], 0);
  return {
    from,
    to,
    minutes,
    sessionCount: sum('sessionCount'),
    playCount: sum('playCount'),
    watchTimeS: sum('watchTimeS'),
    uniqueViewers: countOf(viewers.rows, 'unique_viewers'),
    openSessionCount: countOf(open.rows, 'session_count'),
  };
}

/** Cube takes instants without a zone as UTC. */
const cubeInstant = (instant: string): string => instant.slice(0, -1);

const countOf = ([row]: readonly CubeRow[], name: string): number =>
  row === undefined ? 0 : (new RowReader(row, 'sessions').numberOrNull(name) ?? 0);

function toMinute(row: CubeRow): Omit<LiveMinute, 'at'> {
  const read = new RowReader(row, 'sessions');
  return {
    sessionCount: read.number('session_count'),
    playCount: read.number('play_count'),
    watchTimeS: read.numberOrNull('watch_time_s') ?? 0,
  };
}
