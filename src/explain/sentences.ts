import type { ExplainedInterval } from './explanation.js';
import { shown } from './numbers.js';

type Letters = Omit<ExplainedInterval, 'says' | 'skips'>;

/** The verdict on an interval in one sentence, in DESIGN.md's words and letters (4.3). */
export function sentenceOf(interval: Letters): string {
  const parts = [verdictSentence(interval)];
  if (interval.isSeekReported && interval.stateBefore === 'playing') {
    parts.unshift(`seek_reported: the seek says that it left at q ${shown(interval.qS)}; up to there`);
  }
  if (interval.r !== interval.reportedR) {
    parts.push(
      `The rate r ${shown(interval.r)} is the slope d/w of this interval and a neighbour: a silent rate change (reported: ${shown(interval.reportedR)}).`,
    );
  }
  return parts.join(' ');
}

function verdictSentence(i: Letters): string {
  const w = shown(i.wS);
  const p = shown(i.pS);
  const d = shown(i.dS);
  const expected = shown(i.r * i.wS);
  const tol = shown(i.tolS);
  switch (i.verdict) {
    case 'paused':
      return `paused: w ${w} s went by while paused; nothing was watched.`;
    case 'buffering':
      return `buffering: w ${w} s went by while the player was buffering; nothing was watched.`;
    case 'idle':
      return `idle: the playhead was not running (${i.stateBefore}) for w ${w} s; nothing was watched.`;
    case 'seek_settling':
      return `seek_settling: a play w ${w} s after its seek; what passed between them is uncertain.`;
    case 'restarted':
      return `restarted: two plays w ${w} s apart with no steady play between them; a burst of plays does not add up, so it is uncertain.`;
    case 'seek_predicted':
      return `seek_predicted: the seek's target q ${shown(i.qS)} is more than tol ${tol} s from p + r*w = ${shown((i.pS ?? 0) + i.r * i.wS)}: w ${w} s were watched up to there, then it skipped.`;
    case 'unmeasured':
      return `unmeasured: p ${p} or q ${shown(i.qS)} does not tell, so the clock does: w ${w} s were watched, which stretch is unknown.`;
    case 'back':
      return `back: d ${d} s where r*w = ${expected} s: w ${w} s were watched, then the playhead went back.`;
    case 'ahead':
      return `ahead: d ${d} s is more than r*w = ${expected} s and tol ${tol} s: at most w ${w} s were watched, the rest was skipped and nobody reported it.`;
    case 'behind':
      return `behind: d ${d} s is less than r*w = ${expected} s allows (tol ${tol} s): ${shown(i.watchedS)} s are proven, ${shown(i.uncertainS)} s are uncertain.`;
    case 'steady':
      return `steady: d ${d} s fits r*w = ${expected} s within tol ${tol} s: w ${w} s were watched.`;
  }
}
