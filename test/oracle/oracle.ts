import { inOrder, type OracleEvent } from './event.js';
import { type Moment, second, walk } from './playhead.js';
import { judgeAll, skipsOf, type Verdict } from './verdicts.js';

/** A session's row: the columns of the table without ids (hashes) and engagement; instants in microseconds. */
export type OracleRow = Readonly<Record<string, string | number | boolean | null>>;

export interface OracleInput {
  readonly events: readonly OracleEvent[];
  /** video_id to duration in seconds. */
  readonly catalog: ReadonlyMap<string, number>;
  readonly newestReceivedUs: number;
}

interface RawSession {
  readonly visitStartUs: number;
  readonly userId: string;
  readonly videoId: string;
  readonly playerId: string | null;
  readonly events: OracleEvent[];
  isSwitched: boolean;
}

const timeout = 1800 * second;

/** DESIGN.md 4.1 to 4.4 as a plain loop over one event after the other. */
export function judge(input: OracleInput): { sessions: OracleRow[]; segments: OracleRow[] } {
  const users = new Map<string, OracleEvent[]>();
  for (const event of input.events) {
    const list = users.get(event.user_id);
    if (list === undefined) users.set(event.user_id, [event]);
    else list.push(event);
  }
  const result: { sessions: OracleRow[]; segments: OracleRow[] } = { sessions: [], segments: [] };
  for (const events of users.values()) {
    const sessions = splitIntoSessions(inOrder(events), input.catalog).map(raw => judgeSession(raw, input));
    const rows = withHistory(sessions);
    result.sessions.push(...rows);
    for (const session of sessions) result.segments.push(...session.segments);
  }
  return result;
}

