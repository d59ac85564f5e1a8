import { z } from 'zod';

/** A year: longer than any gap, pause or session that means something, and exact in microseconds. */
const secondsMax = 31_536_000;
const seconds = z.number().min(0).max(secondsMax);
const share = z.number().min(0).max(1);
/** As DuckDB writes sizes. */
const size = z.string().regex(/^\d+(\.\d+)?\s*([KMGT]i?)?B$/i, 'it must be a size, as 2500MB or 2GiB');

/** 50 videos of so many buckets are as many rows as Cube gives by default: the gateway asks for 50 curves at once. */
export const retentionBucketCountMax = 200;

/** Thresholds of DESIGN.md section 4; a change of any of these changes numbers, so the job asks for a full run. */
const sessionization = z
  .strictObject({
    /** A longer gap ends a visit, unless the position proves steady play across it (4.1.2). Seconds. */
    session_timeout_s: z.number().min(1).max(secondsMax).default(1800),
    /** A position that deviates by less than this counts as steady (4.3). Seconds, and share of the expected advance. */
    tolerance_s: seconds.default(2),
    tolerance_ratio: share.default(0.1),
    /** A completion is valid from this share of the duration on (4.4). */
    valid_completion_ratio: share.default(0.75),
    /** A session below this is zero-watch (4.4). Seconds. */
    zero_watch_s: seconds.default(1),
    /** What may have played after the last event (4.3): nothing, one heartbeat interval, or up to `tail_cap_s`. */
    tail_policy: z.enum(['none', 'heartbeat', 'cap']).default('none'),
    heartbeat_interval_s: seconds.default(10),
    tail_cap_s: seconds.default(30),
    /** Pauses of this length stand for tab switches where the source sends no `hidden` (4.4). Seconds. */
    tab_switch_pause_s_min: seconds.default(30),
    tab_switch_pause_s_max: seconds.default(1800),
    /** A session that starts this soon after an uncompleted one of the same user and video is a refresh (4.4). Seconds. */
    refresh_gap_s_max: seconds.default(60),
    /** Equal shares of a video's duration that `video_retention` has a row for (4.5). */
    retention_bucket_count: z.int().min(1).max(retentionBucketCountMax).default(100),
    /** A position from here on is epoch seconds of a live stream; above the maximum it is nonsense (4.1.4). */
    live_position_s_min: z.number().min(86_400).max(1e9).default(1e8),
    position_s_max: z.number().min(86_400).max(1e12).default(1e11),
  })
  .refine(s => s.tab_switch_pause_s_min <= s.tab_switch_pause_s_max, {
    path: ['tab_switch_pause_s_max'],
    message: 'it must not be below tab_switch_pause_s_min',
  })
  .refine(s => s.live_position_s_min < s.position_s_max, {
    path: ['position_s_max'],
    message: 'it must be above live_position_s_min',
  })
  .prefault({});

const engagement = z
  .strictObject({
    /** Goes into every row; raise it when weights, saturation points or bounds change. */
    version: z.int().positive().default(1),
    /** Points out of 100; they add up to 100. */
    weights: z
      .strictObject({
        watch_ratio: z.number().min(0).max(100).default(60),
        completions: z.number().min(0).max(100).default(30),
        sessions: z.number().min(0).max(100).default(10),
      })
      .superRefine((w, issues) => {
        const sum = w.watch_ratio + w.completions + w.sessions;
        if (Math.abs(sum - 100) < 1e-9) return;
        issues.addIssue({ code: 'custom', message: `the weights must add up to 100; they add up to ${sum}` });
      })
      .prefault({}),
    /** Where each component reaches its full weight. */
    saturation: z
      .strictObject({
        watch_ratio: z.number().positive().default(1),
        completions: z.number().positive().default(1),
        sessions: z.number().positive().default(5),
      })
      .prefault({}),
    /** Lowest score of each tier; below `low` the tier is Minimal. */
    tiers: z
      .strictObject({
        high: z.number().min(0).max(100).default(70),
        medium: z.number().min(0).max(100).default(40),
        low: z.number().min(0).max(100).default(15),
      })
      .refine(t => t.high > t.medium && t.medium > t.low, { message: 'tier bounds must fall: high > medium > low' })
      .prefault({}),
  })
  .prefault({});

const quality = z
  .strictObject({
    /** Content seconds per play may exceed the duration by this share. */
    content_over_duration_ratio_max: z.number().nonnegative().default(0.1),
    session_s_max: seconds.default(14_400),
    state_events_per_session_min: z.number().nonnegative().default(3),
    state_events_per_session_max: z.number().nonnegative().default(5),
    duplicate_ratio_max: share.default(0.02),
    rejected_ratio_max: share.default(0.02),
    missing_position_ratio_max: share.default(0.2),
    clock_skew_ratio_max: share.default(0.01),
    clock_skew_s: seconds.default(300),
    zero_watch_ratio_max: share.default(0.15),
    /** Share of the completed sessions that may have watched less than `sessionization.valid_completion_ratio`. */
    invalid_completion_ratio_max: share.default(0.1),
    /** The newest day's completion rate may lie this share below that of the seven days before it. */
    completion_rate_drop_ratio_max: share.default(0.2),
    /** Days with fewer sessions are not compared. */
    compared_sessions_min: z.int().positive().default(20),
    freshness_s_max: seconds.default(10_800),
    sample_count: z.int().positive().max(100).default(5),
  })
  .prefault({});

