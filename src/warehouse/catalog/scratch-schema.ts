import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Fragment, lit, ref, sql } from '#sql';
import type { Engine } from '../engine.js';
import type { Workspace } from '../lake.js';
import { ifConnected } from './if-connected.js';

/** Where working tables may lie. */
export interface ScratchPlace {
  readonly catalog?: string | undefined;
  /** The session's schema before and after. */
  readonly schema: string;
  readonly prefix: string;
}

const schemaRow = z.object({ namespace: z.string() }).or(z.object({ databaseName: z.string() }));

/**
 * Working tables in a schema of their own, in the format that the catalog gives by itself, and views of the session. The
 * schema is the session's current one, so plain names find them; it is dropped as a whole at the end. Nothing is dropped
 * before that: disk is cheap here, and each statement costs a round trip.
 */
export class ScratchSchema implements Workspace {
  readonly #engine: Engine;
  readonly #path: readonly string[];
  readonly #home: Fragment;
  readonly #tables = new Set<string>();
  readonly #views: Set<string>;

  private constructor(engine: Engine, path: readonly string[], home: Fragment, views: Set<string>) {
    this.#engine = engine;
    this.#path = path;
    this.#home = home;
    this.#views = views;
  }

  /**
   * Makes the schema, and drops those that runs left behind which have ended otherwise than by `close`.
   * @param views of the session, this run's and those that earlier runs of the session have left
   */
  static async open(
    engine: Engine,
    { catalog, schema, prefix }: ScratchPlace,
    views: Set<string>,
  ): Promise<ScratchSchema> {
    const inCatalog = catalog === undefined ? [] : [catalog];
    const where = catalog === undefined ? sql`` : sql` in ${ref(catalog)}`;
    const rows = await engine.query(sql`show schemas${where} like ${lit(`${prefix}_*`)}`);
    for (const row of rows) {
      const parsed = schemaRow.parse(row);
      const name = 'namespace' in parsed ? parsed.namespace : parsed.databaseName;
      if (isScratch(prefix, name)) await engine.run(sql`drop schema if exists ${ref(...inCatalog, name)} cascade`);
    }
    const path = [...inCatalog, `${prefix}_${randomUUID().replaceAll('-', '').slice(0, tokenLength)}`];
    await engine.run(sql`create schema ${ref(...path)}`);
    await engine.run(sql`use ${ref(...path)}`);
    return new ScratchSchema(engine, path, ref(...inCatalog, schema), views);
  }

  async keep(name: string, query: Fragment): Promise<void> {
    // A view of this name would stand before the table.
    if (this.#views.delete(name)) await this.#engine.run(sql`drop view if exists ${ref(name)}`);
    const table = ref(...this.#path, name);
    if (this.#tables.has(name)) await this.#engine.run(sql`drop table if exists ${table}`);
    await this.#engine.run(sql`create table ${table} as ${query}`);
    this.#tables.add(name);
  }

  async view(name: string, query: Fragment): Promise<void> {
    await this.#engine.run(sql`create or replace temporary view ${ref(name)} as ${query}`);
    this.#views.add(name);
  }

  /** Tables go with the schema, and a view is dropped when a table takes its name. */
  async drop(): Promise<void> {}

  /** Views end with the session: a statement for each would only say so sooner. */
  async close(): Promise<void> {
    await ifConnected(async () => {
      await this.#engine.run(sql`use ${this.#home}`);
      await this.#engine.run(sql`drop schema if exists ${ref(...this.#path)} cascade`);
    });
  }
}

const tokenLength = 12;

/** Whether a schema was made here: of others that begin alike nothing is dropped. */
const isScratch = (prefix: string, name: string): boolean => {
  // Catalogs keep names in small letters.
  const [own, found] = [`${prefix}_`.toLowerCase(), name.toLowerCase()];
  return found.startsWith(own) && /^[0-9a-f]{12}$/.test(found.slice(own.length));
};
