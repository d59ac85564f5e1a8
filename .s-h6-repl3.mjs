// src/config/definitions.ts
import { z as z3 } from "zod";

// src/config/schema.ts
import { z as z2 } from "zod";

// src/config/engine.ts
import { z } from "zod";
var size = z.string().regex(/^\d+(\.\d+)?\s*([KMGT]i?)?B$/i, "it must be a size, as 2500MB or 2GiB");
var duckdbLimits = {
  threads: z.int().positive().optional(),
  /** DuckDB spills to disk beyond this. */
  memory_limit: size.default("2500MB"),
  /** The same for `ingest`, which streams and needs little. */
  ingest_memory_limit: size.default("600MB")
};
var connection = {
  /** Name without scheme and path. */
  host: z.string().regex(/^[A-Za-z0-9.:_-]+$/, "it must be a host name, without https:// and path"),
  /** The catalog and schema that hold Playhead's tables; the schema must exist. */
  catalog: z.string().min(1).optional(),
  schema: z.string().min(1).default("playhead"),
  /** A statement that takes longer is cancelled, by the warehouse where it can, else by us. Seconds. */
  statement_timeout_s: z.int().min(1).max(172800).default(3600),
  /** How long a warehouse that is stopped or busy is waited for. Seconds. */
  start_timeout_s: z.int().min(0).max(3600).default(600),
  /** How often a statement is tried that lost against another writer, or whose connection broke. */
  attempts_max: z.int().min(1).max(20).default(5),
  /** PEM file of a certificate authority that is trusted besides the usual ones: for proxies that open TLS. */
  ca_file: z.string().min(1).optional()
};
var engine = z.discriminatedUnion("kind", [
  /** DuckDB in this process, over Delta tables in the data folder. */
  z.strictObject({ kind: z.literal("duckdb").optional().default("duckdb"), ...duckdbLimits }),
  /** A Databricks SQL warehouse. Who asks it comes from the environment: DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and _SECRET. */
  z.strictObject({
    kind: z.literal("databricks"),
    ...connection,
    port: z.int().min(1).max(65535).default(443),
    /** HTTP path of the warehouse, as its Connection details show it. */
    path: z.string().min(1),
    ...duckdbLimits
  }),
  /** An open Spark 4 with its Thrift Server in HTTP mode, which asks nobody who they are. */
  z.strictObject({
    kind: z.literal("spark"),
    ...connection,
    port: z.int().min(1).max(65535).default(10001),
    path: z.string().min(1).default("cliservice"),
    protocol: z.enum(["http", "https"]).default("http"),
    ...duckdbLimits
  })
]).prefault({});

// src/config/schema.ts
var secondsMax = 31536e3;
var seconds = z2.number().min(0).max(secondsMax);
var share = z2.number().min(0).max(1);
var retentionBucketCountMax = 200;
var sessionization = z2.strictObject({
  /** A longer gap ends a visit, unless the position proves steady play across it (4.1.2). Seconds. */
  session_timeout_s: z2.number().min(1).max(secondsMax).default(1800),
  /** A position that deviates by less than this counts as steady (4.3). Seconds, and share of the expected advance. */
  tolerance_s: seconds.default(2),
  tolerance_ratio: share.default(0.1),
  /** A completion is valid from this share of the duration on (4.4). */
  valid_completion_ratio: share.default(0.75),
  /** A session below this is zero-watch (4.4). Seconds. */
  zero_watch_s: seconds.default(1),
  /** What may have played after the last event (4.3): nothing, one heartbeat interval, or up to `tail_cap_s`. */
  tail_policy: z2.enum(["none", "heartbeat", "cap"]).default("none"),
  heartbeat_interval_s: seconds.default(10),
  tail_cap_s: seconds.default(30),
  /** Pauses of this length stand for tab switches where the source sends no `hidden` (4.4). Seconds. */
  tab_switch_pause_s_min: seconds.default(30),
  tab_switch_pause_s_max: seconds.default(1800),
  /** A session that starts this soon after an uncompleted one of the same user and video is a refresh (4.4). Seconds. */
  refresh_gap_s_max: seconds.default(60),
  /** Equal shares of a video's duration that `video_retention` has a row for (4.5). */
  retention_bucket_count: z2.int().min(1).max(retentionBucketCountMax).default(100),
  /** A position from here on is epoch seconds of a live stream; above the maximum it is nonsense (4.1.4). */
  live_position_s_min: z2.number().min(86400).max(1e9).default(1e8),
  position_s_max: z2.number().min(86400).max(1e12).default(1e11)
}).refine((s) => s.tab_switch_pause_s_min <= s.tab_switch_pause_s_max, {
  path: ["tab_switch_pause_s_max"],
  message: "it must not be below tab_switch_pause_s_min"
}).refine((s) => s.live_position_s_min < s.position_s_max, {
  path: ["position_s_max"],
  message: "it must be above live_position_s_min"
}).prefault({});
var engagement = z2.strictObject({
  /** Goes into every row; raise it when weights, saturation points or bounds change. */
  version: z2.int().positive().default(1),
  /** Points out of 100; they add up to 100. */
  weights: z2.strictObject({
    watch_ratio: z2.number().min(0).max(100).default(60),
    completions: z2.number().min(0).max(100).default(30),
    sessions: z2.number().min(0).max(100).default(10)
  }).superRefine((w, issues) => {
    const sum = w.watch_ratio + w.completions + w.sessions;
    if (Math.abs(sum - 100) < 1e-9) return;
    issues.addIssue({ code: "custom", message: `the weights must add up to 100; they add up to ${sum}` });
  }).prefault({}),
  /** Where each component reaches its full weight. */
  saturation: z2.strictObject({
    watch_ratio: z2.number().positive().default(1),
    completions: z2.number().positive().default(1),
    sessions: z2.number().positive().default(5)
  }).prefault({}),
  /** Lowest score of each tier; below `low` the tier is Minimal. */
  tiers: z2.strictObject({
    high: z2.number().min(0).max(100).default(70),
    medium: z2.number().min(0).max(100).default(40),
    low: z2.number().min(0).max(100).default(15)
  }).refine((t) => t.high > t.medium && t.medium > t.low, { message: "tier bounds must fall: high > medium > low" }).prefault({})
}).prefault({});
var ownName = "a name is lower-case letters, digits and _, and begins with a letter";
var qualityRule = z2.strictObject({
  title: z2.string().min(1).optional(),
  /** What holds when the rule passes, for people. */
  says: z2.string().min(1),
  severity: z2.enum(["error", "warning", "info"]).default("warning"),
  /** Sessions and segments as they are after the run; the events and rejected rows that the run has taken in. */
  rows: z2.enum(["sessions", "segments", "new_events", "new_rejected"]),
  /** Which rows the rule is about: a SQL condition; all of them without it. */
  where: z2.string().min(1).optional(),
  /** A SQL condition that holds for rows that break the rule. */
  fails_when: z2.string().min(1),
  /** The column that names a row in the samples; by default the id of the relation. */
  id: z2.string().min(1).optional(),
  /** What is measured: the share of the rows that break the rule, or their number. */
  value: z2.enum(["share", "number"]).default("share"),
  /** The rule fails above this. */
  max: z2.number().nonnegative().default(0)
});
var quality = z2.strictObject({
  /** Content seconds per play may exceed the duration by this share. */
  content_over_duration_ratio_max: z2.number().nonnegative().default(0.1),
  session_s_max: seconds.default(14400),
  state_events_per_session_min: z2.number().nonnegative().default(3),
  state_events_per_session_max: z2.number().nonnegative().default(5),
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
  compared_sessions_min: z2.int().positive().default(20),
  freshness_s_max: seconds.default(10800),
  sample_count: z2.int().positive().max(100).default(5),
  /** Rules of the operator's own, by name; asked beside those of Playhead. */
  rules: z2.record(z2.string().regex(/^[a-z][a-z0-9_]{0,63}$/, ownName), qualityRule).default({})
}).prefault({});
var experimentMetric = z2.enum(["exposed_play_rate", "watch_time_per_viewer_s", "shown_play_rate"]);
var roles = ["admin", "analyst", "service"];
var role = z2.enum(roles);
var sqlUser = z2.strictObject({
  user: z2.string().min(1),
  /** In clear, or as PostgreSQL keeps it: `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`. */
  password: z2.string().min(1),
  role: role.default("analyst"),
  /** Whose rows the user sees, where `access.tenants` is not `none`. */
  tenant: z2.string().min(1).optional()
});
var access = z2.strictObject({
  /** What analysts get in place of the ids of users, sessions, visits and players: keyed hashes, or no such members. */
  analyst_users: z2.enum(["pseudonymised", "hidden"]).default("pseudonymised"),
  /** What divides the rows among tenants: nothing, or the video's `tenant` in the catalogue. */
  tenants: z2.enum(["none", "by_video"]).default("none"),
  /** The role of REST and GraphQL requests without a token, which only development takes. */
  without_token: role.default("admin")
}).prefault({});
var experiments = z2.strictObject({
  /** A difference counts when chance alone would show it less often than this; intervals cover the rest. */
  significance_level: z2.number().min(1e-6).max(0.5).default(0.05),
  /** The metric whose verdict is the experiment's. */
  primary_metric: experimentMetric.default("exposed_play_rate"),
  /** With fewer viewers in a variant or its control the verdict is undecided. */
  viewers_min: z2.int().min(2).default(30),
  /** Numbers of viewers less likely than this under the planned shares are a sample-ratio mismatch. */
  sample_ratio_level: z2.number().min(0).max(0.5).default(1e-3),
  /** What only one experiment has, by its name. */
  by_name: z2.record(
    z2.string().min(1),
    z2.strictObject({
      /** The variant that the others are measured against; else one named control or A, else the first by name. */
      control: z2.string().min(1).optional(),
      primary_metric: experimentMetric.optional(),
      /** Planned shares by variant, in any unit; a variant that is not listed has 1. */
      shares: z2.record(z2.string().min(1), z2.number().positive()).optional()
    })
  ).default({})
}).prefault({});
var address = z2.email();
var sink = z2.discriminatedUnion("kind", [
  /** One JSON line on stderr. */
  z2.strictObject({ kind: z2.literal("log") }),
  /** An incoming webhook as Slack has them; Mattermost, Rocket.Chat and Discord (`/slack`) take the same. */
  z2.strictObject({ kind: z2.literal("slack"), url: z2.url({ protocol: /^https?$/ }) }),
  /** JSON by POST, signed with HMAC-SHA256 where there is a secret. */
  z2.strictObject({
    kind: z2.literal("webhook"),
    url: z2.url({ protocol: /^https?$/ }),
    secret: z2.string().min(16).optional()
  }),
  z2.strictObject({
    kind: z2.literal("email"),
    host: z2.string().min(1),
    port: z2.int().min(1).max(65535).default(587),
    /** `starttls` refuses a server that does not encrypt; `implicit` is TLS from the first byte (port 465). */
    tls: z2.enum(["starttls", "implicit", "none"]).default("starttls"),
    user: z2.string().min(1).optional(),
    password: z2.string().min(1).optional(),
    from: address,
    to: z2.array(address).min(1).max(50)
  })
]);
var alerts = z2.strictObject({
  /** By a name that messages and dead letters carry; without any, incidents go to the log. */
  sinks: z2.record(z2.string().regex(/^[a-z][a-z0-9_]{0,63}$/, ownName), sink).default({}),
  /** Failed data-quality rules of this severity or above open an incident too. */
  quality_severity: z2.enum(["error", "warning", "info", "none"]).default("error"),
  /** So many failed attempts of the job in a row open an incident. */
  job_failures_min: z2.int().min(1).max(1e3).default(3),
  /** So long without a run, as the serving process sees it, open one too; three intervals of the schedule if those are more. 0: never. Seconds. */
  job_silent_s_max: seconds.default(3600),
  /** An open incident that nobody has acknowledged is told again after this. Seconds. */
  repeat_s: z2.number().min(60).max(secondsMax).default(14400),
  /** A condition that comes back this soon after it was resolved is the same incident. Seconds. */
  reopen_s: seconds.default(3600),
  /** An incident that could not be judged for this long is resolved. Seconds. */
  expire_s: z2.number().min(3600).max(secondsMax).default(604800),
  /** More videos than this under one rule stand in one incident. */
  incidents_per_rule_max: z2.int().min(1).max(1e3).default(5),
  /** Incidents that one message lists; it counts the others. */
  listed_max: z2.int().min(1).max(40).default(10),
  delivery: z2.strictObject({
    timeout_s: z2.number().min(0.05).max(120).default(10),
    /** Within one run, with twice the pause each time. */
    attempts_per_run: z2.int().min(1).max(10).default(3),
    backoff_s: z2.number().min(0).max(60).default(1),
    /** In all; then the message is a dead letter. */
    attempts_max: z2.int().min(1).max(1e3).default(9)
  }).prefault({}),
  anomalies: z2.strictObject({
    enabled: z2.boolean().default(true),
    /** Days before the judged one that say what is usual. */
    history_days: z2.int().min(14).max(365).default(42),
    /** With fewer days of history nothing is judged. */
    history_days_min: z2.int().min(8).max(365).default(15),
    /** A day with fewer sessions to be expected is not judged. */
    sessions_min: z2.int().min(1).default(30),
    /** How many usual deviations away is unusual. */
    deviations_min: z2.number().min(1).max(100).default(5),
    /** And at least this share away from what was to be expected. */
    change_ratio_min: share.default(0.25),
    /** A day is judged this long after its end, when late events are in. Seconds. */
    settle_s: seconds.default(10800),
    /** The videos with the most sessions are judged, up to so many. */
    videos_max: z2.int().min(0).max(1e5).default(2e3)
  }).prefault({})
}).prefault({});
var schedule = z2.strictObject({
  ingest: z2.strictObject({
    /** Files, patterns, folders of Delta tables: what is new among them is taken in first. */
    files: z2.array(z2.string().min(1)).default([]),
    /** Tables of the catalog (`catalog.schema.table`), where `engine.kind` is `databricks` or `spark`: what is new in them is taken in first. */
    tables: z2.array(z2.string().min(1)).default([]),
    preset: z2.string().min(1).optional(),
    /** A file that was written to this recently may not be whole yet. Seconds. */
    settle_s: seconds.default(10)
  }).prefault({}),
  /** 0: never. Seconds. */
  optimize_every_s: seconds.default(86400),
  vacuum_every_s: seconds.default(86400),
  /** Pause after a failure, doubled with each further one up to the maximum. Seconds. */
  backoff_s: z2.number().min(1).max(secondsMax).default(30),
  backoff_s_max: z2.number().min(1).max(secondsMax).default(900),
  /** How often `--watch` looks for something new. Seconds. */
  watch_poll_s: z2.number().min(0.1).max(3600).default(1),
  /** `--watch` judges alerts this often though nothing is new. Seconds. */
  watch_alerts_every_s: z2.number().min(1).max(secondsMax).default(60),
  /** A lease whose holder has not been heard of for this long is taken over. Seconds. */
  lease_s: z2.number().min(10).max(86400).default(120)
}).refine((s) => s.backoff_s <= s.backoff_s_max, {
  path: ["backoff_s_max"],
  message: "it must not be below backoff_s"
}).prefault({});
var weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
var report = z2.strictObject({
  kind: z2.enum(["daily", "weekly", "monthly"]),
  /** When it is made: a weekday for weekly ones (monday), a day of the month up to 28 for monthly ones (1). */
  day: z2.union([z2.enum(weekdays), z2.int().min(1).max(28)]).optional(),
  /** Hour of that day, UTC. */
  hour: z2.int().min(0).max(23).default(6),
  /** Who gets it by mail: one mail each, through the first sink of kind `email`, or the one named in `via`. */
  to: z2.array(address).max(50).default([]),
  via: z2.string().min(1).optional(),
  /** Where it is written: `<name>-<period>.html`. */
  folder: z2.string().min(1).optional(),
  /** What is made: the page, the tables as CSV, and the page printed (needs Chromium). */
  formats: z2.array(z2.enum(["html", "csv", "pdf"])).min(1).default(["html"]),
  /** Whose videos it is about, where `access.tenants` is not `none`. */
  tenant: z2.string().min(1).optional()
}).refine(({ to, folder }) => to.length > 0 || folder !== void 0, {
  message: "a report needs recipients (`to`) or a `folder`"
}).refine(
  ({ kind: kind7, day }) => day === void 0 || typeof day === { daily: "none", weekly: "string", monthly: "number" }[kind7],
  {
    path: ["day"],
    message: "it is a weekday for a weekly report, a number from 1 to 28 for a monthly one, and nothing for a daily one"
  }
);
var columnPath = z2.union([z2.string().min(1), z2.array(z2.string().min(1)).min(1)]);
var mappingSchema = z2.strictObject({
  /** Start from this preset; what stands beside it overrides it. */
  preset: z2.string().optional(),
  /** Canonical column -> source column(s). */
  columns: z2.record(z2.string(), columnPath).default({}),
  /** Source event name -> canonical event type, or null to leave it out on purpose. Names are compared without case. */
  events: z2.record(z2.string(), z2.string().nullable()).default({}),
  /** How instants are written: `auto` takes ISO 8601, or numbers whose size tells s, ms, us. */
  time_format: z2.enum(["auto", "iso", "s", "ms", "us"]).or(z2.string().startsWith("%")).optional(),
  /** Unit of positions and durations. */
  position_unit: z2.enum(["s", "ms"]).optional(),
  /** What becomes of rows whose event name is not listed; by default what the preset says (canonical: reject). */
  unknown_events: z2.enum(["reject", "leave_out"]).optional(),
  /** Constant values for canonical columns the source has not. */
  constants: z2.record(z2.string(), z2.union([z2.string(), z2.number(), z2.boolean()])).default({})
});
var ports = z2.strictObject({
  cube: z2.int().min(0).max(65535).default(4e3),
  sql: z2.int().min(0).max(65535).default(15432),
  gateway: z2.int().min(0).max(65535).default(4001)
}).prefault({});
var configSchema = z2.strictObject({
  /** The data folder; one Delta table a folder below it. */
  data: z2.string().default("./data"),
  /** `production` refuses default secrets, unauthenticated access and development tools. */
  environment: z2.enum(["development", "production"]).default("development"),
  mapping: mappingSchema.optional(),
  sessionization,
  engagement,
  experiments,
  quality,
  alerts,
  schedule,
  /** Reports that the schedule makes, by name (docs/reports.md). */
  reports: z2.record(z2.string().regex(/^[a-z][a-z0-9_]{0,63}$/, ownName), report).default({}),
  engine,
  ports,
  /** Address that the servers bind. */
  host: z2.string().default("127.0.0.1"),
  access,
  secrets: z2.strictObject({
    /** HS256 key of the JWTs for REST and GraphQL; PLAYHEAD_API_SECRET. */
    api: z2.string().default("playhead-development-secret"),
    /** User and password of the SQL API; PLAYHEAD_SQL_USER, PLAYHEAD_SQL_PASSWORD. */
    sql_user: z2.string().default("playhead"),
    sql_password: z2.string().default("playhead"),
    /** More users of the SQL API, each with a role. */
    sql_users: z2.array(sqlUser).default([]),
    /** Key of the pseudonyms that analysts see; PLAYHEAD_PSEUDONYM_SECRET. Another key gives other pseudonyms. */
    pseudonyms: z2.string().default("playhead-development-pseudonyms"),
    /** Who asks the Databricks warehouse; only from DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET. */
    databricks_token: z2.string().min(1).optional(),
    databricks_client_id: z2.string().min(1).optional(),
    databricks_client_secret: z2.string().min(1).optional()
  }).refine(
    ({ sql_user, sql_users }) => (/* @__PURE__ */ new Set([sql_user, ...sql_users.map((one) => one.user)])).size > sql_users.length,
    {
      path: ["sql_users"],
      message: "each user must have a name of its own, sql_user included"
    }
  ).prefault({}),
  /** What happened around the data, for charts to show. */
  annotations: z2.array(
    z2.strictObject({
      kind: z2.enum(["release", "outage", "campaign", "other"]),
      title: z2.string().min(1).max(200),
      at: z2.iso.datetime({ offset: true }),
      /** Of what lasted. */
      until: z2.iso.datetime({ offset: true }).optional(),
      url: z2.url({ protocol: /^https?$/ }).optional()
    }).refine(({ at, until }) => until === void 0 || Date.parse(at) <= Date.parse(until), {
      path: ["until"],
      message: "it must not be before `at`"
    })
  ).max(1e3).default([]),
  serve: z2.strictObject({
    /** A Cube that runs elsewhere (Cube's own image, say): `serve` then opens the gateway alone; PLAYHEAD_CUBE_URL. */
    cube_url: z2.url({ protocol: /^https?$/ }).optional(),
    /** Documents that the gateway answers: any, or only those of documents/manifest.json. */
    graphql_documents: z2.enum(["any", "trusted"]).default("any"),
    /** Memory for kept GraphQL answers; 0 keeps none. */
    graphql_cache_mb: z2.number().min(0).max(4096).default(32),
    /** How often the Delta folder is looked at for a new version. Milliseconds. */
    snapshot_poll_ms: z2.int().positive().default(250),
    /** Rows that one query may return at most, through any door. */
    row_limit_max: z2.int().positive().default(5e4),
    query_timeout_s: z2.number().positive().default(60),
    /** Memory for answers that are given again, exactly, for as long as the tables stay as they are. Megabytes; 0: none. */
    result_cache_mb: z2.int().nonnegative().default(64),
    /** A certificate for the SQL API; without one its connections are not encrypted. */
    sql_tls: z2.strictObject({
      /** PEM files. */
      certificate: z2.string().min(1),
      key: z2.string().min(1),
      /** Sends clients away that do not encrypt. */
      required: z2.boolean().default(true)
    }).optional(),
    /** Rollups are built in the background for dashboards. */
    rollups: z2.boolean().default(true)
  }).prefault({})
});

// src/config/definitions.ts
var definitionsSchema = configSchema.pick({ sessionization: true, engagement: true });
var treeSchema = z3.record(z3.string(), z3.unknown());
var leafSchema = z3.union([z3.string(), z3.number(), z3.boolean(), z3.null()]);

// src/config/load.ts
import { parse, YAMLParseError } from "yaml";

// src/errors/playhead-error.ts
var PlayheadError = class extends Error {
  code;
  at;
  hint;
  constructor({ code, message, at, hint, cause }) {
    super(message, { cause });
    this.name = "PlayheadError";
    this.code = code;
    this.at = at;
    this.hint = hint;
  }
  /** `CODE: where: what; what to do` on one line. */
  get line() {
    const where = this.at === void 0 ? "" : `${this.at}: `;
    const advice2 = this.hint === void 0 ? "" : `; ${this.hint}`;
    return `${this.code}: ${where}${this.message}${advice2}`.replaceAll(/\s*\n\s*/g, " ");
  }
};
function assert(condition, whatMustHold) {
  if (!condition) throw new Error(`invariant broken: ${whatMustHold}`);
}

// src/config/from-environment.ts
import { z as z4 } from "zod";
var treeSchema2 = z4.record(z4.string(), z4.unknown());

// src/config/load.ts
var developmentSecrets = configSchema.parse({}).secrets;

// src/metrics/metric.ts
var metric = (title, unit, rule, says) => ({ title, unit, rule, says });

// src/metrics/events.ts
var eventMetrics = {
  reported_event_count: metric(
    "Events as reported",
    "count",
    "DESIGN 5",
    "Player events as they arrived, copies included."
  ),
  event_copy_count: metric(
    "Copies of events",
    "count",
    "DESIGN 4.1.1",
    "Events whose id had been seen before: reported events less different ones."
  ),
  event_copy_rate: metric("Share of copies", "ratio", "DESIGN 7", "Copies as a share of the reported events."),
  event_users: metric(
    "Users with events",
    "count",
    "DESIGN 3",
    "Different users that any event names, page views too."
  ),
  error_event_count: metric(
    "Errors",
    "count",
    "DESIGN 3",
    "Events in which the player reported an error, copies included."
  ),
  missing_position_count: metric(
    "Events without position",
    "count",
    "DESIGN 7",
    "Events of a video, copies included, that do not say where the playhead was."
  ),
  alert_count: metric("Alerts", "count", "DESIGN 7", "Incidents that an alert rule opened."),
  active_alert_count: metric("Active alerts", "count", "DESIGN 7", "Alerts that are open or acknowledged."),
  acknowledged_alert_count: metric(
    "Acknowledged alerts",
    "count",
    "DESIGN 7",
    "Active alerts that somebody said to have seen."
  ),
  resolved_alert_count: metric("Resolved alerts", "count", "DESIGN 7", "Alerts whose cause is gone."),
  notification_count: metric(
    "Messages about alerts",
    "count",
    "DESIGN 7",
    "Messages written about incidents: one for each opening, repeat and resolution."
  )
};

// src/metrics/experiments.ts
var experimentMetrics = {
  exposed_viewers: metric(
    "Exposed viewers",
    "count",
    "DESIGN 4.5",
    "Users whose first variant of the experiment this was: any event that carries experiment and variant exposes, a page view too."
  ),
  mixed_viewers: metric(
    "Viewers of several variants",
    "count",
    "DESIGN 4.5",
    "Exposed viewers who saw another variant of the same experiment later; they stay with the first."
  ),
  control_variant: metric(
    "Control",
    "word",
    "DESIGN 4.5",
    "The variant that the others of the experiment are measured against."
  ),
  is_control: metric(
    "Is the control",
    "boolean",
    "DESIGN 4.5",
    "This variant is the one that the others are measured against."
  ),
  sample_ratio_p_value: metric(
    "Sample ratio p-value",
    "ratio",
    "DESIGN 4.5",
    "How likely numbers of viewers this far from the planned shares are by chance."
  ),
  sample_ratio_mismatch: metric(
    "Sample ratio mismatch",
    "boolean",
    "DESIGN 4.5",
    "The numbers of viewers do not fit the planned shares: the assignment went wrong, and no verdict is given."
  ),
  played_viewers: metric(
    "Exposed viewers who played",
    "count",
    "DESIGN 4.5",
    "Exposed viewers who played any video since they first saw the variant."
  ),
  shown_count: metric(
    "Videos shown to viewers",
    "count",
    "DESIGN 4.5",
    "Pairs of an exposed viewer and a video that a page showed since the viewer first saw the variant."
  ),
  played_shown_count: metric(
    "Shown videos that were played",
    "count",
    "DESIGN 4.5",
    "Those pairs in which the viewer played the video since then."
  ),
  exposed_play_rate: metric(
    "Play rate of exposed viewers",
    "ratio",
    "DESIGN 4.5",
    "Exposed viewers who played, as a share of all exposed viewers."
  ),
  exposed_play_rate_low: metric(
    "Play rate of exposed viewers, lower end",
    "ratio",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the play rate of exposed viewers."
  ),
  exposed_play_rate_high: metric(
    "Play rate of exposed viewers, upper end",
    "ratio",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the play rate of exposed viewers."
  ),
  exposed_play_rate_difference: metric(
    "Play rate of exposed viewers, difference",
    "ratio",
    "DESIGN 4.5",
    "The play rate of exposed viewers less that of the control."
  ),
  exposed_play_rate_difference_low: metric(
    "Play rate of exposed viewers, difference, lower end",
    "ratio",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the difference in play rate of exposed viewers."
  ),
  exposed_play_rate_difference_high: metric(
    "Play rate of exposed viewers, difference, upper end",
    "ratio",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the difference in play rate of exposed viewers."
  ),
  exposed_play_rate_p_value: metric(
    "Play rate of exposed viewers, p-value",
    "ratio",
    "DESIGN 4.5",
    "How often chance alone would show a difference in play rate of exposed viewers this large: two-proportion z-test, two-sided."
  ),
  exposed_play_rate_p_value_adjusted: metric(
    "Play rate of exposed viewers, adjusted p-value",
    "ratio",
    "DESIGN 4.5",
    "The p-value of the play rate of exposed viewers, corrected by Holm's method for the number of variants."
  ),
  exposed_play_rate_verdict: metric(
    "Play rate of exposed viewers, verdict",
    "word",
    "DESIGN 4.5",
    "better, worse or undecided: the play rate of exposed viewers beside that of the control; empty for the control."
  ),
  watch_time_per_viewer_s: metric(
    "Watch time per exposed viewer",
    "s",
    "DESIGN 4.5",
    "Watch time since the first exposure, divided by all exposed viewers, those who watched nothing included."
  ),
  watch_time_per_viewer_s_low: metric(
    "Watch time per exposed viewer, lower end",
    "s",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the watch time per exposed viewer."
  ),
  watch_time_per_viewer_s_high: metric(
    "Watch time per exposed viewer, upper end",
    "s",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the watch time per exposed viewer."
  ),
  watch_time_per_viewer_s_difference: metric(
    "Watch time per exposed viewer, difference",
    "s",
    "DESIGN 4.5",
    "The watch time per exposed viewer less that of the control."
  ),
  watch_time_per_viewer_s_difference_low: metric(
    "Watch time per exposed viewer, difference, lower end",
    "s",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the difference in watch time per exposed viewer."
  ),
  watch_time_per_viewer_s_difference_high: metric(
    "Watch time per exposed viewer, difference, upper end",
    "s",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the difference in watch time per exposed viewer."
  ),
  watch_time_per_viewer_s_p_value: metric(
    "Watch time per exposed viewer, p-value",
    "ratio",
    "DESIGN 4.5",
    "How often chance alone would show a difference in watch time per exposed viewer this large: Welch's t-test, two-sided."
  ),
  watch_time_per_viewer_s_p_value_adjusted: metric(
    "Watch time per exposed viewer, adjusted p-value",
    "ratio",
    "DESIGN 4.5",
    "The p-value of the watch time per exposed viewer, corrected by Holm's method for the number of variants."
  ),
  watch_time_per_viewer_s_verdict: metric(
    "Watch time per exposed viewer, verdict",
    "word",
    "DESIGN 4.5",
    "better, worse or undecided: the watch time per exposed viewer beside that of the control; empty for the control."
  ),
  shown_play_rate: metric(
    "Play rate of shown videos",
    "ratio",
    "DESIGN 4.5",
    "Pairs of an exposed viewer and a shown video in which the video was played, as a share of all such pairs."
  ),
  shown_play_rate_low: metric(
    "Play rate of shown videos, lower end",
    "ratio",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the play rate of shown videos."
  ),
  shown_play_rate_high: metric(
    "Play rate of shown videos, upper end",
    "ratio",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the play rate of shown videos."
  ),
  shown_play_rate_difference: metric(
    "Play rate of shown videos, difference",
    "ratio",
    "DESIGN 4.5",
    "The play rate of shown videos less that of the control."
  ),
  shown_play_rate_difference_low: metric(
    "Play rate of shown videos, difference, lower end",
    "ratio",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the difference in play rate of shown videos."
  ),
  shown_play_rate_difference_high: metric(
    "Play rate of shown videos, difference, upper end",
    "ratio",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the difference in play rate of shown videos."
  ),
  shown_play_rate_p_value: metric(
    "Play rate of shown videos, p-value",
    "ratio",
    "DESIGN 4.5",
    "How often chance alone would show a difference in play rate of shown videos this large: z-test with errors by viewer, two-sided."
  ),
  shown_play_rate_p_value_adjusted: metric(
    "Play rate of shown videos, adjusted p-value",
    "ratio",
    "DESIGN 4.5",
    "The p-value of the play rate of shown videos, corrected by Holm's method for the number of variants."
  ),
  shown_play_rate_verdict: metric(
    "Play rate of shown videos, verdict",
    "word",
    "DESIGN 4.5",
    "better, worse or undecided: the play rate of shown videos beside that of the control; empty for the control."
  ),
  primary_metric: metric(
    "Primary metric",
    "word",
    "DESIGN 4.5",
    "The metric whose verdict is that of the experiment, by configuration."
  ),
  significance_level: metric(
    "Significance level",
    "ratio",
    "DESIGN 4.5",
    "A difference counts when its adjusted p-value lies below this; confidence intervals cover the rest."
  ),
  verdict: metric(
    "Verdict",
    "word",
    "DESIGN 4.5",
    "better, worse or undecided by the primary metric; empty for the control."
  ),
  exposure_count: metric("Exposures", "count", "DESIGN 4.5", "Users and the variants that they saw."),
  variant_count: metric("Variants", "count", "DESIGN 4.5", "Variants of experiments that were seen.")
};

