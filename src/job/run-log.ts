import { z } from 'zod';
import { type Dialect, type Fragment, join, lit, raw, ref, type SqlValue, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { Engine, Lake } from '#warehouse';
import { relationOf, type Versions } from './tables.js';

/** Every commit of a run carries this application id with the run's sequence. */
export const appId = 'playhead.job';

export type JobMode = 'full' | 'incremental';

/** A run as it was begun: everything that taking it up again needs. */
export interface StartedRun {
  readonly runId: string;
  readonly sequence: number;
  readonly mode: JobMode;
  readonly startedAt: Date;
  /** Version of `events` that the run takes in. */
  readonly eventsVersion: number;
  /** Versions of all tables, inputs included, that the run reads. */
  readonly base: Versions;
  readonly rulesHash: string;
  /** What the hash was made of beside the version of the pipeline: `definitionsText`. */
  readonly definitions: string;
}

/** A run that came to its end. */
export interface FinishedRun {
  readonly runId: string;
  readonly sequence: number;
  readonly eventsVersion: number;
  /** What is served since. */
  readonly versions: Versions;
  readonly newestReceivedUs: bigint | null;
  readonly newestEventUs: bigint | null;
  readonly rulesHash: string;
  /** The definitions that its tables were built under; none in the rows of versions that did not keep them. */
  readonly definitions: string | null;
}

/** What `job_runs` says of the past. */
export interface RunHistory {
  readonly finished: FinishedRun | undefined;
  /** Begun after the last finished one, and never ended. */
  readonly unfinished: StartedRun | undefined;
  readonly lastSequence: number;
}

/** What a run found out, for its last row. */
export interface RunOutcome {
  readonly versions: Versions;
  readonly finishedAt: Date;
  readonly newestReceivedUs: bigint | null;
  readonly newestEventUs: bigint | null;
  readonly newEventCount: bigint;
  readonly touchedUserCount: bigint;
  readonly rebuiltSessionCount: bigint;
}

const versionsSchema = z.record(z.string(), z.int().nonnegative());
const rowSchema = z.object({
  run_id: z.string(),
  sequence: z.coerce.number().int(),
  state: z.enum(['started', 'finished']),
  mode: z.enum(['full', 'incremental']),
  started_us: z.coerce.number(),
  events_version: z.coerce.number().int(),
  table_versions: z.string().transform(text => versionsOf(versionsSchema.parse(JSON.parse(text)))),
  newest_received_us: z.bigint().nullable(),
  newest_event_us: z.bigint().nullable(),
  rules_hash: z.string(),
  definitions: z.string().nullable(),
});
type RunRow = z.infer<typeof rowSchema>;

/** Reads the newest finished run, and the one that was begun after it and never ended. */
export async function readRunHistory(lake: Lake, engine: Engine): Promise<RunHistory> {
  const runs = await readRuns(lake, engine, raw('true'));
  const finished = runs.find(run => run.state === 'finished');
  const latest = runs[0];
  const isUnfinished = latest !== undefined && latest.sequence > (finished?.sequence ?? 0);
  return {
    finished: finished && finishedRun(finished),
    unfinished: isUnfinished ? startedRun(latest) : undefined,
    lastSequence: latest?.sequence ?? 0,
  };
}

/** The finished run of a number; none where there is no such run. */
export async function readFinishedRun(lake: Lake, engine: Engine, sequence: number): Promise<FinishedRun | undefined> {
  const [run] = await readRuns(lake, engine, sql`state = ${lit('finished')} and sequence = ${lit(sequence)}`);
  return run && finishedRun(run);
}

/** Rows of `job_runs`, newest first. */
async function readRuns(lake: Lake, engine: Engine, where: Fragment): Promise<RunRow[]> {
  const version = await lake.version('job_runs');
  const d = engine.dialect;
  const rows = await engine.query(sql`
    select run_id, sequence, state, mode, ${d.epochUs(ref('started_at'))} as started_us, events_version, table_versions,
      ${d.epochUs(ref('newest_received_at'))} as newest_received_us, ${d.epochUs(ref('newest_event_time'))} as newest_event_us, rules_hash, definitions
    from ${await relationOf(lake, 'job_runs', version === undefined ? {} : { job_runs: version })}
    where ${where}
    order by sequence desc limit 64`);
  return rows.map(row => rowSchema.parse(row));
}

/** Writes the row that begins a run: from here on the run can be taken up again. */
export async function appendStarted(lake: Lake, d: Dialect, run: StartedRun): Promise<void> {
  await lake.append(tables.job_runs, runRow(d, run, { state: 'started', versions: run.base }), {
    operation: 'JOB START',
  });
}

/** A run at its end. */
export interface EndedRun {
  readonly lake: Lake;
  readonly d: Dialect;
  readonly run: StartedRun;
  /** Taken up again: its last row may be there already. */
  readonly isResumed: boolean;
}

/** Writes the row that ends a run: from here on its tables are served. Writing it again changes nothing. */
export async function appendFinished({ lake, d, run, isResumed }: EndedRun, outcome: RunOutcome): Promise<void> {
  await lake.append(tables.job_runs, runRow(d, run, { state: 'finished', ...outcome }), {
    txn: { appId, version: run.sequence },
    operation: 'JOB FINISH',
    mark: sql`run_id = ${lit(run.runId)} and state = ${lit('finished')}`,
    isFirst: !isResumed,
  });
}

type RowFacts = { readonly state: 'started' | 'finished'; readonly versions: Versions } & Partial<RunOutcome>;

function runRow(d: Dialect, run: StartedRun, facts: RowFacts): Fragment {
  const instant = (us: bigint | null | undefined) =>
    us === null || us === undefined ? lit(null) : d.instantOfUs(lit(us));
  const value = (held: SqlValue | undefined) => lit(held ?? null);
  const values: Record<keyof typeof tables.job_runs.columns, Fragment> = {
    run_id: value(run.runId),
    sequence: value(run.sequence),
    state: value(facts.state),
    mode: value(run.mode),
    started_at: instant(microsOf(run.startedAt)),
    finished_at: instant(facts.finishedAt && microsOf(facts.finishedAt)),
    events_version: value(run.eventsVersion),
    table_versions: value(JSON.stringify(facts.versions)),
    newest_received_at: instant(facts.newestReceivedUs),
    newest_event_time: instant(facts.newestEventUs),
    new_event_count: value(facts.newEventCount),
    touched_user_count: value(facts.touchedUserCount),
    rebuilt_session_count: value(facts.rebuiltSessionCount),
    rules_hash: value(run.rulesHash),
    definitions: value(run.definitions),
  };
  const columns = Object.entries(tables.job_runs.columns).map(
    ([column, type]) => sql`cast(${values[column as keyof typeof values]} as ${raw(d.type(type))}) as ${ref(column)}`,
  );
  return sql`select ${join(columns)}`;
}

const microsOf = (instant: Date): bigint => BigInt(instant.getTime()) * 1000n;

/** Names that this program does not know (of a newer one, say) are left out. */
function versionsOf(written: Readonly<Record<string, number>>): Versions {
  const isTableName = (name: string): name is TableName => name in tables;
  return Object.fromEntries(Object.entries(written).filter(([name]) => isTableName(name)));
}

const finishedRun = (row: RunRow): FinishedRun => ({
  runId: row.run_id,
  sequence: row.sequence,
  eventsVersion: row.events_version,
  versions: row.table_versions,
  newestReceivedUs: row.newest_received_us,
  newestEventUs: row.newest_event_us,
  rulesHash: row.rules_hash,
  definitions: row.definitions,
});

const startedRun = (row: RunRow): StartedRun => ({
  runId: row.run_id,
  sequence: row.sequence,
  mode: row.mode,
  startedAt: new Date(row.started_us / 1000),
  eventsVersion: row.events_version,
  base: row.table_versions,
  rulesHash: row.rules_hash,
  definitions: row.definitions ?? '{}',
});
