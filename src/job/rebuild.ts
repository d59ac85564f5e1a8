import { scoreColumns } from '#engagement';
import { buildSessionPipeline } from '#sessionize';
import { planPipeline, ref, sql } from '#sql';
import { publishDays } from './publish.js';
import type { RunContext } from './run-context.js';
import type { Stretch } from './stretch.js';
import { relationOf } from './tables.js';

/** Runs the steps of DESIGN.md 4 over the stretch: leaves `rebuilt_sessions` and `rebuilt_segments`. */
export async function rebuildSessions({ config, d, lake, run, scratch, stopwatch }: RunContext): Promise<void> {
  await scratch.view('video_catalog', sql`select * from ${await relationOf(lake, 'video_catalog', run.base)}`);
  const { outputs } = buildSessionPipeline(config.sessionization, scoreColumns(config.engagement));
  // Their own names stand for the published tables, which the steps above the sessions read.
  const segments = { ...outputs.segments, name: 'rebuilt_segments' };
  const sessions = { ...outputs.sessions, name: 'rebuilt_sessions' };
  const statements = planPipeline([segments, sessions], d);
  await scratch.run(statements, stopwatch);
  const between = statements.map(({ name }) => name).filter(name => !name.startsWith('rebuilt_'));
  await scratch.drop(...between, 'input_events');
}

/** Puts the rebuilt rows where the replaced ones were. */
export async function publishSessions(context: RunContext, stretch: Stretch): Promise<void> {
  const { lake, run, scratch } = context;
  const partitions = stretch.replacedDays.map(day => ({ session_date: day }));
  const segments = await relationOf(lake, 'segments', run.base, { partitions });
  // In a full run all of them are replaced.
  if (run.mode === 'full') await scratch.view('replaced_segments', sql`select * from ${segments} g`);
  else {
    await scratch.table(
      'replaced_segments',
      sql`select g.* from ${segments} g where g.session_id in (select session_id from replaced_sessions)`,
    );
  }
  await publishDays(context, 'segments', { rebuilt: ref('rebuilt_segments'), replaced: ref('replaced_segments') });
  await publishDays(context, 'sessions', { rebuilt: ref('rebuilt_sessions'), replaced: ref('replaced_sessions') });
}
