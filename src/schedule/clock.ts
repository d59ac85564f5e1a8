/** Time as the schedule sees it; tests bring their own. */
export interface Clock {
  now(): Date;
  /** Resolves after a time, or as soon as the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Does something every so often until it is stopped; stopping waits for what has begun. */
  every(ms: number, work: () => Promise<void>): () => Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) =>
    new Promise(resolve => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end, { once: true });
    }),
  every: (ms, work) => {
    let atWork = Promise.resolve();
    const timer = setInterval(() => {
      atWork = atWork.then(work);
    }, ms);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await atWork;
    };
  },
};