// src/metrics/funnel.ts
var funnelMetrics = {
  played_pair_count: metric(
    "Shown and played",
    "count",
    "DESIGN 4.5",
    "Of the pairs of a user and a video that a page showed to the user: those in which the user ever played the video."
  ),
  watched_30s_pair_count: metric(
    "Watched 30 seconds",
    "count",
    "DESIGN 4.5",
    "Played pairs with 30 seconds of watch time over all sessions, or with 75 % of the video watched (shorter videos)."
  ),
  watched_75_pair_count: metric(
    "Watched 75 %",
    "count",
    "DESIGN 4.5",
    "Played pairs in which at least 75 % of the video was watched over all sessions; none where the duration is unknown."
  ),
  completed_pair_count: metric(
    "Watched to the end",
    "count",
    "DESIGN 4.5",
    "Pairs with at least 75 % watched whose video the player also reported as ended in some session."
  ),
  pair_play_rate: metric(
    "Shown to played",
    "ratio",
    "DESIGN 4.5",
    "Shown and played pairs as a share of the pairs shown."
  ),
  watched_30s_rate: metric(
    "Played to 30 seconds",
    "ratio",
    "DESIGN 4.5",
    "Pairs that watched 30 seconds as a share of those that played."
  ),
  watched_75_rate: metric(
    "30 seconds to 75 %",
    "ratio",
    "DESIGN 4.5",
    "Pairs that watched 75 % as a share of those that watched 30 seconds."
  ),
  completed_pair_rate: metric(
    "75 % to the end",
    "ratio",
    "DESIGN 4.5",
    "Pairs that watched to the end as a share of those that watched 75 %."
  ),
  funnel_rate: metric(
    "Shown to the end",
    "ratio",
    "DESIGN 4.5",
    "Pairs that watched to the end as a share of the pairs shown."
  )
};

// src/metrics/trends.ts
var trendMetrics = {
  watch_time_7d_s: metric(
    "Watch time, 7 days",
    "s",
    "DESIGN 4.3",
    "Watch time of the 7 days that end with the period."
  ),
  watch_time_28d_s: metric(
    "Watch time, 28 days",
    "s",
    "DESIGN 4.3",
    "Watch time of the 28 days that end with the period."
  ),
  session_count_7d: metric("Sessions, 7 days", "count", "DESIGN 2", "Sessions of the 7 days that end with the period."),
  session_count_28d: metric(
    "Sessions, 28 days",
    "count",
    "DESIGN 2",
    "Sessions of the 28 days that end with the period."
  ),
  play_count_7d: metric("Plays, 7 days", "count", "DESIGN 4.5", "Plays of the 7 days that end with the period."),
  play_count_28d: metric("Plays, 28 days", "count", "DESIGN 4.5", "Plays of the 28 days that end with the period."),
  completed_session_count_7d: metric(
    "Completed sessions, 7 days",
    "count",
    "DESIGN 4.4",
    "Completed sessions of the 7 days that end with the period."
  ),
  completed_session_count_28d: metric(
    "Completed sessions, 28 days",
    "count",
    "DESIGN 4.4",
    "Completed sessions of the 28 days that end with the period."
  ),
  unique_viewers_7d: metric(
    "Unique viewers, 7 days",
    "count",
    "DESIGN 4.5",
    "Different users with a session in the 7 days that end with the period; exact, counted anew for every period."
  ),
  unique_viewers_28d: metric(
    "Unique viewers, 28 days",
    "count",
    "DESIGN 4.5",
    "Different users with a session in the 28 days that end with the period; exact, counted anew for every period."
  )
};

// src/metrics/catalogue.ts
var catalogue = {
  watch_time_s: metric(
    "Watch time",
    "s",
    "DESIGN 4.3",
    "Seconds on the clock during which the playhead was really advancing, as far as the events prove it."
  ),
  uncertain_s: metric(
    "Uncertain watch time",
    "s",
    "DESIGN 4.3",
    "Seconds on the clock that may have been watched but that the events do not prove."
  ),
  estimated_tail_s: metric(
    "Estimated tail",
    "s",
    "DESIGN 4.3",
    "Seconds that may have played after the last event, by the configured tail policy."
  ),
  exclusive_watch_time_s: metric(
    "Exclusive watch time",
    "s",
    "DESIGN 4.4",
    "Watch time with overlapping tabs counted once: the union of watched wall-clock time."
  ),
  content_s: metric(
    "Content played",
    "s",
    "DESIGN 4.4",
    "Seconds of the video that played, repeats included; at double speed twice the watch time."
  ),
  unique_watch_s: metric(
    "Unique seconds watched",
    "s",
    "DESIGN 4.4",
    "Seconds of the video that played at least once."
  ),
  percent_viewed_ratio: metric(
    "Percent viewed",
    "ratio",
    "DESIGN 4.4",
    "Unique seconds watched, as a share of the duration."
  ),
  max_position_s: metric(
    "Furthest position",
    "s",
    "DESIGN 4.4",
    "The furthest point of the video that was reached by playing or seeking."
  ),
  last_position_s: metric("Last position", "s", "DESIGN 4.4", "Where the playhead was last known to be."),
  background_s: metric("Background time", "s", "DESIGN 4.4", "Watch time while the page was hidden."),
  pause_count: metric("Pauses", "count", "DESIGN 4.2", "How often play was paused."),
  pause_time_s: metric("Pause time", "s", "DESIGN 4.4", "Seconds spent paused, up to the last event of the session."),
  skip_forward_count: metric(
    "Skips forward",
    "count",
    "DESIGN 4.3",
    "Leaps of the playhead towards the end of the video."
  ),
  skip_backward_count: metric(
    "Skips backward",
    "count",
    "DESIGN 4.3",
    "Leaps of the playhead towards the start of the video."
  ),
  skip_count: metric("Skips", "count", "DESIGN 4.4", "Leaps of the playhead in either direction."),
  skipped_s: metric("Skipped", "s", "DESIGN 4.4", "Seconds of the video leapt over in either direction, sizes added."),
  buffer_time_s: metric("Buffering time", "s", "DESIGN 4.3", "Seconds during which the player waited for data."),
  buffer_count: metric("Stalls", "count", "DESIGN 4.2", "How often the player began to wait for data."),
  rate_avg: metric(
    "Average playback rate",
    "rate",
    "DESIGN 4.4",
    "The reported playback rate, weighted by watch time."
  ),
  rated_s: metric(
    "Rated watch time",
    "s",
    "DESIGN 4.4",
    "Watch time multiplied by the reported playback rate; divided by the watch time it is the average rate."
  ),
  completed: metric("Completed", "boolean", "DESIGN 4.4", "The player reported that the video ended."),
  completion_valid: metric(
    "Completion valid",
    "boolean",
    "DESIGN 4.4",
    "Completed, and at least 75 % of the video was really watched."
  ),
  zero_watch: metric("Zero watch", "boolean", "DESIGN 4.4", "Less than one second was watched."),
  end_reason: metric(
    "End reason",
    "word",
    "DESIGN 4.4",
    "How the session ended: ended, unload, switched, open, paused or timeout."
  ),
  is_replay: metric(
    "Replay",
    "boolean",
    "DESIGN 4.4",
    "The video was started again from its beginning after it had been completed."
  ),
  replay_index: metric(
    "Replay number",
    "count",
    "DESIGN 4.4",
    "The how-many-th replay of this user and video this is; 0 for the first viewing."
  ),
  resumed: metric(
    "Resumed",
    "boolean",
    "DESIGN 4.4",
    "Play began where an earlier session of this user and video had stopped."
  ),
  resumed_from_s: metric(
    "Resumed from",
    "s",
    "DESIGN 4.4",
    "The position at which a resumed session took up the video."
  ),
  refresh_count: metric(
    "Page refreshes",
    "count",
    "DESIGN 4.4",
    "How often the page was loaded again within or into the session."
  ),
  tab_switch_count: metric("Tab switches", "count", "DESIGN 4.4", "How often the viewer left the tab."),
  tab_switch_source: metric(
    "Source of tab switches",
    "word",
    "DESIGN 4.4",
    "observed, inferred or unknown: how the tab switches are known."
  ),
  autoplay: metric(
    "Autoplay",
    "boolean",
    "DESIGN 4.4",
    "The player started by itself; empty when the player does not say."
  ),
  refresh_source: metric(
    "Source of page refreshes",
    "word",
    "DESIGN 4.4",
    "observed, inferred or unknown: how the page refreshes are known."
  ),
  background_source: metric(
    "Source of background time",
    "word",
    "DESIGN 4.4",
    "observed or unknown: whether the player told when the page was hidden."
  ),
  end_reason_source: metric(
    "Source of the end reason",
    "word",
    "DESIGN 4.4",
    "observed when an event told the end, inferred from silence, unknown while the session is open."
  ),
  last_position_source: metric(
    "Source of the last position",
    "word",
    "DESIGN 4.4",
    "observed when the playhead stood where it was last told to be, inferred when it played on, else unknown."
  ),
  resumed_source: metric(
    "Source of resumption",
    "word",
    "DESIGN 4.4",
    "observed, inferred or unknown: how it is known whether the session was resumed."
  ),
  autoplay_source: metric(
    "Source of autoplay",
    "word",
    "DESIGN 4.4",
    "observed or unknown: whether the player told if it started by itself."
  ),
  is_concurrent: metric("Concurrent", "boolean", "DESIGN 4.4", "Another session of the same user overlaps in time."),
  bad_position_count: metric("Bad positions", "count", "DESIGN 4.1.4", "Events whose position lies outside the video."),
  event_count: metric("Events", "count", "DESIGN 5", "Player events, copies left out."),
  session_count: metric("Sessions", "count", "DESIGN 2", "Viewings of one video by one user within a visit."),
  play_count: metric("Plays", "count", "DESIGN 4.5", "Sessions in which the video started to play."),
  completed_session_count: metric(
    "Completed sessions",
    "count",
    "DESIGN 4.4",
    "Sessions that the player reported as ended."
  ),
  valid_completion_count: metric(
    "Valid completions",
    "count",
    "DESIGN 4.4",
    "Completed sessions in which at least 75 % of the video was watched."
  ),
  zero_watch_count: metric(
    "Zero-watch sessions",
    "count",
    "DESIGN 4.4",
    "Sessions in which less than one second was watched."
  ),
  replay_count: metric(
    "Replays",
    "count",
    "DESIGN 4.4",
    "Sessions in which a completed video was played again from its start, completed before or within the session."
  ),
  resumed_count: metric(
    "Resumed sessions",
    "count",
    "DESIGN 4.4",
    "Sessions that took up the video where an earlier one had stopped."
  ),
  autoplay_count: metric(
    "Autoplayed sessions",
    "count",
    "DESIGN 4.4",
    "Sessions of which the player said that it started by itself; sessions that do not say are left out."
  ),
  concurrent_count: metric(
    "Concurrent sessions",
    "count",
    "DESIGN 4.4",
    "Sessions that overlap in time with another session of the same user."
  ),
  completion_rate: metric("Completion rate", "ratio", "DESIGN 4.4", "Completed sessions as a share of all sessions."),
  zero_watch_rate: metric(
    "Zero-watch rate",
    "ratio",
    "DESIGN 7",
    "Sessions with less than one second watched, as a share of all sessions."
  ),
  unique_viewers: metric("Unique viewers", "count", "DESIGN 4.5", "Different users with at least one session."),
  unique_viewers_approx: metric(
    "Unique viewers, about",
    "count",
    "DESIGN 4.5",
    "An estimate of the unique viewers (HyperLogLog, usually within 5 %): for many rows where the exact number takes too long."
  ),
  user_count: metric("Users", "count", "DESIGN 5", "Users with at least one session."),
  video_count: metric("Videos", "count", "DESIGN 5", "Different videos."),
  segment_count: metric("Segments", "count", "DESIGN 4.3", "Stretches of unbroken play."),
  user_video_count: metric(
    "Users and videos",
    "count",
    "DESIGN 5",
    "Pairs of a user and a video with at least one session."
  ),
  video_day_count: metric(
    "Video days",
    "count",
    "DESIGN 5",
    "Pairs of a video and a UTC day with at least one session."
  ),
  avg_watch_time_s: metric("Watch time per session", "s", "DESIGN 4.5", "Watch time divided by sessions."),
  avg_percent_viewed_ratio: metric(
    "Average percent viewed",
    "ratio",
    "DESIGN 4.4",
    "Percent viewed, averaged over the user-video pairs whose duration is known."
  ),
  measured_count: metric(
    "Measured viewings",
    "count",
    "DESIGN 4.4",
    "Pairs of a user and a video whose duration is known: what the average percent viewed is taken over."
  ),
  impression_count: metric(
    "Users and videos shown",
    "count",
    "DESIGN 4.5",
    "Pairs of a user and a video that a page showed to the user."
  ),
  impression_viewers: metric(
    "Viewers who saw it",
    "count",
    "DESIGN 4.5",
    "Different users to whom a page showed the video."
  ),
  played_impression_viewers: metric(
    "Viewers who saw and played it",
    "count",
    "DESIGN 4.5",
    "Users to whom a page showed the video and who played it."
  ),
  play_rate: metric(
    "Play rate",
    "ratio",
    "DESIGN 4.5",
    "Viewers who played the video, as a share of those to whom it was shown."
  ),
  plays_per_viewer: metric(
    "Plays per viewer",
    "rate",
    "DESIGN 4.5",
    "Plays divided by unique viewers; above 1 the video is watched again."
  ),
  bucket_count: metric("Buckets", "count", "DESIGN 4.5", "Hundredths of videos that the retention curves hold."),
  viewers: metric(
    "Viewers of the bucket",
    "count",
    "DESIGN 4.5",
    "Different users whose segments cover part of this hundredth of the video."
  ),
  plays: metric(
    "Plays of the bucket",
    "count",
    "DESIGN 4.5",
    "Segments that cover part of this hundredth of the video."
  ),
  starters: metric(
    "Viewers who started",
    "count",
    "DESIGN 4.5",
    "Different users with any segment of the video: what retention is measured against."
  ),
  first_bucket_viewers: metric(
    "Viewers of the first bucket",
    "count",
    "DESIGN 4.5",
    "Different users whose segments cover part of the first hundredth of the video."
  ),
  retention_ratio: metric(
    "Retention of starters",
    "ratio",
    "DESIGN 4.5",
    "Viewers of the bucket as a share of all viewers who started the video."
  ),
  first_bucket_retention_ratio: metric(
    "Retention of the first bucket",
    "ratio",
    "DESIGN 4.5",
    "Viewers of the bucket as a share of the viewers of the first bucket."
  ),
  drop_off: metric(
    "Drop-off",
    "count",
    "DESIGN 4.5",
    "Viewers lost from the bucket before to this one; negative where viewers joined."
  ),
  drop_off_ratio: metric(
    "Drop-off of starters",
    "ratio",
    "DESIGN 4.5",
    "Viewers lost from the bucket before to this one, as a share of all viewers who started the video."
  ),
  drop_off_rank: metric(
    "Drop-off rank",
    "count",
    "DESIGN 4.5",
    "Place among the losses: 1 where most viewers were lost, of equal losses the earlier first; empty where none was."
  ),
  engagement_score: metric(
    "Engagement score",
    "score",
    "DESIGN 4.5",
    "A weighted sum, 0 to 100, of watch ratio, completions and sessions."
  ),
  avg_engagement_score: metric(
    "Average engagement score",
    "score",
    "DESIGN 4.5",
    "The engagement score, averaged over the rows: every session, user or video counts the same."
  ),
  engagement_tier: metric(
    "Engagement tier",
    "word",
    "DESIGN 4.5",
    "High, Medium, Low or Minimal, by bounds on the score."
  ),
  engagement_watch_points: metric(
    "Score from watching",
    "score",
    "DESIGN 4.5",
    "The part of the engagement score that the watch ratio contributes."
  ),
  engagement_completion_points: metric(
    "Score from completions",
    "score",
    "DESIGN 4.5",
    "The part of the engagement score that completions contribute."
  ),
  engagement_session_points: metric(
    "Score from sessions",
    "score",
    "DESIGN 4.5",
    "The part of the engagement score that the number of sessions contributes."
  ),
  engagement_version: metric(
    "Score formula version",
    "count",
    "DESIGN 4.5",
    "The version of the formula that made the score."
  ),
  ...trendMetrics,
  ...funnelMetrics,
  ...eventMetrics,
  ...experimentMetrics
};

// src/tables/alerts.ts
var alerts2 = {
  name: "alerts",
  grain: "incident: one rule and subject, from when it opens until it is resolved",
  key: ["alert_id"],
  columns: {
    alert_id: "string",
    rule: "string",
    /** overall, or what it is about: video:<video_id>, rule:<name of a quality rule>, many. */
    subject: "string",
    /** The video, where it is about one. */
    video_id: "string",
    title: "string",
    /** error, warning or info. */
    severity: "string",
    /** open, acknowledged or resolved. */
    state: "string",
    /** One sentence with the numbers, as they were when the incident last changed. */
    summary: "string",
    value: "double",
    threshold: "double",
    /** What was to be expected, where the rule compares with the past. */
    expected: "double",
    /** The UTC day that an anomaly lies on. */
    day: "date",
    sample_ids: "string_list",
    opened_at: "timestamp",
    /** When the condition was last seen to hold; brought up to date once an hour. */
    last_seen_at: "timestamp",
    /** When a message about it was last written to the outbox. */
    notified_at: "timestamp",
    /** Messages written about it: one for each opening, repeat and resolution. */
    notification_count: "bigint",
    acknowledged_at: "timestamp",
    acknowledged_by: "string",
    resolved_at: "timestamp",
    /** The run of the job whose tables showed it. */
    run_id: "string",
    /** JSON array: what happened to the incident and when. */
    history: "string",
    /** JSON array: messages that some sink has not taken yet. */
    outbox: "string"
  },
  partitionBy: []
};

// src/tables/quality-results.ts
var quality_results = {
  name: "quality_results",
  grain: "data-quality rule and run",
  key: ["run_id", "rule"],
  columns: {
    run_id: "string",
    rule: "string",
    title: "string",
    says: "string",
    /** error, warning or info. */
    severity: "string",
    /** passed or failed; unknown where there was nothing to check. */
    state: "string",
    value: "double",
    threshold: "double",
    checked_count: "bigint",
    failed_count: "bigint",
    sample_ids: "string_list",
    checked_at: "timestamp"
  },
  partitionBy: []
};

// src/tables/tables.ts
var canonicalEvent = {
  event_id: "string",
  user_id: "string",
  video_id: "string",
  player_id: "string",
  event_type: "string",
  event_time: "timestamp",
  received_at: "timestamp",
  sequence: "bigint",
  position_s: "double",
  seek_from_s: "double",
  duration_s: "double",
  playback_rate: "double",
  autoplay: "boolean",
  muted: "boolean",
  visible: "boolean",
  device: "string",
  country: "string",
  referrer: "string",
  app_version: "string",
  experiment: "string",
  variant: "string",
  impressions: "string_list"
};
var additive = {
  watch_time_s: "double",
  uncertain_s: "double",
  estimated_tail_s: "double",
  content_s: "double",
  background_s: "double",
  pause_count: "bigint",
  pause_time_s: "double",
  skip_forward_count: "bigint",
  skip_backward_count: "bigint",
  skip_count: "bigint",
  skipped_s: "double",
  buffer_count: "bigint",
  buffer_time_s: "double",
  refresh_count: "bigint",
  tab_switch_count: "bigint",
  bad_position_count: "bigint",
  /** Watch time that no other session of the user already has; a user's sum is the union of watched wall-clock time. */
  exclusive_watch_time_s: "double"
};
var sessionCounts = {
  session_count: "bigint",
  play_count: "bigint",
  completed_session_count: "bigint",
  valid_completion_count: "bigint",
  zero_watch_count: "bigint",
  replay_count: "bigint",
  resumed_count: "bigint",
  autoplay_count: "bigint",
  concurrent_count: "bigint"
};
var rates = { rated_s: "double", rate_avg: "double" };
var engagement2 = {
  engagement_score: "double",
  engagement_tier: "string",
  engagement_watch_points: "double",
  engagement_completion_points: "double",
  engagement_session_points: "double",
  engagement_version: "integer"
};
var tables = {
  events: {
    name: "events",
    grain: "event as it was reported, copies included",
    key: [],
    columns: { ...canonicalEvent, source: "string", ingested_at: "timestamp", event_date: "date" },
    partitionBy: ["event_date"]
  },
  events_rejected: {
    name: "events_rejected",
    grain: "row that could not be used",
    key: [],
    columns: {
      code: "string",
      reason: "string",
      row: "string",
      source: "string",
      line: "bigint",
      ingested_at: "timestamp"
    },
    partitionBy: []
  },
  /** Optional input: what is known of a video beside what players report. */
  video_catalog: {
    name: "video_catalog",
    grain: "video",
    key: ["video_id"],
    columns: {
      video_id: "string",
      title: "string",
      duration_s: "double",
      category: "string",
      published_at: "timestamp",
      production_cost: "double",
      /** Whose video it is, where several customers share an installation. */
      tenant: "string"
    },
    partitionBy: []
  },
  /** What a page showed to whom; first and last only, so that a copied page view changes nothing. */
  impressions: {
    name: "impressions",
    grain: "user and video that a page showed to the user",
    key: ["user_id", "video_id"],
    columns: { user_id: "string", video_id: "string", first_shown_at: "timestamp", last_shown_at: "timestamp" },
    partitionBy: []
  },
  /** Who saw which variant and what followed; the counts begin with the moment when the user first saw that variant. */
  exposures: {
    name: "exposures",
    grain: "user, experiment and variant that the user saw",
    key: ["user_id", "experiment", "variant"],
    columns: {
      user_id: "string",
      experiment: "string",
      variant: "string",
      first_exposed_at: "timestamp",
      /** The first variant of the experiment that the user saw: the one that the user counts for. */
      is_assigned: "boolean",
      /** The user saw other variants of the experiment too. */
      is_mixed: "boolean",
      session_count: "bigint",
      play_count: "bigint",
      completed_session_count: "bigint",
      watch_time_s: "double",
      shown_count: "bigint",
      played_shown_count: "bigint"
    },
    partitionBy: []
  },
  segments: {
    name: "segments",
    grain: "stretch of unbroken play",
    key: ["session_id", "segment_index"],
    columns: {
      session_id: "string",
      /** From 0, in the order of play. */
      segment_index: "integer",
      user_id: "string",
      video_id: "string",
      player_id: "string",
      from_s: "double",
      to_s: "double",
      started_at: "timestamp",
      ended_at: "timestamp",
      playback_rate: "double",
      session_date: "date"
    },
    partitionBy: ["session_date"]
  },
  sessions: {
    name: "sessions",
    grain: "session: one user, one video, one visit, one player",
    key: ["session_id"],
    columns: {
      session_id: "string",
      visit_id: "string",
      /** First event of the visit, page views included; the incremental job starts to rebuild here. */
      visit_started_at: "timestamp",
      user_id: "string",
      video_id: "string",
      player_id: "string",
      started_at: "timestamp",
      ended_at: "timestamp",
      session_date: "date",
      duration_s: "double",
      is_live: "boolean",
      event_count: "bigint",
      ...additive,
      unique_watch_s: "double",
      percent_viewed_ratio: "double",
      /** Where the first play began; null when nothing played. */
      first_position_s: "double",
      max_position_s: "double",
      last_position_s: "double",
      rate_avg: "double",
      has_played: "boolean",
      completed: "boolean",
      completion_valid: "boolean",
      zero_watch: "boolean",
      end_reason: "string",
      is_replay: "boolean",
      replay_index: "integer",
      resumed: "boolean",
      resumed_from_s: "double",
      autoplay: "boolean",
      /** How the measures are known that not every player's events decide: observed, inferred or unknown. */
      refresh_source: "string",
      tab_switch_source: "string",
      background_source: "string",
      end_reason_source: "string",
      last_position_source: "string",
      resumed_source: "string",
      autoplay_source: "string",
      is_concurrent: "boolean",
      ...engagement2,
      device: "string",
      country: "string",
      referrer: "string",
      app_version: "string",
      experiment: "string",
      variant: "string"
    },
    partitionBy: ["session_date"]
  },
  user_videos: {
    name: "user_videos",
    grain: "user and video",
    key: ["user_id", "video_id"],
    columns: {
      user_id: "string",
      video_id: "string",
      ...sessionCounts,
      ...additive,
      ...rates,
      unique_watch_s: "double",
      duration_s: "double",
      percent_viewed_ratio: "double",
      max_position_s: "double",
      last_position_s: "double",
      completed: "boolean",
      completion_valid: "boolean",
      first_seen_at: "timestamp",
      last_seen_at: "timestamp",
      ...engagement2
    },
    partitionBy: []
  },
  users: {
    name: "users",
    grain: "user",
    key: ["user_id"],
    columns: {
      user_id: "string",
      video_count: "bigint",
      active_day_count: "bigint",
      ...sessionCounts,
      ...additive,
      ...rates,
      unique_watch_s: "double",
      avg_watch_time_s: "double",
      /** Videos of the user whose duration is known: what the average percent viewed is taken over. */
      measured_count: "bigint",
      avg_percent_viewed_ratio: "double",
      completion_rate: "double",
      zero_watch_rate: "double",
      first_seen_at: "timestamp",
      last_seen_at: "timestamp",
      ...engagement2
    },
    partitionBy: []
  },
  videos: {
    name: "videos",
    grain: "video",
    key: ["video_id"],
    columns: {
      video_id: "string",
      title: "string",
      category: "string",
      duration_s: "double",
      published_at: "timestamp",
      production_cost: "double",
      tenant: "string",
      unique_viewers: "bigint",
      ...sessionCounts,
      ...additive,
      ...rates,
      unique_watch_s: "double",
      avg_watch_time_s: "double",
      /** Viewers of the video for whom its duration is known: what the average percent viewed is taken over. */
      measured_count: "bigint",
      avg_percent_viewed_ratio: "double",
      completion_rate: "double",
      zero_watch_rate: "double",
      plays_per_viewer: "double",
      impression_viewers: "bigint",
      played_impression_viewers: "bigint",
      play_rate: "double",
      first_seen_at: "timestamp",
      last_seen_at: "timestamp",
      ...engagement2
    },
    partitionBy: []
  },
  video_days: {
    name: "video_days",
    grain: "video and UTC day of the sessions' start",
    key: ["video_id", "session_date"],
    columns: {
      video_id: "string",
      session_date: "date",
      unique_viewers: "bigint",
      ...sessionCounts,
      ...additive,
      ...rates,
      /** What each viewer watched of the video on that day, at least once. */
      unique_watch_s: "double",
      avg_watch_time_s: "double",
      measured_count: "bigint",
      avg_percent_viewed_ratio: "double",
      completion_rate: "double",
      zero_watch_rate: "double",
      plays_per_viewer: "double"
    },
    partitionBy: ["session_date"]
  },
  video_retention: {
    name: "video_retention",
    grain: "video and bucket of its duration",
    key: ["video_id", "bucket"],
    columns: {
      video_id: "string",
      bucket: "integer",
      from_s: "double",
      to_s: "double",
      viewers: "bigint",
      plays: "bigint",
      /** Viewers with any segment: the denominator of `retention_ratio`. */
      starters: "bigint",
      retention_ratio: "double",
      first_bucket_retention_ratio: "double",
      plays_per_viewer: "double",
      drop_off: "bigint",
      drop_off_ratio: "double",
      /** 1 where most viewers were lost, of equal losses the earlier first; null where none was lost. */
      drop_off_rank: "integer"
    },
    partitionBy: []
  },
  /** Over the users whose first variant it was. */
  experiments: {
    name: "experiments",
    grain: "experiment and variant",
    key: ["experiment", "variant"],
    columns: {
      experiment: "string",
      variant: "string",
      control_variant: "string",
      is_control: "boolean",
      exposed_viewers: "bigint",
      mixed_viewers: "bigint",
      first_exposed_at: "timestamp",
      /** When the newest of the viewers first saw the variant. */
      last_exposed_at: "timestamp",
      sample_ratio_p_value: "double",
      sample_ratio_mismatch: "boolean",
      played_viewers: "bigint",
      session_count: "bigint",
      play_count: "bigint",
      completed_session_count: "bigint",
      completion_rate: "double",
      watch_time_s: "double",
      shown_count: "bigint",
      played_shown_count: "bigint",
      exposed_play_rate: "double",
      exposed_play_rate_low: "double",
      exposed_play_rate_high: "double",
      exposed_play_rate_difference: "double",
      exposed_play_rate_difference_low: "double",
      exposed_play_rate_difference_high: "double",
      exposed_play_rate_p_value: "double",
      exposed_play_rate_p_value_adjusted: "double",
      exposed_play_rate_verdict: "string",
      watch_time_per_viewer_s: "double",
      watch_time_per_viewer_s_low: "double",
      watch_time_per_viewer_s_high: "double",
      watch_time_per_viewer_s_difference: "double",
      watch_time_per_viewer_s_difference_low: "double",
      watch_time_per_viewer_s_difference_high: "double",
      watch_time_per_viewer_s_p_value: "double",
      watch_time_per_viewer_s_p_value_adjusted: "double",
      watch_time_per_viewer_s_verdict: "string",
      shown_play_rate: "double",
      shown_play_rate_low: "double",
      shown_play_rate_high: "double",
      shown_play_rate_difference: "double",
      shown_play_rate_difference_low: "double",
      shown_play_rate_difference_high: "double",
      shown_play_rate_p_value: "double",
      shown_play_rate_p_value_adjusted: "double",
      shown_play_rate_verdict: "string",
      primary_metric: "string",
      significance_level: "double",
      /** better, worse or undecided by the primary metric; none for the control. */
      verdict: "string"
    },
    partitionBy: []
  },
  quality_results,
  alerts: alerts2,
  job_runs: {
    name: "job_runs",
    grain: "run of the job and state that it reached",
    key: ["run_id", "state"],
    columns: {
      run_id: "string",
      /** From 1; the `txn` version of every commit of the run. */
      sequence: "bigint",
      /** started, finished. */
      state: "string",
      /** full or incremental. */
      mode: "string",
      started_at: "timestamp",
      finished_at: "timestamp",
      /** Version of `events` that the run has taken in. */
      events_version: "bigint",
      /** JSON object, table name to version: at the start for `started`, what is served for `finished`. */
      table_versions: "string",
      /** Newest `received_at` among the events: what "now" means for open sessions and freshness. */
      newest_received_at: "timestamp",
      newest_event_time: "timestamp",
      new_event_count: "bigint",
      touched_user_count: "bigint",
      rebuilt_session_count: "bigint",
      /** SHA-256 of the configuration that numbers depend on; another one means a full rebuild. */
      rules_hash: "string",
      /** JSON object: the configuration that the run's tables were built under. */
      definitions: "string"
    },
    partitionBy: []
  }
};
var eventTypes = [
  "page_view",
  "load",
  "visible",
  "buffer_end",
  "seek",
  "play",
  "resume",
  "rate_change",
  "heartbeat",
  "hidden",
  "buffer_start",
  "pause",
  "error",
  "ended",
  "unload"
];

