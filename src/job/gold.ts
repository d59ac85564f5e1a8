import { scoreColumns } from '#engagement';
import { buildGoldPipeline } from '#sessionize';
import { planPipeline, ref, sql } from '#sql';
import { publishedRelation, publishWhole } from './publish.js';
import type { RunContext } from './run-context.js';
import { columnList, relationOf } from './tables.js';

const perUser = ['user_videos', 'users'] as const;
const perVideo = ['videos', 'video_days', 'video_retention'] as const;

/** Makes the tables above the sessions: of touched users their rows, of videos all, since every video may be touched. */
export async function publishGold(context: RunContext): Promise<void> {
  const { config, d, scratch, stopwatch, run } = context;
  const { outputs } = buildGoldPipeline(config.sessionization, scoreColumns(config.engagement));
  await scratch.view('impressions', sql`select * from ${await publishedRelation(context, 'impressions')}`);
  await stopwatch.measure('rows of touched users', () => nameTheirRows(context));
  await scratch.run(planPipeline([outputs.user_videos, outputs.users], d), stopwatch);
  for (const name of perUser) await publishPerUser(context, name);
  if (run.mode === 'incremental') await nameAllRows(context);
  const videoSteps = perVideo.map(name => outputs[name]);
  await scratch.run(planPipeline(videoSteps, d), stopwatch);
  for (const name of perVideo) {
    await publishWhole(context, name, sql`select ${columnList(name)} from ${ref(name)} r`);
  }
}

/** Gives the gold steps the sessions and segments of the touched users. */
async function nameTheirRows(context: RunContext): Promise<void> {
  const { lake, run, scratch } = context;
  const of = (name: 'sessions' | 'segments', relation: string) =>
    sql`select ${columnList(name)} from ${ref(relation)} r`;
  if (run.mode === 'full') {
    await scratch.view('sessions', of('sessions', 'rebuilt_sessions'));
    await scratch.view('segments', of('segments', 'rebuilt_segments'));
    return;
  }
  await scratch.view(
    'sessions',
    sql`${of('sessions', 'earlier_sessions')} union all ${of('sessions', 'rebuilt_sessions')}`,
  );
  const published = await relationOf(lake, 'segments', run.base);
  await scratch.table(
    'segments',
    sql`select ${columnList('segments', 'g')} from ${published} g
    where exists (select 1 from touched_users t where t.user_id = g.user_id)
      and not exists (select 1 from replaced_sessions s where s.session_id = g.session_id)
    union all ${of('segments', 'rebuilt_segments')}`,
  );
}

/** Gives the gold steps all published rows. */
async function nameAllRows(context: RunContext): Promise<void> {
  const { scratch } = context;
  await scratch.drop('sessions', 'segments', 'user_videos', 'user_video_coverage');
  for (const name of ['sessions', 'segments', 'user_videos'] as const) {
    await scratch.view(name, sql`select * from ${await publishedRelation(context, name)}`);
  }
}

/** The rows of touched users are those just made; all others stay. */
async function publishPerUser(context: RunContext, name: (typeof perUser)[number]): Promise<void> {
  const { lake, run } = context;
  const made = sql`select ${columnList(name)} from ${ref(name)} r`;
  if (run.mode === 'full') return publishWhole(context, name, made);
  const published = await relationOf(lake, name, run.base);
  const isTouched = sql`exists (select 1 from touched_users t where t.user_id = p.user_id)`;
  const before = sql`(select ${columnList(name, 'p')} from ${published} p where ${isTouched})`;
  const kept = sql`select ${columnList(name, 'p')} from ${published} p where not ${isTouched}`;
  return publishWhole(context, name, sql`${kept} union all ${made}`, { before, after: sql`(${made})` });
}
