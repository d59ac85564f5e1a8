import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeltaTable } from '../../../src/delta/index.js';
import { sql } from '../../../src/sql/index.js';
import {
  DuckdbEngine,
  type FolderLake,
  openLake,
  optimizeTable,
  readDeltaTable,
  type TableSpec,
} from '../../../src/warehouse/index.js';
import { columns, fill, row, specs, versions } from './engine-tables.js';
import { makeJobTables } from './job-tables.js';
import { hashOf, ours, texts } from './rows.js';
import { SparkSession } from './spark-session.js';

let folder: string;
let engine: DuckdbEngine;
let lake: FolderLake;
let spark: SparkSession;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-delta-spark-'));
  engine = await DuckdbEngine.open({ threads: 2 });
  lake = openLake({ folder, engine });
  spark = await SparkSession.start(folder);
});
afterAll(async () => {
  await spark?.stop();
  await engine?.close();
  await rm(folder, { recursive: true, force: true });
});

const pathOf = (name: string) => join(folder, name);
async function theirs(path: string, at = ''): Promise<string[]> {
  const rows = await spark.rows(`select * from delta.\`${path}\`${at}`);
  const { columns: shown } = await readDeltaTable(path);
  return texts(
    rows,
    shown.map(({ name }) => name).filter(name => rows.length === 0 || name in (rows[0] ?? {})),
  );
}
async function expectBoth(name: string): Promise<number> {
  const { rows } = await ours(engine, pathOf(name));
  expect(await theirs(pathOf(name))).toEqual(rows);
  return rows.length;
}

describe('Spark reads what we write', () => {
  it.each(specs)('$name: every kind of write, at older versions too', async spec => {
    await fill(engine, lake, spec);
    expect(await expectBoth(spec.name)).toBeGreaterThan(0);
    // Each of Spark's reads takes a second: all versions of one table, and of the others two that removed files.
    for (const version of spec.name === 'by_day' ? versions : [11, 16]) {
      const { rows } = await ours(engine, pathOf(spec.name), version);
      const read = await spark.rows(`select * from delta.\`${pathOf(spec.name)}\` version as of ${version}`);
      const { columns: shown } = await readDeltaTable(pathOf(spec.name), { version });
      expect(
        texts(
          read,
          shown.map(column => column.name),
        ),
        `version ${version}`,
      ).toEqual(rows);
    }
  });

  it('its history and detail say what we did', async () => {
    const history = await spark.rows(`describe history delta.\`${pathOf('by_day')}\``);
    const operations = history.map(({ operation }) => operation);
    for (const operation of ['MERGE', 'OPTIMIZE', 'RESTORE', 'SET TBLPROPERTIES', 'WRITE'])
      expect(operations).toContain(operation);
    const [detail] = await spark.rows(`describe detail delta.\`${pathOf('by_day')}\``);
    expect(detail).toMatchObject({
      format: 'delta',
      numFiles: String((await readDeltaTable(pathOf('by_day'))).files.length),
    });
  });

  it('skips files by our statistics and partitions and finds the same rows', async () => {
    const path = pathOf('by_nothing');
    for (const condition of [
      "who >= 'long zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz'",
      "`at` > timestamp '2023-11-14 22:13:20.123455'",
      'x > 1e200',
      'id between 8000000000 and 24000000000',
      'n is null',
      "day <= date '1960-01-01'",
      "x = double('NaN')",
    ]) {
      const all = await spark.rows(
        `select id from (select *, uuid() as u from delta.\`${path}\`) where u is not null and ${condition}`,
      );
      const found = await spark.rows(`select id from delta.\`${path}\` where ${condition}`);
      expect(texts(found, ['id']), condition).toEqual(texts(all, ['id']));
    }
  });
});

