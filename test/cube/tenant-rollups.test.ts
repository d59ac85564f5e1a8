import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { startGateway } from '#gateway';
import { sql } from '#sql';
import { tables } from '#tables';
import { ask, codesOf } from '../gateway/ask.js';
import { token } from './access/doors.js';
import { makeAccessLake } from './access/lake.js';
import { comparable, load } from './rest.js';
import type { SmallLake } from './small-lake.js';

let small: SmallLake;
let cube: CubeServer;
let acme: string;

beforeAll(async () => {
  small = await makeAccessLake({ tenants: 'by_video' });
  cube = await startCube({ config: small.config, log: () => {} });
  acme = await token({ role: 'admin', tenant: 'acme' });
});
afterAll(async () => {
  await cube?.close();
  await small?.close();
});

const day = { dimension: 'sessions.started_at', granularity: 'day' };

/** What a tenant's dashboard asks, and the rollup that has to answer with the tenant's rows only. */
const questions: readonly [rollup: string, query: object][] = [
  ['sessions.by_audience_day', { measures: ['sessions.watch_time_s', 'sessions.session_count'] }],
  ['sessions.by_audience_day', { measures: ['sessions.session_count'], timeDimensions: [day] }],
  ['sessions.by_video_day', { measures: ['sessions.completion_rate'], dimensions: ['sessions.video_id'] }],
  ['sessions.viewers_by_video_audience_day', { measures: ['sessions.unique_viewers'] }],
  ['sessions.by_video_hour', { measures: ['sessions.play_count'], timeDimensions: [{ ...day, granularity: 'hour' }] }],
  ['videos.totals', { measures: ['videos.watch_time_s'], dimensions: ['videos.title'] }],
  ['video_retention.curves', { measures: ['video_retention.viewers'], dimensions: ['video_retention.bucket'] }],
];

it.each(questions)('%s answers a tenant %j', async (rollup, query) => {
  const { rows, rollups } = await load(cube, query, acme);
  expect(rollups).toEqual([rollup]);
  // No rollup knows this, so the files answer.
  const files = await load(cube, { ...query, filters: [{ member: 'videos.first_seen_at', operator: 'set' }] }, acme);
  expect(files.rollups).toEqual([]);
  expect(comparable(rows)).toEqual(comparable(files.rows));
});

it('counts the sessions of the tenant and no others', async () => {
  const { rows } = await load(cube, { measures: ['sessions.session_count', 'sessions.unique_viewers'] }, acme);
  const expected = await small.engine.query(sql`select count(*) as n, count(distinct user_id) as viewers
    from ${await small.lake.read(tables.sessions)} as s join ${await small.lake.read(tables.videos)} as v using (video_id)
    where v.tenant = ${'acme'}`);
  expect(comparable(rows)).toEqual(comparable(expected));
});

it('a tenant learns nothing about who is new, since users are shared, and the rest answers', async () => {
  const gateway = await startGateway({ config: small.config, cubeUrl: cube.url });
  try {
    const query = `{ breakdown(by: NEW_OR_RETURNING, range: { from: "2026-01-01", to: "2026-01-31" }) { parts { value } }
      totals(range: { from: "2026-01-01", to: "2026-01-31" }) { newViewers sessionCount } }`;
    const answer = await ask(gateway.url, { query, headers: { authorization: `Bearer ${acme}` } });
    expect([...new Set(codesOf(answer))]).toEqual(['FORBIDDEN']);
    expect(answer.data).toEqual({ breakdown: null, totals: { newViewers: null, sessionCount: expect.any(Number) } });
  } finally {
    await gateway.close();
  }
});
