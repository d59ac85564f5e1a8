import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ask, codesOf } from './ask.js';
import { type Stage, startStage } from './start.js';

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.close());

const put = (query: string, variables?: Record<string, unknown>) =>
  ask(stage.gateway.url, variables === undefined ? { query } : { query, variables });

describe('looking something up', () => {
  it('gives null for what does not exist', async () => {
    const answer = await put(
      '{ video(id: "x") { videoId } user(id: "x") { userId } session(id: "x") { visitId } node(id: "x") { id } }',
    );
    expect(answer.data).toEqual({ video: null, user: null, session: null, node: null });
    expect(answer.errors).toBeUndefined();
  });

  it('finds everything again by its opaque id', async () => {
    const answer = await put(
      '{ video(id: "v1") { id } user(id: "u1") { id } session(id: "s1") { id } userVideos { nodes { id } } }',
    );
    const ids = [...JSON.stringify(answer.data).matchAll(/"id":"([^"]+)"/g)].map(match => match[1]);
    const query = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    const found = await Promise.all(ids.map(id => put(query, { id })));
    expect(found.map(({ data }) => data)).toEqual(
      ['Video', 'User', 'Session', 'UserVideo'].map((__typename, n) => ({ node: { __typename, id: ids[n] } })),
    );
  });

  it('takes the opaque id for the own one, and refuses that of another type', async () => {
    const { data } = await put('{ video(id: "v1") { id } }');
    const { video } = z.object({ video: z.object({ id: z.string() }) }).parse(data);
    expect((await put('query ($id: ID!) { video(id: $id) { videoId } }', { id: video.id })).data).toEqual({
      video: { videoId: 'v1' },
    });
    expect(codesOf(await put('query ($id: ID!) { user(id: $id) { userId } }', { id: video.id }))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  it('asks Cube once for the videos of all sessions of a page, and once for their segments', async () => {
    const answer = await put('{ sessions(first: 6) { nodes { sessionId video { title } segments { index fromS } } } }');
    expect(answer.errors).toBeUndefined();
    expect(stage.cube.queries.map(query => query.dimensions?.[0])).toEqual([
      'sessions.session_id',
      'videos.video_id',
      'segments.session_id',
    ]);
  });
});

describe('periods', () => {
  const range = { from: '2026-01-01', to: '2026-01-03' };

  it('asks once for what all videos have, and once more for what no rollup keeps beside different users', async () => {
    const asked = async (metrics: string) => {
      stage.cube.queries.splice(0);
      await put(`query ($range: DateRange!) { videos { nodes { metrics(range: $range) { ${metrics} } } } }`, { range });
      return stage.cube.queries.slice(1).map(query => query.measures);
    };
    expect(await asked('watchTimeS sessionCount uniqueViewers')).toEqual([
      ['sessions.session_count', 'sessions.unique_viewers', 'sessions.watch_time_s'],
    ]);
    expect((await asked('watchTimeS pauseCount uniqueViewers')).toSorted()).toEqual([
      ['sessions.pause_count', 'sessions.watch_time_s'],
      ['sessions.unique_viewers'],
    ]);
  });

  it('fills the gaps of a series: counts with 0, rates with null', async () => {
    stage.cube.rows['sessions'] = (stage.cube.rows['sessions'] ?? []).filter(row => row['session_id'] !== 's2');
    const answer = await put(
      'query ($range: DateRange!) { timeSeries(metrics: [SESSION_COUNT, COMPLETION_RATE], range: $range) { series { metric unit points { at value } } } }',
      { range },
    );
    const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
    expect(answer.data).toEqual({
      timeSeries: {
        series: [
          {
            metric: 'SESSION_COUNT',
            unit: 'COUNT',
            points: [
              { at: at(1), value: 1 },
              { at: at(2), value: 0 },
              { at: at(3), value: 1 },
            ],
          },
          {
            metric: 'COMPLETION_RATE',
            unit: 'RATIO',
            points: [
              { at: at(1), value: 0.5 },
              { at: at(2), value: null },
              { at: at(3), value: 0.5 },
            ],
          },
        ],
      },
    });
  });

  it.each([
    [
      'an inverted range',
      '{ totals(range: { from: "2026-01-03", to: "2026-01-01" }) { watchTimeS } }',
      'BAD_USER_INPUT',
    ],
    [
      'an inverted range of a series',
      '{ timeSeries(metrics: [PLAY_COUNT], range: { from: "2026-01-03", to: "2026-01-01" }) { from } }',
      'BAD_USER_INPUT',
    ],
    [
      'a day that no calendar has',
      '{ totals(range: { from: "2026-02-30", to: "2026-03-01" }) { watchTimeS } }',
      'BAD_USER_INPUT',
    ],
    [
      'more steps than a chart can show',
      '{ timeSeries(metrics: [PLAY_COUNT], granularity: HOUR, range: { from: "2025-01-01", to: "2026-01-01" }) { from } }',
      'LIMIT_EXCEEDED',
    ],
    [
      'a metric that is none',
      '{ topVideos(metric: LOVE, range: { from: "2026-01-01", to: "2026-01-01" }) { rank } }',
      'BAD_USER_INPUT',
    ],
    ['a negative number of seconds', '{ videos(filter: { minWatchTimeS: -1 }) { totalCount } }', 'BAD_USER_INPUT'],
  ])('refuse %s', async (_what, query, code) => {
    expect(codesOf(await put(query))).toEqual([code]);
    expect(stage.cube.queries).toEqual([]);
  });
});

describe('the state of the data', () => {
  it('is empty before the first run', async () => {
    const answer = await put('{ freshness { state dataVersion limitS } dataQuality { state rules { rule } } }');
    expect(answer.data).toEqual({
      freshness: { state: 'EMPTY', dataVersion: null, limitS: 10_800 },
      dataQuality: { state: 'UNKNOWN', rules: [] },
    });
  });

  it.each([
    ['2026-01-07T11:00:00.000', 'FRESH', 3_600],
    ['2026-01-07T08:59:59.000', 'STALE', 10_801],
  ])('with newest events from %s is %s', async (newest, state, ageS) => {
    const run = {
      run_id: 'r',
      sequence: 7,
      finished_at: newest,
      newest_received_at: newest,
      newest_event_time: newest,
    };
    stage.cube.rows['job_runs'] = [{ ...run, table_versions: '{"sessions":3}' }];
    const answer = await put('{ freshness { state ageS dataVersion tableVersions { table version } } }');
    expect(answer.data).toEqual({
      freshness: { state, ageS, dataVersion: 7, tableVersions: [{ table: 'sessions', version: 3 }] },
    });
  });
});
