import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTable, vacuum } from '#delta';

let folder: string;
let program: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-crash-'));
  program = join(folder, 'writer.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'writer-process.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    logLevel: 'error',
  });
});
beforeEach(async () => {
  path = await mkdtemp(join(folder, 'table-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a writer to its end and tells how it ended. */
async function write(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, path, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [status, signal]: unknown[] = await once(child, 'exit');
  return String(signal ?? status);
}

const files = async () => {
  const snapshot = await (await openTable(path)).snapshot();
  return [...snapshot.files.values()].map(file => file.path).toSorted();
};

describe('a writer that is killed', () => {
  it.each([
    ['beginning', 1],
    ['written', 1],
    ['synced', 1],
    ['named', 2],
    ['tidied', 2],
  ])('%s of a commit leaves a readable table, and running again adds nothing twice', async (moment, live) => {
    expect(await write('a', '1')).toBe('0');
    expect(await write('b', '1', moment, '1.json')).toBe('SIGKILL');
    expect(await files()).toHaveLength(live);
    expect(await write('b', '1')).toBe('0');
    expect(await files()).toEqual(['a-0.parquet', 'b-0.parquet']);
  });

  it.each([
    ['beginning', '.checkpoint.parquet'],
    ['written', '.checkpoint.parquet'],
    ['named', '.checkpoint.parquet'],
    ['written', '_last_checkpoint'],
    ['named', '_last_checkpoint'],
  ])('%s of %s loses no commit', async (moment, file) => {
    expect(await write('a', '12', moment, file)).toBe('SIGKILL');
    expect(await files()).toHaveLength(11);
    expect(await write('a', '12')).toBe('0');
    expect(await files()).toHaveLength(12);
  });

  it('leaves temporary files that vacuum takes away', async () => {
    await write('a', '1');
    await write('b', '1', 'synced', '1.json');
    const leftOver = async () => (await readdir(join(path, '_delta_log'))).filter(name => name.endsWith('.tmp'));
    expect(await leftOver()).toHaveLength(1);
    await vacuum(await openTable(path), { nowMs: Date.now() + 8 * 86_400_000 });
    expect(await leftOver()).toEqual([]);
  });
});

describe('two processes', () => {
  it('that append at once lose nothing', async () => {
    // The table exists: of two that create one at once the protocol lets only one win.
    expect(await write('first', '1')).toBe('0');
    expect(await Promise.all([write('a', '25'), write('b', '25')])).toEqual(['0', '0']);
    expect(await files()).toHaveLength(51);
    expect((await (await openTable(path)).snapshot()).version).toBe(50);
  });
});
