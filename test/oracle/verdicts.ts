import type { SessionizationConfig } from '#config';
import { type Moment, second } from './playhead.js';

/** A leap of the playhead at an instant. */
export interface Leap {
  readonly atUs: number;
  readonly from: number;
  readonly to: number;
}

/** DESIGN 4.3 for one interval between two events of a session. Microseconds. */
export interface Verdict {
  readonly name: string;
  /** The rate that was really in force: the reported one, or the slope of a silent change. */
  readonly rate: number;
  readonly watched: number;
  readonly uncertain: number;
  readonly covered: readonly [number, number] | null;
  readonly leaps: readonly Leap[];
}

export interface Interval {
  readonly first: Moment;
  readonly next: Moment;
}

/** `tol` of DESIGN 4.3. Whole microseconds, as everything that comes of a rate (docs/decisions/0005). */
export const toleranceOf = (rules: SessionizationConfig, rate: number, w: number): number =>
  Math.max(rules.tolerance_s * second, Math.round(rules.tolerance_ratio * rate * w));

const advanceOf = (rate: number, w: number) => Math.round(rate * w);
const isPlay = ({ event }: Moment) => event.event_type === 'play' || event.event_type === 'resume';
const isSeek = ({ event }: Moment) => event.event_type === 'seek';
const wallOf = ({ first, next }: Interval) => next.event.us - first.event.us;

/** DESIGN 4.3, silent rate changes: the slope of a long steady interval of which a neighbour shows the same. */
function slopeOf(interval: Interval | undefined): number | null {
  if (interval === undefined) return null;
  const { first, next } = interval;
  const w = wallOf(interval);
  if (first.state !== 'playing' || w < 5 * second || isSeek(next) || isPlay(next)) return null;
  if (first.standing === null || next.told === null) return null;
  return (next.told - first.standing) / w;
}

function rateOf(intervals: readonly Interval[], i: number, rules: SessionizationConfig): number {
  const interval = intervals[i];
  if (interval === undefined) return 1;
  const { rate, standing } = interval.first;
  const slope = slopeOf(interval);
  if (slope === null || standing === null) return rate;
  const w = wallOf(interval);
  const d = (interval.next.told ?? 0) - standing;
  if (Math.abs(d - rate * w) <= toleranceOf(rules, rate, w) || slope < 0.25 || slope > 4) return rate;
  const same = (other: number | null) => other !== null && Math.abs(other - slope) <= 0.1 * slope;
  return same(slopeOf(intervals[i - 1])) || same(slopeOf(intervals[i + 1])) ? slope : rate;
}

/** All verdicts of a session. */
export function judgeAll(
  moments: readonly Moment[],
  durationUs: number | null,
  rules: SessionizationConfig,
): Verdict[] {
  const intervals: Interval[] = [];
  for (let i = 1; i < moments.length; i++) {
    const first = moments[i - 1];
    const next = moments[i];
    if (first !== undefined && next !== undefined) intervals.push({ first, next });
  }
  return intervals.map((interval, i) => {
    if (interval.first.state !== 'playing') return judgeStanding(interval, moments);
    return judgePlaying(interval, rateOf(intervals, i, rules), durationUs, rules);
  });
}

function judgeStanding({ first, next }: Interval, moments: readonly Moment[]): Verdict {
  const none: Verdict = { name: first.state, rate: first.rate, watched: 0, uncertain: 0, covered: null, leaps: [] };
  const to = next.told;
  if (to === null || !first.hasPlayed || first.state === 'buffering') return none;
  if (first.state === 'ended' && to <= 5 * second) return none;
  const from = isSeek(next) ? (next.origin ?? first.standing) : first.standing;
  if (from === null) return none;
  const size = Math.abs(to - from);
  const leaps = [{ atUs: next.event.us, from, to }];
  if (isSeek(next)) return size >= second ? { ...none, leaps } : none;
  const afterSeek = moments.some(
    m => isSeek(m) && m.event.us >= next.event.us - 2 * second && moments.indexOf(m) < moments.indexOf(next),
  );
  return first.state === 'paused' && size >= 2 * second && !afterSeek ? { ...none, leaps } : none;
}

