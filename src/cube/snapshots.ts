import { assert } from '#errors';
import { tables } from '#tables';
import type { DuckdbEngine, Lake } from '#warehouse';
import { nothingServed, readServedRun } from './served-run.js';
import { openSnapshot, type Snapshot } from './snapshot.js';

export interface SnapshotsOptions {
  readonly engine: DuckdbEngine;
  readonly lake: Lake;
  readonly laneCount: number;
  /** How often the lake is asked for a new version. */
  readonly pollMs: number;
  /** How long a superseded snapshot is kept for requests that began with it. */
  readonly graceMs: number;
  /** Called with the next snapshot before it is served: what it prepares in time is ready at the first request. */
  readonly prepare: (snapshot: Snapshot) => Promise<void>;
  /** Called after a snapshot was closed. */
  readonly forget: (snapshot: Snapshot) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Superseded snapshots that are kept at most, however young: runs may come faster than requests end. */
const supersededMax = 8;

/** Snapshots of this process: Cube's memory cache outlives a server, so no name may come twice. */
let openedCount = 0;

/** Follows the lake: a finished run of the job becomes the current snapshot, older ones end when nobody uses them. */
export class Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #open = new Map<string, Snapshot>();
  readonly #superseded: { readonly snapshot: Snapshot; readonly at: number }[] = [];
  #current: Snapshot | undefined;
  #seenVersion: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();
  #lastError: string | undefined;
  #isClosed = false;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  get current(): Snapshot {
    assert(this.#current !== undefined, 'a snapshot is open before anybody asks');
    return this.#current;
  }

  /** The snapshot that a request began with; the current one for a caller that names none. */
  byId(id: string | undefined): Snapshot {
    if (id === undefined) return this.current;
    const snapshot = this.#open.get(id);
    if (snapshot === undefined) throw new Error(`${id} is closed: the request took longer than it may`);
    return snapshot;
  }

  /** Opens what is served now and follows the lake from then on. */
  async start(): Promise<void> {
    await this.#look();
    if (this.#current === undefined) this.#current = await this.#openSnapshot(nothingServed);
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#polling;
    for (const snapshot of this.#open.values()) snapshot.lanes.close();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#polling = this.#look()
        .then(() => this.#retire())
        .then(() => {
          this.#lastError = undefined;
        })
        .catch((error: unknown) => this.#report(error))
        .finally(() => this.#schedule());
    }, this.#options.pollMs);
    this.#timer.unref();
  }

  /** What is served stays; the same trouble is told once, however often the lake is looked at. */
  #report(error: unknown): void {
    if (String(error) === this.#lastError) return;
    this.#lastError = String(error);
    this.#options.onError(error);
  }

  /** Serves the newest finished run if it is another than the current one. */
  async #look(): Promise<void> {
    const { lake, engine, prepare } = this.#options;
    const version = await lake.version(tables.job_runs.name);
    if (version === this.#seenVersion) return;
    const run = await readServedRun(lake, engine);
    if (run.runId !== this.#current?.info.runId || this.#current === undefined) {
      const snapshot = await this.#openSnapshot(run);
      if (this.#current !== undefined) {
        await prepare(snapshot);
        this.#superseded.push({ snapshot: this.#current, at: Date.now() });
      }
      this.#current = snapshot;
    }
    this.#seenVersion = version;
  }

  async #openSnapshot(info: Snapshot['info']): Promise<Snapshot> {
    openedCount += 1;
    const { engine, lake, laneCount } = this.#options;
    const snapshot = await openSnapshot({ engine, lake, laneCount, info, id: `snapshot_${openedCount}` });
    this.#open.set(snapshot.id, snapshot);
    return snapshot;
  }

  async #retire(): Promise<void> {
    for (const entry of [...this.#superseded]) {
      const isOld = Date.now() - entry.at > this.#options.graceMs || this.#superseded.length > supersededMax;
      if (!isOld || !entry.snapshot.lanes.isIdle) continue;
      this.#superseded.splice(this.#superseded.indexOf(entry), 1);
      this.#open.delete(entry.snapshot.id);
      await entry.snapshot.close();
      await this.#options.forget(entry.snapshot);
    }
  }
}
