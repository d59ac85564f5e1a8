import type { Row } from '#warehouse';
import type { Comparison } from './compare.js';
import { unionLength } from './intervals.js';
import { second } from './playhead.js';

const us = (value: unknown) => Math.round(Number(value ?? 0) * second);
const isNearly = (a: number, b: number) => Math.abs(a - b) <= 1e-9;

/** Rows of the SQL that break what must hold of any events at all, each with the claim that it breaks. */
export function brokenInvariants({ pipeline, oracle }: Pick<Comparison, 'pipeline' | 'oracle'>): string[] {
  const broken: string[] = [];
  const check = (row: Row, claims: Readonly<Record<string, boolean>>) => {
    for (const [claim, holds] of Object.entries(claims)) if (!holds) broken.push(`${claim}: ${JSON.stringify(row)}`);
  };
  const playing = new Map(oracle.judged.map(session => [session.id, session.playingUs]));
  for (const row of pipeline.sessions) check(row, sessionClaims(row, playing.get(String(row['session_id'])) ?? 0));
  const segments = groups(pipeline.segments, row => String(row['session_id']));
  for (const session of pipeline.sessions) {
    const own = (segments.get(String(session['session_id'])) ?? []).sort(
      (a, b) => Number(a['segment_index']) - Number(b['segment_index']),
    );
    for (const [i, row] of own.entries()) check(row, segmentClaims(row, own[i - 1], session, i));
  }
  const ids = new Set(pipeline.sessions.map(row => row['session_id']));
  if (ids.size !== pipeline.sessions.length) broken.push(`a session_id twice: ${pipeline.sessions.length} sessions`);
  const events = oracle.judged.reduce((sum, session) => sum + session.raw.events.length, 0);
  const counted = pipeline.sessions.reduce((sum, row) => sum + Number(row['event_count']), 0);
  if (events !== counted) broken.push(`every player event is in one session: ${events} events, ${counted} counted`);
  const watched = groups(oracle.judged, session => session.raw.userId);
  for (const row of pipeline.users) {
    const stretches = (watched.get(String(row['user_id'])) ?? []).flatMap(session => session.watched);
    check(row, {
      'exclusive time is the union of watched time': us(row['exclusive_watch_time_s']) === unionLength(stretches),
      'a union is no longer than its parts': us(row['exclusive_watch_time_s']) <= us(row['watch_time_s']),
    });
  }
  for (const [table, columns] of Object.entries(goldKeys)) {
    const sessionsOf = groups(pipeline.sessions, row => columns.map(column => row[column]).join(' '));
    for (const row of pipeline[table as keyof typeof goldKeys]) {
      const own = sessionsOf.get(columns.map(column => row[column]).join(' ')) ?? [];
      check(row, goldClaims(row, own));
    }
  }
  for (const row of pipeline.video_retention) check(row, retentionClaims(row));
  return broken.slice(0, 5);
}

const goldKeys = {
  user_videos: ['user_id', 'video_id'],
  users: ['user_id'],
  videos: ['video_id'],
  video_days: ['video_id', 'session_date'],
} as const;

function groups<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) found.set(keyOf(row), [...(found.get(keyOf(row)) ?? []), row]);
  return found;
}

