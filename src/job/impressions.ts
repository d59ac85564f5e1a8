import { raw, sql } from '#sql';
import { publishWhole } from './publish.js';
import type { RunContext } from './run-context.js';
import { relationOf } from './tables.js';

/** What pages showed to whom: the first and the last time, taking the new page views into what is known. */
export async function publishImpressions(context: RunContext): Promise<void> {
  const { d, lake, run, scratch } = context;
  const known = run.mode === 'full' ? undefined : await relationOf(lake, 'impressions', run.base);
  await scratch.table(
    'new_impressions',
    sql`select v.user_id, u.shown_video_id as video_id, min(v.event_time) as first_shown_at, max(v.event_time) as last_shown_at
    from (select user_id, event_time, impressions from new_events where event_type = 'page_view') v
    ${d.unnest(raw('v.impressions'), 'u', 'shown_video_id')}
    where u.shown_video_id is not null
    group by v.user_id, u.shown_video_id`,
  );
  const rows = (
    of: typeof known,
  ) => sql`select user_id, video_id, min(first_shown_at) as first_shown_at, max(last_shown_at) as last_shown_at
    from (${of === undefined ? sql`` : sql`select * from ${of} k union all `}select * from new_impressions) a
    group by user_id, video_id`;
  if (known === undefined) return publishWhole(context, 'impressions', sql`select * from new_impressions`);
  // Only pairs that the new page views show can differ.
  const isShown = sql`exists (select 1 from new_impressions n where n.user_id = i.user_id and n.video_id = i.video_id)`;
  const before = sql`(select i.* from ${known} i where ${isShown})`;
  return publishWhole(context, 'impressions', rows(known), { before, after: sql`(${rows(before)})` });
}
