import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Fragment, join as joined, lit, sql } from '#sql';
import { DuckdbEngine, type Lake, openLake, type TableSpec } from '#warehouse';

const scores = {
  name: 'scores',
  columns: { who: 'string', film: 'bigint', points: 'double', day: 'date' },
  partitionBy: ['day'],
} as const satisfies TableSpec;

let folder: string;
let engine: DuckdbEngine;
let lake: Lake;

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

it('loses nothing when several merge and append at once and repeat on conflict', async () => {
  await lake.append(scores, rowsOf([score('all', 0, 0)]));
  const writers = [1, 2, 3].map(() => openLake({ folder, engine }));
  const merge = async (writer: Lake, film: number): Promise<void> => {
    for (;;) {
      try {
        await writer.merge(scores, rowsOf([score('ann', film, film)]), ['who', 'film']);
        return;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'DELTA_CONFLICT')) throw error;
      }
    }
  };
  await Promise.all([
    ...writers.map((writer, i) => merge(writer, i + 1)),
    ...writers.map((writer, i) => writer.append(scores, rowsOf([score('bob', i + 1, 0)]))),
  ]);
  expect(await read()).toHaveLength(7);
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
