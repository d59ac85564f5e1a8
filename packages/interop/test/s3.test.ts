import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cleanLog,
  column,
  commit,
  DeltaTable,
  type Store,
  stageAppend,
  stageOverwrite,
  stageProperties,
  stageRestore,
  vacuum,
} from '../../../src/delta/index.js';
import { createS3Store, s3OptionsFromEnvironment } from '../../../src/s3/index.js';
import { DuckdbEngine, openLake } from '../../../src/warehouse/index.js';
import { row, specs } from './engine-tables.js';

const interop = join(import.meta.dirname, '..');
const playhead = join(interop, '../../bin/playhead.mjs');
let server: ChildProcess;
let environment: Record<string, string>;
let store: Store;
let path: string;

/** A port that is free now. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise(resolve => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  const python = execFileSync(process.execPath, [join(interop, 'prepare.mjs'), 's3'], { encoding: 'utf8' }).trim();
  const port = await freePort();
  server = spawn(python, ['-m', 'moto.server', '--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  environment = {
    AWS_ACCESS_KEY_ID: 'tester',
    AWS_SECRET_ACCESS_KEY: 'only-for-this-test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  };
  store = createS3Store(s3OptionsFromEnvironment(environment));
  const answers = () =>
    fetch(`${environment.AWS_ENDPOINT_URL}/`).then(
      () => true,
      () => false,
    );
  for (let attempt = 0; attempt < 300 && !(await answers()); attempt += 1)
    await new Promise(done => setTimeout(done, 100));
  // A bucket is a put without a key.
  await store.put('/bucket', '');
});
afterAll(() => {
  server?.kill();
});
let count = 0;
beforeEach(() => {
  count += 1;
  path = `/bucket/tables/é v=1 ${count}`;
});

const shape = { schema: { type: 'struct' as const, fields: [column('id', 'long')] }, partitionColumns: [] };
const file = (name: string) => ({ path: name, partitionValues: {}, sizeBytes: 1, modifiedMs: Date.now() });
async function append(table: DeltaTable, name: string) {
  await table.store.put(join(table.path, name), 'x');
  const snapshot = await table.newest();
  return commit(table, stageAppend(snapshot, table.path, [file(name)], { shape, nowMs: Date.now() }));
}
const live = async (table: DeltaTable, version?: number) =>
  [...(await table.snapshot(version)).files.values()].map(found => found.path).sort();

describe('a log in an object store', () => {
  it('is created, followed, checkpointed, gone back in, and tidied as on a disk', async () => {
    const table = new DeltaTable(path, store);
    for (let i = 0; i < 13; i += 1) await append(table, `f${i}.parquet`);
    const reader = new DeltaTable(path, store);
    expect(await live(reader)).toHaveLength(13);
    expect(await live(reader, 4)).toHaveLength(5);
    expect(await store.list(table.log)).toContain('00000000000000000010.checkpoint.parquet');
    await commit(table, stageProperties(await table.snapshot(), path, { set: { a: 'b' }, nowMs: Date.now() }));
    await commit(table, stageOverwrite(await table.snapshot(), path, [], { shape, nowMs: Date.now() }));
    expect(await live(reader)).toEqual([]);
    await commit(table, await stageRestore(table, await table.snapshot(4), Date.now()));
    expect(await live(reader)).toHaveLength(5);
    const { timestampMs } = await reader.commit(2);
    expect((await reader.snapshotAt(new Date(timestampMs + 3_600_000))).version).toBe(15);
    expect((await reader.history()).map(({ info }) => info?.operation)).toContain('RESTORE');
    const later = { nowMs: Date.now() + 400 * 86_400_000 };
    expect((await vacuum(table, later)).paths).toHaveLength(8);
    expect((await cleanLog(table, later)).oldestVersion).toBe(10);
    expect(await live(new DeltaTable(path, store))).toHaveLength(5);
  });

  it('takes the commits of several at once, each once', async () => {
    await append(new DeltaTable(path, store), 'first.parquet');
    const writer = async (name: string) => {
      const table = new DeltaTable(path, createS3Store(s3OptionsFromEnvironment(environment)));
      for (let i = 0; i < 8; i += 1) await append(table, `${name}${i}.parquet`);
    };
    await Promise.all(['a', 'b', 'c'].map(writer));
    const table = new DeltaTable(path, store);
    expect(await live(table)).toHaveLength(25);
    expect(await table.version()).toBe(24);
  });

  it('lists more than a page of names', async () => {
    const names = Array.from({ length: 1_100 }, (_, i) => `${i} & <x>.json`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(names.slice(at, at + 50).map(name => store.put(`${path}/_delta_log/${name}`, '{}')));
    }
    expect((await store.list(`${path}/_delta_log`)).sort()).toEqual(names.sort());
    const walked = await store.walk(path, folder => folder !== 'other');
    expect(walked).toHaveLength(names.length);
    expect(await store.walk(path, () => false)).toEqual([]);
  });
});

describe('an answer that never comes', () => {
  /** Sends, and forgets what was answered to every put whose number the question admits. */
  function losing(isLost: (put: number) => boolean): Store {
    let puts = 0;
    return createS3Store(s3OptionsFromEnvironment(environment), async (input, init) => {
      const answer = await fetch(input, init);
      if (!(input instanceof Request && input.method === 'PUT')) return answer;
      puts += 1;
      if (isLost(puts)) throw new TypeError('fetch failed');
      return answer;
    });
  }

  it('of a put that came through is no lost race: the commit is ours, once', async () => {
    const table = new DeltaTable(
      path,
      losing(put => put % 2 === 1),
    );
    for (let i = 0; i < 4; i += 1) await append(table, `f${i}.parquet`);
    const reader = new DeltaTable(path, store);
    expect([await reader.version(), (await live(reader)).length]).toEqual([3, 4]);
  });

  it('that stays away is said so', async () => {
    const table = new DeltaTable(
      path,
      losing(() => true),
    );
    await expect(append(table, 'f.parquet')).rejects.toMatchObject({ message: expect.stringContaining('no answer') });
  });
});

