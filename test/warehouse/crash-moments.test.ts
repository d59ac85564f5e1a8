import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cleanLog,
  commit,
  createLocalStore,
  DeltaTable,
  type Store,
  stageRestore,
  storageError,
  vacuum,
  writeCheckpoint,
} from '#delta';
import { PlayheadError } from '#errors';
import { lit, sql } from '#sql';
import { DuckdbEngine, FolderLake, openLake, optimizeTable, readDeltaTable, type TableSpec } from '#warehouse';

/**
 * A writer that dies: at some moment of its writing to the disk it never goes on, which no code of it can notice, as after
 * `kill -9`. (test/delta/crash.test.ts kills real processes.) Every operation is let die at every such moment.
 */
const spec = {
  name: 't',
  columns: { id: 'bigint', n: 'bigint', day: 'date' },
  partitionBy: ['day'],
} as const satisfies TableSpec;

let folder: string;
let engine: DuckdbEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-moments-'));
  engine = await DuckdbEngine.open({ threads: 2 });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** The local disk; `reached` is told of every moment between two of its changes, and whoever it does not let go on is dead. */
function watchedStore(reached: (moment: string) => Promise<void>): Store {
  const disk = createLocalStore(async (moment, path) => {
    // The file is still open then; that moment is for real processes, whose files the system closes.
    if (moment !== 'written') await reached(`${moment} ${path.split('/').at(-1)}`);
  });
  return {
    ...disk,
    async sync(paths) {
      await reached('before the data files are durable');
      await disk.sync(paths);
      await reached('after the data files are durable');
    },
    async remove(path) {
      await reached('before a deletion');
      await disk.remove(path);
      await reached('after a deletion');
    },
  };
}

const rows = (...values: readonly [id: number, n: number, day: string][]) =>
  sql`select * from (${values
    .map(([id, n, day]) => sql`select ${lit(id)} as id, ${lit(n)} as n, ${lit(day)} as day`)
    .reduce((all, one) => sql`${all} union all ${one}`)}) as r`;

interface Operation {
  readonly name: string;
  /** Table that it finds: none, or ten commits and what is told here. */
  readonly from: 'nothing' | 'a table';
  readonly run: (lake: FolderLake, table: DeltaTable) => Promise<unknown>;
  /** Rows afterwards where they change: `id:n`. */
  readonly after?: (before: readonly string[]) => string[];
}

const txn = { appId: 'test', version: 7 };
const later = Date.now() + 400 * 86_400_000;
const operations: readonly Operation[] = [
  {
    name: 'create',
    from: 'nothing',
    run: lake => lake.append(spec, rows([1, 1, '2026-01-01']), { txn }),
    after: () => ['1:1'],
  },
  {
    name: 'append',
    from: 'a table',
    run: lake => lake.append(spec, rows([100, 1, '2026-01-01'], [101, 1, '2026-01-02']), { txn }),
    after: before => [...before, '100:1', '101:1'],
  },
  {
    name: 'overwrite',
    from: 'a table',
    run: lake => lake.overwrite(spec, rows([100, 1, '2026-01-01']), { txn }),
    after: () => ['100:1'],
  },
  {
    name: 'replace',
    from: 'a table',
    run: lake => lake.replacePartitions(spec, rows([100, 1, '2026-01-01']), [{ day: '2026-01-01' }], { txn }),
    after: before => [...before.filter(row => Number(row.split(':')[0]) % 2 === 1), '100:1'],
  },
  {
    name: 'merge',
    from: 'a table',
    run: lake => lake.merge(spec, rows([1, 9, '2026-01-02'], [100, 9, '2026-01-02']), ['id'], { txn }),
    after: before => [...before.map(row => (row === '1:0' ? '1:9' : row)), '100:9'],
  },
  {
    name: 'merge into a new table',
    from: 'nothing',
    run: lake => lake.merge(spec, rows([1, 9, '2026-01-02']), ['id'], { txn }),
    after: () => ['1:9'],
  },
  { name: 'optimize', from: 'a table', run: (_, table) => optimizeTable(engine, table.path, { store: table.store }) },
  {
    name: 'restore',
    from: 'a table',
    run: async (_, table) => commit(table, await stageRestore(table, await table.snapshot(3), Date.now())),
    after: before => before.slice(0, 4),
  },
  { name: 'checkpoint', from: 'a table', run: async (_, table) => writeCheckpoint(table, await table.snapshot()) },
  { name: 'vacuum', from: 'a table', run: (_, table) => vacuum(table, { nowMs: later }) },
  { name: 'clean the log', from: 'a table', run: (_, table) => cleanLog(table, { nowMs: later }) },
];

