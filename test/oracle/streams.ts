import fc from 'fast-check';
import type { EventType } from '#tables';
import { episodes } from './episodes.js';
import type { OracleEvent } from './event.js';

/** One thing that happens in a random stream; what it means depends on what came before, so that removing one shrinks. */
export interface Happening {
  readonly type: EventType;
  readonly player: 0 | 1 | 2;
  readonly video: 0 | 1 | 2;
  readonly gapMs: number;
  readonly position:
    | 'follows'
    | 'doubled'
    | 'slow'
    | 'paced'
    | 'stays'
    | 'near'
    | 'random'
    | 'none'
    | 'zero'
    | 'bad'
    | 'live'
    | 'end'
    | 'nonsense';
  /** 0 to 1: how far off, or where; of `paced` a tenth of the pace. */
  readonly where: number;
  readonly seekFrom: 'none' | 'follows' | 'random';
  readonly rate: number | null;
  readonly reportsDuration: boolean;
  readonly autoplay: boolean | null;
  /** A second row of the same id and other values, received after the event or before it. */
  readonly copy: 'none' | 'later' | 'earlier';
}

/** A user's stream, and whether its players number their events. */
export interface Stream {
  readonly hasSequence: boolean;
  readonly happenings: readonly Happening[];
}

/** v0 is in the catalogue, v1 tells its own duration, of v2 nobody knows it. */
export const catalog: ReadonlyMap<string, number> = new Map([['v0', 3600]]);
const lengths = [3600, 120, 40] as const;
const startUs = Date.UTC(2026, 9, 1, 12) * 1000;

const weighted = <T>(...pairs: readonly (readonly [number, T])[]) =>
  fc.oneof(...pairs.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const types = weighted<EventType>(
  [18, 'play'],
  [6, 'resume'],
  [12, 'pause'],
  [14, 'seek'],
  [14, 'heartbeat'],
  [5, 'ended'],
  [5, 'load'],
  [4, 'rate_change'],
  [5, 'buffer_start'],
  [5, 'buffer_end'],
  [3, 'hidden'],
  [3, 'visible'],
  [2, 'page_view'],
  [3, 'unload'],
  [1, 'error'],
);

const gaps = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 18, arbitrary: fc.integer({ min: 1, max: 1999 }) },
  { weight: 6, arbitrary: fc.constantFrom(500, 900, 1000, 2000, 5000, 10_000, 30_000, 1_800_000) },
  { weight: 40, arbitrary: fc.integer({ min: 2000, max: 60_000 }) },
  { weight: 10, arbitrary: fc.integer({ min: 60_000, max: 1_500_000 }) },
  { weight: 5, arbitrary: fc.integer({ min: 1_800_001, max: 3_000_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 10_000_000, max: 90_000_000 }) },
  // The next row happened before this one.
  { weight: 3, arbitrary: fc.integer({ min: -20_000, max: -1 }) },
);

const happening: fc.Arbitrary<Happening> = fc.record({
  type: types,
  player: weighted<0 | 1 | 2>([80, 0], [12, 1], [8, 2]),
  video: weighted<0 | 1 | 2>([70, 0], [18, 1], [12, 2]),
  gapMs: gaps,
  position: weighted<Happening['position']>(
    [50, 'follows'],
    [8, 'stays'],
    [14, 'near'],
    [12, 'random'],
    [8, 'none'],
    [5, 'zero'],
    [3, 'bad'],
    [1, 'live'],
    [3, 'end'],
    [1, 'nonsense'],
  ),
  where: fc.integer({ min: 0, max: 1000 }).map(n => n / 1000),
  seekFrom: weighted<Happening['seekFrom']>([5, 'none'], [4, 'follows'], [1, 'random']),
  rate: fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom(1, 0.5, 1.25, 1.5, 2, 3, 0, -1, 1000, Number.NaN) },
  ),
  reportsDuration: fc.boolean(),
  autoplay: weighted<boolean | null>([8, null], [1, true], [1, false]),
  copy: weighted<Happening['copy']>([16, 'none'], [1, 'later'], [1, 'earlier']),
});

export const stream: fc.Arbitrary<Stream> = fc.record({
  hasSequence: fc.boolean(),
  happenings: fc
    .array(
      fc.oneof(
        { weight: 14, arbitrary: happening.map(h => [h]) },
        { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...episodes), happening).map(([episode, h]) => episode(h)) },
      ),
      { minLength: 1, maxLength: 24, size: 'max' },
    )
    .map(parts => parts.flat()),
});

