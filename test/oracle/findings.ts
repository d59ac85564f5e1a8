import { type EventType, eventTypes } from '#tables';
import type { OracleEvent } from './event.js';

/** Number of a user as its id. */
export const userId = (index: number): string => `u${String(index).padStart(5, '0')}`;

export const startUs = Date.UTC(2026, 9, 1, 12) * 1000;
const isEventType = (word: string): word is EventType => eventTypes.some(type => type === word);

/** `10 pA v1 seek 20 from 5 rate 2 dur 60`: second, player, video, type, then position and more where they are told. */
function eventOf(userId: string, line: string, i: number): OracleEvent {
  const [at, player = '', video = '', type = '', position = '-', ...more] = line.trim().split(/\s+/);
  if (!isEventType(type)) throw new Error(`${line}: ${type} is no event type`);
  const told = (name: string) => (more.includes(name) ? Number(more[more.indexOf(name) + 1]) : null);
  const us = startUs + Math.round(Number(at) * 1e6);
  return {
    event_id: `${userId}-${String(i).padStart(2, '0')}`,
    user_id: userId,
    video_id: video,
    player_id: player,
    event_type: type,
    us,
    received_us: us,
    sequence: i,
    position_s: position === '-' ? null : Number(position),
    seek_from_s: told('from'),
    duration_s: told('dur'),
    playback_rate: told('rate'),
    autoplay: null,
    device: null,
    country: null,
    experiment: null,
    variant: null,
    impressions: null,
  };
}

export interface Finding {
  readonly title: string;
  /** Each line an event; the films v0 (an hour) and v1 (unknown). */
  readonly events: string;
  /** What DESIGN.md 4 says of the sessions in the order of their start, only what the finding is about. */
  readonly sessions: readonly Readonly<Record<string, unknown>>[];
}

/** What random streams have brought to light, each as small as it gets. */
export const findings: readonly Finding[] = [
  {
    title: 'bridges a long gap by steady play while another player of the user acts in it',
    events: `0 pA v1 play 0
      236 pB v1 play 1629
      2180 pA v1 unload 2180
      2242 pB v1 ended`,
    sessions: [
      { player_id: 'pA', watch_time_s: 2180 },
      { player_id: 'pB', watch_time_s: 2006 },
    ],
  },
  {
    title: 'ends by ended whatever comes after it',
    events: `0 p v0 play 0
      100 p v0 ended
      105 p v0 unload`,
    sessions: [{ end_reason: 'ended' }],
  },
  {
    title: 'takes no session that begins with resume for a refresh',
    events: `10 p v1 pause
      20 p v0 pause
      21.5 p v1 resume`,
    sessions: [{ refresh_count: 0 }, { refresh_count: 0 }, { refresh_count: 0 }],
  },
  {
    title: 'gives sessions of one video that begin in one instant ids of their own',
    events: `0 p v0 load
      0 p v1 load
      0 p v0 load
      0 p v0 play 0
      10 p v0 pause 10`,
    sessions: [{ event_count: 1 }, { event_count: 1 }, { event_count: 3 }],
  },
  {
    title: 'makes up no skip where the position before a seek is unknown',
    events: `10 p v0 play
      10.786 p v0 seek 0.786`,
    sessions: [{ skip_count: 0, skipped_s: 0 }],
  },
  {
    title: 'does not carry a rate over a gap that ended the session',
    events: `10 p v0 resume 0 rate 0.5
      2145.5 p v0 heartbeat 5.4
      2155.5 p v0 play 10.4
      4146.4 p v0 seek 1005.9`,
    sessions: [{ event_count: 1 }, { event_count: 2 }, { event_count: 1 }],
  },
  {
    title: 'carries a rate over every gap that was bridged',
    events: `0 p v1 play 0 rate 2
      2000 p v1 heartbeat 4000
      4000 p v1 heartbeat 8000
      6000 p v1 pause 12000`,
    sessions: [{ watch_time_s: 6000, content_s: 12_000 }],
  },
  {
    title: 'forgets the position before a live one, over a long gap too',
    events: `10 p v0 resume 0
      20 p v0 load 1790000374
      2028 p v0 play 2018`,
    sessions: [{ event_count: 2 }, { event_count: 1 }],
  },
  {
    title: 'bridges a long gap behind a stall that a position has ended',
    events: `0 p v0 play 0
      10 p v0 buffer_start 10
      20 p v0 heartbeat 20
      2365 p v0 pause 2365`,
    sessions: [{ watch_time_s: 2355, buffer_time_s: 10, pause_count: 1 }],
  },
  {
    title: 'begins at rate 1 behind a gap that only another player kept open',
    events: `0 pA v0 buffer_start 0 rate 1.25
      10 pB v0 play 0
      3610 pB v0 ended 3600
      3611 pA v0 play 331
      5511 pA v0 buffer_end 2706`,
    sessions: [{ player_id: 'pA', event_count: 2 }, { player_id: 'pB' }, { player_id: 'pA', event_count: 1 }],
  },
  {
    title: 'sees no more of a video than there is, though a session knew no end of it',
    events: `0 p v1 play 0
      300 p v1 pause 300
      9000 p v1 play 0 dur 120
      9060 p v1 pause 60`,
    sessions: [
      { watch_time_s: 300, percent_viewed_ratio: null },
      { watch_time_s: 60, percent_viewed_ratio: 0.5 },
    ],
  },
  {
    title: 'resumes from the one that ended last of two sessions that began together',
    events: `0 pB v0 load 2948
      0 pA v0 play 0
      720 pB v0 hidden 3500
      730 pB v1 load
      740 pB v0 play 3500`,
    sessions: [{}, {}, { video_id: 'v1' }, { resumed: true, resumed_from_s: 3500, resumed_source: 'observed' }],
  },
  {
    title: 'resumes from the one that stopped furthest of two sessions that began and ended together',
    events: `0 pA v0 play 100
      0 pB v0 play 900
      30 pA v0 pause 130
      30 pB v0 pause 930
      40 pC v0 play 930`,
    sessions: [{}, {}, { player_id: 'pC', resumed: true, resumed_from_s: 930 }],
  },
];

/** Their events, the first of them as user number `firstUser`. */
export const findingEvents = (firstUser: number): OracleEvent[] =>
  findings.flatMap(({ events }, i) => events.split('\n').map((line, k) => eventOf(userId(firstUser + i), line, k)));
