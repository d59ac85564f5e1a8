export interface PoolOptions<T> {
  /** How many may be open; who comes when all are taken waits in line. */
  readonly size: number;
  readonly open: () => Promise<T>;
  readonly close: (item: T) => void;
}

/** A bounded set of connections that open when first needed and are used by one caller at a time. */
export class Pool<T> {
  readonly #options: PoolOptions<T>;
  readonly #idle: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];
  #openCount = 0;
  #isClosed = false;

  constructor(options: PoolOptions<T>) {
    this.#options = options;
  }

  /** Runs `work` with an item that nobody else uses meanwhile. */
  async with<R>(work: (item: T) => Promise<R>): Promise<R> {
    const item = await this.acquire();
    try {
      return await work(item);
    } finally {
      this.release(item);
    }
  }

  /** Takes an item; the caller must `release` it. @throws after `close` */
  async acquire(): Promise<T> {
    if (this.#isClosed) throw new Error('closed: nothing is answered here any more');
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#openCount >= this.#options.size) return new Promise(resolve => this.#waiting.push(resolve));
    this.#openCount += 1;
    try {
      return await this.#options.open();
    } catch (error) {
      this.#openCount -= 1;
      throw error;
    }
  }

  release(item: T): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(item);
    else if (this.#isClosed) this.#close(item);
    else this.#idle.push(item);
  }

  /** Closes what is idle now, and the rest when it comes back. */
  close(): void {
    this.#isClosed = true;
    for (const item of this.#idle.splice(0)) this.#close(item);
  }

  get isIdle(): boolean {
    return this.#openCount === this.#idle.length;
  }

  #close(item: T): void {
    this.#openCount -= 1;
    this.#options.close(item);
  }
}
