import type { Config } from '#config';
import { explainSession, type SessionExplanation } from '#explain';
import { withServedRun } from './served-run.js';

interface Asked {
  readonly sessionId: string;
  /** Number of the run whose row is explained; the newest where there is none. */
  readonly version: number | undefined;
}

/** Explains served sessions for the gateway, one after the other: each opens an engine or a connection of its own and closes it. */
export function explainServed(config: Config) {
  let last: Promise<unknown> = Promise.resolve();
  return ({ sessionId, version }: Asked, signal: AbortSignal): Promise<SessionExplanation> => {
    const work = async () => {
      // Whoever has gone while waiting is not worked for.
      signal.throwIfAborted();
      return withServedRun(
        config,
        ({ lake, engine, served }) => explainSession({ lake, engine, served, config, sessionId }),
        { sequence: version, signal },
      );
    };
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
