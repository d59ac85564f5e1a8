import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { type Gateway, loadSchema, startGateway } from '#gateway';
import { definitions } from '#metrics';
import { periodMetrics } from '../../src/gateway/members.js';
import { shapes } from '../cube/bi-statements.js';
import { readCubes, readViews } from '../cube/model-files.js';
import { complaints } from '../cube/rest.js';
import type { SmallLake } from '../cube/small-lake.js';
import { ask } from '../gateway/ask.js';
import { everyField } from '../gateway/every-field.js';
import { makeGatewayLake } from '../gateway/lake.js';
import { describedInCubeStore, foreignTo, plannedInCubeStore } from './cube-store.js';
import { byField, byShape, byView, fromRows } from './expected.js';
import { type RecordingCube, type Served, startRecordingCube, unservedText } from './recording-cube.js';

let small: SmallLake;
let cube: CubeServer;
let recording: RecordingCube;
let gateway: Gateway;
let client: pg.Client;
const seen = complaints();

beforeAll(async () => {
  small = await makeGatewayLake({ serve: { rollups: false } });
  cube = await startCube({ config: small.config, log: seen.log });
  recording = await startRecordingCube(cube);
  gateway = await startGateway({ config: small.config, cubeUrl: recording.url });
  const login = { host: '127.0.0.1', port: cube.sqlPort, user: 'playhead', password: 'playhead' };
  client = new pg.Client({ ...login, database: 'playhead' });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await gateway?.close();
  await recording?.close();
  await cube?.close();
  await small?.close();
});

/** What answered a document, each once, in alphabetical order. */
async function servedBy(query: string, variables: Record<string, unknown> = {}): Promise<string[]> {
  recording.take();
  const answer = await ask(gateway.url, { query, variables });
  expect(answer.errors, query).toBeUndefined();
  return [...new Set(recording.take().map(({ by }) => by))].toSorted();
}

const january = { from: '2026-01-05', to: '2026-01-25' };
const inRange = '(range: { from: "2026-01-05", to: "2026-01-25" }';
const inGraphql = (metric: string) => metric.toUpperCase();

const manifest = z.object({ operations: z.array(z.object({ name: z.string(), body: z.string() })) });
const published = manifest.parse(JSON.parse(readFileSync('documents/manifest.json', 'utf8'))).operations;

