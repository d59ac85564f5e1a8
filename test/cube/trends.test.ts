import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { lit, raw, sql } from '#sql';
import { tables } from '#tables';
import { comparable, complaints, load } from './rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from './small-lake.js';

const measures = ['watch_time', 'session_count', 'play_count', 'completed_session_count', 'unique_viewers'].flatMap(
  name => [7, 28].map(days => `viewing_trends.${name}_${days}d${name === 'watch_time' ? '_s' : ''}`),
);

/** What each measure is over the rows of a window of so many days. */
const over = (days: number) => {
  const inside = `filter (started_at >= period_end - interval ${days} day and started_at < period_end)`;
  return `sum(watch_time_s) ${inside} as watch_time_${days}, count(*) ${inside} as sessions_${days},
    count(*) filter (has_played and started_at >= period_end - interval ${days} day and started_at < period_end) as plays_${days},
    count(*) filter (completed and started_at >= period_end - interval ${days} day and started_at < period_end) as completed_${days},
    count(distinct user_id) ${inside} as viewers_${days}`;
};

/** The answer as a person would write it: each period with its end, against all sessions. */
async function byHand(small: SmallLake, ends: string, dimension = "'all'"): Promise<string[]> {
  const rows = await small.engine.query(sql`
    with periods as (${raw(ends)}), s as (select * from ${await small.lake.read(tables.sessions)})
    select ${raw(dimension)} as label, strftime(period, '%Y-%m-%dT%H:%M:%S.000') as period, ${raw(over(7))}, ${raw(over(28))}
    from periods cross join s group by all
    having ${lit(dimension)} = '''all''' or sessions_28 > 0`);
  return comparable(
    rows.map(row => ({
      label: row['label'],
      period: row['period'],
      ...Object.fromEntries(
        ['watch_time', 'sessions', 'plays', 'completed', 'viewers'].flatMap(name =>
          [7, 28].map(days => [`${name}_${days}`, row[`${name}_${days}`] ?? 0]),
        ),
      ),
    })),
  );
}

const days = (from: string, to: string) =>
  `select d as period, d + interval 1 day as period_end
   from range(timestamptz '${from} 00:00:00+00', timestamptz '${to} 00:00:01+00', interval 1 day) as g(d)`;

/** A sum over no rows is null in Cube; by hand it is written as 0 here. */
const shown = (rows: readonly Readonly<Record<string, unknown>>[], label: string | undefined, granularity: string) =>
  comparable(
    rows.map(row => ({
      label: label === undefined ? 'all' : row[label],
      period: row[`viewing_trends.started_at.${granularity}`],
      ...Object.fromEntries(measures.map(measure => [measure, row[measure] ?? 0])),
    })),
  );

