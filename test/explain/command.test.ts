import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Ended, playhead } from '../doors/command-line.js';

let folder: string;
let sessionId: string;
const at = (...args: string[]): Promise<Ended> => playhead(['--data', join(folder, 'tables'), ...args]);
const errorLine = ({ stderr }: Ended) => stderr.trim().split('\n').at(-1) ?? '';

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** What the tables hold: the names of all files, which change with every commit. */
async function commits(): Promise<string[]> {
  const names = await readdir(join(folder, 'tables'), { recursive: true });
  return names.filter(name => name.includes('_delta_log')).toSorted();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-explain-'));
  const event = { user_id: 'ann', video_id: 'v1', player_id: 'p', duration_s: 100 };
  const events = [
    { ...event, event_id: '1', event_type: 'play', event_time: '2026-01-01T10:00:00Z', position_s: 0 },
    { ...event, event_id: '2', event_type: 'pause', event_time: '2026-01-01T10:00:40.25Z', position_s: 40.25 },
  ];
  const path = await file('events.ndjson', events.map(one => JSON.stringify(one)).join('\n'));
  expect(await at('ingest', path)).toMatchObject({ status: 0 });
  expect(await at('sessionize')).toMatchObject({ status: 0 });
  const { stdout } = await at('query', 'select session_id from sessions', '--format', 'json');
  sessionId = z.array(z.object({ session_id: z.string() })).parse(JSON.parse(stdout))[0]?.session_id ?? '';
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('explain', () => {
  it('shows how a session came about, for people', async () => {
    const { stdout, status } = await at('explain', 'session', sessionId);
    expect(status).toBe(0);
    expect(stdout).toContain('steady: d 40.25 s fits r*w = 40.25 s within tol 4.025 s: w 40.25 s were watched.');
    expect(stdout).toContain('watch_time_s = 40.25 = 40.25 (event 2)');
    expect(stdout).toContain(
      'Every sum and every column of the row and its segments is what run-000001 serves, to the last digit.',
    );
  });

  it('shows the same to programs', async () => {
    const { stdout } = await at('explain', 'session', sessionId, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      session_id: sessionId,
      run_id: 'run-000001',
      agrees: true,
      row: { watch_time_s: 40.25, started_at: '2026-01-01T10:00:00Z' },
      events: [{ event_type: 'play' }, { interval: { verdict: 'steady', w_s: 40.25, watched_s: 40.25 } }],
    });
  });

  it.each([
    [
      'an id that nothing has',
      ['session', 'nonsense'],
      3,
      /^EXPLAIN_UNKNOWN_ID: session nonsense: run-000001, which is served, has no such session; /,
    ],
    ['an id with SQL in it', ['session', "' or 1=1 --"], 3, /^EXPLAIN_UNKNOWN_ID: /],
    ['another thing than a session', ['video', 'v1'], 2, /^USAGE: explain video: only a session can be explained; /],
    ['no id', ['session'], 2, /missing required argument 'id'/],
  ])('refuses %s', async (_what, args, status, line) => {
    const ended = await at('explain', ...args);
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(ended.stderr).toMatch(line);
  });

  it('asks for a run where none has finished, and for a folder where there is none', async () => {
    const empty = await playhead(['--data', join(folder, 'none'), 'explain', 'session', sessionId]);
    expect(empty).toMatchObject({ status: 4, stderr: expect.stringMatching(/^DATA_NOT_FOUND: .*does not exist/) });
    expect(await readdir(folder)).not.toContain('none');
  });
});

