import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRunHistory } from '#job';
import { sql } from '#sql';
import { tables } from '#tables';
import {
  compareExpected,
  formatReport,
  isClean,
  parseTolerances,
  readExpected,
  summarize,
  type ValidationReport,
} from '#validate';
import { type DataFolder, openDataFolder, type Reported } from '../job/data-folder.js';

let f: DataFolder;
let folder: string;
let sessionOfAnn: string;

function viewing(user: string, video: string, watched_s: number): Reported[] {
  const shared = { user, video, player: `${user}-${video}`, duration_s: 100 };
  return [
    { ...shared, id: `${user}-${video}-1`, type: 'play', at_s: 0, position_s: 0 },
    { ...shared, id: `${user}-${video}-2`, type: 'unload', at_s: watched_s, position_s: watched_s },
  ];
}

beforeAll(async () => {
  f = await openDataFolder();
  folder = await mkdtemp(join(tmpdir(), 'playhead-expected-'));
  await f.append([...viewing('ann', 'v1', 40.25), ...viewing('ann', 'v2', 10), ...viewing('ben', 'v1', 60)]);
  await f.run();
  const rows = await f.query(
    sql`select session_id from ${await f.lake.read(tables.sessions)} r where user_id = 'ann' and video_id = 'v1'`,
  );
  sessionOfAnn = String(rows[0]?.['session_id']);
});
afterAll(async () => {
  await f.close();
  await rm(folder, { recursive: true, force: true });
});

async function file(text: string | Uint8Array): Promise<string> {
  const path = join(folder, 'known.csv');
  await writeFile(path, text);
  return path;
}

async function compare(
  text: string,
  { tolerance = [], isOnlyListed = false }: { readonly tolerance?: string[]; readonly isOnlyListed?: boolean } = {},
): Promise<ValidationReport> {
  const { lake } = f;
  const { finished } = await readRunHistory(lake, lake.engine);
  if (finished === undefined) throw new Error('no run has finished');
  const expected = await readExpected(await file(text));
  const tolerances = parseTolerances(tolerance, expected);
  return compareExpected({ lake, engine: lake.engine, served: finished, expected, tolerances, isOnlyListed });
}

it('agrees with what is so, at every level', async () => {
  for (const text of [
    'user_id,watch_time_s,video_count\nann,50.25,2\nben,60,1\n',
    'user_id,video_id,watch_time_s,completed\nann,v1,40.25,false\nann,v2,10,FALSE\n',
    'video_id,unique_viewers,title\nv1,2,null\n',
    `session_id,end_reason,started_at,session_date\n${sessionOfAnn},unload,2026-01-01T00:00:00Z,2026-01-01\n`,
    'user_id;video_id;started_at;watch_time_s\r\nann;v1;2026-01-01 01:00:00+01:00;40.250000\r\n',
  ]) {
    const report = await compare(text);
    expect(summarize(report), text).toMatch(/ 0 differ .* 0 are missing, 0 were not expected$/);
    expect(isClean(report)).toBe(true);
  }
});

it('tells what differs, what is missing and what nobody expected, and which sessions to look at', async () => {
  const { rows, summary } = await compare(
    'user_id,video_id,watch_time_s,pause_count,note\nann,v1,42,0,by stopwatch\nann,v3,5,,\nben,v1,60,,\n',
  );
  expect(rows).toMatchObject([
    {
      line: 2,
      state: 'differs',
      note: 'by stopwatch',
      cells: [
        { column: 'watch_time_s', expected: 42, found: 40.25, difference: -1.75, ok: false },
        { column: 'pause_count', expected: 0, found: 0, difference: 0, ok: true },
      ],
      sessions: [sessionOfAnn],
    },
    { line: 3, state: 'missing', key: { user_id: 'ann', video_id: 'v3' }, sessions: [] },
    { line: 4, state: 'ok' },
    { line: null, state: 'unexpected', key: { user_id: 'ann', video_id: 'v2' }, sessionCount: 1 },
  ]);
  expect(summary).toEqual({
    expectedRows: 3,
    okRows: 1,
    differingRows: 1,
    missingRows: 1,
    unexpectedRows: 1,
    comparedValues: 3,
    differingValues: 1,
  });
});

it('leaves rows that the file does not have alone when asked to', async () => {
  const text = 'user_id,video_id,watch_time_s\nann,v1,40.25\n';
  expect((await compare(text)).summary).toMatchObject({ unexpectedRows: 1 });
  expect((await compare(text, { isOnlyListed: true })).summary).toMatchObject({ unexpectedRows: 0 });
});

it.each([
  [[], false],
  [['1.74'], false],
  [['1.75'], true],
  [['4%'], false],
  [['5%'], true],
  [['watch_time_s=2'], true],
  [['9', 'watch_time_s=1'], false],
])('allows the tolerance %j: %s', async (tolerance, clean) => {
  expect(isClean(await compare('user_id,video_id,watch_time_s\nann,v1,42\nann,v2,10\n', { tolerance }))).toBe(clean);
});