// src/events/canonical.ts
var { source: _source, ingested_at: _ingestedAt, event_date: _eventDate, ...columns } = tables.events.columns;
var canonicalColumns = columns;
var canonicalNames = Object.keys(canonicalColumns).filter(isCanonicalColumn);
function isCanonicalColumn(name) {
  return Object.hasOwn(canonicalColumns, name);
}

// src/sql/fragment.ts
var isFragment = (value) => typeof value === "object" && value !== null && "parts" in value && Array.isArray(value.parts);
function sql(strings, ...values) {
  const parts = [];
  strings.forEach((text3, i) => {
    if (text3 !== "") parts.push({ kind: "text", text: text3 });
    if (i >= values.length) return;
    const value = values[i];
    if (isFragment(value)) parts.push(...value.parts);
    else parts.push({ kind: "parameter", value: value ?? null });
  });
  return { parts };
}
var ref = (...path) => ({ parts: [{ kind: "name", path }] });
var lit = (value) => ({ parts: [{ kind: "literal", value }] });
var raw = (text3) => ({ parts: [{ kind: "text", text: text3 }] });
function join(fragments, separator = ", ") {
  return {
    parts: fragments.flatMap((f, i) => i === 0 ? f.parts : [{ kind: "text", text: separator }, ...f.parts])
  };
}
function compile(fragment, dialect) {
  const values = [];
  const render = (part2) => {
    switch (part2.kind) {
      case "text":
        return part2.text;
      case "name":
        return part2.path.map((name) => dialect.quoteName(name)).join(".");
      case "literal":
        return dialect.literal(part2.value);
      case "parameter":
        values.push(part2.value);
        return dialect.placeholder(values.length);
    }
  };
  const text3 = fragment.parts.map(render).join("");
  return { text: text3, values };
}

// src/sql/dialects/java-pattern.ts
var numbers = {
  Y: ["y", "yyyy"],
  m: ["M", "MM"],
  d: ["d", "dd"],
  H: ["H", "HH"],
  I: ["h", "hh"],
  M: ["m", "mm"],
  S: ["s", "ss"],
  y: ["yy", "yy"],
  j: ["D", "DDD"]
};
var zones = [3, 2, 1].map((count2) => `[${"X".repeat(count2)}]`).join("");
var others = {
  f: "SSSSSS",
  p: "a",
  b: "MMM",
  B: "MMMM",
  z: zones,
  "%": "%"
};
function javaPattern(pattern) {
  const tokens = [...pattern.matchAll(/%-?(.)|([^%]+)|%/gs)];
  const isNumber = (i) => Object.hasOwn(numbers, tokens[i]?.[1] ?? "");
  return tokens.map(([written, letter, text3], i) => {
    if (text3 !== void 0) return plain(text3);
    const number = letter === void 0 ? void 0 : numbers[letter];
    if (number !== void 0) return number[isNumber(i - 1) || isNumber(i + 1) ? 1 : 0];
    const other = letter === void 0 ? void 0 : others[letter];
    if (other !== void 0) return other;
    throw new PlayheadError({
      code: "CONFIG_INVALID",
      at: "mapping.time_format",
      message: `Spark cannot read times by "${pattern}": ${written} is not among what it can`,
      hint: `use ${[...Object.keys(numbers), ...Object.keys(others)].map((known) => `%${known}`).join(" ")}`
    });
  }).join("");
}
var plain = (text3) => text3.replaceAll(/[A-Za-z[\]{}#']+/g, (letters) => `'${letters.replaceAll("'", "''")}'`);

// src/sql/dialects/spark-reading.ts
var toDouble = (text3) => sql`case when not ${text3} rlike ${lit(javaNumber)} then try_cast(regexp_replace(${text3}, ${lit("(?<=[0-9])_(?=[0-9])")}, ${lit("")}) as DOUBLE) end`;
var javaNumber = "^[+-]?0[xX]|[0-9.][dDfF]$";
var isoText = "^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]*)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?| [A-Za-z][A-Za-z0-9_/+-]+)?)?$";
var quotedInList = `^$|^ | $|[]\\[(){},:='"]|^(?i:null)$`;
var sparkReading = {
  // It has no instants beyond its calendar.
  finiteUs: (instant) => sql`unix_micros(${instant})`,
  // Its cast takes more than ISO 8601, and no slashes.
  isoUs: (text3) => sql`case when ${text3} rlike ${lit(isoText)} then unix_micros(try_cast(translate(substr(${text3}, 1, 10), ${lit("/")}, ${lit("-")}) || substr(${text3}, 11) as TIMESTAMP)) end`,
  // Its patterns are Java's.
  instantIn: (text3, pattern) => sql`try_to_timestamp(${text3}, ${lit(javaPattern(pattern))})`,
  // Its cast takes Java's suffixes, and no `1_000`.
  double: toDouble,
  // A cast from double cuts off, and text with a fraction is no BIGINT.
  whole: (text3) => sql`coalesce(try_cast(${text3} as BIGINT), try_cast(round(${toDouble(text3)}) as BIGINT))`,
  nearestWhole: (number) => sql`try_cast(bround(${number}) as BIGINT)`,
  // Null for what is no JSON, and a schema of its own.
  jsonList: (text3) => sql`from_json(${text3}, ${lit("ARRAY<STRING>")})`,
  pieces: (text3, separator) => sql`transform(split(${text3}, ${lit(separator)}), x -> trim(x))`,
  startsWith: (text3, prefix) => sql`startswith(${text3}, ${lit(prefix)})`,
  struct: (fields) => sql`named_struct(${join(Object.entries(fields).map(([name, value]) => sql`${lit(name)}, ${value}`))})`,
  // It leaves nulls out and cuts instants to milliseconds unless told otherwise.
  json: (value) => sql`to_json(${value}, map(${lit("ignoreNullFields")}, ${lit("false")}, ${lit("timestampFormat")}, ${lit("yyyy-MM-dd HH:mm:ss.SSSSSSx")}))`,
  // A VARIANT is parsed once; get_json_object would parse the text for each path. Where a key stands twice it is no JSON here.
  openJson: (text3) => sql`try_parse_json(${text3})`,
  // It says 12.0 as `12`.
  jsonAt: (opened, paths, index) => sql`try_variant_get(${opened}, ${lit(spelled(paths[index] ?? []))}, 'string')`,
  spelledDouble,
  // Its own text of a list has no quotes and `null`.
  spelledList: (list) => {
    const escaped = sql`replace(replace(x, ${lit("\\")}, ${lit("\\\\")}), ${lit("'")}, ${lit("\\'")})`;
    const quoted2 = sql`case when x rlike ${lit(quotedInList)} then concat(${lit("'")}, ${escaped}, ${lit("'")}) else x end`;
    return sql`concat(${lit("[")}, array_join(transform(${list}, x -> ${quoted2}), ${lit(", ")}, ${lit("NULL")}), ${lit("]")})`;
  }
};
function spelledDouble(value) {
  const own = sql`cast(${value} as STRING)`;
  const decimal = sql`cast(cast(${own} as DECIMAL(38, 20)) as STRING)`;
  const plain2 = sql`regexp_replace(regexp_replace(${decimal}, ${lit("0+$")}, ${lit("")}), ${lit("[.]$")}, ${lit(".0")})`;
  const mantissa = sql`regexp_replace(substring_index(${own}, ${lit("E")}, 1), ${lit("[.]0$")}, ${lit("")})`;
  const exponent = sql`cast(substring_index(${own}, ${lit("E")}, -1) as INT)`;
  const sign = sql`case when ${exponent} < 0 then ${lit("-")} else ${lit("+")} end`;
  return sql`case when ${value} = 0 or ${own} not like ${lit("%E%")} then ${own}
    when abs(${value}) >= 1e-4 and abs(${value}) < 1e16 then ${plain2}
    else concat(${mantissa}, ${lit("e")}, ${sign}, lpad(cast(abs(${exponent}) as STRING), greatest(2, length(cast(abs(${exponent}) as STRING))), ${lit("0")})) end`;
}
function spelled(path) {
  const steps = path.map((step2) => {
    if (typeof step2 === "number") return `[${step2}]`;
    if (!step2.includes('"')) return `["${step2}"]`;
    if (!step2.includes("'")) return `['${step2}']`;
    throw new PlayheadError({
      code: "CONFIG_INVALID",
      at: "mapping.columns",
      message: `Spark cannot be asked for the key ${step2}, which has both kinds of quotes`,
      hint: "give the value a column of its own in a view over the source, and map that"
    });
  });
  return `$${steps.join("")}`;
}

// src/sql/dialects/spark.ts
var types = {
  string: "STRING",
  bigint: "BIGINT",
  integer: "INT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
  date: "DATE",
  string_list: "ARRAY<STRING>",
  double_pair_list: "ARRAY<STRUCT<from_s: DOUBLE, to_s: DOUBLE>>"
};
function literal(value) {
  if (value === null) return "NULL";
  switch (typeof value) {
    case "string":
      return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
    case "number":
      if (!Number.isFinite(value)) return `cast('${value}' as double)`;
      return Number.isInteger(value) ? String(value) : `${value}e0`;
    default:
      return String(value);
  }
}
var spark = {
  name: "spark",
  // Backticks are names; double quotes are text.
  quoteName: (name) => `\`${name.replaceAll("`", "``")}\``,
  // A backslash escapes, so it is escaped.
  literal,
  // Parameters go by name.
  placeholder: (position) => `:p${position}`,
  // Common table expressions are inlined anyway, and the hint is unknown.
  inlineHint: "",
  type: (type) => types[type],
  epochUs: (instant) => sql`unix_micros(${instant})`,
  instantOfUs: (us2) => sql`timestamp_micros(${us2})`,
  dateOfUs: (us2) => sql`cast(timestamp_micros(${us2}) as date)`,
  md5: (text3) => sql`md5(${text3})`,
  // xxhash64 passes over nulls, so each value brings along whether it is one.
  hash64: (values) => sql`xxhash64(${join(values.map((value) => sql`isnull(${value}), ${value}`))})`,
  tryCast: (value, type) => sql`try_cast(${value} as ${raw(types[type])})`,
  // IGNORE NULLS stands behind the call only.
  ignoringNulls: (name, argument, over) => sql`${raw(name)}(${argument}) ignore nulls over ${over}`,
  floorDiv: (a, b) => sql`cast(floor(${a} / ${b}) as bigint)`,
  lastBy: (value, order) => sql`max_by(${value}, case when ${value} is not null then ${sparkReading.struct(order)} end)`,
  listOf: (value) => sql`nullif(collect_list(${value}), array())`,
  // min takes no count, and no list at all is an empty one here.
  smallest: (value, condition, count2) => sql`nullif(slice(array_sort(collect_list(case when ${condition} then ${value} end)), 1, ${lit(count2)}), array())`,
  reading: sparkReading,
  unnest: (list, alias, column3) => sql`lateral view explode(${list}) ${ref(alias)} as ${ref(column3)}`,
  // sequence counts down when its end lies before its start, so that case is told apart.
  series: (from, to, alias, column3) => sql`lateral view explode(case when ${from} <= ${to} then sequence(${from}, ${to}) else array() end) ${ref(alias)} as ${ref(column3)}`
};

// src/sql/step.ts
var source = (given) => ({ kind: "source", ...given });
var step = (given) => ({
  kind: "step",
  staged: false,
  ...given
});

// src/events/source-path.ts
var stepPattern = /\.(?:"((?:[^"\\]|\\.)*)"|([^.[\]"\s]+))|\[(\d+)\]/y;
function parseSourcePath(written) {
  const isNegated = written.startsWith("!");
  const [outer = "", inner, ...rest] = (isNegated ? written.slice(1) : written).split(/\s*>\s*(?=\$)/);
  if (outer === "" || rest.length > 0) throw invalidPath(written);
  const steps = outer.startsWith("$") ? parseSteps(outer, written) : [outer];
  const column3 = steps[0];
  if (typeof column3 !== "string") throw invalidPath(written);
  return {
    written,
    column: column3,
    steps: steps.slice(1),
    inner: inner === void 0 ? void 0 : parseSteps(inner, written),
    isNegated
  };
}
function parseSteps(path, written) {
  const steps = [];
  stepPattern.lastIndex = 1;
  while (stepPattern.lastIndex < path.length) {
    const match = stepPattern.exec(path);
    if (match === null) throw invalidPath(written);
    const [, quoted2, plain2, index] = match;
    steps.push(index === void 0 ? plain2 ?? quoted2?.replaceAll(/\\(.)/g, "$1") ?? "" : Number(index));
  }
  if (steps.length === 0) throw invalidPath(written);
  return steps;
}
function invalidPath(written) {
  return new PlayheadError({
    code: "CONFIG_INVALID",
    at: "mapping.columns",
    message: `"${written}" is no path`,
    hint: "write a column name, $.a.b for a value inside JSON, or $.a > $.b for JSON inside text"
  });
}

// src/events/value.ts
function firstOf(values, d) {
  const [first, ...rest] = values;
  if (first === void 0 || rest.length === 0) return first;
  const kind7 = rest.every((value) => value.kind === first.kind) ? first.kind : "text";
  const parts = values.map((value) => kind7 === "text" ? textOf(value, d) : value.sql);
  return { kind: kind7, sql: sql`coalesce(${join(parts)})` };
}
function textOf({ sql: value, kind: kind7 }, d) {
  const text3 = kind7 === "text" ? value : sql`cast(${value} as ${typeName(d, "string")})`;
  return sql`nullif(trim(${text3}), ${lit("")})`;
}
function doubleOf(value, d) {
  if (value.kind === "number") return sql`cast(${value.sql} as ${typeName(d, "double")})`;
  return d.reading.double(textOf(value, d));
}
function isBadNumber(value, max, d) {
  const number = doubleOf(value, d);
  const limits = sql`(${number} > ${lit(max)} or ${number} < -1e300)`;
  if (value.kind === "number") return limits;
  return sql`(${textOf(value, d)} is not null and (${number} is null or ${limits}))`;
}
var trueWords = ["true", "t", "yes", "y", "1", "1.0", "on", "visible"];
var falseWords = ["false", "f", "no", "n", "0", "0.0", "off", "hidden"];
function booleanOf(value, d) {
  if (value.kind === "boolean") return value.sql;
  const words = (list) => join(list.map(lit));
  const text3 = sql`lower(${textOf(value, d)})`;
  return sql`case when ${text3} in (${words(trueWords)}) then true when ${text3} in (${words(falseWords)}) then false end`;
}
function instantUsOf(value, format, d) {
  if (value.kind === "instant") return d.reading.finiteUs(sql`cast(${value.sql} as ${typeName(d, "timestamp")})`);
  const number = doubleOf(value, d);
  switch (format) {
    case "auto":
      return value.kind === "number" ? epochOfAnySize(number) : sql`coalesce(${epochOfAnySize(number)}, ${d.reading.isoUs(textOf(value, d))})`;
    case "iso":
      return d.reading.isoUs(textOf(value, d));
    case "s":
      return scaled(number, 1e6);
    case "ms":
      return scaled(number, 1e3);
    case "us":
      return scaled(number, 1);
    default:
      return d.reading.finiteUs(d.reading.instantIn(textOf(value, d), format));
  }
}
function epochOfAnySize(number) {
  return sql`case when ${number} < 1e8 then null when ${number} < 1e11 then ${scaled(number, 1e6)} when ${number} < 1e14 then ${scaled(number, 1e3)} when ${number} < 1e17 then ${scaled(number, 1)} when ${number} < 1e20 then ${scaled(number, 1e-3)} end`;
}
function scaled(number, factor) {
  return sql`try_cast(round(${number} * ${lit(factor)}) as bigint)`;
}
function textListOf(value, d) {
  if (value.kind === "text_list") return value.sql;
  const text3 = textOf(value, d);
  return sql`case when ${text3} like ${lit("[%")} then ${d.reading.jsonList(text3)} when ${text3} is not null then ${d.reading.pieces(text3, "[,;|]")} end`;
}
function typeName(d, type) {
  return { parts: [{ kind: "text", text: d.type(type) }] };
}

