import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type Fragment, lit, raw, sql } from '#sql';
import type { Engine } from '../engine.js';
import type { RunLock } from '../lake.js';
import { ifConnected } from './if-connected.js';
import { isMissingTable } from './progress.js';

/** How long a job that does not renew its lease keeps others out. Seconds. */
const leaseS = 300;

/** No lease is renewed more often than this, however short it is. Milliseconds. */
const renewalMsMin = 10_000;

const rowSchema = z.object({
  holder: z.string().nullable(),
  told: z.string().nullable(),
  until: z.string().nullable(),
});

/**
 * A lease on the lake: the one row of a table, which is taken by an UPDATE on the condition that nobody has it. Of two
 * such updates at once Delta refuses one. By the clock of the engine, so that those of the jobs' machines do not matter.
 */
export class Lease implements RunLock {
  readonly #engine: Engine;
  readonly #table: Fragment;
  readonly #at: string;
  readonly #holder = randomUUID();
  readonly #seconds: number;
  /** Until when nobody else can have taken it, by this process's own clock. */
  #heldUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(engine: Engine, table: Fragment, at: string, seconds: number) {
    this.#engine = engine;
    this.#table = table;
    this.#at = at;
    this.#seconds = seconds;
  }

  /** @throws DATA_LOCKED */
  static async take(engine: Engine, table: Fragment, at: string, seconds: number = leaseS): Promise<Lease> {
    const lease = new Lease(engine, table, at, seconds);
    await lease.#take();
    lease.#timer = setInterval(() => lease.#renew(), Math.max(seconds * 1000, renewalMsMin) / 3).unref();
    return lease;
  }

  /**
   * To be called before every write. Asks only once the time is over for which the lease is known to be held.
   * @throws DATA_LOCKED when another job has taken the lake meanwhile
   */
  async assertHeld(): Promise<void> {
    if (this.isSurelyHeld()) return;
    const row = await this.#extend();
    if (row.holder !== this.#holder) {
      throw this.#refusal(row.told, 'this run has lost its lease, since it could not renew it in time');
    }
  }

  /** Whether nobody else can have taken it, without asking. */
  isSurelyHeld(): boolean {
    return performance.now() < this.#heldUntilMs;
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    const mine = sql`holder = ${lit(this.#holder)}`;
    await ifConnected(() => this.#update(sql`holder = null, told = null, until = null`, mine));
  }

  async #take(): Promise<void> {
    const askedMs = performance.now();
    const who = `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}`;
    const taking = sql`holder = ${lit(this.#holder)}, told = ${lit(who)}, until = ${this.#end}`;
    const isFree = sql`(until is null or until < current_timestamp())`;
    try {
      await this.#update(taking, isFree);
    } catch (error) {
      if (!isMissingTable(error)) throw error;
      await this.#create(who);
    }
    let row = await this.#held(askedMs);
    if (row.holder === null) {
      // Another job made the table meanwhile and has left again.
      await this.#update(taking, isFree);
      row = await this.#held(askedMs);
    }
    if (row.holder !== this.#holder)
      throw this.#refusal(row.told, `its lease ends at ${row.until ?? 'an unknown time'}`);
  }

  /** The table comes with its row, which is this one's, so that two jobs that find none cannot make two rows. */
  async #create(who: string): Promise<void> {
    const mine = sql`select ${lit(this.#holder)} as holder, ${lit(who)} as told, ${this.#end} as until`;
    try {
      await this.#engine.run(sql`create table if not exists ${this.#table} using delta as ${mine}`);
    } catch (error) {
      // Two at once: one of them made it, as its row tells.
      const isRace = error instanceof PlayheadError && ['DELTA_CONFLICT', 'QUERY_INVALID'].includes(error.code);
      if (!isRace) throw error;
    }
  }

  async #update(set: Fragment, where: Fragment): Promise<void> {
    try {
      await this.#engine.run(sql`update ${this.#table} set ${set} where ${where}`, { repeat: 'conflict' });
    } catch (error) {
      // Who lost time and again reads below who won.
      if (!(error instanceof PlayheadError && error.code === 'DELTA_CONFLICT')) throw error;
    }
  }

  #renew(): void {
    // One that fails is no reason to stop: a lease that has really gone is found before the next write.
    this.#extend().catch(() => undefined);
  }

  /** Makes the lease longer where it is still this one's, and tells whose it is. */
  async #extend() {
    const askedMs = performance.now();
    await this.#update(sql`until = ${this.#end}`, sql`holder = ${lit(this.#holder)}`);
    return this.#held(askedMs);
  }

  /** Whose it is; if this one's, it is so for its whole length after it was asked for. */
  async #held(askedMs: number) {
    const row = await this.#row();
    if (row.holder === this.#holder) this.#heldUntilMs = askedMs + this.#seconds * 1000;
    return row;
  }

  get #end(): Fragment {
    return sql`current_timestamp() + interval ${raw(String(this.#seconds))} seconds`;
  }

  async #row() {
    const [row] = await this.#engine.query(
      sql`select holder, told, cast(until as string) as until from ${this.#table}`,
    );
    return rowSchema.parse(row);
  }

  #refusal(told: string | null, why: string): PlayheadError {
    const who = told === null ? '' : ` (${told})`;
    return new PlayheadError({
      code: 'DATA_LOCKED',
      at: this.#at,
      message: `another job is writing to these tables${who}: ${why}`,
      hint: 'wait for it; the lease of a job that has died ends by itself',
    });
  }
}
