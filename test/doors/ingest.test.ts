import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-ingest-door-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `playhead ingest` with a data folder of its own. */
function ingest(data: string, ...args: readonly string[]): Promise<Ended> {
  const command = ['bin/playhead.mjs', 'ingest', '--data', join(folder, data), ...args];
  return new Promise(resolve => {
    const child = execFile('node', command, (_, stdout, stderr) =>
      resolve({ exit: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const good = '{"user_id":"ada","video_id":"film","event_type":"play","event_time":"2026-11-24T10:00:00Z"}';
const bad = '{"user_id":"ada","video_id":"film","event_type":"play","event_time":"noon"}';

it('says how many rows it took, and where those stand that it could not use', async () => {
  const path = await file('rows.ndjson', `${good}\n${bad}\nnonsense\n`);
  const { exit, stdout } = await ingest('a', path);
  expect(exit).toBe(0);
  expect(stdout.split('\n')).toEqual([
    `${path}: 3 rows read, 1 accepted, 0 ignored, 2 rejected (1 BAD_TIME, 1 MALFORMED_ROW)`,
    `  ${path}:2: BAD_TIME: the event_time "noon" is no instant`,
    `  ${path}:3: MALFORMED_ROW: the row is no JSON object`,
    '',
  ]);
});

it('adds nothing the second time, and says so', async () => {
  const { exit, stdout } = await ingest('a', join(folder, 'rows.ndjson'));
  expect(exit).toBe(0);
  expect(stdout).toBe(`${join(folder, 'rows.ndjson')}: taken in before, nothing added\n`);
});

it('answers machines with one JSON document, the catalog beside the files', async () => {
  const videos = await file('videos.csv', 'video_id,title\nfilm,The film\n');
  const path = await file('more.ndjson', `${good}\n`);
  const { stdout } = await ingest('b', path, '--videos', videos, '--json');
  expect(JSON.parse(stdout)).toEqual({
    files: [
      {
        ...{ source: path, is_repeat: false, read: 1, accepted: 1, ignored: 0, rejected: 0 },
        ...{ rejected_by_code: {}, first_rejections: [] },
      },
    ],
    videos: { source: videos, read: 1, changed: 1, nameless: 0 },
  });
});

describe('a wrong input ends in one line, a status and no table', () => {
  const wrong: readonly (readonly [string, () => Promise<readonly string[]>, number, RegExp])[] = [
    ['no file', async () => [join(folder, 'none.csv')], 3, /^INPUT_NOT_FOUND: .*none\.csv: no file matches; .*\n$/],
    ['nothing asked', async () => [], 2, /name at least one file/],
    ['an empty file', async () => [await file('empty.csv', '')], 3, /^INPUT_EMPTY: .*empty\.csv: it holds no rows\n$/],
    ['an unknown type', async () => [await file('a.docx', 'PK')], 3, /^INPUT_UNKNOWN_TYPE: .*a\.docx: .*\n$/],
    ['a cut Parquet file', async () => [await file('a.parquet', 'PAR1xxxx')], 3, /^INPUT_CORRUPT: .*footer.*\n$/],
    ['a folder without Delta', async () => [folder], 3, /^DELTA_NOT_A_TABLE: .*\n$/],
    [
      'an unknown preset',
      async () => [await file('g.ndjson', good), '--preset', 'x'],
      2,
      /^PRESET_UNKNOWN: .*canonical, segment, snowplow, edx, html5, mux\n$/,
    ],
    [
      'another preset',
      async () => [await file('h.ndjson', good), '--preset', 'html5'],
      3,
      /^INPUT_MISSING_COLUMN: .*--preset canonical\n$/,
    ],
  ];
  it.each(wrong)('%s', async (_, args, exit, line) => {
    const ended = await ingest('none', ...(await args()));
    expect(ended.stderr).toMatch(line);
    expect(ended).toMatchObject({ exit, stdout: '' });
    expect((await readdir(join(folder, 'none')).catch(() => [])).filter(name => !name.startsWith('.'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)(
    'a data folder that may not be written (needs a user that is not root)',
    async () => {
      await mkdir(join(folder, 'closed'));
      await chmod(join(folder, 'closed'), 0o500);
      const ended = await ingest('closed', await file('i.ndjson', good));
      expect(ended.stderr).toMatch(/^DATA_NOT_WRITABLE: .*\n$/);
      expect(ended.exit).toBe(4);
    },
  );

  it('a data folder that is a file', async () => {
    await file('occupied', '');
    const ended = await ingest('occupied', await file('i.ndjson', good));
    expect(ended.stderr).toMatch(/^DATA_NOT_WRITABLE: .*\n$/);
    expect(ended.exit).toBe(4);
  });
});