/** The events of one user's stream. */
export function eventsOf({ hasSequence, happenings }: Stream, userId: string): OracleEvent[] {
  const heads = new Map<string, { position: number; atMs: number; rate: number }>();
  let nowMs = 0;
  return happenings.flatMap((h, i): OracleEvent[] => {
    nowMs += h.gapMs;
    const key = `${h.player}/${h.video}`;
    const head = heads.get(key) ?? { position: 0, atMs: nowMs, rate: 1 };
    const length = lengths[h.video];
    const follows = head.position + ((nowMs - head.atMs) / 1000) * head.rate;
    const position = positionOf(h, { follows, stays: head.position, length });
    const isKnown = position !== null && position >= 0 && position <= length + 1;
    const isRate = h.rate !== null && h.rate > 0 && h.rate <= 100;
    heads.set(key, { position: isKnown ? position : follows, atMs: nowMs, rate: isRate ? h.rate : head.rate });
    const isPageView = h.type === 'page_view';
    // Two sessions of one video that start in the same instant have no identity (DESIGN 5), so each video has its own.
    const us = startUs + nowMs * 1000 + h.video;
    const event: OracleEvent = {
      event_id: `${userId}-${String(i).padStart(3, '0')}`,
      user_id: userId,
      video_id: isPageView ? null : `v${h.video}`,
      player_id: h.player === 2 ? null : `${userId}-p${h.player}`,
      event_type: h.type,
      us,
      received_us: us + 1000,
      sequence: hasSequence ? i : null,
      position_s: isPageView ? null : position,
      seek_from_s: h.type === 'seek' ? seekFromOf(h, follows, length) : null,
      duration_s: durationOf(h, length),
      playback_rate: h.rate,
      autoplay: h.autoplay,
      device: i % 2 === 0 ? 'desktop' : null,
      country: ['DE', 'FR', null][i % 3] ?? null,
      experiment: h.where < 0.5 ? 'thumbnails' : null,
      variant: h.where < 0.25 ? 'a' : h.where < 0.5 ? 'b' : null,
      impressions: isPageView ? shownBy(h) : null,
    };
    if (h.copy === 'none') return [event];
    // The copy lies about when and where. Received later it must not count; received earlier it counts alone.
    const receivedUs = event.received_us + (h.copy === 'later' ? 60_000_000 : -500);
    return [{ ...event, us: us + 5_000_000, received_us: receivedUs, position_s: 7 }, event];
  });
}

/** What a page shows: one video that may get played, one that nobody ever plays. */
const shownBy = (h: Happening) => [`v${h.video}`, ...(h.where < 0.3 ? ['v9'] : [])];

/** v1 tells its length most of the time, sometimes less or what is no length; v0 tells another than the catalogue. */
function durationOf(h: Happening, length: number): number | null {
  if (!h.reportsDuration || h.video === 2) return null;
  if (h.video === 0) return h.where < 0.1 ? length - 100 : null;
  return h.where < 0.05 ? 0 : h.where < 0.1 ? -5 : h.where < 0.15 ? 2e8 : h.where < 0.2 ? length - 20 : length;
}

const milli = (seconds: number) => Math.round(seconds * 1000) / 1000;

function positionOf(h: Happening, at: { follows: number; stays: number; length: number }): number | null {
  switch (h.position) {
    case 'follows':
      return milli(Math.min(at.follows, at.length));
    case 'doubled':
      return milli(Math.min(2 * at.follows - at.stays, at.length));
    case 'paced':
      return milli(Math.min(at.stays + 10 * h.where * (at.follows - at.stays), at.length));
    case 'slow':
      return milli(at.stays + 0.4 * (at.follows - at.stays));
    case 'stays':
      return milli(at.stays);
    case 'near':
      return milli(Math.max(0, Math.min(at.follows + (h.where - 0.5) * 8, at.length)));
    case 'random':
      return milli(h.where * at.length);
    case 'none':
      return null;
    case 'zero':
      return milli(h.where * 6);
    case 'bad':
      return badPosition(h.where, at.length);
    case 'live':
      return 1.79e9 + h.where * 1000;
    case 'end':
      return at.length;
    case 'nonsense':
      return (
        [Number.NaN, Number.POSITIVE_INFINITY, 1.5e11, -1.5e11, 9e10, 6e7, 1.5e8][Math.floor(h.where * 6.999)] ?? null
      );
  }
}

/** Outside the video: some so near that they count as its start or end. */
function badPosition(where: number, length: number): number {
  if (where < 0.4) return milli(where * -8);
  return milli(where < 0.7 ? length + (where - 0.4) * 3 : length + 1 + (where - 0.7) * 3);
}

function seekFromOf(h: Happening, follows: number, length: number): number | null {
  if (h.seekFrom === 'none') return null;
  return milli(h.seekFrom === 'follows' ? Math.min(follows, length) : (1 - h.where) * length);
}
