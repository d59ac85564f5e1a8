import { z } from 'zod';
import type { CubeClient } from './cube-client.js';
import { hashOf } from './question.js';

export interface DataVersionOptions {
  readonly cube: CubeClient;
  /** What Cube is shown; the version is the same for every caller. */
  readonly token: () => Promise<string>;
}

/** Cube is asked at most this often, and not waited for longer than the second figure. Milliseconds. */
const checkEveryMs = 1_000;
const waitMs = 2_000;

const rowSchema = z.object({ 'job_runs.run_id': z.string(), 'job_runs.sequence': z.coerce.number() });

/** Which run's data Cube serves now; undefined before the first run and while Cube does not say. */
export class DataVersion {
  readonly #options: DataVersionOptions;
  #known: { readonly version: Promise<string | undefined>; readonly until: number } | undefined;

  constructor(options: DataVersionOptions) {
    this.#options = options;
  }

  current(): Promise<string | undefined> {
    const now = performance.now();
    if (this.#known !== undefined && now < this.#known.until) return this.#known.version;
    // While Cube is away everyone waits for one look, and the next look is a second later.
    const version = this.#read().catch(() => undefined);
    this.#known = { version, until: now + checkEveryMs };
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