/** DESIGN 4.1.2 and 4.1.3. */
function splitIntoSessions(events: readonly OracleEvent[], catalog: ReadonlyMap<string, number>): RawSession[] {
  const sessions: RawSession[] = [];
  const open = new Map<string | null, RawSession>();
  let visitStartUs = 0;
  let previousUs = Number.NEGATIVE_INFINITY;
  events.forEach((event, i) => {
    if (
      event.us - previousUs > timeout &&
      ![...open.values()].some(session => isBridged(session, events, i, catalog))
    ) {
      open.clear();
      visitStartUs = event.us;
    }
    previousUs = event.us;
    if (event.event_type === 'page_view' || event.video_id === null) return;
    const current = open.get(event.player_id);
    if (current?.videoId === event.video_id) current.events.push(event);
    else {
      if (current !== undefined) current.isSwitched = true;
      const { user_id: userId, player_id: playerId, video_id: videoId } = event;
      const session = { visitStartUs, userId, videoId, playerId, events: [event], isSwitched: false };
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
): boolean {
  const next = events.find((e, i) => i >= at && e.player_id === session.playerId && e.event_type !== 'page_view');
  if (next === undefined || next.video_id !== session.videoId) return false;
  const together = [...session.events, next];
  const moments = walk(together, durationOf(together, session.videoId, catalog));
  const after = moments.at(-1);
  const before = moments.at(-2);
  if (after === undefined || before === undefined || before.state !== 'playing') return false;
  const q = after.origin ?? after.told;
  if (before.standing === null || q === null) return false;
  const w = after.event.us - before.event.us;
  const expected = before.rate * w;
  return Math.abs(q - before.standing - expected) <= Math.max(2 * second, 0.1 * expected);
}

function durationOf(
  events: readonly OracleEvent[],
  videoId: string,
  catalog: ReadonlyMap<string, number>,
): number | null {
  const known = catalog.get(videoId);
  if (known !== undefined) return Math.round(known * second);
  const reported = events.flatMap(e => (e.duration_s !== null && e.duration_s > 0 ? [e.duration_s] : []));
  return reported.length === 0 ? null : Math.round(Math.max(...reported) * second);
}

interface JudgedSession {
  readonly raw: RawSession;
  readonly row: OracleRow;
  readonly segments: readonly OracleRow[];
  readonly startUs: number;
  readonly endUs: number;
  readonly completed: boolean;
  readonly firstPlayUs: number | null;
  readonly lastPosition: number | null;
  readonly replays: number;
}

function judgeSession(raw: RawSession, input: OracleInput): JudgedSession {
  const duration = durationOf(raw.events, raw.videoId, input.catalog);
  const moments = walk(raw.events, duration);
  const verdicts = judgeAll(moments, duration);
  const stretches = stretchesOf(moments, verdicts, duration);
  const first = moments[0];
  const last = moments.at(-1);
  if (first === undefined || last === undefined) throw new Error('a session has events');
  const count = (is: (m: Moment) => boolean) => moments.filter(is).length;
  const sum = (of: (v: Verdict, m: Moment) => number) =>
    verdicts.reduce((total, v, i) => {
      const m = moments[i];
      return m === undefined ? total : total + of(v, m);
    }, 0);
  const wall = (state: string) => (_: Verdict, m: Moment) => {
    const next = moments[moments.indexOf(m) + 1];
    return m.state === state && next !== undefined ? next.event.us - m.event.us : 0;
  };
  const watched = sum(v => v.watched);
  const skips = skipsOf(moments, verdicts);
  const unique = unionLength(stretches.map(s => [s.from, s.to]));
  const completed = moments.some(m => m.event.event_type === 'ended');
  const start = moments.find(m => m.event.event_type === 'play' || m.event.event_type === 'resume');
  const positions = [...moments.flatMap(m => (m.told === null ? [] : [m.told])), ...stretches.map(s => s.to)];
  const firstPlayUs = start?.standing ?? null;
  const row: OracleRow = {
    visit_started_at: raw.visitStartUs,
    user_id: raw.userId,
    video_id: raw.videoId,
    player_id: raw.playerId,
    started_at: first.event.us,
    ended_at: last.event.us,
    duration_s: inSeconds(duration),
    is_live: moments.some(m => m.isLive),
    event_count: moments.length,
    watch_time_s: watched / second,
    uncertain_s: sum(v => v.uncertain) / second,
    estimated_tail_s: 0,
    content_s: stretches.reduce((total, s) => total + s.to - s.from, 0) / second,
    background_s: sum((v, m) => (m.isHidden ? v.watched : 0)) / second,
    pause_count: count(m => m.isPause),
    pause_time_s: sum(wall('paused')) / second,
    skip_forward_count: skips.filter(size => size > 0).length,
    skip_backward_count: skips.filter(size => size < 0).length,
    skip_count: skips.length,
    skipped_s: skips.reduce((total, size) => total + Math.abs(size), 0) / second,
    buffer_count: count(m => m.isStall),
    buffer_time_s: sum(wall('buffering')) / second,
    bad_position_count: count(m => m.isBadPosition),
    unique_watch_s: unique / second,
    percent_viewed_ratio: duration === null ? null : unique / duration,
    first_position_s: inSeconds(firstPlayUs),
    max_position_s: positions.length === 0 ? null : Math.max(...positions) / second,
    last_position_s: inSeconds(last.standing),
    rate_avg: watched === 0 ? null : sum((v, m) => v.watched * m.rate) / watched,
    has_played: start !== undefined,
    completed,
    completion_valid: completed && duration !== null && unique >= 0.75 * duration,
    zero_watch: watched < second,
    end_reason: endReason(raw, last, completed, input.newestReceivedUs),
    autoplay: moments.find(m => m.event.autoplay !== null)?.event.autoplay ?? null,
    device: first.event.device,
  };
  return {
    raw,
    row,
    segments: stretches.map((s, i) => ({
      segment_index: i,
      user_id: raw.userId,
      video_id: raw.videoId,
      player_id: raw.playerId,
      session_started_at: first.event.us,
      from_s: s.from / second,
      to_s: s.to / second,
      started_at: s.startUs,
      playback_rate: s.rate,
    })),
    startUs: first.event.us,
    endUs: last.event.us,
    completed,
    firstPlayUs,
    lastPosition: last.standing,
    replays: count(m => m.isReplay),
  };
}

const inSeconds = (us: number | null) => (us === null ? null : us / second);

function endReason(raw: RawSession, last: Moment, completed: boolean, newestReceivedUs: number): string {
  if (completed) return 'ended';
  if (last.state === 'closed') return 'unload';
  if (raw.isSwitched) return 'switched';
  if (newestReceivedUs - last.event.us <= timeout) return 'open';
  return last.state === 'paused' ? 'paused' : 'timeout';
}

interface Stretch {
  readonly from: number;
  to: number;
  readonly startUs: number;
  readonly rate: number;
}

/** Touching stretches of unbroken play are one, at whatever rate; anything but playing breaks them. */
function stretchesOf(moments: readonly Moment[], verdicts: readonly Verdict[], duration: number | null): Stretch[] {
  const stretches: Stretch[] = [];
  let current: Stretch | undefined;
  verdicts.forEach((verdict, i) => {
    const moment = moments[i];
    if (moment === undefined) return;
    if (moment.state !== 'playing') current = undefined;
    if (verdict.covered === null) return;
    const from = Math.min(verdict.covered[0], duration ?? Number.POSITIVE_INFINITY);
    const to = Math.min(verdict.covered[1], duration ?? Number.POSITIVE_INFINITY);
    if (to <= from) return;
    if (current !== undefined && Math.abs(current.to - from) < 1) current.to = to;
    else {
      current = { from, to, startUs: moment.event.us, rate: verdict.rate };
      stretches.push(current);
    }
  });
  return stretches;
}

export function unionLength(stretches: readonly (readonly [number, number])[]): number {
  let length = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    length += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return length;
}

/** DESIGN 4.4: replays, resumption, refreshes and concurrency look at the other sessions of the user. */
function withHistory(sessions: readonly JudgedSession[]): OracleRow[] {
  return sessions.map(session => {
    const earlier = sessions
      .filter(s => s.raw.videoId === session.raw.videoId && s.startUs < session.startUs)
      .sort((a, b) => a.startUs - b.startUs);
    const latest = earlier.at(-1);
    const startsNear0 = session.firstPlayUs !== null && session.firstPlayUs <= 5 * second;
    const resumed =
      session.firstPlayUs !== null &&
      session.firstPlayUs > 5 * second &&
      latest?.lastPosition != null &&
      Math.abs(session.firstPlayUs - latest.lastPosition) <= 5 * second;
    const opensWith = session.raw.events[0]?.event_type;
    const isRefresh =
      (opensWith === 'load' || opensWith === 'play') &&
      earlier.some(s => !s.completed && session.startUs - s.endUs >= 0 && session.startUs - s.endUs <= 60 * second);
    const loads = session.raw.events.filter(e => e.event_type === 'load').length;
    return {
      ...session.row,
      is_replay: session.replays > 0 || (startsNear0 && earlier.some(s => s.completed)),
      resumed,
      resumed_from_s: resumed ? inSeconds(session.firstPlayUs) : null,
      refresh_count: Math.max(0, loads - 1) + (isRefresh ? 1 : 0),
      is_concurrent: sessions.some(s => s !== session && s.startUs < session.endUs && session.startUs < s.endUs),
    };
  });
}
