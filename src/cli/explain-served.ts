import type { Config } from '#config';
import { explainSession, type SessionExplanation } from '#explain';
import { withServedRun } from './served-run.js';

/** Explains served sessions for the gateway, one after the other: each opens an engine of its own and closes it. */
export function explainServed(config: Config) {
  let last: Promise<unknown> = Promise.resolve();
  return (sessionId: string, signal: AbortSignal): Promise<SessionExplanation> => {
    const work = async () => {
      // Whoever has gone while waiting is not worked for.
      signal.throwIfAborted();
      return withServedRun(config, ({ lake, engine, served }) =>
        explainSession({ lake, engine, served, config, sessionId }),
      );
    };
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
