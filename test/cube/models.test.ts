import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { raw, sql } from '#sql';
import { tables } from '#tables';
import { comparable, complaints, load } from './rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from './small-lake.js';

const member = z.object({ name: z.string(), description: z.string().optional(), isVisible: z.boolean().optional() });
const meta = z.object({
  cubes: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      description: z.string().optional(),
      measures: z.array(member),
      dimensions: z.array(member),
      segments: z.array(member),
    }),
  ),
});

let small: SmallLake;
let cube: CubeServer;
let cubes: z.infer<typeof meta>['cubes'];
const seen = complaints();

beforeAll(async () => {
  small = await makeSmallLake({ serve: { rollups: false } });
  await writeSessions(small, 1500);
  await writeGold(small);
  await small.publish(1);
  cube = await startCube({ config: small.config, log: seen.log });
  const response = await fetch(`${cube.url}/cubejs-api/v1/meta`);
  cubes = meta.parse(await response.json()).cubes;
});
afterAll(async () => {
  await cube?.close();
  await small?.close();
});

describe('the models', () => {
  it('serve one cube a table and one view a reader', () => {
    expect(cubes.map(({ name }) => name).toSorted()).toEqual(
      [
        ...[
          'experiments',
          'exposures',
          'impressions',
          'job_runs',
          'quality_results',
          'segments',
          'sessions',
          'user_videos',
          'users',
          'video_days',
        ],
        ...['video_retention', 'videos', 'audience', 'data_quality', 'session_details', 'video_performance'],
      ].toSorted(),
    );
  });

  it('describe every public member', () => {
    const members = cubes.flatMap(({ measures, dimensions, segments }) => [...measures, ...dimensions, ...segments]);
    expect(members.length).toBeGreaterThan(300);
    expect(members.filter(({ description }) => !description || description === '-')).toEqual([]);
    expect(cubes.filter(({ description }) => !description)).toEqual([]);
  });

  it('answer a query for every measure, dimension and segment', async () => {
    for (const { name, measures, dimensions, segments } of cubes) {
      const names = (members: readonly { name: string }[]) => members.map(each => each.name);
      if (measures.length > 0) {
        const { rows } = await load(cube, { measures: names(measures) });
        expect(Object.keys(rows[0] ?? {}).toSorted(), name).toEqual(names(measures).toSorted());
      }
      const { rows } = await load(cube, { dimensions: names(dimensions), limit: 3 });
      expect(Object.keys(rows[0] ?? {}).toSorted(), name).toEqual(names(dimensions).toSorted());
      for (const segment of names(segments)) {
        await load(cube, { measures: names(measures).slice(0, 1), segments: [segment] });
      }
    }
    expect(seen.errors).toEqual([]);
  }, 120_000);
});

