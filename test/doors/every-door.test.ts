import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Product, playhead, startProduct } from './product.js';

let folder: string;
let product: Product;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-doors-'));
  product = await startProduct(['npm', 'start'], folder);
});

afterAll(async () => {
  await product?.stop();
  await vi.waitUntil(() => product.output().includes('Stopping'), { timeout: 20_000 });
  // npm has gone at once; the doors close when what is being answered has been.
  await vi.waitUntil(
    () =>
      fetch(`${product.gateway}/healthz`).then(
        () => false,
        () => true,
      ),
    { timeout: 20_000 },
  );
  await rm(folder, { recursive: true, force: true });
});

const cubeRows = z.object({ data: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))) });

async function rest(query: object): Promise<Record<string, string | number | null>[]> {
  for (;;) {
    const response = await fetch(`${product.cube}/cubejs-api/v1/load`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const body: unknown = await response.json();
    const { error } = z.object({ error: z.string().optional() }).parse(body);
    if (error === 'Continue wait') continue;
    expect(error).toBeUndefined();
    return cubeRows.parse(body).data;
  }
}

async function graphql<T extends z.ZodType>(schema: T, query: string): Promise<z.infer<T>> {
  const response = await fetch(`${product.gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = z.object({ data: z.unknown(), errors: z.unknown().optional() }).parse(await response.json());
  expect(errors).toBeUndefined();
  return schema.parse(data);
}

async function sqlApi(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: product.sqlPort,
    user: 'playhead',
    password: 'playhead',
    database: 'playhead',
  });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}

const query = async (text: string) =>
  z
    .array(z.record(z.string(), z.unknown()))
    .parse(JSON.parse(await playhead('query', text, '--format', 'json', '--data', folder)));

describe('a product started with nothing but `npm start`', () => {
  it('names the address of every door', () => {
    for (const port of [product.gateway, product.cube].map(url => new URL(url).port))
      expect(product.output()).toContain(port);
    expect(product.output()).toContain(String(product.sqlPort));
  });

  it('serves a dashboard page that needs no network', async () => {
    const page = await (await fetch(`${product.gateway}/`)).text();
    expect(page).toContain('<title>Playhead</title>');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect((await fetch(`${product.gateway}/main.js`)).headers.get('content-type')).toContain('javascript');
  });

  it('offers the Playground', async () => {
    const response = await fetch(`${product.cube}/`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
  });

  it('tells the same total watch time through the files, REST, SQL and GraphQL, to the last digit', async () => {
    const [files] = await query('SELECT round(sum(watch_time_s), 6) AS s, count(*) AS n FROM sessions');
    const [viaRest] = await rest({ measures: ['sessions.watch_time_s', 'sessions.session_count'] });
    const [viaSql] = await sqlApi('SELECT MEASURE(watch_time_s) AS s, MEASURE(session_count) AS n FROM sessions');
    expect(Number(files?.['n'])).toBeGreaterThan(100);
    expect(Number(viaRest?.['sessions.watch_time_s'])).toBe(Number(files?.['s']));
    expect(Number(viaRest?.['sessions.session_count'])).toBe(Number(files?.['n']));
    expect(Number(viaSql?.['s'])).toBe(Number(files?.['s']));
    expect(Number(viaSql?.['n'])).toBe(Number(files?.['n']));
  });

  it('tells the same watch time of each video through every door', async () => {
    const files = await query(
      'SELECT video_id, watch_time_s FROM videos WHERE session_count > 0 ORDER BY watch_time_s DESC, video_id LIMIT 5',
    );
    const viaRest = await rest({
      dimensions: ['videos.video_id'],
      measures: ['videos.watch_time_s'],
      order: { 'videos.watch_time_s': 'desc' },
      limit: 5,
    });
    const viaSql = await sqlApi(
      'SELECT video_id, MEASURE(watch_time_s) AS s FROM videos GROUP BY 1 ORDER BY 2 DESC LIMIT 5',
    );
    const viaGraphql = await graphql(
      z.object({ videos: z.object({ nodes: z.array(z.object({ videoId: z.string(), watchTimeS: z.number() })) }) }),
      '{ videos(first: 5, orderBy: { field: WATCH_TIME_S, direction: DESC }) { nodes { videoId watchTimeS } } }',
    );
    const expected = files.map(row => [row['video_id'], row['watch_time_s']]);
    expect(expected).toHaveLength(5);
    expect(viaRest.map(row => [row['videos.video_id'], Number(row['videos.watch_time_s'])])).toEqual(expected);
    expect(viaSql.map(row => [row['video_id'], Number(row['s'])])).toEqual(expected);
    expect(viaGraphql.videos.nodes.map(video => [video.videoId, video.watchTimeS])).toEqual(expected);
  });

  it('tells how new the data is, and what the quality rules found', async () => {
    const answer = await graphql(
      z.object({
        freshness: z.object({ state: z.string(), dataVersion: z.number() }),
        dataQuality: z.object({ state: z.string(), rules: z.array(z.object({ rule: z.string(), state: z.string() })) }),
      }),
      '{ freshness { state dataVersion } dataQuality { state rules { rule state } } }',
    );
    expect(answer.freshness.dataVersion).toBeGreaterThanOrEqual(1);
    expect(answer.dataQuality.rules.length).toBeGreaterThan(5);
  });

  it('shows new events a moment after the job has committed them', async () => {
    const before = await rest({ measures: ['sessions.session_count'] });
    const event = {
      event_id: 'new-1',
      user_id: 'someone-new',
      video_id: 'video-new',
      event_type: 'play',
      position_s: 0,
      event_time: '2026-10-31T10:00:00Z',
    };
    const file = join(folder, '..', `one-event-${process.pid}.ndjson`);
    await (await import('node:fs/promises')).writeFile(file, `${JSON.stringify(event)}\n`);
    await playhead('ingest', file, '--data', folder, '--quiet');
    await playhead('sessionize', '--data', folder, '--quiet');
    await rm(file);
    const expected = Number(before[0]?.['sessions.session_count']) + 1;
    await expect
      .poll(async () => Number((await rest({ measures: ['sessions.session_count'] }))[0]?.['sessions.session_count']), {
        timeout: 10_000,
      })
      .toBe(expected);
  });
});
