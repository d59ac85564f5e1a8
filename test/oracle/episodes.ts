import type { EventType } from '#tables';
import type { Happening } from './streams.js';

type Part = Partial<Happening> & { readonly type: EventType };

/** Play at a pace that nobody reports: first one, then another, in intervals of one length. */
const silently = (gapMs: number, pace: number, then = pace): readonly Part[] => [
  { type: 'play', position: 'zero', where: 0, rate: 1 },
  { type: 'heartbeat', gapMs, position: 'paced', where: pace / 10, rate: null },
  { type: 'heartbeat', gapMs, position: 'paced', where: then / 10, rate: null },
];

/** A seek to the start, a position that far away, and a play that claims to be elsewhere. */
const unsettledBy = (seconds: number): readonly Part[] => [
  { type: 'pause', position: 'follows' },
  { type: 'seek', gapMs: 5000, position: 'zero', where: 0 },
  { type: 'heartbeat', gapMs: 500, position: 'zero', where: seconds / 6 },
  { type: 'play', gapMs: 500, position: 'zero', where: 1 },
  { type: 'pause', gapMs: 30_000, position: 'follows' },
];

/** A stall in which a position moves on that far. */
const stalledUntil = (seconds: number): readonly Part[] => [
  { type: 'play', position: 'zero', where: 0, rate: 1 },
  { type: 'buffer_start', gapMs: 4000, position: 'follows', rate: null },
  { type: 'heartbeat', gapMs: 3000, position: 'paced', where: seconds / 30, rate: null },
  { type: 'heartbeat', gapMs: 3000, position: 'stays', rate: null },
];

/** On both sides of each threshold. */
const borders: readonly (readonly Part[])[] = [
  silently(20_000, 3),
  silently(20_000, 6),
  silently(20_000, 0.2),
  silently(20_000, 0.4),
  silently(4000, 2),
  silently(8000, 2),
  silently(20_000, 2, 2.15),
  silently(20_000, 2, 2.3),
  unsettledBy(0.7),
  unsettledBy(1.5),
  stalledUntil(0.3),
  stalledUntil(0.7),
  [
    { type: 'play', position: 'zero', where: 0, rate: 1 },
    { type: 'seek', gapMs: 2000, position: 'paced', where: 0.135, seekFrom: 'follows', rate: null },
    { type: 'pause', gapMs: 5000, position: 'follows', rate: null },
  ],
];

