import { PlayheadError } from '#errors';
import { type GatewayCode, gatewayError } from './errors.js';
import type { AlertStore, Services } from './services.js';

/** Failures of a warehouse that can pass, and limits, in words for whoever asked; the rest is ours to look into. */
const told: Readonly<Record<string, readonly [code: GatewayCode, message: string]>> = {
  ENGINE_UNREACHABLE: ['UPSTREAM_UNAVAILABLE', 'the warehouse with the tables cannot be reached'],
  ENGINE_UNAVAILABLE: ['UPSTREAM_UNAVAILABLE', 'the warehouse with the tables is stopped or busy'],
  ENGINE_CONNECTION_LOST: ['UPSTREAM_UNAVAILABLE', 'the connection to the warehouse with the tables was lost'],
  ENGINE_TIMEOUT: ['UPSTREAM_TIMEOUT', 'the warehouse with the tables took too long'],
  ALERT_CONFLICT: ['UPSTREAM_UNAVAILABLE', 'others changed the alerts at the same time; nothing was changed'],
  EXPLAIN_TOO_MANY_EVENTS: ['LIMIT_EXCEEDED', 'the user of the session has too many events to be worked through here'],
};

/** The same services, whose failures that can be expected say so with a code of the gateway's. */
export function withGatewayCodes({ alerts, explainSession }: Services): Services {
  return {
    ...(alerts === undefined ? {} : { alerts: alertsWithCodes(alerts) }),
    ...(explainSession === undefined
      ? {}
      : { explainSession: (asked, signal) => withCode(() => explainSession(asked, signal)) }),
  };
}

const alertsWithCodes = (store: AlertStore): AlertStore => ({
  list: query => withCode(() => store.list(query)),
  get: ids => withCode(() => store.get(ids)),
  history: ids => withCode(() => store.history(ids)),
  acknowledge: given => withCode(() => store.acknowledge(given)),
});

async function withCode<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    const said = cause instanceof PlayheadError ? told[cause.code] : undefined;
    if (said === undefined) throw cause;
    throw gatewayError(said[0], said[1], { cause });
  }
}
