import { join, resolve } from 'node:path';
import { PlayheadError } from '#errors';
import { type Action, type CommitInfo, parseCommit } from './actions.js';
import { type Checkpoint, completeCheckpoints, readCheckpoint } from './checkpoint-read.js';
import { commitFileName, type LogFile, parseLogName } from './log-path.js';
import { readLogText } from './log-read.js';
import { hasInCommitTimestamps, Replay, type Snapshot } from './snapshot.js';
import { localStore, type Store } from './store.js';

/** Snapshots of older versions that are kept in memory beside the newest. */
const keptSnapshotsMax = 6;

/** One commit of the log as it was written. */
export interface Commit {
  readonly version: number;
  /** When it was made, in milliseconds since 1970. */
  readonly timestampMs: number;
  readonly actions: readonly Action[];
  readonly info: CommitInfo | undefined;
}

/**
 * A Delta table in a folder. Remembers the newest snapshot that it has read, so that asking again costs a look at one
 * file, and following a new commit costs reading that commit.
 */
export class DeltaTable {
  /** Absolute path of the table's folder. */
  readonly path: string;
  readonly log: string;
  readonly store: Store;
  readonly #kept = new Map<number, Snapshot>();
  #newest: { readonly snapshot: Snapshot; readonly identity: string } | undefined;
  #refreshing: Promise<Snapshot | undefined> | undefined;

  constructor(path: string, store: Store = localStore) {
    this.path = resolve(path);
    this.log = join(this.path, '_delta_log');
    this.store = store;
  }

  /** The newest version, or undefined where there is no table yet. Cheap to ask again and again. */
  async version(): Promise<number | undefined> {
    return (await this.newest())?.version;
  }

  /** The newest snapshot, or undefined where there is no table yet. */
  newest(): Promise<Snapshot | undefined> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** The snapshot at a version (default: the newest). @throws DELTA_NOT_A_TABLE, DELTA_VERSION_NOT_FOUND and whatever the log's state deserves */
  async snapshot(version?: number): Promise<Snapshot> {
    const kept = version === undefined ? undefined : this.#kept.get(version);
    if (kept !== undefined) return kept;
    if (version !== undefined) return this.#snapshotAtVersion(version);
    return (await this.newest()) ?? raise(notATable(this.path));
  }

  async #snapshotAtVersion(version: number): Promise<Snapshot> {
    let newest: Snapshot | undefined;
    try {
      newest = await this.newest();
      if (newest === undefined) throw notATable(this.path);
      if (version === newest.version) return newest;
      if (version > newest.version) throw this.#versionNotFound(version, newest.version);
    } catch (error) {
      // What is damaged or not supported now may not have been then.
      if (!(isDamage(error) || isUnsupported(error)) || !(await this.#hasCommit(version))) throw error;
    }
    const old = await this.#load(version);
    this.#keep(old);
    return old;
  }

  async #hasCommit(version: number): Promise<boolean> {
    return (await this.store.facts(join(this.log, commitFileName(version)))) !== undefined;
  }

