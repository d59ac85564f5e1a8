import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { judgeDay, readSeries, subjectText } from '#alerts';
import { configSchema } from '#config';
import { generate } from '#simulate';
import { sql } from '#sql';
import { DuckdbEngine } from '#warehouse';

/** Ten weeks of simulated viewers, whose weekends and trends differ; anomalies are planted into the last five weeks. */
const until = new Date('2026-11-01T00:00:00Z');
const dayCount = 70;
const lastDay = until.getTime() / 86_400_000 - 1;
const firstJudged = lastDay - 34;
const { anomalies } = configSchema.parse({ alerts: { anomalies: { sessions_min: 20 } } }).alerts;

const viewingSchema = z.object({
  video_id: z.string(),
  started_at: z.string(),
  watched_s: z.number(),
  completed: z.boolean(),
});
interface VideoDay {
  readonly video_id: string;
  readonly day: number;
  readonly sessions: number;
  readonly completed: number;
  readonly watched_s: number;
}
type Rule = 'anomaly_volume' | 'anomaly_watch_time' | 'anomaly_completion_rate';
interface Planted {
  readonly rule: Rule;
  /** A video, or all of them. */
  readonly video: string | 'overall';
  readonly day: number;
  /** What becomes of the measure. */
  readonly factor: number;
}

let folder: string;
let engine: DuckdbEngine;
let real: VideoDay[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-back-test-'));
  engine = await DuckdbEngine.open({ threads: 1 });
  await generate({ folder, users: 900, videos: 6, days: dayCount, seed: 11, until, dirtyRatio: 0 });
  const days = new Map<string, VideoDay>();
  for (const line of readFileSync(join(folder, 'truth', 'sessions.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')) {
    const { video_id, started_at, watched_s, completed } = viewingSchema.parse(JSON.parse(line));
    const day = Math.floor(Date.parse(started_at) / 86_400_000);
    const before = days.get(`${video_id} ${day}`) ?? { video_id, day, sessions: 0, completed: 0, watched_s: 0 };
    days.set(`${video_id} ${day}`, {
      ...before,
      sessions: before.sessions + 1,
      completed: before.completed + Number(completed),
      watched_s: before.watched_s + watched_s,
    });
  }
  real = [...days.values()];
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** At most one anomaly lies on a day. */
function plant(row: VideoDay, planted: readonly Planted[]): VideoDay {
  const { sessions, completed, watched_s } = row;
  const on = planted.find(({ video, day }) => day === row.day && (video === 'overall' || video === row.video_id));
  const less = (count: number) => Math.round(count * (on?.factor ?? 1));
  switch (on?.rule) {
    case undefined:
      return row;
    case 'anomaly_volume':
      return { ...row, sessions: less(sessions), completed: less(completed), watched_s: watched_s * on.factor };
    case 'anomaly_watch_time':
      return { ...row, watched_s: watched_s * on.factor };
    case 'anomaly_completion_rate':
      return { ...row, completed: less(completed) };
  }
}

/** Every finding of the last five weeks, judged day by day as the schedule does, over the rows with what was planted. */
async function judge(planted: readonly Planted[]) {
  const rows = real.map(row => plant(row, planted));
  const shape = '[{"video_id":"VARCHAR","day":"BIGINT","sessions":"BIGINT","completed":"BIGINT","watched_s":"DOUBLE"}]';
  const videoDays = sql`(select video_id, cast(make_timestamp(day * 86400000000) as date) as session_date,
    sessions as session_count, completed as completed_session_count, watched_s as watch_time_s
    from (select unnest(from_json(${JSON.stringify(rows)}, ${shape}), recursive := true)))`;
  const videos = sql`(select 'v0001' as video_id, 'The first' as title)`;
  const found: { rule: string; subject: string; day: number; verdict: string }[] = [];
  for (let day = firstJudged; day <= lastDay; day += 1) {
    for (const series of await readSeries(engine, { videoDays, videos }, { day, config: anomalies })) {
      for (const { rule, subject, verdict } of judgeDay(series, day, anomalies)) {
        found.push({ rule, subject: subjectText(subject), day, verdict });
      }
    }
  }
  return found;
}

/** Whether a planted anomaly explains a finding: of one video's volume the sum of all videos changes too. */
const explains = (planted: Planted, found: { rule: string; subject: string; day: number }): boolean =>
  planted.rule === found.rule &&
  planted.day === found.day &&
  (planted.video === 'overall' || found.subject === 'overall' || found.subject === `video:${planted.video}`);

describe('anomalies planted into five simulated weeks', () => {
  // Three days apart, so that each lies among usual days; the rules, the videos and the weekdays take turns.
  const kinds: readonly (readonly [Rule, number])[] = [
    ['anomaly_volume', 0.2],
    ['anomaly_completion_rate', 0.1],
    ['anomaly_watch_time', 0.3],
    ['anomaly_volume', 3],
  ];
  const targets = ['overall', 'v0001', 'v0002', 'overall', 'v0003'];
  const planted: Planted[] = Array.from({ length: 12 }, (_, i) => {
    const [rule, factor] = kinds[i % kinds.length] ?? ['anomaly_volume', 0.2];
    return { rule, factor, video: targets[i % targets.length] ?? 'overall', day: firstJudged + i * 3 };
  });

  it('are found, and little else: precision and recall', async () => {
    const found = await judge(planted);
    const firing = found.filter(({ verdict }) => verdict === 'firing');
    const isFound = (one: Planted) =>
      firing.some(f => explains(one, f) && f.subject === (one.video === 'overall' ? 'overall' : `video:${one.video}`));
    const recall = planted.filter(isFound).length / planted.length;
    const precision = firing.filter(f => planted.some(one => explains(one, f))).length / firing.length;
    const judged = found.filter(({ verdict }) => verdict !== 'unknown').length;
    process.stdout.write(
      `back-test: ${planted.length} planted, ${firing.length} findings among ${judged} judgements; precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}\n`,
    );
    expect(judged).toBeGreaterThan(300);
    expect(recall).toBeGreaterThanOrEqual(0.9);
    expect(precision).toBeGreaterThanOrEqual(0.9);
  });

  it('that are not there are seldom found: at most one in two hundred judgements', async () => {
    const found = await judge([]);
    const judged = found.filter(({ verdict }) => verdict !== 'unknown').length;
    const firing = found.filter(({ verdict }) => verdict === 'firing');
    process.stdout.write(`back-test: ${firing.length} false alarms in ${judged} judgements\n`);
    expect(firing.length).toBeLessThanOrEqual(judged / 200);
  });

  it('are judged alike each time', async () => {
    expect(await judge(planted)).toEqual(await judge(planted));
  });

  it('with too small a sample are not judged, however large the change', () => {
    const at = (sessions: number, day: number) => ({ day, sessions, completed: 1, watchTimeS: sessions * 60 });
    const verdictsOf = (usual: number) => {
      const days = Array.from({ length: 40 }, (_, i) => at(usual + (i % 3), i));
      const series = { subject: { kind: 'overall' }, title: 'All videos', days: [...days, at(1, 40)] } as const;
      return judgeDay(series, 40, anomalies).map(({ verdict }) => verdict);
    };
    expect(verdictsOf(anomalies.sessions_min - 3)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(verdictsOf(200)).toEqual(['firing', 'unknown', 'unknown']);
  });
});
