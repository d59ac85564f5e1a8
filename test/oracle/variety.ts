import type { OracleEvent } from './event.js';
import type { JudgedSession } from './judge-session.js';
import type { OracleResult } from './oracle.js';
import type { Moment } from './playhead.js';

/** How often each thing must occur in the streams, lest the comparison proves nothing about it. */
const timesAtLeast = 5;

/** What a text names and the streams do not contain often enough: `verdict ahead: 3`. */
export function missingFrom(events: readonly OracleEvent[], { judged, sessions }: OracleResult): string[] {
  const counts = new Map<string, number>(wanted.map(name => [name, 0]));
  const count = (name: string, times = 1) => counts.set(name, (counts.get(name) ?? 0) + times);
  for (const [name, times] of Object.entries(nonsenseOf(events))) count(`nonsense ${name}`, times);
  for (const session of judged) {
    session.moments.forEach((moment, i) => {
      count(`state ${moment.state}`);
      const verdict = session.verdicts[i];
      if (verdict !== undefined) count(`verdict ${verdict.name}`);
    });
    for (const [name, times] of Object.entries(happeningsOf(session))) count(`nonsense ${name}`, times);
  }
  for (const row of sessions) {
    count(`end ${row['end_reason']}`);
    for (const column of sourceColumns) count(`${column} ${row[column]}`);
    for (const flag of flags) if (row[flag] === true || Number(row[flag]) > 0) count(flag);
  }
  return [...counts].filter(([, times]) => times < timesAtLeast).map(([name, times]) => `${name}: ${times}`);
}

const flags = [
  'is_live',
  'is_concurrent',
  'is_replay',
  'resumed',
  'completion_valid',
  'zero_watch',
  'refresh_count',
  'tab_switch_count',
  'bad_position_count',
  'background_s',
] as const;

const sources = {
  refresh_source: ['observed', 'inferred', 'unknown'],
  tab_switch_source: ['observed', 'inferred', 'unknown'],
  background_source: ['observed', 'unknown'],
  end_reason_source: ['observed', 'inferred', 'unknown'],
  last_position_source: ['observed', 'inferred', 'unknown'],
  resumed_source: ['observed', 'inferred', 'unknown'],
  autoplay_source: ['observed', 'unknown'],
} as const;
const sourceColumns = Object.keys(sources);

const verdicts =
  'idle paused buffering ended closed failed seek_settling restarted seek_predicted unmeasured back ahead behind steady';
const states = 'idle playing paused buffering ended closed failed';
const ends = 'ended unload switched open paused timeout';

const wanted: readonly string[] = [
  ...verdicts.split(' ').map(name => `verdict ${name}`),
  ...states.split(' ').map(name => `state ${name}`),
  ...ends.split(' ').map(name => `end ${name}`),
  ...Object.entries(sources).flatMap(([column, values]) => values.map(value => `${column} ${value}`)),
  ...flags,
  ...Object.keys({ ...nonsenseOf([]), ...happeningsOf(undefined) }).map(name => `nonsense ${name}`),
];

