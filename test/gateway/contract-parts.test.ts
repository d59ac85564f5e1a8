import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { columns } from '../../src/gateway/members.js';
import { ask, codesOf } from './ask.js';
import { rowOf, session } from './rows.js';
import { now, type Stage, startStage } from './start.js';

let stage: Stage;
const annotations = [
  { kind: 'release', title: 'Player 3', at: '2026-01-02T08:00:00Z', url: 'https://example.org/3' },
  { kind: 'outage', title: 'No events', at: '2025-12-31T22:00:00+01:00', until: '2026-01-01T03:00:00Z' },
  { kind: 'other', title: 'Long ago', at: '2020-01-01T00:00:00Z' },
];
beforeEach(async () => {
  stage = await startStage({ annotations });
});
afterEach(() => stage.close());

const put = (query: string, variables?: Record<string, unknown>) =>
  ask(stage.gateway.url, variables === undefined ? { query } : { query, variables });
const range = '{ from: "2026-01-03", to: "2026-01-04" }';

describe('comparison', () => {
  it('takes as many days right before the period, for sums and for series', async () => {
    const query = `{ totals(range: ${range}) { range { from to } sessionCount previous { range { from to } sessionCount } }
      timeSeries(metrics: [SESSION_COUNT], range: ${range}) {
        range { from } series { points { at } previousPoints { at value } } } }`;
    stage.cube.rows['sessions'] = (stage.cube.rows['sessions'] ?? []).filter(row => row['session_id'] !== 's2');
    const { data, errors } = await put(query);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      totals: { previous: { range: { from: '2026-01-01', to: '2026-01-02' } } },
      timeSeries: {
        series: [
          {
            points: [{ at: '2026-01-03T00:00:00.000Z' }, { at: '2026-01-04T00:00:00.000Z' }],
            previousPoints: [
              { at: '2026-01-01T00:00:00.000Z', value: 1 },
              { at: '2026-01-02T00:00:00.000Z', value: 0 },
            ],
          },
        ],
      },
    });
    const periods = stage.cube.queries.map(({ timeDimensions }) => timeDimensions?.[0]?.dateRange?.join());
    expect(periods.toSorted()).toEqual(['2026-01-01,2026-01-02', '2026-01-01,2026-01-04', '2026-01-03,2026-01-04']);
  });

  it('has no period before the first year', async () => {
    const query = '{ totals(range: { from: "0001-01-01", to: "2026-01-01" }) { previous { sessionCount } } }';
    expect(codesOf(await put(query))).toEqual(['BAD_USER_INPUT']);
  });
});

it.each([
  ['ZERO', [1, 0]],
  ['NULL', [1, null]],
  ['NONE', [1]],
])('gaps filled by %s', async (fill, values) => {
  stage.cube.rows['sessions'] = (stage.cube.rows['sessions'] ?? []).filter(row => row['session_id'] !== 's4');
  const query = `{ timeSeries(metrics: [SESSION_COUNT], range: ${range}, fill: ${fill}) { series { points { value } } } }`;
  expect((await put(query)).data).toEqual({
    timeSeries: { series: [{ points: values.map(value => ({ value })) }] },
  });
});

it('a metric says what it is made of, how exact it is and which run it is from', async () => {
  const run = { run_id: 'r', sequence: 7, table_versions: '{}' };
  const at = '2026-01-07T11:00:00.000';
  stage.cube.rows['job_runs'] = [{ ...run, finished_at: at, newest_received_at: at, newest_event_time: at }];
  const day = '{ from: "2026-01-03", to: "2026-01-03" }';
  const query = `{ rate: metric(name: COMPLETION_RATE, range: ${day}) { value exactness dataVersion asOf unit
      components { metric value } definition { name rule } }
    time: metric(name: WATCH_TIME_S, range: ${day}, videoId: "v1") { exactness components { metric } } }`;
  const { data, errors } = await put(query);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    rate: {
      value: 0.5,
      exactness: 'EXACT',
      dataVersion: 7,
      asOf: '2026-01-07T11:00:00.000Z',
      unit: 'RATIO',
      components: [
        { metric: 'COMPLETED_SESSION_COUNT', value: 1 },
        { metric: 'SESSION_COUNT', value: 1 },
      ],
      definition: { name: 'completion_rate' },
    },
    time: { exactness: 'LOWER_BOUND', components: [{ metric: 'UNCERTAIN_S' }, { metric: 'ESTIMATED_TAIL_S' }] },
  });
});

it('a heat map has the plays of each part beside the most, and the parts watched again', async () => {
  const cell = (bucket: number, viewers: number, plays: number) => ({
    ...rowOf([...columns.video_retention, 'retention_ratio', 'first_bucket_retention_ratio'], {
      video_id: 'v1',
      bucket,
    }),
    ...{ viewers, plays, starters: 4, drop_off: 0, from_s: bucket, to_s: bucket + 1 },
  });
  stage.cube.rows['video_retention'] = [cell(0, 4, 4), cell(1, 4, 8), cell(2, 1, 5)];
  const { data } = await put(
    '{ heatMap(videoId: "v1") { cells { heat rewatches } hottest(first: 2) { fromS } } none: heatMap(videoId: "x") { videoId } }',
  );
  expect(data).toEqual({
    heatMap: {
      cells: [
        { heat: 0.5, rewatches: 0 },
        { heat: 1, rewatches: 4 },
        { heat: 0.625, rewatches: 4 },
      ],
      hottest: [{ fromS: 2 }, { fromS: 1 }],
    },
    none: null,
  });
});

