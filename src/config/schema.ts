import { z } from 'zod';
import { engine } from './engine.js';

/** A year: longer than any gap, pause or session that means something, and exact in microseconds. */
const secondsMax = 31_536_000;
const seconds = z.number().min(0).max(secondsMax);
const share = z.number().min(0).max(1);

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

const ownName = 'a name is lower-case letters, digits and _, and begins with a letter';

/** A data-quality rule that asks each row of a relation; its SQL is the operator's own text, in the engine's words. */
const qualityRule = z.strictObject({
  title: z.string().min(1).optional(),
  /** What holds when the rule passes, for people. */
  says: z.string().min(1),
  severity: z.enum(['error', 'warning', 'info']).default('warning'),
  /** Sessions and segments as they are after the run; the events and rejected rows that the run has taken in. */
  rows: z.enum(['sessions', 'segments', 'new_events', 'new_rejected']),
  /** Which rows the rule is about: a SQL condition; all of them without it. */
  where: z.string().min(1).optional(),
  /** A SQL condition that holds for rows that break the rule. */
  fails_when: z.string().min(1),
  /** The column that names a row in the samples; by default the id of the relation. */
  id: z.string().min(1).optional(),
  /** What is measured: the share of the rows that break the rule, or their number. */
  value: z.enum(['share', 'number']).default('share'),
  /** The rule fails above this. */
  max: z.number().nonnegative().default(0),
});

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
    /** Rules of the operator's own, by name; asked beside those of Playhead. */
    rules: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, ownName), qualityRule).default({}),
  })
  .prefault({});

/** What an experiment can be judged by: a column of the table `experiments`. */
const experimentMetric = z.enum(['exposed_play_rate', 'watch_time_per_viewer_s', 'shown_play_rate']);

/** What a caller may be; docs/access.md says what each of them sees. */
export const roles = ['admin', 'analyst', 'service'] as const;
const role = z.enum(roles);

/** A user of the SQL API beside `secrets.sql_user`. */
const sqlUser = z.strictObject({
  user: z.string().min(1),
  /** In clear, or as PostgreSQL keeps it: `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`. */
  password: z.string().min(1),
  role: role.default('analyst'),
  /** Whose rows the user sees, where `access.tenants` is not `none`. */
  tenant: z.string().min(1).optional(),
});

const access = z
  .strictObject({
    /** What analysts get in place of the ids of users, sessions, visits and players: keyed hashes, or no such members. */
    analyst_users: z.enum(['pseudonymised', 'hidden']).default('pseudonymised'),
    /** What divides the rows among tenants: nothing, or the video's `tenant` in the catalogue. */
    tenants: z.enum(['none', 'by_video']).default('none'),
    /** The role of REST and GraphQL requests without a token, which only development takes. */
    without_token: role.default('admin'),
  })
  .prefault({});

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

const address = z.email();
/** A delivery to one place: its kind, and what that kind needs. A text `env:NAME` stands for that variable's value. */
const sink = z.discriminatedUnion('kind', [
  /** One JSON line on stderr. */
  z.strictObject({ kind: z.literal('log') }),
  /** An incoming webhook as Slack has them; Mattermost, Rocket.Chat and Discord (`/slack`) take the same. */
  z.strictObject({ kind: z.literal('slack'), url: z.url({ protocol: /^https?$/ }) }),
  /** JSON by POST, signed with HMAC-SHA256 where there is a secret. */
  z.strictObject({
    kind: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }),
    secret: z.string().min(16).optional(),
  }),
  z.strictObject({
    kind: z.literal('email'),
    host: z.string().min(1),
    port: z.int().min(1).max(65535).default(587),
    /** `starttls` refuses a server that does not encrypt; `implicit` is TLS from the first byte (port 465). */
    tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
    user: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    from: address,
    to: z.array(address).min(1).max(50),
  }),
]);

