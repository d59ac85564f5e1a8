import { eventTypes } from '#tables';
import type { Rows } from '../scenarios/run-pipeline.js';

/** A small random source that is the same on every machine (mulberry32). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const startUs = BigInt(Date.UTC(2026, 2, 2)) * 1000n;

/** Events without sense: any type after any other, missing and wrong positions, gaps, tabs, copies. */
export function randomEvents(seed: number, users: number, eventsPerUser: number): Rows {
  const random = randomSource(seed);
  const pick = <T>(values: readonly T[], otherwise: T): T => values[Math.floor(random() * values.length)] ?? otherwise;
  const rows: Record<string, string | number | bigint | boolean | null>[] = [];
  for (let user = 0; user < users; user++) {
    let at = 0;
    let position = 0;
    for (let i = 0; i < eventsPerUser; i++) {
      const gap = random() < 0.04 ? 1800 + random() * 3600 : pick([0, 0.3, 1, 2, 5, 10, 10, 40], 1);
      at += gap;
      position = Math.max(0, position + (random() < 0.7 ? gap : (random() - 0.4) * 60));
      const type =
        random() < 0.4 ? pick(['play', 'pause', 'seek', 'heartbeat'] as const, 'play') : pick(eventTypes, 'load');
      const told =
        random() < 0.15 ? null : random() < 0.03 ? pick([-5, 1.7e9, 9999], -5) : Math.round(position * 1e3) / 1e3;
      rows.push({
        event_id: `${seed}-${user}-${i}`,
        user_id: `user ${user}`,
        video_id: type === 'page_view' ? null : random() < 0.1 ? 'other' : 'film',
        player_id: random() < 0.15 ? pick(['tab', null], null) : 'main',
        event_type: type,
        event_time: startUs + BigInt(Math.round(at * 1e6)),
        received_at: startUs + BigInt(Math.round((at + random() * 5) * 1e6)),
        sequence: random() < 0.5 ? i : null,
        position_s: told,
        seek_from_s: type === 'seek' && random() < 0.6 ? Math.round(random() * 1e5) / 1e3 : null,
        duration_s: random() < 0.3 ? 300 : null,
        playback_rate: type === 'rate_change' ? pick([0.5, 1, 1.5, 2], 1) : null,
        autoplay: random() < 0.1 ? random() < 0.5 : null,
        device: pick(['phone', 'desktop', null], null),
      });
    }
  }
  return rows;
}

/** The same rows in another order. */
export function shuffled<T>(rows: readonly T[], seed: number): T[] {
  const random = randomSource(seed);
  return rows
    .map(row => [random(), row] as const)
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row);
}
