import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Fragment, join as joined, lit, sql } from '#sql';
import { DuckdbEngine, type FolderLake, openLake, type TableSpec } from '#warehouse';

const scores = {
  name: 'scores',
  columns: { who: 'string', film: 'bigint', points: 'double', day: 'date' },
  partitionBy: ['day'],
} as const satisfies TableSpec;

let folder: string;
let engine: DuckdbEngine;
let lake: FolderLake;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-merge-'));
  engine = await DuckdbEngine.open({ threads: 2 });
  lake = openLake({ folder, engine });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

interface Score {
  readonly who: string | null;
  readonly film: number;
  readonly points: number;
  readonly day: string;
}
const rowsOf = (rows: readonly Score[]): Fragment =>
  rows.length === 0
    ? sql`select null as who, null as film, null as points, null as day where false`
    : joined(
        rows.map(
          ({ who, film, points, day }) =>
            sql`select ${lit(who)} as who, ${lit(film)} as film, ${lit(points)} as points, ${lit(day)} as day`,
        ),
        ' union all ',
      );
const score = (who: string, film: number, points: number, day = '2026-01-01'): Score => ({ who, film, points, day });
const read = async () =>
  (
    await engine.query(
      sql`select who, film, points, cast(day as varchar) as day from ${await lake.read(scores)} as s order by who, film, day, points`,
    )
  ).map(row => ({ ...row, film: Number(row.film) }));
const paths = async () => (await lake.files('scores')).map(({ path }) => path).sort();

it('puts rows in the place of those with their key and adds the others', async () => {
  await lake.append(scores, rowsOf([score('ann', 1, 10), score('bob', 1, 20), score('ann', 2, 30, '2026-01-02')]));
  const merged = await lake.merge(scores, rowsOf([score('ann', 1, 11), score('cid', 1, 5)]), ['who', 'film']);
  expect(merged).toMatchObject({ version: 1, wasMade: false });
  expect(await read()).toEqual([
    score('ann', 1, 11),
    score('ann', 2, 30, '2026-01-02'),
    score('bob', 1, 20),
    score('cid', 1, 5),
  ]);
});

it('writes only the files anew that hold a key', async () => {
  for (let film = 1; film <= 6; film += 1)
    await lake.append(scores, rowsOf([score('ann', film, 0), score('bob', film, 0)]));
  const before = await paths();
  // Within the range of every file by its name, held by one only.
  await lake.merge(scores, rowsOf([score('ann', 3, 9)]), ['who', 'film']);
  const after = await paths();
  expect(before.filter(path => !after.includes(path))).toHaveLength(1);
  expect(after.filter(path => !before.includes(path))).toHaveLength(1);
});

it('moves a row to the partition that it now names', async () => {
  await lake.append(scores, rowsOf([score('ann', 1, 10), score('bob', 1, 10)]));
  await lake.merge(scores, rowsOf([score('ann', 1, 12, '2026-01-05')]), ['who', 'film']);
  expect(await read()).toEqual([score('ann', 1, 12, '2026-01-05'), score('bob', 1, 10)]);
});

it('looks into no other partition where the key names it', async () => {
  await lake.append(scores, rowsOf([score('ann', 1, 10), score('ann', 1, 20, '2026-01-02')]));
  const key = ['day', 'who', 'film'];
  const other = openLake({ folder, engine });
  await other.table('scores').snapshot();
  await lake.merge(scores, rowsOf([score('ann', 1, 11)]), key);
  await other.merge(scores, rowsOf([score('ann', 1, 21, '2026-01-02')]), key);
  expect(await read()).toEqual([score('ann', 1, 11), score('ann', 1, 21, '2026-01-02')]);
});

it('creates the table where there is none, and does nothing twice', async () => {
  const txn = { appId: 'test', version: 1 };
  await lake.merge(scores, rowsOf([score('ann', 1, 10)]), ['who'], { txn });
  await lake.merge(scores, rowsOf([score('ann', 1, 99)]), ['who'], { txn });
  expect(await read()).toEqual([score('ann', 1, 10)]);
});

it.each([
  ['two rows of one key', [score('ann', 1, 1), score('ann', 1, 2)], ['who', 'film']],
  ['a row without a key', [{ ...score('x', 1, 1), who: null }], ['who', 'film']],
  ['a key that is no column', [score('ann', 1, 1)], ['whom']],
])('refuses %s and changes nothing', async (_what, rows, key) => {
  await lake.append(scores, rowsOf([score('ann', 1, 10)]));
  await expect(lake.merge(scores, rowsOf(rows), key)).rejects.toMatchObject({ code: 'DELTA_AMBIGUOUS_KEY' });
  expect(await read()).toEqual([score('ann', 1, 10)]);
});

it('loses nothing when several merge and append at once, and nobody has to repeat', async () => {
  await lake.append(scores, rowsOf([score('all', 0, 0)]));
  const writers = [1, 2, 3].map(() => openLake({ folder, engine }));
  await Promise.all([
    ...writers.map((writer, i) => writer.merge(scores, rowsOf([score('ann', i + 1, i)]), ['who', 'film'])),
    ...writers.map((writer, i) => writer.append(scores, rowsOf([score('bob', i + 1, 0)]))),
  ]);
  expect(await read()).toHaveLength(7);
});

