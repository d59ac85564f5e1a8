import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { Row } from '#warehouse';
import { PipelineRun, type Rows } from '../scenarios/run-pipeline.js';
import { randomEvents, shuffled } from './random-events.js';

const newestReceivedUs = BigInt(Date.UTC(2026, 2, 4)) * 1000n;
const written = ['sessions', 'segments', 'user_videos', 'users', 'videos', 'video_days', 'video_retention'] as const;

async function allRows(run: PipelineRun): Promise<Record<string, Row[]>> {
  const rows: Record<string, Row[]> = {};
  for (const name of written) rows[name] = await run.rows(name, keyOf(name));
  return rows;
}

/** Ids of sessions may repeat where a viewer switches there and back in no time; the index and times tell them apart. */
const keyOf = (name: TableName) =>
  name === 'sessions'
    ? [...tables.sessions.key, 'event_count', 'ended_at']
    : [...tables[name].key, ...(name === 'segments' ? ['from_s', 'to_s', 'started_at'] : [])];

const runOf = (events: Rows) => PipelineRun.of({ events, newestReceivedUs });

describe.each([7, 8, 9])('random events of seed %i', seed => {
  const events = randomEvents(seed, 8, 60);
  let run: PipelineRun;
  beforeAll(async () => {
    run = await runOf(events);
  });
  afterAll(async () => {
    await run.engine.close();
  });
  const count = async (from: string) =>
    (await run.engine.query(sql`select cast(count(*) as integer) as n from ${raw(from)}`))[0]?.['n'];

  it('never has negative seconds or counts', async () => {
    const measures = Object.entries(tables.sessions.columns)
      .filter(([name, type]) => (type === 'double' && name.endsWith('_s')) || name.endsWith('_count'))
      .map(([name]) => name);
    expect(measures).toContain('watch_time_s');
    expect(await count(`sessions where least(${measures.join(', ')}) < 0`)).toBe(0);
  });

  it('never watches longer than the session lasted', async () => {
    expect(
      await count(
        'sessions where watch_time_s + uncertain_s + pause_time_s + buffer_time_s > epoch_us(ended_at) / 1e6 - epoch_us(started_at) / 1e6 + 1e-6',
      ),
    ).toBe(0);
  });

  it('covers no more once than together, and no more than the video', async () => {
    expect(await count('sessions where unique_watch_s > content_s or unique_watch_s > duration_s')).toBe(0);
    expect(await count('user_videos where unique_watch_s > content_s or percent_viewed_ratio > 1')).toBe(0);
  });

  it('counts watched clock time once per user at most', async () => {
    expect(await count('users where exclusive_watch_time_s > watch_time_s + 1e-6')).toBe(0);
    expect(await count('sessions where not is_concurrent and exclusive_watch_time_s <> watch_time_s')).toBe(0);
  });

  it('has segments that are whole, inside the video and in their session', async () => {
    expect(await count('segments where from_s < 0 or to_s <= from_s')).toBe(0);
    expect(
      await count(
        'segments g anti join sessions s on s.session_id = g.session_id and g.started_at >= s.started_at and g.ended_at <= s.ended_at',
      ),
    ).toBe(0);
  });

  it('has every event in one session, page views aside', async () => {
    const played = events.filter(({ event_type: type }) => type !== 'page_view').length;
    expect(await count(`(select sum(event_count) as c from sessions) where c = ${played}`)).toBe(1);
  });

  it('gives scores that their components add up to', async () => {
    for (const table of ['sessions', 'user_videos', 'users', 'videos']) {
      expect(
        await count(
          // All four are whole ten-thousandths; as doubles the last bit of their sum may differ.
          `${table} where round(engagement_score * 1e4) <> round((engagement_watch_points + engagement_completion_points + engagement_session_points) * 1e4) or engagement_score not between 0 and 100`,
        ),
      ).toBe(0);
    }
  });

  it('gives the same rows for any order of arrival in the file', async () => {
    const other = await runOf(shuffled(events, seed));
    expect(await allRows(other)).toEqual(await allRows(run));
    await other.engine.close();
  });

  it('gives the same rows when events come twice', async () => {
    const late = 3_600_000_000n;
    const copies = shuffled(events, seed + 1)
      .slice(0, 100)
      .map(row => ({ ...row, received_at: BigInt(row['received_at'] ?? 0) + late, position_s: 1 }));
    const other = await runOf([...copies, ...events]);
    expect(await allRows(other)).toEqual(await allRows(run));
    await other.engine.close();
  });
});