  /** The newest snapshot that was committed at or before an instant. @throws DELTA_VERSION_NOT_FOUND when the table is younger */
  async snapshotAt(instant: Date): Promise<Snapshot> {
    const listed = (await this.#list()).filter(file => file.kind === 'commit').map(file => file.version);
    const versions = listed.sort((a, b) => a - b);
    if (versions.length === 0) throw notATable(this.path);
    const first = await this.#firstWithTimestamp();
    const best =
      (await this.#lastByOwnTime(
        versions.filter(version => version >= first),
        instant.getTime(),
      )) ??
      (await this.#lastByFileTime(
        versions.filter(version => version < first),
        instant.getTime(),
      ));
    if (best !== undefined) return this.snapshot(best);
    throw new PlayheadError({
      code: 'DELTA_VERSION_NOT_FOUND',
      at: this.path,
      message: `the log knows no version as old as ${instant.toISOString()}`,
    });
  }

  /** Delta, "In-Commit Timestamps": from which version on commits carry their time; infinite where they do not. */
  async #firstWithTimestamp(): Promise<number> {
    const newest = await this.newest();
    if (newest === undefined || !hasInCommitTimestamps(newest)) return Number.POSITIVE_INFINITY;
    return Number(newest.metaData.configuration['delta.inCommitTimestampEnablementVersion'] ?? 0);
  }

  /** The last of some versions that is not younger, by the times in their commits, which only grow. */
  async #lastByOwnTime(versions: readonly number[], ms: number): Promise<number | undefined> {
    let [low, high] = [0, versions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { timestampMs } = await this.commit(versions[middle] ?? 0);
      if (timestampMs <= ms) low = middle + 1;
      else high = middle;
    }
    return versions[low - 1];
  }

  async #lastByFileTime(versions: readonly number[], ms: number): Promise<number | undefined> {
    let best: number | undefined;
    let earlier = 0;
    for (const version of versions) {
      // Delta orders commits by version; a clock that went back counts as standing still.
      const timestampMs = Math.max(earlier, await this.#timestampOf(version));
      if (timestampMs <= ms) best = version;
      earlier = timestampMs;
    }
    return best;
  }

  /** Commits `from`..`to`, both included. @throws DELTA_MISSING_COMMIT when one was cleaned up or lost */
  async commits(from: number, to: number): Promise<Commit[]> {
    const commits: Commit[] = [];
    for (let version = from; version <= to; version += 1) commits.push(await this.commit(version));
    return commits;
  }

  /** One commit. @throws DELTA_MISSING_COMMIT */
  async commit(version: number): Promise<Commit> {
    const actions = await this.#readCommit(version);
    if (actions === undefined) throw missingCommit(this.path, version);
    const info = actions.find(action => action.commitInfo !== undefined)?.commitInfo;
    return { version, timestampMs: info?.inCommitTimestamp ?? (await this.#timestampOf(version)), actions, info };
  }

  /** The commits that the log still holds, newest first. */
  async history(limit = Number.POSITIVE_INFINITY): Promise<Commit[]> {
    const versions = (await this.#list()).filter(file => file.kind === 'commit').map(file => file.version);
    if (versions.length === 0) throw notATable(this.path);
    const wanted = versions.sort((a, b) => b - a).slice(0, limit);
    return Promise.all(wanted.map(version => this.commit(version)));
  }

  /** Tells the table of a commit that this process has just made, so that it need not be read back. */
  async adopt(version: number, actions: readonly Action[]): Promise<Snapshot> {
    const before = this.#newest?.snapshot;
    if (before?.version !== version - 1 && version !== 0) return this.snapshot(version);
    const replay = new Replay(this.path, version === 0 ? undefined : before);
    replay.apply(actions, version);
    await this.#remember(replay.finish(version));
    return this.snapshot(version);
  }

  async #refresh(): Promise<Snapshot | undefined> {
    const known = this.#newest;
    if (known === undefined || !(await this.#isStill(known))) {
      this.#kept.clear();
      this.#newest = undefined;
      const loaded = await this.#load();
      if (loaded !== undefined) await this.#remember(loaded);
      return loaded;
    }
    let version = known.snapshot.version;
    let next = await this.#readCommit(version + 1);
    if (next === undefined) return known.snapshot;
    const replay = new Replay(this.path, known.snapshot);
    while (next !== undefined) {
      version += 1;
      replay.apply(next, version);
      next = await this.#readCommit(version + 1);
    }
    const snapshot = replay.finish(version);
    await this.#remember(snapshot);
    return snapshot;
  }

  /** False when the folder was emptied or replaced since: then nothing that is remembered holds. */
  async #isStill(known: { readonly snapshot: Snapshot; readonly identity: string }): Promise<boolean> {
    return (await this.#identityOf(known.snapshot.version)) === known.identity;
  }

  async #identityOf(version: number): Promise<string> {
    return (await this.store.facts(join(this.log, commitFileName(version))))?.identity ?? 'cleaned up';
  }

  async #remember(snapshot: Snapshot): Promise<void> {
    this.#newest = { snapshot, identity: await this.#identityOf(snapshot.version) };
    this.#keep(snapshot);
  }

  #keep(snapshot: Snapshot): void {
    this.#kept.delete(snapshot.version);
    this.#kept.set(snapshot.version, snapshot);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > keptSnapshotsMax && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #list(): Promise<LogFile[]> {
    const names = await this.store.list(this.log);
    return names.map(parseLogName).filter(file => file !== undefined);
  }

  #load(version: number): Promise<Snapshot>;
  #load(version?: number): Promise<Snapshot | undefined>;
  async #load(version?: number): Promise<Snapshot | undefined> {
    const files = await this.#list();
    const commits = files.filter(file => file.kind === 'commit').map(file => file.version);
    const checkpoints = completeCheckpoints(files).filter(c => version === undefined || c.version <= version);
    const target = version ?? Math.max(-1, ...spread(commits), checkpoints[0]?.version ?? -1);
    if (target < 0) return version === undefined ? undefined : raise(notATable(this.path));
    let failure: unknown;
    for (const checkpoint of [...checkpoints, undefined]) {
      try {
        return await this.#replay(checkpoint, new Set(commits), target);
      } catch (error) {
        // An older checkpoint, or the whole log, may still tell; the first failure is the one worth showing.
        if (!isDamage(error)) throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  async #replay(from: Checkpoint | undefined, commits: ReadonlySet<number>, target: number): Promise<Snapshot> {
    const first = (from?.version ?? -1) + 1;
    for (let version = first; version <= target; version += 1) {
      if (!commits.has(version)) throw missingCommit(this.path, version);
    }
    const replay = new Replay(this.path);
    if (from !== undefined) replay.apply(await readCheckpoint(this.store, this.log, from), from.version);
    const batch = 64;
    for (let start = first; start <= target; start += batch) {
      const versions = Array.from({ length: Math.min(batch, target - start + 1) }, (_, i) => start + i);
      const read = await Promise.all(versions.map(version => this.#readCommit(version)));
      read.forEach((actions, i) => {
        replay.apply(actions ?? raise(missingCommit(this.path, start + i)), start + i);
      });
    }
    return replay.finish(target);
  }

  async #readCommit(version: number): Promise<Action[] | undefined> {
    const path = join(this.log, commitFileName(version));
    const text = await readLogText(this.store, path);
    return text === undefined ? undefined : parseCommit(text, path);
  }

  async #timestampOf(version: number): Promise<number> {
    return (await this.store.facts(join(this.log, commitFileName(version))))?.modifiedMs ?? 0;
  }

  #versionNotFound(version: number, newest: number): PlayheadError {
    return new PlayheadError({
      code: 'DELTA_VERSION_NOT_FOUND',
      at: this.path,
      message: `there is no version ${version}; the newest is ${newest}`,
    });
  }
}

