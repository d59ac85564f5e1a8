import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { playhead } from '../doors/product.js';

/** Needs Debian's odbc-postgresql and pyodbc of PyPI; the numbers are compared with SQL over the Delta files. */
const { sqlPort, folder } = inject('served');
let answers: Readonly<Record<string, unknown>>;
let devices: (string | number)[][];
let count: number;

const deviceSchema = z.array(z.object({ device: z.string(), w: z.coerce.number(), n: z.coerce.number() }));

beforeAll(async () => {
  const prepare = [join(import.meta.dirname, 'prepare.mjs'), 'odbc'];
  const python = execFileSync(process.execPath, prepare, { encoding: 'utf8' }).trim();
  const sql = `select device, sum(cast(round(watch_time_s * 1e6) as bigint)) / 1e6 as w, count(*) as n
    from sessions group by 1 order by 1`;
  const rows = deviceSchema.parse(JSON.parse(await playhead('--data', folder, 'query', '--format', 'json', sql)));
  devices = rows.map(({ device, w, n }) => [device, w, n]);
  count = rows.reduce((sum, { n }) => sum + n, 0);
  const program = join(import.meta.dirname, 'odbc_client.py');
  const said = execFileSync(python, [program, String(sqlPort)], { encoding: 'utf8' });
  answers = z.record(z.string(), z.unknown()).parse(JSON.parse(said));
});

describe.each([
  ['plain', 'str'],
  ['declare fetch', 'bool'],
  ['server-side prepare', 'str'],
  ['client-side prepare', 'str'],
  ['declare fetch and client-side prepare', 'str'],
])('psqlODBC, %s', (name, bool) => {
  const asked = () => z.record(z.string(), z.unknown()).parse(answers[name]);

  it('has the numbers of the files, whole, in parts and from two cursors in turn', () => {
    expect(asked()['by device']).toEqual(devices);
    // Without BoolsAsChar=0 the driver gives booleans as text.
    expect(asked()['in parts']).toEqual([count, true, ['str', 'datetime', 'float', bool]]);
    expect(asked()['two at once']).toEqual([true, true, count]);
    expect(asked()['parameters']).toEqual(
      devices.filter(([device]) => device === 'tv').map(([device, , n]) => [device, n]),
    );
    expect(asked()['no rows']).toEqual([true, []]);
  });

  it('reads the catalogue', () => {
    expect(asked()['catalogue']).toEqual({
      tables: [expect.any(Number), 'TABLE', 'VIEW'],
      columns: ['text', 'timestamp', 'float8', 'int8', 'bool'],
      ...{ 'primary keys': 0, 'foreign keys': 0, statistics: 0, 'special columns': 0, procedures: 0 },
      ...{ types: true, nothing: 0 },
    });
  });

  it('is told errors by their states, and goes on after an error and after a cancel', () => {
    expect(asked()['error']).toEqual([['42703', '42P01', '42601'], devices]);
    expect(asked()['cancelled']).toEqual([['57014'], devices]);
  });
});

it('a wrong password does not come in', () => {
  expect(answers['wrong password']).toBe('08001');
});