it('gives the same rows when the earlier sessions are handed in instead of their events', async () => {
  const events = randomEvents(11, 8, 120);
  const full = await runOf(events);
  const rows = await full.rows('sessions', ['user_id', 'started_at', 'session_id', 'ended_at']);
  // of each user everything from the third visit on is rebuilt
  const cuts = new Map<unknown, bigint>();
  for (const user of new Set(rows.map(row => row['user_id']))) {
    const visits = [
      ...new Set(rows.filter(row => row['user_id'] === user).map(row => BigInt(String(row['visit_started_at'])))),
    ].sort();
    cuts.set(user, visits[2] ?? 0n);
  }
  const cutOf = (user: unknown) => cuts.get(user) ?? 0n;
  const earlier = rows.filter(row => BigInt(String(row['started_at'])) < cutOf(row['user_id']));
  const kept = rows.filter(row => !earlier.includes(row));
  expect(earlier.length).toBeGreaterThan(5);
  const part = await PipelineRun.of({
    events: events.filter(row => BigInt(row['event_time'] ?? 0) >= cutOf(row['user_id'])),
    earlierSessions: earlier.map(asValues),
    newestReceivedUs,
  });
  expect(await part.rows('sessions', ['user_id', 'started_at', 'session_id', 'ended_at'])).toEqual(kept);
  await full.engine.close();
  await part.engine.close();
});

/** A row as read as values to write; dates are left out, nothing reads them. */
function asValues(row: Row): Rows[number] {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
        ? [[name, value]]
        : [],
    ),
  );
}

it('counts the viewers and plays of half-open hundredths of a video', async () => {
  const at = (s: number) => BigInt(Date.UTC(2026, 2, 2)) * 1000n + BigInt(s * 1e6);
  const event = (user: string, s: number, type: string, position: number, from: number | null = null) => ({
    event_id: `${user} ${s}`,
    user_id: user,
    video_id: 'film',
    event_type: type,
    event_time: at(s),
    received_at: at(s),
    position_s: position,
    seek_from_s: from,
    duration_s: 100,
  });
  const run = await runOf([
    // ann: [0, 2) and [0, 3); bob: [1, 3) and [98, 100)
    event('ann', 0, 'play', 0),
    event('ann', 2, 'seek', 0, 2),
    event('ann', 5, 'pause', 3),
    event('bob', 0, 'play', 1),
    event('bob', 2, 'seek', 98, 3),
    event('bob', 4, 'ended', 100),
  ]);
  const rows = await run.rows('video_retention', ['bucket']);
  const row = (bucket: number) => {
    const { from_s, to_s, viewers, plays, starters, retention_ratio, first_bucket_retention_ratio, drop_off } =
      rows[bucket] ?? {};
    return [from_s, to_s, viewers, plays, starters, retention_ratio, first_bucket_retention_ratio, drop_off];
  };
  expect(rows.length).toBe(100);
  expect(row(0)).toEqual([0, 1, 1n, 2n, 2n, 0.5, 1, 0n]);
  expect(row(1)).toEqual([1, 2, 2n, 3n, 2n, 1, 2, -1n]);
  expect(row(2)).toEqual([2, 3, 2n, 2n, 2n, 1, 2, 0n]);
  expect(row(3)).toEqual([3, 4, 0n, 0n, 2n, 0, 0, 2n]);
  expect(row(97)).toEqual([97, 98, 0n, 0n, 2n, 0, 0, 0n]);
  expect(row(98)).toEqual([98, 99, 1n, 1n, 2n, 0.5, 1, -1n]);
  expect(row(99)).toEqual([99, 100, 1n, 1n, 2n, 0.5, 1, 0n]);
  await run.engine.close();
});
