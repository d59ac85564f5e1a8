import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { playhead, startProduct } from './product.js';

let folder: string;
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-pipe-'));
  data = join(folder, 'data');
  const event = { event_id: '1', user_id: 'u', video_id: 'v', event_type: 'play', event_time: '2026-10-31T10:00:00Z' };
  await writeFile(join(folder, 'events.ndjson'), `${JSON.stringify(event)}\n`);
  await playhead('ingest', join(folder, 'events.ndjson'), '--data', data, '--quiet');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('ends a command quietly when its reader has gone', async () => {
  const text = 'select i, i as j from range(2000000) t(i)';
  const child = spawn('node', ['bin/playhead.mjs', 'query', text, '--format', 'csv', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', chunk => {
    complaints += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'exit');
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
});

it('goes on serving when nobody reads what it prints, and stops when told', async () => {
  const env = { ...process.env, PLAYHEAD_CUBE_PORT: '0', PLAYHEAD_SQL_PORT: '0', PLAYHEAD_GATEWAY_PORT: '0' };
  const child = spawn('node', ['bin/playhead.mjs', 'up', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let printed = '';
  const address = await new Promise<string>(resolve => {
    child.stdout.on('data', chunk => {
      printed += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+\/graphql/.exec(printed)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  child.stdout.destroy();
  child.stderr.destroy();
  const answer = await fetch(`${address}?query=%7Bfreshness%7Bstate%7D%7D`, {
    headers: { 'apollo-require-preflight': 'yes' },
  });
  expect(answer.status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('stops without a complaint after it has answered', async () => {
  const product = await startProduct(['node', 'bin/playhead.mjs', 'serve'], data);
  const answer = await fetch(`${product.gateway}/graphql?query=%7Bfreshness%7Bstate%7D%7D`, {
    headers: { 'apollo-require-preflight': 'yes' },
  });
  expect(answer.status).toBe(200);
  expect(await product.stop()).toBe(0);
  const ending = product.output().split('Stopping: ')[1];
  expect(ending).toBe('finishing what is being answered\n');
});

it('stops when told, though its data folder has gone while rollups were being built', async () => {
  const env = { ...process.env, PLAYHEAD_CUBE_PORT: '0', PLAYHEAD_SQL_PORT: '0', PLAYHEAD_GATEWAY_PORT: '0' };
  const child = spawn('node', ['bin/playhead.mjs', 'serve', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  child.stderr.resume();
  await once(child.stdout, 'data');
  await rm(data, { recursive: true, force: true });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