it('writes the same report for people, spreadsheets and programs', async () => {
  const report = await compare('user_id,video_id,watch_time_s,note\nann,v1,42,"a | b, c"\nann,v2,10,\n');
  const people = formatReport(report, 'markdown');
  expect(people).toContain('| 2 | ann | v1 | watch_time_s | 42 | 40.25 | -1.75 | 0.000001 | **NO** | a \\| b, c |');
  expect(people).toContain(`\`playhead explain session ${sessionOfAnn}\``);
  expect(formatReport(report, 'csv').split('\n').slice(0, 2)).toEqual([
    'line,state,user_id,video_id,column,expected,found,difference,tolerance,ok,note,session_ids',
    `2,differs,ann,v1,watch_time_s,42,40.25,-1.75,0.000001,false,"a | b, c",${sessionOfAnn}`,
  ]);
  expect(JSON.parse(formatReport(report, 'json'))).toMatchObject({
    table: 'user_videos',
    run_id: 'run-000001',
    is_clean: false,
    summary: { ok_rows: 1, differing_rows: 1 },
    rows: [
      { line: 2, values: [{ expected: 42, found: 40.25, ok: false }], session_ids: [sessionOfAnn] },
      { state: 'ok' },
    ],
  });
});

it.each([
  ['a key', 'watch_time_s\n1\n', ':1', 'no column that names its rows'],
  ['columns that exist', 'user_id,watchtime\nann,1\n', ':1', 'users has no column "watchtime"'],
  ['something to compare', 'user_id,note\nann,x\n', ':1', 'nothing to compare'],
  ['each column once', 'user_id,watch_time_s,watch_time_s\nann,1,2\n', ':1', 'stands there twice'],
  ['as many cells as columns', 'user_id,watch_time_s\nann,1\nben\n', ':3', '1 cells and the header 2'],
  ['a key in every row', 'user_id,watch_time_s\n,1\n', ':2', 'the row has no user_id'],
  ['each row once', 'user_id,watch_time_s\nann,1\n\nann,2\n', ':4', 'the row of line 2'],
  ['numbers', 'user_id,watch_time_s\nann,"1,5"\n', ':2 > watch_time_s', '"1,5" is not a number'],
  ['finite numbers', 'user_id,watch_time_s\nann,1e999\n', ':2 > watch_time_s', 'is not a number'],
  ['whole numbers', 'user_id,pause_count\nann,1.5\n', ':2 > pause_count', 'is not a whole number'],
  ['truth values', 'user_id,video_id,completed\nann,v1,maybe\n', ':2 > completed', 'is not true or false'],
  ['instants', 'user_id,first_seen_at\nann,yesterday\n', ':2 > first_seen_at', 'is not an instant'],
  ['closed quotes', 'user_id,watch_time_s\n"ann,1\n', ':2', 'never closed'],
])('asks for %s', async (_what, text, at, message) => {
  const path = await file(text);
  await expect(readExpected(path)).rejects.toMatchObject({
    code: 'VALIDATION_INVALID',
    at: `${path}${at}`,
    message: expect.stringContaining(message),
  });
});

it('reads a note with line breaks, doubled quotes and a mark of byte order', async () => {
  const { rows } = await readExpected(await file('\ufeffuser_id,note,watch_time_s\n"an""n","two\nlines",1\nben,,2\n'));
  expect(rows).toEqual([
    { line: 2, key: { user_id: 'an"n' }, values: { watch_time_s: 1 }, note: 'two\nlines' },
    { line: 4, key: { user_id: 'ben' }, values: { watch_time_s: 2 }, note: '' },
  ]);
});

it('refuses files that are missing, empty, without rows, or no text', async () => {
  await expect(readExpected(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  await expect(readExpected(folder)).rejects.toMatchObject({ code: 'VALIDATION_INVALID' });
  await expect(readExpected(await file(''))).rejects.toMatchObject({ code: 'INPUT_EMPTY' });
  await expect(readExpected(await file('user_id,watch_time_s\n'))).rejects.toMatchObject({ code: 'INPUT_EMPTY' });
  await expect(readExpected(await file(new Uint8Array([0xff, 0xfe, 0x41])))).rejects.toMatchObject({
    code: 'VALIDATION_INVALID',
    message: 'the file is not UTF-8 text',
  });
});

it('asks for ids where two tabs began a video in the same moment', async () => {
  const g = await openDataFolder();
  const shared = { user: 'ann', video: 'v1', type: 'play', at_s: 0, position_s: 0 };
  await g.append([
    { ...shared, id: '1', player: 'a' },
    { ...shared, id: '2', player: 'b' },
  ]);
  await g.run();
  const { lake } = g;
  const { finished: served } = await readRunHistory(lake, lake.engine);
  if (served === undefined) throw new Error('no run has finished');
  const path = await file('user_id,video_id,started_at,watch_time_s\nann,v1,2026-01-01T00:00:00Z,0\n');
  const expected = await readExpected(path);
  const tolerances = parseTolerances([], expected);
  await expect(
    compareExpected({ lake, engine: lake.engine, served, expected, tolerances, isOnlyListed: false }),
  ).rejects.toMatchObject({ code: 'VALIDATION_INVALID', at: `${path}:2`, hint: 'name them by session_id' });
  await g.close();
});

it('refuses tolerances that nothing understands', async () => {
  const expected = await readExpected(await file('user_id,watch_time_s\nann,1\n'));
  for (const text of ['much', '-1', 'nonsense_s=1', 'user_id=1']) {
    expect(() => parseTolerances([text], expected), text).toThrow(expect.objectContaining({ code: 'USAGE' }));
  }
});
