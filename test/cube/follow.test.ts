import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { lit, sql } from '#sql';
import { tables } from '#tables';
import { DuckdbEngine, openLake } from '#warehouse';
import { RollupStore } from '../../src/cube/rollup-store.js';
import { databaseOf, type Snapshot } from '../../src/cube/snapshot.js';
import { Snapshots } from '../../src/cube/snapshots.js';
import { makeSmallLake, type SmallLake, writeSessions } from './small-lake.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function follow(small: SmallLake, graceMs: number) {
  const engine = await DuckdbEngine.open({ threads: 1 });
  closing.push(() => engine.close());
  const forgotten: string[] = [];
  const errors: unknown[] = [];
  const snapshots = new Snapshots({
    engine,
    lake: openLake({ folder: small.folder, engine }),
    laneCount: 2,
    store: new RollupStore({ database: 'parts', drop: async () => {}, keepMs: 0, now: () => 0 }),
    pseudonymKey: 'key of this test',
    pollMs: 20,
    graceMs,
    prepare: async () => {},
    forget: async (snapshot: Snapshot) => void forgotten.push(snapshot.id),
    onError: error => errors.push(error),
  });
  await snapshots.start();
  closing.push(() => snapshots.close());
  const until = async (holds: () => boolean) => {
    while (!holds()) await pause(5);
  };
  return { engine, snapshots, forgotten, errors, until };
}

async function lake(): Promise<SmallLake> {
  const small = await makeSmallLake();
  closing.push(() => small.close());
  await writeSessions(small, 10);
  await small.publish(1);
  return small;
}

it('gives a superseded snapshot back when its grace is over and nobody reads it', async () => {
  const small = await lake();
  const { engine, snapshots, forgotten, errors, until } = await follow(small, 50);
  const first = snapshots.current;
  const { lanes } = databaseOf(first, 'pseudonymised');
  const reading = await lanes.acquire();
  await small.publish(2);
  await until(() => snapshots.current !== first);
  expect(snapshots.byId(first.id)).toBe(first);
  await pause(150);
  expect(forgotten).toEqual([]);

  lanes.release(reading);
  await until(() => forgotten.length > 0);
  expect(forgotten).toEqual([first.id]);
  expect(() => snapshots.byId(first.id)).toThrow('is closed');
  const databases = await engine.query(
    sql`select database_name from duckdb_databases() where database_name like ${lit('snapshot%')} order by 1`,
  );
  const { id } = snapshots.current;
  expect(databases).toEqual([{ database_name: id }, { database_name: `${id}_pseudonymised` }]);
  expect(errors).toEqual([]);
});

it('keeps few snapshots however fast runs follow each other', async () => {
  const small = await lake();
  const { snapshots, forgotten, until } = await follow(small, 60_000);
  for (let sequence = 2; sequence <= 12; sequence += 1) {
    await small.publish(sequence);
    await until(() => snapshots.current.info.sequence === sequence);
  }
  await until(() => forgotten.length >= 3);
  expect(forgotten.length).toBeLessThanOrEqual(4);
});

it('serves on what it has, and says once why, when a run cannot be read', async () => {
  const small = await lake();
  const { snapshots, errors, until } = await follow(small, 50);
  const served = snapshots.current;
  await small.engine.run(sql`create or replace temp table given as
    select * from ${await small.lake.read(tables.job_runs)} as runs`);
  await small.engine.run(sql`update given set sequence = 2, run_id = 'broken', table_versions = 'no JSON'`);
  await small.lake.append(tables.job_runs, sql`select * from given`);
  await until(() => errors.length > 0);
  await pause(100);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ code: 'DELTA_CORRUPT_LOG', at: 'job_runs, run broken' });
  expect(snapshots.current).toBe(served);

  await small.publish(3);
  await until(() => snapshots.current.info.sequence === 3);
});
