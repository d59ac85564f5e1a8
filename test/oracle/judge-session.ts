import type { SessionizationConfig } from '#config';
import { dayOf, sessionId, visitId } from './ids.js';
import { type Stretch, unionLength } from './intervals.js';
import type { OracleInput, OracleRow } from './oracle.js';
import { type Moment, second, walk } from './playhead.js';
import { scoreOf } from './score.js';
import { durationOf, type RawSession } from './sessions.js';
import { judgeAll, skipsOf, type Verdict } from './verdicts.js';

/** A session by its own events, before its user's other sessions are looked at. */
export interface JudgedSession {
  readonly raw: RawSession;
  readonly row: OracleRow;
  readonly segments: readonly OracleRow[];
  readonly moments: readonly Moment[];
  readonly verdicts: readonly Verdict[];
  readonly id: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly completed: boolean;
  /** Its last state is `closed`. */
  readonly isClosed: boolean;
  readonly firstPlayUs: number | null;
  /** The first play tells where it is itself. */
  readonly isFirstPlayTold: boolean;
  readonly lastPosition: number | null;
  /** The playhead has stood still since an event told where it is. */
  readonly isLastTold: boolean;
  readonly replays: number;
  /** On the clock: from each interval's start for as long as it was watched. */
  readonly watched: readonly Stretch[];
  /** Wall time between events with the player in the state `playing`. */
  readonly playingUs: number;
}

/** DESIGN 4.2 to 4.4 for one session. */
export function judgeSession(raw: RawSession, input: OracleInput): JudgedSession {
  const rules = input.config.sessionization;
  const duration = durationOf(raw.events, raw.videoId, input.catalog, rules);
  const moments = walk(raw.events, duration, rules);
  const verdicts = judgeAll(moments, duration, rules);
  const covered = coveredStretches(moments, verdicts, duration);
  const first = moments[0];
  const last = moments.at(-1);
  const toldAt = moments.findLastIndex(m => m.told !== null);
  const isLastTold = toldAt > moments.findLastIndex(m => m.state === 'playing');
  if (first === undefined || last === undefined) throw new Error('a session has events');
  const wallIn = (state: string) =>
    verdicts.reduce((sum, _, i) => (moments[i]?.state === state ? sum + wallAfter(moments, i) : sum), 0);
  const start = moments.find(m => m.event.event_type === 'play' || m.event.event_type === 'resume');
  const id = sessionId({ ...raw, startUs: first.event.us });
  const unique = unionLength(covered.map(s => [s.from, s.to]));
  const completed = moments.some(m => m.event.event_type === 'ended');
  const firstPlayUs = start?.standing ?? null;
  const positions = [...moments.flatMap(m => (m.told === null ? [] : [m.told])), ...covered.map(s => s.to)];
  const row: OracleRow = {
    ...identityOf(raw, first, last, id),
    duration_s: inSeconds(duration),
    is_live: moments.some(m => m.isLive),
    event_count: moments.length,
    ...watchMeasures(moments, verdicts),
    estimated_tail_s: tailOf(raw, last, duration, rules) / second,
    content_s: covered.reduce((total, s) => total + s.to - s.from, 0) / second,
    pause_count: moments.filter(m => m.isPause).length,
    pause_time_s: wallIn('paused') / second,
    ...skipMeasures(moments, verdicts),
    buffer_count: moments.filter(m => m.isStall).length,
    buffer_time_s: wallIn('buffering') / second,
    bad_position_count: moments.filter(m => m.isBadPosition).length,
    ...tabSwitches(moments, rules),
    unique_watch_s: unique / second,
    percent_viewed_ratio: duration === null ? null : unique / duration,
    first_position_s: inSeconds(firstPlayUs),
    max_position_s: positions.length === 0 ? null : Math.max(...positions) / second,
    last_position_s: inSeconds(last.standing),
    has_played: start !== undefined,
    completed,
    completion_valid: completed && duration !== null && unique >= rules.valid_completion_ratio * duration,
    ...endOf(endReason(raw, last, completed, input.newestReceivedUs, rules)),
    last_position_source: last.standing === null ? 'unknown' : isLastTold ? 'observed' : 'inferred',
    ...autoplayOf(moments),
    ...scoreOf(input.config.engagement, duration === null ? null : unique / duration, completed ? 1 : 0, 1),
  };
  return {
    raw,
    row: { ...row, zero_watch: Number(row['watch_time_s']) < rules.zero_watch_s },
    segments: covered.map((s, i) => ({
      session_id: id,
      segment_index: i,
      user_id: raw.userId,
      video_id: raw.videoId,
      player_id: raw.playerId,
      from_s: s.from / second,
      to_s: s.to / second,
      started_at: s.startUs,
      ended_at: s.endUs,
      playback_rate: s.rate,
      session_date: dayOf(first.event.us),
    })),
    moments,
    verdicts,
    id,
    startUs: first.event.us,
    endUs: last.event.us,
    completed,
    isClosed: last.state === 'closed',
    firstPlayUs,
    isFirstPlayTold: start?.told != null,
    lastPosition: last.standing,
    isLastTold,
    replays: moments.filter(m => m.isReplay).length,
    watched: verdicts.flatMap((v, i): Stretch[] => {
      const us = moments[i]?.event.us ?? 0;
      return v.watched > 0 ? [[us, us + v.watched]] : [];
    }),
    playingUs: wallIn('playing'),
  };
}

