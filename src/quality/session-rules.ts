import { lit, sql } from '#sql';
import type { QueryRule, RowsRule, Rule } from './rule.js';
import { segments, sessions } from './sources.js';

const isAbove = (threshold: number) => sql`value > ${lit(threshold)}`;

/** Content may be seen again after a skip back and in a replay: each is one more play of at most the whole duration. */
const playsMax = sql`(1 + skip_backward_count + replay_index)`;

const contentWithinDuration: RowsRule = {
  kind: 'rows',
  name: 'content_within_duration',
  title: 'Content within the duration',
  says: 'No session shows more content per play than the video is long, plus 10 %. The value is the largest share of the duration.',
  severity: 'error',
  rows: sessions,
  threshold: ({ quality }) => 1 + quality.content_over_duration_ratio_max,
  fails: ({ quality }) => isAbove(1 + quality.content_over_duration_ratio_max),
  measure: context => {
    const ratio = sql`content_s / (duration_s * ${playsMax})`;
    return {
      isChecked: sql`duration_s > 0 and not is_live`,
      isFailed: sql`${ratio} > ${lit(1 + context.quality.content_over_duration_ratio_max)}`,
      id: sql`session_id`,
      value: { largest: sql`${ratio}` },
    };
  },
};

const noNegativeWatchTime: RowsRule = {
  kind: 'rows',
  name: 'no_negative_watch_time',
  title: 'No negative watch time',
  says: 'No session has a negative watch time. The value is the least one, in seconds.',
  severity: 'error',
  rows: sessions,
  threshold: () => 0,
  fails: () => sql`value < 0`,
  measure: () => ({
    isChecked: sql`watch_time_s is not null`,
    isFailed: sql`watch_time_s < 0`,
    id: sql`session_id`,
    value: { least: sql`watch_time_s` },
  }),
};

const segmentsForward: RowsRule = {
  kind: 'rows',
  name: 'segments_forward',
  title: 'Segments run forward, inside the video',
  says: 'No segment ends before it begins, in the video or on the clock, and none begins before the video. The value is the number that do.',
  severity: 'error',
  rows: segments,
  threshold: () => 0,
  fails: () => isAbove(0),
  measure: () => {
    const isFailed = sql`(to_s < from_s or ended_at < started_at or from_s < 0)`;
    return {
      isChecked: sql`true`,
      isFailed,
      id: sql`session_id`,
      value: 'number',
    };
  },
};

const completionWatched: RowsRule = {
  kind: 'rows',
  name: 'completion_watched',
  title: 'Completions were watched',
  says: 'Few completed sessions have watched less than 75 % of the video. The value is their share of the completed ones.',
  severity: 'warning',
  rows: sessions,
  threshold: ({ quality }) => quality.invalid_completion_ratio_max,
  fails: ({ quality }) => isAbove(quality.invalid_completion_ratio_max),
  measure: context => ({
    isChecked: sql`completed and duration_s > 0`,
    isFailed: sql`unique_watch_s < ${lit(context.sessionization.valid_completion_ratio)} * duration_s`,
    id: sql`session_id`,
    value: 'share',
  }),
};

const sessionLength: RowsRule = {
  kind: 'rows',
  name: 'session_length',
  title: 'Sessions of believable length',
  says: 'No session lasts longer than 4 hours; live streams aside. The value is the longest one, in seconds.',
  severity: 'warning',
  rows: sessions,
  threshold: ({ quality }) => quality.session_s_max,
  fails: ({ quality }) => isAbove(quality.session_s_max),
  measure: context => {
    const { d, quality } = context;
    const length = sql`(${d.epochUs(sql`ended_at`)} - ${d.epochUs(sql`started_at`)}) / 1e6`;
    return {
      isChecked: sql`not is_live`,
      isFailed: sql`${length} > ${lit(quality.session_s_max)}`,
      id: sql`session_id`,
      value: { largest: sql`${length}` },
    };
  },
};

const zeroWatchShare: RowsRule = {
  kind: 'rows',
  name: 'zero_watch_share',
  title: 'Few sessions without watching',
  says: 'At most 15 % of the sessions have watched less than a second. The value is their share.',
  severity: 'warning',
  rows: sessions,
  threshold: ({ quality }) => quality.zero_watch_ratio_max,
  fails: ({ quality }) => isAbove(quality.zero_watch_ratio_max),
  measure: () => ({
    isChecked: sql`zero_watch is not null`,
    isFailed: sql`zero_watch`,
    id: sql`session_id`,
    value: 'share',
  }),
};

const completionRateDrop: QueryRule = {
  kind: 'query',
  name: 'completion_rate_drop',
  title: 'Completion rate holds',
  says: 'The completion rate of the newest day is at most 20 % below that of the seven days before it. The value is the drop as a share.',
  severity: 'warning',
  from: [sessions],
  threshold: ({ quality }) => quality.completion_rate_drop_ratio_max,
  fails: ({ quality }) => isAbove(quality.completion_rate_drop_ratio_max),
  sql: ({ quality: { compared_sessions_min: least } }) => sql`select
case when day_count >= ${lit(least)} and week_count >= ${lit(least)} and week_completed > 0
  then 1 - (cast(day_completed as double) / day_count) / (cast(week_completed as double) / week_count) end as value,
case when day_count >= ${lit(least)} and week_count >= ${lit(least)} then day_count else 0 end as checked_count,
cast(0 as bigint) as failed_count,
null as sample_ids
from (select
  sum(session_count) filter (where session_date = newest) as day_count,
  sum(completed_count) filter (where session_date = newest) as day_completed,
  sum(session_count) filter (where session_date < newest) as week_count,
  sum(completed_count) filter (where session_date < newest) as week_completed
  -- By day first: a join of the partition column with its own maximum ends DuckDB 1.5.5 in an internal error.
  from (
    select session_date, count(*) as session_count, count(*) filter (where completed) as completed_count,
      max(session_date) over () as newest
    from sessions group by session_date
  ) as days
  where session_date >= newest - 7) as counted`,
};

export const sessionRules: readonly Rule[] = [
  contentWithinDuration,
  noNegativeWatchTime,
  segmentsForward,
  completionWatched,
  sessionLength,
  zeroWatchShare,
  completionRateDrop,
];