describe('rolling measures', () => {
  let small: SmallLake;
  let cube: CubeServer;
  const seen = complaints();
  beforeAll(async () => {
    small = await makeSmallLake();
    await writeSessions(small, 1500);
    await writeGold(small);
    // Two users whom a window has or has not by a microsecond: the first of a day, and the last millisecond of a month.
    await small.write(
      'sessions',
      sql`select * replace (
          case session_id when 's100' then 'at midnight' when 's743' then 'just before' else user_id end as user_id,
          case when session_id = 's100' then timestamptz '2026-01-06 00:00:00+00' else started_at end as started_at)
        from ${await small.lake.read(tables.sessions)}`,
    );
    await small.publish(1);
    cube = await startCube({ config: small.config, log: seen.log });
  });
  afterAll(async () => {
    await cube?.close();
    await small?.close();
  });

  /** The rows, which a rollup has and the files have too: no rollup knows sessions one by one. */
  const ask = async (granularity: string | undefined, dateRange: readonly [string, string], more: object = {}) => {
    const query = {
      measures,
      timeDimensions: [
        { dimension: 'viewing_trends.started_at', dateRange, ...(granularity === undefined ? {} : { granularity }) },
      ],
      ...more,
    };
    const answer = await load(cube, query);
    const files = await load(cube, { ...query, filters: [{ member: 'sessions.session_id', operator: 'set' }] });
    expect(files.rollups).toEqual([]);
    expect(comparable(answer.rows)).toEqual(comparable(files.rows));
    return answer;
  };

  // Begins where windows reach back before the first session, and passes a session in the last millisecond of a month.
  it('by day are those of the files', async () => {
    const { rows, rollups } = await ask('day', ['2025-12-30', '2026-02-10']);
    expect(rollups).toEqual(['sessions.viewers_by_day']);
    expect(shown(rows, undefined, 'day')).toEqual(await byHand(small, days('2025-12-30', '2026-02-10')));
  });

  it('by week and month end with the period', async () => {
    const weeks = `select d as period, d + interval 7 day as period_end
      from range(timestamptz '2026-01-05 00:00:00+00', timestamptz '2026-02-23 00:00:00+00', interval 7 day) as g(d)`;
    const { rows } = await ask('week', ['2026-01-05', '2026-02-22']);
    expect(shown(rows, undefined, 'week')).toEqual(await byHand(small, weeks));
    const months = `select d as period, d + interval 1 month as period_end
      from range(timestamptz '2026-01-01 00:00:00+00', timestamptz '2026-03-01 00:00:00+00', interval 1 month) as g(d)`;
    const monthly = await ask('month', ['2026-01-01', '2026-02-28']);
    expect(shown(monthly.rows, undefined, 'month')).toEqual(await byHand(small, months));
  });

  // The data ends on 4 March: from the 11th on only the 28 days hold any session, and no device may be lost for that.
  it.each(['device', 'video_id'])('by %s keep what only the longer window holds', async dimension => {
    const label = `viewing_trends.${dimension}`;
    const { rows, rollups } = await ask('day', ['2026-02-27', '2026-03-20'], { dimensions: [label] });
    expect(rollups).toEqual(['sessions.viewers_by_video_audience_day']);
    const expected = await byHand(small, days('2026-02-27', '2026-03-20'), dimension);
    expect(expected.length).toBeGreaterThan(40);
    expect(shown(rows, label, 'day')).toEqual(expected);
  });

  it('over a range without granularity end with the range', async () => {
    const { rows } = await ask(undefined, ['2026-01-02', '2026-01-31']);
    const expected = await byHand(
      small,
      "select timestamptz '2026-01-31 00:00:00+00' as period, timestamptz '2026-02-01 00:00:00+00' as period_end",
    );
    const period = { 'viewing_trends.started_at.day': '2026-01-31T00:00:00.000' };
    expect(shown([{ ...rows[0], ...period }], undefined, 'day')).toEqual(expected);
  });

  it('stand beside the sums of the day, also on days without a session', async () => {
    const { rows } = await load(cube, {
      measures: ['viewing_trends.session_count', 'viewing_trends.session_count_7d'],
      timeDimensions: [
        { dimension: 'viewing_trends.started_at', granularity: 'day', dateRange: ['2026-03-01', '2026-03-08'] },
      ],
    });
    const pairs = rows.map(row => [
      Number(row['viewing_trends.session_count']),
      Number(row['viewing_trends.session_count_7d']),
    ]);
    const own = [24, 24, 24, 12, 0, 0, 0, 0];
    const windows = [168, 168, 168, 156, 132, 108, 84, 60];
    expect(pairs).toEqual(own.map((count, i) => [count, windows[i]]));
  });

  it('are refused without a range, where Cube would answer with all time', async () => {
    const wanted = /400: .*needs a date range/;
    await expect(load(cube, { measures: [measures[0]] })).rejects.toThrow(wanted);
    const filters = [{ member: 'viewing_trends.device', operator: 'equals', values: ['phone'] }];
    await expect(load(cube, { measures: [measures[0]], filters })).rejects.toThrow(wanted);
    await expect(
      load(cube, { measures: [measures[0]], dimensions: ['viewing_trends.device'], ungrouped: true }),
    ).rejects.toThrow(wanted);
  });

  it('leave nothing in the log', () => {
    expect(seen.errors.filter(error => !error.includes('needs a date range'))).toEqual([]);
  });
});
