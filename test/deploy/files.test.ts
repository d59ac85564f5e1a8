import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '#config';

const env = {
  PLAYHEAD_ENVIRONMENT: 'production',
  PLAYHEAD_API_SECRET: 'only-for-this-test',
  PLAYHEAD_SQL_PASSWORD: 'only-for-this-test',
  PLAYHEAD_PSEUDONYM_SECRET: 'only-for-this-test',
  PLAYHEAD_CUBE_URL: 'http://cube:4000',
  DATABRICKS_HOST: 'dbc-1.cloud.databricks.com',
  DATABRICKS_PATH: '/sql/1.0/warehouses/1',
  DATABRICKS_CATALOG: 'main',
  DATABRICKS_SCHEMA: 'playhead',
  DATABRICKS_TOKEN: 'only-for-this-test',
};

const files = ['deploy/at-scale/playhead.config.yaml', 'deploy/databricks/playhead.config.yaml'];

it.each(files)('%s asks the warehouse that the environment names', file => {
  expect(loadConfig({ file, env }).engine).toMatchObject({
    kind: 'databricks',
    host: env.DATABRICKS_HOST,
    path: env.DATABRICKS_PATH,
    catalog: 'main',
    schema: 'playhead',
  });
});

it.each(files)('%s says what the environment lacks', file => {
  const { DATABRICKS_PATH: _, ...rest } = env;
  expect(() => loadConfig({ file, env: rest })).toThrow('the environment has no variable DATABRICKS_PATH');
});

const service = z.looseObject({ environment: z.record(z.string(), z.string()).optional() });
const compose = z.object({ services: z.record(z.string(), service) });

it('the containers get every variable that their configuration names', async () => {
  const { services } = compose.parse(
    parse(await readFile('deploy/at-scale/docker-compose.yml', 'utf8'), { merge: true }),
  );
  const named = [...(await readFile(files[0] ?? '', 'utf8')).matchAll(/env:(\w+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(3);
  for (const name of ['gateway', 'job'])
    expect(Object.keys(services[name]?.environment ?? {})).toEqual(expect.arrayContaining(named));
});

it('no secret has a default, and .env.example names all that must be set', async () => {
  const text = await readFile('deploy/at-scale/docker-compose.yml', 'utf8');
  const example = await readFile('deploy/at-scale/.env.example', 'utf8');
  const required = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
  expect(required.size).toBeGreaterThan(5);
  for (const name of required) expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
  expect([...text.matchAll(/\$\{(\w*(?:SECRET|PASSWORD|TOKEN)\w*):-[^}]/g)]).toEqual([]);
});
