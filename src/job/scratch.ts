import { assert } from '#errors';
import { type Fragment, type PlannedStatement, raw } from '#sql';
import type { Workspace } from '#warehouse';
import type { Stopwatch } from './stopwatch.js';

/** Working relations of one run: made under plain names that steps read, and all dropped at the end. */
export class Scratch {
  readonly #workspace: Workspace;
  readonly #made = new Set<string>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Keeps the rows of a query. */
  async table(name: string, query: Fragment): Promise<void> {
    await this.#workspace.keep(name, query);
    this.#made.add(name);
  }

  /** Gives a query a name without running it. */
  async view(name: string, query: Fragment): Promise<void> {
    await this.#workspace.view(name, query);
    this.#made.add(name);
  }

  /** Runs the statements of a pipeline, each timed under its name, but for those whose relation is there already. */
  async run(statements: readonly PlannedStatement[], stopwatch: Stopwatch): Promise<void> {
    for (const { name, query, values, frees } of statements) {
      if (this.#made.has(name)) continue;
      assert(values.length === 0, `the statement of step ${name} has no parameters: thresholds are literals`);
      await stopwatch.measure(name, () => this.table(name, raw(query)));
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
      if (!this.#made.delete(name)) continue;
      await this.#workspace.drop(name);
    }
  }

  async close(): Promise<void> {
    await this.#workspace.close();
  }
}
