import { PlayheadError } from '#errors';
import type { Clock } from './clock.js';
import { type Lease, takeLease } from './lease.js';
import { fresh, readState, type ScheduleState, type TaskState, writeState } from './state.js';

/** Something that is done again and again. */
export interface Task {
  readonly name: string;
  /** From one start to the next. Infinity: only when `hasWork` says so. */
  readonly everyMs: number;
  /** Asked at every look; true makes the task due at once. */
  readonly hasWork?: (() => Promise<boolean>) | undefined;
  /** Work that has begun is brought to its end, whatever the signal says; it may be told to hurry by it. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface ScheduleOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** In the order in which those that are due at once are run. */
  readonly tasks: readonly Task[];
  readonly backoffMs: number;
  readonly backoffMsMax: number;
  readonly leaseMs: number;
  /** The longest pause between two looks at what is due. */
  readonly pollMs: number;
  readonly signal: AbortSignal;
  /** `wait`: while another schedule runs, this one stands by and takes over when that one is gone. */
  readonly ifLeased: 'fail' | 'wait';
  /** A failure that can pass: told once while it stays the same. */
  readonly onFailure: (task: string, failure: PlayheadError, nextAttemptAt: Date) => void;
  readonly onStandby?: ((leased: PlayheadError) => void) | undefined;
}

/**
 * Runs tasks until the signal aborts. What was missed while nothing ran is caught up by one run, not by one for each time;
 * a task that fails is tried again after a pause that doubles, and keeps no other task from running.
 * @throws SCHEDULE_LEASED, and whatever a task throws that is no PlayheadError: a bug
 */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  const { signal, clock } = options;
  while (!signal.aborted) {
    const lease = await leaseOrStandBy(options);
    if (lease !== undefined) {
      const isLost = await holdAndWork(options, lease);
      if (!isLost) return;
    }
    await clock.sleep(Math.min(options.leaseMs / 4, options.pollMs), signal);
  }
}

async function leaseOrStandBy(options: ScheduleOptions): Promise<Lease | undefined> {
  const { folder, clock, leaseMs, ifLeased, onStandby } = options;
  try {
    return await takeLease({ folder, now: () => clock.now(), ttlMs: leaseMs });
  } catch (error) {
    const isLeased = error instanceof PlayheadError && error.code === 'SCHEDULE_LEASED';
    if (!isLeased || ifLeased === 'fail') throw error;
    onStandby?.(error);
    return undefined;
  }
}

/** Works until it is told to stop. True when the lease was lost to another process. */
async function holdAndWork(options: ScheduleOptions, lease: Lease): Promise<boolean> {
  const { signal, clock, leaseMs, pollMs } = options;
  let isLost = false;
  const beat = async () => {
    // A heartbeat that cannot be written (disk full) is no loss: whoever reads the old one decides.
    isLost ||= !(await lease.beat().catch(() => true));
  };
  // Keeps the lease fresh while a long task runs.
  const stopBeating = clock.every(leaseMs / 4, beat);
  try {
    const tasks = new TaskRunner(options, await readState(options.folder));
    while (!signal.aborted) {
      await beat();
      if (isLost) return true;
      await tasks.runDue(() => signal.aborted || isLost);
      if (signal.aborted) break;
      await clock.sleep(Math.max(1, Math.min(pollMs, leaseMs / 4, tasks.msUntilDue())), signal);
    }
    return false;
  } finally {
    await stopBeating();
    await lease.release();
  }
}

/**
 * Runs every task that is due once, in order, whatever becomes of those before it.
 * @throws the first failure, SCHEDULE_LEASED
 */
export async function runPass(options: ScheduleOptions): Promise<void> {
  const { folder, clock, leaseMs, signal } = options;
  const lease = await takeLease({ folder, now: () => clock.now(), ttlMs: leaseMs });
  const stopBeating = clock.every(leaseMs / 4, async () => {
    await lease.beat().catch(() => true);
  });
  const failures: PlayheadError[] = [];
  const onFailure = (_task: string, failure: PlayheadError) => {
    failures.push(failure);
  };
  try {
    const tasks = new TaskRunner({ ...options, onFailure }, await readState(folder));
    await tasks.runDue(() => signal.aborted);
  } finally {
    await stopBeating();
    await lease.release();
  }
  const [first] = failures;
  if (first !== undefined) throw first;
}

class TaskRunner {
  readonly #options: ScheduleOptions;
  #state: ScheduleState;
  /** What was told last of each task, so that the same failure is told once. */
  readonly #told = new Map<string, string>();

  constructor(options: ScheduleOptions, state: ScheduleState) {
    this.#options = options;
    this.#state = state;
  }

  async runDue(isOver: () => boolean): Promise<void> {
    for (const task of this.#options.tasks) {
      if (isOver()) return;
      if (await this.#isDue(task)) await this.#run(task);
    }
  }

  msUntilDue(): number {
    const now = this.#options.clock.now().getTime();
    return Math.min(...this.#options.tasks.map(task => this.#dueMs(task) - now));
  }

  #of = (task: Task): TaskState => this.#state[task.name] ?? fresh;

  async #isDue(task: Task): Promise<boolean> {
    const now = this.#options.clock.now().getTime();
    if (now >= this.#dueMs(task)) return true;
    return this.#of(task).failure_count === 0 && task.hasWork !== undefined && (await task.hasWork());
  }

  #dueMs(task: Task): number {
    const { started_at, failure_count } = this.#of(task);
    if (started_at === null) return 0;
    // A start in the future is one of a clock that was wrong: nobody waits for it.
    const startedMs = Math.min(Date.parse(started_at), this.#options.clock.now().getTime());
    return startedMs + (failure_count > 0 ? this.#backoffMs(failure_count) : task.everyMs);
  }

  #backoffMs(failures: number): number {
    const { backoffMs, backoffMsMax } = this.#options;
    return Math.min(backoffMsMax, backoffMs * 2 ** Math.min(failures - 1, 30));
  }

  async #run(task: Task): Promise<void> {
    const { clock, signal } = this.#options;
    const { every_s: _, ...before } = this.#of(task);
    const every = task.everyMs > 0 && Number.isFinite(task.everyMs) ? { every_s: task.everyMs / 1000 } : {};
    const started = { ...before, ...every, started_at: clock.now().toISOString() };
    try {
      await task.run(signal);
      this.#told.delete(task.name);
      const succeeded_at = clock.now().toISOString();
      await this.#remember(task, { ...started, succeeded_at, failure_count: 0, last_failure: null });
    } catch (error) {
      // Somebody else's job, a full disk, no events yet: the next run may succeed. Anything else is a bug and ends the loop.
      if (!(error instanceof PlayheadError)) throw error;
      const failure_count = started.failure_count + 1;
      // From its end on: work that fails after an hour is not begun again at once.
      await this.#remember(task, {
        ...started,
        started_at: clock.now().toISOString(),
        failure_count,
        last_failure: error.line,
      });
      this.#tell(task, error);
    }
  }

  #tell(task: Task, error: PlayheadError): void {
    if (this.#told.get(task.name) === error.line) return;
    this.#told.set(task.name, error.line);
    this.#options.onFailure(task.name, error, new Date(this.#dueMs(task)));
  }

  async #remember(task: Task, state: TaskState): Promise<void> {
    this.#state = { ...this.#state, [task.name]: state };
    // What cannot be remembered is only done once more after a restart.
    await writeState(this.#options.folder, this.#state).catch((error: unknown) => {
      if (!(error instanceof PlayheadError)) throw error;
    });
  }
}
