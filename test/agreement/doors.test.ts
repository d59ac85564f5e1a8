import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Config, configSchema } from '#config';
import { type CubeServer, startCube } from '#cube';
import { type Gateway, startGateway } from '#gateway';
import { ingestFiles, ingestVideos, type JobLake, openJobLake, runJob } from '#job';
import { askGateway, composeReport, csvFiles, namedPeriod, type ReportFacts, readReport } from '#reports';
import { generate } from '#simulate';
import { raw, sql } from '#sql';
import { tables } from '#tables';
import { withReportGateway } from '../../src/cli/report-gateway.js';
import { load } from '../cube/rest.js';
import { ask } from '../gateway/ask.js';

let folder: string;
let config: Config;
let job: JobLake;
let cube: CubeServer;
let gateway: Gateway;
let client: pg.Client;
/** What a report is told that starts a gateway for itself: before all other doors, since one process has one Cube. */
let alone: ReportFacts;
const week = namedPeriod('weekly', '2026-W11');
const reportedAt = new Date('2026-03-16T06:00:00Z');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playhead-agreement-'));
  config = configSchema.parse({ data: join(folder, 'data'), ports: { cube: 0, sql: 0, gateway: 0 } });
  const until = new Date('2026-03-15T00:00:00Z');
  const made = join(folder, 'made');
  const manifest = await generate({ users: 60, videos: 8, days: 6, seed: 7, dirtyRatio: 0.01, folder: made, until });
  job = await openJobLake(config);
  const { lake, engine } = job;
  const clock = () => until;
  await ingestVideos({ lake, engine, file: join(made, manifest.catalog_file) });
  const files = manifest.event_files.map(name => join(made, name));
  await ingestFiles({ lake, engine, config, preset: 'canonical', files, clock });
  await runJob({ lake, engine, config, mode: 'full', clock });

  alone = await withReportGateway({ config }, askAlone => readReport(askAlone, week, reportedAt));
  cube = await startCube({ config });
  gateway = await startGateway({ config, cubeUrl: cube.url });
  client = new pg.Client({ host: '127.0.0.1', port: cube.sqlPort, user: 'playhead', password: 'playhead' });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await gateway?.close();
  await cube?.close();
  await job?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Each metric of a video, as a person asks the sessions for it, and by its name in GraphQL. */
const metrics: Readonly<Record<string, { readonly check: string; readonly field: string }>> = {
  watch_time_s: { check: 'sum(watch_time_s)', field: 'watchTimeS' },
  content_s: { check: 'sum(content_s)', field: 'contentS' },
  session_count: { check: 'count(*)', field: 'sessionCount' },
  play_count: { check: 'count(*) filter (has_played)', field: 'playCount' },
  completed_session_count: { check: 'count(*) filter (completed)', field: 'completedSessionCount' },
  zero_watch_count: { check: 'count(*) filter (zero_watch)', field: 'zeroWatchCount' },
  replay_count: { check: 'count(*) filter (is_replay)', field: 'replayCount' },
  pause_count: { check: 'sum(pause_count)', field: 'pauseCount' },
  skip_count: { check: 'sum(skip_count)', field: 'skipCount' },
  unique_viewers: { check: 'count(distinct user_id)', field: 'uniqueViewers' },
  completion_rate: { check: 'count(*) filter (completed) / count(*)', field: 'completionRate' },
  avg_watch_time_s: { check: 'sum(watch_time_s) / count(*)', field: 'avgWatchTimeS' },
};
const names = Object.keys(metrics);

/** Video to its metrics in the order of `names`. Sums of doubles depend on the order of the rows in the last digits. */
type ByVideo = ReadonlyMap<string, readonly number[]>;