describe('validate', () => {
  it('ends well where everything agrees', async () => {
    const path = await file('good.csv', 'user_id,watch_time_s\nann,40.25\n');
    const ended = await at('validate', '--expected', path);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain('**All agree**');
  });

  it('ends with status 1 where something differs, with the report on stdout or in a file', async () => {
    const path = await file('known-users.csv', 'user_id,video_id,watch_time_s\nann,v1,42\n');
    const ended = await at('validate', '--expected', path);
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain(`playhead explain session ${sessionId}`);
    expect(errorLine(ended)).toMatch(
      /^VALIDATION_DIFFERS: .*known-users\.csv: 0 of 1 expected rows of user_videos agree/,
    );
    const out = join(folder, 'report.csv');
    const written = await at('validate', '--expected', path, '--format', 'csv', '--out', out);
    expect(written).toMatchObject({ status: 1, stdout: expect.stringMatching(/^0 of 1 expected rows/) });
    expect(await readFile(out, 'utf8')).toContain('2,differs,ann,v1,watch_time_s,42,40.25,-1.75,0.000001,false');
    const json = await at('validate', '--expected', path, '--tolerance', '2', '--json');
    expect(json.status).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ is_clean: true });
  });

  it.each([
    [
      'unknown columns',
      'user_id,watchtime\nann,1\n',
      3,
      /^VALIDATION_INVALID: .*bad\.csv:1: users has no column "watchtime"/,
    ],
    ['no key', 'watch_time_s\n1\n', 3, /^VALIDATION_INVALID: .*no column that names its rows/],
    [
      'bad numbers',
      'user_id,watch_time_s\nann,many\n',
      3,
      /^VALIDATION_INVALID: .*bad\.csv:2 > watch_time_s: "many" is not a number/,
    ],
    ['nothing in it', '', 3, /^INPUT_EMPTY: /],
  ])('refuses a file with %s in one line', async (_what, text, status, line) => {
    const ended = await at('validate', '--expected', await file('bad.csv', text));
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(ended.stderr).toMatch(line);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [
      'a file that is missing',
      ['--expected', 'nowhere.csv'],
      3,
      /^INPUT_NOT_FOUND: nowhere\.csv: there is no such file/,
    ],
    ['neither sample nor truth', [], 2, /^USAGE: validate: either --expected or --truth/],
    ['both', ['--expected', 'a.csv', '--truth', 'b'], 2, /^USAGE: validate: either/],
    ['a format that is none', ['--expected', 'a.csv', '--format', 'pdf'], 2, /^USAGE: --format: /],
  ])('refuses %s', async (_what, args, status, line) => {
    const ended = await at('validate', ...args);
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(ended.stderr).toMatch(line);
  });

  it('refuses a place where no report can be written, and leaves no draft behind', async () => {
    const path = await file('good.csv', 'user_id,watch_time_s\nann,40.25\n');
    const ended = await at('validate', '--expected', path, '--out', join(folder, 'no-folder', 'report.md'));
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringMatching(/^USAGE: --out .*ENOENT/) });
    const taken = await at('validate', '--expected', path, '--out', join(folder, 'tables'));
    expect(taken).toMatchObject({ status: 2 });
    expect((await readdir(folder)).filter(name => name.includes('draft'))).toEqual([]);
  });
});

describe('a changed definition', () => {
  it('is refused with both values, changes nothing, and takes effect with --full', async () => {
    const config = await file('changed.yaml', 'sessionization: { zero_watch_s: 50 }\n');
    const before = await commits();
    const refused = await at('--config', config, 'sessionize');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(errorLine(refused)).toMatch(
      /^JOB_DEFINITIONS_CHANGED: run-000001: the tables are built under other definitions: sessionization\.zero_watch_s was 1, is 50; run `playhead sessionize --full`/,
    );
    expect(await commits()).toEqual(before);
    const explained = await at('--config', config, 'explain', 'session', sessionId, '--json');
    expect(JSON.parse(explained.stdout)).toMatchObject({ agrees: true, row: { zero_watch: false } });
    expect(await at('--config', config, 'sessionize', '--full')).toMatchObject({ status: 0 });
    const { stdout } = await at('--config', config, 'query', 'select zero_watch from sessions', '--format', 'csv');
    expect(stdout).toBe('zero_watch\ntrue\n');
    expect(await at('--config', config, 'sessionize')).toMatchObject({ status: 0 });
    const back = await at('sessionize');
    expect(back).toMatchObject({ status: 2, stderr: expect.stringContaining('zero_watch_s was 50, is 1') });
  });

  it('is no definition where it is outside its range: nothing runs', async () => {
    const before = await commits();
    for (const [text, message] of [
      [
        'sessionization: { tolerance_ratio: 10 }',
        'sessionization.tolerance_ratio: Too big: expected number to be <=1; it is 10',
      ],
      [
        'engagement: { weights: { sessions: 20 } }',
        'engagement.weights: the weights must add up to 100; they add up to 110',
      ],
      ['sessionization: { timeout_s: 900 }', 'sessionization.timeout_s: there is no such key'],
    ] as const) {
      const ended = await at('--config', await file('wrong.yaml', text), 'sessionize', '--full');
      expect(ended).toMatchObject({ status: 2, stdout: '' });
      expect(ended.stderr).toMatch(/^CONFIG_INVALID: .*wrong\.yaml > /);
      expect(ended.stderr).toContain(message);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(await commits()).toEqual(before);
  });
});
