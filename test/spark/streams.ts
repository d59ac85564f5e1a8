import fc from 'fast-check';
import type { Row } from '#warehouse';
import { inputOf } from '../oracle/compare.js';
import { stream } from '../oracle/streams.js';
import type { PipelineInput, Rows } from '../scenarios/run-pipeline.js';
import { randomEvents } from '../sessionize/random-events.js';

/** Text that two engines could quote, measure, compare or hash differently. */
const oddTexts = [
  '',
  "O'Brien",
  'a"b',
  'back\\slash',
  'a|b',
  'Zoë',
  'Zoe\u0308',
  '視聴者',
  '🎬👩‍👧',
  ' ',
  'null',
  '%_',
] as const;
const oddText = (i: number) => oddTexts[i % oddTexts.length] ?? '';

const dayUs = 86_400_000_000n;

/** The streams that the oracle judges, one user each, with odd text where text is free. */
export function streamsInput(seed: number, users: number): PipelineInput {
  const { events, catalog, newestReceivedUs } = inputOf(fc.sample(stream, { seed, numRuns: users }));
  const rows = events.map(({ us, received_us: receivedUs, ...event }, i): Rows[number] => {
    const user = Number(event.user_id.slice(1));
    return {
      ...scalarsOf(event),
      user_id: `${event.user_id}${oddText(user)}`,
      country: i % 5 === 0 ? null : oddText(user),
      experiment: user % 4 === 0 ? null : 'thumbnail',
      variant: user % 4 === 0 ? null : oddText(user % 3),
      event_time: BigInt(us),
      received_at: BigInt(receivedUs),
    };
  });
  return {
    events: rows,
    catalog: [...catalog].map(([videoId, durationS]) => ({ video_id: videoId, duration_s: durationS })),
    impressions: impressionsOf(rows),
    newestReceivedUs: BigInt(newestReceivedUs),
  };
}

/** Events without sense, of users that have earlier sessions. */
export function nonsenseInput(seed: number, users: number, earlier: readonly Row[]): PipelineInput {
  const events = randomEvents(seed, users, 60);
  return {
    events,
    earlierSessions: earlier.map(asEarlier),
    impressions: impressionsOf(events),
    newestReceivedUs: BigInt(Date.UTC(2026, 2, 4)) * 1000n,
  };
}

/** A published session as one of a week before. */
const asEarlier = (row: Row): Rows[number] =>
  Object.fromEntries(
    Object.entries(scalarsOf(row)).map(([name, value]) => [
      name,
      typeof value === 'bigint' && name.endsWith('_at') ? value - 7n * dayUs : value,
    ]),
  );

/** The columns that are written as literals: no lists, no dates. */
function scalarsOf(row: object): Rows[number] {
  const scalars: Record<string, string | number | bigint | boolean> = {};
  for (const [name, value] of Object.entries(row)) {
    if (['string', 'number', 'bigint', 'boolean'].includes(typeof value)) scalars[name] = value;
  }
  return scalars;
}

/** Of the videos of the events, and one that nobody played, a page showed each user some. */
function impressionsOf(events: Rows): Rows {
  const distinct = (column: string) => [...new Set(events.map(event => event[column] ?? null))];
  const videos = [...distinct('video_id').filter(id => id !== null), 'unseen'];
  const shownAt = BigInt(Date.UTC(2026, 2, 2)) * 1000n;
  return distinct('user_id').flatMap((user, u) =>
    videos
      .filter((_, v) => (u + v) % 2 === 0)
      .map(video => ({ user_id: user, video_id: video, first_shown_at: shownAt, last_shown_at: shownAt + 1n })),
  );
}