/** When somebody is told, and where (DESIGN.md section 7). The four thresholds of the source are those of `quality`. */
const alerts = z
  .strictObject({
    /** By a name that messages and dead letters carry; without any, incidents go to the log. */
    sinks: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, ownName), sink).default({}),
    /** Failed data-quality rules of this severity or above open an incident too. */
    quality_severity: z.enum(['error', 'warning', 'info', 'none']).default('error'),
    /** So many failed attempts of the job in a row open an incident. */
    job_failures_min: z.int().min(1).max(1000).default(3),
    /** So long without a run, as the serving process sees it, open one too; three intervals of the schedule if those are more. 0: never. Seconds. */
    job_silent_s_max: seconds.default(3600),
    /** An open incident that nobody has acknowledged is told again after this. Seconds. */
    repeat_s: z.number().min(60).max(secondsMax).default(14_400),
    /** A condition that comes back this soon after it was resolved is the same incident. Seconds. */
    reopen_s: seconds.default(3600),
    /** An incident that could not be judged for this long is resolved. Seconds. */
    expire_s: z.number().min(3600).max(secondsMax).default(604_800),
    /** More videos than this under one rule stand in one incident. */
    incidents_per_rule_max: z.int().min(1).max(1000).default(5),
    /** Incidents that one message lists; it counts the others. */
    listed_max: z.int().min(1).max(40).default(10),
    delivery: z
      .strictObject({
        timeout_s: z.number().min(0.05).max(120).default(10),
        /** Within one run, with twice the pause each time. */
        attempts_per_run: z.int().min(1).max(10).default(3),
        backoff_s: z.number().min(0).max(60).default(1),
        /** In all; then the message is a dead letter. */
        attempts_max: z.int().min(1).max(1000).default(9),
      })
      .prefault({}),
    anomalies: z
      .strictObject({
        enabled: z.boolean().default(true),
        /** Days before the judged one that say what is usual. */
        history_days: z.int().min(14).max(365).default(42),
        /** With fewer days of history nothing is judged. */
        history_days_min: z.int().min(8).max(365).default(15),
        /** A day with fewer sessions to be expected is not judged. */
        sessions_min: z.int().min(1).default(30),
        /** How many usual deviations away is unusual. */
        deviations_min: z.number().min(1).max(100).default(5),
        /** And at least this share away from what was to be expected. */
        change_ratio_min: share.default(0.25),
        /** A day is judged this long after its end, when late events are in. Seconds. */
        settle_s: seconds.default(10_800),
        /** The videos with the most sessions are judged, up to so many. */
        videos_max: z.int().min(0).max(100_000).default(2000),
      })
      .prefault({}),
  })
  .prefault({});

