import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, codesOf } from './ask.js';
import { session, video } from './rows.js';
import { type Stage, startStage } from './start.js';

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.close());

const byWatchTime = (after?: unknown) => ({
  query: `query ($after: String) { videos(first: 2, after: $after) {
    nodes { videoId } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  variables: { after },
});

describe('a page', () => {
  it('holds the largest first, says whether more follows, and starts again after its cursor', async () => {
    const first = await ask(stage.gateway.url, byWatchTime());
    expect(first.data).toMatchObject({
      videos: {
        nodes: [{ videoId: 'v5' }, { videoId: 'v4' }],
        pageInfo: { hasNextPage: true, hasPreviousPage: false },
      },
    });
    const second = await ask(stage.gateway.url, byWatchTime(endCursor(first.data)));
    expect(second.data).toMatchObject({
      videos: { nodes: [{ videoId: 'v3' }, { videoId: 'v2' }], pageInfo: { hasNextPage: true, hasPreviousPage: true } },
    });
  });

  it('neither repeats nor leaves out a row when new ones come before it', async () => {
    const first = await ask(stage.gateway.url, byWatchTime());
    stage.cube.rows['videos'] = [
      ...(stage.cube.rows['videos'] ?? []),
      video({ video_id: 'v9', video_watch_time_s: 999 }),
    ];
    const second = await ask(stage.gateway.url, byWatchTime(endCursor(first.data)));
    expect(second.data).toMatchObject({ videos: { nodes: [{ videoId: 'v3' }, { videoId: 'v2' }] } });
  });

  it('goes on where it was when its last row has gone', async () => {
    const first = await ask(stage.gateway.url, byWatchTime());
    stage.cube.rows['videos'] = (stage.cube.rows['videos'] ?? []).filter(row => row['video_id'] !== 'v4');
    const second = await ask(stage.gateway.url, byWatchTime(endCursor(first.data)));
    expect(second.data).toMatchObject({ videos: { nodes: [{ videoId: 'v3' }, { videoId: 'v2' }] } });
  });

  it('keeps apart sessions that start within the same second', async () => {
    stage.cube.rows['sessions'] = ['a', 'b', 'c', 'd'].map((id, n) =>
      session({ session_id: id, started_at: `2026-01-01T10:00:00.${900 - n * 100}` }),
    );
    const query = `query ($after: String) { sessions(first: 3, after: $after) { nodes { sessionId } pageInfo { endCursor } } }`;
    const first = await ask(stage.gateway.url, { query });
    expect(first.data).toMatchObject({
      sessions: { nodes: [{ sessionId: 'a' }, { sessionId: 'b' }, { sessionId: 'c' }] },
    });
    const second = await ask(stage.gateway.url, { query, variables: { after: endCursor(first.data) } });
    expect(second.data).toMatchObject({ sessions: { nodes: [{ sessionId: 'd' }] } });
  });

  it('runs on into the rows without a sort value, and through them', async () => {
    const query = `query ($after: String) { videos(first: 3, after: $after, orderBy: { field: TITLE, direction: DESC }) {
      nodes { videoId } pageInfo { hasNextPage endCursor } } }`;
    const first = await ask(stage.gateway.url, { query });
    const second = await ask(stage.gateway.url, { query, variables: { after: endCursor(first.data) } });
    expect(first.data).toMatchObject({ videos: { nodes: [{ videoId: 'v5' }, { videoId: 'v4' }, { videoId: 'v2' }] } });
    expect(second.data).toMatchObject({
      videos: { nodes: [{ videoId: 'v1' }, { videoId: 'v3' }], pageInfo: { hasNextPage: false } },
    });
  });

  it.each([
    ['is too large', 'videos(first: 101) { totalCount }', 'LIMIT_EXCEEDED'],
    ['is empty', 'videos(first: 0) { totalCount }', 'BAD_USER_INPUT'],
    ['has a cursor that is none', 'videos(after: "nonsense") { totalCount }', 'BAD_USER_INPUT'],
  ])('that %s is refused', async (_what, field, code) => {
    const answer = await ask(stage.gateway.url, { query: `{ ${field} }` });
    expect(codesOf(answer)).toEqual([code]);
    expect(stage.cube.queries).toEqual([]);
  });

  it('refuses a cursor of another order', async () => {
    const first = await ask(stage.gateway.url, byWatchTime());
    const answer = await ask(stage.gateway.url, {
      query: 'query ($after: String) { videos(after: $after, orderBy: { field: TITLE }) { totalCount } }',
      variables: { after: endCursor(first.data) },
    });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  });

  it('counts only where the client asks for it', async () => {
    await ask(stage.gateway.url, { query: '{ videos { nodes { videoId } } }' });
    expect(stage.cube.queries.map(query => query.total)).toEqual([undefined]);
    const answer = await ask(stage.gateway.url, {
      query: '{ videos(first: 1, filter: { minWatchTimeS: 30 }) { totalCount } }',
    });
    expect(answer.data).toEqual({ videos: { totalCount: 3 } });
  });
});

function endCursor(data: unknown): unknown {
  const text = JSON.stringify(data);
  return /"endCursor":"([^"]+)"/.exec(text)?.[1];
}