// src/events/source-rows.ts
function findValues(rows, mapping, decidingPaths2, d) {
  const wanted = [...canonicalNames.flatMap((name) => mapping.columns[name]), ...decidingPaths2];
  const found = locate(rows, wanted, d);
  const valuesAt = (path) => {
    const value = found.valueOf(path);
    if (value === void 0) return [];
    return path.isNegated ? [{ kind: "boolean", sql: sql`not (${booleanOf(value, d)})` }] : [value];
  };
  const values = {};
  for (const name of canonicalNames) {
    const constant = mapping.constants[name];
    const sources3 = mapping.columns[name].flatMap(valuesAt);
    const fixed = constant === void 0 ? [] : [{ kind: "text", sql: lit(constant) }];
    const value = firstOf([...sources3, ...fixed], d);
    if (value !== void 0) values[name] = value;
  }
  return {
    from: found.from,
    values,
    valueOf: (path) => valuesAt(path)[0],
    broken: found.broken,
    recordText: found.recordText
  };
}
var locate = (rows, wanted, d) => rows.kind === "json" ? fromJson(rows, wanted, d) : fromTable(rows, wanted, d);
var Paths = class {
  list = [];
  #places = /* @__PURE__ */ new Map();
  constructor(paths) {
    for (const path of paths) {
      const key = JSON.stringify(path);
      if (this.#places.has(key)) continue;
      this.#places.set(key, this.list.length);
      this.list.push(path);
    }
  }
  indexOf(path) {
    return this.#places.get(JSON.stringify(path)) ?? -1;
  }
};
function fromJson({ from }, wanted, { reading: reading2 }) {
  const outer = new Paths(wanted.map(outerPath));
  const nested = new Paths(wanted.filter((path) => path.inner !== void 0).map(outerPath));
  const innerOf = nested.list.map(
    (holder) => new Paths(wanted.filter((path) => isSame(outerPath(path), holder)).flatMap(({ inner }) => inner ? [inner] : []))
  );
  const outerValue = (path) => reading2.jsonAt(ref("found"), outer.list, outer.indexOf(path));
  const insideColumns = nested.list.map(
    (holder, i) => sql`, ${reading2.openJson(outerValue(holder), innerOf[i]?.list ?? [])} as ${ref(`inside_${i}`)}`
  );
  return {
    from: sql`(select *${join(insideColumns, "")} from (select line, record, case when ${reading2.startsWith(sql`ltrim(record)`, "{")} then ${reading2.openJson(sql`record`, outer.list)} end as found from ${from}))`,
    valueOf: (path) => {
      const holder = outerPath(path);
      if (path.inner === void 0) return { kind: "text", sql: outerValue(holder) };
      const i = nested.indexOf(holder);
      const inner = innerOf[i] ?? new Paths([]);
      return { kind: "text", sql: reading2.jsonAt(ref(`inside_${i}`), inner.list, inner.indexOf(path.inner)) };
    },
    broken: sql`case when found is null then record end`,
    recordText: sql`record`
  };
}
var outerPath = (path) => [path.column, ...path.steps];
var isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
function fromTable({ from, columns: columns4, lineColumn: lineColumn2, brokenColumn }, wanted, d) {
  const { reading: reading2 } = d;
  const used = [...new Set(wanted.flatMap((path) => columnNamed(path.column, columns4) ?? []))];
  const pathsInto = (column3) => new Paths(wanted.filter((path) => columnNamed(path.column, columns4) === column3).flatMap((path) => pathIn(path) ?? []));
  const opened = new Map(
    used.map((column3) => [column3, pathsInto(column3)]).filter(([, { list }]) => list.length > 0)
  );
  const insideOf = (column3) => ref(`inside_${[...opened.keys()].indexOf(column3)}`);
  const values = used.map((column3, i) => sql`, ${ref("input", column3)} as ${ref(`value_${i}`)}`);
  const noText = sql`cast(null as ${raw(d.type("string"))})`;
  const jsonTextOf = (column3) => {
    if (columns4[column3] === "text") return ref("input", column3);
    const isOpen = columns4[column3] === "nested" || columns4[column3] === "text_list";
    return isOpen ? reading2.json(ref("input", column3)) : noText;
  };
  const inside = [...opened].map(
    ([column3, { list }]) => sql`, ${reading2.openJson(jsonTextOf(column3), list)} as ${insideOf(column3)}`
  );
  const broken = brokenColumn === void 0 ? sql`` : sql`, ${ref("input", brokenColumn)} as broken`;
  const record = reading2.struct(Object.fromEntries(Object.keys(columns4).map((name) => [name, ref("input", name)])));
  const rowAsJson = reading2.json(sql`record`);
  return {
    from: sql`(select ${ref("input", lineColumn2)} as line, ${record} as record${broken}${join([...values, ...inside], "")} from ${from} as input)`,
    valueOf: (path) => {
      const column3 = columnNamed(path.column, columns4);
      const kind7 = column3 === void 0 ? void 0 : columns4[column3];
      if (column3 === void 0 || kind7 === void 0) return void 0;
      const inner = pathIn(path);
      const paths = opened.get(column3);
      if (inner !== void 0 && paths !== void 0) {
        return { kind: "text", sql: reading2.jsonAt(insideOf(column3), paths.list, paths.indexOf(inner[0])) };
      }
      const value = ref(`value_${used.indexOf(column3)}`);
      return kind7 === "nested" ? { kind: "text", sql: reading2.json(value) } : { kind: kind7, sql: value };
    },
    recordText: brokenColumn === void 0 ? rowAsJson : sql`case when broken is null then ${rowAsJson} else broken end`,
    broken: brokenColumn === void 0 ? noText : sql`broken`
  };
}
function pathIn(path) {
  const steps = [...path.steps, ...path.inner ?? []];
  return steps.length === 0 ? void 0 : [steps];
}
function columnNamed(name, columns4) {
  if (Object.hasOwn(columns4, name)) return name;
  return Object.keys(columns4).find((column3) => column3.toLowerCase() === name.toLowerCase());
}

// src/events/catalog.ts
var sources = {
  video_id: ["video_id", "videoId", "id"],
  title: ["title", "name"],
  duration_s: ["duration_s", "duration"],
  category: ["category"],
  published_at: ["published_at", "publishedAt"],
  production_cost: ["production_cost", "productionCost"],
  tenant: ["tenant", "tenant_id", "tenantId"]
};
var videoIdSources = sources.video_id;

// src/events/input/content.ts
function emptyInput(path) {
  return new PlayheadError({ code: "INPUT_EMPTY", at: path, message: "it holds no rows" });
}

// src/events/broken-lines.ts
var brokenLineMarks = { notUtf8: "", tooLong: "" };
var lineBytesMax = 2e6;

// src/events/input/find.ts
import { glob, isDynamicPattern } from "tinyglobby";

// src/events/input/lines.ts
var suspiciousBytes = lineBytesMax - (1 << 20);
var byteOrderMark = Buffer.from([239, 187, 191]);

// src/events/presets/canonical.ts
var canonical = {
  name: "canonical",
  title: "Playhead's own event names and columns",
  columns: Object.fromEntries(canonicalNames.map((name) => [name, [name]])),
  events: Object.fromEntries(eventTypes.map((type) => [type, type]))
};

// src/events/presets/edx.ts
var payload = (...names) => [...names.map((name) => `$.event > $.${name}`), ...names];
var edx = {
  name: "edx",
  title: "Open edX tracking logs",
  columns: {
    user_id: ["$.context.user_id", "user_id", "username"],
    video_id: ["$.event > $.id", "$.event > $.module_id", "video_id", "module_id"],
    player_id: ["session"],
    event_type: ["event_type", "name"],
    event_time: ["time"],
    received_at: ["$.context.received_at", "received_at"],
    position_s: payload("new_time", "currentTime", "current_time"),
    seek_from_s: payload("old_time"),
    duration_s: payload("duration"),
    playback_rate: payload("new_speed", "speed"),
    device: ["$.context.client.device.model", "device"],
    country: ["$.context.client.ip_country", "country"],
    referrer: ["referer"],
    app_version: ["$.context.client.app.version", "app_version"]
  },
  events: {
    load_video: "load",
    "edx.video.loaded": "load",
    play_video: "play",
    "edx.video.played": "play",
    // The player pauses right before it stops at the end.
    pause_video: { atEnd: null, otherwise: "pause" },
    "edx.video.paused": { atEnd: null, otherwise: "pause" },
    // Sent when the end of the video is reached.
    stop_video: "ended",
    "edx.video.stopped": "ended",
    seek_video: "seek",
    "edx.video.position.changed": "seek",
    speed_change_video: "rate_change",
    "edx.video.speed.changed": "rate_change",
    complete_video: null,
    "edx.video.completed": null,
    show_transcript: null,
    hide_transcript: null,
    "edx.video.transcript.shown": null,
    "edx.video.transcript.hidden": null,
    "edx.video.closed_captions.shown": null,
    "edx.video.closed_captions.hidden": null,
    "edx.video.language_menu.shown": null,
    "edx.video.language_menu.hidden": null,
    video_show_cc_menu: null,
    video_hide_cc_menu: null,
    // Bumpers are a short film before the video: no content.
    "edx.video.bumper.loaded": null,
    "edx.video.bumper.played": null,
    "edx.video.bumper.stopped": null,
    "edx.video.bumper.skipped": null,
    "edx.video.bumper.dismissed": null,
    "edx.video.bumper.transcript.shown": null,
    "edx.video.bumper.transcript.hidden": null,
    "edx.video.bumper.transcript.menu.shown": null,
    "edx.video.bumper.transcript.menu.hidden": null,
    skip_video: null,
    do_not_show_again_video: null
  },
  // The log holds everything that learners do; names of pages may hold any word.
  ownWords: ["edx.video."]
};

// src/events/presets/html5.ts
var html5 = {
  name: "html5",
  title: "HTML media element events",
  columns: {
    event_id: ["event_id", "eventId", "id"],
    user_id: ["user", "user_id", "userId"],
    video_id: ["video", "video_id", "videoId", "currentSrc", "src"],
    player_id: ["player", "player_id", "playerId"],
    event_type: ["type", "event"],
    event_time: ["t", "time", "timestamp"],
    received_at: ["received_at", "receivedAt"],
    sequence: ["seq", "sequence"],
    position_s: ["currentTime", "current_time"],
    seek_from_s: ["seekFrom", "seek_from"],
    duration_s: ["duration"],
    playback_rate: ["playbackRate", "playback_rate"],
    autoplay: ["autoplay"],
    muted: ["muted"],
    visible: ["!hidden", "visibilityState"],
    device: ["device"],
    country: ["country"],
    referrer: ["referrer"],
    app_version: ["app_version", "appVersion"],
    experiment: ["experiment"],
    variant: ["variant"],
    impressions: ["impressions"]
  },
  events: {
    loadedmetadata: "load",
    play: "play",
    // `playing` also comes after a stall and after a seek; it never starts play by itself, `play` comes before it.
    playing: "buffer_end",
    // The element pauses itself right before `ended`; nobody pressed a button.
    pause: { atEnd: null, otherwise: "pause" },
    // `currentTime` is already the target when `seeking` comes; `seeked` says the same once more.
    seeking: "seek",
    seeked: null,
    ratechange: "rate_change",
    ended: "ended",
    timeupdate: "heartbeat",
    waiting: "buffer_start",
    error: "error",
    visibilitychange: {
      by: ["hidden", "visibilityState"],
      values: { true: "hidden", hidden: "hidden", "1": "hidden", false: "visible", visible: "visible", "0": "visible" },
      otherwise: null
    },
    pagehide: "unload",
    beforeunload: "unload",
    unload: "unload",
    page_view: "page_view",
    // Fetching, not playing: play may go on from what is buffered, and `waiting` says when it does not.
    stalled: null,
    suspend: null,
    progress: null,
    abort: null,
    emptied: null,
    loadstart: null,
    loadeddata: null,
    canplay: null,
    canplaythrough: null,
    durationchange: null,
    volumechange: null,
    resize: null,
    pageshow: null,
    enterpictureinpicture: null,
    leavepictureinpicture: null,
    fullscreenchange: null
  }
};

// src/events/presets/mux.ts
var mux = {
  name: "mux",
  title: "Mux-style playback events",
  positionUnit: "ms",
  columns: {
    event_id: ["event_id", "id"],
    user_id: ["viewer_user_id", "user_id", "mux_viewer_id", "viewer_id"],
    video_id: ["video_id", "video_title", "video_source_url"],
    player_id: ["player_instance_id", "view_id", "xid"],
    event_type: ["event", "event_name", "name", "type", "e"],
    event_time: ["viewer_time", "event_time", "timestamp", "uti"],
    received_at: ["event_time", "received_at"],
    sequence: ["view_sequence_number", "player_sequence_number", "sequence_number"],
    position_s: ["playback_time", "player_playhead_time"],
    duration_s: ["video_source_duration", "player_source_duration", "video_duration"],
    playback_rate: ["player_playback_rate", "playback_rate"],
    autoplay: ["player_autoplay_on", "player_autoplay"],
    muted: ["player_is_muted", "viewer_is_muted"],
    device: ["viewer_device_category", "viewer_device_name"],
    country: ["country", "viewer_country_code"],
    referrer: ["page_url_referrer", "referrer"],
    app_version: ["viewer_application_version", "player_version"],
    experiment: ["experiment_name"],
    variant: ["view_experiment_variant", "variant"]
  },
  events: {
    viewinit: "load",
    viewstart: "load",
    play: "play",
    // The first frame, and again after each stall and seek; `play` comes before it.
    playing: "buffer_end",
    pause: { atEnd: null, otherwise: "pause" },
    timeupdate: "heartbeat",
    hb: "heartbeat",
    // Some players report the origin here, some already the target; the job merges both with the seek that follows.
    seeking: "heartbeat",
    seeked: "seek",
    rebufferstart: "buffer_start",
    rebufferend: "buffer_end",
    waiting: "buffer_start",
    ratechange: "rate_change",
    error: "error",
    ended: "ended",
    viewend: "unload",
    destroy: "unload",
    playerready: null,
    videochange: null,
    stalled: null,
    renditionchange: null,
    orientationchange: null,
    playbackmodechange: null,
    requestcompleted: null,
    requestfailed: null,
    requestcanceled: null,
    sampling: null,
    // Ads never count as content.
    adrequest: null,
    adresponse: null,
    adbreakstart: null,
    adplay: null,
    adplaying: null,
    adpause: null,
    adfirstquartile: null,
    admidpoint: null,
    adthirdquartile: null,
    adended: null,
    adskipped: null,
    adclicked: null,
    adbreakend: null,
    aderror: null
  }
};

// src/events/presets/segment.ts
var events = {
  "Video Playback Started": "play",
  "Video Playback Paused": "pause",
  "Video Playback Resumed": "resume",
  // Something other than the viewer stopped it (a call, a lost network); a resume or a start may follow.
  "Video Playback Interrupted": "unload",
  "Video Playback Buffer Started": "buffer_start",
  "Video Playback Buffer Completed": "buffer_end",
  // Tells where the seek left; the completed one tells where it arrived.
  "Video Playback Seek Started": "heartbeat",
  "Video Playback Seek Completed": "seek",
  "Video Playback Completed": "ended",
  "Video Playback Exited": "unload",
  "Video Playback Quality Updated": null,
  "Video Quality Updated": null,
  // After a pre-roll ad it starts the content; right after `Playback Started` it changes nothing.
  "Video Content Started": "play",
  "Video Content Playing": "heartbeat",
  // One of several pods may be over while the video goes on.
  "Video Content Completed": { atEnd: "ended", otherwise: "heartbeat" },
  // Ads never count as content.
  "Video Ad Started": null,
  "Video Ad Playing": null,
  "Video Ad Completed": null
};
var bothForms = Object.entries(events).flatMap(([name, rule]) => {
  const lower = name.toLowerCase();
  return [[lower, rule], [lower.replaceAll(" ", "_"), rule]];
});
var property = (name) => [`$.properties.${name}`, name, `properties_${name}`, `properties.${name}`];
var context = (...path) => [
  `$.context.${path.join(".")}`,
  `context_${path.join("_")}`,
  `context.${path.join(".")}`
];
var segment = {
  name: "segment",
  title: "Segment and RudderStack video events",
  columns: {
    event_id: ["messageId", "message_id", "id"],
    user_id: ["userId", "user_id", "anonymousId", "anonymous_id"],
    video_id: [
      ...property("content_asset_id"),
      "$.properties.content_asset_ids[0]",
      ...property("asset_id"),
      ...property("video_id")
    ],
    player_id: property("session_id"),
    event_type: ["event_text", "event", "type"],
    event_time: ["timestamp", "originalTimestamp", "original_timestamp", "sentAt", "sent_at"],
    received_at: ["receivedAt", "received_at"],
    position_s: property("position"),
    duration_s: property("total_length"),
    playback_rate: property("playback_rate"),
    device: [...context("device", "type"), ...context("device", "model")],
    country: context("location", "country"),
    referrer: context("page", "referrer"),
    app_version: context("app", "version"),
    experiment: property("experiment"),
    variant: property("variant")
  },
  events: Object.fromEntries(bothForms),
  ownWords: ["video"]
};

// src/events/presets/snowplow.ts
var version2 = {
  ready_event: "load",
  play_event: "play",
  pause_event: { atEnd: null, otherwise: "pause" },
  end_event: "ended",
  // Some players report the origin here, some already the target; the job merges both with the seek that follows.
  seek_start_event: "heartbeat",
  seek_end_event: "seek",
  playback_rate_change_event: "rate_change",
  ping_event: "heartbeat",
  percent_progress_event: "heartbeat",
  buffer_start_event: "buffer_start",
  buffer_end_event: "buffer_end",
  error_event: "error",
  volume_change_event: null,
  fullscreen_change_event: null,
  picture_in_picture_change_event: null,
  quality_change_event: null,
  // Ads never count as content.
  ad_break_start_event: null,
  ad_break_end_event: null,
  ad_start_event: null,
  ad_first_quartile_event: null,
  ad_midpoint_event: null,
  ad_third_quartile_event: null,
  ad_complete_event: null,
  ad_skip_event: null,
  ad_click_event: null,
  ad_pause_event: null,
  ad_resume_event: null
};
var version1 = {
  ...html5.events,
  ready: "load",
  seek: "seek",
  buffering: "buffer_start",
  percentprogress: "heartbeat",
  playbackratechange: "rate_change",
  playbackqualitychange: null,
  unstarted: null,
  cued: null,
  apichange: null,
  media_player_event: null
};
var player2 = "contexts_com_snowplowanalytics_snowplow_media_player_2";
var player1 = "contexts_com_snowplowanalytics_snowplow_media_player_1";
var mediaSession = "contexts_com_snowplowanalytics_snowplow_media_session_1";
var mediaElement = "contexts_org_whatwg_media_element_1";
var youtube = "contexts_com_youtube_youtube_1";
var event1 = "unstruct_event_com_snowplowanalytics_snowplow_media_player_event_1";
var rateChange = "unstruct_event_com_snowplowanalytics_snowplow_media_playback_rate_change_event_1";
var snake = (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
var entity = (name, property2) => [.../* @__PURE__ */ new Set([property2, snake(property2)])].flatMap((written) => [`$.${name}[0].${written}`, `$.${name}.${written}`]);
var ofPlayer = (property2) => [
  ...entity(player2, property2),
  ...entity(player1, property2),
  .../* @__PURE__ */ new Set([`media_player_${snake(property2)}`, snake(property2)])
];
var snowplow = {
  name: "snowplow",
  title: "Snowplow media events, versions 1 and 2",
  columns: {
    event_id: ["event_id"],
    user_id: ["user_id", "domain_userid", "network_userid"],
    video_id: [
      "media_identifier",
      ...entity(player2, "label"),
      `$.${event1}.label`,
      ...entity(mediaElement, "htmlId"),
      ...entity(youtube, "playerId"),
      ...entity(mediaElement, "currentSrc"),
      "media_label"
    ],
    player_id: [...entity(mediaSession, "mediaSessionId"), "media_session_id", "page_view_id"],
    event_type: [`$.${event1}.type`, "media_event_type", "event_name"],
    event_time: ["derived_tstamp", "dvce_created_tstamp", "collector_tstamp"],
    received_at: ["collector_tstamp", "load_tstamp"],
    position_s: ofPlayer("currentTime"),
    duration_s: ofPlayer("duration"),
    playback_rate: [...entity(rateChange, "newRate"), ...ofPlayer("playbackRate")],
    muted: ofPlayer("muted"),
    device: ["dvce_type", "platform"],
    country: ["geo_country"],
    referrer: ["page_referrer"],
    app_version: ["app_version"]
  },
  events: { ...version1, ...version2, page_ping: null },
  ownWords: ["media_player", "seek_", "buffer_"]
};

// src/events/presets/index.ts
var presets = [canonical, segment, snowplow, edx, html5, mux];

// src/events/mapping.ts
function findPreset(name) {
  const found = presets.find((preset) => preset.name === name.toLowerCase());
  if (found !== void 0) return found;
  throw new PlayheadError({
    code: "PRESET_UNKNOWN",
    message: `there is no preset "${name}"`,
    hint: `the presets are ${presets.map((preset) => preset.name).join(", ")}`
  });
}
function resolveMapping(written, presetName) {
  const preset = findPreset(presetName ?? written?.preset ?? "canonical");
  const isMeant = written?.preset === void 0 || findPreset(written.preset) === preset;
  const mapping = isMeant ? written : void 0;
  const own = Object.fromEntries(Object.entries(mapping?.columns ?? {}).map(([name, path]) => [name, [path].flat()]));
  const names = Object.keys({ ...own, ...mapping?.constants });
  for (const name of names) assertCanonical(name);
  return {
    preset: preset.name,
    columns: columnsOf({ ...preset.columns, ...own }),
    written: new Set(Object.keys(own).filter(isCanonicalColumn)),
    constants: Object.fromEntries(Object.entries(mapping?.constants ?? {}).map(([name, value]) => [name, `${value}`])),
    events: eventsOf(preset, mapping?.events ?? {}),
    ownWords: ownWordsOf(preset, mapping?.unknown_events),
    timeFormat: mapping?.time_format ?? preset.timeFormat ?? "auto",
    positionUnit: mapping?.position_unit ?? preset.positionUnit ?? "s"
  };
}
function columnsOf(paths) {
  const of = (name) => (paths[name] ?? []).map(parseSourcePath);
  return {
    event_id: of("event_id"),
    user_id: of("user_id"),
    video_id: of("video_id"),
    player_id: of("player_id"),
    event_type: of("event_type"),
    event_time: of("event_time"),
    received_at: of("received_at"),
    sequence: of("sequence"),
    position_s: of("position_s"),
    seek_from_s: of("seek_from_s"),
    duration_s: of("duration_s"),
    playback_rate: of("playback_rate"),
    autoplay: of("autoplay"),
    muted: of("muted"),
    visible: of("visible"),
    device: of("device"),
    country: of("country"),
    referrer: of("referrer"),
    app_version: of("app_version"),
    experiment: of("experiment"),
    variant: of("variant"),
    impressions: of("impressions")
  };
}
function eventsOf(preset, own) {
  const rules3 = new Map(Object.entries(preset.events));
  for (const [name, target2] of Object.entries(own)) rules3.set(name.trim().toLowerCase(), targetOf(name, target2));
  return rules3;
}
function targetOf(name, written) {
  if (written === null) return null;
  const target2 = eventTypes.find((type) => type === written.trim().toLowerCase());
  if (target2 !== void 0) return target2;
  throw new PlayheadError({
    code: "MAPPING_UNKNOWN_FIELD",
    at: `mapping.events.${name}`,
    message: `"${written}" is no event type`,
    hint: `the event types are ${eventTypes.join(", ")}; null leaves the event out`
  });
}
function ownWordsOf(preset, unknownEvents) {
  switch (unknownEvents) {
    case "reject":
      return void 0;
    case "leave_out":
      return [];
    case void 0:
      return preset.ownWords;
  }
}
function assertCanonical(name) {
  if (isCanonicalColumn(name)) return;
  throw new PlayheadError({
    code: "MAPPING_UNKNOWN_FIELD",
    at: `mapping.columns.${name}`,
    message: `an event has no column "${name}"`,
    hint: `it has: ${canonicalNames.join(", ")}`
  });
}

// src/events/event-names.ts
var leftOut = "(left out)";
var endTolerance = 0.25;
function decidingPaths({ events: events2 }) {
  const written = [...events2.values()].flatMap((rule) => isCondition(rule) ? rule.by : []);
  return [...new Set(written)].map(parseSourcePath);
}
function eventTypeOf(mapping) {
  const branches = [...mapping.events].map(
    ([name, rule]) => sql`when ${lit(name)} then ${outcome(rule, decidingPaths(mapping))}`
  );
  return sql`case event_name ${join(branches, "\n")}
else ${foreignName(mapping)} end`;
}
function foreignName({ ownWords }) {
  if (ownWords === void 0) return lit(null);
  const isOurs = ownWords.map((word) => sql`contains(event_name, ${lit(word.toLowerCase())})`);
  return sql`case when not (${isOurs.length === 0 ? sql`false` : join(isOurs, " or ")}) then ${lit(leftOut)} end`;
}
function outcome(rule, paths) {
  if (rule === null || typeof rule === "string") return target(rule);
  if ("atEnd" in rule) {
    const isAtEnd = sql`position_s >= duration_s - ${lit(endTolerance)}`;
    return sql`case when ${isAtEnd} then ${target(rule.atEnd)} else ${target(rule.otherwise)} end`;
  }
  const found = rule.by.map((written) => ref(`deciding_${paths.findIndex((path) => path.written === written)}`));
  const cases = Object.entries(rule.values).map(([word, to]) => sql`when ${lit(word)} then ${target(to)}`);
  return sql`case coalesce(${join(found)}) ${join(cases, " ")} else ${target(rule.otherwise)} end`;
}
var target = (to) => lit(to ?? leftOut);
var isCondition = (rule) => rule !== null && typeof rule === "object" && "by" in rule;

// src/events/reject.ts
var conditions = ({ reading: reading2 }) => [
  ["NOT_UTF8", reading2.startsWith(sql`broken`, brokenLineMarks.notUtf8)],
  ["ROW_TOO_LONG", reading2.startsWith(sql`broken`, brokenLineMarks.tooLong)],
  ["MALFORMED_ROW", sql`broken is not null`],
  ["MISSING_EVENT_TYPE", sql`event_name is null`],
  ["UNKNOWN_EVENT_TYPE", sql`event_type is null`]
];
var conditionsOfMeantEvents = [
  ["MISSING_USER", sql`user_id is null`],
  ["MISSING_VIDEO", sql`video_id is null and event_type <> ${lit("page_view")}`],
  ["MISSING_TIME", sql`written_event_time is null`],
  ["BAD_TIME", sql`event_us is null`],
  ["BAD_POSITION", sql`is_bad_position_s or is_bad_seek_from_s`],
  ["BAD_NUMBER", sql`is_bad_duration_s or is_bad_playback_rate or is_bad_sequence`]
];
function rejectCode(leftOut2, d) {
  const when = ([code, condition]) => sql`when ${condition} then ${lit(code)}`;
  return sql`case ${join(conditions(d).map(when), "\n")}
when event_type = ${lit(leftOut2)} then null
${join(conditionsOfMeantEvents.map(when), "\n")} end`;
}
function rejectReason(timeFormat, shape, d) {
  const quoted2 = (column3) => sql`coalesce(left(cast(${ref(column3)} as ${raw(d.type("string"))}), 80), ${lit("")})`;
  const said = (before, column3, after) => sql`concat(${lit(`${before} "`)}, ${quoted2(column3)}, ${lit(`" ${after}`)})`;
  const format = timeFormat === "auto" ? "" : ` in the format ${timeFormat}`;
  const reasons = [
    ["NOT_UTF8", lit("the row is not UTF-8 text")],
    ["ROW_TOO_LONG", lit(`the row is longer than ${lineBytesMax} bytes`)],
    [
      "MALFORMED_ROW",
      lit(shape === "object" ? "the row is no JSON object" : "the row has another number of fields than the header")
    ],
    ["MISSING_EVENT_TYPE", lit("the row has no event name")],
    ["UNKNOWN_EVENT_TYPE", said("the event name", "event_name", "is not known to the mapping")],
    ["MISSING_USER", lit("the row has no user_id")],
    ["MISSING_VIDEO", said("a", "event_type", "event needs a video_id")],
    ["MISSING_TIME", lit("the row has no event_time")],
    ["BAD_TIME", said("the event_time", "written_event_time", `is no instant${format}`)],
    ["BAD_POSITION", badPosition(said)],
    ["BAD_NUMBER", lit("the duration, the rate or the sequence is no number")]
  ];
  return sql`case reject_code ${join(
    reasons.map(([code, reason]) => sql`when ${lit(code)} then ${reason}`),
    "\n"
  )} end`;
}
function badPosition(said) {
  const after = "is no number that a video can reach";
  const position = said("the position", "written_position_s", after);
  return sql`case when is_bad_position_s then ${position} else ${said("the position", "written_seek_from_s", after)} end`;
}

// src/events/normalize.ts
var lastInstantUs = 253402300799999999n;
function normalize({ rows, mapping, receivedUs, positionMaxS, dialect: d }) {
  const paths = decidingPaths(mapping);
  const found = findValues(rows, mapping, paths, d);
  const passed = ["line", "record", "broken", "event_name", ...paths.map((_, i) => `deciding_${i}`)].map((n) => ref(n));
  const typed = sql`select ${join(passed)},
${join(typedColumns(found, mapping, positionMaxS, d), ",\n")}
from (${foundRows(found, paths, d)})`;
  const named = sql`select *, ${eventTypeOf(mapping)} as event_type from (${typed})`;
  const judged = sql`select *, ${rejectCode(leftOut, d)} as reject_code from (${named})`;
  const published = canonicalNames.map((name) => sql`${publishedColumn(name, receivedUs, d)} as ${ref(name)}`);
  return sql`select ${join(published, ",\n")},
reject_code,
case when reject_code is not null then ${rejectReason(mapping.timeFormat, rows.kind === "json" ? "object" : "record", d)} end as reject_reason,
case when reject_code is not null then ${found.recordText} end as row,
coalesce(reject_code is null and event_type = ${lit(leftOut)}, false) as left_out,
event_name,
line
from (${judged})`;
}
function foundRows(found, paths, d) {
  const values = canonicalNames.flatMap((name) => {
    const value = found.values[name];
    return value === void 0 ? [] : [sql`${value.sql} as ${ref(`raw_${name}`)}`];
  });
  const nameText = (value) => value === void 0 ? untyped("string", d) : sql`lower(${textOf(value, d)})`;
  const deciding = paths.map((path, i) => sql`${nameText(found.valueOf(path))} as ${ref(`deciding_${i}`)}`);
  const columns4 = [sql`${nameText(found.values.event_type)} as event_name`, ...deciding, ...values];
  return sql`select line, record, ${found.broken} as broken, ${join(columns4, ",\n")}\nfrom ${found.from}`;
}
var untyped = (type, d) => sql`cast(null as ${raw(d.type(type))})`;
function typedColumns({ values }, mapping, positionMaxS, d) {
  const rawValue = (column3) => {
    const value = values[column3];
    return value === void 0 ? void 0 : { kind: value.kind, sql: ref(`raw_${column3}`) };
  };
  const read = (column3, how, as = column3) => {
    const value = rawValue(column3);
    return sql`${value === void 0 ? untyped(canonicalColumns[column3], d) : how(value)} as ${ref(as)}`;
  };
  const flag = (column3, max) => {
    const value = rawValue(column3);
    const isBad2 = value === void 0 ? sql`false` : sql`coalesce(${isBadNumber(value, max, d)}, false)`;
    return sql`${isBad2} as ${ref(`is_bad_${column3}`)}`;
  };
  const unit = mapping.positionUnit === "ms" ? 1e3 : 1;
  const seconds3 = (value) => unit === 1 ? doubleOf(value, d) : sql`${doubleOf(value, d)} / ${lit(unit)}`;
  const text3 = (value) => textOf(value, d);
  const written = (column3) => {
    const value = rawValue(column3);
    return sql`${value === void 0 ? untyped("string", d) : text3(value)} as ${ref(`written_${column3}`)}`;
  };
  const bool = (value) => booleanOf(value, d);
  const texts3 = [
    "event_id",
    "user_id",
    "video_id",
    "player_id",
    "device",
    "country",
    "referrer",
    "app_version"
  ];
  return [
    ...[...texts3, "experiment", "variant"].map((column3) => read(column3, text3)),
    ...["position_s", "seek_from_s"].flatMap((column3) => [
      read(column3, seconds3),
      written(column3),
      flag(column3, positionMaxS * unit)
    ]),
    // NaN and Infinity are what players say before they know the duration, and of live streams.
    read("duration_s", (value) => positive(seconds3(value))),
    read("playback_rate", (value) => positive(doubleOf(value, d))),
    ...["duration_s", "playback_rate", "sequence"].map((column3) => notNumber(column3, rawValue(column3), d)),
    read(
      "sequence",
      (value) => value.kind === "number" ? d.reading.nearestWhole(value.sql) : d.reading.whole(text3(value))
    ),
    ...["autoplay", "muted", "visible"].map((column3) => read(column3, bool)),
    read("impressions", (value) => textListOf(value, d)),
    written("event_time"),
    usOf("event_us", rawValue("event_time"), mapping.timeFormat, d),
    usOf("received_us", rawValue("received_at"), mapping.timeFormat, d)
  ];
}
var positive = (number) => sql`case when ${number} > 0 and ${number} < 1e300 then ${number} end`;
function notNumber(column3, value, d) {
  const isBad2 = value === void 0 || value.kind === "number" ? sql`false` : sql`coalesce(${textOf(value, d)} is not null and ${doubleOf(value, d)} is null, false)`;
  return sql`${isBad2} as ${ref(`is_bad_${column3}`)}`;
}
function usOf(as, value, format, d) {
  if (value === void 0) return sql`${untyped("bigint", d)} as ${ref(as)}`;
  const us2 = instantUsOf(value, format, d);
  return sql`case when ${us2} between 0 and ${lit(lastInstantUs)} then ${us2} end as ${ref(as)}`;
}
function publishedColumn(name, receivedUs, d) {
  switch (name) {
    case "event_id":
      return sql`coalesce(event_id, ${d.md5(identity(d))})`;
    case "event_time":
      return d.instantOfUs(sql`event_us`);
    case "received_at":
      return d.instantOfUs(sql`coalesce(received_us, ${lit(receivedUs)})`);
    default:
      return ref(name);
  }
}
function identity(d) {
  const asText = (name) => sql`cast(${ref(name)} as ${raw(d.type("string"))})`;
  const asDouble = (name) => d.reading.spelledDouble(ref(name));
  const said = [
    ...["user_id", "video_id", "player_id", "event_type", "event_us", "sequence"].map(asText),
    ...["position_s", "seek_from_s", "playback_rate"].map(asDouble),
    ...["experiment", "variant"].map(asText),
    d.reading.spelledList(ref("impressions"))
  ];
  const parts = said.map((text3) => sql`coalesce(${text3}, ${lit("")})`);
  return sql`concat_ws(${lit("")}, ${join(parts)})`;
}

// src/job/ingest-source.ts
import { z as z16 } from "zod";

// src/delta/schema.ts
import { z as z5 } from "zod";
var deltaType = z5.lazy(() => z5.union([z5.string(), structType, arrayType, mapType]));
var field = z5.object({
  name: z5.string(),
  type: deltaType,
  nullable: z5.boolean().default(true),
  metadata: z5.record(z5.string(), z5.unknown()).default({})
});
var structType = z5.object({ type: z5.literal("struct"), fields: z5.array(field) });
var arrayType = z5.object({
  type: z5.literal("array"),
  elementType: deltaType,
  containsNull: z5.boolean().default(true)
});
var mapType = z5.object({
  type: z5.literal("map"),
  keyType: deltaType,
  valueType: deltaType,
  valueContainsNull: z5.boolean().default(true)
});
function column(name, type, comment) {
  return { name, type, nullable: true, metadata: comment === void 0 ? {} : { comment } };
}
function fieldsOn(names, schema) {
  const found = [];
  let within = schema;
  for (const name of names) {
    const field3 = fieldOf(within, name);
    if (field3 === void 0) return [];
    found.push(field3);
    within = field3.type;
  }
  return found;
}
function fieldOf(type, name) {
  if (typeof type === "string" || type.type !== "struct") return void 0;
  const isNamed = (field3) => field3.name.toLowerCase() === name.toLowerCase();
  return type.fields.find((field3) => field3.name === name) ?? type.fields.find(isNamed);
}

// src/delta/checkpoint-write.ts
import { ByteWriter, parquetWrite } from "hyparquet-writer";
var text = (name) => ({
  name,
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
  repetition_type: "OPTIONAL"
});
var long = (name) => ({ name, type: "INT64", repetition_type: "OPTIONAL" });
var integer = (name) => ({ name, type: "INT32", repetition_type: "OPTIONAL" });
var truth = (name) => ({ name, type: "BOOLEAN", repetition_type: "OPTIONAL" });
var texts = (name) => [
  { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  text("element")
];
var textMap = (name) => [
  { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "MAP", logical_type: { type: "MAP" } },
  { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
  { ...text("key"), repetition_type: "REQUIRED" },
  text("value")
];
var group = (name, children, ...members) => [
  { name, repetition_type: "OPTIONAL", num_children: children },
  ...members.flat()
];
var deletionVector = group("deletionVector", 5, [
  text("storageType"),
  text("pathOrInlineDv"),
  integer("offset"),
  integer("sizeInBytes"),
  long("cardinality")
]);
var checkpointSchema = [
  { name: "spark_schema", num_children: 6 },
  ...group("txn", 3, [text("appId"), long("version"), long("lastUpdated")]),
  ...group(
    "add",
    8,
    [text("path")],
    textMap("partitionValues"),
    [long("size"), long("modificationTime"), truth("dataChange"), text("stats")],
    textMap("tags"),
    deletionVector
  ),
  ...group(
    "remove",
    7,
    [text("path"), long("deletionTimestamp"), truth("dataChange"), truth("extendedFileMetadata")],
    textMap("partitionValues"),
    [long("size")],
    deletionVector
  ),
  ...group(
    "metaData",
    8,
    [text("id"), text("name"), text("description")],
    group("format", 2, [text("provider")], textMap("options")),
    [text("schemaString")],
    texts("partitionColumns"),
    textMap("configuration"),
    [long("createdTime")]
  ),
  ...group(
    "protocol",
    4,
    [integer("minReaderVersion"), integer("minWriterVersion")],
    texts("readerFeatures"),
    texts("writerFeatures")
  ),
  ...group("domainMetadata", 3, [text("domain"), text("configuration"), truth("removed")])
];

// src/delta/interval.ts
var unitsMs = {
  millisecond: 1,
  second: 1e3,
  minute: 6e4,
  hour: 36e5,
  day: 864e5,
  week: 6048e5
};
function durationMs(interval) {
  const words = interval?.trim().toLowerCase().replace(/^interval\s+/, "").split(/\s+/);
  if (words === void 0 || words.length === 0 || words.length % 2 !== 0) return void 0;
  let total = 0;
  for (let i = 0; i < words.length; i += 2) {
    const unit = unitsMs[(words[i + 1] ?? "").replace(/s$/, "")];
    const amount = Number(words[i]);
    if (unit === void 0 || !Number.isFinite(amount)) return void 0;
    total += amount * unit;
  }
  return total;
}

// src/delta/checkpoint-read.ts
import { z as z7 } from "zod";

// src/delta/actions.ts
import { z as z6 } from "zod";
var size2 = z6.union([z6.number(), z6.string().regex(/^-?\d+$/), z6.bigint()]).transform(Number);
var count = size2.refine((value) => Number.isInteger(value) && value >= 0, "must be a whole number from 0 on");
var long2 = z6.union([z6.number().int(), z6.string().regex(/^-?\d+$/), z6.bigint()]).transform(BigInt);
var optional = (type) => type.nullish().transform((value) => value ?? void 0);
var texts2 = z6.record(z6.string(), z6.string().nullable());
var deletionVector2 = z6.object({
  storageType: z6.string(),
  pathOrInlineDv: z6.string(),
  offset: optional(count),
  sizeInBytes: count,
  cardinality: count
});
var protocol = z6.object({
  minReaderVersion: count,
  minWriterVersion: count,
  readerFeatures: optional(z6.array(z6.string())),
  writerFeatures: optional(z6.array(z6.string()))
});
var metaData = z6.object({
  id: z6.string(),
  name: optional(z6.string()),
  description: optional(z6.string()),
  format: z6.object({ provider: z6.string(), options: texts2.nullish().transform((value) => value ?? {}) }).default({ provider: "parquet", options: {} }),
  schemaString: z6.string(),
  partitionColumns: z6.array(z6.string()),
  configuration: z6.record(z6.string(), z6.string().nullable()).nullish().transform((value) => value ?? {}),
  createdTime: optional(size2)
});
var add = z6.object({
  path: z6.string(),
  partitionValues: texts2,
  size: count,
  modificationTime: size2,
  dataChange: z6.boolean(),
  // Statistics only save work: those of another form than a text count as absent.
  stats: optional(z6.string()).catch(void 0),
  tags: optional(texts2),
  deletionVector: optional(deletionVector2),
  baseRowId: optional(long2),
  defaultRowCommitVersion: optional(long2),
  clusteringProvider: optional(z6.string())
});
var remove = z6.object({
  path: z6.string(),
  deletionTimestamp: optional(size2),
  dataChange: z6.boolean(),
  extendedFileMetadata: optional(z6.boolean()),
  partitionValues: optional(texts2),
  size: optional(count),
  deletionVector: optional(deletionVector2)
});
var txn = z6.object({ appId: z6.string(), version: long2, lastUpdated: optional(size2) });
var commitInfo = z6.looseObject({
  timestamp: optional(size2).catch(void 0),
  inCommitTimestamp: optional(size2).catch(void 0),
  operation: optional(z6.string()).catch(void 0)
}).catch({ timestamp: void 0, inCommitTimestamp: void 0, operation: void 0 });
var domainMetadata = z6.object({ domain: z6.string(), configuration: z6.string(), removed: z6.boolean() });
var sidecar = z6.object({ path: z6.string(), sizeInBytes: count, modificationTime: size2 });
var action = z6.object({
  protocol: protocol.optional(),
  metaData: metaData.optional(),
  add: add.optional(),
  remove: remove.optional(),
  txn: txn.optional(),
  commitInfo: commitInfo.optional(),
  domainMetadata: domainMetadata.optional(),
  sidecar: sidecar.optional()
});

// src/delta/checkpoint-rows.ts
import {
  parquetMetadata,
  parquetReadObjects,
  parquetSchema
} from "hyparquet";
import { compressors } from "hyparquet-compressors";

// src/delta/checkpoint-read.ts
var hintSchema = z7.object({ version: z7.number().int(), size: z7.number().int() });

// src/delta/log-cleanup.ts
var logRetentionDefaultMs = 30 * 24 * 36e5;

// src/delta/commit.ts
var retentionDefaultMs = 7 * 24 * 36e5;

// src/delta/folder.ts
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
var codeOf = (error) => error instanceof Error && "code" in error ? error.code : void 0;
async function makeFolder(path) {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await stat(path)).isDirectory()) return;
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch((cause) => {
      if (codeOf(cause) === "EEXIST") return;
      throw new PlayheadError({ code: "DATA_NOT_WRITABLE", at: path, message: "no folder can be made here", cause });
    });
  }
}

// src/delta/properties.ts
var truth2 = (value) => /^(true|false)$/.test(value) ? void 0 : "must be true or false";
var duration = (value) => durationMs(value) === void 0 ? 'must be an interval such as "interval 7 days"' : void 0;
var wholeNumber = (least) => (value) => /^-?\d{1,9}$/.test(value) && Number(value) >= least ? void 0 : `must be a whole number from ${least} on`;
var columns2 = (value, { schema }) => {
  const unknown = value.split(",").map((name) => name.trim()).find((name) => fieldsOn(name.split("."), schema).length === 0);
  return unknown === void 0 ? void 0 : `names a column "${unknown}" that the table has not`;
};
var honoured = {
  "delta.appendOnly": truth2,
  "delta.checkpointInterval": wholeNumber(1),
  "delta.deletedFileRetentionDuration": duration,
  "delta.logRetentionDuration": duration,
  "delta.enableExpiredLogCleanup": truth2,
  "delta.dataSkippingNumIndexedCols": wholeNumber(-1),
  "delta.dataSkippingStatsColumns": columns2
};

// src/delta/skipping-values.ts
var exactScale = 40;
var powers = Array.from({ length: exactScale + 1 }, (_, i) => 10n ** BigInt(i));

// src/delta/skipping.ts
var floatStep = 2 ** -23;
var leastFloat = 2 ** -149;

// src/delta/store.ts
import { randomUUID } from "node:crypto";
import { link, open, readdir, readFile, rename, rm, stat as stat2 } from "node:fs/promises";
import { dirname as dirname2, join as join2 } from "node:path";
function createLocalStore(observe = () => {
}) {
  const writeTemporary = async (path, content) => {
    const temporary = join2(dirname2(path), `${temporaryPrefix}${randomUUID()}.tmp`);
    await observe("beginning", path);
    try {
      await makeFolder(dirname2(path));
      const file = await open(temporary, "wx");
      try {
        await file.writeFile(content);
        await observe("written", path);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {
      });
      throw storageError(error, path);
    }
    await observe("synced", path);
    return temporary;
  };
  return {
    ...reading,
    async putIfAbsent(path, content) {
      const temporary = await writeTemporary(path, content);
      try {
        await link(temporary, path);
        await observe("named", path);
      } catch (error) {
        const code = codeOf2(error) ?? "";
        if (code === "EEXIST") return false;
        if (!withoutHardLinks.has(code)) throw storageError(error, path);
        throw new PlayheadError({
          code: "DATA_NOT_WRITABLE",
          at: path,
          message: "the file system has no hard links, and without them two writers could both win",
          hint: "put the data folder on a local disk (ext4, xfs, APFS, NTFS)",
          cause: error
        });
      } finally {
        await rm(temporary, { force: true });
      }
      await observe("tidied", path);
      await syncFolder(dirname2(path));
      return true;
    },
    async put(path, content) {
      const temporary = await writeTemporary(path, content);
      try {
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw storageError(error, path);
      }
      await observe("named", path);
      await syncFolder(dirname2(path));
    },
    async sync(paths) {
      const folders = new Set(paths.map((path) => dirname2(path)));
      await inParallel(paths, async (path) => {
        const file = await openFor(path, "r+");
        await file.sync().finally(() => file.close());
      });
      await inParallel([...folders], syncFolder);
    },
    remove: (path) => rm(path, { force: true })
  };
}
var withoutHardLinks = /* @__PURE__ */ new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);
var reading = {
  list: async (folder) => await whereThere(() => readdir(folder)) ?? [],
  async facts(path) {
    const found = await whereThere(() => stat2(path));
    if (found === void 0) return void 0;
    return {
      sizeBytes: found.size,
      modifiedMs: Math.floor(found.mtimeMs),
      identity: `${found.ino}:${found.mtimeMs}:${found.size}`
    };
  },
  read: (path) => whereThere(async () => new Uint8Array(await readFile(path))),
  async walk(folder, entersFolder) {
    const entries = await whereThere(() => readdir(folder, { withFileTypes: true })) ?? [];
    const found = await Promise.all(
      entries.map(async (entry) => {
        const path = join2(folder, entry.name);
        if (entry.isDirectory()) return entersFolder(entry.name) ? this.walk(path, entersFolder) : [];
        const facts = entry.isFile() ? await this.facts(path) : void 0;
        return facts === void 0 ? [] : [{ path, facts }];
      })
    );
    return found.flat();
  }
};
var temporaryPrefix = ".playhead-";
async function openFor(path, flags) {
  try {
    return await open(path, flags);
  } catch (error) {
    throw storageError(error, path);
  }
}
async function syncFolder(folder) {
  const handle = await openFor(folder, "r");
  await handle.sync().finally(() => handle.close());
}
var openFilesMax = 32;
async function inParallel(items, work) {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.pop(); item !== void 0; item = rest.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(openFilesMax, items.length) }, worker));
}
async function whereThere(work) {
  try {
    return await work();
  } catch (error) {
    const code = codeOf2(error);
    if (code === "ENOENT" || code === "ENOTDIR") return void 0;
    throw error;
  }
}
function codeOf2(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : void 0;
}
function storageError(error, path) {
  switch (codeOf2(error)) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new PlayheadError({
        code: "DATA_NOT_WRITABLE",
        at: path,
        message: "no permission to write here",
        hint: "give this user the right to write the folder, or choose another one",
        cause: error
      });
    case "EEXIST":
    case "ENOTDIR":
      return new PlayheadError({
        code: "DATA_NOT_WRITABLE",
        at: path,
        message: "a file stands where a folder is needed",
        cause: error
      });
    case "ENOSPC":
    case "EDQUOT":
      return new PlayheadError({
        code: "DATA_DISK_FULL",
        at: path,
        message: "the disk is full; nothing was committed",
        hint: "free some space and run again",
        cause: error
      });
    default:
      return error;
  }
}
var localStore = createLocalStore();

