import type { Config } from '#config';
import type { Dialect } from '#sql';
import type { TableName } from '#tables';
import type { Engine, Lake } from '#warehouse';
import type { FinishedRun, StartedRun } from './run-log.js';
import type { Scratch } from './scratch.js';
import type { RunObserver, Stopwatch } from './stopwatch.js';

/** What every step of a run gets. */
export interface RunContext {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly d: Dialect;
  readonly config: Config;
  readonly run: StartedRun;
  /** Taken up again: some of its tables may be written. */
  readonly isResumed: boolean;
  /** The run on whose tables an incremental one builds. */
  readonly previous: FinishedRun | undefined;
  readonly scratch: Scratch;
  readonly stopwatch: Stopwatch;
  readonly observer: RunObserver;
  /** Versions that the run leads to; steps that publish add theirs. */
  readonly versions: Map<TableName, number>;
  /** Tables that got a commit. */
  readonly committed: TableName[];
}