/** What an experiment can be judged by: a column of the table `experiments`. */
const experimentMetric = z.enum(['exposed_play_rate', 'watch_time_per_viewer_s', 'shown_play_rate']);

/** How experiments are judged (4.5); takes effect with the next run, and no other number depends on it. */
const experiments = z
  .strictObject({
    /** A difference counts when chance alone would show it less often than this; intervals cover the rest. */
    significance_level: z.number().min(1e-6).max(0.5).default(0.05),
    /** The metric whose verdict is the experiment's. */
    primary_metric: experimentMetric.default('exposed_play_rate'),
    /** With fewer viewers in a variant or its control the verdict is undecided. */
    viewers_min: z.int().min(2).default(30),
    /** Numbers of viewers less likely than this under the planned shares are a sample-ratio mismatch. */
    sample_ratio_level: z.number().min(0).max(0.5).default(0.001),
    /** What only one experiment has, by its name. */
    by_name: z
      .record(
        z.string().min(1),
        z.strictObject({
          /** The variant that the others are measured against; else one named control or A, else the first by name. */
          control: z.string().min(1).optional(),
          primary_metric: experimentMetric.optional(),
          /** Planned shares by variant, in any unit; a variant that is not listed has 1. */
          shares: z.record(z.string().min(1), z.number().positive()).optional(),
        }),
      )
      .default({}),
  })
  .prefault({});

/** One source column, or several tried in order; `$.a.b` looks into a JSON value, `$.a > $.b` into JSON inside text. */
const columnPath = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** How a source table becomes canonical events (DESIGN.md section 3). */
export const mappingSchema = z.strictObject({
  /** Start from this preset; what stands beside it overrides it. */
  preset: z.string().optional(),
  /** Canonical column -> source column(s). */
  columns: z.record(z.string(), columnPath).default({}),
  /** Source event name -> canonical event type, or null to leave it out on purpose. Names are compared without case. */
  events: z.record(z.string(), z.string().nullable()).default({}),
  /** How instants are written: `auto` takes ISO 8601, or numbers whose size tells s, ms, us. */
  time_format: z.enum(['auto', 'iso', 's', 'ms', 'us']).or(z.string().startsWith('%')).optional(),
  /** Unit of positions and durations. */
  position_unit: z.enum(['s', 'ms']).optional(),
  /** What becomes of rows whose event name is not listed; by default what the preset says (canonical: reject). */
  unknown_events: z.enum(['reject', 'leave_out']).optional(),
  /** Constant values for canonical columns the source has not. */
  constants: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const ports = z
  .strictObject({
    cube: z.int().min(0).max(65535).default(4000),
    sql: z.int().min(0).max(65535).default(15432),
    gateway: z.int().min(0).max(65535).default(4001),
  })
  .prefault({});

export const configSchema = z.strictObject({
  /** The data folder; one Delta table a folder below it. */
  data: z.string().default('./data'),
  /** `production` refuses default secrets, unauthenticated access and development tools. */
  environment: z.enum(['development', 'production']).default('development'),
  mapping: mappingSchema.optional(),
  sessionization,
  engagement,
  experiments,
  quality,
  engine: z
    .strictObject({
      threads: z.int().positive().optional(),
      /** DuckDB spills to disk beyond this. */
      memory_limit: size.default('2500MB'),
      /** The same for `ingest`, which streams and needs little. */
      ingest_memory_limit: size.default('600MB'),
    })
    .prefault({}),
  ports,
  /** Address that the servers bind. */
  host: z.string().default('127.0.0.1'),
  secrets: z
    .strictObject({
      /** HS256 key of the JWTs for REST and GraphQL; PLAYHEAD_API_SECRET. */
      api: z.string().default('playhead-development-secret'),
      /** User and password of the SQL API; PLAYHEAD_SQL_USER, PLAYHEAD_SQL_PASSWORD. */
      sql_user: z.string().default('playhead'),
      sql_password: z.string().default('playhead'),
    })
    .prefault({}),
  serve: z
    .strictObject({
      /** How often the Delta folder is looked at for a new version. Milliseconds. */
      snapshot_poll_ms: z.int().positive().default(250),
      /** Rows that one query may return at most, through any door. */
      row_limit_max: z.int().positive().default(50_000),
      query_timeout_s: z.number().positive().default(60),
      /** Rollups are built in the background for dashboards. */
      rollups: z.boolean().default(true),
    })
    .prefault({}),
});

/** The whole configuration, with every default filled in. */
export type Config = z.infer<typeof configSchema>;
export type SessionizationConfig = Config['sessionization'];
export type EngagementConfig = Config['engagement'];
export type ExperimentsConfig = Config['experiments'];
export type QualityConfig = Config['quality'];
export type Mapping = z.infer<typeof mappingSchema>;