it('has each key once when several create the table with the same keys at once', async () => {
  const writers = [1, 2, 3, 4].map(() => openLake({ folder, engine }));
  const rows = [score('ann', 1, 1), score('bob', 1, 1)];
  await Promise.all(writers.map(writer => writer.merge(scores, rowsOf(rows), ['who', 'film'])));
  expect(await read()).toEqual(rows);
  expect(await lake.version('scores')).toBe(3);
});

it('finds keys in partitions of every type, however their values are spelled', async () => {
  const odd = {
    name: 'odd',
    columns: { text: 'string', at: 'timestamp', x: 'double', n: 'bigint', points: 'bigint' },
    partitionBy: ['text', 'at', 'x', 'n'],
  } as const satisfies TableSpec;
  const texts = ['\u001f', 'a\tb\nc', '"q"', "it's", '\\', 'é🙂', 'a/b=c%20', ' lead'];
  const rows = (points: number) =>
    joined(
      texts.map(
        (
          text,
          i,
        ) => sql`select ${lit(text)} as "text", make_timestamptz(${lit(1_700_000_000_000_000 + i * 500)}) as "at",
          ${[sql`1e-7`, sql`'nan'::double`, sql`'infinity'::double`, sql`-0.0e0`][i % 4] ?? sql`0`} as x,
          ${lit(9_007_199_254_740_993n - BigInt(i))} as n, ${lit(points)} as points`,
      ),
      ' union all ',
    );
  for (const points of [1, 2, 3]) await lake.merge(odd, rows(points), odd.partitionBy);
  const found = await engine.query(
    sql`select distinct points, count(*) over () as row_count from ${await lake.read(odd)} as o`,
  );
  expect(found).toEqual([{ points: 3n, row_count: BigInt(texts.length) }]);
});

it('keeps old rows whose key is null, and rows of longer texts than statistics hold', async () => {
  const long = 'z'.repeat(40);
  await lake.append(
    scores,
    rowsOf([{ ...score('', 1, 1), who: null }, score(`${long}🙂`, 1, 1), score(`${long}a`, 1, 1)]),
  );
  await lake.merge(scores, rowsOf([score(`${long}🙂`, 1, 2), score(`${long}b`, 1, 2)]), ['who', 'film']);
  const found = await engine.query(sql`select who, points from ${await lake.read(scores)} as s order by who, points`);
  expect(found.map(({ who, points }) => [who, points])).toEqual([
    [`${long}a`, 1],
    [`${long}b`, 2],
    [`${long}🙂`, 2],
    [null, 1],
  ]);
});

it('refuses rows that lack a column of the table: copying a file would lose it', async () => {
  await lake.append(
    { ...scores, columns: { ...scores.columns, note: 'string' } },
    sql`select *, 'n' as note from (${rowsOf([score('ann', 1, 1)])}) as r`,
  );
  await expect(lake.merge(scores, rowsOf([score('ann', 1, 2)]), ['who', 'film'])).rejects.toMatchObject({
    code: 'DELTA_SCHEMA_MISMATCH',
    message: expect.stringContaining('"note"'),
  });
});

it('adds a column that the rows have and the table has not', async () => {
  await lake.append(scores, rowsOf([score('ann', 1, 1), score('bob', 1, 1)]));
  const wider = { ...scores, columns: { ...scores.columns, note: 'string' } } as const satisfies TableSpec;
  await lake.merge(wider, sql`select *, 'n' as note from (${rowsOf([score('ann', 1, 2)])}) as r`, ['who', 'film']);
  const found = await engine.query(sql`select who, points, note from ${await lake.read(wider)} as s order by who`);
  expect(found).toEqual([
    { who: 'ann', points: 2, note: 'n' },
    { who: 'bob', points: 1, note: null },
  ]);
});

it('is what a map by key would hold, for any rows in any steps', async () => {
  const anyScore = fc.record({
    who: fc.constantFrom('a', 'b', 'é', 'z'.repeat(40)),
    film: fc.integer({ min: -2, max: 2 }),
    points: fc.integer({ min: 0, max: 99 }),
    day: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03'),
  });
  const batch = fc.uniqueArray(anyScore, { selector: ({ who, film }) => `${who}/${film}`, maxLength: 6 });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 4 }), async batches => {
      run += 1;
      const spec = { ...scores, name: `scores_${run}` };
      const expected = new Map<string, Score>();
      for (const rows of batches) {
        await lake.merge(spec, rowsOf(rows), ['who', 'film']);
        for (const one of rows) expected.set(`${one.who}/${one.film}`, one);
      }
      const found = await engine.query(
        sql`select who, film, points, cast(day as varchar) as day from ${await lake.read(spec)} as s`,
      );
      const text = (rows: readonly object[]) => rows.map(one => JSON.stringify(one)).sort();
      expect(text(found.map(row => ({ ...row, film: Number(row.film) })))).toEqual(text([...expected.values()]));
    }),
    { numRuns: 30, seed: 7 },
  );
});
