import type { Predicate, Progress } from '#delta';
import type { Fragment } from '#sql';
import type { Engine } from './engine.js';
import type { TableSpec } from './table-spec.js';

export type PartitionValues = Readonly<Record<string, string | null>>;

/** Partitions by their values (those listed must all agree), or a question to each. */
export type PartitionFilter = readonly PartitionValues[] | ((values: PartitionValues) => boolean);

export interface ReadOptions {
  /** Default: the newest. -1 stands for the table before its first commit. */
  readonly version?: number | undefined;
  /** Only rows that came with a later version than this. */
  readonly addedAfter?: number | undefined;
  readonly partitions?: PartitionFilter | undefined;
  /** At least the rows like this; which others come with them differs from lake to lake. */
  readonly where?: Predicate | undefined;
}

export interface WriteOptions {
  /** For the table's history where the lake writes it: INGEST, SESSIONIZE, ... */
  readonly operation?: string | undefined;
  /** A version of `appId` that the table has reached makes the write do nothing. */
  readonly txn?: Progress | undefined;
  /**
   * A condition that only rows of this very write fulfil. A lake whose commits cannot carry `txn` tells by it whether an
   * append was made before; other writes are as good twice as once.
   */
  readonly mark?: Fragment | undefined;
  /** True where the write cannot have been made before, so that nobody need look for its mark. */
  readonly isFirst?: boolean | undefined;
}

/** What an append came to; where it led is not told, since nobody who appends has asked and a catalog would have to. */
export interface Appended {
  /** True when `txn` had been reached before: nothing was written. */
  readonly wasMade: boolean;
}

/** What a write came to. */
export interface Written {
  /** The version that the write made, or the newest when it had been made before. */
  readonly version: number;
  /** True when `txn` had been reached before: nothing was written. */
  readonly wasMade: boolean;
}

/** What a change of rows came to when it was worked out: the rows to merge, none where all stays, and what its caller is told. */
export interface Revision<T> {
  readonly rows: Fragment | undefined;
  readonly result: T;
}

export interface ReviseOptions {
  readonly key: readonly string[];
  /** Whose change it is: those of one application come one after the other. */
  readonly appId: string;
  readonly operation: string;
}

/** One job's hold on a lake. */
export interface RunLock {
  /** Gives the lake back. */
  release(): Promise<void>;
}

/** Room for the working relations of one run, under plain names that the engine's statements read. */
export interface Workspace {
  /** Keeps the rows of a query under a name, in the place of what had it. */
  keep(name: string, query: Fragment): Promise<void>;
  /** Gives a query a name without running it, in the place of what had it. */
  view(name: string, query: Fragment): Promise<void>;
  /** Nobody reads the relation any more: its memory may be taken back. */
  drop(name: string): Promise<void>;
  /** Drops all that is left. */
  close(): Promise<void>;
}

/** Delta tables by name, read and written by an engine, as the job needs them. */
export interface Lake {
  /** Where it is, for messages: a folder, or catalog and schema. */
  readonly place: string;
  readonly engine: Engine;
  /** The newest version, or undefined where the table does not exist. */
  version(name: string): Promise<number | undefined>;
  /** The newest `txn` version that an application has written to a table. */
  txnVersion(name: string, appId: string): Promise<number | undefined>;
  /** Whether all that happened to a table between two versions is that rows came; false where nobody can tell any more. */
  onlyGrew(name: string, from: number, to: number): Promise<boolean>;
  /** `(select ...)` over a table's rows, to stand in FROM; empty and typed where there are none or no table. */
  read(spec: TableSpec, options?: ReadOptions): Promise<Fragment>;
  /** Adds the rows of a query; creates the table where there is none. */
  append(spec: TableSpec, rows: Fragment, options?: WriteOptions): Promise<Appended>;
  /** Replaces all rows by those of a query; creates the table where there is none. */
  overwrite(spec: TableSpec, rows: Fragment, options?: WriteOptions): Promise<Written>;
  /** Replaces the rows of some partitions. @throws DELTA_SCHEMA_MISMATCH when a row lies outside of them */
  replacePartitions(
    spec: TableSpec,
    rows: Fragment,
    partitions: PartitionFilter,
    options?: WriteOptions,
  ): Promise<Written>;
  /**
   * Puts the rows of a query in the place of those with the same key, and adds the others.
   * @throws DELTA_AMBIGUOUS_KEY when two rows have the same key or one has a null in it
   */
  merge(spec: TableSpec, rows: Fragment, key: readonly string[], options?: WriteOptions): Promise<Written>;
  /**
   * Merges rows that are worked out from what the table holds, as if nobody else changed it meanwhile: `work` reads the newest
   * version, and is asked again where another such change came first. Undefined when others were faster time and again.
   */
  revise<T>(
    spec: TableSpec,
    work: () => Promise<Revision<T>>,
    options: ReviseOptions,
  ): Promise<{ readonly result: T } | undefined>;
  /**
   * Adds the columns that these tables of an older Playhead lack, for whoever has the lock. True where a table has a new version
   * by that. A folder's tables need none of it: each write brings its columns along.
   */
  widen(specs: readonly TableSpec[]): Promise<boolean>;
  /** Takes the lake for one job. @throws DATA_LOCKED, DATA_NOT_WRITABLE */
  lock(now: Date): Promise<RunLock>;
  /** Room for the working relations of a run. */
  workspace(): Promise<Workspace>;
}

/** The partitions that a filter picks, as a question. */
export function filterOf(partitions: PartitionFilter): (values: PartitionValues) => boolean {
  if (typeof partitions === 'function') return partitions;
  return values =>
    partitions.some(wanted => Object.entries(wanted).every(([name, value]) => (values[name] ?? null) === value));
}
