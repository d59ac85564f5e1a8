import { setTimeout as elapsed } from 'node:timers/promises';

/** A question that is still being planned stands in no queue of Cube, so ending it is tried again after this. */
const againMs = 50;

/**
 * Runs `work`; when nobody waits for its answer any more, `end` is called until it has found something to end or the
 * work is over.
 * @param signal aborted when nobody waits; Cube has no way to say so, so our SQL API hands it through the context
 */
export async function whileAwaited<T>(
  signal: AbortSignal | undefined,
  end: () => Promise<boolean>,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  let isOver = false;
  const endIt = async (): Promise<void> => {
    while (!isOver && !(await end())) await elapsed(againMs);
  };
  // `end` reports its failures itself, and the work goes on to its own limit of time then.
  const onAbort = (): void => void endIt();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } finally {
    isOver = true;
    signal.removeEventListener('abort', onAbort);
  }
}
