import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DeltaTable } from '../../../src/delta/index.js';
import { sql } from '../../../src/sql/index.js';
import {
  DuckdbEngine,
  type FolderLake,
  openLake,
  optimizeTable,
  readDeltaTable,
} from '../../../src/warehouse/index.js';
import { columns, fill, row, specs, versions } from './engine-tables.js';
import { makeJobTables } from './job-tables.js';
import { hashOf, ours, texts } from './rows.js';

const interop = join(import.meta.dirname, '..');
let folder: string;
let packages: string;
let engine: DuckdbEngine;
let lake: FolderLake;

beforeAll(async () => {
  packages = execFileSync(process.execPath, [join(interop, 'prepare.mjs'), 'chdb'], { encoding: 'utf8' }).trim();
  folder = await mkdtemp(join(tmpdir(), 'playhead-chdb-'));
  engine = await DuckdbEngine.open({ threads: 2 });
  lake = openLake({ folder, engine });
});
afterAll(async () => {
  await engine?.close();
  await rm(folder, { recursive: true, force: true });
});

const answersSchema = z.array(z.array(z.string()));
const rowSchema = z.record(z.string(), z.unknown());
const settings = (more = '') =>
  // Counts by the metadata of files go wrong with some of them; numbers come with all their digits.
  `settings optimize_count_from_files = 0, output_format_json_quote_64bit_integers = 1, output_format_json_quote_denormals = 1${more}`;
function ask(...statements: readonly string[]) {
  const options = { cwd: folder, input: JSON.stringify(statements), encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  return answersSchema.parse(
    JSON.parse(execFileSync(process.execPath, [join(interop, 'chdb/ask.mjs'), packages], options)),
  );
}

interface Asked {
  readonly path: string;
  readonly version?: number;
}
/** The rows of tables as ClickHouse reads them. */
async function theirs(asked: readonly Asked[]): Promise<string[][]> {
  const sources = await Promise.all(asked.map(({ path, version }) => readDeltaTable(path, { version })));
  const statements = sources.map(({ columns }, i) => {
    const shown = columns.map(({ name, type }) => {
      if (type === 'TIMESTAMPTZ') return `toString(toUnixTimestamp64Micro("${name}")) as "${name} "`;
      if (type === 'INTEGER') return `toString("${name}") as "${name} "`;
      return `"${name}" as "${name} "`;
    });
    const { path = '', version } = asked[i] ?? {};
    const at = version === undefined ? '' : `, delta_lake_snapshot_version = ${version}`;
    return `select ${shown.join(', ')} from deltaLakeLocal('${path}') ${settings(at)}`;
  });
  return ask(...statements).map((rows, i) =>
    texts(
      rows.map(line => rowSchema.parse(JSON.parse(line))),
      sources[i]?.columns.map(({ name }) => `${name} `) ?? [],
    ),
  );
}

describe('ClickHouse reads what we write', () => {
  it.each(specs)('$name: every kind of write, at every version that is left', async spec => {
    await fill(engine, lake, spec);
    const path = join(folder, spec.name);
    const read = await theirs([{ path }, ...versions.map(version => ({ path, version }))]);
    for (const [i, version] of [undefined, ...versions].entries()) {
      const { rows } = await ours(engine, path, version);
      expect(read[i], `version ${version}`).toEqual(rows);
    }
    expect(await new DeltaTable(path).version()).toBe(versions.at(-1));
  });
});

describe('we go on with what ClickHouse appends', () => {
  const spec = { name: 'appended', columns, partitionBy: ['day'] } as const;
  const path = () => join(folder, spec.name);
  const insert = (id: number, at: string) =>
    `insert into function deltaLakeLocal('${path()}') select toInt64(${id}) as id, 'theirs' as who, toInt32(7) as n, 0.5 as x, true as done,
      toDateTime64('${at}', 6, 'UTC') as "at", toDate32('2026-03-01') as day, ['a'] as tags,
      cast([(1.0, 2.0)] as Array(Tuple(from_s Float64, to_s Float64))) as pairs
      settings allow_experimental_delta_lake_writes = 1`;

  it('reads its rows and skips by its statistics, appends, merges and compacts, and ClickHouse reads that', async () => {
    for (let id = 0; id < 3; id += 1) await lake.append(spec, row(id));
    ask(insert(1001, '2026-03-01 10:00:00.123456'), insert(1002, '2026-03-01 11:00:00'));
    expect(await new DeltaTable(path()).version()).toBe(4);
    const both = async () => {
      const [[read], { rows }] = [await theirs([{ path: path() }]), await ours(engine, path())];
      expect(read).toEqual(rows);
      return rows.length;
    };
    expect(await both()).toBe(5);
    const where = { op: '=', column: 'id', value: 1002 } as const;
    const { relation } = await readDeltaTable(path(), { where });
    expect(await engine.query(sql`select id from ${relation} as t where id = 1002`)).toEqual([{ id: 1002n }]);
    await lake.append(spec, row(4));
    expect(await both()).toBe(6);
    await lake.merge(spec, sql`select * replace (1001::bigint as id) from (${row(5)}) as r`, ['id']);
    expect(await both()).toBe(6);
    await optimizeTable(engine, path());
    expect(await both()).toBe(6);
  });
});

it("the job's own tables have the same rows for both", async () => {
  const tables = await makeJobTables(folder);
  expect(tables.length).toBeGreaterThan(12);
  const read = await theirs(tables.map(path => ({ path })));
  for (const [i, path] of tables.entries()) {
    const { rows } = await ours(engine, path, undefined, 'empty');
    expect(hashOf(read[i] ?? []), path).toBe(hashOf(rows));
  }
});
