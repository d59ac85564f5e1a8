import { z } from 'zod';
import { measuredCountMax } from '#sessionize';
import { type Fragment, lit, ref, sql } from '#sql';
import type { RunContext } from './run-context.js';

export interface Totals {
  readonly key: 'user_id' | 'video_id';
  /** Published rows of the users or videos that touched pairs belong to. */
  readonly old: Fragment;
  /** The duration that the rows of pairs have told; null where something else has. */
  readonly durationS: Fragment;
}

/**
 * Names, as `whole_<key>`, the users or videos whose totals must be made from all their rows: what was first, last or
 * largest may have gone away, and that cannot be subtracted; nor can a mean of very many. False where there is none.
 */
export async function nameUnsubtractable(
  { engine, scratch }: RunContext,
  { key, old, durationS }: Totals,
): Promise<boolean> {
  const extremes = (relation: Fragment) =>
    sql`select ${ref(key)}, min(first_seen_at) as first_at, max(last_seen_at) as last_at, max(duration_s) as longest_s
    from ${relation} p where exists (select 1 from touched_pairs t where t.user_id = p.user_id and t.video_id = p.video_id)
    group by ${ref(key)}`;
  const name = `whole_${key}`;
  await scratch.table(
    name,
    sql`select o.${ref(key)}
    from (select p.*, ${durationS} as told_s from ${old} p) o
    join (${extremes(sql`old_user_videos`)}) b on b.${ref(key)} = o.${ref(key)}
    left join (${extremes(sql`user_videos`)}) a on a.${ref(key)} = o.${ref(key)}
    where (b.first_at <= o.first_seen_at and (a.first_at is null or a.first_at > o.first_seen_at))
      or (b.last_at >= o.last_seen_at and (a.last_at is null or a.last_at < o.last_seen_at))
      or (b.longest_s >= o.told_s and (a.longest_s is null or a.longest_s < o.told_s))
      or o.measured_count > ${lit(measuredCountMax)}`,
  );
  const [row] = await engine.query(sql`select count(*) > 0 as is_any from ${ref(name)}`);
  return anySchema.parse(row).is_any;
}

const anySchema = z.object({ is_any: z.boolean() });