/** What `playhead run --every` and `--watch` do, and how often. */
const schedule = z
  .strictObject({
    ingest: z
      .strictObject({
        /** Files, patterns, folders of Delta tables: what is new among them is taken in first. */
        files: z.array(z.string().min(1)).default([]),
        /** Tables of the catalog (`catalog.schema.table`), where `engine.kind` is `databricks` or `spark`: what is new in them is taken in first. */
        tables: z.array(z.string().min(1)).default([]),
        preset: z.string().min(1).optional(),
        /** A file that was written to this recently may not be whole yet. Seconds. */
        settle_s: seconds.default(10),
      })
      .prefault({}),
    /** 0: never. Seconds. */
    optimize_every_s: seconds.default(86_400),
    vacuum_every_s: seconds.default(86_400),
    /** Pause after a failure, doubled with each further one up to the maximum. Seconds. */
    backoff_s: z.number().min(1).max(secondsMax).default(30),
    backoff_s_max: z.number().min(1).max(secondsMax).default(900),
    /** How often `--watch` looks for something new. Seconds. */
    watch_poll_s: z.number().min(0.1).max(3600).default(1),
    /** `--watch` judges alerts this often though nothing is new. Seconds. */
    watch_alerts_every_s: z.number().min(1).max(secondsMax).default(60),
    /** A lease whose holder has not been heard of for this long is taken over. Seconds. */
    lease_s: z.number().min(10).max(86_400).default(120),
  })
  .refine(s => s.backoff_s <= s.backoff_s_max, {
    path: ['backoff_s_max'],
    message: 'it must not be below backoff_s',
  })
  .prefault({});

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** A report that the schedule makes of each period that is over. */
const report = z
  .strictObject({
    kind: z.enum(['daily', 'weekly', 'monthly']),
    /** When it is made: a weekday for weekly ones (monday), a day of the month up to 28 for monthly ones (1). */
    day: z.union([z.enum(weekdays), z.int().min(1).max(28)]).optional(),
    /** Hour of that day, UTC. */
    hour: z.int().min(0).max(23).default(6),
    /** Who gets it by mail: one mail each, through the first sink of kind `email`, or the one named in `via`. */
    to: z.array(address).max(50).default([]),
    via: z.string().min(1).optional(),
    /** Where it is written: `<name>-<period>.html`. */
    folder: z.string().min(1).optional(),
    /** What is made: the page, the tables as CSV, and the page printed (needs Chromium). */
    formats: z
      .array(z.enum(['html', 'csv', 'pdf']))
      .min(1)
      .default(['html']),
    /** Whose videos it is about, where `access.tenants` is not `none`. */
    tenant: z.string().min(1).optional(),
  })
  .refine(({ to, folder }) => to.length > 0 || folder !== undefined, {
    message: 'a report needs recipients (`to`) or a `folder`',
  })
  .refine(
    ({ kind, day }) => day === undefined || typeof day === { daily: 'none', weekly: 'string', monthly: 'number' }[kind],
    {
      path: ['day'],
      message:
        'it is a weekday for a weekly report, a number from 1 to 28 for a monthly one, and nothing for a daily one',
    },
  );

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
  data: z.string().min(1).default('./data'),
  /** `production` refuses default secrets, unauthenticated access and development tools. */
  environment: z.enum(['development', 'production']).default('development'),
  mapping: mappingSchema.optional(),
  sessionization,
  engagement,
  experiments,
  quality,
  alerts,
  schedule,
  /** Reports that the schedule makes, by name (docs/reports.md). */
  reports: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, ownName), report).default({}),
  engine,
  ports,
  /** Address that the servers bind. */
  // An empty address would bind every one that the machine has.
  host: z.string().min(1).default('127.0.0.1'),
  access,
  secrets: z
    .strictObject({
      /** HS256 key of the JWTs for REST and GraphQL; PLAYHEAD_API_SECRET. */
      api: z.string().default('playhead-development-secret'),
      /** User and password of the SQL API; PLAYHEAD_SQL_USER, PLAYHEAD_SQL_PASSWORD. */
      sql_user: z.string().default('playhead'),
      sql_password: z.string().default('playhead'),
      /** More users of the SQL API, each with a role. */
      sql_users: z.array(sqlUser).default([]),
      /** Key of the pseudonyms that analysts see; PLAYHEAD_PSEUDONYM_SECRET. Another key gives other pseudonyms. */
      pseudonyms: z.string().default('playhead-development-pseudonyms'),
      /** Who asks the Databricks warehouse; only from DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET. */
      databricks_token: z.string().min(1).optional(),
      databricks_client_id: z.string().min(1).optional(),
      databricks_client_secret: z.string().min(1).optional(),
    })
    .refine(
      ({ sql_user, sql_users }) => new Set([sql_user, ...sql_users.map(one => one.user)]).size > sql_users.length,
      {
        path: ['sql_users'],
        message: 'each user must have a name of its own, sql_user included',
      },
    )
    .prefault({}),
  /** What happened around the data, for charts to show. */
  annotations: z
    .array(
      z
        .strictObject({
          kind: z.enum(['release', 'outage', 'campaign', 'other']),
          title: z.string().min(1).max(200),
          at: z.iso.datetime({ offset: true }),
          /** Of what lasted. */
          until: z.iso.datetime({ offset: true }).optional(),
          url: z.url({ protocol: /^https?$/ }).optional(),
        })
        .refine(({ at, until }) => until === undefined || Date.parse(at) <= Date.parse(until), {
          path: ['until'],
          message: 'it must not be before `at`',
        }),
    )
    .max(1_000)
    .default([]),
  serve: z
    .strictObject({
      /** A Cube that runs elsewhere (Cube's own image, say): `serve` then opens the gateway alone; PLAYHEAD_CUBE_URL. */
      cube_url: z.url({ protocol: /^https?$/ }).optional(),
      /** Documents that the gateway answers: any, or only those of documents/manifest.json. */
      graphql_documents: z.enum(['any', 'trusted']).default('any'),
      /** Memory for kept GraphQL answers; 0 keeps none. */
      graphql_cache_mb: z.number().min(0).max(4096).default(32),
      /** How often the Delta folder is looked at for a new version. Milliseconds. */
      snapshot_poll_ms: z.int().positive().default(250),
      /** Rows that one query may return at most, through any door. */
      row_limit_max: z.int().positive().default(50_000),
      query_timeout_s: z.number().positive().default(60),
      /** Memory for answers that are given again, exactly, for as long as the tables stay as they are. Megabytes; 0: none. */
      result_cache_mb: z.int().nonnegative().default(64),
      /** A certificate for the SQL API; without one its connections are not encrypted. */
      sql_tls: z
        .strictObject({
          /** PEM files. */
          certificate: z.string().min(1),
          key: z.string().min(1),
          /** Sends clients away that do not encrypt. */
          required: z.boolean().default(true),
        })
        .optional(),
      /** Rollups are built in the background for dashboards. */
      rollups: z.boolean().default(true),
    })
    .prefault({}),
});

/** The whole configuration, with every default filled in. */
export type Config = z.infer<typeof configSchema>;
/** A report of the schedule. */
export type ReportConfig = z.infer<typeof report>;
/** What a caller of REST, GraphQL or SQL is. */
export type Role = z.infer<typeof role>;
export type SqlUser = z.infer<typeof sqlUser>;
export type SessionizationConfig = Config['sessionization'];
/** Which engine runs the job, and its limits. */
export type EngineConfig = Config['engine'];
export type EngagementConfig = Config['engagement'];
export type ExperimentsConfig = Config['experiments'];
export type QualityConfig = Config['quality'];
export type QualityRuleConfig = QualityConfig['rules'][string];
export type AlertsConfig = Config['alerts'];
export type SinkConfig = z.infer<typeof sink>;
export type ScheduleConfig = Config['schedule'];
export type Mapping = z.infer<typeof mappingSchema>;
