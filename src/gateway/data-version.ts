import { z } from 'zod';
import type { CubeClient } from './cube-client.js';
import { hashOf } from './question.js';

export interface DataVersionOptions {
  readonly cube: Pick<CubeClient, 'load'>;
  /** What Cube is shown; the version is the same for every caller. */
  readonly token: () => Promise<string>;
}

/** What a look has found is believed for this long after it was begun. Milliseconds. */
const believedMs = 1_000;
/** Cube is asked at most this often: early enough for the next version to be there when the last is no longer believed. */
const lookEveryMs = 500;
const waitMs = 2_000;

const rowSchema = z.object({ 'job_runs.run_id': z.string(), 'job_runs.sequence': z.coerce.number() });

/** Which run's data Cube serves now; undefined before the first run and while Cube does not say. */
export class DataVersion {
  readonly #options: DataVersionOptions;
  #found: { readonly version: string; readonly lookedAt: number } | undefined;
  #coming: Promise<string | undefined> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: DataVersionOptions) {
    this.#options = options;
  }

  /** Waits for Cube only where no version is known that is young enough; all who wait share one look. */
  async current(): Promise<string | undefined> {
    const now = performance.now();
    if (this.#coming === undefined && now - this.#lookedAt >= lookEveryMs) this.#coming = this.#look(now);
    if (this.#found !== undefined && now < this.#found.lookedAt + believedMs) return this.#found.version;
    return this.#coming;
  }

  async #look(now: number): Promise<string | undefined> {
    this.#lookedAt = now;
    // While Cube does not say, nothing is known; the next look comes soon enough.
    const version = await this.#read().catch(() => undefined);
    if (version !== undefined) this.#found = { version, lookedAt: now };
    this.#coming = undefined;
    return version;
  }

  async #read(): Promise<string | undefined> {
    const token = await this.#options.token();
    const { rows } = await this.#options.cube.load(
      {
        dimensions: ['job_runs.run_id', 'job_runs.sequence'],
        order: [['job_runs.sequence', 'desc']],
        limit: 1,
      },
      { token, accessKey: 'data version', requestId: 'data-version', signal: AbortSignal.timeout(waitMs) },
    );
    const row = rowSchema.safeParse(rows[0]);
    if (!row.success) return undefined;
    return `${row.data['job_runs.sequence']}-${hashOf(row.data['job_runs.run_id']).slice(0, 12)}`;
  }
}
