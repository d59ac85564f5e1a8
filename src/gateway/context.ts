import type { Config } from '#config';
import type { Ask } from './ask.js';
import type { CubeCaller, CubeClient } from './cube-client.js';
import { gatewayError } from './errors.js';
import { createLoaders, type Loaders } from './loaders.js';

/** What every resolver gets. */
export interface GatewayContext {
  readonly requestId: string;
  readonly ask: Ask;
  readonly loaders: Loaders;
  /** Age from which on data counts as stale. */
  readonly freshnessLimitS: number;
  /** Cube queries so far. */
  readonly queryCount: () => number;
  readonly clock: () => number;
}

export interface ContextOptions {
  readonly cube: CubeClient;
  readonly caller: CubeCaller;
  readonly config: Config;
  readonly clock: () => number;
}

/** One request may ask Cube this often; a dashboard needs fewer than ten. */
const queryCountMax = 50;

export function createContext({ cube, caller, config, clock }: ContextOptions): GatewayContext {
  let queryCount = 0;
  const ask: Ask = query => {
    queryCount += 1;
    if (queryCount > queryCountMax) {
      throw gatewayError('LIMIT_EXCEEDED', `one request may ask the semantic layer ${queryCountMax} times`);
    }
    return cube.load(query, caller);
  };
  return {
    requestId: caller.requestId,
    ask,
    loaders: createLoaders(ask),
    freshnessLimitS: config.quality.freshness_s_max,
    queryCount: () => queryCount,
    clock,
  };
}
