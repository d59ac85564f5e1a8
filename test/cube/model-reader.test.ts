import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { modelReader } from '../../src/cube/models.js';

let folder: string;
const path = () => join(folder, 'cubes', 'ticks.yml');
const ticks = (title: string) => `cubes:\n  - name: ticks\n    title: ${title}\n    sql_table: ticks\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-models-'));
  await mkdir(join(folder, 'cubes'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  await writeFile(path(), ticks('First'));
});
afterEach(() => {
  vi.useRealTimers();
});

it('reads the models once for as long as no file changes', async () => {
  const read = modelReader(folder);
  const first = await read();
  expect(first.map(file => file.fileName)).toEqual(['cubes/ticks.js']);
  expect(await read()).toBe(first);
  vi.advanceTimersByTime(1500);
  expect(await read()).toBe(first);
});

it('sees an edit a second later, and a new file', async () => {
  const read = modelReader(folder);
  await read();
  await writeFile(path(), ticks('Second title'));
  await writeFile(join(folder, 'view.yml'), 'views: []\n');
  vi.advanceTimersByTime(1500);
  const files = await read();
  expect(files.map(file => file.fileName)).toEqual(['cubes/ticks.js', 'view.js']);
  expect(files[0]?.content).toContain('Second title');
});

it('reads again after it failed', async () => {
  const read = modelReader(folder);
  await writeFile(path(), 'cubes: no list\n');
  await expect(read()).rejects.toThrow();
  await writeFile(path(), ticks('Mended'));
  expect((await read())[0]?.content).toContain('Mended');
});
