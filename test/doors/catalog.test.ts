import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { playhead } from './command-line.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-catalog-'));
  file = join(folder, 'c.yaml');
  await writeFile(
    file,
    `data: ${folder}\nengine: { kind: spark, host: nowhere.invalid }\nports: { cube: 0, sql: 0, gateway: 0 }\n`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['serve'],
  ['up'],
  ['query', 'select 1'],
  ['quality'],
  ['alerts'],
  ['report', 'weekly'],
  ['explain', 'session', 's1'],
])('%s looks into no data folder where the tables are in a catalog, and says so', async (...args) => {
  const { status, stdout, stderr } = await playhead(['--config', file, ...args]);
  expect(stderr).toMatch(/^CONFIG_INVALID: .*engine\.kind: spark/m);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
