import { z } from 'zod';
import { type Fragment, join, raw, sql } from '#sql';
import type { Engine } from '#warehouse';

const daySchema = z.object({ day: z.string().nullable() });

/** The distinct days, as partition values, that some queries with a column `day` give. */
export async function daysOfUsers(engine: Engine, queries: readonly Fragment[]): Promise<ReadonlySet<string>> {
  const text = raw(engine.dialect.type('string'));
  const rows = await engine.query(
    sql`select distinct cast(day as ${text}) as day from (${join(queries, ' union all ')}) q`,
  );
  return new Set(rows.map(row => daySchema.parse(row).day).filter(day => day !== null));
}
