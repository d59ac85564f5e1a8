import type { Clock } from '#schedule';

/** Time that passes only while somebody sleeps: at once, with everything that falls due on the way. */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #ticks = new Set<{ nextMs: number; readonly everyMs: number; readonly work: () => Promise<void> }>();
  /** Called before each sleep: where a test stops, breaks or looks at something. */
  onSleep: (now: Date) => void | Promise<void> = () => {};

  constructor(start: string) {
    this.#nowMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.onSleep(this.now());
    if (signal.aborted) return;
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#ticks].filter(tick => tick.nextMs <= endMs).sort((a, b) => a.nextMs - b.nextMs)[0];
      if (next === undefined) break;
      this.#nowMs = next.nextMs;
      next.nextMs += next.everyMs;
      await next.work();
    }
    this.#nowMs = endMs;
  }

  every(everyMs: number, work: () => Promise<void>): () => Promise<void> {
    const tick = { nextMs: this.#nowMs + everyMs, everyMs, work };
    this.#ticks.add(tick);
    return async () => {
      this.#ticks.delete(tick);
    };
  }
}
