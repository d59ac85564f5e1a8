import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type Fragment, lit, raw, sql } from '#sql';
import type { Engine } from '../engine.js';

/** How many rows there may be before they are put together: each run adds one a table. */
const rowCountMax = 200;

const rowSchema = z.object({ app_id: z.string(), table_name: z.string(), version: z.bigint(), row_count: z.bigint() });

/**
 * How far each application has come with each table, as rows of a table: a SQL warehouse lets nobody put this into the
 * commits themselves, as the folder lake does. A row is added after its write; rows are never changed, so writers cannot be in
 * each other's way.
 */
export class ProgressTable {
  readonly #engine: Engine;
  readonly #table: Fragment;
  #reached: Map<string, bigint> | undefined;

  constructor(engine: Engine, table: Fragment) {
    this.#engine = engine;
    this.#table = table;
  }

  /** Forgets what was read: another job may have come further. */
  forget(): void {
    this.#reached = undefined;
  }

  async reached(appId: string, table: string): Promise<bigint | undefined> {
    this.#reached ??= await this.#read();
    return this.#reached.get(keyOf(appId, table));
  }

  /** @param tableVersion the version that the write made, for people who look */
  async add(appId: string, table: string, version: bigint, tableVersion: number): Promise<void> {
    this.#reached ??= await this.#read();
    await this.#engine.run(
      sql`insert into ${this.#table} select ${lit(appId)}, ${lit(table)}, ${bigint(version)}, ${bigint(tableVersion)}, current_timestamp()`,
      { repeat: 'always' },
    );
    this.#reached.set(keyOf(appId, table), version);
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
