import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ExplainedEvent, secondsByKind, stretchesOf } from '../../src/dashboard/app/stretches.js';

interface Told {
  readonly at: number;
  readonly position: number | null;
  readonly verdict?: string;
  readonly stateBefore?: string;
  readonly watchedS?: number;
  readonly uncertainS?: number;
  readonly isHidden?: boolean;
}

const events = (...told: readonly Told[]): ExplainedEvent[] =>
  told.map(({ at, position, verdict, stateBefore, watchedS, uncertainS, isHidden }, place) => ({
    number: place + 1,
    eventType: 'heartbeat',
    at: new Date(at * 1000).toISOString(),
    offsetS: at,
    positionS: position,
    trustedPositionS: position,
    isHidden: isHidden ?? false,
    stateAfter: 'playing',
    interval:
      verdict === undefined
        ? null
        : {
            verdict,
            stateBefore: stateBefore ?? 'playing',
            wallS: at - (told[place - 1]?.at ?? 0),
            movedS: null,
            rate: 1,
            watchedS: watchedS ?? 0,
            uncertainS: uncertainS ?? 0,
            says: '',
          },
  }));

const drawn = (told: readonly ExplainedEvent[]) =>
  stretchesOf(told).map(({ kind, fromClockS, toClockS, fromPositionS, toPositionS }) => [
    kind,
    [fromClockS, toClockS],
    [fromPositionS, toPositionS],
  ]);

it('draws steady play as one line to where the player said it was', () => {
  expect(drawn(events({ at: 0, position: 0 }, { at: 10, position: 10.4, verdict: 'steady', watchedS: 10 }))).toEqual([
    ['proven', [0, 10], [0, 10.4]],
  ]);
});

it('draws a forward skip that nobody reported as play, then a leap', () => {
  expect(drawn(events({ at: 0, position: 0 }, { at: 10, position: 90, verdict: 'ahead', watchedS: 10 }))).toEqual([
    ['proven', [0, 10], [0, 10]],
    ['skipped', [10, 10], [10, 90]],
  ]);
});

it('draws what a player that fell behind cannot prove as uncertain', () => {
  const told = events(
    { at: 0, position: 0 },
    { at: 30, position: 12, verdict: 'behind', watchedS: 12, uncertainS: 18 },
  );
  expect(drawn(told)).toEqual([
    ['proven', [0, 12], [0, 12]],
    ['uncertain', [12, 30], [12, 12]],
  ]);
});

it('draws pauses, waits for data and what is neither by their states', () => {
  const told = events(
    { at: 0, position: 5 },
    { at: 4, position: 5, verdict: 'paused', stateBefore: 'paused' },
    { at: 6, position: 5, verdict: 'buffering', stateBefore: 'buffering' },
    { at: 9, position: 60, verdict: 'idle', stateBefore: 'ended' },
  );
  expect(drawn(told)).toEqual([
    ['paused', [0, 4], [5, 5]],
    ['buffering', [4, 6], [5, 5]],
    ['idle', [6, 9], [5, 5]],
    ['skipped', [9, 9], [5, 60]],
  ]);
});

it('draws what was watched while the page was hidden apart', () => {
  // As an explanation tells it: `hidden` at 5 s, `visible` at 9 s. What is hidden is the time before `visible`.
  const told = events(
    { at: 0, position: 0 },
    { at: 5, position: 5, verdict: 'steady', watchedS: 5 },
    { at: 9, position: 9, verdict: 'steady', watchedS: 4, isHidden: true },
    { at: 60, position: 60, verdict: 'steady', watchedS: 51 },
  );
  expect(drawn(told).map(([kind]) => kind)).toEqual(['proven', 'hidden', 'proven']);
  expect(secondsByKind(stretchesOf(told), []).get('hidden')).toBe(4);
});

it('calls no skip what sets a player elsewhere before it plays, and what begins a replay', () => {
  const told = events(
    { at: 0, position: 0 },
    { at: 1, position: 30, verdict: 'idle', stateBefore: 'idle' },
    { at: 71, position: 100, verdict: 'steady', watchedS: 70 },
    { at: 73, position: 0, verdict: 'idle', stateBefore: 'ended' },
    { at: 83, position: 10, verdict: 'steady', watchedS: 10 },
  );
  expect(drawn(told).map(([kind]) => kind)).toEqual(['idle', 'idle', 'proven', 'idle', 'idle', 'proven']);
  expect(secondsByKind(stretchesOf(told), []).has('skipped')).toBe(false);
});

it('counts skips as the session does: a drag once, from its first origin to its last target', () => {
  const told = events(
    { at: 0, position: 0 },
    { at: 10, position: 90, verdict: 'seek_reported', watchedS: 10 },
    { at: 11, position: 40, verdict: 'seek_reported' },
  );
  const skips = [
    { sizeS: 30, counts: true },
    { sizeS: 0.4, counts: false },
  ];
  expect(secondsByKind(stretchesOf(told), skips).get('skipped')).toBe(30);
});

it('draws nothing where no position is known', () => {
  expect(
    drawn(events({ at: 0, position: null }, { at: 5, position: null, verdict: 'unmeasured', watchedS: 5 })),
  ).toEqual([]);
});

it('gives every second on the clock to exactly one kind, and to watching what the verdicts say', () => {
  const told = fc.array(
    fc.record({
      wallS: fc.double({ min: 0.1, max: 600, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      position: fc.double({ min: 0, max: 3600, noNaN: true }),
      verdict: fc.constantFrom('steady', 'ahead', 'back', 'behind', 'unmeasured'),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(told, rows => {
      let at = 0;
      const list = rows.map(({ wallS, share, position, verdict }) => {
        at += wallS;
        return { at, position, verdict, watchedS: share * wallS, uncertainS: (1 - share) * wallS };
      });
      const sums = secondsByKind(stretchesOf(events({ at: 0, position: 0 }, ...list)), []);
      const watchedS = list.reduce((sum, row) => sum + row.watchedS, 0);
      expect(sums.get('proven') ?? 0).toBeCloseTo(watchedS, 6);
      // Shreds below 0.05 s are not drawn.
      expect(Math.abs((sums.get('proven') ?? 0) + (sums.get('uncertain') ?? 0) - at)).toBeLessThan(
        0.05 * rows.length + 1e-6,
      );
    }),
    { seed: 7, numRuns: 200 },
  );
});
