import { existsSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type Fragment, lit, ref, sql } from '#sql';
import type { Engine } from '#warehouse';
import { readManifest } from './generate.js';

/** What the job says, as FROM items with the columns of the published tables. */
export interface JobTables {
  readonly sessions: Fragment;
  readonly segments: Fragment;
}

const seconds = z.number();
const count = z.coerce.number();

const totalsSchema = z.object({
  player_count: count,
  true_watched_s: seconds,
  unreported_tail_s: seconds,
  provable_s: seconds,
  job_watched_s: seconds,
  job_uncertain_s: seconds,
  absolute_error_s: seconds,
  provable_unique_s: seconds,
  job_unique_s: seconds,
  absolute_unique_error_s: seconds,
  completion_agreed_count: count,
  damaged_player_count: count,
  damaged_provable_s: seconds,
  damaged_job_s: seconds,
  unknown_player_count: count,
});

const videoSchema = z.object({ video_id: z.string(), provable_s: seconds, job_s: seconds, error_ratio: z.number() });

const missSchema = z.object({
  user_id: z.string(),
  video_id: z.string(),
  player_id: z.string(),
  provable_s: seconds,
  job_s: seconds,
});

export interface Score extends z.infer<typeof totalsSchema> {
  /** (job - provable) / provable: what over- and undercounting leave when they cancel out. */
  readonly watch_time_error_ratio: number;
  /** Sizes of all single errors, as a share of the provable watch time: nothing cancels out. */
  readonly absolute_error_ratio: number;
  readonly unique_error_ratio: number;
  readonly completion_agreement_ratio: number;
  /** Per video, the largest error first. */
  readonly videos: readonly z.infer<typeof videoSchema>[];
  /** The single players with the largest errors, for whoever wants to see why. */
  readonly worst: readonly z.infer<typeof missSchema>[];
}

/**
 * Compares the job's tables with what the simulator knows, per user, video and player. What played after the last event
 * of a viewing (a closed browser) no event can prove: it is told apart and left out of the errors. Players of which an
 * event lost its position on the way are counted, and named apart too. @throws DATA_NOT_FOUND
 */
export async function score(engine: Engine, job: JobTables, truthFolder: string): Promise<Score> {
  const manifest = readManifest(truthFolder);
  const files = ['sessions', 'watched'].map(name => joinPath(truthFolder, 'truth', `${name}.ndjson`));
  const [sessionsFile, watchedFile] = files;
  const missing = files.find(file => !existsSync(file));
  if (missing !== undefined || sessionsFile === undefined || watchedFile === undefined) {
    throw new PlayheadError({ code: 'DATA_NOT_FOUND', at: missing ?? truthFolder, message: 'the truth is incomplete' });
  }
  await engine.run(comparison(job, { sessionsFile, watchedFile, damaged: manifest.damaged_players }));
  const [totalsRow] = await engine.query(totals);
  const totalsOf = totalsSchema.parse(totalsRow);
  const videos = await engine.query(byVideo);
  const worst = await engine.query(worstPlayers);
  await engine.run(sql`drop table truth_score`);
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    ...totalsOf,
    watch_time_error_ratio: share(totalsOf.job_watched_s - totalsOf.provable_s, totalsOf.provable_s),
    absolute_error_ratio: share(totalsOf.absolute_error_s, totalsOf.provable_s),
    unique_error_ratio: share(totalsOf.job_unique_s - totalsOf.provable_unique_s, totalsOf.provable_unique_s),
    completion_agreement_ratio: share(totalsOf.completion_agreed_count, totalsOf.player_count),
    videos: videos.map(row => videoSchema.parse(row)),
    worst: worst.map(row => missSchema.parse(row)),
  };
}

const player = sql`user_id, video_id, coalesce(player_id, '')`;

/** Length of the union of the stretches of each player: what sticks out beyond all that began before. */
const unionOf = (stretches: Fragment): Fragment => sql`
  select user_id, video_id, player_id, sum(greatest(0, to_s - greatest(from_s, coalesce(reached_s, from_s)))) as unique_s
  from (
    select user_id, video_id, player_id, from_s, to_s, max(to_s) over (
      partition by user_id, video_id, player_id order by from_s, to_s rows between unbounded preceding and 1 preceding
    ) as reached_s
    from (${stretches})
  ) group by all`;

