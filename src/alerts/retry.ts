import { type DeadLetter, dropDeadLetter, keepDeadLetter, readDeadLetters } from './dead-letters.js';
import type { Sink } from './sinks/sink.js';

export interface Retried {
  readonly letter: DeadLetter;
  /** None where the sink has taken it. */
  readonly failure: string | undefined;
}

/** Sends every dead letter once more, one attempt each; what is taken is no longer kept. */
export async function retryDeadLetters(
  data: string,
  sinks: ReadonlyMap<string, Sink>,
  clock: () => Date,
): Promise<Retried[]> {
  const retried: Retried[] = [];
  for (const letter of await readDeadLetters(data)) {
    const failure = await failureOf(letter, sinks.get(letter.sink));
    if (failure === undefined) await dropDeadLetter(data, letter);
    else {
      const attempts = letter.attempts + 1;
      await keepDeadLetter(data, { ...letter, failed_at: clock().toISOString(), attempts, reason: failure });
    }
    retried.push({ letter, failure });
  }
  return retried;
}

async function failureOf({ message }: DeadLetter, sink: Sink | undefined): Promise<string | undefined> {
  if (sink === undefined) return 'the configuration has no sink of this name';
  const attempt = await sink.send(message);
  return attempt.kind === 'taken' ? undefined : attempt.reason;
}
