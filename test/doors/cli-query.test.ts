import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, playhead } from './command-line.js';

let folder: string;
const at = (command: string, ...args: string[]): Promise<Ended> =>
  playhead(['--data', join(folder, 'tables'), command, ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-cli-'));
  const event = { user_id: 'ann', video_id: 'v1', player_id: 'p' };
  const events = [
    { ...event, event_id: '1', event_type: 'play', event_time: '2026-01-01T10:00:00Z', position_s: 0, duration_s: 100 },
    { ...event, event_id: '2', event_type: 'unload', event_time: '2026-01-01T10:00:40.25Z', position_s: 40.25 },
  ];
  await writeFile(join(folder, 'events.ndjson'), events.map(one => JSON.stringify(one)).join('\n'));
  expect(await at('ingest', join(folder, 'events.ndjson'))).toMatchObject({ status: 0 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('answers over events before any run, and over empty tables that do not exist yet', async () => {
  const { stdout, status } = await at(
    'query',
    'select (select count(*) from events) e, (select count(*) from sessions) s',
    '--format',
    'csv',
  );
  expect({ stdout, status }).toEqual({ stdout: 'e,s\n2,0\n', status: 0 });
});

it('sessionizes once, and then finds nothing to do', async () => {
  const first: unknown = JSON.parse((await at('sessionize', '--json')).stdout);
  expect(first).toMatchObject({ has_run: true, mode: 'full', new_event_count: 2, rebuilt_session_count: 1 });
  const second: unknown = JSON.parse((await at('sessionize', '--json')).stdout);
  expect(second).toMatchObject({ has_run: false, changed_tables: [] });
});

it('writes JSON as one array of objects: numbers as numbers, instants in ISO 8601, days as days', async () => {
  const { stdout } = await at(
    'query',
    'select user_id, watch_time_s, event_count, started_at, ended_at, session_date, completed, device, 9007199254740993 as big from sessions',
    '--format',
    'json',
  );
  expect(JSON.parse(stdout)).toEqual([
    {
      user_id: 'ann',
      watch_time_s: 40.25,
      event_count: 2,
      started_at: '2026-01-01T10:00:00Z',
      ended_at: '2026-01-01T10:00:40.250000Z',
      session_date: '2026-01-01',
      completed: false,
      device: null,
      big: '9007199254740993',
    },
  ]);
  expect((await at('query', 'select 1 as n where false', '--json')).stdout).toBe('[]\n');
});

it('writes CSV with quotes where they are needed, and tells null from the empty text', async () => {
  const { stdout } = await at('query', `select 'a "b", c' as x, null as y, '' as z, [1, 2] as l`, '--format', 'csv');
  expect(stdout).toBe('x,y,z,l\n"a ""b"", c",,"","[1,2]"\n');
});

it('writes a table for people, numbers to the right', async () => {
  const { stdout } = await at('query', "select * from (values ('one', 1), ('eleven', 11)) v(word, n)");
  expect(stdout).toBe('word   |  n\n-------+---\none    |  1\neleven | 11\n');
});

it.each([
  ['insert into events select * from events', 'QUERY_NOT_READ_ONLY'],
  ["copy (select 1) to '/tmp/stolen.csv'", 'QUERY_NOT_READ_ONLY'],
  ["attach '/tmp/other.db'", 'QUERY_NOT_READ_ONLY'],
  ['select 1; select 2', 'QUERY_NOT_READ_ONLY'],
  ['set threads = 1', 'QUERY_NOT_READ_ONLY'],
  ["select * from read_text('/etc/passwd')", 'QUERY_INVALID'],
  ['select nothing from sessions', 'QUERY_INVALID'],
  ['selec 1', 'QUERY_INVALID'],
])('refuses %s in one line', async (statement, code) => {
  const { status, stdout, stderr } = await at('query', statement);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^${code}: [^\\n]+\\n$`));
});

it('prints the SQL of all steps, for either engine', async () => {
  const { stdout } = await at('sessionize', '--print-sql', '--dialect', 'spark');
  expect(stdout).toContain('create or replace temporary view `sessions` as');
  expect(stdout).toContain('-- sessions: one row per');
});

it('names the folder that is not there, and the events that are missing', async () => {
  const missing = await playhead(['--data', join(folder, 'nowhere'), 'query', 'select 1']);
  expect(missing).toMatchObject({ status: 4, stderr: expect.stringMatching(/^DATA_NOT_FOUND: .*nowhere: /) });
  const empty = await playhead(['--data', join(folder, 'empty'), 'sessionize']);
  expect(empty).toMatchObject({ status: 4, stderr: expect.stringMatching(/^DATA_NOT_FOUND: /) });
});

it('finds a port in use before it starts anything', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ports = { PLAYHEAD_CUBE_PORT: '0', PLAYHEAD_SQL_PORT: String(port), PLAYHEAD_GATEWAY_PORT: '0' };
  const { status, stderr } = await playhead(['--data', join(folder, 'tables'), 'serve'], ports);
  other.close();
  expect({ status, stderr }).toEqual({
    status: 4,
    stderr: `PORT_IN_USE: 127.0.0.1:${port}: another program listens on this port; set PLAYHEAD_SQL_PORT to a free port, or to 0 for any\n`,
  });
});

it('does not understand an interval without a unit', async () => {
  const { status, stderr } = await at('run', '--every', '5');
  expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(/^USAGE: --every: /) });
});

it.each([
  [['--bogus'], "USAGE: unknown option '--bogus'; see --help\n"],
  [['ingst'], "USAGE: unknown command 'ingst' (Did you mean ingest?); see --help\n"],
  [['query'], "USAGE: missing required argument 'sql'; see --help\n"],
  [['alerts', 'ack', 'x'], "USAGE: required option '--by <name>' not specified; see --help\n"],
  [['ingest'], 'USAGE: name at least one file or table, or --videos <file>; see --help\n'],
])('says in the one line of every failure that it does not understand %j', async (args, stderr) => {
  expect(await playhead(args)).toEqual({ status: 2, stdout: '', stderr });
});

it('shows its help where no command is named', async () => {
  const { status, stderr } = await playhead([]);
  expect({ status, begins: stderr.split('\n')[0] }).toEqual({
    status: 2,
    begins: 'Usage: playhead [options] [command]',
  });
  expect(stderr).not.toContain('USAGE:');
});

it.each([
  ['sessionize', ['--dialect', 'spark'], /^USAGE: --dialect: [^\n]+\n$/],
  [
    'validate',
    ['--truth', 'generated', '--tolerance', '5'],
    /^USAGE: option '--truth <folder>' cannot be used with [^\n]+\n$/,
  ],
] as const)('refuses options of which one would be passed over: %s %j', async (command, args, line) => {
  const { status, stderr } = await at(command, ...args);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(line) });
});
