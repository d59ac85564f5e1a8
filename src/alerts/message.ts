import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Incident, type Notice, severities } from './incident.js';

const itemSchema = z.object({
  notice_id: z.string(),
  kind: z.enum(['opened', 'repeated', 'reopened', 'resolved']),
  at: z.string(),
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
  sample_ids: z.array(z.string()),
  opened_at: z.string(),
  resolved_at: z.string().nullable(),
  run_id: z.string(),
});

/** All that one sink is told at once. Its JSON is what a generic webhook gets. */
export const messageSchema = z.object({
  /** The same through all attempts: receivers can tell copies by it. */
  id: z.string(),
  source: z.literal('playhead'),
  /** How many incidents this is about; `incidents` lists the gravest. */
  incident_count: z.int(),
  incidents: z.array(itemSchema),
});
export type Message = z.infer<typeof messageSchema>;
export type MessageItem = z.infer<typeof itemSchema>;

export interface Told {
  readonly incident: Incident;
  readonly notice: Notice;
}

/** One message for all that a sink has not been told yet, gravest first. */
export function messageOf(sink: string, told: readonly Told[], listedMax: number): Message {
  const sorted = told.toSorted(
    (a, b) =>
      Number(a.notice.kind === 'resolved') - Number(b.notice.kind === 'resolved') ||
      severities.indexOf(a.incident.severity) - severities.indexOf(b.incident.severity) ||
      (a.notice.id < b.notice.id ? -1 : 1),
  );
  const hash = createHash('sha256').update(JSON.stringify([sink, ...sorted.map(({ notice }) => notice.id).sort()]));
  return {
    id: hash.digest('hex').slice(0, 32),
    source: 'playhead',
    incident_count: told.length,
    incidents: sorted.slice(0, listedMax).map(itemOf),
  };
}

const itemOf = ({ incident, notice }: Told): MessageItem => ({
  notice_id: notice.id,
  kind: notice.kind,
  at: notice.at,
  alert_id: incident.alertId,
  rule: incident.rule,
  subject: incident.subject,
  video_id: incident.videoId,
  title: incident.title,
  severity: incident.severity,
  state: incident.state,
  summary: notice.summary,
  value: incident.evidence.value,
  threshold: incident.evidence.threshold,
  expected: incident.evidence.expected,
  day: incident.evidence.day,
  sample_ids: [...incident.evidence.sampleIds],
  opened_at: incident.openedAt.toISOString(),
  resolved_at: incident.resolvedAt?.toISOString() ?? null,
  run_id: incident.runId,
});

const words = { opened: 'Open', repeated: 'Still open', reopened: 'Open again', resolved: 'Resolved' } as const;

/** `[error] Open: Data is stale`, on one line: titles of videos come from outside and may hold anything. */
export const headline = ({ severity, kind, title }: MessageItem): string =>
  oneLine(`[${severity}] ${words[kind]}: ${title}`);

/** The message in one line. */
export function subjectLine({ incident_count, incidents }: Message): string {
  const [first] = incidents;
  const more = incident_count > 1 ? ` (and ${incident_count - 1} more)` : '';
  return `Playhead: ${first === undefined ? 'nothing' : headline(first)}${more}`;
}

/** What could not be listed, as a sentence; empty where all is. */
export function moreLine({ incident_count, incidents }: Message): string {
  const more = incident_count - incidents.length;
  return more === 0 ? '' : `${more} more: playhead alerts`;
}

export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 400);
