import type { GatewayContext } from './context.js';
import type * as contract from './contract.generated.js';
import { gatewayError } from './errors.js';
import type { ExplainedInterval } from './services.js';

/**
 * The explanation of a served session, or null when it is not served.
 * @throws FORBIDDEN for analysts: it names viewers by the ids of the tables; NOT_FOUND, UPSTREAM_UNAVAILABLE
 */
export async function readExplanation(
  sessionId: string,
  { caller, services, signal, run }: GatewayContext,
): Promise<contract.SessionExplanation | null> {
  if (caller.role === 'analyst') throw gatewayError('FORBIDDEN', 'explanations name viewers: analysts see none');
  if (services.explainSession === undefined) {
    throw gatewayError('NOT_FOUND', 'this installation explains no sessions: its tables are elsewhere');
  }
  try {
    const { events, sums, ...rest } = await services.explainSession({ sessionId, version: run.version }, signal);
    return {
      ...rest,
      events: events.map(({ interval, ...event }) => ({
        ...event,
        interval: interval === null ? null : toInterval(interval),
      })),
      sums: sums.map(sum => ({ ...sum, total: textOf(sum.total), served: textOf(sum.served) })),
    };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EXPLAIN_UNKNOWN_ID' || code === 'DATA_NOT_FOUND') return null;
    throw cause;
  }
}

const toInterval = ({ wS, dS, r, tolS, ...rest }: ExplainedInterval): contract.ExplainedInterval => ({
  ...rest,
  wallS: wS,
  movedS: dS,
  rate: r,
  toleranceS: tolS,
});

const textOf = (value: string | number | boolean | null): string | null => (value === null ? null : String(value));