// src/warehouse/catalog/catalog-lake.ts
import { z as z11 } from "zod";

// src/warehouse/lake.ts
function filterOf(partitions) {
  if (typeof partitions === "function") return partitions;
  return (values) => partitions.some((wanted) => Object.entries(wanted).every(([name, value]) => (values[name] ?? null) === value));
}

// src/warehouse/catalog/condition.ts
function conditionOf(predicate, spec, d) {
  switch (predicate.op) {
    case "and":
    case "or": {
      if (predicate.of.length === 0) return lit(predicate.op === "and");
      const parts = predicate.of.map((part2) => sql`(${conditionOf(part2, spec, d)})`);
      return join(parts, ` ${predicate.op} `);
    }
    case "not":
      return sql`not (${conditionOf(predicate.of, spec, d)})`;
    case "is null":
    case "is not null":
      return sql`${pathOf(predicate.column)} ${raw(predicate.op)}`;
    case "in": {
      const values = predicate.values.map((value) => literalOf(value, typeOf2(predicate.column, spec), d));
      return values.length === 0 ? lit(false) : sql`${pathOf(predicate.column)} in (${join(values)})`;
    }
    default: {
      const value = literalOf(predicate.value, typeOf2(predicate.column, spec), d);
      return sql`${pathOf(predicate.column)} ${raw(predicate.op)} ${value}`;
    }
  }
}
function inPartitions(partitions, spec, d) {
  const [name, ...others2] = spec.partitionBy;
  if (partitions.length === 0 || name === void 0) return lit(partitions.length > 0);
  const typed = (column3, value) => sql`cast(${lit(value)} as ${raw(d.type(spec.columns[column3] ?? "string"))})`;
  if (others2.length === 0) {
    const values = partitions.map((of) => of[name] ?? null).filter((value) => value !== null);
    const isOneOf2 = values.length === 0 ? [] : [sql`${ref(name)} in (${join(values.map((value) => typed(name, value)))})`];
    const isNull = values.length < partitions.length ? [sql`${ref(name)} is null`] : [];
    return join([...isOneOf2, ...isNull], " or ");
  }
  const each = partitions.map((of) => {
    const parts = Object.entries(of).map(
      ([column3, value]) => value === null ? sql`${ref(column3)} is null` : sql`${ref(column3)} = ${typed(column3, value)}`
    );
    return sql`(${join(parts, " and ")})`;
  });
  return join(each, " or ");
}
var pathOf = (column3) => typeof column3 === "string" ? ref(column3) : ref(...column3);
var typeOf2 = (column3, spec) => typeof column3 === "string" ? spec.columns[column3] : void 0;
function literalOf(value, type, d) {
  const written = value instanceof Date ? lit(value.toISOString()) : lit(value);
  return type === void 0 ? written : sql`cast(${written} as ${raw(d.type(type))})`;
}

// src/warehouse/catalog/lease.ts
import { randomUUID as randomUUID2 } from "node:crypto";
import { hostname } from "node:os";
import { z as z9 } from "zod";

// src/warehouse/catalog/if-connected.ts
async function ifConnected(tidy) {
  try {
    await tidy();
  } catch (error) {
    const isGone2 = error instanceof PlayheadError && /^(ENGINE_|QUERY_CANCELLED)/.test(error.code);
    if (!isGone2) throw error;
  }
}

// src/warehouse/catalog/progress.ts
import { z as z8 } from "zod";
var rowCountMax = 200;
var rowSchema = z8.object({ app_id: z8.string(), table_name: z8.string(), version: z8.bigint(), row_count: z8.bigint() });
var ProgressTable = class {
  #engine;
  #table;
  #reached;
  constructor(engine3, table) {
    this.#engine = engine3;
    this.#table = table;
  }
  /** Forgets what was read: another job may have come further. */
  forget() {
    this.#reached = void 0;
  }
  async reached(appId2, table) {
    this.#reached ??= await this.#read();
    return this.#reached.get(keyOf2(appId2, table));
  }
  /** @param tableVersion the version that the write made, for people who look */
  async add(appId2, table, version, tableVersion) {
    this.#reached ??= await this.#read();
    await this.#engine.run(
      sql`insert into ${this.#table} select ${lit(appId2)}, ${lit(table)}, ${bigint(version)}, ${bigint(tableVersion)}, current_timestamp()`,
      { repeat: "always" }
    );
    this.#reached.set(keyOf2(appId2, table), version);
  }
  /** Reads all of it; only for who has the lock, since it also puts the rows together where they have become many. */
  async #read() {
    const newest = sql`select app_id, table_name, max(version) as version, max(table_version) as table_version,
      max(written_at) as written_at from ${this.#table} group by app_id, table_name`;
    const rows = await this.#queryOrCreate(
      sql`select n.*, (select count(*) from ${this.#table}) as row_count from (${newest}) n`
    );
    const reached = rows.map((row) => rowSchema.parse(row));
    const count2 = reached[0]?.row_count ?? 0n;
    if (count2 > BigInt(reached.length + rowCountMax)) {
      await this.#engine.run(sql`insert overwrite ${this.#table} ${newest}`, { repeat: "always" });
    }
    return new Map(reached.map((row) => [keyOf2(row.app_id, row.table_name), row.version]));
  }
  async #queryOrCreate(query) {
    try {
      return await this.#engine.query(query);
    } catch (error) {
      if (!isMissingTable(error)) throw error;
      await this.#engine.run(
        sql`create table if not exists ${this.#table} (
          app_id string comment 'Who wrote', table_name string comment 'The table that was written',
          version bigint comment 'How far the application has come with it: the number of its run',
          table_version bigint comment 'The version of the table that the write made', written_at timestamp) using delta`,
        { repeat: "always" }
      );
      return [];
    }
  }
};
var keyOf2 = (appId2, table) => JSON.stringify([appId2, table]);
var bigint = (value) => sql`cast(${raw(String(value))} as bigint)`;
var isMissingTable = (error) => error instanceof PlayheadError && error.code === "TABLE_NOT_FOUND";

// src/warehouse/catalog/lease.ts
var leaseS = 300;
var renewalMsMin = 1e4;
var rowSchema2 = z9.object({
  holder: z9.string().nullable(),
  told: z9.string().nullable(),
  until: z9.string().nullable()
});
var Lease = class _Lease {
  #engine;
  #table;
  #at;
  #holder = randomUUID2();
  #seconds;
  /** Until when nobody else can have taken it, by this process's own clock. */
  #heldUntilMs = 0;
  #timer;
  constructor(engine3, table, at, seconds3) {
    this.#engine = engine3;
    this.#table = table;
    this.#at = at;
    this.#seconds = seconds3;
  }
  /** @throws DATA_LOCKED */
  static async take(engine3, table, at, seconds3 = leaseS) {
    const lease = new _Lease(engine3, table, at, seconds3);
    await lease.#take();
    lease.#timer = setInterval(() => lease.#renew(), Math.max(seconds3 * 1e3, renewalMsMin) / 3).unref();
    return lease;
  }
  /**
   * To be called before every write. Asks only once the time is over for which the lease is known to be held.
   * @throws DATA_LOCKED when another job has taken the lake meanwhile
   */
  async assertHeld() {
    if (performance.now() < this.#heldUntilMs) return;
    const row = await this.#extend();
    if (row.holder !== this.#holder) {
      throw this.#refusal(row.told, "this run has lost its lease, since it could not renew it in time");
    }
  }
  async release() {
    clearInterval(this.#timer);
    const mine = sql`holder = ${lit(this.#holder)}`;
    await ifConnected(() => this.#update(sql`holder = null, told = null, until = null`, mine));
  }
  async #take() {
    const askedMs = performance.now();
    const who = `process ${process.pid} on ${hostname()} since ${(/* @__PURE__ */ new Date()).toISOString()}`;
    const taking = sql`holder = ${lit(this.#holder)}, told = ${lit(who)}, until = ${this.#end}`;
    const isFree = sql`(until is null or until < current_timestamp())`;
    try {
      await this.#update(taking, isFree);
    } catch (error) {
      if (!isMissingTable(error)) throw error;
      await this.#create();
      await this.#update(taking, isFree);
    }
    const row = await this.#held(askedMs);
    if (row.holder !== this.#holder)
      throw this.#refusal(row.told, `its lease ends at ${row.until ?? "an unknown time"}`);
  }
  /** The table comes with its row, so that two jobs that find none cannot make two rows. */
  async #create() {
    const empty = sql`select cast(null as string) as holder, cast(null as string) as told, cast(null as timestamp) as until`;
    try {
      await this.#engine.run(sql`create table if not exists ${this.#table} using delta as ${empty}`);
    } catch (error) {
      const isRace = error instanceof PlayheadError && ["DELTA_CONFLICT", "QUERY_INVALID"].includes(error.code);
      if (!isRace) throw error;
    }
  }
  async #update(set, where) {
    try {
      await this.#engine.run(sql`update ${this.#table} set ${set} where ${where}`, { repeat: "conflict" });
    } catch (error) {
      if (!(error instanceof PlayheadError && error.code === "DELTA_CONFLICT")) throw error;
    }
  }
  #renew() {
    this.#extend().catch(() => void 0);
  }
  /** Makes the lease longer where it is still this one's, and tells whose it is. */
  async #extend() {
    const askedMs = performance.now();
    await this.#update(sql`until = ${this.#end}`, sql`holder = ${lit(this.#holder)}`);
    return this.#held(askedMs);
  }
  /** Whose it is; if this one's, it is so for its whole length after it was asked for. */
  async #held(askedMs) {
    const row = await this.#row();
    if (row.holder === this.#holder) this.#heldUntilMs = askedMs + this.#seconds * 1e3;
    return row;
  }
  get #end() {
    return sql`current_timestamp() + interval ${raw(String(this.#seconds))} seconds`;
  }
  async #row() {
    const [row] = await this.#engine.query(
      sql`select holder, told, cast(until as string) as until from ${this.#table}`
    );
    return rowSchema2.parse(row);
  }
  #refusal(told, why) {
    const who = told === null ? "" : ` (${told})`;
    return new PlayheadError({
      code: "DATA_LOCKED",
      at: this.#at,
      message: `another job is writing to these tables${who}: ${why}`,
      hint: "wait for it; the lease of a job that has died ends by itself"
    });
  }
};

// src/warehouse/catalog/scratch-schema.ts
import { randomUUID as randomUUID3 } from "node:crypto";
import { z as z10 } from "zod";
var schemaRow = z10.object({ namespace: z10.string() }).or(z10.object({ databaseName: z10.string() }));
var ScratchSchema = class _ScratchSchema {
  #engine;
  #path;
  #home;
  #tables = /* @__PURE__ */ new Set();
  #views = /* @__PURE__ */ new Set();
  constructor(engine3, path, home) {
    this.#engine = engine3;
    this.#path = path;
    this.#home = home;
  }
  /** Makes the schema, and drops those that runs left behind which have ended otherwise than by `close`. */
  static async open(engine3, { catalog, schema, prefix }) {
    const inCatalog = catalog === void 0 ? [] : [catalog];
    const where = catalog === void 0 ? sql`` : sql` in ${ref(catalog)}`;
    const rows = await engine3.query(sql`show schemas${where} like ${lit(`${prefix}_*`)}`);
    for (const row of rows) {
      const parsed = schemaRow.parse(row);
      const name = "namespace" in parsed ? parsed.namespace : parsed.databaseName;
      if (isScratch(prefix, name)) await engine3.run(sql`drop schema if exists ${ref(...inCatalog, name)} cascade`);
    }
    const path = [...inCatalog, `${prefix}_${randomUUID3().replaceAll("-", "").slice(0, tokenLength)}`];
    await engine3.run(sql`create schema ${ref(...path)}`);
    await engine3.run(sql`use ${ref(...path)}`);
    return new _ScratchSchema(engine3, path, ref(...inCatalog, schema));
  }
  async keep(name, query) {
    if (this.#views.delete(name)) await this.#engine.run(sql`drop view if exists ${ref(name)}`);
    const table = ref(...this.#path, name);
    if (this.#tables.has(name)) await this.#engine.run(sql`drop table if exists ${table}`);
    await this.#engine.run(sql`create table ${table} as ${query}`);
    this.#tables.add(name);
  }
  async view(name, query) {
    await this.#engine.run(sql`create or replace temporary view ${ref(name)} as ${query}`);
    this.#views.add(name);
  }
  async drop(name) {
    if (this.#views.delete(name)) await this.#engine.run(sql`drop view if exists ${ref(name)}`);
  }
  async close() {
    await ifConnected(async () => {
      for (const name of this.#views) await this.#engine.run(sql`drop view if exists ${ref(name)}`);
      this.#views.clear();
      await this.#engine.run(sql`use ${this.#home}`);
      await this.#engine.run(sql`drop schema if exists ${ref(...this.#path)} cascade`);
    });
  }
};
var tokenLength = 12;
var isScratch = (prefix, name) => {
  const [own, found] = [`${prefix}_`.toLowerCase(), name.toLowerCase()];
  return found.startsWith(own) && /^[0-9a-f]{12}$/.test(found.slice(own.length));
};

// src/warehouse/catalog/catalog-lake.ts
var versionSchema = z11.object({ version: z11.bigint() });
var countSchema = z11.object({ row_count: z11.bigint() });
var logRetention = "interval 30 days";
var CatalogLake = class {
  engine;
  place;
  #options;
  /** Catalog and schema, or the schema alone. */
  #path;
  #progress;
  /** Tables that are known to be there. */
  #known = /* @__PURE__ */ new Set();
  /** The partitions of versions of tables that were asked for. */
  #partitions = /* @__PURE__ */ new Map();
  #lease;
  constructor(options) {
    this.engine = options.engine;
    this.#options = options;
    this.#path = options.catalog === void 0 ? [options.schema] : [options.catalog, options.schema];
    this.place = this.#path.join(".");
    this.#progress = new ProgressTable(options.engine, this.#name("playhead_progress"));
  }
  async version(name) {
    try {
      const [row] = await this.engine.query(sql`describe history ${this.#name(name)} limit 1`);
      this.#known.add(name);
      return Number(versionSchema.parse(row).version);
    } catch (error) {
      if (isMissingTable(error)) return void 0;
      throw error;
    }
  }
  async txnVersion(name, appId2) {
    const reached = await this.#progress.reached(appId2, name);
    return reached === void 0 ? void 0 : Number(reached);
  }
  /** By the change feed; false where it no longer reaches back. */
  async onlyGrew(name, from, to) {
    if (to < from) return false;
    if (to === from) return true;
    const changes = this.#changes(name, from, to);
    try {
      const [row] = await this.engine.query(
        sql`select count(*) as row_count from (select 1 from ${changes} c where _change_type <> ${lit("insert")} limit 1) f`
      );
      return countSchema.parse(row).row_count === 0n;
    } catch (error) {
      if (error instanceof PlayheadError && goneCodes.some((code) => code === error.code)) return false;
      throw error;
    }
  }
  async read(spec, { version, addedAfter, partitions, where } = {}) {
    const at = version ?? await this.version(spec.name) ?? -1;
    if (at < 0 || addedAfter !== void 0 && addedAfter >= at) return this.#noRows(spec);
    const conditions2 = [];
    if (partitions !== void 0) {
      const picked = await this.#picked(spec, at, partitions);
      if (picked !== "all") conditions2.push(inPartitions(picked, spec, this.engine.dialect));
    }
    if (where !== void 0) conditions2.push(conditionOf(where, spec, this.engine.dialect));
    const isAll = addedAfter === void 0 || addedAfter < 0;
    if (!isAll) conditions2.push(sql`_change_type = ${lit("insert")}`);
    const rows = isAll ? sql`${this.#name(spec.name)} version as of ${lit(at)}` : sql`${this.#changes(spec.name, addedAfter, at)}`;
    const filter = conditions2.length === 0 ? sql`` : sql` where (${join(conditions2, ") and (")})`;
    return sql`(select ${columnNames(spec)} from ${rows} as t${filter})`;
  }
  /** Remembers how far an application has come with a table where it had nothing to write. */
  async noteProgress(name, { appId: appId2, version }) {
    await this.#lease?.assertHeld();
    await this.#progress.add(appId2, name, BigInt(version), -1);
  }
  append(spec, rows, options = {}) {
    return this.#write(spec, options, async () => {
      if (options.mark !== void 0 && await this.#hasRow(spec, options.mark)) return;
      await this.engine.run(sql`insert into ${this.#name(spec.name)} ${this.#cast(spec, rows)}`, {
        repeat: "conflict"
      });
    });
  }
  overwrite(spec, rows, options = {}) {
    return this.#write(
      spec,
      options,
      () => this.engine.run(sql`insert overwrite ${this.#name(spec.name)} ${this.#cast(spec, rows)}`, always)
    );
  }
  replacePartitions(spec, rows, partitions, options = {}) {
    return this.#write(spec, options, async () => {
      const picked = await this.#replaced(spec, rows, partitions);
      if (picked.length === 0) return;
      const where = inPartitions(picked, spec, this.engine.dialect);
      await this.engine.run(
        sql`insert into ${this.#name(spec.name)} replace where ${where} ${this.#cast(spec, rows)}`,
        always
      );
    });
  }
  async merge(spec, rows, key, options = {}) {
    await this.#assertUnique(spec, rows, key);
    return this.#write(spec, options, () => {
      const names = Object.keys(spec.columns);
      const list = (alias) => join(names.map((name) => ref(alias, name)));
      const on = join(
        key.map((name) => sql`${ref("t", name)} = ${ref("s", name)}`),
        " and "
      );
      const set = join(names.map((name) => sql`${ref("t", name)} = ${ref("s", name)}`));
      return this.engine.run(
        sql`merge into ${this.#name(spec.name)} as t using (${this.#cast(spec, rows)}) as s on ${on}
        when matched then update set ${set}
        when not matched then insert (${columnNames(spec)}) values (${list("s")})`,
        always
      );
    });
  }
  async lock() {
    const { leaseS: seconds3 } = this.#options;
    const lease = await Lease.take(this.engine, this.#name("playhead_locks"), this.place, seconds3);
    this.#lease = lease;
    this.#progress.forget();
    return {
      release: async () => {
        this.#lease = void 0;
        await lease.release();
      }
    };
  }
  /** A schema of this run's own, since a run that lost its lease must not meet the tables of the next. */
  workspace() {
    const { catalog, schema, scratchSchema } = this.#options;
    assert(this.#lease !== void 0, "only who has the lock drops what others left");
    return ScratchSchema.open(this.engine, { catalog, schema, prefix: scratchSchema ?? `${schema}_scratch` });
  }
  async #write(spec, { txn: txn2 }, change) {
    const reached = txn2 === void 0 ? void 0 : await this.#progress.reached(txn2.appId, spec.name);
    if (txn2 !== void 0 && reached !== void 0 && reached >= BigInt(txn2.version)) {
      return { version: await this.#newest(spec.name), wasMade: true };
    }
    await this.#lease?.assertHeld();
    if (!this.#known.has(spec.name)) await this.#create(spec);
    await change();
    const version = await this.#newest(spec.name);
    if (txn2 !== void 0) await this.#progress.add(txn2.appId, spec.name, BigInt(txn2.version), version);
    return { version, wasMade: false };
  }
  async #newest(name) {
    const version = await this.version(name);
    assert(version !== void 0, `${name} has been written`);
    return version;
  }
  async #create(spec) {
    const { comment } = this.#options;
    const columns4 = Object.entries(spec.columns).map(([name, type]) => {
      const says = comment?.(name);
      return sql`${ref(name)} ${this.#type(type)}${says === void 0 ? sql`` : sql` comment ${lit(says)}`}`;
    });
    const partitions = spec.partitionBy.length === 0 ? sql`` : sql` partitioned by (${join(spec.partitionBy.map((name) => ref(name)))})`;
    const properties = sql`'delta.enableChangeDataFeed' = 'true', 'delta.logRetentionDuration' = ${lit(logRetention)}`;
    await this.engine.run(
      sql`create table if not exists ${this.#name(spec.name)} (${join(columns4)}) using delta${partitions} tblproperties (${properties})`,
      always
    );
    this.#known.add(spec.name);
  }
  /** The partitions that a write replaces: those of the table that the filter picks, and those of the rows. */
  async #replaced(spec, rows, partitions) {
    if (typeof partitions !== "function") return partitions;
    const picks = filterOf(partitions);
    const ofRows = await this.#distinct(spec, sql`(${rows})`);
    const ofTable = await this.#distinct(spec, this.#name(spec.name));
    const outside = ofRows.find((values) => !picks(values));
    if (outside !== void 0) {
      throw new PlayheadError({
        code: "DELTA_SCHEMA_MISMATCH",
        at: spec.name,
        message: `a row lies in ${JSON.stringify(outside)}, which is not among the partitions to replace`
      });
    }
    const all = [...ofTable.filter(picks), ...ofRows];
    return [...new Map(all.map((values) => [JSON.stringify(values), values])).values()];
  }
  async #picked(spec, version, partitions) {
    if (typeof partitions !== "function") return partitions;
    const key = `${spec.name}@${version}`;
    const known = this.#partitions.get(key) ?? await this.#distinct(spec, sql`${this.#name(spec.name)} version as of ${lit(version)}`);
    this.#partitions.set(key, known);
    const picked = known.filter(filterOf(partitions));
    return picked.length === known.length ? "all" : picked;
  }
  async #distinct(spec, relation) {
    const names = spec.partitionBy;
    const texts3 = names.map((name) => sql`cast(${ref(name)} as ${this.#type("string")}) as ${ref(name)}`);
    const rows = await this.engine.query(sql`select distinct ${join(texts3)} from ${relation}`);
    const schema = z11.object(Object.fromEntries(names.map((name) => [name, z11.string().nullable()])));
    return rows.map((row) => schema.parse(row));
  }
  async #hasRow(spec, condition) {
    const [row] = await this.engine.query(
      sql`select count(*) as row_count from (select 1 from ${this.#name(spec.name)} where ${condition} limit 1) f`
    );
    return countSchema.parse(row).row_count > 0n;
  }
  async #assertUnique({ name, columns: columns4 }, rows, key) {
    const refuse = (message) => new PlayheadError({
      code: "DELTA_AMBIGUOUS_KEY",
      at: name,
      message,
      hint: "make the rows unique by their key first"
    });
    if (key.length === 0 || key.some((column3) => !(column3 in columns4))) throw refuse("no such key to merge by");
    const isNull = join(
      key.map((column3) => sql`${ref(column3)} is null`),
      " or "
    );
    const list = join(key.map((column3) => ref(column3)));
    const [row] = await this.engine.query(sql`select count(*) as row_count from (
      select 1 from (${rows}) r group by ${list} having count(*) > 1 or max(case when ${isNull} then 1 else 0 end) = 1 limit 1) f`);
    if (countSchema.parse(row).row_count === 0n) return;
    throw refuse(`rows without a key or with a key of another (${key.join(", ")}); nothing was changed`);
  }
  /** The rows in the table's order of columns and in its types: SQL inserts by position. */
  #cast(spec, rows) {
    const columns4 = Object.entries(spec.columns).map(
      ([name, type]) => sql`cast(${ref(name)} as ${this.#type(type)}) as ${ref(name)}`
    );
    return sql`select ${join(columns4)} from (${rows}) as r`;
  }
  #noRows(spec) {
    const columns4 = Object.entries(spec.columns).map(
      ([name, type]) => sql`cast(null as ${this.#type(type)}) as ${ref(name)}`
    );
    return sql`(select ${join(columns4)} where 1 = 0)`;
  }
  /** What happened to a table after one version and up to another. */
  #changes(name, after, to) {
    const path = [...this.#path, name].map((part2) => this.engine.dialect.quoteName(part2)).join(".");
    return sql`table_changes(${lit(path)}, ${lit(after + 1)}, ${lit(to)})`;
  }
  #name(table) {
    return ref(...this.#path, table);
  }
  #type(type) {
    return raw(this.engine.dialect.type(type));
  }
};
var columnNames = (spec) => join(Object.keys(spec.columns).map((name) => ref(name)));
var always = { repeat: "always" };
var goneCodes = ["DELTA_VERSION_NOT_FOUND", "DELTA_MISSING_FILE", "DELTA_MISSING_COMMIT"];

// src/warehouse/deleted-rows.ts
var rowsOfBlock = 256;

// src/warehouse/read-files.ts
var isNotDeleted = sql`(x.bits is null or get_bit(x.bits, cast(d.file_row_number % ${raw(String(rowsOfBlock))} as integer)) = 0)`;
var fileColumnName = "playhead_file";
var fileColumn = ref(fileColumnName);
var fileNumber = ref("playhead_file_number");
var withRowNumber = sql`filename = ${lit(fileColumnName)}, file_row_number = true`;

// src/warehouse/table-spec.ts
var deltaTypes = {
  string: "string",
  bigint: "long",
  integer: "integer",
  double: "double",
  boolean: "boolean",
  timestamp: "timestamp",
  date: "date",
  string_list: { type: "array", elementType: "string", containsNull: true },
  double_pair_list: {
    type: "array",
    elementType: { type: "struct", fields: [column("from_s", "double"), column("to_s", "double")] },
    containsNull: true
  }
};

// src/warehouse/lock-folder.ts
import { z as z12 } from "zod";
var holderSchema = z12.object({ pid: z12.int().positive(), host: z12.string(), since: z12.string() });

// src/warehouse/merge.ts
import { z as z13 } from "zod";
var countsSchema = z13.object({ row_count: z13.bigint(), key_count: z13.bigint(), null_count: z13.bigint() });
var indexSchema = z13.object({ i: z13.int() });
var rangeSchema = z13.object({ least: z13.string().nullable(), largest: z13.string().nullable() });
var fileSchema = z13.object({ path: z13.string() });

// src/warehouse/write-files.ts
import { z as z14 } from "zod";
var openPartitionsMax = 2e3;
var statsRow = z14.object({
  filename: z14.string(),
  count: z14.bigint(),
  file_size_bytes: z14.bigint(),
  // A map of maps with some hundred entries a file: read by hand below, since a schema takes longer than the writing.
  column_statistics: z14.unknown(),
  partition_keys: z14.array(z14.object({ key: z14.string(), value: z14.string().nullable() })).nullable()
});
var prepareWrites = sql`set partitioned_write_max_open_files = ${lit(openPartitionsMax)}`;

// src/warehouse/optimize.ts
var targetDefault = 128 * 1024 * 1024;

// src/warehouse/reading-session.ts
import { z as z15 } from "zod";
var serialized = z15.discriminatedUnion("error", [
  z15.object({ error: z15.literal(false), statements: z15.array(z15.unknown()) }),
  z15.object({ error: z15.literal(true), error_type: z15.string(), error_message: z15.string().default("") })
]);

// src/warehouse/spark/spark-engine.ts
import { setTimeout as delay } from "node:timers/promises";

