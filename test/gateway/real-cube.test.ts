import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { type Gateway, startGateway } from '#gateway';
import type { SmallLake } from '../cube/small-lake.js';
import { ask } from './ask.js';
import { makeGatewayLake } from './lake.js';

let small: SmallLake;
let cube: CubeServer;
let gateway: Gateway;

beforeAll(async () => {
  small = await makeGatewayLake();
  cube = await startCube({ config: small.config, log: () => undefined });
  gateway = await startGateway({ config: small.config, cubeUrl: cube.url });
});

afterAll(async () => {
  await gateway?.close();
  await cube?.close();
  await small?.close();
});

const data = async (query: string, variables: Record<string, unknown> = {}) => {
  const answer = await ask(gateway.url, { query, variables });
  expect(answer.errors).toBeUndefined();
  return answer.data;
};

describe('the gateway over the real Cube', () => {
  it('shows a video with every field', async () => {
    const { fields } = {
      fields: 'videoId title durationS publishedAt watchTimeS sessionCount uniqueWatchS completionRate playRate',
    };
    const answer = await data(`{ video(id: "v1") { ${fields} engagement { score tier watchPoints } } }`);
    expect(answer).toEqual({});
  });
  it('pages', async () => {
    const answer =
      await data(`{ sessions(first: 3) { totalCount edges { cursor node { sessionId startedAt segments { index } video { title } user { userId } } } } 
    videos(first: 2, orderBy: {field: TITLE, direction: ASC}) { totalCount pageInfo { endCursor } nodes { title } }
    dataQuality { state failedCount rules { rule sampleIds } } freshness { state dataVersion tableVersions { table version } }
    node(id: "x") { id }
    userVideos(first: 2, filter: {userId: "u3"}) { totalCount nodes { videoId watchTimeS } }
    retention(videoId: "v1") { starters buckets { bucket viewers } dropOffPoints(first: 2) { atS viewersLost lostRatio } }
    totals(range: {from: "2026-01-01", to: "2026-01-02"}) { watchTimeS uniqueViewers completionRate }
    topVideos(range: {from: "2026-01-01", to: "2026-01-02"}) { rank videoId value video { title } metrics { sessionCount } }
    timeSeries(metrics: [WATCH_TIME_S, UNIQUE_VIEWERS], range: {from: "2026-01-01", to: "2026-01-04"}) { series { metric points { at value } } }
    }`);
    expect(answer).toEqual({});
  });
});
