import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lit, raw, sql } from '#sql';
import { DuckdbEngine, type FolderLake, openLake, type TableSpec } from '#warehouse';

const visits = {
  name: 'visits',
  columns: {
    id: 'bigint',
    who: 'string',
    at: 'timestamp',
    seconds: 'double',
    done: 'boolean',
    pages: 'string_list',
    spans: 'double_pair_list',
    day: 'date',
  },
  partitionBy: ['day'],
} as const satisfies TableSpec;

const row = (id: number, who: string, day: string | null) =>
  sql`select ${lit(id)} as id, ${lit(who)} as who, make_timestamptz(1700000000123456) as "at", 1.5e0 as seconds, true as done,
    ['a', 'b'] as pages, [{'from_s': 0, 'to_s': 2}] as spans, ${lit(day)} as day`;

let folder: string;
let engine: DuckdbEngine;
let lake: FolderLake;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-lake-'));
  engine = await DuckdbEngine.open({ threads: 2 });
  lake = openLake({ folder, engine, comment: column => (column === 'seconds' ? 'How long it took.' : undefined) });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const ids = async (spec: TableSpec = visits, options = {}) => {
  const rows = await engine.query(sql`select id from ${await lake.read(spec, options)} as t order by id`);
  return rows.map(({ id }) => Number(id));
};

