import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { now, type Stage, startStage } from '../gateway/start.js';
import { python } from './python.js';

/** Clairvoyance rebuilds a schema from what a server says of wrong documents. */
const secret = 'a secret of thirty-two characters!!';
let folder: string;
let open: Stage;
let production: Stage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-clairvoyance-'));
  open = await startStage();
  production = await startStage({ environment: 'production', secrets: { api: secret } });
});
afterAll(async () => {
  await open?.close();
  await production?.close();
  await rm(folder, { recursive: true, force: true });
});

const typeSchema = z.object({
  name: z.string(),
  fields: z.array(z.object({ name: z.string() })).nullish(),
});
const foundSchema = z.object({ data: z.object({ __schema: z.object({ types: z.array(typeSchema) }) }) });

/** Names that the contract has, given to it so that nothing is left to luck, among some that it has not. */
const words = ['video', 'freshness', 'totals', 'invoice', 'cart', 'price'];

async function search(stage: Stage): Promise<{ readonly fields: readonly string[]; readonly complaint: string }> {
  const list = join(folder, 'words.txt');
  const output = join(folder, 'found.json');
  await writeFile(list, words.join('\n'));
  const token = await new SignJWT({ role: 'admin' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(now / 1000) + 600)
    .sign(new TextEncoder().encode(secret));
  const headers = stage === production ? ['-H', `Authorization: Bearer ${token}`] : [];
  await rm(output, { force: true });
  const options = ['-o', output, '-w', list, '-m', '1', '-p', 'fast', ...headers];
  const complaint = await promisify(execFile)(
    python(),
    ['-m', 'clairvoyance', ...options, `${stage.gateway.url}/graphql`],
    { timeout: 120_000 },
  ).then(
    () => '',
    (error: unknown) => String(error),
  );
  if (complaint !== '') return { fields: [], complaint };
  const { types } = foundSchema.parse(JSON.parse(await readFile(output, 'utf8'))).data.__schema;
  return { fields: types.flatMap(type => (type.fields ?? []).map(field => `${type.name}.${field.name}`)), complaint };
}

it('finds fields in development, where errors name them: the search works', async () => {
  const { fields, complaint } = await search(open);
  expect(complaint).toBe('');
  expect(fields).toEqual(expect.arrayContaining(['Query.video', 'Query.freshness', 'Video.title']));
});

it('finds no field in production: a name that there is reads like one that there is not', async () => {
  const { fields, complaint } = await search(production);
  expect(fields).toEqual([]);
  expect(complaint).toContain('EndpointError: Unable to get TypeRef');
});
