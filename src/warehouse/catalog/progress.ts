import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type Fragment, join, lit, raw, sql } from '#sql';
import type { Engine } from '../engine.js';

/** How many rows there may be before they are put together: each run adds one a table. */
const rowCountMax = 200;

const rowSchema = z.object({ app_id: z.string(), table_name: z.string(), version: z.bigint(), row_count: z.bigint() });

/** How far an application has come with a table. */
interface Step {
  readonly appId: string;
  readonly table: string;
  readonly version: bigint;
  /** The version that the write made, for people who look. */
  readonly tableVersion: number;
}

/**
 * How far each application has come with each table, as rows of a table: a SQL warehouse lets nobody put this into the
 * commits themselves, as the folder lake does. A row is added after its write; rows are never changed, so writers cannot be in
 * each other's way.
 */
export class ProgressTable {
  readonly #engine: Engine;
  readonly #table: Fragment;
  #reached: Map<string, bigint> | undefined;
  /** Known here and not yet written down. */
  #pending: Step[] = [];

  constructor(engine: Engine, table: Fragment) {
    this.#engine = engine;
    this.#table = table;
  }

  /** Forgets what was read: another job may have come further. */
  forget(): void {
    this.#reached = undefined;
    this.#pending = [];
  }

  async reached(appId: string, table: string): Promise<bigint | undefined> {
    return (await this.#all()).get(keyOf(appId, table));
  }

  /** Writes a step down, and those that were put off before it. */
  async add(step: Step): Promise<void> {
    const reached = await this.#all();
    this.#pending.push(step);
    await this.flush();
    reached.set(keyOf(step.appId, step.table), step.version);
  }

  /** Remembers a step that is written down with the next one: its write may be made once more after a kill before that. */
  async putOff(step: Step): Promise<void> {
    const reached = await this.#all();
    this.#pending.push(step);
    reached.set(keyOf(step.appId, step.table), step.version);
  }

  /** Writes down what was put off, in one statement. */
  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const rows = this.#pending.map(
      ({ appId, table, version, tableVersion }) =>
        sql`select ${lit(appId)}, ${lit(table)}, ${bigint(version)}, ${bigint(tableVersion)}, current_timestamp()`,
    );
    await this.#engine.run(sql`insert into ${this.#table} ${join(rows, ' union all ')}`, { repeat: 'always' });
    this.#pending = [];
  }

  async #all(): Promise<Map<string, bigint>> {
    this.#reached ??= await this.#read();
    return this.#reached;
  }

  /** Reads all of it; only for who has the lock, since it also puts the rows together where they have become many. */
  async #read(): Promise<Map<string, bigint>> {
    const newest = sql`select app_id, table_name, max(version) as version, max(table_version) as table_version,
      max(written_at) as written_at from ${this.#table} group by app_id, table_name`;
    const rows = await this.#queryOrCreate(
      sql`select n.*, (select count(*) from ${this.#table}) as row_count from (${newest}) n`,
    );
    const reached = rows.map(row => rowSchema.parse(row));
    const count = reached[0]?.row_count ?? 0n;
    if (count > BigInt(reached.length + rowCountMax)) {
      await this.#engine.run(sql`insert overwrite ${this.#table} ${newest}`, { repeat: 'always' });
    }
    return new Map(reached.map(row => [keyOf(row.app_id, row.table_name), row.version]));
  }

  async #queryOrCreate(query: Fragment) {
    try {
      return await this.#engine.query(query);
    } catch (error) {
      if (!isMissingTable(error)) throw error;
      await this.#engine.run(
        sql`create table if not exists ${this.#table} (
          app_id string comment 'Who wrote', table_name string comment 'The table that was written',
          version bigint comment 'How far the application has come with it: the number of its run',
          table_version bigint comment 'The version of the table that the write made', written_at timestamp) using delta`,
        { repeat: 'always' },
      );
      return [];
    }
  }
}

const keyOf = (appId: string, table: string): string => JSON.stringify([appId, table]);
const bigint = (value: bigint | number): Fragment => sql`cast(${raw(String(value))} as bigint)`;

/** Whether a statement failed because the table, or the schema that it should be in, is not there. */
export const isMissingTable = (error: unknown): boolean =>
  error instanceof PlayheadError && error.code === 'TABLE_NOT_FOUND';
