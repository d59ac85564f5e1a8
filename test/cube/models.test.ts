import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { raw, sql } from '#sql';
import { tables } from '#tables';
import { agreements } from './agreements.js';
import { comparable, complaints, load } from './rest.js';
import { makeSmallLake, type SmallLake, writeEvents, writeGold, writeSessions } from './small-lake.js';

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
  await writeEvents(small, 3000);
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
        ...['alerts', 'events', 'experiments', 'exposures', 'funnel', 'impressions', 'job_runs', 'quality_results'],
        ...['segments', 'sessions', 'user_videos', 'users', 'video_days', 'video_retention', 'videos'],
        ...['alert_history', 'audience', 'data_quality', 'experiment_results', 'player_events', 'session_details'],
        ...['video_funnel', 'video_performance', 'viewing_trends'],
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
      // Rolling measures have windows only within a range; test/cube/trends.test.ts asks that they say so.
      const within =
        name === 'viewing_trends'
          ? { timeDimensions: [{ dimension: `${name}.started_at`, dateRange: ['2026-01-05', '2026-01-20'] }] }
          : {};
      if (measures.length > 0) {
        const { rows } = await load(cube, { measures: names(measures), ...within });
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

  it('the funnel counts a pair once, each step within the one before', async () => {
    const steps = ['impression_count', 'played_pair_count', 'watched_30s_pair_count', 'watched_75_pair_count'];
    const rates = ['pair_play_rate', 'watched_30s_rate', 'watched_75_rate', 'completed_pair_rate', 'funnel_rate'];
    const ask = (more: object) =>
      load(cube, {
        measures: [...steps, 'completed_pair_count', ...rates].map(name => `video_funnel.${name}`),
        ...more,
      });
    const shown = await small.lake.read(tables.impressions);
    const pairs = await small.lake.read(tables.user_videos);
    // Written as nested sets, not as the model writes it.
    const byHand = (label: string, condition: string) => sql`
      with shown as (select distinct user_id, video_id, first_shown_at from ${shown} as i),
        known as (select user_id, video_id from ${pairs} as k semi join shown using (user_id, video_id)
          where first_seen_at < (select min(first_shown_at) from shown as s where s.user_id = k.user_id and s.video_id = k.video_id)),
        cohort as (select * from shown where ${raw(condition)}),
        played as (select p.* from ${pairs} as p semi join cohort using (user_id, video_id) where play_count > 0),
        reached_75 as (select * from played where percent_viewed_ratio >= 0.75),
        reached_30 as (select user_id, video_id from played where watch_time_s >= 30 union select user_id, video_id from reached_75),
        finished as (select * from reached_75 where completed),
        n as (select (select count(*) from cohort) as a, (select count(*) from played) as b,
          (select count(*) from reached_30) as c, (select count(*) from reached_75) as d, (select count(*) from finished) as e)
      select ${raw(label)}a, b, c, d, e, b / a, c / b, d / c, e / d, e / a from n`;
    const all = await ask({});
    expect(comparable(all.rows)).toEqual(comparable(await small.engine.query(byHand('', 'true'))));
    const counts = steps.map(name => Number(all.rows[0]?.[`video_funnel.${name}`]));
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(new Set(counts).size, 'every step loses somebody').toBe(steps.length);

    const fresh = await ask({ segments: ['video_funnel.new_to_viewer'] });
    const isNew = '(user_id, video_id) not in (select (user_id, video_id) from known)';
    expect(comparable(fresh.rows)).toEqual(comparable(await small.engine.query(byHand('', isNew))));
    expect(comparable(fresh.rows)).not.toEqual(comparable(all.rows));
  });

  it('a measure of sessions by a column of videos counts every session once', async () => {
    const { rows } = await load(cube, {
      measures: ['video_performance.session_count'],
      dimensions: ['video_performance.category'],
    });
    expect(comparable(rows)).toEqual(comparable([{ category: 'films', count: 1500 }]));
  });
});
