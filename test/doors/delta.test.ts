import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { playhead } from './command-line.js';

let folder: string;
const events = () => join(folder, 'tables', 'events');
const delta = (...args: string[]) => playhead(['delta', ...args]);

/** Three commits of the table `events`, an event each. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-delta-'));
  for (const second of [1, 2, 3]) {
    const file = join(folder, `${second}.ndjson`);
    await writeFile(
      file,
      JSON.stringify({
        event_id: String(second),
        user_id: 'ann',
        video_id: 'film',
        player_id: 'p',
        event_type: 'heartbeat',
        event_time: `2026-01-01T10:00:0${second}Z`,
        position_s: second,
      }),
    );
    expect(await playhead(['--data', join(folder, 'tables'), 'ingest', file])).toMatchObject({ status: 0 });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('puts the small files of a table together, and says so once', async () => {
  const told = await delta('optimize', events(), '--json', '--sort-by', 'event_time');
  expect(JSON.parse(told.stdout)).toMatchObject({ version: 3, removedFileCount: 3, addedFileCount: 1 });
  const again = await delta('optimize', events());
  expect(again).toMatchObject({ status: 0, stdout: 'nothing to put together at version 3\n' });
});

it('brings an older version back, once, and lists it', async () => {
  expect(await delta('restore', events(), '--version', '0')).toMatchObject({
    status: 0,
    stdout: 'version 4 is what version 0 was\n',
  });
  expect((await delta('restore', events(), '--version', '0')).stdout).toContain('nothing to do');
  expect((await delta('history', events())).stdout).toMatch(/^ *4 .* RESTORE .*\n *3 .* OPTIMIZE/);
  const read = await delta('read', events(), '--format', 'csv');
  expect(read.stdout.trim().split('\n')).toHaveLength(2);
});

it('cleans nothing out of a young log', async () => {
  const { stdout, status } = await delta('clean-log', events());
  expect({ stdout, status }).toEqual({ stdout: 'deleted 0 log files; version 0 is the oldest left\n', status: 0 });
});

it.each([
  [['optimize', '/nowhere/at-all'], 'DELTA_NOT_A_TABLE'],
  [['restore'], 'USAGE'],
  [['restore', '--version', '0', '--at', '2026-01-01T00:00:00Z'], 'USAGE'],
  [['restore', '--version', '99'], 'DELTA_VERSION_NOT_FOUND'],
  [['optimize', '--target-mb', '0'], 'USAGE'],
  [['optimize', '--sort-by', 'nope'], 'QUERY_INVALID'],
  [['clean-log', '--retain-hours', 'many'], 'USAGE'],
])('refuses %j with %s and changes nothing', async ([command = '', ...options], code) => {
  const path = options[0]?.startsWith('/') === true ? [] : [events()];
  const { stderr, status } = await delta(command, ...path, ...options);
  expect(stderr).toMatch(new RegExp(`^${code}: .*\n$`));
  expect(status).not.toBe(0);
  expect((await delta('describe', events())).stdout).toContain('at version 4');
});

it('sets properties as a version, shows them, and keeps to them', async () => {
  const set = await delta('properties', events(), '--set', 'owner=ann = bob', 'delta.checkpointInterval=5', '--json');
  expect(JSON.parse(set.stdout).properties).toEqual({ owner: 'ann = bob', 'delta.checkpointInterval': '5' });
  const { stdout } = await delta('properties', events(), '--unset', 'owner');
  expect(stdout).toBe('delta.checkpointInterval = 5\n1 properties at version 6\n');
  const [newest] = JSON.parse((await delta('history', events(), '--limit', '1', '--json')).stdout);
  expect(newest).toMatchObject({
    operation: 'UNSET TBLPROPERTIES',
    engine: 'playhead',
    parameters: { properties: '["owner"]' },
  });
});

it('reads the rows of which conditions are true, as the types of the columns compare', async () => {
  const ids = async (...where: string[]) =>
    (await delta('read', events(), '--version', '2', '--format', 'csv', '--where', ...where)).stdout.match(
      /^[123](?=,)/gm,
    );
  expect(await ids('position_s>=2')).toEqual(['2', '3']);
  expect(await ids('event_time<2026-01-01T10:00:03Z', 'user_id=ann', 'event_id != 1')).toEqual(['2']);
  expect(await ids("user_id=ann' or true --")).toBeNull();
});

it.each([
  [['vacuum', '--retain-hours', '1'], 'DELTA_RETENTION_TOO_SHORT'],
  [['properties', '--set', 'delta.appendOnly'], 'USAGE'],
  [['properties', '--set', 'delta.appendOnly=maybe'], 'DELTA_PROPERTY_INVALID'],
  [['read', '--where', 'position_s'], 'USAGE'],
  [['read', '--where', 'nobody=1'], 'QUERY_INVALID'],
  [['read', '--where', 'position_s=far'], 'QUERY_INVALID'],
])('%j is refused with %s', async ([command = '', ...options], code) => {
  const told = await delta(command, events(), ...options);
  expect(told.stderr).toContain(code);
  expect(told.status).not.toBe(0);
});