/** Opens the Delta table of a folder. @throws DELTA_NOT_A_TABLE and whatever the log's state deserves */
export async function openTable(path: string, store: Store = localStore): Promise<DeltaTable> {
  const table = new DeltaTable(path, store);
  await table.snapshot();
  return table;
}

const isDamage = (error: unknown): boolean =>
  error instanceof PlayheadError && (error.code === 'DELTA_CORRUPT_LOG' || error.code === 'DELTA_MISSING_COMMIT');

const isUnsupported = (error: unknown): boolean => error instanceof PlayheadError && error.code === 'DELTA_UNSUPPORTED';

/** The largest few are enough for `Math.max`, which cannot take a hundred thousand arguments. */
const spread = (versions: readonly number[]): number[] =>
  versions.length === 0 ? [] : [versions.reduce((a, b) => Math.max(a, b))];

function raise(error: PlayheadError): never {
  throw error;
}

function notATable(path: string): PlayheadError {
  return new PlayheadError({
    code: 'DELTA_NOT_A_TABLE',
    at: path,
    message: 'the folder holds no Delta table (no commit in _delta_log)',
  });
}

function missingCommit(path: string, version: number): PlayheadError {
  return new PlayheadError({
    code: 'DELTA_MISSING_COMMIT',
    at: `${path}/_delta_log/${commitFileName(version)}`,
    message: `version ${version} is missing in the log`,
  });
}
