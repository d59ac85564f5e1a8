import { z } from 'zod';
import { type Fragment, join, raw, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { Engine } from '#warehouse';
import { type CellValue, verdicts } from './explanation.js';

const us = z.bigint();
const usOrNull = us.nullable();
const real = z.number().nullable();
const count = z.coerce.number().int();

const intervalSchema = z.object({
  n: us,
  event_id: z.string(),
  event_type: z.string(),
  at_us: us,
  received_us: usOrNull,
  position_s: real,
  seek_from_s: real,
  reported_rate: real,
  place_us: usOrNull,
  is_live: count,
  is_bad: z.coerce.number().int(),
  state_before: z.string(),
  state_after: z.string(),
  is_hidden: count,
  pauses: count,
  stalls: count,
  replays: count,
  verdict: z.enum(verdicts).nullable(),
  has_origin: count,
  w_us: usOrNull,
  p_us: usOrNull,
  q_us: usOrNull,
  d_us: usOrNull,
  r: z.number(),
  true_r: z.number(),
  tol_us: usOrNull,
  watched_us: us,
  uncertain_us: usOrNull,
  cover_from_us: usOrNull,
  cover_to_us: usOrNull,
});
export type IntervalRow = z.infer<typeof intervalSchema>;

const leapSchema = z.object({ n: us, drag: us, origin_us: usOrNull, target_us: usOrNull });
export type LeapRow = z.infer<typeof leapSchema>;

/** The events of a session with their intervals, in order. Whole numbers of microseconds arrive as BIGINT. */
export async function readIntervals(engine: Engine, sessionId: string): Promise<IntervalRow[]> {
  const wide = (['at_us', 'received_us', 'place_us', 'w_us', 'p_us', 'q_us', 'd_us', 'tol_us'] as const).concat();
  const big = [...wide, 'n', 'watched_us', 'uncertain_us', 'cover_from_us', 'cover_to_us'];
  const columns = Object.keys(intervalSchema.shape).map(name =>
    big.includes(name) ? sql`cast(${ref(name)} as bigint) as ${ref(name)}` : ref(name),
  );
  const rows = await engine.query(
    sql`select ${join(columns)} from explained_intervals where session_id = ${sessionId} order by n`,
  );
  return rows.map(row => intervalSchema.parse(row));
}

export async function readLeaps(engine: Engine, sessionId: string): Promise<LeapRow[]> {
  const columns = Object.keys(leapSchema.shape).map(name => sql`cast(${ref(name)} as bigint) as ${ref(name)}`);
  const rows = await engine.query(
    sql`select ${join(columns)} from explained_leaps where session_id = ${sessionId} order by n, rank`,
  );
  return rows.map(row => leapSchema.parse(row));
}

/** A row as values that can be compared and printed: instants as BIGINT microseconds, days as text. */
export type PlainRow = Readonly<Record<string, string | number | bigint | boolean | null>>;

const plainSchema = z.record(z.string(), z.union([z.string(), z.number(), z.bigint(), z.boolean(), z.null()]));

/** All columns of a table's rows in `relation` that fit, in `order`. */
export async function readPlainRows(
  engine: Engine,
  table: TableName,
  relation: Fragment,
  { where, order }: { readonly where: Fragment; readonly order: Fragment },
): Promise<PlainRow[]> {
  const d = engine.dialect;
  const columns = Object.entries(tables[table].columns).map(([name, type]) => {
    if (type === 'timestamp') return sql`${d.epochUs(ref('t', name))} as ${ref(name)}`;
    if (type === 'date') return sql`cast(${ref('t', name)} as ${raw(d.type('string'))}) as ${ref(name)}`;
    return sql`${ref('t', name)} as ${ref(name)}`;
  });
  const rows = await engine.query(sql`select ${join(columns)} from ${relation} t where ${where} order by ${order}`);
  return rows.map(row => plainSchema.parse(row));
}

const copySchema = z.object({
  event_id: z.string(),
  at_us: us,
  received_us: usOrNull,
  position_s: real,
});
export type CopyRow = z.infer<typeof copySchema>;

/** All copies of those events of a session that came more than once, the kept ones among them. */
export async function readCopies(engine: Engine, sessionId: string): Promise<CopyRow[]> {
  const d = engine.dialect;
  const rows = await engine.query(sql`
    select i.event_id, ${d.epochUs(ref('i', 'event_time'))} as at_us, ${d.epochUs(ref('i', 'received_at'))} as received_us, i.position_s
    from input_events i
    where i.event_id in (select event_id from explained_intervals where session_id = ${sessionId})
      and i.event_id in (select event_id from input_events group by event_id having count(*) > 1)
    order by i.event_id, received_us nulls last, at_us`);
  return rows.map(row => copySchema.parse(row));
}

const pageViewSchema = z.object({ event_id: z.string(), at_us: us, shown: count });
export type PageViewRow = z.infer<typeof pageViewSchema>;

/** The user's page views, each once, in order. */
export async function readPageViews(engine: Engine): Promise<PageViewRow[]> {
  const d = engine.dialect;
  const rows = await engine.query(sql`
    select event_id, min(${d.epochUs(ref('event_time'))}) as at_us, max(coalesce(len(impressions), 0)) as shown
    from input_events where event_type = 'page_view' group by event_id order by at_us, event_id`);
  return rows.map(row => pageViewSchema.parse(row));
}

/** For print: BIGINT as a number. */
export const cellOf = (value: PlainRow[string] | undefined): CellValue =>
  typeof value === 'bigint' ? Number(value) : (value ?? null);
