import type { CubeAnswer } from './cube-client.js';
import type { CubeQuery } from './cube-query.js';

/** Asks Cube on behalf of one request, and counts. */
export type Ask = (query: CubeQuery) => Promise<CubeAnswer>;
