import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configSchema } from '#config';
import { codes } from '#errors';
import { catalogue } from '#metrics';
import { type Table, tables } from '#tables';

const read = (path: string) => readFileSync(path, 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter(path => path !== '');
const sources = tracked.filter(path => /^(src|packages\/native\/src)\/.*\.tsx?$/.test(path));
const packageFile = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

describe('files', () => {
  it('are found: the other sentences here speak of something', () => {
    expect(sources.length).toBeGreaterThan(30);
  });

  it('stay small enough to hold in the head: 500 lines, or a reason in the first lines', () => {
    const long = sources.filter(path => {
      const lines = read(path).split('\n');
      return lines.length > 500 && !lines.slice(0, 5).some(line => line.includes('Longer than 500 lines because'));
    });
    expect(long).toEqual([]);
  });

  it('are named for what is in them', () => {
    expect(sources.filter(path => /(^|[/-])(utils?|helpers?|common|manager|misc)\b/.test(path))).toEqual([]);
  });

  it('leave open work to issues', () => {
    expect(sources.filter(path => /\b(TODO|FIXME|XXX)\b/.test(read(path)))).toEqual([]);
  });
});

describe('dependencies', () => {
  it.each(['package.json', 'packages/native/package.json'])('are pinned in %s', path => {
    const file = packageFile.parse(JSON.parse(read(path)));
    const versions = { ...file.dependencies, ...file.devDependencies, ...file.optionalDependencies };
    const loose = Object.entries(versions).filter(
      ([, version]) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+[\w.-]*$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('install without scripts', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });

  it('hold one DuckDB library only: a second one would silently run on the first', () => {
    const lock = z
      .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
      .parse(JSON.parse(read('package-lock.json')));
    const copies = Object.keys(lock.packages).filter(path => path.endsWith('node_modules/@duckdb/node-api'));
    expect(copies).toEqual(['node_modules/@duckdb/node-api']);
  });
});

describe('boundaries', () => {
  const cruise = async (folder: string) => {
    const args = ['depcruise', 'src', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
    const { stdout } = await promisify(execFile)('npx', args, { cwd: folder, maxBuffer: 2 ** 28 }).catch(
      (error: { stdout: string }) => error,
    );
    return z
      .object({
        modules: z.array(z.unknown()),
        summary: z.object({
          violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
        }),
      })
      .parse(JSON.parse(stdout));
  };

  it('are looked at in every module, and a planted wrong import is caught', async () => {
    // In a copy: who runs the command meanwhile would find newer sources here, and build.
    const folder = mkdtempSync(join(tmpdir(), 'playhead-boundaries-'));
    const planted = 'src/delta/planted-wrong-import.ts';
    try {
      for (const name of ['src', 'package.json', 'tsconfig.json', '.dependency-cruiser.mjs', 'architecture.mjs'])
        cpSync(name, join(folder, name), { recursive: true });
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, planted), "export { tables } from '#tables';\n");
      const { modules, summary } = await cruise(folder);
      expect(modules.length).toBeGreaterThan(sources.length / 2);
      expect(summary.violations.filter(violation => violation.from === planted).map(v => v.rule.name)).toContain(
        'delta-knows-only-its-own',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('documents', () => {
  it('list every error code, and no other', () => {
    const documented = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(match => match[1]);
    expect(documented.toSorted()).toEqual(Object.keys(codes).toSorted());
  });

  it('list every configuration key', () => {
    const keys = leaves(configSchema.parse({}), '').filter(key => !key.startsWith('mapping'));
    const text = read('docs/configuration.md');
    expect(keys.filter(key => !text.includes(`\`${key}\``))).toEqual([]);
  });

  it('explain every metric in one sentence', () => {
    for (const metric of Object.values(catalogue)) expect(metric.says).toMatch(/^[A-Za-z].{10,}\.$/);
  });
});

function leaves(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

describe('tables', () => {
  it.each(Object.values<Table>(tables))('$name names its grain, and its key and partitions are columns', table => {
    expect(table.grain).not.toBe('');
    for (const column of [...table.key, ...table.partitionBy]) expect(Object.keys(table.columns)).toContain(column);
  });
});
