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
let python: string;
let engine: DuckdbEngine;
let lake: FolderLake;

beforeAll(async () => {
  python = execFileSync(process.execPath, [join(interop, 'prepare.mjs'), 'delta-rs'], { encoding: 'utf8' }).trim();
  folder = await mkdtemp(join(tmpdir(), 'playhead-interop-'));
  engine = await DuckdbEngine.open({ threads: 2 });
  lake = openLake({ folder, engine });
});
afterAll(async () => {
  await engine?.close();
  await rm(folder, { recursive: true, force: true });
});

const tablesSchema = z.array(z.array(z.record(z.string(), z.unknown())));
function deltaRs(...args: readonly string[]): unknown {
  const program = join(interop, 'delta-rs', 'delta_rs.py');
  return JSON.parse(execFileSync(python, [program, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

interface Asked {
  readonly path: string;
  readonly version?: number;
}
/** The rows of tables as delta-rs reads them. */
async function theirs(asked: readonly Asked[]): Promise<string[][]> {
  const answers = tablesSchema.parse(
    deltaRs('rows', ...asked.flatMap(({ path, version }) => [path, `${version ?? ''}`])),
  );
  const sources = await Promise.all(asked.map(({ path, version }) => readDeltaTable(path, { version })));
  return answers.map((rows, i) => texts(rows, sources[i]?.columns.map(({ name }) => name) ?? []));
}
async function expectBoth(path: string): Promise<number> {
  const [[read], { rows }] = [await theirs([{ path }]), await ours(engine, path)];
  expect(read).toEqual(rows);
  return rows.length;
}

describe('delta-rs reads what we write', () => {
  it.each(specs)('$name: every kind of write, at every version that is left', async spec => {
    await fill(engine, lake, spec);
    const path = join(folder, spec.name);
    const read = await theirs([{ path }, ...versions.map(version => ({ path, version }))]);
    for (const [i, version] of [undefined, ...versions].entries()) {
      expect(read[i], `version ${version}`).toEqual((await ours(engine, path, version)).rows);
    }
  });

  it('goes to the same version by a time', async () => {
    const path = join(folder, 'by_day');
    for (const version of [11, 14, 17]) {
      const { timestampMs } = await new DeltaTable(path).commit(version);
      const instant = new Date(timestampMs).toISOString();
      expect(deltaRs('version at', path, instant)).toBe(
        (await new DeltaTable(path).snapshotAt(new Date(instant))).version,
      );
    }
  });
});

describe('we read what delta-rs makes of our tables', () => {
  const spec = { name: 'changed', columns, partitionBy: ['who'] } as const;
  const path = () => join(folder, spec.name);

  it.each([
    ['append', 17],
    ['delete', 12],
    ['update', 12],
    ['merge', 15],
    ['checkpoint', 15],
    ['compact', 15],
    ['append', 18],
    ['z-order', 18],
    ['add column', 18],
    ['restore', 14],
    ['vacuum', 14],
  ])('%s', async (how, rowCount) => {
    if (how === 'append' && (await lake.version(spec.name)) === undefined) {
      for (let id = 0; id < 14; id += 1) await lake.append(spec, row(id));
    }
    deltaRs('change', path(), how);
    expect(await expectBoth(path())).toBe(rowCount);
  });

  it('and goes on from there: appends, merges, compacts', async () => {
    await lake.append(spec, row(50));
    expect(await expectBoth(path())).toBe(15);
    const where = { op: '=', column: 'id', value: 50n * 4_000_000_000n } as const;
    const { relation } = await readDeltaTable(path(), { where });
    expect(await engine.query(sql`select n from ${relation} as t where id = 200000000000`)).toEqual([{ n: -2500 }]);
    await lake.merge(spec, sql`select * replace ('ours' as who) from (${row(50)} union all ${row(51)}) as r`, ['id']);
    expect(await expectBoth(path())).toBe(16);
    await optimizeTable(engine, path());
    expect(await expectBoth(path())).toBe(16);
  });
});

it('we read the tables that delta-rs creates, with all types that it has', async () => {
  const path = join(folder, 'theirs');
  deltaRs('create', path);
  expect(await expectBoth(path)).toBe(4);
  const { columns: read } = await readDeltaTable(path);
  expect(read.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['DECIMAL(38,10)', 'BLOB', 'TIMESTAMP', 'SMALLINT']),
  );
});

it("the job's own tables have the same rows for both", async () => {
  const tables = await makeJobTables(folder);
  expect(tables.length).toBeGreaterThan(12);
  const read = await theirs(tables.map(path => ({ path })));
  for (const [i, path] of tables.entries()) {
    expect(hashOf(read[i] ?? []), path).toBe(hashOf((await ours(engine, path)).rows));
  }
});
