import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { playhead } from '../doors/product.js';

/** Needs Java and the driver from Maven Central; the numbers are compared with SQL over the Delta files. */
const { sqlPort, folder } = inject('served');
let answers: ReadonlyMap<string, string>;
let devices: { device: string; w: number; n: number; at: string }[];

const deviceSchema = z.array(
  z.object({ device: z.string(), w: z.coerce.number(), n: z.coerce.number(), at: z.string() }),
);

beforeAll(async () => {
  const jar = execFileSync(process.execPath, [join(import.meta.dirname, 'prepare.mjs'), 'jdbc'], {
    encoding: 'utf8',
  }).trim();
  const sql = `select device, sum(cast(round(watch_time_s * 1e6) as bigint)) / 1e6 as w, count(*) as n,
    strftime(max(started_at), '%Y-%m-%d %H:%M:%S.%g') as at from sessions group by 1 order by 1`;
  devices = deviceSchema.parse(JSON.parse(await playhead('--data', folder, 'query', '--format', 'json', sql)));
  const url = `jdbc:postgresql://127.0.0.1:${sqlPort}/playhead?user=playhead&password=playhead`;
  const told = execFileSync('java', ['-Duser.timezone=UTC', '-cp', jar, join(import.meta.dirname, 'Jdbc.java'), url], {
    encoding: 'utf8',
  });
  const lines = told
    .trim()
    .split('\n')
    .map(line => line.split('\t'));
  answers = new Map(lines.map(([name = '', value = '']) => [name, value]));
});

const written = (...cells: readonly (string | number)[]) => `${cells.join(',')};`;

it('the driver reads the whole catalogue', async () => {
  const members = await Promise.all(['cubes', 'views'].map(kind => readdir(`model/${kind}`)));
  const catalogue = ['tables', 'column', 'schemas', 'catalogs', 'types', 'keys', 'indexes', 'functions', 'privileges'];
  expect(catalogue.map(name => answers.get(name))).toEqual([
    String(members.flat().length),
    'float8,8,true',
    'true',
    'true',
    'true',
    '0',
    '0',
    'true',
    'true',
  ]);
});

it('plain, prepared into binary, fetched in parts and cut to a maximum, it has the numbers of the files', () => {
  expect(answers.get('columns')).toBe('text,float8,int8');
  expect(answers.get('by device')).toBe(devices.map(({ device, w, n }) => written(device, w, n)).join(''));
  const tv = devices.filter(({ device }) => device === 'tv');
  // The driver writes instants without closing zeros.
  const trimmed = (text: string) => text.replace(/\.?0+$/, '');
  expect(answers.get('prepared')).toBe(tv.map(({ device, w, n, at }) => written(device, w, n, trimmed(at))).join(''));
  expect(answers.get('prepared is the same')).toBe('true');
  expect(answers.get('fetched in hundreds')).toBe(String(devices.reduce((sum, { n }) => sum + n, 0)));
  expect(answers.get('max rows')).toBe('5');
});

it('errors and time-outs have their states, and the connection lives on', () => {
  expect([answers.get('error'), answers.get('timeout'), answers.get('valid')]).toEqual(['42703', '57014', 'true']);
});
