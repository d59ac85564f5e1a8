import { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sql } from '#sql';
import { DuckdbEngine } from '#warehouse';
import { openLanes, SnapshotDriver } from '../../src/cube/drivers.js';

let engine: DuckdbEngine;
let driver: SnapshotDriver;

beforeAll(async () => {
  engine = await DuckdbEngine.open({ threads: 1 });
  await engine.run(sql`attach ':memory:' as one`);
  await engine.run(sql`attach ':memory:' as two`);
  await engine.run(sql`create schema one.rollups`);
  await engine.run(sql`create schema two.rollups`);
  await engine.run(sql`create table one.main.numbers as select i from range(5000) as n(i)`);
  await engine.run(sql`create table two.rollups.foreign_rollup as select 1 as x`);
  driver = driverOf('one');
});
afterAll(() => engine?.close());

const driverOf = (database: string, rowLimit = 10_000) =>
  new SnapshotDriver({ lanes: openLanes(engine, database, 2), builds: new Map(), rowLimit });

it('fills a rollup by a query that no row leaves DuckDB for', async () => {
  const made = await driver.downloadQueryResults('SELECT i, i * 2 AS twice FROM numbers WHERE i < ?', ['4000'], {
    highWaterMark: 100,
  });
  await driver.uploadTableWithIndexes('rollups.twice', [], made);
  expect(await driver.query('SELECT count(*) AS n, sum(twice) AS total FROM rollups.twice')).toEqual([
    { n: '4000', total: String(4000 * 3999) },
  ]);
});

it('builds a table once when it is asked for twice at the same time', async () => {
  const made = await driver.downloadQueryResults('SELECT i FROM numbers', [], { highWaterMark: 100 });
  const upload = () => driver.uploadTableWithIndexes('rollups.once', [], made);
  await Promise.all([upload(), upload()]);
  await upload();
  expect(await driver.query('SELECT count(*) AS n FROM rollups.once')).toEqual([{ n: '5000' }]);
});

it('fills a rollup with rows of another source in few statements', async () => {
  const rows = Array.from({ length: 50_000 }, (_, i) => ({
    day: '2026-03-01T00:00:00.000Z',
    video: i % 2 === 0 ? `it's "v${i}"` : null,
    watched: i / 4,
    count: String(i),
  }));
  const started = performance.now();
  await driver.uploadTableWithIndexes(
    'rollups.from_rows',
    [
      { name: 'day', type: 'timestamp' },
      { name: 'video', type: 'text' },
      { name: 'watched', type: 'double' },
      { name: 'count', type: 'bigint' },
    ],
    { rows },
  );
  // One INSERT a row takes most of a minute.
  expect(performance.now() - started).toBeLessThan(10_000);
  const [row] = await driver.query(
    'SELECT count(*) AS n, count(video) AS videos, sum(watched) AS watched, max("count") AS last, min(day) AS day FROM rollups.from_rows',
  );
  expect(row).toEqual({
    n: '50000',
    videos: '25000',
    watched: String((50_000 * 49_999) / 8),
    last: '49999',
    day: '2026-03-01T00:00:00.000Z',
  });
});

it('lists the rollups of its own snapshot only', async () => {
  const names = (await driver.getTablesQuery('rollups')).map(table => table.table_name);
  expect(names).toContain('twice');
  expect(names).not.toContain('foreign_rollup');
  expect(Object.keys(await driver.tablesSchema())).toEqual(['main', 'rollups']);
});

it('streams rows and gives the connection back, also when the reader leaves early', async () => {
  const small = new SnapshotDriver({ lanes: openLanes(engine, 'one', 1), builds: new Map(), rowLimit: 10_000 });
  for (const wanted of [5000, 3]) {
    const { rowStream, release } = await small.stream('SELECT i FROM numbers', [], { highWaterMark: 100 });
    let count = 0;
    for await (const _row of rowStream) {
      count += 1;
      if (count === wanted) break;
    }
    await release?.();
    expect(count).toBe(wanted);
  }
  expect(await small.query('SELECT 1 AS one')).toEqual([{ one: '1' }]);
});

it('refuses an answer beyond its limit and can be cancelled', async () => {
  const strict = driverOf('one', 10);
  await expect(strict.query('SELECT i FROM numbers LIMIT 11')).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
  expect(await strict.query('SELECT i FROM numbers LIMIT 10')).toHaveLength(10);

  const endless = driver.query('SELECT count(*) FROM range(100000000000) AS a(i)');
  expect('cancel' in endless && typeof endless.cancel === 'function').toBe(true);
  const cancelled = expect(endless).rejects.toThrow(/interrupt/i);
  setTimeout(() => 'cancel' in endless && typeof endless.cancel === 'function' && void endless.cancel(), 100);
  await cancelled;
  expect(await driver.query('SELECT 1 AS one')).toEqual([{ one: '1' }]);
});

it('keeps a question prepared, and answers other values, other types and other tables as if it did not', async () => {
  const prepared = vi.spyOn(DuckDBConnection.prototype, 'prepare');
  // One connection, so that every question finds what the one before has left.
  const alone = new SnapshotDriver({ lanes: openLanes(engine, 'one', 1), builds: new Map(), rowLimit: 10_000 });
  await alone.query('CREATE TABLE rollups.moving AS SELECT i FROM range(10) AS n(i)');
  const asked = 'SELECT count(*) AS n, sum(i) AS total FROM rollups.moving WHERE i < ?';
  const answer = (n: number, total: number) => [{ n: String(n), total: String(total) }];
  expect(await alone.query(asked, ['4'])).toEqual(answer(4, 6));
  expect(await alone.query(asked, ['3'])).toEqual(answer(3, 3));
  expect(await alone.query(asked, [2])).toEqual(answer(2, 1));
  expect(await alone.query(asked, [null])).toEqual([{ n: '0', total: null }]);
  await expect(alone.query(asked, ['many'])).rejects.toThrow(/many/);
  expect(await alone.query(asked, ['4'])).toEqual(answer(4, 6));
  await alone.query('DROP TABLE rollups.moving');
  await expect(alone.query(asked, ['4'])).rejects.toThrow(/moving/);
  await alone.query("CREATE TABLE rollups.moving AS SELECT 'x' AS other, i * 2 AS i FROM range(10) AS n(i)");
  expect(await alone.query(asked, ['4'])).toEqual(answer(2, 2));
  // Anew after each of the two errors, and not for values that differ.
  expect(prepared.mock.calls.filter(([text]) => text === asked)).toHaveLength(3);
  prepared.mockRestore();
});

it('gives a long answer whole', async () => {
  const rows = await driver.query<{ i: string }>('SELECT i FROM numbers WHERE i >= ? ORDER BY i', ['7']);
  expect(rows.map(({ i }) => i)).toEqual(Array.from({ length: 4993 }, (_, i) => String(i + 7)));
});
