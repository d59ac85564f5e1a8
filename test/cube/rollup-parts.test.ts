import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fragment, raw, ref, sql } from '#sql';
import { tables } from '#tables';
import { DuckdbEngine, openLake } from '#warehouse';
import { SnapshotDriver } from '../../src/cube/drivers.js';
import { partsOf, separableTable } from '../../src/cube/rollup-parts.js';
import { RollupStore } from '../../src/cube/rollup-store.js';
import { readServedRun } from '../../src/cube/served-run.js';
import { databaseOf, openSnapshot, type Snapshot } from '../../src/cube/snapshot.js';
import { comparable } from './rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from './small-lake.js';

describe('a rollup is built in parts', () => {
  it('day by day in the newest two months where these are large, month by month else', () => {
    const days = ['2025-11-30', '2025-12-01', '2025-12-31', '2026-02-01', '2026-02-28', '2026-03-01', null];
    expect(partsOf(new Map(days.map(day => [day, 10])), 15)).toEqual([
      { period: '2025-11', days: ['2025-11-30'] },
      { period: '2025-12', days: ['2025-12-01', '2025-12-31'] },
      { period: '2026-02-01', days: ['2026-02-01'] },
      { period: '2026-02-28', days: ['2026-02-28'] },
      { period: '2026-03', days: ['2026-03-01'] },
      { period: null, days: [null] },
    ]);
  });

  it.each([
    ['SELECT sum(x) FROM sessions AS "sessions" LEFT JOIN videos AS "videos" ON true GROUP BY 1', 'sessions'],
    ['SELECT sum(x) FROM videos AS "videos"', undefined],
    // Rows on the other side of a join, two dated tables, and what does not add up.
    ['SELECT sum(x) FROM videos AS v LEFT JOIN sessions AS s ON true', undefined],
    ['SELECT sum(x) FROM segments AS a LEFT JOIN sessions AS b ON true', undefined],
    ['SELECT sum(x) FROM sessions AS a LEFT JOIN (SELECT y FROM sessions) AS b ON true', undefined],
    ['SELECT count(distinct user_id) FROM sessions AS "sessions"', undefined],
    ['SELECT avg(x) FROM sessions AS "sessions"', undefined],
    ['SELECT max(x) OVER (PARTITION BY y) FROM sessions AS "sessions"', undefined],
  ])('if its rows come from one dated table and add up: %s', (query, table) => {
    expect(separableTable(query, ['sessions', 'segments', 'events'])).toBe(table);
  });
});

describe('a new version', () => {
  let small: SmallLake;
  let engine: DuckdbEngine;
  let store: RollupStore;
  const all = 1 + 28 + 1;
  const built: string[] = [];
  const dropped: string[] = [];
  const open: Snapshot[] = [];

  beforeAll(async () => {
    small = await makeSmallLake();
    await writeSessions(small, 2000);
    await writeGold(small);
    engine = await DuckdbEngine.open({ threads: 1 });
    await engine.run(sql`attach ':memory:' as parts`);
    const drop = async (table: string) => {
      dropped.push(table);
      await engine.run(sql`drop table ${raw(table)}`);
    };
    store = new RollupStore({ database: 'parts', drop, keepMs: 0, now: () => 1, monthRowsMax: 600 });
  });
  afterAll(async () => {
    for (const { databases } of open) for (const { lanes } of databases.values()) lanes.close();
    await engine?.close();
    await small?.close();
  });

  const query = `SELECT "videos".title AS title, date_trunc('day', "sessions".started_at) AS day, count(*) AS n,
    sum("sessions".watch_time_s) AS watched FROM sessions AS "sessions"
    LEFT JOIN videos AS "videos" ON "sessions".video_id = "videos".video_id GROUP BY 1, 2`;

  /** Publishes what is in the lake, builds the rollup of it, and says how many parts had to be built. */
  async function next(sequence: number, text = query): Promise<{ rows: string[]; parts: number; snapshot: Snapshot }> {
    await small.publish(sequence);
    const lake = openLake({ folder: small.folder, engine });
    const info = await readServedRun(lake, engine);
    const options = { engine, lake, info, store, laneCount: 2, isAsOf: false, id: `snapshot_${sequence}` };
    const snapshot = await openSnapshot(options);
    open.push(snapshot);
    const before = store.size;
    const driver = new Counting({ ...databaseOf(snapshot, 'plain'), rowLimit: 100_000 });
    const data = await driver.downloadQueryResults(text, [], { highWaterMark: 1 });
    await driver.uploadTableWithIndexes('rollups.by_title', [], data);
    const rows = comparable(
      await driver.query('SELECT title, CAST(day AS VARCHAR) AS day, n, watched FROM rollups.by_title'),
    );
    expect(rows).toEqual(
      comparable(
        await driver.query(
          text.replaceAll('AS day', 'AS d').replace(/^/, 'SELECT title, CAST(d AS VARCHAR) AS day, n, watched FROM (') +
            ')',
        ),
      ),
    );
    return { rows, parts: store.size - before, snapshot };
  }

  class Counting extends SnapshotDriver {
    override query<R = unknown>(text: string, values: unknown[] = []): Promise<R[]> {
      if (text.startsWith('CREATE TABLE parts.')) built.push(text);
      return super.query<R>(text, values);
    }
  }

  const rewrite = async (name: 'sessions' | 'videos', change: Fragment, where: Fragment = sql`true`) => {
    const rows = await small.lake.read(tables[name]);
    await small.lake.replacePartitions(
      tables[name],
      sql`select * replace (${change}) from ${rows} as r where ${where}`,
      name === 'videos' ? () => true : values => values['session_date'] === '2026-02-02',
    );
  };

  it('builds all parts the first time, and none where no table has changed', async () => {
    const first = await next(1);
    // January as a whole, 28 days of February, and March, which has fewer rows than the limit.
    expect(first.parts).toBe(all);
    const again = await next(2);
    expect(again.parts).toBe(0);
    expect(again.rows).toEqual(first.rows);
  });

  it('builds only the day whose files have changed', async () => {
    await rewrite('sessions', sql`watch_time_s + 1 as watch_time_s`, sql`session_date = date '2026-02-02'`);
    built.length = 0;
    expect((await next(3)).parts).toBe(1);
    expect(built).toHaveLength(1);
  });

  it('builds none where sums of videos change, and all where a title does', async () => {
    await rewrite('videos', sql`watch_time_s + 5 as watch_time_s`);
    expect((await next(4)).parts).toBe(0);
    await rewrite('videos', sql`title || '!' as title`);
    expect((await next(5)).parts).toBe(all);
  });

  it('drops the parts that nobody can ask for any more', async () => {
    const [first, second, third, fourth, fifth] = open;
    const newest = new Set(await databaseOf(fifth ?? (await next(6)).snapshot, 'plain').parts.inputs.served());
    for (const snapshot of [first, second, third, fourth]) {
      if (snapshot === undefined) throw new Error('the snapshots above are open');
      await store.release(databaseOf(snapshot, 'plain').parts.used, file => newest.has(file));
    }
    // The parts with the old title, and the day as it was before.
    expect(dropped).toHaveLength(all + 1);
    expect(store.size).toBe(all);
    const [{ n } = { n: 0 }] = await engine.query(
      sql`select count(*) as n from duckdb_tables() where database_name = ${'parts'}`,
    );
    expect(Number(n)).toBe(store.size);
    await engine.run(sql`from ${ref('snapshot_5', 'rollups', 'by_title')}`);
  });
});
