import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { lit, raw, ref, sql } from '#sql';
import { type EngineClock, openSparkEngine, type SparkEngine, type SparkOptions } from '#warehouse';
import { engineContract } from '../warehouse/engine-contract.js';
import { ca, type Served } from '../warehouse/serve-thrift.js';
import { startThriftProxy } from './thrift-proxy.js';

const spark = inject('sparkThrift');
const why = 'missing' in spark ? ` (skipped: ${spark.missing})` : '';
const port = 'missing' in spark ? 0 : spark.port;
const openSpark: SparkOptions = { kind: 'spark', host: '127.0.0.1', port, path: 'cliservice', protocol: 'http' };

describe.skipIf(why !== '')(`an open Spark keeps the contract of engines${why}`, () => {
  let engine: SparkEngine;
  beforeAll(async () => {
    engine = await openSparkEngine(openSpark);
  });
  afterAll(() => engine?.close());
  engineContract(() => engine);

  it('says which Spark answers', async () => {
    expect(await engine.versions()).toEqual({ spark: '4.0.5', databricks: null });
  });

  it('keeps temporary views to their session', async () => {
    const other = await engine.connect();
    await other.run(sql`create temporary view mine as select 1 as x`);
    await expect(engine.query(sql`select * from mine`)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    await other.close();
    expect(await engine.query(sql`select 1 as x`)).toEqual([{ x: 1 }]);
  });

  /** Tells its Java that it runs, and sleeps until it is interrupted; the other core is free to ask for it. */
  const endless = (
    name: string,
  ) => sql`select java_method('java.lang.System', 'setProperty', ${lit(name)}, 'runs') as told,
    java_method('java.lang.Thread', 'sleep', 3600000L) as slept`;

  async function untilRunning(name: string): Promise<void> {
    for (;;) {
      const [row] = await engine.query(sql`select java_method('java.lang.System', 'getProperty', ${lit(name)}) as id`);
      if (row?.['id'] !== null) return;
    }
  }

  it('cancels what runs, over there too, when it is interrupted', async () => {
    const other = await engine.connect();
    const refused = expect(other.query(endless('interrupted'))).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    await untilRunning('interrupted');
    other.interrupt();
    await refused;
    expect(await other.query(sql`select cast(count(*) as int) as n from range(0, 4, 1, 2)`)).toEqual([{ n: 4 }]);
    await other.close();
  });

  it('cancels what takes too long', async () => {
    let endOfTime: () => void = () => undefined;
    const clock: EngineClock = {
      now: () => performance.now(),
      wait: (_, signal) =>
        new Promise(resolve => {
          endOfTime = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        }),
    };
    const slow = await openSparkEngine({ ...openSpark, clock });
    const refused = expect(slow.query(endless('late'))).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    await untilRunning('late');
    endOfTime();
    await refused;
    await slow.close();
  });

  it('says that the schema does not exist', async () => {
    await expect(openSparkEngine({ ...openSpark, schema: 'nowhere' })).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
      message: expect.stringContaining('nowhere'),
    });
  });
});

/** The very class, driver and TLS of production; only the address and the authority differ. */
describe.skipIf(why !== '')(`Spark behind a door like a Databricks warehouse's${why}`, () => {
  let proxy: Served;
  let engine: SparkEngine;
  const table = ref('engine_test', 'watched');

  beforeAll(async () => {
    proxy = await startThriftProxy(port);
    const options = { kind: 'databricks', host: 'localhost', port: proxy.port, path: '/sql/1.0/warehouses/x' } as const;
    const auth = { kind: 'token', token: 'a-token' } as const;
    engine = await openSparkEngine({ ...options, auth, ca });
    await engine.run(sql`create schema if not exists engine_test`);
    await engine.run(sql`create or replace table ${table} (id bigint, watched double) using delta`);
  });
  afterAll(async () => {
    await engine?.run(sql`drop schema if exists engine_test cascade`);
    await engine?.close();
    await proxy?.close();
  });

  it('takes parameters in queries, inserts and merges of a Delta table', async () => {
    await engine.run(sql`insert into ${table} values (${9007199254740993n}, ${1.5}), (${2n}, ${null})`);
    await engine.run(sql`merge into ${table} t using (select ${2n} as id, ${0.25} as watched) s on t.id = s.id
      when matched then update set watched = s.watched when not matched then insert *`);
    expect(await engine.query(sql`select id, watched from ${table} where id > ${1n} order by id`)).toEqual([
      { id: 2n, watched: 0.25 },
      { id: 9007199254740993n, watched: 1.5 },
    ]);
  });

  it.each([
    ['a table that does not exist', sql`select * from engine_test.nowhere`, 'TABLE_NOT_FOUND', 'nowhere'],
    ['a column that does not exist', sql`select watchd from ${table}`, 'COLUMN_NOT_FOUND', 'watchd'],
    ['a text that is no number', sql`select cast(${'seven'} as bigint) as n`, 'VALUE_NOT_CASTABLE', 'seven'],
    ['a version that the table has not', sql`select * from ${table} version as of 99`, 'DELTA_VERSION_NOT_FOUND', '99'],
    [
      'a table function of changes without the feed',
      sql`select * from table_changes('engine_test.watched', 0)`,
      'QUERY_INVALID',
      '',
    ],
    ['what is no SQL', sql`selec 1`, 'QUERY_INVALID', 'selec'],
    ['division by zero, so ANSI mode is on', sql`select 1 / 0 as x`, 'QUERY_INVALID', 'DIVIDE_BY_ZERO'],
  ])('says in one line and by a code: %s', async (_, statement, code, word) => {
    const failure: unknown = await engine.query(statement).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(word) });
    expect(failure).not.toMatchObject({ message: expect.stringMatching(/\n|org\.apache|java\./) });
  });

  it('says of a version whose files were vacuumed that they are gone', async () => {
    await engine.run(sql`set spark.databricks.delta.retentionDurationCheck.enabled = false`);
    await engine.run(sql`create or replace table engine_test.vacuumed using delta as select id from range(10)`);
    await engine.run(sql`insert overwrite engine_test.vacuumed select id + 100 from range(10)`);
    // It would look for files in ten thousand tasks.
    await engine.run(sql`set spark.sql.sources.parallelPartitionDiscovery.parallelism = 2`);
    await engine.run(sql`vacuum engine_test.vacuumed retain 0 hours`);
    await expect(engine.query(sql`select * from engine_test.vacuumed version as of 0`)).rejects.toMatchObject({
      code: 'DELTA_MISSING_FILE',
    });
  });

  it('loses no row of two writers that merge into one table at once, each told to try again', async () => {
    const both = [await engine.connect(), await engine.connect()];
    await engine.run(
      sql`create or replace table engine_test.counted using delta as select id, 0 as n from range(${lit(2)})`,
    );
    await Promise.all(
      both.map((one, i) =>
        one.run(
          sql`merge into engine_test.counted t using (select explode(array(0, 1)) as id) s on t.id = s.id
            when matched then update set n = t.n + ${raw(String(10 ** i))}`,
          { repeat: 'conflict' },
        ),
      ),
    );
    expect(await engine.query(sql`select cast(id as int) as id, n from engine_test.counted order by id`)).toEqual([
      { id: 0, n: 11 },
      { id: 1, n: 11 },
    ]);
    for (const one of both) await one.close();
  });
});