/** Question to Cube, and the same question as a person would write it. */
const agreements: readonly [title: string, query: object, table: keyof typeof tables, sql: string][] = [
  [
    'sums over sessions',
    { measures: ['watch_time_s', 'content_s', 'pause_count', 'skipped_s', 'buffer_time_s'].map(of('sessions')) },
    'sessions',
    'select sum(watch_time_s), sum(content_s), sum(pause_count), sum(skipped_s), sum(buffer_time_s) from t',
  ],
  [
    'counts of sessions by kind',
    {
      measures: [
        'session_count',
        'play_count',
        'completed_session_count',
        'valid_completion_count',
        'zero_watch_count',
        'replay_count',
        'resumed_count',
      ].map(of('sessions')),
    },
    'sessions',
    `select count(*), count(*) filter (has_played), count(*) filter (completed), count(*) filter (completion_valid),
       count(*) filter (zero_watch), count(*) filter (is_replay), count(*) filter (resumed) from t`,
  ],
  [
    'shares of sessions by device',
    {
      measures: ['completion_rate', 'zero_watch_rate', 'avg_watch_time_s'].map(of('sessions')),
      dimensions: ['sessions.device'],
    },
    'sessions',
    `select device, count(*) filter (completed) / count(*), count(*) filter (zero_watch) / count(*),
       sum(watch_time_s) / count(*) from t group by device`,
  ],
  [
    'different viewers by country',
    { measures: ['sessions.unique_viewers', 'sessions.plays_per_viewer'], dimensions: ['sessions.country'] },
    'sessions',
    `select country, count(distinct user_id), count(*) filter (has_played) / count(distinct user_id)
       from t group by country`,
  ],
  [
    'the average engagement score',
    { measures: ['sessions.avg_engagement_score'] },
    'sessions',
    'select avg(engagement_score) from t',
  ],
  [
    'content of segments',
    { measures: ['segments.segment_count', 'segments.content_s'] },
    'segments',
    'select count(*), sum(to_s - from_s) from t',
  ],
  [
    'pairs of user and video',
    {
      measures: ['user_video_count', 'unique_watch_s', 'unique_viewers', 'avg_percent_viewed_ratio'].map(
        of('user_videos'),
      ),
    },
    'user_videos',
    'select count(*), sum(unique_watch_s), count(distinct user_id), avg(percent_viewed_ratio) from t',
  ],
  [
    'users by tier',
    { measures: ['users.user_count', 'users.exclusive_watch_time_s'], dimensions: ['users.engagement_tier'] },
    'users',
    'select engagement_tier, count(*), sum(exclusive_watch_time_s) from t group by engagement_tier',
  ],
  [
    'videos row by row',
    {
      dimensions: [
        'videos.title',
        'videos.video_watch_time_s',
        'videos.unique_viewers',
        'videos.video_completion_rate',
      ],
    },
    'videos',
    'select title, watch_time_s, unique_viewers, completion_rate from t',
  ],
  [
    'days of a video',
    { measures: ['video_days.watch_time_s'], dimensions: ['video_days.video_id'] },
    'video_days',
    'select video_id, sum(watch_time_s) from t group by video_id',
  ],
  [
    'the retention curve',
    {
      measures: ['viewers', 'plays', 'retention_ratio', 'first_bucket_retention_ratio', 'drop_off'].map(
        of('video_retention'),
      ),
      dimensions: ['video_retention.video_id', 'video_retention.bucket'],
    },
    'video_retention',
    'select video_id, bucket, viewers, plays, retention_ratio, first_bucket_retention_ratio, drop_off from t',
  ],
  [
    'variants of an experiment',
    {
      measures: ['exposed_viewers', 'session_count', 'watch_time_s'].map(of('experiments')),
      dimensions: ['experiment', 'variant', 'exposed_play_rate', 'verdict'].map(of('experiments')),
    },
    'experiments',
    'select experiment, variant, exposed_play_rate, verdict, exposed_viewers, session_count, watch_time_s from t',
  ],
  [
    'viewers of each variant',
    { measures: ['exposures.exposed_viewers', 'exposures.watch_time_s'], dimensions: ['exposures.variant'] },
    'exposures',
    'select variant, count(distinct user_id), sum(watch_time_s) from t where is_assigned group by variant',
  ],
  [
    'data-quality results',
    {
      measures: ['quality_results.rule_count', 'quality_results.failed_rule_count'],
      segments: ['quality_results.latest_run'],
    },
    'quality_results',
    "select count(*), count(*) filter (state = 'failed') from t",
  ],
];

function of(name: string): (measure: string) => string {
  return measure => `${name}.${measure}`;
}

describe('a measure equals SQL written by hand over the Delta files', () => {
  it.each(agreements)('%s', async (_title, query, table, text) => {
    const { rows } = await load(cube, query);
    const source = await small.lake.read(tables[table]);
    const expected = await small.engine.query(sql`with t as (select * from ${source}) ${raw(text)}`);
    // REST answers with dimensions first, in the order of the query.
    expect(rows.length).toBeGreaterThan(0);
    expect(comparable(rows)).toEqual(comparable(expected));
  });

  it('the play rate joins impressions with plays without counting a viewer twice', async () => {
    const { rows } = await load(cube, {
      measures: ['impressions.impression_viewers', 'impressions.played_impression_viewers', 'impressions.play_rate'],
      dimensions: ['impressions.video_id'],
    });
    const impressions = await small.lake.read(tables.impressions);
    const pairs = await small.lake.read(tables.user_videos);
    const expected = await small.engine.query(sql`
      select video_id, count(*), count(*) filter (play_count > 0), count(*) filter (play_count > 0) / count(*)
      from ${impressions} as i left join ${pairs} as p using (user_id, video_id)
      group by video_id`);
    expect(comparable(rows)).toEqual(comparable(expected));
  });

  it('a measure of sessions by a column of videos counts every session once', async () => {
    const { rows } = await load(cube, {
      measures: ['video_performance.session_count'],
      dimensions: ['video_performance.category'],
    });
    expect(comparable(rows)).toEqual(comparable([{ category: 'films', count: 1500 }]));
  });
});
