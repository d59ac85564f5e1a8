import { access } from 'node:fs/promises';
import { assert } from '#errors';
import { tables } from '#tables';
import type { DuckdbEngine, FolderLake } from '#warehouse';
import { VersionRefused } from './as-of.js';
import { everyMs, type Follow } from './follow.js';
import type { RollupStore } from './rollup-store.js';
import { nothingServed, readServedRun, type SnapshotInfo } from './served-run.js';
import { openSnapshot, type Snapshot } from './snapshot.js';

export interface SnapshotsOptions {
  readonly engine: DuckdbEngine;
  readonly lake: FolderLake;
  readonly laneCount: number;
  readonly store: RollupStore;
  /** As in `openSnapshot`. */
  readonly pseudonymKey?: string | undefined;
  /** How often the lake is asked for a new version. */
  readonly pollMs: number;
  /** Says when to look instead. */
  readonly follow?: Follow | undefined;
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
  /** Older ones, each with the moment from which on it has not been asked for. */
  readonly #superseded: { readonly snapshot: Snapshot; at: number }[] = [];
  readonly #opening = new Map<number, Promise<Snapshot>>();
  #current: Snapshot | undefined;
  #seenVersion: number | undefined;
  #unfollow = (): void => {};
  #lastOpened: Promise<void> = Promise.resolve();
  #polling: Promise<void> = Promise.resolve();
  #lastError: string | undefined;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  get current(): Snapshot {
    assert(this.#current !== undefined, 'a snapshot is open before anybody asks');
    return this.#current;
  }

  /** All that are open, superseded ones too. */
  get all(): readonly Snapshot[] {
    return [...this.#open.values()];
  }

  /** The snapshot that a request began with; the current one for a caller that names none. */
  byId(id: string | undefined): Snapshot {
    if (id === undefined) return this.current;
    const snapshot = this.#open.get(id);
    if (snapshot === undefined) throw new Error(`${id} is closed: the request took longer than it may`);
    return snapshot;
  }

  /**
   * The snapshot of an older run, by its number. Opened when first asked for, and given back like one that was
   * superseded; its rollups are built by who asks first.
   * @throws VersionRefused where no finished run has this number, or files of it were vacuumed
   */
  async ofRun(sequence: number): Promise<Snapshot> {
    if (sequence === this.current.info.sequence) return this.current;
    const known = this.#superseded.find(({ snapshot }) => snapshot.info.sequence === sequence);
    if (known !== undefined) {
      known.at = Date.now();
      return known.snapshot;
    }
    const opening = this.#opening.get(sequence) ?? this.#openRun(sequence);
    this.#opening.set(sequence, opening);
    return opening.finally(() => this.#opening.delete(sequence));
  }

  async #openRun(sequence: number): Promise<Snapshot> {
    const { lake, engine } = this.#options;
    const run = await readServedRun(lake, engine, sequence);
    if (run.runId === undefined) throw new VersionRefused(String(sequence), 'no finished run has this number');
    await this.#assertFilesExist(run);
    const snapshot = await this.#openSnapshot(run, true);
    this.#superseded.push({ snapshot, at: Date.now() });
    await this.#retire();
    return snapshot;
  }

  async #assertFilesExist({ versions, sequence }: SnapshotInfo): Promise<void> {
    try {
      for (const [name, version] of Object.entries(versions)) {
        const files = await this.#options.lake.files(name, { version });
        await Promise.all(files.map(({ path }) => access(path)));
      }
    } catch (cause) {
      throw new VersionRefused(String(sequence), 'its files were cleaned up (`playhead delta vacuum`)', cause);
    }
  }

  /** Opens what is served now and follows the lake from then on. */
  async start(): Promise<void> {
    await this.#look();
    if (this.#current === undefined) this.#current = await this.#openSnapshot(nothingServed, false);
    const { follow, pollMs } = this.#options;
    this.#unfollow = (follow ?? everyMs(pollMs))(() => this.#poll());
  }

  async close(): Promise<void> {
    this.#unfollow();
    await this.#polling;
    for (const { databases } of this.#open.values()) {
      for (const { lanes } of databases.values()) lanes.close();
    }
  }

  /** One look at the lake, after which its newest finished run is served. Trouble is told, not thrown. */
  #poll(): Promise<void> {
    this.#polling = this.#look()
      .then(() => this.#retire())
      .then(() => {
        this.#lastError = undefined;
      })
      .catch((error: unknown) => this.#report(error));
    return this.#polling;
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
      const snapshot = await this.#openSnapshot(run, false);
      if (this.#current !== undefined) {
        await prepare(snapshot);
        this.#superseded.push({ snapshot: this.#current, at: Date.now() });
      }
      this.#current = snapshot;
    }
    this.#seenVersion = version;
  }

  async #openSnapshot(info: SnapshotInfo, isAsOf: boolean): Promise<Snapshot> {
    openedCount += 1;
    const id = `snapshot_${openedCount}`;
    const { engine, lake, laneCount, store, pseudonymKey } = this.#options;
    const options = { engine, lake, laneCount, store, pseudonymKey, info, isAsOf, id };
    // One after the other: each is a transaction on the engine's one connection.
    const opened = this.#lastOpened.then(() => openSnapshot(options));
    this.#lastOpened = opened.then(
      () => {},
      () => {},
    );
    const snapshot = await opened;
    this.#open.set(snapshot.id, snapshot);
    return snapshot;
  }

  async #retire(): Promise<void> {
    for (const entry of [...this.#superseded]) {
      // Two may be at this at the same time.
      if (!this.#superseded.includes(entry)) continue;
      const isOld = Date.now() - entry.at > this.#options.graceMs || this.#superseded.length > supersededMax;
      if (!isOld || !entry.snapshot.isIdle) continue;
      this.#superseded.splice(this.#superseded.indexOf(entry), 1);
      this.#open.delete(entry.snapshot.id);
      await entry.snapshot.close();
      await this.#options.forget(entry.snapshot);
    }
  }
}