let prepared: string;
beforeAll(async () => {
  prepared = join(folder, 'prepared');
  const lake = openLake({ folder: prepared, engine });
  for (let id = 0; id < 12; id += 1) await lake.append(spec, rows([id, 0, `2026-01-0${1 + (id % 2)}`]));
  await lake.replacePartitions(spec, rows([0, 0, '2026-01-01'], [2, 0, '2026-01-01']), [{ day: '2026-01-01' }]);
});

let place = 0;
async function lakeFolder(from: Operation['from']): Promise<string> {
  place += 1;
  const at = join(folder, String(place));
  if (from === 'a table') await cp(prepared, at, { recursive: true, preserveTimestamps: true });
  return at;
}
const withStore = (at: string, store: Store) => {
  const table = new DeltaTable(join(at, 't'), store);
  return { table, lake: new FolderLake({ folder: at, engine }, new Map([['t', table]])) };
};
async function read(at: string): Promise<string[]> {
  const found = await engine.query(sql`select id, n from ${await openLake({ folder: at, engine }).read(spec)} as t`);
  return found.map(({ id, n }) => `${id}:${n}`).sort();
}

describe.each(operations)('a writer that dies in the middle: $name', ({ from, run, after }) => {
  let moments: string[];
  let before: string[];
  let expected: string[];

  beforeEach(async () => {
    moments = [];
    const at = await lakeFolder(from);
    before = from === 'a table' ? await read(at) : [];
    const { lake, table } = withStore(
      at,
      watchedStore(async moment => void moments.push(moment)),
    );
    await run(lake, table);
    expected = await read(at);
  });

  it('leaves the table as it was or as it should be; running again makes it so, and nothing is there twice', async () => {
    if (after === undefined) expect(expected).toEqual(before);
    else expect(expected).toHaveLength(after(before).length);
    expect(moments.length).toBeGreaterThan(3);
    for (const [last, moment] of moments.entries()) {
      const at = await lakeFolder(from);
      let passed = -1;
      const died = new Promise<'died'>(resolve => {
        const store = watchedStore(async () => {
          passed += 1;
          if (passed < last) return;
          resolve('died');
          await new Promise(() => {});
        });
        const { lake, table } = withStore(at, store);
        run(lake, table).catch(() => resolve('died'));
      });
      await died;
      expect([before, expected], moment).toContainEqual(await read(at));
      const { lake, table } = withStore(at, createLocalStore());
      await run(lake, table);
      expect(await read(at), `again after ${moment}`).toEqual(expected);
      await vacuum(table, { retentionMs: 0, isForced: true, nowMs: later });
      expect(await read(at), `vacuumed after ${moment}`).toEqual(expected);
      const live = (await readDeltaTable(join(at, 't'))).files.map(file => file.path);
      expect((await everyFile(join(at, 't'))).sort(), `left over after ${moment}`).toEqual(live.sort());
      await rm(at, { recursive: true });
    }
  });

  it('whose disk is full at any of these moments says so, and leaves the table as it was or as it should be', async () => {
    for (const [last, moment] of moments.entries()) {
      const at = await lakeFolder(from);
      let passed = -1;
      const store = watchedStore(async () => {
        passed += 1;
        if (passed === last) throw storageError(Object.assign(new Error('no space'), { code: 'ENOSPC' }), at);
      });
      const { lake, table } = withStore(at, store);
      const told = await run(lake, table).then(
        () => 'done',
        error => (error instanceof PlayheadError ? error.code : String(error)),
      );
      // A checkpoint that cannot be written does not take back the commit that was.
      expect(['done', 'DATA_DISK_FULL'], moment).toContain(told);
      const now = await read(at);
      expect([before, expected], moment).toContainEqual(now);
      if (told === 'done') expect(now, moment).toEqual(expected);
      const again = withStore(at, createLocalStore());
      await run(again.lake, again.table);
      expect(await read(at), `again after ${moment}`).toEqual(expected);
      await rm(at, { recursive: true });
    }
  });
});

/** All files of a table beside its log, where only log files are. */
async function everyFile(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  const isLog = (parent: string) => parent.endsWith('_delta_log');
  expect(files.filter(file => isLog(file.parentPath) && file.name.endsWith('.tmp'))).toEqual([]);
  return files.filter(file => !isLog(file.parentPath)).map(file => join(file.parentPath, file.name));
}
