import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Fragment, join, raw, ref, sql } from '#sql';
import type { Engine } from '../engine.js';
import type { TableSpec } from '../table-spec.js';

export interface WidenPlace {
  readonly engine: Engine;
  /** The schema that holds the tables. */
  readonly path: readonly string[];
  readonly comment: (column: string) => Fragment;
}

const tableRow = z.object({ tableName: z.string(), isTemporary: z.boolean() });
const columnRow = z.object({ col_name: z.string() });

/** Names these columns of these tables: another name as soon as one is added. */
export function shapeName(specs: readonly TableSpec[]): string {
  const shapes = specs.map(({ name, columns }) => [name, columns]);
  return createHash('sha256').update(JSON.stringify(shapes)).digest('hex').slice(0, 16);
}

/** Adds the columns that tables lack which are there. A statement a table, and another one for each that lacks some. */
export async function widenTables(
  { engine, path, comment }: WidenPlace,
  specs: readonly TableSpec[],
): Promise<boolean> {
  const rows = await engine.query(sql`show tables in ${ref(...path)}`);
  // Views of the session are listed beside the tables.
  const tables = rows.map(row => tableRow.parse(row)).filter(({ isTemporary }) => !isTemporary);
  const there = new Set(tables.map(({ tableName }) => tableName));
  let isWider = false;
  for (const { name, columns } of specs) {
    if (!there.has(name)) continue;
    const has = await columnsOf(engine, ref(...path, name));
    const missing = Object.entries(columns).filter(([column]) => !has.has(column.toLowerCase()));
    if (missing.length === 0) continue;
    const added = missing.map(
      ([column, type]) => sql`${ref(column)} ${raw(engine.dialect.type(type))}${comment(column)}`,
    );
    await engine.run(sql`alter table ${ref(...path, name)} add columns (${join(added)})`, { repeat: 'conflict' });
    isWider = true;
  }
  return isWider;
}

/** What the engine says of a table begins with its columns; what else it says comes after an empty name. */
async function columnsOf(engine: Engine, table: Fragment): Promise<ReadonlySet<string>> {
  const rows = (await engine.query(sql`describe table ${table}`)).map(row => columnRow.parse(row).col_name);
  const end = rows.findIndex(name => name === '' || name.startsWith('#'));
  return new Set(rows.slice(0, end === -1 ? rows.length : end).map(name => name.toLowerCase()));
}
