import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lit, sql } from '#sql';
import { DuckdbEngine } from '#warehouse';

let engine: DuckdbEngine;
beforeEach(async () => {
  engine = await DuckdbEngine.open({ threads: 2, memoryLimit: '1GB' });
});
afterEach(() => engine.close());

describe('the DuckDB engine', () => {
  it('binds values and gives bigint for BIGINT', async () => {
    const rows = await engine.query(
      sql`select ${"o'hara"} as who, cast(${9007199254740993n} as bigint) as n, ${null} as nothing`,
    );
    expect(rows).toEqual([{ who: "o'hara", n: 9007199254740993n, nothing: null }]);
  });

  it('reads instants in UTC on every connection', async () => {
    const other = await engine.connect();
    for (const one of [engine, other]) {
      const rows = await one.query(sql`select cast(make_timestamptz(0) as varchar) as at`);
      expect(rows).toEqual([{ at: '1970-01-01 00:00:00+00' }]);
    }
    await other.close();
  });

  it('keeps temporary tables to their connection and the instance open after one closes', async () => {
    const other = await engine.connect();
    await other.run(sql`create temporary table mine as select 1 as x`);
    await expect(engine.query(sql`select * from mine`)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await other.close();
    expect(await engine.query(sql`select 1 as x`)).toEqual([{ x: 1 }]);
  });

  it('streams a large result in batches', async () => {
    let [rowCount, batches, total] = [0, 0, 0n];
    for await (const rows of engine.stream(sql`select range as n from range(${lit(100_000)})`)) {
      batches += 1;
      rowCount += rows.length;
      for (const { n } of rows) total += typeof n === 'bigint' ? n : 0n;
    }
    expect([rowCount, total]).toEqual([100_000, 4_999_950_000n]);
    expect(batches).toBeGreaterThan(10);
  });

  it('can go on with other queries after a stream was left early', async () => {
    for await (const rows of engine.stream(sql`select range as n from range(100000000)`)) {
      expect(rows.length).toBeGreaterThan(0);
      break;
    }
    expect(await engine.query(sql`select 1 as x`)).toEqual([{ x: 1 }]);
  });

  it('cancels a query that runs', async () => {
    const answer = engine.query(
      sql`select count(*) from range(1000000) a, range(1000000) b where hash(a.range, b.range) = 1`,
    );
    const refused = expect(answer).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    const again = setInterval(() => engine.interrupt(), 5);
    await refused;
    clearInterval(again);
    expect(await engine.query(sql`select 1 as x`)).toEqual([{ x: 1 }]);
  });

  it('says what is wrong with a query in the words of the engine', async () => {
    await expect(engine.run(sql`select * from nowhere`)).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      message: expect.stringContaining('nowhere'),
    });
  });
});
