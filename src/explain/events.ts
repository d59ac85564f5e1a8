import type { ExplainedEvent, ExplainedInterval, ExplainedSkip } from './explanation.js';
import { instantText, secondsOf, secondsOrNull } from './numbers.js';
import type { IntervalRow } from './read.js';
import { sentenceOf } from './sentences.js';

/** The events of a session in order, each with the interval that it ends. */
export function explainEvents(rows: readonly IntervalRow[], skips: readonly ExplainedSkip[]): ExplainedEvent[] {
  const startUs = rows[0]?.at_us ?? 0n;
  return rows.map((row, i) => {
    const number = i + 1;
    const isLive = row.is_live === 1;
    return {
      number,
      eventId: row.event_id,
      eventType: row.event_type,
      at: instantText(row.at_us),
      offsetS: secondsOf(row.at_us - startUs),
      receivedAt: row.received_us === null ? null : instantText(row.received_us),
      positionS: row.position_s,
      seekFromS: row.seek_from_s,
      playbackRate: row.reported_rate,
      trustedPositionS: secondsOrNull(row.place_us),
      isLive,
      isBadPosition: row.is_bad === 1,
      isHidden: row.is_hidden === 1,
      stateAfter: row.state_after,
      beginsReplay: row.replays > 0,
      interval: intervalOf(
        row,
        skips.filter(({ leaps }) => leaps.some(leap => leap.event === number)).map(skip => skip.number),
      ),
    };
  });
}

function intervalOf(row: IntervalRow, skips: readonly number[]): ExplainedInterval | null {
  if (row.verdict === null || row.w_us === null) return null;
  const isCovered = row.cover_from_us !== null && row.cover_to_us !== null && row.cover_to_us > row.cover_from_us;
  const letters = {
    verdict: row.verdict,
    isSeekReported: row.has_origin === 1,
    stateBefore: row.state_before,
    wS: secondsOf(row.w_us),
    pS: secondsOrNull(row.p_us),
    qS: secondsOrNull(row.q_us),
    dS: secondsOrNull(row.d_us),
    r: row.true_r,
    reportedR: row.r,
    tolS: secondsOf(row.tol_us ?? 0n),
    watchedS: secondsOf(row.watched_us),
    uncertainS: secondsOf(row.uncertain_us ?? 0n),
    segment: isCovered ? { fromS: secondsOf(row.cover_from_us ?? 0n), toS: secondsOf(row.cover_to_us ?? 0n) } : null,
  };
  return { ...letters, skips, says: sentenceOf(letters) };
}