describe('the dashboard', () => {
  /** Days that the form offers (7, 28, 90), a cut week, and more than 400 days, which are shown by week. */
  const views = [
    ['DAY', '2026-01-06', '2026-01-12'],
    ['DAY', '2025-12-16', '2026-01-12'],
    ['DAY', '2025-10-15', '2026-01-12'],
    ['WEEK', '2024-11-20', '2026-01-12'],
  ] as const;
  it.each(views)('shows its overview by %s from %s to %s from rollups', async (granularity, from, to) => {
    const overview = published.find(({ name }) => name === 'DashboardOverview')?.body ?? '';
    const view = { range: { from, to }, granularity, rankBy: 'WATCH_TIME_S', minSessionCount: 3 };
    expect(await servedBy(overview, view)).toEqual([
      'rows of videos',
      'sessions.by_video_day',
      'sessions.viewers_by_day',
      'sessions.viewers_by_video_audience_day',
    ]);
  });

  /** What this installation cannot answer: it keeps no alerts and explains nothing. Neither asks Cube. */
  const isAnswered = (body: string) => !/^(mutation|subscription)|explainSession|alerts\(/m.test(body);
  it.each(published.filter(({ body }) => isAnswered(body)).map(({ name, body }) => [name, body]))(
    'and every published document: %s',
    async (_name, body) => {
      const variables = {
        ...{ range: january, before: january, granularity: 'DAY', videoId: 'v1', sessionId: 's1', runCount: 5 },
        ...{ rankBy: 'WATCH_TIME_S', minSessionCount: 3, version: 1 },
      };
      const used = Object.fromEntries(Object.entries(variables).filter(([name]) => body.includes(`$${name}`)));
      const unserved = (await servedBy(body, used)).filter(by => !by.includes('.'));
      expect(unserved.filter(by => !(by in fromRows))).toEqual([]);
    },
  );
});

describe('the gateway', () => {
  it('has every root field in the table below', async () => {
    const schema = await loadSchema();
    const fields = Object.keys(schema.getQueryType()?.getFields() ?? {});
    expect(Object.keys(byField).toSorted()).toEqual(fields.toSorted());
  });

  const arguments_: Readonly<Record<string, string>> = {
    heatMap: '(videoId: "v1")',
    retention: '(videoId: "v1")',
    experiment: '(id: "thumbnails")',
    metric: `${inRange}, name: COMPLETION_RATE)`,
    totals: `${inRange})`,
    breakdown: `${inRange}, by: DEVICE)`,
    topVideos: `${inRange})`,
    timeSeries: `${inRange}, metrics: [WATCH_TIME_S, UNIQUE_VIEWERS])`,
    annotations: `${inRange})`,
    node: '(id: "none")',
    video: '(id: "v1")',
    user: '(id: "u1")',
    session: '(id: "s1")',
    visit: '(id: "visit1")',
  };

  /** Those that this installation cannot answer: it keeps no alerts and explains nothing. Neither asks Cube. */
  const notHere = new Set(['explainSession', 'alert', 'alerts', 'node']);
  it.each(Object.entries(byField).filter(([field]) => !notHere.has(field)))('answers %s from %j', async (field, by) => {
    const schema = await loadSchema();
    const type = String(schema.getQueryType()?.getFields()[field]?.type).replaceAll(/[[\]!]/g, '');
    const selection = await everyField(type);
    const body = `{ ${field}${arguments_[field] ?? ''} ${selection === '' ? '' : `{ ${selection} }`} }`;
    expect(await servedBy(body)).toEqual([...by].toSorted());
  });

  it('answers every metric of a period from rollups, over all videos and of one', async () => {
    const names = periodMetrics.map(metric =>
      metric.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    );
    const all = await servedBy(`{ totals${inRange}) { ${names.join(' ')} } }`);
    expect(all).toEqual(['sessions.by_day', 'sessions.viewers_by_day']);
    const one = await servedBy(`{ totals${inRange}, videoId: "v1") { ${names.join(' ')} } }`);
    expect(one).toEqual(['sessions.by_video_day', 'sessions.viewers_by_video_audience_day']);
  });

  it.each([
    ['DEVICE', ['sessions.viewers_by_video_audience_day']],
    ['COUNTRY', ['sessions.viewers_by_video_audience_day']],
    ['ENGAGEMENT_TIER', ['sessions.viewers_by_video_audience_day']],
    ['NEW_OR_RETURNING', ['sessions.viewers_by_day', 'sessions.viewers_by_tier_day']],
  ])('tells the audience apart by %s from rollups', async (by, rollups) => {
    expect(await servedBy(`{ breakdown${inRange}, by: ${by}) { parts { value uniqueViewers } } }`)).toEqual(rollups);
  });

  it('ranks videos by any metric from rollups', async () => {
    const ranks = (metrics: readonly string[]) =>
      servedBy(
        `{ ${metrics
          .map(
            (metric, i) =>
              `t${i}: topVideos${inRange}, metric: ${inGraphql(metric)}, direction: ASC, minSessionCount: 3) { value }`,
          )
          .join(' ')} }`,
      );
    const others = periodMetrics.filter(metric => metric !== 'unique_viewers');
    for (const from of [0, 10, 20]) {
      expect(await ranks(others.slice(from, from + 10))).toEqual(['sessions.by_video_day']);
    }
    expect(await ranks(['unique_viewers'])).toEqual(['sessions.viewers_by_video_audience_day']);
  });

  it('says of each metric how exact it is, as the catalogue does', async () => {
    const aliases = periodMetrics.map((name, i) => `m${i}: metric${inRange}, name: ${inGraphql(name)}) { exactness }`);
    const said: unknown[] = [];
    for (const from of [0, 10, 20]) {
      const answer = await ask(gateway.url, { query: `{ ${aliases.slice(from, from + 10).join(' ')} }` });
      expect(answer.errors).toBeUndefined();
      said.push(...Object.values(answer.data ?? {}));
    }
    expect(said).toEqual(periodMetrics.map(name => ({ exactness: definitions[name].exactness.toUpperCase() })));
  });

  const steps = [
    ['HOUR', 'sessions.by_hour', 'sessions.viewers_by_video_hour', 'sessions.by_video_hour'],
    ['DAY', 'sessions.by_day', 'sessions.viewers_by_day', 'sessions.by_video_day'],
    ['WEEK', 'sessions.by_day', 'sessions.viewers_by_day', 'sessions.by_video_day'],
    ['MONTH', 'sessions.by_day', 'sessions.viewers_by_day', 'sessions.by_video_day'],
  ] as const;
  it.each(steps)('draws series by %s from rollups', async (granularity, sums, viewers, ofVideo) => {
    const ofMetrics = (more: string) =>
      `{ ${[0, 10, 20]
        .map((from, i) => {
          const metrics = periodMetrics.slice(from, from + 10).map(inGraphql);
          return `s${i}: timeSeries${inRange}, metrics: [${metrics.join(', ')}], granularity: ${granularity}${more}) { series { points { value } } }`;
        })
        .join(' ')} }`;
    expect(await servedBy(ofMetrics(''))).toEqual([sums, viewers].toSorted());
    const ofOne = granularity === 'HOUR' ? viewers : 'sessions.viewers_by_video_audience_day';
    expect(await servedBy(ofMetrics(', videoId: "v1"'))).toEqual([ofVideo, ofOne].toSorted());
  });
});

