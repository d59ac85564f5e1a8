import { type Incident, readIncidents, readSeries } from '#alerts';
import { type Config, configSchema } from '#config';
import { explainSession, type SessionExplanation } from '#explain';
import { openRunLake, type RunLake } from '#job';
import { join, ref, sql } from '#sql';
import { tables } from '#tables';
import { findings } from '../../src/alerts/conditions/findings.js';
import { byGravity, parseLine, type QualityLine, resultRows } from '../../src/cli/quality-report.js';
import { scheduledTasks } from '../../src/cli/scheduled-tasks.js';
import { withServedRun } from '../../src/cli/served-run.js';
import { commandContext } from '../schedule/command-context.js';
import { VirtualClock } from '../schedule/virtual-clock.js';
import type { SparkPlace } from './two-lakes.js';

/** A configuration whose tables are those of a Spark's schema. */
export const onSpark = (config: Config, { port, schema }: SparkPlace, data: string): Config => ({
  ...config,
  data,
  engine: configSchema.parse({
    engine: { kind: 'spark', host: '127.0.0.1', port, path: 'cliservice', catalog: 'spark_catalog', schema },
  }).engine,
});

/** Opens what a configuration says, as commands do. */
export async function at<T>(config: Config, work: (place: RunLake) => Promise<T>): Promise<T> {
  const place = await openRunLake(config);
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

/** What a report of data quality shows of the served run, and of one rule in all runs. */
export const qualityOf = (config: Config, rule: string): Promise<readonly QualityLine[]> =>
  withServedRun(config, async ({ lake, engine, served }) => {
    const results = await lake.read(tables.quality_results, { version: served.versions.quality_results ?? -1 });
    const lines = async (which: Parameters<typeof resultRows>[1]) =>
      (await engine.query(resultRows(results, which, engine.dialect))).map(parseLine);
    return [...(await lines({ runId: served.runId })).sort(byGravity), ...(await lines({ rule }))];
  });

export const explanationOf = (config: Config, sessionId: string): Promise<SessionExplanation> =>
  withServedRun(config, ({ lake, engine, served }) => explainSession({ lake, engine, served, config, sessionId }));

/**
 * What every condition says of the served run, and the days of all videos, once one of the sessions has a watch time below
 * zero: in a version of its own that no run serves.
 */
export const judgedBroken = (config: Config, now: Date) =>
  withServedRun(config, async ({ lake, engine, served }) => {
    const read = (name: 'sessions' | 'video_days' | 'videos') =>
      lake.read(tables[name], { version: served.versions[name] ?? -1 });
    const sessions = await read('sessions');
    const [row] = await engine.query(sql`select min(session_id) as id from ${sessions} s`);
    const watched = sql`case when session_id = ${String(row?.['id'])} then -1 else watch_time_s end as watch_time_s`;
    const columns = Object.keys(tables.sessions.columns).map(name => (name === 'watch_time_s' ? watched : ref(name)));
    const { version } = await lake.overwrite(tables.sessions, sql`select ${join(columns)} from ${sessions} s`);
    const broken = { ...served, versions: { ...served.versions, sessions: version } };
    const days = { videoDays: await read('video_days'), videos: await read('videos') };
    const day = Math.floor(now.getTime() / 86_400_000) - 1;
    // Few sessions are enough to be judged by.
    const judged = { ...config, quality: { ...config.quality, compared_sessions_min: 1 } };
    const anomalies = { ...config.alerts.anomalies, sessions_min: 1, history_days_min: 8 };
    return {
      found: await findings({ lake, engine, config: judged, served: broken, now }),
      series: await readSeries(engine, days, { day, config: anomalies }),
    };
  });

/** Looks at the alerts and delivers them, as `playhead run` does after its job. Returns what it said. */
export async function tellAlerts(config: Config, now: string): Promise<readonly string[]> {
  const { context, notes } = commandContext(config);
  const clock = new VirtualClock(now);
  const tasks = await scheduledTasks({ context, clock, everyMs: 300_000, isWatching: false, onRun: () => undefined });
  await tasks.find(({ name }) => name === 'alerts')?.run(new AbortController().signal);
  return notes;
}

export const incidentsOf = (config: Config): Promise<Incident[]> =>
  at(config, place => readIncidents(place, sql`true`));
