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
    `data: ${folder}\nengine: { kind: spark, host: 127.0.0.1, port: 1 }\nports: { cube: 0, sql: 0, gateway: 0 }\n`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([['serve'], ['up'], ['query', 'select 1'], ['validate', '--expected', 'known.csv']])(
  '%s looks into no data folder where the tables are in a catalog, and says so',
  async (...args) => {
    await writeFile(join(folder, 'known.csv'), 'user_id,watch_time_s\nann,1\n');
    const known = args.map(arg => (arg === 'known.csv' ? join(folder, arg) : arg));
    const { status, stdout, stderr } = await playhead(['--config', file, ...known]);
    expect(stderr).toMatch(/^CONFIG_INVALID: .*engine\.kind: spark/m);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  },
);

it.each([
  ['quality'],
  ['quality', '--history', 'freshness'],
  ['alerts'],
  ['alerts', 'history', 'a1'],
  ['alerts', 'ack', 'a1', '--by', 'ann'],
  ['explain', 'session', 's1'],
])('%s asks the catalog, and says when it cannot be reached', async (...args) => {
  const { status, stdout, stderr } = await playhead(['--config', file, ...args]);
  expect(stderr).toMatch(/^ENGINE_UNREACHABLE: spark 127\.0\.0\.1/m);
  expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
});

it('reports where a Cube is named that runs over the catalog, and says so where none is', async () => {
  const { status, stdout, stderr } = await playhead(['--config', file, 'report', 'weekly']);
  expect(stderr).toMatch(/^CONFIG_INVALID: serve\.cube_url: a report asks Cube, .* --url/m);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