it.each([
  ['a bucket that is not there', () => new DeltaTable('/nowhere/t', store).snapshot(), 'DELTA_NOT_A_TABLE'],
  ['a put into it', () => store.put('/nowhere/t/x', 'x'), 'DATA_NOT_FOUND'],
  ['no credentials', async () => s3OptionsFromEnvironment({}), 'CONFIG_INVALID'],
])('%s is told by its code', async (_, attempt, code) => {
  await expect(attempt()).rejects.toMatchObject({ code });
});

describe('the command line', () => {
  const run = (...args: readonly string[]) =>
    execFileSync(process.execPath, [playhead, 'delta', ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('shows and tidies a table that was copied to a bucket as it does on the disk, and says what it cannot', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'playhead-s3-'));
    const engine = await DuckdbEngine.open({ threads: 1 });
    const [spec] = specs;
    if (spec === undefined) throw new Error('no table');
    const lake = openLake({ folder, engine });
    for (let id = 0; id < 3; id += 1) await lake.append(spec, row(id));
    await engine.close();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const at = join(entry.parentPath, entry.name);
      if (entry.isFile()) await store.put(`/bucket/copy/${relative(folder, at)}`, await readFile(at));
    }
    const [onDisk, address] = [join(folder, spec.name), `s3://bucket/copy/${spec.name}`];
    const without = (text: string) =>
      JSON.parse(text, (key, value) => (['path', 'at'].includes(key) ? undefined : value));
    expect(without(run('describe', address, '--json'))).toEqual(without(run('describe', onDisk, '--json')));
    expect(without(run('history', address, '--json'))).toEqual(without(run('history', onDisk, '--json')));
    expect(run('properties', address, '--set', 'team=a')).toContain('team = a');
    expect(run('restore', address, '--version', '1')).toContain('is what version 1 was');
    expect(run('vacuum', address)).toContain('deleted 0 files');
    expect(() => run('read', address)).toThrow(/DELTA_UNSUPPORTED/);
    expect(() => run('optimize', address)).toThrow(/DELTA_UNSUPPORTED/);
    await rm(folder, { recursive: true });
  });
});
