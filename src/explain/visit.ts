import type { ExplainedVisit } from './explanation.js';
import { instantText } from './numbers.js';
import type { PageViewRow, PlainRow } from './read.js';
import { instantOf, numberOf, textOf } from './row.js';

/** What else the user did in the visit of a session: other sessions, and page views as far as they keep it alive. */
export function visitOf(
  row: PlainRow,
  ofUser: readonly PlainRow[],
  pageViews: readonly PageViewRow[],
  timeoutS: number,
): ExplainedVisit {
  const inVisit = ofUser.filter(one => one['visit_id'] === row['visit_id']);
  const startUs = instantOf(row, 'visit_started_at');
  const timeoutUs = BigInt(Math.round(timeoutS * 1e6));
  let aliveUntilUs = instantOf(row, 'ended_at');
  for (const one of inVisit) {
    const endedUs = instantOf(one, 'ended_at');
    if (endedUs > aliveUntilUs) aliveUntilUs = endedUs;
  }
  const shown = pageViews.filter(({ at_us }) => {
    if (at_us < startUs || at_us > aliveUntilUs + timeoutUs) return false;
    if (at_us > aliveUntilUs) aliveUntilUs = at_us;
    return true;
  });
  return {
    visitId: textOf(row, 'visit_id'),
    startedAt: instantText(startUs),
    pageViews: shown.map(view => ({ eventId: view.event_id, at: instantText(view.at_us), shown: view.shown })),
    otherSessions: inVisit
      .filter(one => one['session_id'] !== row['session_id'])
      .map(one => ({
        sessionId: textOf(one, 'session_id'),
        videoId: textOf(one, 'video_id'),
        playerId: typeof one['player_id'] === 'string' ? one['player_id'] : null,
        startedAt: instantText(instantOf(one, 'started_at')),
        endedAt: instantText(instantOf(one, 'ended_at')),
        watchTimeS: numberOf(one, 'watch_time_s'),
      })),
  };
}