/** Rows that no sane player sends, counted as they arrive. */
function nonsenseOf(events: readonly OracleEvent[]) {
  const count = (is: (event: OracleEvent, before: OracleEvent | undefined) => boolean) =>
    events.filter((event, i) => {
      const before = events[i - 1];
      return is(event, before?.user_id === event.user_id ? before : undefined);
    }).length;
  const byId = new Map<string, number>();
  for (const { event_id: id } of events) byId.set(id, (byId.get(id) ?? 0) + 1);
  const players = new Map<string, Set<string | null>>();
  for (const { user_id: user, player_id: player } of events) {
    players.set(user, (players.get(user) ?? new Set()).add(player));
  }
  return {
    'an earlier event behind a later one': count((e, b) => b !== undefined && b.event_id !== e.event_id && e.us < b.us),
    'two events of one moment': count((e, b) => b !== undefined && b.event_id !== e.event_id && e.us === b.us),
    'copies with one id and other times': count((e, b) => b?.event_id === e.event_id && b.us !== e.us),
    'a copy that arrived earlier': count((e, b) => b?.event_id === e.event_id && b.received_us < e.received_us),
    'a position that is no number': count(e => Number.isNaN(e.position_s)),
    'an infinite or enormous position': count(e => Math.abs(e.position_s ?? 0) > 1e11),
    'a live position': count(e => (e.position_s ?? 0) >= 1e8 && (e.position_s ?? 0) < 1e11),
    'a position past the end': count(
      e => e.video_id === 'v0' && (e.position_s ?? 0) > 3601 && (e.position_s ?? 0) < 1e8,
    ),
    'a position just past the end': count(
      e => e.video_id === 'v0' && (e.position_s ?? 0) > 3600 && (e.position_s ?? 0) <= 3601,
    ),
    'a position before the start': count(e => (e.position_s ?? 0) < -1),
    'a rate that is none': count(e => e.playback_rate !== null && !(e.playback_rate > 0 && e.playback_rate <= 100)),
    'a rate of play': count(e => e.playback_rate === 0.5 || e.playback_rate === 2 || e.playback_rate === 3),
    'a duration that is none': count(e => e.duration_s !== null && !(e.duration_s > 0 && e.duration_s < 1e8)),
    'a page view': count(e => e.event_type === 'page_view' && e.impressions !== null),
    'a player without a name': count(e => e.player_id === null),
    'several players of a user': [...players.values()].filter(set => set.size > 1).length,
    'a stall': count(e => e.event_type === 'buffer_start'),
    'a hidden page': count(e => e.event_type === 'hidden'),
    'a player that numbers its events': count(e => e.sequence !== null),
  };
}

/** What a session's events do to it; undefined for the names alone. */
function happeningsOf(session: JudgedSession | undefined) {
  const moments = session?.moments ?? [];
  const verdicts = session?.verdicts ?? [];
  const pairs = moments.slice(1).map((next, i) => ({ first: moments[i], next, verdict: verdicts[i] }));
  const count = (is: (pair: { first: Moment; next: Moment; verdict: (typeof verdicts)[number] }) => boolean) =>
    pairs.filter(
      ({ first, next, verdict }) => first !== undefined && verdict !== undefined && is({ first, next, verdict }),
    ).length;
  const isPlay = (m: Moment) => m.event.event_type === 'play' || m.event.event_type === 'resume';
  const isSeek = (m: Moment) => m.event.event_type === 'seek';
  const wall = (first: Moment, next: Moment) => next.event.us - first.event.us;
  const leaps = verdicts.flatMap(verdict => verdict.leaps);
  return {
    'a position without a play': moments.filter(m => m.told !== null && !m.hasPlayed).length,
    'ended twice': count(({ first, next }) => first.state === 'ended' && next.event.event_type === 'ended'),
    'ended without a play': moments.filter(m => m.event.event_type === 'ended' && !m.hasPlayed).length,
    'a seek while paused': count(({ first, next }) => first.state === 'paused' && isSeek(next)),
    'a seek with its origin': count(({ next }) => isSeek(next) && next.origin !== null),
    'a drag': leaps.filter((leap, i) => i > 0 && leap.atUs - (leaps[i - 1]?.atUs ?? 0) < 2_000_000).length,
    'a play that claims to be elsewhere than its seek': moments.filter(
      m => isPlay(m) && m.told !== null && Math.abs(m.told - Math.round((m.event.position_s ?? 0) * 1e6)) > 2e6,
    ).length,
    'pings that stand still': count(
      ({ first, next, verdict }) => verdict.name === 'behind' && verdict.watched === 0 && wall(first, next) < 2e6,
    ),
    'a silent rate': count(({ first, verdict }) => first.state === 'playing' && verdict.rate !== first.rate),
    'a rate in force': count(({ first, verdict }) => first.rate !== 1 && verdict.watched > 0),
    'a replay within the session': moments.filter(m => m.isReplay).length,
    'a stall that a position ends': count(
      ({ first, next }) =>
        first.state === 'buffering' && next.state !== 'buffering' && next.event.event_type === 'heartbeat',
    ),
    'a pause while buffering': count(
      ({ first, next }) => first.state === 'buffering' && next.event.event_type === 'pause' && next.isPause,
    ),
    'a long gap that steady play bridges': count(
      ({ first, next, verdict }) => wall(first, next) > 1800e6 && verdict.watched > 0,
    ),
    'an unknown duration': session?.row['duration_s'] === null ? 1 : 0,
    'a player that comes back to a video': typeof session?.raw.switchedUs === 'number' ? 1 : 0,
  };
}
