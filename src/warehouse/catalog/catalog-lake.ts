import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Progress } from '#delta';
import { assert, PlayheadError } from '#errors';
import { type Fragment, join, lit, raw, ref, sql } from '#sql';
import type { Engine, RunOptions } from '../engine.js';
import {
  type Appended,
  filterOf,
  type Lake,
  type PartitionFilter,
  type PartitionValues,
  type ReadOptions,
  type ReviseOptions,
  type Revision,
  type RunLock,
  type Workspace,
  type WriteOptions,
  type Written,
} from '../lake.js';
import type { TableSpec } from '../table-spec.js';
import { conditionOf, inPartitions } from './condition.js';
import { ifConnected } from './if-connected.js';
import { Lease } from './lease.js';
import { isMissingTable, ProgressTable } from './progress.js';
import { ScratchSchema } from './scratch-schema.js';
import { shapeName, widenTables } from './widen.js';

export interface CatalogLakeOptions {
  /** A connection to Spark or Databricks; working relations are its session's. */
  readonly engine: Engine;
  /** Where the tables are. Default: the session's own catalog. */
  readonly catalog?: string | undefined;
  /** Is there already. */
  readonly schema: string;
  /** What the names of the schemas for working tables begin with. Default: `<schema>_scratch`. */
  readonly scratchSchema?: string | undefined;
  /** The sentence that explains a column, kept as its comment. */
  readonly comment?: ((column: string) => string | undefined) | undefined;
  /** How long a job that has died keeps others out. Default: 300. Seconds. */
  readonly leaseS?: number | undefined;
}

/** A write as progress tells it. */
interface Noted {
  readonly txn: WriteOptions['txn'];
  /** The version that it made. */
  readonly version: number;
  readonly may: 'once' | 'again';
}

/** How long the change of a process that has died keeps other changes of the same table out. Seconds. */
const reviseLeaseS = 60;
/** How long a change waits for others: longer than the lease of one that has died. Seconds. */
const reviseWaitS = 90;

/** In the place of a version that nobody has asked for. */
const untold = -1;

const versionSchema = z.object({ version: z.bigint() });
const countSchema = z.object({ row_count: z.bigint() });

/** How long the logs of tables that it makes are kept: a run that was interrupted reads the versions that it began with. */
const logRetention = 'interval 30 days';

/**
 * Delta tables of a catalog's schema, read and written by SQL alone. What the folder lake does by commits of its own, this
 * one does by what a SQL warehouse lets it: see docs/decisions/0020-progress-in-a-catalog.md.
 */
export class CatalogLake implements Lake {
  readonly engine: Engine;
  readonly place: string;
  readonly #options: CatalogLakeOptions;
  /** Catalog and schema, or the schema alone. */
  readonly #path: readonly string[];
  readonly #progress: ProgressTable;
  /** Tables that are known to be there. */
  readonly #known = new Set<string>();
  /** The partitions of versions of tables that were asked for. */
  readonly #partitions = new Map<string, readonly PartitionValues[]>();
  /** Temporary views that runs have made in the engine's session. */
  readonly #views = new Set<string>();
  #lease: Lease | undefined;

  constructor(options: CatalogLakeOptions) {
    this.engine = options.engine;
    this.#options = options;
    this.#path = options.catalog === undefined ? [options.schema] : [options.catalog, options.schema];
    this.place = this.#path.join('.');
    this.#progress = new ProgressTable(options.engine, this.#name('playhead_progress'));
  }

  async version(name: string): Promise<number | undefined> {
    try {
      const [row] = await this.engine.query(sql`describe history ${this.#name(name)} limit 1`);
      this.#known.add(name);
      return Number(versionSchema.parse(row).version);
    } catch (error) {
      if (isMissingTable(error)) return undefined;
      throw error;
    }
  }

  async txnVersion(name: string, appId: string): Promise<number | undefined> {
    const reached = await this.#progress.reached(appId, name);
    return reached === undefined ? undefined : Number(reached);
  }

