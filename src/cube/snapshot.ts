import { compile, duckdb, type Fragment, lit, raw, ref, sql } from '#sql';
import { derivedTables, type Table, tables } from '#tables';
import type { DuckdbEngine, Lake } from '#warehouse';
import { type Builds, type Lanes, openLanes } from './drivers.js';
import type { SnapshotInfo } from './served-run.js';

/** Where Cube puts the rollups of a snapshot. */
export const rollupSchema = 'rollups';

/** The tables that the models read. */
export const servedTables: readonly Table[] = [...derivedTables.map(name => tables[name]), tables.job_runs];

/**
 * One frozen state of all tables: a DuckDB database in memory that holds a view over each table's files of exactly
 * one version, a one-row view `snapshot`, and the rollups that Cube builds of them. Nothing in it ever changes, so
 * a request that stays within one snapshot cannot see two versions, and what is cached for it is right for ever.
 */
export interface Snapshot {
  /** Name of the attached database. */
  readonly id: string;
  readonly info: SnapshotInfo;
  readonly lanes: Lanes;
  /** Rollups that are being built, by table. */
  readonly builds: Builds;
  /** Gives back the rollups' memory. Only when no query runs any more. */
  close(): Promise<void>;
}

export interface SnapshotOptions {
  readonly engine: DuckdbEngine;
  readonly lake: Lake;
  readonly id: string;
  readonly info: SnapshotInfo;
  /** Queries that run in it at the same time. */
  readonly laneCount: number;
}

/** Attaches a snapshot: all its views come into being in one transaction. @throws DELTA_..., QUERY_INVALID */
export async function openSnapshot({ engine, lake, id, info, laneCount }: SnapshotOptions): Promise<Snapshot> {
  const views = await Promise.all(
    servedTables.map(async table => [table.name, await tableQuery(lake, table, info)] as const),
  );
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
  const close = async () => {
    lanes.close();
    await engine.run(sql`detach ${ref(id)}`);
  };
  return { id, info, lanes, builds: new Map(), close };
}

/** The rows of one table in this snapshot: none, but with all columns, where the run knew no such table. */
async function tableQuery(lake: Lake, table: Table, info: SnapshotInfo): Promise<Fragment> {
  // The run that is served is a row of job_runs, which therefore cannot name its own version: the newest is served.
  const version = table === tables.job_runs ? await lake.version(table.name) : info.versions[table.name];
  return sql`select * from ${await lake.read(table, { version: version ?? beforeFirstCommit })}`;
}

const beforeFirstCommit = -1;

function snapshotQuery({ runId, sequence, committedAt, versions }: SnapshotInfo): Fragment {
  const committedUs = committedAt === undefined ? null : committedAt.getTime() * 1000;
  return sql`
    select
      cast(${lit(runId ?? null)} as varchar) as run_id,
      cast(${lit(sequence)} as bigint) as sequence,
      make_timestamptz(cast(${lit(committedUs)} as bigint)) as committed_at,
      cast(${lit(JSON.stringify(versions))} as varchar) as table_versions`;
}

/** The same statement with its parameters written out: a view cannot have any. */
function withLiterals(statement: Fragment): Fragment {
  const { values } = compile(statement, duckdb);
  const literal = (position: number) => duckdb.literal(values[position - 1] ?? null);
  return raw(compile(statement, { ...duckdb, placeholder: literal }).text);
}