describe('the lake', () => {
  it('answers min and max of a partition column, of one file and of several', async () => {
    const days = async () => {
      const rows = await engine.query(
        sql`select min(day) = '2026-01-01' as a, max(day) = '2026-01-0' || count(*) as b from ${await lake.read(visits)} as t`,
      );
      return rows;
    };
    await lake.append(visits, row(1, 'ann', '2026-01-01'));
    expect(await days()).toEqual([{ a: true, b: true }]);
    await lake.append(visits, row(2, 'bob', '2026-01-02'));
    expect(await days()).toEqual([{ a: true, b: true }]);
  });

  it('takes the rows of all who create it in the same moment', async () => {
    const others = [1, 2, 3].map(() => openLake({ folder, engine }));
    const made = await Promise.all(others.map((other, id) => other.append(visits, row(id, 'ann', '2026-01-01'))));
    expect(made.map(({ version }) => version).sort()).toEqual([0, 1, 2]);
    expect(await ids()).toEqual([0, 1, 2]);
  });

  it('keeps the first of two who create it with columns that do not fit', async () => {
    const narrow = { ...visits, columns: { ...visits.columns, who: 'bigint' } } as const;
    const made = await Promise.allSettled([
      openLake({ folder, engine }).append(visits, row(1, 'ann', '2026-01-01')),
      openLake({ folder, engine }).append(narrow, row(2, '7', '2026-01-01')),
    ]);
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = made.find(({ status }) => status === 'rejected');
    expect(lost).toMatchObject({ reason: { code: 'DELTA_SCHEMA_MISMATCH' } });
    expect(await ids()).toHaveLength(1);
  });

  it('reads a table that does not exist as an empty one with its columns', async () => {
    expect(await lake.version('visits')).toBeUndefined();
    const described = await engine.query(sql`describe select * from ${await lake.read(visits)} as t`);
    expect(described.map(({ column_name, column_type }) => `${column_name} ${column_type}`)).toEqual([
      'id BIGINT',
      'who VARCHAR',
      'at TIMESTAMP WITH TIME ZONE',
      'seconds DOUBLE',
      'done BOOLEAN',
      'pages VARCHAR[]',
      'spans STRUCT(from_s DOUBLE, to_s DOUBLE)[]',
      'day DATE',
    ]);
  });

  it('gives back the rows that were appended, in their types', async () => {
    expect(await lake.append(visits, row(1, "o'hara", '2024-01-01'))).toEqual({
      version: 0,
      rowCount: 1,
      wasMade: false,
    });
    const rows = await engine.query(
      sql`select id, who, epoch_us("at") as at_us, seconds, done, pages[2] as page, spans[1].to_s as to_s, cast(day as varchar) as day from ${await lake.read(visits)} as t`,
    );
    expect(rows).toEqual([
      {
        id: 1n,
        who: "o'hara",
        at_us: 1700000000123456n,
        seconds: 1.5,
        done: true,
        page: 'b',
        to_s: 2,
        day: '2024-01-01',
      },
    ]);
  });

  it('keeps older versions readable after appends, overwrites and replaced partitions', async () => {
    await lake.append(visits, row(1, 'a', '2024-01-01'));
    await lake.append(visits, sql`${row(2, 'b', '2024-01-01')} union all ${row(3, 'c', '2024-01-02')}`);
    await lake.replacePartitions(visits, row(4, 'd', '2024-01-01'), [{ day: '2024-01-01' }]);
    await lake.overwrite(visits, row(5, 'e', null));
    expect(await lake.version('visits')).toBe(3);
    expect(await ids(visits, { version: 0 })).toEqual([1]);
    expect(await ids(visits, { version: 1 })).toEqual([1, 2, 3]);
    expect(await ids(visits, { version: 2 })).toEqual([3, 4]);
    expect(await ids(visits, { version: 3 })).toEqual([5]);
  });

  it('reads a partition whose value is null', async () => {
    await lake.append(visits, sql`${row(1, 'a', null)} union all ${row(2, 'b', '2024-01-01')}`);
    const rows = await engine.query(sql`select id from ${await lake.read(visits)} as t where day is null`);
    expect(rows).toEqual([{ id: 1n }]);
    expect(await ids(visits, { partitions: [{ day: null }] })).toEqual([1]);
  });

  it('reads only the files that came after a version', async () => {
    await lake.append(visits, row(1, 'a', '2024-01-01'));
    await lake.append(visits, row(2, 'b', '2024-01-01'));
    await lake.append(visits, row(3, 'c', '2024-01-02'));
    expect(await ids(visits, { addedAfter: 0 })).toEqual([2, 3]);
    expect(await ids(visits, { addedAfter: 0, version: 1 })).toEqual([2]);
    expect(await ids(visits, { addedAfter: -1 })).toEqual([1, 2, 3]);
    expect(await ids(visits, { addedAfter: 2 })).toEqual([]);
  });

  it('makes a write once for each version of an application', async () => {
    const txn = { appId: 'job', version: 7 };
    expect(await lake.append(visits, row(1, 'a', '2024-01-01'), { txn })).toMatchObject({ version: 0, wasMade: false });
    expect(await lake.append(visits, row(1, 'a', '2024-01-01'), { txn })).toEqual({
      version: 0,
      rowCount: 0,
      wasMade: true,
    });
    expect(await lake.txnVersion('visits', 'job')).toBe(7);
    expect(await lake.txnVersion('visits', 'other')).toBeUndefined();
    expect(await ids()).toEqual([1]);
  });

  it('adds columns that a table lacks and shows them as null in older rows', async () => {
    await lake.append(visits, row(1, 'a', '2024-01-01'));
    const wider = { ...visits, columns: { ...visits.columns, device: 'string' } } as const;
    const asNull = await engine.query(sql`select id, device from ${await lake.read(wider)} as t`);
    expect(asNull).toEqual([{ id: 1n, device: null }]);
    await lake.append(wider, sql`select *, 'tv' as device from (${row(2, 'b', '2024-01-01')})`);
    const rows = await engine.query(sql`select id, device from ${await lake.read(wider)} as t order by id`);
    expect(rows).toEqual([
      { id: 1n, device: null },
      { id: 2n, device: 'tv' },
    ]);
  });

  it('refuses rows whose column has another type than the table', async () => {
    await lake.append(visits, row(1, 'a', '2024-01-01'));
    const other = { ...visits, columns: { ...visits.columns, id: 'string' } } as const;
    await expect(lake.append(other, row(2, 'b', '2024-01-01'))).rejects.toMatchObject({
      code: 'DELTA_SCHEMA_MISMATCH',
    });
    expect(await ids()).toEqual([1]);
  });

  it('refuses to replace a partition by rows of another one, and leaves no file behind', async () => {
    await lake.append(visits, row(1, 'a', '2024-01-01'));
    await expect(
      lake.replacePartitions(visits, row(2, 'b', '2024-01-02'), [{ day: '2024-01-01' }]),
    ).rejects.toMatchObject({ code: 'DELTA_SCHEMA_MISMATCH' });
    expect(await parquetNames()).toHaveLength(1);
  });

  it('leaves no file behind when the query fails in the middle', async () => {
    await lake.append(visits, row(1, 'a', '2024-01-01'));
    const failing = sql`select range as id, null as who, null as "at", null as seconds, null as done, null as pages, null as spans,
      case when range = 300000 then error('broken') else '2024-01-0' || (range % 9 + 1) end as day from range(400000)`;
    await expect(lake.append(visits, failing)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    expect(await parquetNames()).toHaveLength(1);
    expect(await ids()).toEqual([1]);
  });

  it('takes table folders whose name is a pattern', async () => {
    const odd = openLake({ folder: join(folder, 'a[1] *?'), engine });
    await odd.append(visits, row(1, 'a', '2024-01-01'));
    const rows = await engine.query(sql`select id from ${await odd.read(visits)} as t`);
    expect(rows).toEqual([{ id: 1n }]);
  });

  it('reads thirty commits, of which a checkpoint holds the first twenty, like a fresh process does', async () => {
    for (let i = 0; i < 30; i += 1) await lake.append(visits, row(i, 'a', `2024-01-0${(i % 3) + 1}`));
    const fresh = openLake({ folder, engine });
    const rows = await engine.query(sql`select count(*) as n, sum(id) as total from ${await fresh.read(visits)} as t`);
    expect(rows).toEqual([{ n: 30n, total: 435n }]);
    expect(await readdir(join(folder, 'visits', '_delta_log'))).toContain('00000000000000000020.checkpoint.parquet');
  });

  it('keeps statistics that hold all values: instants cut down and rounded up to milliseconds, no bounds for booleans', async () => {
    await lake.append(visits, sql`${row(1, 'a', '2024-01-01')} union all ${row(9, 'b', '2024-01-01')}`);
    const [file] = (await lake.table('visits').snapshot()).files.values();
    expect(JSON.parse(file?.stats ?? '')).toEqual({
      numRecords: 2,
      minValues: { id: 1, who: 'a', at: '2023-11-14T22:13:20.123Z', seconds: 1.5 },
      maxValues: { id: 9, who: 'b', at: '2023-11-14T22:13:20.124Z', seconds: 1.5 },
      nullCount: { id: 0, who: 0, at: 0, seconds: 0, done: 0, pages: null, spans: null },
    });
  });

  it('writes no rows without writing a file', async () => {
    await lake.append(visits, sql`${row(1, 'a', '2024-01-01')} where false`);
    expect(await lake.version('visits')).toBe(0);
    expect(await lake.files('visits')).toEqual([]);
    const plain = { ...visits, name: 'plain', partitionBy: [] };
    await lake.append(plain, sql`${row(1, 'a', '2024-01-01')} where ${raw('false')}`);
    expect(await lake.files('plain')).toEqual([]);
  });
});

const parquetNames = async () =>
  (await readdir(join(folder, 'visits'), { recursive: true })).filter(
    name => name.endsWith('.parquet') && !name.startsWith('_delta_log'),
  );