const rounded = (value: unknown): number => Number(Number(value).toPrecision(12));
const byVideo = (rows: readonly Readonly<Record<string, unknown>>[], id: string, columns: readonly string[]): ByVideo =>
  new Map(
    rows
      .map(row => [String(row[id]), columns.map(column => rounded(row[column]))] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
  );

async function fromDelta(): Promise<ByVideo> {
  const checks = raw(names.map(name => `${metrics[name]?.check} as ${name}`).join(', '));
  const rows = await job.engine.query(
    sql`select video_id, ${checks} from ${await job.lake.read(tables.sessions)} as s group by video_id`,
  );
  return byVideo(rows, 'video_id', names);
}

const nodes = z.object({ videos: z.object({ nodes: z.array(z.record(z.string(), z.unknown())) }) });

describe('one number, every door', () => {
  let expected: ByVideo;
  beforeAll(async () => {
    expected = await fromDelta();
    expect(expected.size).toBeGreaterThan(3);
  });

  it('REST says what the Delta files say', async () => {
    const members = names.map(name => `sessions.${name}`);
    const { rows } = await load(cube, { measures: members, dimensions: ['sessions.video_id'] });
    expect(byVideo(rows, 'sessions.video_id', members)).toEqual(expected);
  });

  it('the rollups say what the Delta files say', async () => {
    const additive = names.filter(name => name !== 'unique_viewers');
    const members = additive.map(name => `sessions.${name}`);
    const { rows, rollups } = await load(cube, { measures: members, dimensions: ['sessions.video_id'] });
    expect(rollups).toEqual(['sessions.by_video_day']);
    const wanted = new Map(
      [...expected].map(([video, values]) => [video, values.filter((_, i) => names[i] !== 'unique_viewers')]),
    );
    expect(byVideo(rows, 'sessions.video_id', members)).toEqual(wanted);
  });

  it('the SQL API says what the Delta files say', async () => {
    const measures = names.map(name => `MEASURE(${name}) AS ${name}`).join(', ');
    const { rows } = await client.query(`SELECT video_id, ${measures} FROM sessions GROUP BY 1`);
    expect(byVideo(rows, 'video_id', names)).toEqual(expected);
  });

  it('GraphQL says what the Delta files say', async () => {
    const fields = names.map(name => metrics[name]?.field ?? '');
    const answer = await ask(gateway.url, {
      query: `{ videos(first: 100) { nodes { videoId ${fields.join(' ')} } } }`,
    });
    expect(answer.errors).toBeUndefined();
    const rows = nodes.parse(answer.data).videos.nodes.filter(node => Number(node['sessionCount']) > 0);
    expect(byVideo(rows, 'videoId', fields)).toEqual(expected);
  });

  it('the view for analysts says it by title', async () => {
    const rows = await job.engine.query(sql`
      select v.title, sum(s.watch_time_s) as watch_time_s
      from ${await job.lake.read(tables.sessions)} as s
      join ${await job.lake.read(tables.videos)} as v using (video_id)
      group by v.title`);
    const loaded = await load(cube, {
      measures: ['video_performance.watch_time_s'],
      dimensions: ['video_performance.title'],
    });
    expect(byVideo(loaded.rows, 'video_performance.title', ['video_performance.watch_time_s'])).toEqual(
      byVideo(rows, 'title', ['watch_time_s']),
    );
  });

  it('the served run is the newest of job_runs', async () => {
    expect(cube.snapshot()).toMatchObject({ sequence: 1 });
    const { rows } = await load(cube, { measures: ['job_runs.last_sequence'], dimensions: ['job_runs.run_id'] });
    expect(rows).toEqual([{ 'job_runs.run_id': cube.snapshot().runId, 'job_runs.last_sequence': '1' }]);
  });
});

/** The week of the simulated days. The report is asked as `playhead report` asks it; the files in SQL written here. */
describe('a weekly report', () => {
  let facts: ReportFacts;
  let csv: ReadonlyMap<string, readonly (readonly string[])[]>;
  const served = async (table: 'sessions' | 'videos' | 'users' | 'video_retention') => job.lake.read(tables[table]);
  const inWeek = raw(`session_date between date '${week.from}' and date '${week.to}'`);
  const numbers = (row: Readonly<Record<string, unknown>> | undefined) => Object.values(row ?? {}).map(rounded);

  beforeAll(async () => {
    facts = await readReport(askGateway({ url: gateway.url, timeoutMs: 60_000 }), week, reportedAt);
    // A field is quoted where its title holds a comma.
    const fields = (line: string) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
    const cells = (text: string) => text.trimEnd().split('\n').map(fields);
    csv = new Map(csvFiles(composeReport(facts)).map(({ name, text }) => [name, cells(text)]));
  });
  const column = (file: string, name: string) => {
    const [head, ...rows] = csv.get(file) ?? [];
    const at = head?.indexOf(name) ?? -1;
    return rows.map(row => row[at]);
  };

  it('has everything answered', () => {
    expect(Object.entries(facts).filter(([, part]) => 'kind' in part && part.kind === 'missing')).toEqual([
      // Kept by the job's side: this gateway was handed none.
      ['alerts', expect.objectContaining({ kind: 'missing' })],
    ]);
  });

  it('is told the same by a gateway of its own, which knows the alerts too', () => {
    const { freshness, alerts, ...rest } = alone;
    const { freshness: _age, alerts: _none, ...told } = facts;
    expect(rest).toEqual(told);
    expect(freshness.runId).toBe(facts.freshness.runId);
    expect(alerts).toEqual({ kind: 'answered', value: [] });
  });

  it('sums what the Delta files sum', async () => {
    const [row] =
      await job.engine.query(sql`select count(distinct user_id) as unique_viewers, count(*) as session_count,
      count(*) filter (has_played) as play_count, sum(watch_time_s) as watch_time_s, sum(uncertain_s) as uncertain_s,
      sum(estimated_tail_s) as estimated_tail_s, sum(watch_time_s) / count(*) as avg_watch_time_s,
      count(*) filter (completed) as completed, count(*) filter (completed) / count(*) as completion_rate,
      count(*) filter (completion_valid) as valid, count(*) filter (zero_watch) as zero,
      count(*) filter (zero_watch) / count(*) as zero_rate, count(*) filter (is_replay) as replays,
      sum(buffer_time_s) as buffer_time_s from ${await served('sessions')} s where ${inWeek}`);
    expect(numbers(row)[1]).toBeGreaterThan(50);
    expect(column('totals.csv', 'value').map(rounded)).toEqual(numbers(row));
    expect(Object.values(facts.totals).map(rounded).toSorted()).toEqual(numbers(row).toSorted());
  });

  it('ranks and measures videos as the Delta files do', async () => {
    const rows = await job.engine.query(sql`select video_id, sum(watch_time_s) as watch_time_s,
      count(distinct user_id) as viewers, count(*) as sessions, count(*) filter (completed) / count(*) as rate
      from ${await served('sessions')} s where ${inWeek} group by 1 order by 2 desc, 1 limit 10`);
    expect(column('top_videos.csv', 'video_id')).toEqual(rows.map(row => row['video_id']));
    for (const name of ['watch_time_s', 'viewers', 'sessions', 'rate']) {
      const asked = { viewers: 'unique_viewers', sessions: 'session_count', rate: 'completion_rate' }[name] ?? name;
      expect(column('top_videos.csv', asked).map(rounded)).toEqual(rows.map(row => rounded(row[name])));
    }
  });

  it('has the days of the week, with those on which nothing happened', async () => {
    const rows =
      await job.engine.query(sql`select cast(day as date)::varchar as day, coalesce(sum(watch_time_s), 0) as s,
      count(distinct user_id) as viewers from range(timestamp '${raw(week.from)}', timestamp '${raw(week.to)}' + interval 1 day, interval 1 day) d(day)
      left join ${await served('sessions')} s on session_date = cast(day as date) group by 1 order by 1`);
    expect(rows).toHaveLength(7);
    expect(column('days.csv', 'at').map(at => at?.slice(0, 10))).toEqual(rows.map(row => row['day']));
    expect(column('days.csv', 'watch_time_s').map(rounded)).toEqual(rows.map(row => rounded(row['s'])));
    expect(column('days.csv', 'unique_viewers').map(rounded)).toEqual(rows.map(row => rounded(row['viewers'])));
  });

  it('counts tiers as the Delta files do', async () => {
    const counts = async (relation: Awaited<ReturnType<typeof served>>, where = raw('true')) => {
      const rows = await job.engine.query(
        sql`select engagement_tier as tier, count(*) as n from ${relation} r where ${where} group by 1`,
      );
      return ['High', 'Medium', 'Low', 'Minimal'].map(tier =>
        Number(rows.find(row => row['tier'] === tier)?.['n'] ?? 0),
      );
    };
    expect(column('engagement_tiers.csv', 'session_count').map(Number)).toEqual(
      await counts(await served('sessions'), inWeek),
    );
    expect(column('engagement_tiers.csv', 'user_count').map(Number)).toEqual(await counts(await served('users')));
    expect(column('engagement_tiers.csv', 'video_count').map(Number)).toEqual(await counts(await served('videos')));
  });

  it('sets the cost of the catalogue against all that was watched', async () => {
    const ids = column('return_on_cost.csv', 'video_id');
    const rows = await job.engine.query(sql`select video_id, production_cost / (watch_time_s / 3600) as per_hour,
      production_cost / unique_viewers as per_viewer from ${await served('videos')} v`);
    const wanted = ids.map(id => rows.find(row => row['video_id'] === id));
    expect(column('return_on_cost.csv', 'cost_per_watched_hour').map(rounded)).toEqual(
      wanted.map(row => rounded(row?.['per_hour'])),
    );
    expect(column('return_on_cost.csv', 'cost_per_viewer').map(rounded)).toEqual(
      wanted.map(row => rounded(row?.['per_viewer'])),
    );
  });

  it('draws the retention that the Delta files have', async () => {
    const rows = await job.engine.query(sql`select video_id, bucket, viewers, plays, retention_ratio
      from ${await served('video_retention')} r order by video_id, bucket`);
    const shown = [...new Set(column('retention.csv', 'video_id'))];
    expect(shown).toHaveLength(3);
    const wanted = shown.flatMap(id => rows.filter(row => row['video_id'] === id));
    expect(column('retention.csv', 'viewers').map(Number)).toEqual(wanted.map(row => Number(row['viewers'])));
    expect(column('retention.csv', 'plays').map(Number)).toEqual(wanted.map(row => Number(row['plays'])));
    expect(column('retention.csv', 'retention_ratio').map(rounded)).toEqual(
      wanted.map(row => rounded(row['retention_ratio'])),
    );
  });
});
