import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, definitionChanges, definitionsText, loadConfig, readDefinitions } from '#config';
import { documentedKeys } from './documented.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(text: string, env: NodeJS.ProcessEnv = {}) {
  const file = join(folder, 'c.yaml');
  await writeFile(file, text);
  return loadConfig({ file, env });
}

it('is documented key by key, with the default and the range that it has', () => {
  const rows = [
    ...readFileSync('docs/configuration.md', 'utf8').matchAll(/^\| `([\w.]+)` \| (.*?) \| (.*?) \| .+ \|$/gm),
  ];
  const documented = rows.map(([, key, value, range]) => `${key}: ${value}; ${range}`);
  const actual = documentedKeys().map(one => `${one.key}: ${one.default}; ${one.range}`);
  expect(documented.toSorted()).toEqual(actual.toSorted());
});

it('takes what the file says over the defaults, the environment over the file, the command line over both', async () => {
  const file = join(folder, 'd.yaml');
  await writeFile(file, 'data: ./from-file\nports: { cube: 1, sql: 2 }\n');
  const env = { PLAYHEAD_DATA: './from-env', PLAYHEAD_CUBE_PORT: '3' };
  expect(loadConfig({ file, env: {} })).toMatchObject({
    data: './from-file',
    ports: { cube: 1, sql: 2, gateway: 4001 },
  });
  expect(loadConfig({ file, env })).toMatchObject({ data: './from-env', ports: { cube: 3, sql: 2 } });
  expect(loadConfig({ file, env, data: './from-line' })).toMatchObject({ data: './from-line' });
});

it('reads an empty file and empty sections as the defaults', async () => {
  const defaults = configSchema.parse({});
  expect(await load('')).toEqual(defaults);
  expect(await load('sessionization:\n  # session_timeout_s: 900\nports:\ndata:\n')).toEqual(defaults);
});

