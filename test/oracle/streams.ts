import fc from 'fast-check';
import type { EventType } from '#tables';
import type { OracleEvent } from './event.js';

/** One thing that happens in a random stream; what it means depends on what came before, so that removing one shrinks. */
export interface Happening {
  readonly type: EventType;
  readonly player: 0 | 1 | 2;
  readonly video: 0 | 1 | 2;
  readonly gapMs: number;
  readonly position: 'follows' | 'stays' | 'near' | 'random' | 'none' | 'zero' | 'bad' | 'live' | 'end';
  /** 0 to 1: how far off, or where. */
  readonly where: number;
  readonly seekFrom: 'none' | 'follows' | 'random';
  readonly rate: number | null;
  readonly reportsDuration: boolean;
  readonly autoplay: boolean | null;
  readonly isCopied: boolean;
}

/** A user's stream, and whether its players number their events. */
export interface Stream {
  readonly hasSequence: boolean;
  readonly happenings: readonly Happening[];
}

/** v0 is in the catalogue, v1 tells its own duration, of v2 nobody knows it unless told. */
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
  ),
  where: fc.integer({ min: 0, max: 1000 }).map(n => n / 1000),
  seekFrom: weighted<Happening['seekFrom']>([5, 'none'], [4, 'follows'], [1, 'random']),
  rate: fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom(1, 0.5, 1.25, 1.5, 2, 3) },
  ),
  reportsDuration: fc.boolean(),
  autoplay: weighted<boolean | null>([8, null], [1, true], [1, false]),
  isCopied: weighted([12, false], [1, true]),
});

export const stream: fc.Arbitrary<Stream> = fc.record({
  hasSequence: fc.boolean(),
  happenings: fc.array(happening, { minLength: 1, maxLength: 24, size: 'max' }),
});

/** The events of one user's stream. */
export function eventsOf({ hasSequence, happenings }: Stream, userId: string): OracleEvent[] {
  const heads = new Map<string, { position: number; atMs: number; rate: number }>();
  let nowMs = 0;
  const shown = new Map<number, number>();
  return happenings.flatMap((h, i) => {
    // Two sessions of one video that start in the same instant have no identity (DESIGN 5): a switch takes a while.
    nowMs += shown.get(h.player) === h.video ? h.gapMs : Math.max(1, h.gapMs);
    if (h.type !== 'page_view') shown.set(h.player, h.video);
    const key = `${h.player}/${h.video}`;
    const head = heads.get(key) ?? { position: 0, atMs: nowMs, rate: 1 };
    const length = lengths[h.video];
    const follows = head.position + ((nowMs - head.atMs) / 1000) * head.rate;
    const position = positionOf(h, { follows, stays: head.position, length });
    const isKnown = position !== null && position >= 0 && position <= length + 1;
    heads.set(key, { position: isKnown ? position : follows, atMs: nowMs, rate: h.rate ?? head.rate });
    const isPageView = h.type === 'page_view';
    const us = startUs + nowMs * 1000;
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
      duration_s: h.reportsDuration && h.video === 1 ? length : null,
      playback_rate: h.rate,
      autoplay: h.autoplay,
      device: i % 2 === 0 ? 'desktop' : null,
    };
    // The copy is received later and lies about the position: it must not count.
    const copy = { ...event, received_us: event.received_us + 60_000_000, position_s: 7 };
    return h.isCopied ? [copy, event] : [event];
  });
}

const milli = (seconds: number) => Math.round(seconds * 1000) / 1000;

function positionOf(h: Happening, at: { follows: number; stays: number; length: number }): number | null {
  switch (h.position) {
    case 'follows':
      return milli(Math.min(at.follows, at.length));
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
      return h.where < 0.5 ? -1 - h.where * 9 : at.length + 0.5 + h.where * 2;
    case 'live':
      return 1.79e9 + h.where * 1000;
    case 'end':
      return at.length;
  }
}

function seekFromOf(h: Happening, follows: number, length: number): number | null {
  if (h.seekFrom === 'none') return null;
  return milli(h.seekFrom === 'follows' ? Math.min(follows, length) : (1 - h.where) * length);
}
