import type { SessionizationConfig } from '#config';
import type { OracleEvent } from './event.js';
import { second, walk } from './playhead.js';
import { toleranceOf } from './verdicts.js';

/** DESIGN 4.1.3: the events of one session, in order. */
export interface RawSession {
  readonly visitStartUs: number;
  readonly userId: string;
  readonly videoId: string;
  readonly playerId: string | null;
  readonly events: OracleEvent[];
  /** Those since the last long gap of the stream over which it proves nothing itself, even if others were active in it. */
  proof: OracleEvent[];
  /** When another video followed in the stream. */
  switchedUs: number | null;
  /** Counted among the sessions of this video and player that began in the same instant, from 1. */
  readonly nth: number;
}

/** DESIGN 4.1.2 and 4.1.3 for one user's events in their order. */
export function splitIntoSessions(
  events: readonly OracleEvent[],
  catalog: ReadonlyMap<string, number>,
  rules: SessionizationConfig,
): RawSession[] {
  const sessions: RawSession[] = [];
  const open = new Map<string | null, RawSession>();
  let visitStartUs = 0;
  let previousUs = Number.NEGATIVE_INFINITY;
  events.forEach((event, i) => {
    if (
      event.us - previousUs > rules.session_timeout_s * second &&
      ![...open.values()].some(session => isBridged(session, events, i, catalog, rules))
    ) {
      open.clear();
      visitStartUs = event.us;
    }
    previousUs = event.us;
    if (event.event_type === 'page_view' || event.video_id === null) return;
    const current = open.get(event.player_id);
    if (current?.videoId === event.video_id) {
      const wasSilent = event.us - (current.events.at(-1)?.us ?? event.us) > rules.session_timeout_s * second;
      if (wasSilent && !isBridged(current, events, i, catalog, rules)) current.proof = [];
      current.events.push(event);
      current.proof.push(event);
    } else {
      if (current !== undefined) current.switchedUs = event.us;
      const { user_id: userId, player_id: playerId, video_id: videoId } = event;
      const isTwin = (other: RawSession) =>
        other.videoId === videoId && other.playerId === playerId && other.events[0]?.us === event.us;
      const nth = sessions.filter(isTwin).length + 1;
      const events = [event];
      const session = { visitStartUs, userId, videoId, playerId, events, proof: [event], switchedUs: null, nth };
      open.set(playerId, session);
      sessions.push(session);
    }
  });
  return sessions;
}

/** Does this player's position prove steady play from its last event to its next one? */
function isBridged(
  session: RawSession,
  events: readonly OracleEvent[],
  at: number,
  catalog: ReadonlyMap<string, number>,
  rules: SessionizationConfig,
): boolean {
  const next = events.find((e, i) => i >= at && e.player_id === session.playerId && e.event_type !== 'page_view');
  if (next === undefined || next.video_id !== session.videoId) return false;
  const together = [...session.proof, next];
  const moments = walk(together, durationOf(together, session.videoId, catalog, rules), rules);
  const after = moments.at(-1);
  const before = moments.at(-2);
  if (after === undefined || before === undefined || before.state !== 'playing') return false;
  const q = after.origin ?? after.told;
  if (before.standing === null || q === null) return false;
  const w = after.event.us - before.event.us;
  return Math.abs(q - before.standing - before.rate * w) <= toleranceOf(rules, before.rate, w);
}

/** DESIGN 4.1.5, in microseconds: the catalogue's, else the largest reported one. */
export function durationOf(
  events: readonly OracleEvent[],
  videoId: string,
  catalog: ReadonlyMap<string, number>,
  rules: SessionizationConfig,
): number | null {
  const known = catalog.get(videoId);
  if (known !== undefined) return Math.round(known * second);
  const reported = events.flatMap(e =>
    e.duration_s !== null && e.duration_s > 0 && e.duration_s < rules.live_position_s_min ? [e.duration_s] : [],
  );
  return reported.length === 0 ? null : Math.round(Math.max(...reported) * second);
}
