import { type GoldPipeline, partsOfTotals, partsOfUserVideos, totalsOfParts } from '#sessionize';
import { type Fragment, lit, planPipeline, raw, ref, sql } from '#sql';
import { daysOfUsers } from './days.js';
import { publishedRelation, publishWhole } from './publish.js';
import type { RunContext } from './run-context.js';
import { columnList, relationOf } from './tables.js';
import { nameUnsubtractable } from './unsubtractable.js';

/**
 * Publishes `user_videos` and `users`. Of touched users only the videos with rebuilt or replaced sessions are made anew; a
 * user's totals are those of before, less what those videos had, plus what they have now. Leaves `touched_pairs`,
 * `kept_segments` (of touched pairs, before the cut), `old_user_videos` and `user_videos` (rows of touched pairs) behind.
 */
export async function publishTouchedUsers(context: RunContext, gold: GoldPipeline): Promise<void> {
  const { d, lake, run, scratch, stopwatch } = context;
  await stopwatch.measure('rows of touched users', () => nameTheirRows(context));
  await scratch.run(planPipeline([gold.outputs.user_videos], d), stopwatch);
  const isTouched = sql`exists (select 1 from touched_pairs t where t.user_id = p.user_id and t.video_id = p.video_id)`;
  const made = sql`select ${columnList('user_videos')} from user_videos r`;
  const before = sql`(select ${columnList('user_videos', 'p')} from old_user_videos p where ${isTouched})`;
  const published = await relationOf(lake, 'user_videos', run.base);
  await publishWhole(
    context,
    'user_videos',
    sql`select ${columnList('user_videos', 'p')} from ${published} p where not ${isTouched} union all ${made}`,
    { before, after: sql`(${made})` },
  );
  await stopwatch.measure('totals of touched users', () => nameTotals(context));
  await scratch.runOnly(planPipeline([gold.outputs.users], d), ['users'], stopwatch);
  await publishUsers(context);
}

async function nameTheirRows(context: RunContext): Promise<void> {
  const { d, engine, lake, run, scratch } = context;
  await scratch.table(
    'touched_pairs',
    sql`select user_id, video_id from rebuilt_sessions union select user_id, video_id from replaced_sessions`,
  );
  const isKept = sql`k.visit_us < t.rebuild_from_us`;
  const days = await daysOfUsers(engine, [
    sql`select ${d.dateOfUs(d.epochUs(raw('k.started_at')))} as day
    from known_sessions k
    join touched_users t on t.user_id = k.user_id
    join touched_pairs p on p.user_id = k.user_id and p.video_id = k.video_id
    where ${isKept}`,
  ]);
  const ofDays = {
    partitions: ({ session_date }: Readonly<Record<string, string | null>>) => days.has(session_date ?? ''),
  };
  await scratch.table(
    'kept_sessions_of_pairs',
    sql`select k.*
    from (select s.*, ${d.epochUs(raw('s.visit_started_at'))} as visit_us from ${await relationOf(lake, 'sessions', run.base, ofDays)} s) k
    join touched_pairs p on p.user_id = k.user_id and p.video_id = k.video_id
    join touched_users t on t.user_id = k.user_id
    where ${isKept}`,
  );
  await scratch.table(
    'kept_segments',
    sql`select g.* from ${await relationOf(lake, 'segments', run.base, ofDays)} g
    where g.session_id in (select session_id from kept_sessions_of_pairs)`,
  );
  const both = (name: 'sessions' | 'segments', kept: string, rebuilt: string) =>
    sql`select ${columnList(name)} from ${ref(kept)} k union all select ${columnList(name)} from ${ref(rebuilt)} r`;
  await scratch.view('sessions', both('sessions', 'kept_sessions_of_pairs', 'rebuilt_sessions'));
  await scratch.view('segments', both('segments', 'kept_segments', 'rebuilt_segments'));
  // Pairs that a page showed anew count among those whom it made play.
  await scratch.table(
    'old_user_videos',
    sql`select p.* from ${await relationOf(lake, 'user_videos', run.base)} p
    join (select user_id, video_id from touched_pairs union select user_id, video_id from new_impressions) t
      on t.user_id = p.user_id and t.video_id = p.video_id`,
  );
}

/** `user_totals` and `user_days` of touched users. */
async function nameTotals(context: RunContext): Promise<void> {
  const { lake, run, scratch } = context;
  const published = await relationOf(lake, 'users', run.base);
  await scratch.table(
    'old_users',
    sql`select p.* from ${published} p where p.user_id in (select user_id from touched_users)`,
  );
  const isWhole = await nameUnsubtractable(context, { key: 'user_id', old: sql`old_users`, durationS: lit(null) });
  const whole = isWhole
    ? sql`union all select ${partsOfUserVideos(1, ['user_id'])} from ${await publishedRelation(context, 'user_videos')} p where p.user_id in (select user_id from whole_user_id)`
    : sql``;
  const isAdded = sql`user_id not in (select user_id from whole_user_id)`;
  const oldPairs = sql`old_user_videos p where ${isAdded} and exists (select 1 from touched_pairs t where t.user_id = p.user_id and t.video_id = p.video_id)`;
  const pairParts = (relation: Fragment, sign: 1 | -1) =>
    sql`select * from (select ${partsOfUserVideos(sign, ['user_id'])} from ${relation}) q`;
  await scratch.table(
    'user_totals',
    sql`select user_id, ${totalsOfParts}
    from (
      select ${partsOfTotals('user_id', ref('video_count'), lit(null))} from old_users p where ${isAdded}
      union all ${pairParts(sql`user_videos p where ${isAdded}`, 1)}
      union all ${pairParts(oldPairs, -1)}
      ${whole}
    ) p
    group by user_id
    having sum(row_count) > 0`,
  );
  await nameDays(context);
}

/** Days on which a touched user was there: those of before, and what replaced and rebuilt sessions change in them. */
async function nameDays({ d, scratch }: RunContext): Promise<void> {
  await scratch.table(
    'user_days',
    sql`with changed as (
      select user_id, session_date, max(is_new) as is_new, max(is_old) as is_old
      from (
        select user_id, session_date, 1 as is_new, 0 as is_old from rebuilt_sessions
        union all
        select user_id, session_date, 0, 1 from replaced_sessions
      ) s
      group by user_id, session_date
    )
    select user_id, cast(sum(day_count) as bigint) as active_day_count
    from (
      select user_id, active_day_count as day_count from old_users
      union all
      select c.user_id, c.is_new - c.is_old
      from changed c
      where not exists (
        select 1 from known_sessions k join touched_users t on t.user_id = k.user_id
        where k.user_id = c.user_id and k.visit_us < t.rebuild_from_us and ${d.dateOfUs(d.epochUs(raw('k.started_at')))} = c.session_date
      )
    ) a
    group by user_id`,
  );
}

async function publishUsers(context: RunContext): Promise<void> {
  const { lake, run } = context;
  const made = sql`select ${columnList('users')} from users r`;
  const published = await relationOf(lake, 'users', run.base);
  const kept = sql`select ${columnList('users', 'p')} from ${published} p where p.user_id not in (select user_id from touched_users)`;
  await publishWhole(context, 'users', sql`${kept} union all ${made}`, {
    before: sql`old_users`,
    after: sql`(${made})`,
  });
}
