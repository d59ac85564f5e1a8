import type { Stretch } from '#charts';
import type { StretchKind } from '#figures';
import type { ExplanationAnswer } from './answers.generated.js';

export type ExplainedEvent = NonNullable<ExplanationAnswer['explainSession']>['events'][number];
type Interval = NonNullable<ExplainedEvent['interval']>;

/** Leaps below this are none (DESIGN.md 4.3), in seconds. */
const skipS = 1;

/** What a player that does not play is doing. */
const restingKinds: Readonly<Record<string, StretchKind>> = { paused: 'paused', buffering: 'buffering' };

/** Where verdicts end that take the position the second event tells; the others end where play led by the clock. */
const endsAtReported: readonly string[] = ['steady', 'behind'];

/**
 * The stretches of a session between its events, as sessionTimeline draws them: what was watched, then what is uncertain
 * of the interval, then the leap to where the next event stands. Intervals without a known position are not drawn.
 */
export function stretchesOf(events: readonly ExplainedEvent[]): readonly Stretch[] {
  return events.flatMap((event, place) => {
    const before = events[place - 1];
    if (before === undefined || event.interval === null || before.trustedPositionS === null) return [];
    return between(before, event, event.interval, before.trustedPositionS);
  });
}

function between(
  before: ExplainedEvent,
  event: ExplainedEvent,
  interval: Interval,
  startS: number,
): readonly Stretch[] {
  const isPlaying = interval.stateBefore === 'playing';
  const watchedUntilS = before.offsetS + interval.watchedS;
  const reachedS = !isPlaying
    ? startS
    : endsAtReported.includes(interval.verdict) && event.trustedPositionS !== null
      ? Math.max(startS, event.trustedPositionS)
      : startS + interval.watchedS * interval.rate;
  const says = `${event.eventType} ${event.number}: ${interval.says}`;
  const stretch = (
    kind: StretchKind,
    clock: readonly [number, number],
    position: readonly [number, number],
  ): Stretch => ({
    kind,
    fromClockS: clock[0],
    toClockS: clock[1],
    fromPositionS: position[0],
    toPositionS: position[1],
    says,
  });
  const rest: StretchKind = isPlaying ? 'uncertain' : (restingKinds[interval.stateBefore] ?? 'idle');
  const parts: Stretch[] = [];
  if (interval.watchedS > 0) {
    const kind = before.isHidden ? 'hidden' : 'proven';
    parts.push(stretch(kind, [before.offsetS, watchedUntilS], [startS, reachedS]));
  }
  if (event.offsetS - watchedUntilS > 0.05) {
    parts.push(stretch(rest, [watchedUntilS, event.offsetS], [reachedS, reachedS]));
  }
  if (event.trustedPositionS !== null && Math.abs(event.trustedPositionS - reachedS) >= skipS) {
    parts.push(stretch('skipped', [event.offsetS, event.offsetS], [reachedS, event.trustedPositionS]));
  }
  return parts;
}

/** Seconds on the clock of each kind that takes time; a leap takes none and is counted by its size. */
export function secondsByKind(stretches: readonly Stretch[]): ReadonlyMap<StretchKind, number> {
  const sums = new Map<StretchKind, number>();
  for (const { kind, fromClockS, toClockS, fromPositionS, toPositionS } of stretches) {
    const size = kind === 'skipped' ? Math.abs(toPositionS - fromPositionS) : toClockS - fromClockS;
    sums.set(kind, (sums.get(kind) ?? 0) + size);
  }
  return sums;
}
