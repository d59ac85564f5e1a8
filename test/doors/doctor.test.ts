import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeWarehouse, type Play } from '../warehouse/fake-warehouse.js';
import { ca } from '../warehouse/serve-thrift.js';
import { playhead } from './command-line.js';

const answerSchema = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['ok', 'failed', 'skipped']),
      says: z.string(),
      code: z.string().optional(),
    }),
  ),
});

const token = 'dapi-0123456789-never-to-be-seen';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-doctor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function doctor(config: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const file = join(folder, 'c.yaml');
  await writeFile(file, config);
  const ended = await playhead(['--json', '--config', file, 'doctor', ...args], env);
  const { ok, checks } = answerSchema.parse(JSON.parse(ended.stdout));
  const of = (status: string) => checks.filter(check => check.status === status).map(({ name }) => name);
  const says = Object.fromEntries(checks.map(check => [check.name, check.says]));
  return { ...ended, ok, checks, passed: of('ok'), failed: of('failed'), skipped: of('skipped'), says };
}

describe('on one machine', () => {
  it('finds all in order, one line a check', async () => {
    const file = join(folder, 'right.yaml');
    await writeFile(file, `data: ${folder}/data\nports: { cube: 0, sql: 0, gateway: 0 }\n`);
    const { status, stdout } = await playhead(['--config', file, 'doctor']);
    const lines = stdout.trimEnd().split('\n');
    expect(status).toBe(0);
    expect(
      lines.map(line =>
        line
          .slice(0, 22)
          .trim()
          .split(/\s{2,}/),
      ),
    ).toEqual(['node', 'configuration', 'duckdb', 'data folder', 'ports', 'secrets'].map(name => ['ok', name]));
    expect(stdout).toMatch(/DuckDB v\d+\.\d+/);
  });

  it('finds a folder that cannot be written and a port that is taken, and looks at the rest all the same', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const found = await doctor(`data: /dev/null/data\nports: { cube: ${port}, sql: 0, gateway: 0 }\n`);
    await new Promise(resolve => other.close(resolve));
    expect([found.status, found.ok, found.failed]).toEqual([4, false, ['data folder', 'ports']]);
    expect(found.passed).toEqual(['node', 'configuration', 'duckdb', 'secrets']);
    expect(found.says['ports']).toContain(`PORT_IN_USE: 127.0.0.1:${port}`);
  });

  it('finds default secrets in production', async () => {
    const found = await doctor('environment: production\n');
    expect([found.status, found.failed]).toEqual([2, ['configuration']]);
    expect(found.says['configuration']).toContain('PLAYHEAD_API_SECRET');
  });
});

describe('with a warehouse', () => {
  let warehouse: FakeWarehouse;
  let config: string;
  const row = (columns: Record<string, 'string' | 'bigint'>, values: Record<string, string | bigint>): Play => ({
    kind: 'rows',
    as: 'arrow',
    columns,
    rows: [values],
  });
  const answers = (text: string): Play | undefined => {
    if (text.includes('current_catalog()')) {
      return row(
        { time_zone: 'string', in_catalog: 'string', in_schema: 'string' },
        { time_zone: 'UTC', in_catalog: 'main', in_schema: 'playhead' },
      );
    }
    if (text.startsWith('select version()')) return row({ spark: 'string' }, { spark: '4.0.0 abc' });
    if (text.includes('current_version()')) return row({ version: 'string' }, { version: '2026.35' });
    if (text.startsWith('select id from')) return row({ id: 'bigint' }, { id: 2n });
    if (!text.startsWith('describe detail')) return undefined;
    return row(
      { minReaderVersion: 'string', minWriterVersion: 'string' },
      { minReaderVersion: '3', minWriterVersion: '7' },
    );
  };

  beforeAll(async () => {
    warehouse = await FakeWarehouse.start();
    const file = join(folder, 'ca.pem');
    await writeFile(file, ca);
    config = `data: ${folder}/data
ports: { cube: 0, sql: 0, gateway: 0 }
engine: { kind: databricks, host: localhost, port: ${warehouse.port}, path: /sql/1.0/warehouses/x, catalog: main, ca_file: ${file}, start_timeout_s: 0 }
`;
  });
  afterAll(() => warehouse.close());

  it('finds the connection, its settings, versions, rights and source, and leaves nothing behind', async () => {
    warehouse.answer = answers;
    const found = await doctor(config, ['--source', 'raw.web.events'], { DATABRICKS_TOKEN: token });
    expect([found.status, found.failed, found.skipped]).toEqual([0, [], []]);
    expect(found.passed.slice(6)).toEqual(['connection', 'settings', 'versions', 'rights', 'source']);
    expect(found.says).toMatchObject({
      settings: 'ANSI mode, time zone UTC, schema main.playhead',
      versions: 'Databricks 2026.35, Spark 4.0.0',
    });
    const texts = warehouse.asked.map(({ text }) => text);
    expect(texts).toContain('select * from `raw`.`web`.`events` limit 1');
    const tableOf = (verb: RegExp) => texts.map(text => verb.exec(text)?.[1]).find(name => name !== undefined);
    expect(tableOf(/^drop table if exists (`\w+`)/)).toBe(tableOf(/^create table (`\w+`)/));
  });

  it('finds a missing right, says which, and tries nothing that needs it', async () => {
    const message =
      '[INSUFFICIENT_PERMISSIONS] User does not have CREATE TABLE on Schema main.playhead. SQLSTATE: 42501';
    warehouse.answer = text =>
      text.startsWith('create table') ? { kind: 'fails', message, sqlState: '42501' } : answers(text);
    const found = await doctor(config, ['--source', 'raw.web.events'], { DATABRICKS_TOKEN: token });
    expect([found.status, found.failed, found.skipped]).toEqual([4, ['rights'], ['source']]);
    expect(found.says['rights']).toMatch(
      /^ENGINE_NO_RIGHTS: .*CREATE TABLE on Schema main\.playhead.*docs\/databricks\.md/,
    );
  });

  it('finds a token that is refused, without telling it', async () => {
    warehouse.openings = [{ status: 403 }];
    const found = await doctor(config, [], { DATABRICKS_TOKEN: token });
    expect([found.status, found.failed]).toEqual([4, ['connection']]);
    expect(found.says['connection']).toContain('ENGINE_UNAUTHORIZED');
    expect(found.stdout + found.stderr).not.toContain(token);
  });

  it('finds that nobody says who asks', async () => {
    const found = await doctor(config, [], { DATABRICKS_TOKEN: '' });
    expect([found.status, found.failed]).toEqual([2, ['configuration']]);
    expect(found.says['configuration']).toContain('DATABRICKS_TOKEN');
  });
});
