import { assert } from '#errors';
import { type Fragment, type PlannedStatement, raw, ref, sql } from '#sql';
import type { Engine } from '#warehouse';
import type { Stopwatch } from './stopwatch.js';

/** Temporary relations of one run: made under plain names that steps read, and all dropped at the end. */
export class Scratch {
  readonly #engine: Engine;
  readonly #made = new Map<string, 'table' | 'view'>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Keeps the rows of a query. */
  async table(name: string, query: Fragment): Promise<void> {
    await this.#engine.run(sql`create or replace temporary table ${ref(name)} as ${query}`);
    this.#made.set(name, 'table');
  }

  /** Gives a query a name without running it. */
  async view(name: string, query: Fragment): Promise<void> {
    await this.#engine.run(sql`create or replace temporary view ${ref(name)} as ${query}`);
    this.#made.set(name, 'view');
  }

  /** Runs the statements of a pipeline, each timed under its name, but for those whose relation is there already. */
  async run(statements: readonly PlannedStatement[], stopwatch: Stopwatch): Promise<void> {
    for (const { name, text, values, frees } of statements) {
      if (this.#made.has(name)) continue;
      assert(values.length === 0, `the statement of step ${name} has no parameters: thresholds are literals`);
      await stopwatch.measure(name, () => this.#engine.run(raw(text)));
      this.#made.set(name, 'table');
      await this.drop(...frees);
    }
  }

  /** Runs only those statements of a pipeline that make the named relations; what they read is there already, and stays. */
  async runOnly(
    statements: readonly PlannedStatement[],
    names: readonly string[],
    stopwatch: Stopwatch,
  ): Promise<void> {
    const chosen = statements.filter(({ name }) => names.includes(name)).map(one => ({ ...one, frees: [] }));
    await this.run(chosen, stopwatch);
  }

  /** Drops some relations early, so that their memory is free for what follows. */
  async drop(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const kind = this.#made.get(name);
      if (kind === undefined) continue;
      await this.#engine.run(sql`drop ${raw(kind)} if exists ${ref(name)}`);
      this.#made.delete(name);
    }
  }

  async dropAll(): Promise<void> {
    await this.drop(...this.#made.keys());
  }
}
