import { rm } from 'node:fs/promises';
import { basename, join as joinPath, relative, resolve } from 'node:path';
import {
  type AddFile,
  assertWritable,
  type ChangeOptions,
  changesBetween,
  commit,
  DeltaTable,
  indexedColumns,
  keyOf,
  mayMatch,
  type NewFile,
  type Snapshot,
  type StagedCommit,
  stageAppend,
  stageMerge,
  stageOverwrite,
  stageReplacePartitions,
  type TableShape,
} from '#delta';
import { PlayheadError } from '#errors';
import { type Fragment, raw, ref, sql } from '#sql';
import type { Engine } from './engine.js';
import {
  filterOf,
  type Lake,
  type PartitionFilter,
  type ReadOptions,
  type ReviseOptions,
  type Revision,
  type RunLock,
  type Workspace,
  type WriteOptions,
  type Written,
} from './lake.js';
import { lockFolder } from './lock-folder.js';
import { type HeldRows, holdRows } from './merge.js';
import { fileSet, type LakeFile, lakeFile, ownFilePrefix, partitionValuesOf, relationOf } from './read-files.js';
import { columnsIn, columnsOf, shapeOf, type TableSpec } from './table-spec.js';
import { prepareWrites, writeFiles } from './write-files.js';

export interface WriteResult extends Written {
  readonly rowCount: number;
  /** Why a checkpoint that was due could not be written; the rows are committed all the same. */
  readonly checkpointFailure?: unknown;
}

export interface LakeOptions {
  /** One folder a table lies under it. */
  readonly folder: string;
  readonly engine: Engine;
  /** The sentence that explains a column, kept as its comment in the schema. */
  readonly comment?: ((column: string) => string | undefined) | undefined;
  readonly now?: () => number;
}

/** How often a merge that lost a race looks again. */
const mergeAttemptsMax = 100;
/** How often a change that lost the race to another one is worked out anew. */
const reviseAttemptsMax = 50;

type Stage = (
  snapshot: Snapshot | undefined,
  at: string,
  files: readonly NewFile[],
  options: ChangeOptions,
) => StagedCommit;

/** Delta tables in one folder, read and written by an engine. */
export class FolderLake implements Lake {
  readonly folder: string;
  readonly place: string;
  readonly engine: Engine;
  readonly #tables: Map<string, DeltaTable>;
  readonly #comment: (column: string) => string | undefined;
  readonly #now: () => number;

  constructor({ folder, engine, comment, now }: LakeOptions, tables = new Map<string, DeltaTable>()) {
    this.folder = resolve(folder);
    this.place = folder;
    this.engine = engine;
    this.#comment = comment ?? (() => undefined);
    this.#now = now ?? Date.now;
    this.#tables = tables;
  }