describe('we read what Spark makes of our tables', () => {
  const spec = { name: 'changed', columns, partitionBy: ['who'] } as const;
  const table = () => `delta.\`${pathOf(spec.name)}\``;

  it.each([
    [
      'INSERT',
      () =>
        `insert into ${table()} select id + 1, who, n, x, done, \`at\`, day, tags, pairs from ${table()} where n < -9`,
    ],
    ['DELETE', () => `delete from ${table()} where id between 8000000000 and 24000000000`],
    ['UPDATE', () => `update ${table()} set who = 'changed' where id = 32000000000`],
    [
      'MERGE',
      () =>
        `merge into ${table()} t using (select * from ${table()} limit 3) s on s.id = t.id when matched then update set n = 1 when not matched then insert *`,
    ],
    ['OPTIMIZE', () => `optimize ${table()}`],
    ['OPTIMIZE ZORDER', () => `optimize ${table()} zorder by (id)`],
    ['ALTER TABLE ADD COLUMN', () => `alter table ${table()} add columns (note string)`],
    [
      'SET TBLPROPERTIES',
      () => `alter table ${table()} set tblproperties ('delta.checkpointInterval' = '3', 'team' = 'spark')`,
    ],
    ['RESTORE', () => `restore table ${table()} to version as of 12`],
    ['VACUUM', () => `vacuum ${table()} retain 0 hours`],
  ])('%s', async (_, statement) => {
    if ((await lake.version(spec.name)) === undefined) {
      for (let id = 0; id < 14; id += 1) await lake.append(spec, row(id));
    }
    await spark.run(statement());
    expect(await expectBoth(spec.name)).toBeGreaterThan(5);
  });

  it('and goes on from there: appends, merges, compacts; Spark reads that', async () => {
    const before = await expectBoth(spec.name);
    await lake.append(spec, row(50));
    expect(await expectBoth(spec.name)).toBe(before + 1);
    await lake.merge(spec, sql`select * replace ('ours' as who) from (${row(50)} union all ${row(51)}) as r`, ['id']);
    expect(await expectBoth(spec.name)).toBe(before + 2);
    await optimizeTable(engine, pathOf(spec.name));
    expect(await expectBoth(spec.name)).toBe(before + 2);
  });
});

/** Tables that Spark makes; `writes` says whether we write to them too, and the feature that a refusal names. */
const made: readonly {
  readonly feature: string;
  readonly statements: (table: string) => readonly string[];
  readonly reads?: 'refused';
  readonly writes: 'yes' | string;
}[] = [
  {
    feature: 'deletion vectors',
    statements: t => [
      `create table ${t} (id bigint, who string) using delta partitioned by (who) tblproperties ('delta.enableDeletionVectors' = 'true')`,
      `insert into ${t} select id, concat('p', id % 3) from range(0, 3000, 1, 2)`,
      `delete from ${t} where id % 7 = 0`,
      `update ${t} set who = 'moved' where id % 500 = 1`,
      `merge into ${t} t using (select id from range(10, 20)) s on s.id = t.id when matched then delete`,
      `delete from ${t} where id between 1000 and 1900`,
    ],
    writes: 'yes',
  },
  {
    feature: 'column mapping by name',
    statements: t => [
      `create table ${t} (id bigint, who string, s struct<a: int, b: array<struct<c: string>>>) using delta partitioned by (who) tblproperties ('delta.columnMapping.mode' = 'name')`,
      `insert into ${t} select id, concat('p', id % 2), named_struct('a', int(id), 'b', array(named_struct('c', string(id)))) from range(5)`,
      `alter table ${t} rename column who to whom`,
      `alter table ${t} rename column s.a to aa`,
      `alter table ${t} add columns (note string, gone int)`,
      `insert into ${t} select id, 'p9', null, 'n', 1 from range(10, 12)`,
      `alter table ${t} drop column gone`,
      `alter table ${t} add columns (gone int)`,
    ],
    writes: 'columnMapping',
  },
  {
    feature: 'column mapping by id',
    statements: t => [
      `create table ${t} (id bigint, s struct<a: int>, note string) using delta tblproperties ('delta.columnMapping.mode' = 'id')`,
      `insert into ${t} select id, named_struct('a', int(id)), 'x' from range(5)`,
      `alter table ${t} rename column note to remark`,
      `alter table ${t} drop column s`,
      `alter table ${t} add columns (s int)`,
      `insert into ${t} select id, 'y', 7 from range(5, 8)`,
    ],
    writes: 'columnMapping',
  },
  {
    feature: 'type widening',
    statements: t => [
      `create table ${t} (id bigint, a byte, b int, c float, d date) using delta tblproperties ('delta.enableTypeWidening' = 'true')`,
      `insert into ${t} values (1, 1, 2, 0.1, date '2026-01-01'), (2, null, null, null, null)`,
      `alter table ${t} alter column a type int`,
      `alter table ${t} alter column b type bigint`,
      `alter table ${t} alter column c type double`,
      `insert into ${t} values (3, 70000, 5000000000, 0.1, date '2026-01-02')`,
    ],
    writes: 'typeWidening',
  },
  {
    feature: 'V2 checkpoints',
    statements: t => [
      `create table ${t} (id bigint) using delta tblproperties ('delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '2')`,
      ...[1, 2, 3, 4, 5].map(id => `insert into ${t} values (${id})`),
    ],
    writes: 'v2Checkpoint',
  },
  {
    feature: 'in-commit timestamps',
    statements: t => [
      `create table ${t} (id bigint) using delta tblproperties ('delta.enableInCommitTimestamps' = 'true')`,
      `insert into ${t} values (1), (2)`,
    ],
    writes: 'yes',
  },
  {
    feature: 'statistics as columns of checkpoints only',
    statements: t => [
      `create table ${t} (id bigint, who string) using delta tblproperties ('delta.checkpoint.writeStatsAsStruct' = 'true', 'delta.checkpoint.writeStatsAsJson' = 'false', 'delta.checkpointInterval' = '2')`,
      ...[1, 2, 3].map(id => `insert into ${t} values (${id}, 'x')`),
    ],
    writes: 'yes',
  },
  {
    feature: 'types of all kinds',
    statements: t => [
      `create table ${t} (id bigint, b binary, dec decimal(38, 18), sh short, ntz timestamp_ntz, ts timestamp, m map<string, int>, part decimal(10, 2)) using delta partitioned by (part)`,
      `insert into ${t} values (1, x'00ff', 12345678901234567890.123456789012345678, 5, timestamp_ntz '0001-01-01 00:00:00', timestamp '9999-12-31 23:59:59.999999', map('a', 1, 'b', null), 1.50), (2, null, null, null, null, null, null, null)`,
    ],
    writes: 'timestampNtz',
  },
  {
    feature: 'change data feed',
    statements: t => [
      `create table ${t} (id bigint) using delta tblproperties ('delta.enableChangeDataFeed' = 'true')`,
      `insert into ${t} values (1), (2), (3)`,
      `delete from ${t} where id = 2`,
    ],
    writes: 'changeDataFeed',
  },
  {
    feature: 'row tracking',
    statements: t => [
      `create table ${t} (id bigint) using delta tblproperties ('delta.enableRowTracking' = 'true')`,
      `insert into ${t} values (1), (2)`,
    ],
    writes: 'rowTracking',
  },
  {
    feature: 'constraints',
    statements: t => [
      `create table ${t} (id bigint not null) using delta`,
      `alter table ${t} add constraint positive check (id > 0)`,
      `insert into ${t} values (1), (2)`,
    ],
    writes: 'checkConstraints',
  },
  {
    feature: 'a column that must not be null',
    statements: t => [`create table ${t} (id bigint not null) using delta`, `insert into ${t} values (1), (2)`],
    writes: 'yes',
  },
  {
    feature: 'clustering',
    statements: t => [`create table ${t} (id bigint) using delta cluster by (id)`, `insert into ${t} values (1), (2)`],
    writes: 'clustering',
  },
  {
    feature: 'variants',
    statements: t => [
      `create table ${t} (id bigint, v variant) using delta`,
      `insert into ${t} select 1, parse_json('{"a": 1}')`,
    ],
    reads: 'refused',
    writes: 'variantType',
  },
];

