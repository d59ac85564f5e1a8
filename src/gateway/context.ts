import type { Config } from '#config';
import type { Ask } from './ask.js';
import type { Caller } from './auth.js';
import type { Freshness } from './contract.generated.js';
import type { CubeCaller, CubeClient } from './cube-client.js';
import { gatewayError } from './errors.js';
import { readFreshness } from './freshness.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { RunAsked } from './run-asked.js';
import type { Services } from './services.js';

/** What the plugins find out about an answer, for the HTTP layer. */
export interface AnswerNotes {
  /** There was a document to parse: what is wrong from here on is wrong within GraphQL. */
  isWellFormed: boolean;
  /** Set where the answer is complete and may be kept: for so many seconds, or (undefined) until the data changes. */
  keep?: { readonly maxAgeS: number | undefined };
}

/** What every resolver gets. */
export interface GatewayContext {
  readonly requestId: string;
  readonly caller: Caller;
  /** False where the caller may not tell one person from another. */
  readonly maySeePersons: boolean;
  /** False where the caller may not learn when a user first came: of a user's videos some may be other tenants'. */
  readonly maySeeFirstDays: boolean;
  readonly notes: AnswerNotes;
  /** Which run answers; settled before anything else is asked. */
  readonly run: RunAsked;
  readonly services: Services;
  /** What operators told of: releases and outages. */
  readonly annotations: Config['annotations'];
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
  readonly ask: Ask;
  readonly loaders: Loaders;
  /** How new the data is; asked once a request. */
  readonly freshness: () => Promise<Freshness>;
  /** Cube queries so far. */
  readonly queryCount: () => number;
  readonly clock: () => number;
}

export interface ContextOptions {
  readonly cube: CubeClient;
  readonly caller: Caller;
  readonly cubeCaller: CubeCaller;
  readonly services?: Services;
  readonly notes?: AnswerNotes;
  /** The run that the header names. */
  readonly version?: number | undefined;
  /** Cube queries that the request may ask; streams ask for as long as they last. */
  readonly queryCountMax?: number;
  readonly config: Config;
  readonly clock: () => number;
}

/** One request may ask Cube this often; a dashboard needs fewer than ten. */
const queryCountMaxDefault = 50;

export function createContext(options: ContextOptions): GatewayContext {
  const { cube, caller, cubeCaller, notes = { isWellFormed: false }, config, clock } = options;
  const services = servicesFor(caller, config, options.services);
  const { queryCountMax = queryCountMaxDefault } = options;
  const run: RunAsked = { version: options.version };
  let queryCount = 0;
  const ask: Ask = query => {
    queryCount += 1;
    if (queryCount > queryCountMax) {
      throw gatewayError('LIMIT_EXCEEDED', `one request may ask the semantic layer ${queryCountMax} times`);
    }
    return cube.load(query, { ...cubeCaller, version: run.version });
  };
  const freshnessLimitS = config.quality.freshness_s_max;
  let freshness: Promise<Freshness> | undefined;
  return {
    requestId: cubeCaller.requestId,
    caller,
    maySeePersons: maySeePersons(caller, config),
    maySeeFirstDays: config.access.tenants === 'none' && maySeePersons(caller, config),
    notes,
    run,
    services,
    annotations: config.annotations,
    signal: cubeCaller.signal,
    ask,
    loaders: createLoaders(ask, services),
    freshness: () => {
      freshness ??= readFreshness({ ask, freshnessLimitS, clock });
      return freshness;
    },
    queryCount: () => queryCount,
    clock,
  };
}

/**
 * What does not come through Cube is not held by its access policies: explanations name viewers, and neither they nor
 * alerts are divided among tenants.
 */
function servicesFor({ role }: Caller, { access }: Config, services: Services = {}): Services {
  if (access.tenants !== 'none') return {};
  const { explainSession: _, ...rest } = services;
  return role === 'analyst' ? rest : services;
}

/** Analysts who get pseudonyms see viewers one by one, without learning who they are; others see none. */
function maySeePersons({ role }: Caller, { access }: Config): boolean {
  return role !== 'analyst' || access.analyst_users === 'pseudonymised';
}
