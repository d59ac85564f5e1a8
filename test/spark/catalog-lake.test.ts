import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Fragment, join as joinSql, lit, ref, sql } from '#sql';
import type { Lake, TableSpec } from '#warehouse';
import { makeSchema, openSparkSide, type SparkPlace, type SparkSide } from './two-lakes.js';

const thrift = inject('sparkThrift');
const why = 'missing' in thrift ? ` (skipped: ${thrift.missing})` : '';

const plays: TableSpec = {
  name: 'plays',
  columns: { id: 'bigint', who: 'string', day: 'date' },
  partitionBy: ['day'],
};

const rowsOf = (...rows: readonly (readonly [number, string, string])[]): Fragment =>
  joinSql(
    rows.map(([id, who, day]) => sql`select ${lit(id)} as id, ${lit(who)} as who, cast(${lit(day)} as date) as day`),
    ' union all ',
  );

describe.skipIf('missing' in thrift)(`tables of a catalog, on a real Spark${why}`, { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-spark-lake-'));
  const schema = `lake_${process.pid}`;
  const place: SparkPlace = { port: 'port' in thrift ? thrift.port : 0, schema, folder: join(folder, 'spark') };
  const txn = (version: number) => ({ appId: 'test', version });
  const locks = ref('spark_catalog', schema, 'playhead_locks');
  let one: SparkSide;
  let other: SparkSide;

  beforeAll(async () => {
    [one, other] = [await openSparkSide(place, 0), await openSparkSide(place)];
    await makeSchema(one, place);
    await one.lake.append(plays, rowsOf([1, 'ann', '2026-01-01'], [2, 'ben', '2026-01-02']), { txn: txn(1) });
  });
  afterAll(async () => {
    await one.engine.run(sql`drop schema if exists ${ref('spark_catalog', schema)} cascade`);
    await one.close();
    await other.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const read = async (lake: Lake, options = {}): Promise<string[]> => {
    const rows = await one.engine.query(
      sql`select concat_ws(' ', id, who, day) as text from ${await lake.read(plays, options)} r order by id`,
    );
    return rows.map(row => String(row['text']));
  };

  /** Runs a write that is killed before the row that says that it is made. */
  async function killed(write: () => Promise<unknown>): Promise<void> {
    one.engine.before = text => {
      if (text.startsWith('insert') && text.includes('playhead_progress')) throw new Error('killed');
    };
    await expect(write()).rejects.toThrow('killed');
    one.engine.before = () => undefined;
  }

  it('takes a write that was killed before its progress was kept once more, with the same rows', async () => {
    const { lake } = one;
    const added = () =>
      lake.append(plays, rowsOf([3, 'cat', '2026-01-02']), { txn: txn(2), mark: sql`who = ${lit('cat')}` });
    await killed(added);
    expect(await added()).toMatchObject({ wasMade: false });
    expect(await added()).toMatchObject({ wasMade: true });
    const version = await lake.version('plays');
    const replaced = async () =>
      lake.replacePartitions(
        plays,
        sql`select id + 10 as id, who, day from ${await lake.read(plays, { version, partitions: [{ day: '2026-01-02' }] })} k`,
        ({ day }) => day === '2026-01-02',
        { txn: txn(3) },
      );
    await killed(replaced);
    await replaced();
    expect(await read(lake)).toEqual(['1 ann 2026-01-01', '12 ben 2026-01-02', '13 cat 2026-01-02']);
    expect(await lake.txnVersion('plays', 'test')).toBe(3);
  });

  it('reads versions, partitions by a question, rows by a condition and what was added', async () => {
    const { lake } = one;
    expect(await read(lake, { version: -1 })).toEqual([]);
    const first = 1;
    expect(await read(lake, { version: first })).toEqual(['1 ann 2026-01-01', '2 ben 2026-01-02']);
    expect(
      await read(lake, { version: first, partitions: ({ day }: { day?: string }) => day === '2026-01-02' }),
    ).toEqual(['2 ben 2026-01-02']);
    expect(await read(lake, { version: first, partitions: [] })).toEqual([]);
    expect(await read(lake, { version: first, where: { op: '>', column: 'id', value: 1 } })).toEqual([
      '2 ben 2026-01-02',
    ]);
    expect(await read(lake, { version: first + 1, addedAfter: first })).toEqual(['3 cat 2026-01-02']);
    expect(await read(lake, { version: first, addedAfter: first })).toEqual([]);
    expect(await lake.onlyGrew('plays', 0, first + 1)).toBe(true);
    expect(await lake.onlyGrew('plays', 0, first + 2)).toBe(false);
  });

  it('refuses rows outside of the partitions to replace, and keys that are not keys', async () => {
    const outside = one.lake.replacePartitions(
      plays,
      rowsOf([9, 'zoe', '2026-01-09']),
      ({ day }) => day === '2026-01-02',
    );
    await expect(outside).rejects.toMatchObject({ code: 'DELTA_SCHEMA_MISMATCH' });
    const twice = one.lake.merge(plays, rowsOf([1, 'a', '2026-01-01'], [1, 'b', '2026-01-01']), ['id']);
    await expect(twice).rejects.toMatchObject({ code: 'DELTA_AMBIGUOUS_KEY' });
  });

  it('is given to one job at a time, and to the next when the lease has ended', async () => {
    const release = await other.lake.lock();
    await expect(one.lake.lock()).rejects.toMatchObject({ code: 'DATA_LOCKED', at: `spark_catalog.${schema}` });
    await one.engine.run(sql`update ${locks} set until = current_timestamp() - interval 1 seconds`);
    const next = await one.lake.lock();
    // Who was too slow finds the lease gone, and leaves the next one's alone.
    await release.release();
    const [row] = await one.engine.query(sql`select count(holder) as n from ${locks}`);
    expect(row?.['n']).toBe(1n);
    await next.release();
  });

  it('tells what a run has written when it gives its lock back, for whoever takes the run up', async () => {
    const { lake, engine } = other;
    const lock = await lake.lock();
    const from = engine.ran.length;
    const rows = rowsOf([1, 'ann', '2026-01-01']);
    expect(await lake.overwrite(plays, rows, { txn: txn(4) })).toMatchObject({ wasMade: false });
    expect(await lake.overwrite(plays, rows, { txn: txn(4) })).toMatchObject({ wasMade: true });
    await lake.overwrite({ ...plays, name: 'plays_more' }, rows, { txn: txn(4) });
    await lock.release();
    const told = engine.ran.slice(from).filter(({ text }) => /^insert into \S+playhead_progress/.test(text));
    expect(told).toHaveLength(1);
    const next = await one.lake.lock();
    expect([await one.lake.txnVersion('plays', 'test'), await one.lake.txnVersion('plays_more', 'test')]).toEqual([
      4, 4,
    ]);
    await next.release();
  });

  it('gives a table of an older Playhead the columns that it lacks, once', async () => {
    const { lake, engine } = other;
    const wider: TableSpec = { ...plays, columns: { ...plays.columns, how_long: 'double' } };
    const missing: TableSpec = { ...plays, name: 'not_there' };
    const before = await lake.version('plays');
    const lock = await lake.lock();
    expect(await lake.widen([wider, missing])).toBe(true);
    const from = engine.ran.length;
    expect(await lake.widen([wider, missing])).toBe(false);
    expect(engine.ran.slice(from)).toEqual([]);
    await lake.append(wider, sql`select r.*, 1.5e0 as how_long from (${rowsOf([7, 'gil', '2026-01-03'])}) r`);
    await lock.release();
    const added = await lake.read(wider, { version: (before ?? 0) + 2, addedAfter: before });
    expect(await engine.query(sql`select id, how_long from ${added} r`)).toEqual([{ id: 7n, how_long: 1.5 }]);
    const all = await engine.query(sql`select count(*) as n, count(how_long) as m from ${await lake.read(wider)} r`);
    expect(all).toEqual([{ n: 2n, m: 1n }]);
  });

  it('lets a run that has lost its lease write nothing more', async () => {
    // A lease of no length: every write has to ask whose it is.
    const lock = await one.lake.lock();
    await one.engine.run(
      sql`update ${locks} set holder = ${lit('other')}, until = current_timestamp() + interval 1 hours`,
    );
    const before = await one.lake.version('plays');
    const write = one.lake.overwrite(plays, rowsOf([1, 'ann', '2026-01-01']));
    await expect(write).rejects.toMatchObject({ code: 'DATA_LOCKED' });
    expect(await one.lake.version('plays')).toBe(before);
    await lock.release();
    await one.engine.run(sql`update ${locks} set holder = null, told = null, until = null`);
  });
});