export const inSeconds = (us: number | null): number | null => (us === null ? null : us / second);

function wallAfter(moments: readonly Moment[], i: number): number {
  const here = moments[i];
  const next = moments[i + 1];
  return here === undefined || next === undefined ? 0 : next.event.us - here.event.us;
}

function identityOf(raw: RawSession, first: Moment, last: Moment, id: string): OracleRow {
  const { device, country, experiment, variant } = first.event;
  return {
    session_id: id,
    visit_id: visitId(raw.userId, raw.visitStartUs),
    visit_started_at: raw.visitStartUs,
    user_id: raw.userId,
    video_id: raw.videoId,
    player_id: raw.playerId,
    started_at: first.event.us,
    ended_at: last.event.us,
    session_date: dayOf(first.event.us),
    device,
    country,
    referrer: null,
    app_version: null,
    experiment,
    variant,
  };
}

function watchMeasures(moments: readonly Moment[], verdicts: readonly Verdict[]): OracleRow {
  let watched = 0;
  let uncertain = 0;
  let background = 0;
  let rated = 0;
  verdicts.forEach((verdict, i) => {
    const moment = moments[i];
    watched += verdict.watched;
    uncertain += verdict.uncertain;
    if (moment?.isHidden === true) background += verdict.watched;
    rated += Math.round((moment?.rate ?? 1) * verdict.watched);
  });
  return {
    watch_time_s: watched / second,
    uncertain_s: uncertain / second,
    background_s: background / second,
    rate_avg: watched === 0 ? null : rated / watched,
  };
}

function skipMeasures(moments: readonly Moment[], verdicts: readonly Verdict[]): OracleRow {
  const skips = skipsOf(moments, verdicts);
  return {
    skip_forward_count: skips.filter(size => size > 0).length,
    skip_backward_count: skips.filter(size => size < 0).length,
    skip_count: skips.length,
    skipped_s: skips.reduce((total, size) => total + Math.abs(size), 0) / second,
  };
}

/** What may have played after the last event (4.3), in microseconds. */
function tailOf(raw: RawSession, last: Moment, duration: number | null, rules: SessionizationConfig): number {
  if (last.state !== 'playing' || rules.tail_policy === 'none') return 0;
  const policy = (rules.tail_policy === 'heartbeat' ? rules.heartbeat_interval_s : rules.tail_cap_s) * second;
  const limit = raw.switchedUs === null ? policy : Math.min(policy, raw.switchedUs - last.event.us);
  if (duration === null || last.standing === null) return limit;
  return Math.min(limit, Math.round(Math.max(0, duration - last.standing) / last.rate));
}

