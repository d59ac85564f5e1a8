import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cleanLog, commit, DeltaTable, stageRestore } from '#delta';
import { type Fragment, lit, sql } from '#sql';
import { DuckdbEngine, type Lake, openLake, optimizeTable, readDeltaTable, type TableSpec } from '#warehouse';

const plays = {
  name: 'plays',
  columns: {
    id: 'bigint',
    who: 'string',
    tags: 'string_list',
    at: 'timestamp',
    x: 'double',
    done: 'boolean',
    day: 'date',
  },
  partitionBy: ['day'],
} as const satisfies TableSpec;
const named = { ...plays, name: 'named', partitionBy: ['who'] } as const satisfies TableSpec;

let folder: string;
let python: string;
let engine: DuckdbEngine;
let lake: Lake;

beforeAll(async () => {
  python = execFileSync(process.execPath, [join(import.meta.dirname, 'prepare.mjs')], { encoding: 'utf8' }).trim();
  folder = await mkdtemp(join(tmpdir(), 'playhead-interop-'));
  engine = await DuckdbEngine.open({ threads: 2 });
  lake = openLake({ folder, engine });
});
afterAll(async () => {
  await engine?.close();
  await rm(folder, { recursive: true, force: true });
});

type Row = Readonly<Record<string, unknown>>;
const rowsSchema = z.array(z.record(z.string(), z.unknown()));
const deltaRs = (...args: string[]): unknown =>
  JSON.parse(execFileSync(python, [join(import.meta.dirname, 'delta_rs.py'), ...args], { encoding: 'utf8' }));

/** All rows as delta-rs reads them, and as we do, in one order and one spelling. */
const theirs = (path: string, version?: number): Row[] =>
  sorted(rowsSchema.parse(deltaRs('rows', path, ...(version === undefined ? [] : [String(version)]))));
async function ours(path: string, version?: number): Promise<Row[]> {
  const { relation } = await readDeltaTable(path, { version });
  const found = await engine.query(
    sql`select id, who, tags, epoch_us("at") as "at", x, done, cast(day as varchar) as day from ${relation} as t`,
  );
  return sorted(found.map(row => ({ ...row, id: Number(row.id), at: row.at === null ? null : Number(row.at) })));
}
const sorted = (rows: Row[]): Row[] =>
  rows
    .map(row => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);

/** Rows with what breaks careless writers: nulls, odd letters in values and folders, instants before 1970 and to the microsecond. */
const odd = ['plain', "it's", 'a/b=c d%20e', 'é 漢 🙂', 'a\\b"c', 'x:y?z*[w]{v}', ' leading'];
const row = (
  id: number,
): Fragment => sql`select ${lit(id)} as id, ${lit(id % 8 === 7 ? null : (odd[id % 8] ?? ''))} as who,
  ${id % 3 === 0 ? sql`null` : sql`['a', null, ${lit(odd[id % 7] ?? '')}]`} as tags,
  make_timestamptz(${lit(id % 2 === 0 ? -1_000_001 : 4_102_444_800_123_456)} + ${lit(id)}) as "at",
  ${id % 5 === 0 ? sql`null` : sql`${lit(id)} / 7e0`} as x, ${id % 2 === 0 ? sql`true` : sql`null`} as done,
  ${lit(id % 4 === 0 ? null : `2026-01-0${1 + (id % 3)}`)} as day`;
const fill = async (spec: TableSpec, count: number) => {
  for (let id = 0; id < count; id += 1) await lake.append(spec, row(id));
};
const pathOf = (spec: TableSpec) => join(folder, spec.name);

describe('delta-rs reads what we write', () => {
  it.each([plays, named])('at every version of $name: appends, a checkpoint, partitions with odd names', async spec => {
    await fill(spec, 14);
    for (const version of [0, 5, 10, 13])
      expect(theirs(pathOf(spec), version)).toEqual(await ours(pathOf(spec), version));
    expect(theirs(pathOf(spec))).toHaveLength(14);
  });

  it('after partitions were replaced, files compacted, a version restored and the log cleaned', async () => {
    const path = pathOf(plays);
    await lake.replacePartitions(plays, sql`select * replace ('2026-01-01' as day) from (${row(1)}) as r`, [
      { day: '2026-01-01' },
    ]);
    expect(theirs(path)).toEqual(await ours(path));
    await optimizeTable(engine, path, { sortBy: ['who'] });
    expect(theirs(path)).toEqual(await ours(path));
    const table = new DeltaTable(path);
    await commit(table, await stageRestore(table, await table.snapshot(12), Date.now()));
    expect(theirs(path)).toEqual(await ours(path, 12));
    await cleanLog(table, { retentionMs: 0, nowMs: Date.now() + 60_000 });
    expect(theirs(path)).toEqual(await ours(path));
    expect(theirs(path)).toHaveLength(13);
  });

  it('after a column was added', async () => {
    const wider = { ...plays, columns: { ...plays.columns, note: 'string' } } as const;
    await lake.append(wider, sql`select *, 'new' as note from (${row(20)}) as r`);
    const added = theirs(pathOf(plays)).filter(({ note }) => note === 'new');
    expect(added).toHaveLength(1);
    expect(theirs(pathOf(plays)).map(({ note, ...rest }) => rest)).toEqual(await ours(pathOf(plays)));
  });
});

describe('we read what delta-rs makes of our tables', () => {
  it.each(['append', 'delete', 'update', 'merge', 'checkpoint', 'compact', 'append'])('%s', async how => {
    const path = pathOf(named);
    const before = await new DeltaTable(path).version();
    const version = z.number().parse(deltaRs('change', path, how));
    expect(version).toBe((before ?? 0) + (how === 'checkpoint' ? 0 : 1));
    expect(await ours(path)).toEqual(theirs(path));
  });

  it('and goes on from there', async () => {
    await lake.append(named, row(50));
    expect(theirs(pathOf(named))).toEqual(await ours(pathOf(named)));
  });
});
