import { assert } from '#errors';
import { type Fragment, lit, ref, sql } from '#sql';
import { derivedTables, type Table, tables } from '#tables';
import type { DuckdbEngine, FolderLake } from '#warehouse';
import type { Ids } from './access.js';
import { type Builds, type Lanes, openLanes } from './drivers.js';
import { pseudonymised } from './pseudonyms.js';
import type { RollupParts } from './rollup-build.js';
import type { RollupStore } from './rollup-store.js';
import type { SnapshotInfo } from './served-run.js';
import { SnapshotInputs, withLiterals } from './snapshot-inputs.js';

/** Where Cube puts the rollups of a snapshot. */
export const rollupSchema = 'rollups';

/**
 * Tables that are written beside the runs of the job, so that no run can name their version: the newest is served, of
 * which an older run has the rows that had come by then.
 */
const besideRuns = new Map<Table, (run: SnapshotInfo) => Fragment>([
  [tables.job_runs, ({ sequence }) => sql`sequence <= ${lit(sequence)}`],
  [tables.alerts, run => sql`opened_at <= ${committedAt(run)}`],
]);

/** The tables that the models read; of `events` what the served run has taken in. */
export const servedTables: readonly Table[] = [
  ...derivedTables.map(name => tables[name]),
  tables.events,
  ...besideRuns.keys(),
];

/**
 * One frozen state of all tables. Nothing in it ever changes, so a request that stays within one snapshot cannot see
 * two versions, and what is cached for it is right for ever.
 */
export interface Snapshot {
  readonly id: string;
  readonly info: SnapshotInfo;
  /** By the ids that its rows carry. Without pseudonyms in use, there are none to open. */
  readonly databases: ReadonlyMap<Ids, Database>;
  /** Nobody reads it. */
  readonly isIdle: boolean;
  /** Gives back the rollups' memory. Only when no query runs any more. */
  close(): Promise<void>;
}

/**
 * A DuckDB database in memory that holds a view over each table's files of exactly one version, a one-row view
 * `snapshot`, and the rollups that Cube builds of them.
 */
export interface Database {
  /** Name under which it is attached. */
  readonly id: string;
  readonly ids: Ids;
  readonly lanes: Lanes;
  /** Rollups that are being built, by table. */
  readonly builds: Builds;
  /** What the rollups are built of, and with. */
  readonly parts: RollupParts;
}

export interface SnapshotOptions {
  readonly engine: DuckdbEngine;
  readonly lake: FolderLake;
  readonly id: string;
  readonly info: SnapshotInfo;
  /** Queries that run in each of its databases at the same time. */
  readonly laneCount: number;
  /** Whether it shows an older state: then it knows no later run either. */
  readonly isAsOf: boolean;
  /** Where the parts of rollups are kept. */
  readonly store: RollupStore;
  /** Key of the pseudonyms; where there is none, no rows are served under pseudonyms. */
  readonly pseudonymKey?: string | undefined;
}

/** The name of a snapshot's database, whether it is open or not. */
export const databaseIdOf = (snapshotId: string, ids: Ids): string =>
  ids === 'plain' ? snapshotId : `${snapshotId}_${ids}`;

/** The database of a snapshot for callers who are shown these ids. */
export function databaseOf(snapshot: Snapshot, ids: Ids): Database {
  const database = snapshot.databases.get(ids);
  assert(database !== undefined, `${snapshot.id} has rows with ${ids} ids`);
  return database;
}