function sessionClaims(row: Row, playingUs: number): Record<string, boolean> {
  const value = (name: string) => us(row[name]);
  const measures = Object.keys(row).filter(name => /_(s|count|index|ratio|avg)$/.test(name));
  const wallUs = Number(row['ended_at']) - Number(row['started_at']);
  const percent = row['percent_viewed_ratio'];
  return {
    'nothing is negative': measures.every(name => Number(row[name] ?? 0) >= 0),
    'no more is watched than the time spent playing': value('watch_time_s') <= playingUs,
    'what played was watched or is uncertain': value('watch_time_s') + value('uncertain_s') === playingUs,
    'no second on the clock counts twice':
      value('watch_time_s') + value('uncertain_s') + value('pause_time_s') + value('buffer_time_s') <= wallUs,
    'a union is no longer than its parts': value('unique_watch_s') <= value('content_s'),
    'no more is seen than there is': row['duration_s'] === null || value('unique_watch_s') <= value('duration_s'),
    'the share that was seen is a share': percent === null || (Number(percent) >= 0 && Number(percent) <= 1),
    'background time was watched': value('background_s') <= value('watch_time_s'),
    'exclusive time was watched': value('exclusive_watch_time_s') <= value('watch_time_s'),
    'time that no other session has is all of it':
      row['is_concurrent'] === true || value('exclusive_watch_time_s') === value('watch_time_s'),
    'skips are forward or backward':
      Number(row['skip_count']) === Number(row['skip_forward_count']) + Number(row['skip_backward_count']),
    'nothing is watched before the first play': row['has_played'] === true || value('watch_time_s') === 0,
    'a valid completion is a completion': row['completion_valid'] !== true || row['completed'] === true,
    'a resumed session says from where': (row['resumed'] === true) === (row['resumed_from_s'] !== null),
    'a replay has a number': (row['is_replay'] === true) === Number(row['replay_index']) > 0,
    'components add up to the score': isSum(row),
  };
}

const isSum = (row: Row) =>
  isNearly(
    Number(row['engagement_score']),
    Number(row['engagement_watch_points']) +
      Number(row['engagement_completion_points']) +
      Number(row['engagement_session_points']),
  ) &&
  Number(row['engagement_score']) >= 0 &&
  Number(row['engagement_score']) <= 100;

function segmentClaims(row: Row, before: Row | undefined, session: Row, i: number): Record<string, boolean> {
  const duration = session['duration_s'];
  return {
    'segments are numbered in the order of play': row['segment_index'] === i,
    'one begins after the one before it ended':
      before === undefined || Number(row['started_at']) >= Number(before['ended_at']),
    'a segment is whole': us(row['from_s']) >= 0 && us(row['to_s']) > us(row['from_s']),
    'a segment is inside the video': duration === null || us(row['to_s']) <= us(duration),
    'a segment is inside its session':
      Number(row['started_at']) >= Number(session['started_at']) &&
      Number(row['ended_at']) <= Number(session['ended_at']) &&
      Number(row['started_at']) <= Number(row['ended_at']),
  };
}

function goldClaims(row: Row, sessions: readonly Row[]): Record<string, boolean> {
  const totals = Object.keys(sessions[0] ?? {}).filter(name => name in row && /_(s|count)$/.test(name));
  const notAdded = ['duration_s', 'unique_watch_s', 'max_position_s', 'last_position_s'];
  const percent = row['percent_viewed_ratio'] ?? row['avg_percent_viewed_ratio'] ?? 0;
  const isTotal = (name: string) =>
    us(row[name]) === sessions.reduce((sum, session) => sum + us(session[name]), 0) || notAdded.includes(name);
  return {
    'totals are the sums of sessions': totals.every(isTotal),
    'a union is no longer than its parts': us(row['unique_watch_s']) <= us(row['content_s']),
    'shares are shares': [percent, row['completion_rate'] ?? 0, row['zero_watch_rate'] ?? 0].every(
      share => Number(share) >= 0 && Number(share) <= 1,
    ),
    'sessions of a kind are sessions': Object.keys(row)
      .filter(name => /^(play|completed_session|valid_completion|zero_watch|replay|resumed)_count$/.test(name))
      .every(name => Number(row[name]) <= Number(row['session_count'])),
    'components add up to the score': row['engagement_score'] === undefined || isSum(row),
  };
}

function retentionClaims(row: Row): Record<string, boolean> {
  const viewers = Number(row['viewers']);
  return {
    'whoever is still there has started': viewers <= Number(row['starters']),
    'every viewer played the bucket at least once': viewers <= Number(row['plays']),
    'the first curve is a share': Number(row['retention_ratio']) >= 0 && Number(row['retention_ratio']) <= 1,
  };
}