it('annotations are those that touch the period, oldest first', async () => {
  const query = `{ annotations(range: { from: "2026-01-01", to: "2026-01-02" }) { kind title at until url }
    timeSeries(metrics: [PLAY_COUNT], range: { from: "2026-01-02", to: "2026-01-02" }) { annotations { title } } }`;
  expect((await put(query)).data).toEqual({
    annotations: [
      {
        kind: 'OUTAGE',
        title: 'No events',
        at: '2025-12-31T21:00:00.000Z',
        until: '2026-01-01T03:00:00.000Z',
        url: null,
      },
      { kind: 'RELEASE', title: 'Player 3', at: '2026-01-02T08:00:00.000Z', until: null, url: 'https://example.org/3' },
    ],
    timeSeries: { annotations: [{ title: 'Player 3' }] },
  });
});

it('an experiment has its variants, the control first, with intervals and verdicts', async () => {
  const variant = (name: string, verdict: string | null) =>
    rowOf(columns.experiments, {
      experiment: 'covers',
      variant: name,
      control_variant: 'old',
      is_control: name === 'old',
      sample_ratio_mismatch: false,
      sample_ratio_p_value: 0.4,
      significance_level: 0.05,
      verdict,
      exposed_play_rate_verdict: verdict,
      watch_time_per_viewer_s_verdict: verdict,
      shown_play_rate_verdict: null,
      ...Object.fromEntries(
        columns.experiments
          .filter(name => /_(low|high|difference|p_value_adjusted)$/.test(name))
          .map(name => [name, 0.25]),
      ),
      exposed_play_rate_p_value: 0.01,
      watch_time_per_viewer_s_p_value: 0.01,
      shown_play_rate_p_value: null,
    });
  stage.cube.rows['experiments'] = [variant('new', 'better'), variant('old', null)];
  const fields = `id name controlVariant variants { variant isControl verdict exposedPlayRate { value low pValue verdict } }`;
  const { data, errors } = await put(`{ experiments { ${fields} } none: experiment(id: "x") { name } }`);
  expect(errors).toBeUndefined();
  const [experiment] = z.object({ experiments: z.array(z.looseObject({ id: z.string() })) }).parse(data).experiments;
  expect(experiment).toMatchObject({
    name: 'covers',
    variants: [
      { variant: 'old', isControl: true, verdict: null },
      {
        variant: 'new',
        verdict: 'BETTER',
        exposedPlayRate: { value: 0.5, low: 0.25, pValue: 0.01, verdict: 'BETTER' },
      },
    ],
  });
  const again = await put(`query ($id: ID!) { experiment(id: $id) { ${fields} } node(id: $id) { id } }`, {
    id: experiment?.id,
  });
  expect(again.data).toEqual({ experiment, node: { id: experiment?.id } });
});

it('quality trends have the newest runs of each rule, oldest first', async () => {
  stage.cube.rows['quality_results'] = ['a', 'b'].flatMap(rule =>
    [1, 2, 3].map(n =>
      rowOf(columns.quality_results, {
        run_id: `r${n}`,
        rule,
        severity: 'error',
        state: n === 2 ? 'failed' : 'passed',
        value: n,
        threshold: 1,
        sample_ids: '[]',
        checked_at: `2026-01-0${n}T00:00:00.000`,
      }),
    ),
  );
  const query = '{ qualityTrends(rules: ["b"], first: 2) { rule severity points { runId state value } } }';
  expect((await put(query)).data).toEqual({
    qualityTrends: [
      {
        rule: 'b',
        severity: 'ERROR',
        points: [
          { runId: 'r2', state: 'FAILED', value: 2 },
          { runId: 'r3', state: 'PASSED', value: 3 },
        ],
      },
    ],
  });
});

it('live statistics have every minute of the last hour by the clock', async () => {
  const at = (minute: string) =>
    session({ session_id: minute, started_at: `2026-01-07T${minute}:30.000`, end_reason: 'open' });
  stage.cube.rows['sessions'] = [at('10:59'), at('11:00'), at('11:59')];
  const { data } = await put('{ liveStats { from to minutes { at sessionCount } sessionCount openSessionCount } }');
  const { liveStats } = z.object({ liveStats: z.looseObject({ minutes: z.array(z.unknown()) }) }).parse(data);
  expect(liveStats).toMatchObject({
    from: '2026-01-07T11:00:00.000Z',
    to: new Date(now).toISOString(),
    sessionCount: 2,
    openSessionCount: 1,
  });
  expect(liveStats.minutes).toHaveLength(61);
  expect([liveStats.minutes[0], liveStats.minutes[59], liveStats.minutes[60]]).toEqual([
    { at: '2026-01-07T11:00:00.000Z', sessionCount: 1 },
    { at: '2026-01-07T11:59:00.000Z', sessionCount: 1 },
    { at: '2026-01-07T12:00:00.000Z', sessionCount: 0 },
  ]);
});

it('without alerts and tables at hand, what needs them is NOT_FOUND and the rest answers', async () => {
  const answer = await put(
    '{ alerts { nodes { id } } explainSession(id: "s1") { agrees } video(id: "v1") { videoId } }',
  );
  expect(codesOf(answer)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  expect(answer.data).toEqual({ alerts: null, explainSession: null, video: { videoId: 'v1' } });
});