function judgePlaying(
  interval: Interval,
  rate: number,
  durationUs: number | null,
  rules: SessionizationConfig,
): Verdict {
  const { first, next } = interval;
  const w = wallOf(interval);
  const none = { rate, watched: 0, uncertain: w, covered: null, leaps: [] };
  if (isSeek(first) && isPlay(next) && w <= 2 * second) return { ...none, name: 'seek_settling' };
  const p = first.standing;
  if (isPlay(first) && isPlay(next)) {
    const judged = judgeAdvance(interval, rate, next.told, rules);
    return judged.name === 'steady' && w >= 2 * second ? judged : { ...none, name: 'restarted' };
  }
  if (isSeek(next) && next.origin !== null) {
    const judged = judgeAdvance(interval, rate, next.origin, rules);
    const isSkip = next.told !== null && Math.abs(next.told - next.origin) >= second;
    if (!isSkip || next.told === null) return judged;
    return { ...judged, leaps: [...judged.leaps, { atUs: next.event.us, from: next.origin, to: next.told }] };
  }
  if (isSeek(next) && p !== null && next.told !== null) {
    const predicted = Math.min(p + advanceOf(rate, w), durationUs ?? Number.POSITIVE_INFINITY);
    if (Math.abs(next.told - predicted) > toleranceOf(rules, rate, w)) {
      return {
        name: 'seek_predicted',
        rate,
        watched: w,
        uncertain: 0,
        covered: [p, p + advanceOf(rate, w)],
        leaps: [{ atUs: next.event.us, from: predicted, to: next.told }],
      };
    }
  }
  return judgeAdvance(interval, rate, next.told, rules);
}

/** The rows unmeasured, back, ahead, behind and steady. */
function judgeAdvance(interval: Interval, rate: number, q: number | null, rules: SessionizationConfig): Verdict {
  const w = wallOf(interval);
  const p = interval.first.standing;
  if (p === null || q === null) return { name: 'unmeasured', rate, watched: w, uncertain: 0, covered: null, leaps: [] };
  const d = q - p;
  const expected = advanceOf(rate, w);
  const tolerance = toleranceOf(rules, rate, w);
  const atUs = interval.next.event.us;
  const leaps = [{ atUs, from: p + expected, to: q }];
  if (d <= -second && d < expected - tolerance) {
    return { name: 'back', rate, watched: w, uncertain: 0, covered: [p, p + expected], leaps };
  }
  if (d > expected + tolerance) {
    return { name: 'ahead', rate, watched: w, uncertain: 0, covered: [p, Math.min(p + expected, q)], leaps };
  }
  const covered = [p, p + Math.max(d, 0)] as const;
  if (d < expected - tolerance || (w >= 0.9 * second && d < expected / 2)) {
    const watched = Math.min(w, Math.round(Math.max(d, 0) / rate));
    return { name: 'behind', rate, watched, uncertain: w - watched, covered, leaps: [] };
  }
  return { name: 'steady', rate, watched: w, uncertain: 0, covered, leaps: [] };
}

/** DESIGN 4.3: leaps in quick succession are one skip; under a second in all they are none. Sizes with their sign. */
export function skipsOf(moments: readonly Moment[], verdicts: readonly Verdict[]): number[] {
  const groups: { from: number; to: number; atUs: number; watchedUntil: number }[] = [];
  let watched = 0;
  for (const verdict of verdicts) {
    watched += verdict.watched;
    for (const leap of verdict.leaps) {
      const last = groups.at(-1);
      if (last !== undefined && leap.atUs - last.atUs < 2 * second && watched - last.watchedUntil < second) {
        last.to = leap.to;
        last.atUs = leap.atUs;
        last.watchedUntil = watched;
      } else groups.push({ from: leap.from, to: leap.to, atUs: leap.atUs, watchedUntil: watched });
    }
  }
  return moments.length === 0 ? [] : groups.map(({ from, to }) => to - from).filter(size => Math.abs(size) >= second);
}
