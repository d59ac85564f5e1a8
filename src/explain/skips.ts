import type { ExplainedSkip } from './explanation.js';
import { secondsOrNull } from './numbers.js';
import type { IntervalRow, LeapRow } from './read.js';

/** From here on leaps that belong together are a skip (4.3). */
const smallestSkipUs = 1_000_000n;

/** Leaps of the playhead put together as the skips that they are, in order. */
export function skipsOf(leaps: readonly LeapRow[], intervals: readonly IntervalRow[]): ExplainedSkip[] {
  const numberOfEvent = new Map(intervals.map(({ n }, i) => [n, i + 1]));
  const drags = [...new Set(leaps.map(({ drag }) => drag))];
  return drags.map((drag, i) => {
    const members = leaps.filter(leap => leap.drag === drag);
    const origin = members[0]?.origin_us ?? null;
    const target = members.at(-1)?.target_us ?? null;
    const size = origin === null || target === null ? null : target - origin;
    return {
      number: i + 1,
      leaps: members.map(({ n, origin_us, target_us }) => ({
        event: numberOfEvent.get(n) ?? 0,
        fromS: secondsOrNull(origin_us),
        toS: secondsOrNull(target_us),
      })),
      sizeS: secondsOrNull(size),
      counts: size !== null && (size >= smallestSkipUs || size <= -smallestSkipUs),
    };
  });
}
