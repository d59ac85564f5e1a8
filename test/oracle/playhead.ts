import type { SessionizationConfig } from '#config';
import type { OracleEvent } from './event.js';

export const second = 1_000_000;

export type State = 'idle' | 'playing' | 'paused' | 'buffering' | 'ended' | 'closed' | 'failed';

/** What is known right after an event of a session. Positions in microseconds. */
export interface Moment {
  readonly event: OracleEvent;
  /** What this event tells of the position, after DESIGN 4.1.4; null: nothing that counts. */
  readonly told: number | null;
  /** Where a seek says that it left. */
  readonly origin: number | null;
  /** The last known position. */
  readonly standing: number | null;
  readonly rate: number;
  readonly state: State;
  readonly isHidden: boolean;
  readonly hasPlayed: boolean;
  readonly isBadPosition: boolean;
  readonly isLive: boolean;
  readonly isPause: boolean;
  readonly isStall: boolean;
  readonly isReplay: boolean;
}

const idle: State = 'idle';

/** DESIGN 4.1.4 for one number. */
function place(
  seconds: number | null,
  durationUs: number | null,
  rules: SessionizationConfig,
): { us: number | null; isBad: boolean; isLive: boolean } {
  // What no row may carry (text, NaN, infinite, above the maximum) tells nothing, should it ever come this far.
  if (seconds === null || !(Math.abs(seconds) <= rules.position_s_max))
    return { us: null, isBad: false, isLive: false };
  if (seconds >= rules.live_position_s_min) return { us: null, isBad: false, isLive: true };
  const us = Math.round(seconds * second);
  if (us < -second || (durationUs !== null && us > durationUs + second))
    return { us: null, isBad: true, isLive: false };
  return { us: Math.max(0, durationUs === null ? us : Math.min(us, durationUs)), isBad: false, isLive: false };
}

const isPlay = (event: OracleEvent) => event.event_type === 'play' || event.event_type === 'resume';

/** DESIGN 4.1.4, 4.1.5 and 4.2: walks through the events of one session. */
export function walk(events: readonly OracleEvent[], durationUs: number | null, rules: SessionizationConfig): Moment[] {
  const moments: Moment[] = [];
  let standing: number | null = null;
  let rate = 1;
  let state = idle;
  let stateBeforeStall = idle;
  let stallPosition: number | null = null;
  let isHidden = false;
  let hasPlayed = false;
  let lastSeek: { us: number; target: number } | null = null;

  for (const event of events) {
    const placed = place(event.position_s, durationUs, rules);
    let told = placed.us;
    let clearsStanding = placed.isLive;
    if (event.event_type === 'seek') {
      lastSeek = told === null ? null : { us: event.us, target: told };
    } else if (isPlay(event) && lastSeek !== null && event.us - lastSeek.us <= 2 * second) {
      told = lastSeek.target;
      clearsStanding = false;
    } else if (told !== null && lastSeek !== null && Math.abs(told - lastSeek.target) >= second) {
      lastSeek = null;
    }
    const origin = event.event_type === 'seek' ? place(event.seek_from_s, durationUs, rules).us : null;
    if (clearsStanding) standing = null;
    else if (told !== null) standing = told;
    if (event.playback_rate !== null && event.playback_rate > 0 && event.playback_rate <= 100)
      rate = event.playback_rate;
    if (event.event_type === 'hidden') isHidden = true;
    if (event.event_type === 'visible') isHidden = false;

    let isPause = false;
    let isReplay = false;
    let isStall = false;
    const movedOn = told !== null && stallPosition !== null && told - stallPosition >= second / 2;
    if (state === 'buffering' && (event.event_type === 'buffer_end' || movedOn)) state = stateBeforeStall;
    switch (event.event_type) {
      case 'play':
      case 'resume':
        isReplay = state === 'ended' && standing !== null && standing <= 5 * second;
        state = 'playing';
        hasPlayed = true;
        break;
      case 'pause':
        isPause = state === 'playing' || (state === 'buffering' && stateBeforeStall === 'playing');
        if (state === 'playing' || state === 'buffering') state = 'paused';
        break;
      case 'ended':
        state = 'ended';
        break;
      case 'unload':
        state = 'closed';
        break;
      case 'error':
        state = 'failed';
        break;
      case 'buffer_start':
        if (state !== 'buffering') {
          isStall = true;
          stateBeforeStall = state;
        }
        // A stall told again begins again: progress counts from where the player said so last.
        stallPosition = standing;
        state = 'buffering';
        break;
      default:
        break;
    }
    moments.push({
      event,
      told,
      origin,
      standing,
      rate,
      state,
      isHidden,
      hasPlayed,
      isBadPosition: placed.isBad,
      isLive: placed.isLive,
      isPause,
      isStall,
      isReplay,
    });
  }
  return moments;
}