  /** By the change feed; false where it no longer reaches back. */
  async onlyGrew(name: string, from: number, to: number): Promise<boolean> {
    if (to < from) return false;
    if (to === from) return true;
    const changes = this.#changes(name, from, to);
    try {
      const [row] = await this.engine.query(
        sql`select count(*) as row_count from (select 1 from ${changes} c where _change_type <> ${lit('insert')} limit 1) f`,
      );
      return countSchema.parse(row).row_count === 0n;
    } catch (error) {
      if (error instanceof PlayheadError && goneCodes.some(code => code === error.code)) return false;
      throw error;
    }
  }

  async read(spec: TableSpec, { version, addedAfter, partitions, where }: ReadOptions = {}): Promise<Fragment> {
    const at = version ?? (await this.version(spec.name)) ?? -1;
    if (at < 0 || (addedAfter !== undefined && addedAfter >= at)) return this.#noRows(spec);
    const conditions: Fragment[] = [];
    if (partitions !== undefined) {
      const picked = await this.#picked(spec, at, partitions);
      if (picked !== 'all') conditions.push(inPartitions(picked, spec, this.engine.dialect));
    }
    if (where !== undefined) conditions.push(conditionOf(where, spec, this.engine.dialect));
    const isAll = addedAfter === undefined || addedAfter < 0;
    if (!isAll) conditions.push(sql`_change_type = ${lit('insert')}`);
    const rows = isAll
      ? sql`${this.#name(spec.name)} version as of ${lit(at)}`
      : sql`${this.#changes(spec.name, addedAfter, at)}`;
    const filter = conditions.length === 0 ? sql`` : sql` where (${join(conditions, ') and (')})`;
    // Without a name of its own the relation would be taken to be named `where`, with columns in parentheses.
    return sql`(select ${columnNames(spec)} from ${rows} as t${filter})`;
  }

  /** Remembers how far an application has come with a table where it had nothing to write. */
  async noteProgress(name: string, { appId, version }: Progress): Promise<void> {
    await this.#lease?.assertHeld();
    await this.#progress.add({ appId, table: name, version: BigInt(version), tableVersion: untold });
  }

