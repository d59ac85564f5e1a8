import type { Repeat } from '../engine.js';
import { type Failure, failureOf, type Place } from './failures.js';
import type { EngineClock, RetryOptions } from './options.js';

/** What an attempt is about, as far as asking again goes. */
export interface Persistence {
  readonly clock: EngineClock;
  readonly retry: RetryOptions | undefined;
  readonly place: Place;
  readonly repeat: Repeat;
  /** Whether this connection has worked before: an address that never answered is a wrong address, not a hiccup. */
  readonly hasConnected: boolean;
  readonly signal: AbortSignal;
}

export const retryDefaults = { attemptsMax: 5, delayMs: 500, delayMsMax: 30_000, startTimeoutS: 600 } as const;

/** Tries until it works, or until asking again is not allowed or no use. @throws the last failure, as one of our errors */
export async function persist<T>(how: Persistence, attempt: () => Promise<T>): Promise<T> {
  const { clock, signal } = how;
  const startedAt = clock.now();
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (cause) {
      const failure = failureOf(cause, how.place);
      const pauseMs = mayAskAgain(failure, how, made, clock.now() - startedAt)
        ? pauseOf(failure, how.retry, made)
        : null;
      if (pauseMs === null || signal.aborted) throw failure.error;
      await clock.wait(pauseMs, signal);
      if (signal.aborted) throw failure.error;
    }
  }
}

function mayAskAgain({ outcome }: Failure, how: Persistence, made: number, passedMs: number): boolean {
  const { attemptsMax, startTimeoutS } = { ...retryDefaults, ...defined(how.retry) };
  switch (outcome) {
    case 'refused':
      return passedMs < startTimeoutS * 1000;
    case 'conflict':
      return how.repeat !== 'never' && made < attemptsMax;
    case 'lost':
      return how.repeat === 'always' && made < attemptsMax;
    case 'unreachable':
      // Nothing was asked, so anything may be asked again.
      return how.hasConnected && made < attemptsMax;
    case 'final':
      return false;
  }
}

function pauseOf({ retryAfterMs = 0 }: Failure, retry: RetryOptions | undefined, made: number): number {
  const { delayMs, delayMsMax } = { ...retryDefaults, ...defined(retry) };
  return Math.max(retryAfterMs, Math.min(delayMs * 2 ** (made - 1), delayMsMax));
}

const defined = (retry: RetryOptions = {}): { [Key in keyof RetryOptions]?: number } =>
  Object.fromEntries(Object.entries(retry).filter(([, value]) => value !== undefined));
