import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { playhead } from '../doors/product.js';

/** Needs Python 3 and PyPI; the numbers are compared with SQL over the Delta files. */
const { sqlPort, folder } = inject('served');
let answers: Readonly<Record<string, unknown>>;
let byDevice: [string, number][];
let sessionCount: number;

const recordSchema = z.record(z.string(), z.unknown());
const deviceSchema = z.array(z.object({ device: z.string(), w: z.coerce.number(), n: z.coerce.number() }));

beforeAll(async () => {
  const python = execFileSync(process.execPath, [join(import.meta.dirname, 'prepare.mjs'), 'python'], {
    encoding: 'utf8',
  }).trim();
  const sql = `select device, sum(cast(round(watch_time_s * 1e6) as bigint)) / 1e6 as w, count(*) as n
    from sessions group by 1 order by 1`;
  const devices = deviceSchema.parse(JSON.parse(await playhead('--data', folder, 'query', '--format', 'json', sql)));
  byDevice = devices.map(({ device, w }) => [device, w]);
  sessionCount = devices.reduce((sum, { n }) => sum + n, 0);
  const url = `postgresql://playhead:playhead@127.0.0.1:${sqlPort}/playhead`;
  const program = join(import.meta.dirname, 'python_clients.py');
  answers = recordSchema.parse(JSON.parse(execFileSync(python, [program, url, 'all'], { encoding: 'utf8' })));
});

const only = (...names: readonly string[]) => byDevice.filter(([device]) => names.includes(device));

it('psycopg 2: parameters, lists of them, and a cursor that scrolls', () => {
  expect(answers['psycopg2 parameters']).toEqual(only('mobile', 'tv'));
  expect(answers['psycopg2 server cursor']).toEqual([true, sessionCount]);
});

it('psycopg 3: text and binary, pipelines, prepared statements, cursors, a failed transaction', () => {
  expect(answers['psycopg3 text and binary']).toEqual([byDevice, byDevice]);
  expect(answers['psycopg3 pipeline']).toEqual([byDevice, [[1]], byDevice]);
  expect(answers['psycopg3 beside dimensions']).toEqual(byDevice);
  const prepared = z.array(z.number()).parse(answers['psycopg3 prepared']);
  expect(prepared).toEqual([prepared[0], 0, expect.any(Number), prepared[0]]);
  expect(answers['psycopg3 server cursor']).toBe(sessionCount);
  expect(answers['psycopg3 error in transaction']).toEqual([['42703', '25P02'], byDevice]);
});

it('asyncpg: typed parameters, a cursor of portals, types of columns, reset', () => {
  expect(answers['asyncpg']).toEqual([byDevice, sessionCount, ['text', 'float8']]);
});

it('SQLAlchemy reflects cubes as tables and views as views, with their comments, and asks them', () => {
  const [names, views, type, hasComment, rows] = z
    .tuple([z.array(z.string()), z.array(z.string()), z.string(), z.boolean(), z.unknown()])
    .parse(answers['sqlalchemy']);
  expect(names).toEqual(expect.arrayContaining(['sessions', 'videos', 'users']));
  expect(views).toEqual(expect.arrayContaining(['video_performance', 'audience']));
  expect([type, hasComment, rows]).toEqual(['TIMESTAMP', true, byDevice]);
});

it('pandas has days as dates, counts as whole numbers and seconds as floats', () => {
  expect(answers['pandas']).toEqual([
    { day: 'datetime64[ns]', w: 'float64', n: 'int64' },
    sessionCount,
    expect.closeTo(
      byDevice.reduce((sum, [, w]) => sum + w, 0),
      5,
    ),
  ]);
});
