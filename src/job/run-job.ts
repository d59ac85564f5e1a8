import { z } from 'zod';
import type { Config } from '#config';
import { sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { Engine, Lake } from '#warehouse';
import { publishExperiments } from './experiments.js';
import { publishGold } from './gold.js';
import { publishImpressions } from './impressions.js';
import { type Intake, takeIn } from './intake.js';
import { assertOwnRules } from './own-rules.js';
import { type Plan, planRun } from './plan.js';
import { checkQuality } from './quality.js';
import { publishSessions, rebuildSessions } from './rebuild.js';
import type { RunContext } from './run-context.js';
import { appendFinished, appendStarted, type FinishedRun, type JobMode, readRunHistory } from './run-log.js';
import { Scratch } from './scratch.js';
import { type RunObserver, Stopwatch, type Timing } from './stopwatch.js';
import { stretchEverything, stretchTouched } from './stretch.js';
import type { Versions } from './tables.js';

export interface JobOptions {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly config: Config;
  readonly clock: () => Date;
  /** `full` makes every row anew; `incremental` does so only where it must. */
  readonly mode: JobMode;
  readonly observer?: RunObserver | undefined;
}

/** What a run did. */
export interface JobResult {
  /** False where there was nothing to do: then no table was written, `job_runs` included. */
  readonly hasRun: boolean;
  readonly runId: string;
  readonly sequence: number;
  readonly mode: JobMode;
  /** True where a run that had stopped in the middle was brought to its end first. */
  readonly wasResumed: boolean;
  readonly eventsVersion: number;
  readonly newEventCount: number;
  readonly touchedUserCount: number;
  readonly rebuiltSessionCount: number;
  /** What is served from now on. */
  readonly versions: Versions;
  /** The tables that changed. */
  readonly committed: readonly TableName[];
  readonly timings: readonly Timing[];
  readonly totalMs: number;
}

/**
 * Brings sessions and everything above them up to the newest events, as one run: its tables become visible together,
 * with its last row in `job_runs`. Killed at any point and started again it ends as if nothing had happened.
 * @throws QUALITY_RULE_INVALID, DATA_LOCKED, DATA_NOT_FOUND, DATA_NOT_WRITABLE, DATA_DISK_FULL and whatever the tables' state deserves
 */
export async function runJob(options: JobOptions): Promise<JobResult> {
  const { lake, engine, config, clock } = options;
  const started = performance.now();
  await assertOwnRules(engine, config.quality);
  const lock = await lake.lock(clock());
  try {
    let wasResumed = false;
    for (;;) {
      const history = await readRunHistory(lake, engine);
      const isFullWanted = options.mode === 'full';
      const plan = await planRun({ lake, config, history, isFullWanted, now: clock() });
      if (plan.kind === 'nothing') return nothingDone(plan.last, performance.now() - started);
      // Tables of an older Playhead get their new columns in a version of their own, on which the run is planned anew.
      if (!plan.isResumed && (await lake.widen(Object.values(tables)))) continue;
      const result = await execute(options, plan, wasResumed);
      wasResumed = plan.isResumed;
      // What came in since the run was begun is a run of its own.
      if (!plan.isResumed || !(await isBehind(options)))
        return { ...result, totalMs: round(performance.now() - started) };
    }
  } finally {
    await lock.release();
  }
}

async function isBehind({ lake, engine, config, clock }: JobOptions): Promise<boolean> {
  const history = await readRunHistory(lake, engine);
  return (await planRun({ lake, config, history, isFullWanted: false, now: clock() })).kind === 'run';
}

async function execute(
  options: JobOptions,
  plan: Extract<Plan, { kind: 'run' }>,
  wasResumed: boolean,
): Promise<JobResult> {
  const { lake, engine, config, clock, observer = {} } = options;
  const { run, previous, isResumed } = plan;
  const scratch = new Scratch(await lake.workspace());
  const stopwatch = new Stopwatch(observer);
  const versions = new Map(Object.entries(run.base) as [TableName, number][]);
  const committed: TableName[] = [];
  const context = {
    lake,
    engine,
    d: engine.dialect,
    config,
    run,
    isResumed,
    previous,
    scratch,
    stopwatch,
    observer,
    versions,
    committed,
  };
  try {
    if (!isResumed) {
      await stopwatch.measure('begin', () => appendStarted(lake, engine.dialect, run));
      observer.onCommit?.('job_runs');
    }
    const work = await rebuildAndPublish(context);
    await checkQuality(context, { checkedAt: clock(), newEventCount: Number(work.newEventCount) });
    const outcome = { ...work, versions: Object.fromEntries(versions), finishedAt: clock() };
    await stopwatch.measure('finish', () => appendFinished(context, outcome));
    observer.onCommit?.('job_runs');
    return {
      hasRun: true,
      runId: run.runId,
      sequence: run.sequence,
      mode: run.mode,
      wasResumed: isResumed || wasResumed,
      eventsVersion: run.eventsVersion,
      newEventCount: Number(work.newEventCount),
      touchedUserCount: Number(work.touchedUserCount),
      rebuiltSessionCount: Number(work.rebuiltSessionCount),
      versions: outcome.versions,
      committed,
      timings: stopwatch.timings,
      totalMs: 0,
    };
  } finally {
    await scratch.close();
  }
}

interface Work extends Intake {
  readonly touchedUserCount: bigint;
  readonly rebuiltSessionCount: bigint;
}

async function rebuildAndPublish(context: RunContext): Promise<Work> {
  const { stopwatch } = context;
  const intake = await stopwatch.measure('take in new events', () => takeIn(context));
  const stretch = await stopwatch.measure('mark what they touch', () =>
    intake.userCount === null ? stretchTouched(context) : stretchEverything(context, intake.userCount),
  );
  await publishImpressions(context);
  await rebuildSessions(context);
  await publishSessions(context, stretch);
  await publishExperiments(context);
  await publishGold(context);
  return { ...intake, touchedUserCount: stretch.touchedUserCount, rebuiltSessionCount: await countRebuilt(context) };
}

async function countRebuilt({ engine }: RunContext): Promise<bigint> {
  const [row] = await engine.query(sql`select cast(count(*) as bigint) as session_count from rebuilt_sessions`);
  return countSchema.parse(row).session_count;
}

function nothingDone(last: FinishedRun, totalMs: number): JobResult {
  return {
    hasRun: false,
    runId: last.runId,
    sequence: last.sequence,
    mode: 'incremental',
    wasResumed: false,
    eventsVersion: last.eventsVersion,
    newEventCount: 0,
    touchedUserCount: 0,
    rebuiltSessionCount: 0,
    versions: last.versions,
    committed: [],
    timings: [],
    totalMs: round(totalMs),
  };
}

const countSchema = z.object({ session_count: z.bigint() });
const round = (ms: number): number => Math.round(ms * 10) / 10;