/** What real players do in a row and pure chance does not; the given happening says where and by whom. */
const acts: readonly (readonly Part[])[] = [
  // a drag
  [
    { type: 'play', position: 'follows' },
    { type: 'seek', gapMs: 9000, position: 'random', seekFrom: 'follows' },
    { type: 'seek', gapMs: 400, position: 'random', where: 0.3, seekFrom: 'none' },
    { type: 'seek', gapMs: 300, position: 'random', where: 0.7, seekFrom: 'none' },
    { type: 'play', gapMs: 200, position: 'stays' },
  ],
  // a rate change that nobody reports
  [
    { type: 'play', position: 'zero', rate: 1 },
    { type: 'heartbeat', gapMs: 25_000, position: 'doubled', rate: null },
    { type: 'heartbeat', gapMs: 30_000, position: 'doubled', rate: null },
    { type: 'pause', gapMs: 21_000, position: 'doubled', rate: null },
  ],
  // pings that stand still
  [
    { type: 'play', position: 'follows' },
    { type: 'heartbeat', gapMs: 1000, position: 'stays' },
    { type: 'heartbeat', gapMs: 1000, position: 'stays' },
    { type: 'heartbeat', gapMs: 900, position: 'stays' },
    { type: 'heartbeat', gapMs: 2000, position: 'slow', rate: null },
  ],
  // a slope in a pause that proves nothing of the play before it
  [
    { type: 'play', position: 'zero', rate: 1 },
    { type: 'pause', gapMs: 20_000, position: 'doubled', rate: null },
    { type: 'heartbeat', gapMs: 20_000, position: 'doubled', rate: null },
  ],
  // a play that ends an interval of such a slope
  [
    { type: 'play', position: 'zero', rate: 1 },
    { type: 'heartbeat', gapMs: 20_000, position: 'doubled', rate: null },
    { type: 'play', gapMs: 20_000, position: 'doubled', rate: null },
  ],
  // back to the start by a seek behind the end
  [
    { type: 'play', position: 'follows', rate: null },
    { type: 'ended', gapMs: 8000, position: 'end', rate: null },
    { type: 'seek', gapMs: 2000, position: 'zero', where: 0.1, seekFrom: 'none', rate: null },
    { type: 'play', gapMs: 500, position: 'stays', rate: null },
  ],
  // a stall that ends where it began
  [
    { type: 'play', position: 'follows' },
    { type: 'buffer_start', gapMs: 4000, position: 'follows' },
    { type: 'buffer_end', gapMs: 3000, position: 'stays' },
    { type: 'heartbeat', gapMs: 9000, position: 'follows' },
  ],
  // a drag that ends where it began
  [
    { type: 'play', position: 'zero', where: 0, rate: 1 },
    { type: 'seek', gapMs: 1000, position: 'random', where: 0.5, seekFrom: 'follows', rate: null },
    { type: 'seek', gapMs: 300, position: 'zero', where: 0.2, seekFrom: 'none', rate: null },
    { type: 'pause', gapMs: 0, position: 'stays', rate: null },
  ],
  // a seek that did not take
  [
    { type: 'pause', position: 'follows' },
    { type: 'seek', gapMs: 9000, position: 'random', where: 0.9 },
    { type: 'heartbeat', gapMs: 500, position: 'zero' },
    { type: 'play', gapMs: 500, position: 'near' },
    { type: 'pause', gapMs: 30_000, position: 'follows' },
  ],
  // a film of which only both ends are told, seen again at once
  [
    { type: 'play', player: 0, video: 0, position: 'zero', where: 0, rate: 1 },
    { type: 'ended', player: 0, video: 0, gapMs: 3_600_000, position: 'end', rate: null },
    { type: 'play', player: 0, video: 0, gapMs: 3000, position: 'zero', where: 0.1 },
    { type: 'ended', player: 0, video: 0, gapMs: 100, position: 'none' },
    { type: 'ended', player: 0, video: 0, gapMs: 0, position: 'none' },
  ],
  // leaving the page and coming back to where it was
  [
    { type: 'play', position: 'follows' },
    { type: 'unload', gapMs: 20_000, position: 'follows' },
    { type: 'load', gapMs: 1_900_000, position: 'none' },
    { type: 'play', gapMs: 500, position: 'stays' },
    { type: 'heartbeat', gapMs: 10_000, position: 'follows' },
  ],
  // a reload: a new player within a minute
  [
    { type: 'load', player: 0, position: 'none' },
    { type: 'play', player: 0, gapMs: 100, position: 'follows' },
    { type: 'unload', player: 0, gapMs: 5000, position: 'follows' },
    { type: 'load', player: 1, gapMs: 2000, position: 'none' },
    { type: 'load', player: 1, gapMs: 100, position: 'none' },
  ],
  // a stall, a pause in it, a pause as long as a look into another tab
  [
    { type: 'play', position: 'follows' },
    { type: 'buffer_start', gapMs: 4000, position: 'follows' },
    { type: 'pause', gapMs: 3000, position: 'stays' },
    { type: 'resume', gapMs: 45_000, position: 'stays' },
    { type: 'buffer_start', gapMs: 5000, position: 'follows' },
    { type: 'heartbeat', gapMs: 4000, position: 'follows' },
    { type: 'pause', gapMs: 2000, position: 'follows' },
  ],
];

/** Each as a function of a random happening, which fills in what the episode leaves open. */
export const episodes = [...acts, ...borders].map(
  parts =>
    (h: Happening): Happening[] =>
      parts.map(part => ({ ...h, copy: 'none', ...part })),
);
