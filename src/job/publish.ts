import { z } from 'zod';
import { assert } from '#errors';
import { type Fragment, join, lit, raw, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { PartitionValues } from '#warehouse';
import type { RunContext } from './run-context.js';
import { appId } from './run-log.js';
import { columnList, type Narrowing, relationOf, rowHash } from './tables.js';

/** Tables that are partitioned by the day of the session. */
export type DailyTable = 'sessions' | 'segments';

/** Two relations that hold the same rows when nothing has changed. */
export interface Comparison {
  readonly before: Fragment;
  readonly after: Fragment;
}

/**
 * Replaces all rows of a table by `rows`, unless they are what it holds. `comparison` narrows the look at what may differ, or
 * says that something does.
 */
export async function publishWhole(
  context: RunContext,
  name: TableName,
  rows: Fragment,
  comparison?: Comparison | 'differs',
): Promise<void> {
  const { lake, run } = context;
  await publish(context, name, async () => {
    if (run.base[name] === undefined || comparison === 'differs') {
      return lake.overwrite(tables[name], rows, writeOptions(context));
    }
    const before = comparison?.before ?? (await relationOf(lake, name, run.base));
    if (await isSame(context, name, { before, after: comparison?.after ?? sql`(${rows})` })) return 'unchanged';
    return lake.overwrite(tables[name], rows, writeOptions(context));
  });
}

/** Adds rows to a table whose rows say of which run they are. */
export async function publishMore(context: RunContext, name: 'quality_results', rows: Fragment): Promise<void> {
  const { lake, run, isResumed } = context;
  await publish(context, name, async () => {
    const mark = sql`run_id = ${lit(run.runId)}`;
    await lake.append(tables[name], rows, { ...writeOptions(context), mark, isFirst: !isResumed });
    const version = await lake.version(name);
    assert(version !== undefined, `${name} has been written`);
    return { version };
  });
}

/**
 * Puts the rows of `rebuilt` in the place of those of `replaced`, a day at a time: days on which nothing has changed are
 * not written, and the other rows of a changed day stay.
 */
export async function publishDays(
  context: RunContext,
  name: DailyTable,
  { rebuilt, replaced }: { readonly rebuilt: Fragment; readonly replaced: Fragment },
): Promise<void> {
  const { lake, run } = context;
  const table = tables[name];
  await publish(context, name, async () => {
    if (run.base[name] === undefined) {
      return lake.overwrite(table, sql`select ${columnList(name)} from ${rebuilt} r`, writeOptions(context));
    }
    const days = await changedDays(context, name, rebuilt, replaced);
    if (days.length === 0) return 'unchanged';
    const partitions = days.map(day => ({ session_date: day }));
    const made = sql`select ${columnList(name)} from ${rebuilt} r where ${isOnOneOf(days)}`;
    // In a full run every row is replaced: there is nothing to keep, so nothing is read.
    const rows =
      run.mode === 'full'
        ? made
        : sql`select ${columnList(name)} from ${await relationOf(lake, name, run.base, { partitions })} k
      where not exists (select 1 from replaced_sessions s where s.session_id = k.session_id)
      union all ${made}`;
    return lake.replacePartitions(table, rows, partitions, writeOptions(context));
  });
}

/** Replaces all rows of some days by those of `rows`, which lie on these days; days that stay as they are are not written. */
export async function publishWholeDays(
  context: RunContext,
  name: 'video_days',
  { days, rows }: { readonly days: ReadonlySet<string>; readonly rows: Fragment },
): Promise<void> {
  const { lake, run } = context;
  await publish(context, name, async () => {
    if (run.base[name] === undefined) return lake.overwrite(tables[name], rows, writeOptions(context));
    const partitions = ({ session_date }: PartitionValues) => days.has(session_date ?? '');
    const changed = await changedDays(
      context,
      name,
      sql`(${rows})`,
      await relationOf(lake, name, run.base, { partitions }),
    );
    if (changed.length === 0) return 'unchanged';
    return lake.replacePartitions(
      tables[name],
      sql`select * from (${rows}) r where ${isOnOneOf(changed)}`,
      changed.map(day => ({ session_date: day })),
      writeOptions(context),
    );
  });
}

const isOnOneOf = (days: readonly string[]): Fragment =>
  sql`session_date in (${join(days.map(day => sql`cast(${lit(day)} as date)`))})`;

/** Days whose rows differ: by number, or by the hash of all rows of both sides, in which equal rows cancel out. */
async function changedDays(
  { d, engine }: RunContext,
  name: DailyTable | 'video_days',
  rebuilt: Fragment,
  replaced: Fragment,
): Promise<string[]> {
  const side = (relation: Fragment, sign: number) =>
    sql`select session_date, ${lit(sign)} as side, ${rowHash(name, d, 'r')} as row_hash from ${relation} r`;
  const rows = await engine.query(sql`
    select cast(session_date as ${raw(d.type('string'))}) as day
    from (${side(rebuilt, 1)} union all ${side(replaced, -1)}) b
    group by session_date
    having sum(side) <> 0 or bit_xor(row_hash) <> 0
    order by day`);
  return rows.map(row => daySchema.parse(row).day);
}

async function isSame({ d, engine }: RunContext, name: TableName, { before, after }: Comparison): Promise<boolean> {
  const side = (relation: Fragment, sign: number) =>
    sql`select ${lit(sign)} as side, ${rowHash(name, d, 'r')} as row_hash from ${relation} r`;
  const [row] = await engine.query(sql`
    select coalesce(sum(side) = 0 and bit_xor(row_hash) = 0, true) as is_same
    from (${side(before, -1)} union all ${side(after, 1)}) b`);
  return sameSchema.parse(row).is_same;
}

type Published = { readonly version: number } | 'unchanged';

/** Makes a table's commit of this run, once; a run that is taken up again finds what it has done. */
async function publish(context: RunContext, name: TableName, change: () => Promise<Published>): Promise<void> {
  const { lake, run, versions, committed, stopwatch, observer } = context;
  await stopwatch.measure(`publish ${name}`, async () => {
    const reached = (await lake.txnVersion(name, appId)) ?? 0;
    if (reached >= run.sequence) {
      const version = await lake.version(name);
      if (version !== undefined) versions.set(name, version);
      return;
    }
    const published = await change();
    if (published === 'unchanged') return;
    versions.set(name, published.version);
    committed.push(name);
    observer.onCommit?.(name);
  });
}

const writeOptions = ({ run }: RunContext) => ({ txn: { appId, version: run.sequence }, operation: 'SESSIONIZE' });

const daySchema = z.object({ day: z.string() });
const sameSchema = z.object({ is_same: z.boolean() });

/** The version of a table that this run has led to, to stand in FROM. */
export const publishedRelation = (context: RunContext, name: TableName, narrowing: Narrowing = {}): Promise<Fragment> =>
  relationOf(context.lake, name, Object.fromEntries(context.versions), narrowing);