  async append(spec: TableSpec, rows: Fragment, { txn, mark, isFirst = false }: WriteOptions = {}): Promise<Appended> {
    if (await this.#wasMade(spec, txn)) return { wasMade: true };
    await this.#prepare(spec);
    if (mark === undefined || isFirst || !(await this.#hasRow(spec, mark))) {
      await this.engine.run(sql`insert into ${this.#name(spec.name)} ${this.#cast(spec, rows)}`, {
        repeat: 'conflict',
      });
    }
    await this.#note(spec, { txn, version: untold, may: mark === undefined ? 'once' : 'again' });
    return { wasMade: false };
  }

  overwrite(spec: TableSpec, rows: Fragment, options: WriteOptions = {}): Promise<Written> {
    return this.#replace(spec, options, () =>
      this.engine.run(sql`insert overwrite ${this.#name(spec.name)} ${this.#cast(spec, rows)}`, always),
    );
  }

  replacePartitions(
    spec: TableSpec,
    rows: Fragment,
    partitions: PartitionFilter,
    options: WriteOptions = {},
  ): Promise<Written> {
    return this.#replace(spec, options, async () => {
      const picked = await this.#replaced(spec, rows, partitions);
      if (picked.length === 0) return;
      const where = inPartitions(picked, spec, this.engine.dialect);
      await this.engine.run(
        sql`insert into ${this.#name(spec.name)} replace where ${where} ${this.#cast(spec, rows)}`,
        always,
      );
    });
  }

  async merge(spec: TableSpec, rows: Fragment, key: readonly string[], options: WriteOptions = {}): Promise<Written> {
    await this.#assertUnique(spec, rows, key);
    return this.#replace(spec, options, () => this.#merge(spec, rows, key, always));
  }

  /**
   * Under a short lease of the table's own, and worked out once more when it is held. Looked at without it first: most looks
   * change nothing, and a lease is four statements.
   */
  async revise<T>(
    spec: TableSpec,
    work: () => Promise<Revision<T>>,
    { key }: ReviseOptions,
  ): Promise<{ readonly result: T } | undefined> {
    const { rows, result } = await work();
    if (rows === undefined) return { result };
    const untilMs = performance.now() + reviseWaitS * 1000;
    for (let pauseMs = 250; ; pauseMs = Math.min(2 * pauseMs, 4000)) {
      try {
        return { result: await this.#reviseAlone(spec, work, key) };
      } catch (error) {
        // Another change is at work, or has taken the lease of this one, which was too slow.
        if (!(error instanceof PlayheadError && error.code === 'DATA_LOCKED')) throw error;
      }
      if (performance.now() >= untilMs) return undefined;
      await delay(pauseMs * (0.5 + Math.random() / 2));
    }
  }

  /** @throws DATA_LOCKED */
  async #reviseAlone<T>(spec: TableSpec, work: () => Promise<Revision<T>>, key: readonly string[]): Promise<T> {
    const locks = this.#name(`playhead_locks_${spec.name}`);
    const lease = await Lease.take(this.engine, locks, `${this.place}.${spec.name}`, reviseLeaseS);
    try {
      const { rows, result } = await work();
      if (rows !== undefined) {
        await this.#assertUnique(spec, rows, key);
        await this.#prepare(spec);
        await lease.assertHeld();
        // Not once more by itself after the connection broke: by then the lease may be another's.
        await this.#merge(spec, rows, key, { repeat: 'conflict' });
      }
      return result;
    } finally {
      await lease.release();
    }
  }

  async lock(): Promise<RunLock> {
    const { leaseS: seconds } = this.#options;
    const lease = await Lease.take(this.engine, this.#name('playhead_locks'), this.place, seconds);
    this.#lease = lease;
    this.#progress.forget();
    return {
      release: async () => {
        this.#lease = undefined;
        try {
          // Every write that it tells of may be made once more, so what cannot be told may stay untold.
          if (lease.isSurelyHeld()) await ifConnected(() => this.#progress.flush());
        } finally {
          await lease.release();
        }
      },
    };
  }

  /** Looked at once for each set of columns: that it was done stands among the progress. */
  async widen(specs: readonly TableSpec[]): Promise<boolean> {
    assert(this.#lease !== undefined, 'only who has the lock changes tables');
    const done = { appId: `playhead.columns.${shapeName(specs)}`, table: '*', version: 1n, tableVersion: untold };
    if ((await this.#progress.reached(done.appId, done.table)) !== undefined) return false;
    await this.#lease.assertHeld();
    const place = { engine: this.engine, path: this.#path, comment: (column: string) => this.#commentOf(column) };
    const isWider = await widenTables(place, specs);
    await this.#progress.putOff(done);
    return isWider;
  }

  /** A schema of this run's own, since a run that lost its lease must not meet the tables of the next. */
  workspace(): Promise<Workspace> {
    const { catalog, schema, scratchSchema } = this.#options;
    assert(this.#lease !== undefined, 'only who has the lock drops what others left');
    return ScratchSchema.open(
      this.engine,
      { catalog, schema, prefix: scratchSchema ?? `${schema}_scratch` },
      this.#views,
    );
  }

  #merge(spec: TableSpec, rows: Fragment, key: readonly string[], options: RunOptions): Promise<void> {
    const names = Object.keys(spec.columns);
    const list = (alias: string) => join(names.map(name => ref(alias, name)));
    const on = join(
      key.map(name => sql`${ref('t', name)} = ${ref('s', name)}`),
      ' and ',
    );
    const set = join(names.map(name => sql`${ref('t', name)} = ${ref('s', name)}`));
    return this.engine.run(
      sql`merge into ${this.#name(spec.name)} as t using (${this.#cast(spec, rows)}) as s on ${on}
      when matched then update set ${set}
      when not matched then insert (${columnNames(spec)}) values (${list('s')})`,
      options,
    );
  }

  /** Makes a change that is as good twice as once, unless it was made before. */
  async #replace(spec: TableSpec, { txn }: WriteOptions, change: () => Promise<void>): Promise<Written> {
    if (await this.#wasMade(spec, txn)) return { version: await this.#newest(spec.name), wasMade: true };
    await this.#prepare(spec);
    await change();
    const version = await this.#newest(spec.name);
    await this.#note(spec, { txn, version, may: 'again' });
    return { version, wasMade: false };
  }

  async #wasMade({ name }: TableSpec, txn: WriteOptions['txn']): Promise<boolean> {
    if (txn === undefined) return false;
    const reached = await this.#progress.reached(txn.appId, name);
    return reached !== undefined && reached >= BigInt(txn.version);
  }

  async #prepare(spec: TableSpec): Promise<void> {
    await this.#lease?.assertHeld();
    if (!this.#known.has(spec.name)) await this.#create(spec);
  }

  /** That a write which may be made `again` was made is written down with what comes later, at the latest with the release. */
  async #note({ name }: TableSpec, { txn, version, may }: Noted): Promise<void> {
    if (txn === undefined) return;
    const step = { appId: txn.appId, table: name, version: BigInt(txn.version), tableVersion: version };
    if (may === 'again' && this.#lease !== undefined) await this.#progress.putOff(step);
    else await this.#progress.add(step);
  }

  async #newest(name: string): Promise<number> {
    const version = await this.version(name);
    assert(version !== undefined, `${name} has been written`);
    return version;
  }

  async #create(spec: TableSpec): Promise<void> {
    const columns = Object.entries(spec.columns).map(
      ([name, type]) => sql`${ref(name)} ${this.#type(type)}${this.#commentOf(name)}`,
    );
    const partitions =
      spec.partitionBy.length === 0 ? sql`` : sql` partitioned by (${join(spec.partitionBy.map(name => ref(name)))})`;
    const properties = sql`'delta.enableChangeDataFeed' = 'true', 'delta.logRetentionDuration' = ${lit(logRetention)}`;
    await this.engine.run(
      sql`create table if not exists ${this.#name(spec.name)} (${join(columns)}) using delta${partitions} tblproperties (${properties})`,
      always,
    );
    this.#known.add(spec.name);
  }

  /** The partitions that a write replaces: those of the table that the filter picks, and those of the rows. */
  async #replaced(spec: TableSpec, rows: Fragment, partitions: PartitionFilter): Promise<readonly PartitionValues[]> {
    if (typeof partitions !== 'function') return partitions;
    const picks = filterOf(partitions);
    const ofRows = await this.#distinct(spec, sql`(${rows})`);
    const ofTable = await this.#distinct(spec, this.#name(spec.name));
    const outside = ofRows.find(values => !picks(values));
    if (outside !== undefined) {
      throw new PlayheadError({
        code: 'DELTA_SCHEMA_MISMATCH',
        at: spec.name,
        message: `a row lies in ${JSON.stringify(outside)}, which is not among the partitions to replace`,
      });
    }
    const all = [...ofTable.filter(picks), ...ofRows];
    return [...new Map(all.map(values => [JSON.stringify(values), values])).values()];
  }

  async #picked(
    spec: TableSpec,
    version: number,
    partitions: PartitionFilter,
  ): Promise<readonly PartitionValues[] | 'all'> {
    if (typeof partitions !== 'function') return partitions;
    const key = `${spec.name}@${version}`;
    const known =
      this.#partitions.get(key) ??
      (await this.#distinct(spec, sql`${this.#name(spec.name)} version as of ${lit(version)}`));
    this.#partitions.set(key, known);
    const picked = known.filter(filterOf(partitions));
    return picked.length === known.length ? 'all' : picked;
  }

  async #distinct(spec: TableSpec, relation: Fragment): Promise<PartitionValues[]> {
    const names = spec.partitionBy;
    const texts = names.map(name => sql`cast(${ref(name)} as ${this.#type('string')}) as ${ref(name)}`);
    const rows = await this.engine.query(sql`select distinct ${join(texts)} from ${relation}`);
    const schema = z.object(Object.fromEntries(names.map(name => [name, z.string().nullable()])));
    return rows.map(row => schema.parse(row));
  }

  async #hasRow(spec: TableSpec, condition: Fragment): Promise<boolean> {
    const [row] = await this.engine.query(
      sql`select count(*) as row_count from (select 1 from ${this.#name(spec.name)} where ${condition} limit 1) f`,
    );
    return countSchema.parse(row).row_count > 0n;
  }

  async #assertUnique({ name, columns }: TableSpec, rows: Fragment, key: readonly string[]): Promise<void> {
    const refuse = (message: string) =>
      new PlayheadError({
        code: 'DELTA_AMBIGUOUS_KEY',
        at: name,
        message,
        hint: 'make the rows unique by their key first',
      });
    if (key.length === 0 || key.some(column => !(column in columns))) throw refuse('no such key to merge by');
    const isNull = join(
      key.map(column => sql`${ref(column)} is null`),
      ' or ',
    );
    const list = join(key.map(column => ref(column)));
    const [row] = await this.engine.query(sql`select count(*) as row_count from (
      select 1 from (${rows}) r group by ${list} having count(*) > 1 or max(case when ${isNull} then 1 else 0 end) = 1 limit 1) f`);
    if (countSchema.parse(row).row_count === 0n) return;
    throw refuse(`rows without a key or with a key of another (${key.join(', ')}); nothing was changed`);
  }

  /** The rows in the table's order of columns and in its types: SQL inserts by position. */
  #cast(spec: TableSpec, rows: Fragment): Fragment {
    const columns = Object.entries(spec.columns).map(
      ([name, type]) => sql`cast(${ref(name)} as ${this.#type(type)}) as ${ref(name)}`,
    );
    return sql`select ${join(columns)} from (${rows}) as r`;
  }

  #noRows(spec: TableSpec): Fragment {
    const columns = Object.entries(spec.columns).map(
      ([name, type]) => sql`cast(null as ${this.#type(type)}) as ${ref(name)}`,
    );
    return sql`(select ${join(columns)} where 1 = 0)`;
  }

  /** What happened to a table after one version and up to another. */
  #changes(name: string, after: number, to: number): Fragment {
    const path = [...this.#path, name].map(part => this.engine.dialect.quoteName(part)).join('.');
    return sql`table_changes(${lit(path)}, ${lit(after + 1)}, ${lit(to)})`;
  }

  #name(table: string): Fragment {
    return ref(...this.#path, table);
  }

  #commentOf(column: string): Fragment {
    const says = this.#options.comment?.(column);
    return says === undefined ? sql`` : sql` comment ${lit(says)}`;
  }

  #type(type: TableSpec['columns'][string]): Fragment {
    return raw(this.engine.dialect.type(type));
  }
}

/** Opens the tables of a schema, which need not exist. */
export const openCatalogLake = (options: CatalogLakeOptions): CatalogLake => new CatalogLake(options);

const columnNames = (spec: TableSpec): Fragment => join(Object.keys(spec.columns).map(name => ref(name)));

/** Twice the same replacement is as good as once. */
const always: RunOptions = { repeat: 'always' };

/** What a change feed says that no longer reaches back. */
const goneCodes = ['DELTA_VERSION_NOT_FOUND', 'DELTA_MISSING_FILE', 'DELTA_MISSING_COMMIT'] as const;
