import type { Stretch } from '#charts';
import type { StretchKind } from '#figures';
import type { ExplanationAnswer } from './answers.generated.js';

export type ExplainedEvent = NonNullable<ExplanationAnswer['explainSession']>['events'][number];
type Interval = NonNullable<ExplainedEvent['interval']>;
export type ExplainedSkip = NonNullable<ExplanationAnswer['explainSession']>['skips'][number];

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

/** A replay begins near 0 after the end, in seconds (DESIGN.md 4.3). */
const replayS = 5;

/** A player that has not begun, or waits for data, is only set elsewhere; near 0 after the end a replay begins. */
const isSkip = ({ stateBefore }: Interval, targetS: number): boolean =>
  stateBefore !== 'idle' && stateBefore !== 'buffering' && !(stateBefore === 'ended' && targetS <= replayS);

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
    // Of an event it is told what the time before it was.
    const kind = event.isHidden ? 'hidden' : 'proven';
    parts.push(stretch(kind, [before.offsetS, watchedUntilS], [startS, reachedS]));
  }
  if (event.offsetS - watchedUntilS > 0.05) {
    parts.push(stretch(rest, [watchedUntilS, event.offsetS], [reachedS, reachedS]));
  }
  if (event.trustedPositionS !== null && Math.abs(event.trustedPositionS - reachedS) >= skipS) {
    const kind = isSkip(interval, event.trustedPositionS) ? 'skipped' : 'idle';
    parts.push(stretch(kind, [event.offsetS, event.offsetS], [reachedS, event.trustedPositionS]));
  }
  return parts;
}

/**
 * Seconds on the clock of each kind that takes time. A leap takes none: skips are counted by their sizes, several that
 * make one skip as one.
 */
export function secondsByKind(
  stretches: readonly Stretch[],
  skips: readonly ExplainedSkip[],
): ReadonlyMap<StretchKind, number> {
  const sums = new Map<StretchKind, number>();
  for (const { kind, fromClockS, toClockS } of stretches) {
    sums.set(kind, (sums.get(kind) ?? 0) + toClockS - fromClockS);
  }
  if (!sums.has('skipped')) return sums;
  const counted = skips.filter(({ counts }) => counts);
  return sums.set(
    'skipped',
    counted.reduce((sum, { sizeS }) => sum + Math.abs(sizeS ?? 0), 0),
  );
}