function comparison(
  job: JobTables,
  truth: { sessionsFile: string; watchedFile: string; damaged: readonly string[] },
): Fragment {
  const sessions = sql`read_json(${lit(truth.sessionsFile)}, format = 'newline_delimited', columns = {
    user_id: 'VARCHAR', video_id: 'VARCHAR', player_id: 'VARCHAR', watched_s: 'DOUBLE', unreported_tail_s: 'DOUBLE', completed: 'BOOLEAN'})`;
  const watched = sql`read_json(${lit(truth.watchedFile)}, format = 'newline_delimited', columns = {
    user_id: 'VARCHAR', video_id: 'VARCHAR', player_id: 'VARCHAR', from_s: 'DOUBLE', reported_to_s: 'DOUBLE'})`;
  return sql`
    create or replace temporary table truth_score as
    with true_players as (
      select ${player} as player_id, sum(watched_s) as true_s, sum(unreported_tail_s) as tail_s, bool_or(completed) as completed
      from ${sessions} group by all
    ), true_unique as (${unionOf(sql`
      select ${player} as player_id, from_s, reported_to_s as to_s from ${watched} where reported_to_s > from_s`)}
    ), job_players as (
      select ${player} as player_id, sum(watch_time_s) as job_s, sum(uncertain_s) as uncertain_s, bool_or(completed) as completed
      from ${job.sessions} group by all
    ), job_unique as (${unionOf(sql`select ${player} as player_id, from_s, to_s from ${job.segments}`)}
    )
    select user_id, video_id, player_id, t.user_id is not null as is_true,
      coalesce(t.true_s, 0) as true_s, coalesce(t.tail_s, 0) as tail_s, coalesce(t.true_s - t.tail_s, 0) as provable_s,
      coalesce(j.job_s, 0) as job_s, coalesce(j.uncertain_s, 0) as uncertain_s,
      coalesce(tu.unique_s, 0) as true_unique_s, coalesce(ju.unique_s, 0) as job_unique_s,
      coalesce(t.completed, false) = coalesce(j.completed, false) as completion_agrees,
      concat_ws('/', user_id, video_id, player_id) in (select unnest(${damagedList(truth.damaged)})) as is_damaged
    from true_players t full join job_players j using (user_id, video_id, player_id)
    left join true_unique tu using (user_id, video_id, player_id)
    left join job_unique ju using (user_id, video_id, player_id)`;
}

const damagedList = (players: readonly string[]): Fragment =>
  sql`cast(json_extract_string(${lit(JSON.stringify(players))}, '$[*]') as varchar[])`;

const totals = sql`
  select count(*) as player_count,
    sum(true_s) as true_watched_s, sum(tail_s) as unreported_tail_s, sum(provable_s) as provable_s,
    sum(job_s) as job_watched_s, sum(uncertain_s) as job_uncertain_s, sum(abs(job_s - provable_s)) as absolute_error_s,
    sum(true_unique_s) as provable_unique_s, sum(job_unique_s) as job_unique_s,
    sum(abs(job_unique_s - true_unique_s)) as absolute_unique_error_s,
    count(*) filter (completion_agrees) as completion_agreed_count,
    count(*) filter (is_damaged) as damaged_player_count,
    coalesce(sum(provable_s) filter (is_damaged), 0) as damaged_provable_s,
    coalesce(sum(job_s) filter (is_damaged), 0) as damaged_job_s,
    count(*) filter (not is_true) as unknown_player_count
  from ${ref('truth_score')}`;

const byVideo = sql`
  select video_id, sum(provable_s) as provable_s, sum(job_s) as job_s,
    coalesce((sum(job_s) - sum(provable_s)) / nullif(sum(provable_s), 0), 0) as error_ratio
  from ${ref('truth_score')} group by video_id order by abs(error_ratio) desc, video_id`;

const worstPlayers = sql`
  select user_id, video_id, player_id, provable_s, job_s from ${ref('truth_score')}
  order by abs(job_s - provable_s) desc, user_id, video_id, player_id limit 10`;
