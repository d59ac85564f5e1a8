import type { CatalogLimits } from '../catalog/index.js';
import type { CubeLimits } from '../cube/index.js';
import type { WireLimits } from '../postgres/index.js';

export interface SqlApiLimits extends WireLimits, CatalogLimits, CubeLimits {}

/** Limits from the environment: Cube's names where Cube has one, else CUBE_SQL_ and the limit's name. */
export function readLimits(environment: NodeJS.ProcessEnv): SqlApiLimits {
  const read = (name: string, otherwise: number): number => {
    const text = environment[name];
    if (text === undefined || text === '') return otherwise;
    const value = Number(text);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`${name}: "${text}" is not a whole number above 0.`);
  };
  return {
    rowsMax: read('CUBEJS_DB_QUERY_LIMIT', 50_000),
    // One place of Cube's queue stays free for all other questions.
    feedsMax: read('CUBE_SQL_STREAMS_MAX', Math.max(1, read('CUBEJS_CONCURRENCY', 2) - 1)),
    connectionsMax: read('CUBEJS_MAX_SESSIONS', 1024),
    messageBytesMax: read('CUBE_SQL_MESSAGE_BYTES_MAX', 16 * 1024 * 1024),
    loginMsMax: read('CUBE_SQL_LOGIN_MS_MAX', 30_000),
    preparedMax: read('CUBE_SQL_PREPARED_MAX', 1000),
    instancesMax: read('CUBE_SQL_CATALOGS_MAX', 2),
    answerMsMax: read('CUBE_SQL_CATALOG_MS_MAX', 30_000),
  };
}
