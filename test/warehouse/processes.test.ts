import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DeltaTable } from '#delta';
import { raw, sql } from '#sql';
import { DuckdbEngine, readDeltaTable } from '#warehouse';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-processes-'));
  // Beside the packages, so that it finds the engine's native one.
  const cache = join(import.meta.dirname, '../../node_modules/.cache');
  await mkdir(cache, { recursive: true });
  program = join(await mkdtemp(join(cache, 'processes-')), 'writer.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'lake-process.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    packages: 'external',
    logLevel: 'error',
  });
});
afterAll(async () => {
  await rm(join(program, '..'), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

it('processes that create, merge, append, replace and compact one table at once lose and double nothing', async () => {
  const [writers, rounds] = [[0, 1, 2], 8];
  const children = writers.map(writer =>
    spawn(process.execPath, [program, folder, String(writer), String(rounds)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  );
  const exits = await Promise.all(children.map(child => once(child, 'exit')));
  expect(exits.map(([status]) => status)).toEqual(writers.map(() => 0));

  const engine = await DuckdbEngine.open({ threads: 1 });
  const { relation } = await readDeltaTable(join(folder, 't'));
  const read = (what: string) =>
    engine.query(sql`select id, writer, round from ${relation} as t where ${raw(what)} order by writer, id`);
  const shared = await read("part = 'shared'");
  expect(shared.map(({ id }) => Number(id)).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // Merges come one after the other: the last one wrote all ten keys, and it was somebody's last round.
  expect(new Set(shared.map(({ writer, round }) => `${writer}/${round}`)).size).toBe(1);
  expect(Number(shared[0]?.round)).toBe(rounds);
  const everyRound = Array.from({ length: rounds }, (_, i) => i + 1);
  expect((await read("part = 'appended'")).map(({ writer, id }) => [Number(writer), Number(id)])).toEqual(
    writers.flatMap(writer => everyRound.map(round => [writer, round])),
  );
  expect((await read("part like 'of %'")).map(({ writer, round }) => [Number(writer), Number(round)])).toEqual(
    writers.map(writer => [writer, rounds]),
  );
  await engine.close();
  const commits = await new DeltaTable(join(folder, 't')).history();
  expect(commits.filter(({ info }) => info?.operation === 'MERGE')).toHaveLength(writers.length * rounds);
});