/** DESIGN 4.4: `hidden` events, or else pauses that are as long as a look into another tab. */
function tabSwitches(moments: readonly Moment[], rules: SessionizationConfig): OracleRow {
  const count = (type: string) => moments.filter(m => m.event.event_type === type).length;
  if (count('hidden') + count('visible') > 0) {
    return { tab_switch_count: count('hidden'), tab_switch_source: 'observed', background_source: 'observed' };
  }
  // A pause lasts until something else sets the state; time in a stall between is no time paused.
  const pauses: number[] = [];
  let pausedUs: number | undefined;
  moments.forEach((moment, i) => {
    if (moment.state === 'paused') pausedUs = (pausedUs ?? 0) + wallAfter(moments, i);
    else if (moment.state !== 'buffering' && pausedUs !== undefined) {
      pauses.push(pausedUs);
      pausedUs = undefined;
    }
  });
  if (pausedUs !== undefined) pauses.push(pausedUs);
  const [shortest, longest] = [rules.tab_switch_pause_s_min * second, rules.tab_switch_pause_s_max * second];
  return {
    tab_switch_count: pauses.filter(us => us >= shortest && us <= longest).length,
    tab_switch_source: count('pause') > 0 ? 'inferred' : 'unknown',
    background_source: 'unknown',
  };
}

/** docs/decisions/0007: an event told of these ends; the others are concluded from what did not come. */
function endOf(reason: string): OracleRow {
  const isTold = ['ended', 'unload', 'switched'].includes(reason);
  return { end_reason: reason, end_reason_source: isTold ? 'observed' : reason === 'open' ? 'unknown' : 'inferred' };
}

function autoplayOf(moments: readonly Moment[]): OracleRow {
  const autoplay = moments.find(m => m.event.autoplay !== null)?.event.autoplay ?? null;
  return { autoplay, autoplay_source: autoplay === null ? 'unknown' : 'observed' };
}

function endReason(
  raw: RawSession,
  last: Moment,
  completed: boolean,
  newestReceivedUs: number,
  rules: SessionizationConfig,
): string {
  if (completed) return 'ended';
  if (last.state === 'closed') return 'unload';
  if (raw.switchedUs !== null) return 'switched';
  if (newestReceivedUs - last.event.us <= rules.session_timeout_s * second) return 'open';
  return last.state === 'paused' ? 'paused' : 'timeout';
}

interface CoveredStretch {
  readonly from: number;
  to: number;
  readonly startUs: number;
  endUs: number;
  readonly rate: number;
}

/** Touching stretches of unbroken play are one, at whatever rate; anything but playing breaks them. */
function coveredStretches(
  moments: readonly Moment[],
  verdicts: readonly Verdict[],
  duration: number | null,
): CoveredStretch[] {
  const stretches: CoveredStretch[] = [];
  let current: CoveredStretch | undefined;
  verdicts.forEach((verdict, i) => {
    const moment = moments[i];
    if (moment === undefined) return;
    if (moment.state !== 'playing') current = undefined;
    if (verdict.covered === null) return;
    const from = Math.min(verdict.covered[0], duration ?? Number.POSITIVE_INFINITY);
    const to = Math.min(verdict.covered[1], duration ?? Number.POSITIVE_INFINITY);
    if (to <= from) return;
    const endUs = moment.event.us + verdict.watched;
    if (current?.to === from) {
      current.to = to;
      current.endUs = endUs;
    } else {
      current = { from, to, startUs: moment.event.us, endUs, rate: verdict.rate };
      stretches.push(current);
    }
  });
  return stretches;
}
