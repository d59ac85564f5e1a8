import { createHash } from 'node:crypto';
import { z } from 'zod';

export type AlertSeverity = 'error' | 'warning' | 'info';
export type AlertState = 'open' | 'acknowledged' | 'resolved';
export const severities = ['error', 'warning', 'info'] as const satisfies readonly AlertSeverity[];

/** What an incident is about: all of it, one video, one data-quality rule, or many videos that share one incident. */
export type Subject =
  | { readonly kind: 'overall' }
  | { readonly kind: 'video'; readonly videoId: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'many' };

/** A subject as the table and messages write it. */
export function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case 'video':
      return `video:${subject.videoId}`;
    case 'rule':
      return `rule:${subject.name}`;
    default:
      return subject.kind;
  }
}

/** The numbers behind a condition, with the sentence that says them. */
export interface Evidence {
  readonly summary: string;
  readonly value: number | null;
  readonly threshold: number | null;
  /** What was to be expected, where the rule compares with the past. */
  readonly expected: number | null;
  /** The UTC day that it is about, `YYYY-MM-DD`. */
  readonly day: string | null;
  readonly sampleIds: readonly string[];
}

/** What one condition says of one subject at one moment. */
export interface Finding {
  readonly rule: string;
  readonly subject: Subject;
  readonly title: string;
  readonly severity: AlertSeverity;
  /** `unknown`: too little is there to judge. */
  readonly verdict: 'firing' | 'clear' | 'unknown';
  readonly evidence: Evidence;
  /** Orders findings of one rule, the strongest first, where only some of them get incidents of their own. */
  readonly strength: number;
}

export type NoticeKind = 'opened' | 'repeated' | 'reopened' | 'resolved';

/** A message that is to be sent about an incident, until every sink has taken it. */
const noticeSchema = z.object({
  /** The same through all attempts: receivers can tell copies by it. */
  id: z.string(),
  kind: z.enum(['opened', 'repeated', 'reopened', 'resolved']),
  at: z.string(),
  summary: z.string(),
  pending: z.array(z.object({ sink: z.string(), attempts: z.int() })),
});
export type Notice = z.infer<typeof noticeSchema>;

const historySchema = z.object({
  at: z.string(),
  what: z.enum(['opened', 'repeated', 'reopened', 'acknowledged', 'resolved', 'expired']),
  by: z.string().optional(),
  note: z.string().optional(),
  summary: z.string().optional(),
  value: z.number().nullable().optional(),
});
export type HistoryEntry = z.infer<typeof historySchema>;

/** One incident, from when it opens until it is resolved. */
export interface Incident {
  readonly alertId: string;
  readonly rule: string;
  readonly subject: string;
  readonly videoId: string | null;
  readonly title: string;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  readonly evidence: Evidence;
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
  readonly notifiedAt: Date | null;
  readonly notificationCount: number;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedAt: Date | null;
  readonly runId: string;
  readonly history: readonly HistoryEntry[];
  readonly outbox: readonly Notice[];
}

/** The same incident has the same id, however often its opening is tried. */
export function alertIdOf(rule: string, subject: string, openedAt: Date): string {
  const hash = createHash('sha256').update(JSON.stringify([rule, subject, openedAt.getTime()]));
  return `alert-${hash.digest('hex').slice(0, 16)}`;
}

const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((text): z.infer<T> => schema.parse(JSON.parse(text)));

/** A list of texts that came as JSON. */
export const textList = json(z.array(z.string()))
  .nullable()
  .transform(list => list ?? []);

const rowSchema = z.object({
  alert_id: z.string(),
  rule: z.string(),
  subject: z.string(),
  video_id: z.string().nullable(),
  title: z.string(),
  severity: z.enum(severities),
  state: z.enum(['open', 'acknowledged', 'resolved']),
  summary: z.string(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  expected: z.number().nullable(),
  day: z.string().nullable(),
  sample_ids: textList,
  opened_at: z.date(),
  last_seen_at: z.date(),
  notified_at: z.date().nullable(),
  notification_count: z.bigint(),
  acknowledged_at: z.date().nullable(),
  acknowledged_by: z.string().nullable(),
  resolved_at: z.date().nullable(),
  run_id: z.string(),
  history: json(z.array(historySchema)),
  outbox: json(z.array(noticeSchema)),
});

/** A row of `alerts`, its day as text and its ids as JSON, as an incident. */
export function parseIncident(row: unknown): Incident {
  const read = rowSchema.parse(row);
  const { summary, value, threshold, expected, day } = read;
  return {
    alertId: read.alert_id,
    rule: read.rule,
    subject: read.subject,
    videoId: read.video_id,
    title: read.title,
    severity: read.severity,
    state: read.state,
    evidence: { summary, value, threshold, expected, day, sampleIds: read.sample_ids },
    openedAt: read.opened_at,
    lastSeenAt: read.last_seen_at,
    notifiedAt: read.notified_at,
    notificationCount: Number(read.notification_count),
    acknowledgedAt: read.acknowledged_at,
    acknowledgedBy: read.acknowledged_by,
    resolvedAt: read.resolved_at,
    runId: read.run_id,
    history: read.history,
    outbox: read.outbox,
  };
}