describe('a wrong configuration says which key, how, and what it holds:', () => {
  it.each([
    [
      'an unknown section',
      'sessionisation: {}',
      'sessionisation',
      'there is no such key',
      'do you mean sessionization?',
    ],
    [
      'an unknown key',
      'sessionization: { session_timeout: 900 }',
      'sessionization.session_timeout',
      'no such key',
      'do you mean sessionization.session_timeout_s?',
    ],
    ['a key far from any', 'engagement: { colour: red }', 'engagement.colour', 'no such key', 'lists every key'],
    [
      'a share above 1',
      'sessionization: { valid_completion_ratio: 75 }',
      'sessionization.valid_completion_ratio',
      '<=1; it is 75',
      '',
    ],
    ['a negative time', 'sessionization: { tolerance_s: -1 }', 'sessionization.tolerance_s', '>=0; it is -1', ''],
    [
      'a timeout of nothing',
      'sessionization: { session_timeout_s: 0 }',
      'sessionization.session_timeout_s',
      '>=1; it is 0',
      '',
    ],
    [
      'a time without end',
      'sessionization: { session_timeout_s: .inf }',
      'sessionization.session_timeout_s',
      'received Infinity',
      '',
    ],
    ['text for a number', 'sessionization: { tolerance_s: two }', 'sessionization.tolerance_s', 'it is "two"', ''],
    [
      'a policy that is none',
      'sessionization: { tail_policy: guess }',
      'sessionization.tail_policy',
      'it is "guess"',
      '',
    ],
    [
      'pauses the wrong way round',
      'sessionization: { tab_switch_pause_s_min: 60, tab_switch_pause_s_max: 30 }',
      'sessionization.tab_switch_pause_s_max',
      'must not be below tab_switch_pause_s_min; it is 30',
      '',
    ],
    [
      'part of a bucket',
      'sessionization: { retention_bucket_count: 1.5 }',
      'sessionization.retention_bucket_count',
      'it is 1.5',
      '',
    ],
    [
      'weights that do not add up',
      'engagement: { weights: { watch_ratio: 50 } }',
      'engagement.weights',
      'must add up to 100; they add up to 90',
      '',
    ],
    ['tiers that do not fall', 'engagement: { tiers: { low: 50 } }', 'engagement.tiers', 'tier bounds must fall', ''],
    [
      'a size that is none',
      'engine: { memory_limit: lots }',
      'engine.memory_limit',
      'must be a size, as 2500MB or 2GiB; it is "lots"',
      '',
    ],
    ['a list for a section', 'ports: [1, 2]', 'ports', 'expected object', ''],
    ['a value for a section', 'ports: 4000', 'ports', 'expected object, received number; it is 4000', ''],
    [
      'several at once',
      'sessionization: { tolerance_s: -1, tolerance_ratio: 2 }',
      'sessionization.tolerance_s',
      '(and 1 more)',
      '',
    ],
  ])('%s', async (_what, text, key, message, hint) => {
    await expect(load(text)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      at: `${join(folder, 'c.yaml')} > ${key}`,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it('a port of the environment, by its name there', async () => {
    await expect(load('', { PLAYHEAD_SQL_PORT: 'http' })).rejects.toMatchObject({ at: 'PLAYHEAD_SQL_PORT' });
  });

  it.each([
    [{ PLAYHEAD_DATA: '' }, 'defaults and environment > data'],
    [{ PLAYHEAD_HOST: '' }, 'defaults and environment > host'],
    [{ PLAYHEAD_SQL_PORT: '' }, 'PLAYHEAD_SQL_PORT'],
  ])('an empty variable, which stands for no folder, address or port: %j', (env, at) => {
    expect(() => loadConfig({ env })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at }));
  });

  it('an empty data folder on the command line', () => {
    const failure = expect.objectContaining({ code: 'CONFIG_INVALID', at: 'defaults and environment > data' });
    expect(() => loadConfig({ env: {}, data: '' })).toThrow(failure);
  });

  it('an alias without its anchor, by its name', async () => {
    await expect(load('ports: *mine\n')).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining('mine'),
    });
  });

  it('a secret, without showing it', async () => {
    await expect(load('secrets: { api: 12345 }')).rejects.toMatchObject({
      message: expect.not.stringContaining('12345'),
    });
  });
});

describe('definitions', () => {
  const today = configSchema.parse({});

  it('have one text, whatever the order of the keys in the file', () => {
    const other = configSchema.parse({ sessionization: { tolerance_ratio: 0.1, tolerance_s: 2 } });
    expect(definitionsText(other)).toBe(definitionsText(today));
    expect(readDefinitions(definitionsText(today))).toEqual({
      sessionization: today.sessionization,
      engagement: today.engagement,
    });
  });

  it('tell which keys have changed; those of other versions of Playhead are none', () => {
    const changed = configSchema.parse({
      sessionization: { tail_policy: 'cap' },
      engagement: { weights: { watch_ratio: 70, completions: 20 } },
    });
    expect(definitionChanges(definitionsText(today), changed)).toEqual(
      [
        { key: 'sessionization.tail_policy', before: 'none', after: 'cap' },
        { key: 'engagement.weights.completions', before: 30, after: 20 },
        { key: 'engagement.weights.watch_ratio', before: 60, after: 70 },
      ].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    );
    const older = definitionsText(today).replace('"tolerance_s":2', '"tolerance":2');
    expect(definitionChanges(older, today)).toEqual([]);
    expect(readDefinitions(older)).toBeUndefined();
  });

  it('are none of quality, engine and servers', () => {
    const changed = configSchema.parse({ quality: { sample_count: 9 }, serve: { rollups: false } });
    expect(definitionsText(changed)).toBe(definitionsText(today));
  });
});

