/** How long one step of a run took. */
export interface Timing {
  readonly step: string;
  readonly ms: number;
}

/** What a run tells of itself while it works. */
export interface RunObserver {
  /** A step begins; `done` steps lie behind. */
  readonly onStep?: ((step: string, done: number) => void) | undefined;
  /** Called after every commit, before the next step: the place where tests pull the plug. */
  readonly onCommit?: ((table: string) => void) | undefined;
}

/** Times the steps of a run, one after the other. */
export class Stopwatch {
  readonly timings: Timing[] = [];
  readonly #observer: RunObserver;

  constructor(observer: RunObserver) {
    this.#observer = observer;
  }

  async measure<T>(step: string, work: () => Promise<T>): Promise<T> {
    this.#observer.onStep?.(step, this.timings.length);
    const started = performance.now();
    const result = await work();
    this.timings.push({ step, ms: Math.round((performance.now() - started) * 10) / 10 });
    return result;
  }
}