describe('we read what Spark creates, or refuse it by the name of its feature', () => {
  it.each(made.map((table, i) => ({ ...table, name: `made_${i}` })))(
    '$feature',
    async ({ name, statements, reads, writes }) => {
      const path = pathOf(name);
      await spark.run(...statements(`delta.\`${path}\``));
      const refusal = { code: 'DELTA_UNSUPPORTED', message: expect.stringContaining(writes) };
      if (reads === 'refused') {
        await expect(readDeltaTable(path)).rejects.toMatchObject(refusal);
        return;
      }
      const before = await expectBoth(name);
      const { columns: shown } = await readDeltaTable(path);
      const hasWho = shown.some(column => column.name === 'who');
      const spec: TableSpec = {
        name,
        columns: hasWho ? { id: 'bigint', who: 'string' } : { id: 'bigint' },
        partitionBy: hasWho && name === 'made_0' ? ['who'] : [],
      };
      const rows = hasWho ? sql`select 5000 as id, 'ours' as who` : sql`select 5000 as id`;
      if (writes !== 'yes') {
        await expect(lake.append(spec, rows)).rejects.toMatchObject(refusal);
        expect(await expectBoth(name)).toBe(before);
        return;
      }
      await lake.append(spec, rows);
      expect(await expectBoth(name)).toBe(before + 1);
      await optimizeTable(engine, path);
      expect(await expectBoth(name)).toBe(before + 1);
    },
  );

  it('and at every version of it that Spark reads', async () => {
    for (const name of ['made_0', 'made_1', 'made_2']) {
      const { version } = await new DeltaTable(pathOf(name)).snapshot();
      for (let at = 1; at <= version; at += 1) {
        const { rows, columns: shown } = await ours(engine, pathOf(name), at);
        const read = await spark.rows(`select * from delta.\`${pathOf(name)}\` version as of ${at}`);
        expect(
          texts(
            read,
            shown.map(column => column.name),
          ),
          `${name} version ${at}`,
        ).toEqual(rows);
      }
    }
  });
});

it("the job's own tables have the same rows for both", async () => {
  const tables = await makeJobTables(folder);
  expect(tables.length).toBeGreaterThan(12);
  for (const path of tables) {
    const { rows } = await ours(engine, path);
    expect(hashOf(await theirs(path)), path).toBe(hashOf(rows));
  }
});