// src/warehouse/spark/open-spark.ts
var hiveV10 = 9;
var sparkV8 = 42248;
var columnBased = 1;
function sessionRequestForSpark(request) {
  delete request.client_protocol_i64;
  delete request.initialNamespace;
  request.client_protocol = hiveV10;
  return request;
}
function sessionAnswerOfSpark(answer) {
  answer.serverProtocolVersion = sparkV8;
  return answer;
}
function executeRequestForSpark(request) {
  const parameters = request.parameters ?? [];
  delete request.parameters;
  if (parameters.length === 0) return request;
  const bound = parameters.map((parameter) => `${literalOf2(parameter)} AS ${String(parameter.name)}`);
  request.statement = `EXECUTE IMMEDIATE ${quoted(String(request.statement))} USING ${bound.join(", ")}`;
  return request;
}
function metadataOfSpark(answer) {
  answer.resultFormat = columnBased;
  for (const column3 of answer.schema?.columns ?? []) column3.position += 1;
  return answer;
}
function statusOfSpark(answer) {
  if (answer.errorMessage !== void 0 && answer.errorMessage !== null) answer.displayMessage = answer.errorMessage;
  return answer;
}
var quoted = (text3) => `'${text3.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
function literalOf2({ type, value }) {
  const text3 = value?.stringValue;
  if (text3 === void 0 || text3 === null) return "NULL";
  switch (type) {
    case "BOOLEAN":
      return /^true$/i.test(text3) ? "TRUE" : "FALSE";
    case "BIGINT":
      return `${/^-?\d+$/.exec(text3)?.[0] ?? notA(type, text3)}L`;
    case "INTEGER":
      return /^-?\d+$/.exec(text3)?.[0] ?? notA(type, text3);
    case "DOUBLE":
      return `${/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.exec(text3)?.[0] ?? notA(type, text3)}D`;
    case "STRING":
      return quoted(text3);
    default:
      return notA(String(type), text3);
  }
}
function notA(type, text3) {
  throw new TypeError(`"${text3}" is no ${type} that open Spark can be given`);
}

// src/warehouse/spark/failures.ts
var rights = {
  code: "ENGINE_NO_RIGHTS",
  hint: "grant them to the user or service principal that Playhead connects as: docs/databricks.md lists them"
};
var noTable = {
  code: "TABLE_NOT_FOUND",
  hint: "look at engine.catalog and engine.schema, and at the name in the configuration"
};
var noColumn = {
  code: "COLUMN_NOT_FOUND",
  hint: "look at the mapping of the source: it names a column that the table has not"
};
var noCast = {
  code: "VALUE_NOT_CASTABLE",
  hint: "correct the mapping (the type or the time format), or the value in the source"
};
var vacuumed = {
  code: "DELTA_MISSING_FILE",
  hint: "run the job with --full, or keep more history: raise delta.deletedFileRetentionDuration of the table"
};
var noVersion = {
  code: "DELTA_VERSION_NOT_FOUND",
  hint: "the log of the table no longer has it: run the job with --full, or raise delta.logRetentionDuration"
};
var conflict = {
  code: "DELTA_CONFLICT",
  hint: "another writer was faster; run the command again",
  outcome: "conflict"
};
var settings = {
  code: "ENGINE_SETTINGS",
  hint: "use a SQL warehouse, or a Spark of version 4 whose session settings can be changed"
};
var noTime = {
  code: "ENGINE_TIMEOUT",
  hint: "raise engine.statement_timeout_s, or take a larger warehouse"
};
var byClass = [
  [/^DELTA_(CONCURRENT_|METADATA_CHANGED|PROTOCOL_CHANGED)/, conflict],
  [
    /^(DELTA_CHANGE_DATA_FILE_NOT_FOUND|DELTA_FILE_NOT_FOUND|FAILED_READ_FILE\.FILE_NOT_EXIST|DELTA_TRUNCATED_TRANSACTION_LOG)/,
    vacuumed
  ],
  [
    /^DELTA_(VERSION_NOT_FOUND|INVALID_CDC_RANGE|TIMESTAMP_EARLIER_THAN|VERSION_INVALID|LOG_FILE_NOT_FOUND|CANNOT_RESTORE_TABLE_VERSION)/,
    noVersion
  ],
  [
    /^(TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND|CATALOG_NOT_FOUND|NO_SUCH_CATALOG_EXCEPTION|DELTA_(TABLE|PATH)_(NOT_FOUND|DOES_NOT_EXIST)|DELTA_MISSING_DELTA_TABLE|REQUIRES_SINGLE_PART_NAMESPACE)/,
    noTable
  ],
  [/^(UNRESOLVED_COLUMN|UNRESOLVED_FIELD|FIELD_NOT_FOUND|UNRESOLVED_MAP_KEY|DELTA_COLUMN_NOT_FOUND)/, noColumn],
  [
    /^(CAST_INVALID_INPUT|CAST_OVERFLOW|CANNOT_PARSE_TIMESTAMP|CANNOT_PARSE_DECIMAL|DATATYPE_MISMATCH\.CAST_|CONVERSION_INVALID_INPUT|NUMERIC_VALUE_OUT_OF_RANGE|DELTA_FAILED_TO_MERGE_FIELDS)/,
    noCast
  ],
  [
    /^(INSUFFICIENT_PERMISSIONS|INSUFFICIENT_PRIVILEGES|PERMISSION_DENIED|UC_PERMISSION_DENIED|UNAUTHORIZED_ACCESS)/,
    rights
  ],
  [/^(CONFIG_NOT_AVAILABLE|CANNOT_MODIFY_CONFIG|CANNOT_MODIFY_STATIC_CONFIG)/, settings],
  [/^(OPERATION_CANCELED_BY_TIMEOUT|QUERY_EXECUTION_TIMEOUT|STATEMENT_TIMEOUT)/, noTime]
];
var byState = {
  "42501": rights,
  "42P01": noTable,
  "42704": noTable,
  "42703": noColumn,
  "22018": noCast,
  "2D521": conflict,
  "57KD0": noTime
};
var byException = [
  [/\bdelta\.VersionNotFoundException\b/, noVersion],
  [
    /\b(Concurrent(Append|DeleteRead|DeleteDelete|Transaction|Write)|MetadataChanged|ProtocolChanged)Exception\b/,
    conflict
  ],
  [/\bjava\.io\.FileNotFoundException\b/, vacuumed],
  [/\bAccessControlException\b/, rights]
];
function failureOf(cause, place) {
  if (cause instanceof PlayheadError) return { outcome: "final", error: cause };
  const at = place.statement === void 0 ? place.engine : `${place.engine}, SQL: ${place.statement.slice(0, 200)}`;
  const known = (code, message, hint, outcome2) => ({
    outcome: outcome2,
    error: new PlayheadError({ code, message, at: code.startsWith("ENGINE_UN") ? place.engine : at, hint, cause })
  });
  const http = statusOf(cause);
  if (http !== void 0) return { ...ofHttp(http, known), retryAfterMs: retryAfterOf(cause) };
  const network = networkOf(cause);
  if (network !== void 0) return ofNetwork(network, known);
  const oauth = text2(cause, "error");
  if (oauth !== void 0 || ["OPError", "RPError", "AuthenticationError"].includes(classOf(cause))) {
    return known("ENGINE_UNAUTHORIZED", `OAuth was refused (${oauth ?? messageOf(cause)})`, secretHint, "final");
  }
  return ofStatement(cause, known);
}
var secretHint = "set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, to ones that are valid there";
function ofHttp(status, known) {
  if (status === 401) return known("ENGINE_UNAUTHORIZED", "the token is refused (HTTP 401)", secretHint, "final");
  if (status === 403) {
    const hint = "the token may have expired, or its owner may not use this warehouse (CAN USE)";
    return known("ENGINE_UNAUTHORIZED", "access is refused (HTTP 403)", hint, "final");
  }
  if (status === 404 || status === 400 || status === 405) {
    const hint = "look at engine.path: the warehouse shows it under Connection details, HTTP path";
    return known("ENGINE_UNREACHABLE", `there is no warehouse at this path (HTTP ${status})`, hint, "final");
  }
  if (status === 429 || status === 503) {
    const hint = "start the warehouse, let it start by itself, or raise engine.start_timeout_s";
    return known("ENGINE_UNAVAILABLE", `the warehouse is stopped, starting or busy (HTTP ${status})`, hint, "refused");
  }
  return known("ENGINE_CONNECTION_LOST", `the warehouse answered HTTP ${status}`, "run the command again", "lost");
}
var unreachableCodes = /* @__PURE__ */ new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
function ofNetwork(code, known) {
  if (unreachableCodes.has(code)) {
    return known(
      "ENGINE_UNREACHABLE",
      `no connection (${code})`,
      "look at engine.host and engine.port, and at the network",
      "unreachable"
    );
  }
  if (/CERT|SELF_SIGNED|TLS|SSL|EPROTO|UNABLE_TO|ALTNAME/.test(code)) {
    const hint = "set engine.ca_file to the certificate of the authority that signed it";
    return known(
      "ENGINE_UNREACHABLE",
      `the certificate or the TLS of the host is not accepted (${code})`,
      hint,
      "final"
    );
  }
  return known("ENGINE_CONNECTION_LOST", `the connection broke (${code})`, "run the command again", "lost");
}
function ofStatement(cause, known) {
  const answer = field2(cause, "response");
  const message = messageOf(cause);
  const errorClass = /\[([A-Z][A-Z0-9]*_[A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\]/.exec(message)?.[1];
  const state2 = text2(answer, "sqlState") ?? /SQLSTATE: ?([0-9A-Z]{5})/.exec(message)?.[1];
  const said = sentenceOf(message, errorClass);
  const kind7 = text2(cause, "errorCode");
  if (kind7 === "CANCELED" || kind7 === "CLOSED") {
    return known("QUERY_CANCELLED", "the statement was cancelled at the warehouse", "run the command again", "final");
  }
  if (kind7 === "TIMEOUT") return known(noTime.code, "the statement took too long", noTime.hint, "final");
  if (/session (was closed|handle|.*(expired|not found|does not exist))|Invalid SessionHandle/i.test(message)) {
    const what = "the session is gone: the warehouse was restarted or waited too long";
    return known("ENGINE_CONNECTION_LOST", what, "run the command again", "final");
  }
  if (kind7 === void 0 && state2 === void 0 && errorClass === void 0 && text2(cause, "name") !== "Status Error") {
    return known("INTERNAL", `the driver of the warehouse failed: ${said}`, "report it with the log", "final");
  }
  const meaning = byClass.find(([pattern]) => errorClass !== void 0 && pattern.test(errorClass))?.[1] ?? (state2 === void 0 ? void 0 : byState[state2]) ?? byException.find(([pattern]) => pattern.test(message))?.[1];
  if (meaning !== void 0) return known(meaning.code, said, meaning.hint, meaning.outcome ?? "final");
  return known("QUERY_INVALID", said, "the words are the engine's", "final");
}
function sentenceOf(message, errorClass) {
  const [told = ""] = message.split(/\n\s+at /);
  const from = errorClass === void 0 ? -1 : told.lastIndexOf(`[${errorClass}]`);
  const [line = ""] = told.slice(Math.max(from, 0)).split("\n");
  const sentence = line.replace(/^.*\b(?:[a-z]\w*\.)+\w*(?:Exception|Error): /, "").trim();
  return sentence === "" ? "the statement failed without a word" : sentence;
}
function statusOf(cause) {
  const status = field2(cause, "statusCode");
  if (typeof status === "number") return status;
  const told = /^Hive driver: (\d{3}) when connecting to resource/.exec(messageOf(cause))?.[1];
  return told === void 0 ? void 0 : Number(told);
}
function retryAfterOf(cause) {
  const headers = field2(field2(cause, "response"), "headers");
  const get = field2(headers, "get");
  if (typeof get !== "function") return void 0;
  const seconds3 = Number(get.call(headers, "retry-after") ?? Number.NaN);
  return Number.isFinite(seconds3) && seconds3 > 0 ? seconds3 * 1e3 : void 0;
}
function networkOf(cause) {
  const code = text2(cause, "code");
  if (code !== void 0 && /^[A-Z][A-Z0-9_]{3,}$/.test(code)) return code;
  const message = messageOf(cause);
  const told = /(socket hang up|premature close|Request timed out|Hive driver: Error when connecting)/i.exec(
    message
  )?.[1];
  if (told !== void 0) return told;
  return field2(cause, "type") === "system" ? message : void 0;
}
function field2(value, name) {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : void 0;
}
var classOf = (value) => value instanceof Error ? value.constructor.name : "";
function text2(value, name) {
  const held = field2(value, name);
  return typeof held === "string" && held !== "" ? held : void 0;
}
var messageOf = (cause) => text2(cause, "message") ?? (typeof cause === "string" ? cause : "no reason was given");

// src/warehouse/spark/retry.ts
var retryDefaults = { attemptsMax: 5, delayMs: 500, delayMsMax: 3e4, startTimeoutS: 600 };
async function persist(how, attempt) {
  const { clock: clock3, signal } = how;
  const startedAt = clock3.now();
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (cause) {
      const failure = failureOf(cause, how.place);
      const pauseMs = mayAskAgain(failure, how, made, clock3.now() - startedAt) ? pauseOf(failure, how.retry, made) : null;
      if (pauseMs === null || signal.aborted) throw failure.error;
      await clock3.wait(pauseMs, signal);
      if (signal.aborted) throw failure.error;
    }
  }
}
function mayAskAgain({ outcome: outcome2 }, how, made, passedMs) {
  const { attemptsMax, startTimeoutS } = { ...retryDefaults, ...defined(how.retry) };
  switch (outcome2) {
    case "refused":
      return passedMs < startTimeoutS * 1e3;
    case "conflict":
      return how.repeat !== "never" && made < attemptsMax;
    case "lost":
      return how.repeat === "always" && made < attemptsMax;
    case "unreachable":
      return how.hasConnected && made < attemptsMax;
    case "final":
      return false;
  }
}
function pauseOf({ retryAfterMs = 0 }, retry, made) {
  const { delayMs, delayMsMax } = { ...retryDefaults, ...defined(retry) };
  return Math.max(retryAfterMs, Math.min(delayMs * 2 ** (made - 1), delayMsMax));
}
var defined = (retry = {}) => Object.fromEntries(Object.entries(retry).filter(([, value]) => value !== void 0));

// src/warehouse/spark/values.ts
var typeIds = { bigint: 4, string: 7, timestamp: 8, date: 17, decimal: 15 };
function parametersOf(values) {
  for (const value of values) {
    if (typeof value !== "number" || Number.isFinite(value)) continue;
    throw new PlayheadError({ code: "QUERY_INVALID", message: `${value} cannot be a parameter; write it as a cast` });
  }
  return Object.fromEntries(values.map((value, i) => [`p${i + 1}`, value]));
}
var typeOf3 = (column3) => column3.typeDesc?.types[0]?.primitiveEntry?.type;
function rowsOf(rows, schema) {
  const readers = schema.columns.map((column3) => [column3.columnName, readerOf(typeOf3(column3))]);
  return rows.map((row) => {
    const values = new Map(Object.entries(row));
    return Object.fromEntries(readers.map(([name, read]) => [name, nullOr(values.get(name), read)]));
  });
}
var nullOr = (value, read) => value === null || value === void 0 ? null : read(value);
function readerOf(type) {
  switch (type) {
    case typeIds.bigint:
      return bigintOf;
    case typeIds.decimal:
      return Number;
    case typeIds.timestamp:
    case typeIds.date:
      return instantOf;
    default:
      return (value) => value;
  }
}
function bigintOf(value) {
  if (typeof value === "bigint") return value;
  if (typeof value === "string") return BigInt(value);
  assert(typeof value === "number" && Number.isSafeInteger(value), "a BIGINT comes with all its digits");
  return BigInt(value);
}
function instantOf(value) {
  if (value instanceof Date) return value;
  const text3 = String(value);
  return /* @__PURE__ */ new Date(text3.includes(" ") ? `${text3.replace(" ", "T")}Z` : `${text3}T00:00:00Z`);
}
function keepDigits(results) {
  for (const { i64Val } of results?.columns ?? []) {
    if (i64Val) i64Val.values = i64Val.values.map(digitsOf);
  }
}
function digitsOf(value) {
  if (typeof value !== "object" || value === null || !("toOctetString" in value)) return value;
  assert(typeof value.toOctetString === "function", "a 64-bit integer of the wire tells its octets");
  return String(BigInt.asIntN(64, BigInt(`0x${value.toOctetString()}`)));
}

// src/warehouse/spark/client.ts
var silent = { log: () => void 0 };
var nobody = { Authorization: `Basic ${Buffer.from("playhead:none").toString("base64")}` };
async function connectClient(driver, options) {
  const { delayMs, delayMsMax, attemptsMax } = options.retry ?? {};
  const common = {
    host: options.host,
    path: options.path,
    userAgentEntry: "Playhead",
    preserveBigNumericPrecision: true,
    telemetryEnabled: false,
    // Of the questions after a statement (is it done, give me rows), which the driver knows to be harmless.
    retryMaxAttempts: attemptsMax ?? retryDefaults.attemptsMax,
    retryDelayMin: delayMs ?? retryDefaults.delayMs,
    retryDelayMax: delayMsMax ?? retryDefaults.delayMsMax,
    ...options.port === void 0 ? {} : { port: options.port },
    ...options.ca === void 0 ? {} : { customCaCert: options.ca }
  };
  const client = new (clientClass(driver, options))({ logger: silent });
  if (options.kind === "spark") {
    await client.connect({ ...common, authType: "custom", provider: { authenticate: async () => nobody } });
  } else if (options.auth.kind === "token") {
    await client.connect({ ...common, token: options.auth.token });
  } else {
    const { clientId, clientSecret } = options.auth;
    await client.connect({
      ...common,
      authType: "databricks-oauth",
      oauthClientId: clientId,
      oauthClientSecret: clientSecret,
      // Else the driver would take them for ones of Entra ID there.
      useDatabricksOAuthInAzure: true
    });
  }
  return client;
}
function clientClass({ DBSQLClient, connections }, options) {
  return class extends DBSQLClient {
    #wire;
    #plain;
    async getDriver() {
      this.#wire ??= exactWire(await super.getDriver(), options.kind);
      return this.#wire;
    }
    async getConnectionProvider() {
      if (options.kind === "databricks" || options.protocol === "https") return super.getConnectionProvider();
      const { host, port, path } = options;
      this.#plain ??= new connections.HttpConnection({ host, port, path, https: false }, this);
      return this.#plain;
    }
  };
}
function exactWire(wire, kind7) {
  const isOpen = kind7 === "spark";
  const changed2 = {
    async fetchResults(request) {
      const answer = await wire.fetchResults(request);
      keepDigits(answer.results);
      return answer;
    },
    async executeStatement(request) {
      const answer = await wire.executeStatement(isOpen ? executeRequestForSpark(request) : request);
      keepDigits(answer.directResults?.resultSet?.results);
      return answer;
    },
    ...isOpen ? {
      openSession: async (request) => sessionAnswerOfSpark(await wire.openSession(sessionRequestForSpark(request))),
      getResultSetMetadata: async (request) => metadataOfSpark(await wire.getResultSetMetadata(request)),
      getOperationStatus: async (request) => statusOfSpark(await wire.getOperationStatus(request))
    } : {}
  };
  return new Proxy(wire, {
    get: (target2, name) => Reflect.get(Object.hasOwn(changed2, name) ? changed2 : target2, name)
  });
}

// src/warehouse/spark/spark-engine.ts
var systemClock = {
  now: () => performance.now(),
  wait: async (ms, signal) => {
    await delay(ms, void 0, { signal }).catch(() => void 0);
  }
};
var cancelWaitMs = 5e3;
async function openSparkEngine(options) {
  const driver = await import("@databricks/sql");
  const clock3 = options.clock ?? systemClock;
  const place = { engine: placeOf(options) };
  let client;
  try {
    client = await connectClient(driver, options);
  } catch (cause) {
    throw failureOf(cause, place).error;
  }
  try {
    return await SparkEngine.open({ client, options, clock: clock3 }, true);
  } catch (error) {
    await client.close().catch(() => void 0);
    throw error;
  }
}
var SparkEngine = class _SparkEngine {
  dialect = spark;
  #connection;
  #session;
  #ownsClient;
  #interrupted = new AbortController();
  constructor(connection2, session, ownsClient) {
    this.#connection = connection2;
    this.#session = session;
    this.#ownsClient = ownsClient;
  }
  /** Opens a session. @internal */
  static async open(connection2, ownsClient) {
    const { client, options, clock: clock3 } = connection2;
    const session = await persist(
      {
        clock: clock3,
        retry: options.retry,
        place: { engine: placeOf(options) },
        repeat: "always",
        hasConnected: !ownsClient,
        signal: options.signal ?? neverAborted
      },
      () => client.openSession()
    );
    const engine3 = new _SparkEngine(connection2, session, ownsClient);
    await engine3.#settle();
    return engine3;
  }
  /** Another session over the same connection, with temporary views of its own. */
  connect() {
    return _SparkEngine.open(this.#connection, false);
  }
  async run(statement, { repeat = "never" } = {}) {
    await this.#execute(statement, repeat, async (operation) => operation.finished());
  }
  query(statement) {
    return this.#execute(statement, "always", async (operation) => {
      await operation.finished();
      const schema = await operation.getSchema();
      return schema === null ? [] : rowsOf(await operation.fetchAll(), schema);
    });
  }
  interrupt() {
    this.#interrupted.abort();
    this.#interrupted = new AbortController();
  }
  async close() {
    try {
      await (this.#ownsClient ? this.#connection.client.close() : this.#session.close());
    } catch (cause) {
      const { error } = failureOf(cause, { engine: placeOf(this.#connection.options) });
      if (!error.code.startsWith("ENGINE_")) throw error;
    }
  }
  /** What answers. */
  async versions() {
    const isDatabricks = this.#connection.options.kind === "databricks";
    const [row] = await this.query(sql`select version() as spark`);
    const databricks = isDatabricks ? await this.#databricksVersion() : null;
    return { spark: String(row?.["spark"]).split(" ")[0] ?? "", databricks };
  }
  async #databricksVersion() {
    try {
      const [row] = await this.query(
        sql`select coalesce(current_version().dbsql_version, current_version().dbr_version) as version`
      );
      return row === void 0 ? null : String(row["version"]);
    } catch (error) {
      if (error instanceof PlayheadError && error.code === "QUERY_INVALID") return null;
      throw error;
    }
  }
  /** The session's settings, and the schema that names are looked up in. */
  async #settle() {
    const { options } = this.#connection;
    const always2 = { repeat: "always" };
    await this.run(sql`set time zone 'UTC'`, always2);
    if (options.kind === "databricks") {
      await this.run(sql`set ansi_mode = true`, always2);
      await this.run(sql`set statement_timeout = ${lit(timeoutOf(options))}`, always2);
    } else {
      await this.run(sql`set spark.sql.ansi.enabled = true`, always2);
    }
    if (options.schema !== void 0) {
      const path = options.catalog === void 0 ? [options.schema] : [options.catalog, options.schema];
      await this.run(sql`use ${ref(...path)}`, always2);
    }
    if (!await this.#isAnsi() && options.kind === "databricks") {
      await this.run(sql`set spark.sql.ansi.enabled = true`, always2);
    }
    await this.#verify();
  }
  async #verify() {
    const [row] = await this.query(sql`select current_timezone() as time_zone`);
    const zone = String(row?.["time_zone"]);
    const isUtc = ["UTC", "Etc/UTC", "Z", "GMT", "+00:00"].includes(zone);
    if (isUtc && await this.#isAnsi()) return;
    throw new PlayheadError({
      code: "ENGINE_SETTINGS",
      at: placeOf(this.#connection.options),
      message: isUtc ? "the session is not in ANSI mode" : `the session's time zone is ${zone}`,
      hint: "take a warehouse or a Spark whose sessions may set ANSI mode and the time zone UTC"
    });
  }
  /** ANSI mode makes the text a number here, the older rules make the number a text. */
  async #isAnsi() {
    const [row] = await this.query(sql`select typeof(coalesce(1, '1')) as type`);
    return row?.["type"] !== "string";
  }
  #execute(statement, repeat, read) {
    const { options, clock: clock3 } = this.#connection;
    const { text: text3, values } = compile(statement, spark);
    const parameters = parametersOf(values);
    const signal = AbortSignal.any([this.#interrupted.signal, options.signal ?? neverAborted]);
    const place = { engine: placeOf(options), statement: text3 };
    return persist({ clock: clock3, retry: options.retry, place, repeat, hasConnected: true, signal }, async () => {
      if (signal.aborted) throw cancelled(place.engine);
      const timeout = timeoutOf(options);
      const start = () => this.#session.executeStatement(text3, { namedParameters: parameters, queryTimeout: timeout });
      const ended = await runUntil({ start, read, clock: clock3, timeoutMs: timeout * 1e3, signal });
      switch (ended.kind) {
        case "done":
          return ended.value;
        case "interrupted":
          throw cancelled(place.engine);
        case "late":
          throw new PlayheadError({
            code: "ENGINE_TIMEOUT",
            at: `${place.engine}, SQL: ${text3.slice(0, 200)}`,
            message: `the statement took longer than ${timeout} s and was cancelled`,
            hint: "raise engine.statement_timeout_s, or take a larger warehouse"
          });
      }
    });
  }
};
async function runUntil({ start, read, clock: clock3, timeoutMs, signal }) {
  let running;
  let isGivenUp = false;
  const work = async () => {
    const operation = await start();
    running = operation;
    try {
      if (isGivenUp) await operation.cancel();
      return { kind: "done", value: await read(operation) };
    } finally {
      await operation.close().catch(() => void 0);
    }
  };
  const timer = new AbortController();
  const limit = async () => {
    await clock3.wait(timeoutMs, AbortSignal.any([signal, timer.signal]));
    return { kind: signal.aborted ? "interrupted" : "late" };
  };
  const working = work();
  try {
    const ended = await Promise.race([working, limit()]);
    if (ended.kind === "done") return ended;
    isGivenUp = true;
    const over = Promise.allSettled([working, running?.cancel()]);
    await Promise.race([over, clock3.wait(cancelWaitMs, timer.signal)]);
    return ended;
  } finally {
    timer.abort();
  }
}
var neverAborted = new AbortController().signal;
var timeoutOf = ({ statementTimeoutS = 3600 }) => statementTimeoutS;
var placeOf = ({ kind: kind7, host, path }) => `${kind7} ${host}/${path.replace(/^\//, "")}`;
var cancelled = (at) => new PlayheadError({ code: "QUERY_CANCELLED", message: "the statement was cancelled", at });

// src/job/ingest-source.ts
var described = z16.array(z16.object({ column_name: z16.string(), column_type: z16.string() }));

// src/job/table-name.ts
import { existsSync } from "node:fs";
var fileEndings = /\.(ndjson|jsonl|json|csv|tsv|parquet|pq|gz|zst)$/i;
var part = "(?:`(?:[^`]|``)+`|[\\p{L}_][\\p{L}\\p{N}_$-]*)";
var form = new RegExp(`^${part}(?:\\.${part}){1,2}$`, "u");
var isTableName = (text3) => form.test(text3) && !fileEndings.test(text3) && !existsSync(text3);
function parseTableName(text3) {
  if (!isTableName(text3)) {
    throw new PlayheadError({
      code: "INPUT_WRONG_ENGINE",
      at: text3,
      message: "this is no table of a catalog (catalog.schema.table or schema.table), and engine.kind reads nothing else",
      hint: "load files into a table first (COPY INTO, read_files), or take engine.kind: duckdb for files"
    });
  }
  const parts = text3.match(new RegExp(part, "gu")) ?? [];
  return parts.map((name) => name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name);
}

