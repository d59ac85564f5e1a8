import { z } from 'zod';
import { lit, sql } from '#sql';
import { tables } from '#tables';
import { type Evidence, type Finding, textList } from '../incident.js';
import { dataTimeUs, dayOf, dayUs, type LookContext, percent } from './looked-at.js';

const nothing: Evidence = { summary: '', value: null, threshold: null, expected: null, day: null, sampleIds: [] };

/** The four alerts of DESIGN.md 7 whose thresholds are configuration: `quality.*`. */
export async function findThresholds(context: LookContext): Promise<Finding[]> {
  const sessions = await readWindows(context);
  return [
    findStaleness(context),
    findCompletionDrop(context, sessions),
    findZeroWatch(context, sessions),
    await findNegativeWatchTime(context),
  ];
}

function findStaleness({ served: { newestReceivedUs }, config: { quality }, now }: LookContext): Finding {
  const rule = { rule: 'freshness', subject: { kind: 'overall' }, title: 'Data is stale', severity: 'error' } as const;
  if (newestReceivedUs === null) return { ...rule, verdict: 'unknown', evidence: nothing, strength: 0 };
  const ageS = Math.max(0, now.getTime() / 1000 - Number(newestReceivedUs) / 1e6);
  const isStale = ageS > quality.freshness_s_max;
  const hours = (seconds: number) => `${(seconds / 3600).toFixed(1)} h`;
  const evidence = {
    ...nothing,
    summary: `The newest event arrived ${hours(ageS)} ago (limit ${hours(quality.freshness_s_max)}).`,
    value: ageS,
    threshold: quality.freshness_s_max,
  };
  return { ...rule, verdict: isStale ? 'firing' : 'clear', evidence, strength: ageS };
}

/** Sessions that are over, of the newest 24 hours and of the seven days before them. */
const windowsSchema = z.object({
  day_count: z.coerce.number(),
  day_completed: z.coerce.number(),
  day_zero: z.coerce.number(),
  week_count: z.coerce.number(),
  week_completed: z.coerce.number(),
});
type Windows = z.infer<typeof windowsSchema>;

/**
 * Sessions that still go on are left out: they are not completed yet and may not have watched a second, and shortly after
 * midnight they would be most of a calendar day. Hence also 24 hours instead of the day.
 */
async function readWindows({ lake, engine, served }: LookContext): Promise<Windows | undefined> {
  const untilUs = dataTimeUs(served);
  if (untilUs === undefined) return undefined;
  const firstDay = dayOf(untilUs - 8n * dayUs);
  const relation = await lake.read(tables.sessions, {
    version: served.versions.sessions ?? -1,
    partitions: ({ session_date }) => (session_date ?? '') >= firstDay,
  });
  const startedUs = engine.dialect.epochUs(sql`started_at`);
  const isNew = sql`started_us > ${lit(untilUs - dayUs)}`;
  const [row] = await engine.query(sql`select
    count(case when ${isNew} then 1 end) as day_count,
    count(case when ${isNew} and completed then 1 end) as day_completed,
    count(case when ${isNew} and zero_watch then 1 end) as day_zero,
    count(case when not ${isNew} then 1 end) as week_count,
    count(case when not ${isNew} and completed then 1 end) as week_completed
    from (select ${startedUs} as started_us, completed, zero_watch from ${relation} s where end_reason <> 'open') as ended
    where started_us > ${lit(untilUs - 8n * dayUs)} and started_us <= ${lit(untilUs)}`);
  return windowsSchema.parse(row);
}

function findCompletionDrop({ config: { quality } }: LookContext, windows: Windows | undefined): Finding {
  const rule = {
    rule: 'completion_rate_drop',
    subject: { kind: 'overall' },
    title: 'Completion rate has dropped',
    severity: 'warning',
  } as const;
  const least = quality.compared_sessions_min;
  if (
    windows === undefined ||
    windows.day_count < least ||
    windows.week_count < least ||
    windows.week_completed === 0
  ) {
    return { ...rule, verdict: 'unknown', evidence: nothing, strength: 0 };
  }
  const day = windows.day_completed / windows.day_count;
  const week = windows.week_completed / windows.week_count;
  const drop = 1 - day / week;
  const threshold = quality.completion_rate_drop_ratio_max;
  const evidence = {
    ...nothing,
    summary: `${percent(day)} of the ${windows.day_count} sessions of the newest 24 hours were completed, ${percent(week)} in the week before: ${percent(drop)} less (limit ${percent(threshold)}).`,
    value: drop,
    threshold,
    expected: week,
  };
  return { ...rule, verdict: drop > threshold ? 'firing' : 'clear', evidence, strength: drop };
}

function findZeroWatch({ config: { quality } }: LookContext, windows: Windows | undefined): Finding {
  const rule = {
    rule: 'zero_watch_share',
    subject: { kind: 'overall' },
    title: 'Many sessions watch nothing',
    severity: 'warning',
  } as const;
  if (windows === undefined || windows.day_count < quality.compared_sessions_min) {
    return { ...rule, verdict: 'unknown', evidence: nothing, strength: 0 };
  }
  const share = windows.day_zero / windows.day_count;
  const threshold = quality.zero_watch_ratio_max;
  const evidence = {
    ...nothing,
    summary: `${percent(share)} of the ${windows.day_count} sessions of the newest 24 hours watched less than a second (limit ${percent(threshold)}).`,
    value: share,
    threshold,
  };
  return { ...rule, verdict: share > threshold ? 'firing' : 'clear', evidence, strength: share };
}

const negativeSchema = z.object({
  session_count: z.coerce.number(),
  negative_count: z.coerce.number(),
  least: z.number().nullable(),
  sample_ids: textList,
});

async function findNegativeWatchTime({ lake, engine, served, config: { quality } }: LookContext): Promise<Finding> {
  const relation = await lake.read(tables.sessions, { version: served.versions.sessions ?? -1 });
  const { smallest, reading } = engine.dialect;
  const [row] = await engine.query(sql`select count(*) as session_count,
    count(case when watch_time_s < 0 then 1 end) as negative_count, min(watch_time_s) as least,
    ${reading.json(smallest(sql`session_id`, sql`watch_time_s < 0`, quality.sample_count))} as sample_ids
    from ${relation} s`);
  const { session_count, negative_count, least, sample_ids } = negativeSchema.parse(row);
  const rule = {
    rule: 'negative_watch_time',
    subject: { kind: 'overall' },
    title: 'Negative watch time',
    severity: 'error',
  } as const;
  if (session_count === 0) return { ...rule, verdict: 'unknown', evidence: nothing, strength: 0 };
  const evidence = {
    ...nothing,
    summary: `${negative_count} sessions have a negative watch time, down to ${least ?? 0} s.`,
    value: negative_count,
    threshold: 0,
    sampleIds: sample_ids,
  };
  return { ...rule, verdict: negative_count > 0 ? 'firing' : 'clear', evidence, strength: negative_count };
}
