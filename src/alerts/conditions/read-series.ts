import { z } from 'zod';
import { type Fragment, lit, sql } from '#sql';
import { tables } from '#tables';
import type { Engine } from '#warehouse';
import type { Finding } from '../incident.js';
import { type DayTotals, judgeDay, type Series } from './anomalies.js';
import { dataTimeUs, dayOf, dayUs, type LookContext } from './looked-at.js';

const rowSchema = z.object({
  video_id: z.string().nullable(),
  title: z.string().nullable(),
  day: z.coerce.number(),
  sessions: z.coerce.number(),
  completed: z.coerce.number(),
  watch_us: z.coerce.number(),
});

/** Unusual days: of everything, and of each video that is watched enough. */
export async function findAnomalies(context: LookContext): Promise<Finding[]> {
  const { lake, engine, served, config } = context;
  const { anomalies } = config.alerts;
  const untilUs = dataTimeUs(served);
  if (!anomalies.enabled || untilUs === undefined) return [];
  // The newest day that was over long enough ago for its late events to be in.
  const day = Number((untilUs - BigInt(Math.round(anomalies.settle_s * 1e6))) / dayUs) - 1;
  const firstDay = dayOf(BigInt(day - anomalies.history_days) * dayUs);
  const videoDays = await lake.read(tables.video_days, {
    version: served.versions.video_days ?? -1,
    partitions: ({ session_date }) => (session_date ?? '') >= firstDay,
  });
  const videos = await lake.read(tables.videos, { version: served.versions.videos ?? -1 });
  const series = await readSeries(engine, { videoDays, videos }, { day, config: anomalies });
  return series.flatMap(one => judgeDay(one, day, anomalies));
}

/** The days up to the judged one: first of all videos together, then of those with most sessions. */
export async function readSeries(
  engine: Engine,
  { videoDays, videos }: { readonly videoDays: Fragment; readonly videos: Fragment },
  { day, config }: { readonly day: number; readonly config: LookContext['config']['alerts']['anomalies'] },
): Promise<Series[]> {
  const dayNumber = engine.dialect.floorDiv(engine.dialect.epochUs(sql`cast(session_date as timestamp)`), lit(dayUs));
  // Whole microseconds: a sum of doubles depends on the order of its rows.
  const rows = await engine.query(sql`
    with days as (
      select video_id, ${dayNumber} as day, session_count, completed_session_count,
        cast(round(watch_time_s * 1e6) as bigint) as watch_us
      from ${videoDays} d
    ), judged as (select * from days where day <= ${lit(day)} and day >= ${lit(day - config.history_days)}),
    chosen as (
      select video_id from (select video_id, sum(session_count) as total from judged group by video_id) t
      where total >= ${lit((config.sessions_min * config.history_days_min) / 2)}
      order by total desc, video_id limit ${lit(config.videos_max)}
    )
    select null as video_id, null as title, day, sum(session_count) as sessions,
      sum(completed_session_count) as completed, sum(watch_us) as watch_us
    from judged group by day
    union all
    select j.video_id, v.title, j.day, j.session_count, j.completed_session_count, j.watch_us
    from judged j join chosen c on c.video_id = j.video_id left join ${videos} v on v.video_id = j.video_id
    order by video_id nulls first, day`);
  const series = new Map<string | null, { readonly title: string; readonly days: DayTotals[] }>();
  for (const row of rows) {
    const { video_id, title, day, sessions, completed, watch_us } = rowSchema.parse(row);
    const found = series.get(video_id) ?? { title: video_id === null ? 'All videos' : (title ?? video_id), days: [] };
    series.set(video_id, found);
    found.days.push({ day, sessions, completed, watchTimeS: watch_us / 1e6 });
  }
  return [...series].map(([videoId, { title, days }]) => ({
    subject: videoId === null ? { kind: 'overall' } : { kind: 'video', videoId },
    title,
    days,
  }));
}
