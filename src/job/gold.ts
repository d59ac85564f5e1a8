import { scoreColumns } from '#engagement';
import { buildGoldPipeline } from '#sessionize';
import { planPipeline, ref, sql } from '#sql';
import { publishTouchedUsers } from './gold-users.js';
import { publishTouchedVideos } from './gold-videos.js';
import { publishedRelation, publishWhole } from './publish.js';
import type { RunContext } from './run-context.js';
import { columnList } from './tables.js';

/** Makes the tables above the sessions: all of them, or what the touched users change in them. */
export async function publishGold(context: RunContext): Promise<void> {
  if (context.run.mode === 'full') return publishAll(context);
  const { config } = context;
  const gold = buildGoldPipeline(config.sessionization, scoreColumns(config.engagement));
  await publishTouchedUsers(context, gold);
  await publishTouchedVideos(context, gold);
}

async function publishAll(context: RunContext): Promise<void> {
  const { config, d, scratch, stopwatch } = context;
  const { outputs } = buildGoldPipeline(config.sessionization, scoreColumns(config.engagement));
  await scratch.view('impressions', sql`select * from ${await publishedRelation(context, 'impressions')}`);
  await scratch.view('sessions', sql`select ${columnList('sessions')} from rebuilt_sessions r`);
  await scratch.view('segments', sql`select ${columnList('segments')} from rebuilt_segments r`);
  await scratch.run(planPipeline([outputs.user_videos, outputs.users], d), stopwatch);
  for (const name of ['user_videos', 'users'] as const) {
    await publishWhole(context, name, sql`select ${columnList(name)} from ${ref(name)} r`);
  }
  await scratch.run(planPipeline([outputs.videos, outputs.video_days, outputs.video_retention], d), stopwatch);
  for (const name of ['videos', 'video_days', 'video_retention'] as const) {
    await publishWhole(context, name, sql`select ${columnList(name)} from ${ref(name)} r`);
  }
}