const cubes = new Map((await readCubes()).map(each => [each.name, each]));
const views = await readViews();

/** The measures that a view shows. */
function measuresOf(name: string): string[] {
  const parts = views.find(view => view.name === name)?.cubes ?? [];
  return parts.flatMap(({ join_path: path, includes }) => {
    const measures = new Set(cubes.get(path.split('.').at(-1) ?? '')?.measures.map(measure => measure.name));
    return includes.flatMap(each => (typeof each === 'string' && measures.has(each) ? [each] : []));
  });
}

/** The questions that statements became, each with what answers it. */
const throughSql: Served[] = [];

/** The rollups that EXPLAIN names for a statement, or what is read where there is none. */
async function explained(statement: string): Promise<string[]> {
  const { rows } = await client.query({ text: `EXPLAIN ${statement}`, rowMode: 'array' });
  const text = rows.map(([line]) => String(line)).join('\n');
  const questions = text.split(/\n\s*Rollup: /);
  const by = questions.slice(1).map((rest, i) => {
    const [named = ''] = rest.split('\n');
    const asked = questions[i] ?? '';
    const json = asked.slice(asked.lastIndexOf('\n  {') + 1);
    const one = named.startsWith('none') ? unservedText(json) : named;
    throughSql.push({ by: one, query: z.looseObject({}).parse(JSON.parse(json)) });
    return one;
  });
  return [...new Set(by)].toSorted();
}

describe('what BI tools send', () => {
  it.each(shapes.map(({ tool, title, sql }) => [`${tool}, ${title}`, sql]))('%s', async (name, statement) => {
    expect(await explained(statement)).toEqual(byShape[name]);
  });

  it.each(byView)('$view by $column, with its measures', async ({ view, column, without = [], by }) => {
    const measures = measuresOf(view).filter(name => !without.includes(name));
    const shown = measures.map(name => `MEASURE(${name})`).join(', ');
    const within = view === 'viewing_trends' ? "WHERE started_at >= '2026-01-05' AND started_at < '2026-01-20'" : '';
    expect(await explained(`SELECT ${column}, ${shown} FROM ${view} ${within} GROUP BY 1`)).toEqual([by]);
  });
});

describe('with Cube Store in place of DuckDB', () => {
  /** Different viewers and windows of them: an id counts them here, which is of our dialect. */
  const needsOurDialect = /unique_viewers|viewer_count|event_users|active_users|sessions_per_viewer/;

  it('the same rollup answers every question above, or the warehouse does', async () => {
    const questions = [...recording.everything, ...throughSql].filter(({ by }) => by.includes('.'));
    const seenTexts = new Set<string>();
    const elsewhere = new Map<string, string>();
    const foreign = new Set<string>();
    for (const { by, query } of questions) {
      const text = JSON.stringify(query);
      if (seenTexts.has(text)) continue;
      seenTexts.add(text);
      const { rollups, sql, isExternal } = await plannedInCubeStore(query);
      if (isExternal) for (const name of foreignTo(sql)) foreign.add(`${by}: ${name}`);
      if (rollups.join('+') !== by) elsewhere.set(text, `${by} -> ${rollups.join('+')}`);
    }
    expect(seenTexts.size).toBeGreaterThan(40);
    expect([...foreign]).toEqual([]);
    expect([...elsewhere].filter(([text]) => !needsOurDialect.test(text))).toEqual([]);
    // To the warehouse, and never to a rollup that would count too few or too many.
    expect([...elsewhere.values()].filter(by => !by.endsWith('-> '))).toEqual([]);
  }, 240_000);

  it('every rollup is a table that Cube Store can be told to make', async () => {
    for (const { id, statement, indexed, columns } of await describedInCubeStore()) {
      expect(statement, id).toMatch(/^CREATE TABLE rollups\.\w+ \(`\w+` [a-z]/);
      expect(
        indexed.filter(column => !columns.includes(column)),
        id,
      ).toEqual([]);
      expect(
        columns.filter(column => column.length > 63),
        id,
      ).toEqual([]);
    }
  }, 120_000);
});

it('nothing that is told to read rows does so without a reason', () => {
  const named = [...Object.values(byField).flat(), ...Object.values(byShape).flat(), ...byView.map(({ by }) => by)];
  const unserved = new Set(named.filter(by => !by.includes('.')));
  expect([...unserved].filter(by => !(by in fromRows))).toEqual([]);
  expect(Object.keys(fromRows).filter(by => !unserved.has(by))).toEqual([]);
  expect(seen.errors).toEqual([]);
});
