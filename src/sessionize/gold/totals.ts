import { type Fragment, join, lit, ref, sql } from '#sql';

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

const measures = [...sessionCounts, ...addedSeconds, ...addedCounts, 'rated_s'] as const;
const signed = (name: string, sign: 1 | -1) => (sign === 1 ? ref(name) : sql`-${ref(name)} as ${ref(name)}`);

/**
 * Select list that makes rows of `user_videos` to parts of the totals above them: of a user, of a video. With the sign -1
 * they are taken away again, which is exact because all that is added up are whole numbers; what is largest or first is
 * not taken away, so whoever subtracts has to see to that. `keys` are the columns that they begin with.
 */
export const partsOfUserVideos = (
  sign: 1 | -1,
  keys: readonly ('user_id' | 'video_id')[] = ['user_id', 'video_id'],
): Fragment =>
  join(
    [
      ...keys.map(key => ref(key)),
      sql`${lit(sign)} as row_count`,
      ...[...measures, 'unique_watch_s'].map(name => signed(name, sign)),
      sql`case when percent_viewed_ratio is null then 0 else ${lit(sign)} end as measured_count`,
      sql`${lit(sign)} * cast(round(percent_viewed_ratio * 1e9) as bigint) as viewed_e9`,
      ...['duration_s', 'first_seen_at', 'last_seen_at'].map(name =>
        sign === 1 ? ref(name) : sql`null as ${ref(name)}`,
      ),
    ],
    ', ',
  );

/** The like, in the same order, for a row of `users` or `videos`, of whose rows `rowCount` has the number. */
export const partsOfTotals = (key: 'user_id' | 'video_id', rowCount: Fragment, durationS: Fragment): Fragment =>
  join(
    [
      ref(key),
      sql`${rowCount} as row_count`,
      ...[...measures, 'unique_watch_s', 'measured_count'].map(name => ref(name)),
      sql`cast(round(avg_percent_viewed_ratio * 1e9 * measured_count) as bigint) as viewed_e9`,
      sql`${durationS} as duration_s`,
      ref('first_seen_at'),
      ref('last_seen_at'),
    ],
    ', ',
  );

/** Above this many measured rows the mean no longer tells their sum to the last billionth. */
export const measuredCountMax = 500_000;

/** Select list that adds up parts. */
export const totalsOfParts: Fragment = join(
  [
    sql`cast(sum(row_count) as bigint) as row_count`,
    totalsOfTotals,
    sql`${sumSeconds(ref('unique_watch_s'))} as unique_watch_s`,
    sql`cast(sum(measured_count) as bigint) as measured_count`,
    sql`cast(cast(sum(viewed_e9) as double) / nullif(sum(measured_count), 0) / 1e9 as double) as avg_percent_viewed_ratio`,
    sql`max(duration_s) as reported_duration_s`,
    sql`min(first_seen_at) as first_seen_at`,
    sql`max(last_seen_at) as last_seen_at`,
  ],
  ',\n  ',
);

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
