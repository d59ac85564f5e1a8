import { type Fragment, join, ref, sql } from '#sql';

/** Measures of seconds that add up; summed as microseconds, so that the order of rows does not matter. */
export const addedSeconds = [
  'watch_time_s',
  'uncertain_s',
  'estimated_tail_s',
  'content_s',
  'background_s',
  'pause_time_s',
  'skipped_s',
  'buffer_time_s',
  'exclusive_watch_time_s',
] as const;

/** Counts that add up. */
export const addedCounts = [
  'pause_count',
  'skip_forward_count',
  'skip_backward_count',
  'skip_count',
  'buffer_count',
  'refresh_count',
  'tab_switch_count',
  'bad_position_count',
] as const;

/** How many sessions of each kind. */
export const sessionCounts = [
  'session_count',
  'play_count',
  'completed_session_count',
  'valid_completion_count',
  'zero_watch_count',
  'replay_count',
  'resumed_count',
  'autoplay_count',
  'concurrent_count',
] as const;

const countOf = (condition: Fragment): Fragment => sql`cast(sum(case when ${condition} then 1 else 0 end) as bigint)`;

/** A sum of seconds that does not depend on the order of the rows. */
export const sumSeconds = (column: Fragment): Fragment =>
  sql`cast(cast(sum(cast(round(${column} * 1e6) as bigint)) as bigint) / 1e6 as double)`;

const sums = [
  ...addedSeconds.map(name => sql`${sumSeconds(ref(name))} as ${ref(name)}`),
  ...addedCounts.map(name => sql`cast(sum(${ref(name)}) as bigint) as ${ref(name)}`),
];

/** Select list that adds up rows of `sessions`. */
export const totalsOfSessions: Fragment = join(
  [
    sql`cast(count(*) as bigint) as session_count`,
    sql`${countOf(ref('has_played'))} as play_count`,
    sql`${countOf(ref('completed'))} as completed_session_count`,
    sql`${countOf(ref('completion_valid'))} as valid_completion_count`,
    sql`${countOf(ref('zero_watch'))} as zero_watch_count`,
    sql`${countOf(ref('is_replay'))} as replay_count`,
    sql`${countOf(ref('resumed'))} as resumed_count`,
    sql`${countOf(ref('autoplay'))} as autoplay_count`,
    sql`${countOf(ref('is_concurrent'))} as concurrent_count`,
    ...sums,
    sql`${sumSeconds(sql`coalesce(rate_avg * watch_time_s, 0)`)} as rated_s`,
  ],
  ',\n  ',
);

/** Select list that adds up rows that are totals already. */
export const totalsOfTotals: Fragment = join(
  [
    ...sessionCounts.map(name => sql`cast(sum(${ref(name)}) as bigint) as ${ref(name)}`),
    ...sums,
    sql`${sumSeconds(ref('rated_s'))} as rated_s`,
  ],
  ',\n  ',
);

/** The columns of the rate of playback, of a row that has `rated_s`. */
export const ratesOf: Fragment = sql`rated_s,
  cast(rated_s / nullif(watch_time_s, 0) as double) as rate_avg`;

/** Those of the columns of a table that `names` lists, in the table's order. */
export const inTableOrder = (names: readonly string[], columns: Readonly<Record<string, string>>): Fragment =>
  join(
    Object.keys(columns)
      .filter(name => names.includes(name))
      .map(name => ref(name)),
    ',\n  ',
  );

/** A share: null where there is nothing to share. */
export const share = (part: Fragment, whole: Fragment): Fragment =>
  sql`cast(cast(${part} as double) / nullif(${whole}, 0) as double)`;

/** The mean of shares, to a billionth, whatever the order of the rows. */
export const meanOfShares = (column: Fragment): Fragment =>
  sql`cast(cast(sum(cast(round(${column} * 1e9) as bigint)) as double) / nullif(count(${column}), 0) / 1e9 as double)`;