  /** The same lake through another connection: what is known of the tables is shared. */
  using(engine: Engine): FolderLake {
    return new FolderLake({ folder: this.folder, engine, comment: this.#comment, now: this.#now }, this.#tables);
  }

  /** The Delta table behind a name, for its log. */
  table(name: string): DeltaTable {
    const known = this.#tables.get(name) ?? new DeltaTable(joinPath(this.folder, name));
    this.#tables.set(name, known);
    return known;
  }

  /** The newest version, or undefined where the table does not exist. One look at two files when nothing has changed. */
  async version(name: string): Promise<number | undefined> {
    return (await newestOrNone(this.table(name)))?.version;
  }

  /** The newest `txn` version that an application has committed to a table. */
  async txnVersion(name: string, appId: string): Promise<number | undefined> {
    const reached = (await newestOrNone(this.table(name)))?.txns.get(appId);
    return reached === undefined ? undefined : Number(reached);
  }

  /** False, too, where a commit in between is gone. */
  async onlyGrew(name: string, from: number, to: number): Promise<boolean> {
    try {
      const commits = await this.table(name).commits(from + 1, to);
      return !commits.some(({ actions }) => actions.some(({ remove }) => remove?.dataChange === true));
    } catch (error) {
      if (error instanceof PlayheadError && error.code === 'DELTA_MISSING_COMMIT') return false;
      throw error;
    }
  }

  async widen(): Promise<boolean> {
    return false;
  }

  /** Takes the folder for one job of this machine or another. */
  async lock(now: Date): Promise<RunLock> {
    return { release: await lockFolder(this.folder, now) };
  }

  /** Temporary tables and views of the engine's connection. */
  async workspace(): Promise<Workspace> {
    return new TemporaryRelations(this.engine);
  }

  /** `(select ...)` over a table's rows, to stand in FROM; empty and typed where there are none or no table. */
  async read(spec: TableSpec, options: ReadOptions = {}): Promise<Fragment> {
    const table = this.table(spec.name);
    const { snapshot, files } = await this.#files(table, options);
    const columns = snapshot === undefined ? columnsOf(spec) : columnsIn(snapshot, spec);
    return relationOf(await fileSet(table, files, { partitionBy: spec.partitionBy, columns }));
  }

  /** The data files that `read` would read. */
  async files(name: string, options: ReadOptions = {}): Promise<LakeFile[]> {
    const table = this.table(name);
    return (await this.#files(table, options)).files.map(file => lakeFile(table.path, file));
  }

  /** Adds the rows of a query; creates the table where there is none. */
  append(spec: TableSpec, rows: Fragment, options: WriteOptions = {}): Promise<WriteResult> {
    return this.#write(spec, rows, options, stageAppend);
  }

  /** Replaces all rows by those of a query; creates the table where there is none. */
  overwrite(spec: TableSpec, rows: Fragment, options: WriteOptions = {}): Promise<WriteResult> {
    return this.#write(spec, rows, options, stageOverwrite);
  }

  /** Replaces the rows of some partitions. @throws DELTA_SCHEMA_MISMATCH when a row lies outside of them */
  replacePartitions(
    spec: TableSpec,
    rows: Fragment,
    partitions: PartitionFilter,
    options: WriteOptions = {},
  ): Promise<WriteResult> {
    const picks = filterOf(partitions);
    const isReplaced = (file: Pick<AddFile, 'partitionValues'>) => picks(partitionValuesOf(file));
    return this.#write(spec, rows, options, (snapshot, at, files, change) =>
      stageReplacePartitions(snapshot, at, files, isReplaced, change),
    );
  }

  /**
   * Puts the rows of a query in the place of those with the same key, and adds the others (copy on write: only files that
   * hold one of the keys are written anew). Creates the table where there is none. Looks again when another writer changed
   * what it had looked at, so that merges of several processes come out as if they had run one after the other.
   * @throws DELTA_AMBIGUOUS_KEY when two rows have the same key or one has a null in it, DELTA_SCHEMA_MISMATCH when the
   *   table has a column that the rows lack, DELTA_CONFLICT when others were faster time and again
   */
  async merge(
    spec: TableSpec,
    rows: Fragment,
    key: readonly string[],
    options: WriteOptions = {},
  ): Promise<WriteResult> {
    const held = await holdRows(this.engine, spec, rows, key);
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#mergeOnce(spec, held, { operation: 'MERGE', ...options });
        } catch (error) {
          if (!isConflict(error) || attempt === mergeAttemptsMax) throw error;
        }
      }
    } finally {
      await held.drop();
    }
  }

  /**
   * Each commit carries the number after the one that was read (`txn`), so that of two changes at once one is worked out again
   * on what the other has left. A kill leaves the old rows or the new ones.
   */
  async revise<T>(
    spec: TableSpec,
    work: () => Promise<Revision<T>>,
    { key, appId, operation }: ReviseOptions,
  ): Promise<{ readonly result: T } | undefined> {
    for (let attempt = 0; attempt < reviseAttemptsMax; attempt += 1) {
      // In this order: rows newer than the number make the commit fail, never the other way round.
      const reached = (await this.txnVersion(spec.name, appId)) ?? 0;
      const { rows, result } = await work();
      if (rows === undefined) return { result };
      const { wasMade } = await this.merge(spec, rows, key, { txn: { appId, version: reached + 1 }, operation });
      if (!wasMade) return { result };
    }
    return undefined;
  }

  async #mergeOnce(spec: TableSpec, held: HeldRows, options: WriteOptions): Promise<WriteResult> {
    const table = this.table(spec.name);
    const snapshot = await newestOrNone(table);
    if (snapshot === undefined) {
      // Not an append, which another writer's table would take in: that one may hold the same keys.
      return this.#write(
        spec,
        held.rows,
        options,
        (_, at, files, change) => stageAppend(undefined, at, files, change),
        {
          snapshot,
        },
      );
    }
    assertWritable(snapshot, table.path);
    assertKeepsColumns(table.path, snapshot, spec);
    const { files: hit, reads } = await held.filesWithKeys(table.path, snapshot);
    const replaced = new Set(hit.map(keyOf));
    const stage: Stage = (_, at, files, change) => stageMerge(snapshot, at, files, replaced, reads, change);
    return this.#write(spec, await held.mergedInto(table, hit), options, stage, { snapshot });
  }

  async #files(
    table: DeltaTable,
    options: ReadOptions,
  ): Promise<{ readonly snapshot: Snapshot | undefined; readonly files: AddFile[] }> {
    const { version, addedAfter, partitions, where } = options;
    const snapshot = version === undefined ? await newestOrNone(table) : await snapshotOrNone(table, version);
    if (snapshot === undefined) return { snapshot, files: [] };
    const all =
      addedAfter === undefined || addedAfter < 0
        ? [...snapshot.files.values()]
        : [...(await changesBetween(table, addedAfter, snapshot.version)).added];
    const files = where === undefined ? all : all.filter(file => mayMatch(file, where, snapshot.schema));
    if (partitions === undefined) return { snapshot, files };
    const picks = filterOf(partitions);
    return { snapshot, files: files.filter(file => picks(partitionValuesOf(file))) };
  }

  /** @param basis what the rows were worked out on; default: the newest snapshot */
  async #write(
    spec: TableSpec,
    rows: Fragment,
    { operation, txn }: WriteOptions,
    stage: Stage,
    basis?: { readonly snapshot: Snapshot | undefined },
  ): Promise<WriteResult> {
    const table = this.table(spec.name);
    const { snapshot } = basis ?? { snapshot: await newestOrNone(table) };
    const reached = txn === undefined ? undefined : snapshot?.txns.get(txn.appId);
    if (snapshot !== undefined && txn !== undefined && reached !== undefined && reached >= BigInt(txn.version)) {
      return { version: snapshot.version, rowCount: 0, wasMade: true };
    }
    if (snapshot !== undefined) assertWritable(snapshot, table.path);
    const shape: TableShape = shapeOf(spec, this.#comment);
    await this.engine.run(prepareWrites);
    const hasStats = snapshot === undefined ? undefined : indexedColumns(snapshot);
    const written = await writeFiles(this.engine, table.path, spec, rows, hasStats);
    try {
      await table.store.sync(written.paths);
      const options = { shape, progress: txn, nowMs: this.#now(), ...(operation === undefined ? {} : { operation }) };
      const made = (basis: Snapshot | undefined) => commit(table, stage(basis, table.path, written.files, options));
      const { version, wasMade, checkpointFailure } = await made(snapshot).catch(async error => {
        // Another writer created the table in the same moment: what is only added goes into that one.
        if (snapshot !== undefined || stage !== stageAppend || !isConflict(error)) throw error;
        return made(await newestOrNone(table));
      });
      if (wasMade) await removeAll(written.paths);
      return {
        version,
        rowCount: wasMade ? 0 : written.rowCount,
        wasMade,
        ...(checkpointFailure === undefined ? {} : { checkpointFailure }),
      };
    } catch (error) {
      if (!(await mayBeCommitted(table, written.files))) await removeAll(written.paths);
      throw error;
    }
  }
}

/** Working relations in the engine's memory. */
class TemporaryRelations implements Workspace {
  readonly #engine: Engine;
  readonly #made = new Map<string, 'table' | 'view'>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async keep(name: string, query: Fragment): Promise<void> {
    await this.#engine.run(sql`create or replace temporary table ${ref(name)} as ${query}`);
    this.#made.set(name, 'table');
  }

  async view(name: string, query: Fragment): Promise<void> {
    await this.#engine.run(sql`create or replace temporary view ${ref(name)} as ${query}`);
    this.#made.set(name, 'view');
  }

  async drop(name: string): Promise<void> {
    const kind = this.#made.get(name);
    if (kind === undefined) return;
    await this.#engine.run(sql`drop ${raw(kind)} if exists ${ref(name)}`);
    this.#made.delete(name);
  }

  async close(): Promise<void> {
    for (const name of [...this.#made.keys()]) await this.drop(name);
  }
}

/** Opens the tables of a folder, which need not exist. */
export const openLake = (options: LakeOptions): FolderLake => new FolderLake(options);

/** The newest snapshot; none where there is no table yet. @throws DELTA_NOT_A_TABLE when the folder holds other things */
async function newestOrNone(table: DeltaTable): Promise<Snapshot | undefined> {
  const snapshot = await table.newest();
  if (snapshot !== undefined) return snapshot;
  const found = await table.store.walk(table.path, () => true);
  const foreign = found.find(({ path }) => !isOwnOrHidden(basename(path)));
  if (foreign === undefined) return undefined;
  // Another writer may have created the table since the first look.
  const meanwhile = await table.newest();
  if (meanwhile !== undefined) return meanwhile;
  throw new PlayheadError({
    code: 'DELTA_NOT_A_TABLE',
    at: table.path,
    message: `the folder holds files and no Delta log (${relative(table.path, foreign.path)})`,
    hint: 'move the files away, or name another data folder',
  });
}

/** What a first write that was killed may leave behind, and files that the system or an editor keeps. */
const isOwnOrHidden = (name: string): boolean => name.startsWith(ownFilePrefix) || name.startsWith('.');

async function snapshotOrNone(table: DeltaTable, version: number): Promise<Snapshot | undefined> {
  return version < 0 ? undefined : table.snapshot(version);
}

/** Copying a file keeps only the columns that the spec names. */
function assertKeepsColumns(at: string, { schema }: Snapshot, { name, columns }: TableSpec): void {
  const lost = schema.fields.find(field => !Object.hasOwn(columns, field.name));
  if (lost === undefined) return;
  throw new PlayheadError({
    code: 'DELTA_SCHEMA_MISMATCH',
    at,
    message: `the table has a column "${lost.name}" that the rows to merge into "${name}" lack; it would be lost`,
  });
}

const isConflict = (error: unknown): boolean => error instanceof PlayheadError && error.code === 'DELTA_CONFLICT';

/** Whether a commit that ended in an error has happened after all: then its files are rows of the table. */
async function mayBeCommitted(table: DeltaTable, files: readonly NewFile[]): Promise<boolean> {
  try {
    const live = new Set([...((await table.newest())?.files.values() ?? [])].map(file => file.path));
    return files.some(file => live.has(file.path));
  } catch {
    // Who cannot read the log cannot know; files that no commit names are harmless, missing ones are not.
    return true;
  }
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map(path => rm(path, { force: true })));
}