// src/job/ingest-judge.ts
import { z as z17 } from "zod";
var required = ["user_id", "video_id", "event_type", "event_time"];
async function assertUsable(staged, context3) {
  const { isContinued } = context3.input;
  if (staged.readCount === 0 && !isContinued) throw emptyInput(context3.input.source);
  await assertWrittenColumnsExist(context3);
  if (staged.acceptedCount > 0 || isContinued) return;
  const columns4 = await columnsOfAllRows(context3);
  assertRequiredColumnsExist(columns4, context3);
  assertSomeTime(staged, context3);
  throw noEvents(staged, columns4, context3);
}
async function assertWrittenColumnsExist(context3) {
  const { mapping, input } = context3;
  if (mapping.written.size === 0) return;
  const isMissing = (columns4) => (name2) => !mapping.columns[name2].some(({ column: column3 }) => isThere(column3, columns4));
  const first = await columnsOfFirstRows(context3);
  const written = [...mapping.written];
  if (!written.some(isMissing(first))) return;
  const all = await columnsOfAllRows(context3);
  const name = written.find(isMissing(all));
  if (name === void 0) return;
  throw new PlayheadError({
    code: "MAPPING_UNKNOWN_FIELD",
    at: `mapping.columns.${name}`,
    message: `${input.source} has no column "${mapping.columns[name].map((path) => path.written).join('" or "')}"`,
    hint: `it has: ${listed(all)}`
  });
}
function assertRequiredColumnsExist(columns4, { mapping, input }) {
  const name = required.find(
    (column3) => mapping.constants[column3] === void 0 && !mapping.columns[column3].some((path) => isThere(path.column, columns4))
  );
  if (name === void 0 || columns4.length === 0) return;
  throw new PlayheadError({
    code: "INPUT_MISSING_COLUMN",
    at: input.source,
    message: `there is no column for ${name} (looked for ${listed(mapping.columns[name].map((path) => path.written))})`,
    hint: `it has: ${listed(columns4)}; ${advice(columns4, mapping)}`
  });
}
function assertSomeTime({ rejectedByCode, rejections }, { mapping, input }) {
  const codes2 = Object.keys(rejectedByCode);
  if (codes2.length !== 1 || codes2[0] !== "BAD_TIME") return;
  throw new PlayheadError({
    code: "INPUT_TIME_FORMAT",
    at: input.source,
    message: `no time can be understood with the format "${mapping.timeFormat}": ${rejections[0]?.reason ?? ""}`,
    hint: 'set mapping.time_format to auto, iso, s, ms, us or a pattern such as "%d.%m.%Y %H:%M:%S"'
  });
}
function noEvents(staged, columns4, { mapping, input }) {
  const { readCount, ignoredCount, rejectedByCode, rejections } = staged;
  const counts = Object.entries({ ...rejectedByCode, ...ignoredCount > 0 ? { "left out": ignoredCount } : {} });
  const example = rejections[0];
  const first = example === void 0 ? "" : `, first ${example.line === void 0 ? "" : `in line ${example.line} `}${example.reason}`;
  return new PlayheadError({
    code: "INPUT_NO_EVENTS",
    at: input.source,
    message: `none of its ${readCount} rows is an event in the preset "${mapping.preset}" (${counts.map(([code, n]) => `${n} ${code}`).join(", ")}${first})`,
    hint: advice(columns4, mapping)
  });
}
function advice(columns4, { preset }) {
  const finds = (candidate) => required.every(
    (name) => candidate.columns[name]?.some((path) => isThere(path.replace(/^!?(?:\$\.)?/, "").split(/[.[ ]/)[0] ?? "", columns4))
  );
  const fitting = presets.filter((candidate) => candidate.name !== preset && finds(candidate)).map(({ name }) => name);
  const ask = fitting.length === 0 ? presets.map(({ name }) => name) : fitting;
  return fitting.length === 0 ? `choose a preset (${ask.join(", ")}) or write a mapping` : `its columns look like --preset ${ask.join(" or ")}`;
}
var isThere = (column3, columns4) => columnNamed(column3, Object.fromEntries(columns4.map((name) => [name, true]))) !== void 0;
var listed = (names) => names.length > shownNames ? `${names.slice(0, shownNames).join(", ")}, ...` : names.join(", ");
var shownNames = 30;
var firstRows = 1e4;
var columnsOfFirstRows = (context3) => columnsOf3(context3, firstRows);
var columnsOfAllRows = (context3) => columnsOf3(context3, void 0);
async function columnsOf3({ input: { rows }, engine: engine3 }, rowCount) {
  if (rows.kind === "table") return Object.keys(rows.columns);
  const limit = rowCount === void 0 ? sql`` : sql`limit ${lit(rowCount)}`;
  const keys = await engine3.query(
    sql`select distinct unnest(try(json_keys(record))) as name from (select record from ${rows.from} where starts_with(ltrim(record), ${lit("{")}) ${limit}) order by name limit 1000`
  );
  return z17.array(z17.object({ name: z17.string() })).parse(keys).map(({ name }) => name);
}

// src/job/ingest-stage.ts
import { z as z18 } from "zod";
var shownRejections = 5;
var counted = z18.array(z18.object({ code: z18.string().nullable(), left_out: z18.boolean(), n: z18.bigint() }));
var shown = z18.array(z18.object({ line: z18.bigint().nullable(), code: z18.string(), reason: z18.string() }));
async function stageInput(input, { place, engine: engine3, mapping, config, ingestedAt }) {
  const ingestedUs = BigInt(ingestedAt.getTime()) * 1000n;
  const query = normalize({
    rows: input.rows,
    mapping,
    receivedUs: ingestedUs,
    positionMaxS: config.sessionization.position_s_max,
    dialect: engine3.dialect
  });
  const all = await place.keep(query, input);
  const counts = counted.parse(
    await engine3.query(
      sql`select reject_code as code, left_out, count(*) as n from ${all} group by reject_code, left_out order by reject_code nulls last, left_out`
    )
  );
  const sum = (rows) => rows.reduce((total, { n }) => total + Number(n), 0);
  const rejectedByCode = Object.fromEntries(
    counts.flatMap(({ code, n }) => code === null ? [] : [[code, Number(n)]])
  );
  const hasRejected = Object.keys(rejectedByCode).length > 0;
  const rejectedRows = !hasRejected || input.numbered === void 0 ? all : await place.keep(numberedRejections(input.numbered, all), input, "rejected");
  const firstRejections = sql`select line, reject_code as code, reject_reason as reason from ${rejectedRows} where reject_code is not null order by line nulls last, code, reason limit ${lit(shownRejections)}`;
  const rejections = hasRejected ? shown.parse(await engine3.query(firstRejections)) : [];
  const added2 = sql`${input.writtenAs} as source, ${engine3.dialect.instantOfUs(lit(ingestedUs))} as ingested_at`;
  const columns4 = join(canonicalNames.map((name) => ref(name)));
  const day = engine3.dialect.dateOfUs(engine3.dialect.epochUs(sql`event_time`));
  return {
    accepted: sql`(select ${columns4}, ${added2}, ${day} as event_date from ${all} where reject_code is null and not left_out)`,
    rejected: sql`(select reject_code as code, reject_reason as reason, row, ${input.writtenAs} as source, line, ${engine3.dialect.instantOfUs(lit(ingestedUs))} as ingested_at from ${rejectedRows} where reject_code is not null)`,
    readCount: sum(counts),
    acceptedCount: sum(counts.filter(({ code, left_out }) => code === null && !left_out)),
    ignoredCount: sum(counts.filter(({ left_out }) => left_out)),
    rejectedByCode,
    rejections: rejections.map(({ line, ...said }) => ({ line: line === null ? void 0 : Number(line), ...said }))
  };
}
function numberedRejections(numbered, all) {
  const reasons = sql`(select distinct reject_code, reject_reason, row from ${all} where reject_code is not null)`;
  return sql`select reject_code, reject_reason, row, numbered.line from ${numbered} as numbered join ${reasons} as reasons on numbered.record = reasons.row`;
}

// src/job/take-in-one.ts
var shares = { opened: 0.1, staged: 0.7 };
async function takeInOne(input, place, { engine: engine3, mapping, config, clock: clock3, onStep }) {
  if (input.isRepeat) return repeated(input.source);
  onStep(shares.opened);
  const staged = await stageInput(input, { place, engine: engine3, mapping, config, ingestedAt: clock3() });
  onStep(shares.staged);
  await assertUsable(staged, { input, mapping, engine: engine3 });
  await place.commit(staged, input);
  return staged.readCount === 0 ? repeated(input.source) : summary(input, staged);
}
function summary(input, staged) {
  const { readCount, acceptedCount, ignoredCount, rejectedByCode, rejections } = staged;
  const rejectedCount = Object.values(rejectedByCode).reduce((sum, count2) => sum + count2, 0);
  return {
    source: input.source,
    isRepeat: false,
    readCount,
    acceptedCount,
    ignoredCount,
    rejectedCount,
    rejectedByCode,
    rejections
  };
}
function repeated(source2) {
  return {
    source: source2,
    isRepeat: true,
    readCount: 0,
    acceptedCount: 0,
    ignoredCount: 0,
    rejectedCount: 0,
    rejectedByCode: {},
    rejections: []
  };
}

// src/job/table-history.ts
import { z as z19 } from "zod";
var commitSchema = z19.object({
  version: z19.bigint(),
  operation: z19.string().nullable(),
  operationParameters: z19.unknown(),
  isBlindAppend: z19.boolean().nullable()
});
var withoutRows = /^(CREATE TABLE|SET TBLPROPERTIES|UNSET TBLPROPERTIES|ADD COLUMNS?|DROP COLUMNS?|RENAME COLUMNS?|CHANGE COLUMNS?|UPDATE COLUMN METADATA|UPDATE SCHEMA|UPGRADE PROTOCOL|ADD CONSTRAINT|DROP CONSTRAINT|VACUUM (START|END)|COMPUTE STATS|ANALYZE|CLUSTER BY)$/;
var withOtherFiles = /^(OPTIMIZE|AUTO COMPACTION|REORG)$/;
var adding = /^(WRITE|STREAMING UPDATE|COPY INTO)$/;
async function addedByHistory(engine3, stretch, newest) {
  const { path, from, to } = stretch;
  const rows = await engine3.query(sql`describe history ${ref(...path)} limit ${lit(newest - from)}`);
  const commits = rows.map((row) => commitSchema.parse(row)).map((commit2) => ({ ...commit2, version: Number(commit2.version) })).filter(({ version }) => version > from && version <= to).sort((one, other) => one.version - other.version);
  if (commits.length !== to - from)
    throw historyLost(stretch, `its log no longer tells all of versions ${from + 1} to ${to}`);
  const runs = [];
  for (const commit2 of commits) {
    const effect = effectOf(commit2);
    const last = runs.at(-1);
    if (effect === "changes") throw notAppended(stretch, commit2.version, commit2.operation ?? "a commit");
    if (effect !== "adds") continue;
    const isJoined = last !== void 0 && !commits.some((other) => isBetween(other, last.upTo, commit2.version));
    if (isJoined) last.upTo = commit2.version;
    else runs.push({ after: commit2.version - 1, upTo: commit2.version });
  }
  if (runs.length === 0) return void 0;
  return runs.length === 1 ? sql`(${join(runs.map((run2) => filesOf2(path, run2, allColumns)))})` : together(engine3, path, runs);
}
var allColumns = sql`playhead_new.*`;
function filesOf2(path, { after, upTo }, columns4) {
  const table = ref(...path);
  return sql`select ${columns4} from ${table} version as of ${lit(upTo)} as playhead_new
    left anti join (select distinct _metadata.file_path as playhead_path from ${table} version as of ${lit(after)}) as playhead_old
    on playhead_new._metadata.file_path = playhead_old.playhead_path`;
}
var columnSchema = z19.object({ col_name: z19.string() });
async function together(engine3, path, runs) {
  const columnsAt = async ({ upTo }) => {
    const rows = await engine3.query(sql`describe query select * from ${ref(...path)} version as of ${lit(upTo)}`);
    return rows.map((row) => columnSchema.parse(row).col_name);
  };
  const known = await Promise.all(runs.map(columnsAt));
  const wanted = known.at(-1) ?? [];
  const parts = runs.map((run2, i) => {
    const there = new Set(known[i]?.map((name) => name.toLowerCase()));
    const columns4 = wanted.map(
      (name) => there.has(name.toLowerCase()) ? ref("playhead_new", name) : sql`null as ${ref(name)}`
    );
    return filesOf2(path, run2, join(columns4));
  });
  return sql`(${join(parts, "\nunion all ")})`;
}
var isBetween = (commit2, after, before) => commit2.version > after && commit2.version < before && effectOf(commit2) === "moves";
function effectOf({ operation, operationParameters, isBlindAppend }) {
  const name = operation ?? "";
  if (withoutRows.test(name)) return "none";
  if (withOtherFiles.test(name)) return "moves";
  const isAppend = /append/i.test(JSON.stringify(operationParameters ?? ""));
  return adding.test(name) && (isBlindAppend === true || isAppend || name === "COPY INTO") ? "adds" : "changes";
}
var notAppended = ({ name }, version, operation) => new PlayheadError({
  code: "INPUT_NOT_APPENDED",
  at: name,
  message: `version ${version} (${operation}) did more than add rows, so its new rows cannot be told from its history`,
  hint: `turn on its change data feed (alter table ... set tblproperties (delta.enableChangeDataFeed = true)); take this stretch in once by \`playhead ingest ${name} --whole\``
});
var historyLost = ({ name }, why, cause) => new PlayheadError({
  code: "INPUT_HISTORY_LOST",
  at: name,
  message: `what came since the last ingest can no longer be told: ${why}`,
  hint: `take it in once by \`playhead ingest ${name} --whole\`, which adds only events that are not there yet; ingest more often than the table is vacuumed`,
  cause
});

// src/job/table-source.ts
import { z as z20 } from "zod";
var begunOf = (appId2) => `${appId2}:begun`;
async function openTable2(name, context3) {
  const { engine: engine3, lake: lake2 } = context3;
  const path = parseTableName(name);
  if (await providerOf(path, engine3) !== "delta") {
    const isContinued2 = await hasRowsOf(name, lake2);
    const common2 = { source: name, writtenAs: name, path, progress: void 0, isWhole: true };
    return { ...common2, isRepeat: false, isContinued: isContinued2, ...await rowsOf2(ref(...path), name, context3) };
  }
  const { id, properties } = await detailOf(path, engine3);
  const newest = await newestOf(path, engine3);
  const appId2 = `playhead.ingest:delta:${id}`;
  const reached = await lake2.txnVersion("events", appId2) ?? 0;
  const begun = await lake2.txnVersion("events", begunOf(appId2)) ?? 0;
  const isResumed = begun > reached && !context3.isWhole;
  const to = isResumed ? begun - 1 : newest;
  const isContinued = reached > 0;
  const common = {
    source: name,
    writtenAs: `${name}@${to}`,
    path,
    progress: { appId: appId2, reach: to + 1, isResumed },
    isContinued,
    isWhole: context3.isWhole
  };
  const whole = sql`${ref(...path)} version as of ${lit(to)}`;
  if (!isContinued || context3.isWhole) return { ...common, isRepeat: false, ...await rowsOf2(whole, name, context3) };
  const stretch = { name, path, from: reached - 1, to };
  const added2 = to > stretch.from ? await addedRows(stretch, newest, properties, engine3) : void 0;
  if (added2 !== void 0) return { ...common, isRepeat: false, ...await rowsOf2(added2, name, context3) };
  if (to > stretch.from) await lake2.noteProgress("events", { appId: appId2, version: to + 1 });
  return { ...common, isRepeat: true, ...await rowsOf2(whole, name, context3) };
}
var described2 = z20.object({ col_name: z20.string(), data_type: z20.string().nullable() });
var viewTypes = /VIEW/i;
async function providerOf(path, engine3) {
  const rows = (await engine3.query(sql`describe table extended ${ref(...path)}`)).map((row) => described2.parse(row));
  const told = rows.slice(rows.findIndex((row) => row.col_name.startsWith("# Detailed")) + 1);
  const word = (name) => told.find((row) => row.col_name.trim() === name)?.data_type ?? "";
  return viewTypes.test(word("Type")) ? "view" : word("Provider").toLowerCase();
}
var detailSchema = z20.object({ id: z20.string(), properties: z20.unknown() });
async function detailOf(path, engine3) {
  const [row] = await engine3.query(sql`describe detail ${ref(...path)}`);
  return detailSchema.parse(row);
}
async function newestOf(path, engine3) {
  const [row] = await engine3.query(sql`describe history ${ref(...path)} limit 1`);
  return Number(z20.object({ version: z20.bigint() }).parse(row).version);
}
async function addedRows(stretch, newest, properties, engine3) {
  const { path, from, to, name } = stretch;
  const hasFeed = /enableChangeDataFeed\W+true/i.test(JSON.stringify(properties ?? ""));
  if (!hasFeed) return addedByHistory(engine3, stretch, newest);
  const quoted2 = path.map((part2) => engine3.dialect.quoteName(part2)).join(".");
  const changes = sql`table_changes(${lit(quoted2)}, ${lit(from + 1)}, ${lit(to)})`;
  try {
    await engine3.query(sql`select count(*) as n from (select 1 from ${changes} as c limit 1) as f`);
  } catch (error) {
    if (error instanceof PlayheadError && error.message.includes("DELTA_MISSING_CHANGE_DATA")) {
      return addedByHistory(engine3, stretch, newest);
    }
    if (isGone(error)) throw historyLost({ name }, error.message, error);
    throw error;
  }
  return sql`(select * except (_change_type, _commit_version, _commit_timestamp) from ${changes} as c where _change_type = 'insert')`;
}
var isGone = (error) => error instanceof PlayheadError && ["DELTA_MISSING_FILE", "DELTA_VERSION_NOT_FOUND", "DELTA_MISSING_COMMIT"].includes(error.code);
async function hasRowsOf(name, lake2) {
  return await lake2.txnVersion("events", viewApp(name)) !== void 0;
}
var viewApp = (name) => `playhead.ingest:table:${name}`;
var lineColumn = "playhead_line";
var column2 = z20.object({ col_name: z20.string(), data_type: z20.string() });
async function rowsOf2(relation, name, { engine: engine3, mapping }) {
  const described3 = await engine3.query(sql`describe query select * from ${relation} as r`).catch((error) => {
    throw isGone(error) ? historyLost({ name }, error.message, error) : error;
  });
  const columns4 = described3.map((row) => column2.parse(row)).map((row) => ({ ...row, kind: kindOf2(row.data_type) }));
  if (mapping !== void 0) assertTypesUsable(columns4, name, mapping);
  const shown2 = columns4.flatMap(({ col_name: own, data_type, kind: kind7 }) => {
    if (kind7 === void 0) return [];
    return data_type === "variant" ? sql`cast(${ref(own)} as string) as ${ref(own)}` : ref(own);
  });
  const line = sql`cast(null as bigint) as ${ref(lineColumn)}`;
  const kinds = columns4.flatMap(({ col_name: own, kind: kind7 }) => kind7 === void 0 ? [] : [[own, kind7]]);
  return {
    rows: {
      kind: "table",
      from: sql`(select ${join([...shown2, line])} from ${relation} as r)`,
      columns: Object.fromEntries(kinds),
      lineColumn
    },
    numbered: void 0
  };
}
function kindOf2(type) {
  if (type === "array<string>") return "text_list";
  if (/^(array|map|struct)\b/.test(type)) return "nested";
  if (/^(timestamp|timestamp_ntz|date)$/.test(type)) return "instant";
  if (/^(tinyint|smallint|int|bigint|decimal|float|double)\b/.test(type)) return "number";
  if (type === "boolean") return "boolean";
  return /^(string|char|varchar|variant|void)\b/.test(type) ? "text" : void 0;
}
function assertTypesUsable(columns4, name, mapping) {
  const unusable = Object.fromEntries(columns4.filter(({ kind: kind7 }) => kind7 === void 0).map((one) => [one.col_name, one]));
  const paths = Object.values(mapping.columns).flat();
  const found = paths.map((path) => columnNamed(path.column, unusable)).find((own) => own !== void 0);
  if (found === void 0) return;
  throw new PlayheadError({
    code: "INPUT_COLUMN_TYPE",
    at: name,
    message: `its column "${found}" is of the type ${unusable[found]?.data_type}, from which no value of an event can be read`,
    hint: "cast it in a view over the table, or map another column"
  });
}

// src/job/table-place.ts
function tablePlace(options) {
  const { lake: lake2, workspace } = options;
  return {
    open: (name) => openTable2(name, options),
    keep: async (query, input, name = "staged") => {
      const scratch = await workspace();
      const judged = input.isWhole ? "judged" : name;
      await scratch.keep(judged, query).catch((error) => {
        throw isGone(error) ? historyLost({ name: input.source }, error.message, error) : error;
      });
      if (input.isWhole) await scratch.keep(name, await withoutKnown(ref(judged), input, options));
      return ref(name);
    },
    commit: (staged, input) => commitTable(staged, input, lake2)
  };
}
async function withoutKnown(judged, { source: source2 }, { engine: engine3, lake: lake2 }) {
  const d = engine3.dialect;
  const isOfSource = sql`(source = ${lit(source2)} or ${d.reading.startsWith(sql`source`, `${source2}@`)})`;
  const events2 = await lake2.read(tables.events);
  const rejected = await lake2.read(tables.events_rejected);
  return sql`select j.* from ${judged} as j left anti join (select event_id from ${events2} as k where ${isOfSource}) as e
    on j.event_id = e.event_id where j.reject_code is null and not j.left_out
  union all select j.* from ${judged} as j left anti join (select code, row from ${rejected} as k where ${isOfSource}) as e
    on j.reject_code = e.code and j.row = e.row where j.reject_code is not null
  union all select j.* from ${judged} as j where j.left_out`;
}
async function commitTable(staged, input, lake2) {
  const { progress, isWhole } = input;
  const { appId: appId2, version } = progress === void 0 ? { appId: viewApp(input.source), version: 1 } : { appId: progress.appId, version: progress.reach };
  if (progress !== void 0 && !isWhole && !progress.isResumed) {
    await lake2.noteProgress("events", { appId: begunOf(appId2), version });
  }
  const mark = progress?.isResumed ? sql`source = ${lit(input.writtenAs)}` : void 0;
  const once = isWhole ? {} : { txn: { appId: appId2, version }, mark };
  const options = { operation: "INGEST", ...once };
  if (Object.keys(staged.rejectedByCode).length > 0)
    await lake2.append(tables.events_rejected, staged.rejected, options);
  if (staged.acceptedCount > 0) await lake2.append(tables.events, staged.accepted, options);
  if (isWhole || staged.acceptedCount === 0) await lake2.noteProgress("events", { appId: appId2, version });
}

// src/job/ingest-tables.ts
var perTable = 1e3;
async function ingestTables(options) {
  const { lake: lake2, engine: engine3, config, isWhole = false, onProgress } = options;
  const mapping = resolveMapping(config.mapping, options.preset);
  for (const name of options.tables) parseTableName(name);
  const lock = await lake2.lock();
  let opened;
  const workspace = () => {
    opened ??= lake2.workspace();
    return opened;
  };
  const place = tablePlace({ engine: engine3, lake: lake2, mapping, isWhole, workspace });
  const results = [];
  const total = options.tables.length * perTable;
  try {
    for (const [i, name] of options.tables.entries()) {
      const onStep = (share3) => onProgress?.(Math.round((i + share3) * perTable), total);
      const context3 = { ...options, mapping, onStep };
      for (; ; ) {
        const input = await place.open(name);
        const result = await takeInOne(input, place, context3);
        if (input.progress?.isResumed !== true) {
          if (!result.isRepeat || !results.some(({ source: source2 }) => source2 === name)) results.push(result);
          break;
        }
        results.push(result);
      }
    }
    onProgress?.(total, total);
    return results;
  } finally {
    await (await opened)?.close();
    await lock.release();
  }
}

// src/job/ingest-videos.ts
import { z as z21 } from "zod";
var counted2 = z21.tuple([z21.object({ read: z21.bigint(), nameless: z21.bigint() })]);
var changed = z21.tuple([z21.object({ n: z21.bigint() })]);

// src/job/run-log.ts
import { z as z22 } from "zod";
var versionsSchema = z22.record(z22.string(), z22.int().nonnegative());
var rowSchema3 = z22.object({
  run_id: z22.string(),
  sequence: z22.coerce.number().int(),
  state: z22.enum(["started", "finished"]),
  mode: z22.enum(["full", "incremental"]),
  started_us: z22.coerce.number(),
  events_version: z22.coerce.number().int(),
  table_versions: z22.string().transform((text3) => versionsOf(versionsSchema.parse(JSON.parse(text3)))),
  newest_received_us: z22.bigint().nullable(),
  newest_event_us: z22.bigint().nullable(),
  rules_hash: z22.string(),
  definitions: z22.string().nullable()
});
function versionsOf(written) {
  const isTableName3 = (name) => name in tables;
  return Object.fromEntries(Object.entries(written).filter(([name]) => isTableName3(name)));
}

// src/job/maintain.ts
var isTableName2 = (name) => name in tables;
var tableNames = Object.keys(tables).filter(isTableName2);

// src/job/run-job.ts
import { z as z31 } from "zod";

// src/experiments/arm.ts
import { z as z23 } from "zod";
var exact = z23.string().transform((text3) => BigInt(text3));
var armSchema = z23.object({
  experiment: z23.string(),
  variant: z23.string(),
  exposed_viewers: z23.bigint(),
  /** Those of them who saw another variant later. */
  mixed_viewers: z23.bigint(),
  first_exposed_us: z23.bigint(),
  last_exposed_us: z23.bigint(),
  played_viewers: z23.bigint(),
  session_count: z23.bigint(),
  play_count: z23.bigint(),
  completed_session_count: z23.bigint(),
  watch_us: z23.bigint(),
  /** Sums of squares of the seconds of watch time, and of the microseconds that are left, and of their products. */
  whole_squares: exact,
  mixed_products: exact,
  rest_squares: exact,
  shown_count: z23.bigint(),
  played_shown_count: z23.bigint(),
  shown_squares: exact,
  shown_products: exact,
  played_squares: exact
});

// src/experiments/statistics.ts
import jstat from "jstat";
var { normal, studentt, chisquare } = jstat.jStat;

// src/experiments/steps.ts
var firstExposures = source({
  name: "first_exposures",
  grain: tables.exposures.grain,
  columns: { user_id: "string", experiment: "string", variant: "string", first_exposed_at: "timestamp" }
});
var exposedSessions = source({
  name: "exposed_sessions",
  grain: tables.sessions.grain,
  columns: {
    user_id: "string",
    video_id: "string",
    ended_at: "timestamp",
    has_played: "boolean",
    completed: "boolean",
    watch_time_s: "double"
  }
});
var exposedImpressions = source({
  name: "exposed_impressions",
  grain: tables.impressions.grain,
  columns: tables.impressions.columns
});
var assignedExposures = step({
  name: "assigned_exposures",
  grain: tables.exposures.grain,
  rule: "DESIGN 4.5",
  from: [firstExposures],
  columns: {},
  sql: () => sql`select
  *,
  row_number() over viewer as exposure_n,
  count(*) over (partition by user_id, experiment) as variant_count
from first_exposures
window viewer as (partition by user_id, experiment order by first_exposed_at, variant)`
});
var sessionsSince = step({
  name: "sessions_since_exposure",
  grain: tables.exposures.grain,
  rule: "DESIGN 4.5",
  from: [firstExposures, exposedSessions],
  columns: {},
  sql: () => sql`select
  e.user_id,
  e.experiment,
  e.variant,
  cast(count(*) as bigint) as session_count,
  cast(sum(case when s.has_played then 1 else 0 end) as bigint) as play_count,
  cast(sum(case when s.completed then 1 else 0 end) as bigint) as completed_session_count,
  cast(sum(cast(round(s.watch_time_s * 1e6) as bigint)) as bigint) as watch_us
from first_exposures e
-- a session that was going on may be the one that exposed the user
join exposed_sessions s on s.user_id = e.user_id and s.ended_at >= e.first_exposed_at
group by e.user_id, e.experiment, e.variant`
});
var shownSince = step({
  name: "shown_since_exposure",
  grain: tables.exposures.grain,
  rule: "DESIGN 4.5",
  from: [firstExposures, exposedImpressions, exposedSessions],
  columns: {},
  sql: () => sql`select
  e.user_id,
  e.experiment,
  e.variant,
  cast(count(*) as bigint) as shown_count,
  cast(sum(case when p.last_played_at >= e.first_exposed_at then 1 else 0 end) as bigint) as played_shown_count
from first_exposures e
join exposed_impressions i on i.user_id = e.user_id and i.last_shown_at >= e.first_exposed_at
left join (
  select user_id, video_id, max(ended_at) as last_played_at
  from exposed_sessions
  where has_played
  group by user_id, video_id
) p on p.user_id = i.user_id and p.video_id = i.video_id
group by e.user_id, e.experiment, e.variant`
});
var exposures = step({
  name: "exposures",
  grain: tables.exposures.grain,
  rule: "DESIGN 4.5",
  from: [assignedExposures, sessionsSince, shownSince],
  columns: tables.exposures.columns,
  sql: () => sql`select
  e.user_id,
  e.experiment,
  e.variant,
  e.first_exposed_at,
  e.exposure_n = 1 as is_assigned,
  e.variant_count > 1 as is_mixed,
  coalesce(s.session_count, 0) as session_count,
  coalesce(s.play_count, 0) as play_count,
  coalesce(s.completed_session_count, 0) as completed_session_count,
  cast(coalesce(s.watch_us, 0) / 1e6 as double) as watch_time_s,
  coalesce(i.shown_count, 0) as shown_count,
  coalesce(i.played_shown_count, 0) as played_shown_count
from assigned_exposures e
left join sessions_since_exposure s
  on s.user_id = e.user_id and s.experiment = e.experiment and s.variant = e.variant
left join shown_since_exposure i
  on i.user_id = e.user_id and i.experiment = e.experiment and i.variant = e.variant`
});
var publishedExposures = source({
  name: "exposures",
  grain: tables.exposures.grain,
  columns: tables.exposures.columns
});
var exactSum = (d, product, name) => sql`cast(sum(cast(${raw(product)} as decimal(38, 0))) as ${raw(d.type("string"))}) as ${ref(name)}`;
var armCounts = step({
  name: "arm_counts",
  grain: tables.experiments.grain,
  rule: "DESIGN 4.5",
  from: [publishedExposures],
  columns: {},
  sql: (d) => sql`select
  experiment,
  variant,
  cast(count(*) as bigint) as exposed_viewers,
  cast(sum(case when is_mixed then 1 else 0 end) as bigint) as mixed_viewers,
  min(${d.epochUs(raw("first_exposed_at"))}) as first_exposed_us,
  max(${d.epochUs(raw("first_exposed_at"))}) as last_exposed_us,
  cast(sum(case when play_count > 0 then 1 else 0 end) as bigint) as played_viewers,
  cast(sum(session_count) as bigint) as session_count,
  cast(sum(play_count) as bigint) as play_count,
  cast(sum(completed_session_count) as bigint) as completed_session_count,
  cast(sum(watch_us) as bigint) as watch_us,
  ${exactSum(d, "whole_s * whole_s", "whole_squares")},
  ${exactSum(d, "whole_s * rest_us", "mixed_products")},
  ${exactSum(d, "rest_us * rest_us", "rest_squares")},
  cast(sum(shown_count) as bigint) as shown_count,
  cast(sum(played_shown_count) as bigint) as played_shown_count,
  ${exactSum(d, "shown_count * shown_count", "shown_squares")},
  ${exactSum(d, "shown_count * played_shown_count", "shown_products")},
  ${exactSum(d, "played_shown_count * played_shown_count", "played_squares")}
from (
  select
    *,
    ${d.floorDiv(raw("watch_us"), lit(1e6))} as whole_s,
    watch_us - ${d.floorDiv(raw("watch_us"), lit(1e6))} * 1000000 as rest_us
  from (
    select *, cast(round(watch_time_s * 1e6) as bigint) as watch_us
    from exposures
    where is_assigned
  ) a
) b
group by experiment, variant
order by experiment, variant`
});

// src/job/publish.ts
import { z as z24 } from "zod";
var daySchema = z24.object({ day: z24.string() });
var sameSchema = z24.object({ is_same: z24.boolean() });

// src/sessionize/sources.ts
var inputEvents = source({
  name: "input_events",
  grain: "event, copies included",
  columns: tables.events.columns
});
var videoCatalog = source({ name: "video_catalog", grain: "video", columns: tables.video_catalog.columns });
var inheritable = [
  "user_id",
  "video_id",
  "started_at",
  "ended_at",
  "completed",
  "first_position_s",
  "last_position_s",
  "last_position_source",
  "replay_index",
  "end_reason"
];
var earlierSessions = source({
  name: "earlier_sessions",
  grain: "session before the rebuilt stretch",
  columns: Object.fromEntries(inheritable.map((name) => [name, tables.sessions.columns[name]]))
});
var clock = source({ name: "clock", grain: "the whole input", columns: { newest_received_us: "bigint" } });
var publishedSessions = source({ name: "sessions", grain: "session", columns: tables.sessions.columns });
var publishedSegments = source({
  name: "segments",
  grain: "stretch of unbroken play",
  columns: tables.segments.columns
});
var impressions = source({
  name: "impressions",
  grain: "user and video that a page showed to the user",
  columns: tables.impressions.columns
});

// src/sessionize/gold/totals.ts
var addedSeconds = [
  "watch_time_s",
  "uncertain_s",
  "estimated_tail_s",
  "content_s",
  "background_s",
  "pause_time_s",
  "skipped_s",
  "buffer_time_s",
  "exclusive_watch_time_s"
];
var addedCounts = [
  "pause_count",
  "skip_forward_count",
  "skip_backward_count",
  "skip_count",
  "buffer_count",
  "refresh_count",
  "tab_switch_count",
  "bad_position_count"
];
var sessionCounts2 = [
  "session_count",
  "play_count",
  "completed_session_count",
  "valid_completion_count",
  "zero_watch_count",
  "replay_count",
  "resumed_count",
  "autoplay_count",
  "concurrent_count"
];
var countOf = (condition) => sql`cast(sum(case when ${condition} then 1 else 0 end) as bigint)`;
var sumSeconds = (column3) => sql`cast(cast(sum(cast(round(${column3} * 1e6) as bigint)) as bigint) / 1e6 as double)`;
var sums = [
  ...addedSeconds.map((name) => sql`${sumSeconds(ref(name))} as ${ref(name)}`),
  ...addedCounts.map((name) => sql`cast(sum(${ref(name)}) as bigint) as ${ref(name)}`)
];
var totalsOfSessions = join(
  [
    sql`cast(count(*) as bigint) as session_count`,
    sql`${countOf(ref("has_played"))} as play_count`,
    sql`${countOf(ref("completed"))} as completed_session_count`,
    sql`${countOf(ref("completion_valid"))} as valid_completion_count`,
    sql`${countOf(ref("zero_watch"))} as zero_watch_count`,
    sql`${countOf(ref("is_replay"))} as replay_count`,
    sql`${countOf(ref("resumed"))} as resumed_count`,
    sql`${countOf(ref("autoplay"))} as autoplay_count`,
    sql`${countOf(ref("is_concurrent"))} as concurrent_count`,
    ...sums,
    sql`${sumSeconds(sql`coalesce(rate_avg * watch_time_s, 0)`)} as rated_s`
  ],
  ",\n  "
);
var totalsOfTotals = join(
  [
    ...sessionCounts2.map((name) => sql`cast(sum(${ref(name)}) as bigint) as ${ref(name)}`),
    ...sums,
    sql`${sumSeconds(ref("rated_s"))} as rated_s`
  ],
  ",\n  "
);
var ratesOf = sql`rated_s,
  cast(rated_s / nullif(watch_time_s, 0) as double) as rate_avg`;
var measures = [...sessionCounts2, ...addedSeconds, ...addedCounts, "rated_s"];
var totalsOfParts = join(
  [
    sql`cast(sum(row_count) as bigint) as row_count`,
    totalsOfTotals,
    sql`${sumSeconds(ref("unique_watch_s"))} as unique_watch_s`,
    sql`cast(sum(measured_count) as bigint) as measured_count`,
    sql`cast(cast(sum(viewed_e9) as double) / nullif(sum(measured_count), 0) / 1e9 as double) as avg_percent_viewed_ratio`,
    sql`max(duration_s) as reported_duration_s`,
    sql`min(first_seen_at) as first_seen_at`,
    sql`max(last_seen_at) as last_seen_at`
  ],
  ",\n  "
);
var inTableOrder = (names, columns4) => join(
  Object.keys(columns4).filter((name) => names.includes(name)).map((name) => ref(name)),
  ",\n  "
);
var share2 = (part2, whole) => sql`cast(cast(${part2} as double) / nullif(${whole}, 0) as double)`;
var meanOfShares = (column3) => sql`cast(cast(sum(cast(round(${column3} * 1e9) as bigint)) as double) / nullif(count(${column3}), 0) / 1e9 as double)`;

// src/sessionize/gold/user-videos.ts
var viewingKey = (d) => d.hash64([raw("user_id"), raw("video_id")]);
var userVideoCoverage = step({
  name: "user_video_coverage",
  grain: "user and video with segments",
  rule: "DESIGN 4.4",
  from: [publishedSegments],
  columns: { viewing_key: "bigint", unique_us: "bigint" },
  sql: (d) => sql`select
  viewing_key,
  cast(sum(greatest(to_us - greatest(from_us, coalesce(covered_to_us, from_us)), 0)) as bigint) as unique_us
from (
  select
    *,
    max(to_us) over (
      partition by viewing_key order by from_us, to_us rows between unbounded preceding and 1 preceding
    ) as covered_to_us
  from (
    select
      ${viewingKey(d)} as viewing_key,
      cast(round(from_s * 1e6) as bigint) as from_us,
      cast(round(to_s * 1e6) as bigint) as to_us
    from segments
  ) p
) s
group by viewing_key`
});
var userVideoTotals = step({
  name: "user_video_totals",
  grain: "user and video",
  rule: "DESIGN 5",
  from: [publishedSessions],
  columns: {},
  sql: (d) => sql`select
  user_id,
  video_id,
  ${totalsOfSessions},
  cast(round(max(duration_s) * 1e6) as bigint) as duration_us,
  max(max_position_s) as max_position_s,
  -- from the latest session that knows its position
  ${d.lastBy(ref("last_position_s"), { started_at: ref("started_at"), ended_at: ref("ended_at"), session_id: ref("session_id") })} as last_position_s,
  max(case when completed then 1 else 0 end) as was_completed,
  min(started_at) as first_seen_at,
  max(ended_at) as last_seen_at
from sessions
group by user_id, video_id`
});

// src/sessionize/gold/users.ts
var userDays = step({
  name: "user_days",
  grain: "user",
  rule: "DESIGN 5",
  staged: true,
  from: [publishedSessions],
  columns: { user_id: "string", active_day_count: "bigint" },
  sql: () => sql`select user_id, cast(count(distinct session_date) as bigint) as active_day_count
from sessions
group by user_id`
});

// src/sessionize/gold/video-days.ts
var viewingKey2 = (d) => d.hash64([raw("user_id"), raw("video_id")]);
var viewerDays = step({
  name: "viewer_days",
  grain: "user, video and UTC day of the sessions' start",
  rule: "DESIGN 5",
  staged: true,
  from: [publishedSessions],
  columns: {
    viewing_key: "bigint",
    video_id: "string",
    session_date: "date",
    watched_count: "bigint",
    unique_us: "bigint",
    duration_us: "bigint"
  },
  sql: (d) => sql`select
  viewing_key,
  video_id,
  session_date,
  cast(sum(case when unique_us > 0 then 1 else 0 end) as bigint) as watched_count,
  max(unique_us) as unique_us,
  max(duration_us) as duration_us
from (
  select
    ${viewingKey2(d)} as viewing_key,
    video_id,
    session_date,
    cast(round(unique_watch_s * 1e6) as bigint) as unique_us,
    cast(round(duration_s * 1e6) as bigint) as duration_us
  from sessions
) s
group by viewing_key, video_id, session_date`
});
var repeatCoverage = step({
  name: "repeat_coverage",
  grain: "user, video and day with several sessions that played",
  rule: "DESIGN 4.4",
  from: [viewerDays, publishedSegments],
  columns: {},
  sql: (d) => sql`select
  viewing_key,
  session_date,
  cast(sum(greatest(to_us - greatest(from_us, coalesce(covered_to_us, from_us)), 0)) as bigint) as unique_us
from (
  select
    *,
    max(to_us) over (
      partition by viewing_key, session_date order by from_us, to_us rows between unbounded preceding and 1 preceding
    ) as covered_to_us
  from (
    select
      g.viewing_key,
      g.session_date,
      cast(round(g.from_s * 1e6) as bigint) as from_us,
      cast(round(g.to_s * 1e6) as bigint) as to_us
    from (select session_date, from_s, to_s, ${viewingKey2(d)} as viewing_key from segments) g
    join (select viewing_key, session_date from viewer_days where watched_count > 1) r
      on r.viewing_key = g.viewing_key and r.session_date = g.session_date
  ) p
) s
group by viewing_key, session_date`
});
var coveredDays = step({
  name: "covered_days",
  grain: tables.video_days.grain,
  rule: "DESIGN 4.4",
  from: [viewerDays, repeatCoverage],
  columns: {},
  sql: () => sql`select
  video_id,
  session_date,
  cast(count(*) as bigint) as unique_viewers,
  ${sumSeconds(ref("unique_watch_s"))} as unique_watch_s,
  cast(count(percent_viewed_ratio) as bigint) as measured_count,
  ${meanOfShares(ref("percent_viewed_ratio"))} as avg_percent_viewed_ratio
from (
  select
    v.video_id,
    v.session_date,
    cast(coalesce(r.unique_us, v.unique_us) / 1e6 as double) as unique_watch_s,
    ${share2(
    raw("case when v.duration_us is not null then least(coalesce(r.unique_us, v.unique_us), v.duration_us) end"),
    raw("v.duration_us")
  )} as percent_viewed_ratio
  from viewer_days v
  left join repeat_coverage r on r.viewing_key = v.viewing_key and r.session_date = v.session_date
) c
group by video_id, session_date`
});
var dayTotals = step({
  name: "day_totals",
  grain: tables.video_days.grain,
  rule: "DESIGN 5",
  from: [publishedSessions],
  columns: {},
  sql: () => sql`select
  video_id,
  session_date,
  ${totalsOfSessions}
from sessions
group by video_id, session_date`
});
var videoDays = step({
  name: "video_days",
  grain: tables.video_days.grain,
  rule: "DESIGN 5",
  from: [dayTotals, coveredDays],
  columns: tables.video_days.columns,
  sql: () => sql`select
  t.video_id,
  t.session_date,
  unique_viewers,
  ${inTableOrder([...sessionCounts2, ...addedSeconds, ...addedCounts], tables.video_days.columns)},
  ${ratesOf},
  unique_watch_s,
  ${share2(ref("watch_time_s"), ref("session_count"))} as avg_watch_time_s,
  measured_count,
  avg_percent_viewed_ratio,
  ${share2(ref("completed_session_count"), ref("session_count"))} as completion_rate,
  ${share2(ref("zero_watch_count"), ref("session_count"))} as zero_watch_rate,
  ${share2(ref("play_count"), ref("unique_viewers"))} as plays_per_viewer
from day_totals t
join covered_days c on c.video_id = t.video_id and c.session_date = t.session_date`
});

// src/sessionize/gold/videos.ts
var added = [...sessionCounts2, ...addedSeconds, ...addedCounts];

// src/sessionize/words.ts
var kindOf3 = (type) => eventTypes.indexOf(type);
function isKind(kind7, ...types2) {
  const kinds = types2.map((type) => lit(kindOf3(type)));
  const names = raw(`/* ${types2.join(", ")} */`);
  return kinds.length === 1 ? sql`${kind7} = ${join(kinds)} ${names}` : sql`${kind7} in (${join(kinds)} ${names})`;
}
var states = { idle: 0, playing: 1, ended: 2, closed: 3, failed: 4, paused: 5, buffering: 6 };
var state = (name) => sql`${lit(states[name])} ${raw(`/* ${name} */`)}`;
var us = (seconds3) => lit(Math.round(seconds3 * 1e6));
var rules = {
  /** 4.1.4: a play within this after a seek is at the seek's target, unless a position this far off came between. */
  settle_s_max: 2,
  settle_away_s_min: 1,
  /** 4.1.4: a position may lie this much outside the video. */
  before_start_s_max: 1,
  past_end_s_max: 1,
  /** 4.2, 4.4: the start of the video. */
  near_start_s: 5,
  /** 4.2: a position this much further on ends buffering. */
  moved_s_min: 0.5,
  /** 4.3 */
  skip_s_min: 1,
  unreported_skip_s_min: 2,
  back_s_min: 1,
  still_ping_s_min: 0.9,
  merge_gap_s: 2,
  merge_watched_s: 1,
  slope_interval_s_min: 5,
  slope_min: 0.25,
  slope_max: 4,
  slope_agreement: 0.1,
  /** 4.4: a resumed session takes up within this of the last position. */
  resume_near_s: 5
};

// src/sessionize/steps/explained.ts
var kindName = sql`case e.kind ${join(
  eventTypes.map((type, kind7) => sql`when ${lit(kind7)} then ${lit(type)}`),
  " "
)} end`;

// src/sessionize/steps/intervals.ts
var kind = raw("kind");

// src/sessionize/steps/placed-events.ts
var isSoonAfterSeek = sql`${isKind(raw("e.kind"), "play", "resume")} and e.at_us - e.seek_us <= ${us(rules.settle_s_max)} and e.seek_us >= s.start_us and e.n > s.session_n`;
var isBehindSeek = isKind(raw("e.prev_kind"), "seek");

// src/sessionize/steps/unique-events.ts
var context2 = ["device", "country", "referrer", "app_version", "experiment", "variant"];
var contextKey = (d) => d.hash64(context2.map((column3) => ref(column3)));
var contexts = step({
  name: "contexts",
  grain: "context in which events happened",
  rule: "DESIGN 5",
  from: [inputEvents],
  staged: true,
  columns: {
    context_key: "bigint",
    device: "string",
    country: "string",
    referrer: "string",
    app_version: "string",
    experiment: "string",
    variant: "string"
  },
  sql: (d) => sql`select
  ${contextKey(d)} as context_key,
  ${join(
    context2.map((column3) => sql`max(${ref(column3)}) as ${ref(column3)}`),
    ",\n  "
  )}
from input_events
group by 1`
});
var streamNames = step({
  name: "stream_names",
  grain: "user and player",
  rule: "DESIGN 3",
  from: [inputEvents],
  columns: { stream_key: "bigint", user_id: "string", player_id: "string" },
  sql: (d) => sql`select
  ${d.hash64([raw("user_id"), raw("player_id")])} as stream_key,
  max(user_id) as user_id,
  max(player_id) as player_id
from input_events
group by 1`
});
var videoNames = step({
  name: "video_names",
  grain: "video",
  rule: "DESIGN 3",
  from: [inputEvents],
  columns: { video_key: "bigint", video_id: "string" },
  sql: (d) => sql`select ${d.hash64([raw("video_id")])} as video_key, max(video_id) as video_id
from input_events
group by 1`
});

// src/sessionize/steps/session-measures.ts
var kind2 = raw("kind");

// src/sessionize/steps/sessions.ts
var sources2 = sql`case
    when refreshes = 1 and refresh_told = 0 then 'inferred'
    when load_count > 0 then 'observed'
    when player_id is not null then 'inferred'
    else 'unknown'
  end as refresh_source,
  case when tells_visibility = 1 then 'observed' when tells_pauses = 1 then 'inferred' else 'unknown' end as tab_switch_source,
  case when tells_visibility = 1 then 'observed' else 'unknown' end as background_source,
  case when end_reason in ('ended', 'unload', 'switched') then 'observed' when end_reason = 'open' then 'unknown' else 'inferred' end as end_reason_source,
  case when last_us is null then 'unknown' when last_told = 1 then 'observed' else 'inferred' end as last_position_source,
  resumed_source,
  case when autoplay is null then 'unknown' else 'observed' end as autoplay_source`;

// src/sessionize/steps/states.ts
var kind3 = raw("kind");
var earlier = raw("earlier");
var setterCases = sql`when ${isKind(kind3, "play", "resume")} then n * 8 + ${state("playing")}
    when ${isKind(kind3, "ended")} then n * 8 + ${state("ended")}
    when ${isKind(kind3, "unload")} then n * 8 + ${state("closed")}
    when ${isKind(kind3, "error")} then n * 8 + ${state("failed")}`;

// src/sessionize/steps/stream-events.ts
var kind4 = raw("kind");

// src/sessionize/steps/verdicts.ts
var kind5 = raw("kind");
var playing = sql`state_before = ${state("playing")}`;
var isPlay = isKind(kind5, "play", "resume");
var verdict = sql`case
    when w_us is null then null
    when state_before = ${state("paused")} then 'paused'
    when state_before = ${state("buffering")} then 'buffering'
    when not (${playing}) then 'idle'
    when ${isKind(raw("prev_kind"), "seek")} and ${isPlay} and w_us <= ${us(rules.settle_s_max)} then 'seek_settling'
    when ${isKind(raw("prev_kind"), "play", "resume")} and ${isPlay} and not (measured = 'steady' and w_us >= ${us(rules.settle_s_max)}) then 'restarted'
    when ${isKind(kind5, "seek")} and has_origin = 0 and abs(place_us - predicted) > tol then 'seek_predicted'
    else measured
  end`;
var measured = sql`case
      when d is null then 'unmeasured'
      when d <= ${us(-rules.back_s_min)} and d < rw - tol then 'back'
      when d > rw + tol then 'ahead'
      when d < rw - tol or (w_us >= ${us(rules.still_ping_s_min)} and d * 2 < rw) then 'behind'
      else 'steady'
    end`;

// src/sessionize/steps/visits.ts
var kind6 = raw("e.kind");

// src/job/days.ts
import { z as z25 } from "zod";
var daySchema2 = z25.object({ day: z25.string().nullable() });

// src/job/unsubtractable.ts
import { z as z26 } from "zod";
var anySchema = z26.object({ is_any: z26.boolean() });

// src/job/gold-videos.ts
var rangeColumns = raw("video_key, duration_us, first_bucket, last_bucket, new_bucket, is_viewer");

// src/job/intake.ts
import { z as z27 } from "zod";
var factsSchema = z27.object({
  event_count: z27.bigint(),
  newest_received_us: z27.bigint().nullable(),
  newest_event_us: z27.bigint().nullable()
});

// src/job/own-rules.ts
import { z as z28 } from "zod";

// src/quality/sources.ts
var sourceOf = (name, table) => source({ name, grain: tables[table].grain, columns: tables[table].columns });
var sessions = sourceOf("sessions", "sessions");
var segments = sourceOf("segments", "segments");
var newEvents = sourceOf("new_events", "events");
var newRejected = sourceOf("new_rejected", "events_rejected");
var rejectedId = (d) => sql`concat(coalesce(source, ''), ':', coalesce(cast(line as ${raw(d.type("string"))}), '?'))`;
var clock2 = source({ name: "clock", grain: "run", columns: { newest_received_us: "bigint" } });

// src/quality/event-rules.ts
var stateChanging = [
  "play",
  "resume",
  "pause",
  "seek",
  "rate_change",
  "buffer_start",
  "ended"
];
var positioned = ["play", "resume", "pause", "seek", "ended", "heartbeat"];
var isOneOf = (types2) => sql`event_type in (${join(types2.map(lit))})`;
var isAbove = (threshold) => sql`value > ${lit(threshold)}`;
var viewingKey3 = (d) => d.hash64([sql`user_id`, sql`video_id`]);
var stateEventsPerSession = {
  kind: "query",
  name: "state_events_per_session",
  title: "Believable number of events per session",
  says: "A session has between 3 and 5 state-changing events on average (heartbeats left out): fewer are lost ones, more a player that repeats itself. The value is the average over the sessions of the new events.",
  severity: "warning",
  from: [newEvents, sessions],
  threshold: ({ quality: quality2 }) => quality2.state_events_per_session_max,
  fails: ({ quality: quality2 }) => sql`(value < ${lit(quality2.state_events_per_session_min)} or value > ${lit(quality2.state_events_per_session_max)})`,
  // Joined once per user and video, not per event; sessions that only touch the stretch of the new events count too.
  sql: ({ d }) => sql`select
cast(sum(event_count) as double) / nullif(sum(session_count), 0) as value,
cast(coalesce(sum(session_count), 0) as bigint) as checked_count,
cast(0 as bigint) as failed_count,
null as sample_ids
from (
  select t.viewing_key, max(t.event_count) as event_count, count(s.session_id) as session_count
  from (
    select ${viewingKey3(d)} as viewing_key, count(case when ${isOneOf(stateChanging)} then 1 end) as event_count,
      min(event_time) as first_at, max(event_time) as last_at
    from new_events where event_type <> ${lit("page_view")} group by 1
  ) as t
  left join (select ${viewingKey3(d)} as viewing_key, session_id, started_at, ended_at from sessions) as s
    on s.viewing_key = t.viewing_key and s.started_at <= t.last_at and s.ended_at >= t.first_at
  group by t.viewing_key
) as counted`
};
var duplicates = {
  kind: "query",
  name: "duplicate_events",
  title: "Few copies of events",
  says: "At most 2 % of the new events are copies of others among them. The value is their share; of many events a sample of about 100,000 ids is counted.",
  severity: "warning",
  from: [newEvents],
  threshold: ({ quality: quality2 }) => quality2.duplicate_ratio_max,
  fails: ({ quality: quality2 }) => isAbove(quality2.duplicate_ratio_max),
  sql: ({ d, quality: quality2, newEventCount }) => {
    const oneIn = Math.max(1, Math.floor(newEventCount / 1e5));
    return sql`select
case when sum(n) > 0 then 1 - cast(count(*) as double) / sum(n) end as value,
cast(coalesce(sum(n), 0) as bigint) as checked_count,
cast(coalesce(sum(n) - count(*), 0) as bigint) as failed_count,
${d.smallest(sql`event_id`, sql`n > 1`, quality2.sample_count)} as sample_ids
from (
  select event_id, count(*) as n from new_events where ${d.hash64([sql`event_id`])} % ${lit(oneIn)} = 0 group by event_id
) as ids`;
  }
};
var rejectedShare = {
  kind: "query",
  name: "rejected_rows",
  title: "Few rejected rows",
  says: "At most 2 % of the rows that came since the run before could not be used. The value is their share.",
  severity: "warning",
  from: [newEvents, newRejected],
  threshold: ({ quality: quality2 }) => quality2.rejected_ratio_max,
  fails: ({ quality: quality2 }) => isAbove(quality2.rejected_ratio_max),
  sql: ({ d, quality: quality2 }) => sql`select
cast(rejected_count as double) / nullif(rejected_count + accepted_count, 0) as value,
rejected_count + accepted_count as checked_count,
rejected_count as failed_count,
(select ${d.listOf(sql`id`)} from (select concat(${rejectedId(d)}, ' ', code) as id from new_rejected order by source nulls last, line nulls last limit ${lit(quality2.sample_count)}) as ids) as sample_ids
from (select (select count(*) from new_rejected) as rejected_count, (select count(*) from new_events) as accepted_count) as counted`
};
var missingPositions = {
  kind: "rows",
  name: "missing_positions",
  title: "Events carry positions",
  says: "At most 20 % of the new events of playback (play, resume, pause, seek, ended, heartbeat) come without a position. The value is their share.",
  severity: "warning",
  rows: newEvents,
  threshold: ({ quality: quality2 }) => quality2.missing_position_ratio_max,
  fails: ({ quality: quality2 }) => isAbove(quality2.missing_position_ratio_max),
  measure: () => ({
    isChecked: isOneOf(positioned),
    isFailed: sql`position_s is null`,
    id: sql`event_id`,
    value: "share"
  })
};
var clockSkew = {
  kind: "rows",
  name: "clock_skew",
  title: "Players' clocks are right",
  says: "At most 1 % of the new events happened more than 5 minutes after they arrived. The value is their share.",
  severity: "warning",
  rows: newEvents,
  threshold: ({ quality: quality2 }) => quality2.clock_skew_ratio_max,
  fails: ({ quality: quality2 }) => isAbove(quality2.clock_skew_ratio_max),
  measure: (context3) => {
    const { d, quality: quality2 } = context3;
    const ahead = sql`${d.epochUs(sql`event_time`)} - ${d.epochUs(sql`received_at`)}`;
    return {
      isChecked: sql`received_at is not null`,
      isFailed: sql`${ahead} > ${lit(Math.round(quality2.clock_skew_s * 1e6))}`,
      id: sql`event_id`,
      value: "share"
    };
  }
};
var freshness = {
  kind: "query",
  name: "freshness",
  title: "Fresh data",
  says: "The newest event arrived at most 3 hours before the check. The value is its age in seconds.",
  severity: "error",
  from: [clock2],
  threshold: ({ quality: quality2 }) => quality2.freshness_s_max,
  fails: ({ quality: quality2 }) => isAbove(quality2.freshness_s_max),
  sql: ({ checkedUs }) => sql`select
greatest(0, (${lit(checkedUs)} - max(newest_received_us)) / 1e6) as value,
count(newest_received_us) as checked_count,
cast(0 as bigint) as failed_count,
null as sample_ids
from clock`
};
var eventRules = [
  stateEventsPerSession,
  duplicates,
  rejectedShare,
  missingPositions,
  clockSkew,
  freshness
];

// src/quality/session-rules.ts
var isAbove2 = (threshold) => sql`value > ${lit(threshold)}`;
var playsMax = sql`(1 + skip_backward_count + replay_index)`;
var contentWithinDuration = {
  kind: "rows",
  name: "content_within_duration",
  title: "Content within the duration",
  says: "No session shows more content per play than the video is long, plus 10 %. The value is the largest share of the duration.",
  severity: "error",
  rows: sessions,
  threshold: ({ quality: quality2 }) => 1 + quality2.content_over_duration_ratio_max,
  fails: ({ quality: quality2 }) => isAbove2(1 + quality2.content_over_duration_ratio_max),
  measure: (context3) => {
    const ratio = sql`content_s / (duration_s * ${playsMax})`;
    return {
      isChecked: sql`duration_s > 0 and not is_live`,
      isFailed: sql`${ratio} > ${lit(1 + context3.quality.content_over_duration_ratio_max)}`,
      id: sql`session_id`,
      value: { largest: sql`${ratio}` }
    };
  }
};
var noNegativeWatchTime = {
  kind: "rows",
  name: "no_negative_watch_time",
  title: "No negative watch time",
  says: "No session has a negative watch time. The value is the least one, in seconds.",
  severity: "error",
  rows: sessions,
  threshold: () => 0,
  fails: () => sql`value < 0`,
  measure: () => ({
    isChecked: sql`watch_time_s is not null`,
    isFailed: sql`watch_time_s < 0`,
    id: sql`session_id`,
    value: { least: sql`watch_time_s` }
  })
};
var segmentsForward = {
  kind: "rows",
  name: "segments_forward",
  title: "Segments run forward, inside the video",
  says: "No segment ends before it begins, in the video or on the clock, and none begins before the video. The value is the number that do.",
  severity: "error",
  rows: segments,
  threshold: () => 0,
  fails: () => isAbove2(0),
  measure: () => {
    const isFailed = sql`(to_s < from_s or ended_at < started_at or from_s < 0)`;
    return {
      isChecked: sql`true`,
      isFailed,
      id: sql`session_id`,
      value: "number"
    };
  }
};
var completionWatched = {
  kind: "rows",
  name: "completion_watched",
  title: "Completions were watched",
  says: "Few completed sessions have watched less than 75 % of the video. The value is their share of the completed ones.",
  severity: "warning",
  rows: sessions,
  threshold: ({ quality: quality2 }) => quality2.invalid_completion_ratio_max,
  fails: ({ quality: quality2 }) => isAbove2(quality2.invalid_completion_ratio_max),
  measure: (context3) => ({
    isChecked: sql`completed and duration_s > 0`,
    isFailed: sql`unique_watch_s < ${lit(context3.sessionization.valid_completion_ratio)} * duration_s`,
    id: sql`session_id`,
    value: "share"
  })
};
var sessionLength = {
  kind: "rows",
  name: "session_length",
  title: "Sessions of believable length",
  says: "No session lasts longer than 4 hours; live streams aside. The value is the longest one, in seconds.",
  severity: "warning",
  rows: sessions,
  threshold: ({ quality: quality2 }) => quality2.session_s_max,
  fails: ({ quality: quality2 }) => isAbove2(quality2.session_s_max),
  measure: (context3) => {
    const { d, quality: quality2 } = context3;
    const length = sql`(${d.epochUs(sql`ended_at`)} - ${d.epochUs(sql`started_at`)}) / 1e6`;
    return {
      isChecked: sql`not is_live`,
      isFailed: sql`${length} > ${lit(quality2.session_s_max)}`,
      id: sql`session_id`,
      value: { largest: sql`${length}` }
    };
  }
};
var zeroWatchShare = {
  kind: "rows",
  name: "zero_watch_share",
  title: "Few sessions without watching",
  says: "At most 15 % of the sessions have watched less than a second. The value is their share.",
  severity: "warning",
  rows: sessions,
  threshold: ({ quality: quality2 }) => quality2.zero_watch_ratio_max,
  fails: ({ quality: quality2 }) => isAbove2(quality2.zero_watch_ratio_max),
  measure: () => ({
    isChecked: sql`zero_watch is not null`,
    isFailed: sql`zero_watch`,
    id: sql`session_id`,
    value: "share"
  })
};
var completionRateDrop = {
  kind: "query",
  name: "completion_rate_drop",
  title: "Completion rate holds",
  says: "The completion rate of the newest day is at most 20 % below that of the seven days before it. The value is the drop as a share.",
  severity: "warning",
  from: [sessions],
  threshold: ({ quality: quality2 }) => quality2.completion_rate_drop_ratio_max,
  fails: ({ quality: quality2 }) => isAbove2(quality2.completion_rate_drop_ratio_max),
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
  where session_date >= newest - 7) as counted`
};
var sessionRules = [
  contentWithinDuration,
  noNegativeWatchTime,
  segmentsForward,
  completionWatched,
  sessionLength,
  zeroWatchShare,
  completionRateDrop
];

// src/quality/results.ts
var rules2 = [...eventRules, ...sessionRules];

// src/job/own-rules.ts
var oneCondition = z28.object({
  error: z28.literal(false),
  statements: z28.tuple([
    z28.object({
      node: z28.object({
        type: z28.literal("SELECT_NODE"),
        select_list: z28.tuple([z28.object({ alias: z28.literal("c") })]),
        where_clause: z28.null()
      })
    })
  ])
});
var parseFailure = z28.object({ error: z28.literal(true), error_message: z28.string() });
var parsedRow = z28.object({ parsed: z28.string() });

// src/job/stretch.ts
import { z as z30 } from "zod";

// src/job/changes.ts
var columns3 = raw("user_id, player_id, video_id, in_stream, at_us");

// src/job/cut.ts
import { z as z29 } from "zod";
var beginningUs = lit(-62135596800000000n);
var behindSteadyPlay = sql`
with sides as (
  select k.user_id, k.player_id, k.video_id, k.visit_us, t.rebuild_from_us
  from known_sessions k
  join touched_users t on t.user_id = k.user_id
  where exists (select 1 from changes c where c.in_stream and c.user_id = k.user_id and c.player_id is not distinct from k.player_id)
),
lasts as (
  select user_id, player_id, max(visit_us) as visit_us from sides where visit_us < rebuild_from_us group by user_id, player_id
),
afters as (
  select user_id, player_id, video_id from sides where visit_us >= rebuild_from_us
  union
  select user_id, player_id, video_id from changes where in_stream
)
select s.user_id, min(s.visit_us) as rebuild_from_us
from lasts l
join sides s on s.user_id = l.user_id and s.player_id is not distinct from l.player_id and s.visit_us = l.visit_us
join afters a on a.user_id = s.user_id and a.player_id is not distinct from s.player_id and a.video_id = s.video_id
group by s.user_id`;
var moreSchema = z29.object({ is_more: z29.boolean() });

// src/job/stretch.ts
var countSchema2 = z30.object({ user_count: z30.bigint() });
var cutsSchema = z30.object({ first_day: z30.string().nullable(), near_day: z30.string().nullable() });

// src/job/run-job.ts
var countSchema3 = z31.object({ session_count: z31.bigint() });

// .s-h6-repl3.ts
var engine2 = await openSparkEngine({ kind: "spark", host: "127.0.0.1", port: 20061, path: "cliservice", protocol: "http" });
var lake = new CatalogLake({ engine: engine2, catalog: "spark_catalog", schema: "h6_b" });
var run = async (...t) => {
  for (const x of t) await engine2.run(raw(x));
};
var take = async (title, isWhole = false) => {
  try {
    const r = await ingestTables({ lake, engine: engine2, config: configSchema.parse({}), tables: ["h6_b_src.t"], isWhole, clock: () => /* @__PURE__ */ new Date() });
    console.log((/* @__PURE__ */ new Date()).toISOString(), title, JSON.stringify(r.map((x) => [x.isRepeat, x.readCount, x.acceptedCount, x.rejectedByCode])));
  } catch (e) {
    console.log((/* @__PURE__ */ new Date()).toISOString(), title, "ERR", e.line ?? e);
  }
};
var ins = (id) => `insert into h6_b_src.t values ('${id}', 'ada', 'film', 'play', '2026-11-24T11:00:00Z')`;
await run("create schema if not exists h6_b", "create schema if not exists h6_b_src", "drop table if exists h6_b_src.t", "create table h6_b_src.t (event_id string, user_id string, video_id string, event_type string, event_time string) using delta", ins("a"));
await take("first");
await run(ins("b"), "optimize h6_b_src.t", "set spark.databricks.delta.retentionDurationCheck.enabled = false", "set spark.sql.sources.parallelPartitionDiscovery.parallelism = 2", "vacuum h6_b_src.t retain 0 hours");
await take("vacuumed");
await run(`update h6_b_src.t set user_id = 'bob' where event_id = 'a'`);
await take("updated");
await take("whole", true);
await run("alter table h6_b_src.t set tblproperties (delta.enableChangeDataFeed = true)", `delete from h6_b_src.t where event_id = 'a'`, ins("c"));
await take("feed");
await engine2.close();
