import type { SessionizationConfig } from '#config';
import { inSeconds, type JudgedSession } from './judge-session.js';
import type { OracleRow } from './oracle.js';
import { second } from './playhead.js';

/** In which order sessions of a user stand: by their start, their end and, for ties, their id. */
const inTurn = (a: JudgedSession, b: JudgedSession) =>
  a.startUs - b.startUs || a.endUs - b.endUs || (a.id < b.id ? -1 : 1);

/** DESIGN 4.4: replays, resumption, refreshes and concurrency look at the other sessions of the user. */
export function withHistory(sessions: readonly JudgedSession[], rules: SessionizationConfig): OracleRow[] {
  const exclusive = exclusiveTimes(sessions);
  const replaysOf = (session: JudgedSession) => session.replays + (isReplayed(session, sessions) ? 1 : 0);
  return sessions.map(session => {
    const replays = replaysOf(session);
    const resumed = isResumed(session, sessions);
    const numbered = sessions.filter(
      s =>
        s.raw.videoId === session.raw.videoId &&
        (s.startUs < session.startUs || (s.startUs === session.startUs && s.endUs <= session.endUs)),
    );
    const loads = session.raw.events.filter(e => e.event_type === 'load').length;
    return {
      ...session.row,
      is_replay: replays > 0,
      replay_index: replays > 0 ? numbered.reduce((sum, s) => sum + replaysOf(s), 0) : 0,
      resumed,
      resumed_from_s: resumed ? inSeconds(session.firstPlayUs) : null,
      resumed_source: resumedSource(session, sessions),
      refresh_count: Math.max(0, loads - 1) + (isRefresh(session, sessions, rules) ? 1 : 0),
      refresh_source: refreshSource(session, sessions, rules),
      is_concurrent: sessions.some(s => s !== session && s.startUs < session.endUs && session.startUs < s.endUs),
      exclusive_watch_time_s: (exclusive.get(session) ?? 0) / second,
    };
  });
}

/** Those of the same video that started earlier, the latest last: it started, then ended last, then stopped furthest. */
function earlierOf(session: JudgedSession, sessions: readonly JudgedSession[]): JudgedSession[] {
  return sessions
    .filter(s => s.raw.videoId === session.raw.videoId && s.startUs < session.startUs)
    .sort(
      (a, b) =>
        a.startUs - b.startUs ||
        a.endUs - b.endUs ||
        (a.lastPosition ?? -1) - (b.lastPosition ?? -1) ||
        Number(a.isLastTold) - Number(b.isLastTold),
    );
}

function isReplayed(session: JudgedSession, sessions: readonly JudgedSession[]): boolean {
  const startsNear0 = session.firstPlayUs !== null && session.firstPlayUs <= 5 * second;
  return startsNear0 && earlierOf(session, sessions).some(s => s.completed);
}

function isResumed(session: JudgedSession, sessions: readonly JudgedSession[]): boolean {
  const stoppedAt = earlierOf(session, sessions).at(-1)?.lastPosition ?? null;
  const from = session.firstPlayUs;
  return from !== null && from > 5 * second && stoppedAt !== null && Math.abs(from - stoppedAt) <= 5 * second;
}

function isRefresh(session: JudgedSession, sessions: readonly JudgedSession[], rules: SessionizationConfig): boolean {
  const opensWith = session.raw.events[0]?.event_type;
  if (opensWith !== 'load' && opensWith !== 'play') return false;
  return earlierOf(session, sessions).some(s => {
    const gap = session.startUs - s.endUs;
    return !s.completed && gap >= 0 && gap <= rules.refresh_gap_s_max * second;
  });
}

/** docs/decisions/0007. */
function resumedSource(session: JudgedSession, sessions: readonly JudgedSession[]): string {
  const latest = earlierOf(session, sessions).at(-1);
  if (session.firstPlayUs === null) return 'unknown';
  if (session.firstPlayUs <= 5 * second || latest === undefined) {
    return session.isFirstPlayTold ? 'observed' : 'inferred';
  }
  if (latest.lastPosition === null) return 'unknown';
  return session.isFirstPlayTold && latest.isLastTold ? 'observed' : 'inferred';
}

/** docs/decisions/0007. */
function refreshSource(
  session: JudgedSession,
  sessions: readonly JudgedSession[],
  rules: SessionizationConfig,
): string {
  const hasLoad = session.raw.events.some(e => e.event_type === 'load');
  if (isRefresh(session, sessions, rules)) {
    const left = earlierOf(session, sessions).filter(s => !s.completed);
    const leftUs = Math.max(...left.map(s => s.endUs));
    const isTold =
      session.raw.events[0]?.event_type === 'load' &&
      leftUs <= session.startUs &&
      left.some(s => s.endUs === leftUs && s.isClosed);
    return isTold ? 'observed' : 'inferred';
  }
  if (hasLoad) return 'observed';
  return session.raw.playerId === null ? 'unknown' : 'inferred';
}

/** Watched time on the clock goes to the interval that began first, then ended first, then to the session in turn. */
function exclusiveTimes(sessions: readonly JudgedSession[]): Map<JudgedSession, number> {
  const times = new Map(sessions.map(session => [session, 0]));
  const intervals = [...sessions]
    .sort(inTurn)
    .flatMap(session => session.watched.map(([from, to]) => ({ session, from, to })))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let reached = Number.NEGATIVE_INFINITY;
  for (const { session, from, to } of intervals) {
    times.set(session, (times.get(session) ?? 0) + Math.max(0, to - Math.max(from, reached)));
    reached = Math.max(reached, to);
  }
  return times;
}