/** Attaches a snapshot: all views of a database come into being in one transaction. @throws DELTA_..., QUERY_INVALID */
export async function openSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const { engine, lake, id, info, laneCount, isAsOf, store, pseudonymKey } = options;
  const rows = await Promise.all(
    servedTables.map(async table => ({ table, query: await tableQuery(lake, table, info, isAsOf) })),
  );
  const plain = rows.map(({ table, query }) => [table.name, query] as const);
  const named = { id: databaseIdOf(id, 'plain'), ids: 'plain' } as const;
  const common = { engine, lake, laneCount, info, store, snapshotId: id };
  const opened = [await openDatabase({ ...common, ...named, views: plain, shown: (_table, rows) => rows })];
  const close = async () => {
    for (const { lanes } of opened) lanes.close();
    for (const database of opened) await engine.run(sql`detach ${ref(database.id)}`);
  };
  if (pseudonymKey !== undefined) {
    const views = rows.map(({ table, query }) => [table.name, pseudonymised(table, query, pseudonymKey)] as const);
    const named = { id: databaseIdOf(id, 'pseudonymised'), ids: 'pseudonymised' } as const;
    opened.push(
      await openDatabase({
        ...common,
        ...named,
        views,
        shown: (table, rows) => pseudonymised(table, rows, pseudonymKey),
      }).catch(async (error: unknown) => {
        await close();
        throw error;
      }),
    );
  }
  const databases = new Map(opened.map(database => [database.ids, database]));
  return {
    id,
    info,
    databases,
    get isIdle() {
      return opened.every(({ lanes }) => lanes.isIdle);
    },
    close,
  };
}

interface DatabaseOptions {
  readonly engine: DuckdbEngine;
  readonly lake: FolderLake;
  readonly store: RollupStore;
  readonly snapshotId: string;
  readonly id: string;
  readonly ids: Ids;
  readonly views: readonly (readonly [name: string, query: Fragment])[];
  /** The rows of a table as its view shows them. */
  readonly shown: (table: Table, rows: Fragment) => Fragment;
  readonly info: SnapshotInfo;
  readonly laneCount: number;
}

async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { engine, id, ids, views, info, laneCount, store } = options;
  await engine.run(sql`attach ':memory:' as ${ref(id)}`);
  try {
    await engine.run(sql`begin`);
    await engine.run(sql`create schema ${ref(id, rollupSchema)}`);
    for (const [name, query] of [...views, ['snapshot', snapshotQuery(info)] as const]) {
      await engine.run(withLiterals(sql`create view ${ref(id, 'main', name)} as ${query}`));
    }
    await engine.run(sql`commit`);
  } catch (error) {
    await engine.run(sql`rollback`);
    await engine.run(sql`detach ${ref(id)}`);
    throw error;
  }
  const lanes = openLanes(engine, id, laneCount);
  const parts = { store, inputs: inputsOf(options, lanes), used: new Set<string>() };
  return { id, ids, lanes, builds: new Map(), parts };
}

function inputsOf({ lake, snapshotId, ids, info, shown }: DatabaseOptions, lanes: Lanes): SnapshotInputs {
  return new SnapshotInputs({
    lake,
    snapshotId,
    ids,
    shown,
    runId: info.runId ?? '',
    tables: servedTables
      .filter(table => !besideRuns.has(table))
      .map(table => ({ table, version: info.versions[table.name] ?? beforeFirstCommit })),
    ownTables: [...besideRuns.keys()].map(table => table.name),
    query: text => lanes.with(lane => lane.query<Readonly<Record<string, unknown>>>(text, [])),
  });
}

/** The rows of one table in this snapshot: none, but with all columns, where the run knew no such table. */
async function tableQuery(lake: FolderLake, table: Table, info: SnapshotInfo, isAsOf: boolean): Promise<Fragment> {
  const cameByThen = besideRuns.get(table);
  const version = cameByThen === undefined ? info.versions[table.name] : await lake.version(table.name);
  const rows = sql`select * from ${await lake.read(table, { version: version ?? beforeFirstCommit })} as rows_read`;
  return isAsOf && cameByThen !== undefined ? sql`${rows} where ${cameByThen(info)}` : rows;
}

const beforeFirstCommit = -1;

/** When a run ended, as an instant of SQL; null before the first run. */
const committedAt = (run: SnapshotInfo): Fragment =>
  sql`make_timestamptz(cast(${lit(run.committedAt === undefined ? null : run.committedAt.getTime() * 1000)} as bigint))`;

function snapshotQuery(run: SnapshotInfo): Fragment {
  const { runId, sequence, versions } = run;
  return sql`
    select
      cast(${lit(runId ?? null)} as varchar) as run_id,
      cast(${lit(sequence)} as bigint) as sequence,
      ${committedAt(run)} as committed_at,
      cast(${lit(JSON.stringify(versions))} as varchar) as table_versions`;
}