describe('production', () => {
  const good = 'secrets: { api: api-secret-0123, sql_password: sql-secret-0123, pseudonyms: pseudonym-0123 }';
  const start = (more = '') => load(`${good.slice(0, -1)}${more} }\nenvironment: production`);

  it('starts with secrets of its own', async () => {
    await expect(start()).resolves.toMatchObject({ environment: 'production' });
    // Who is shown no pseudonyms needs no key of them.
    await expect(
      load('secrets: { api: api-secret-0123, sql_password: sql-secret-0123 }\naccess: { analyst_users: hidden }', {
        PLAYHEAD_ENVIRONMENT: 'production',
      }),
    ).resolves.toMatchObject({ access: { analyst_users: 'hidden' } });
  });

  it.each([
    ['the default of', 'api', good.replace('api-secret-0123', 'playhead-development-secret')],
    ['the default of', 'sql_password', good.replace('sql-secret-0123', 'playhead')],
    ['the default of', 'pseudonyms', good.replace('pseudonym-0123', 'playhead-development-pseudonyms')],
    ['no', 'pseudonyms', good.replace(', pseudonyms: pseudonym-0123', '')],
    ['a short', 'api', good.replace('api-secret-0123', 'short')],
  ])('refuses %s %s', async (_what, key, text) => {
    await expect(load(`${text}\nenvironment: production`)).rejects.toMatchObject({
      code: 'INSECURE_DEFAULT',
      at: `secrets.${key}`,
    });
  });

  it('refuses a short password of a SQL user, and takes two of one name for none', async () => {
    await expect(start(', sql_users: [{ user: ada, password: ada }]')).rejects.toMatchObject({
      code: 'INSECURE_DEFAULT',
      at: 'secrets.sql_users.0.password',
    });
    await expect(start(', sql_users: [{ user: playhead, password: another-0123 }]')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});

describe('an engine at the other end of a connection', () => {
  const warehouse = 'engine: { kind: databricks, host: dbc-1.cloud.databricks.com, path: /sql/1.0/warehouses/x }\n';

  it('is Databricks by its host and path, and by who asks, which only the environment tells', async () => {
    const byToken = await load(warehouse, { DATABRICKS_TOKEN: 'dapi1' });
    expect(byToken.engine).toMatchObject({ kind: 'databricks', port: 443, schema: 'playhead', attempts_max: 5 });
    expect(byToken.secrets.databricks_token).toBe('dapi1');
    const byPrincipal = await load(warehouse, { DATABRICKS_CLIENT_ID: 'id', DATABRICKS_CLIENT_SECRET: 's' });
    expect(byPrincipal.secrets).toMatchObject({ databricks_client_id: 'id', databricks_client_secret: 's' });
    await expect(load(warehouse, { DATABRICKS_CLIENT_ID: 'id' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('DATABRICKS_TOKEN'),
    });
    const written = load(`${warehouse}secrets: { databricks_token: dapi-written }`, {});
    await expect(written).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      at: expect.stringContaining('databricks_token'),
    });
    await expect(written).rejects.not.toMatchObject({ message: expect.stringContaining('dapi-written') });
  });

  it('is an open Spark by its host', async () => {
    const { engine } = await load('engine: { kind: spark, host: spark.internal }');
    expect(engine).toMatchObject({ kind: 'spark', port: 10_001, path: 'cliservice', protocol: 'http' });
  });

  it.each([
    ['a kind that is none', 'engine: { kind: snowflake }', 'engine.kind'],
    ['an address for a host', 'engine: { kind: spark, host: "https://spark" }', 'engine.host'],
    ['a key of another kind', 'engine: { kind: duckdb, host: spark }', 'engine.host'],
    ['tables for DuckDB', 'schedule: { ingest: { tables: [a.b] } }', 'schedule.ingest.tables'],
    [
      'files for a catalog',
      'engine: { kind: spark, host: h }\nschedule: { ingest: { files: ["*.csv"] } }',
      'schedule.ingest.files',
    ],
  ])('refuses %s', async (_, text, at) => {
    await expect(load(text)).rejects.toMatchObject({ code: 'CONFIG_INVALID', at: expect.stringContaining(at) });
  });
});
